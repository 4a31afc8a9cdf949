"""What all converters have in common."""

from collections.abc import Callable
from functools import partial
from typing import Any

import polars as pl
import pytest

from artex_assets.convert import (
    booleans,
    dates,
    email,
    enums,
    money,
    numbers,
    passwords,
    text,
    urls,
)
from artex_assets.convert.conversion import NUMERIC, Conversion, original, trimmed
from artex_assets.vocabulary import Change, Rule
from artex_assets_tests.convert.cells import Cell, cells

CONVERTERS: dict[str, tuple[Callable[..., Conversion], pl.DataType]] = {
    "text": (text.optional, pl.String()),
    "required text": (text.required, pl.String()),
    "email": (email.email, pl.String()),
    "cents": (partial(money.cents, unit="cents"), pl.Int64()),
    "dollars": (partial(money.cents, unit="dollars"), pl.Int64()),
    "date": (dates.date, pl.Date()),
    "timestamp": (dates.timestamp, pl.Datetime("us")),
    "integer": (numbers.integer, pl.Int64()),
    "size": (numbers.positive_integer, pl.Int64()),
    "latitude": (partial(numbers.coordinate, limit=90), pl.Decimal(10, 6)),
    "boolean": (partial(booleans.boolean, default=None), pl.Boolean()),
    "condition": (enums.condition, pl.String()),
    "edition type": (enums.edition_type, pl.String()),
    "transaction type": (enums.transaction_type, pl.String()),
    "website": (urls.website, pl.String()),
    "password": (partial(passwords.bcrypt_digest, carry=True), pl.String()),
    "no password": (partial(passwords.bcrypt_digest, carry=False), pl.String()),
}

COLUMNS: dict[str, tuple[pl.DataType, list[Any]]] = {
    "Int64": (pl.Int64(), [5, 0, -5, 2**63 - 1, -(2**63)]),
    "numeric": (NUMERIC, ["1.50", "NaN", "Infinity", "-Infinity", "0", "-0.00", "9" * 60]),
    "Float64": (pl.Float64(), [1.5, float("nan"), float("inf"), -float("inf"), 1e300, -0.0]),
    "Boolean": (pl.Boolean(), [True, False]),
    "String": (pl.String(), ["", " ", "x", "2019-03-04", "1", "\u00e9", "\\N", "\x00"]),
    "missing": (pl.String(), []),
    "Null": (pl.Null(), []),
}


@pytest.mark.parametrize("column", COLUMNS)
@pytest.mark.parametrize("name", CONVERTERS)
def test_every_converter_takes_every_kind_of_column(name: str, column: str) -> None:
    converter, dtype = CONVERTERS[name]
    column_dtype, values = COLUMNS[column]

    converted = cells(converter, [*values, None], column_dtype)

    assert converted[-1] == Cell(None, None, set())
    assert {one.change for one in converted} <= {None, *Change}
    assert {code for one in converted for code in one.rules} <= set(Rule)
    conversion = converter("legacy", column_dtype)
    frame = pl.LazyFrame({"legacy": pl.Series([], dtype=column_dtype)})
    schema = frame.with_columns(value=conversion.value, change=conversion.change).collect_schema()
    assert (schema["value"], schema["change"]) == (dtype, pl.String())


@pytest.mark.parametrize("name", CONVERTERS)
def test_blank_text_is_null_and_never_on_record(name: str) -> None:
    converter, _ = CONVERTERS[name]
    for blank in cells(converter, ["", " \t\r\n\u00a0\u3000"], pl.String()):
        assert (blank.value, blank.change) == (None, None)
        assert blank.rules == (set() if name in ("email", "no password") else {Rule.EMPTIED})


@pytest.mark.parametrize(
    ("dtype", "value", "spelling"),
    [
        (pl.Int64(), 1990, "1990"),
        (pl.Float64(), 90210.0, "90210"),
        (pl.Float64(), 0.1, "0.1"),
        (pl.Float64(), -float("inf"), "-Infinity"),
        (pl.Boolean(), True, "true"),
        (NUMERIC, {"numeric": "1.50"}, "1.50"),
        (pl.String(), " x ", " x "),
        (pl.Null(), None, None),
    ],
)
def test_the_original_is_spelled_as_in_postgresql(
    dtype: pl.DataType, value: Any, spelling: str | None
) -> None:
    frame = pl.DataFrame({"legacy": pl.Series([value], dtype=dtype)})
    assert frame.select(original("legacy", dtype)).item() == spelling


def test_white_space_is_what_unicode_and_polars_call_so() -> None:
    every = pl.Series([chr(code) for code in range(0x110000) if not 0xD800 <= code < 0xE000])
    frame = every.to_frame("legacy")
    stripped = frame.select(trimmed("legacy", pl.String())).to_series() == ""
    assert every.filter(stripped).to_list() == every.filter(every.str.strip_chars() == "").to_list()
    assert stripped.sum() == 25
