"""Pictures of a poster that are not its scan: photographs, details and its back.

A photograph is the poster seen from somewhere, on a table or a wall, with the light of a room.
"""

import random
from collections.abc import Callable
from functools import cache

from PIL import Image, ImageChops, ImageDraw, ImageFilter

from data_fixtures.pictures.lettering import plain, set_line
from data_fixtures.pictures.paint import HEIGHT, WIDTH, Colour, Point, colour, mixed, polar
from data_fixtures.pictures.poster import Poster, printed

SCENE = (320, 240)
"""Pixels of a photograph, on its side; upright the other way round."""

SURFACES = tuple(
    tuple(colour(ink) for ink in inks.split())
    for inks in (
        "8a5a36 6f4527",  # oak
        "b98d5f a37748",  # pine
        "4a3527 38271c",  # walnut
        "c9c4bb b9b3a8",  # concrete
        "d8d2c8 cdc5b8",  # linen
        "3c4a45 33403b",  # felt
        "55585e 494c52",  # slate
    )
)

LIGHTS = ((255, 244, 226), (255, 236, 205), (240, 246, 255), (255, 250, 244))
"""The white of a lamp, of candlelight, of a window and of noon."""

INSET = 2

Quad = tuple[Point, Point, Point, Point]
"""Corners: above left, above right, below right, below left."""


def photograph(poster: Poster, number: int, rng: random.Random) -> Image.Image:
    """Photo `number` (from 0) of a sale's: each from elsewhere, all in the same room."""
    room = random.Random(f"room {poster.id}")  # noqa: S311 (no secret)
    surface, lamp = room.choice(SURFACES), room.choice(LIGHTS)
    angles: tuple[Callable[[Poster, Image.Image, random.Random], Image.Image], ...]
    angles = (_on_table, _corner, _leaning, _framed, _from_the_side, _label)
    size = SCENE if number % 2 else SCENE[::-1]
    ground = _surface(size, surface, rng)
    picture = angles[number % len(angles)](poster, ground, rng)
    return _lit(picture, lamp, rng)


def detail(poster: Poster, rng: random.Random) -> Image.Image:
    """A close look at a part of the poster."""
    left, top = rng.randint(20, 130), rng.randint(40, 230)
    part = printed(poster).crop((left, top, left + 150, top + 112))
    return part.resize((320, 240), Image.Resampling.BICUBIC)


def back(poster: Poster, rng: random.Random) -> Image.Image:
    """The back: bare paper with a number in pencil."""
    sheet = Image.new(
        "RGB", (WIDTH, HEIGHT), mixed(colour("f4efe4"), colour("e9e2d2"), rng.random())
    )
    ghost = printed(poster).transpose(Image.Transpose.FLIP_LEFT_RIGHT)
    sheet = ImageChops.multiply(
        sheet, Image.blend(ghost, Image.new("RGB", ghost.size, "white"), 0.94)
    )
    pencil = f"{rng.randint(1, 150)} / 150"
    set_line(sheet, pencil, (20, 340, 110, 360), colour("77736c"), weight=0)
    set_line(sheet, plain(poster.day), (180, 344, 280, 358), colour("8d897f"), weight=0)
    return _lit(sheet, LIGHTS[3], rng)


def _on_table(poster: Poster, ground: Image.Image, rng: random.Random) -> Image.Image:
    width, height = ground.size
    size, turn = min(width / WIDTH, height / HEIGHT) * 0.84, rng.uniform(-0.02, 0.02)
    middle = width / 2 + rng.uniform(-8, 8), height / 2 + rng.uniform(-6, 6)
    return _laid(printed(poster), ground, _turned(middle, size, turn))


def _from_the_side(poster: Poster, ground: Image.Image, rng: random.Random) -> Image.Image:
    width, height = ground.size
    lean = rng.choice([-1, 1]) * rng.uniform(0.02, 0.06)
    quad: Quad = (
        (width * (0.27 + lean), height * 0.12),
        (width * (0.72 + lean), height * 0.1),
        (width * (0.86 - lean), height * 0.93),
        (width * (0.14 - lean), height * 0.95),
    )
    return _laid(printed(poster), ground, quad)


