"""The charts of the sales. Each function takes frames and returns a PNG; see pictures.py."""

import calendar
import datetime
from collections.abc import Sequence
from typing import TYPE_CHECKING

import polars as pl

from artex_assets.report.pictures import (
    COLOURS,
    GREY,
    INK,
    colours,
    dollars,
    log_dollars,
    names,
    note,
    plain,
    png,
    tall,
    whole,
)

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

MONTHS = 144
"""The months that a chart shows at most, the latest ones: a bar must not be thinner than a line."""
BARS = 40
"""The collections up to which each has a bar of its own."""


def sales_by_month(
    title: str, months: pl.DataFrame, types: Sequence[str], today: datetime.date
) -> bytes:
    """Columns of sales a month, stacked by type, above columns of dollars a month.

    months: `month` (Date, the first of it), a count (Int64) for each of `types`, `total_cents`
    (Int64); at least a row. What is after `today` or long before is left out, and said to be.
    """
    numbered = months.with_columns(place=_number(pl.col("month"))).sort("place")
    past = numbered.filter(pl.col("month") <= today)
    until = (past if past.height else numbered)["place"].to_list()[-1]
    shown = numbered.filter(pl.col("place").is_between(until - MONTHS + 1, until))
    left_out = months.height - shown.height

    def draw(figure: "Figure") -> None:
        counts, money = figure.subplots(2, 1, sharex=True, height_ratios=[3, 2])
        places, bottom = shown["place"], pl.zeros(shown.height, pl.Int64, eager=True)
        for name, colour in zip(types, colours(types), strict=True):
            counts.bar(places, shown[name], 0.85, bottom=bottom, color=colour, label=name)
            bottom += shown[name]
        note(counts, "Sales a month, by type" + _left_out(left_out, "month"), legend=True)
        whole(counts.yaxis)
        money.bar(places, shown["total_cents"] / 100, 0.85, color=GREY)
        note(money, "Dollars a month, all types")
        money.yaxis.set_major_formatter(dollars)
        _months(money, shown["place"].to_list()[0], until)
        for axes in (counts, money):
            axes.grid(axis="x", visible=False)

    return png(title, 5.6, draw)


def price_ranges(title: str, says: str, lines: pl.DataFrame) -> bytes:
    """A line a row from the lowest to the highest price, a dot at the median, on a log scale.

    lines: `label` (String), `lowest_cents`, `median_cents`, `highest_cents`, and
    `original_price_cents` where the original price is to be marked (Int64); from the top downwards.
    """
    marked = "original_price_cents" in lines.columns

    def draw(figure: "Figure") -> None:
        axes = figure.subplots()
        places = list(range(lines.height))
        low, middle, high = (
            lines[f"{name}_cents"] / 100 for name in ("lowest", "median", "highest")
        )
        axes.hlines(places, low, high, color=COLOURS[4], linewidth=5, alpha=0.55)
        axes.plot(middle, places, "o", color=COLOURS[0], markersize=6, label="median")
        if marked:
            original = lines["original_price_cents"] / 100
            axes.plot(original, places, "|", color=INK, markersize=11, label="original price")
            middle = middle.append(original)
        names(axes, lines["label"])
        beyond = log_dollars(axes, "x", middle)
        note(axes, says + ("; a line at the edge goes on" if beyond else ""), legend=marked)

    return png(title, tall(lines.height), draw)


def price_against_original(title: str, sales: pl.DataFrame) -> bytes:
    """Each sale's price against the original one, and how the ratios are distributed.

    sales: `price_cents`, `original_price_cents` (Int64, above 0), `ratio` (Float64); at least a
    row.
    """

    def draw(figure: "Figure") -> None:
        points, ratios = figure.subplots(1, 2, width_ratios=[3, 2])
        original, price = (sales[name] / 100 for name in ("original_price_cents", "price_cents"))
        opacity = 0.5 if sales.height < 1000 else 0.1
        points.plot(
            original, price, "o", color=COLOURS[0], alpha=opacity, markersize=5, markeredgewidth=0
        )
        ends = [original.min(), original.max()]
        points.plot(ends, ends, color=INK, linewidth=1.2)
        beyond = [log_dollars(points, "x", original), log_dollars(points, "y", price)]
        points.set_xlabel("original price")
        points.set_ylabel("sale price")
        more = " (outliers are beyond)" if any(beyond) else ""
        note(points, "A dot a sale; on the line at the original price" + more)
        steps = [2.0**power for power in range(-4, 8)]
        within = sales["ratio"].clip(steps[0], steps[-1])
        ratios.hist(within, bins=steps, color=COLOURS[0], edgecolor="white")
        ratios.axvline(1, color=INK, linewidth=1)
        ratios.set_xscale("log", base=2)
        ratios.set_xticks([0.125, 0.5, 1, 2, 8, 32], ["⅛", "½", "1", "2", "8", "32"])
        ratios.minorticks_off()
        ratios.set_xlabel("times the original price")
        ratios.grid(axis="x", visible=False)
        whole(ratios.yaxis)
        note(ratios, "Sales by ratio")

    return png(title, 4.8, draw)


