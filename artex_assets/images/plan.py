"""Which images there are, and which place each gets: a pure function of frames.

Source of the rules: domain.md, *Images*. An image is a legacy attachment; it has one row here.
"""

from collections.abc import Collection, Mapping

import polars as pl

from artex_assets.convert import dates, numbers, text
from artex_assets.images.sets import ImageSet, batch_of
from artex_assets.legacy.contract import ATTACHMENTS, BLOBS, NOT_UTF8, unreadable
from artex_assets.tables.declaration import Rules
from artex_assets.vocabulary import Change, Reason

COLUMNS: Mapping[str, type[pl.DataType] | pl.DataType] = {
    "attachment_id": pl.Int64,
    "occurrence": pl.Int64,
    "blob_id": pl.Int64,
    "key": pl.String,
    "batch": pl.String,
    "filename": pl.String,
    "content_type": pl.String,
    "metadata": pl.String,
    "byte_size": pl.Int64,
    "checksum": pl.String,
    "blob_created_at": pl.Datetime("us"),
    "created_at": pl.Datetime("us"),
    "blob_time_change": pl.String,
    "blob_time_was": pl.String,
    "time_change": pl.String,
    "time_was": pl.String,
    "record_id": pl.Int64,
    "legacy_name": pl.String,
    "name": pl.String,
    "reason": pl.String,
    "sentence": pl.String,
    "cause": pl.String,
    "merged_into": pl.Int64,
}
"""The columns of a plan.

attachment_id, blob_id: legacy ids; an attachment without an id has 0. occurrence: the how manieth
row of that id. record_id: the target's. name: the attachment's in the target. byte_size: bytes;
checksum: base64 MD5, null when legacy has none. Times are UTC. blob_time_change, time_change: the
Change code of a created_at that is not the legacy one, which is blob_time_was or time_was (text).
reason: why it is quarantined, else null. merged_into: the attachment that says the same. sentence:
of a reason, or of the merging.
"""


def plan(
    image_set: ImageSet,
    attachments: pl.DataFrame,
    blobs: pl.DataFrame,
    parents: pl.DataFrame,
    rules: Rules,
    batches: int,
) -> pl.DataFrame:
    """The images of a set, one row an attachment, with `COLUMNS`.

    attachments, blobs: legacy frames. parents: where the legacy records went (`legacy_id`, `id`,
    `reason`, `cause`), as `target.parents` gives it. batches: how many there are.
    """
    images = (
        _attachments(image_set, attachments, rules)
        .join(_blobs(blobs, rules), on="blob_id", how="left", maintain_order="left")
        .join(
            parents.select(
                pl.col("legacy_id").alias("legacy_record_id"),
                pl.col("id").alias("record_id"),
                pl.col("reason").alias("_parent_reason"),
                pl.col("cause").alias("_parent_cause"),
                pl.lit(True).alias("_known"),
            ),
            on="legacy_record_id",
            how="left",
            maintain_order="left",
        )
    )
    images = images.with_columns(batch_of(images["key"], batches))
    judged = _judged(image_set, images).with_columns(merged_into=pl.lit(None, pl.Int64))
    # Twice the same in legacy is one image; so are two that the target cannot keep apart.
    single = _merged(judged, "legacy_name")
    whole = _merged(_named(image_set, single), "name")
    says = pl.format("It says the same as the attachment {}.", "merged_into")
    return whole.with_columns(
        pl.col("attachment_id").fill_null(0), sentence=pl.coalesce("sentence", says)
    ).select(list(COLUMNS))


def unmapped_types(attachments: pl.DataFrame, sets: Mapping[str, ImageSet]) -> dict[str, int]:
    """How many attachments there are of each record type that no image set carries."""
    carried = [image_set.legacy_type for image_set in sets.values()]
    types = attachments.select(pl.col("record_type").fill_null("no record type"))
    others = types.filter(~pl.col("record_type").is_in(carried))
    return dict(others.group_by("record_type").len().sort("record_type").iter_rows())


