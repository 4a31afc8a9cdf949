"""What every format's reader takes and gives: the bytes that are held, and what they say."""

from dataclasses import dataclass

from artex_assets.vocabulary import ImageWarning


@dataclass(frozen=True, slots=True)
class Held:
    """The first bytes of a file, its last ones, and its size in bytes.

    When the file is small, head and tail overlap or are the same.
    """

    head: bytes
    tail: bytes
    size: int

    @property
    def whole(self) -> bool:
        """Whether the head is all of the file."""
        return len(self.head) == self.size

    def at(self, offset: int, count: int) -> bytes | None:
        """Exactly `count` bytes from `offset`; None when not all of them are held or in the file.

        Offsets come out of the file, so they may be anything from 0 up.
        """
        if offset + count <= len(self.head):
            return self.head[offset : offset + count]
        start = offset - (self.size - len(self.tail))
        if start >= 0 and offset + count <= self.size:
            return self.tail[start : start + count]
        return None

    def find(self, marker: bytes, offset: int) -> bool:
        """Whether the marker is in what is held from `offset` on."""
        if self.head.find(marker, offset) >= 0:
            return True
        start = offset - (self.size - len(self.tail))
        return self.tail.find(marker, max(start, 0)) >= 0


@dataclass(frozen=True, slots=True)
class Header:
    """What a readable header says.

    content_type: the media type, spelled as Rails spells it.
    width, height: pixels, both above 0; None when the part that says them is not held.
    ending: truncated or trailing_bytes; None when the end is right, or cannot be judged.
    """

    content_type: str
    width: int | None = None
    height: int | None = None
    ending: ImageWarning | None = None


def ending(expected: int, size: int) -> ImageWarning | None:
    """What to warn of when a file should end at `expected` bytes and ends at `size`."""
    if size < expected:
        return ImageWarning.TRUNCATED
    return ImageWarning.TRAILING_BYTES if size > expected else None
