"""`artex migrate`, `artex status` and `artex demo`."""

import json
import time
from typing import Any

import click

from artex_assets.cli import services, summary
from artex_assets.cli.run import RunResult, run
from artex_assets.cli.terminal import console, say
from artex_assets.database.connection import connected
from artex_assets.database.failures import transacted
from artex_assets.embedded.defaults import target_url
from artex_assets.errors import SettingsError, TargetError
from artex_assets.legacy.source import backup_of
from artex_assets.report.standing import Standing, standing
from artex_assets.settings import PROJECT, Settings

EXPECTED = PROJECT / "data_fixtures" / "expected_outcome.json"


def migrate(settings: Settings, job: str, as_json: bool) -> int:
    """Runs the migration and shows what came of it. Returns the exit status."""
    result, stand, seconds = migrated(settings, job)
    if as_json:
        click.echo(json.dumps(summary.as_json(result, stand, seconds), indent=2))
    else:
        show(result, stand, seconds)
    return summary.exit_status(stand, result.failed_checks) if result.success else 1


def migrated(settings: Settings, job: str) -> tuple[RunResult, Standing, float]:
    """A run of `job`, where the tables stand after it, and its seconds with the services up."""
    backup_of(settings)  # a contradiction in the settings is said before anything is started
    services.start(settings)
    with connected(target_url(settings), "artex migrate", TargetError):
        pass  # nobody wants to hear this after a long restore
    began = time.monotonic()
    result = run(settings, job, "migrate")
    return result, stand_of(settings), time.monotonic() - began


def show(result: RunResult, stand: Standing, seconds: float) -> None:
    """Prints the summary of a run."""
    summary.show(stand, result.loads)
    summary.show_failures("Failed:", result.failures)
    summary.show_failures("Failed checks:", result.failed_checks)
    what = "The run took" if result.success else "The run failed after"
    console().print(f"\n{what} {seconds:.1f} s (run {result.run_id[:8]}).")


def status(settings: Settings, as_json: bool) -> int:
    """Shows where each table stands. Returns the exit status."""
    if settings.database_url is None:
        services.start(settings)
    stand = stand_of(settings)
    if as_json:
        click.echo(json.dumps(stand.as_json(), indent=2))
    else:
        summary.show(stand)
        if stand.clean:
            console().print("\nNothing needs attention.")
    return summary.exit_status(stand, [])


def stand_of(settings: Settings) -> Standing:
    """Where the tables stand in the target."""
    from artex_assets.tables.discovery import discover

    return transacted(
        target_url(settings),
        "artex status",
        TargetError,
        lambda connection: standing(connection, discover()),
    )


def demo(settings: Settings) -> int:
    """Migrates the demo backup into the embedded target. 0: it came to what is planted in it."""
    for name in ("database_url", "legacy_backup", "legacy_database_url"):
        if getattr(settings, name) is not None:
            raise SettingsError(
                f"{name.upper()} is set, and the demo is for the embedded target only.",
                next_step=f"Unset {name.upper()}, or run `artex migrate`.",
            )
    say("Starting PostgreSQL and SeaweedFS, and migrating the demo backup.")
    result, stand, seconds = migrated(settings, "migrate")
    show(result, stand, seconds)
    if not result.success:
        return 1
    unexpected = surprises(stand, json.loads(EXPECTED.read_text()), result.failed_checks)
    if unexpected:
        summary.show_failures("Not as planted (data_fixtures/README.md):", unexpected)
        return 2
    console().print(
        "\nThis is what the demo plants: see data_fixtures/README.md."
        "\nNext: .venv/bin/artex up, then open http://127.0.0.1:3000."
    )
    return 0


def surprises(stand: Standing, expected: dict[str, Any], failed_checks: list[str]) -> list[str]:
    """What differs from the expected outcome, a sentence each."""
    found = list(failed_checks)
    tables = {table.table: table for table in stand.tables}
    for name, counts in expected["tables"].items():
        actual = tables.get(name)
        for state, count in counts.items():
            have = getattr(actual, state, None)
            if have != count:
                found.append(f"{name}: {have} rows {state}, expected {count}")
    planted = {(line["table"], line["key"], line["reason"]) for line in expected["quarantined"]}
    actual_lines = {
        (line.table, line.key, line.reason.partition(":")[0])
        for line in stand.attention
        if line.kind == "quarantined"
    }
    found += [
        f"{table} {key} is not quarantined ({reason})"
        for table, key, reason in sorted(planted - actual_lines)
    ]
    found += [
        f"{table} {key} is quarantined ({reason})"
        for table, key, reason in sorted(actual_lines - planted)
    ]
    return found
