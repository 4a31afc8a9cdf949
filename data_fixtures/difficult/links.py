"""The links of artworks with artists and with series in the difficult backup."""

from artex_assets.vocabulary import Change, Reason
from data_fixtures.difficult.alike import IMPUTED
from data_fixtures.difficult.ordinary import Value
from data_fixtures.difficult.row import (
    Cells,
    Recorded,
    Row,
    loaded,
    quarantined,
    removed,
    repeated,
)

MISSING, HELD = Reason.PARENT_MISSING, Reason.PARENT_QUARANTINED


def _drawn(artist: int | None, artwork: int | None) -> dict[str, Value]:
    return {"artist_id": artist, "artwork_id": artwork}


def _in_series(artwork: int | None, series: int | None) -> dict[str, Value]:
    return {"artwork_id": artwork, "series_id": series}


def _artist(
    artist: int, artwork: int, what: str, reason: Reason, cause: str, after: Cells | None = None
) -> Row:
    """A link to a row that is not in the target; it is after the mending."""
    key = _drawn(artist, artwork)
    return quarantined("artists_artworks", key, what, {}, reason, cause, after=after)


def _series(artwork: int, series: int, what: str, reason: Reason, cause: str) -> Row:
    key = _in_series(artwork, series)
    return quarantined("artworks_series", key, what, {}, reason, cause)


ARTISTS = [
    loaded("artists_artworks", _drawn(1, 1)),
    repeated("artists_artworks", _drawn(1, 1), "a link that is there already", (1, 1)),
    repeated(
        "artists_artworks",
        _drawn(4, 1),
        "a link that is there already, since artist 4 is merged into artist 1",
        (1, 1),
    ),
    loaded(
        "artists_artworks",
        _drawn(9, 2),
        "its artist is merged into artist 1",
        {},
        {"artist_id": Recorded(1, Change.REFERENCE_MERGED, "9")},
    ),
    loaded("artists_artworks", _drawn(3, 3)),
    repeated(
        "artists_artworks",
        _drawn(5, 3),
        "a link that is there already, since artist 5 is merged into artist 3",
        (3, 3),
    ),
    loaded("artists_artworks", _drawn(11, 56), "both its sides are there twice, and equal"),
    loaded("artists_artworks", _drawn(13, 4)),
    removed("artists_artworks", _drawn(None, 1), "no artist", Reason.MISSING_KEY),
    removed("artists_artworks", _drawn(None, 1), "no artist, once more", Reason.MISSING_KEY),
    removed("artists_artworks", _drawn(1, None), "no artwork", Reason.MISSING_KEY),
    removed("artists_artworks", _drawn(None, None), "neither side", Reason.MISSING_KEY),
    _artist(404, 1, "an artist who is not there", MISSING, f"artists 404: {MISSING}"),
    _artist(1, 404, "an artwork that is not there", MISSING, f"posters 404: {MISSING}"),
    _artist(404, 404, "neither side is there", MISSING, f"artists 404: {MISSING}"),
    _artist(7, 1, "an artist who is quarantined", HELD, "artists 7: missing_value"),
    _artist(10, 1, "an artist of whom there are two", HELD, "artists 10: duplicate_key"),
    _artist(1, 20, "an artwork of which there are two", HELD, "posters 20: duplicate_key"),
    _artist(
        12,
        3,
        "an artist of whom there are two",
        HELD,
        "artists 12: duplicate_key",
        {"artist_id": Recorded(13, Change.REFERENCE_MERGED, "12")},
    ),
    _artist(8, 20, "both sides are quarantined", HELD, "artists 8: missing_value"),
    loaded("artists_artworks", _drawn(1, 57), "its artwork has no times", {}, IMPUTED),
]

SERIES = [
    loaded("artworks_series", _in_series(1, 1)),
    loaded("artworks_series", _in_series(1, 2)),
    repeated("artworks_series", _in_series(1, 2), "a link that is there already", (1, 2)),
    loaded("artworks_series", _in_series(59, 2)),
    loaded("artworks_series", _in_series(21, 2), "its artwork's date is none"),
    loaded("artworks_series", _in_series(29, 8), "its artwork has no date"),
    removed("artworks_series", _in_series(None, 2), "no artwork", Reason.MISSING_KEY),
    removed("artworks_series", _in_series(1, None), "no series", Reason.MISSING_KEY),
    _series(404, 2, "an artwork that is not there", MISSING, f"posters 404: {MISSING}"),
    _series(1, 404, "a series that is not there", MISSING, f"series 404: {MISSING}"),
    _series(1, 3, "a series that is quarantined", HELD, "series 3: missing_value"),
    _series(1, 4, "a series of which there are two", HELD, "series 4: duplicate_key"),
    _series(20, 5, "an artwork of which there are two", HELD, "posters 20: duplicate_key"),
]

ROWS = [*ARTISTS, *SERIES]
