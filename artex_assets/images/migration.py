"""The migration of an image set: what is to be done, the copying, and the commit in small groups.

Killed at any moment, a new run finds in the ledger what is done, and in the target's bucket what is
copied but not written down: that is adopted when its bytes are proved.
"""

import time
from collections.abc import Callable, Iterator, Sequence
from itertools import groupby
from operator import itemgetter
from typing import Any

import polars as pl

from artex_assets.database.connection import Connection
from artex_assets.errors import StorageError
from artex_assets.images import ledger, rows
from artex_assets.images.inspection import Inspection, inspect
from artex_assets.images.job import Batch, Job
from artex_assets.images.ledger import Entry
from artex_assets.images.locks import lock_plan
from artex_assets.images.naming import content_disposition, source_key, stored_content_type
from artex_assets.images.transfer import (
    Copied,
    Inspected,
    Item,
    NotCopied,
    Obstacle,
)
from artex_assets.vocabulary import Change, Reason, State

GROUP = 100
"""Images that are committed together at most."""

GROUP_SECONDS = 1.0

NO_RETRY = "No retry mends it: replace the picture in the old application, or accept the loss."

LOOKS = 3
"""Objects that are asked for before the work begins, to see that the source lets them be read."""

SAMPLES = 6
"""Pictures a batch that are kept for its contact sheet."""

SAMPLE_BYTES = 2 * 1024 * 1024
SAMPLE_PIXELS = 25_000_000
"""Larger pictures are not kept for it."""

Transact = Callable[[Callable[[Connection], Any]], Any]
"""Runs a function of a connection in one transaction on the target, again when it must."""


def migrate(
    transact: Transact,
    job: Job,
    planned: pl.DataFrame,
    batches: Sequence[str],
) -> Iterator[Batch]:
    """Migrates the images of `batches` that are not done; yields each batch when it is finished.

    planned: the plan of the whole set. The caller holds the locks of `batches`. Raises StorageError
    when no image would fare better; what was copied before is committed.
    """
    chosen = transact(lambda connection: _noted(connection, job, planned, batches))
    yield from _Run(transact, job, chosen, list(batches)).batches()


def _noted(
    connection: Connection, job: Job, planned: pl.DataFrame, batches: Sequence[str]
) -> pl.DataFrame:
    """The images of `batches` with their states, after the ledger has a line for each of the set.

    Lines of other batches are only added: whoever works on these decides what they say.
    """
    lock_plan(connection, job.image_set)
    known = ledger.read(connection, job.image_set)
    stand = ledger.stand(known, planned)
    mine = pl.col("batch").is_in(list(batches))
    others = stand.filter(~mine.fill_null(False)).join(known, on=ledger.MARK, how="anti")
    chosen = stand.filter(mine)
    moved = chosen.join(
        known.select(*ledger.MARK, pl.col("batch").alias("_batch")), on=ledger.MARK
    ).filter(pl.col("_batch").ne_missing(pl.col("batch")))
    ledger.move(connection, job.image_set, moved)
    open_ = chosen["state"].is_in([str(State.PENDING), str(State.FAILED)]).any()
    chosen = chosen.with_columns(blocked=pl.lit(False))
    if open_:
        chosen = rows.contested(connection, job.image_set, chosen.drop("blocked"))
        rows.reserve(connection, *job.highest)
    told = ["state", "reason", "sentence", "cause", "key", "blob_id"]
    new = chosen.filter(~pl.col("state").is_in(ledger.DONE)).join(
        known.select(*ledger.MARK, *told), on=[*ledger.MARK, *told], how="anti", nulls_equal=True
    )
    gone = known.filter(~pl.col("state").is_in(ledger.DONE)).join(
        planned, on=ledger.MARK, how="anti"
    )
    ledger.forget(connection, job.image_set, gone)
    ledger.write(connection, job.image_set, _lines(new), job.run_id)
    ledger.add(connection, job.image_set, _lines(others), job.run_id)
    return chosen


def _lines(stand: pl.DataFrame) -> pl.DataFrame:
    """Images that are not done as lines of the ledger."""
    told = [name for name in ledger.COLUMNS if name in stand.columns]
    nothing = [name for name in ledger.COLUMNS if name not in stand.columns and name != "attempts"]
    return stand.select(
        *told,
        pl.lit(0, pl.Int64).alias("attempts"),
        *(pl.lit(None, ledger.COLUMNS[name]).alias(name) for name in nothing),
    )


