"""Users, venues, artists, bands and series of the difficult backup."""

from collections.abc import Mapping

from artex_assets.vocabulary import Change, Reason
from data_fixtures.difficult.ordinary import CREATED, UPDATED, Value
from data_fixtures.difficult.row import (
    Cells,
    Merged,
    Recorded,
    Row,
    added,
    loaded,
    quarantined,
    repeated,
)
from data_fixtures.planted.fault import MIGRATION_DATE

MIDNIGHT = f"{MIGRATION_DATE} 00:00:00"
"""Stands for the first moment of the day of the migration."""

NO_TIMES: Mapping[str, Value] = {"created_at": None, "updated_at": None}
IMPUTED = {name: Recorded(MIDNIGHT, Change.TIME_IMPUTED, None) for name in NO_TIMES}
"""What times become of which neither is known."""


OF_2012 = Recorded(2012, Change.YEAR_DERIVED, None)
"""The year of a series whose earliest poster is an ordinary one."""


def _id(number: int | None) -> dict[str, Value]:
    return {"id": number}


def _unusable(number: int, what: str, email: str | None) -> Row:
    """A user whose e-mail address the application does not accept, mended."""
    mended = {"email": f"user{number}@example.com"}
    return quarantined(
        "users", _id(number), what, {"email": email}, Reason.EMAIL_INVALID, mended=mended
    )


def _without_password(number: int, what: str, password: str) -> Row:
    """A user whose password is not carried, and kept nowhere."""
    lost = Recorded(None, Change.PASSWORD_NOT_CARRIED, "(not kept)")
    return loaded(
        "users",
        _id(number),
        what,
        {"encrypted_password": password},
        {"password_digest": lost},
    )


def _nameless(
    table: str, number: int, what: str, name: str | None, after: Cells | None = None
) -> Row:
    """A row whose name is blank, mended. after: as `quarantined` has it."""
    singular = {"venues": "Hall", "artists": "Artist", "bands": "Band", "series": "Series"}
    mended = {"name": f"{singular[table]} {number}"}
    return quarantined(
        table, _id(number), what, {"name": name}, Reason.MISSING_VALUE, None, mended, after
    )


def _twins(
    table: str, number: int, values: Mapping[str, Value], after: Cells | None = None
) -> list[Row]:
    """Two different rows of one id, of which the second gets an id of its own by the mending.

    values: cells of the second that differ, which are the same in the target. after: what the first
    becomes then.
    """
    reason = Reason.DUPLICATE_KEY
    another = number + 100
    return [
        quarantined(
            table,
            _id(number),
            f"another row has the id {number}, too",
            {},
            reason,
            after=after,
        ),
        quarantined(
            table,
            _id(number),
            f"another row has the id {number}, too",
            values,
            reason,
            mended={"id": another},
            after=values,
        ),
    ]


