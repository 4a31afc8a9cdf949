"""The legacy tables, from the generators of their rows."""

from collections.abc import Callable, Iterator

import polars as pl

from data_fixtures import artworks, collections_and_sales, images, people_and_places
from data_fixtures.planted import FAULTS
from data_fixtures.planted.fault import plant

SEED = 19690815
"""The seed of the committed backup."""

GENERATORS: dict[str, Callable[[int, int], pl.DataFrame]] = {
    "users": people_and_places.users,
    "venues": people_and_places.venues,
    "artists": people_and_places.artists,
    "bands": people_and_places.bands,
    "series": artworks.series,
    "artworks": artworks.artworks,
    "artists_artworks": artworks.artists_artworks,
    "artworks_series": artworks.artworks_series,
    "user_artworks": collections_and_sales.user_artworks,
    "transactions": collections_and_sales.transactions,
    "portfolios": collections_and_sales.portfolios,
    "active_storage_blobs": images.active_storage_blobs,
    "active_storage_attachments": images.active_storage_attachments,
    "active_storage_variant_records": images.active_storage_variant_records,
}
"""The generator of each table: (scale, seed) → its columns in the order of schema.sql, id order."""


def tables(scale: int = 1, seed: int = SEED) -> Iterator[tuple[str, pl.DataFrame]]:
    """Each legacy table with its rows, faults planted; one at a time, as they are large at scale.

    The same scale and seed give the same rows. At any scale the faults are planted once.
    """
    for name, generator in GENERATORS.items():
        yield name, plant(name, generator(scale, seed), FAULTS)
