"""A pooler as Heroku and others put before a database: pgbouncer, which shares by transactions."""

import shutil
import subprocess
import time
from contextlib import ExitStack
from pathlib import Path

import psycopg
import pytest

from artex_assets_tests.servers import (
    START_SECONDS,
    Server,
    free_port,
    private_folder,
    unprivileged,
)

SETTINGS = """
[databases]
* = host={host} port={port}
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = {own_port}
unix_socket_dir =
auth_type = scram-sha-256
auth_file = {users}
pool_mode = transaction
default_pool_size = 3
server_round_robin = 1
"""


class Pooler:
    """Runs before `server` for one role. Each transaction gets the next server process."""

    def __init__(self, server: Server, folder: Path, role: str, password: str) -> None:
        program = shutil.which("pgbouncer") or shutil.which("pgbouncer", path="/usr/sbin")
        if program is None:
            # .ci/run installs it where it can; elsewhere it is a program of the system's.
            pytest.skip("There is no pooler: install Debian's package pgbouncer.")
        private_folder(folder)
        self.role, self.password = role, password
        self.port = free_port()
        self.folder = folder
        users, settings = folder / "users", folder / "settings"
        users.write_text(f'"{role}" "{password}"\n')
        settings.write_text(
            SETTINGS.format(host=server.folder, port=server.port, own_port=self.port, users=users)
        )
        with (folder / "log").open("ab") as log:
            self._process = subprocess.Popen(
                [*unprivileged(), str(program), str(settings)], stdout=log, stderr=log
            )

    def url(self, database: str, written_password: str) -> str:
        """The URL of a database by the pooler, once it takes connections."""
        url = f"postgresql://{self.role}:{written_password}@127.0.0.1:{self.port}/{database}"
        deadline = time.monotonic() + START_SECONDS
        while True:
            try:
                psycopg.connect(url).close()
            except psycopg.OperationalError:
                if self._process.poll() is not None or time.monotonic() > deadline:
                    raise
                time.sleep(0.05)
            else:
                break
        # It opens a server process when all others are busy.
        with ExitStack() as busy:
            for _ in range(3):
                busy.enter_context(psycopg.connect(url)).execute("SELECT")
        return url

    def stop(self) -> None:
        """Stops it."""
        self._process.terminate()
        self._process.wait(timeout=30)
