"""Whole numbers and coordinates. Source: domain.md, *Rules, column by column*."""

from typing import Literal

import polars as pl

from artex_assets.convert.conversion import NUMERIC, Conversion, emptied, present, trimmed
from artex_assets.vocabulary import Change, Rule

_FINE = pl.Decimal(38, 24)
"""Holds every coordinate of double precision down to 1e-7 exactly (17 digits)."""


def integer(column: str, dtype: pl.DataType) -> Conversion:
    """A whole number (Int64); null and NUMBER_UNREADABLE for anything else, or beyond 64 bits.

    In a text it is written with digits and a sign alone; in a numeric column 5.00 is 5. A blank
    text is a missing number: nothing goes on record.
    """
    text = trimmed(column, dtype)
    if dtype.is_integer():
        value = pl.col(column).cast(pl.Int64, strict=False)
    elif dtype.is_float():
        number = pl.col(column)
        # NaN and infinity are equal to their floors too: it is the cast that makes them null.
        value = pl.when(number == number.floor()).then(number).cast(pl.Int64, strict=False)
    else:
        zeros = r"(?:\.0*)?" if dtype == NUMERIC else ""
        digits = text.str.extract(rf"\A([+-]?[0-9]+){zeros}\z", 1)
        value = digits.cast(pl.Int64, strict=False)
    change = pl.when(present(column, dtype) & value.is_null()).then(
        pl.lit(Change.NUMBER_UNREADABLE.value)
    )
    return Conversion(value, change, {Rule.EMPTIED: emptied(column, dtype)})


def positive_integer(column: str, dtype: pl.DataType) -> Conversion:
    """A size of an edition (Int64, 1 and more): as `integer`, and 0 and less are null.

    The latter go on record as SIZE_NOT_POSITIVE.
    """
    number = integer(column, dtype)
    return Conversion(
        pl.when(number.value > 0).then(number.value),
        pl.when(number.value <= 0)
        .then(pl.lit(Change.SIZE_NOT_POSITIVE.value))
        .otherwise(number.change),
        number.rules,
    )


def coordinate(column: str, dtype: pl.DataType, limit: Literal[90, 180]) -> Conversion:
    """A latitude (limit 90) or longitude (limit 180) in degrees, as Decimal(10, 6).

    Rounded to 6 decimals, halves away from zero as PostgreSQL's numeric(10,6) does, starting from
    the shortest decimal that means the double precision. Beyond the limit, NaN, infinite or no
    number: null and COORDINATE_OUT_OF_RANGE. A blank text is a missing one: nothing on record.
    """
    text = trimmed(column, dtype)
    # Digits behind the twentieth decimal cannot turn a rounding to six, but would overflow _FINE.
    plain = text.str.extract(r"\A([+-]?[0-9]+(?:\.[0-9]{0,20})?)[0-9]*\z", 1)
    shortest = pl.col(column).cast(pl.String)
    number = (shortest if dtype.is_float() else plain).cast(_FINE, strict=False)
    on_earth = (number.abs() <= limit).fill_null(False)
    rounded = number.round(6, mode="half_away_from_zero")
    return Conversion(
        pl.when(on_earth).then(rounded.cast(pl.Decimal(10, 6), strict=False)),
        pl.when(present(column, dtype) & ~on_earth).then(
            pl.lit(Change.COORDINATE_OUT_OF_RANGE.value)
        ),
        {Rule.ROUNDED: on_earth & (rounded != number), Rule.EMPTIED: emptied(column, dtype)},
    )
