"""The Active Storage rows of migrated images, written with the ledger in one transaction.

They are written after the objects are proved, so that a row never points at nothing. Ids are
carried; one that the application has given away meanwhile is replaced by a new one (domain.md, *A
target that already has rows*).
"""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from artex_assets.database.connection import Connection
from artex_assets.images.sets import ImageSet
from artex_assets.target.schema import read_tables
from artex_assets.target.sequence import advance
from artex_assets.vocabulary import Change

BLOBS, ATTACHMENTS = "active_storage_blobs", "active_storage_attachments"


@dataclass(frozen=True)
class BlobRow:
    """A blob as it is to be in the target. byte_size: bytes. checksum: base64 MD5. Times: UTC."""

    legacy_id: int
    key: str
    filename: str
    content_type: str | None
    metadata: str | None
    service_name: str
    byte_size: int
    checksum: str
    created_at: datetime.datetime


@dataclass(frozen=True)
class AttachmentRow:
    """An attachment as it is to be in the target, of the blob with `key`."""

    legacy_id: int
    occurrence: int
    name: str
    record_id: int
    key: str
    created_at: datetime.datetime


@dataclass
class Written:
    """Target ids of what is there now, and the attachments whose place another blob has.

    blobs: by key. attachments: by (legacy id, occurrence).
    """

    blobs: dict[str, int] = field(default_factory=dict)
    attachments: dict[tuple[int, int], int] = field(default_factory=dict)
    place_taken: set[tuple[int, int]] = field(default_factory=set)
    key_taken: set[str] = field(default_factory=set)


def reserve(connection: Connection, highest_blob: int, highest_attachment: int) -> None:
    """Puts both id sequences past every legacy id, before one of these is used."""
    tables = read_tables(connection, [BLOBS, ATTACHMENTS])
    advance(connection, tables[BLOBS], highest_blob)
    advance(connection, tables[ATTACHMENTS], highest_attachment)


def keys_taken(connection: Connection, blobs: Sequence[tuple[str, int, str | None]]) -> set[str]:
    """Those keys that a blob row of the target has with another size or checksum.

    blobs: key, bytes and checksum (None: unknown) as legacy says.
    """
    found = connection.execute(
        """
        SELECT blob.key FROM active_storage_blobs AS blob
        JOIN unnest(%s::text[], %s::bigint[], %s::text[]) AS ours (key, byte_size, checksum)
            ON ours.key = blob.key
        WHERE blob.byte_size <> ours.byte_size OR blob.checksum <> ours.checksum
        """,
        [list(column) for column in zip(*blobs, strict=True)] or [[], [], []],
    )
    return {row[0] for row in found.fetchall()}


def write(
    connection: Connection,
    image_set: ImageSet,
    blobs: Sequence[BlobRow],
    attachments: Sequence[AttachmentRow],
) -> Written:
    """Writes what is not there yet; what is there and says the same is taken as it is."""
    written = Written()
    _write_blobs(connection, blobs, written)
    _write_attachments(connection, image_set, attachments, written)
    return written


def record(
    connection: Connection,
    table: str,
    column: str,
    change: Change,
    cells: Sequence[tuple[int, str | None, str | None]],
    run_id: str,
) -> None:
    """Puts cells (legacy id, original, new) on record, once."""
    if not cells:
        return
    with connection.cursor() as cursor:
        cursor.executemany(
            """
            INSERT INTO artex_migration.records
                (table_name, key, other_key, column_name, original, new, code, run_id)
            VALUES (%s, %s, 0, %s, %s, %s, %s, %s) ON CONFLICT DO NOTHING
            """,
            [(table, key, column, was, new, str(change), run_id) for key, was, new in cells],
        )


