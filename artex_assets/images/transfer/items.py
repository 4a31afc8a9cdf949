"""What goes into a transfer, and what comes out of it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from artex_assets.vocabulary import Described

MIB = 1024 * 1024


class Proof(Described):
    """How it is known what bytes are in the target."""

    CONTENT_MD5 = "content_md5", "the server took a PUT with Content-MD5, and refuses wrong ones"
    READ_BACK = "read_back", "the bytes were read back from the target and hashed"


class Obstacle(Described):
    """Why an object was not copied. Each is something that a repair or a retry can mend."""

    MISSING = "missing", "the source has no object of this key"
    DENIED = "denied", "the source does not let us read the object"
    ARCHIVED = "archived", "the object is in an archive and has to be restored before it is read"
    SIZE_MISMATCH = "size_mismatch", "the object has another size than the legacy row says"
    CHECKSUM_MISMATCH = "checksum_mismatch", "the object has another MD5 than the legacy row says"
    UNSTABLE = "unstable", "the object changed each time it was read"
    SOURCE_UNREACHABLE = "source_unreachable", "the source did not answer as it should"
    TARGET_UNREACHABLE = "target_unreachable", "the target did not answer as it should"
    TARGET_DENIED = "target_denied", "the target does not let us write the object"
    TARGET_MISMATCH = "target_mismatch", "the target does not keep the bytes that it was given"
    KEY_TAKEN = "key_taken", "the target has other bytes under the key, which we did not put there"
    KEY_UNUSABLE = "key_unusable", "the target cannot hold an object of this key"


@dataclass(frozen=True)
class Item:
    """One object to be copied.

    size: bytes, as the legacy row says. md5: base64, None when the legacy row has none.
    content_type, disposition: as the legacy row and its file name say. The inspector may correct
    the content type. metadata: the names are put behind `x-amz-meta-`.
    """

    source_key: str
    key: str
    size: int
    md5: str | None
    content_type: str | None
    disposition: str
    metadata: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))


@dataclass(frozen=True)
class Inspected:
    """What the inspector says of an object. With a `refusal`, a code, it is kept out.

    content_type: what the object is put with. sentence, next_step: why it is refused and what to do
    about it. note: whatever else there is to say; it comes back unread.
    """

    content_type: str | None
    refusal: str | None = None
    sentence: str = ""
    next_step: str = ""
    note: Any = None


Inspect = Callable[[Item, bytes, bytes, int], Inspected]
"""Looks at an object before anything is put: (item, head, tail, size in bytes).

head: all of an object that has not more than `Policy.memory_object` bytes, else its first
`Policy.part`. tail: its last 64 KiB, or all. It is called on the event loop: it must not wait.
"""

TAIL = 64 * 1024


@dataclass(frozen=True)
class Copied:
    """The target is proved to hold the object.

    size, md5: bytes and base64, of what is in the target. content_type: as the inspector says.
    adopted: it was there already. differing: the headers of an adopted object that are not as they
    would have been put; it is left as it is. retries: requests that were sent again. note: the
    inspector's.
    """

    item: Item
    size: int
    md5: str
    proof: Proof
    adopted: bool
    content_type: str | None
    differing: tuple[str, ...]
    retries: int
    seconds: float
    note: Any


@dataclass(frozen=True)
class NotCopied:
    """The object is not in the target by our doing. reason: an `Obstacle`, or the inspector's.

    refused: whether it was the inspector, so that no retry mends it.
    """

    item: Item
    reason: str
    sentence: str
    next_step: str
    refused: bool
    retries: int
    seconds: float
    note: Any = None


@dataclass(frozen=True)
class Policy:
    """How a transfer behaves. Sizes in bytes, times in seconds.

    concurrency: objects at once, at most; lowered while a server asks for less. With 16, an
    S3 server on the same machine took a tenth more of its CPU time for each of 35 kB.
    attempts: how often a request of one object may fail in passing before the object fails.
    backoff: of the first wait; it doubles up to max_backoff, and a random part of it is waited.
    connect_seconds, idle_seconds: how long a connection may take, and how long nothing may move.
    bytes_per_second: of what is read from the source; None is no limit.
    server_side_from: where both sides are on one server, it copies objects of so many bytes and
    more by itself; None is never. Measured with the proof, a PUT of what was read takes less.
    memory_object: larger objects go in parts of `part` bytes. memory: bytes of objects held at
    once; measured, twice as many take longer. give_up_after: objects in a row that the servers deny
    or do not answer for.
    """

    concurrency: int = 128
    attempts: int = 6
    backoff: float = 0.2
    max_backoff: float = 10.0
    connect_seconds: float = 10.0
    idle_seconds: float = 60.0
    bytes_per_second: float | None = None
    server_side_from: int | None = None
    memory_object: int = 8 * MIB
    part: int = 8 * MIB
    memory: int = 32 * MIB
    give_up_after: int = 20
