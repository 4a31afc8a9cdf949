"""The ledger: one row an image, saying where it stands, in the target database.

It is written in the transaction that writes the blob and attachment rows, so that what it says of
them is true at any moment.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import polars as pl
from psycopg import sql

from artex_assets.database.connection import Connection
from artex_assets.database.copy import copy_in, copy_out
from artex_assets.images.sets import ImageSet
from artex_assets.vocabulary import Reason, State

TABLE = sql.Identifier("artex_migration", "images")

COLUMNS: Mapping[str, type[pl.DataType]] = {
    "attachment_id": pl.Int64,
    "occurrence": pl.Int64,
    "blob_id": pl.Int64,
    "key": pl.String,
    "batch": pl.String,
    "state": pl.String,
    "reason": pl.String,
    "sentence": pl.String,
    "cause": pl.String,
    "attempts": pl.Int64,
    "byte_size": pl.Int64,
    "checksum": pl.String,
    "proof": pl.String,
    "source_verified": pl.String,
    "warnings": pl.String,
    "target_blob_id": pl.Int64,
    "target_attachment_id": pl.Int64,
}
"""byte_size is bytes and checksum the base64 MD5 of what is in the target, once it is migrated.

source_verified: `f` where legacy had no checksum to compare with.
"""

MARK = ["attachment_id", "occurrence"]
"""What identifies an image of a set."""

FINAL = [
    str(reason)
    for reason in (
        Reason.IMAGE_EMPTY,
        Reason.IMAGE_NOT_RECOGNIZED,
        Reason.IMAGE_HAS_SCRIPT,
        Reason.IMAGE_TOO_LARGE,
    )
]
"""Reasons that no retry mends, as long as legacy names the same bytes."""

DONE = [str(State.MIGRATED), str(State.ACCEPTED)]
"""States that no later run takes up again."""


@dataclass(frozen=True)
class Entry:
    """What the ledger is to say of one image; an attachment without an id has 0."""

    attachment_id: int
    occurrence: int
    state: State
    reason: str | None = None
    sentence: str | None = None
    cause: str | None = None
    blob_id: int | None = None
    key: str | None = None
    batch: str | None = None
    attempts: int = 0
    byte_size: int | None = None
    checksum: str | None = None
    proof: str | None = None
    source_verified: bool | None = None
    warnings: str | None = None
    target_blob_id: int | None = None
    target_attachment_id: int | None = None


def read(
    connection: Connection, image_set: ImageSet, columns: Sequence[str] = tuple(COLUMNS)
) -> pl.DataFrame:
    """The ledger of a set: `columns` of it."""
    query = sql.SQL("SELECT {columns} FROM {table} WHERE image_set = {name}").format(
        columns=_names(columns), table=TABLE, name=sql.Literal(image_set.name)
    )
    return copy_out(connection, query, {name: COLUMNS[name] for name in columns})


def lines(entries: Sequence[Entry]) -> pl.DataFrame:
    """`entries` as lines of the ledger, with `COLUMNS`."""
    return pl.DataFrame([_cells(entry) for entry in entries], schema=dict(COLUMNS))


def write(connection: Connection, image_set: ImageSet, told: pl.DataFrame, run_id: str) -> None:
    """Makes the ledger say what the lines `told` say; what it says already is not written.

    attempts are added to those before.
    """
    _merge(connection, image_set, told, run_id, _UPDATE)


def add(connection: Connection, image_set: ImageSet, told: pl.DataFrame, run_id: str) -> None:
    """Writes those of the lines `told` whose image is not in the ledger."""
    _merge(connection, image_set, told, run_id, sql.SQL("DO NOTHING"))


def forget(connection: Connection, image_set: ImageSet, marks: pl.DataFrame) -> None:
    """Removes the lines of `marks`, unless they are done: legacy does not have them any more."""
    if marks.is_empty():
        return
    connection.execute(
        sql.SQL(
            "DELETE FROM {table} AS line USING unnest(%s::bigint[], %s::bigint[])"
            " AS gone (attachment_id, occurrence) WHERE line.image_set = %s"
            " AND line.attachment_id = gone.attachment_id AND line.occurrence = gone.occurrence"
            " AND line.state <> ALL(%s)"
        ).format(table=TABLE),
        [*(marks[name].to_list() for name in MARK), image_set.name, DONE],
    )


def move(connection: Connection, image_set: ImageSet, moved: pl.DataFrame) -> None:
    """Writes the `batch` of images that are in another one, since the count of batches changed."""
    if moved.is_empty():
        return
    names = [*MARK, "batch"]
    connection.execute(
        sql.SQL(
            "UPDATE {table} AS line SET batch = moved.batch"
            " FROM unnest(%s::bigint[], %s::bigint[], %s::text[])"
            " AS moved (attachment_id, occurrence, batch) WHERE line.image_set = %s"
            " AND line.attachment_id = moved.attachment_id AND line.occurrence = moved.occurrence"
        ).format(table=TABLE),
        [*(moved[name].to_list() for name in names), image_set.name],
    )


def stand(known: pl.DataFrame, planned: pl.DataFrame) -> pl.DataFrame:
    """`planned` with the `state` of each image, and the reason, sentence and cause that go with it.

    known: the ledger. What the ledger calls done stays so. A failure is kept until it is tried
    again. Everything else is what the plan says now.
    """
    before = known.select(
        *MARK,
        *(
            pl.col(name).alias(f"_{name}")
            for name in ("state", "reason", "sentence", "byte_size", "checksum")
        ),
    )
    joined = planned.join(before, on=MARK, how="left", maintain_order="left")
    done = pl.col("_state").is_in(DONE)
    # What the bytes are does not change on a retry, unless legacy names other bytes now.
    final = (
        (pl.col("_state") == str(State.QUARANTINED))
        & pl.col("_reason").is_in(FINAL)
        & pl.col("_byte_size").eq_missing(pl.col("byte_size"))
        & pl.col("_checksum").eq_missing(pl.col("checksum"))
    )
    unplanned = pl.col("reason").is_null() & pl.col("merged_into").is_null()
    failed = pl.col("_state") == str(State.FAILED)
    kept = done | unplanned & (final | failed)
    state = (
        pl.when(kept.fill_null(False))
        .then("_state")
        .when(pl.col("reason").is_not_null())
        .then(pl.lit(str(State.QUARANTINED)))
        .when(pl.col("merged_into").is_not_null())
        .then(pl.lit(str(State.MERGED)))
        .otherwise(pl.lit(str(State.PENDING)))
    )
    return joined.with_columns(
        state=state,
        reason=pl.when(kept).then("_reason").otherwise("reason"),
        sentence=pl.when(kept).then("_sentence").otherwise("sentence"),
        cause=pl.when(kept).then(None).otherwise("cause"),
    ).drop("_state", "_reason", "_sentence", "_byte_size", "_checksum")


def _merge(
    connection: Connection,
    image_set: ImageSet,
    told: pl.DataFrame,
    run_id: str,
    conflict: sql.Composable,
) -> None:
    if told.is_empty():
        return
    connection.execute(
        sql.SQL(
            "CREATE TEMPORARY TABLE artex_images AS SELECT {columns} FROM {table} WITH NO DATA"
        ).format(columns=_names(COLUMNS), table=TABLE)
    )
    copy_in(connection, sql.Identifier("artex_images"), list(COLUMNS), told)
    connection.execute(
        sql.SQL(
            "INSERT INTO {table} AS old (image_set, run_id, {columns})"
            " SELECT %s, %s, {columns} FROM artex_images"
            " ON CONFLICT (image_set, attachment_id, occurrence) {conflict}"
        ).format(table=TABLE, columns=_names(COLUMNS), conflict=conflict),
        [image_set.name, run_id],
    )
    connection.execute("DROP TABLE artex_images")


def _names(columns: Iterable[str]) -> sql.Composable:
    return sql.SQL(", ").join(map(sql.Identifier, columns))


_SAID = [name for name in COLUMNS if name not in (*MARK, "attempts")]

_UPDATE = sql.SQL(
    """
    DO UPDATE SET
        ({said}, attempts, run_id, changed_at) = (
            SELECT {excluded}, old.attempts + excluded.attempts, excluded.run_id,
                now() AT TIME ZONE 'UTC'
        )
    WHERE excluded.attempts > 0 OR ({old}) IS DISTINCT FROM ({excluded})
    """
).format(
    said=_names(_SAID),
    excluded=sql.SQL(", ").join(sql.SQL("excluded.{}").format(sql.Identifier(n)) for n in _SAID),
    old=sql.SQL(", ").join(sql.SQL("old.{}").format(sql.Identifier(n)) for n in _SAID),
)


def _cells(entry: Entry) -> dict[str, Any]:
    cells = {name: getattr(entry, name) for name in COLUMNS}
    cells["state"] = str(entry.state)
    verified = entry.source_verified
    cells["source_verified"] = None if verified is None else ("t" if verified else "f")
    return cells
