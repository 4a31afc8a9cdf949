"""Venues, artists, bands and series of the difficult backup."""

from artex_assets.vocabulary import Change, Reason
from data_fixtures.difficult.alike import IMPUTED, NO_TIMES, nameless, numbered, twins
from data_fixtures.difficult.row import (
    Merged,
    Recorded,
    added,
    loaded,
    quarantined,
    repeated,
)

OF_2012 = Recorded(2012, Change.YEAR_DERIVED, None)
"""The year of a series whose earliest poster is an ordinary one."""


VENUES = [
    loaded("venues", numbered(1)),
    nameless("venues", 2, "a name of spaces", "  "),
    nameless("venues", 3, "no name", None),
    loaded(
        "venues",
        numbered(4),
        "no country, an empty city",
        {"country": None, "city": ""},
        {"country": Recorded("US", Change.COUNTRY_IMPUTED, None), "city": None},
    ),
    loaded(
        "venues",
        numbered(5),
        "a country of spaces, and no zip",
        {"country": "  ", "zip": None},
        {"country": Recorded("US", Change.COUNTRY_IMPUTED, "  "), "postal_code": None},
    ),
    loaded(
        "venues",
        numbered(6),
        "coordinates that are no numbers",
        {"latitude": "NaN", "longitude": "Infinity"},
        {
            "latitude": Recorded(None, Change.COORDINATE_OUT_OF_RANGE, "NaN"),
            "longitude": Recorded(None, Change.COORDINATE_OUT_OF_RANGE, "Infinity"),
        },
    ),
    loaded(
        "venues",
        numbered(7),
        "the pole, on the date line",
        {"latitude": 90, "longitude": -180},
        {"latitude": 90, "longitude": -180},
    ),
    loaded(
        "venues",
        numbered(8),
        "a hand's breadth beyond the pole",
        {"latitude": 90.0000001},
        {"latitude": Recorded(None, Change.COORDINATE_OUT_OF_RANGE, "90.0000001")},
    ),
    *twins("venues", 9, {"name": "The other Hall 9"}),
    loaded(
        "venues",
        numbered(10),
        "coordinates that are 0 when rounded, one of them from below",
        {"latitude": 1e-7, "longitude": -1e-7},
        {"latitude": 0, "longitude": 0},
    ),
    loaded(
        "venues",
        numbered(11),
        "a zip of which the number in the column has lost the zero",
        {"zip": 2134},
        {"postal_code": "2134"},
    ),
    loaded(
        "venues", numbered(12), "the name of venue 13", {"name": "The Fox"}, {"name": "The Fox"}
    ),
    loaded(
        "venues", numbered(13), "the name of venue 12", {"name": "The Fox"}, {"name": "The Fox"}
    ),
    loaded("venues", numbered(14), "neither created_at nor updated_at", NO_TIMES, IMPUTED),
    quarantined(
        "venues",
        numbered(None),
        "no id",
        {"name": "Hall 110"},
        Reason.MISSING_KEY,
        mended={"id": 110},
    ),
]

