"""What an image of the difficult backup is, and what must become of it."""

import hashlib
from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass, field

from artex_assets.vocabulary import Change, Reason, State
from data_fixtures.difficult.contents import jpeg
from data_fixtures.difficult.ordinary import CREATED, Value

ARTWORK, SALE = "Artwork", "Transaction"
PLACES = {ARTWORK: "image", SALE: "photos"}
"""The name in the target of an ordinary image."""


@dataclass(frozen=True)
class Blob:
    """A row of active_storage_blobs and its object.

    cells: the row; None when only the mended backup has it. stored: the object's bytes in the
    source bucket; None when there is none. mended, mended_stored: the same after the mending.
    """

    cells: Mapping[str, Value] | None
    stored: bytes | None
    mended: Mapping[str, Value]
    mended_stored: bytes | None


@dataclass(frozen=True)
class Became:
    """Where an image must stand.

    reason, cause: why it is not migrated. into: the attachment that says the same. name: the
    attachment's in the target. blob, attachment: cells in the target that are not the legacy ones.
    verified: whether legacy had a checksum to compare with. warnings: on the ledger. records: code
    and original by table and column; the new value is the target's.
    """

    state: State
    reason: str | None = None
    cause: str | None = None
    into: int | None = None
    name: str | None = None
    blob: Mapping[str, Value] = field(default_factory=dict)
    attachment: Mapping[str, Value] = field(default_factory=dict)
    verified: bool = True
    warnings: str | None = None
    records: Mapping[tuple[str, str], tuple[Change, str | None]] = field(default_factory=dict)


@dataclass(frozen=True)
class Image:
    """An attachment, with its blob unless another image has that, too.

    what: what is wrong with it; nothing for an ordinary one. became, after: None where no image set
    has it, or where the backup does not.
    """

    what: str
    attachment: Mapping[str, Value] | None
    blob: Blob | None
    became: Became | None
    mended: Mapping[str, Value] | None
    after: Became | None

    def cells(self, mended: bool) -> Mapping[str, Value] | None:
        """The attachment's cells in the backup, or in the mended one."""
        return self.mended if mended else self.attachment

    def becomes(self, mended: bool) -> Became | None:
        """What must become of it, or after the mending."""
        return self.after if mended else self.became


def md5(content: bytes) -> str:
    """The MD5 as Active Storage has it, base64."""
    return b64encode(hashlib.md5(content, usedforsecurity=False).digest()).decode()


def described(content: bytes) -> dict[str, Value]:
    """What a blob's row says of its object."""
    return {"byte_size": len(content), "checksum": md5(content)}


def blob_cells(id: int | None, content: bytes, values: Mapping[str, Value]) -> dict[str, Value]:
    """An ordinary blob's row."""
    return {
        "id": id,
        "key": f"difficultkey{id or 0:012}",
        "filename": f"IMG_{id}.jpg",
        "content_type": "image/jpeg",
        "metadata": '{"identified":true,"analyzed":true}',
        "service_name": "amazon_old",
        **described(content),
        "created_at": CREATED,
        **values,
    }


def attached(
    id: int | None, record: int | None, kind: str = ARTWORK, **values: Value
) -> dict[str, Value]:
    """An ordinary attachment, of the blob with its id."""
    return {
        "id": id,
        "name": PLACES.get(kind, "avatar"),
        "record_type": kind,
        "record_id": record,
        "blob_id": id,
        "created_at": CREATED,
        **values,
    }


def migrated(
    id: int,
    record: int,
    what: str = "",
    content: bytes | None = None,
    kind: str = ARTWORK,
    attachment: Mapping[str, Value] | None = None,
    values: Mapping[str, Value] | None = None,
    became: Became | None = None,
) -> Image:
    """An image that is migrated. attachment, values: cells that are not ordinary, of both rows."""
    body = jpeg(id) if content is None else content
    cells = blob_cells(id, body, values or {})
    row = attached(id, record, kind, **(attachment or {}))
    out = became or Became(State.MIGRATED, name=PLACES[kind])
    return Image(what, row, Blob(cells, body, cells, body), out, row, out)


def failed(
    id: int,
    record: int,
    what: str,
    stored: bytes | None,
    reason: str,
    kind: str = ARTWORK,
) -> Image:
    """An image that fails, until the object that its blob is of is put in its place."""
    body = jpeg(id)
    cells = blob_cells(id, body, {})
    row = attached(id, record, kind)
    after = Became(State.MIGRATED, name=PLACES[kind])
    return Image(
        what, row, Blob(cells, stored, cells, body), Became(State.FAILED, reason), row, after
    )


def unfit(
    id: int,
    record: int,
    what: str,
    content: bytes,
    reason: Reason,
    kind: str = ARTWORK,
    mended: bytes | None = None,
    values: Mapping[str, Value] | None = None,
) -> Image:
    """An image that is quarantined for its bytes, until there are others."""
    other = jpeg(id) if mended is None else mended
    blob = Blob(
        blob_cells(id, content, values or {}), content, blob_cells(id, other, values or {}), other
    )
    row = attached(id, record, kind)
    after = Became(State.MIGRATED, name=PLACES[kind])
    return Image(what, row, blob, Became(State.QUARANTINED, reason), row, after)


def held(
    id: int | None,
    record: int | None,
    what: str,
    reason: Reason,
    cause: str | None = None,
    kind: str = ARTWORK,
    attachment: Mapping[str, Value] | None = None,
    values: Mapping[str, Value] | None = None,
    mended: Mapping[str, Value] | None = None,
    mended_blob: Mapping[str, Value] | None = None,
    blob: int | None = None,
) -> Image:
    """An image that is quarantined for its rows, until they are mended.

    blob: the id of its blob, where that is not the attachment's. mended, mended_blob: the cells of
    both that are mended.
    """
    number = blob or id
    body = jpeg(number or 0)
    cells = blob_cells(number, body, values or {})
    then = {**blob_cells(number, body, {}), **(mended_blob or {})} if mended_blob else cells
    own = {} if blob is None else {"blob_id": blob}
    row = attached(id, record, kind, **own, **(attachment or {}))
    return Image(
        what,
        row,
        Blob(cells, body, then, body),
        Became(State.QUARANTINED, reason, cause),
        {**row, **(mended or {})},
        Became(State.MIGRATED, name=PLACES[kind]),
    )
