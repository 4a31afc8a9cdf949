"""The real `artex`, as a process of its own, in an environment that this test alone decides."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

import psycopg
from psycopg import sql

from artex_assets.embedded.postgres import EmbeddedPostgres
from artex_assets.settings import PROJECT, Settings

PROGRAMS = Path(sys.executable).parent


class Artex:
    """The command, with a home and settings of its own.

    Settings that are not given are empty, so that neither the shell's nor those of a developer's
    `.env` get in.
    """

    def __init__(self, home: Path, **settings: str) -> None:
        self.home = home
        self.settings = settings

    def environment(self, **settings: str) -> dict[str, str]:
        """The whole environment of the process."""
        empty = {str(field.alias): "" for field in Settings.model_fields.values()}
        return {
            "PATH": os.environ["PATH"],
            "HOME": str(self.home.parent),
            "LANG": "C.UTF-8",
            **empty,
            "ARTEX_HOME": str(self.home),
            **self.settings,
            **settings,
        }

    def run(
        self, *arguments: str, program: str = "artex", **settings: str
    ) -> subprocess.CompletedProcess[str]:
        """Runs a command to its end."""
        return subprocess.run(
            [PROGRAMS / program, *arguments],
            env=self.environment(**settings),
            cwd=PROJECT,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=180,
        )

    def start(self, *arguments: str, **settings: str) -> subprocess.Popen[str]:
        """Starts a command, in a session of its own as a terminal would."""
        return subprocess.Popen(
            [PROGRAMS / "artex", *arguments],
            env=self.environment(**settings),
            cwd=PROJECT,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )

    @property
    def server(self) -> EmbeddedPostgres:
        """Its embedded server."""
        return EmbeddedPostgres(self.home)

    def url(self, database: str, password: str = "") -> str:
        """The URL of a database of its server; any password will do."""
        host = quote(str(self.server.socket_folder), safe="")
        secret = f":{password}" if password else ""
        return f"postgresql://postgres{secret}@/{database}?host={host}&port=5432"

    def new_database(self, name: str) -> str:
        """The URL of a new, empty database of its server."""
        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        return self.url(name)


@contextmanager
def table_held(url: str, table: str) -> Iterator[None]:
    """Holds a lock on `table`, for which its load then waits."""
    with psycopg.connect(url) as connection:
        connection.execute(
            sql.SQL("LOCK TABLE {} IN ROW EXCLUSIVE MODE").format(sql.Identifier(table))
        )
        yield


def wait_for_load(url: str, table: str, process: "subprocess.Popen[str]") -> None:
    """Waits until the load of `table` waits for a lock."""
    deadline = time.monotonic() + 60
    with psycopg.connect(url, autocommit=True) as connection:
        while not connection.execute(
            "SELECT FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = "
            "current_database() AND application_name LIKE %s",
            [f"artex_assets {table} %"],
        ).fetchall():
            assert process.poll() is None, process.communicate()
            assert time.monotonic() < deadline, "the load never came to the table"
            time.sleep(0.05)