def _corner(poster: Poster, ground: Image.Image, rng: random.Random) -> Image.Image:
    """The corner below, with signature and number in pencil."""
    signed = printed(poster).copy()
    pencil = ImageDraw.Draw(signed)
    start, graphite = 210.0, colour("5b5750")
    strokes = [(start + step * 5.0, 389 + rng.uniform(-6, 5)) for step in range(15)]
    pencil.line(strokes, graphite, 1, joint="curve")
    number = f"{rng.randint(1, 150)}/150"
    set_line(signed, number, (16, 384, 62, 396), graphite, weight=0)
    size = rng.uniform(1.5, 1.8)
    width, height = ground.size
    right = rng.random() < 0.5
    x = width * 0.88 - WIDTH * size / 2 if right else width * 0.12 + WIDTH * size / 2
    middle = x, height * 0.86 - HEIGHT * size / 2
    return _laid(signed, ground, _turned(middle, size, rng.uniform(-0.03, 0.03)))


def _leaning(poster: Poster, ground: Image.Image, rng: random.Random) -> Image.Image:
    """Against a wall that stands on the table."""
    width, height = ground.size
    wall = mixed(colour("e7e1d6"), colour("9fb0ad"), rng.random())
    edge = round(height * 0.78)
    scene = ground.copy()
    scene.paste(wall, (0, 0, width, edge))
    scene.paste(mixed(wall, (0, 0, 0), 0.25), (0, edge - 3, width, edge))
    size = min(width / WIDTH, height / HEIGHT) * 0.8
    middle = width / 2 + rng.uniform(-20, 20), height * 0.92 - HEIGHT * size / 2
    quad = _turned(middle, size, rng.uniform(-0.006, 0.006))
    narrow = tuple((x + (4 if x < middle[0] else -4), y) for x, y in quad[:2])
    return _laid(printed(poster), scene, (narrow[0], narrow[1], quad[2], quad[3]))


def _framed(poster: Poster, ground: Image.Image, rng: random.Random) -> Image.Image:
    """In a frame with a mat, on a wall."""
    wall = mixed(colour("dcd8cf"), colour("566b75"), rng.random())
    scene = Image.new("RGB", ground.size, wall)
    framed = Image.new(
        "RGB",
        (WIDTH + 84, HEIGHT + 84),
        rng.choice([colour("2a211b"), colour("171717"), colour("a9825a")]),
    )
    framed.paste(colour("f3efe6"), (12, 12, WIDTH + 72, HEIGHT + 72))
    framed.paste(printed(poster), (42, 42))
    size = min(scene.width / framed.width, scene.height / framed.height) * 0.88
    middle = scene.width / 2, scene.height / 2
    return _laid(framed, scene, _turned(middle, size, rng.uniform(-0.004, 0.004), framed.size))


def _label(poster: Poster, ground: Image.Image, rng: random.Random) -> Image.Image:
    """On the table, with the seller's label beside it."""
    width, height = ground.size
    scene = _laid(
        printed(poster),
        ground,
        _turned((width * 0.36, height * 0.5), height / HEIGHT * 0.92, rng.uniform(-0.02, 0.02)),
    )
    label = Image.new("RGB", (150, 90), colour("fbf6e6"))
    pencil = ImageDraw.Draw(label)
    pencil.rectangle((4, 4, 145, 85), outline=colour("b3372b"), width=2)
    set_line(label, "THE ART EXCHANGE", (12, 10, 138, 24), colour("b3372b"))
    set_line(label, f"No. {rng.randint(1000, 9999)}", (12, 30, 138, 56), colour("2b2b2b"))
    set_line(label, plain(poster.title).upper(), (12, 62, 138, 78), colour("2b2b2b"), weight=1)
    return _laid(
        label,
        scene,
        _turned((width * 0.8, height * 0.66), 0.62, rng.uniform(-0.03, 0.03), label.size),
    )


def _turned(middle: Point, size: float, turn: float, of: tuple[int, int] = (WIDTH, HEIGHT)) -> Quad:
    """The corners of a picture (`of` pixels) around `middle`, `size` times as large, turned."""
    half, up = of[0] * size / 2, of[1] * size / 2

    def corner(across: float, down: float) -> Point:
        (cosine, sine) = polar(0, 0, 1, turn)
        return (
            middle[0] + across * cosine - down * sine,
            middle[1] + across * sine + down * cosine,
        )

    return corner(-half, -up), corner(half, -up), corner(half, up), corner(-half, up)


