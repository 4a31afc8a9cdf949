"""The ledger: one row an image, saying where it stands, in the target database.

It is written in the transaction that writes the blob and attachment rows, so that what it says of
them is true at any moment.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import polars as pl
from psycopg import sql

from artex_assets.database.connection import Connection
from artex_assets.database.copy import copy_in, copy_out
from artex_assets.images.sets import ImageSet
from artex_assets.vocabulary import Reason, State

TABLE = sql.Identifier("artex_migration", "images")

COLUMNS: Mapping[str, type[pl.DataType]] = {
    "attachment_id": pl.Int64,
    "occurrence": pl.Int64,
    "blob_id": pl.Int64,
    "key": pl.String,
    "batch": pl.String,
    "state": pl.String,
    "reason": pl.String,
    "sentence": pl.String,
    "cause": pl.String,
    "attempts": pl.Int64,
    "byte_size": pl.Int64,
    "checksum": pl.String,
    "proof": pl.String,
    "source_verified": pl.String,
    "warnings": pl.String,
    "target_blob_id": pl.Int64,
    "target_attachment_id": pl.Int64,
}
"""byte_size is bytes and checksum the base64 MD5 of what is in the target, once it is migrated.

source_verified: `f` where legacy had no checksum to compare with.
"""

FINAL = (
    Reason.IMAGE_EMPTY,
    Reason.IMAGE_NOT_RECOGNIZED,
    Reason.IMAGE_HAS_SCRIPT,
    Reason.IMAGE_TOO_LARGE,
    Reason.VALUE_TAKEN,
)
"""Reasons that no retry mends, as long as legacy names the same bytes."""

DONE = (str(State.MIGRATED), str(State.MERGED), str(State.ACCEPTED))
"""States that no later run takes up again."""


@dataclass(frozen=True)
class Entry:
    """What the ledger is to say of one image; an attachment without an id has 0."""

    attachment_id: int
    occurrence: int
    state: State
    reason: str | None = None
    sentence: str | None = None
    cause: str | None = None
    blob_id: int | None = None
    key: str | None = None
    batch: str | None = None
    attempts: int = 0
    byte_size: int | None = None
    checksum: str | None = None
    proof: str | None = None
    source_verified: bool | None = None
    warnings: str | None = None
    target_blob_id: int | None = None
    target_attachment_id: int | None = None


def read(connection: Connection, image_set: ImageSet) -> pl.DataFrame:
    """The ledger of a set, with `COLUMNS`."""
    query = sql.SQL("SELECT {columns} FROM {table} WHERE image_set = {name}").format(
        columns=sql.SQL(", ").join(map(sql.Identifier, COLUMNS)),
        table=TABLE,
        name=sql.Literal(image_set.name),
    )
    return copy_out(connection, query, COLUMNS)


def write(
    connection: Connection, image_set: ImageSet, entries: Sequence[Entry], run_id: str
) -> None:
    """Makes the ledger say what `entries` say; what it says already is not written.

    attempts are added to those before. Once a transaction.
    """
    if not entries:
        return
    rows = [_cells(entry) for entry in entries]
    staged = pl.DataFrame(rows, schema=dict(COLUMNS))
    connection.execute(
        sql.SQL(
            "CREATE TEMPORARY TABLE artex_images ON COMMIT DROP AS "
            "SELECT {columns} FROM {table} WITH NO DATA"
        ).format(columns=sql.SQL(", ").join(map(sql.Identifier, COLUMNS)), table=TABLE)
    )
    copy_in(connection, sql.Identifier("artex_images"), list(COLUMNS), staged)
    connection.execute(_MERGE, {"image_set": image_set.name, "run_id": run_id})


_SAID = [name for name in COLUMNS if name not in ("attachment_id", "occurrence", "attempts")]

_MERGE = sql.SQL(
    """
    INSERT INTO {table} AS old (image_set, run_id, {columns})
    SELECT %(image_set)s, %(run_id)s, {columns} FROM artex_images
    ON CONFLICT (image_set, attachment_id, occurrence) DO UPDATE SET
        ({said}, attempts, run_id, changed_at) = (
            SELECT {excluded}, old.attempts + excluded.attempts, excluded.run_id,
                now() AT TIME ZONE 'UTC'
        )
    WHERE excluded.attempts > 0 OR ({old}) IS DISTINCT FROM ({excluded})
    """
).format(
    table=TABLE,
    columns=sql.SQL(", ").join(map(sql.Identifier, COLUMNS)),
    said=sql.SQL(", ").join(map(sql.Identifier, _SAID)),
    excluded=sql.SQL(", ").join(sql.SQL("excluded.{}").format(sql.Identifier(n)) for n in _SAID),
    old=sql.SQL(", ").join(sql.SQL("old.{}").format(sql.Identifier(n)) for n in _SAID),
)


def _cells(entry: Entry) -> dict[str, Any]:
    cells = {name: getattr(entry, name) for name in COLUMNS}
    cells["state"] = str(entry.state)
    verified = entry.source_verified
    cells["source_verified"] = None if verified is None else ("t" if verified else "f")
    return cells


def states(ledger: pl.DataFrame, planned: pl.DataFrame) -> pl.DataFrame:
    """`planned` with the `state`, `attempts` and `ledger_reason` of each image, pending where none.

    An image that was quarantined or pending because of its record is what the plan says now.
    """
    known = ledger.select(
        "attachment_id",
        "occurrence",
        pl.col("state").alias("_state"),
        pl.col("reason").alias("ledger_reason"),
        pl.col("sentence").alias("ledger_sentence"),
        pl.col("attempts").alias("attempts"),
        pl.col("byte_size").alias("ledger_size"),
        pl.col("checksum").alias("ledger_checksum"),
    )
    joined = planned.join(
        known,
        on=["attachment_id", "occurrence"],
        how="left",
        maintain_order="left",
    )
    done = pl.col("_state").is_in(DONE)
    by_content = (pl.col("_state") == str(State.QUARANTINED)) & pl.col("ledger_reason").is_in(
        [
            "image_empty",
            "image_not_recognized",
            "image_has_script",
            "image_too_large",
            "value_taken",
        ]
    )
    # What the bytes are does not change on a retry, unless legacy names other bytes now.
    same_bytes = pl.col("ledger_size").eq_missing(pl.col("byte_size")) & pl.col(
        "ledger_checksum"
    ).eq_missing(pl.col("checksum"))
    state = (
        pl.when(done)
        .then("_state")
        .when(pl.col("reason").is_not_null())
        .then(pl.lit(str(State.QUARANTINED)))
        .when(pl.col("merged_into").is_not_null())
        .then(pl.lit(str(State.MERGED)))
        .when(by_content & same_bytes)
        .then("_state")
        .when(pl.col("_state") == str(State.FAILED))
        .then("_state")
        .otherwise(pl.lit(str(State.PENDING)))
    )
    return joined.with_columns(state=state, attempts=pl.col("attempts").fill_null(0)).drop("_state")
