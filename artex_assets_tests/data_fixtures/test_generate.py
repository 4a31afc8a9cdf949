"""The committed backup and the command that makes it."""

import subprocess
from pathlib import Path

import polars as pl
import psycopg
import pytest
from click.testing import CliRunner
from polars.testing import assert_frame_equal
from psycopg import sql

from artex_assets.embedded.postgres import binary
from data_fixtures.generate import BACKUP, main
from data_fixtures.tables import tables

MEASURED = ["byte_size", "checksum", "metadata"]


def _restore(backup: Path, url: str) -> None:
    options = ["--no-owner", "--exit-on-error", f"--dbname={url}"]
    subprocess.run([str(binary("pg_restore")), *options, str(backup)], check=True)


def _schema(backup: Path) -> str:
    """The schema of a backup as SQL, without psql's commands, which hold a random word."""
    command = [str(binary("pg_restore")), "--schema-only", "--file=-", str(backup)]
    text = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    return "\n".join(line for line in text.splitlines() if not line.startswith("\\"))


def test_the_committed_backup_holds_the_generated_rows(database: str) -> None:
    _restore(BACKUP, database)
    with psycopg.connect(database) as connection:
        for name, frame in tables():
            rows = connection.execute(
                sql.SQL("SELECT * FROM {} ORDER BY 1, 2").format(sql.Identifier(name))
            )
            columns = [column.name for column in rows.description or []]
            assert columns == frame.columns
            restored = pl.DataFrame(rows.fetchall(), schema=frame.schema, orient="row")
            # What the pictures decide is held against them in pictures/.
            drawn = MEASURED if name == "active_storage_blobs" else []
            expected = frame.sort(frame.columns[:2])
            assert_frame_equal(restored.drop(drawn), expected.drop(drawn))


def test_sequences_of_the_backup_go_on_after_the_last_id(database: str) -> None:
    _restore(BACKUP, database)
    with psycopg.connect(database) as connection:
        next_id = connection.execute("SELECT nextval('artworks_id_seq'), max(id) + 1 FROM artworks")
        following, expected = next_id.fetchone() or (0, 1)
        assert following == expected


def test_the_backup_is_small() -> None:
    assert BACKUP.stat().st_size < 500_000


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A backup of twice the size, made by the command."""
    output = tmp_path_factory.mktemp("made") / "two times.dump"
    arguments = ["--scale", "2", "--output", str(output)]
    result = CliRunner().invoke(main, arguments, catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return output


def test_the_command_makes_a_backup_at_scale(made: Path, database: str) -> None:
    _restore(made, database)
    with psycopg.connect(database) as connection:
        assert connection.execute("SELECT count(*) FROM artworks").fetchone() == (2 * 773,)


def test_the_committed_backup_has_the_schema_that_the_command_makes(made: Path) -> None:
    assert "CREATE TABLE public.portfolios" in _schema(BACKUP)
    assert _schema(BACKUP) == _schema(made)


def test_another_scale_never_replaces_the_committed_backup() -> None:
    before = BACKUP.stat().st_mtime_ns
    result = CliRunner().invoke(main, ["--scale", "2"])
    assert result.exit_code == 2
    assert "--output" in result.output
    assert BACKUP.stat().st_mtime_ns == before
