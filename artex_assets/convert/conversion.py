"""What every converter returns: a value, and what has to be known about how it came to be.

A converter is a function of a column's name and dtype (and a setting or two) that returns a
`Conversion`: polars expressions over the legacy frame, evaluated together by `apply`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

import polars as pl

NUMERIC = pl.Struct({"numeric": pl.String})
"""The dtype of a legacy `numeric`: its exact text in a struct, since NaN and Infinity are no Decimal.

The struct is what tells a numeric in the declared money unit from a text in dollars.
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
    """The legacy value as text (String), as a record keeps it: exact for numbers, dates and text."""
    if dtype == NUMERIC:
        return pl.col(column).struct.field("numeric")
    return pl.col(column).cast(pl.String)
