"""`artex migrate`, `artex images retry`, `artex status` and `artex demo`."""

import json
import os
from typing import TYPE_CHECKING, Any

import click

from artex_assets.cli import services, summary
from artex_assets.cli.run import RunResult, run
from artex_assets.cli.scope import scope_of
from artex_assets.cli.terminal import console, say
from artex_assets.database.connection import Connection, connected
from artex_assets.database.failures import transacted
from artex_assets.embedded.defaults import target_url
from artex_assets.errors import SettingsError, TargetError
from artex_assets.legacy.source import backup_of
from artex_assets.report.standing import Standing, standing
from artex_assets.settings import PROJECT, Settings

if TYPE_CHECKING:
    from data_fixtures.pictures.bucket import Filled

EXPECTED = PROJECT / "data_fixtures" / "expected_outcome.json"


def migrate(settings: Settings, job: str, sample: int | None, as_json: bool) -> int:
    """Runs the migration and shows what came of it. Returns the exit status."""
    result, stand = migrated(settings, job, "migrate", sample)
    return shown(result, stand, as_json)


def retry_images(settings: Settings, as_json: bool) -> int:
    """Takes up the images that failed or are pending. Returns the exit status."""
    services.start(settings)
    stand = stand_of(settings, "images")
    if stand.image_sets and not any(
        not one.started or one.failed or one.pending for one in stand.image_sets
    ):
        say("No image is failed or pending.")
        return summary.exit_status(stand, [])
    result, stand = migrated(settings, "images", "images retry", None)
    return shown(result, stand, as_json)


def migrated(
    settings: Settings, job: str, command: str, sample: int | None
) -> tuple[RunResult, Standing]:
    """A run of `job` with the services up, and where its tables and images stand after it."""
    backup_of(settings)  # a contradiction in the settings is said before anything is started
    services.start(settings)
    with connected(target_url(settings), f"artex {command}", TargetError):
        pass  # nobody wants to hear this after a long restore
    tags = scope_of(job).tags(settings.artex_image_batches, sample)
    result = run(settings, job, command, tags)
    return result, stand_of(settings, job)


def shown(result: RunResult, stand: Standing, as_json: bool) -> int:
    """Prints the summary of a run. Returns the exit status."""
    if as_json:
        click.echo(json.dumps(summary.as_json(result, stand), indent=2))
    else:
        summary.show_run(result, stand)
    return summary.exit_status(stand, result.failed_checks) if result.success else 1


def status(settings: Settings, as_json: bool) -> int:
    """Shows where each table and image set stands. Returns the exit status."""
    if settings.database_url is None:
        services.start(settings)
    stand = stand_of(settings, "migrate")
    if as_json:
        click.echo(json.dumps(stand.as_json(), indent=2))
    else:
        summary.show(stand)
        if stand.clean:
            console().print("\nNothing needs attention.")
    return summary.exit_status(stand, [])


def stand_of(settings: Settings, job: str) -> Standing:
    """Where the tables and image sets of a job stand in the target."""
    scope = scope_of(job)

    def read(connection: Connection) -> Standing:
        with connection.transaction():
            return standing(connection, scope.tables, scope.image_sets)

    return transacted(target_url(settings), "artex status", TargetError, read)


def demo(settings: Settings) -> int:
    """Migrates the demo backup into the embedded target. 0: it came to what is planted in it."""
    for name in ("database_url", "legacy_backup", "legacy_database_url", "target_bucket"):
        if getattr(settings, name) is not None:
            variable = Settings.model_fields[name].alias
            raise SettingsError(
                f"{variable} is set, and the demo is for the embedded servers only.",
                next_step=f"Unset {variable}, or run `artex migrate`.",
            )
    say("Starting PostgreSQL and SeaweedFS.")
    services.start(settings)
    say("Drawing the demo's pictures that are not in the source bucket yet.")
    filled = _fill(settings)
    say(filled.sentence)
    if filled.made_here:
        os.environ["LEGACY_BACKUP"] = str(filled.backup)
    result, stand = migrated(settings, "migrate", "demo", None)
    summary.show_run(result, stand)
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


def _fill(settings: Settings) -> "Filled":
    from artex_assets.images.storage import source
    from data_fixtures.pictures.bucket import fill

    account = source(settings)
    return fill(account.client(), account.name, settings.home / "demo")


def surprises(stand: Standing, expected: dict[str, Any], failed_checks: list[str]) -> list[str]:
    """What differs from the expected outcome, a sentence each."""
    found = [line for line in failed_checks if " completeness: " not in line]
    sets = {one.image_set: one for one in stand.image_sets}
    for name, counts in expected["image_sets"].items():
        for state, count in counts.items():
            have = getattr(sets.get(name), state, None)
            if have != count:
                found.append(f"{name}: {have} images {state}, expected {count}")
    tables = {table.table: table for table in stand.tables}
    for name, counts in expected["tables"].items():
        actual = tables.get(name)
        for state, count in counts.items():
            have = getattr(actual, state, None)
            if have != count:
                found.append(f"{name}: {have} rows {state}, expected {count}")
    planted = {(line["table"], line["key"], line["reason"]) for line in expected["quarantined"]}
    planted |= {
        (line["image_set"], str(line["attachment_id"]), line["reason"])
        for line in expected["failed_images"]
    }
    actual_lines = {
        (line.table, line.key, line.reason.partition(":")[0])
        for line in stand.attention
        if line.kind in ("quarantined", "failed")
    }
    found += [
        f"{table} {key} is not held back ({reason})"
        for table, key, reason in sorted(planted - actual_lines)
    ]
    found += [
        f"{table} {key} is held back ({reason})"
        for table, key, reason in sorted(actual_lines - planted)
    ]
    return found
