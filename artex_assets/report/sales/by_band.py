"""prices_by_band: the median and range of the prices that each band's posters were sold for."""

import polars as pl

from artex_assets.report.sales import charts
from artex_assets.report.sales.dollars import in_words, spread
from artex_assets.report.sales.findings import NO_SALES, Findings, Report
from artex_assets.report.sales.market import Market

DRAWN = 30
ENOUGH = 5
"""The sales that a band needs to be named first: the median of one or two says little."""


def figures(sales: pl.DataFrame) -> pl.DataFrame:
    """A row a band whose posters were sold, the dearest first; without a band comes last.

    From `sales` (columns market.SALES): `band` (String, null for posters without one), `posters`,
    `sales`, `lowest_cents`, `median_cents`, `highest_cents` (Int64).
    """
    return (
        sales.group_by("band")
        .agg(pl.col("poster_id").n_unique().cast(pl.Int64).alias("posters"), *spread("price_cents"))
        .sort(
            pl.col("band").is_null(),
            "median_cents",
            "band",
            descending=[False, True, False],
        )
    )


def make(market: Market) -> Findings:
    """The bands, with a picture of those with most sales."""
    found = figures(market.sales)
    if not found.height:
        return Findings(NO_SALES, found)
    bands = found.drop_nulls("band")
    enough = bands.filter(pl.col("sales") >= ENOUGH)
    if not bands.height:
        says = "No poster that was sold has a band"
    else:
        best = (enough if enough.height else bands).row(0, named=True)
        some = enough.height and enough.height < bands.height
        says = (
            (f"Of the bands with {ENOUGH} sales or more, " if some else "")
            + f"{best['band']} has the highest median price: {in_words(best['median_cents'])}, in "
            f"{best['sales']:,} {'sale' if best['sales'] == 1 else 'sales'}"
        )
    most = found.top_k(DRAWN, by="sales")["band"]
    drawn = found.filter(pl.col("band").is_in(most.implode(), nulls_equal=True)).head(DRAWN)
    name = pl.col("band").fill_null("no band").str.slice(0, 32)
    lines = drawn.with_columns(label=name + " (" + pl.col("sales").cast(pl.String) + ")")
    note = "Lowest to highest price, the number of sales in brackets"
    if drawn.height < found.height:
        note += f"; the {drawn.height} bands with most sales"
    return Findings(says + ".", found, charts.price_ranges(says, note, lines))


REPORT = Report(
    name="prices_by_band",
    description="The median, lowest and highest price that each band's posters were sold for, in "
    "dollars. All types of transaction, verified or not.",
    reads=("external_sales",),
    make=make,
)
