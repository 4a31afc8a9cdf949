"""The list for whoever verifies sales, and what makes one suspicious."""

import datetime
from statistics import median
from typing import Any

import polars as pl
import pytest

from artex_assets.report.sales.market import Market
from artex_assets.report.sales.to_verify import figures, make, with_others
from artex_assets_tests.report.samples import TODAY, market_of, sales_of
from artex_assets_tests.target.migration import Migration


def why(*rows: dict[str, Any]) -> dict[int, str | None]:
    found = figures(sales_of(*rows), TODAY)
    return dict(found.select("sale_id", "why").iter_rows())


def test_the_list_has_the_unverified_sales_and_their_photos(
    sold: Migration, market: Market
) -> None:
    found = figures(market.sales, market.today)
    expected = sold.rows(
        "SELECT s.id, p.name, s.sale_price, s.condition, (SELECT count(*) FROM"
        " active_storage_attachments a WHERE a.record_type = 'ExternalSale' AND a.record_id = s.id)"
        " FROM external_sales s JOIN posters p ON p.id = s.poster_id WHERE NOT s.verified"
    )
    columns = ("sale_id", "poster", "price_cents", "condition", "photos")
    assert sorted(found.select(columns).rows()) == sorted(expected)
    assert 50 < found.height < 250


def test_a_sale_is_shown_with_the_poster_s_other_sales(market: Market) -> None:
    sales = market.sales.to_dicts()
    for row in with_others(market.sales).to_dicts():
        prices = [
            one["price_cents"]
            for one in sales
            if one["poster_id"] == row["poster_id"] and one["sale_id"] != row["sale_id"]
        ]
        assert row["other_sales"] == len(prices)
        assert row["others_lowest_cents"] == min(prices)
        assert row["others_highest_cents"] == max(prices)
        assert row["others_median_cents"] == int(median(prices) + 0.5)


def test_prices_are_suspicious_as_plain_sql_says(sold: Migration, market: Market) -> None:
    expected = sold.column(
        "SELECT s.id FROM external_sales s JOIN posters p ON p.id = s.poster_id"
        " CROSS JOIN LATERAL (SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY o.sale_price) AS m"
        "  FROM external_sales o WHERE o.poster_id = s.poster_id AND o.id <> s.id) others"
        " WHERE NOT s.verified AND (s.sale_price > 3 * coalesce(m, p.original_price)"
        "  OR s.sale_price * 3 < coalesce(m, p.original_price)) ORDER BY 1"
    )
    found = figures(market.sales, market.today)
    flagged = found.filter(pl.col("why").str.contains("times")).sort("sale_id")
    assert flagged["sale_id"].to_list() == expected
    assert len(expected) > 10


def test_three_times_is_not_suspicious_yet_and_a_cent_more_is() -> None:
    others = [{"price_cents": 10_000, "verified": True}] * 2
    assert why(*others, {"price_cents": 30_000}) == {3: None}
    assert why(*others, {"price_cents": 30_001}) == {
        3: "3.0 times the median of the poster's 2 other sales"
    }


def test_a_third_is_not_suspicious_yet_and_a_cent_less_is() -> None:
    other = {"price_cents": 30_000, "verified": True}
    assert why(other, {"price_cents": 10_000}) == {2: None}
    assert why(other, {"price_cents": 9_999}) == {2: "3.0 times below the poster's other sale"}


def test_one_wrong_price_among_several_makes_only_itself_suspicious() -> None:
    prices = (9_000, 10_000, 11_000, 1_000_000)
    reasons = why(*({"price_cents": price} for price in prices))
    assert [sale for sale, reason in reasons.items() if reason] == [4]


def test_a_first_sale_is_compared_with_the_original_price() -> None:
    assert why({"price_cents": 10_000, "original_price_cents": 2_500}) == {
        1: "4.0 times the original price"
    }


def test_with_other_sales_the_original_price_does_not_count() -> None:
    row = {"price_cents": 10_000, "original_price_cents": 2_500}
    assert why(row, row) == {1: None, 2: None}


def test_without_anything_to_compare_with_no_price_is_suspicious() -> None:
    found = figures(sales_of({"price_cents": 1_250_000}), TODAY)
    assert found["suspicions"].to_list() == [0]
    assert found["times"].to_list() == [None]


def test_the_same_price_each_time_is_not_suspicious() -> None:
    found = figures(sales_of(*[{"price_cents": 5_000}] * 4), TODAY)
    assert found["suspicions"].to_list() == [0] * 4
    assert found["times"].to_list() == [1.0] * 4


@pytest.mark.parametrize(
    ("day", "reason"),
    [
        (datetime.date(2009, 12, 31), "before the release on 2010-01-01"),
        (datetime.date(2010, 1, 1), None),
        (TODAY, None),
        (TODAY + datetime.timedelta(days=1), "in the future"),
    ],
)
def test_a_date_before_the_release_or_after_today_is_suspicious(
    day: datetime.date, reason: str | None
) -> None:
    assert why({"sale_date": day}) == {1: reason}


def test_an_imputed_release_date_makes_no_sale_suspicious(sold: Migration, market: Market) -> None:
    imputed = sold.column("SELECT id FROM posters WHERE release_date > '2025-01-01'")
    assert imputed
    dates = market.sales.filter(pl.col("poster_id").is_in(imputed))["release_date"]
    assert dates.len() > 0
    assert dates.is_null().all()
    assert set(market.sales["release_date"].drop_nulls()) == {
        datetime.date(2012, 5, 1),
        datetime.date(2018, 5, 1),
    }


def test_a_release_date_that_somebody_mended_counts_again(migrated: Migration) -> None:
    from artex_assets.report.sales.market import read

    migrated.legacy["artworks"][0]["release_date"] = None
    migrated.legacy["transactions"] = [
        {
            "id": 1,
            "artwork_id": 8,
            "amount": 100,
            "transaction_type": "sale",
            "transaction_date": "2019-05-04",
        }
    ]
    migrated.load()
    assert read(migrated.connection).sales["release_date"].to_list() == [None]
    migrated.execute("UPDATE posters SET release_date = '2020-01-01' WHERE id = 8")
    assert read(migrated.connection).sales["release_date"].to_list() == [datetime.date(2020, 1, 1)]


def test_the_most_suspicious_sale_is_the_first() -> None:
    cheap = {"original_price_cents": 1_000}
    found = figures(
        sales_of(
            {**cheap, "poster_id": 1, "price_cents": 2_000},
            {**cheap, "poster_id": 2, "price_cents": 4_000},
            {**cheap, "poster_id": 3, "price_cents": 9_000},
            {**cheap, "poster_id": 4, "price_cents": 100},
            {"poster_id": 5},
            {**cheap, "poster_id": 6, "price_cents": 3_500, "sale_date": datetime.date(2000, 1, 1)},
        ),
        TODAY,
    )
    assert found["sale_id"].to_list() == [6, 4, 3, 2, 1, 5]


def test_the_finding_counts_them() -> None:
    row = {"original_price_cents": 1_000}
    findings = make(market_of({**row, "photos": 0}, {"poster_id": 2}, {"verified": True}))
    assert findings.says == (
        "2 of 3 sales are still to be verified, 0 of them suspicious, 1 without a photo."
    )
    assert findings.numbers == {"to verify": 2, "suspicious": 0, "without a photo": 1}


def test_nothing_to_verify_is_said() -> None:
    for market in (market_of(), market_of({"verified": True})):
        findings = make(market)
        assert findings.says == "No sale is left to be verified."
        assert findings.figures.height == 0
