"""The sheet that a poster is printed on, ink by ink, and what its inks are cut from.

A poster is made like a screen print: each ink is a stencil of twice the size, which is reduced for
smooth edges and then printed in one colour. That takes a fraction of the time of drawing in colour.
No platform's font, no clock and no hash is used, so that the same draws give the same bytes.
"""

import random
from collections.abc import Callable, Sequence
from functools import cache
from math import cos, pi, sin

from PIL import Image, ImageChops, ImageDraw

WIDTH, HEIGHT = 300, 400
"""Pixels of a poster: 18 to 24, as gig posters are."""

WIDE, TALL = 2 * WIDTH, 2 * HEIGHT
"""Pixels of a stencil. All shapes are drawn in these."""

MIDDLE = WIDE / 2

Colour = tuple[int, int, int]
Point = tuple[float, float]
Stencil = ImageDraw.ImageDraw


def colour(text: str) -> Colour:
    """The colour of six hexadecimal digits."""
    return int(text[0:2], 16), int(text[2:4], 16), int(text[4:6], 16)


PALETTES = [
    tuple(colour(ink) for ink in inks.split())
    for inks in (
        # paper, dark, and three inks from strong to soft
        "f5ead6 1d2440 d9432f f2a33a 3f8390",
        "f3e6cf 2b1a33 e2583e f6b73c 7b3f73",
        "efe6d8 12343b e17f4c f4c95d 2d6e68",
        "f7ecdc 22223b c9184a ff8fa3 4a4e69",
        "f2ead9 1b2a1f bc4b27 e8a33d 52734d",
        "f4efe2 0b2545 ee6c4d f7c59f 3d7ea6",
        "f6e7d8 3a1d1d d1495b edae49 00798c",
        "eee8df 1a1a1a e63946 f1c453 6c757d",
        "f8eedd 2d2a4a ff6b35 f7c548 1a8fa0",
        "efe9db 102a2a f2545b f5b971 19647e",
        "f4e8e1 2e1f47 b5179e f9a03f 5e60ce",
        "f2e9d0 28341f a63c06 f0b429 708d3b",
        "e9eef0 14213d e4572e fca311 5fa8a0",
        "f7e9e0 331832 d81e5b f0a868 3a8f8a",
        "efe7d2 20242b c1292e f1b24a 235789",
    )
]
"""Each: paper, dark, and three inks."""


class Sheet:
    """A poster in the making. `image` is what is printed so far."""

    def __init__(self, palette: Sequence[Colour], rng: random.Random) -> None:
        self.paper, self.dark, *inks = palette
        self.inks = rng.sample(inks, 3)
        self.rng = rng
        self.image = Image.new("RGB", (WIDTH, HEIGHT), self.paper)

    def ink(self, ink: Colour, cut: Callable[[Stencil], object]) -> None:
        """Prints `ink` through what `cut` draws on a stencil."""
        stencil = Image.new("L", (WIDE, TALL))
        cut(ImageDraw.Draw(stencil))
        self.press(ink, stencil)

    def disc(self, ink: Colour, x: float, y: float, radius: float, amount: int = 255) -> None:
        """Prints a disc around a point; `amount` (0 to 255) is how much of the ink."""
        self.ink(ink, lambda stencil: stencil.ellipse(around(x, y, radius), amount))

    def area(self, ink: Colour, outline: Sequence[Point]) -> None:
        """Prints the inside of an outline."""
        self.ink(ink, lambda stencil: stencil.polygon(outline, 255))

    def press(self, ink: Colour, stencil: Image.Image) -> None:
        """Prints `ink` through a stencil of twice the size."""
        if cut := stencil.getbbox():
            # What lies beyond the cut stays as it is: without it, printing takes twice as long.
            box = cut[0] // 2, cut[1] // 2, (cut[2] + 1) // 2, (cut[3] + 1) // 2
            mask = stencil.reduce(2, (2 * box[0], 2 * box[1], 2 * box[2], 2 * box[3]))
            # Pillow pastes a picture twice as fast as a colour.
            size = box[2] - box[0], box[3] - box[1]
            self.image.paste(Image.new("RGB", size, ink), box, mask)

    def fill(self, *colours: Colour) -> None:
        """Prints the whole sheet in a blend of colours from top to bottom."""
        self.image.paste(blend(*colours))

    def worn(self) -> Image.Image:
        """The finished poster, with the grain of its paper."""
        return ImageChops.multiply(self.image, _grain())


