"""Real servers for the tests, started once for each worker of pytest-xdist."""

import uuid
from collections.abc import Callable, Iterator
from contextlib import closing
from typing import Any

import psycopg
import pytest
from psycopg import sql

# pytest-xdist has no types.
from xdist.scheduler import LoadScopeScheduling  # type: ignore[import-untyped]

from artex_assets.embedded.postgres import EmbeddedPostgres
from artex_assets_tests.servers import SYSTEM, Server


@pytest.fixture(scope="session")
def embedded_postgres(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmbeddedPostgres]:
    """The running embedded server of this worker's own."""
    server = EmbeddedPostgres(tmp_path_factory.mktemp("home"))
    server.start()
    with closing(psycopg.connect(server.url("postgres"), autocommit=True)) as connection:
        # Making and dropping a database for each test is twice as fast without.
        connection.execute("ALTER SYSTEM SET fsync = off")
        connection.execute("SELECT pg_reload_conf()")
    yield server
    server.stop()


@pytest.fixture(scope="session")
def servers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[str], Server]]:
    """Gives a running server of a version; each is started once for this worker."""
    running: dict[str, Server] = {}

    def started(version: str) -> Server:
        if version not in running:
            server = Server(version, tmp_path_factory.mktemp(version))
            server.create()
            server.start()
            running[version] = server
        return running[version]

    yield started
    for server in running.values():
        server.stop()


@pytest.fixture(scope="session")
def postgres(request: pytest.FixtureRequest) -> EmbeddedPostgres | Server:
    """A running server: the embedded one, unless a test is parametrized with `SYSTEM`."""
    chosen: EmbeddedPostgres | Server
    if getattr(request, "param", None) == SYSTEM:
        chosen = request.getfixturevalue("servers")(SYSTEM)
    else:
        chosen = request.getfixturevalue("embedded_postgres")
    return chosen


@pytest.fixture
def database(postgres: EmbeddedPostgres) -> Iterator[str]:
    """The URL of an empty database of the test's own."""
    name = f"test_{uuid.uuid4().hex}"
    with closing(psycopg.connect(postgres.url("postgres"), autocommit=True)) as connection:
        connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        yield postgres.url(name)
        connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


# Without types, the base is of any kind.
class ByPlace(LoadScopeScheduling):  # type: ignore[misc]
    """Sends the tests of a file to one worker, and those of an end-to-end folder, whose home is
    expensive. (`--dist loadgroup` does nothing with pytest 9.2: its node ids cannot be changed.)
    """

    def _split_scope(self, nodeid: str) -> str:
        file = nodeid.partition("::")[0]
        return file.rpartition("/")[0] if "/end_to_end/" in file else file


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> ByPlace:
    """Begins with the longest, which `pytest_collection_modifyitems` puts first."""
    config.option.loadscopereorder = False
    return ByPlace(config, log)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Puts the end-to-end tests first: otherwise one worker would do them alone at the end."""
    items.sort(key=lambda item: "end_to_end" not in item.path.parts)