USERS = [
    loaded("users", _id(1)),
    loaded(
        "users",
        _id(2),
        "an e-mail address in mixed letters, with white space at its ends",
        {"email": " Bob@Example.COM\t"},
        {"email": "bob@example.com"},
    ),
    quarantined(
        "users",
        _id(3),
        "the e-mail address of user 2",
        {"email": "bob@example.com"},
        Reason.EMAIL_DUPLICATE,
        mended={"email": "bob.the.second@example.com"},
        after={"email": "bob.the.second@example.com"},
    ),
    loaded(
        "users",
        _id(4),
        "the e-mail address that user 5 has in another Unicode form",
        {"email": "karen@example.org"},
        {"email": "karen@example.org"},
    ),
    quarantined(
        "users",
        _id(5),
        "an e-mail address with a Kelvin sign, of which Unicode form C makes that of user 4",
        {"email": "\u212aaren@example.org"},
        Reason.EMAIL_DUPLICATE,
        mended={"email": "karen.five@example.org"},
        after={"email": "karen.five@example.org"},
    ),
    _unusable(6, "an e-mail address with an accent", "zo\u00e9@example.org"),
    _unusable(7, "the address of user 6 in another Unicode form", "zoe\u0301@example.org"),
    _unusable(8, "an e-mail address without an @", "nobody"),
    _unusable(9, "an empty e-mail address", ""),
    _unusable(10, "no e-mail address", None),
    _unusable(11, "an e-mail address with a space inside", "two words@example.org"),
    _unusable(12, "a domain that begins with a hyphen", "a@-example.org"),
    _without_password(13, "a password in plain text", "hunter2-in-plain-text"),
    _without_password(
        14, "a peppered SHA-512, as Devise made them before bcrypt", "0123456789abcdef" * 8
    ),
    loaded(
        "users",
        _id(15),
        "an empty password hash",
        {"encrypted_password": ""},
        {"password_digest": None},
    ),
    loaded(
        "users",
        _id(16),
        "no password hash",
        {"encrypted_password": None},
        {"password_digest": None},
    ),
    loaded(
        "users",
        _id(17),
        "a bcrypt hash of another version, with spaces at its ends",
        {"encrypted_password": f" $2y$10${'z' * 53} "},
        {"password_digest": f"$2y$10${'z' * 53}"},
    ),
    *_twins("users", 18, {"email": "user118@example.com", "first_name": "Twin"}),
    loaded("users", _id(19), "the first of two equal rows"),
    repeated("users", _id(19), "the second of two equal rows", 19),
    quarantined(
        "users",
        _id(None),
        "no id",
        {"email": "user120@example.com"},
        Reason.MISSING_KEY,
        mended={"id": 120},
    ),
    loaded(
        "users",
        _id(21),
        "no created_at",
        {"created_at": None},
        {
            name: Recorded(UPDATED, Change.TIME_IMPUTED, None)
            for name in ("created_at", "terms_accepted_at")
        },
    ),
    loaded(
        "users",
        _id(22),
        "neither created_at nor updated_at",
        NO_TIMES,
        {**IMPUTED, "terms_accepted_at": IMPUTED["created_at"]},
    ),
    loaded(
        "users",
        _id(23),
        "no updated_at",
        {"updated_at": None},
        {"updated_at": Recorded(CREATED, Change.TIME_IMPUTED, None)},
    ),
    loaded(
        "users",
        _id(24),
        "times that are infinite",
        {"created_at": "infinity", "confirmed_at": "-infinity"},
        {
            "created_at": Recorded(UPDATED, Change.TIME_UNREADABLE, "infinity"),
            "terms_accepted_at": Recorded(UPDATED, Change.TIME_UNREADABLE, "infinity"),
            "confirmed_at": Recorded(None, Change.TIME_UNREADABLE, "-infinity"),
        },
    ),
    loaded(
        "users",
        _id(25),
        "created before Christ, updated in the year 20201",
        {"created_at": "0044-03-15 12:00:00 BC", "updated_at": "20201-01-01 00:00:00"},
        {
            **{
                name: Recorded(MIDNIGHT, Change.TIME_UNREADABLE, "0044-03-15 12:00:00 BC")
                for name in ("created_at", "terms_accepted_at")
            },
            "updated_at": Recorded(MIDNIGHT, Change.TIME_UNREADABLE, "20201-01-01 00:00:00"),
        },
    ),
    loaded(
        "users",
        _id(26),
        "an e-mail address that was never confirmed",
        {"confirmed_at": None},
        {"confirmed_at": None},
    ),
    loaded(
        "users",
        _id(27),
        "an emoji, a tab and line ends of two kinds inside a name; a name that is a backslash and "
        "an N",
        {"first_name": " \U0001f3b8\tTab\nLine\r\nEnd ", "last_name": "\\N"},
        {"first_name": "\U0001f3b8\tTab\nLine\r\nEnd", "last_name": "\\N"},
    ),
    loaded(
        "users",
        _id(28),
        "names that are a spreadsheet's formula, and NULL in letters",
        {"first_name": "=cmd()|' /C calc'!A0", "last_name": "NULL"},
        {"first_name": "=cmd()|' /C calc'!A0", "last_name": "NULL"},
    ),
    loaded(
        "users",
        _id(30),
        "names with a byte order mark, a control character and the last of all characters",
        {"first_name": "\ufeffMark", "last_name": "\x01\U0010ffff"},
        {"first_name": "\ufeffMark", "last_name": "\x01\U0010ffff"},
    ),
    added("users", _id(404), "the user whom user_artworks 19 names"),
]

