"""Small legacy frames for tests: rows as dicts, dtypes as the snapshot would have them."""

import datetime
from collections.abc import Mapping, Sequence
from typing import Any

import polars as pl

from artex_assets.convert.conversion import NUMERIC
from artex_assets.legacy.contract import LegacyTable
from artex_assets.tables.declaration import Inputs, Rules, Table
from artex_assets.tables.discovery import legacy_tables

RULES = Rules(migration_date=datetime.date(2026, 1, 2))

NOON = "2015-01-01 12:00:00"


def legacy_frame(
    table: LegacyTable, rows: Sequence[Mapping[str, Any]], **dtypes: pl.DataType
) -> pl.DataFrame:
    """`rows` as a snapshot of `table`; columns left out are NULL, times left out are noon."""
    schema = {name: dtypes.get(name, kind.dtypes[0]) for name, kind in table.columns.items()}
    times = {name: NOON for name in ("created_at", "updated_at") if name in table.columns}
    whole = [{**dict.fromkeys(schema), **times, **row} for row in rows]
    columns = {
        name: [
            {"numeric": row[name]} if dtype == NUMERIC and row[name] is not None else row[name]
            for row in whole
        ]
        for name, dtype in schema.items()
    }
    return pl.DataFrame(columns, schema=schema)


def resolved(ids: Sequence[int]) -> pl.DataFrame:
    """Parents of which exactly `ids` are in the target, each as itself."""
    return pl.DataFrame(
        {"legacy_id": ids, "id": ids, "reason": None, "cause": None},
        schema={
            "legacy_id": pl.Int64,
            "id": pl.Int64,
            "reason": pl.String,
            "cause": pl.String,
        },
    )


def inputs(
    table: Table,
    legacy: Mapping[str, Sequence[Mapping[str, Any]]],
    parents: Mapping[str, Sequence[int]] | None = None,
    rules: Rules = RULES,
) -> Inputs:
    """The inputs of `table`'s transform: legacy rows, and the parents that are in the target."""
    contracts = legacy_tables()
    return Inputs(
        legacy={name: legacy_frame(contracts[name], legacy.get(name, [])) for name in table.reads},
        rules=rules,
        parents={name: resolved((parents or {}).get(name, [])) for name in table.parents},
    )
