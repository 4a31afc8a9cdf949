import re
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from artex_assets.convert.conversion import NUMERIC
from artex_assets.convert.numbers import coordinate, integer, positive_integer
from artex_assets.vocabulary import Change, Rule
from artex_assets_tests.convert.cells import Cell, cell, cells

UNREADABLE = Cell(None, Change.NUMBER_UNREADABLE, set())


@pytest.mark.parametrize(
    ("dtype", "legacy", "value"),
    [
        (pl.Int64(), 500, 500),
        (pl.Int64(), -(2**63), -(2**63)),
        (pl.String(), " +0500 ", 500),
        (pl.String(), "-7", -7),
        (pl.String(), "-0", 0),
        (pl.String(), str(2**63 - 1), 2**63 - 1),
        (NUMERIC, "5.00", 5),
        (NUMERIC, "-5", -5),
        (pl.Float64(), 5.0, 5),
        (pl.Float64(), -(2.0**63), -(2**63)),
    ],
)
def test_a_whole_number_is_read(dtype: pl.DataType, legacy: Any, value: int) -> None:
    assert cell(integer, legacy, dtype) == Cell(value, None, set())


@pytest.mark.parametrize(
    ("dtype", "legacy"),
    [
        (pl.String(), "500 prints"),
        (pl.String(), "5.0"),
        (pl.String(), "1,000"),
        (pl.String(), "1e3"),
        (pl.String(), "+-5"),
        (pl.String(), "5\n6"),
        (pl.String(), "\u0665"),
        (pl.String(), str(2**63)),
        (pl.String(), "9" * 50),
        (NUMERIC, "5.5"),
        (NUMERIC, "NaN"),
        (NUMERIC, str(2**63)),
        (pl.Float64(), 5.5),
        (pl.Float64(), float("nan")),
        (pl.Float64(), float("inf")),
        (pl.Float64(), 2.0**63),
        (pl.Boolean(), True),
    ],
)
def test_what_is_no_whole_number_is_null_and_on_record(dtype: pl.DataType, legacy: Any) -> None:
    assert cell(integer, legacy, dtype) == UNREADABLE
    assert cell(positive_integer, legacy, dtype) == UNREADABLE


@given(st.lists(st.text("+-0123456789. ", max_size=22) | st.integers().map(str)))
def test_texts_are_read_as_pythons_integers_within_64_bits(texts: list[str]) -> None:
    values = [one.value for one in cells(integer, texts, pl.String())]
    assert values == [_integer(text.strip()) for text in texts]


def _integer(text: str) -> int | None:
    if not re.fullmatch(r"[+-]?[0-9]+", text):
        return None
    return int(text) if -(2**63) <= int(text) < 2**63 else None


def test_an_edition_has_one_print_or_more() -> None:
    none = Cell(None, Change.SIZE_NOT_POSITIVE, set())
    one, zero, less, missing = cells(positive_integer, [1, 0, -1, None], pl.Int64())
    assert (one, zero, less) == (Cell(1, None, set()), none, none)
    assert missing == Cell(None, None, set())
    assert cell(positive_integer, "0", pl.String()) == none


@pytest.mark.parametrize(
    ("dtype", "legacy", "value", "rules"),
    [
        (pl.Float64(), 37.783998, "37.783998", set()),
        (pl.Float64(), 37.78, "37.780000", set()),
        (pl.Float64(), -122.4331285, "-122.433129", {Rule.ROUNDED}),
        (pl.Float64(), 1.2345665, "1.234567", {Rule.ROUNDED}),
        (pl.Float64(), -1.2345665, "-1.234567", {Rule.ROUNDED}),
        (pl.Float64(), 5e-7, "0.000001", {Rule.ROUNDED}),
        (pl.Float64(), 4.9999e-7, "0", {Rule.ROUNDED}),
        (pl.Float64(), 5e-324, "0", set()),
        (pl.Float64(), 180.0, "180.000000", set()),
        (pl.Float64(), -180.0, "-180.000000", set()),
        (pl.Float64(), -0.0, "0", set()),
        (NUMERIC, "1.2345665", "1.234567", {Rule.ROUNDED}),
        (NUMERIC, "1.23456649999999999999999999999", "1.234566", {Rule.ROUNDED}),
        (pl.String(), " 37.7840 ", "37.784000", set()),
        (pl.String(), "+5", "5", set()),
        (pl.Int64(), -5, "-5", set()),
    ],
)
def test_a_coordinate_is_rounded_half_away_from_zero(
    dtype: pl.DataType, legacy: Any, value: str, rules: set[str]
) -> None:
    assert cell(coordinate, legacy, dtype, 180) == Cell(Decimal(value), None, rules)


@pytest.mark.parametrize(
    ("dtype", "legacy"),
    [
        (pl.Float64(), 90.0000001),
        (pl.Float64(), -91.0),
        (pl.Float64(), 1e300),
        (pl.Float64(), float("nan")),
        (pl.Float64(), float("-inf")),
        (NUMERIC, "NaN"),
        (NUMERIC, "9" * 60),
        (pl.String(), "37,784"),
        (pl.String(), "37.7 N"),
        (pl.String(), "1e1"),
        (pl.Int64(), 2**62),
    ],
)
def test_a_coordinate_that_is_not_on_earth_is_null_and_on_record(
    dtype: pl.DataType, legacy: Any
) -> None:
    off_earth = Cell(None, Change.COORDINATE_OUT_OF_RANGE, set())
    assert cell(coordinate, legacy, dtype, 90) == off_earth


@given(
    st.lists(
        st.floats(allow_nan=False)
        | st.floats(-180, 180)
        | st.integers(-(10**7), 10**7).map(lambda ten_millionths: ten_millionths / 10**7)
    )
)
def test_doubles_are_rounded_as_the_decimals_that_they_print(degrees: list[float]) -> None:
    values = [one.value for one in cells(coordinate, degrees, pl.Float64(), 180)]
    assert values == [_rounded(Decimal(repr(degree))) for degree in degrees]


@given(st.lists(st.decimals(-181, 181, places=7)))
def test_numerics_are_rounded_exactly(degrees: list[Decimal]) -> None:
    texts = [f"{degree:f}" for degree in degrees]
    values = [one.value for one in cells(coordinate, texts, NUMERIC, 180)]
    assert values == [_rounded(degree) for degree in degrees]


def _rounded(degree: Decimal) -> Decimal | None:
    if abs(degree) > 180:
        return None
    return degree.quantize(Decimal("0.000001"), rounding=ROUND_HALF_UP)
