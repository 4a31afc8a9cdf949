"""Prices of either unit and of every kind of column, in a target whose columns hold cents."""

from dataclasses import replace

import polars as pl

from artex_assets.convert.conversion import NUMERIC
from artex_assets.tables.discovery import discover, legacy_tables
from artex_assets.target.load import Loaded, load
from artex_assets_tests.frames import legacy_frame
from artex_assets_tests.target.migration import Migration

SALES = legacy_tables()["transactions"]


def loaded(migration: Migration) -> dict[str, Loaded]:
    """Loads posters with prices in a text, collections in a numeric, sales in an integer."""
    dtypes: dict[str, dict[str, pl.DataType]] = {
        "artworks": {"original_price": pl.String()},
        "user_artworks": {"purchase_price": NUMERIC},
    }
    frames = {
        name: legacy_frame(contract, migration.legacy[name], **dtypes.get(name, {}))
        for name, contract in legacy_tables().items()
    }
    return {
        name: load(migration.connection, table, frames, migration.rules, "run")
        for name, table in discover().items()
    }


def prices(migration: Migration) -> list[int | None]:
    return [
        *migration.column("SELECT original_price::int FROM posters ORDER BY id"),
        *migration.column("SELECT purchase_price::int FROM user_posters ORDER BY id"),
        *migration.column("SELECT sale_price FROM external_sales ORDER BY id"),
    ]


def sold(migration: Migration, *amounts: int) -> None:
    migration.legacy["transactions"] = [
        {
            "id": number,
            "artwork_id": 8,
            "amount": amount,
            "transaction_type": "sale",
            "transaction_date": "2019-05-04",
        }
        for number, amount in enumerate(amounts, 1)
    ]


def test_the_unit_is_that_of_numbers_and_a_text_is_always_dollars(migration: Migration) -> None:
    migration.legacy["artworks"][0]["original_price"] = "$1,019.99"
    migration.legacy["artworks"][1]["original_price"] = "40"
    migration.legacy["user_artworks"][0]["purchase_price"] = "30.50"
    migration.legacy["user_artworks"][1]["purchase_price"] = "45"
    sold(migration, 125)
    migration.rules = replace(migration.rules, price_unit="dollars")
    loaded(migration)
    assert prices(migration) == [101_999, 4000, 3050, 4500, 12_500]
    assert migration.records().keys() == {"series 6 year"}


def test_when_the_unit_is_corrected_the_next_run_writes_the_prices_of_numbers_only(
    migration: Migration,
) -> None:
    migration.legacy["artworks"][0]["original_price"] = "$19.99"
    migration.legacy["artworks"][1]["original_price"] = None
    migration.legacy["user_artworks"][0]["purchase_price"] = "30.50"
    migration.legacy["user_artworks"][1]["purchase_price"] = "45"
    sold(migration, 125)
    loaded(migration)
    assert prices(migration) == [1999, None, None, 45, 125]
    assert migration.records()["user_posters 10 purchase_price"] == (
        "30.50",
        None,
        "price_fraction",
    )
    migration.rules = replace(migration.rules, price_unit="dollars")
    again = loaded(migration)
    assert prices(migration) == [1999, None, 3050, 4500, 12_500]
    assert {name: table.updated for name, table in again.items() if table.updated} == {
        "user_posters": 2,
        "external_sales": 1,
    }
    assert migration.records().keys() == {"series 6 year"}


def test_a_sale_whose_price_no_column_can_hold_says_so(migration: Migration) -> None:
    sold(migration, 3_000_000_000, 0)
    migration.load()
    assert migration.quarantine() == {
        "external_sales 1": ("value_not_held", None),
        "external_sales 2": ("price_missing", None),
    }
    frames = migration.frames() | {
        "transactions": legacy_frame(
            SALES,
            [row | {"amount": "99999999999999999999"} for row in migration.legacy["transactions"]],
            amount=pl.String(),
        )
    }
    load(migration.connection, discover()["external_sales"], frames, migration.rules, "run")
    assert {reason for reason, _ in migration.quarantine().values()} == {"value_not_held"}
