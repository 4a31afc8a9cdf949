"""Families of posters of a figure or a pattern: each prints the art of one, to its edges.

What matters of it is in the middle: the lettering takes the top and the bottom.
"""

from functools import cache
from math import pi, sin

from PIL import Image, ImageChops

from data_fixtures.pictures.paint import (
    MIDDLE,
    TALL,
    WIDE,
    Point,
    Sheet,
    Stencil,
    around,
    halftone,
    mixed,
    polar,
)

Tile = tuple[int, int, int, int, int]
"""Left, top, form, corner and ink."""

RINGS = 12


def tiles(sheet: Sheet) -> None:
    """A grid of quarter circles, circles and triangles."""
    rng = sheet.rng
    side = rng.choice([120, 150, 200])
    sheet.fill(sheet.paper)
    shapes = [
        (left, top, rng.randrange(6), rng.randrange(4), rng.randrange(4))
        for top in range(0, TALL, side)
        for left in range(0, WIDE, side)
    ]
    grounds = [mixed(sheet.paper, ink, 0.25) for ink in sheet.inks]
    inks = [*sheet.inks, sheet.dark]
    for number, ground in enumerate(grounds):
        chosen = [shape for shape in shapes if (shape[2] + shape[3]) % 4 == number]

        def squares(stencil: Stencil, chosen: list[Tile] = chosen) -> None:
            for left, top, *_ in chosen:
                stencil.rectangle((left, top, left + side - 1, top + side - 1), 255)

        sheet.ink(ground, squares)
    for number, ink in enumerate(inks):
        chosen = [shape for shape in shapes if shape[4] == number]

        def forms(stencil: Stencil, chosen: list[Tile] = chosen) -> None:
            for left, top, form, corner, _ in chosen:
                right, bottom = left + side, top + side
                x, y = (left, right)[corner % 2], (top, bottom)[corner // 2]
                far_x, far_y = left + right - x, top + bottom - y
                angle = (0, 90, 270, 180)[corner]
                if form < 3:
                    stencil.pieslice(around(x, y, side - 1), angle, angle + 90, 255)
                    if form == 1:
                        stencil.pieslice(around(x, y, side / 2), angle, angle + 90, 0)
                elif form == 3:
                    stencil.ellipse(around(left + side / 2, top + side / 2, side * 0.36), 255)
                elif form == 4:
                    stencil.polygon([(x, y), (far_x, y), (x, far_y)], 255)
                else:
                    for stripe in range(0, side, side // 5 * 2):
                        box = (left, top + stripe, right - 1, top + stripe + side // 5)
                        stencil.rectangle(box, 255)

        sheet.ink(ink, forms)


def flower(sheet: Sheet) -> None:
    """Petals around a middle, in several rounds."""
    rng = sheet.rng
    ground = rng.choice([sheet.dark, *sheet.inks])
    sheet.fill(ground, mixed(ground, sheet.dark, 0.35))
    inks = [ink for ink in (*sheet.inks, sheet.paper) if ink != ground]
    x, y, petals = MIDDLE, 390.0, rng.choice([8, 10, 12, 16])

    def bulge(part: float) -> float:
        return 0.5 * float(sin(pi * part**1.4) ** 0.8)

    for circle in range(5):
        length, width = 330 - 62 * circle, rng.uniform(0.8, 1.3) / petals
        turn = circle / 2 / petals
        ink = inks[circle % len(inks)]

        def leaves(
            stencil: Stencil, length: int = length, width: float = width, turn: float = turn
        ) -> None:
            for petal in range(petals):
                angle = turn + petal / petals
                outline = [
                    polar(x, y, length * part, angle + side * width * bulge(part))
                    for side, parts in ((-1, range(11)), (1, range(10, -1, -1)))
                    for part in (step / 10 for step in parts)
                ]
                stencil.polygon(outline, 255)
                stencil.line([(x, y), polar(x, y, length * 0.8, angle)], 0, 3)

        sheet.ink(ink, leaves)
    sheet.disc(sheet.dark, x, y, 46)
    sheet.disc(inks[0], x, y, 28)


def eye(sheet: Sheet) -> None:
    """An eye amid rays."""
    rng, (one, two, three) = sheet.rng, sheet.inks
    sheet.fill(one, mixed(one, sheet.dark, 0.3))
    y, rays = 390.0, rng.choice([24, 32, 40])

    def lashes(stencil: Stencil) -> None:
        for ray in range(rays):
            length = 300 if ray % 2 else 230
            sides = [polar(MIDDLE, y, 140, (ray + side) / rays) for side in (-0.32, 0.32)]
            stencil.polygon([*sides, polar(MIDDLE, y, length, ray / rays)], 255)

    def lids(size: float) -> list[Point]:
        half, height = 250 * size, 150 * size
        upper = [
            (MIDDLE + half * (step / 12 - 1), y - height * sin(pi * step / 24))
            for step in range(25)
        ]
        return [*upper, *((x, 2 * y - above) for x, above in reversed(upper))]

    sheet.ink(two, lashes)
    sheet.area(sheet.dark, lids(1.08))
    sheet.area(sheet.paper, lids(0.98))
    for ink, radius in ((sheet.dark, 132), (three, 124), (two, 84), (sheet.dark, 58)):
        sheet.disc(ink, MIDDLE, y, radius)

    def iris(stencil: Stencil) -> None:
        for ray in range(36):
            ends = [polar(MIDDLE, y, radius, ray / 36) for radius in (88, 120)]
            stencil.line(ends, 255, 4)

    sheet.ink(sheet.paper, iris)
    sheet.disc(sheet.paper, MIDDLE - 24, y - 28, 16)


def ripples(sheet: Sheet) -> None:
    """Wobbling rings, one in another, as the posters of 1967 had them."""
    rng = sheet.rng
    inks = [*sheet.inks, sheet.dark] if rng.random() < 0.5 else [*sheet.inks]
    x, y, lobes = MIDDLE + rng.randint(-40, 40), 390.0, rng.choice([3, 4, 5, 6, 7])
    phase, twist, depth = rng.random(), rng.uniform(-0.3, 0.3), rng.uniform(0.08, 0.2)
    sheet.fill(inks[-1])
    outlines = []
    for number in range(RINGS):
        size = 640 * (1 - number / RINGS)
        outline = []
        for step in range(90):
            angle = step / 90
            wobble = sin(2 * pi * (lobes * angle + phase + twist * number / 3))
            outline.append(polar(x, y, size * (1 + depth * wobble), angle))
        outlines.append(outline)
    for turn, ink in enumerate(inks):

        def rings(stencil: Stencil, turn: int = turn) -> None:
            for number, outline in enumerate(outlines):
                stencil.polygon(outline, 255 if number % len(inks) == turn else 0)

        sheet.ink(ink, rings)
    sheet.disc(sheet.paper, x, y, 34)


def planet(sheet: Sheet) -> None:
    """A planet of halftone dots with its ring."""
    rng, (one, two, three) = sheet.rng, sheet.inks
    ground = rng.choice([sheet.paper, sheet.dark, mixed(two, sheet.paper, 0.3)])
    sheet.fill(ground)
    x, y, radius = MIDDLE, 390, rng.choice([175, 195, 215])
    tilt = rng.uniform(-0.5, 0.5)

    def ring(inside: float, outside: float, turns: float) -> list[Point]:
        outline = []
        for part, steps in ((outside, range(61)), (inside, range(60, -1, -1))):
            for step in steps:
                across, down = polar(0, 0, radius * part, turns * step / 60)
                down *= 0.22
                outline.append((x + across - down * tilt, y + down + across * tilt))
        return outline

    rings = ((three, 1.2, 1.4), (two if two != ground else sheet.dark, 1.44, 1.58))
    for ink, inside, outside in rings:
        sheet.area(ink, ring(inside, outside, 1))
    sheet.disc(one, x, y, radius)
    sheet.press(sheet.dark if ground != sheet.dark else mixed(one, sheet.dark, 0.75), _ball(radius))
    for ink, inside, outside in rings:  # the half of it that is before the planet
        sheet.area(ink, ring(inside, outside, 0.5))

    def stars(stencil: Stencil) -> None:
        for _ in range(36):
            star_x, star_y, arm = rng.randrange(WIDE), rng.randrange(TALL), rng.randint(3, 11)
            if (star_x - x) ** 2 + (star_y - y) ** 2 > (radius * 1.2) ** 2:
                stencil.polygon(
                    [
                        polar(star_x, star_y, arm if point % 2 else arm / 3, point / 8)
                        for point in range(8)
                    ],
                    255,
                )

    sheet.ink(three if ground != sheet.dark else sheet.paper, stars)


@cache
def _ball(radius: int) -> Image.Image:
    """The shade on a ball in the middle of the sheet, as a stencil of dots."""
    disc = Image.new("L", (WIDE, TALL), 255)
    Stencil(disc).ellipse(around(MIDDLE, 390, radius), 0)
    glow = Image.radial_gradient("L").resize((3 * radius, 3 * radius))
    tone = Image.new("L", (WIDE, TALL))
    tone.paste(ImageChops.invert(glow), (round(MIDDLE - radius * 1.9), round(390 - radius * 1.9)))
    return halftone(ImageChops.add(disc, tone))


def record(sheet: Sheet) -> None:
    """A record with its label, and beams behind it."""
    rng, (one, two, three) = sheet.rng, sheet.inks
    sheet.fill(two, one)
    stripes, slope = rng.choice([50, 70, 90]), rng.choice([-300, 0, 300])

    def beams(stencil: Stencil) -> None:
        for left in range(-400, WIDE + 400, 2 * stripes):
            stencil.polygon(
                [
                    (left, 0),
                    (left + stripes, 0),
                    (left + stripes + slope, TALL),
                    (left + slope, TALL),
                ],
                255,
            )

    sheet.ink(mixed(two, sheet.paper, 0.25), beams)
    x, y, radius = MIDDLE, 390, 240
    sheet.disc(sheet.dark, x, y, radius)

    def grooves(stencil: Stencil) -> None:
        for groove in range(110, radius - 8, 11):
            stencil.ellipse(around(x, y, groove), outline=255, width=2)

    sheet.ink(mixed(sheet.dark, three, 0.5), grooves)

    def gleam(stencil: Stencil) -> None:
        for angle in (-65, 115):
            stencil.pieslice(around(x, y, radius - 6), angle, angle + 16, 90)

    sheet.ink(sheet.paper, gleam)
    for ink, size in ((one, 96), (sheet.paper, 70), (three, 62), (sheet.dark, 10)):
        sheet.disc(ink, x, y, size)


PATTERNS = (tiles, flower, eye, ripples, planet, record)
