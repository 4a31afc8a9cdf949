"""Dumps of one database by the pg_dump of every version, in every format: see dump_files/README.md.

Version 18's are made here, by the pg_dump that is installed with this project.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
from psycopg import sql

from artex_assets.embedded.postgres import EmbeddedPostgres
from artex_assets.errors import BackupError
from artex_assets.legacy.contract import LegacyTable
from artex_assets.legacy.snapshot import snapshot
from artex_assets_tests.legacy.dumps import TABLES, databases, dump, execute, restore

FILES = Path(__file__).parent / "dump_files"
SOURCE = FILES / "source.sql"
DUMPS = sorted(path for path in FILES.glob("[0-9]*"))
UNREADABLE = sorted((FILES / "unreadable").iterdir())

ARTWORKS = [
    {
        "id": 1,
        "user_id": 1,
        "name": "Höhle 🎨",
        "note": "a\tb\n\\.\n\\N\r\nCOPY users (id) FROM stdin;",
        "price": 1999,
        "appraisal": "$1,234.50",
        "ratio": {"numeric": "1.50"},
        "edition": "second, signed",
        "tags": '{"a,b",NULL,""}',
        "extra": '{"a":  "é,\\n"}',
        "released": "1999-12-31",
    },
    {
        "id": 2,
        "user_id": None,
        "name": "",
        "note": None,
        "price": None,
        "appraisal": None,
        "ratio": {"numeric": "NaN"},
        "edition": None,
        "tags": None,
        "extra": None,
        "released": "-infinity",
    },
    {
        "id": 3,
        "user_id": 3,
        "name": " -- Name: x; Type: TABLE; Schema: public; Owner: y",
        "note": "",
        "price": 0,
        "appraisal": "-$0.01",
        "ratio": {"numeric": "0.00"},
        "edition": "first",
        "tags": "{}",
        "extra": "[]",
        "released": None,
    },
]
SET = {"updated_at": "2012-01-01 00:00:00"}
USERS = [
    {
        "id": 1,
        "email": "Ann@example.org",
        "settings": '"theme"=>"dark"',
        "token": "\\x00ff",
        "created_at": "2011-01-02 03:04:05.000006",
        **SET,
    },
    {"id": 2, "email": "", "settings": "", "token": None, "created_at": "2011-01-02 00:00:00"}
    | SET,
    {"id": 3, "email": "b", "settings": '"a"=>NULL', "token": "\\x", "created_at": "infinity"}
    | SET,
]


@pytest.fixture(autouse=True)
def _no_scratch_database(postgres: EmbeddedPostgres) -> Iterator[None]:
    yield
    with psycopg.connect(postgres.url("postgres"), autocommit=True) as connection:
        for name in databases(postgres.url("postgres")):
            if name.startswith("artex_legacy"):
                connection.execute(sql.SQL("DROP DATABASE {}").format(sql.Identifier(name)))


def rows_of(backup: Path, server: EmbeddedPostgres) -> dict[str, list[dict[str, Any]]]:
    return rows_in(restore(backup, server, TABLES))


def rows_in(url: str) -> dict[str, list[dict[str, Any]]]:
    tables = {name: LegacyTable(name, {}) for name in TABLES}
    return {name: frame.rows(named=True) for name, frame in snapshot(url, tables)}


@pytest.mark.parametrize("backup", DUMPS, ids=lambda path: path.name)
def test_the_dump_of_every_version_has_the_same_rows(
    postgres: EmbeddedPostgres, backup: Path
) -> None:
    assert rows_of(backup, postgres) == {"artworks": ARTWORKS, "users": USERS}


def test_the_live_database_has_them_too(database: str) -> None:
    execute(database, SOURCE.read_text())
    assert rows_in(database) == {"artworks": ARTWORKS, "users": USERS}


def test_there_are_dumps_of_every_version_and_format() -> None:
    versions = {path.name.partition(".custom")[0] for path in DUMPS if path.suffix == ".custom"}
    assert versions >= {"9.6", "10", "15", "16", "17"}
    for version in ("15", "16", "17"):
        assert {f"{version}.{kind}" for kind in ("custom", "directory", "sql", "tar")} <= {
            path.name for path in DUMPS
        }


@pytest.mark.parametrize(
    ("kind", "options"),
    [
        ("custom", []),
        ("custom", ["--compress=0"]),
        ("custom", ["--compress=gzip:9"]),
        ("directory", []),
        ("directory", ["--compress=0", "--jobs=2"]),
        ("tar", []),
        ("plain", []),
        ("plain", ["--compress=gzip"]),
        ("plain", ["--clean", "--if-exists", "--create", "--no-owner", "--no-acl"]),
        ("custom", ["--section=pre-data", "--section=data"]),
        ("plain", ["--statistics"]),
        ("custom", ["--quote-all-identifiers"]),
        ("plain", ["--quote-all-identifiers", "--disable-triggers"]),
    ],
    ids=lambda value: value if isinstance(value, str) else " ".join(value),
)
def test_our_own_version_s_dump_has_them_with_every_option(
    postgres: EmbeddedPostgres, database: str, tmp_path: Path, kind: str, options: list[str]
) -> None:
    execute(database, SOURCE.read_text())
    backup = dump(database, tmp_path / "18", f"--format={kind}", *options)
    assert rows_of(backup, postgres) == {"artworks": ARTWORKS, "users": USERS}


def test_a_script_that_windows_wrote_has_the_same_rows(
    postgres: EmbeddedPostgres, tmp_path: Path
) -> None:
    backup = tmp_path / "windows.sql"
    backup.write_bytes((FILES / "17.sql").read_bytes().replace(b"\n", b"\r\n"))
    assert rows_of(backup, postgres) == {"artworks": ARTWORKS, "users": USERS}


@pytest.mark.parametrize("backup", UNREADABLE, ids=lambda path: path.name)
def test_a_compression_that_we_cannot_read_is_named_with_the_way_out(
    postgres: EmbeddedPostgres, backup: Path
) -> None:
    with pytest.raises(BackupError) as refused:
        restore(backup, postgres, TABLES)
    sentence = str(refused.value)
    assert ("zstd" if "zst" in backup.name else "lz4") in sentence
    way_out = "Unpack it first" if ".sql." in backup.name else "pg_restore --file=backup.sql"
    assert way_out in sentence
    assert not [name for name in databases(postgres.url("postgres")) if "artex_legacy" in name]
