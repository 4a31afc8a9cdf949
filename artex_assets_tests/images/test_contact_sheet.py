"""The contact sheet shows what can be shown, and never ends a run."""

import io

import pytest
from PIL import Image

from artex_assets.images.contact_sheet import HEIGHT, contact_sheet
from artex_assets_tests.images.samples import drawn, samples, svg


def opened(content: bytes | None) -> Image.Image:
    assert content is not None
    return Image.open(io.BytesIO(content))


def test_pictures_stand_side_by_side() -> None:
    wide = io.BytesIO()
    Image.new("RGB", (800, 400), "red").save(wide, "PNG")
    sheet = opened(contact_sheet([wide.getvalue(), drawn("JPEG"), wide.getvalue()]))
    assert sheet.format == "JPEG"
    assert sheet.height == HEIGHT
    assert sheet.width == 2 * 240 + 60 + 2 * 4
    # Of an RGB picture it is three numbers.
    red, green, blue = sheet.getpixel((100, 60))  # type: ignore[misc]
    assert red > 240 > 20 > max(green, blue)


def test_every_format_that_pillow_reads_is_shown() -> None:
    for name, content in samples().items():
        shown = contact_sheet([content]) is not None
        assert shown != name.startswith(("SVG", "HEIC")), name


@pytest.mark.parametrize(
    "content", [b"", b"<html>", svg(), drawn("PNG")[:200], drawn("JPEG")[:100], drawn("GIF")[:60]]
)
def test_what_cannot_be_drawn_is_left_out(content: bytes) -> None:
    assert contact_sheet([content]) is None
    assert opened(contact_sheet([content, drawn("JPEG")])).width == 60


def test_damage_of_any_kind_ends_nothing() -> None:
    for name, content in samples().items():
        for place in range(0, min(len(content), 200), 7):
            hurt = content[:place] + bytes([content[place] ^ 0xFF]) + content[place + 1 :]
            contact_sheet([hurt])
        assert contact_sheet([]) is None, name


def test_a_small_sheet_is_a_few_kilobytes() -> None:
    sheet = contact_sheet([drawn("JPEG")] * 6)
    assert sheet is not None
    assert len(sheet) < 60_000
