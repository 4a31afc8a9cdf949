"""The pictures of the reports, in one style: the title says the finding, nothing else decorates.

Each function takes a frame and returns a PNG. matplotlib is slow to import, so only those who draw
do it; figures are made without pyplot, which keeps global state and looks for a screen.
"""

import datetime
import io
import textwrap
import warnings
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, Literal

import polars as pl

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.axis import Axis
    from matplotlib.figure import Figure

INK, GREY, RULE = "#222222", "#6b6b6b", "#e3e3e3"
COLOURS = ("#0072b2", "#e69f00", "#009e73", "#cc79a7", "#56b4e9")
"""Okabe and Ito's, which colour-blind people can tell apart; in the order of the series."""

STYLE: dict[Any, Any] = {
    "font.family": "DejaVu Sans",  # it comes with matplotlib, so it is everywhere
    "font.size": 9.5,
    "text.color": INK,
    "text.parse_math": False,  # two dollar signs are two prices, and no formula between them
    "axes.edgecolor": GREY,
    "axes.labelcolor": GREY,
    "axes.axisbelow": True,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.grid": True,
    "grid.color": RULE,
    "grid.linewidth": 0.8,
    "xtick.color": GREY,
    "ytick.color": GREY,
    "xtick.labelcolor": INK,
    "ytick.labelcolor": INK,
    "legend.frameon": False,
    "figure.facecolor": "white",
}

WIDTH = 9.0
DOTS = 120
MONTHS = 144
"""The months that a chart shows at most, the latest ones: a bar must not be thinner than a line."""
BARS = 40
"""The collections up to which each has a bar of its own."""
TITLE = 80
"""The characters of a title's line."""
LABEL = 42
"""The characters of a name in a chart."""


def sales_by_month(
    title: str, months: pl.DataFrame, types: Sequence[str], today: datetime.date
) -> bytes:
    """Columns of sales a month, stacked by type, above columns of dollars a month.

    months: `month` (Date, the first of it), a count (Int64) for each of `types`, `total_cents`
    (Int64); at least a row. What is after `today` or long before is left out, and said to be.
    """
    past = months.filter(pl.col("month") <= today)
    until = (past if past.height else months)["month"].max()
    assert isinstance(until, datetime.date)
    first = pl.select(pl.lit(until).dt.offset_by(f"-{MONTHS - 1}mo")).item()
    shown = months.filter(pl.col("month").is_between(first, until))
    left_out = months.drop(shown.columns[1:]).join(shown, on="month", how="anti").height

    def draw(figure: "Figure") -> None:
        from matplotlib.dates import AutoDateLocator, ConciseDateFormatter

        counts, money = figure.subplots(2, 1, sharex=True, height_ratios=[3, 2])
        days, bottom = shown["month"].to_list(), pl.zeros(shown.height, pl.Int64, eager=True)
        for name, colour in zip(types, _colours(types), strict=True):
            counts.bar(days, shown[name], 26, bottom=bottom, color=colour, label=name, align="edge")
            bottom += shown[name]
        _note(counts, "Sales a month, by type" + _left_out(left_out, "month"))
        _legend(figure, counts)
        _whole(counts.yaxis)
        money.bar(days, shown["total_cents"] / 100, 26, color=GREY, align="edge")
        _note(money, "Dollars a month, all types")
        money.yaxis.set_major_formatter(_dollars)
        locator = AutoDateLocator(minticks=3, maxticks=10)  # type: ignore[no-untyped-call]
        money.xaxis.set_major_locator(locator)
        money.xaxis.set_major_formatter(
            ConciseDateFormatter(locator)  # type: ignore[no-untyped-call]
        )
        for axes in (counts, money):
            axes.grid(axis="x", visible=False)

    return _png(title, 5.6, draw)