def verified_by_year(title: str, years: pl.DataFrame) -> bytes:
    """Columns of sales a year, the verified part of each in colour, with its percentage.

    years: `year`, `sales`, `verified` (Int64), `percent` (Float64); at least a row.
    """
    shown = years.sort("year").tail(20)

    def draw(figure: "Figure") -> None:
        axes = figure.subplots()
        places = list(range(shown.height))
        rest = shown["sales"] - shown["verified"]
        axes.bar(places, shown["verified"], 0.8, color=COLOURS[2], label="verified")
        axes.bar(places, rest, 0.8, bottom=shown["verified"], color="#cccccc", label="not verified")
        labels = [f"{percent:.0f} %" for percent in shown["percent"]]
        # The stubs know containers only as artists; those of bars are what is labelled.
        axes.bar_label(axes.containers[1], labels, padding=2)  # type: ignore[arg-type]
        axes.margins(y=0.08)
        axes.set_xticks(places, [str(year) for year in shown["year"]])
        axes.set_xlim(-0.6, max(shown.height, 6) - 0.4)
        axes.grid(axis="x", visible=False)
        whole(axes.yaxis)
        note(
            axes,
            "Sales by the year they were made in; above each, the verified share"
            + _left_out(years.height - shown.height, "year"),
            legend=True,
        )

    return png(title, 4.4, draw)


def sales_by_poster(title: str, says: str, lines: pl.DataFrame, types: Sequence[str]) -> bytes:
    """A bar a poster of how many sales it had, stacked by type.

    lines: `label` (String), a count (Int64) for each of `types`; from the top downwards.
    """

    def draw(figure: "Figure") -> None:
        axes = figure.subplots()
        places, left = list(range(lines.height)), pl.zeros(lines.height, pl.Int64, eager=True)
        for name, colour in zip(types, colours(types), strict=True):
            axes.barh(places, lines[name], 0.7, left=left, color=colour, label=name)
            left += lines[name]
        axes.grid(axis="y", visible=False)
        names(axes, lines["label"])
        whole(axes.xaxis)
        note(axes, says, legend=True)

    return png(title, tall(lines.height), draw)


def collection_sizes(title: str, owners: pl.DataFrame) -> bytes:
    """Collections in the order of their sizes. owners: `rank`, `posters` (Int64), a row at least.

    Up to `BARS` each has its bar and number; more are drawn as a line on log scales.
    """

    def draw(figure: "Figure") -> None:
        axes = figure.subplots()
        if owners.height <= BARS:
            bars = axes.bar(owners["rank"], owners["posters"], 0.75, color=COLOURS[0])
            axes.bar_label(bars, fmt="{:,.0f}", padding=2)
            axes.margins(y=0.08)
            axes.set_xlim(0.3, max(owners.height, 6) + 0.7)
            axes.grid(axis="x", visible=False)
            whole(axes.yaxis)
        else:
            axes.loglog(owners["rank"], owners["posters"], color=COLOURS[0], linewidth=2)
            axes.yaxis.set_major_formatter(plain)
            axes.yaxis.set_minor_formatter("")
        axes.xaxis.set_major_formatter(plain)
        if owners.height <= BARS:
            whole(axes.xaxis, 12)
        axes.set_xlabel("owners, the largest collection first")
        note(axes, "Posters in each collection")

    return png(title, 4.4, draw)


def _left_out(count: int, unit: str) -> str:
    return f" ({count:,} more {unit}{'s' if count > 1 else ''} in the table only)" if count else ""


def _number(month: pl.Expr) -> pl.Expr:
    """A month as a number (Int64), which unlike matplotlib's dates has room before the year 1."""
    return month.dt.year().cast(pl.Int64) * 12 + month.dt.month() - 1


def _months(axes: "Axes", first: int, last: int) -> None:
    """An axis of months from `first` to `last`, with a dozen ticks at most and room for six."""
    missing = max(0, 6 - (last - first + 1)) / 2
    axes.set_xlim(first - 0.6 - missing, last + 0.6 + missing)
    step = next(step for step in (1, 3, 6, 12) if (last - first) // step < 12)
    ticks = [month for month in range(first, last + 1) if month % step == 0]
    years = step == 12
    axes.set_xticks(
        ticks,
        [
            str(month // 12) if years else f"{calendar.month_abbr[month % 12 + 1]} {month // 12}"
            for month in ticks
        ],
    )
