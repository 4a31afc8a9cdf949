"""A run that is killed, and the next one: the end is that of an undisturbed run."""

import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from urllib.parse import urlsplit

import psycopg
import pytest

from artex_assets.embedded.seaweedfs import EmbeddedS3
from artex_assets.errors import StorageError
from artex_assets_tests.images.gallery import Gallery
from artex_assets_tests.images.transfer import faulty

IMAGES = 260
"""That can be migrated; one more is missing, and one is no image."""

FIRST = 21


@pytest.fixture
def many(gallery: Gallery) -> Gallery:
    """Images enough for three commits, two of which fail or are quarantined."""
    for number in range(FIRST, FIRST + IMAGES):
        gallery.add(number, 8 + number % 2, put=number != 30)
    gallery.blobs[3]["checksum"] = None
    gallery.add(900, 8, content=b"<html>")
    gallery.attach(901, 25, 8, "shared")
    return gallery


@pytest.fixture
def proxy(object_store: EmbeddedS3) -> Iterator[faulty.Proxy]:
    address = urlsplit(object_store.endpoint_url)
    with faulty.running((str(address.hostname), int(address.port or 0))) as running:
        yield running


def until(happened: Callable[[], object], seconds: float = 30) -> None:
    deadline = time.monotonic() + seconds
    while not happened():
        assert time.monotonic() < deadline, "it never happened"
        time.sleep(0.01)


def reset(gallery: Gallery) -> None:
    """The target as it was before the first run."""
    gallery.migration.execute("TRUNCATE active_storage_attachments, artex_migration.images")
    gallery.migration.execute("DELETE FROM active_storage_blobs")
    gallery.migration.execute(
        "DELETE FROM artex_migration.records WHERE table_name LIKE 'active_storage%'"
    )
    for key in gallery.listed()["key"]:
        gallery.s3.delete_object(Bucket=gallery.bucket.name, Key=key)


def states(gallery: Gallery) -> dict[str, int]:
    return dict(
        gallery.migration.rows("SELECT state, count(*) FROM artex_migration.images GROUP BY state")
    )


def unlocked(gallery: Gallery) -> bool:
    """Whether the server has noticed that the killed process is gone."""
    return not gallery.migration.column(
        "SELECT pid FROM pg_stat_activity WHERE datname = current_database()"
        " AND application_name IN ('gallery', 'artex_assets poster_images killed')"
    )


def versions(gallery: Gallery) -> dict[str, str]:
    """The version of each blob's row, by key."""
    rows = gallery.migration.rows("SELECT key, xmin::text FROM active_storage_blobs")
    return dict(rows)


def rows_without_object(gallery: Gallery) -> set[str]:
    keys = gallery.migration.column("SELECT key FROM active_storage_blobs")
    return set(keys) - set(gallery._keys(gallery.bucket.name))


def test_a_run_killed_in_the_middle_or_before_its_commit_ends_as_an_undisturbed_one(
    many: Gallery, proxy: faulty.Proxy
) -> None:
    watched: list[set[str]] = []
    watching = threading.Event()

    def watch() -> None:
        with psycopg.connect(many.migration.url, autocommit=True) as connection:
            while not watching.is_set():
                rows = connection.execute("SELECT key FROM active_storage_blobs").fetchall()
                watched.append({key for (key,) in rows} - set(many._keys(many.bucket.name)))

    many.run()
    undisturbed = many.end_state()
    assert states(many) == {"migrated": IMAGES, "failed": 1, "quarantined": 1}
    reset(many)
    watcher = threading.Thread(target=watch)
    watcher.start()

    # In the middle: after so many PUTs nothing moves any more.
    puts = 0

    def choose(exchange: faulty.Exchange) -> faulty.Fault | None:
        nonlocal puts
        puts += exchange.method == "PUT"
        return faulty.stall(5) if exchange.method == "PUT" and puts > 180 else None

    proxy.choose = choose
    direct = many.bucket
    many.bucket = replace(direct, endpoint_url=proxy.url)
    with many.process():
        many.bucket = direct
        until(lambda: states(many).get("migrated", 0) >= 100)
    until(lambda: unlocked(many))
    assert states(many)["pending"] > 0
    kept = versions(many)
    assert rows_without_object(many) == set()

    # Between PUT and commit: the commit waits for a lock that this test has.
    with psycopg.connect(many.migration.url) as holder:
        holder.execute("LOCK TABLE active_storage_attachments IN SHARE MODE")
        with many.process():
            until(lambda: many.listed().height >= IMAGES - 2)
        holder.rollback()
    until(lambda: unlocked(many))
    assert many.listed().height > len(kept)

    proxy.seen.clear()
    proxy.choose = lambda exchange: None
    many.target = replace(direct, endpoint_url=proxy.url)
    batches = many.run(run="last")
    watching.set()
    watcher.join()
    assert sum(batch.copied for batch in batches.values()) == 0
    assert sum(batch.adopted for batch in batches.values()) > 0
    asked = {path.rpartition("/")[2] for _, path in proxy.seen}
    assert not asked & kept.keys()  # what was written down is not even looked at
    assert many.end_state() == undisturbed
    assert kept.items() <= versions(many).items()
    assert len(watched) > 3
    assert set().union(*watched) == set()


def test_a_target_database_that_goes_away_in_a_commit_is_gone_on_with(many: Gallery) -> None:
    many.migration.execute(
        "CREATE FUNCTION end_backend() RETURNS trigger LANGUAGE plpgsql AS $$"
        " BEGIN PERFORM pg_terminate_backend(pg_backend_pid()); RETURN NEW; END $$"
    )
    many.migration.execute(
        "CREATE CONSTRAINT TRIGGER end_backend AFTER INSERT ON active_storage_attachments"
        " DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION end_backend()"
    )
    with pytest.raises(psycopg.OperationalError):
        many.run()
    assert many.attached() == {}
    assert "migrated" not in states(many)
    many.migration.execute("DROP TRIGGER end_backend ON active_storage_attachments")
    until(lambda: unlocked(many))
    many.run()
    assert states(many) == {"migrated": IMAGES, "failed": 1, "quarantined": 1}
    assert rows_without_object(many) == set()


def test_a_source_that_stops_in_the_middle_keeps_what_was_copied(
    many: Gallery, proxy: faulty.Proxy
) -> None:
    gets = 0

    def choose(exchange: faulty.Exchange) -> faulty.Fault | None:
        nonlocal gets
        gets += exchange.method == "GET"
        return faulty.answers(400, "ExpiredToken") if gets > 160 else None

    proxy.choose = choose
    direct = many.source
    many.source = replace(direct, endpoint_url=proxy.url)
    with pytest.raises(StorageError, match="expired"):
        many.run()
    done = states(many)["migrated"]
    assert done > 10
    assert rows_without_object(many) == set()
    many.source = direct
    batches = many.run()
    assert sum(batch.done_now for batch in batches.values()) == IMAGES - done
