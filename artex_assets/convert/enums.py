"""Values of a fixed list, in any case and spacing. Source: domain.md, *Rules, column by column*."""

from collections.abc import Mapping

import polars as pl

from artex_assets.convert.conversion import Conversion, emptied, original, present, trimmed
from artex_assets.vocabulary import Change, Rule

CONDITIONS = (
    "mint",
    "near_mint",
    "very_fine",
    "fine",
    "very_good",
    "good",
    "fair",
    "poor",
)

EDITION_TYPES = {
    "AE": "Artist Edition",
    "AP": "Artist Proof",
    "MP": "Misprint",
    "OG": "Original Artwork",
    "SE": "Show Edition",
    "TS": "Test Print",
    "OT": "Other",
}
"""Code to label, as the application lists them."""

TRANSACTION_TYPES = ("sale", "purchase", "trade")

_SPACING = r"[\s_\p{Pd}]+"
"""White space, underscores and all dashes: `near mint`, `Near-Mint` and `NEAR_MINT` are one."""


def condition(column: str, dtype: pl.DataType) -> Conversion:
    """One of CONDITIONS (String); anything else is null and CONDITION_UNKNOWN."""
    value = _known(column, dtype, {_key(one): one for one in CONDITIONS})
    unknown = present(column, dtype) & value.is_null()
    change = pl.when(unknown).then(pl.lit(Change.CONDITION_UNKNOWN.value))
    return Conversion(value, change, _rules(column, dtype, value))


def edition_type(column: str, dtype: pl.DataType) -> Conversion:
    """One of the codes of EDITION_TYPES (String), from a code, its label, or `code - label`.

    Anything else is `OT` and EDITION_TYPE_UNKNOWN, a code with another label included: `SE - Artist
    Proof` says two things, and the record keeps both.
    """
    spellings = {}
    for code, label in EDITION_TYPES.items():
        for spelling in (code, label, code + label):
            spellings[_key(spelling)] = code
    known = _known(column, dtype, spellings)
    unknown = present(column, dtype) & known.is_null()
    return Conversion(
        pl.when(unknown).then(pl.lit("OT")).otherwise(known),
        pl.when(unknown).then(pl.lit(Change.EDITION_TYPE_UNKNOWN.value)),
        _rules(column, dtype, known),
    )


def transaction_type(column: str, dtype: pl.DataType) -> Conversion:
    """One of TRANSACTION_TYPES (String), else null: the caller quarantines it with TYPE_UNKNOWN."""
    value = _known(column, dtype, {_key(one): one for one in TRANSACTION_TYPES})
    return Conversion(value, rules=_rules(column, dtype, value))


def _key(spelling: str) -> str:
    return spelling.lower().replace(" ", "").replace("_", "")


def _known(column: str, dtype: pl.DataType, spellings: Mapping[str, str]) -> pl.Expr:
    key = trimmed(column, dtype).str.replace_all(_SPACING, "").str.to_lowercase()
    return key.replace_strict(spellings, default=None, return_dtype=pl.String)


def _rules(column: str, dtype: pl.DataType, value: pl.Expr) -> dict[str, pl.Expr]:
    return {
        Rule.ENUM_SPELLED: (value != original(column, dtype)).fill_null(False),
        Rule.EMPTIED: emptied(column, dtype),
    }
