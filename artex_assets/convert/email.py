"""E-mail addresses, as the Rails 8 application compares and accepts them."""

import polars as pl

from artex_assets.convert.conversion import WHITE_SPACE, Conversion, original
from artex_assets.vocabulary import Rule

_LOCAL = "[a-zA-Z0-9.!#$%&'*+/=?^_`{|}~-]+"
_LABEL = "[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?"
_LABEL_OF_ANY_LENGTH = "[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?"

EMAIL = rf"\A{_LOCAL}@{_LABEL}(?:\.{_LABEL})*\z"
"""Ruby's URI::MailTo::EMAIL_REGEXP, in the syntax of polars."""

_SHAPE = rf"\A{_LOCAL}@{_LABEL_OF_ANY_LENGTH}(?:\.{_LABEL_OF_ANY_LENGTH})*\z"

_SHORTEST_TOO_LONG = len("a@") + 64
"""Bytes of the shortest address that has a label of more than 63."""


def email(column: str, dtype: pl.DataType) -> Conversion:
    """The address (String) in Unicode form C, trimmed and in lower case; null when it is invalid.

    Nothing goes on record here: a user without a valid address, blank ones included, is quarantined
    as a row with EMAIL_INVALID, by the caller. Rules count valid ones only.
    """
    before = original(column, dtype)
    composed = _composed(before)
    stripped = composed.str.strip_chars(WHITE_SPACE)
    lowered = stripped.str.to_lowercase()
    # The bounded repeats make the full pattern slow, and only a long address can break a bound.
    short = before.str.len_bytes() < _SHORTEST_TOO_LONG
    long_and_valid = pl.when(short).then(pl.lit("")).otherwise(lowered).str.contains(EMAIL)
    valid = (lowered.str.contains(_SHAPE) & (short | long_and_valid)).fill_null(False)
    return Conversion(
        pl.when(valid).then(lowered),
        rules={
            Rule.NORMALIZED: valid & (composed != before),
            Rule.TRIMMED: valid & (stripped != composed),
            Rule.LOWERED: valid & (lowered != stripped),
        },
    )


def _composed(text: pl.Expr) -> pl.Expr:
    """Text in Unicode form C; ASCII, which is in form C, is spared the work."""
    ascii_only = text.str.len_bytes() == text.str.len_chars()
    others = pl.when(ascii_only).then(pl.lit("")).otherwise(text)
    return pl.when(ascii_only).then(text).otherwise(others.str.normalize("NFC"))
