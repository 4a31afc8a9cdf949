"""artists_posters: who drew which poster.

The old link table had neither ids nor times: a link takes its poster's times and gets a new id. One
row a pair: repeats are merged, also those that arise when artists are.
"""

from collections.abc import Mapping

import pandera.polars as pa
import polars as pl

from artex_assets.convert import numbers
from artex_assets.legacy.contract import Kind, LegacyTable
from artex_assets.tables.declaration import (
    Column,
    Derived,
    Example,
    Inputs,
    Reference,
    Rules,
    Table,
    mapped,
)
from artex_assets.tables.draft import Draft, carried_times

SOURCE = LegacyTable("artists_artworks", {"artist_id": Kind.ID, "artwork_id": Kind.ID})


class Contract(pa.DataFrameModel):
    """What the target must hold of every migrated link."""

    artist_id: int = pa.Field(gt=0)
    poster_id: int = pa.Field(gt=0)
    created_at: pl.Datetime
    updated_at: pl.Datetime

    class Config:
        """One row a pair."""

        unique = ("artist_id", "poster_id")


def columns(rules: Rules) -> Mapping[str, Column]:
    """What each target column comes from."""
    return {
        "artist_id": mapped("artist_id", numbers.integer),
        "poster_id": mapped("artwork_id", numbers.integer),
        "created_at": Derived(("artworks.created_at",)),
        "updated_at": Derived(("artworks.updated_at",)),
    }


def transform(inputs: Inputs) -> Draft:
    """The links, one a pair, with their posters' times."""
    draft = Draft.of(TABLE, inputs).refer(inputs.parents)
    times = carried_times(inputs.legacy["artworks"], inputs.rules).rename({"id": "poster_id"})
    frame = draft.frame.join(times, on="poster_id", how="left", maintain_order="left")
    return Draft(TABLE, inputs.rules, frame).merge(pl.col("artist_id"), pl.col("poster_id"))


EXAMPLES = (
    Example(
        says="A pair that is there twice is one link; a link to nobody is quarantined.",
        legacy={
            "artists_artworks": [
                {"artist_id": 1, "artwork_id": 8},
                {"artist_id": 1, "artwork_id": 8},
                {"artist_id": 2, "artwork_id": 8},
            ],
            "artworks": [{"id": 8, "created_at": "2015-03-01 10:00:00"}],
        },
        parents={"artists": [1], "posters": [8]},
        rows=[{"artist_id": 1, "poster_id": 8, "created_at": "2015-03-01 10:00:00"}],
        quarantined={"2-8": "parent_missing"},
    ),
)

TABLE = Table(
    name="artists_posters",
    source=SOURCE,
    columns=columns,
    transform=transform,
    contract=Contract,
    examples=EXAMPLES,
    key=("artist_id", "poster_id"),
    references=(
        Reference("artist_id", "artists", required=True),
        Reference("poster_id", "posters", required=True),
    ),
    also_reads=("artworks",),
)
