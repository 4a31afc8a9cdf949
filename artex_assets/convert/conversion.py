"""What every converter returns: a value, and what has to be known about how it came to be.

A converter is a function of a column's name and dtype (and a setting or two) that returns a
`Conversion`: polars expressions over the legacy frame, evaluated together by `apply`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

import polars as pl

NUMERIC = pl.Struct({"numeric": pl.String})
"""The dtype of a legacy `numeric`: its exact text in a struct, as NaN and Infinity are no Decimal.

The struct is what tells a numeric in the declared money unit from a text in dollars.
"""

WHITE_SPACE = (
    "\t\n\v\f\r \x85\xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a"
    "\u2028\u2029\u202f\u205f\u3000"
)
"""The characters with Unicode's property White_Space.

Polars' `strip_chars()` takes the same, but an expression with a null in it, as that has for its
characters, is computed anew wherever it occurs, which is ten times in some conversions.
"""


@dataclass(frozen=True)
class Conversion:
    """How one legacy column becomes one target column.

    value: the target's value.
    change: String; a `Change` code where the cell goes on record, else null.
    rules: Boolean expressions by `Rule` code, true where the uniform rule changed the cell.
    """

    value: pl.Expr
    change: pl.Expr = field(default_factory=lambda: pl.lit(None, pl.String))
    rules: Mapping[str, pl.Expr] = field(default_factory=dict)


def original(column: str, dtype: pl.DataType) -> pl.Expr:
    """The legacy value as text (String), as a record keeps it: exact for numbers, dates and text.

    It is PostgreSQL's spelling too, except that a double precision has an exponent only below
    0.00001 and from 1e16 on: its digits are the shortest that mean this value.
    """
    if dtype == NUMERIC:
        return pl.col(column).struct.field("numeric")
    text = pl.col(column).cast(pl.String)
    if dtype.is_float():
        return text.str.strip_suffix(".0").str.replace("inf", "Infinity", literal=True)
    return text


def trimmed(column: str, dtype: pl.DataType) -> pl.Expr:
    """The legacy value as text (String) without white space at its ends; `''` when none is left.

    White space is what Unicode calls White_Space: Ruby's `strip` takes the ASCII part of it, Rails'
    `blank?` all of it, and a no-break space pasted from a web page is as little a name as a space.
    """
    text = original(column, dtype)
    return text.str.strip_chars(WHITE_SPACE) if dtype == pl.String else text


def emptied(column: str, dtype: pl.DataType) -> pl.Expr:
    """Boolean, never null: whether a text has nothing but white space, so that it becomes NULL."""
    return (trimmed(column, dtype) == "").fill_null(False)


def present(column: str, dtype: pl.DataType) -> pl.Expr:
    """Boolean, never null: whether there is a value, NULL and blank text being none."""
    return (trimmed(column, dtype) != "").fill_null(False)