class _Run:
    """One pass over the work of some batches."""

    def __init__(
        self, transact: Transact, job: Job, chosen: pl.DataFrame, batches: list[str]
    ) -> None:
        self.transact = transact
        self.job = job
        self.found = {key: Batch(key) for key in batches}
        for key, state, count in chosen.group_by("batch", "state").len().iter_rows():
            self.found[key].states[state] = count
            self.found[key].images += count
        open_ = pl.col("state").is_in([str(State.PENDING), str(State.FAILED)])
        for row in chosen.filter(open_ & pl.col("blocked")).iter_rows(named=True):
            batch = self.found[row["batch"]]
            batch.states[row["state"]] -= 1
            batch.tell(_failed(row, row["reason"], row["sentence"], attempts=0))
        work = chosen.filter(open_ & ~pl.col("blocked")).sort("batch", "key", *ledger.MARK)
        self.work = work if job.limit is None else work.head(job.limit)
        self.open = dict.fromkeys(batches, 0)
        for key, count in self.work.group_by("batch").agg(pl.n_unique("key")).iter_rows():
            self.open[key] = count
        # Those under way, by key: a blob of several attachments is copied once for them all.
        self.images: dict[str, list[dict[str, Any]]] = {}
        self.began: dict[str, float] = {}

    def batches(self) -> Iterator[Batch]:
        """Does the work; yields batches as they finish, those without work first."""
        for key, left in self.open.items():
            if not left:
                yield self.found[key]
        if self.work.is_empty():
            return
        looks = self.work["key"].unique(maintain_order=True).head(LOOKS)
        self.job.copy.preflight([source_key(self.job.template, key) for key in looks])
        group: list[Copied | NotCopied] = []
        last = time.monotonic()
        try:
            for result in self.job.copy(self._items(), self._inspect):
                group.append(result)
                if len(group) >= GROUP or time.monotonic() - last > GROUP_SECONDS:
                    done, group = group, []
                    yield from self._commit(done)
                    last = time.monotonic()
        except StorageError:
            yield from self._commit(group)
            raise
        yield from self._commit(group)

    def _items(self) -> Iterator[Item]:
        """What is to be copied. It is taken from the transfer's thread, a little ahead."""
        for key, same in groupby(self.work.iter_rows(named=True), itemgetter("key")):
            images = list(same)
            image = images[0]
            self.images[key] = images
            self.began.setdefault(image["batch"], time.monotonic())
            yield Item(
                source_key=source_key(self.job.template, key),
                key=key,
                size=image["byte_size"],
                md5=image["checksum"],
                content_type=image["content_type"],
                disposition=content_disposition(image["filename"], image["content_type"] or ""),
            )

    def _inspect(self, item: Item, head: bytes, tail: bytes, size: int) -> Inspected:
        seen = inspect(head, tail, size, item.content_type, self.job.max_pixels)
        if seen.quarantine:
            return Inspected(None, str(seen.quarantine), seen.sentence, NO_RETRY, seen)
        samples = self.found[self.images[item.key][0]["batch"]].samples
        pixels = (seen.width or SAMPLE_PIXELS) * (seen.height or SAMPLE_PIXELS)
        small = size <= min(len(head), SAMPLE_BYTES) and pixels <= SAMPLE_PIXELS
        if small and len(samples) < SAMPLES:
            samples.append(head)
        stored = stored_content_type(seen.content_type) if seen.content_type else None
        return Inspected(stored, note=seen)

    def _commit(self, group: Sequence[Copied | NotCopied]) -> Iterator[Batch]:
        if not group:
            return
        entries: list[list[Entry]] = self.transact(
            lambda connection: self._write(connection, group)
        )
        for result, told in zip(group, entries, strict=True):
            images = self.images.pop(result.item.key)
            batch = self.found[images[0]["batch"]]
            for image, entry in zip(images, told, strict=True):
                batch.states[image["state"]] -= 1
                batch.tell(entry)
            batch.retries += result.retries
            if isinstance(result, Copied):
                batch.adopted += result.adopted
                batch.copied += 0 if result.adopted else result.size
            self.open[batch.key] -= 1
            if not self.open[batch.key]:
                batch.seconds = time.monotonic() - self.began[batch.key]
                yield batch
                batch.samples.clear()

    def _write(
        self, connection: Connection, group: Sequence[Copied | NotCopied]
    ) -> list[list[Entry]]:
        """One group's rows and ledger entries, in the caller's transaction."""
        copied = [result for result in group if isinstance(result, Copied)]
        attachments = [
            rows.AttachmentRow(
                legacy_id=image["attachment_id"],
                occurrence=image["occurrence"],
                name=image["name"],
                record_id=image["record_id"],
                key=image["key"],
                created_at=image["created_at"],
            )
            for result in copied
            for image in self.images[result.item.key]
        ]
        blobs = [self._blob(result) for result in copied]
        written = rows.write(connection, self.job.image_set, blobs, attachments)
        entries = [
            [_entry(result, image, written) for image in self.images[result.item.key]]
            for result in group
        ]
        told = ledger.lines([entry for same in entries for entry in same])
        ledger.write(connection, self.job.image_set, told, self.job.run_id)
        self._record(connection, [one for one in copied if one.item.key in written.blobs], written)
        return entries

    def _blob(self, result: Copied) -> rows.BlobRow:
        image = self.images[result.item.key][0]
        return rows.BlobRow(
            legacy_id=image["blob_id"],
            key=image["key"],
            filename=image["filename"],
            content_type=_content_type(result),
            metadata=image["metadata"],
            service_name=self.job.service,
            byte_size=result.size,
            checksum=result.md5,
            created_at=image["blob_created_at"],
        )

    def _record(
        self, connection: Connection, copied: Sequence[Copied], written: rows.Written
    ) -> None:
        """The cells of Active Storage rows that are not what legacy says."""
        corrected = [
            (self.images[one.item.key][0]["blob_id"], one.item.content_type, _content_type(one))
            for one in copied
            if _content_type(one) != one.item.content_type
        ]
        promoted = [
            (image["attachment_id"], image["legacy_name"], image["name"])
            for one in copied
            for image in self.images[one.item.key]
            if image["name"] == self.job.image_set.first != image["legacy_name"]
            and (image["attachment_id"], image["occurrence"]) in written.attachments
        ]
        run = self.job.run_id
        change = Change.CONTENT_TYPE_CORRECTED
        rows.record(connection, rows.BLOBS, "content_type", change, corrected, run)
        rows.record(connection, rows.ATTACHMENTS, "name", Change.IMAGE_PROMOTED, promoted, run)
        self._record_times(connection, copied, written)

    def _record_times(
        self, connection: Connection, copied: Sequence[Copied], written: rows.Written
    ) -> None:
        """The times that legacy does not say."""
        images = [image for one in copied for image in self.images[one.item.key]]
        kept = [
            image
            for image in images
            if (image["attachment_id"], image["occurrence"]) in written.attachments
        ]
        for change in (Change.TIME_IMPUTED, Change.TIME_UNREADABLE):
            for table, key, made, of in (
                (rows.BLOBS, "blob_id", "blob_created_at", "blob_time"),
                (rows.ATTACHMENTS, "attachment_id", "created_at", "time"),
            ):
                cells = [
                    (image[key], image[f"{of}_was"], str(image[made]))
                    for image in kept
                    if image[f"{of}_change"] == str(change)
                ]
                rows.record(connection, table, "created_at", change, cells, self.job.run_id)


