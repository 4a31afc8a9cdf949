"""The pictures of the reports, in one style: the title says the finding, nothing else decorates.

matplotlib is slow to import, so only those who draw do it. Figures are made without pyplot, which
keeps global state and looks for a screen.
"""

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
TITLE = 80
"""The characters of a title's line."""
LABEL = 42
"""The characters of a name in a chart."""


def png(title: str, height: float, draw: Callable[["Figure"], None]) -> bytes:
    """What `draw` puts on a figure of `height` inches, below the title, as a PNG."""
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


def colours(series: Sequence[str]) -> list[str]:
    """A colour for each of the series."""
    return [COLOURS[place % len(COLOURS)] for place in range(len(series))]


def note(axes: "Axes", text: str, *, legend: bool = False) -> None:
    """What the axes show, small above them; below it the legend, on a line of its own."""
    axes.set_title(text, loc="left", fontsize=9.5, color=GREY, pad=26 if legend else 8)
    if legend:
        axes.legend(
            ncols=10,
            loc="lower left",
            bbox_to_anchor=(0, 1),
            borderaxespad=0.5,
            borderpad=0,
            handlelength=1.4,
            columnspacing=1.6,
        )


def names(axes: "Axes", labels: pl.Series) -> None:
    """The rows' names at the left, the first at the top."""
    axes.set_yticks(range(labels.len()), [on_one_line(label, LABEL) for label in labels])
    axes.tick_params(axis="y", length=0)
    axes.set_ylim(labels.len() - 0.4, -0.6)


def on_one_line(text: str, length: int) -> str:
    """A text on one line, cut where it is too long."""
    line = " ".join("".join(one if one.isprintable() else " " for one in text).split())
    return line if len(line) <= length else line[: length - 1] + "…"


def tall(rows: int) -> float:
    """The height in inches of a chart with a line for each of `rows` names."""
    return 1.6 + 0.27 * max(rows, 6)


def plain(value: float, _: float) -> str:
    """A tick of a count."""
    return f"{value:,.0f}"


def dollars(value: float, _: float) -> str:
    """A tick of dollars."""
    return f"${value:,.0f}" if value >= 1 or value == 0 else f"${value:.2f}"


def _wrapped(title: str) -> str:
    """The title on as few lines as it needs, of about the same length."""
    text = on_one_line(title, 300)
    fewest = len(textwrap.wrap(text, TITLE))
    for width in range(len(text) // max(fewest, 1), TITLE):
        if len(textwrap.wrap(text, width)) == fewest:
            return textwrap.fill(text, width)
    return textwrap.fill(text, TITLE)


def log_dollars(axes: "Axes", which: Literal["x", "y"], centre: pl.Series) -> bool:
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
    low = max(drawn[0], least / 10, 0.01) / 1.3  # below a cent there is nothing but 0
    high = max(min(drawn[1], most * 10) * 1.3, low * 2)
    axes.set(**{f"{which}lim": (low, high)})
    # Within three powers of ten, those alone would leave an axis with a number or two.
    axis.set_major_locator(LogLocator(subs=(1.0, 2.0, 5.0) if high / low < 1000 else (1.0,)))
    axis.set_major_formatter(dollars)
    axis.set_minor_formatter("")
    return bool(drawn[0] < low or drawn[1] > high)


def whole(axis: "Axis", most: int = 8) -> None:
    """Ticks at whole numbers only, `most` of them."""
    from matplotlib.ticker import MaxNLocator

    axis.set_major_locator(MaxNLocator(integer=True, nbins=most, steps=[1, 2, 5, 10]))
    axis.set_major_formatter(plain)
