"""Series, artworks and their links to artists and series."""

from datetime import date
from itertools import product

import polars as pl

from data_fixtures import words
from data_fixtures.draws import Draws
from data_fixtures.people_and_places import pool
from data_fixtures.shape import SHAPES, blocks, id_at, ids, rows

FIRST_RELEASE, LAST_RELEASE = date(1996, 1, 1), date(2025, 5, 31)
"""Only planted release dates lie outside of these."""

PRICES = (None, None, 2500, 3000, 3500, 4000, 4500, 5000, 5000, 6000, 6500, 7500, 9999, 12500)
"""Cents."""

SERIES_WITH_POSTERS = 18
"""Of the 19 series of a block, the last one has none."""


def series(scale: int, seed: int) -> pl.DataFrame:
    """The table `series`: each with a year in its name. Those at scale 1 are all planted ones."""
    draw = Draws(seed, "series", rows("series", scale))
    created_at, updated_at = draw.times()
    pairs = [f"{one} {other}" for one, other in product(words.ADJECTIVES, words.NOUNS)]
    year = draw.integers("year", 1996, 2026)
    return pl.DataFrame(
        {
            "id": ids("series", scale),
            "name": draw.pick("name", pairs) + " " + year.cast(pl.String),
            "created_at": created_at,
            "updated_at": updated_at,
        }
    )


def artworks(scale: int, seed: int) -> pl.DataFrame:
    """The table `artworks`: named and dated each, prices in cents or NULL."""
    draw = Draws(seed, "artworks", rows("artworks", scale))
    created_at, updated_at = draw.times()
    frame = pl.DataFrame(
        {
            "id": ids("artworks", scale),
            "adjective": draw.pick("adjective", words.ADJECTIVES),
            "subject": draw.pick("subject", [*words.NOUNS, *pool(seed).cities.head(40)]),
            "edition": draw.pick("edition", words.EDITIONS),
            "note": draw.pick("note", words.NOTES),
            "edition_size": draw.pick("edition_size", [None, 50, 100, 150, 200, 250, 500, 1000]),
            "release_date": draw.days("release_date", FIRST_RELEASE, LAST_RELEASE),
            "original_price": draw.pick("original_price", PRICES),
            "band_id": draw.pick("band_id", ids("bands", scale)),
            "with_band": draw.pick("with_band", [True, False], [85, 15]),
            "venue_id": draw.pick("venue_id", ids("venues", scale)),
            "with_venue": draw.pick("with_venue", [True, False], [88, 12]),
            "letters": draw.tokens("ticker", "ABCDEFGHIJKLMNOPQRSTUVWXYZ", 3),
            "carrierwave": draw.pick("carrierwave", [None, "poster", "scan"], [8, 1, 1]),
            "created_at": created_at,
            "updated_at": updated_at,
        }
    )
    return frame.select(
        "id",
        pl.format("{} {}{}", "adjective", "subject", "edition").alias("name"),
        "note",
        "edition_size",
        "release_date",
        "original_price",
        pl.when("with_band").then("band_id"),
        pl.when("with_venue").then("venue_id"),
        pl.format("{}-{}", "letters", "id").alias("ticker"),
        pl.format("{}_{}.jpg", "carrierwave", "id").alias("original_carrierwave_images"),
        "created_at",
        "updated_at",
    )


def artists_artworks(scale: int, seed: int) -> pl.DataFrame:
    """The table `artists_artworks`: of 773 artworks, 5 have no artist and 7 have two."""
    artwork = blocks("artworks", scale).with_columns(id=ids("artworks", scale))
    draw = Draws(seed, "artists_artworks", artwork.height)
    artists = rows("artists", scale)
    artwork = artwork.with_columns(artist=draw.integers("artist", 0, artists))
    first = artwork.filter(pl.col("place") % 150 != 149)
    # The artist after the first one, so that no pair comes twice.
    second = artwork.filter(pl.col("place") % 110 == 7).with_columns(
        artist=(pl.col("artist") + 1) % artists
    )
    links = pl.concat([first, second])
    return pl.DataFrame(
        {"artist_id": id_at("artists", links["artist"]), "artwork_id": links["id"]}
    ).sort("artwork_id", "artist_id")


def artworks_series(scale: int, seed: int) -> pl.DataFrame:
    """The table `artworks_series`: every tenth artwork, dealt to the series in turn.

    It follows no seed: the planted series need to know their posters.
    """
    link = blocks("artworks_series", scale)
    artwork = link["block"] * SHAPES["artworks"].rows + link["place"] * 10 + 3
    series = link["block"] * SHAPES["series"].rows + link["place"] % SERIES_WITH_POSTERS
    return pl.DataFrame(
        {"artwork_id": id_at("artworks", artwork), "series_id": id_at("series", series)}
    )
