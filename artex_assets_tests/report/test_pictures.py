"""The pictures: PNGs that show something, whatever the names and numbers are."""

import datetime
import io
from typing import Any

import pytest
from PIL import Image, ImageColor

from artex_assets.report.pictures import COLOURS, on_one_line
from artex_assets.report.sales.catalog import REPORTS
from artex_assets.report.sales.findings import Report
from artex_assets.report.sales.market import Market
from artex_assets_tests.report.samples import market_of

DRAWN = [report for report in REPORTS if report.name != "sales_to_verify"]

NAMES = ["$a^{$", "two\nlines\t", "海報", "🦉", "x" * 300, r"\frac{1}{2}", "_", "100 % <b>"]

MARKETS: dict[str, Market] = {
    "one sale": market_of({"original_price_cents": 2_500}, collections=(1,)),
    "one price": market_of(*[{"original_price_cents": 10_000}] * 5, collections=(2, 2, 2)),
    "extremes": market_of(
        {"price_cents": 1, "original_price_cents": 999_999, "sale_date": datetime.date(1, 1, 1)},
        {
            "price_cents": 2**31 - 1,
            "original_price_cents": 1,
            "sale_date": datetime.date(9999, 12, 31),
        },
        collections=(1_000_000, 1),
    ),
    "names": market_of(
        *(
            {"poster_id": id, "poster": name, "band": name, "original_price_cents": 900}
            for id, name in enumerate(NAMES)
        ),
        {"poster_id": 99, "band": None, "type": "auction at $5 or $6"},
        collections=(3,),
    ),
    "many": market_of(
        *(
            {
                "poster_id": number % 90,
                "band": f"Band {number % 60}",
                "original_price_cents": 1_000 + number,
                "price_cents": 500 + 37 * number,
                "sale_date": datetime.date(1990 + number % 36, 1 + number % 12, 1),
            }
            for number in range(400)
        ),
        collections=tuple(range(500, 0, -1)),
    ),
}


def picture(report: Report, market: Market) -> Image.Image:
    content = report.make(market).picture
    assert content is not None
    return Image.open(io.BytesIO(content))


@pytest.mark.parametrize("report", DRAWN, ids=lambda report: report.name)
@pytest.mark.parametrize("market", MARKETS.values(), ids=MARKETS)
def test_whatever_there_is_can_be_drawn(report: Report, market: Market) -> None:
    drawn = picture(report, market)
    assert (drawn.format, drawn.width) == ("PNG", 1080)
    assert 350 < drawn.height < 1500
    colours: Any = drawn.convert("RGB").getcolors(maxcolors=1 << 24)
    assert len(colours) > 50
    found = {colour for count, colour in colours if count > 20}
    assert found & {ImageColor.getrgb(colour) for colour in COLOURS}


def test_the_same_figures_give_the_same_bytes() -> None:
    market = MARKETS["one sale"]
    assert DRAWN[0].make(market).picture == DRAWN[0].make(market).picture


def test_drawing_leaves_matplotlib_s_settings_as_they_were() -> None:
    import matplotlib

    before = dict(matplotlib.rcParams)
    picture(DRAWN[0], MARKETS["one sale"])
    assert dict(matplotlib.rcParams) == before


def test_a_label_is_on_one_line_and_not_too_long() -> None:
    assert on_one_line(" two\nlines\x00 ", 20) == "two lines"
    assert on_one_line("x" * 50, 10) == "x" * 9 + "…"
