"""User_artworks and transactions of the difficult backup."""

from collections.abc import Mapping

from artex_assets.vocabulary import Change, Reason
from data_fixtures.difficult.alike import IMPUTED, NO_TIMES
from data_fixtures.difficult.ordinary import UPDATED, Value
from data_fixtures.difficult.row import Cells, Recorded, Row, loaded, quarantined, repeated

HELD, MISSING = Reason.PARENT_QUARANTINED, Reason.PARENT_MISSING


def _owned(number: int, what: str, values: Mapping[str, Value], becomes: Cells) -> Row:
    return loaded("user_artworks", {"id": number}, what, values, becomes)


def _price(number: int, what: str, price: str, change: Change) -> Row:
    """A price that is none."""
    becomes = Recorded(None, change, price)
    return _owned(number, what, {"purchase_price": price}, {"purchase_price": becomes})


def _day(number: int, what: str, day: str) -> Row:
    """A day of purchase that is none."""
    becomes = Recorded(None, Change.DATE_UNREADABLE, day)
    return _owned(number, what, {"purchased_on": day}, {"purchase_date": becomes})


def _child(
    number: int,
    what: str,
    user: int,
    artwork: int,
    reason: Reason,
    cause: str,
) -> Row:
    """A row of a parent that is not in the target; it is after the mending."""
    values: dict[str, Value] = {"user_id": user, "artwork_id": artwork}
    after: dict[str, Value] = {"user_id": user, "poster_id": artwork}
    key: dict[str, Value] = {"id": number}
    return quarantined("user_artworks", key, what, values, reason, cause, after=after)


def _parentless(number: int, what: str, column: str) -> Row:
    mended: dict[str, Value] = {column: 1}
    return quarantined(
        "user_artworks", {"id": number}, what, {column: None}, Reason.MISSING_VALUE, mended=mended
    )


COLLECTIONS = [
    loaded("user_artworks", {"id": 1}),
    _price(2, "a price with a fraction of a cent", "12.5", Change.PRICE_FRACTION),
    _price(3, "a price that is no number", "NaN", Change.PRICE_UNREADABLE),
    loaded(
        "user_artworks",
        {"id": 4},
        "a price of a cent more than numeric(8,2) holds",
        {"purchase_price": "1000000"},
        {"purchase_price": Recorded(None, Change.VALUE_NOT_HELD, "1000000")},
        mended={"purchase_price": "100000"},
        after={"purchase_price": 100_000},
    ),
    _owned(
        5,
        "the largest price that numeric(8,2) holds, with zeros for decimals",
        {"purchase_price": "999999.00"},
        {"purchase_price": 999_999},
    ),
    _price(6, "a price below nothing", "-1", Change.PRICE_NOT_POSITIVE),
    _price(7, "a price of nothing, in three digits", "0.00", Change.PRICE_NOT_POSITIVE),
    _price(8, "an infinite price", "Infinity", Change.PRICE_UNREADABLE),
    _owned(9, "no price", {"purchase_price": None}, {"purchase_price": None}),
    _day(10, "an infinite day", "infinity"),
    _day(11, "a day before Christ", "0044-03-15 BC"),
    _day(12, "a day of the year 20201", "20201-01-01"),
    _owned(
        13,
        "an unknown condition and an unknown edition",
        {"condition": "Chewed", "edition_type": "Foil"},
        {
            "condition": Recorded(None, Change.CONDITION_UNKNOWN, "Chewed"),
            "edition_type": Recorded("OT", Change.EDITION_TYPE_UNKNOWN, "Foil"),
        },
    ),
    _owned(
        14,
        "condition and edition in odd spellings",
        {"condition": " NEAR   mint", "edition_type": "ap"},
        {"condition": "near_mint", "edition_type": "AP"},
    ),
    _owned(
        15,
        "a formula as edition number, spaces as condition, an empty edition type",
        {"edition_number": "=cmd()|' /C calc'!A0", "condition": "  ", "edition_type": ""},
        {"edition_number": "=cmd()|' /C calc'!A0", "condition": None, "edition_type": None},
    ),
    _owned(
        16,
        "notes with an emoji, tabs, line ends and what COPY escapes",
        {"notes": "\U0001f3b8\tTab\nLine\r\nEnd \\N \\."},
        {"notes": "\U0001f3b8\tTab\nLine\r\nEnd \\N \\."},
    ),
    _parentless(17, "no user", "user_id"),
    _parentless(18, "no artwork", "artwork_id"),
    _child(19, "a user who is not there", 404, 1, MISSING, f"users 404: {MISSING}"),
    _child(20, "an artwork that is not there", 1, 404, MISSING, f"posters 404: {MISSING}"),
    _child(21, "a user who is quarantined", 3, 1, HELD, "users 3: email_duplicate"),
    _child(22, "a user of whom there are two", 18, 1, HELD, "users 18: duplicate_key"),
    _child(23, "an artwork of which there are two", 1, 20, HELD, "posters 20: duplicate_key"),
    _child(24, "both parents are quarantined", 8, 20, HELD, "users 8: email_invalid"),
    quarantined(
        "user_artworks",
        {"id": 25},
        "another row has the id 25, too",
        {},
        Reason.DUPLICATE_KEY,
    ),
    quarantined(
        "user_artworks",
        {"id": 25},
        "another row has the id 25, too",
        {"edition_number": "13/250"},
        Reason.DUPLICATE_KEY,
        mended={"id": 125},
        after={"edition_number": "13/250"},
    ),
    _owned(26, "the first of two equal rows", {}, {}),
    repeated("user_artworks", {"id": 26}, "the second of two equal rows", 26),
    quarantined("user_artworks", {"id": None}, "no id", {}, Reason.MISSING_KEY, mended={"id": 127}),
    _owned(28, "neither created_at nor updated_at", NO_TIMES, IMPUTED),
    _owned(29, "user and artwork of row 1: a second copy, no repeat", {}, {}),
    _owned(30, "a user who is there twice, and equal", {"user_id": 19}, {"user_id": 19}),
]


