"""The embedded PostgreSQL: it starts whatever the last one left behind, or says what is wrong."""

import os
from collections.abc import Iterator
from pathlib import Path

import psutil
import psycopg
import pytest

from artex_assets.embedded.postgres import (
    DAGSTER_DATABASE,
    TARGET_DATABASE,
    EmbeddedPostgres,
    binary,
)
from artex_assets.errors import ServiceError


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The home of a server that these tests may kill and damage."""
    home = tmp_path_factory.mktemp("home")
    yield home
    EmbeddedPostgres(home).stop()


@pytest.fixture
def server(home: Path) -> EmbeddedPostgres:
    """That server, running, whatever the test before has done to it."""
    server = EmbeddedPostgres(home)
    server.start()
    return server


def pid_of(server: EmbeddedPostgres) -> int:
    return int((server.data / "postmaster.pid").read_text().split()[0])


def ask(server: EmbeddedPostgres, statement: str, database: str = TARGET_DATABASE) -> object:
    with psycopg.connect(server.url(database)) as connection:
        cursor = connection.execute(statement)
        row = cursor.fetchone() if cursor.description else None
        return row[0] if row else None


def kill(server: EmbeddedPostgres) -> None:
    process = psutil.Process(pid_of(server))
    backends = process.children()
    process.kill()
    psutil.wait_procs([process, *backends], timeout=10)


def test_it_has_its_databases_in_utf8_and_listens_on_no_port(postgres: EmbeddedPostgres) -> None:
    process = psutil.Process(pid_of(postgres))

    for database in (TARGET_DATABASE, DAGSTER_DATABASE):
        assert ask(postgres, "SHOW server_encoding", database) == "UTF8"
    assert ask(postgres, "SELECT upper('é') || ('a' < 'B')::text") == "Éfalse"
    assert process.net_connections("inet") == []
    assert postgres.socket_folder.stat().st_mode & 0o777 == 0o700


def test_starting_twice_leaves_the_server_that_runs(postgres: EmbeddedPostgres) -> None:
    before = pid_of(postgres)

    EmbeddedPostgres(postgres.home).start()

    assert pid_of(postgres) == before


def test_it_runs_in_a_session_of_its_own(postgres: EmbeddedPostgres) -> None:
    assert os.getsid(pid_of(postgres)) == pid_of(postgres)


def test_after_a_kill_and_a_stale_pid_it_starts_with_what_was_committed(
    server: EmbeddedPostgres,
) -> None:
    ask(server, "CREATE TABLE killed AS SELECT 42 AS answer")
    kill(server)
    assert not server.running()
    # The noted id now belongs to another program of the user: to this one.
    noted = server.data / "postmaster.pid"
    noted.write_text("\n".join([str(os.getpid()), *noted.read_text().split("\n")[1:]]))
    lock = server.socket_folder / ".s.PGSQL.5432.lock"
    lock.write_text("\n".join([str(os.getpid()), *lock.read_text().split("\n")[1:]]))
    assert not server.running()

    server.start()

    assert ask(server, "SELECT answer FROM killed") == 42


def test_after_a_stop_the_data_is_there_and_missing_databases_are_made_again(
    server: EmbeddedPostgres,
) -> None:
    ask(server, "CREATE TABLE kept AS SELECT 42 AS answer")
    with psycopg.connect(server.url("postgres"), autocommit=True) as connection:
        connection.execute(f"DROP DATABASE {DAGSTER_DATABASE}")
    server.stop()
    assert not server.running()

    server.start()

    assert ask(server, "SELECT answer FROM kept") == 42
    assert ask(server, "SELECT 1", DAGSTER_DATABASE) == 1


def test_an_empty_pid_file_is_repaired(server: EmbeddedPostgres) -> None:
    server.stop()
    (server.data / "postmaster.pid").write_text("")

    server.start()

    assert ask(server, "SELECT 1") == 1


def test_a_half_made_data_folder_is_made_anew(tmp_path: Path) -> None:
    server = EmbeddedPostgres(tmp_path)
    half = server.folder / "data.new"
    half.mkdir(parents=True)
    (half / "PG_VERSION").write_text("18\n")
    try:
        server.start()
        assert ask(server, "SELECT 1") == 1
    finally:
        server.stop()


@pytest.mark.parametrize("name", ["a b % 'c' $H é", "a,b", "deep/" * 30])
def test_any_path_will_do_whatever_pgport_says(
    tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.setenv("PGPORT", "7")
    home = tmp_path_factory.mktemp("p") / name
    server = EmbeddedPostgres(home)
    assert (server.socket_folder == server.folder) == (" " in name)
    try:
        server.start()
        assert ask(EmbeddedPostgres(home), "SELECT 1") == 1
        assert server.socket_folder.stat().st_mode & 0o777 == 0o700
    finally:
        server.stop()
    assert server.socket_folder == server.folder or not server.socket_folder.exists()


def test_a_socket_folder_that_somebody_else_prepared_is_refused(tmp_path: Path) -> None:
    server = EmbeddedPostgres(tmp_path / ("deep/" * 30))
    server.socket_folder.symlink_to(tmp_path)
    try:
        with pytest.raises(ServiceError, match="is not a folder of this user"):
            server.start()
    finally:
        server.socket_folder.unlink()


def test_a_damaged_data_folder_is_said_with_the_servers_words_and_its_log(
    server: EmbeddedPostgres,
) -> None:
    server.stop()
    (server.data / "PG_VERSION").write_text("9\n")
    try:
        with pytest.raises(ServiceError, match=r"PostgreSQL did not start: .*compatible") as raised:
            server.start()
    finally:
        (server.data / "PG_VERSION").write_text("18\n")

    assert str(server.log) in str(raised.value)
    assert not server.running()


def test_a_home_that_cannot_hold_data_is_said(tmp_path: Path) -> None:
    (tmp_path / "home").write_text("a file")

    with pytest.raises(ServiceError, match=r"home.* cannot be used: Not a directory"):
        EmbeddedPostgres(tmp_path / "home").start()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root has to become another user")
def test_without_setpriv_root_is_told_what_is_missing(
    server: EmbeddedPostgres, monkeypatch: pytest.MonkeyPatch
) -> None:
    server.stop()
    monkeypatch.setenv("PATH", "/nowhere")

    with pytest.raises(ServiceError, match="setpriv"):
        server.start()


def test_an_interrupted_start_leaves_no_server(
    server: EmbeddedPostgres, monkeypatch: pytest.MonkeyPatch
) -> None:
    def servers() -> list[psutil.Process]:
        every = psutil.process_iter(["cmdline"])
        return [p for p in every if str(server.data) in (p.info["cmdline"] or [])]

    def interrupt() -> bool:
        if servers():
            raise KeyboardInterrupt
        return False

    server.stop()
    monkeypatch.setattr(server, "running", interrupt)

    with pytest.raises(KeyboardInterrupt):
        server.start()

    assert servers() == []


def test_rows_of_failed_statements_stay_out_of_the_log(server: EmbeddedPostgres) -> None:
    with pytest.raises(psycopg.errors.NumericValueOutOfRange):
        ask(server, "SELECT 'someone@example.com', 2147483647 + 1")
    with pytest.raises(psycopg.errors.InvalidTextRepresentation):
        ask(server, "SELECT 'someone@example.com'::text::integer")

    assert "someone" not in server.log.read_text()


def test_its_programs_are_there(tmp_path: Path) -> None:
    for name in ("pg_dump", "pg_restore", "psql"):
        assert os.access(binary(name), os.X_OK)
    with pytest.raises(ServiceError, match="pg_nothing"):
        binary("pg_nothing")
