"""Artworks of the difficult backup."""

from collections.abc import Mapping

from artex_assets.vocabulary import Change, Reason
from data_fixtures.difficult.alike import IMPUTED, NO_TIMES
from data_fixtures.difficult.ordinary import UPDATED, Value
from data_fixtures.difficult.row import Cells, Recorded, Row, added, loaded, quarantined, repeated
from data_fixtures.planted.fault import MIGRATION_DATE

MEGABYTE = "\n".join(f"Line {number:05} of a very long note." for number in range(34_000))
"""A note of a megabyte, which a dump's compression makes small."""


def _artwork(number: int, what: str, values: Mapping[str, Value], becomes: Cells) -> Row:
    return loaded("artworks", {"id": number}, what, values, becomes)


def _price(number: int, what: str, price: str | None, becomes: Value | Recorded) -> Row:
    return _artwork(number, what, {"original_price": price}, {"original_price": becomes})


def _no_price(number: int, what: str, price: str, change: Change) -> Row:
    """A price that is none."""
    return _price(number, what, price, Recorded(None, change, price))


def _no_date(number: int, what: str, date: str | None, change: Change) -> Row:
    """A date that is none, so that neither the slug nor a name has its year."""
    return _artwork(
        number,
        what,
        {"release_date": date},
        {
            "release_date": Recorded(MIGRATION_DATE, change, date),
            "slug": f"poster-{number}",
        },
    )


def _size(number: int, what: str, size: str, change: Change) -> Row:
    """An edition size that is none."""
    return _artwork(
        number, what, {"edition_size": size}, {"edition_size": Recorded(None, change, size)}
    )


def _named(number: int, what: str, name: str, slug: str, **values: Value) -> Row:
    """A name that is carried byte for byte."""
    return _artwork(number, what, {"name": name, **values}, {"name": name, "slug": slug})


def _noted(number: int, what: str, note: str) -> Row:
    """A note that is carried byte for byte."""
    return _artwork(number, what, {"note": note}, {"description": note})


PRICES = [
    _artwork(1, "", {}, {}),
    _price(2, "a price with a dollar sign, a comma and cents", "$1,234.50", 123_450),
    _price(3, "a price of whole dollars", "25", 2500),
    _no_price(4, "a price in words", "free", Change.PRICE_UNREADABLE),
    _no_price(5, "a price with an exponent", "1e3", Change.PRICE_UNREADABLE),
    _no_price(6, "a price with three decimals", "3.999", Change.PRICE_UNREADABLE),
    _no_price(7, "a price of nothing", "$0.00", Change.PRICE_NOT_POSITIVE),
    _no_price(8, "a price below nothing", "-$5", Change.PRICE_NOT_POSITIVE),
    _price(9, "the largest price that numeric(8,2) holds", " $9,999.99 ", 999_999),
    loaded(
        "artworks",
        {"id": 10},
        "a price of a cent more than numeric(8,2) holds",
        {"original_price": "$10,000.00"},
        {"original_price": Recorded(None, Change.VALUE_NOT_HELD, "$10,000.00")},
        mended={"original_price": "$1,000.00"},
        after={"original_price": 100_000},
    ),
    _price(11, "an empty price", "", None),
    _price(12, "no price", None, None),
    _no_price(13, "a comma in the wrong place", "1,23", Change.PRICE_UNREADABLE),
    _price(14, "a price with one decimal", "12.5", 1250),
    _no_price(15, "a price in pounds", "\u00a325", Change.PRICE_UNREADABLE),
    loaded(
        "artworks",
        {"id": 16},
        "a price of more cents than 64 bits hold",
        {"original_price": "99999999999999999999"},
        {"original_price": Recorded(None, Change.VALUE_NOT_HELD, "99999999999999999999")},
        mended={"original_price": "99.99"},
        after={"original_price": 9999},
    ),
]

DATES = [
    _no_date(21, "a date of zeros", "0000-00-00", Change.DATE_UNREADABLE),
    _no_date(22, "a 30th of February", "2015-02-30", Change.DATE_UNREADABLE),
    _no_date(23, "an infinite date", "infinity", Change.DATE_UNREADABLE),
    _no_date(24, "a date before all others", "-infinity", Change.DATE_UNREADABLE),
    _no_date(25, "a date before Christ", "0044-03-15 BC", Change.DATE_UNREADABLE),
    _no_date(26, "the year 20201", "20201-05-01", Change.DATE_UNREADABLE),
    _no_date(27, "a date that means two days", "05/01/2012", Change.DATE_UNREADABLE),
    _no_date(28, "an empty date", "", Change.DATE_IMPUTED),
    _no_date(29, "no date", None, Change.DATE_IMPUTED),
    _artwork(
        30,
        "a date with a time of day",
        {"release_date": "2012-05-01 20:00:00"},
        {"release_date": "2012-05-01"},
    ),
    _artwork(
        31,
        "a date with slashes",
        {"release_date": "2016/07/08"},
        {"release_date": "2016-07-08", "slug": "poster-31-2016"},
    ),
    _artwork(
        32,
        "the last date of all",
        {"release_date": "9999-12-31"},
        {"release_date": "9999-12-31", "slug": "poster-32-9999"},
    ),
    _artwork(33, "a date with spaces at its ends", {"release_date": " 2012-05-01 "}, {}),
]

SIZES = [
    _size(34, "an edition in words", "about 200", Change.NUMBER_UNREADABLE),
    _size(35, "an edition of 0", "0", Change.SIZE_NOT_POSITIVE),
    loaded(
        "artworks",
        {"id": 36},
        "an edition that integer cannot hold",
        {"edition_size": "3000000000"},
        {"edition_size": Recorded(None, Change.VALUE_NOT_HELD, "3000000000")},
        mended={"edition_size": "300"},
        after={"edition_size": 300},
    ),
    _artwork(37, "an empty edition", {"edition_size": ""}, {"edition_size": None}),
    _artwork(38, "an edition with zeros in front", {"edition_size": " 0075"}, {"edition_size": 75}),
]

