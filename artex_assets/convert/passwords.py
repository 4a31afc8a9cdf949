"""Password digests: carried as they are, never looked into."""

import polars as pl

from artex_assets.convert.conversion import Conversion, emptied, original, present, trimmed
from artex_assets.vocabulary import Change, Rule

_BCRYPT = r"\A\$2[abxy]\$(?:0[4-9]|[12][0-9]|3[01])\$[./A-Za-z0-9]{53}\z"
"""Version, cost 4 to 31, 22 characters of salt and 31 of digest."""


def bcrypt_digest(column: str, dtype: pl.DataType, carry: bool) -> Conversion:
    """A bcrypt hash (String) when passwords are carried, else null.

    Something else than a bcrypt hash goes on record as PASSWORD_NOT_CARRIED. With `carry` off every
    cell is null alike and by the user's own wish, so nothing goes on record.
    """
    if not carry:
        return Conversion(pl.lit(None, pl.String))
    text = trimmed(column, dtype)
    bcrypt = text.str.contains(_BCRYPT).fill_null(False)
    return Conversion(
        pl.when(bcrypt).then(text),
        pl.when(present(column, dtype) & ~bcrypt).then(pl.lit(Change.PASSWORD_NOT_CARRIED.value)),
        {
            Rule.TRIMMED: bcrypt & (text != original(column, dtype)),
            Rule.EMPTIED: emptied(column, dtype),
        },
    )