def _attachments(image_set: ImageSet, attachments: pl.DataFrame, rules: Rules) -> pl.DataFrame:
    frame = ATTACHMENTS.complete(attachments).filter(pl.col("record_type") == image_set.legacy_type)
    schema = frame.schema
    return (
        frame.select(
            numbers.integer("id", schema["id"]).value.alias("attachment_id"),
            numbers.integer("blob_id", schema["blob_id"]).value.alias("blob_id"),
            numbers.integer("record_id", schema["record_id"]).value.alias("legacy_record_id"),
            text.required("name", schema["name"]).value.alias("legacy_name"),
            *_time("created_at", "time", schema, rules),
            _not_utf8(schema, ["name"]).alias("_unreadable"),
        )
        .sort("attachment_id", "blob_id", "legacy_record_id", "legacy_name", nulls_last=True)
        .with_columns(pl.int_range(1, pl.len() + 1).over("attachment_id").alias("occurrence"))
    )


def _blobs(blobs: pl.DataFrame, rules: Rules) -> pl.DataFrame:
    frame = BLOBS.complete(blobs)
    schema = frame.schema
    return (
        frame.select(
            numbers.integer("id", schema["id"]).value.alias("blob_id"),
            # A key is a name in a bucket: not a byte of it may change.
            pl.col("key").cast(pl.String),
            pl.col("filename").cast(pl.String),
            text.optional("content_type", schema["content_type"]).value.alias("content_type"),
            pl.col("metadata").cast(pl.String),
            numbers.integer("byte_size", schema["byte_size"]).value.alias("byte_size"),
            text.optional("checksum", schema["checksum"]).value.alias("checksum"),
            *_time("blob_created_at", "blob_time", schema, rules),
            # The service's name is not carried.
            _not_utf8(schema, set(BLOBS.columns) - {"service_name"}).alias("_unreadable_blob"),
        )
        .drop_nulls("blob_id")
        .with_columns(
            _blob=pl.lit(True),
            _same_blob=pl.len().over("blob_id"),
            # Blobs of one key that say different things cannot all be right about its object.
            _same_key=pl.struct("byte_size", "checksum").n_unique().over("key"),
        )
        .unique("blob_id", keep="first", maintain_order=True)
    )


def _not_utf8(schema: pl.Schema, carried: Collection[str]) -> pl.Expr:
    return unreadable(NOT_UTF8, carried) if NOT_UTF8 in schema else pl.lit(None, pl.String)


def _time(name: str, of: str, schema: pl.Schema, rules: Rules) -> list[pl.Expr]:
    """The legacy created_at as `name`, and what goes on record where it is no time."""
    time = dates.timestamp("created_at", schema["created_at"])
    day = pl.lit(rules.migration_date).cast(pl.Datetime("us"))
    imputed = pl.coalesce(time.change, pl.lit(str(Change.TIME_IMPUTED)))
    return [
        time.value.fill_null(day).alias(name),
        pl.when(time.value.is_null()).then(imputed).alias(f"{of}_change"),
        pl.col("created_at").alias(f"{of}_was"),
    ]


