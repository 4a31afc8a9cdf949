"""JPEG: segments up to the frame header, which has the dimensions. Source: ITU-T T.81, annex B."""

import re

from artex_assets.images.formats.held import Header, Held
from artex_assets.vocabulary import ImageWarning

SIGNATURE = b"\xff\xd8\xff"
CONTENT_TYPE = "image/jpeg"

SEGMENTS = 2_000
"""How many segments are passed over at most: an ICC profile has up to 255, the rest a few dozen."""

_TO_MARKER = re.compile(rb"[^\xff]*\xff+")
_END = b"\xff\xd9"
_SCAN = 0xDA
_FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
_ALONE = frozenset({0x01, *range(0xD0, 0xD8)})
"""Markers without a length behind them."""


def read(held: Held) -> Header | None:
    """The header; None when there is no frame header where one has to be."""
    data = held.head
    position = 2
    for _ in range(SEGMENTS):
        # Decoders pass over stray bytes between segments, and any number of fill bytes.
        found = _TO_MARKER.match(data, position)
        if found is None or found.end() + 3 > len(data):
            break
        position = found.end() - 1
        marker = data[position + 1]
        if marker in _ALONE:
            position += 2
            continue
        length = int.from_bytes(data[position + 2 : position + 4], "big")
        if marker < 0xC0 or marker in (0xD8, 0xD9, _SCAN) or length < 2:
            return None
        if marker in _FRAMES:
            return _frame(held, position)
        position += 2 + length
    # The frame header is behind what is held, or behind more segments than a picture has.
    return None if held.whole else Header(CONTENT_TYPE, ending=_ending(held, len(data)))


def _frame(held: Held, position: int) -> Header | None:
    size = held.at(position + 5, 4)
    if size is None:
        return None if held.whole else Header(CONTENT_TYPE, ending=_ending(held, position))
    height, width = int.from_bytes(size[:2], "big"), int.from_bytes(size[2:], "big")
    if width == 0:
        return None
    if height == 0:
        # Allowed: a DNL segment behind the first scan says it, which hardly any decoder reads.
        return Header(CONTENT_TYPE, ending=_ending(held, position))
    return Header(CONTENT_TYPE, width, height, _ending(held, position))


def _ending(held: Held, frame: int) -> ImageWarning | None:
    """An end marker cannot occur inside a scan, so one with bytes behind it has a trailer.

    A second picture behind the first, as telephones write it, ends with an end marker as well, and
    is no reason to warn. A trailer longer than the held tail looks like a truncated picture.
    """
    if held.tail.endswith(_END):
        return None
    found = held.find(_END, frame)
    return ImageWarning.TRAILING_BYTES if found else ImageWarning.TRUNCATED
