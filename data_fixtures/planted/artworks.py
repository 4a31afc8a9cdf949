"""The faults planted in artworks. Bands and venues that they name are planted too."""

from datetime import date

from artex_assets.vocabulary import Change
from data_fixtures.planted.fault import MIGRATION_DATE, Fault, Outcome, Value, planted

MOTOR_GHOSTS, NANDU, QUOTED, PAPER_ANCHOR = 2, 5, 10, 13
ELYSEE, FOUNDRY, LODZ = 3, 8, 20

UNDATED = Outcome("release_date", MIGRATION_DATE, Change.DATE_IMPUTED)


def _of(
    name: str | None, band: int | None, venue: int | None, released: date | None
) -> dict[str, Value]:
    return {"name": name, "band_id": band, "venue_id": venue, "release_date": released}


def _blank(name: str | None, becomes: str) -> Outcome:
    return Outcome("name", becomes, Change.NAME_DERIVED, original=name)


def _repeat(id: int, day: int, slug: str) -> Fault:
    return planted(
        "artworks",
        id,
        "name, band, venue and year of artwork 85" if id > 85 else "the first of three alike",
        _of("Harvest Moonrise", MOTOR_GHOSTS, FOUNDRY, date(2016, 10, day)),
        Outcome("name", "Harvest Moonrise"),
        Outcome("slug", slug),
    )


NAMES = [
    planted(
        "artworks",
        71,
        "an empty name, with band, venue and date",
        _of("", MOTOR_GHOSTS, ELYSEE, date(2009, 7, 4)),
        _blank("", "Motor Ghösts - Salle Élysée - 2009"),
        Outcome("slug", "motor-ghosts-salle-elysee-motor-ghosts-salle-elysee-2009-2009"),
    ),
    planted(
        "artworks",
        72,
        "a name of spaces, with band and date but no venue",
        _of("   ", NANDU, None, date(2012, 11, 30)),
        _blank("   ", "Señor Ñandú & the Øre - 2012"),
        Outcome("slug", "senor-nandu-the-ore-senor-nandu-the-ore-2012-2012"),
    ),
    planted(
        "artworks",
        73,
        "no name, with venue and date but no band",
        _of(None, None, FOUNDRY, date(2015, 5, 1)),
        _blank(None, "The Foundry (Upstairs) - 2015"),
        Outcome("slug", "the-foundry-upstairs-the-foundry-upstairs-2015-2015"),
    ),
    planted(
        "artworks",
        74,
        "a name of a tab and a space, with band and venue but no date",
        _of("\t ", QUOTED, LODZ, None),
        _blank("\t ", "\"Quoted\" O'Hara's Trio - Łódź Straße Hall"),
        UNDATED,
        Outcome(
            "slug",
            "quoted-o-hara-s-trio-lodz-strasse-hall-quoted-o-hara-s-trio-lodz-strasse-hall",
        ),
    ),
    planted(
        "artworks",
        75,
        "an empty name and a date, but neither band nor venue",
        _of("", None, None, date(2008, 2, 29)),
        _blank("", "2008"),
        Outcome("slug", "2008-2008"),
    ),
    planted(
        "artworks",
        76,
        "no name, band, venue or date",
        _of(None, None, None, None),
        _blank(None, "Poster #76"),
        UNDATED,
        Outcome("slug", "poster-76"),
    ),
    planted(
        "artworks",
        77,
        "a name of spaces and a band, but neither venue nor date",
        _of("  ", PAPER_ANCHOR, None, None),
        _blank("  ", "Paper Anchor"),
        UNDATED,
        Outcome("slug", "paper-anchor-paper-anchor"),
    ),
    planted(
        "artworks",
        78,
        "an empty name and a venue, but neither band nor date",
        _of("", None, ELYSEE, None),
        _blank("", "Salle Élysée"),
        UNDATED,
        Outcome("slug", "salle-elysee-salle-elysee"),
    ),
    planted(
        "artworks",
        93,
        "a name with spaces at its ends",
        _of("  Trimmed at Both Ends  ", PAPER_ANCHOR, ELYSEE, date(2018, 3, 9)),
        Outcome("name", "Trimmed at Both Ends"),
        Outcome("slug", "paper-anchor-salle-elysee-trimmed-at-both-ends-2018"),
    ),
    planted(
        "artworks",
        169,
        "neither band nor venue: original art",
        _of("Study for a Lighthouse", None, None, date(2006, 6, 6)),
        Outcome("name", "Study for a Lighthouse"),
        Outcome("band_id", None),
        Outcome("venue_id", None),
        Outcome("slug", "study-for-a-lighthouse-2006"),
    ),
]

