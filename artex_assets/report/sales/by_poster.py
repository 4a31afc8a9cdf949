"""prices_by_poster: the median and range of the prices that each poster was sold for."""

import polars as pl

from artex_assets.report.sales import charts
from artex_assets.report.sales.dollars import spread
from artex_assets.report.sales.findings import NO_SALES, Findings, Report
from artex_assets.report.sales.market import Market

DRAWN = 25


def figures(sales: pl.DataFrame) -> pl.DataFrame:
    """A row a poster that was sold, those with most sales first, then the dearest.

    From `sales` (columns market.SALES): `poster_id`, `poster`, `band`, `sales`, `lowest_cents`,
    `median_cents`, `highest_cents`, `original_price_cents` (Int64).
    """
    return (
        sales.group_by("poster_id")
        .agg(
            pl.col("poster", "band").first(),
            *spread("price_cents"),
            pl.col("original_price_cents").first(),
        )
        .sort("sales", "median_cents", "poster_id", descending=[True, True, False])
    )


def make(market: Market) -> Findings:
    """The posters, with a picture of those that were sold most often."""
    found = figures(market.sales)
    if not found.height:
        return Findings(NO_SALES, found)
    several = found.filter(pl.col("sales") > 1)
    if found.height == 1:
        says = f"One poster was sold, {_times(market.sales.height)}"
    elif several.height:
        ratio = (several["highest_cents"] / several["lowest_cents"]).median()
        assert isinstance(ratio, float)
        says = (
            f"{several.height:,} of the {found.height:,} posters sold were sold more than once; "
            f"the highest price of one is {ratio:,.1f} times its lowest, in the median"
        )
    else:
        says = f"{found.height:,} posters were sold, none more than once"
    drawn = (several if several.height else found).head(DRAWN)
    lines = drawn.with_columns(label=label())
    note = "Lowest to highest price"
    if drawn.height < found.height:
        note += f" of the {drawn.height} posters sold most often"
    picture = charts.price_ranges(says, note, lines)
    numbers = {"posters sold": found.height, "sold more than once": several.height}
    return Findings(says + ".", found, picture, numbers=numbers)


def _times(count: int) -> str:
    return "once" if count == 1 else f"{count:,} times"


def label() -> pl.Expr:
    """A poster's name for a chart (String), with its id: names are not unique."""
    name = pl.col("poster").str.slice(0, 28).str.strip_chars()
    cut = pl.when(pl.col("poster").str.len_chars() > 28).then(name + "…").otherwise("poster")
    return cut + " (" + pl.col("poster_id").cast(pl.String) + ")"


REPORT = Report(
    name="prices_by_poster",
    description="The median, lowest and highest price of each poster that was sold, in dollars, "
    "beside its original price. All types of transaction, verified or not.",
    reads=("external_sales",),
    make=make,
)