def price_ranges(title: str, note: str, lines: pl.DataFrame) -> bytes:
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
            _legend(figure, axes)
        _names(axes, lines["label"])
        beyond = _log_dollars(axes, "x", middle)
        _note(axes, note + ("; a line that meets the edge goes on" if beyond else ""))

    return _png(title, _tall(lines.height), draw)


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
        beyond = [_log_dollars(points, "x", original), _log_dollars(points, "y", price)]
        points.set_xlabel("original price")
        points.set_ylabel("sale price")
        more = "; some are beyond the edge" if any(beyond) else ""
        _note(points, "A dot a sale; on the line at the original price" + more)
        steps = [2.0**power for power in range(-4, 8)]
        within = sales["ratio"].clip(steps[0], steps[-1])
        ratios.hist(within, bins=steps, color=COLOURS[0], edgecolor="white")
        ratios.axvline(1, color=INK, linewidth=1)
        ratios.set_xscale("log", base=2)
        ratios.set_xticks([0.125, 0.5, 1, 2, 8, 32], ["⅛", "½", "1", "2", "8", "32"])
        ratios.minorticks_off()
        ratios.set_xlabel("times the original price")
        ratios.grid(axis="x", visible=False)
        _whole(ratios.yaxis)
        _note(ratios, "Sales by ratio")

    return _png(title, 4.8, draw)


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
        axes.bar_label(axes.containers[1], labels, padding=2)  # type: ignore[arg-type]
        axes.margins(y=0.08)
        axes.set_xticks(places, [str(year) for year in shown["year"]])
        axes.set_xlim(-0.6, max(shown.height, 6) - 0.4)
        axes.grid(axis="x", visible=False)
        _legend(figure, axes)
        _whole(axes.yaxis)
        _note(
            axes,
            "Sales by the year they were made in; above each, the verified share"
            + _left_out(years.height - shown.height, "year"),
        )

    return _png(title, 4.4, draw)


def sales_by_poster(title: str, note: str, lines: pl.DataFrame, types: Sequence[str]) -> bytes:
    """A bar a poster of how many sales it had, stacked by type.

    lines: `label` (String), a count (Int64) for each of `types`; from the top downwards.
    """

    def draw(figure: "Figure") -> None:
        axes = figure.subplots()
        places, left = list(range(lines.height)), pl.zeros(lines.height, pl.Int64, eager=True)
        for name, colour in zip(types, _colours(types), strict=True):
            axes.barh(places, lines[name], 0.7, left=left, color=colour, label=name)
            left += lines[name]
        _legend(figure, axes)
        axes.grid(axis="y", visible=False)
        _names(axes, lines["label"])
        _whole(axes.xaxis)
        _note(axes, note)

    return _png(title, _tall(lines.height), draw)


def collection_sizes(title: str, owners: pl.DataFrame) -> bytes:
    """Collections in the order of their sizes. owners: `rank`, `posters` (Int64), a row at least.

    Up to `BARS` each has its bar and number; more are drawn as a line on log scales.
    """

    def draw(figure: "Figure") -> None:
        axes = figure.subplots()
        if owners.height <= BARS:
            bars = axes.bar(owners["rank"], owners["posters"], 0.75, color=COLOURS[0])
            axes.bar_label(bars, padding=2)
            axes.margins(y=0.08)
            axes.set_xlim(0.3, max(owners.height, 6) + 0.7)
            axes.grid(axis="x", visible=False)
            _whole(axes.yaxis)
        else:
            axes.loglog(owners["rank"], owners["posters"], color=COLOURS[0], linewidth=2)
            axes.yaxis.set_major_formatter(_plain)
            axes.yaxis.set_minor_formatter("")
        axes.xaxis.set_major_formatter(_plain)
        if owners.height <= BARS:
            _whole(axes.xaxis, 12)
        axes.set_xlabel("owners, the largest collection first")
        _note(axes, "Posters in each collection")

    return _png(title, 4.4, draw)


