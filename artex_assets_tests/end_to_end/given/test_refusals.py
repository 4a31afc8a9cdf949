"""Targets that DATABASE_URL names: what is refused, and that a refusal writes nothing."""

import json
import re
from collections.abc import Callable
from pathlib import Path

import psycopg
import pytest

from artex_assets.settings import DEMO_BACKUP
from artex_assets.target.schema import SOLID, create
from artex_assets_tests.end_to_end.command import Artex
from artex_assets_tests.end_to_end.conftest import PASSWORD
from artex_assets_tests.end_to_end.outcome import CORE, EXPECTED, Target

DEMO = {"LEGACY_BACKUP": str(DEMO_BACKUP)}


def untouched(url: str) -> bool:
    """Whether nothing was ever written to a target that has the application's schema or a part."""
    with psycopg.connect(url) as connection:
        schema = connection.execute("SELECT to_regnamespace('artex_migration')").fetchone()
        tables = connection.execute(
            "SELECT tablename FROM pg_tables WHERE schemaname = 'public'"
        ).fetchall()
        return schema == (None,) and all(
            connection.execute(f'SELECT count(*) FROM "{table}"').fetchone() == (0,)  # noqa: S608
            for (table,) in tables
        )


def test_before_anything_was_migrated_the_status_says_so(given: Artex) -> None:
    url = given.new_database("not_yet")
    create(url)
    plain = given.run("status", DATABASE_URL=url)
    as_json = given.run("status", "--json", DATABASE_URL=url)
    assert (plain.returncode, as_json.returncode) == (2, 2)
    said = json.loads(as_json.stdout)
    assert plain.stdout.count("not loaded yet") == len(said["tables"]) >= len(CORE)
    assert (said["clean"], said["attention"]) == (False, [])
    assert {table["legacy"] for table in said["tables"].values()} == {None}


def test_a_target_that_lacks_tables_is_refused_with_the_list(given: Artex) -> None:
    url = given.new_database("lacks_tables")
    create(url)
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("DROP TABLE user_posters, poster_slug_redirects CASCADE")
        connection.execute("ALTER TABLE posters DROP COLUMN original_price")
    result = given.run("migrate", "--only", "core", DATABASE_URL=url, **DEMO)
    assert result.returncode == 1
    assert "target_schema: The target lacks what the migration writes:" in result.stdout
    assert "user_posters" in result.stdout
    assert "original_price" in result.stdout
    assert "Run the application's own migrations on it" in result.stdout
    assert untouched(url)


def test_missing_solid_tables_fail_their_check_but_not_the_run(given: Artex) -> None:
    given.new_database("without_solid")
    url = given.url("without_solid", PASSWORD)
    create(url)
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(f"DROP TABLE {', '.join(SOLID)} CASCADE")
    heroku = url.replace("postgresql://", "postgres://")
    result = given.run("migrate", "--only", "core", "--json", DATABASE_URL=heroku, **DEMO)
    assert result.returncode == 2, result.stderr
    said = json.loads(result.stdout)
    assert said["success"] is True
    assert [line.partition(":")[0] for line in said["failed_checks"]] == [
        "target_schema solid_tables"
    ]
    assert Target(url).wrong() == []
    status = json.loads(given.run("status", "--json", DATABASE_URL=heroku).stdout)
    missing = [line["key"] for line in status["attention"] if line["kind"] == "check failed"]
    assert sorted(missing) == sorted(SOLID)


@pytest.mark.parametrize(
    ("damage", "says"),
    [
        (lambda dump: b"CREATE TABLE users (id bigint);\n", "is not a dump by pg_dump"),
        (lambda dump: dump[: len(dump) // 2], "cannot be read"),
    ],
    ids=["no dump", "truncated"],
)
def test_a_file_that_is_no_whole_dump_is_refused_before_the_target_is_touched(
    given: Artex, tmp_path: Path, damage: Callable[[bytes], bytes], says: str
) -> None:
    url = given.new_database("refused_" + re.sub(r"\W", "_", says))
    create(url)
    backup = tmp_path / "backup.dump"
    backup.write_bytes(damage(DEMO_BACKUP.read_bytes()))
    result = given.run("migrate", "--only", "core", LEGACY_BACKUP=str(backup), DATABASE_URL=url)
    assert result.returncode == 1
    failed = [line for line in result.stdout.splitlines() if line.startswith("  legacy_snapshot: ")]
    assert len(failed) == 1
    assert says in failed[0]
    assert "Traceback" not in result.stdout + result.stderr
    assert untouched(url)


def test_two_runs_at_once_both_end_and_load_each_row_once(given: Artex) -> None:
    url = given.new_database("two_at_once")
    create(url)
    both = [
        given.start("migrate", "--only", "core", "--json", DATABASE_URL=url, **DEMO)
        for _ in range(2)
    ]
    ended = [process.communicate(timeout=120) for process in both]
    assert [process.returncode for process in both] == [2, 2], ended
    written = [json.loads(stdout)["written"] for stdout, _ in ended]
    for table in CORE:
        loaded = EXPECTED["tables"][table]["loaded"]
        assert sum(run[table]["inserted"] for run in written) == loaded
        assert sum(run[table]["updated"] for run in written) == 0
    assert Target(url).wrong() == []


def test_a_target_that_cannot_be_reached_is_named_without_its_password(given: Artex) -> None:
    url = f"postgresql://artex:{PASSWORD}@127.0.0.1:1/app"
    for command in ("status", "migrate"):
        result = given.run(command, DATABASE_URL=url, **DEMO)
        assert result.returncode == 1
        assert "The database at 127.0.0.1:1/app cannot be reached" in result.stderr
        assert PASSWORD not in result.stdout + result.stderr


def test_storage_that_cannot_be_reached_is_named_without_its_password(given: Artex) -> None:
    url = f"postgresql://artex:{PASSWORD}@127.0.0.1:1/dagster"
    result = given.run("migrate", DAGSTER_POSTGRES_URL=url)
    assert result.returncode == 1
    assert "The database at 127.0.0.1:1/dagster cannot be reached" in result.stderr
    assert "Traceback" not in result.stderr
    assert PASSWORD not in result.stdout + result.stderr
