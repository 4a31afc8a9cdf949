"""collection_sizes: how many posters each owner has. Owners are ranks: nobody is named."""

import polars as pl

from artex_assets.report.sales import charts
from artex_assets.report.sales.findings import Findings, Report
from artex_assets.report.sales.market import Market


def figures(collections: pl.DataFrame) -> pl.DataFrame:
    """A row an owner, the largest collection first, from `collections` (market.COLLECTIONS).

    `rank` (Int64, from 1), `posters` (Int64), `percent` (Float64, of all that are owned).
    """
    posters = pl.col("posters")
    return collections.sort("posters", descending=True).select(
        pl.int_range(1, pl.len() + 1).alias("rank"),
        posters,
        (100 * posters / posters.sum()).alias("percent"),
    )


def make(market: Market) -> Findings:
    """The collections, with a picture."""
    found = figures(market.collections)
    if not found.height:
        return Findings("Nobody owns a poster yet.", found)
    largest, percent = found.row(0)[1:]
    total = int(found["posters"].sum())
    owned = f"{total:,} {'poster' if total == 1 else 'posters'}"
    says = (
        f"One owner has {owned}"
        if found.height == 1
        else f"{found.height:,} owners have {owned}; the largest collection has {largest:,}, "
        f"{f'{percent:.0f}' if percent >= 1 else 'less than 1'} % of them"
    )
    picture = charts.collection_sizes(says, found)
    numbers = {"owners": found.height, "posters owned": total}
    return Findings(says + ".", found, picture, numbers=numbers)


REPORT = Report(
    name="collection_sizes",
    description="How many posters each owner has: rows of user_posters with the status owned. "
    "Owners are ranks, the largest collection first; nobody is named.",
    reads=("user_posters",),
    make=make,
)