VENUES = [
    loaded("venues", _id(1)),
    _nameless("venues", 2, "a name of spaces", "  "),
    _nameless("venues", 3, "no name", None),
    loaded(
        "venues",
        _id(4),
        "no country, an empty city",
        {"country": None, "city": ""},
        {"country": Recorded("US", Change.COUNTRY_IMPUTED, None), "city": None},
    ),
    loaded(
        "venues",
        _id(5),
        "a country of spaces, and no zip",
        {"country": "  ", "zip": None},
        {"country": Recorded("US", Change.COUNTRY_IMPUTED, "  "), "postal_code": None},
    ),
    loaded(
        "venues",
        _id(6),
        "coordinates that are no numbers",
        {"latitude": "NaN", "longitude": "Infinity"},
        {
            "latitude": Recorded(None, Change.COORDINATE_OUT_OF_RANGE, "NaN"),
            "longitude": Recorded(None, Change.COORDINATE_OUT_OF_RANGE, "Infinity"),
        },
    ),
    loaded(
        "venues",
        _id(7),
        "the pole, on the date line",
        {"latitude": 90, "longitude": -180},
        {"latitude": 90, "longitude": -180},
    ),
    loaded(
        "venues",
        _id(8),
        "a hand's breadth beyond the pole",
        {"latitude": 90.0000001},
        {"latitude": Recorded(None, Change.COORDINATE_OUT_OF_RANGE, "90.0000001")},
    ),
    *_twins("venues", 9, {"name": "The other Hall 9"}),
    loaded(
        "venues",
        _id(10),
        "coordinates that are 0 when rounded, one of them from below",
        {"latitude": 1e-7, "longitude": -1e-7},
        {"latitude": 0, "longitude": 0},
    ),
    loaded(
        "venues",
        _id(11),
        "a zip of which the number in the column has lost the zero",
        {"zip": 2134},
        {"postal_code": "2134"},
    ),
    loaded("venues", _id(12), "the name of venue 13", {"name": "The Fox"}, {"name": "The Fox"}),
    loaded("venues", _id(13), "the name of venue 12", {"name": "The Fox"}, {"name": "The Fox"}),
    loaded("venues", _id(14), "neither created_at nor updated_at", NO_TIMES, IMPUTED),
    quarantined(
        "venues",
        _id(None),
        "no id",
        {"name": "Hall 110"},
        Reason.MISSING_KEY,
        mended={"id": 110},
    ),
]

