"""A declared table as a Dagster asset with its checks."""

from collections.abc import Iterator
from typing import Any

import dagster as dg
import polars as pl

from artex_assets.assets import target_schema
from artex_assets.assets.evidence import of_check, of_load
from artex_assets.assets.legacy import key as legacy_key
from artex_assets.assets.resources import TargetDatabase, plainly
from artex_assets.checks.table import DESCRIPTIONS, check, names
from artex_assets.database.connection import Connection
from artex_assets.tables.declaration import Rules, Table
from artex_assets.target import migration_schema
from artex_assets.target.load import Loaded, load
from artex_assets.target.schema import TargetTable, read_tables

PREFIX = "legacy_"


def table_asset(table: Table) -> dg.AssetsDefinition:
    """The asset that transforms and loads `table` in one transaction."""

    @dg.asset(
        name=table.name,
        # Prefixed, since a dependency on the target table of the same name is an input, too.
        ins={PREFIX + name: dg.AssetIn(key=legacy_key(name)) for name in table.reads},
        deps=[target_schema.KEY, *(dg.AssetKey(name) for name in table.parents)],
        group_name=table.phase,
        kinds={"polars", "postgresql"},
        description=_description(table),
        metadata={"dagster/table_name": table.name, "legacy table": table.source.name},
    )
    def load_table(
        context: dg.AssetExecutionContext,
        target: dg.ResourceParam[TargetDatabase],
        **inputs: pl.DataFrame,
    ) -> dg.MaterializeResult[None]:
        frames = {name.removeprefix(PREFIX): frame for name, frame in inputs.items()}

        def work(connection: Connection) -> tuple[Loaded, TargetTable]:
            rules = _rules(connection, target)
            loaded = load(connection, table, frames, rules, context.run.run_id)
            return loaded, read_tables(connection, [table.name])[table.name]

        with plainly():
            loaded, actual = target.run(f"artex_assets {table.name} {context.run.run_id[:8]}", work)
        context.log.info(
            f"{table.name}: {loaded.loaded:,} of {loaded.legacy:,} loaded "
            f"({loaded.inserted:,} inserted, {loaded.updated:,} updated), "
            f"{loaded.merged:,} merged, {loaded.quarantined:,} quarantined."
        )
        return dg.MaterializeResult(metadata=of_load(table, loaded, actual))

    return load_table


def table_checks(table: Table) -> dg.AssetChecksDefinition:
    """The checks of `table`, which can be run again without loading anything."""
    asset, source = dg.AssetKey(table.name), legacy_key(table.source.name)

    @dg.multi_asset_check(
        name=f"{table.name}_checks",
        specs=[
            dg.AssetCheckSpec(
                name, asset=asset, description=DESCRIPTIONS[name], additional_deps=[source]
            )
            for name in names(table)
        ],
        ins={"legacy": dg.AssetIn(key=source)},
        can_subset=True,
    )
    def checks(
        context: dg.AssetCheckExecutionContext,
        target: dg.ResourceParam[TargetDatabase],
        legacy: pl.DataFrame,
    ) -> Iterator[dg.AssetCheckResult]:
        def work(connection: Connection) -> list[dg.AssetCheckResult]:
            rules = _rules(connection, target)
            with connection.transaction():
                findings = check(connection, table, legacy, rules)
            chosen = {key.name for key in context.selected_asset_check_keys}
            return [of_check(asset, finding) for finding in findings if finding.name in chosen]

        with plainly():
            yield from target.run(f"artex_assets {table.name} checks", work)

    return checks


def _rules(connection: Connection, target: TargetDatabase) -> Rules:
    return target.rules(migration_schema.ensure(connection))


def _description(table: Table) -> str:
    """What the table's file says of it, without the first words that repeat its name."""
    import inspect

    module: Any = inspect.getmodule(table.transform)
    return inspect.cleandoc(module.__doc__ or "")
