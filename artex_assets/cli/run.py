"""A run of a job on the Dagster instance, in this process, with progress."""

import os
import signal
import socket
import threading
import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

import psutil

from artex_assets.cli.environment import dagster_home, environment
from artex_assets.errors import ArtexError
from artex_assets.settings import Settings

if TYPE_CHECKING:
    from dagster import DagsterEvent, DagsterInstance

COMMAND, HOST, PID = "artex/command", "artex/host", "artex/pid"

POLL_SECONDS = 0.25


@dataclass(frozen=True)
class RunResult:
    """What a run came to.

    failures: a sentence for each step that failed. failed_checks: `asset: what it found` for each
    check of severity ERROR that did not pass.
    """

    run_id: str
    success: bool
    failures: list[str]
    failed_checks: list[str]
    loads: dict[str, dict[str, int]]


class RunError(ArtexError):
    """A run could not be made, or was interrupted."""


COUNTS = ("legacy rows", "merged", "quarantined", "inserted", "updated", "unchanged", "adopted")


def run(settings: Settings, job: str, command: str) -> RunResult:
    """Executes `job` on the instance. Raises RunError when it is interrupted."""
    dagster_home(settings)
    os.environ.update(environment(settings))
    import dagster as dg

    from artex_assets.definitions import defs

    run_id = str(uuid.uuid4())
    with dg.DagsterInstance.get() as instance, _interruptible():
        _close_dead_runs(instance)
        definition = defs.resolve_job_def(job)
        steps = len(list(definition.graph.node_dict))
        with _progress(instance, run_id, steps):
            try:
                result = definition.execute_in_process(
                    run_config={"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}},
                    instance=instance,
                    raise_on_error=False,
                    run_id=run_id,
                    tags={COMMAND: command, HOST: socket.gethostname(), PID: str(os.getpid())},
                )
            except (KeyboardInterrupt, dg.DagsterExecutionInterruptedError):
                result = None
        if result is None or _interrupted.is_set():
            record = instance.get_run_by_id(run_id)
            if record is not None and not record.is_finished:
                instance.report_run_canceled(record)
            raise RunError(
                "The run was interrupted; what it had committed stays.",
                next_step="Run the same command again: it goes on where this one stopped.",
            )
        return _result(run_id, result.success, result.all_events)


def _result(run_id: str, success: bool, events: "Sequence[DagsterEvent]") -> RunResult:
    failures: list[str] = []
    failed_checks: list[str] = []
    loads: dict[str, dict[str, int]] = {}
    for event in events:
        if event.is_step_failure:
            failures.append(f"{event.step_key}: {_why(event)}")
        elif event.is_step_materialization:
            made = event.step_materialization_data.materialization
            if made.asset_key.path[0] == "legacy" or "legacy rows" not in made.metadata:
                continue
            values = {name: made.metadata[name].value for name in COUNTS}
            loads[made.asset_key.path[-1]] = {
                name: int(value) for name, value in values.items() if isinstance(value, int)
            }
        elif event.event_type_value == "ASSET_CHECK_EVALUATION":
            found = event.asset_check_evaluation_data
            if not found.passed and found.severity.value == "ERROR":
                name = f"{'/'.join(found.asset_key.path)} {found.check_name}"
                failed_checks.append(f"{name}: {found.description}")
    return RunResult(run_id, success, failures, failed_checks, loads)


def _why(event: "DagsterEvent") -> str:
    data = event.step_failure_data
    if data.user_failure_data is not None and data.user_failure_data.description:
        return str(data.user_failure_data.description)
    error = data.error
    while error is not None and error.cause is not None:
        error = error.cause
    return error.message.strip() if error is not None else "it failed without saying why"


def _close_dead_runs(instance: "DagsterInstance") -> None:
    """A run of a command that was killed would stay "started" for ever."""
    import dagster as dg

    started = dg.RunsFilter(
        tags={HOST: socket.gethostname()}, statuses=[dg.DagsterRunStatus.STARTED]
    )
    for record in instance.get_runs(filters=started):
        pid = record.tags.get(PID, "")
        if pid.isdigit() and not _is_artex(int(pid)):
            instance.report_run_failed(record, "The process of this run is gone.")


def _is_artex(pid: int) -> bool:
    try:
        return any("artex" in part for part in psutil.Process(pid).cmdline())
    except psutil.NoSuchProcess:
        return False


_interrupted = threading.Event()


@contextmanager
def _interruptible() -> Iterator[None]:
    """SIGTERM stops a run as Ctrl-C does; a second one while it stops changes nothing."""
    _interrupted.clear()

    def interrupt(number: int, frame: object) -> None:
        if not _interrupted.is_set():
            _interrupted.set()
            raise KeyboardInterrupt

    before = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT)}
    for number in before:
        signal.signal(number, interrupt)
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


@contextmanager
def _progress(instance: "DagsterInstance", run_id: str, steps: int) -> Iterator[None]:
    """Shows the steps of a run as they end, read from its event log."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    done = threading.Event()
    console = Console(stderr=True, highlight=False)
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    with Progress(*columns, TimeElapsedColumn(), console=console, transient=True) as progress:
        task = progress.add_task("migrating", total=steps)

        def follow() -> None:
            import dagster as dg

            cursor: str | None = None
            wanted = {
                dg.DagsterEventType.STEP_START,
                dg.DagsterEventType.STEP_SUCCESS,
                dg.DagsterEventType.STEP_FAILURE,
            }
            while not done.wait(POLL_SECONDS):
                found = instance.get_records_for_run(run_id, cursor, wanted)
                cursor = found.cursor
                for record in found.records:
                    event = record.event_log_entry.dagster_event
                    if event is None:
                        continue
                    if event.event_type == dg.DagsterEventType.STEP_START:
                        progress.update(task, description=event.step_key)
                    else:
                        progress.advance(task)

        follower = threading.Thread(target=follow, daemon=True)
        if console.is_terminal:
            follower.start()
        try:
            yield
        finally:
            done.set()
            if follower.is_alive():
                follower.join()
