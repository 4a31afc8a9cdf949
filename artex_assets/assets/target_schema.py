"""`target_schema`: whether the target has what this phase writes. It alters nothing."""

from collections.abc import Iterator, Mapping

import dagster as dg
import polars as pl

from artex_assets.assets.evidence import of_check, table_value
from artex_assets.assets.resources import TargetDatabase, plainly
from artex_assets.checks.finding import Finding, found
from artex_assets.database.connection import Connection
from artex_assets.errors import TargetError
from artex_assets.tables.declaration import Table
from artex_assets.target.schema import (
    TABLES,
    differences,
    missing,
    missing_solid_tables,
    read_tables,
)

KEY = dg.AssetKey("target_schema")


def needed(tables: Mapping[str, Table]) -> dict[str, list[str]]:
    """The columns that `tables` write, by table."""
    return {
        name: list(dict.fromkeys((*table.key, *table.written))) for name, table in tables.items()
    }


def target_schema_asset(tables: Mapping[str, Table]) -> dg.AssetsDefinition:
    """The asset that compares the target with what `tables` write."""

    @dg.asset(
        key=KEY,
        group_name="target",
        kinds={"postgresql"},
        description="The target's tables, compared with what the migration writes. The application "
        "owns them: nothing is altered.",
        check_specs=[
            dg.AssetCheckSpec(
                "solid_tables",
                asset=KEY,
                description="The tables of Solid Queue, Cache and Cable are there.",
            )
        ],
    )
    def target_schema(
        target: dg.ResourceParam[TargetDatabase],
    ) -> Iterator[dg.MaterializeResult[None] | dg.AssetCheckResult]:
        with plainly():
            absent, differing, solid, names = target.run(
                "artex_assets target_schema", lambda connection: compared(connection, tables)
            )
            yield of_check(KEY, solid_finding(solid))
            if absent:
                raise TargetError(
                    f"The target lacks what the migration writes: {' '.join(absent)}",
                    next_step="Run the application's own migrations on it, then run this again. "
                    "Nothing was written.",
                )
            yield dg.MaterializeResult(
                metadata={
                    "tables": dg.MetadataValue.int(names),
                    "differences": dg.MetadataValue.int(differing.height),
                    "what differs from the declared schema": table_value(differing),
                }
            )

    return target_schema


def compared(
    connection: Connection, tables: Mapping[str, Table]
) -> tuple[list[str], pl.DataFrame, list[str], int]:
    """What is missing (sentences), what differs, missing Solid tables, the count of tables."""
    actual = read_tables(connection, TABLES)
    rows = [
        {
            "table": difference.table,
            "column": difference.column or "",
            "kind": difference.kind,
            "declared": difference.declared or "",
            "actual": difference.actual or "",
        }
        for difference in differences(actual)
    ]
    columns = ("table", "column", "kind", "declared", "actual")
    frame = pl.DataFrame(rows, schema=dict.fromkeys(columns, pl.String))
    return missing(actual, needed(tables)), frame, missing_solid_tables(connection), len(actual)


def solid_finding(absent: list[str]) -> Finding:
    """Fails with the Solid tables that the single-database set-up needs and does not have."""
    offenders = pl.DataFrame(
        {"key": absent, "reason": ["the table is not there"] * len(absent)},
        schema={"key": pl.String, "reason": pl.String},
    )
    return found(
        "solid_tables",
        offenders,
        "The 13 Solid tables are there",
        "Solid tables are missing; the application needs them before it goes live",
    )
