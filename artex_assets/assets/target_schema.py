"""`target_schema`: whether the target has what this run's phase writes. It alters nothing."""

from collections.abc import Iterator, Mapping, Set

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
    TargetTable,
    differences,
    missing,
    missing_solid_tables,
    needed,
    read_tables,
)

KEY = dg.AssetKey("target_schema")


def chosen(tables: Mapping[str, Table], selected: Set[dg.AssetKey]) -> dict[str, Table]:
    """Those of `tables` that belong to the phases of a run, by the assets that it has selected.

    A run of any table of a phase needs the whole phase; one without tables needs the first.
    """
    phases = {table.phase for table in tables.values() if dg.AssetKey(table.name) in selected}
    phases = phases or {"core"}
    return {name: table for name, table in tables.items() if table.phase in phases}


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
        context: dg.AssetExecutionContext,
        target: dg.ResourceParam[TargetDatabase],
    ) -> Iterator[dg.MaterializeResult[None] | dg.AssetCheckResult]:
        with plainly():
            # What this run executes, also when it is a part of a job, or has no job of its own.
            now = chosen(tables, context.job_def.asset_layer.selected_asset_keys)
            absent, differing, solid, names = target.run(
                "artex_assets target_schema", lambda connection: compared(connection, now)
            )
            yield of_check(KEY, solid_finding(solid))
            if absent:
                raise refusal(absent)
            yield dg.MaterializeResult(
                metadata={
                    "phases": dg.MetadataValue.text(
                        ", ".join(dict.fromkeys(table.phase for table in now.values()))
                    ),
                    "tables": dg.MetadataValue.int(names),
                    "differences": dg.MetadataValue.int(differing.height),
                    "what differs from the declared schema": table_value(differing),
                }
            )

    return target_schema


def refusal(absent: Mapping[str, list[str]]) -> TargetError:
    """The error that says what is missing, and who makes it.

    absent: what `lacking` says, sentences by phase.
    """
    steps = {
        "core": "Run the application's own migrations on it, then run this again.",
        "sales": "`artex schema` shows how external_sales comes about, `artex schema --apply` "
        "creates what is missing of it. `artex migrate --only core` does without.",
    }
    sentences = " ".join(sentence for each in absent.values() for sentence in each)
    return TargetError(
        f"The target lacks what the migration writes: {sentences}",
        next_step=" ".join([*(steps[phase] for phase in absent), "Nothing was written."]),
    )


def compared(
    connection: Connection, tables: Mapping[str, Table]
) -> tuple[dict[str, list[str]], pl.DataFrame, list[str], int]:
    """What `tables` miss (sentences by phase), what differs, missing Solid tables, and how many
    tables the target has.
    """
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
    return lacking(actual, tables), frame, missing_solid_tables(connection), len(actual)


def lacking(actual: Mapping[str, TargetTable], tables: Mapping[str, Table]) -> dict[str, list[str]]:
    """What the target lacks of what `tables` write, in sentences by phase.

    Of parents that are not among `tables`, only whether they are there.
    """
    sentences: dict[str, list[str]] = {}
    for table in tables.values():
        for parent in table.parents:
            if parent not in tables and parent not in actual:
                sentences.setdefault("core", []).append(f"There is no table {parent}.")
    for name, columns in needed(tables).items():
        if told := missing(actual, {name: columns}):
            sentences.setdefault(tables[name].phase, []).extend(told)
    return sentences


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
