"""PNG: the dimensions are in the first chunk. Source: W3C, Portable Network Graphics, part 11."""

from artex_assets.images.formats.held import Header, Held
from artex_assets.vocabulary import ImageWarning

SIGNATURE = b"\x89PNG\r\n\x1a\n"
CONTENT_TYPE = "image/png"

_FIRST_CHUNK = b"\x00\x00\x00\x0dIHDR"
_LAST_CHUNK = b"\x00\x00\x00\x00IEND\xaeB\x60\x82"


def read(held: Held) -> Header | None:
    """The header; None when the first chunk is not the one that has the dimensions."""
    data = held.head
    if data[8:16] != _FIRST_CHUNK or len(data) < 24:
        return None
    width, height = int.from_bytes(data[16:20], "big"), int.from_bytes(data[20:24], "big")
    if width == 0 or height == 0:
        return None
    return Header(CONTENT_TYPE, width, height, _ending(held))


def _ending(held: Held) -> ImageWarning | None:
    if held.tail.endswith(_LAST_CHUNK):
        return None
    found = held.find(_LAST_CHUNK, 24)
    return ImageWarning.TRAILING_BYTES if found else ImageWarning.TRUNCATED
