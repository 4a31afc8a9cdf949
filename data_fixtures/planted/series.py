"""The faults planted in series, of which all 19 have their year derived.

`artworks_series` follows no seed, so that the posters of each series are known here.
"""

from datetime import date

from artex_assets.vocabulary import Change
from data_fixtures.planted.fault import MIGRATION_DATE, Cells, Fault, Outcome, planted


def _named(id: int, name: str, year: int) -> Fault:
    return planted(
        "series",
        id,
        f"a year in the name `{name}`",
        {"name": name},
        Outcome("year", year, Change.YEAR_DERIVED),
    )


def _by_poster(id: int, name: str, poster: int, released: date, note: str = "no year") -> Fault:
    """A series whose year is that of `poster`: generated posters are of 1996 and later."""
    return Fault(
        "series",
        id,
        f"{note} in the name `{name}`; artwork {poster}, of {released}, is its earliest",
        [
            Cells("series", id, {"name": name}),
            Cells("artworks", poster, {"release_date": released}),
        ],
        [
            Outcome("year", released.year, Change.YEAR_DERIVED),
            Outcome("release_date", released, row=("posters", poster)),
        ],
    )


UNDATED = (219, 450, 678, 906)

FAULTS = [
    _named(1, "Summer Nights 2012", 2012),
    _by_poster(2, "Lakeside Sessions", 473, date(1991, 8, 17)),
    _named(3, "2016 Winter Tour", 2016),
    _named(4, "Harbor Lights (2019)", 2019),
    _by_poster(5, "The Foil Variants", 53, date(1995, 12, 31)),
    _named(7, "Spring Run 2014", 2014),
    _by_poster(8, "Letterpress Club", 766, date(1993, 1, 1)),
    _named(9, "New Year's Eve 1999", 1999),
    _by_poster(10, "Desert Weekender '08", 333, date(1994, 4, 2), "two digits"),
    _named(11, "Fall Tour 2021", 2021),
    _by_poster(13, "Odyssey 2099", 131, date(1989, 6, 5), "a year too late to be one"),
    _named(14, "Jubilee of 1951", 1951),
    _by_poster(15, "Class of 1950", 844, date(1992, 2, 29), "a year too early to be one"),
    _named(16, "Festival d'Été 2018", 2018),
    _named(17, "Print Fair 2010", 2010),
    _by_poster(19, "Backstage Proofs", 193, date(1990, 10, 3)),
    _named(20, "West Coast 2023", 2023),
    Fault(
        "series",
        21,
        "no year in the name `Undated Handbills`, and none of its four posters has a date",
        [
            Cells("series", 21, {"name": "Undated Handbills"}),
            *(Cells("artworks", poster, {"release_date": None}) for poster in UNDATED),
        ],
        [
            Outcome("year", None),
            *(
                Outcome(
                    "release_date", MIGRATION_DATE, Change.DATE_IMPUTED, row=("posters", poster)
                )
                for poster in UNDATED
            ),
        ],
    ),
    planted(
        "series",
        22,
        "no year in the name `Unreleased Concepts`, and no posters",
        {"name": "Unreleased Concepts"},
        Outcome("year", None),
    ),
]
