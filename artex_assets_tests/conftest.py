"""Real servers for the tests, started once for each worker of pytest-xdist."""

import uuid
from collections.abc import Iterator
from contextlib import closing
from typing import Any

import psycopg
import pytest
from psycopg import sql

# pytest-xdist has no types.
from xdist.scheduler import LoadScopeScheduling  # type: ignore[import-untyped]

from artex_assets.embedded.postgres import EmbeddedPostgres


@pytest.fixture(scope="session")
def postgres(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmbeddedPostgres]:
    """A running server of this worker's own."""
    server = EmbeddedPostgres(tmp_path_factory.mktemp("home"))
    server.start()
    with closing(psycopg.connect(server.url("postgres"), autocommit=True)) as connection:
        # Making and dropping a database for each test is twice as fast without.
        connection.execute("ALTER SYSTEM SET fsync = off")
        connection.execute("SELECT pg_reload_conf()")
    yield server
    server.stop()


@pytest.fixture
def database(postgres: EmbeddedPostgres) -> Iterator[str]:
    """The URL of an empty database of the test's own."""
    name = f"test_{uuid.uuid4().hex}"
    with closing(psycopg.connect(postgres.url("postgres"), autocommit=True)) as connection:
        connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        yield postgres.url(name)
        connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


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
