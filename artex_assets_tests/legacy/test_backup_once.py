"""Restoring a backup once: what was done is not done again, whoever dies or comes meanwhile."""

import shutil
import subprocess
import sys
import threading
import time
from pathlib import Path

import psutil
import psycopg
import pytest

from artex_assets.embedded.postgres import EmbeddedPostgres
from artex_assets.errors import BackupError
from artex_assets.legacy.backup import SCRATCH_DATABASE, UNFINISHED, checksum, restored
from artex_assets_tests.legacy.dumps import (
    CANARY,
    PLAIN_TABLES,
    TABLES,
    ask,
    databases,
    dump,
    execute,
    restore,
)

NO_ROWS = "CREATE TABLE artworks (id int)"
ROWS: list[tuple[object, ...]] = [(1, CANARY), (2, ""), (3, None), (4, "a\tb\n\\.\n\\N")]

pytestmark = pytest.mark.usefixtures("no_scratch_database")


def oid(server: EmbeddedPostgres) -> object:
    """Which scratch database is there: another one after each restore."""
    return dict(ask(server.url("postgres"), "SELECT datname, oid FROM pg_database")).get(
        SCRATCH_DATABASE
    )


def test_the_same_file_is_restored_once_and_a_changed_one_again(
    postgres: EmbeddedPostgres, database: str, tmp_path: Path
) -> None:
    execute(database, PLAIN_TABLES)
    backup = dump(database, tmp_path / "a.dump")
    url = restore(backup, postgres, TABLES)
    first = oid(postgres)
    moved = tmp_path / "b.dump"
    shutil.move(backup, moved)
    assert restore(moved, postgres, TABLES) == url
    assert oid(postgres) == first

    execute(database, "DELETE FROM users WHERE id > 1")
    restore(dump(database, moved), postgres, TABLES)
    assert oid(postgres) != first
    assert ask(url, "SELECT id FROM users") == [(1,)]


def test_more_tables_of_the_same_file_are_restored(
    postgres: EmbeddedPostgres, database: str, tmp_path: Path
) -> None:
    execute(database, PLAIN_TABLES)
    backup = dump(database, tmp_path / "a.dump")
    restore(backup, postgres, ["users"])
    url = restore(backup, postgres, TABLES)
    assert ask(url, "SELECT count(*) FROM artworks") == [(1,)]


def test_what_a_killed_restore_left_is_made_good(
    postgres: EmbeddedPostgres, database: str, tmp_path: Path
) -> None:
    execute(database, PLAIN_TABLES)
    backup = dump(database, tmp_path / "a.dump")
    restore(backup, postgres, TABLES)
    with psycopg.connect(postgres.url("postgres"), autocommit=True) as connection:
        # As it is after a crash between putting away the old one and renaming the new one.
        connection.execute(f"ALTER DATABASE {SCRATCH_DATABASE} RENAME TO {UNFINISHED}".encode())
    execute(postgres.url(UNFINISHED), "DELETE FROM users")

    url = restore(backup, postgres, TABLES)

    assert ask(url, "SELECT * FROM users ORDER BY id") == ROWS
    assert UNFINISHED not in databases(url)


def test_a_server_that_dies_after_a_restore_has_every_row(database: str, tmp_path: Path) -> None:
    execute(database, PLAIN_TABLES)
    execute(database, "INSERT INTO users SELECT n, n FROM generate_series(9, 20000) n")
    backup = dump(database, tmp_path / "a.dump")
    server = EmbeddedPostgres(tmp_path / "home")
    try:
        server.start()
        with psycopg.connect(server.url("postgres"), autocommit=True) as connection:
            connection.execute("ALTER SYSTEM SET fsync = off")  # what was written stays without
        url = restore(backup, server, TABLES)
        before = oid(server)
        process = psutil.Process(int((server.data / "postmaster.pid").read_text().split("\n")[0]))
        backends = process.children()
        process.kill()
        psutil.wait_procs([process, *backends], timeout=10)
        server.start()
        assert restore(backup, server, TABLES) == url
        assert oid(server) == before
        assert ask(url, "SELECT count(*), max(email) FROM users") == [(19_996, CANARY)]
    finally:
        server.stop()