def _entry(result: Copied | NotCopied, image: dict[str, Any], written: rows.Written) -> Entry:
    """What the ledger is to say of an image after `result` was written."""
    mark = (image["attachment_id"], image["occurrence"])
    attempts = result.retries + 1
    if isinstance(result, NotCopied):
        sentence = f"{result.sentence} {result.next_step}".strip()
        state = State.QUARANTINED if result.refused else State.FAILED
        return _failed(image, result.reason, sentence, state, attempts)
    if image["key"] in written.key_taken:
        return _failed(image, Obstacle.KEY_TAKEN, rows.KEY_TAKEN, attempts=attempts)
    if mark in written.place_taken:
        reason, state = Reason.VALUE_TAKEN, State.QUARANTINED
        return _failed(image, reason, rows.PLACE_TAKEN, state, attempts)
    return Entry(
        attachment_id=image["attachment_id"],
        occurrence=image["occurrence"],
        state=State.MIGRATED,
        blob_id=image["blob_id"],
        key=image["key"],
        batch=image["batch"],
        attempts=attempts,
        byte_size=result.size,
        checksum=result.md5,
        proof=str(result.proof),
        source_verified=image["checksum"] is not None,
        warnings=_warnings(result),
        target_blob_id=written.blobs[image["key"]],
        target_attachment_id=written.attachments[mark],
    )


def _failed(
    image: dict[str, Any],
    reason: str,
    sentence: str,
    state: State = State.FAILED,
    attempts: int = 1,
) -> Entry:
    return Entry(
        attachment_id=image["attachment_id"],
        occurrence=image["occurrence"],
        state=state,
        reason=str(reason),
        sentence=sentence,
        blob_id=image["blob_id"],
        key=image["key"],
        batch=image["batch"],
        attempts=attempts,
        byte_size=image["byte_size"],
        checksum=image["checksum"],
    )


def _content_type(result: Copied) -> str | None:
    """What the bytes are; the legacy type where they were not looked at."""
    seen = result.note
    return seen.content_type if isinstance(seen, Inspection) else result.item.content_type


def _warnings(result: Copied) -> str | None:
    seen = result.note
    return ", ".join(seen.warnings) or None if isinstance(seen, Inspection) else None
