"""Runs a converter over a few legacy values, as the tests of this folder see it."""

from collections.abc import Callable, Iterable
from typing import Any, NamedTuple

import polars as pl

from artex_assets.convert.conversion import NUMERIC, Conversion


class Cell(NamedTuple):
    """What became of one legacy value: the target's value, its `Change` and its `Rule`s."""

    value: Any
    change: str | None
    rules: set[str]


def cells(
    converter: Callable[..., Conversion], values: Iterable[Any], dtype: pl.DataType, *settings: Any
) -> list[Cell]:
    """The cells of one column; the values of a NUMERIC are given as its texts."""
    given = list(values)
    if dtype == NUMERIC:
        given = [None if value is None else {"numeric": value} for value in given]
    conversion = converter("legacy", dtype, *settings)
    rules = {f"rule {code}": expression for code, expression in conversion.rules.items()}
    rows = (
        pl.LazyFrame({"legacy": pl.Series(given, dtype=dtype)})
        .with_columns(value=conversion.value, change=conversion.change, **rules)
        .collect()
        .to_dicts()
    )
    for row in rows:
        assert all(row[name] in (True, False) for name in rules), "a rule is true or false"
    return [
        Cell(
            row["value"],
            row["change"],
            {str(code) for code in conversion.rules if row[f"rule {code}"]},
        )
        for row in rows
    ]


def cell(
    converter: Callable[..., Conversion], value: Any, dtype: pl.DataType, *settings: Any
) -> Cell:
    """The only cell of a column with one value."""
    return cells(converter, [value], dtype, *settings)[0]
