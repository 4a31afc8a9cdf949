"""Programs behind the command: started once, found again, stopped whole."""

import json
import os
import signal
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from artex_assets.embedded.process import LOG_BYTES, BackgroundProcess, private_folder
from artex_assets.errors import ServiceError

ENVIRONMENT = {"PATH": os.environ["PATH"], "WORD": "a word"}


@pytest.fixture
def program(tmp_path: Path) -> Iterator[BackgroundProcess]:
    """A program of the test's own, stopped afterwards."""
    program = BackgroundProcess("program", tmp_path / "home")
    yield program
    program.stop()


def wait_for(text: str, log: Path) -> None:
    deadline = time.monotonic() + 10
    while text not in log.read_text():
        assert time.monotonic() < deadline, log.read_text()
        time.sleep(0.01)


def test_a_program_runs_with_its_environment_and_log_in_a_session_of_its_own(
    program: BackgroundProcess,
) -> None:
    program.start(["sh", "-c", 'echo "$WORD"; pwd; exec sleep 60'], ENVIRONMENT)

    process = program.process()
    assert process is not None
    assert os.getsid(process.pid) == process.pid  # Ctrl-C in this terminal does not reach it
    wait_for(f"a word\n{program.home}\n", program.log)
    assert program.log.stat().st_mode & 0o777 == 0o600


def test_starting_twice_leaves_the_first_one(program: BackgroundProcess) -> None:
    program.start(["sleep", "60"], ENVIRONMENT)
    first = program.process()

    BackgroundProcess("program", program.home).start(["sleep", "61"], ENVIRONMENT)

    assert program.process() == first


def test_stopping_ends_the_children_too(program: BackgroundProcess) -> None:
    program.start(["sh", "-c", "sleep 60 & echo started; wait"], ENVIRONMENT)
    wait_for("started", program.log)
    process = program.process()
    assert process is not None
    children = process.children()
    assert children

    program.stop()

    assert not program.running()
    # An orphan that nobody has reaped has ended all the same.
    assert [c for c in children if c.is_running() and c.status() != psutil.STATUS_ZOMBIE] == []


def test_a_program_that_ignores_sigterm_is_killed(program: BackgroundProcess) -> None:
    program.signals = ((signal.SIGTERM, 0.2), (signal.SIGKILL, 10.0))
    program.start(["sh", "-c", "trap '' TERM; echo deaf; sleep 60; sleep 60"], ENVIRONMENT)
    wait_for("deaf", program.log)

    program.stop()

    assert not program.running()


def test_a_killed_program_is_noticed_and_starts_again(program: BackgroundProcess) -> None:
    program.start(["sleep", "60"], ENVIRONMENT)
    first = program.process()
    assert first is not None
    first.kill()
    deadline = time.monotonic() + 10
    while program.running() and time.monotonic() < deadline:
        time.sleep(0.01)

    program.start(["sleep", "60"], ENVIRONMENT)

    second = program.process()
    assert second is not None
    assert second != first


def test_another_program_with_the_noted_id_is_neither_taken_for_it_nor_stopped(
    program: BackgroundProcess,
) -> None:
    other = BackgroundProcess("other", program.home)
    other.start(["sleep", "60"], ENVIRONMENT)
    process = other.process()
    assert process is not None
    noted = {"pid": process.pid, "created": process.create_time() - 3600}
    (program.home / "program.pid").write_text(json.dumps(noted))

    assert not program.running()
    program.stop()

    assert other.running()
    other.stop()


@pytest.mark.parametrize("text", ["", "12", "{}", '{"pid": "x"}', "\x00\x00"])
def test_a_damaged_pid_file_counts_as_none(program: BackgroundProcess, text: str) -> None:
    private_folder(program.home)
    (program.home / "program.pid").write_text(text)

    assert not program.running()
    program.start(["sleep", "60"], ENVIRONMENT)
    assert program.running()


def test_a_program_that_is_missing_is_named_with_its_log(program: BackgroundProcess) -> None:
    with pytest.raises(ServiceError, match=r"program cannot be started: .*no-such") as raised:
        program.start(["/no-such-program"], ENVIRONMENT)
    assert str(program.log) in str(raised.value)


def test_a_long_log_is_put_aside(program: BackgroundProcess) -> None:
    private_folder(program.log.parent)
    program.log.write_bytes(b"x" * (LOG_BYTES + 1))

    program.start(["sh", "-c", "echo new; exec sleep 60"], ENVIRONMENT)

    wait_for("new\n", program.log)
    assert program.log.stat().st_size == 4
    assert program.log.with_name("program.log.old").stat().st_size == LOG_BYTES + 1
