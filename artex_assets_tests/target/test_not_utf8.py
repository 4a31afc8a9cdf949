"""Rows of an SQL_ASCII database whose text is in no known encoding, from the source to the target
and back again."""

from collections.abc import Callable
from pathlib import Path

import polars as pl
import psycopg
import pytest

from artex_assets.checks.table import check
from artex_assets.embedded.postgres import EmbeddedPostgres
from artex_assets.legacy.snapshot import snapshot
from artex_assets.tables.discovery import discover, legacy_tables
from artex_assets.target.load import load
from artex_assets_tests.legacy.dumps import dump, execute, restore
from artex_assets_tests.legacy.encodings import ascii_database
from artex_assets_tests.target.migration import Migration
from data_fixtures import shape

__all__ = ["ascii_database"]

SCHEMA = Path(shape.__file__).with_name("schema.sql")

NOON = "'2015-01-01 12:00', '2015-01-01 12:00'"

ROWS = rf"""
    INSERT INTO users VALUES (4, 'ada@example.org', '', E'\xc4da', 'Lee', false, {NOON}),
        (5, 'bob@example.org', '', 'Béla', 'Roe', false, {NOON});
    INSERT INTO bands VALUES (3, E'Mot\xf6rhead', NULL, {NOON}), (4, 'Motörhead', NULL, {NOON});
    INSERT INTO venues (id, name, created_at, updated_at) VALUES (5, 'The Fox', {NOON});
    INSERT INTO artists VALUES (1, 'Ann', NULL, E'\xff', {NOON});
    INSERT INTO artworks (id, name, note, band_id, venue_id, ticker, created_at, updated_at) VALUES
        (8, 'Night', NULL, 3, 5, NULL, {NOON}), (9, 'Day', E'caf\xe9', 4, 5, NULL, {NOON}),
        (10, 'Dawn', 'café', 4, 5, E'\xe9', {NOON});
    INSERT INTO artists_artworks VALUES (1, 8), (1, 9), (1, 10);
    INSERT INTO user_artworks (id, user_id, artwork_id, created_at, updated_at) VALUES
        (20, 4, 8, {NOON}), (21, 5, 9, {NOON}), (22, 5, 10, {NOON});
    INSERT INTO transactions (id, artwork_id, amount, transaction_type, transaction_date,
        created_at, updated_at) VALUES (30, 9, 2500, 'sale', '2020-01-01', {NOON}),
        (31, 10, 2500, 'sale', '2020-01-01', {NOON});
"""  # noqa: S608

MENDED = """
    UPDATE users SET first_name = 'Äda' WHERE id = 4; DELETE FROM bands WHERE id = 3;
    UPDATE artworks SET note = 'café' WHERE id = 9; UPDATE artworks SET band_id = 4 WHERE id = 8;
"""

ROOT = "text_not_utf8"

Read = Callable[[], dict[str, pl.DataFrame]]


@pytest.fixture(params=["live", "dump"])
def read(
    request: pytest.FixtureRequest, ascii_database: str, postgres: EmbeddedPostgres, tmp_path: Path
) -> Read:
    """Reads the legacy database: as it is, or from a dump of it."""
    execute(ascii_database, SCHEMA.read_text())
    execute(ascii_database, ROWS)
    tables = legacy_tables()

    def frames() -> dict[str, pl.DataFrame]:
        if request.param == "live":
            return dict(snapshot(ascii_database, tables))
        backup = dump(ascii_database, tmp_path / "old.dump", "--compress=0")
        return dict(snapshot(restore(backup, postgres, list(tables)), tables))

    return frames


def loaded(migration: Migration, frames: dict[str, pl.DataFrame]) -> None:
    for table in discover().values():
        load(migration.connection, table, frames, migration.rules, "run")
        for finding in check(
            migration.connection, table, frames[table.source.name], migration.rules
        ):
            assert finding.passed or finding.name == "quarantine", finding


def execute_in(url: str, statements: str) -> None:
    with psycopg.connect(url, client_encoding="SQL_ASCII") as connection:
        connection.execute(statements.encode())


def test_the_row_is_quarantined_with_its_children_until_it_is_mended(
    empty_migration: Migration, read: Read, ascii_database: str
) -> None:
    loaded(empty_migration, read())

    assert empty_migration.quarantine() == {
        "artists_posters 1-9": ("parent_quarantined", f"posters 9: {ROOT}"),
        "bands 3": (ROOT, None),
        "external_sales 30": ("parent_quarantined", f"posters 9: {ROOT}"),
        "posters 9": (ROOT, None),
        "user_posters 20": ("parent_quarantined", f"users 4: {ROOT}"),
        "user_posters 21": ("parent_quarantined", f"posters 9: {ROOT}"),
        "users 4": (ROOT, None),
    }
    sentences = "SELECT sentence, row ->> %s FROM artex_migration.quarantine WHERE table_name = %s"
    assert empty_migration.rows(sentences, "first_name", "users") == [
        ("The text of first_name is in no encoding that can be read. Correct it.", "\\xc4da")
    ]
    assert empty_migration.rows(sentences, "artex_not_utf8", "bands") == [
        ("The text of name is in no encoding that can be read. Correct it.", '["name"]')
    ]
    # The band has no name that its poster could bear; an ignored column holds no row back.
    slugs = dict(empty_migration.rows("SELECT id, slug FROM posters"))
    assert slugs == {8: "the-fox-night", 10: "motorhead-the-fox-dawn"}
    assert empty_migration.value("SELECT description FROM posters WHERE id = 10") == "café"
    assert empty_migration.column("SELECT id FROM artists") == [1]
    assert empty_migration.records()["posters 8 band_id"] == ("3", None, "reference_dropped")

    execute_in(ascii_database, MENDED)
    loaded(empty_migration, read())

    assert empty_migration.quarantine() == {}
    assert empty_migration.column("SELECT first_name FROM users ORDER BY id") == ["Äda", "Béla"]
    assert empty_migration.column("SELECT band_id FROM posters ORDER BY id") == [4, 4, 4]
    assert empty_migration.value("SELECT count(*) FROM user_posters") == 3
    assert empty_migration.value("SELECT count(*) FROM external_sales") == 2


@pytest.mark.parametrize("read", ["live"], indirect=True)
def test_a_row_that_was_loaded_before_stays_in_the_target(
    empty_migration: Migration, read: Read, ascii_database: str
) -> None:
    execute_in(ascii_database, MENDED)
    loaded(empty_migration, read())
    execute_in(ascii_database, r"UPDATE artists SET name = E'Ann\xe9'")
    frames = read()
    for table in discover().values():
        load(empty_migration.connection, table, frames, empty_migration.rules, "run")
    assert empty_migration.column("SELECT name FROM artists") == ["Ann"]
    assert empty_migration.edits() == {"artists 1": "vanished"}
