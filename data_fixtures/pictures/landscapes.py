"""Families of posters that show a place: each prints the art of one on a sheet, to its edges.

What matters of it is in the middle: the lettering takes the top and the bottom.
"""

from math import pi, sin
from operator import mul

from PIL import Image

from data_fixtures.pictures.paint import (
    MIDDLE,
    TALL,
    WIDE,
    Sheet,
    Stencil,
    around,
    light,
    mixed,
    polar,
    ridge,
)


def sunburst(sheet: Sheet) -> None:
    """Rays around a sun, with hills before it."""
    rng, (one, two, three) = sheet.rng, sheet.inks
    x, y = MIDDLE + rng.randint(-60, 60), rng.randint(330, 420)
    rays, turn = rng.choice([12, 16, 20, 28]), rng.random()
    sheet.fill(two, mixed(two, sheet.paper, 0.5))

    def beams(stencil: Stencil) -> None:
        for ray in range(rays):
            edges = (polar(x, y, 1200, turn + (ray + side) / rays) for side in (0, 0.5))
            stencil.polygon([(x, y), *edges], fill=255)

    sheet.ink(mixed(one, two, 0.15), beams)
    radius = rng.randint(110, 170)
    rings = ((sheet.paper, 1.16), (three, 1.06), (sheet.paper, 0.92), (one, 0.84), (two, 0.5))
    for ink, part in rings[: rng.randint(3, 5)]:
        sheet.disc(ink, x, y, radius * part)
    for number, base in enumerate((600, 660, 720)):
        ink = mixed(three, sheet.dark, (number + 1) / 3)
        hills = ridge(rng, base, 60)
        sheet.area(ink, hills)


def moonrise(sheet: Sheet) -> None:
    """A moon over ridges that fade away, with stars and firs."""
    rng, (one, two, _) = sheet.rng, sheet.inks
    sheet.fill(sheet.dark, mixed(sheet.dark, one, 0.6), one, two, mixed(two, sheet.paper, 0.4))
    x, y, radius = rng.randint(180, 420), rng.randint(260, 360), rng.randint(80, 140)

    def stars(stencil: Stencil) -> None:
        for _ in range(50):
            stencil.ellipse(around(rng.randrange(WIDE), rng.randrange(420), rng.uniform(1, 4)), 220)

    sheet.ink(sheet.paper, stars)
    for part, amount in ((1.5, 30), (1.25, 50), (1.0, 255)):
        sheet.disc(sheet.paper, x, y, radius * part, amount)
    far = mixed(two, sheet.dark, 0.25)
    for number in range(5):
        hills = ridge(rng, 440 + 62 * number, 95 - 8 * number)
        ink = mixed(far, sheet.dark, number / 4)
        sheet.area(ink, hills)

    def firs(stencil: Stencil) -> None:
        for _ in range(rng.randint(10, 18)):
            place, size = rng.randrange(WIDE), rng.randint(60, 150)
            for part in (0, 0.28, 0.56):
                top, half = 720 - size * (1 - part), size * (0.1 + part * 0.22)
                foot = top + size * 0.5
                stencil.polygon([(place, top), (place - half, foot), (place + half, foot)], 255)

    sheet.ink(mixed(sheet.dark, (0, 0, 0), 0.3), firs)


def desert(sheet: Sheet) -> None:
    """A striped sun over dunes, with cacti."""
    rng, (one, two, three) = sheet.rng, sheet.inks
    sheet.fill(mixed(three, sheet.dark, 0.35), three, two, mixed(two, sheet.paper, 0.5))
    x, y, radius = MIDDLE + rng.randint(-50, 50), 370, rng.randint(170, 210)

    def sun(stencil: Stencil) -> None:
        stencil.ellipse(around(x, y, radius), 255)
        for stripe in range(7):
            top = y + radius * (stripe / 7)
            stencil.rectangle((0, top, WIDE, top + 3 + stripe * 3), 0)

    sheet.ink(one, sun)
    for number, base in enumerate((560, 620, 690)):
        dunes = ridge(rng, base, 45, steps=40)
        ink = mixed(mixed(one, two, 0.5), sheet.dark, 0.2 + 0.33 * number)
        sheet.area(ink, dunes)

    def cacti(stencil: Stencil) -> None:
        for place in rng.sample(range(60, 560, 70), 3):
            size = rng.randint(90, 230)
            foot, thick = rng.randint(650, 720), size / 9
            stencil.rounded_rectangle((place - thick, foot - size, place + thick, foot), thick, 255)
            for side, level in ((-1, 0.45), (1, 0.6)):
                arm, elbow = place + side * size * 0.3, foot - size * level
                left, right = sorted((place, arm))
                stencil.rectangle((left, elbow - thick * 0.7, right, elbow + thick * 0.7), 255)
                tip = elbow - size * 0.28
                box = (arm - thick * 0.7, tip, arm + thick * 0.7, elbow + thick * 0.7)
                stencil.rounded_rectangle(box, thick * 0.7, 255)

    sheet.ink(sheet.dark, cacti)


