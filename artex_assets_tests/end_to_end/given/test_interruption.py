"""Runs that are stopped in the middle: what they say, what stays, and that the next one goes on."""

import signal
import time

import psycopg
import pytest

from artex_assets.embedded.postgres import DAGSTER_DATABASE
from artex_assets.settings import DEMO_BACKUP
from artex_assets.target.schema import create
from artex_assets_tests.end_to_end.command import Artex, table_held, wait_for_load
from artex_assets_tests.end_to_end.outcome import Target

DEMO = {"LEGACY_BACKUP": str(DEMO_BACKUP)}


def statuses(artex: Artex) -> list[str]:
    """The status of every run on the instance, the oldest first."""
    with psycopg.connect(artex.url(DAGSTER_DATABASE)) as connection:
        return [row[0] for row in connection.execute("SELECT status FROM runs ORDER BY id")]


def count(url: str, table: str) -> int:
    with psycopg.connect(url) as connection:
        row = connection.execute(f'SELECT count(*) FROM "{table}"').fetchone()  # noqa: S608
        assert row is not None
        return int(row[0])


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_stops_a_run_with_a_sentence_and_the_next_goes_on(
    given: Artex, number: signal.Signals
) -> None:
    name = f"stopped_by_{number.name.lower()}"
    url = given.new_database(name)
    create(url)
    with table_held(url, "posters"):
        process = given.start("migrate", "--only", "core", DATABASE_URL=url, **DEMO)
        wait_for_load(url, "posters", process)
        process.send_signal(number)
        began = time.monotonic()
        time.sleep(0.05)
        process.send_signal(number)  # again, while it stops
        stdout, stderr = process.communicate(timeout=30)
        assert time.monotonic() - began < 10
    assert process.returncode == 1
    assert stdout == ""
    assert stderr.splitlines()[-1] == (
        "artex: The run was interrupted; what it had committed stays. "
        "Run the same command again: it goes on where this one stopped."
    )
    assert "Traceback" not in stderr
    assert statuses(given)[-1] in ("CANCELED", "FAILURE")
    assert (count(url, "artists"), count(url, "posters")) == (68, 0)
    if number == signal.SIGTERM:
        again = given.run("migrate", "--only", "core", DATABASE_URL=url, **DEMO)
        assert again.returncode == 2, again.stderr
        assert Target(url).wrong() == []


def test_a_killed_run_leaves_whole_tables_and_the_next_one_ends_the_same(given: Artex) -> None:
    url = given.new_database("killed")
    create(url)
    with table_held(url, "posters"):
        process = given.start("migrate", "--only", "core", DATABASE_URL=url, **DEMO)
        wait_for_load(url, "posters", process)
        process.kill()
        process.communicate()
    assert statuses(given)[-1] == "STARTED"
    assert (count(url, "artists"), count(url, "posters")) == (68, 0)
    again = given.run("migrate", "--only", "core", DATABASE_URL=url, **DEMO)
    assert again.returncode == 2, again.stderr
    assert Target(url).wrong() == []
    assert statuses(given)[-2:] == ["FAILURE", "SUCCESS"]
    assert not {"STARTED", "STARTING", "NOT_STARTED"} & set(statuses(given))


def test_a_signal_before_the_run_begins_ends_with_1_and_a_sentence(given: Artex) -> None:
    process = given.start("migrate", "--only", "core", **DEMO)
    assert process.stderr
    time.sleep(0.4)  # while it imports
    process.send_signal(signal.SIGTERM)
    _, stderr = process.communicate(timeout=30)
    assert process.returncode == 1
    assert "interrupted" in stderr
    assert "Traceback" not in stderr
