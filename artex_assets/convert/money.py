"""Prices, in whole cents. Source: domain.md, *Prices*.

All arithmetic is decimal and starts from digits: no double precision is 19.99.
"""

from typing import Literal

import polars as pl

from artex_assets.convert.conversion import NUMERIC, Conversion, emptied, present, trimmed
from artex_assets.vocabulary import Change, Rule

_NUMBER = r"\A-?[0-9]+(?:\.[0-9]*)?(?:e[+-][0-9]+)?\z"
"""A numeric or a double precision; only the latter has exponents, from 1e16 on and below 1e-5."""

_DOLLARS = r"\A(?:-\$?|\$-?)?(?:[0-9]+|[0-9]{1,3}(?:,[0-9]{3})+)(?:\.[0-9]{1,2})?\z"
"""A text in dollars: `$1,234.50`, `19.99`, `7`. A minus is readable, and never a price."""


def cents(column: str, dtype: pl.DataType, unit: Literal["cents", "dollars"]) -> Conversion:
    """A price as whole cents above 0 (Int64); null and on record when it is no such price.

    Integer, numeric and double precision columns are in `unit`; any other column is a text in
    dollars. The first that applies: 0 and less are PRICE_NOT_POSITIVE; in a number, more decimals
    than cents have are PRICE_FRACTION (zeros behind the last one are none); more cents than 64 bits
    hold are VALUE_NOT_HELD; all else is PRICE_UNREADABLE, a text such as `3.999` or `1e3` included.
    A blank text is a missing price: nothing goes on record. A double precision stands for the
    shortest decimal that means it.
    """
    text = pl.col(column).cast(pl.String) if dtype.is_float() else trimmed(column, dtype)
    is_number = dtype == NUMERIC or dtype.is_numeric()
    decimals = 0 if is_number and unit == "cents" else 2
    readable = text.str.contains(_NUMBER if is_number else _DOLLARS)
    not_positive = text.str.contains(r"\A\$?-") | ~text.str.contains("[1-9]")
    # Zeros behind the last digit are no fraction; an exponent below zero is nothing else.
    in_part = text.str.contains(rf"\.[0-9]{{{decimals}}}[0-9]*[1-9]0*\z|e-")
    digits = text if is_number else text.str.replace_all("[$,]", "")
    # 19 digits are those of Int64, so that the product cannot overflow, and the cast gives null.
    amount = digits.cast(pl.Decimal(19, decimals), strict=False)
    held = (amount * 10**decimals).cast(pl.Int64, strict=False)
    change = (
        pl.when(~present(column, dtype))
        .then(None)
        .when(~readable)
        .then(pl.lit(Change.PRICE_UNREADABLE.value))
        .when(not_positive)
        .then(pl.lit(Change.PRICE_NOT_POSITIVE.value))
        .when(in_part)
        .then(pl.lit(Change.PRICE_FRACTION.value))
        .when(held.is_null())
        .then(pl.lit(Change.VALUE_NOT_HELD.value))
    )
    value = pl.when(change.is_null()).then(held)
    converted = value.is_not_null() if decimals else pl.lit(False)
    return Conversion(
        value, change, {Rule.MONEY_CONVERTED: converted, Rule.EMPTIED: emptied(column, dtype)}
    )
