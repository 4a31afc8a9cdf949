"""AVIF and HEIC: boxes inside boxes. Source: ISO/IEC 14496-12 (boxes) and 23008-12 (ispe)."""

from collections.abc import Iterator

from artex_assets.images.formats.held import Header, Held
from artex_assets.vocabulary import ImageWarning

BOXES = 2_000
"""How many boxes are looked at on each level at most."""

_AVIF = frozenset({b"avif", b"avis"})
_HEIC = frozenset({b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx"})
_TOP = frozenset({b"meta", b"mdat", b"moov", b"moof", b"free", b"skip", b"uuid", b"idat"})
"""Kinds that a box may have that is cut off; any other is taken for bytes behind the picture."""

_EITHER = frozenset({b"mif1", b"mif2", b"msf1"})


def content_type(head: bytes) -> str | None:
    """The media type by the brands; None for a video, or for another file of boxes.

    A file whose brands say that it is a HEIF picture, but not which codec, is image/heif.
    """
    length = int.from_bytes(head[:4], "big")
    if head[4:8] != b"ftyp" or not 16 <= length <= 1024:
        return None
    major = head[8:12]
    brands = {major}
    if major in _EITHER:
        brands.update(head[at : at + 4] for at in range(16, min(length, len(head)), 4))
    if brands & _AVIF:
        return "image/avif"
    if brands & _HEIC:
        return "image/heic"
    return "image/heif" if major in _EITHER else None


def read(held: Held, media_type: str) -> Header | None:
    """The header; None when no picture in it has dimensions.

    They are those of the largest picture inside: the tiles and thumbnails beside it are smaller.
    """
    size: tuple[int, int] | None = None
    seen = known = False
    offset = 0
    end: ImageWarning | None = None
    for _ in range(BOXES):
        if offset == held.size:
            known = True
            break
        box = _box(held, offset)
        if box is None:
            known = held.whole
            # Fewer bytes than a box has, or bytes that are none, behind the last one.
            if held.size - offset < 8 or held.at(offset, 8) is not None:
                known, end = True, ImageWarning.TRAILING_BYTES
            break
        kind, body, offset = box
        if kind == b"meta" and size is None:
            data = held.at(body, min(offset, held.size) - body)
            seen = seen or data is None
            size = _largest(data or b"")
        seen = seen or kind == b"moov"
        if offset > held.size:
            known = True
            end = ImageWarning.TRUNCATED if kind in _TOP else ImageWarning.TRAILING_BYTES
            break
    if size is None:
        # A sequence without a still picture has its size elsewhere; a box may not be held.
        return Header(media_type, ending=end) if seen or not known else None
    return Header(media_type, *size, end) if 0 not in size else None


def _box(held: Held, offset: int) -> tuple[bytes, int, int] | None:
    """A box's kind, where its content begins and where it ends; None when there is none."""
    start = held.at(offset, 8)
    if start is None:
        return None
    length, kind, body = int.from_bytes(start[:4], "big"), start[4:], offset + 8
    if length == 1:
        large = held.at(body, 8)
        if large is None:
            return None
        length, body = int.from_bytes(large, "big"), body + 8
    elif length == 0:
        length = held.size - offset
    if offset + length < body or not (kind.isascii() and kind.decode().isprintable()):
        return None
    return kind, body, offset + length


def _largest(meta: bytes) -> tuple[int, int] | None:
    """Width and height of the largest picture that the meta box (less its start) describes."""
    largest: tuple[int, int] | None = None
    # 4 bytes of version and flags come before the boxes of `meta`, and before ispe's numbers.
    for properties in _inside(meta[4:], b"iprp"):
        for container in _inside(properties, b"ipco"):
            for ispe in _inside(container, b"ispe"):
                size = int.from_bytes(ispe[4:8], "big"), int.from_bytes(ispe[8:12], "big")
                if largest is None or size[0] * size[1] > largest[0] * largest[1]:
                    largest = size
    return largest


def _inside(data: bytes, wanted: bytes) -> Iterator[bytes]:
    """The contents of the boxes of one kind, one level down."""
    held = Held(data, data, len(data))
    offset = 0
    for _ in range(BOXES):
        box = _box(held, offset)
        if box is None:
            return
        kind, body, offset = box
        if kind == wanted:
            yield data[body:offset]
