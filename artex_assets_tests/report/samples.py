"""Sales for the tests of reports: rows of the legacy database, and frames of the market."""

import datetime
import random
from typing import Any

import polars as pl

from artex_assets.report.sales.market import COLLECTIONS, SALES, Market

TODAY = datetime.date(2026, 1, 2)

CANARY = "canary"
"""In every personal cell, and nowhere else."""


def legacy_with_sales() -> dict[str, list[dict[str, Any]]]:
    """40 posters, some without band, price or date, 300 sales of 30 of them, 4 collections."""
    draw = random.Random(4)  # noqa: S311 - the same sales each time
    posters = [
        {
            "id": id,
            "name": f"Poster {id}",
            "note": CANARY,
            "band_id": draw.choice([1, 2, 3, None]),
            "release_date": draw.choice(["2012-05-01", "2018-05-01", None]),
            "original_price": draw.choice([2500, 5000, 9999, 0, None]),
        }
        for id in range(1, 41)
    ]
    sales = [
        {
            "id": id,
            "artwork_id": draw.randint(1, 30),
            "amount": draw.choice([1, 1_250_000, *(draw.randint(2000, 90_000) for _ in range(40))]),
            "transaction_type": draw.choice(["sale", "Sale", "purchase", "trade"]),
            "transaction_date": f"{draw.randint(2014, 2024)}-{draw.randint(1, 12):02d}-10",
            "verified": draw.choice([True, False, None]),
            "verified_by": CANARY,
            "note": CANARY,
            "condition": draw.choice(["Mint", "good", None]),
        }
        for id in range(1, 301)
    ]
    users = [
        {"id": id, "email": f"{CANARY}{id}@example.org", "first_name": CANARY, "last_name": CANARY}
        for id in range(901, 905)
    ]
    owned = [
        {
            "id": id,
            "user_id": draw.choice([901, 901, 901, 902, 903]),
            "artwork_id": draw.randint(1, 40),
            "notes": CANARY,
        }
        for id in range(1, 61)
    ]
    return {
        "users": users,
        "bands": [{"id": id, "name": f"Band {id}"} for id in (1, 2, 3)],
        "artworks": posters,
        "transactions": sales,
        "user_artworks": owned,
    }


def sales_of(*rows: dict[str, Any]) -> pl.DataFrame:
    """A frame of sales as the market has it: what a row leaves out is that of an ordinary sale."""
    whole = [
        {
            "sale_id": place,
            "poster_id": 1,
            "poster": "Night",
            "band": "Owls",
            "release_date": datetime.date(2010, 1, 1),
            "original_price_cents": None,
            "price_cents": 10_000,
            "type": "sale",
            "verified": False,
            "sale_date": datetime.date(2020, 5, 17),
            "condition": None,
            "photos": 1,
            **row,
        }
        for place, row in enumerate(rows, 1)
    ]
    return pl.DataFrame(whole, schema=SALES)


def market_of(*rows: dict[str, Any], collections: tuple[int, ...] = ()) -> Market:
    """A market of these sales and collections."""
    return Market(TODAY, sales_of(*rows), pl.DataFrame({"posters": collections}, COLLECTIONS))
