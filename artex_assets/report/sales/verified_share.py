"""verified_share: how many of the sales somebody verified, in all and by year."""

import polars as pl

from artex_assets.report.sales import charts
from artex_assets.report.sales.findings import NO_SALES, Findings, Report
from artex_assets.report.sales.market import Market


def figures(sales: pl.DataFrame) -> pl.DataFrame:
    """A row a year of sale, the latest first, from `sales` (columns market.SALES).

    `year`, `sales`, `verified` (Int64) and `percent` (Float64, verified of the sales).
    """
    return (
        sales.group_by(pl.col("sale_date").dt.year().cast(pl.Int64).alias("year"))
        .agg(pl.len().cast(pl.Int64).alias("sales"), pl.col("verified").sum().cast(pl.Int64))
        .with_columns(percent=100 * pl.col("verified") / pl.col("sales"))
        .sort("year", descending=True)
    )


def make(market: Market) -> Findings:
    """The years, with a picture."""
    found = figures(market.sales)
    if not found.height:
        return Findings(NO_SALES, found)
    verified, total = int(found["verified"].sum()), market.sales.height
    percent = 100 * verified / total
    says = f"{percent:.0f} % of the sales are verified: {verified:,} of {total:,}"
    picture = charts.verified_by_year(says, found)
    numbers = {"verified": verified, "verified percent": round(percent, 2)}
    return Findings(says + ".", found, picture, numbers=numbers)


REPORT = Report(
    name="verified_share",
    description="How many of the sales are verified, in all and by the year of the sale.",
    reads=("external_sales",),
    make=make,
)
