"""price_against_original: what posters were sold for, as a multiple of what they first cost."""

import itertools

import polars as pl

from artex_assets.report.sales import charts
from artex_assets.report.sales.findings import NO_SALES, Findings, Report
from artex_assets.report.sales.market import Market

STEPS = (0.5, 1.0, 2.0, 5.0, 10.0, 20.0)
"""Where a class of ratios ends and the next begins, which the step itself belongs to."""


def figures(sales: pl.DataFrame) -> pl.DataFrame:
    """The sales of posters whose original price is known, the highest ratio first.

    From `sales` (columns market.SALES): `sale_id`, `poster_id`, `poster`, `price_cents`,
    `original_price_cents` (Int64) and `ratio` (Float64, price to original price).
    """
    ratio = (pl.col("price_cents") / pl.col("original_price_cents")).alias("ratio")
    return (
        sales.drop_nulls("original_price_cents")
        .select("sale_id", "poster_id", "poster", "price_cents", "original_price_cents", ratio)
        .sort("ratio", "sale_id", descending=[True, False])
    )


def distribution(compared: pl.DataFrame) -> pl.DataFrame:
    """A row a class of ratios (see `STEPS`), the empty ones too, from `figures`.

    `times_the_original_price` (String), `sales` (Int64), `percent` (Float64).
    """
    ends = [f"{step:g}" for step in STEPS]
    middle = [f"{low} to less than {high}" for low, high in itertools.pairwise(ends)]
    names = [f"less than {ends[0]}", *middle, f"{ends[-1]} or more"]
    place = pl.sum_horizontal(*((pl.col("ratio") >= step).cast(pl.Int64) for step in STEPS))
    counts = dict(compared.group_by(place.alias("place")).len().iter_rows())
    sales = [counts.get(place, 0) for place in range(len(names))]
    return pl.DataFrame(
        {
            "times_the_original_price": names,
            "sales": sales,
            "percent": [
                100 * count / compared.height if compared.height else 0.0 for count in sales
            ],
        },
        schema={
            "times_the_original_price": pl.String,
            "sales": pl.Int64,
            "percent": pl.Float64,
        },
    )


def make(market: Market) -> Findings:
    """The ratios, their distribution, and a picture of both."""
    compared = figures(market.sales)
    if not compared.height:
        nothing = "No poster that was sold has an original price."
        return Findings(nothing if market.sales.height else NO_SALES, compared)
    median = compared["ratio"].median()
    assert isinstance(median, float)
    above = compared.filter(pl.col("ratio") > 1).height
    says = (
        f"The median of {compared.height:,} sales is {median:,.1f} times the original price; "
        f"{100 * above / compared.height:.0f} % are above it"
        if compared.height > 1
        else f"The one sale with a known original price brings {median:,.1f} times that"
    )
    unknown = market.sales.height - compared.height
    numbers = {"median ratio": round(median, 3), "without an original price": unknown}
    picture = charts.price_against_original(says, compared)
    return Findings(
        says + ".", compared, picture, {"distribution": distribution(compared)}, numbers
    )


REPORT = Report(
    name="price_against_original",
    description="Each sale's price against the poster's original price, in dollars, and how the "
    "ratios are distributed. Posters without an original price are left out.",
    reads=("external_sales",),
    make=make,
)
