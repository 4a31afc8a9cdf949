"""posters_series: which posters make a series.

A bare link in both applications, without id and times. One row a pair: repeats are merged.
"""

from collections.abc import Mapping

import pandera.polars as pa
import polars as pl

from artex_assets.convert import numbers
from artex_assets.legacy.contract import Kind, LegacyTable
from artex_assets.tables.declaration import (
    Column,
    Example,
    Inputs,
    Reference,
    Rules,
    Table,
    mapped,
)
from artex_assets.tables.draft import Draft

SOURCE = LegacyTable("artworks_series", {"artwork_id": Kind.ID, "series_id": Kind.ID})


class Contract(pa.DataFrameModel):
    """What the target must hold of every migrated link."""

    poster_id: int = pa.Field(gt=0)
    series_id: int = pa.Field(gt=0)

    class Config:
        """One row a pair."""

        unique = ("poster_id", "series_id")


def columns(rules: Rules) -> Mapping[str, Column]:
    """What each target column comes from."""
    return {
        "poster_id": mapped("artwork_id", numbers.integer),
        "series_id": mapped("series_id", numbers.integer),
    }


def transform(inputs: Inputs) -> Draft:
    """The links, one a pair."""
    return (
        Draft.of(TABLE, inputs)
        .refer(inputs.parents)
        .merge(pl.col("poster_id"), pl.col("series_id"))
    )


EXAMPLES = (
    Example(
        says="A pair that is there twice is one link; a link with an empty side is quarantined.",
        legacy={
            "artworks_series": [
                {"artwork_id": 8, "series_id": 1},
                {"artwork_id": 8, "series_id": 1},
                {"artwork_id": 8, "series_id": None},
            ],
        },
        parents={"posters": [8], "series": [1]},
        rows=[{"poster_id": 8, "series_id": 1}],
        quarantined={"8-None": "missing_key"},
    ),
)

TABLE = Table(
    name="posters_series",
    source=SOURCE,
    columns=columns,
    transform=transform,
    contract=Contract,
    examples=EXAMPLES,
    key=("poster_id", "series_id"),
    references=(
        Reference("poster_id", "posters", required=True),
        Reference("series_id", "series", required=True),
    ),
)