def _write_blobs(connection: Connection, blobs: Sequence[BlobRow], written: Written) -> None:
    by_key = {blob.key: blob for blob in blobs}
    there = connection.execute(
        "SELECT key, id, byte_size, checksum FROM active_storage_blobs WHERE key = ANY(%s)",
        [list(by_key)],
    ).fetchall()
    for key, number, size, checksum in there:
        if (size, checksum) == (by_key[key].byte_size, by_key[key].checksum):
            written.blobs[key] = number
        else:
            written.key_taken.add(key)
    new = [
        blob
        for key, blob in by_key.items()
        if key not in written.blobs and key not in written.key_taken
    ]
    if not new:
        return
    rows = [
        (
            blob.legacy_id,
            blob.key,
            blob.filename,
            blob.content_type,
            blob.metadata,
            blob.service_name,
            blob.byte_size,
            blob.checksum,
            blob.created_at,
        )
        for blob in new
    ]
    inserted = connection.execute(
        """
        INSERT INTO active_storage_blobs
            (id, key, filename, content_type, metadata, service_name, byte_size, checksum,
            created_at)
        OVERRIDING SYSTEM VALUE
        SELECT CASE WHEN taken.id IS NULL THEN ours.id
                ELSE nextval(pg_get_serial_sequence('active_storage_blobs', 'id')) END,
            ours.key, ours.filename, ours.content_type, ours.metadata, ours.service_name,
            ours.byte_size, ours.checksum, ours.created_at
        FROM unnest(%s::bigint[], %s::text[], %s::text[], %s::text[], %s::text[], %s::text[],
            %s::bigint[], %s::text[], %s::timestamp[])
            AS ours (id, key, filename, content_type, metadata, service_name, byte_size, checksum,
                created_at)
        LEFT JOIN active_storage_blobs AS taken ON taken.id = ours.id
        RETURNING key, id
        """,
        _columns(rows),
    ).fetchall()
    written.blobs.update((key, number) for key, number in inserted)


def _write_attachments(
    connection: Connection,
    image_set: ImageSet,
    attachments: Sequence[AttachmentRow],
    written: Written,
) -> None:
    ours = [one for one in attachments if one.key in written.blobs]
    there = connection.execute(
        """
        SELECT record_id, name, blob_id, id FROM active_storage_attachments
        WHERE record_type = %s AND record_id = ANY(%s)
        """,
        [image_set.target_type, [one.record_id for one in ours]],
    ).fetchall()
    same = {(record, name, blob): number for record, name, blob, number in there}
    filled = {record for record, name, _, _ in there if name == image_set.first}
    rows = []
    for one in ours:
        mark, blob = (one.legacy_id, one.occurrence), written.blobs[one.key]
        number = same.get((one.record_id, one.name, blob))
        if number is not None:
            written.attachments[mark] = number
        elif one.name == image_set.first and one.record_id in filled:
            written.place_taken.add(mark)
        else:
            rows.append(
                (
                    one.legacy_id,
                    one.name,
                    image_set.target_type,
                    one.record_id,
                    blob,
                    one.created_at,
                    one.occurrence,
                )
            )
    if not rows:
        return
    inserted = connection.execute(
        """
        WITH ours AS (
            SELECT ours.*, CASE WHEN taken.id IS NULL THEN ours.legacy_id
                ELSE nextval(pg_get_serial_sequence('active_storage_attachments', 'id')) END AS id
            FROM unnest(%s::bigint[], %s::text[], %s::text[], %s::bigint[], %s::bigint[],
                %s::timestamp[], %s::bigint[])
                AS ours (legacy_id, name, record_type, record_id, blob_id, created_at, occurrence)
            LEFT JOIN active_storage_attachments AS taken ON taken.id = ours.legacy_id
        ), written AS (
            INSERT INTO active_storage_attachments
                (id, name, record_type, record_id, blob_id, created_at)
            OVERRIDING SYSTEM VALUE
            SELECT id, name, record_type, record_id, blob_id, created_at FROM ours
        )
        SELECT legacy_id, occurrence, id FROM ours
        """,
        _columns(rows),
    ).fetchall()
    written.attachments.update(
        ((legacy, occurrence), number) for legacy, occurrence, number in inserted
    )


def _columns(rows: Sequence[tuple[Any, ...]]) -> list[list[Any]]:
    return [list(column) for column in zip(*rows, strict=True)]
