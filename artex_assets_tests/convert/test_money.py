from decimal import Decimal
from typing import Any, Literal

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from artex_assets.convert.conversion import NUMERIC
from artex_assets.convert.money import cents
from artex_assets.vocabulary import Change, Rule
from artex_assets_tests.convert.cells import Cell, cell, cells

Unit = Literal["cents", "dollars"]
LARGEST = 2**63 - 1


@pytest.mark.parametrize(
    ("legacy", "value"),
    [
        ("19.99", 1999),
        ("$1,234.50", 123450),
        ("$7", 700),
        (" 0.1 ", 10),
        ("1,234,567", 123456700),
        ("1234567.05", 123456705),
        ("0007", 700),
        ("92233720368547758.07", LARGEST),
    ],
)
def test_a_text_is_dollars_whatever_the_unit(legacy: str, value: int) -> None:
    converted = Cell(value, None, {Rule.MONEY_CONVERTED})
    assert cell(cents, legacy, pl.String(), "cents") == converted
    assert cell(cents, legacy, pl.String(), "dollars") == converted


@pytest.mark.parametrize(
    ("legacy", "change"),
    [
        ("free", Change.PRICE_UNREADABLE),
        ("1e3", Change.PRICE_UNREADABLE),
        ("3.999", Change.PRICE_UNREADABLE),
        ("3.990", Change.PRICE_UNREADABLE),
        ("1,23", Change.PRICE_UNREADABLE),
        ("1234,567", Change.PRICE_UNREADABLE),
        ("1,2345", Change.PRICE_UNREADABLE),
        (",123", Change.PRICE_UNREADABLE),
        ("19,99", Change.PRICE_UNREADABLE),
        ("5.", Change.PRICE_UNREADABLE),
        (".5", Change.PRICE_UNREADABLE),
        ("$", Change.PRICE_UNREADABLE),
        ("$ 5", Change.PRICE_UNREADABLE),
        ("5$", Change.PRICE_UNREADABLE),
        ("5 USD", Change.PRICE_UNREADABLE),
        ("5\n6", Change.PRICE_UNREADABLE),
        ("\u0665", Change.PRICE_UNREADABLE),
        ("NaN", Change.PRICE_UNREADABLE),
        ("-", Change.PRICE_UNREADABLE),
        ("--5", Change.PRICE_UNREADABLE),
        ("0", Change.PRICE_NOT_POSITIVE),
        ("$0.00", Change.PRICE_NOT_POSITIVE),
        ("-5", Change.PRICE_NOT_POSITIVE),
        ("-$5.00", Change.PRICE_NOT_POSITIVE),
        ("$-5", Change.PRICE_NOT_POSITIVE),
        ("92233720368547758.08", Change.VALUE_NOT_HELD),
        ("9" * 36, Change.VALUE_NOT_HELD),
        ("9" * 400, Change.VALUE_NOT_HELD),
    ],
)
def test_a_text_that_is_no_price_is_null_and_on_record(legacy: str, change: Change) -> None:
    assert cell(cents, legacy, pl.String(), "cents") == Cell(None, change, set())


