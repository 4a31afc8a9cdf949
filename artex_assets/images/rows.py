"""The Active Storage rows of migrated images, written with the ledger in one transaction.

They are written after the objects are proved, so that a row never points at nothing. Ids are
carried; one that the application has given away meanwhile is replaced by a new one (domain.md, *A
target that already has rows*).
"""

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import astuple, dataclass, field
from typing import Any

import polars as pl
from psycopg import sql

from artex_assets.database.connection import Connection
from artex_assets.database.copy import copy_out
from artex_assets.images.sets import ImageSet
from artex_assets.images.transfer import Obstacle
from artex_assets.target.schema import read_tables
from artex_assets.target.sequence import advance
from artex_assets.vocabulary import Change, Reason, State

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
    """Target ids of what is there now, and what the application was quicker to take.

    blobs: by key. attachments: by (legacy id, occurrence). place_taken: attachments whose record
    has another first image. key_taken: keys that another blob has.
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


def contested(connection: Connection, image_set: ImageSet, stand: pl.DataFrame) -> pl.DataFrame:
    """`stand` as the rows of the target leave it, before anything is copied.

    An image that is still to be done fails when a blob of its key has another size or checksum, and
    is quarantined when the application has given its record another first image. Where that other
    one is of this migration, it becomes one of the others.
    """
    open_ = pl.col("state").is_in([str(State.PENDING), str(State.FAILED)])
    keys = _foreign_blobs(connection)
    places = _first_images(connection, image_set)
    joined = stand.join(keys, on="key", how="left", maintain_order="left").join(
        places, on="record_id", how="left", maintain_order="left"
    )
    key_taken = (
        open_
        & (
            (pl.col("_size") != pl.col("byte_size"))
            | (
                pl.col("checksum").is_not_null()
                & pl.col("_checksum").ne_missing(pl.col("checksum"))
            )
        )
        & pl.col("_size").is_not_null()
    )
    place = (
        open_
        & (pl.col("name") == (image_set.first or ""))
        & pl.col("_place").is_not_null()
        & (pl.col("_place") != pl.col("key"))
    ).fill_null(False)
    ours = pl.col("_ours") == "t"
    return (
        joined.with_columns(_key_taken=key_taken.fill_null(False), _taken=place & ~ours)
        .with_columns(
            name=pl.when(place & ours).then(pl.lit(image_set.others)).otherwise("name"),
            state=pl.when("_taken")
            .then(pl.lit(str(State.QUARANTINED)))
            .when("_key_taken")
            .then(pl.lit(str(State.FAILED)))
            .otherwise("state"),
            reason=pl.when("_taken")
            .then(pl.lit(str(Reason.VALUE_TAKEN)))
            .when("_key_taken")
            .then(pl.lit(str(Obstacle.KEY_TAKEN)))
            .otherwise("reason"),
            sentence=pl.when("_taken")
            .then(pl.lit(PLACE_TAKEN))
            .when("_key_taken")
            .then(pl.lit(KEY_TAKEN))
            .otherwise("sentence"),
            blocked=pl.col("_taken") | pl.col("_key_taken"),
        )
        .select(*stand.columns, "blocked")
    )


PLACE_TAKEN = "The record has another image in the target that this migration did not put there."

KEY_TAKEN = (
    "The target has another blob with this key that this migration did not put there. "
    "Remove or rename that one, then retry."
)


def _foreign_blobs(connection: Connection) -> pl.DataFrame:
    """Key, `_size` (bytes) and `_checksum` of the blobs that are not known to be of a migration."""
    return copy_out(
        connection,
        sql.SQL(
            """
            SELECT blob.key, blob.byte_size, blob.checksum FROM active_storage_blobs AS blob
            WHERE NOT EXISTS (
                SELECT FROM artex_migration.images AS image
                WHERE image.target_blob_id = blob.id AND image.state = 'migrated'
            )
            """
        ),
        {"key": pl.String, "_size": pl.Int64, "_checksum": pl.String},
    )


def _first_images(connection: Connection, image_set: ImageSet) -> pl.DataFrame:
    """For each record with a first image: `_place`, its blob's key, and `_ours`, t or f."""
    return copy_out(
        connection,
        sql.SQL(
            """
            SELECT DISTINCT ON (attachment.record_id) attachment.record_id, blob.key,
                image.attachment_id IS NOT NULL
            FROM active_storage_attachments AS attachment
            JOIN active_storage_blobs AS blob ON blob.id = attachment.blob_id
            LEFT JOIN artex_migration.images AS image
                ON image.target_attachment_id = attachment.id
                AND image.image_set = {set} AND image.state = 'migrated'
            WHERE attachment.record_type = {type} AND attachment.name = {first}
            ORDER BY attachment.record_id, attachment.id
            """
        ).format(
            set=sql.Literal(image_set.name),
            type=sql.Literal(image_set.target_type),
            first=sql.Literal(image_set.first),
        ),
        {"record_id": pl.Int64, "_place": pl.String, "_ours": pl.String},
    )


