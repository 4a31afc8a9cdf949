"""True and false, however an old application spelled them."""

import polars as pl

from artex_assets.convert.conversion import Conversion, emptied, present, trimmed
from artex_assets.vocabulary import Change, Rule

_WORDS = {
    **dict.fromkeys(("t", "true", "1", "yes", "y", "on"), True),
    **dict.fromkeys(("f", "false", "0", "no", "n", "off"), False),
}
"""The words that PostgreSQL reads as a boolean, without its abbreviations."""


def boolean(column: str, dtype: pl.DataType, default: bool | None) -> Conversion:
    """A Boolean, from a boolean, from 0 and 1, or from a word such as `yes` in any case.

    NULL and blank text become the default. So does what is neither true nor false, since the target
    needs a value there, and that goes on record as BOOLEAN_UNREADABLE.
    """
    text = trimmed(column, dtype)
    value = text.str.to_lowercase().replace_strict(_WORDS, default=None, return_dtype=pl.Boolean)
    unreadable = present(column, dtype) & value.is_null()
    return Conversion(
        value.fill_null(default) if default is not None else value,
        pl.when(unreadable).then(pl.lit(Change.BOOLEAN_UNREADABLE.value)),
        {Rule.EMPTIED: emptied(column, dtype)}
        if default is None
        else {Rule.DEFAULTED: ~present(column, dtype)},
    )