def skyline(sheet: Sheet) -> None:
    """A city at night, its windows lit."""
    rng, (one, two, three) = sheet.rng, sheet.inks
    sheet.fill(mixed(sheet.dark, three, 0.2), three, one, two)
    x, y, radius = rng.randint(150, 450), rng.randint(260, 330), rng.randint(70, 130)
    sheet.disc(sheet.paper, x, y, radius)
    for row, (low, high) in enumerate(((300, 470), (400, 560), (520, 640))):
        ink = mixed(mixed(one, sheet.dark, 0.45), sheet.dark, row / 2)
        houses, left = [], -20
        while left < WIDE:
            width = rng.randint(50, 110)
            houses.append((left, rng.randint(low, high), left + width - 4 * row))
            left += width

        def walls(stencil: Stencil, houses: list[tuple[int, int, int]] = houses) -> None:
            for left, top, right in houses:
                stencil.rectangle((left, top, right, TALL), 255)
                if rng.random() < 0.3:
                    stencil.rectangle((left + 20, top - 50, left + 24, top), 255)
                if rng.random() < 0.3:
                    stencil.polygon(
                        [(left, top), ((left + right) / 2, top - 40), (right, top)], 255
                    )

        def windows(stencil: Stencil, houses: list[tuple[int, int, int]] = houses) -> None:
            for left, top, right in houses:
                for story in range(top + 16, 720, 26):
                    for window in range(left + 9, right - 14, 18):
                        if rng.random() < 0.42:
                            stencil.rectangle((window, story, window + 8, story + 12), 255)

        sheet.ink(ink, walls)
        sheet.ink(mixed(two, sheet.paper, 0.3), windows)


def scallops(sheet: Sheet) -> None:
    """Waves in rows, as on Japanese cloth, under a sun."""
    rng, (one, two, three) = sheet.rng, sheet.inks
    sheet.fill(mixed(two, sheet.paper, 0.55), mixed(two, sheet.paper, 0.2))
    sun = rng.randint(110, 160)
    x = MIDDLE + rng.randint(-90, 90)
    sheet.disc(one, x, 350, sun)
    radius = rng.choice([60, 75, 100])
    centres = [
        (column * 2 * radius - (row % 2) * radius, 470 + row * radius * 0.55)
        for row in range(int(400 / radius / 0.5))
        for column in range(WIDE // radius // 2 + 2)
    ]
    # One ink after the other cannot overlap like the waves do: a dark print with a light one in it.
    wave = Image.new("L", (2 * radius, 2 * radius))
    inner = wave.copy()
    stencil_of_wave, stencil_of_inner = Stencil(wave), Stencil(inner)
    stencil_of_wave.ellipse((0, 0, 2 * radius - 1, 2 * radius - 1), 255)
    for part, amount in ((0.92, 255), (0.72, 0), (0.62, 255), (0.42, 0), (0.32, 255)):
        stencil_of_inner.ellipse(around(radius, radius, radius * part), amount)
    outline, bands = Image.new("L", (WIDE, TALL)), Image.new("L", (WIDE, TALL))
    for left, top in centres:
        box = (round(left - radius), round(top - radius))
        outline.paste(wave, box, wave)
        bands.paste(inner, box, wave)
    sheet.press(mixed(three, sheet.dark, 0.55), outline)
    sheet.press(sheet.paper if light(sheet.dark) else mixed(three, sheet.paper, 0.35), bands)


def ridgelines(sheet: Sheet) -> None:
    """Lines across the sheet that rise in its middle, each before the one behind it."""
    rng, (one, two, _) = sheet.rng, sheet.inks
    ground = rng.choice([sheet.dark, mixed(sheet.dark, one, 0.3), one])
    sheet.fill(ground, mixed(ground, sheet.dark, 0.4))
    if rng.random() < 0.6:
        x, radius = MIDDLE + rng.randint(-80, 80), rng.randint(100, 160)
        sheet.disc(two, x, 310, radius)
    lines, steps = 24, 44
    peaks = [(rng.gauss(0.5, 0.13), rng.uniform(0.03, 0.07)) for _ in range(7)]
    shapes = [
        [
            42 * sin(pi * step / steps) ** 2 / (1 + ((step / steps - place) / width) ** 2)
            for place, width in peaks
        ]
        for step in range(steps + 1)
    ]

    def cut(stencil: Stencil) -> None:
        for line in range(lines):
            base = 250 + line * 17
            heights = [rng.uniform(0.1, 1) for _ in peaks]
            points = [(-10.0, float(base))]
            for step, shape in enumerate(shapes):
                rise = sum(map(mul, heights, shape))
                points.append((step / steps * WIDE, base - rise - 3 * rng.random()))
            stencil.polygon([*points, (WIDE, TALL), (0, TALL)], 0)
            stencil.line(points, 255, 4, joint="curve")

    # The ground between the lines must be printed too: it hides the sun behind the hills.
    hills = [(0.0, 260.0), (180, 250), (300, 215), (420, 250), (WIDE, 260), (WIDE, TALL), (0, TALL)]
    sheet.area(mixed(ground, sheet.dark, 0.5), hills)
    sheet.ink(sheet.paper, cut)


LANDSCAPES = (sunburst, moonrise, desert, skyline, scallops, ridgelines)
