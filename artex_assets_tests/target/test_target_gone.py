"""A target whose server ends in the middle of a load: nothing stays, and the next one goes on."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest

from artex_assets.database import failures
from artex_assets.database.connection import Connection, connected
from artex_assets.errors import TargetError
from artex_assets.tables.discovery import discover
from artex_assets.target.load import Loaded, load
from artex_assets.target.schema import create
from artex_assets_tests.servers import SYSTEM, Server
from artex_assets_tests.target.migration import Migration, small_legacy


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    """A server of the test's own, to be ended."""
    one = Server(SYSTEM, tmp_path / "server")
    one.create()
    one.start()
    yield one
    one.stop()


@contextmanager
def opened(server: Server) -> Iterator[Migration]:
    with connected(server.url("postgres"), "tests", TargetError) as connection:
        migration = Migration(server.url("postgres"), connection)
        migration.legacy.update(small_legacy())
        yield migration


def ended_while_loading(server: Server, come_back: bool) -> list[Loaded | TargetError]:
    """What a load of the users comes to whose server ends while it waits for the application."""
    came_to: list[Loaded | TargetError] = []
    with opened(server) as migration:
        frames, rules = migration.frames(), migration.rules

    def work(connection: Connection) -> Loaded:
        return load(connection, discover()["users"], frames, rules, "run")

    def run() -> None:
        try:
            url = server.url("postgres")
            came_to.append(failures.transacted(url, "artex_assets users", TargetError, work))
        except TargetError as error:
            came_to.append(error)

    loading = threading.Thread(target=run)
    application = psycopg.connect(server.url("postgres"))
    application.execute("LOCK TABLE users IN SHARE MODE")
    loading.start()
    until(server, "artex_assets users")
    server.stop()
    application.close()
    if come_back:
        time.sleep(0.5)  # so that the load has found it away
        server.start()
    loading.join(timeout=60)
    return came_to


def until(server: Server, name: str) -> None:
    """Returns when the connection of this name waits for a lock."""
    asked = "SELECT FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND application_name = %s"
    deadline = time.monotonic() + 20
    with psycopg.connect(server.url("postgres"), autocommit=True) as connection:
        while not connection.execute(asked, [name]).fetchall():
            assert time.monotonic() < deadline, "the load does not come to the lock"
            time.sleep(0.01)


def test_a_server_that_ends_is_tried_again_and_when_it_stays_away_the_next_run_goes_on(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    create(server.url("postgres"))
    monkeypatch.setattr(failures, "PAUSES", (0.05, 0.1))
    with opened(server) as migration:
        migration.load("artists")
        before = migration.versions()
    [refused] = ended_while_loading(server, come_back=False)
    assert isinstance(refused, TargetError)
    assert "cannot be reached" in refused.what
    assert "run it again" in refused.next_step
    server.start()
    with opened(server) as migration:
        assert migration.versions() == before
    monkeypatch.setattr(failures, "PAUSES", (0.05, *[0.3] * 90))
    [loaded] = ended_while_loading(server, come_back=True)
    assert isinstance(loaded, Loaded)
    assert loaded.inserted == 2
    with opened(server) as migration:
        migration.load()
        assert migration.failing() == {}
