"""Programs that run behind the command: started detached, found again, stopped, explained.

Used by the embedded services, and by `artex up` for Dagster's webserver and daemon.
"""

import fcntl
import json
import os
import signal
import subprocess
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

import psutil

from artex_assets.errors import ServiceError

LOG_BYTES = 10_000_000
"""A log longer than this is put aside as NAME.log.old when its program starts again."""

CLOCK_SECONDS = 30.0
"""How far two readings of one process's start time may differ.

The system counts it from the boot, and the clock at boot moves when the clock is set.
"""

STOP = ((signal.SIGTERM, 15.0), (signal.SIGKILL, 10.0))
"""How a program is stopped: signals, and the seconds that each is given."""

_children: dict[int, subprocess.Popen[bytes]] = {}
# Kept so that a child which ends is reaped: unreaped it would look alive to other commands.


def private_folder(path: Path) -> Path:
    """Makes the folder, of mode 0700, when it is missing. Raises ServiceError when it is no use."""
    try:
        path.mkdir(mode=0o700, parents=True, exist_ok=True)
        if not os.access(path, os.W_OK | os.X_OK):
            raise PermissionError(13, "Permission denied")
    except OSError as error:
        raise ServiceError(
            f"The folder {path} cannot be used: {error.strerror}.",
            next_step="Set ARTEX_HOME to a folder that can be written.",
        ) from error
    return path


def write_private(path: Path, text: str) -> None:
    """Writes a file of mode 0600 whole or not at all."""
    new = path.with_name(f"{path.name}.new")
    new.unlink(missing_ok=True)
    with open(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    new.replace(path)


@contextmanager
def only_one(home: Path) -> Iterator[None]:
    """Makes a second start or stop in the same home wait until the first one is done."""
    with open(os.open(home / "services.lock", os.O_RDWR | os.O_CREAT, 0o600)) as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def alive(pid: int) -> psutil.Process | None:
    """The process of this id, or None when there is none or it has ended and is not yet reaped."""
    child = _children.get(pid)
    if child is not None and child.poll() is not None:
        _children.pop(pid, None)
        return None
    try:
        process = psutil.Process(pid)
        if process.status() != psutil.STATUS_ZOMBIE:
            return process
        # The threads of a killed program outlive its first one for a moment, and hold its ports.
        return process if child is not None or process.num_threads() > 1 else None
    except psutil.NoSuchProcess:
        return None


def command_line(process: psutil.Process) -> list[str]:
    """The program and arguments of a process; empty when it has ended."""
    try:
        return list(process.cmdline())
    except psutil.NoSuchProcess:
        return []


def launch(
    arguments: Sequence[str | Path], *, log: Path, environment: Mapping[str, str], folder: Path
) -> subprocess.Popen[bytes]:
    """Starts a program in `folder`, in a session of its own, with its output appended to `log`.

    The session keeps a Ctrl-C and a closed terminal, which are meant for the command, from it.
    """
    private_folder(log.parent)
    if log.exists() and log.stat().st_size > LOG_BYTES:
        log.replace(log.with_name(f"{log.name}.old"))
    with open(os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600), "ab") as output:
        child = subprocess.Popen(
            list(map(str, arguments)),
            cwd=folder,
            env=dict(environment),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            umask=0o077,
        )
    _children[child.pid] = child
    return child


def log_size(log: Path) -> int:
    """The size of a log in bytes; 0 when there is none."""
    return log.stat().st_size if log.exists() else 0


def log_tail(log: Path, start: int = 0, lines: int = 3) -> str:
    """The last lines that were written to `log` after byte `start`, joined by " | "."""
    if not log.exists():
        return ""
    size = log_size(log)
    with log.open("rb") as file:
        file.seek(max(start if start <= size else 0, size - 10_000))  # it may have been put aside
        text = file.read().decode(errors="replace")
    return " | ".join([line.strip() for line in text.splitlines() if line.strip()][-lines:])


def failure(service: str, why: str, log: Path, start: int = 0) -> ServiceError:
    """The error that says which service failed, why, its last words and where its log is."""
    tail = log_tail(log, start)
    words = f" It said: {tail.rstrip('.')}." if tail else ""
    return ServiceError(f"{service} {why}.{words}", next_step=f"Its log is {log}.")


def ending(status: int) -> str:
    """How a program ended, in words, from the status that `Popen.poll` gives."""
    if status < 0:
        return f"was ended by signal {signal.Signals(-status).name}"
    return f"ended with status {status}"


def terminate(
    service: str, process: psutil.Process, signals: Sequence[tuple[signal.Signals, float]]
) -> None:
    """Stops a process that leads its group: each signal goes to the group and has its seconds.

    Returns when every process of the group has ended. Raises ServiceError when one outlives the
    last signal or may not be signalled.
    """
    group = [member for member in psutil.process_iter() if _group(member.pid) == process.pid]
    for number, seconds in signals:
        try:
            os.killpg(process.pid, number)
        except ProcessLookupError:
            return
        except PermissionError as error:
            raise ServiceError(
                f"{service} (process {process.pid}) belongs to another user.",
                next_step="Stop it as the user who started it.",
            ) from error
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            if not any(alive(member.pid) == member for member in group):
                return
            time.sleep(0.01)
    raise ServiceError(
        f"{service} (process {process.pid}) does not stop.",
        next_step="See what holds it, for example a disk that does not answer.",
    )


def _group(pid: int) -> int | None:
    try:
        return os.getpgid(pid)
    except ProcessLookupError:
        return None


class BackgroundProcess:
    """A program that outlives the command, known by a pid file in `home`.

    The pid file holds the id and the start time (Unix seconds), so that another program which got
    the same id later is not taken for it.
    """

    def __init__(
        self,
        name: str,
        home: Path,
        signals: Sequence[tuple[signal.Signals, float]] = STOP,
    ) -> None:
        self.name = name
        self.home = home
        self.signals = signals
        self.log = home / "logs" / f"{name}.log"
        self._pid_file = home / f"{name}.pid"

    def process(self) -> psutil.Process | None:
        """The process, or None when it does not run."""
        try:
            noted = json.loads(self._pid_file.read_text())
            pid, created = int(noted["pid"]), float(noted["created"])
        except (FileNotFoundError, NotADirectoryError, ValueError, KeyError, TypeError):
            return None  # a pid file that cannot be read tells as little as none
        found = alive(pid)
        if found is None or abs(found.create_time() - created) > CLOCK_SECONDS:
            return None
        return found

    def running(self) -> bool:
        """Whether it runs."""
        return self.process() is not None

    def start(
        self,
        arguments: Sequence[str | Path],
        environment: Mapping[str, str],
        folder: Path | None = None,
    ) -> None:
        """Starts it, in `folder` or else in home; nothing happens when it runs already.

        `environment` is the whole environment of the program. Returns at once: whether the program
        is ready is for the caller to find out. Raises ServiceError when it cannot be started.
        """
        if self.running():
            return
        private_folder(self.home)
        try:
            child = launch(
                arguments, log=self.log, environment=environment, folder=folder or self.home
            )
        except OSError as error:
            raise failure(self.name, f"cannot be started: {error}", self.log) from error
        try:
            created = psutil.Process(child.pid).create_time()
            write_private(self._pid_file, json.dumps({"pid": child.pid, "created": created}))
        except BaseException:
            child.kill()  # without its pid file nobody would find it again
            child.wait()
            raise

    def stop(self) -> None:
        """Stops the whole process group. Nothing happens when it does not run."""
        process = self.process()
        if process is not None:
            terminate(self.name, process, self.signals)
        self._pid_file.unlink(missing_ok=True)
