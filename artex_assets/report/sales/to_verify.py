"""sales_to_verify: the unverified sales, with what a person needs to decide on each.

A sale is compared with the median of its poster's other sales, verified or not, or, when there are
none, with the poster's original price. It is suspicious when

- its price is more than 3 times, or less than a third, of that (`FACTOR`);
- its date is before the poster's release, unless that was imputed; or after today.

The median is moved little by one wrong price among several; with a single other sale that differs,
both are suspicious, and a person decides which is wrong.
"""

import datetime

import polars as pl

from artex_assets.report.sales.findings import Findings, Report
from artex_assets.report.sales.market import Market

FACTOR = 3


def figures(sales: pl.DataFrame, today: datetime.date) -> pl.DataFrame:
    """The unverified sales of `sales` (columns market.SALES), the most suspicious first.

    Those with most reasons come first, then by how many times the price is above or below what it
    is compared with (`times`, Float64, at least 1, null without comparison), then by id. Also
    `other_sales` (Int64), their median, lowest and highest (Int64, cents), `suspicions` (Int64) and
    `why` (String, null when nothing is suspicious).
    """
    price, date = pl.col("price_cents"), pl.col("sale_date")
    reference, times = pl.col("reference"), pl.col("times").round(1).cast(pl.String)
    compared = (
        pl.when(pl.col("other_sales") == 1)
        .then(pl.lit("the poster's other sale"))
        .when(pl.col("other_sales") > 1)
        .then(
            "the median of the poster's " + pl.col("other_sales").cast(pl.String) + " other sales"
        )
        .otherwise(pl.lit("the original price"))
    )
    released = pl.col("release_date").cast(pl.String)
    reasons = {
        "high": pl.when(price > reference * FACTOR).then(times + " times " + compared),
        "low": pl.when(price * FACTOR < reference).then(times + " times below " + compared),
        "early": pl.when(date < pl.col("release_date")).then("before the release on " + released),
        "late": pl.when(date > today).then(pl.lit("in the future")),
    }
    return (
        with_others(sales)
        .filter(~pl.col("verified"))
        .with_columns(reference=pl.coalesce("others_median_cents", "original_price_cents"))
        .with_columns(times=pl.max_horizontal(price / reference, reference / price))
        .with_columns(**reasons)
        .with_columns(
            suspicions=pl.sum_horizontal(pl.col(*reasons).is_not_null()).cast(pl.Int64),
            why=pl.concat_str(pl.col(*reasons), separator="; ", ignore_nulls=True).replace(
                "", None
            ),
        )
        .sort("suspicions", "times", "sale_id", descending=[True, True, False], nulls_last=True)
        .select(
            "sale_id",
            "poster_id",
            "poster",
            "price_cents",
            "suspicions",
            "why",
            "times",
            "other_sales",
            "others_median_cents",
            "others_lowest_cents",
            "others_highest_cents",
            "original_price_cents",
            "sale_date",
            "type",
            "condition",
            "photos",
        )
    )


def with_others(sales: pl.DataFrame) -> pl.DataFrame:
    """`sales`, each with its poster's other sales: their count, median, lowest, highest (Int64).

    The others' prices are those of the poster in order but for the sale's own, so each is found by
    its place: no sale is paired with every other one.
    """
    place, others = pl.col("place"), pl.col("other_sales")

    def other(index: pl.Expr) -> pl.Expr:
        passed = index + (index >= place).cast(pl.Int64)
        found = pl.when(others > 0).then(passed)
        return pl.col("price_cents").gather(found).over("poster_id")

    return (
        sales.sort("poster_id", "price_cents", "sale_id")
        .with_columns(
            place=pl.int_range(pl.len()).over("poster_id"),
            other_sales=pl.len().over("poster_id").cast(pl.Int64) - 1,
        )
        .with_columns(
            others_lowest_cents=other(pl.lit(0, pl.Int64)),
            others_highest_cents=other(others - 1),
            # Half a cent is rounded up.
            others_median_cents=(other((others - 1) // 2) + other(others // 2) + 1) // 2,
        )
        .drop("place")
        .sort("sale_id")
    )


def make(market: Market) -> Findings:
    """The list, and how many there are."""
    found = figures(market.sales, market.today)
    suspicious = found.filter(pl.col("suspicions") > 0).height
    without_photo = found.filter(pl.col("photos") == 0).height
    says = (
        f"{found.height:,} of {market.sales.height:,} sales are still to be verified, "
        f"{suspicious:,} of them suspicious, {without_photo:,} without a photo."
        if found.height
        else "No sale is left to be verified."
    )
    numbers = {
        "to verify": found.height,
        "suspicious": suspicious,
        "without a photo": without_photo,
    }
    return Findings(says, found, numbers=numbers)


REPORT = Report(
    name="sales_to_verify",
    description="The sales that nobody verified yet, the most suspicious first, with what a person "
    "needs to decide: the poster's other sales, its original price, the photos. Suspicious is a "
    f"price more than {FACTOR} times, or less than a third, of the median of the poster's other "
    "sales (of its original price when there are none), and a date before the release or in the "
    "future.",
    reads=("external_sales",),
    make=make,
)
