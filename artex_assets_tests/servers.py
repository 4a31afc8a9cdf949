"""PostgreSQL servers of the tests beside the embedded one: as an application has them.

They ask for passwords on a port and may have standbys. Of the two versions that are tried, `WHEEL`
is the embedded one's (18), which is built without TLS, and `SYSTEM` the operating system's (Debian
12: 15).
"""

import os
import shutil
import socket
import subprocess
import time
from pathlib import Path
from urllib.parse import quote, urlencode

import psycopg
import pytest

from artex_assets.embedded.postgres import binary
from artex_assets_tests.certificates import Certificates

WHEEL, SYSTEM = "wheel", "system"

START_SECONDS = 60.0

SETTINGS = """
listen_addresses = '127.0.0.1'
port = {port}
unix_socket_directories = '{folder}'
fsync = off
wal_level = replica
max_connections = 60
shared_buffers = 32MB
max_wal_senders = 4
hot_standby = on
timezone = 'UTC'
"""

ACCESS = """
local all all trust
local replication all trust
host all all 127.0.0.1/32 scram-sha-256
"""


def programs(version: str) -> Path:
    """The folder of a version's programs.

    Without a server of the system's the test is skipped; in CI, which installs one, it fails.
    """
    if version == WHEEL:
        return binary("postgres").parent
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/postgres"), key=_major)
    if not found and (asked := shutil.which("pg_config")):
        answer = subprocess.run([asked, "--bindir"], capture_output=True, text=True, check=True)
        found = [path for path in [Path(answer.stdout.strip()) / "postgres"] if path.exists()]
    if found:
        return found[0].parent  # the oldest is furthest from the wheel's
    missing("The system has no PostgreSQL server: install Debian's package postgresql.")
    raise AssertionError("missing raises")


def missing(what: str) -> None:
    """Skips the test, or fails it in CI: there everything must be there."""
    if os.environ.get("CI"):
        pytest.fail(what)
    pytest.skip(what)


def _major(path: Path) -> int:
    version = path.parent.parent.name
    return int(version) if version.isdigit() else 0


def free_port() -> int:
    """A port of 127.0.0.1 that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def unprivileged() -> list[str]:
    """What to put before a server's command: as the embedded one, none of them runs as root."""
    if os.geteuid() != 0:
        return []
    user = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"]
    return [*user, "--inh-caps=+dac_override", "--ambient-caps=+dac_override"]


def private_folder(folder: Path) -> None:
    """Makes a folder for the user that the servers run as."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    _give_away(folder)


def _give_away(path: Path) -> None:
    if os.geteuid() == 0:
        os.chown(path, 65534, 65534)


class Server:
    """A server whose files are in `folder`. Everybody on this machine's socket is trusted; who
    comes by its port has to know a password."""

    def __init__(self, version: str, folder: Path) -> None:
        self.version = version
        self.programs = programs(version)
        self.folder = folder
        self.data = folder / "data"
        self.port = free_port()
        self.certificates: Certificates | None = None
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def major(self) -> int:
        """The major version."""
        with psycopg.connect(self.url("postgres")) as connection:
            return connection.info.server_version // 10_000

    def url(self, database: str, user: str = "postgres") -> str:
        """The URL of a database by the socket."""
        folder = quote(str(self.folder), safe="")
        return f"postgresql://{user}@/{database}?host={folder}&port={self.port}"

    def by_port(self, database: str, user: str, password: str, **options: str) -> str:
        """The URL of a database by the port; `options` stand behind its question mark."""
        question = f"?{urlencode(options, quote_via=quote)}" if options else ""
        return f"postgresql://{user}:{password}@127.0.0.1:{self.port}/{database}{question}"

    def create(self) -> None:
        """Makes its files."""
        private_folder(self.folder)
        private_folder(self.data)
        arguments = ["--username=postgres", "--auth=trust", "--encoding=UTF8", "--locale=C"]
        self._program("initdb", "-D", self.data, *arguments, "--no-sync", "--no-instructions")
        self.configure()

    def configure(self, **settings: str) -> None:
        """Writes its configuration, with `settings` besides."""
        lines = SETTINGS.format(port=self.port, folder=self.folder)
        if self.version == SYSTEM:
            self.certificates = Certificates(self.folder)
            for path in (self.certificates.certificate, self.certificates.key):
                _give_away(path)
            lines += f"ssl = on\nssl_cert_file = '{self.certificates.certificate}'\n"
            lines += f"ssl_key_file = '{self.certificates.key}'\n"
        lines += "".join(f"{name} = '{value}'\n" for name, value in settings.items())
        with (self.data / "postgresql.conf").open("a") as file:
            file.write(lines)
        (self.data / "pg_hba.conf").write_text(ACCESS)

    def start(self) -> None:
        """Starts it, and returns when it takes connections."""
        with (self.folder / "log").open("ab") as log:
            self._process = subprocess.Popen(
                [*unprivileged(), str(self.programs / "postgres"), "-D", str(self.data)],
                cwd=self.folder,
                env=_environment(),
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        deadline = time.monotonic() + START_SECONDS
        while True:
            try:
                psycopg.connect(self.url("postgres")).close()
            except psycopg.OperationalError:
                if self._process.poll() is not None or time.monotonic() > deadline:
                    pytest.fail((self.folder / "log").read_text())
                time.sleep(0.05)
            else:
                return

    def stop(self) -> None:
        """Stops it at once."""
        if self._process is not None and self._process.poll() is None:
            self._process.send_signal(3)  # SIGQUIT: nothing of it is kept
            self._process.wait(timeout=30)

    def standby(self, folder: Path, **settings: str) -> "Server":
        """A read-only server that follows this one, not started yet."""
        follower = Server(self.version, folder)
        private_folder(folder)
        source = f"host={self.folder} port={self.port} user=postgres"
        self._program(
            "pg_basebackup", "-D", follower.data, "-d", source, "-R", "-X", "stream", "-c", "fast",
            "--no-sync",
        )  # fmt: skip
        follower.configure(**settings)
        return follower

    def _program(self, name: str, *arguments: object) -> None:
        subprocess.run(
            [*unprivileged(), str(self.programs / name), *map(str, arguments)],
            cwd=self.folder,
            env=_environment(),
            check=True,
            capture_output=True,
        )


def _environment() -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if not name.startswith("PG")}
