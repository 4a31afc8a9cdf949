"""Every way to a target: each of them carries a whole load, and none of them shows its password."""

import uuid
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import psycopg
import pytest
from psycopg import sql

from artex_assets.database.connection import connected
from artex_assets.errors import TargetError
from artex_assets.target.schema import create
from artex_assets_tests.certificates import Certificates
from artex_assets_tests.database.pooler import Pooler
from artex_assets_tests.servers import SYSTEM, WHEEL, Server
from artex_assets_tests.target.migration import Migration, small_legacy

PASSWORD = "canary-pass%2Fword-51c7"  # noqa: S105  as it is written in a URL
ROLE = "artex_way"


@dataclass
class Target:
    """A database of the role `ROLE`, with the application's schema."""

    server: Server
    name: str

    def by_port(self, **options: str) -> str:
        return self.server.by_port(self.name, ROLE, PASSWORD, **options)

    def execute(self, statement: str) -> None:
        with psycopg.connect(self.server.url(self.name), autocommit=True) as connection:
            connection.execute(statement.encode())


@pytest.fixture(params=[WHEEL, SYSTEM])
def target(request: pytest.FixtureRequest, servers: Callable[[str], Server]) -> Iterator[Target]:
    server = servers(request.param)
    name = f"way_{uuid.uuid4().hex[:12]}"
    with closing(psycopg.connect(server.url("postgres"), autocommit=True)) as connection:
        connection.execute(f"DROP ROLE IF EXISTS {ROLE}".encode())
        connection.execute(f"CREATE ROLE {ROLE} LOGIN PASSWORD 'canary-pass/word-51c7'".encode())
        connection.execute(
            sql.SQL("CREATE DATABASE {} OWNER {}").format(
                sql.Identifier(name), sql.Identifier(ROLE)
            )
        )
        yield Target(server, name)
        connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))
        connection.execute(f"DROP ROLE {ROLE}".encode())


def loaded(url: str) -> Migration:
    """Loads everything over `url`, twice, and looks at what it came to."""
    with connected(url, "tests", TargetError) as connection:
        migration = Migration(url, connection)
        migration.legacy.update(small_legacy())
        first = migration.load()
        assert {name: table.inserted for name, table in first.items() if table.legacy} == {
            name: table.legacy for name, table in first.items() if table.legacy
        }
        assert migration.failing() == {}
        migration.legacy["bands"][0]["website"] = "http://owls.example"
        assert migration.load()["bands"].updated == 1
        return migration


def test_by_the_socket(target: Target) -> None:
    url = target.server.url(target.name, ROLE)
    create(url)
    loaded(url)


def test_by_the_port_with_a_password_and_herokus_scheme(target: Target) -> None:
    url = target.by_port().replace("postgresql://", "postgres://")
    create(target.by_port())
    loaded(url)
    with (
        pytest.raises(TargetError, match="password authentication failed") as refused,
        connected(url.replace("51c7", "canary-51c8"), "tests", TargetError),
    ):
        pass
    assert "canary" not in str(refused.value)


@pytest.mark.parametrize(
    "statement",
    [None, "ALTER ROLE {role} IN DATABASE {name} SET search_path = app, extensions"],
    ids=["in the URL", "of the role"],
)
def test_in_another_schema_of_the_search_path(target: Target, statement: str | None) -> None:
    target.execute(
        f"CREATE SCHEMA app AUTHORIZATION {ROLE}; CREATE SCHEMA extensions;"
        f"GRANT USAGE ON SCHEMA extensions TO {ROLE};"
        "CREATE EXTENSION pg_trgm SCHEMA extensions; REVOKE ALL ON SCHEMA public FROM PUBLIC"
    )
    with_path = target.by_port(options="-csearch_path=app,extensions")
    create(with_path)
    if statement:
        target.execute(statement.format(role=ROLE, name=target.name))
    loaded(target.by_port() if statement else with_path)
    with psycopg.connect(target.server.url(target.name)) as connection:
        assert connection.execute("SELECT count(*) FROM app.posters").fetchone() == (2,)


def encrypted(url: str) -> bool:
    with connected(url, "tests", TargetError) as connection:
        row = connection.execute("SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()")
        return row.fetchone() == (True,)


@pytest.mark.parametrize("target", [SYSTEM], indirect=True)
@pytest.mark.parametrize("mode", ["require", "verify-full"])
def test_over_tls(target: Target, mode: str) -> None:
    assert target.server.certificates is not None
    options = {"sslmode": mode}
    if mode == "verify-full":
        options["sslrootcert"] = str(target.server.certificates.authority)
    url = target.by_port(**options)
    assert encrypted(url)
    assert not encrypted(target.by_port(sslmode="disable"))
    create(url)
    loaded(url)


@pytest.mark.parametrize("target", [SYSTEM], indirect=True)
def test_a_certificate_of_another_authority_is_refused(target: Target, tmp_path: Path) -> None:
    other = str(Certificates(tmp_path).authority)
    for url in (
        target.by_port(sslmode="verify-full", sslrootcert=other),
        target.by_port(sslmode="verify-full", sslrootcert=str(tmp_path / "none.pem")),
    ):
        with (
            pytest.raises(TargetError, match="certificate") as refused,
            connected(url, "tests", TargetError),
        ):
            pass
        assert "canary" not in str(refused.value)


@pytest.mark.parametrize("target", [WHEEL], indirect=True)
def test_a_server_without_tls_is_refused_when_tls_is_asked_for(target: Target) -> None:
    with (
        pytest.raises(TargetError, match="does not support SSL") as refused,
        connected(target.by_port(sslmode="require"), "tests", TargetError),
    ):
        pass
    assert "canary" not in str(refused.value)


def test_by_a_pooler_that_gives_each_transaction_another_server_process(
    target: Target, tmp_path: Path
) -> None:
    create(target.by_port())
    # What the application relies on, and must find again after us.
    target.execute(f"ALTER ROLE {ROLE} SET statement_timeout = '77s'")
    pooler = Pooler(target.server, tmp_path / "pooler", ROLE, "canary-pass/word-51c7")
    try:
        url = pooler.url(target.name, PASSWORD)
        loaded(url)
        shown = {
            name: shown_by_all(url, name)
            for name in ("statement_timeout", "lock_timeout", "idle_in_transaction_session_timeout")
        }
    finally:
        pooler.stop()
    assert shown == {
        "statement_timeout": {"77s"},
        "lock_timeout": {"0"},
        "idle_in_transaction_session_timeout": {"0"},
    }


def shown_by_all(url: str, setting: str) -> set[str]:
    """A setting as the server processes behind a pooler have it, one after another."""
    with psycopg.connect(url, autocommit=True, prepare_threshold=None) as connection:
        found = [connection.execute(f"SHOW {setting}".encode()).fetchall()[0][0] for _ in range(6)]
        pids = {connection.execute("SELECT pg_backend_pid()").fetchall()[0][0] for _ in range(6)}
    assert len(pids) > 1
    return set(found)
