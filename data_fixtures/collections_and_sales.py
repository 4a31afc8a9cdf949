"""What users own, what was sold, and the unused portfolios."""

from datetime import date

import polars as pl

from data_fixtures import words
from data_fixtures.draws import Draws
from data_fixtures.people_and_places import pool
from data_fixtures.shape import SHAPES, blocks, id_at, ids, rows

HOLDINGS = (96, 74, 61, 48, 35, 26, 18, 11, 6)
"""How many of the 375 user_artworks of a block each of its 9 owners holds."""

FIRST_DAY, LAST_DAY = date(2015, 1, 1), date(2025, 6, 15)


def user_artworks(scale: int, seed: int) -> pl.DataFrame:
    """The table `user_artworks`: 9 owners a block, prices in cents or NULL."""
    draw = Draws(seed, "user_artworks", rows("user_artworks", scale))
    created_at, updated_at = draw.times()
    place = blocks("user_artworks", scale)
    owners = [owner for owner, count in enumerate(HOLDINGS) for _ in range(count)]
    # 137 has no factor in common with 375: each place is met once, and owners take turns.
    owner = pl.Series(owners).gather(place["place"] * 137 % len(owners))
    users = place["block"] * SHAPES["users"].rows + 3 + 38 * owner
    frame = pl.DataFrame(
        {
            "id": ids("user_artworks", scale),
            "user_id": id_at("users", users),
            "artwork_id": draw.pick("artwork_id", ids("artworks", scale)),
            "day": draw.days("purchased_on", FIRST_DAY, LAST_DAY),
            "with_day": draw.pick("with_day", [True, False], [4, 1]),
            "purchase_price": draw.pick(
                "purchase_price", [None, None, None, 3500, 5000, 6000, 7250, 12000, 19999, 45000]
            ),
            "edition_number": draw.pick("edition_number", words.EDITION_NUMBERS),
            "condition": draw.pick("condition", words.CONDITIONS),
            "notes": draw.pick("notes", words.NOTES),
            "edition_type": draw.pick("edition_type", words.EDITION_TYPES),
            "created_at": created_at,
            "updated_at": updated_at,
        }
    )
    purchased_on = pl.when("with_day").then("day").alias("purchased_on")
    return frame.with_columns(purchased_on).select(
        "id",
        "user_id",
        "artwork_id",
        "purchased_on",
        "purchase_price",
        "edition_number",
        "condition",
        "notes",
        "edition_type",
        "created_at",
        "updated_at",
    )


def transactions(scale: int, seed: int) -> pl.DataFrame:
    """The table `transactions`: each with an amount in cents above 0, a date and a known type.

    Of those verified, one in eight lacks the time or the name of who did it.
    """
    draw = Draws(seed, "transactions", rows("transactions", scale))
    created_at, updated_at = draw.times()
    names = pool(seed)
    types = ["sale", "Sale", "SALE ", "purchase", " Purchase", "trade", "TRADE"]
    people = draw.pick("first_name", names.first_names.head(12))
    known = draw.pick("known", ["both", "time", "name"], [14, 1, 1])
    frame = pl.DataFrame(
        {
            "id": ids("transactions", scale),
            "artwork_id": draw.pick("artwork_id", ids("artworks", scale)),
            "amount": draw.integers("amount", 20, 1500) * 100 + draw.pick("cents", [0, 0, 50, 99]),
            "transaction_type": draw.pick("transaction_type", types, [40, 20, 5, 12, 2, 6, 2]),
            "verified": draw.pick("verified", [True, False], [3, 2]),
            "verified_by": people + " " + draw.pick("last_name", names.last_names.head(12)),
            "known": known,
            "edition_number": draw.pick("edition_number", words.EDITION_NUMBERS),
            "transaction_date": draw.days("transaction_date", FIRST_DAY, LAST_DAY),
            "condition": draw.pick("condition", words.CONDITIONS),
            "note": draw.pick("note", words.NOTES),
            "created_at": created_at,
            "updated_at": updated_at,
        }
    )
    verified, known_part = pl.col("verified"), pl.col("known")
    verified_at = pl.when(verified & (known_part != "name")).then("updated_at")
    return frame.with_columns(
        verified_at.alias("verified_at"),
        pl.when(verified & (known_part != "time")).then("verified_by"),
    ).select(
        "id",
        "artwork_id",
        "amount",
        "transaction_type",
        "verified",
        "verified_at",
        "verified_by",
        "edition_number",
        "transaction_date",
        "condition",
        "note",
        "created_at",
        "updated_at",
    )


def portfolios(scale: int, seed: int) -> pl.DataFrame:
    """The table `portfolios`, which the migration ignores."""
    draw = Draws(seed, "portfolios", rows("portfolios", scale))
    return pl.DataFrame(
        {
            "id": ids("portfolios", scale),
            "user_id": draw.pick("user_id", ids("users", scale)),
            "name": draw.pick("name", ["Framed", "For trade", "Grails", "Wish list"]),
        }
    )