def _judged(image_set: ImageSet, images: pl.DataFrame) -> pl.DataFrame:
    """`images` with reason, sentence and cause where no retry can help; the first that applies."""
    nothing = pl.lit(None, pl.String)
    record = f"The {image_set.legacy_type} {{}} that it belongs to"
    table = image_set.table
    gone = pl.col("record_id").is_null()
    known = pl.col("_known").is_not_null()
    rules: list[tuple[Reason, pl.Expr, pl.Expr, pl.Expr]] = [
        (
            Reason.MISSING_KEY,
            pl.any_horizontal(pl.col("attachment_id", "blob_id", "legacy_record_id").is_null()),
            pl.lit("The attachment lacks its id, its record or its blob."),
            nothing,
        ),
        (
            Reason.DUPLICATE_KEY,
            (pl.len().over("attachment_id") > 1)
            & (
                pl.struct("blob_id", "legacy_record_id", "legacy_name")
                .n_unique()
                .over("attachment_id")
                > 1
            ),
            pl.lit("Several different attachments have this id."),
            nothing,
        ),
        (
            Reason.BLOB_MISSING,
            pl.col("_blob").is_null(),
            pl.format("The blob {} that it names is not in the legacy database.", "blob_id"),
            nothing,
        ),
        (
            Reason.TEXT_NOT_UTF8,
            pl.any_horizontal(pl.col("_unreadable", "_unreadable_blob").is_not_null()),
            pl.format(
                "The text of {} is in no encoding that can be read. Correct it.",
                pl.coalesce(
                    pl.format("its blob's {}", "_unreadable_blob"),
                    pl.format("its {}", "_unreadable"),
                ),
            ),
            nothing,
        ),
        (
            Reason.MISSING_VALUE,
            pl.any_horizontal(pl.col("key", "filename", "byte_size").is_null())
            | (pl.col("key") == ""),
            pl.lit("Its blob lacks its key, its file name or its size."),
            nothing,
        ),
        (
            Reason.DUPLICATE_KEY,
            (pl.col("_same_blob") > 1) | (pl.col("_same_key") > 1),
            pl.lit("Several blobs have its id or its key, and say different things of the object."),
            nothing,
        ),
        (
            Reason.PARENT_MISSING,
            gone & ~known,
            pl.format(f"{record} is not in the legacy database.", "legacy_record_id"),
            pl.format(f"{table} {{}}: {Reason.PARENT_MISSING}", "legacy_record_id"),
        ),
        (
            Reason.PARENT_DELETED,
            gone & (pl.col("_parent_reason") == str(Reason.PARENT_DELETED)),
            pl.format(f"{record} was deleted in the target.", "legacy_record_id"),
            pl.col("_parent_cause"),
        ),
        (
            Reason.PARENT_QUARANTINED,
            gone & known,
            pl.format(f"{record} is quarantined.", "legacy_record_id"),
            pl.col("_parent_cause"),
        ),
    ]
    reason, sentence, cause = nothing, nothing, nothing
    for code, where, says, root in reversed(rules):
        hit = where.fill_null(False)
        reason = pl.when(hit).then(pl.lit(str(code))).otherwise(reason)
        sentence = pl.when(hit).then(says).otherwise(sentence)
        cause = pl.when(hit).then(root).otherwise(cause)
    return images.with_columns(reason=reason, sentence=sentence, cause=cause)


def _named(image_set: ImageSet, images: pl.DataFrame) -> pl.DataFrame:
    """`images` with the name each gets in the target.

    The lowest id among those named like the set's first is first, else the record's lowest id.
    """
    if image_set.first is None:
        return images.with_columns(name=pl.lit(image_set.others))
    stands = pl.col("reason").is_null() & pl.col("merged_into").is_null()
    order = (
        pl.when(stands)
        .then(
            pl.struct(
                (pl.col("legacy_name") != image_set.first).alias("other"),
                pl.col("attachment_id"),
                pl.col("occurrence"),
            ).rank("ordinal")
        )
        .otherwise(None)
    )
    return images.with_columns(_order=order).with_columns(
        name=pl.when(pl.col("_order") == pl.col("_order").min().over("record_id"))
        .then(pl.lit(image_set.first))
        .otherwise(pl.lit(image_set.others))
    )


def _merged(images: pl.DataFrame, name: str) -> pl.DataFrame:
    """`images` with those of one record, `name` and object merged into that of the lowest id."""
    place = ["record_id", name, "key"]
    lowest = (
        images.filter(pl.col("reason").is_null() & pl.col("merged_into").is_null())
        .sort("attachment_id", "occurrence")
        .with_columns(
            pl.col("attachment_id").first().over(place).alias("_to"),
            pl.int_range(pl.len()).over(place).alias("_nth"),
        )
        .filter(pl.col("_nth") > 0)
        .select("attachment_id", "occurrence", "_to")
    )
    return (
        images.join(lowest, on=["attachment_id", "occurrence"], how="left", maintain_order="left")
        .with_columns(pl.coalesce("merged_into", "_to").alias("merged_into"))
        .drop("_to")
    )
