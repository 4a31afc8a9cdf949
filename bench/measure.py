"""A command as it is measured: its seconds, and its largest resident memory."""

import os
import subprocess
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import psutil


@dataclass(frozen=True)
class Measured:
    """seconds: of wall time. memory: the largest resident memory of the process in MiB.

    What starts a large process counts in the memory that the system says of it: a Python program
    measures its own.
    """

    seconds: float
    memory: float


def settle(busy: float = 5.0, longest: float = 20.0) -> None:
    """Waits until the machine does nothing: a server may still clean up after the tool before.

    busy: per cent of all cores from which it does something. longest: seconds after which the
    measurement begins anyway.
    """
    began = time.monotonic()
    while psutil.cpu_percent(interval=0.3) > busy and time.monotonic() - began < longest:
        pass


def report(began: float) -> None:
    """What a program that measures itself prints at its end; `began` is of `time.perf_counter`."""
    seconds = time.perf_counter() - began
    status = dict(line.split(":", 1) for line in Path("/proc/self/status").read_text().splitlines())
    print(seconds, int(status["VmHWM"].split()[0]) / 1024)


def run(
    command: Sequence[str],
    environment: Mapping[str, str] | None = None,
    *,
    reports: bool = False,
) -> Measured:
    """Runs a command to its end. One that reports has left out its own start.

    Raises RuntimeError with the end of what the command complained of when it fails.
    """
    with tempfile.TemporaryFile("w+") as output, tempfile.TemporaryFile("w+") as errors:
        began = time.perf_counter()
        child = subprocess.Popen(command, env=environment, stdout=output, stderr=errors)
        _, status, usage = os.wait4(child.pid, 0)
        seconds = time.perf_counter() - began
        child.returncode = os.waitstatus_to_exitcode(status)
        output.seek(0)
        errors.seek(0)
        if child.returncode:
            raise RuntimeError(f"{command[0]} failed: {errors.read()[-2000:]}")
        if reports:
            return Measured(*map(float, output.read().split()))
        return Measured(seconds, usage.ru_maxrss / 1024)