@pytest.mark.parametrize(
    ("dtype", "legacy", "in_cents", "in_dollars"),
    [
        (pl.Int64(), 4000, 4000, 400000),
        (pl.Int64(), 0, Change.PRICE_NOT_POSITIVE, Change.PRICE_NOT_POSITIVE),
        (pl.Int64(), -1, Change.PRICE_NOT_POSITIVE, Change.PRICE_NOT_POSITIVE),
        (pl.Int64(), LARGEST, LARGEST, Change.VALUE_NOT_HELD),
        (pl.Int64(), LARGEST // 100, LARGEST // 100, LARGEST // 100 * 100),
        (pl.Int64(), LARGEST // 100 + 1, LARGEST // 100 + 1, Change.VALUE_NOT_HELD),
        (NUMERIC, "40", 40, 4000),
        (NUMERIC, "19.99", Change.PRICE_FRACTION, 1999),
        (NUMERIC, "19.9900", Change.PRICE_FRACTION, 1999),
        (NUMERIC, "20.00", 20, 2000),
        (NUMERIC, "0.005", Change.PRICE_FRACTION, Change.PRICE_FRACTION),
        (NUMERIC, "-0.005", Change.PRICE_NOT_POSITIVE, Change.PRICE_NOT_POSITIVE),
        (NUMERIC, "0.00", Change.PRICE_NOT_POSITIVE, Change.PRICE_NOT_POSITIVE),
        (NUMERIC, "NaN", Change.PRICE_UNREADABLE, Change.PRICE_UNREADABLE),
        (NUMERIC, "Infinity", Change.PRICE_UNREADABLE, Change.PRICE_UNREADABLE),
        (NUMERIC, "-Infinity", Change.PRICE_UNREADABLE, Change.PRICE_UNREADABLE),
        (NUMERIC, "1" + "0" * 400, Change.VALUE_NOT_HELD, Change.VALUE_NOT_HELD),
        (NUMERIC, str(2**63), Change.VALUE_NOT_HELD, Change.VALUE_NOT_HELD),
        (pl.Float64(), 19.99, Change.PRICE_FRACTION, 1999),
        (pl.Float64(), 20.0, 20, 2000),
        (pl.Float64(), 0.1 + 0.2, Change.PRICE_FRACTION, Change.PRICE_FRACTION),
        (pl.Float64(), 1e-9, Change.PRICE_FRACTION, Change.PRICE_FRACTION),
        (pl.Float64(), -1e-9, Change.PRICE_NOT_POSITIVE, Change.PRICE_NOT_POSITIVE),
        (pl.Float64(), 1.5e16, 15 * 10**15, 15 * 10**17),
        (pl.Float64(), 1e300, Change.VALUE_NOT_HELD, Change.VALUE_NOT_HELD),
        (pl.Float64(), float("nan"), Change.PRICE_UNREADABLE, Change.PRICE_UNREADABLE),
        (pl.Float64(), float("inf"), Change.PRICE_UNREADABLE, Change.PRICE_UNREADABLE),
        (pl.Boolean(), True, Change.PRICE_UNREADABLE, Change.PRICE_UNREADABLE),
    ],
)
def test_a_number_is_in_the_declared_unit(
    dtype: pl.DataType, legacy: Any, in_cents: int | Change, in_dollars: int | Change
) -> None:
    assert cell(cents, legacy, dtype, "cents") == _expected(in_cents, set())
    assert cell(cents, legacy, dtype, "dollars") == _expected(in_dollars, {Rule.MONEY_CONVERTED})


def _expected(outcome: int | Change, rules: set[str]) -> Cell:
    if isinstance(outcome, Change):
        return Cell(None, outcome, set())
    return Cell(outcome, None, rules)


def _of_number(amount: Decimal, unit: Unit) -> int | Change:
    """The rule of domain.md in Python's exact decimals."""
    in_cents = amount * (100 if unit == "dollars" else 1)
    if amount <= 0:
        return Change.PRICE_NOT_POSITIVE
    if in_cents != int(in_cents):
        return Change.PRICE_FRACTION
    return int(in_cents) if in_cents <= LARGEST else Change.VALUE_NOT_HELD


def _outcomes(values: list[Any], dtype: pl.DataType, unit: Unit) -> list[int | str | None]:
    return [one.change or one.value for one in cells(cents, values, dtype, unit)]


UNITS: st.SearchStrategy[Unit] = st.sampled_from(["cents", "dollars"])
NUMERICS = st.decimals(min_value=-(10**8), max_value=10**22, places=4) | st.decimals(
    min_value=-5, max_value=5000, places=3
)


@given(st.lists(NUMERICS), UNITS)
def test_numerics_are_exact(amounts: list[Decimal], unit: Unit) -> None:
    texts = [f"{amount:f}" for amount in amounts]
    assert _outcomes(texts, NUMERIC, unit) == [_of_number(amount, unit) for amount in amounts]


@given(
    st.lists(
        st.floats(allow_nan=False, allow_infinity=False)
        | st.integers(0, 10**7).map(lambda amount: amount / 100)
        | st.integers(0, 2**53).map(float)
    ),
    UNITS,
)
def test_doubles_are_the_decimals_that_they_print(amounts: list[float], unit: Unit) -> None:
    expected = [_of_number(Decimal(repr(amount)), unit) for amount in amounts]
    assert _outcomes(amounts, pl.Float64(), unit) == expected


@given(st.lists(st.integers(-(2**63), 2**63 - 1) | st.integers(-9, 9)), UNITS)
def test_integers_are_exact_and_never_wrap(amounts: list[int], unit: Unit) -> None:
    expected = [_of_number(Decimal(amount), unit) for amount in amounts]
    assert _outcomes(amounts, pl.Int64(), unit) == expected


TEXTS = st.text("$,.-0125 e", max_size=10) | st.builds(
    "{}{:,}{}".format,
    st.sampled_from(["", "$", "-", "-$", "$-", "$$", " ", "+"]),
    st.integers(0, 99) | st.integers(0, 10**12),
    st.sampled_from(["", ".5", ".05", ".00", ".005", ".", ",000", ",00"]),
)


@given(st.lists(TEXTS))
def test_texts_are_read_as_a_person_reads_dollars(texts: list[str]) -> None:
    assert _outcomes(texts, pl.String(), "cents") == [_of_text(text) for text in texts]


def _of_text(text: str) -> int | Change | None:
    amount = text.strip()
    if not amount:
        return None
    # One minus and one dollar sign in front, in either order.
    minus = "-" in amount[:2]
    signs = len(amount) - len(amount.lstrip("-$"))
    if amount[:signs] not in ("", "-", "$", "-$", "$-"):
        return Change.PRICE_UNREADABLE
    whole, point, fraction = amount[signs:].partition(".")
    groups = whole.split(",")
    grouped = len(groups) == 1 or (
        1 <= len(groups[0]) <= 3 and all(len(group) == 3 for group in groups[1:])
    )
    digits = "".join(groups)
    if not digits.isdecimal() or not grouped:
        return Change.PRICE_UNREADABLE
    if point and not (fraction.isdecimal() and len(fraction) <= 2):
        return Change.PRICE_UNREADABLE
    return _of_number(Decimal(f"{'-' * minus}{digits}.{fraction}"), "dollars")