def _png(title: str, height: float, draw: Callable[["Figure"], None]) -> bytes:
    """What `draw` puts on a figure of `height` inches, below the title."""
    import matplotlib
    from matplotlib.figure import Figure
    from matplotlib.layout_engine import ConstrainedLayoutEngine

    written = io.BytesIO()
    with matplotlib.rc_context(STYLE), warnings.catch_warnings():
        # A character that the font lacks is drawn as a box; that is no news to whoever runs this.
        warnings.filterwarnings("ignore", "Glyph .* missing", UserWarning)
        layout = ConstrainedLayoutEngine(h_pad=0.09, w_pad=0.09)
        figure = Figure(figsize=(WIDTH, height), layout=layout)
        draw(figure)
        figure.suptitle(_wrapped(title), x=0.012, ha="left", fontsize=13, fontweight="bold")
        figure.savefig(written, format="png", dpi=DOTS, metadata={"Software": None})
    return written.getvalue()


def _colours(types: Sequence[str]) -> list[str]:
    return [COLOURS[place % len(COLOURS)] for place in range(len(types))]


def _note(axes: "Axes", text: str) -> None:
    axes.set_title(text, loc="left", fontsize=9.5, color=GREY)


def _left_out(count: int, unit: str) -> str:
    return f" ({count:,} more {unit}{'s' if count > 1 else ''} in the table only)" if count else ""


def _names(axes: "Axes", labels: pl.Series) -> None:
    """The rows' names at the left, the first at the top."""
    axes.set_yticks(range(labels.len()), [_shown(label, LABEL) for label in labels])
    axes.tick_params(axis="y", length=0)
    axes.set_ylim(labels.len() - 0.4, -0.6)


def _shown(text: str, length: int) -> str:
    """A text on one line, cut where it is too long."""
    line = " ".join("".join(one if one.isprintable() else " " for one in text).split())
    return line if len(line) <= length else line[: length - 1] + "…"


def _tall(rows: int) -> float:
    return 1.5 + 0.27 * max(rows, 4)


def _plain(value: float, _: float) -> str:
    return f"{value:,.0f}"


def _dollars(value: float, _: float) -> str:
    return f"${value:,.0f}" if value >= 1 or value == 0 else f"${value:.2f}"


def _legend(figure: "Figure", axes: "Axes") -> None:
    """The legend between title and axes, where it has a line of its own."""
    handles, labels = axes.get_legend_handles_labels()
    figure.legend(handles, labels, ncols=len(labels), loc="outside upper left", borderpad=0.2)


def _wrapped(title: str) -> str:
    """The title on as few lines as it needs, of about the same length."""
    text = _shown(title, 300)
    fewest = len(textwrap.wrap(text, TITLE))
    for width in range(len(text) // max(fewest, 1), TITLE):
        if len(textwrap.wrap(text, width)) == fewest:
            return textwrap.fill(text, width)
    return textwrap.fill(text, TITLE)


def _log_dollars(axes: "Axes", which: Literal["x", "y"], centre: pl.Series) -> bool:
    """Makes an axis logarithmic, in dollars; returns whether something drawn is beyond its edges.

    centre: what must be seen. A price of a cent must not press all the others together, so that the
    axis ends at a tenth of the centre's lowest and ten times its highest value, its outermost
    hundredth aside.
    """
    from matplotlib.ticker import LogLocator

    axis = {"x": axes.xaxis, "y": axes.yaxis}[which]
    axes.set(**{f"{which}scale": "log"})
    drawn = axis.get_data_interval()
    values = centre.drop_nulls()
    least, most = values.quantile(0.01, "higher"), values.quantile(0.99, "lower")
    assert least is not None
    assert most is not None
    least, most = min(least, most), max(least, most)  # crossed when there are two
    low, high = max(drawn[0], least / 10) / 1.3, min(drawn[1], most * 10) * 1.3
    axes.set(**{f"{which}lim": (low, high)})
    # Within two powers of ten, those alone would leave an axis with a number or two.
    axis.set_major_locator(LogLocator(subs=(1.0, 2.0, 5.0) if high / low < 200 else (1.0,)))
    axis.set_major_formatter(_dollars)
    axis.set_minor_formatter("")
    return bool(drawn[0] < low or drawn[1] > high)


def _whole(axis: "Axis", most: int = 8) -> None:
    """Ticks at whole numbers only, `most` of them."""
    from matplotlib.ticker import MaxNLocator

    axis.set_major_locator(MaxNLocator(integer=True, nbins=most, steps=[1, 2, 5, 10]))
