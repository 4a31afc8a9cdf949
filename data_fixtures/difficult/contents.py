"""The bytes of the difficult backup's images: small, and the same on every platform.

No encoder writes them: its next version might write others, and the backup has their checksums.
"""

from base64 import b64decode
from zlib import adler32, crc32

_JPEG = b64decode(
    "/9j/4AAQSkZJRgABAQAAAQABAAD/2wBDABQODxIPDRQSEBIXFRQYHjIhHhwcHj0sLiQySUBMS0dARkVQWnNiUFVtVkVG"
    "ZIhlbXd7gYKBTmCNl4x9lnN+gXz/wAALCAAYABABAREA/8QAFgABAQEAAAAAAAAAAAAAAAAABQYD/8QAIxAAAQMEAgEF"
    "AAAAAAAAAAAAEQIDEgAEE0EUFZEWMlGB8f/aAAgBAQAAPwDRq+9SRcWnjcfRnKXge2mmr7kRcWmMdE1KtX3ZRcWnFj0S"
    "T+U01fcWLi0yloipVq+MXFp+jTTV90kXFpz5tGIHn5r/2Q=="
)
"""A picture of 16 x 24 pixels in grey."""

_START = 2
"""Bytes of a JPEG's first marker, behind which a comment may stand."""

GIF = b64decode("R0lGODdhCAAIAIAAAAAAAAAAACwAAAAACAAIAAAIDwABCBxIsKDBgwgTKkwYEAA7")

WEBP = b64decode("UklGRh4AAABXRUJQVlA4TBEAAAAvB8ABAAdQlCIXpf+BiOh/AAA=")

HTML = b"<!DOCTYPE html>\n<html><body><h1>404 Not Found</h1></body></html>\n"

HUGE = 100_000
"""The width and height, in pixels, that a picture of a few bytes says it has."""


def jpeg(number: int) -> bytes:
    """A JPEG that no other number has: `number` is its comment."""
    comment = str(number).encode()
    segment = b"\xff\xfe" + (len(comment) + 2).to_bytes(2, "big") + comment
    return _JPEG[:_START] + segment + _JPEG[_START:]


def png(number: int, width: int = 8, height: int = 8) -> bytes:
    """A PNG whose header says this size in pixels; its data are of 8 x 8."""
    rows = b"".join(b"\0" + bytes([number % 256] * 8) for _ in range(8))
    stored = b"\x01" + len(rows).to_bytes(2, "little") + (~len(rows) & 0xFFFF).to_bytes(2, "little")
    data = b"\x78\x01" + stored + rows + adler32(rows).to_bytes(4, "big")
    header = width.to_bytes(4, "big") + height.to_bytes(4, "big") + bytes([8, 0, 0, 0, 0])
    chunks = ((b"IHDR", header), (b"IDAT", data), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(kind, content) for kind, content in chunks)


def svg(inside: str) -> bytes:
    """An SVG of 16 x 24 pixels."""
    return f'<svg xmlns="http://www.w3.org/2000/svg" width="16" height="24">{inside}</svg>'.encode()


def _chunk(kind: bytes, content: bytes) -> bytes:
    whole = kind + content
    return len(content).to_bytes(4, "big") + whole + crc32(whole).to_bytes(4, "big")
