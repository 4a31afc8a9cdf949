"""venues: where the shows were.

Places are carried as they are, without geocoding: coordinates are only checked for being on Earth
and rounded to the six decimals that the target keeps. A venue without a country is in the US, as
all were when the old application did not ask.
"""

from collections.abc import Mapping

import pandera.polars as pa
import polars as pl

from artex_assets.convert import dates, numbers, text
from artex_assets.legacy.contract import TIMES, Kind, LegacyTable
from artex_assets.tables.declaration import (
    Column,
    Constant,
    Example,
    Inputs,
    Rules,
    Table,
    mapped,
)
from artex_assets.tables.draft import Draft
from artex_assets.vocabulary import Change

SOURCE = LegacyTable(
    "venues",
    {
        "id": Kind.ID,
        "name": Kind.TEXT,
        "address": Kind.TEXT,
        "city": Kind.TEXT,
        "state": Kind.TEXT,
        "zip": Kind.TEXT,
        "country": Kind.TEXT,
        "latitude": Kind.NUMBER,
        "longitude": Kind.NUMBER,
        **TIMES,
    },
    optional=frozenset({"address", "city", "state", "zip", "country", "latitude", "longitude"}),
)


class Contract(pa.DataFrameModel):
    """What the target must hold of every migrated venue."""

    id: int = pa.Field(gt=0, unique=True)
    name: str = pa.Field(str_matches=r"\S")
    country: str = pa.Field(str_matches=r"\S")
    latitude: float = pa.Field(nullable=True, in_range={"min_value": -90, "max_value": 90})
    longitude: float = pa.Field(nullable=True, in_range={"min_value": -180, "max_value": 180})
    venue_type: str = pa.Field(eq="other")
    status: str = pa.Field(eq="active")
    created_at: pl.Datetime
    updated_at: pl.Datetime


def columns(rules: Rules) -> Mapping[str, Column]:
    """What each target column comes from."""
    return {
        "id": mapped("id", numbers.integer),
        "name": mapped("name", text.required),
        "address": mapped("address", text.optional),
        "city": mapped("city", text.optional),
        "administrative_area": mapped("state", text.optional),
        "postal_code": mapped("zip", text.optional),
        "country": mapped("country", text.optional),
        "latitude": mapped("latitude", numbers.coordinate, limit=90),
        "longitude": mapped("longitude", numbers.coordinate, limit=180),
        "venue_type": Constant("other"),
        "status": Constant("active"),
        "created_at": mapped("created_at", dates.timestamp),
        "updated_at": mapped("updated_at", dates.timestamp),
    }


def transform(inputs: Inputs) -> Draft:
    """The venues, each in a country."""
    return (
        Draft.of(TABLE, inputs)
        .record("country", Change.COUNTRY_IMPUTED, pl.col("country").is_null())
        .set(country=pl.col("country").fill_null("US"))
    )


EXAMPLES = (
    Example(
        says="Texts are trimmed, coordinates rounded, and a missing country is the US.",
        legacy={
            "venues": [
                {
                    "id": 3,
                    "name": " The Fillmore ",
                    "city": "",
                    "state": "CA",
                    "zip": "94115",
                    "latitude": 37.78404049,
                    "longitude": -190.0,
                }
            ]
        },
        rows=[
            {
                "id": 3,
                "name": "The Fillmore",
                "city": None,
                "administrative_area": "CA",
                "postal_code": "94115",
                "country": "US",
                "latitude": "37.784040",
                "longitude": None,
                "venue_type": "other",
                "status": "active",
            }
        ],
    ),
)

TABLE = Table(
    name="venues",
    source=SOURCE,
    columns=columns,
    transform=transform,
    contract=Contract,
    examples=EXAMPLES,
)
