"""The figures of each report, computed another way: by PostgreSQL, or by hand."""

import datetime

import pytest

from artex_assets.report.sales import (
    against_original,
    by_band,
    by_month,
    by_poster,
    collection_sizes,
    most_traded,
    verified_share,
)
from artex_assets.report.sales.catalog import REPORTS
from artex_assets.report.sales.findings import Report
from artex_assets.report.sales.market import Market, read
from artex_assets_tests.report.samples import market_of, sales_of
from artex_assets_tests.target.migration import Migration


def test_months_are_counted_by_type_as_plain_sql_does(sold: Migration, market: Market) -> None:
    assert by_month.figures(market.sales).rows() == sold.rows(
        "SELECT date_trunc('month', sale_date)::date,"
        " count(*) FILTER (WHERE transaction_type = 'sale'),"
        " count(*) FILTER (WHERE transaction_type = 'purchase'),"
        " count(*) FILTER (WHERE transaction_type = 'trade'),"
        " count(*), sum(sale_price)::bigint,"
        " floor(percentile_cont(0.5) WITHIN GROUP (ORDER BY sale_price) + 0.5)::bigint"
        " FROM external_sales GROUP BY 1 ORDER BY 1 DESC"
    )


def test_types_have_their_totals(sold: Migration, market: Market) -> None:
    totals = by_month.by_type(market.sales).select("type", "sales", "total_cents").rows()
    assert sorted(totals) == sold.rows(
        "SELECT transaction_type, count(*), sum(sale_price)::bigint FROM external_sales"
        " GROUP BY 1 ORDER BY 1"
    )


def test_a_type_that_the_application_added_is_counted_too() -> None:
    found = by_month.figures(sales_of({"type": "auction"}, {"type": "sale"}))
    assert found.select("sale", "auction", "sales").rows() == [(1, 1, 2)]


def test_posters_have_their_median_and_range_as_plain_sql_says(
    sold: Migration, market: Market
) -> None:
    found = by_poster.figures(market.sales).drop("poster")
    assert found.rows() == sold.rows(
        "SELECT p.id, b.name, count(*), min(sale_price)::bigint,"
        " floor(percentile_cont(0.5) WITHIN GROUP (ORDER BY sale_price) + 0.5)::bigint,"
        " max(sale_price)::bigint, p.original_price::bigint"
        " FROM external_sales s JOIN posters p ON p.id = poster_id"
        " LEFT JOIN bands b ON b.id = p.band_id"
        " GROUP BY p.id, b.name ORDER BY 3 DESC, 5 DESC, 1"
    )


def test_bands_have_their_median_and_range_as_plain_sql_says(
    sold: Migration, market: Market
) -> None:
    assert by_band.figures(market.sales).rows() == sold.rows(
        "SELECT b.name, count(DISTINCT p.id), count(*), min(sale_price)::bigint,"
        " floor(percentile_cont(0.5) WITHIN GROUP (ORDER BY sale_price) + 0.5)::bigint,"
        " max(sale_price)::bigint"
        " FROM external_sales s JOIN posters p ON p.id = poster_id"
        " LEFT JOIN bands b ON b.id = p.band_id"
        " GROUP BY b.name ORDER BY b.name IS NULL, 5 DESC, 1"
    )


def test_half_a_cent_of_a_median_is_rounded_up() -> None:
    found = by_poster.figures(sales_of({"price_cents": 1000}, {"price_cents": 1001}))
    assert found["median_cents"].to_list() == [1001]


def test_the_ratio_to_the_original_price_is_that_of_plain_sql(
    sold: Migration, market: Market
) -> None:
    expected = sold.rows(
        "SELECT s.id, sale_price::float8 / original_price::float8 FROM external_sales s"
        " JOIN posters p ON p.id = poster_id WHERE original_price IS NOT NULL ORDER BY 2 DESC, 1"
    )
    assert against_original.figures(market.sales).select("sale_id", "ratio").rows() == expected
    assert 0 < len(expected) < market.sales.height
    distribution = against_original.distribution(against_original.figures(market.sales))
    between = sum(2 <= ratio < 5 for _, ratio in expected)
    assert ("2 to less than 5", between) in distribution.select(
        "times_the_original_price", "sales"
    ).rows()
    assert distribution["sales"].sum() == len(expected)


