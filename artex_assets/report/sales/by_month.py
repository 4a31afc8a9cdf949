"""sales_by_month: how many sales of each type there were in each month, and what they brought."""

import datetime

import polars as pl

from artex_assets.report.sales import charts
from artex_assets.report.sales.dollars import in_words, median, spread
from artex_assets.report.sales.findings import NO_SALES, Findings, Report
from artex_assets.report.sales.market import Market, count_by_type, types


def figures(sales: pl.DataFrame) -> pl.DataFrame:
    """A row a month that has sales, the latest first, from `sales` (columns market.SALES).

    `month` (Date, the first of it), a count for each type, `sales`, `total_cents` and
    `median_cents` (Int64).
    """
    return (
        sales.group_by(pl.col("sale_date").dt.truncate("1mo").alias("month"))
        .agg(
            *count_by_type(types(sales)),
            sales=pl.len().cast(pl.Int64),
            total_cents=pl.col("price_cents").sum(),
            median_cents=median("price_cents"),
        )
        .sort("month", descending=True)
    )


def by_type(sales: pl.DataFrame) -> pl.DataFrame:
    """A row a type: its sales, lowest, median and highest price and total (Int64, cents)."""
    return (
        sales.group_by("type")
        .agg(*spread("price_cents"), total_cents=pl.col("price_cents").sum())
        .sort("sales", "type", descending=[True, False])
    )


def make(market: Market) -> Findings:
    """The months, with a picture of those up to today."""
    found = figures(market.sales)
    if not found.height:
        return Findings(NO_SALES, found)
    busiest = found.sort("sales", "month", descending=True).row(0, named=True)
    first, last = _month(found["month"].min()), _month(found["month"].max())
    total = int(found["total_cents"].sum())
    when = f"in {first}" if first == last else f"from {first} to {last}"
    most = f"; the busiest month was {_month(busiest['month'])}, with {busiest['sales']:,}"
    says = (
        f"{market.sales.height:,} {'sale' if market.sales.height == 1 else 'sales'} {when} brought "
        f"{in_words(total)}{'' if first == last else most}"
    )
    picture = charts.sales_by_month(says, found, types(market.sales), market.today)
    numbers = {"sales": market.sales.height, "dollars": total / 100}
    return Findings(says + ".", found, picture, {"by type": by_type(market.sales)}, numbers)


def _month(day: object) -> str:
    assert isinstance(day, datetime.date)
    return f"{day:%B} {day.year}"


REPORT = Report(
    name="sales_by_month",
    description="Sales by month and type, and what they brought, in dollars.",
    reads=("external_sales",),
    make=make,
)
