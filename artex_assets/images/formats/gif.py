"""GIF: the dimensions of the screen and of the first frame. Source: CompuServe, GIF89a."""

from artex_assets.images.formats.held import Header, Held, ending
from artex_assets.vocabulary import ImageWarning

SIGNATURES = (b"GIF87a", b"GIF89a")
CONTENT_TYPE = "image/gif"

BLOCKS = 100_000
"""How many blocks are passed over at most; beyond them the end is not judged."""

_FRAME, _EXTENSION, _TRAILER = 0x2C, 0x21, 0x3B


def read(held: Held) -> Header | None:
    """The header; None when neither the screen nor the first frame has dimensions."""
    data = held.head
    if len(data) < 13:
        return None
    width, height, end, judged = _walk(data)
    if width == 0 or height == 0:
        # The frame has them, and is not held.
        return None if held.whole else Header(CONTENT_TYPE)
    if end is not None:
        return Header(CONTENT_TYPE, width, height, ending(end, held.size))
    cut = judged and (held.whole or held.tail[-1] != _TRAILER)
    return Header(CONTENT_TYPE, width, height, ImageWarning.TRUNCATED if cut else None)


def _walk(data: bytes) -> tuple[int, int, int | None, bool]:
    """Width and height, where the file ends, None when that is not in these bytes, and whether
    these bytes were at an end, rather than the patience with them.

    The dimensions are the screen's or what the first frame covers, whichever is more: viewers
    enlarge a screen that is too small for its frame.
    """
    width, height = int.from_bytes(data[6:8], "little"), int.from_bytes(data[8:10], "little")
    framed = False
    position = 13 + _color_table(data[10])
    for _ in range(BLOCKS):
        if position >= len(data):
            return width, height, None, True
        kind = data[position]
        if kind == _TRAILER:
            return width, height, position + 1, True
        if kind == _FRAME and position + 10 <= len(data):
            if not framed:
                width = max(width, _sum(data, position + 1, position + 5))
                height = max(height, _sum(data, position + 3, position + 7))
                framed = True
            position += 11 + _color_table(data[position + 9])
        elif kind == _EXTENSION:
            position += 2
        elif kind == _FRAME:
            return width, height, None, True
        else:
            # No block at all; viewers stop here and show what they have.
            return width, height, None, False
        skipped = _sub_blocks(data, position)
        if skipped is None:
            return width, height, None, False
        position = skipped
    return width, height, None, False


def _sub_blocks(data: bytes, position: int) -> int | None:
    """Where a chain of sub-blocks ends, perhaps behind the data; None when it is too long."""
    for _ in range(BLOCKS):
        if position >= len(data):
            return position
        length = data[position]
        position += 1 + length
        if length == 0:
            return position
    return None


def _color_table(flags: int) -> int:
    return 3 << (flags & 7) + 1 if flags & 0x80 else 0


def _sum(data: bytes, first: int, second: int) -> int:
    numbers = data[first : first + 2], data[second : second + 2]
    return sum(int.from_bytes(number, "little") for number in numbers)
