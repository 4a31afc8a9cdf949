"""The contract: what of a legacy table is missing, of another kind, or not mapped."""

import polars as pl
import pytest

from artex_assets.convert.conversion import NUMERIC
from artex_assets.legacy.contract import Kind, LegacyTable, unmapped_counts, violations
from artex_assets.tables.discovery import legacy_tables

CONTRACTS = list(legacy_tables().values())

TABLE = LegacyTable(
    "prints",
    {"id": Kind.ID, "name": Kind.TEXT, "price": Kind.PRICE},
    optional=frozenset({"price"}),
    ignored=frozenset({"ticker"}),
)


def whole(contract: LegacyTable, rows: int = 0) -> pl.DataFrame:
    schema = {name: kind.dtypes[0] for name, kind in contract.columns.items()}
    return pl.DataFrame({name: [None] * rows for name in schema}, schema=schema)


@pytest.mark.parametrize("contract", CONTRACTS, ids=lambda contract: contract.name)
@pytest.mark.parametrize("rows", [0, 2])
def test_a_table_as_expected_breaks_nothing(contract: LegacyTable, rows: int) -> None:
    assert violations(contract, whole(contract, rows)) == []


@pytest.mark.parametrize(
    ("contract", "column"),
    [(contract, column) for contract in CONTRACTS for column in sorted(contract.optional)],
    ids=lambda value: getattr(value, "name", value),
)
def test_an_optional_column_may_be_missing_and_is_read_as_null(
    contract: LegacyTable, column: str
) -> None:
    frame = whole(contract, 2).drop(column)
    assert violations(contract, frame) == []
    completed = contract.complete(frame)
    assert completed[column].to_list() == [None, None]
    assert violations(contract, completed) == []


@pytest.mark.parametrize(
    ("contract", "column"),
    [(contract, column) for contract in CONTRACTS for column in contract.required],
    ids=lambda value: getattr(value, "name", value),
)
def test_a_required_column_that_is_missing_is_named(contract: LegacyTable, column: str) -> None:
    (sentence,) = violations(contract, whole(contract, 1).drop(column))
    assert f"The column {column} of the legacy table {contract.name} is missing" in sentence


@pytest.mark.parametrize(
    ("column", "kind", "dtype", "spelled"),
    [
        ("id", Kind.ID, pl.String(), "String"),
        ("id", Kind.ID, NUMERIC, "numeric"),
        ("day", Kind.DATE, pl.Int64(), "Int64"),
        ("flag", Kind.BOOLEAN, pl.Float64(), "Float64"),
        ("price", Kind.PRICE, pl.Boolean(), "Boolean"),
    ],
)
def test_a_dtype_of_another_kind_is_named_with_those_that_are_read(
    column: str, kind: Kind, dtype: pl.DataType, spelled: str
) -> None:
    table = LegacyTable("prints", {column: kind})
    (sentence,) = violations(table, pl.DataFrame(schema={column: dtype}))
    assert f"The column {column} of the legacy table prints holds {spelled};" in sentence
    assert f"the kind {kind.value} is read from {kind.dtypes[0]}" in sentence


@pytest.mark.parametrize("kind", Kind)
def test_every_dtype_of_a_kind_is_taken(kind: Kind) -> None:
    table = LegacyTable("prints", {"x": kind})
    for dtype in kind.dtypes:
        assert violations(table, pl.DataFrame(schema={"x": dtype})) == []


def test_an_optional_column_of_another_kind_is_named_all_the_same() -> None:
    frame = pl.DataFrame(schema={"id": pl.Int64, "name": pl.String, "price": pl.Boolean})
    assert len(violations(TABLE, frame)) == 1


def test_missing_and_wrong_columns_are_named_together() -> None:
    frame = pl.DataFrame({"id": ["canary-7c1f"]})
    sentences = violations(TABLE, frame)
    assert [sentence.split()[2] for sentence in sentences] == ["id", "name"]
    assert "canary" not in "".join(sentences)


def test_values_in_columns_that_nobody_maps_are_counted() -> None:
    frame = pl.DataFrame(
        {"id": [1, 2], "ticker": ["A", "B"], "mood": ["", None], "hue": [None] * 2}
    )
    assert unmapped_counts(TABLE, frame) == {"mood": 1, "hue": 0}