@cache
def _grain() -> Image.Image:
    noise = random.Random("paper")  # noqa: S311 (no secret)
    coarse = Image.frombytes("L", (75, 100), noise.randbytes(75 * 100))
    fine = Image.frombytes("L", (150, 200), noise.randbytes(150 * 200))
    cloud = coarse.resize((WIDTH, HEIGHT), Image.Resampling.BICUBIC)
    fibre = fine.resize((WIDTH, HEIGHT), Image.Resampling.BILINEAR)
    grain = Image.blend(cloud, fibre, 0.5).point([232 + value * 23 // 255 for value in range(256)])
    return Image.merge("RGB", (grain, grain, grain))


def halftone(tone: Image.Image, size: int = 12) -> Image.Image:
    """A stencil of dots, the larger the darker `tone` (L, twice the size) is there."""
    # The sum is over 255 within a dot; the factor keeps the edge of the dot a little soft.
    raised = ImageChops.add(_screen(size), ImageChops.invert(tone), offset=-255)
    return raised.point([min(255, value * 12) for value in range(256)])


@cache
def _screen(size: int) -> Image.Image:
    """A screen of dots at 45 degrees, `size` apart: bright in the middle of each (L)."""
    side = 2 * size
    tile = Image.new("L", (side, side))
    heights = []
    for y in range(side):
        for x in range(side):
            wave = cos(pi * (x + y) / size) + cos(pi * (x - y) / size)
            heights.append(round(127.5 + wave * 63.7))
    tile.putdata(heights)
    screen = Image.new("L", (WIDE, TALL))
    for y in range(0, TALL, side):
        for x in range(0, WIDE, side):
            screen.paste(tile, (x, y))
    return screen


def blend(*colours: Colour) -> Image.Image:
    """A picture of the sheet's size that goes from the first colour above to the last below."""
    column = Image.new("RGB", (1, len(colours)))
    column.putdata(colours)
    tall = column.resize((1, HEIGHT), Image.Resampling.BILINEAR)
    return tall.resize((WIDTH, HEIGHT), Image.Resampling.NEAREST)


def mixed(one: Colour, other: Colour, part: float) -> Colour:
    """`one` with `part` (0 to 1) of `other` in it."""
    red, green, blue = (round(a + (b - a) * part) for a, b in zip(one, other, strict=True))
    return red, green, blue


def light(ink: Colour, least: int = 140) -> bool:
    """Whether `ink` is lighter than `least` (0 to 255): so light that dark letters are readable."""
    return ink[0] * 3 + ink[1] * 6 + ink[2] > 10 * least


def around(x: float, y: float, radius: float) -> tuple[float, float, float, float]:
    """The box of a circle."""
    return x - radius, y - radius, x + radius, y + radius


def polar(x: float, y: float, radius: float, angle: float) -> Point:
    """The point at `angle` (in turns, clockwise from the right) and `radius` around a point."""
    return x + radius * cos(2 * pi * angle), y + radius * sin(2 * pi * angle)


def ridge(rng: random.Random, base: float, height: float, steps: int = 24) -> list[Point]:
    """The outline of hills across the sheet, closed at its bottom."""
    waves = [(rng.uniform(0.4, 1), rng.uniform(0.5, 4.5), rng.random()) for _ in range(4)]
    line = []
    for step in range(steps + 1):
        part = step / steps
        rise = sum(size * sin(2 * pi * (part * pace + phase)) / pace for size, pace, phase in waves)
        line.append((part * WIDE, base - height * rise / 2))
    return [(0.0, TALL), *line, (WIDE, TALL)]
