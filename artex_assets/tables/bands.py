"""bands: who played at the shows.

Names are unique regardless of case in the new application: the lowest id stays, and later ones of
the same name are merged into it, so that their posters point at it.
"""

from collections.abc import Mapping

import pandera.polars as pa
import polars as pl

from artex_assets.convert import dates, numbers, text, urls
from artex_assets.legacy.contract import TIMES, Kind, LegacyTable
from artex_assets.tables.declaration import Column, Example, Inputs, Rules, Table, mapped
from artex_assets.tables.draft import Draft

SOURCE = LegacyTable(
    "bands",
    {"id": Kind.ID, "name": Kind.TEXT, "website": Kind.TEXT, **TIMES},
    optional=frozenset({"website"}),
)


class Contract(pa.DataFrameModel):
    """What the target must hold of every migrated band."""

    id: int = pa.Field(gt=0, unique=True)
    name: str = pa.Field(unique=True, str_matches=r"\S")
    website: str = pa.Field(nullable=True, str_contains="://")
    created_at: pl.Datetime
    updated_at: pl.Datetime


def columns(rules: Rules) -> Mapping[str, Column]:
    """What each target column comes from."""
    return {
        "id": mapped("id", numbers.integer),
        "name": mapped("name", text.required),
        "website": mapped("website", urls.website),
        "created_at": mapped("created_at", dates.timestamp),
        "updated_at": mapped("updated_at", dates.timestamp),
    }


def transform(inputs: Inputs) -> Draft:
    """The bands, one of each name."""
    return Draft.of(TABLE, inputs).merge(pl.col("name").str.to_lowercase(), loaded=inputs.loaded)


EXAMPLES = (
    Example(
        says="A name that differs in case is the same; a website gets its scheme.",
        legacy={
            "bands": [
                {"id": 9, "name": "THE EXAMPLES"},
                {"id": 2, "name": "The Examples ", "website": "examples.example"},
            ]
        },
        rows=[{"id": 2, "name": "The Examples", "website": "http://examples.example"}],
    ),
)

TABLE = Table(
    name="bands",
    source=SOURCE,
    columns=columns,
    transform=transform,
    contract=Contract,
    examples=EXAMPLES,
    unique=("name",),
    ignoring_case=True,
)
