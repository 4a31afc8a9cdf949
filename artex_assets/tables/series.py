"""series: posters that belong together, such as a tour.

The old application had no year: it is read from the name, else it is that of the earliest poster.
"""

from collections.abc import Mapping

import pandera.polars as pa
import polars as pl

from artex_assets.convert import dates, numbers, text
from artex_assets.legacy.contract import TIMES, Kind, LegacyTable
from artex_assets.tables.declaration import (
    Column,
    Derived,
    Example,
    Inputs,
    Rules,
    Table,
    mapped,
)
from artex_assets.tables.draft import Draft
from artex_assets.vocabulary import Change

SOURCE = LegacyTable("series", {"id": Kind.ID, "name": Kind.TEXT, **TIMES})

EARLIEST_YEAR = 1951


class Contract(pa.DataFrameModel):
    """What the target must hold of every migrated series."""

    id: int = pa.Field(gt=0, unique=True)
    name: str = pa.Field(str_matches=r"\S")
    year: int = pa.Field(nullable=True, in_range={"min_value": 1, "max_value": 9999})
    created_at: pl.Datetime
    updated_at: pl.Datetime


def columns(rules: Rules) -> Mapping[str, Column]:
    """What each target column comes from."""
    return {
        "id": mapped("id", numbers.integer),
        "name": mapped("name", text.required),
        "year": Derived(
            ("series.name", "artworks_series.series_id", "artworks.release_date"),
        ),
        "created_at": mapped("created_at", dates.timestamp),
        "updated_at": mapped("updated_at", dates.timestamp),
    }


def transform(inputs: Inputs) -> Draft:
    """The series with their years."""
    draft = Draft.of(TABLE, inputs)
    frame = draft.frame.join(
        earliest_years(inputs),
        left_on="id",
        right_on="series_id",
        how="left",
        maintain_order="left",
    )
    named = (
        pl.col("name")
        .str.extract_all(r"\d+")
        .list.eval(
            pl.element().filter(
                (pl.element().str.len_bytes() == 4)
                & pl.element()
                .cast(pl.Int64, strict=False)
                .is_between(EARLIEST_YEAR, inputs.rules.migration_date.year + 1)
            )
        )
        .list.first()
        .cast(pl.Int64, strict=False)
    )
    return (
        Draft(TABLE, inputs.rules, frame)
        .set(year=pl.coalesce(named, pl.col("_earliest").cast(pl.Int64)))
        .record("year", Change.YEAR_DERIVED, pl.col("year").is_not_null())
    )


def earliest_years(inputs: Inputs) -> pl.DataFrame:
    """For each series with dated posters: series_id (Int64), `_earliest` (Int32, first year).

    Different artworks of one id are no posters: which of them a link means, nobody knows.
    """
    artworks = inputs.legacy["artworks"]
    if artworks["id"].is_duplicated().any():
        artworks = artworks.unique().filter(pl.col("id").is_unique())
    released = dates.date("release_date", artworks.schema["release_date"]).value
    return (
        inputs.legacy["artworks_series"]
        .join(
            artworks.select(pl.col("id").alias("artwork_id"), released.dt.year().alias("_year")),
            on="artwork_id",
        )
        .group_by("series_id")
        .agg(pl.col("_year").min().alias("_earliest"))
        .drop_nulls()
    )


EXAMPLES = (
    Example(
        says="The year is in the name, or that of the earliest poster, or unknown.",
        legacy={
            "series": [
                {"id": 1, "name": "Winter Tour 1999 (20000 copies)"},
                {"id": 2, "name": "Fillmore Nights"},
                {"id": 3, "name": "Room 1312"},
                {"id": 4, "name": "Twins"},
            ],
            "artworks": [
                {"id": 10, "release_date": "2012-05-01"},
                {"id": 11, "release_date": "2009-05-01"},
                {"id": 12, "release_date": None},
                {"id": 13, "release_date": "2003-05-01"},
                {"id": 13, "release_date": "2004-05-01"},
            ],
            "artworks_series": [
                {"artwork_id": 10, "series_id": 2},
                {"artwork_id": 11, "series_id": 2},
                {"artwork_id": 12, "series_id": 3},
                {"artwork_id": 13, "series_id": 4},
            ],
        },
        rows=[
            {"id": 1, "name": "Winter Tour 1999 (20000 copies)", "year": 1999},
            {"id": 2, "name": "Fillmore Nights", "year": 2009},
            {"id": 3, "name": "Room 1312", "year": None},
            {"id": 4, "name": "Twins", "year": None},
        ],
    ),
)

TABLE = Table(
    name="series",
    source=SOURCE,
    columns=columns,
    transform=transform,
    contract=Contract,
    examples=EXAMPLES,
    also_reads=("artworks_series", "artworks"),
)
