"""Money as people read it. It is carried in whole cents, in columns whose names end in `_cents`."""

import polars as pl

CENTS = "_cents"


def dollars(cents: int) -> str:
    """`$1,234.50`."""
    return f"{'-' if cents < 0 else ''}${abs(cents) // 100:,}.{abs(cents) % 100:02d}"


def in_words(cents: int) -> str:
    """The same for a sentence, without cents where there are none: `$1,234`."""
    return dollars(cents).removesuffix(".00")


def median(column: str) -> pl.Expr:
    """The median of a column of cents (Int64); half a cent is rounded up."""
    return (pl.col(column).median() * 2 + 1).cast(pl.Int64) // 2


def spread(column: str) -> list[pl.Expr]:
    """For a group of sales: how many, and the lowest, median and highest price (Int64, cents)."""
    return [
        pl.len().cast(pl.Int64).alias("sales"),
        pl.col(column).min().alias("lowest_cents"),
        median(column).alias("median_cents"),
        pl.col(column).max().alias("highest_cents"),
    ]


def readable(frame: pl.DataFrame) -> pl.DataFrame:
    """For a table in the UI: String and Int64 columns, money as `$1,234.50`, names in words."""
    columns = []
    for column in frame.iter_columns():
        name = column.name.removesuffix(CENTS).replace("_", " ")
        if column.name.endswith(CENTS):
            shown = [None if cents is None else dollars(cents) for cents in column]
            column = pl.Series(column.name, shown, pl.String)
        elif column.dtype.is_float():
            shown = [None if number is None else f"{number:,.2f}" for number in column]
            column = pl.Series(column.name, shown, pl.String)
        elif not column.dtype.is_integer():
            column = column.cast(pl.String)
        columns.append(column.rename(name))
    return pl.DataFrame(columns)
