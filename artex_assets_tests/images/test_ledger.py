"""The ledger by itself: what is written, and what is left as it is."""

from typing import Any

import polars as pl

from artex_assets.images import ledger
from artex_assets.images.ledger import Entry
from artex_assets.images.sets import EXTERNAL_SALE_PHOTOS, POSTER_IMAGES
from artex_assets.vocabulary import Reason, State
from artex_assets_tests.target.migration import Migration

NASTY = 'a,"b"\r\n\\N\t🧀'


def entry(number: int, **changes: Any) -> Entry:
    said: dict[str, Any] = {"occurrence": 1, "state": State.PENDING, "key": "k", **changes}
    return Entry(attachment_id=number, **said)


def write(migration: Migration, *entries: Entry, run: str = "run") -> None:
    with migration.connection.transaction():
        ledger.write(migration.connection, POSTER_IMAGES, ledger.lines(entries), run)


def stored(migration: Migration) -> list[tuple[Any, ...]]:
    return migration.rows(
        "SELECT attachment_id, state, attempts, run_id, xmin::text"
        " FROM artex_migration.images ORDER BY attachment_id, occurrence"
    )


def test_every_cell_comes_back_and_each_set_has_its_own(migrated: Migration) -> None:
    whole = entry(
        5,
        state=State.MIGRATED,
        reason=NASTY,
        sentence="",
        cause="c",
        blob_id=2**40,
        key=NASTY,
        batch="1-of-3",
        attempts=2,
        byte_size=2**40,
        checksum="x==",
        proof="read_back",
        source_verified=False,
        warnings="truncated",
        target_blob_id=7,
        target_attachment_id=8,
    )
    write(migrated, whole, entry(0, occurrence=2))
    lines = ledger.read(migrated.connection, POSTER_IMAGES).sort("attachment_id")
    assert lines.equals(ledger.lines([entry(0, occurrence=2), whole]))
    assert ledger.read(migrated.connection, EXTERNAL_SALE_PHOTOS).height == 0
    assert ledger.read(migrated.connection, POSTER_IMAGES, ["key"]).columns == ["key"]


def test_a_line_that_says_the_same_is_not_written_again(migrated: Migration) -> None:
    write(migrated, entry(1), entry(2))
    before = stored(migrated)
    write(migrated, entry(1), entry(2, reason="r"), run="second")
    after = stored(migrated)
    assert after[0] == before[0]
    assert after[1][:4] == (2, "pending", 0, "second")


def test_attempts_are_added_and_are_a_reason_to_write(migrated: Migration) -> None:
    for run in ("first", "second"):
        write(migrated, entry(1, attempts=2, state=State.FAILED), run=run)
    assert stored(migrated)[0][:4] == (1, "failed", 4, "second")


def test_adding_changes_no_line_that_is_there(migrated: Migration) -> None:
    write(migrated, entry(1, state=State.MIGRATED))
    lines = ledger.lines([entry(1), entry(2)])
    ledger.add(migrated.connection, POSTER_IMAGES, lines, "second")
    assert [row[:2] for row in stored(migrated)] == [(1, "migrated"), (2, "pending")]


def test_only_what_is_not_done_can_be_forgotten(migrated: Migration) -> None:
    write(migrated, entry(1, state=State.MIGRATED), entry(2), entry(3, state=State.ACCEPTED))
    lines = ledger.read(migrated.connection, POSTER_IMAGES)
    ledger.forget(migrated.connection, POSTER_IMAGES, lines)
    assert [row[0] for row in stored(migrated)] == [1, 3]


def test_nothing_to_say_is_nothing_written(migrated: Migration) -> None:
    write(migrated)
    for work in (ledger.forget, ledger.move):
        work(migrated.connection, POSTER_IMAGES, ledger.lines([]))
    assert stored(migrated) == []


def stand(line: Entry | None, **planned: Any) -> tuple[str, str | None]:
    row = {
        "attachment_id": 1,
        "occurrence": 1,
        "byte_size": 10,
        "checksum": "x",
        "reason": None,
        "sentence": None,
        "cause": None,
        "merged_into": None,
        **planned,
    }
    types = {
        name: pl.Int64
        if name in ("attachment_id", "occurrence", "byte_size", "merged_into")
        else pl.String
        for name in row
    }
    known = ledger.lines([] if line is None else [line])
    result = ledger.stand(known, pl.DataFrame([row], schema=types))
    assert result.height == 1
    state, reason = result.select("state", "reason").row(0)
    return state, reason


def known(state: State, reason: Reason | str | None = None, **changes: Any) -> Entry:
    said = {"byte_size": 10, "checksum": "x", "reason": reason and str(reason), **changes}
    return entry(1, state=state, **said)


def test_what_is_done_stays_done_whatever_the_plan_says_now() -> None:
    for state in (State.MIGRATED, State.ACCEPTED):
        assert stand(known(state), reason="blob_missing") == (state, None)
        assert stand(known(state), merged_into=7) == (state, None)


def test_everything_else_is_what_the_plan_says_now() -> None:
    for state in (None, State.PENDING, State.FAILED, State.MERGED, State.QUARANTINED):
        line = None if state is None else known(state, "some reason")
        assert stand(line, reason="blob_missing") == ("quarantined", "blob_missing")
        assert stand(line, merged_into=7) == ("merged", None)
    for state in (None, State.PENDING, State.MERGED, State.QUARANTINED):
        line = None if state is None else known(state, "parent_missing")
        assert stand(line) == ("pending", None)


def test_a_failure_is_kept_until_it_is_tried_again() -> None:
    assert stand(known(State.FAILED, "missing")) == ("failed", "missing")


def test_what_bytes_are_is_final_as_long_as_legacy_names_the_same() -> None:
    for reason in (Reason.IMAGE_EMPTY, Reason.IMAGE_HAS_SCRIPT, Reason.IMAGE_TOO_LARGE):
        line = known(State.QUARANTINED, reason)
        assert stand(line) == ("quarantined", reason)
        assert stand(line, checksum="y") == ("pending", None)
        assert stand(line, byte_size=11) == ("pending", None)
    unknown = known(State.QUARANTINED, Reason.IMAGE_EMPTY, checksum=None)
    assert stand(unknown, checksum=None) == ("quarantined", "image_empty")
    assert stand(known(State.QUARANTINED, Reason.VALUE_TAKEN)) == ("pending", None)
