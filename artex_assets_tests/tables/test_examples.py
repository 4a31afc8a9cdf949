"""The examples that every file in `tables/` gives are true."""

import datetime
from typing import Any

import polars as pl
import pytest

from artex_assets.tables.declaration import Example, Table
from artex_assets.tables.discovery import discover
from artex_assets.tables.outcome import Outcome
from artex_assets_tests.frames import inputs

EXAMPLES = [
    pytest.param(table, example, id=f"{table.name}: {example.says}")
    for table in discover().values()
    for example in table.examples
]


def shown(value: Any) -> Any:
    """A cell as an example writes it: numbers and flags as they are, the others as text."""
    return value if value is None or isinstance(value, int | str) else str(value)


def key_text(table: Table, key: int | None, other_key: int | None) -> str:
    return str(key) if len(table.key) == 1 else f"{key}-{other_key}"


def outcome_of(table: Table, example: Example) -> Outcome:
    return table.transform(inputs(table, example.legacy, example.parents)).finish()


@pytest.mark.parametrize(("table", "example"), EXAMPLES)
def test_the_legacy_rows_of_an_example_become_its_rows(table: Table, example: Example) -> None:
    outcome = outcome_of(table, example)
    rows = [
        {name: shown(value) for name, value in row.items()}
        for row in outcome.rows.iter_rows(named=True)
    ]
    assert len(rows) == len(example.rows)
    for row, expected in zip(rows, example.rows, strict=True):
        assert {name: row[name] for name in expected} == dict(expected)


@pytest.mark.parametrize(("table", "example"), EXAMPLES)
def test_the_others_of_an_example_are_quarantined_for_its_reasons(
    table: Table, example: Example
) -> None:
    quarantined = {
        key_text(table, row["key"], row["other_key"]): row["reason"]
        for row in outcome_of(table, example).quarantined.iter_rows(named=True)
    }
    assert quarantined == dict(example.quarantined)


@pytest.mark.parametrize(("table", "example"), EXAMPLES)
def test_every_row_of_an_example_is_loaded_merged_or_quarantined(
    table: Table, example: Example
) -> None:
    outcome = outcome_of(table, example)
    parts = (outcome.rows, outcome.quarantined, outcome.merged)
    assert sum(part.height for part in parts) == len(example.legacy[table.source.name])


def test_examples_are_read_with_the_day_of_the_migration_fixed() -> None:
    posters = discover()["posters"]
    rows = outcome_of(posters, posters.examples[0]).rows
    assert datetime.date(2026, 1, 2) in rows["release_date"].to_list()
    assert rows.schema["original_price"] == pl.Int64
