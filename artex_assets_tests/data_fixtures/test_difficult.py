"""The difficult backup as it is committed, and what is said about it."""

import json
import subprocess
from collections import Counter
from pathlib import Path

import psycopg
import pytest
from click.testing import CliRunner
from psycopg import sql

from artex_assets.embedded.postgres import binary
from data_fixtures.difficult import BLOBS, IMAGES, ROWS, evidence
from data_fixtures.difficult.__main__ import BACKUP, MENDED, main
from data_fixtures.difficult.backup import tables
from data_fixtures.difficult.image import md5
from data_fixtures.difficult.ordinary import Value
from data_fixtures.difficult.row import Loaded, Recorded
from data_fixtures.generate import FOLDER
from data_fixtures.planted.fault import MIGRATION_DATE


@pytest.mark.parametrize(("backup", "mended"), [(BACKUP, False), (MENDED, True)])
def test_the_committed_backup_holds_the_declared_rows(
    backup: Path, mended: bool, database: str
) -> None:
    options = ["--no-owner", "--exit-on-error", f"--dbname={database}"]
    subprocess.run([binary("pg_restore"), *options, backup], check=True)
    with psycopg.connect(database) as connection:
        for name, rows in tables(mended).items():
            columns = list(rows[0])
            found = connection.execute(
                sql.SQL("SELECT {} FROM {}").format(
                    sql.SQL(", ").join(
                        sql.SQL("{}::text").format(sql.Identifier(column)) for column in columns
                    ),
                    sql.Identifier(name),
                )
            ).fetchall()
            declared = [tuple(map(_printed, row.values())) for row in rows]
            assert Counter(found) == Counter(declared), name


def _printed(value: Value) -> str | None:
    """A cell as PostgreSQL prints it."""
    if value is None:
        return None
    return str(value).lower() if isinstance(value, bool) else str(value)


def test_both_backups_are_small_and_without_keys() -> None:
    for backup in (BACKUP, MENDED):
        assert backup.stat().st_size < 150_000
        command: list[str | Path] = [binary("pg_restore"), "--schema-only", "--file=-", backup]
        text = subprocess.run(command, check=True, capture_output=True, text=True).stdout
        assert "CREATE TABLE public.wish_lists" in text
        assert "CONSTRAINT" not in text


def test_the_command_makes_both_backups_anywhere(tmp_path: Path) -> None:
    result = CliRunner().invoke(main, ["--output", str(tmp_path)], catch_exceptions=False)
    assert result.exit_code == 0, result.output
    for backup in (BACKUP, MENDED):
        made = tmp_path / backup.name
        assert made.stat().st_size == pytest.approx(backup.stat().st_size, rel=0.01)


def test_the_committed_outcome_and_the_readme_say_what_is_declared() -> None:
    said = json.loads((FOLDER / evidence.OUTCOME).read_text())
    assert said == {
        "backup": evidence.expected_outcome(False),
        "mended": evidence.expected_outcome(True),
    }
    text = (FOLDER / "README.md").read_text()
    listed = text.partition(evidence.BEGIN)[2].partition(evidence.END)[0]
    assert listed.splitlines() == evidence.readme_lines()


def test_every_row_that_is_not_ordinary_says_what_is_wrong_with_it() -> None:
    for row in ROWS:
        ordinary = isinstance(row.outcome, Loaded) and not row.outcome.shown and not row.touched
        assert row.what or ordinary, row
    assert len(evidence.readme_lines()) > 200


def test_the_mending_leaves_nothing_quarantined_failed_or_not_held() -> None:
    mended = evidence.expected_outcome(True)
    assert mended["quarantined"] == []
    assert {image["state"] for image in mended["images"]} == {"merged"}
    assert not [record for record in mended["records"] if "value_not_held" in record]


def test_an_original_on_record_is_a_cell_of_the_legacy_row() -> None:
    for row in ROWS:
        for cells, outcome in ((row.legacy, row.outcome), (row.mended, row.after)):
            if not isinstance(outcome, Loaded) or row.table == "artists_artworks":
                continue
            assert cells is not None
            kept = {None if value is None else str(value) for value in cells.values()}
            recorded = [cell for cell in outcome.cells.values() if isinstance(cell, Recorded)]
            for cell in recorded:
                assert cell.original in kept | {None, "(not kept)"}, row
                # What the migration could have read is not on record.
                assert cell.original != cell.value or cell.value == MIGRATION_DATE, row


def test_every_blob_says_the_size_and_checksum_of_some_object_or_has_none() -> None:
    keys = [str(blob.mended["key"]) for blob in BLOBS]
    assert len(keys) == len(set(keys))
    for blob in BLOBS:
        # In the mended bucket each blob has its object.
        assert blob.mended_stored is not None
        assert blob.mended["byte_size"] == len(blob.mended_stored)
        assert blob.mended["checksum"] in (md5(blob.mended_stored), None, "")
    named = {image.mended["blob_id"] for image in IMAGES if image.mended is not None}
    assert named <= {blob.mended["id"] for blob in BLOBS}
