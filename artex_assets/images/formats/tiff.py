"""TIFF and BigTIFF in both byte orders: tags of the first directory. Source: TIFF 6.0, Adobe."""

from dataclasses import dataclass
from typing import Literal

from artex_assets.images.formats.held import Header, Held
from artex_assets.vocabulary import ImageWarning

SIGNATURES = (b"II*\x00", b"MM\x00*", b"II+\x00\x08\x00\x00\x00", b"MM\x00+\x00\x08\x00\x00")
CONTENT_TYPE = "image/tiff"

TAGS = 200
"""How many tags are read: they are sorted, and those of the dimensions are among the first."""

_WIDTH, _HEIGHT = 256, 257
_PARTS = ((273, 279), (324, 325))
"""The tags with the places and the lengths of the picture's parts: strips, or tiles."""

_BYTES = {3: 2, 4: 4, 16: 8}
"""How wide a number of a type is: SHORT, LONG and BigTIFF's LONG8."""


@dataclass(frozen=True, slots=True)
class _Layout:
    """How a file writes its numbers: the byte order, and how wide an offset and a count are."""

    order: Literal["little", "big"]
    offset: int
    count: int

    def number(self, data: bytes) -> int:
        return int.from_bytes(data, self.order)


def read(held: Held) -> Header | None:
    """The header; None when the first directory has no dimensions, or is not in the file."""
    order: Literal["little", "big"] = "little" if held.head[:1] == b"I" else "big"
    large = b"+" in held.head[2:4]
    layout = _Layout(order, 8, 8) if large else _Layout(order, 4, 2)
    start = held.at(layout.offset, layout.offset)
    directory = layout.number(start) if start else 0
    if directory < 8 or directory + layout.count > held.size:
        return None
    tags = _tags(held, layout, directory)
    if tags is None:
        # Many programs write the directory behind the picture, so it may be where nothing is held.
        return None if held.whole else Header(CONTENT_TYPE)
    width, height = (_last(held, layout, tags.get(tag)) for tag in (_WIDTH, _HEIGHT))
    if not width or not height:
        return None
    return Header(CONTENT_TYPE, width, height, _ending(held, layout, tags))


def _tags(held: Held, layout: _Layout, directory: int) -> dict[int, bytes] | None:
    """The first tags of a directory with their type, count and value; None when not held."""
    start = held.at(directory, layout.count)
    if start is None:
        return None
    width = 4 + 2 * layout.offset
    count = min(layout.number(start), TAGS)
    data = held.at(directory + layout.count, count * width)
    if data is None:
        return None
    entries = [data[at : at + width] for at in range(0, len(data), width)]
    return {layout.number(entry[:2]): entry[2:] for entry in entries}


def _last(held: Held, layout: _Layout, entry: bytes | None) -> int | None:
    """The last number of a tag; None when there is none, or it is not held."""
    if entry is None:
        return None
    width = _BYTES.get(layout.number(entry[:2]))
    count = layout.number(entry[2 : 2 + layout.offset])
    value = entry[2 + layout.offset :]
    if width is None or count == 0:
        return None
    if width * count <= layout.offset:
        return layout.number(value[width * (count - 1) : width * count])
    number = held.at(layout.number(value) + width * (count - 1), width)
    return None if number is None else layout.number(number)


def _ending(held: Held, layout: _Layout, tags: dict[int, bytes]) -> ImageWarning | None:
    """Truncated when the last part of the picture ends behind the file.

    A TIFF has no end of its own, so nothing can be said of trailing bytes.
    """
    for places, lengths in _PARTS:
        place = _last(held, layout, tags.get(places))
        length = _last(held, layout, tags.get(lengths))
        if place is not None and length is not None and place + length > held.size:
            return ImageWarning.TRUNCATED
    return None