SLUGS = [
    _repeat(85, 1, "motor-ghosts-the-foundry-upstairs-harvest-moonrise-2016"),
    _repeat(86, 2, "motor-ghosts-the-foundry-upstairs-harvest-moonrise-2016-1"),
    _repeat(87, 3, "motor-ghosts-the-foundry-upstairs-harvest-moonrise-2016-2"),
    planted(
        "artworks",
        88,
        "name, band and venue of artwork 85, a year later",
        _of("Harvest Moonrise", MOTOR_GHOSTS, FOUNDRY, date(2017, 10, 1)),
        Outcome("slug", "motor-ghosts-the-foundry-upstairs-harvest-moonrise-2017"),
    ),
    planted(
        "artworks",
        89,
        "another name than artwork 85's, but the same slug",
        _of("HARVEST  Moonrise!", MOTOR_GHOSTS, FOUNDRY, date(2016, 12, 31)),
        Outcome("name", "HARVEST  Moonrise!"),
        Outcome("slug", "motor-ghosts-the-foundry-upstairs-harvest-moonrise-2016-3"),
    ),
    planted(
        "artworks",
        80,
        "a name of stars, without band, venue and date",
        _of("★ ★ ★", None, None, None),
        Outcome("name", "★ ★ ★"),
        UNDATED,
        Outcome("slug", "poster-80"),
    ),
    planted(
        "artworks",
        81,
        "the name that artwork 76 gets, without band, venue and date",
        _of("Poster #76", None, None, None),
        Outcome("name", "Poster #76"),
        UNDATED,
        Outcome("slug", "poster-76-1"),
    ),
    planted(
        "artworks",
        90,
        "accents in name, band and venue",
        _of("Été à Zürich", NANDU, LODZ, date(2011, 8, 20)),
        Outcome("name", "Été à Zürich"),
        Outcome("slug", "senor-nandu-the-ore-lodz-strasse-hall-ete-a-zurich-2011"),
    ),
    planted(
        "artworks",
        91,
        "quotes and an apostrophe in the name",
        _of('Don\'t "Look" Back', QUOTED, FOUNDRY, date(2013, 1, 19)),
        Outcome("name", 'Don\'t "Look" Back'),
        Outcome("slug", "quoted-o-hara-s-trio-the-foundry-upstairs-don-t-look-back-2013"),
    ),
    planted(
        "artworks",
        94,
        "SQL in the name",
        _of("Robert'); DROP TABLE artworks;--", None, None, date(2014, 4, 1)),
        Outcome("name", "Robert'); DROP TABLE artworks;--"),
        Outcome("slug", "robert-drop-table-artworks-2014"),
    ),
    planted(
        "artworks",
        95,
        "a spreadsheet formula as name",
        _of("=SUM(1+1)", None, None, date(2014, 4, 2)),
        Outcome("name", "=SUM(1+1)"),
        Outcome("slug", "sum-1-1-2014"),
    ),
    planted(
        "artworks",
        99,
        "underscores in the name",
        _of("snake_case_print", None, None, date(2019, 9, 9)),
        Outcome("slug", "snake_case_print-2019"),
    ),
    planted(
        "artworks",
        100,
        "a name in Japanese, without band and venue",
        _of("東京 東京", None, None, date(2020, 2, 2)),
        Outcome("name", "東京 東京"),
        Outcome("slug", "2020"),
    ),
    planted(
        "artworks",
        101,
        "an emoji in the name",
        _of("🎸 Night", None, None, date(2021, 12, 12)),
        Outcome("name", "🎸 Night"),
        Outcome("slug", "night-2021"),
    ),
]

NUMBERS_AND_NOTES = [
    *(
        planted("artworks", id, "no release date", {"release_date": None}, UNDATED)
        for id in (141, 142, 143, 145, 146, 147)
    ),
    planted(
        "artworks",
        155,
        "a price of 0",
        {"original_price": 0},
        Outcome("original_price", None, Change.PRICE_NOT_POSITIVE, original=0),
    ),
    planted(
        "artworks",
        156,
        "a price below 0",
        {"original_price": -500},
        Outcome("original_price", None, Change.PRICE_NOT_POSITIVE, original=-500),
    ),
    planted("artworks", 158, "no price", {"original_price": None}, Outcome("original_price", None)),
    planted(
        "artworks",
        159,
        "the largest price that numeric(8,2) holds",
        {"original_price": 999_999},
        Outcome("original_price", 999_999),
    ),
    planted(
        "artworks", 160, "a price of one cent", {"original_price": 1}, Outcome("original_price", 1)
    ),
    planted(
        "artworks",
        161,
        "an edition of 0",
        {"edition_size": 0},
        Outcome("edition_size", None, Change.SIZE_NOT_POSITIVE, original=0),
    ),
    planted(
        "artworks",
        162,
        "an edition below 0",
        {"edition_size": -1},
        Outcome("edition_size", None, Change.SIZE_NOT_POSITIVE, original=-1),
    ),
    planted(
        "artworks", 163, "no edition size", {"edition_size": None}, Outcome("edition_size", None)
    ),
    planted("artworks", 164, "a note of spaces", {"note": "   "}, Outcome("description", None)),
    planted(
        "artworks",
        165,
        "a note with quotes, a comma, a backslash, tabs and line ends of two kinds",
        {"note": 'He said "loud",\tand \\N\r\nleft.\nTwice; \\. & 100 %'},
        Outcome("description", 'He said "loud",\tand \\N\r\nleft.\nTwice; \\. & 100 %'),
    ),
    planted("artworks", 171, "a note `NULL`", {"note": "NULL"}, Outcome("description", "NULL")),
]

FAULTS = [*NAMES, *SLUGS, *NUMBERS_AND_NOTES]