def test_the_original_price_itself_is_in_the_class_that_begins_with_it() -> None:
    sales = sales_of(
        *({"price_cents": cents, "original_price_cents": 1000} for cents in (499, 999, 1000, 20000))
    )
    distribution = against_original.distribution(against_original.figures(sales))
    assert distribution["sales"].to_list() == [1, 1, 1, 0, 0, 0, 1]
    assert distribution["percent"].sum() == 100


def test_the_verified_share_is_that_of_plain_sql(sold: Migration, market: Market) -> None:
    assert verified_share.figures(market.sales).drop("percent").rows() == sold.rows(
        "SELECT extract(year FROM sale_date)::bigint, count(*), count(*) FILTER (WHERE verified)"
        " FROM external_sales GROUP BY 1 ORDER BY 1 DESC"
    )
    verified = sold.value("SELECT count(*) FROM external_sales WHERE verified")
    assert f"{verified} of 300" in verified_share.make(market).says


def test_the_most_traded_posters_are_those_of_plain_sql(sold: Migration, market: Market) -> None:
    columns = ("poster_id", "trade", "sales", "total_cents", "last_sold")
    assert most_traded.figures(market.sales).select(columns).rows() == sold.rows(
        "SELECT poster_id, count(*) FILTER (WHERE transaction_type = 'trade'), count(*),"
        " sum(sale_price)::bigint, max(sale_date) FROM external_sales"
        " GROUP BY 1 ORDER BY 3 DESC, 4 DESC, 1"
    )


def test_collections_are_counted_without_saying_whose_they_are(
    sold: Migration, market: Market
) -> None:
    found = collection_sizes.figures(market.collections)
    sizes = sold.column(
        "SELECT count(*) FROM user_posters WHERE status = 'owned' GROUP BY user_id ORDER BY 1 DESC"
    )
    assert found.columns == ["rank", "posters", "percent"]
    assert found["posters"].to_list() == sizes
    assert found["rank"].to_list() == [1, 2, 3]
    assert found["percent"].sum() == pytest.approx(100)


def test_what_is_only_watched_is_in_no_collection(migrated: Migration) -> None:
    before = read(migrated.connection).collections["posters"].to_list()
    migrated.execute("UPDATE user_posters SET status = 'watching' WHERE id = 11")
    assert (before, read(migrated.connection).collections["posters"].to_list()) == ([1, 1], [1])


def test_an_empty_target_is_an_empty_market(empty_migration: Migration) -> None:
    market = read(empty_migration.connection)
    assert (market.sales.height, market.collections.height) == (0, 0)


def test_the_market_can_be_read_before_the_migration_wrote_anything(
    empty_migration: Migration,
) -> None:
    empty_migration.execute("DROP SCHEMA artex_migration CASCADE")
    assert read(empty_migration.connection).sales.height == 0


@pytest.mark.parametrize("report", REPORTS, ids=lambda report: report.name)
def test_without_anything_each_says_so_and_draws_nothing(report: Report) -> None:
    findings = report.make(market_of())
    assert findings.picture is None
    assert findings.figures.height == 0
    assert findings.says.endswith(".")


@pytest.mark.parametrize(
    ("report", "says"),
    [
        (by_month, "1 sale in May 2020 brought $100."),
        (by_poster, "One poster was sold, once."),
        (by_band, "Owls has the highest median price: $100, in 1 sale."),
        (against_original, "No poster that was sold has an original price."),
        (verified_share, "0 % of the sales are verified: 0 of 1."),
        (most_traded, "Night was traded most often, 1 time."),
        (collection_sizes, "One owner has 3 posters."),
    ],
    ids=lambda value: getattr(value, "__name__", "").rpartition(".")[2] or None,
)
def test_one_sale_and_one_collection_are_said_in_the_singular(report: Report, says: str) -> None:
    assert report.make(market_of({}, collections=(3,))).says == says


def test_a_band_with_one_dear_sale_is_not_named_before_those_with_enough() -> None:
    many = [{"band": "Owls", "price_cents": 1_000}] * 5
    market = market_of(*many, {"band": "Once", "price_cents": 90_000})
    assert by_band.make(market).says == (
        "Of the bands with 5 sales or more, Owls has the highest median price: $10, in 5 sales."
    )


def test_the_finding_of_the_months_names_the_busiest() -> None:
    days = [datetime.date(2020, 5, 17), datetime.date(2020, 6, 1), datetime.date(2020, 6, 30)]
    market = market_of(*({"sale_date": day, "price_cents": 4_999} for day in days))
    assert by_month.make(market).says == (
        "3 sales from May 2020 to June 2020 brought $149.97; "
        "the busiest month was June 2020, with 2."
    )