ARTISTS = [
    loaded(
        "artists",
        _id(1),
        "a website without a scheme",
        {"name": "Ann Lee", "website": "annlee.example"},
        {"name": "Ann Lee", "website": "http://annlee.example"},
    ),
    loaded(
        "artists",
        _id(2),
        "the name of artist 1 with two spaces inside, which is another one",
        {"name": "Ann  Lee"},
        {"name": "Ann  Lee"},
    ),
    loaded("artists", _id(3), "a name with an accent", {"name": "Zo\u00eb"}, {"name": "Zo\u00eb"}),
    repeated(
        "artists",
        _id(4),
        "the name of artist 1 in capitals, with white space at its ends",
        1,
        {"name": " ANN LEE\u00a0"},
    ),
    repeated("artists", _id(5), "the name of artist 3 in capitals", 3, {"name": "ZO\u00cb"}),
    loaded(
        "artists",
        _id(6),
        "the name of artist 3 in another Unicode form, which is another one",
        {"name": "Zoe\u0308"},
        {"name": "Zoe\u0308"},
    ),
    _nameless("artists", 7, "an empty name", ""),
    _nameless("artists", 8, "no name", None),
    repeated("artists", _id(9), "the name of artist 1 in small letters", 1, {"name": "ann lee"}),
    *_twins("artists", 10, {"name": "Artist Ten"}),
    loaded("artists", _id(11), "the first of two equal rows"),
    repeated("artists", _id(11), "the second of two equal rows", 11),
    quarantined(
        "artists",
        _id(12),
        "another row has the id 12, too; its name is that of artist 13",
        {"name": "Ten Hands"},
        Reason.DUPLICATE_KEY,
        # Artist 13 is in the target by then, and others may name its id.
        after=Merged((13, 0)),
    ),
    quarantined(
        "artists",
        _id(12),
        "another row has the id 12, too",
        {"name": "Twelve"},
        Reason.DUPLICATE_KEY,
        mended={"id": 112},
        after={"name": "Twelve"},
    ),
    loaded(
        "artists",
        _id(13),
        "the name of artist 12 in capitals; that one is quarantined",
        {"name": "TEN HANDS"},
        {"name": "TEN HANDS"},
    ),
    quarantined(
        "artists",
        _id(None),
        "no id",
        {"name": "Artist 114"},
        Reason.MISSING_KEY,
        mended={"id": 114},
    ),
    loaded(
        "artists",
        _id(15),
        "a website that would run a script",
        {"website": "javascript:alert(1)"},
        {"website": "http://javascript:alert(1)"},
    ),
    loaded("artists", _id(16), "an empty website", {"website": ""}, {"website": None}),
    loaded(
        "artists",
        _id(17),
        "a website that begins with slashes",
        {"website": " //prints.example "},
        {"website": "http://prints.example"},
    ),
    added("artists", _id(404), "the artist whom artists_artworks 404-1 names"),
]

BANDS = [
    loaded("bands", _id(1), "the name that band 2 has, too", {"name": "Owls"}, {"name": "Owls"}),
    repeated(
        "bands",
        _id(2),
        "the name of band 1 in capitals, with a space behind it",
        1,
        {"name": "OWLS "},
    ),
    loaded(
        "bands",
        _id(3),
        "a name with an accent",
        {"name": "Mot\u00f6rhead"},
        {"name": "Mot\u00f6rhead"},
    ),
    repeated("bands", _id(4), "the name of band 3 in capitals", 3, {"name": "MOT\u00d6RHEAD"}),
    _nameless("bands", 5, "a name of a no-break space", "\u00a0"),
    *_twins("bands", 6, {"name": "The other Band 6"}),
    quarantined(
        "bands", _id(None), "no id", {"name": "Band 107"}, Reason.MISSING_KEY, mended={"id": 107}
    ),
    added("bands", _id(404), "the band that artwork 50 names"),
]

SERIES = [
    loaded(
        "series",
        _id(1),
        "a year in its name",
        {"name": "Tour 1999"},
        {"name": "Tour 1999", "year": Recorded(1999, Change.YEAR_DERIVED, None)},
    ),
    loaded(
        "series",
        _id(2),
        "its earliest poster is artwork 59, of 2009; dates that are none do not count",
        {},
        {"year": Recorded(2009, Change.YEAR_DERIVED, None)},
    ),
    _nameless("series", 3, "an empty name", "", {"year": OF_2012}),
    *_twins("series", 4, {"name": "The other Series 4"}, {"year": OF_2012}),
    loaded(
        "series",
        _id(5),
        "its only poster, 20, is quarantined",
        mended={},
        after={"year": OF_2012},
    ),
    loaded("series", _id(6), "the first of two equal rows"),
    repeated("series", _id(6), "the second of two equal rows", 6),
    quarantined(
        "series",
        _id(None),
        "no id",
        {"name": "Series 107"},
        Reason.MISSING_KEY,
        mended={"id": 107},
    ),
    loaded(
        "series",
        _id(8),
        "its only poster has no date",
    ),
    added("series", _id(404), "the series that artworks_series 1-404 names", {"year": OF_2012}),
]

ROWS = [*USERS, *VENUES, *ARTISTS, *BANDS, *SERIES]
