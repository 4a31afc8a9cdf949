"""`target_schema`: whether the target has what this run's phase writes, and lets our role write it.

It alters nothing.
"""

from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass

import dagster as dg
import polars as pl

from artex_assets.assets.evidence import of_check, table_value
from artex_assets.assets.resources import TargetDatabase, plainly
from artex_assets.checks.finding import Finding, found
from artex_assets.database.connection import Connection
from artex_assets.errors import TargetError
from artex_assets.images.sets import IMAGE_SETS
from artex_assets.tables.declaration import Table
from artex_assets.target.schema import (
    TABLES,
    TargetTable,
    differences,
    elsewhere,
    missing,
    missing_solid_tables,
    needed,
    needed_by_images,
    read_tables,
)
from artex_assets.target.schema.privileges import Denied, denied, hints

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
            selected = context.job_def.asset_layer.selected_asset_keys
            now = chosen(tables, selected)
            images = any(dg.AssetKey(name) in selected for name in IMAGE_SETS)

            def compare(connection: Connection) -> Comparison:
                with connection.transaction():
                    return compared(connection, now, images)

            found = target.run("artex_assets target_schema", compare)
            differing = found.differing
            yield of_check(KEY, solid_finding(found.solid))
            if found.lacking or found.denied:
                raise refusal(found.lacking, found.hints, found.denied)
            yield dg.MaterializeResult(
                metadata={
                    "phases": dg.MetadataValue.text(
                        ", ".join(dict.fromkeys(table.phase for table in now.values()))
                    ),
                    "tables": dg.MetadataValue.int(found.tables),
                    "differences": dg.MetadataValue.int(differing.height),
                    "what differs from the declared schema": table_value(differing),
                }
            )

    return target_schema


def refusal(
    absent: Mapping[str, list[str]], hints: Sequence[str] = (), denied: Sequence[Denied] = ()
) -> TargetError:
    """The error that says what is missing or not allowed, and who makes it so.

    absent: what `lacking` says, sentences by phase. hints: where the tables may be. denied: what
    our role may not do.
    """
    own = "Run the application's own migrations on it, then run this again."
    steps = {
        "core": own,
        "sales": "`artex schema` shows how external_sales comes about, `artex schema --apply` "
        "creates what is missing of it. `artex migrate --only core` does without.",
        "images": own,
    }
    sentences = [sentence for each in absent.values() for sentence in each]
    next_steps = list(dict.fromkeys(steps[phase] for phase in absent))
    what = [f"The target lacks what the migration writes: {' '.join(sentences)}"] if absent else []
    if denied:
        listed = "; ".join(each.says for each in denied)
        what.append(
            f"The role of DATABASE_URL may not do what the migration does. It lacks: {listed}."
        )
        next_steps.append("`artex schema` prints what the database's owner has to run.")
    return TargetError(
        " ".join(what), next_step=" ".join([*hints, *next_steps, "Nothing was written."])
    )


@dataclass(frozen=True)
class Comparison:
    """What a target has and lacks. lacking: sentences by phase. tables: how many it has."""

    lacking: dict[str, list[str]]
    hints: list[str]
    denied: list[Denied]
    differing: pl.DataFrame
    solid: list[str]
    tables: int


def compared(connection: Connection, tables: Mapping[str, Table], images: bool) -> Comparison:
    """The target beside what `tables`, and the image sets if `images`, need of it."""
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
    written = [*tables, *(needed_by_images() if images else ())]
    read = [
        name
        for table in tables.values()
        for name in (*table.parents, *(taken for taken, _ in table.taken_in))
        if name not in written
    ]
    absent = [name for name in (*written, *read) if name not in actual]
    return Comparison(
        lacking=lacking(actual, tables, images),
        hints=hints(connection, elsewhere(connection, absent)) if absent else [],
        denied=denied(
            connection,
            [actual[name] for name in written if name in actual],
            [actual[name] for name in read if name in actual],
        ),
        differing=frame,
        solid=missing_solid_tables(connection),
        tables=len(actual),
    )


def lacking(
    actual: Mapping[str, TargetTable], tables: Mapping[str, Table], images: bool
) -> dict[str, list[str]]:
    """What the target lacks of what `tables` and the image sets write, in sentences by phase.

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
    if images and (told := missing(actual, needed_by_images())):
        sentences["images"] = told
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
