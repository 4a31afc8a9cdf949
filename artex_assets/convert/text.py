"""Text that is carried: trimmed at both ends, byte-exact inside. Source: domain.md, *Rules*."""

import polars as pl

from artex_assets.convert.conversion import Conversion, emptied, original, present, trimmed
from artex_assets.vocabulary import Rule


def optional(column: str, dtype: pl.DataType) -> Conversion:
    """Text (String) without Unicode white space at its ends; empty text becomes NULL.

    Inside the text nothing changes: tabs, line ends, quotes and backslashes are the user's own. A
    number is spelled as PostgreSQL spells it, so a zip kept as integer is a text of its digits.
    """
    text = trimmed(column, dtype)
    kept = present(column, dtype)
    return Conversion(
        pl.when(kept).then(text),
        rules={
            Rule.TRIMMED: kept & (text != original(column, dtype)),
            Rule.EMPTIED: emptied(column, dtype),
        },
    )


def required(column: str, dtype: pl.DataType) -> Conversion:
    """The same for a column that the target requires: what to do about a NULL is the caller's."""
    return optional(column, dtype)
