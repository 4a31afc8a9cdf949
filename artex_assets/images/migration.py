"""The migration of an image set: what is to be done, the copying, and the commit in small groups.

Killed at any moment, a new run finds in the ledger what is done, and in the target's bucket what is
copied but not written down: that is adopted when its bytes are proved.
"""

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import polars as pl

from artex_assets.database.connection import Connection
from artex_assets.images import ledger, rows
from artex_assets.images.inspection import Inspection, inspect
from artex_assets.images.ledger import Entry
from artex_assets.images.naming import content_disposition, source_key, stored_content_type
from artex_assets.images.sets import ImageSet
from artex_assets.images.transfer import (
    Copied,
    Inspected,
    Item,
    NotCopied,
    Obstacle,
    Transfer,
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

Transact = Callable[[Callable[[Connection], Any]], Any]
"""Runs a function of a connection in one transaction on the target."""


@dataclass
class Batch:
    """What a run did in one batch. Counts are images by state; copied is bytes of this run."""

    key: str
    images: int = 0
    states: dict[str, int] = field(default_factory=dict)
    failures: list[Entry] = field(default_factory=list)
    copied: int = 0
    adopted: int = 0
    done_now: int = 0
    retries: int = 0
    seconds: float = 0.0
    samples: list[bytes] = field(default_factory=list)

    @property
    def complete(self) -> bool:
        """Nothing of it is failed or pending."""
        return not any(self.states.get(str(state)) for state in (State.FAILED, State.PENDING))


@dataclass(frozen=True)
class Job:
    """What a run of an image set needs beside the plan.

    copy: the transfer, bound to its source, target and policy. service: the target's service_name.
    limit: at most so many images are taken up (a sample), None for all.
    """

    image_set: ImageSet
    run_id: str
    service: str
    template: str
    max_pixels: int
    copy: Transfer
    limit: int | None = None


def migrate(
    transact: Transact,
    job: Job,
    planned: pl.DataFrame,
    batches: Sequence[str],
) -> Iterator[Batch]:
    """Migrates the images of `batches` that are not done; yields each batch when it is finished.

    transact: runs a function of a connection in one transaction on the target. planned: the plan of
    the whole set.
    """
    known = transact(lambda connection: ledger.read(connection, job.image_set))
    stand = ledger.states(known, planned)
    _note_the_plan(transact, job, known, stand)
    work = stand.filter(
        pl.col("state").is_in([str(State.PENDING), str(State.FAILED)])
        & pl.col("batch").is_in(list(batches))
    ).sort("batch", "attachment_id")
    if job.limit is not None:
        work = work.head(job.limit)
    highest = planned.select("blob_id", "attachment_id").max().row(0)
    if work.height:
        transact(lambda connection: rows.reserve(connection, highest[0] or 0, highest[1] or 0))
    yield from _Run(transact, job, stand, work, list(batches)).batches()


def _note_the_plan(
    transact: Transact,
    job: Job,
    known: pl.DataFrame,
    stand: pl.DataFrame,
) -> None:
    """Every image of the set has a row in the ledger, also before it is taken up."""
    told = ["attachment_id", "occurrence", "key", "batch", "state", "reason", "sentence", "cause"]
    failed = pl.col("state") == str(State.FAILED)
    final = (pl.col("state") == str(State.QUARANTINED)) & pl.col("reason").is_null()
    now = stand.filter(
        ~pl.col("state").is_in(list(ledger.DONE)) | pl.col("merged_into").is_not_null()
    ).with_columns(
        reason=pl.when(failed | final).then("ledger_reason").otherwise("reason"),
        sentence=pl.when(failed | final).then("ledger_sentence").otherwise("sentence"),
    )
    new = now.join(known.select(told), on=told, how="anti", nulls_equal=True)
    entries = [
        Entry(
            attachment_id=row["attachment_id"],
            occurrence=row["occurrence"],
            state=State[row["state"].upper()],
            reason=row["reason"],
            sentence=row["sentence"],
            cause=row["cause"],
            blob_id=row["blob_id"],
            key=row["key"],
            batch=row["batch"],
            byte_size=row["byte_size"],
            checksum=row["checksum"],
        )
        for row in new.iter_rows(named=True)
    ]
    transact(lambda connection: ledger.write(connection, job.image_set, entries, job.run_id))


class _Run:
    """One pass over the work of some batches."""

    def __init__(
        self,
        transact: Transact,
        job: Job,
        stand: pl.DataFrame,
        work: pl.DataFrame,
        batches: list[str],
    ) -> None:
        self.transact = transact
        self.job = job
        # A blob of several attachments is one object: it is copied once, and serves them all.
        self.images: dict[str, list[dict[str, Any]]] = {}
        for row in work.iter_rows(named=True):
            self.images.setdefault(row["key"], []).append(row)
        self.found: dict[str, Batch] = {key: Batch(key) for key in batches}
        chosen = stand.filter(pl.col("batch").is_in(batches))
        for key, state, count in chosen.group_by("batch", "state").len().iter_rows():
            self.found[key].states[state] = count
            self.found[key].images += count
        self.open = dict.fromkeys(batches, 0)
        for same in self.images.values():
            self.open[same[0]["batch"]] += 1
        self.began = time.monotonic()

    def batches(self) -> Iterator[Batch]:
        """Does the work; yields batches as they finish, those without work first."""
        for key, left in self.open.items():
            if not left:
                yield self.found[key]
        taken = self._taken()
        group: list[Copied | NotCopied] = []
        last = time.monotonic()
        items = [self._item(key) for key in self.images if key not in taken]
        if items:
            self.job.copy.preflight([item.source_key for item in items[:LOOKS]])
        for result in self.job.copy(items, self._inspect):
            group.append(result)
            if len(group) >= GROUP or time.monotonic() - last > GROUP_SECONDS:
                yield from self._commit(group)
                group, last = [], time.monotonic()
        yield from self._commit(group)

    def _taken(self) -> set[str]:
        """Keys of which the target has a blob row that says otherwise: never touched."""
        claims = [
            (key, same[0]["byte_size"], same[0]["checksum"]) for key, same in self.images.items()
        ]
        taken: set[str] = self.transact(lambda connection: rows.keys_taken(connection, claims))
        failures = [
            self._failed(
                image,
                Obstacle.KEY_TAKEN,
                "The target has another blob with this key that this migration did not put there. "
                "Remove or rename that one, then retry.",
            )
            for key in sorted(taken)
            for image in self.images[key]
        ]
        self.transact(
            lambda connection: ledger.write(
                connection, self.job.image_set, failures, self.job.run_id
            )
        )
        for key in taken:
            self._count(self.images[key], failures)
        return taken

    def _item(self, key: str) -> Item:
        image = self.images[key][0]
        return Item(
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
        if len(samples) < SAMPLES and len(head) == size:
            samples.append(head)
        stored = stored_content_type(seen.content_type) if seen.content_type else None
        return Inspected(stored, note=seen)

    def _commit(self, group: Sequence[Copied | NotCopied]) -> Iterator[Batch]:
        if not group:
            return
        entries = self.transact(lambda connection: self._write(connection, group))
        by_key: dict[str | None, list[Entry]] = {}
        for entry in entries:
            by_key.setdefault(entry.key, []).append(entry)
        for result in group:
            images = self.images[result.item.key]
            batch = self._count(images, by_key[result.item.key])
            batch.retries += result.retries
            if isinstance(result, Copied):
                batch.adopted += result.adopted
                batch.copied += 0 if result.adopted else result.item.size
            self.open[batch.key] -= 1
            if not self.open[batch.key]:
                batch.seconds = time.monotonic() - self.began
                yield batch

    def _count(self, images: Sequence[dict[str, Any]], entries: Sequence[Entry]) -> Batch:
        batch = self.found[images[0]["batch"]]
        for image in images:
            batch.states[image["state"]] -= 1
        for entry in entries:
            if entry.key != images[0]["key"]:
                continue
            batch.states[str(entry.state)] = batch.states.get(str(entry.state), 0) + 1
            batch.done_now += entry.state == State.MIGRATED
            if entry.state == State.FAILED:
                batch.failures.append(entry)
        return batch

    def _write(self, connection: Connection, group: Sequence[Copied | NotCopied]) -> list[Entry]:
        """One group's rows and ledger entries, in the caller's transaction."""
        copied = [result for result in group if isinstance(result, Copied)]
        blobs = [self._blob(result) for result in copied]
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
        written = rows.write(connection, self.job.image_set, blobs, attachments)
        entries: list[Entry] = []
        for result in group:
            for image in self.images[result.item.key]:
                entries.append(self._entry(result, image, written))
        ledger.write(connection, self.job.image_set, entries, self.job.run_id)
        self._record(connection, copied)
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
            byte_size=result.item.size,
            checksum=result.md5,
            created_at=image["blob_created_at"],
        )

    def _entry(
        self, result: Copied | NotCopied, image: dict[str, Any], written: rows.Written
    ) -> Entry:
        mark = (image["attachment_id"], image["occurrence"])
        if isinstance(result, NotCopied):
            return self._failed(
                image,
                result.reason,
                f"{result.sentence} {result.next_step}".strip(),
                State.QUARANTINED if result.refused else State.FAILED,
                result.retries + 1,
            )
        if image["key"] in written.key_taken:
            return self._failed(image, Obstacle.KEY_TAKEN, "Another blob got this key meanwhile.")
        if mark in written.place_taken:
            return self._failed(
                image,
                Reason.VALUE_TAKEN,
                "The record has another image in the target that this migration did not put there.",
                State.QUARANTINED,
            )
        return Entry(
            attachment_id=image["attachment_id"],
            occurrence=image["occurrence"],
            state=State.MIGRATED,
            blob_id=image["blob_id"],
            key=image["key"],
            batch=image["batch"],
            attempts=result.retries + 1,
            byte_size=result.item.size,
            checksum=result.md5,
            proof=str(result.proof),
            source_verified=image["checksum"] is not None,
            warnings=_warnings(result),
            target_blob_id=written.blobs[image["key"]],
            target_attachment_id=written.attachments[mark],
        )

    def _failed(
        self,
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

    def _record(self, connection: Connection, copied: Sequence[Copied]) -> None:
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
        ]
        run = self.job.run_id
        change = Change.CONTENT_TYPE_CORRECTED
        rows.record(connection, rows.BLOBS, "content_type", change, corrected, run)
        rows.record(connection, rows.ATTACHMENTS, "name", Change.IMAGE_PROMOTED, promoted, run)


def _content_type(result: Copied) -> str | None:
    """What the bytes are; the legacy type where they were not looked at."""
    seen = result.note
    return seen.content_type if isinstance(seen, Inspection) else result.item.content_type


def _warnings(result: Copied) -> str | None:
    seen = result.note
    return ", ".join(seen.warnings) or None if isinstance(seen, Inspection) else None