def _laid(picture: Image.Image, scene: Image.Image, quad: Quad) -> Image.Image:
    """`scene` with `picture` in it so that its corners are at `quad`, and its shadow below it."""
    scene = scene.copy()
    shade = Image.new("L", (scene.width // 4, scene.height // 4))
    ImageDraw.Draw(shade).polygon([((x + 5) / 4, (y + 6) / 4) for x, y in quad], 130)
    soft = shade.filter(ImageFilter.BoxBlur(1)).resize(scene.size, Image.Resampling.BILINEAR)
    scene.paste(Image.new("RGB", scene.size, (14, 10, 8)), (0, 0), soft)
    # Only the part of the scene that the picture takes is looked at.
    across, down = [x for x, _ in quad], [y for _, y in quad]
    left, top = max(0, int(min(across))), max(0, int(min(down)))
    size = (
        min(scene.width, int(max(across)) + 1) - left,
        min(scene.height, int(max(down)) + 1) - top,
    )
    inside = tuple((x - left, y - top) for x, y in quad)
    mask = Image.new("L", (2 * size[0], 2 * size[1]))
    ImageDraw.Draw(mask).polygon([(2 * x, 2 * y) for x, y in inside], 255)
    view = _view((inside[0], inside[1], inside[2], inside[3]), picture.size)
    seen = picture.transform(size, Image.Transform.PERSPECTIVE, view, Image.Resampling.BILINEAR)
    scene.paste(seen, (left, top), mask.reduce(2))
    return scene


def _view(quad: Quad, size: tuple[int, int]) -> list[float]:
    """The eight numbers of the perspective that brings `quad` to a picture of `size`."""
    # A little inside the picture: what is seen at its edges lies between it and nothing.
    right, below = size[0] - INSET, size[1] - INSET
    corners = ((INSET, INSET), (right, INSET), (right, below), (INSET, below))
    rows = []
    for (x, y), (u, v) in zip(quad, corners, strict=True):
        rows.append([x, y, 1, 0, 0, 0, -u * x, -u * y, u])
        rows.append([0, 0, 0, x, y, 1, -v * x, -v * y, v])
    for column in range(8):  # Gauss and Jordan's elimination
        pivot = max(range(column, 8), key=lambda row: abs(rows[row][column]))
        rows[column], rows[pivot] = rows[pivot], rows[column]
        head = rows[column][column]
        rows[column] = [value / head for value in rows[column]]
        for row in range(8):
            factor = rows[row][column]
            if row != column and factor:
                rows[row] = [
                    value - factor * above
                    for value, above in zip(rows[row], rows[column], strict=True)
                ]
    return [row[8] for row in rows]


def _surface(size: tuple[int, int], inks: tuple[Colour, ...], rng: random.Random) -> Image.Image:
    """A table: two tones, in the grain of wood."""
    ground = Image.new("RGB", size, inks[0])
    ground.paste(Image.new("RGB", size, inks[1]), (0, 0), _wood(size))
    if inks in SURFACES[:3]:
        pencil = ImageDraw.Draw(ground)
        offset = rng.randint(0, 60)
        for board in range(offset, size[1], 84):
            pencil.line((0, board, size[0], board), mixed(inks[1], (0, 0, 0), 0.35), 2)
    return ground


@cache
def _wood(size: tuple[int, int]) -> Image.Image:
    noise = random.Random("wood")  # noqa: S311 (no secret)
    grain = Image.frombytes("L", (12, 180), noise.randbytes(12 * 180))
    return grain.resize(size, Image.Resampling.BICUBIC)


@cache
def _vignette(size: tuple[int, int], lamp: Colour) -> Image.Image:
    """The light of a room: full in the middle, weaker to the corners, of the lamp's colour."""
    glow = Image.radial_gradient("L").resize(size, Image.Resampling.BILINEAR)
    bands = [
        glow.point([round(white * (1 - 0.42 * (value / 255) ** 2.2)) for value in range(256)])
        for white in lamp
    ]
    return Image.merge("RGB", bands)


def _lit(picture: Image.Image, lamp: Colour, rng: random.Random) -> Image.Image:
    lit = ImageChops.multiply(picture, _vignette(picture.size, lamp))
    gain, floor = rng.uniform(0.94, 1.12), rng.randint(0, 14)
    return lit.point([min(255, round(floor + value * gain)) for value in range(256)] * 3)
