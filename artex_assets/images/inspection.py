"""What an image's bytes are, found without decoding a pixel. Source: domain.md, *Images*.

Only headers are read, nothing is allocated by what they say, and every walk through a file has an
end. What is judged here is what the bytes are; whether they are the right ones, size and MD5 say.
"""

from dataclasses import dataclass

from artex_assets.images.formats import bmp, gif, heif, jpeg, png, svg, tiff, webp
from artex_assets.images.formats.held import Header, Held
from artex_assets.vocabulary import ImageWarning, Reason

HEAD_BYTES = 256 * 1024
"""How many of its first bytes have to be held of any file."""

TAIL_BYTES = 64 * 1024
"""How many of its last bytes have to be held of any file."""

SVG_BYTES = svg.LARGEST
"""How many of its first bytes have to be held of a file that `may_be_svg`. An SVG of which less is
held than all is quarantined, as it cannot be shown to have no script."""

MAX_PIXELS = 250_000_000
"""The default of ARTEX_MAX_PIXELS."""

_SAME = {("image/heif", "image/heic"), ("image/heif", "image/avif")}
"""Declared types that the bytes only say more exactly: every HEIC and AVIF is a HEIF."""

_NAMES = {
    jpeg.CONTENT_TYPE: "a JPEG",
    png.CONTENT_TYPE: "a PNG",
    gif.CONTENT_TYPE: "a GIF",
    webp.CONTENT_TYPE: "a WebP",
    "image/avif": "an AVIF",
    "image/heic": "a HEIC",
    "image/heif": "a HEIF",
    tiff.CONTENT_TYPE: "a TIFF",
    bmp.CONTENT_TYPE: "a BMP",
    svg.CONTENT_TYPE: "an SVG",
}

_OTHERS = (
    (b"%pdf", "a PDF"),
    (b"pk\x03\x04", "a ZIP archive"),
    (b"\x1f\x8b", "a gzip archive"),
    (b"8bps", "a Photoshop file"),
    (b"<!doctype html", "HTML"),
    (b"<html", "HTML"),
    (b"<", "XML or HTML"),
)
"""What files that pose as images often are, by their first bytes in lower case."""


@dataclass(frozen=True, slots=True)
class Inspection:
    """What an image is, and whether it may be migrated.

    content_type: the media type that the bytes have; None when they are no image.
    width, height: pixels, as the header says; None when it is not held, or for an SVG without.
    quarantine: the reason why it cannot be migrated, or None.
    sentence: what it is, or why not, for a person; it quotes nothing from the file.
    warnings: codes of `ImageWarning`; they never keep an image from being migrated.
    corrected: whether `content_type` has to replace the declared one, on record.
    """

    content_type: str | None
    width: int | None
    height: int | None
    quarantine: Reason | None
    sentence: str
    warnings: tuple[str, ...] = ()
    corrected: bool = False


def may_be_svg(head: bytes) -> bool:
    """Whether SVG_BYTES of the file have to be held to inspect it, by its first few bytes."""
    return svg.may_be(head)


def inspect(
    head: bytes, tail: bytes, size: int, declared: str | None, max_pixels: int = MAX_PIXELS
) -> Inspection:
    """Say what a file of `size` bytes is.

    head: its first HEAD_BYTES or more, or all; SVG_BYTES, or all, of one that `may_be_svg`.
    tail: its last TAIL_BYTES or more, or all.
    declared: the content type in the legacy row.

    A file is an image when it has a signature and behind it a header with dimensions. One that
    ends or goes wrong before them is shown by no viewer, and is quarantined as no image; one whose
    header is merely not held has the warning dimensions_unknown.

    The declared type is corrected unless it is exactly the one that Rails' lists have for these
    bytes: Rails 8 makes variants of image/jpeg, but not of image/jpg or IMAGE/JPEG. An image/heif
    stays what it is. Raises ValueError when the caller holds too little; nothing in a file raises.
    """
    if not min(size, HEAD_BYTES) <= len(head) <= size:
        raise ValueError(f"{len(head)} bytes are no head of a file of {size} bytes.")
    if not min(size, TAIL_BYTES) <= len(tail) <= size:
        raise ValueError(f"{len(tail)} bytes are no tail of a file of {size} bytes.")
    if size == 0:
        return Inspection(None, None, None, Reason.IMAGE_EMPTY, "The file has no bytes.")
    held = Held(head, tail, size)
    try:
        header = _header(held)
    except svg.Script as script:
        sentence = f"The SVG is not carried: {script}."
        return Inspection(svg.CONTENT_TYPE, None, None, Reason.IMAGE_HAS_SCRIPT, sentence)
    if header is None:
        sentence = f"The file is no image: it looks like {_looks_like(head)}."
        return Inspection(None, None, None, Reason.IMAGE_NOT_RECOGNIZED, sentence)
    return _judged(header, declared, max_pixels)


def _header(held: Held) -> Header | None:
    """The header by the reader for the signature; None when there is neither. Raises svg.Script."""
    head = held.head
    if head.startswith(jpeg.SIGNATURE):
        return jpeg.read(held)
    if head.startswith(png.SIGNATURE):
        return png.read(held)
    if webp.is_webp(head):
        return webp.read(held)
    if head.startswith(gif.SIGNATURES):
        return gif.read(held)
    if head.startswith(tiff.SIGNATURES):
        return tiff.read(held)
    if head.startswith(bmp.SIGNATURE):
        return bmp.read(held)
    boxes = heif.content_type(head)
    if boxes is not None:
        return heif.read(held, boxes)
    return svg.read(held) if svg.may_be(head) else None


def _judged(header: Header, declared: str | None, max_pixels: int) -> Inspection:
    content_type, width, height = header.content_type, header.width, header.height
    name = _NAMES[content_type]
    warnings: tuple[str, ...] = () if header.ending is None else (header.ending,)
    quarantine = None
    if width is not None and height is not None:
        sentence = f"It is {name} of {width} × {height} pixels."
        if width * height > max_pixels:
            quarantine = Reason.IMAGE_TOO_LARGE
            sentence = (
                f"It is {name} of {width} × {height} pixels, above the limit of {max_pixels}."
            )
    else:
        sentence = f"It is {name}."
        if content_type != svg.CONTENT_TYPE:
            warnings += (ImageWarning.DIMENSIONS_UNKNOWN,)
    corrected = declared != content_type and (declared, content_type) not in _SAME
    kept = content_type if corrected or declared is None else declared
    return Inspection(kept, width, height, quarantine, sentence, warnings, corrected)


def _looks_like(head: bytes) -> str:
    start = head[:512].removeprefix(b"\xef\xbb\xbf").lstrip().lower()
    for prefix, kind in _OTHERS:
        if start.startswith(prefix):
            return kind
    if head[4:8] == b"ftyp":
        return "a video"
    signatures = (jpeg.SIGNATURE, png.SIGNATURE, *gif.SIGNATURES, *tiff.SIGNATURES, b"RIFF")
    if head.startswith(signatures):
        return "a fragment, since its header is broken or cut off"
    return "text" if start.isascii() and b"\x00" not in start else "nothing that is known"
