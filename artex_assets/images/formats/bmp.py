"""BMP, Windows' and OS/2's. Source: Microsoft, BITMAPFILEHEADER and BITMAPINFOHEADER."""

from artex_assets.images.formats.held import Header, Held, ending
from artex_assets.vocabulary import ImageWarning

SIGNATURE = b"BM"
CONTENT_TYPE = "image/bmp"

_OLDEST = 12
_LATER = frozenset({16, 40, 52, 56, 64, 108, 124})
_UNCOMPRESSED = (0, 3, 6)


def read(held: Held) -> Header | None:
    """The header; None when what follows the two letters is no header, as in a text."""
    data = held.head
    kind = _number(data, 14, 4)
    if len(data) < 26 or (kind != _OLDEST and kind not in _LATER):
        return None
    if kind == _OLDEST:
        width, height, planes, bits = (_number(data, at, 2) for at in (18, 20, 22, 24))
        compression = 0
    else:
        if len(data) < 34:
            return None
        width, height = _signed(data, 18), abs(_signed(data, 22))
        planes, bits = _number(data, 26, 2), _number(data, 28, 2)
        compression = _number(data, 30, 4) if kind >= 40 else 0
    if width <= 0 or height == 0 or planes != 1:
        return None
    row = (width * bits + 31) // 32 * 4
    picture = _number(data, 10, 4) + row * height if compression in _UNCOMPRESSED else 0
    return Header(CONTENT_TYPE, width, height, _ending(held, picture))


def _ending(held: Held, picture: int) -> ImageWarning | None:
    """The file's own word for its size, which many writers leave 0, and the size of the rows."""
    said = _number(held.head, 2, 4)
    end = ending(max(said, picture), held.size)
    # Some programs count the file header twice or leave it out; rows that are all there decide.
    if end is ImageWarning.TRUNCATED and 0 < picture <= held.size:
        return None
    return end if max(said, picture) else None


def _number(data: bytes, at: int, width: int) -> int:
    return int.from_bytes(data[at : at + width], "little")


def _signed(data: bytes, at: int) -> int:
    return int.from_bytes(data[at : at + 4], "little", signed=True)