def test_of_two_at_once_the_second_waits_and_finds_it_done(
    postgres: EmbeddedPostgres, database: str, tmp_path: Path
) -> None:
    execute(database, PLAIN_TABLES)
    backup = dump(database, tmp_path / "a.dump")
    seen: list[object] = []

    def restore_it() -> None:
        restore(backup, postgres, TABLES)
        seen.append(oid(postgres))

    threads = [threading.Thread(target=restore_it) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(seen) == 3
    assert len(set(seen)) == 1


def test_another_backup_waits_until_nobody_reads_this_one(
    postgres: EmbeddedPostgres, database: str, tmp_path: Path
) -> None:
    execute(database, PLAIN_TABLES)
    first = dump(database, tmp_path / "a.dump")
    execute(database, "DELETE FROM users WHERE id > 1")
    second = dump(database, tmp_path / "b.dump")
    seen: list[object] = []

    def restore_the_second() -> None:
        with restored(second, postgres, TABLES) as url:
            seen.extend(ask(url, "SELECT id FROM users"))

    other = threading.Thread(target=restore_the_second)
    waiting = "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted"
    with restored(first, postgres, TABLES) as url:
        before = oid(postgres)
        other.start()
        while ask(postgres.url("postgres"), waiting) != [(1,)]:
            assert other.is_alive()
            time.sleep(0.01)
        # It is ready but for the name, and several may read at once, each with more connections.
        assert UNFINISHED in databases(url)
        assert ask(url, "SELECT * FROM users ORDER BY id") == ROWS
        assert oid(postgres) == before
        assert not seen
    other.join(timeout=30)
    assert seen == [(1,)]


def test_several_read_one_backup_at_once(
    postgres: EmbeddedPostgres, database: str, tmp_path: Path
) -> None:
    execute(database, PLAIN_TABLES)
    backup = dump(database, tmp_path / "a.dump")
    with restored(backup, postgres, TABLES) as first, restored(backup, postgres, TABLES) as second:
        assert ask(first, "SELECT count(*) FROM users") == [(4,)]
        assert ask(second, "SELECT count(*) FROM users") == [(4,)]


def test_a_reader_that_fails_or_dies_keeps_nobody_waiting(
    postgres: EmbeddedPostgres, database: str, tmp_path: Path
) -> None:
    execute(database, PLAIN_TABLES)
    backup = dump(database, tmp_path / "a.dump")
    with pytest.raises(ZeroDivisionError), restored(backup, postgres, TABLES):
        _ = 1 / 0
    code = (
        "import os, sys; from pathlib import Path;"
        "from artex_assets.embedded.postgres import EmbeddedPostgres;"
        "from artex_assets.legacy.backup import restored;"
        f"held = restored(Path({str(backup)!r}), EmbeddedPostgres(Path({str(postgres.home)!r})),"
        f" {TABLES!r}); held.__enter__(); os._exit(9)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 9
    execute(database, "DELETE FROM users WHERE id > 1")
    url = restore(dump(database, tmp_path / "b.dump"), postgres, TABLES)
    assert ask(url, "SELECT id FROM users") == [(1,)]


def test_a_refused_backup_leaves_the_last_good_one(
    postgres: EmbeddedPostgres, database: str, tmp_path: Path
) -> None:
    execute(database, PLAIN_TABLES)
    backup = dump(database, tmp_path / "a.dump")
    url = restore(backup, postgres, TABLES)
    backup.write_bytes(backup.read_bytes()[:-900])
    with pytest.raises(BackupError):
        restore(backup, postgres, TABLES)
    assert ask(url, "SELECT * FROM users ORDER BY id") == ROWS
    assert UNFINISHED not in databases(url)


def test_the_checksum_is_that_of_the_file_and_sees_every_file_of_a_folder(
    database: str, tmp_path: Path
) -> None:
    empty = tmp_path / "empty"
    empty.touch()
    assert checksum(empty) == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    execute(database, PLAIN_TABLES)
    folder = dump(database, tmp_path / "folder", "--format=directory")
    before = checksum(folder)
    rows = next(folder.glob("*.dat.gz"))
    rows.write_bytes(rows.read_bytes() + b"x")
    assert checksum(folder) != before
