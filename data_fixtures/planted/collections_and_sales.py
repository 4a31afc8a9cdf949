"""The faults planted in user_artworks and transactions."""

from artex_assets.vocabulary import Change, Reason
from data_fixtures.planted.fault import Cells, Fault, Outcome, Value, planted


def _owned(
    id: int, what: str, column: str, value: Value, becomes: Value, change: Change | None = None
) -> Fault:
    """A fault in one column that has the same name on both sides."""
    original = None if change is None else value
    outcome = Outcome(column, becomes, change, original)
    return planted("user_artworks", id, what, {column: value}, outcome)


COLLECTIONS = [
    Fault(
        "user_artworks",
        200,
        "a user, 188, who is not there",
        [Cells("user_artworks", 200, {"user_id": 188})],
        reason=Reason.PARENT_MISSING,
    ),
    _owned(20, "a condition in two words", "condition", "Near Mint", "near_mint"),
    _owned(21, "a condition in capitals with a space", "condition", "NEAR MINT ", "near_mint"),
    _owned(22, "an unknown condition", "condition", "VG+", None, Change.CONDITION_UNKNOWN),
    _owned(23, "an empty condition", "condition", "", None),
    _owned(
        24, "a condition with more spaces than needed", "condition", " very   fine", "very_fine"
    ),
    _owned(25, "a condition of another scale", "condition", "NM/M", None, Change.CONDITION_UNKNOWN),
    _owned(40, "an edition type with its name", "edition_type", "SE - Show Edition", "SE"),
    _owned(
        41,
        "an unknown edition type",
        "edition_type",
        "XX - Unknown",
        "OT",
        Change.EDITION_TYPE_UNKNOWN,
    ),
    _owned(42, "an edition type in small letters", "edition_type", "ap - artist proof", "AP"),
    _owned(43, "an empty edition type", "edition_type", "", None),
    _owned(44, "an edition type of spaces", "edition_type", "  ", None),
    _owned(
        46,
        "an edition type that is none",
        "edition_type",
        "Foil",
        "OT",
        Change.EDITION_TYPE_UNKNOWN,
    ),
    _owned(60, "a price of 0", "purchase_price", 0, None, Change.PRICE_NOT_POSITIVE),
    _owned(61, "a price below 0", "purchase_price", -2500, None, Change.PRICE_NOT_POSITIVE),
    _owned(62, "no price", "purchase_price", None, None),
    _owned(64, "the largest price that numeric(8,2) holds", "purchase_price", 999_999, 999_999),
    planted(
        "user_artworks",
        65,
        "no day of purchase",
        {"purchased_on": None},
        Outcome("purchase_date", None),
    ),
    _owned(66, "an edition number with spaces", "edition_number", " AP 3/30 ", "AP 3/30"),
    _owned(67, "notes of spaces", "notes", "   ", None),
]

SALES = [
    planted(
        "transactions",
        13,
        "a type in capitals with spaces",
        {"transaction_type": " SALE "},
        Outcome("transaction_type", "sale"),
    ),
    planted(
        "transactions",
        14,
        "a type with a capital",
        {"transaction_type": "Purchase"},
        Outcome("transaction_type", "purchase"),
    ),
    planted(
        "transactions",
        15,
        "a type in mixed letters",
        {"transaction_type": "tRaDe"},
        Outcome("transaction_type", "trade"),
    ),
    planted(
        "transactions",
        16,
        "an unknown condition",
        {"condition": "VG+"},
        Outcome("condition", None, Change.CONDITION_UNKNOWN, original="VG+"),
    ),
    planted(
        "transactions",
        17,
        "a condition in capitals with a space",
        {"condition": "NEAR MINT "},
        Outcome("condition", "near_mint"),
    ),
    planted(
        "transactions",
        18,
        "verified, but neither when nor by whom",
        {"verified": True, "verified_at": None, "verified_by": None},
        Outcome("verified", True),
        Outcome("verified_at", None),
        Outcome("verified_by", None),
    ),
    planted(
        "transactions",
        19,
        "verified by an empty name",
        {"verified": True, "verified_by": ""},
        Outcome("verified", True),
        Outcome("verified_by", None),
    ),
    planted(
        "transactions",
        20,
        "neither verified nor not",
        {"verified": None, "verified_at": None, "verified_by": None},
        Outcome("verified", False),
    ),
    planted(
        "transactions",
        21,
        "an amount of one cent",
        {"amount": 1},
        Outcome("sale_price", 1),
    ),
    planted(
        "transactions",
        22,
        "an amount beyond numeric(8,2), which an integer holds",
        {"amount": 1_250_000},
        Outcome("sale_price", 1_250_000),
    ),
    planted(
        "transactions",
        25,
        "an empty edition number and note",
        {"edition_number": "", "note": ""},
        Outcome("edition_number", None),
        Outcome("notes", None),
    ),
]

FAULTS = [*COLLECTIONS, *SALES]
