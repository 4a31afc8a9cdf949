"""A poster: the art of one family, and the names and the date on it."""

import random
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

from PIL import Image, ImageDraw

from data_fixtures.pictures.landscapes import LANDSCAPES
from data_fixtures.pictures.lettering import lines, plain, set_line, set_lines
from data_fixtures.pictures.paint import HEIGHT, PALETTES, WIDTH, Colour, Sheet, light, mixed
from data_fixtures.pictures.patterns import PATTERNS

MARGIN = 14
"""Pixels of the paper around a framed poster."""

STYLES = (*LANDSCAPES, *PATTERNS)


@dataclass(frozen=True)
class Poster:
    """What a poster says. All but the id may be empty.

    id: the artwork's, from which the poster's looks follow. day: the date as it is printed.
    """

    id: int
    name: str
    band: str
    venue: str
    place: str
    day: str

    @property
    def title(self) -> str:
        """The largest line."""
        return plain(self.band).removeprefix("The ") or plain(self.name) or "Untitled"

    @property
    def below(self) -> list[str]:
        """The small lines: where and when."""
        second = "  ".join(filter(None, (plain(self.place), plain(self.day))))
        first = plain(self.venue) or (plain(self.name) if self.band else "")
        return [line.upper() for line in (first, second) if line] or ["ONE NIGHT ONLY"]


@lru_cache(maxsize=4)
def printed(poster: Poster) -> Image.Image:
    """The poster as an image (RGB, 300 by 400). It is shared: do not draw on it."""
    rng = random.Random(f"poster {poster.id}")  # noqa: S311 (no secret)
    sheet = Sheet(rng.choice(PALETTES), rng)
    rng.choice(STYLES)(sheet)
    rng.choice(LAYOUTS)(sheet, poster)
    return sheet.worn()


def _over(sheet: Sheet, poster: Poster) -> None:
    """The title on the art, with an edge; the rest in a strip at the foot."""
    ground = sheet.image.crop((20, 20, WIDTH - 20, 90)).resize((1, 1)).getpixel((0, 0))
    assert isinstance(ground, tuple)
    bright = light((ground[0], ground[1], ground[2]))
    ink, edge = (sheet.dark, sheet.paper) if bright else (sheet.paper, sheet.dark)
    _title(sheet, poster, (16, 14, WIDTH - 16, 100), ink, edge=edge)
    _foot(sheet, poster, sheet.rng.choice([sheet.dark, sheet.paper, sheet.inks[0]]))


def _block(sheet: Sheet, poster: Poster) -> None:
    """The title in a block of colour at the head, the rest in a strip at the foot."""
    ground, foot = sheet.rng.sample([sheet.dark, sheet.paper, sheet.inks[0], sheet.inks[1]], 2)
    pencil = ImageDraw.Draw(sheet.image)
    pencil.rectangle((0, 0, WIDTH, 92), ground)
    pencil.rectangle((0, 92, WIDTH, 95), sheet.paper if ground != sheet.paper else sheet.dark)
    _title(sheet, poster, (14, 10, WIDTH - 14, 84), _on(sheet, ground))
    _foot(sheet, poster, foot)


def _framed(sheet: Sheet, poster: Poster) -> None:
    """A border of bare paper around the art, wide at the foot for all lettering."""
    pencil, top = ImageDraw.Draw(sheet.image), HEIGHT - 104
    for box in (
        (0, 0, WIDTH, MARGIN),
        (0, 0, MARGIN, HEIGHT),
        (WIDTH - MARGIN, 0, WIDTH, HEIGHT),
        (0, top, WIDTH, HEIGHT),
    ):
        pencil.rectangle(box, sheet.paper)
    ink = sheet.dark if light(sheet.inks[0], 100) else sheet.inks[0]
    _title(sheet, poster, (MARGIN, top + 9, WIDTH - MARGIN, top + 62), ink, bend=0.0)
    box = (MARGIN, top + 67, WIDTH - MARGIN, HEIGHT - 12)
    set_lines(sheet.image, poster.below, box, sheet.dark, weight=1)


def _beside(sheet: Sheet, poster: Poster) -> None:
    """The title upright along the left edge, the rest in a strip at the foot."""
    ground = sheet.rng.choice([sheet.dark, sheet.inks[0], sheet.paper])
    side = Image.new("RGB", (HEIGHT, 62), ground)
    set_line(side, poster.title.upper(), (14, 10, HEIGHT - 14, 52), _on(sheet, ground), stretch=1.8)
    sheet.image.paste(side.transpose(Image.Transpose.ROTATE_90), (0, 0))
    _foot(sheet, poster, mixed(ground, sheet.dark, 0.25), left=62)


def _badge(sheet: Sheet, poster: Poster) -> None:
    """The title arched over the art, the date in a round badge, the rest at the foot."""
    _over(sheet, poster)
    if poster.day:
        day = plain(poster.day).upper().split()
        pencil, x, y = ImageDraw.Draw(sheet.image), WIDTH - 46, HEIGHT - 96
        for radius, ink in ((33, sheet.paper), (30, sheet.inks[0]), (27, sheet.inks[0])):
            pencil.ellipse((x - radius, y - radius, x + radius, y + radius), ink)
        ink = _on(sheet, sheet.inks[0])
        set_line(sheet.image, day[0], (x - 18, y - 20, x + 18, y - 8), ink)
        set_line(sheet.image, day[1].strip(","), (x - 18, y - 6, x + 18, y + 20), ink, weight=3)


LAYOUTS: tuple[Callable[[Sheet, Poster], None], ...] = (_over, _block, _framed, _beside, _badge)


def _title(
    sheet: Sheet,
    poster: Poster,
    box: tuple[int, int, int, int],
    ink: Colour,
    *,
    edge: Colour | None = None,
    bend: float | None = None,
) -> None:
    text = poster.title.upper() if sheet.rng.random() < 0.8 else poster.title
    broken = lines(text, 13)
    arch = sheet.rng.choice([0.0, 0.0, 0.35]) if bend is None else bend
    set_lines(
        sheet.image,
        broken,
        box,
        ink,
        weight=sheet.rng.choice([2, 3, 4]),
        edge=edge,
        stretch=sheet.rng.choice([1.3, 1.8, 2.4]),
        bend=arch if len(broken) == 1 else 0.0,
    )


def _foot(sheet: Sheet, poster: Poster, ground: Colour, left: int = 0) -> None:
    top = HEIGHT - 52
    ImageDraw.Draw(sheet.image).rectangle((left, top, WIDTH, HEIGHT), ground)
    box = (left + 14, top + 9, WIDTH - 14, HEIGHT - 9)
    set_lines(sheet.image, poster.below, box, _on(sheet, ground), weight=1)


def _on(sheet: Sheet, ground: Colour) -> Colour:
    """The ink that is readable on `ground`."""
    return sheet.dark if light(ground) else sheet.paper
