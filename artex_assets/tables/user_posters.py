"""user_posters: what the collectors own, `user_artworks` in the old application.

The old application knew only what somebody owns, so every row is `owned`: nothing is guessed to be
wanted or watched. Conditions and edition types are free text there and enums here.
"""

from collections.abc import Mapping

import pandera.polars as pa
import polars as pl

from artex_assets.convert import dates, enums, money, numbers, text
from artex_assets.legacy.contract import TIMES, Kind, LegacyTable
from artex_assets.tables.declaration import (
    Column,
    Constant,
    Example,
    Inputs,
    Reference,
    Rules,
    Table,
    mapped,
)
from artex_assets.tables.draft import Draft

SOURCE = LegacyTable(
    "user_artworks",
    {
        "id": Kind.ID,
        "user_id": Kind.ID,
        "artwork_id": Kind.ID,
        "purchased_on": Kind.DATE,
        "purchase_price": Kind.PRICE,
        "edition_number": Kind.TEXT,
        "condition": Kind.TEXT,
        "notes": Kind.TEXT,
        "edition_type": Kind.TEXT,
        **TIMES,
    },
    optional=frozenset(
        {
            "purchased_on",
            "purchase_price",
            "edition_number",
            "condition",
            "notes",
            "edition_type",
        }
    ),
)


class Contract(pa.DataFrameModel):
    """What the target must hold of every migrated collection row. Prices are whole cents."""

    id: int = pa.Field(gt=0, unique=True)
    user_id: int = pa.Field(gt=0)
    poster_id: int = pa.Field(gt=0)
    status: str = pa.Field(eq="owned")
    purchase_date: pl.Date = pa.Field(nullable=True)
    purchase_price: float = pa.Field(nullable=True, ge=1)
    condition: str = pa.Field(nullable=True, isin=list(enums.CONDITIONS))
    edition_type: str = pa.Field(nullable=True, isin=list(enums.EDITION_TYPES))
    created_at: pl.Datetime
    updated_at: pl.Datetime


def columns(rules: Rules) -> Mapping[str, Column]:
    """What each target column comes from."""
    return {
        "id": mapped("id", numbers.integer),
        "user_id": mapped("user_id", numbers.integer),
        "poster_id": mapped("artwork_id", numbers.integer),
        "status": Constant("owned"),
        "edition_number": mapped("edition_number", text.optional),
        "notes": mapped("notes", text.optional),
        "purchase_price": mapped("purchase_price", money.cents, unit=rules.price_unit),
        "purchase_date": mapped("purchased_on", dates.date),
        "condition": mapped("condition", enums.condition),
        "edition_type": mapped("edition_type", enums.edition_type),
        "created_at": mapped("created_at", dates.timestamp),
        "updated_at": mapped("updated_at", dates.timestamp),
    }


def transform(inputs: Inputs) -> Draft:
    """The collections of users and posters that are in the target."""
    return Draft.of(TABLE, inputs).refer(inputs.parents)


EXAMPLES = (
    Example(
        says="Conditions and edition types are brought to the enums; unknown ones are not guessed.",
        legacy={
            "user_artworks": [
                {
                    "id": 1,
                    "user_id": 4,
                    "artwork_id": 8,
                    "condition": "NEAR MINT ",
                    "edition_type": "SE - Show Edition",
                    "purchase_price": 4500,
                },
                {"id": 2, "user_id": 4, "artwork_id": 8, "condition": "VG+", "edition_type": "XX"},
                {"id": 3, "user_id": 99, "artwork_id": 8},
            ],
        },
        parents={"users": [4], "posters": [8]},
        rows=[
            {
                "id": 1,
                "status": "owned",
                "condition": "near_mint",
                "edition_type": "SE",
                "purchase_price": 4500,
            },
            {"id": 2, "condition": None, "edition_type": "OT", "purchase_price": None},
        ],
        quarantined={"3": "parent_missing"},
    ),
)

TABLE = Table(
    name="user_posters",
    source=SOURCE,
    columns=columns,
    transform=transform,
    contract=Contract,
    examples=EXAMPLES,
    prices=("purchase_price",),
    references=(
        Reference("user_id", "users", required=True),
        Reference("poster_id", "posters", required=True),
    ),
)
