"""WebP: a RIFF file with one of three kinds of first chunk. Source: RFC 9649."""

from artex_assets.images.formats.held import Header, Held
from artex_assets.vocabulary import ImageWarning

CONTENT_TYPE = "image/webp"


def is_webp(head: bytes) -> bool:
    """Whether the file has the signature."""
    return head[:4] == b"RIFF" and head[8:12] == b"WEBP"


def read(held: Held) -> Header | None:
    """The header; None when the first chunk is none that says the dimensions."""
    size = _dimensions(held.head)
    if size is None or 0 in size:
        return None
    width, height = size
    return Header(CONTENT_TYPE, width, height, _ending(held))


def _dimensions(data: bytes) -> tuple[int, int] | None:
    kind, body = data[12:16], data[20:30]
    if len(body) < 10:
        return None
    if kind == b"VP8X":
        return 1 + int.from_bytes(body[4:7], "little"), 1 + int.from_bytes(body[7:10], "little")
    if kind == b"VP8L" and body[0] == 0x2F:
        bits = int.from_bytes(body[1:5], "little")
        return 1 + (bits & 0x3FFF), 1 + (bits >> 14 & 0x3FFF)
    if kind == b"VP8 " and body[3:6] == b"\x9d\x01\x2a":
        # The upper two bits of each are a scale that is not part of the picture's own size.
        width, height = int.from_bytes(body[6:8], "little"), int.from_bytes(body[8:10], "little")
        return width & 0x3FFF, height & 0x3FFF
    return None


def _ending(held: Held) -> ImageWarning | None:
    end = 8 + int.from_bytes(held.head[4:8], "little")
    if held.size < end:
        return ImageWarning.TRUNCATED
    # An odd size is padded to an even one, by most writers.
    return ImageWarning.TRAILING_BYTES if held.size > end + end % 2 else None
