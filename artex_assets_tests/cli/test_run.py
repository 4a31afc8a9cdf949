"""Which runs are taken for dead: those whose process has gone, and no other."""

import os
import subprocess
import sys
import uuid

import dagster as dg
import psutil
import pytest

from artex_assets.cli import run
from artex_assets.cli.run import HOST, PROCESS, _close_dead_runs, _this_process


@pytest.fixture
def host() -> str:
    import socket

    return socket.gethostname()


def begun(instance: dg.DagsterInstance, status: dg.DagsterRunStatus, tags: dict[str, str]) -> str:
    @dg.op
    def nothing() -> None: ...

    @dg.job
    def job() -> None:
        nothing()

    return instance.create_run_for_job(
        job, run_id=str(uuid.uuid4()), tags=tags, status=status
    ).run_id


def dead_process() -> str:
    child = subprocess.Popen([sys.executable, "-c", ""])
    child.wait()
    return f"{child.pid} {psutil.Process().create_time():.0f}"


@pytest.mark.parametrize("status", ["NOT_STARTED", "STARTING", "STARTED", "CANCELING"])
def test_a_run_whose_process_is_gone_is_failed(host: str, status: str) -> None:
    with dg.DagsterInstance.ephemeral() as instance:
        tags = {HOST: host, PROCESS: dead_process()}
        run_id = begun(instance, dg.DagsterRunStatus[status], tags)
        _close_dead_runs(instance)
        found = instance.get_run_by_id(run_id)
        assert found
        assert found.status == dg.DagsterRunStatus.FAILURE


@pytest.mark.parametrize(
    "tags",
    [
        {HOST: "this", PROCESS: "this"},
        {HOST: "another machine", PROCESS: "1 1"},
        {"dagster/run_from": "the UI"},
    ],
    ids=["alive", "of another machine", "of the UI"],
)
def test_another_s_run_is_left_alone(host: str, tags: dict[str, str]) -> None:
    tags = {
        name: host if (name, value) == (HOST, "this") else value for name, value in tags.items()
    }
    tags = {name: _this_process() if value == "this" else value for name, value in tags.items()}
    with dg.DagsterInstance.ephemeral() as instance:
        run_id = begun(instance, dg.DagsterRunStatus.STARTED, tags)
        _close_dead_runs(instance)
        found = instance.get_run_by_id(run_id)
        assert found
        assert found.status == dg.DagsterRunStatus.STARTED


def test_a_process_that_got_the_same_id_later_is_not_taken_for_it() -> None:
    created = psutil.Process().create_time()
    assert run._runs(f"{os.getpid()} {created:.0f}")
    assert not run._runs(f"{os.getpid()} {created - 3600:.0f}")
    assert not run._runs("")
