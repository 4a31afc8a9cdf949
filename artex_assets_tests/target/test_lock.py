"""Two loads at once: the second waits, or says who holds the lock."""

import threading
import time

import psycopg
import pytest

from artex_assets.database import failures
from artex_assets.database.connection import Connection, connected
from artex_assets.errors import LockedError, TargetError
from artex_assets.tables.discovery import discover
from artex_assets.target import lock
from artex_assets.target.load import Loaded, load
from artex_assets.target.lock import locked
from artex_assets_tests.target.migration import Migration


def load_users(migration: Migration, name: str) -> Loaded:
    with connected(migration.url, name, TargetError) as connection:
        return load(connection, discover()["users"], migration.frames(), migration.rules, name)


def test_a_second_load_waits_for_the_first_and_then_finds_nothing_to_do(
    migration: Migration,
) -> None:
    results: list[Loaded] = []
    second = threading.Thread(target=lambda: results.append(load_users(migration, "second")))
    with migration.connection.transaction(), locked(migration.connection, "first"):
        second.start()
        waiting = (
            "SELECT count(*) FROM pg_locks JOIN pg_database ON oid = database"
            " WHERE datname = current_database() AND locktype = 'advisory' AND NOT granted"
        )
        until = time.monotonic() + 10
        while not migration.value(waiting) and time.monotonic() < until:
            time.sleep(0.01)
        assert migration.value(waiting) == 1
        first = load(
            migration.connection,
            discover()["users"],
            migration.frames(),
            migration.rules,
            "first",
        )
    second.join(timeout=10)
    assert first.inserted == 2
    assert [(result.inserted, result.unchanged) for result in results] == [(0, 2)]


def test_a_second_load_that_waited_too_long_names_the_holder(
    migration: Migration, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lock, "WAIT", "50ms")
    with (
        connected(migration.url, "artex_assets users 1a2b3c4d", TargetError) as holder,
        holder.transaction(),
        locked(holder, "first"),
    ):
        pid = holder.info.backend_pid
        with pytest.raises(
            LockedError, match=rf"artex_assets users 1a2b3c4d \(server process {pid}"
        ):
            load_users(migration, "second")
    assert load_users(migration, "second").inserted == 2


def test_a_lock_dies_with_its_holder(migration: Migration, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lock, "WAIT", "5s")
    with (
        pytest.raises(psycopg.OperationalError),
        connected(migration.url, "holder", TargetError) as holder,
        holder.transaction(),
        locked(holder, "first"),
    ):
        migration.execute("SELECT pg_terminate_backend(%s)", holder.info.backend_pid)
    assert load_users(migration, "second").inserted == 2


def test_a_lock_in_another_database_is_not_named(
    migration: Migration, monkeypatch: pytest.MonkeyPatch, database: str
) -> None:
    with (
        connected(database, "elsewhere", TargetError) as other,
        other.transaction(),
        locked(other, "first"),
    ):
        assert lock.holder(migration.connection) == "it has just let go"
        assert load_users(migration, "second").inserted == 2


def waits(migration: Migration, name: str) -> None:
    """Returns when the connection of this name waits for a lock."""
    until = time.monotonic() + 20
    while not migration.value(
        "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'"
        " AND datname = current_database() AND application_name = %s",
        name,
    ):
        assert time.monotonic() < until, "the load does not come to the lock"
        time.sleep(0.01)


def test_a_table_that_the_application_does_not_let_go_is_named(
    migration: Migration, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lock, "TABLE_WAIT", "300ms")
    with psycopg.connect(migration.url) as application:
        application.execute("LOCK TABLE users IN ROW EXCLUSIVE MODE")
        with pytest.raises(TargetError, match="table users is locked by the application"):
            load_users(migration, "second")
    assert load_users(migration, "second").inserted == 2


def test_a_load_that_is_the_victim_of_a_deadlock_with_the_application_is_made_again(
    migration: Migration, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(failures, "PAUSES", (0.1, 0.1))
    migration.load("artists", "bands", "venues", "series", "users", "posters")
    table, frames = discover()["user_posters"], migration.frames()
    tries: list[int] = []
    results: list[Loaded] = []

    def work(connection: Connection) -> Loaded:
        tries.append(connection.info.backend_pid)
        return load(connection, table, frames, migration.rules, "run")

    def run() -> None:
        results.append(failures.transacted(migration.url, "victim", TargetError, work))

    victim = threading.Thread(target=run)
    with psycopg.connect(migration.url) as application:
        # Whoever looks for the deadlock is its victim: that shall be the load, after a second.
        application.execute("SET deadlock_timeout = '1h'")
        application.execute("SELECT FROM users WHERE id = 4 FOR UPDATE")
        victim.start()
        waits(migration, "victim")
        application.execute("UPDATE user_posters SET for_sale = true")
    victim.join(timeout=20)
    assert len(tries) == 2
    assert [result.inserted for result in results] == [2]
    assert migration.value("SELECT count(*) FROM user_posters") == 2
