"""external_sales: what posters were sold for elsewhere, `transactions` in the old application.

The model is new. A sale that lacks its poster, its price, its date or a known type says nothing, so
it is quarantined. Who verified a sale, and when, is carried as it is; what contradicts itself there
is on record: verified without a name or a date, or on a day that was still to come.
"""

from collections.abc import Mapping

import pandera.polars as pa
import polars as pl

from artex_assets.convert import booleans, dates, enums, money, numbers, text
from artex_assets.legacy.contract import TIMES, Kind, LegacyTable
from artex_assets.tables.declaration import (
    Column,
    Example,
    Inputs,
    Reference,
    Rules,
    Table,
    mapped,
)
from artex_assets.tables.draft import CHANGE, Draft
from artex_assets.vocabulary import Change, Reason

SOURCE = LegacyTable(
    "transactions",
    {
        "id": Kind.ID,
        "artwork_id": Kind.ID,
        "amount": Kind.PRICE,
        "transaction_type": Kind.TEXT,
        "verified": Kind.BOOLEAN,
        "verified_at": Kind.TIME,
        "verified_by": Kind.TEXT,
        "edition_number": Kind.TEXT,
        "transaction_date": Kind.DATE,
        "condition": Kind.TEXT,
        "note": Kind.TEXT,
        **TIMES,
    },
    optional=frozenset(
        {"verified", "verified_at", "verified_by", "edition_number", "condition", "note"}
    ),
)


class Contract(pa.DataFrameModel):
    """What the target must hold of every migrated sale. Prices are whole cents."""

    id: int = pa.Field(gt=0, unique=True)
    poster_id: int = pa.Field(gt=0)
    sale_price: int = pa.Field(gt=0)
    transaction_type: str = pa.Field(isin=list(enums.TRANSACTION_TYPES))
    verified: bool
    verified_at: pl.Datetime = pa.Field(nullable=True)
    sale_date: pl.Date
    condition: str = pa.Field(nullable=True, isin=list(enums.CONDITIONS))
    created_at: pl.Datetime
    updated_at: pl.Datetime


def columns(rules: Rules) -> Mapping[str, Column]:
    """What each target column comes from."""
    return {
        "id": mapped("id", numbers.integer),
        "poster_id": mapped("artwork_id", numbers.integer),
        "sale_price": mapped("amount", money.cents, unit=rules.price_unit),
        "transaction_type": mapped("transaction_type", enums.transaction_type),
        "verified": mapped("verified", booleans.boolean, default=False),
        "verified_at": mapped("verified_at", dates.timestamp),
        "verified_by": mapped("verified_by", text.optional),
        "edition_number": mapped("edition_number", text.optional),
        "sale_date": mapped("transaction_date", dates.date),
        "condition": mapped("condition", enums.condition),
        "notes": mapped("note", text.optional),
        "created_at": mapped("created_at", dates.timestamp),
        "updated_at": mapped("updated_at", dates.timestamp),
    }


def transform(inputs: Inputs) -> Draft:
    """The sales that say what was sold, for how much, when and how."""
    day_after = pl.lit(inputs.rules.migration_date).cast(pl.Datetime("us")).dt.offset_by("1d")
    contradictory = pl.col("verified") & (
        pl.col("verified_at").is_null() | pl.col("verified_by").is_null()
    ) | (pl.col("verified_at") >= day_after).fill_null(False)
    return (
        Draft.of(TABLE, inputs)
        .refer(inputs.parents)
        .quarantine(
            Reason.VALUE_NOT_HELD,
            pl.col(CHANGE + "sale_price") == str(Change.VALUE_NOT_HELD),
            "The price has more cents than any column of whole numbers can hold. Correct it.",
        )
        .quarantine(
            Reason.PRICE_MISSING,
            pl.col("sale_price").is_null(),
            "The sale has no price above 0. Give it one, or accept that it is not carried.",
        )
        .quarantine(
            Reason.DATE_MISSING,
            pl.col("sale_date").is_null(),
            "The sale has no date that is in a calendar. Give it one.",
        )
        .quarantine(
            Reason.TYPE_UNKNOWN,
            pl.col("transaction_type").is_null(),
            "The type of the transaction is none of sale, purchase and trade. Correct it.",
        )
        .record("verified", Change.VERIFICATION_CONTRADICTORY, contradictory)
    )


EXAMPLES = (
    Example(
        says="A sale keeps its verification; one without price, date, type or poster is none.",
        legacy={
            "transactions": [
                {
                    "id": 1,
                    "artwork_id": 8,
                    "amount": 12500,
                    "transaction_type": " Sale",
                    "transaction_date": "2019-05-04",
                    "verified": True,
                    "verified_at": "2019-05-05 09:00:00",
                    "verified_by": "somebody",
                    "condition": "Very Good",
                },
                {"id": 2, "artwork_id": 8, "amount": 0, "transaction_date": "2019-05-04"},
                {
                    "id": 3,
                    "artwork_id": 8,
                    "amount": 100,
                    "transaction_type": "gift",
                    "transaction_date": "2019-05-04",
                },
                {"id": 4, "artwork_id": 8, "amount": 100, "transaction_date": "2019-02-30"},
                {"id": 5, "artwork_id": 9, "amount": 100},
            ],
        },
        parents={"posters": [8]},
        rows=[
            {
                "id": 1,
                "poster_id": 8,
                "sale_price": 12500,
                "transaction_type": "sale",
                "sale_date": "2019-05-04",
                "verified": True,
                "condition": "very_good",
            }
        ],
        quarantined={
            "2": "price_missing",
            "3": "type_unknown",
            "4": "date_missing",
            "5": "parent_missing",
        },
    ),
)

TABLE = Table(
    name="external_sales",
    source=SOURCE,
    columns=columns,
    transform=transform,
    contract=Contract,
    examples=EXAMPLES,
    references=(Reference("poster_id", "posters", required=True),),
    prices=("sale_price",),
    phase="sales",
)