def _sold(number: int, what: str, values: Mapping[str, Value], becomes: Cells) -> Row:
    return loaded("transactions", {"id": number}, what, values, becomes)


def _unsold(
    number: int,
    what: str,
    values: Mapping[str, Value],
    reason: Reason,
    mended: Mapping[str, Value],
    after: Cells | None = None,
) -> Row:
    """A sale that says nothing, until it is mended."""
    return quarantined("transactions", {"id": number}, what, values, reason, None, mended, after)


def _without(number: int, what: str, column: str, value: Value, reason: Reason) -> Row:
    """A sale that says nothing because of one cell, which becomes an ordinary one."""
    cells: dict[str, Value] = {
        "amount": 12500,
        "transaction_date": "2019-05-04",
        "transaction_type": "sale",
        "artwork_id": 1,
    }
    return _unsold(number, what, {column: value}, reason, {column: cells[column]})


PRICE, DATE, TYPE = Reason.PRICE_MISSING, Reason.DATE_MISSING, Reason.TYPE_UNKNOWN

SALES = [
    loaded("transactions", {"id": 1}),
    _without(2, "a price that integer cannot hold", "amount", 3_000_000_000, Reason.VALUE_NOT_HELD),
    _without(3, "no price", "amount", None, PRICE),
    _without(4, "a price of nothing", "amount", 0, PRICE),
    _without(5, "a price below nothing", "amount", -100, PRICE),
    _without(6, "no date", "transaction_date", None, DATE),
    _without(7, "an infinite date", "transaction_date", "infinity", DATE),
    _without(8, "a date of the year 20201", "transaction_date", "20201-01-01", DATE),
    _without(9, "an unknown type", "transaction_type", "gift", TYPE),
    _without(10, "no type", "transaction_type", None, TYPE),
    _without(11, "no artwork", "artwork_id", None, Reason.MISSING_VALUE),
    quarantined(
        "transactions",
        {"id": 12},
        "an artwork that is not there",
        {"artwork_id": 404},
        MISSING,
        f"posters 404: {MISSING}",
        after={"poster_id": 404},
    ),
    quarantined(
        "transactions",
        {"id": 13},
        "an artwork of which there are two",
        {"artwork_id": 20},
        HELD,
        "posters 20: duplicate_key",
        after={"poster_id": 20},
    ),
    _sold(
        14,
        "an unknown condition",
        {"condition": "VG+"},
        {"condition": Recorded(None, Change.CONDITION_UNKNOWN, "VG+")},
    ),
    _sold(
        15,
        "verified in words",
        {"verified": " Yes", "verified_at": "2019-05-05 09:00:00", "verified_by": "Vera Fyer"},
        {"verified": True, "verified_at": "2019-05-05 09:00:00", "verified_by": "Vera Fyer"},
    ),
    _sold(
        16,
        "perhaps verified",
        {"verified": "perhaps"},
        {"verified": Recorded(False, Change.BOOLEAN_UNREADABLE, "perhaps")},
    ),
    _sold(17, "neither verified nor not", {"verified": None}, {"verified": False}),
    _sold(
        18,
        "verified, but neither when nor by whom",
        {"verified": "t"},
        {"verified": Recorded(True, Change.VERIFICATION_CONTRADICTORY, "t")},
    ),
    _sold(
        19,
        "verified at an infinite time",
        {"verified": "t", "verified_at": "infinity", "verified_by": "Vera Fyer"},
        {
            "verified": Recorded(True, Change.VERIFICATION_CONTRADICTORY, "t"),
            "verified_at": Recorded(None, Change.TIME_UNREADABLE, "infinity"),
            "verified_by": "Vera Fyer",
        },
    ),
    quarantined(
        "transactions", {"id": 20}, "another row has the id 20, too", {}, Reason.DUPLICATE_KEY
    ),
    _unsold(
        20,
        "another row has the id 20, too",
        {"amount": 13000},
        Reason.DUPLICATE_KEY,
        {"id": 120},
        {"sale_price": 13000},
    ),
    _sold(21, "the first of two equal rows", {}, {}),
    repeated("transactions", {"id": 21}, "the second of two equal rows", 21),
    quarantined("transactions", {"id": None}, "no id", {}, Reason.MISSING_KEY, mended={"id": 122}),
    _sold(
        23,
        "an amount beyond numeric(8,2), which an integer holds",
        {"amount": 1_250_000},
        {"sale_price": 1_250_000},
    ),
    _sold(
        24,
        "a type in capitals, with spaces",
        {"transaction_type": " PURCHASE "},
        {"transaction_type": "purchase"},
    ),
    _without(25, "a date before Christ", "transaction_date", "0044-03-15 BC", DATE),
    _sold(
        26,
        "a note with an emoji and what COPY escapes, an edition number that is a formula",
        {"note": "\U0001f989 sold \\N\r\n\t\\.", "edition_number": "=1+1"},
        {"notes": "\U0001f989 sold \\N\r\n\t\\.", "edition_number": "=1+1"},
    ),
    _sold(27, "an empty verified", {"verified": ""}, {"verified": False}),
    _sold(
        28,
        "no created_at",
        {"created_at": None},
        {"created_at": Recorded(UPDATED, Change.TIME_IMPUTED, None)},
    ),
]

ROWS = [*COLLECTIONS, *SALES]
