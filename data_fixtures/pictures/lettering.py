"""Letters on a poster: one font, pressed into any shape as gig posters do.

The font is the one within Pillow, so that no platform's fonts are used. It has ASCII letters alone.
"""

import unicodedata
from functools import cache, lru_cache
from math import sin

from PIL import Image, ImageDraw, ImageFont

from data_fixtures.pictures.paint import Colour

SIZE = 72
"""Pixels of the letters in the stencils, which are then brought to their place's size."""

EDGE = 8
"""Pixels by which an edge is wider than its letters, in a stencil."""

SPELLED = str.maketrans(
    {"Ø": "O", "ø": "o", "Ł": "L", "ł": "l", "ß": "ss", "Æ": "AE", "æ": "ae", "–": "-", "—": "-"}
)


def plain(text: str) -> str:
    """`text` in the letters that the font has; what cannot be spelled with them is left out."""
    apart = unicodedata.normalize("NFKD", text.translate(SPELLED))
    return " ".join(apart.encode("ascii", "ignore").decode().split())


@cache
def _font(size: int) -> ImageFont.FreeTypeFont:
    font = ImageFont.load_default(size)
    assert isinstance(font, ImageFont.FreeTypeFont)  # Pillow's wheels have FreeType
    return font


@lru_cache(maxsize=1024)
def word(text: str, weight: int = 2) -> Image.Image:
    """The letters of `text` (L), `weight` pixels bolder than the font, without white around."""
    font = _font(SIZE)
    left, top, right, bottom = font.getbbox(text, stroke_width=weight)
    stencil = Image.new("L", (max(1, round(right - left)), max(1, round(bottom - top))))
    ImageDraw.Draw(stencil).text((-left, -top), text, 255, font, stroke_width=weight)
    return stencil


def lines(text: str, longest: int) -> list[str]:
    """`text` in as few lines as can be, none much longer than `longest` letters, all alike."""
    words = text.split()
    count = min(len(words), max(1, -(-len(text) // longest)))
    broken = [""]
    for part in words:
        remaining = count - len(broken)
        if broken[-1] and remaining and len(broken[-1]) + len(part) / 2 >= len(text) / count:
            broken.append("")
        broken[-1] = f"{broken[-1]} {part}".strip()
    return broken


def set_line(
    image: Image.Image,
    text: str,
    box: tuple[int, int, int, int],
    ink: Colour,
    *,
    weight: int = 2,
    edge: Colour | None = None,
    stretch: float = 1.0,
    bend: float = 0.0,
) -> None:
    """Prints `text` into the middle of `box` (left, top, right, bottom), as large as it fits.

    stretch: how much wider or higher than the font the letters may become. bend: how far the middle
    of the line rises above its ends, in heights of the line. edge: the ink of an edge around the
    letters, with which they are readable on anything.
    """
    if not text:
        return
    stencil = word(text, weight)
    width, height = box[2] - box[0], box[3] - box[1]
    across, down = width / stencil.width, height / stencil.height
    across, down = min(across, down * stretch), min(down, across * stretch)
    size = max(1, round(stencil.width * across)), max(1, round(stencil.height * down))
    for colour, more in ((edge, EDGE), (ink, 0)):
        if colour is None:
            continue
        thick = word(text, weight + more)
        grown = (
            round(size[0] * thick.width / stencil.width),
            round(size[1] * thick.height / stencil.height),
        )
        letters = thick.resize(grown, Image.Resampling.HAMMING)
        if bend:
            letters = _bent(letters, round(size[1] * bend))
        place = box[0] + (width - letters.width) // 2, box[1] + (height - letters.height) // 2
        image.paste(colour, place, letters)


def set_lines(
    image: Image.Image,
    texts: list[str],
    box: tuple[int, int, int, int],
    ink: Colour,
    *,
    weight: int = 2,
    edge: Colour | None = None,
    stretch: float = 1.0,
    bend: float = 0.0,
) -> None:
    """Prints `texts` under each other into `box`, each as large as its line allows."""
    height = (box[3] - box[1]) / len(texts)
    for number, text in enumerate(texts):
        top = round(box[1] + number * height)
        line = box[0], top, box[2], round(top + height - (4 if len(texts) > 1 else 0))
        set_line(image, text, line, ink, weight=weight, edge=edge, stretch=stretch, bend=bend)


def _bent(letters: Image.Image, rise: int) -> Image.Image:
    """`letters` on an arch: strips of them, each moved up."""
    strips = 24
    bent = Image.new("L", (letters.width, letters.height + rise))
    for strip in range(strips):
        left, right = (letters.width * edge // strips for edge in (strip, strip + 1))
        fall = round(rise * (1 - sin(3.14159 * (strip + 0.5) / strips)))
        bent.paste(letters.crop((left, 0, right, letters.height)), (left, fall))
    return bent
