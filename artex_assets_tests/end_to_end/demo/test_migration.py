"""The demo, from the dump to the target: what is shown and there, and what a second run does."""

import json
import os
import pty
import re
import subprocess

import psutil
import pytest

from artex_assets.settings import PROJECT
from artex_assets_tests.end_to_end.command import PROGRAMS
from artex_assets_tests.end_to_end.conftest import Demo
from artex_assets_tests.end_to_end.outcome import CORE, EXPECTED, FAULTS, HELD_BACK

ESCAPE = "\x1b"


def test_the_demo_ends_with_0_and_shows_each_table_s_counts(demo: Demo) -> None:
    assert demo.first.returncode == 0, demo.first.stdout + demo.first.stderr
    lines = [line.split() for line in demo.first.stdout.splitlines()]
    for table in CORE:
        counts = EXPECTED["tables"][table]
        row = next(line for line in lines if line and line[0] == table)
        shown = [counts["legacy"], counts["loaded"], counts["merged"], counts["quarantined"]]
        assert row[1:5] == [str(count) for count in shown]
        assert row[5:8] == [str(counts["loaded"]), "0", "0"]


def test_the_demo_names_each_quarantined_row_with_its_reason(demo: Demo) -> None:
    for line in HELD_BACK:
        assert f"  {line['table']} {line['key']}  {line['reason']}: " in demo.first.stdout


def test_progress_goes_to_standard_error_a_plain_line_a_step(demo: Demo) -> None:
    for result in (demo.first, demo.second):
        steps = re.findall(r"^\[(\d+)/(\d+)\] \w+", result.stderr, re.MULTILINE)
        assert [int(number) for number, _ in steps] == list(range(1, int(steps[0][1]) + 1))
        assert "] posters\n" in result.stderr
        assert "legacy_snapshot" not in result.stdout
        assert ESCAPE not in result.stderr + result.stdout
        assert "\r" not in result.stderr


@pytest.mark.parametrize("table", CORE)
def test_the_target_has_the_rows_that_the_summary_counts(demo: Demo, table: str) -> None:
    counts = EXPECTED["tables"][table]
    assert demo.target.counts[table] == counts["loaded"]
    stand = demo.target.stand[table]
    assert (stand["legacy_rows"], stand["merged"]) == (counts["legacy"], counts["merged"])
    assert stand["quarantined"] == counts["quarantined"]


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: f"{fault['table']}-{fault['id']}")
def test_each_planted_fault_became_what_it_says(demo: Demo, fault: dict[str, object]) -> None:
    outcomes = fault["outcomes"]
    assert isinstance(outcomes, list)
    for cell in outcomes:
        if cell["table"] in CORE:
            assert demo.target.actual(cell) == demo.target.value(cell), cell
            recorded = demo.target.records.get((cell["table"], cell["id"], cell["column"]))
            assert (recorded[0] if recorded else None) == cell["change"], cell


def test_no_other_cell_is_on_record_and_no_other_row_quarantined(demo: Demo) -> None:
    assert demo.target.records == demo.target.expected_records()
    assert demo.target.wrong() == []


def test_a_second_run_writes_nothing_at_all(demo: Demo) -> None:
    written = json.loads(demo.second.stdout)["written"]
    for table, counts in written.items():
        assert (counts["inserted"], counts["updated"], counts["adopted"]) == (0, 0, 0), table
    for table in CORE:
        assert written[table]["unchanged"] == EXPECTED["tables"][table]["loaded"]
    assert demo.after_second == demo.after_first


def test_json_is_all_that_is_on_standard_output_and_agrees_with_the_exit_status(demo: Demo) -> None:
    said = json.loads(demo.second.stdout)
    assert demo.second.returncode == said["exit_status"] == 2
    assert (said["success"], said["clean"]) == (True, False)
    assert (said["failures"], said["failed_checks"]) == ([], [])
    assert [
        {"table": line["table"], "key": line["key"], "reason": line["reason"].partition(":")[0]}
        for line in said["attention"]
        if line["table"] in CORE
    ] == HELD_BACK


def test_the_status_afterwards_shows_the_same_and_ends_with_2(demo: Demo) -> None:
    plain, as_json = demo.artex.run("status"), demo.artex.run("status", "--json")
    assert (plain.returncode, as_json.returncode) == (2, 2)
    said = json.loads(as_json.stdout)
    for table in CORE:
        counts = EXPECTED["tables"][table]
        assert {name: said["tables"][table][name] for name in counts} == counts
    assert "users 290  email_duplicate" in plain.stdout
    assert ESCAPE not in plain.stdout


def test_a_reader_that_goes_away_is_no_error(demo: Demo) -> None:
    for arguments in (("status",), ("status", "--json")):
        process = demo.artex.start(*arguments)
        assert process.stdout
        assert process.stderr
        process.stdout.close()
        assert process.stderr.read() == ""
        assert process.wait(30) in (1, 2)
        process.stderr.close()


def test_the_snapshot_is_for_its_owner_only(demo: Demo) -> None:
    root = demo.artex.home / "snapshot"
    files = [path for path in root.rglob("*") if path.is_file()]
    assert len([path for path in files if path.suffix == ".parquet"]) >= 9
    assert {path.stat().st_mode & 0o777 for path in files} == {0o600}
    folders = [root, *(path for path in root.rglob("*") if path.is_dir())]
    assert {path.stat().st_mode & 0o777 for path in folders} == {0o700}


def in_a_terminal(demo: Demo, *arguments: str, **settings: str) -> str:
    """What a command shows in a terminal."""
    controller, terminal = pty.openpty()
    process = subprocess.Popen(
        [PROGRAMS / "artex", *arguments],
        env=demo.artex.environment(**{"TERM": "xterm-256color", "COLUMNS": "100", **settings}),
        cwd=PROJECT,
        stdin=terminal,
        stdout=terminal,
        stderr=terminal,
    )
    os.close(terminal)
    shown = b""
    try:
        while block := os.read(controller, 65536):
            shown += block
    except OSError:
        pass  # the end of a terminal is an error on Linux
    os.close(controller)
    process.wait(30)
    return shown.decode()


def test_a_terminal_gets_style_unless_it_knows_none(demo: Demo) -> None:
    assert f"{ESCAPE}[1m" in in_a_terminal(demo, "status")
    assert ESCAPE not in in_a_terminal(demo, "status", TERM="dumb")


def test_a_terminal_gets_a_bar_that_is_gone_at_the_end(demo: Demo) -> None:
    shown = in_a_terminal(demo, "migrate", "--only", "core")
    assert "━" in shown
    assert re.search(r"\d+/\d+", shown)
    assert "[1/" not in shown
    assert shown.index("━") < shown.index("The run took")


def test_no_process_of_the_command_is_left_but_the_services(demo: Demo) -> None:
    left = [
        process.info["cmdline"]
        for process in psutil.process_iter(["cmdline"])
        if any(part.endswith("bin/artex") for part in process.info["cmdline"] or [])
        and process.environ().get("ARTEX_HOME") == str(demo.artex.home)
    ]
    assert left == []
