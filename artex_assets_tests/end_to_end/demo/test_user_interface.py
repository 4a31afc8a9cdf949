"""The Dagster UI on the demo's instance: what it shows, and that its own buttons work."""

import re
import shlex
import socket
import subprocess
from collections.abc import Iterator
from typing import Any

import psutil
import pytest

from artex_assets.settings import PROJECT
from artex_assets_tests.end_to_end.command import PROGRAMS
from artex_assets_tests.end_to_end.conftest import Demo
from artex_assets_tests.end_to_end.graphql import Client
from artex_assets_tests.end_to_end.outcome import CORE, Target, versions

ASSETS = """
{ assetNodes {
    assetKey { path }
    assetMaterializations(limit: 1) { runId metadataEntries { label } }
    assetChecksOrError { ... on AssetChecks { checks {
        name executionForLatestMaterialization { status evaluation { severity } }
    } } }
} }
"""


@pytest.fixture(scope="module")
def port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture(scope="module")
def client(demo: Demo, port: int) -> Iterator[Client]:
    """The UI of `artex up`; at the end `artex down`, after which no process is left."""
    up = demo.artex.run("up", "--port", str(port))
    assert up.returncode == 0, up.stderr
    assert f"The Dagster UI is at http://127.0.0.1:{port}." in up.stdout
    yield Client(f"http://127.0.0.1:{port}")
    down = demo.artex.run("down")
    assert (down.returncode, down.stdout) == (0, "Everything is stopped.\n")
    assert processes(demo) == []


def processes(demo: Demo) -> list[str]:
    """The command lines of all processes of this home."""
    found = []
    for process in psutil.process_iter(["cmdline"]):
        line = " ".join(process.info["cmdline"] or [])
        try:
            home = process.environ().get("ARTEX_HOME")
        except (psutil.NoSuchProcess, psutil.AccessDenied, psutil.ZombieProcess):
            home = None
        if home == str(demo.artex.home) or str(demo.artex.home) in line:
            found.append(line)
    return found


def nodes(client: Client) -> dict[tuple[str, ...], dict[str, Any]]:
    return {tuple(node["assetKey"]["path"]): node for node in client.ask(ASSETS)["assetNodes"]}


def test_a_port_that_is_taken_is_named(demo: Demo) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        number = taken.getsockname()[1]
        result = demo.artex.run("up", "--port", str(number))
    assert result.returncode == 1
    assert f"Port {number} on 127.0.0.1 is taken by another program" in result.stderr


def test_every_asset_of_the_migration_is_materialized(client: Client) -> None:
    found = nodes(client)
    assert {(table,) for table in CORE} <= set(found)
    assert {("target_schema",), ("legacy", "users"), ("legacy", "artworks")} <= set(found)
    core = [key for key in found if key[0] == "legacy" or key[0] in (*CORE, "target_schema")]
    assert len(core) >= 19
    assert [key for key in core if not found[key]["assetMaterializations"]] == []
    labels = [
        entry["label"] for entry in found["posters",]["assetMaterializations"][0]["metadataEntries"]
    ]
    for label in ("legacy rows", "inserted", "unchanged", "seconds", "rows per second"):
        assert label in labels
    assert "dagster/column_lineage" in labels


def test_every_check_has_a_result_and_only_the_two_quarantines_warn(client: Client) -> None:
    found = nodes(client)
    failed = set()
    for table in CORE:
        checks = found[(table,)]["assetChecksOrError"]["checks"]
        assert {"contract", "conservation", "unique_keys", "foreign_keys", "sequence"} <= {
            check["name"] for check in checks
        }
        for check in checks:
            latest = check["executionForLatestMaterialization"]
            assert latest, (table, check["name"])
            if latest["status"] != "SUCCEEDED":
                failed.add((table, check["name"], latest["evaluation"]["severity"]))
    assert failed == {("users", "quarantine", "WARN"), ("user_posters", "quarantine", "WARN")}


def test_starting_it_twice_is_harmless_and_another_port_is_refused(
    demo: Demo, client: Client, port: int
) -> None:
    again = demo.artex.run("up", "--port", str(port))
    assert again.returncode == 0
    with socket.create_server(("127.0.0.1", 0)) as taken:
        number = taken.getsockname()[1]
        other = demo.artex.run("up", "--port", str(number))
    assert other.returncode == 1
    assert f"The Dagster UI runs already, but not at http://127.0.0.1:{number}." in other.stderr


def test_one_table_and_then_all_can_be_materialized_and_nothing_is_written(
    demo: Demo, client: Client
) -> None:
    before = versions(demo.url)
    one = client.launch([["users"]])
    assert nodes(client)["users",]["assetMaterializations"][0]["runId"] == one
    core = [
        list(key)
        for key in nodes(client)
        if key[0] == "legacy" or key[0] in (*CORE, "target_schema")
    ]
    every = client.launch(core)
    after = nodes(client)
    assert {after[tuple(key)]["assetMaterializations"][0]["runId"] for key in core} == {every}
    assert versions(demo.url) == before
    assert Target(demo.url).wrong() == []


def test_a_single_check_can_be_executed_alone(client: Client) -> None:
    check = {"assetKey": {"path": ["users"]}, "name": "conservation"}
    run_id = client.launch([], [check])
    events = client.ask(
        """query($id: ID!) { runOrError(runId: $id) { ... on Run {
            assetCheckEvaluations: eventConnection { events {
                ... on AssetCheckEvaluationEvent { evaluation { checkName success } }
            } }
        } } }""",
        id=run_id,
    )["runOrError"]["assetCheckEvaluations"]["events"]
    evaluated = [event["evaluation"] for event in events if event]
    assert evaluated == [{"checkName": "conservation", "success": True}]


def test_no_secret_or_home_of_another_is_in_the_command_lines(demo: Demo, client: Client) -> None:
    lines = processes(demo)
    assert any("dagster" in line for line in lines)
    assert not re.search(r"postgresql(\+\w+)?://", " ".join(lines))


def test_plain_dagster_and_dg_load_the_project_in_the_environment_of_artex_env(demo: Demo) -> None:
    for command in ("dagster definitions validate -w workspace.yaml", "dg check defs"):
        script = f'eval "$({shlex.quote(str(PROGRAMS / "artex"))} env)" && {command}'
        result = subprocess.run(
            ["/bin/bash", "-c", script],
            env=demo.artex.environment(),
            cwd=PROJECT,
            capture_output=True,
            text=True,
        )
        assert result.returncode == 0, result.stdout + result.stderr
