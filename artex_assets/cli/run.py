"""A run of a job on the Dagster instance, in this process, with progress."""

import os
import socket
import time
import uuid
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

import psutil

from artex_assets.cli.environment import dagster_home, environment
from artex_assets.cli.image_progress import following
from artex_assets.cli.terminal import say
from artex_assets.database.connection import connected
from artex_assets.embedded.defaults import dagster_url, target_url
from artex_assets.embedded.process import CLOCK_SECONDS, alive
from artex_assets.errors import ArtexError
from artex_assets.images.sets import IMAGE_SETS, IMAGES_FAILED
from artex_assets.settings import Settings

if TYPE_CHECKING:
    from dagster import DagsterEvent, DagsterInstance, EventLogEntry

COMMAND, HOST, PROCESS = "artex/command", "artex/host", "artex/process"

STEP_EVENTS = {
    "STEP_START": None,
    "STEP_SUCCESS": "",
    "STEP_FAILURE": " failed",
    "STEP_SKIPPED": " skipped",
}
"""The events that progress is made of, and what is said of a step that ended so."""


@dataclass(frozen=True)
class RunResult:
    """What a run came to. One whose images failed has finished: they are open, not lost.

    seconds: its wall time. failures: a sentence for each step that failed otherwise. failed_checks:
    `asset: what it found` for each check of severity ERROR that did not pass. loads: by table, the
    counts of its load.
    """

    run_id: str
    success: bool
    seconds: float
    failures: list[str]
    failed_checks: list[str]
    loads: dict[str, dict[str, int]]


class RunError(ArtexError):
    """A run could not be made, or was interrupted."""


COUNTS = ("legacy rows", "merged", "quarantined", "inserted", "updated", "unchanged", "adopted")


def run(
    settings: Settings, job: str, command: str, tags: Mapping[str, str] | None = None
) -> RunResult:
    """Executes `job` on the instance. Raises RunError when it is interrupted."""
    began = time.monotonic()
    dagster_home(settings)
    os.environ.update(environment(settings))
    import dagster as dg

    from artex_assets.definitions import defs

    run_id = str(uuid.uuid4())
    with _instance(settings) as instance:
        _close_dead_runs(instance)
        definition = defs.resolve_job_def(job)
        steps = len(definition.graph.node_dict)
        with _progress(instance, run_id, steps, target_url(settings)):
            try:
                result = definition.execute_in_process(
                    run_config={"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}},
                    instance=instance,
                    raise_on_error=False,
                    run_id=run_id,
                    tags={
                        COMMAND: command,
                        HOST: socket.gethostname(),
                        PROCESS: _this_process(),
                        **(tags or {}),
                    },
                )
            except (KeyboardInterrupt, dg.DagsterExecutionInterruptedError):
                result = None
        if result is None or any(map(_is_interruption, result.all_events)):
            record = instance.get_run_by_id(run_id)
            if record is not None and not record.is_finished:
                instance.report_run_canceled(record)
            raise RunError(
                "The run was interrupted; what it had committed stays.",
                next_step="Run the same command again: it goes on where this one stopped.",
            )
        return _result(run_id, time.monotonic() - began, result.all_events)


@contextmanager
def _instance(settings: Settings) -> "Iterator[DagsterInstance]":
    """The instance, with its storage's connections kept. Raises RunError when it has no storage."""
    import dagster as dg

    with connected(dagster_url(settings), "artex", RunError):
        pass  # Dagster would try for long, and then say so in a hundred lines
    with dg.DagsterInstance.get() as instance:
        # Otherwise each event makes two connections: a third of the whole run's time.
        instance.optimize_for_webserver(statement_timeout=0, pool_recycle=-1, max_overflow=20)
        yield instance


def _is_interruption(event: "DagsterEvent") -> bool:
    """Whether Dagster, which takes signals while it executes, ended the run because of one."""
    if event.event_type_value != "PIPELINE_FAILURE":
        return False
    reason = event.job_failure_data.failure_reason
    return reason is not None and reason.value == "UNEXPECTED_TERMINATION"


def _result(run_id: str, seconds: float, events: "Sequence[DagsterEvent]") -> RunResult:
    failures: list[str] = []
    failed_checks: list[str] = []
    loads: dict[str, dict[str, int]] = {}
    for event in events:
        if event.is_step_failure and not _of_images(event):
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
    return RunResult(run_id, not failures, seconds, failures, failed_checks, loads)


def _of_images(event: "DagsterEvent") -> bool:
    """Whether a step failed only in that some images did."""
    told = event.step_failure_data.user_failure_data
    return told is not None and IMAGES_FAILED in told.metadata


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

    unfinished = dg.RunsFilter(
        tags={HOST: socket.gethostname()},
        statuses=[
            dg.DagsterRunStatus.NOT_STARTED,
            dg.DagsterRunStatus.STARTING,
            dg.DagsterRunStatus.STARTED,
            dg.DagsterRunStatus.CANCELING,
        ],
    )
    for record in instance.get_runs(filters=unfinished):
        if not _runs(record.tags.get(PROCESS, "")):
            instance.report_run_failed(record, "The process of this run is gone.")


def _this_process() -> str:
    """This process's id and start time: another process may get the same id later."""
    return f"{os.getpid()} {psutil.Process().create_time():.0f}"


def _runs(process: str) -> bool:
    pid, _, created = process.partition(" ")
    found = alive(int(pid)) if pid.isdigit() and created.isdigit() else None
    return found is not None and abs(found.create_time() - int(created)) <= CLOCK_SECONDS


@contextmanager
def _progress(instance: "DagsterInstance", run_id: str, steps: int, target: str) -> Iterator[None]:
    """Shows the steps of a run as they end: a bar on a terminal, a line each elsewhere.

    target: the URL of the database whose ledger tells how far an image set is.
    """
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    console = Console(stderr=True, highlight=False)
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    progress = Progress(
        *columns,
        TimeElapsedColumn(),
        console=console,
        transient=True,
        disable=not console.is_terminal,
    )
    task = progress.add_task("migrating", total=steps)
    ended = 0

    def show(entry: "EventLogEntry") -> None:
        nonlocal ended
        event = entry.dagster_event
        if event is None or event.event_type_value not in STEP_EVENTS:
            return
        how = STEP_EVENTS[event.event_type_value]
        images.close()
        if how is None:
            progress.update(task, description=event.step_key)
            if event.step_key in IMAGE_SETS and not progress.disable:
                images.enter_context(
                    following(
                        target,
                        event.step_key,
                        lambda line: progress.update(task, description=line),
                    )
                )
            return
        ended += 1
        progress.advance(task)
        if progress.disable:
            # A reader that has gone, as in `2>&1 | head`, must not end the migration.
            with suppress(BrokenPipeError):
                say(f"[{ended}/{steps}] {event.step_key}{how}")

    instance.add_event_listener(run_id, show)
    with progress, ExitStack() as images:
        yield