TEXTS = [
    _named(41, "emoji in the name", "\U0001f3b8 Owls & Larks \U0001f989", "owls-larks-2012"),
    _noted(42, "a note of a megabyte", MEGABYTE),
    _named(43, "a backslash and an N as name", "\\N", "n-2012"),
    _noted(44, "a note with what COPY and CSV escape", "Tab\there\nLine\r\nEnd \\. \\N \"q\", 'a'"),
    _named(
        45,
        "quotes and a comma in the name",
        'O\'Brien "quoted", twice',
        "o-brien-quoted-twice-2012",
    ),
    _named(46, "NULL in letters as name", "NULL", "null-2012"),
    _noted(47, "a formula as note", "=cmd()|' /C calc'!A0"),
    _noted(
        60,
        "a note of control characters, of a zero-width space and of the last of all characters",
        "\x01\x1f\x7f\u200b\ufeff\U0010ffff",
    ),
    _named(53, "the name of artwork 54", "Same", "same-2012"),
    _named(54, "another name than artwork 53's, but the same slug", "SAME!", "same-2012-1"),
    _artwork(
        55,
        "a name of stars and no date",
        {"name": "\u2605\u2605\u2605", "release_date": None},
        {
            "name": "\u2605\u2605\u2605",
            "release_date": Recorded(MIGRATION_DATE, Change.DATE_IMPUTED, None),
            "slug": "poster-55",
        },
    ),
    _artwork(
        59,
        "the earliest of series 2",
        {"release_date": "2009-09-09"},
        {"release_date": "2009-09-09", "slug": "poster-59-2009"},
    ),
]

REFERENCES = [
    _artwork(
        48,
        "a blank name; its band, 2, is merged into band 1",
        {"name": "  ", "band_id": 2, "venue_id": 1},
        {
            "name": Recorded("Owls - Hall 1 - 2012", Change.NAME_DERIVED, "  "),
            "band_id": Recorded(1, Change.REFERENCE_MERGED, "2"),
            "venue_id": 1,
            "slug": "owls-hall-1-owls-hall-1-2012-2012",
        },
    ),
    loaded(
        "artworks",
        {"id": 49},
        "a blank name, an infinite date, and a band, 5, that is quarantined",
        {"name": "", "band_id": 5, "release_date": "infinity"},
        {
            "name": Recorded("Poster #49", Change.NAME_DERIVED, ""),
            "band_id": Recorded(None, Change.REFERENCE_DROPPED, "5"),
            "release_date": Recorded(MIGRATION_DATE, Change.DATE_UNREADABLE, "infinity"),
            "slug": "poster-49",
        },
        mended={},
        after={
            "name": Recorded("Band 5", Change.NAME_DERIVED, ""),
            "band_id": 5,
            "release_date": Recorded(MIGRATION_DATE, Change.DATE_UNREADABLE, "infinity"),
            "slug": "poster-49",  # it is in the target, and kept
        },
    ),
    loaded(
        "artworks",
        {"id": 50},
        "a band, 404, that is not there, and a venue, 2, that is quarantined",
        {"band_id": 404, "venue_id": 2},
        {
            "band_id": Recorded(None, Change.REFERENCE_DROPPED, "404"),
            "venue_id": Recorded(None, Change.REFERENCE_DROPPED, "2"),
        },
        mended={},
        after={"band_id": 404, "venue_id": 2},
    ),
    loaded(
        "artworks",
        {"id": 51},
        "a band, 6, and a venue, 9, of which there are two",
        {"band_id": 6, "venue_id": 9},
        {
            "band_id": Recorded(None, Change.REFERENCE_DROPPED, "6"),
            "venue_id": Recorded(None, Change.REFERENCE_DROPPED, "9"),
        },
        mended={},
        after={"band_id": 6, "venue_id": 9},
    ),
]

KEYS = [
    quarantined(
        "artworks",
        {"id": 20},
        "another row has the id 20, too",
        {"name": "Twins"},
        Reason.DUPLICATE_KEY,
        after={"name": "Twins", "slug": "twins-2012"},
    ),
    quarantined(
        "artworks",
        {"id": 20},
        "another row has the id 20, too",
        {"name": "Twins, the second"},
        Reason.DUPLICATE_KEY,
        mended={"id": 120},
        after={"name": "Twins, the second", "slug": "twins-the-second-2012"},
    ),
    loaded("artworks", {"id": 56}, "the first of two equal rows"),
    repeated("artworks", {"id": 56}, "the second of two equal rows", 56),
    quarantined(
        "artworks",
        {"id": None},
        "no id",
        {"name": "Nobody's"},
        Reason.MISSING_KEY,
        mended={"id": 121},
        after={"name": "Nobody's", "slug": "nobody-s-2012"},
    ),
    loaded("artworks", {"id": 57}, "neither created_at nor updated_at", NO_TIMES, IMPUTED),
    loaded(
        "artworks",
        {"id": 58},
        "no created_at",
        {"created_at": None},
        {"created_at": Recorded(UPDATED, Change.TIME_IMPUTED, None)},
    ),
    loaded("artworks", {"id": 3_000_000_000}, "an id that 32 bits cannot hold"),
    added("artworks", {"id": 404}, "the artwork that many rows name"),
]

ROWS = [*PRICES, *DATES, *SIZES, *TEXTS, *REFERENCES, *KEYS]
