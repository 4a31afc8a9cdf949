"""A live legacy database: while it is written to, for a role that may only select, on a standby."""

import threading
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

import dagster as dg
import polars as pl
import psycopg
import pytest
from psycopg import sql

import data_fixtures
from artex_assets.assets import legacy as assets
from artex_assets.assets.resources import Snapshots
from artex_assets.errors import LegacyCutError, LegacyError
from artex_assets.legacy.contract import LegacyTable
from artex_assets.legacy.snapshot import snapshot, unmapped_tables
from artex_assets.tables.discovery import legacy_tables
from artex_assets_tests.end_to_end.outcome import versions
from artex_assets_tests.legacy.dumps import ask, execute
from artex_assets_tests.servers import SYSTEM, WHEEL, Server, private_folder

SCHEMA = (Path(data_fixtures.__file__).parent / "schema.sql").read_text()

PASSWORD = "canary-reader-88d0"  # noqa: S105

TWO = {name: LegacyTable(name, {}) for name in ("artworks", "users")}

ADD = """
    WITH artwork AS (
        INSERT INTO artworks (name, created_at, updated_at) VALUES ('Night', now(), now())
        RETURNING id
    ), artist AS (INSERT INTO artists_artworks SELECT 1, id FROM artwork), owner AS (
        INSERT INTO users (id, email, created_at, updated_at)
        SELECT id, id || '@example.org', now(), now() FROM artwork
    ), owned AS (
        INSERT INTO user_artworks (user_id, artwork_id, created_at, updated_at)
        SELECT id, id, now(), now() FROM artwork
    )
    INSERT INTO transactions (artwork_id, created_at, updated_at)
    SELECT id, now(), now() FROM artwork;
"""
"""An artwork with links of every kind, and as many users as artworks."""

REMOVE = """
    WITH artwork AS (
        DELETE FROM artworks WHERE id = (SELECT min(id) FROM artworks) RETURNING id
    ), artist AS (
        DELETE FROM artists_artworks USING artwork WHERE artwork_id = id
    ), owner AS (
        DELETE FROM users USING artwork WHERE users.id = artwork.id
    ), owned AS (
        DELETE FROM user_artworks USING artwork WHERE artwork_id = artwork.id
    )
    DELETE FROM transactions USING artwork WHERE artwork_id = artwork.id;
"""
"""The oldest artwork with all that belongs to it."""


@dataclass
class Source:
    """A legacy database with the old application's schema, on a server and on its standby."""

    primary: Server
    follower: Server
    name: str

    @property
    def url(self) -> str:
        return self.primary.url(self.name)

    @property
    def standby(self) -> str:
        return self.follower.url(self.name)

    def follow(self) -> None:
        """Waits until the standby has all that the primary has."""
        # A vacuum's own commit would not write out what it did; this one does.
        [(written,)] = ask(self.url, "SELECT pg_logical_emit_message(true, 'tests', '')::text")
        until = time.monotonic() + 30
        asked = f"SELECT pg_last_wal_replay_lsn() >= '{written}'"
        while ask(self.follower.url("postgres"), asked) != [(True,)]:
            assert time.monotonic() < until, "the standby does not follow"
            time.sleep(0.02)

    def conflict(self) -> None:
        """Removes for good what a reader may still see, and waits until the standby has done so."""
        execute(self.url, REMOVE + ADD)
        with closing(psycopg.connect(self.url, autocommit=True)) as connection:
            connection.execute("VACUUM artworks, users")
        self.follow()

    @contextmanager
    def waiting(self, delay: str) -> Iterator[None]:
        """Has the standby wait that long for its readers."""
        with closing(psycopg.connect(self.follower.url("postgres"), autocommit=True)) as connection:
            try:
                for statement in (
                    f"ALTER SYSTEM SET max_standby_streaming_delay = '{delay}'",
                    "SELECT pg_reload_conf()",
                ):
                    connection.execute(statement.encode())
                yield
            finally:
                connection.execute("ALTER SYSTEM RESET max_standby_streaming_delay")
                connection.execute("SELECT pg_reload_conf()")


