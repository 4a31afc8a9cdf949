"""most_traded_posters: the posters by how often they were sold, purchased or traded."""

import polars as pl

from artex_assets.report.sales import charts
from artex_assets.report.sales.by_poster import label
from artex_assets.report.sales.findings import NO_SALES, Findings, Report
from artex_assets.report.sales.market import Market, count_by_type, types

DRAWN = 25


def figures(sales: pl.DataFrame) -> pl.DataFrame:
    """A row a poster, the one with most sales first, then the one that brought most.

    From `sales` (columns market.SALES): `poster_id`, `poster`, `band`, a count for each type,
    `sales`, `total_cents` (Int64), `last_sold` (Date).
    """
    return (
        sales.group_by("poster_id")
        .agg(
            pl.col("poster", "band").first(),
            *count_by_type(types(sales)),
            sales=pl.len().cast(pl.Int64),
            total_cents=pl.col("price_cents").sum(),
            last_sold=pl.col("sale_date").max(),
        )
        .sort("sales", "total_cents", "poster_id", descending=[True, True, False])
    )


def make(market: Market) -> Findings:
    """The posters, with a picture of the first ones."""
    found = figures(market.sales)
    if not found.height:
        return Findings(NO_SALES, found)
    first = found.row(0, named=True)
    top = found.filter(pl.col("sales") == first["sales"]).height
    times = f"{first['sales']:,} {'time' if first['sales'] == 1 else 'times'}"
    says = (
        f"{first['poster']} was traded most often, {times}"
        if top == 1
        else f"{top:,} posters were traded most often, {times} each"
    )
    drawn = found.head(DRAWN)
    note = "Sales, purchases and trades of a poster"
    if drawn.height < found.height:
        note += f"; the first {drawn.height} of {found.height:,}"
    lines = drawn.with_columns(label=label())
    picture = charts.sales_by_poster(says, note, lines, types(market.sales))
    return Findings(says + ".", found, picture, numbers={"most sales of a poster": first["sales"]})


REPORT = Report(
    name="most_traded_posters",
    description="The posters by how often they were sold, purchased or traded, with what that "
    "brought, in dollars.",
    reads=("external_sales",),
    make=make,
)