ARTISTS = [
    loaded(
        "artists",
        numbered(1),
        "a website without a scheme",
        {"name": "Ann Lee", "website": "annlee.example"},
        {"name": "Ann Lee", "website": "http://annlee.example"},
    ),
    loaded(
        "artists",
        numbered(2),
        "the name of artist 1 with two spaces inside, which is another one",
        {"name": "Ann  Lee"},
        {"name": "Ann  Lee"},
    ),
    loaded(
        "artists", numbered(3), "a name with an accent", {"name": "Zo\u00eb"}, {"name": "Zo\u00eb"}
    ),
    repeated(
        "artists",
        numbered(4),
        "the name of artist 1 in capitals, with white space at its ends",
        1,
        {"name": " ANN LEE\u00a0"},
    ),
    repeated("artists", numbered(5), "the name of artist 3 in capitals", 3, {"name": "ZO\u00cb"}),
    loaded(
        "artists",
        numbered(6),
        "the name of artist 3 in another Unicode form, which is another one",
        {"name": "Zoe\u0308"},
        {"name": "Zoe\u0308"},
    ),
    nameless("artists", 7, "an empty name", ""),
    nameless("artists", 8, "no name", None),
    repeated(
        "artists", numbered(9), "the name of artist 1 in small letters", 1, {"name": "ann lee"}
    ),
    *twins("artists", 10, {"name": "Artist Ten"}),
    loaded("artists", numbered(11), "the first of two equal rows"),
    repeated("artists", numbered(11), "the second of two equal rows", 11),
    quarantined(
        "artists",
        numbered(12),
        "another row has the id 12, too; its name is that of artist 13",
        {"name": "Ten Hands"},
        Reason.DUPLICATE_KEY,
        # Artist 13 is in the target by then, and others may name its id.
        after=Merged((13, 0)),
    ),
    quarantined(
        "artists",
        numbered(12),
        "another row has the id 12, too",
        {"name": "Twelve"},
        Reason.DUPLICATE_KEY,
        mended={"id": 112},
        after={"name": "Twelve"},
    ),
    loaded(
        "artists",
        numbered(13),
        "the name of artist 12 in capitals; that one is quarantined",
        {"name": "TEN HANDS"},
        {"name": "TEN HANDS"},
    ),
    quarantined(
        "artists",
        numbered(None),
        "no id",
        {"name": "Artist 114"},
        Reason.MISSING_KEY,
        mended={"id": 114},
    ),
    loaded(
        "artists",
        numbered(15),
        "a website that would run a script",
        {"website": "javascript:alert(1)"},
        {"website": "http://javascript:alert(1)"},
    ),
    loaded("artists", numbered(16), "an empty website", {"website": ""}, {"website": None}),
    loaded(
        "artists",
        numbered(17),
        "a website that begins with slashes",
        {"website": " //prints.example "},
        {"website": "http://prints.example"},
    ),
    added("artists", numbered(404), "the artist whom artists_artworks 404-1 names"),
]

BANDS = [
    loaded(
        "bands", numbered(1), "the name that band 2 has, too", {"name": "Owls"}, {"name": "Owls"}
    ),
    repeated(
        "bands",
        numbered(2),
        "the name of band 1 in capitals, with a space behind it",
        1,
        {"name": "OWLS "},
    ),
    loaded(
        "bands",
        numbered(3),
        "a name with an accent",
        {"name": "Mot\u00f6rhead"},
        {"name": "Mot\u00f6rhead"},
    ),
    repeated("bands", numbered(4), "the name of band 3 in capitals", 3, {"name": "MOT\u00d6RHEAD"}),
    nameless("bands", 5, "a name of a no-break space", "\u00a0"),
    *twins("bands", 6, {"name": "The other Band 6"}),
    quarantined(
        "bands",
        numbered(None),
        "no id",
        {"name": "Band 107"},
        Reason.MISSING_KEY,
        mended={"id": 107},
    ),
    added("bands", numbered(404), "the band that artwork 50 names"),
]

SERIES = [
    loaded(
        "series",
        numbered(1),
        "a year in its name",
        {"name": "Tour 1999"},
        {"name": "Tour 1999", "year": Recorded(1999, Change.YEAR_DERIVED, None)},
    ),
    loaded(
        "series",
        numbered(2),
        "its earliest poster is artwork 59, of 2009; dates that are none do not count",
        {},
        {"year": Recorded(2009, Change.YEAR_DERIVED, None)},
    ),
    nameless("series", 3, "an empty name", "", {"year": OF_2012}),
    *twins("series", 4, {"name": "The other Series 4"}, {"year": OF_2012}),
    loaded(
        "series",
        numbered(5),
        "its only poster, 20, is quarantined",
        mended={},
        after={"year": OF_2012},
    ),
    loaded("series", numbered(6), "the first of two equal rows"),
    repeated("series", numbered(6), "the second of two equal rows", 6),
    quarantined(
        "series",
        numbered(None),
        "no id",
        {"name": "Series 107"},
        Reason.MISSING_KEY,
        mended={"id": 107},
    ),
    loaded(
        "series",
        numbered(8),
        "its only poster has no date",
    ),
    added(
        "series", numbered(404), "the series that artworks_series 1-404 names", {"year": OF_2012}
    ),
]

ROWS = [*VENUES, *ARTISTS, *BANDS, *SERIES]