@pytest.fixture(scope="module", params=[WHEEL, SYSTEM])
def pair(
    request: pytest.FixtureRequest,
    servers: Callable[[str], Server],
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[tuple[Server, Server]]:
    """A server and a standby of it."""
    primary = servers(request.param)
    folder = tmp_path_factory.mktemp("standby") / "server"
    private_folder(folder)
    follower = primary.standby(folder)
    follower.start()
    yield primary, follower
    follower.stop()


@pytest.fixture
def source(pair: tuple[Server, Server]) -> Iterator[Source]:
    primary, follower = pair
    one = Source(primary, follower, f"legacy_{uuid.uuid4().hex[:12]}")
    name = sql.Identifier(one.name)
    with closing(psycopg.connect(primary.url("postgres"), autocommit=True)) as connection:
        connection.execute(sql.SQL("CREATE DATABASE {}").format(name))
        execute(one.url, SCHEMA)
        execute(
            one.url,
            "INSERT INTO artists (id, name, created_at, updated_at)"
            " VALUES (1, 'Ann Lee', now(), now());" + ADD * 20,
        )
        one.follow()
        yield one
        connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(name))


@contextmanager
def written_to(url: str, statements: str) -> Iterator[Callable[[], None]]:
    """Runs `statements` again and again; gives what waits until that was done once more."""
    done, stop = 0, threading.Event()

    def write() -> None:
        nonlocal done
        with psycopg.connect(url, autocommit=True) as connection:
            while not stop.is_set():
                connection.execute(statements.encode())
                done += 1

    def once_more() -> None:
        before, until = done, time.monotonic() + 30
        while done < before + 2:  # the one that was running may have begun before
            assert time.monotonic() < until, "the writer does not write"
            time.sleep(0.001)

    writer = threading.Thread(target=write)
    writer.start()
    try:
        yield once_more
    finally:
        stop.set()
        writer.join(timeout=30)


def orphans(read: dict[str, pl.DataFrame]) -> dict[str, int]:
    """By table, how many rows lead to an artwork or user that was not read."""
    links = {"artists_artworks": "artworks", "user_artworks": "users", "transactions": "artworks"}
    columns = {"artworks": "artwork_id", "users": "user_id"}
    found = {
        name: read[name]
        .join(read[parent], left_on=columns[parent], right_on="id", how="anti")
        .height
        for name, parent in links.items()
    }
    return {name: count for name, count in found.items() if count}


@pytest.mark.parametrize("where", ["primary", "standby"])
def test_all_tables_are_of_one_moment_while_artworks_come_and_go(
    source: Source, where: str
) -> None:
    # What is removed would have a standby give up our reading: see below.
    statements, url = (ADD, source.standby) if where == "standby" else (ADD + REMOVE, source.url)
    with written_to(source.url, statements) as once_more:
        for _ in range(3):
            read: dict[str, pl.DataFrame] = {}
            for name, frame in snapshot(url, legacy_tables()):
                read[name] = frame
                once_more()
                if where == "standby":
                    source.follow()
            assert orphans(read) == {}
            assert read["artworks"].height == read["users"].height >= 20
            assert read["artworks"]["id"].to_list() == read["users"]["id"].to_list()
    assert ask(source.url, "SELECT max(id) > 40 FROM artworks") == [(True,)]


@pytest.fixture
def reader(source: Source) -> Iterator[str]:
    """A role that may do nothing but select, not even make temporary tables."""
    role = f"reader_{uuid.uuid4().hex[:12]}"
    execute(
        source.url,
        f"""
        REVOKE ALL ON DATABASE {source.name} FROM PUBLIC; REVOKE ALL ON SCHEMA public FROM PUBLIC;
        CREATE ROLE {role} LOGIN PASSWORD '{PASSWORD}';
        GRANT CONNECT ON DATABASE {source.name} TO {role};
        GRANT USAGE ON SCHEMA public TO {role};
        GRANT SELECT ON ALL TABLES IN SCHEMA public TO {role};
        """,
    )
    source.follow()
    yield role
    execute(source.url, f"DROP OWNED BY {role}; DROP ROLE {role}")


