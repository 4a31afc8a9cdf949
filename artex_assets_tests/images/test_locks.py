"""Who works on a batch works on it alone, and is named."""

import re
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
import pytest

from artex_assets.database.connection import connected
from artex_assets.errors import LockedError, TargetError
from artex_assets.images import locks
from artex_assets.images.locks import lock_plan, locked
from artex_assets.images.sets import EXTERNAL_SALE_PHOTOS, POSTER_IMAGES
from artex_assets.target.lock import locked as table_locked
from artex_assets_tests.images.gallery import Gallery
from artex_assets_tests.target.migration import Migration

FIRST, SECOND, THIRD = "1-of-3", "2-of-3", "3-of-3"


@contextmanager
def table_load(migration: Migration) -> Iterator[None]:
    with (
        connected(migration.url, "artex_assets users 1a2b3c4d", TargetError) as connection,
        connection.transaction(),
        table_locked(connection, "run"),
    ):
        yield


def test_different_batches_and_sets_go_together(migrated: Migration) -> None:
    url = migrated.url
    with (
        locked(url, POSTER_IMAGES, [FIRST], "one"),
        locked(url, POSTER_IMAGES, [SECOND, THIRD], "two"),
        locked(url, EXTERNAL_SALE_PHOTOS, [FIRST], "three"),
    ):
        pass


def test_a_second_run_on_a_batch_is_told_at_once_who_has_it(migrated: Migration) -> None:
    holder = "artex_assets poster_images 1a2b3c4d"
    with locked(migrated.url, POSTER_IMAGES, [FIRST, SECOND], "1a2b3c4d-5e6f"):
        with (
            pytest.raises(LockedError) as raised,
            locked(migrated.url, POSTER_IMAGES, [SECOND, THIRD], "other"),
        ):
            pass
        assert re.search(
            rf"works on batch 2-of-3 of poster_images: {holder} \(server process \d+, since",
            str(raised.value),
        )
        # What the second had taken it has given back.
        with locked(migrated.url, POSTER_IMAGES, [THIRD], "third"):
            pass
    with locked(migrated.url, POSTER_IMAGES, [FIRST, SECOND, THIRD], "later"):
        pass


def test_a_table_load_and_an_image_run_wait_for_each_other(
    migrated: Migration, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(locks, "WAIT", "50ms")
    with (
        table_load(migrated),
        pytest.raises(LockedError, match="artex_assets users 1a2b3c4d"),
        locked(migrated.url, POSTER_IMAGES, [FIRST], "run"),
    ):
        pass
    monkeypatch.setattr(locks, "WAIT", "5s")
    held = threading.Event()

    def load() -> None:
        with table_load(migrated):
            held.set()

    with locked(migrated.url, POSTER_IMAGES, [FIRST], "run"):
        thread = threading.Thread(target=load)
        thread.start()
        assert not held.wait(0.2)
    assert held.wait(5)
    thread.join()


def test_a_lock_dies_with_its_holder(migrated: Migration) -> None:
    with (
        pytest.raises(psycopg.OperationalError),
        locked(migrated.url, POSTER_IMAGES, [FIRST], "run"),
    ):
        migrated.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE application_name LIKE 'artex_assets poster_images%'"
            " AND datname = current_database()"
        )
    deadline = time.monotonic() + 5
    while True:
        try:
            with locked(migrated.url, POSTER_IMAGES, [FIRST], "next"):
                return
        except LockedError:
            assert time.monotonic() < deadline
            time.sleep(0.02)


def test_a_run_on_a_batch_that_is_worked_on_does_nothing(gallery: Gallery) -> None:
    gallery.add(21)
    with (
        locked(gallery.migration.url, POSTER_IMAGES, [FIRST], "first"),
        pytest.raises(LockedError),
    ):
        gallery.run()
    assert gallery.lines() == {}
    assert gallery.objects() == {}


def test_the_plan_of_a_set_is_noted_by_one_run_at_a_time(migrated: Migration) -> None:
    noted = threading.Event()

    def note() -> None:
        with (
            connected(migrated.url, "second", TargetError) as connection,
            connection.transaction(),
        ):
            lock_plan(connection, POSTER_IMAGES)
            noted.set()

    with migrated.connection.transaction():
        lock_plan(migrated.connection, POSTER_IMAGES)
        thread = threading.Thread(target=note)
        thread.start()
        assert not noted.wait(0.2)
    assert noted.wait(5)
    thread.join()