def write(
    connection: Connection,
    image_set: ImageSet,
    blobs: Sequence[BlobRow],
    attachments: Sequence[AttachmentRow],
) -> Written:
    """Writes what is not there yet; what is there and says the same is taken as it is.

    Every attachment's blob is among `blobs`. A blob whose attachments have no place is not written.
    """
    written = Written()
    by_key = {blob.key: blob for blob in blobs}
    _find_blobs(connection, by_key, written)
    new = _find_attachments(connection, image_set, attachments, written)
    needed = {one.key for one in new} - written.blobs.keys()
    _insert_blobs(connection, [by_key[key] for key in sorted(needed)], written)
    # The application, or a run of the other set, may have put a blob of this key there just now.
    _find_blobs(connection, {key: by_key[key] for key in needed - written.blobs.keys()}, written)
    _insert_attachments(
        connection, image_set, [one for one in new if one.key in written.blobs], written
    )
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


def _find_blobs(connection: Connection, by_key: Mapping[str, BlobRow], written: Written) -> None:
    there = connection.execute(
        "SELECT key, id, byte_size, checksum FROM active_storage_blobs WHERE key = ANY(%s)",
        [list(by_key)],
    ).fetchall()
    for key, number, size, checksum in there:
        if (size, checksum) == (by_key[key].byte_size, by_key[key].checksum):
            written.blobs[key] = number
        else:
            written.key_taken.add(key)


def _find_attachments(
    connection: Connection,
    image_set: ImageSet,
    attachments: Sequence[AttachmentRow],
    written: Written,
) -> list[AttachmentRow]:
    """Those that are still to be written."""
    ours = [one for one in attachments if one.key not in written.key_taken]
    there = connection.execute(
        """
        SELECT record_id, name, blob_id, id FROM active_storage_attachments
        WHERE record_type = %s AND record_id = ANY(%s)
        """,
        [image_set.target_type, [one.record_id for one in ours]],
    ).fetchall()
    same = {(record, name, blob): number for record, name, blob, number in there}
    filled = {record for record, name, _, _ in there if name == image_set.first}
    new = []
    for one in ours:
        mark = (one.legacy_id, one.occurrence)
        number = same.get((one.record_id, one.name, written.blobs.get(one.key)))
        if number is not None:
            written.attachments[mark] = number
        elif one.name == image_set.first and one.record_id in filled:
            written.place_taken.add(mark)
        else:
            new.append(one)
    return new


def _insert_blobs(connection: Connection, blobs: Sequence[BlobRow], written: Written) -> None:
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
        ON CONFLICT (key) DO NOTHING
        RETURNING key, id
        """,
        _columns([astuple(blob) for blob in blobs], 9),
    ).fetchall()
    written.blobs.update((key, number) for key, number in inserted)


def _insert_attachments(
    connection: Connection,
    image_set: ImageSet,
    attachments: Sequence[AttachmentRow],
    written: Written,
) -> None:
    rows = [
        (
            one.legacy_id,
            one.name,
            image_set.target_type,
            one.record_id,
            written.blobs[one.key],
            one.created_at,
            one.occurrence,
        )
        for one in attachments
    ]
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
        _columns(rows, 7),
    ).fetchall()
    written.attachments.update(
        ((legacy, occurrence), number) for legacy, occurrence, number in inserted
    )


def _columns(rows: Sequence[tuple[Any, ...]], count: int) -> list[list[Any]]:
    return [[row[number] for row in rows] for number in range(count)]
