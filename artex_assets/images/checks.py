"""The checks of an image set: what the ledger says, held against snapshot, database and bucket."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import polars as pl
from psycopg import sql

from artex_assets.checks.finding import Finding, found
from artex_assets.database.connection import Connection
from artex_assets.database.copy import copy_out
from artex_assets.images import ledger
from artex_assets.images.sets import ImageSet
from artex_assets.vocabulary import Severity, State

DESCRIPTIONS: Mapping[str, str] = {
    "conservation": "Each legacy attachment has exactly one state in the ledger.",
    "completeness": "No image is failed or pending.",
    "objects": "Each migrated image's object is there with the right size and checksum.",
    "attachments": "Each migrated image's attachment leads to its record and its blob.",
    "orphan_blobs": "No blob that was migrated is without an attachment.",
    "service_name": "Each migrated blob names the target's service.",
    "quarantine": "No image is quarantined.",
    "warnings": "No migrated image is truncated, or otherwise odd.",
    "edits": "No migrated image was edited, replaced or removed in the target.",
}
"""What each check says when it passes."""

UNMAPPED = "unmapped_types"
UNMAPPED_DESCRIPTION = "Every legacy attachment is of a record type that an image set carries."

Objects = Callable[[], pl.DataFrame]
"""Lists the target: key (String), size (Int64, bytes), md5 (String, hexadecimal or null)."""

LEDGER = (*ledger.MARK, "key", "batch", "state", "reason", "sentence", "cause", "byte_size")
LEDGER += ("checksum", "warnings")


@dataclass(frozen=True)
class Rows:
    """The target's rows of migrated images, by what the ledger says of them.

    attachments: one row a migrated image: attachment_id, occurrence; `row_there` (Boolean, its
    blob), `there` (its attachment, of this blob), `record_there`; what attachment and blob say.
    orphans: ids of migrated blobs without any attachment, as `key`.
    """

    attachments: pl.DataFrame
    orphans: pl.DataFrame


def check(
    connection: Connection,
    image_set: ImageSet,
    planned: pl.DataFrame,
    service: str,
    objects: Objects,
) -> list[Finding]:
    """The findings of all checks of a set, in the order of `DESCRIPTIONS`."""
    lines = ledger.read(connection, image_set, LEDGER).sort(ledger.MARK)
    migrated = lines.filter(pl.col("state") == str(State.MIGRATED))
    there = rows_of(connection, image_set)
    known = migrated.join(there.attachments, on=ledger.MARK, maintain_order="left")
    kept = known.filter("there")
    return [
        conservation(planned, lines),
        completeness(lines.join(planned, on=ledger.MARK, how="semi", maintain_order="left")),
        # Whoever removes a picture in the application removes its rows and its object.
        objects_there(known.filter("row_there"), objects()),
        _found(
            "attachments",
            kept.filter(
                ~pl.col("record_there")
                | (pl.col("blob_key") != pl.col("key"))
                | (pl.col("blob_size") != pl.col("byte_size"))
                | pl.col("blob_checksum").ne_missing(pl.col("checksum"))
            ),
            "its record is gone, or its blob row says other than what was proved",
            f"{kept.height:,} attachments lead to their records and blobs",
            "Attachments that lead nowhere, or to another blob",
        ),
        found(
            "orphan_blobs",
            there.orphans.select(
                pl.format("blob {}", "key").alias("key"),
                pl.lit("no attachment names this blob").alias("reason"),
            ),
            "Every migrated blob has an attachment",
            "Migrated blobs without an attachment",
        ),
        _found(
            "service_name",
            kept.filter(pl.col("service_name") != service),
            f"its blob names another service than {service}",
            f"Every migrated blob is of the service {service}",
            f"Blobs of another service than {service}",
        ),
        quarantine(lines.join(planned, on=ledger.MARK, how="semi", maintain_order="left")),
        _found(
            "warnings",
            migrated.filter(pl.col("warnings").is_not_null()),
            pl.format("migrated as it is in the source: {}", "warnings"),
            "Every migrated image is whole",
            "Images that are odd in the source, too",
            Severity.WARN,
        ),
        edits(image_set, planned, known),
    ]


def unmapped_types(counts: Mapping[str, int]) -> Finding:
    """Warns of record types that no image set carries, with how many attachments each has."""
    offenders = pl.DataFrame(
        {
            "key": list(counts),
            "reason": [f"{count:,} attachments are not carried" for count in counts.values()],
        },
        schema={"key": pl.String, "reason": pl.String},
    )
    return found(
        UNMAPPED,
        offenders,
        "Every attachment is of a type that an image set carries",
        "Record types whose attachments are not carried",
        Severity.WARN,
    )


def edits(image_set: ImageSet, planned: pl.DataFrame, known: pl.DataFrame) -> Finding:
    """Warns of migrated images that are not in the target as legacy has them, on either side."""
    plan = planned.select(
        *ledger.MARK,
        pl.col("record_id").alias("_record"),
        pl.col("filename").alias("_filename"),
        pl.col("key").alias("_key"),
        pl.col("checksum").alias("_checksum"),
    )
    names = [name for name in (image_set.first, image_set.others) if name is not None]
    moved = (
        (pl.col("record_type") != image_set.target_type)
        | ~pl.col("name").is_in(names)
        | (pl.col("record_id") != pl.col("_record"))
    )
    other = (pl.col("_key") != pl.col("key")) | (pl.col("_checksum") != pl.col("checksum"))
    edited = known.join(plan, on=ledger.MARK, how="left", maintain_order="left").with_columns(
        edit=pl.when(~pl.col("there"))
        .then(pl.lit("it was replaced or removed in the target, and is not put there again"))
        .when(moved)
        .then(pl.lit("it was given to another record or place in the target, and is left there"))
        .when(pl.col("filename") != pl.col("_filename"))
        .then(pl.lit("its file name was changed in the target, and is left so"))
        .when(other)
        .then(pl.lit("legacy has another picture now; the one that was migrated stays"))
    )
    return _found(
        "edits",
        edited.filter(pl.col("edit").is_not_null()),
        pl.col("edit"),
        "No migrated image was edited, replaced or removed",
        "Images that were edited, replaced or removed",
        Severity.WARN,
    )


def conservation(planned: pl.DataFrame, lines: pl.DataFrame) -> Finding:
    """Fails with attachments that the ledger does not have, or has in a state that is none."""
    mark = ledger.MARK
    states = [str(state) for state in State if state != State.LOADED]
    missing = planned.join(lines, on=mark, how="anti", maintain_order="left").select(
        pl.col("attachment_id").cast(pl.String).alias("key"),
        pl.lit("the ledger does not have it").alias("reason"),
    )
    odd = lines.filter(~pl.col("state").is_in(states)).select(
        pl.col("attachment_id").cast(pl.String).alias("key"),
        pl.format("its state is {}", "state").alias("reason"),
    )
    counts = lines.join(planned, on=mark, how="semi")["state"].value_counts(sort=True)
    parts = " + ".join(f"{count:,} {state}" for state, count in counts.iter_rows()) or "none"
    return found(
        "conservation",
        pl.concat([missing, odd]),
        f"{planned.height:,} legacy images = {parts}",
        "Images that are not accounted for",
    )


def completeness(lines: pl.DataFrame) -> Finding:
    """Fails with the images that are failed or pending, each with its reason."""
    open_ = lines.filter(pl.col("state").is_in([str(State.FAILED), str(State.PENDING)]))
    offenders = open_.select(
        pl.col("attachment_id").cast(pl.String).alias("key"),
        pl.format(
            "{} in batch {}: {}",
            pl.coalesce("reason", "state"),
            pl.col("batch").fill_null("none"),
            pl.col("sentence").fill_null("It was not taken up yet."),
        ).alias("reason"),
    )
    return found("completeness", offenders, "No image is failed or pending", "Images to be done")


def objects_there(migrated: pl.DataFrame, listed: pl.DataFrame) -> Finding:
    """Fails with the migrated images whose object is absent or another one."""
    objects = listed.select(
        "key", pl.col("size").alias("_size"), pl.col("md5").alias("_md5")
    ).unique("key", keep="any")
    ours = pl.col("checksum").str.decode("base64").bin.encode("hex")
    wrong = migrated.join(objects, on="key", how="left", maintain_order="left").with_columns(
        reason=pl.when(pl.col("_size").is_null())
        .then(pl.lit("the object is not there"))
        .when(pl.col("_size") != pl.col("byte_size"))
        .then(pl.format("the object has {} bytes, not {}", "_size", "byte_size"))
        .when(pl.col("_md5").is_not_null() & (pl.col("_md5") != ours))
        .then(pl.lit("the object has another checksum"))
    )
    return found(
        "objects",
        wrong.drop_nulls("reason").select(
            pl.col("attachment_id").cast(pl.String).alias("key"), "reason"
        ),
        f"{migrated.height:,} objects are there as they were proved",
        "Objects that are absent or other ones",
    )


def quarantine(lines: pl.DataFrame) -> Finding:
    """Warns of the quarantined images, each with its reason."""
    return _found(
        "quarantine",
        lines.filter(pl.col("state") == str(State.QUARANTINED)),
        pl.format(
            "{}: {}{}",
            "reason",
            pl.col("sentence").fill_null(""),
            pl.when(pl.col("cause").is_not_null())
            .then(pl.format(" Root cause: {}.", "cause"))
            .otherwise(pl.lit("")),
        ),
        "No image is quarantined",
        "Quarantined images",
        Severity.WARN,
    )


def rows_of(connection: Connection, image_set: ImageSet) -> Rows:
    """What the target has of the images that the ledger calls migrated."""
    names = {"record": sql.Identifier(image_set.table), "set": sql.Literal(image_set.name)}
    flags = ["row_there", "there", "record_there"]
    attachments = copy_out(
        connection,
        sql.SQL(
            """
            SELECT image.attachment_id, image.occurrence, (blob.id IS NOT NULL)::int,
                (blob.id IS NOT NULL AND attachment.id IS NOT NULL)::int,
                (record.id IS NOT NULL)::int,
                attachment.record_type, attachment.record_id, attachment.name,
                blob.filename, blob.service_name, blob.key, blob.byte_size, blob.checksum
            FROM artex_migration.images AS image
            LEFT JOIN active_storage_blobs AS blob ON blob.id = image.target_blob_id
            LEFT JOIN active_storage_attachments AS attachment
                ON attachment.id = image.target_attachment_id AND attachment.blob_id = blob.id
            LEFT JOIN {record} AS record ON record.id = attachment.record_id
            WHERE image.image_set = {set} AND image.state = 'migrated'
            """
        ).format(**names),
        {
            "attachment_id": pl.Int64,
            "occurrence": pl.Int64,
            **dict.fromkeys(flags, pl.Int64),
            "record_type": pl.String,
            "record_id": pl.Int64,
            "name": pl.String,
            "filename": pl.String,
            "service_name": pl.String,
            "blob_key": pl.String,
            "blob_size": pl.Int64,
            "blob_checksum": pl.String,
        },
    ).with_columns(pl.col(flags).cast(pl.Boolean))
    orphans = copy_out(
        connection,
        sql.SQL(
            """
            SELECT DISTINCT blob.id FROM artex_migration.images AS image
            JOIN active_storage_blobs AS blob ON blob.id = image.target_blob_id
            WHERE image.image_set = {set} AND image.state = 'migrated' AND NOT EXISTS (
                SELECT FROM active_storage_attachments AS attachment
                WHERE attachment.blob_id = blob.id
            ) ORDER BY blob.id
            """
        ).format(**names),
        {"key": pl.Int64},
    )
    return Rows(attachments, orphans)


def _found(
    name: str,
    offenders: pl.DataFrame,
    reason: str | pl.Expr,
    good: str,
    bad: str,
    severity: Severity = Severity.ERROR,
) -> Finding:
    """A finding about images, each named by its attachment's legacy id."""
    why = pl.lit(reason) if isinstance(reason, str) else reason
    rows = offenders.select(
        pl.col("attachment_id").cast(pl.String).alias("key"), why.alias("reason")
    )
    return found(name, rows, good, bad, severity)