def test_a_role_that_may_only_select_reads_all_of_it_and_leaves_it_as_it_was(
    source: Source, reader: str
) -> None:
    before = versions(source.url)
    expected = dict(snapshot(source.url, legacy_tables()))
    for server in (source.primary, source.follower):
        url = server.by_port(source.name, reader, PASSWORD)
        read = dict(snapshot(url, legacy_tables()))
        assert list(read) == list(legacy_tables())
        assert all(frame.equals(expected[name]) for name, frame in read.items())
        assert unmapped_tables(url, legacy_tables()) == []
    assert versions(source.url) == before


def test_a_table_that_the_role_may_not_select_is_named(source: Source, reader: str) -> None:
    execute(source.url, f"REVOKE SELECT ON user_artworks FROM {reader}")  # noqa: S608
    url = source.primary.by_port(source.name, reader, PASSWORD)
    with pytest.raises(LegacyError, match="the table user_artworks: permission denied") as refused:
        dict(snapshot(url, legacy_tables()))
    assert "canary" not in str(refused.value)
    assert not isinstance(refused.value, LegacyCutError)


def test_a_standby_that_gives_up_our_reading_is_an_error_with_the_way_out(source: Source) -> None:
    with source.waiting("0"):
        reading = snapshot(source.standby, TWO)
        assert next(reading)[0] == "artworks"
        source.conflict()
        with pytest.raises(LegacyCutError, match="conflict with recovery") as refused:
            next(reading)
    assert "Nothing of what was read is used" in refused.value.what
    assert "hot_standby_feedback" in refused.value.next_step
    assert ask(source.follower.url("postgres"), given_up(source)) == [(True,)]


def given_up(source: Source) -> str:
    return (
        "SELECT confl_snapshot + confl_lock > 0 FROM pg_stat_database_conflicts"  # noqa: S608
        f" WHERE datname = '{source.name}'"
    )


class Disturbed(Snapshots):
    """Has the standby give up the reading each time that its first table is kept."""

    def __init__(self, source: Source, times: int) -> None:
        super().__init__()
        self.source = source
        self.times = times
        self.kept: list[str] = []

    def handle_output(self, context: dg.OutputContext, obj: pl.DataFrame) -> None:
        super().handle_output(context, obj)
        self.kept.append(context.asset_key.path[-1])
        if self.kept[-1] == "artworks" and self.times:
            self.times -= 1
            self.source.conflict()


@pytest.fixture
def read_by_dagster(
    source: Source, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Callable[[Disturbed], dg.ExecuteInProcessResult]:
    """Makes the legacy assets of the standby."""
    monkeypatch.setenv("LEGACY_DATABASE_URL", source.standby)
    monkeypatch.setenv("LEGACY_BACKUP", "")
    monkeypatch.setenv("ARTEX_SNAPSHOT_URL", str(tmp_path / "snapshot"))
    monkeypatch.setattr(assets, "PAUSES", (0.01, 0.02))
    return lambda snapshots: dg.materialize(
        [assets.legacy_assets(TWO)], resources={"snapshots": snapshots}, raise_on_error=False
    )


def test_a_run_reads_everything_once_more_when_a_standby_gives_it_up(
    source: Source, read_by_dagster: Callable[[Disturbed], dg.ExecuteInProcessResult]
) -> None:
    snapshots = Disturbed(source, times=2)
    with source.waiting("0"):
        result = read_by_dagster(snapshots)
    assert result.success
    assert snapshots.kept == ["artworks", "artworks", "artworks", "users"]
    read = {name: snapshots.store().read(name)["id"].to_list() for name in TWO}
    assert read["artworks"] == read["users"]
    assert read["artworks"] == [
        key for (key,) in ask(source.url, "SELECT id FROM users ORDER BY 1")
    ]
    assert snapshots.store().current() == result.run_id


def test_a_standby_that_never_lets_us_read_ends_the_run_with_what_to_do(
    source: Source, read_by_dagster: Callable[[Disturbed], dg.ExecuteInProcessResult]
) -> None:
    snapshots = Disturbed(source, times=9)
    with source.waiting("0"):
        result = read_by_dagster(snapshots)
    assert not result.success
    assert snapshots.times == 6
    assert snapshots.store().current() is None
    told = result.failure_data_for_node("legacy_snapshot")
    assert told is not None
    assert told.user_failure_data is not None
    assert "conflict with recovery" in str(told.user_failure_data.description)
    assert "hot_standby_feedback" in str(told.user_failure_data.description)
