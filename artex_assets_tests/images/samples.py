"""Real pictures in every format: drawn by Pillow where it writes the format, else made by hand."""

import io
from functools import cache
from typing import Any

from PIL import Image

from artex_assets.images.inspection import HEAD_BYTES, TAIL_BYTES, Inspection, inspect

SIZE = (60, 80)


def inspected(data: bytes, declared: str | None = None, **limits: int) -> Inspection:
    """What is said of a file when as little of it is held as may be."""
    return inspect(data[:HEAD_BYTES], data[-TAIL_BYTES:], len(data), declared, **limits)


@cache
def drawn(format_name: str, **options: Any) -> bytes:
    """A noisy picture of SIZE, so that its data are longer than its header."""
    file = io.BytesIO()
    Image.effect_noise(SIZE, 60).convert("RGB").save(file, format_name, **options)
    return file.getvalue()


def box(kind: bytes, content: bytes) -> bytes:
    """A box of an ISO file."""
    return (8 + len(content)).to_bytes(4, "big") + kind + content


def boxed(brands: bytes, *sizes: tuple[int, int]) -> bytes:
    """A HEIF file: the major brand and the others, and pictures of these sizes."""
    numbers = (width.to_bytes(4, "big") + height.to_bytes(4, "big") for width, height in sizes)
    pictures = b"".join(box(b"ispe", bytes(4) + number) for number in numbers)
    meta = box(b"meta", bytes(4) + box(b"iprp", box(b"ipco", pictures)))
    ftyp = box(b"ftyp", brands[:4] + bytes(4) + brands[4:] + brands[:4])
    return ftyp + meta + box(b"mdat", b"x" * 100)


def svg(inside: str = "", attributes: str = "", before: str = "") -> bytes:
    """An SVG with something in it."""
    return (
        f'{before}<svg xmlns="http://www.w3.org/2000/svg" '
        f'xmlns:xlink="http://www.w3.org/1999/xlink" {attributes}>{inside}</svg>'
    ).encode()


@cache
def samples() -> dict[str, bytes]:
    """A good file of every format, by a name for it; all but the SVG of SIZE."""
    return {
        "JPEG": drawn("JPEG"),
        "progressive JPEG": drawn("JPEG", progressive=True),
        "PNG": drawn("PNG"),
        "GIF": drawn("GIF"),
        "lossy WebP": drawn("WEBP"),
        "lossless WebP": drawn("WEBP", lossless=True),
        "extended WebP": drawn("WEBP", exif=b"Exif\0\0II*\0\x08\0\0\0\0\0\0\0\0\0"),
        "AVIF": drawn("AVIF"),
        "HEIC": boxed(b"heicmif1", SIZE, (16, 16)),
        "HEIC of a general brand": boxed(b"mif1heic", (16, 16), SIZE),
        "little-endian TIFF": drawn("TIFF"),
        "big-endian TIFF": _big_endian_tiff(),
        "compressed TIFF": drawn("TIFF", compression="tiff_lzw"),
        "BigTIFF": drawn("TIFF", big_tiff=True),
        "BMP": drawn("BMP"),
        "SVG": svg("<path d='M0 0'/>", 'width="60px" height="80.0"'),
    }


def _big_endian_tiff() -> bytes:
    file = io.BytesIO()
    Image.effect_noise(SIZE, 60).convert("I;16B").save(file, "TIFF")
    return file.getvalue()


CONTENT_TYPES = {
    "JPEG": "image/jpeg",
    "PNG": "image/png",
    "GIF": "image/gif",
    "WebP": "image/webp",
    "AVIF": "image/avif",
    "HEIC": "image/heic",
    "TIFF": "image/tiff",
    "BigTIFF": "image/tiff",
    "BMP": "image/bmp",
    "SVG": "image/svg+xml",
}


def content_type(name: str) -> str:
    """The media type of a sample."""
    return next(kind for word, kind in CONTENT_TYPES.items() if word in name.split())
