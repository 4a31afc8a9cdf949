"""Where the legacy rows of a loaded table went, for the tables that refer to it."""

import polars as pl
from psycopg import sql

from artex_assets.database.connection import Connection
from artex_assets.database.copy import copy_out
from artex_assets.target import migration_schema
from artex_assets.vocabulary import Reason


def parents(connection: Connection, table: str) -> pl.DataFrame:
    """For each legacy row of `table` that has an id: what stands for it in the target.

    legacy_id Int64; id Int64, null when nothing stands for it; reason String, why not; cause
    String, the root cause, for the rows that depend on it. Rows that are not in the result are not
    in legacy.
    """
    there = copy_out(
        connection,
        sql.SQL("SELECT id FROM {}").format(sql.Identifier(table)),
        {"id": pl.Int64},
    )
    loaded = migration_schema.read(connection, "provenance", table, ["key"]).select(
        pl.col("key").alias("legacy_id"), pl.col("key").alias("stands_in")
    )
    merged = migration_schema.read(connection, "merged", table, ["key", "into_key"]).select(
        pl.col("key").alias("legacy_id"), pl.col("into_key").alias("stands_in")
    )
    carried = (
        pl.concat([loaded, merged])
        .unique("legacy_id", keep="first", maintain_order=True)
        .join(
            there.select(pl.col("id").alias("stands_in"), pl.col("id")),
            on="stands_in",
            how="left",
            maintain_order="left",
        )
        .with_columns(deleted=pl.col("id").is_null())
        .select(
            "legacy_id",
            "id",
            pl.when("deleted").then(pl.lit(str(Reason.PARENT_DELETED))).alias("reason"),
            pl.when("deleted")
            .then(pl.format(f"{table} {{}}: deleted in the target", "stands_in"))
            .alias("cause"),
        )
    )
    quarantined = (
        migration_schema.read(connection, "quarantine", table, ["key", "reason", "cause"])
        .drop_nulls("key")
        .unique("key", keep="first", maintain_order=True)
        .select(
            pl.col("key").alias("legacy_id"),
            pl.lit(None, pl.Int64).alias("id"),
            "reason",
            pl.coalesce("cause", pl.format(f"{table} {{}}: {{}}", "key", "reason")).alias("cause"),
        )
    )
    return pl.concat([carried, quarantined]).unique("legacy_id", keep="first", maintain_order=True)
