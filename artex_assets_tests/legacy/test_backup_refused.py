"""Backups that are refused: each with a sentence that says why, and with nothing of the rows."""

import gzip
import shutil
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from psycopg import sql

from artex_assets.embedded.postgres import EmbeddedPostgres
from artex_assets.errors import BackupError
from artex_assets.legacy.backup import SCRATCH_DATABASE, UNFINISHED
from artex_assets.legacy.contract import LegacyTable
from artex_assets.legacy.snapshot import snapshot
from artex_assets.settings import DEMO_BACKUP
from artex_assets.tables.discovery import legacy_tables
from artex_assets_tests.legacy.dumps import (
    CANARY,
    PLAIN_TABLES,
    TABLES,
    databases,
    dump,
    execute,
    restore,
)

FILES = Path(__file__).parent / "dump_files"
KINDS = ["custom", "tar", "plain"]


@pytest.fixture(autouse=True)
def _nothing_is_left_or_touched(postgres: EmbeddedPostgres) -> Iterator[None]:
    # Other tests of this worker share the server, and may have restored a backup on it.
    with psycopg.connect(postgres.url("postgres"), autocommit=True) as connection:
        for name in (SCRATCH_DATABASE, UNFINISHED):
            drop = sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)")
            connection.execute(drop.format(sql.Identifier(name)))
    yield
    assert not {SCRATCH_DATABASE, UNFINISHED} & databases(postgres.url("postgres"))


@pytest.fixture
def source(database: str) -> str:
    execute(database, PLAIN_TABLES)
    return database


def refusal(backup: Path, server: EmbeddedPostgres, tables: list[str] = TABLES) -> str:
    with pytest.raises(BackupError) as refused:
        restore(backup, server, tables)
    assert refused.value.__cause__ is None
    sentence = str(refused.value)
    assert backup.name in sentence
    assert CANARY.split("@")[0] not in sentence
    return sentence


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "the file is empty"),
        (b"id,email\n1,canary-7c1f@example.org\n", "it begins like something else"),
        (b"CREATE TABLE users (id int);\n", "it begins like something else"),
        (b"\xff\xd8\xff\xe0" + bytes(1000), "it begins like something else"),
        (b"\n<!DOCTYPE html><title>Sign in</title>", "it is a page of HTML"),
        (b"--\n-- PostgreSQL database cluster dump\n--\n", "it is by pg_dumpall"),
        (b"\x8c\x0d\x04\x09\x03\x02" + bytes(99), "Decrypt it first (gpg --decrypt)"),
        (b"-----BEGIN PGP MESSAGE-----\n\nhQEMA", "it is encrypted by PGP"),
        (b"Salted__" + bytes(99), "it is encrypted by openssl"),
        ("--\n-- PostgreSQL database dump\n".encode("utf-16"), "it is in UTF-16"),
        (b"PK\x03\x04" + bytes(99), "it is a zip file"),
        (b"\xfd7zXZ\x00" + bytes(99), "it is compressed by xz"),
        (b"BZh91AY&SY" + bytes(99), "it is compressed by bzip2"),
        (b"PGDMP", "cannot be read"),
        (b"toc.dat" + bytes(250) + b"ustar" + bytes(250), "the tar ends too early"),
        (gzip.compress(b"PK\x03\x04", mtime=0), "what is gzipped in it begins like something else"),
        (b"\x1f\x8b\x08", "it ends too early, or is damaged"),
    ],
)
def test_what_is_no_dump_is_called_so(
    postgres: EmbeddedPostgres, tmp_path: Path, content: bytes, reason: str
) -> None:
    backup = tmp_path / "production.dump"
    backup.write_bytes(content)
    assert reason in refusal(backup, postgres)


def test_a_folder_that_is_no_dump_is_called_so(postgres: EmbeddedPostgres, tmp_path: Path) -> None:
    assert "a folder without toc.dat" in refusal(tmp_path, postgres)


def test_a_folder_without_one_of_its_files_is_refused(
    postgres: EmbeddedPostgres, source: str, tmp_path: Path
) -> None:
    backup = dump(source, tmp_path / "backup", "--format=directory")
    next(backup.glob("*.dat.gz")).unlink()
    assert "cannot be read: could not open" in refusal(backup, postgres)


@pytest.mark.skipif(not Path("/proc/self/mem").exists(), reason="no such file on this system")
def test_a_file_that_cannot_be_read_is_named_with_the_reason(
    postgres: EmbeddedPostgres, tmp_path: Path
) -> None:
    backup = tmp_path / "production.dump"
    backup.symlink_to("/proc/self/mem")  # root may open every file, but not read this one
    assert "cannot be read: Input/output error. See that it may be read" in refusal(
        backup, postgres
    )


def test_a_backup_that_is_not_there_is_named(postgres: EmbeddedPostgres, tmp_path: Path) -> None:
    assert "There is no backup at" in refusal(tmp_path / "absent.dump", postgres)


@pytest.mark.parametrize("share", [0.001, 0.02, 0.1, 0.5, 0.9, 0.9999])
def test_the_demo_s_backup_cut_anywhere_is_refused(
    postgres: EmbeddedPostgres, tmp_path: Path, share: float
) -> None:
    whole = DEMO_BACKUP.read_bytes()
    backup = tmp_path / "cut.dump"
    backup.write_bytes(whole[: int(len(whole) * share)])
    assert "cannot be read" in refusal(backup, postgres, list(legacy_tables()))


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("packed", [False, True], ids=["", "gzipped"])
def test_every_format_is_refused_when_it_is_cut(
    postgres: EmbeddedPostgres, source: str, tmp_path: Path, kind: str, packed: bool
) -> None:
    whole = dump(source, tmp_path / "whole", f"--format={kind}", "--compress=0").read_bytes()
    if packed:
        whole = gzip.compress(whole)
    backup = tmp_path / "cut"
    for length in (60, len(whole) // 2, len(whole) * 9 // 10):
        backup.write_bytes(whole[:length])
        refusal(backup, postgres)


def test_a_tar_that_is_cut_within_a_member_does_not_hang_us(
    postgres: EmbeddedPostgres, source: str, tmp_path: Path
) -> None:
    whole = dump(source, tmp_path / "whole", "--format=tar").read_bytes()
    backup = tmp_path / "cut.tar"
    for length in range(1024, len(whole), 613):
        backup.write_bytes(whole[:length])
        assert "the tar ends too early" in refusal(backup, postgres)


def test_rows_that_end_too_early_are_refused_in_every_line(
    postgres: EmbeddedPostgres, source: str, tmp_path: Path
) -> None:
    lines = dump(source, tmp_path / "whole", "--format=plain").read_bytes().splitlines(True)
    complete = lines.index(b"-- PostgreSQL database dump complete\n")
    backup = tmp_path / "cut"
    for count in range(3, complete, 19):
        backup.write_bytes(b"".join(lines[:count]))
        refusal(backup, postgres)


@pytest.mark.parametrize("kind", KINDS)
def test_flipped_bytes_in_compressed_rows_are_noticed(
    postgres: EmbeddedPostgres, source: str, tmp_path: Path, kind: str
) -> None:
    execute(source, "INSERT INTO users SELECT n, md5(n::text) FROM generate_series(9, 5000) n")
    packed = ["--compress=gzip"] if kind == "custom" else []
    whole = dump(source, tmp_path / "whole", f"--format={kind}", *packed).read_bytes()
    damaged = bytearray(whole if packed else gzip.compress(whole))
    for place in range(len(damaged) // 2, len(damaged) // 2 + 8):
        damaged[place] ^= 0x55
    backup = tmp_path / "damaged"
    backup.write_bytes(damaged)
    refusal(backup, postgres)


@pytest.mark.parametrize("kind", ["custom", "directory"])
def test_a_flipped_byte_anywhere_is_refused_or_changes_nothing(
    postgres: EmbeddedPostgres, tmp_path: Path, kind: str
) -> None:
    """The table of contents of an archive has no checksum: what is read of it is checked."""
    whole = f"17.{kind}"
    good = rows_of(restore(FILES / whole, postgres, TABLES))
    backup = tmp_path / whole
    found: list[object] = []
    for nth in range(20):
        if kind == "directory":
            shutil.copytree(FILES / whole, backup, dirs_exist_ok=True)
            files = sorted(backup.iterdir())
            file = files[nth % len(files)]
        else:
            shutil.copyfile(FILES / whole, backup)
            file = backup
        content = bytearray(file.read_bytes())
        content[len(content) * (2 * nth + 1) // 40] ^= 1 << nth % 8
        file.write_bytes(content)
        try:
            found.append(rows_of(restore(backup, postgres, TABLES)))
        except BackupError:
            found.append(None)
    assert None in found
    assert all(rows is None or rows == good for rows in found)
    with psycopg.connect(postgres.url("postgres"), autocommit=True) as connection:
        connection.execute(f"DROP DATABASE {SCRATCH_DATABASE}".encode())


def rows_of(url: str) -> dict[str, object]:
    tables = {name: LegacyTable(name, {}) for name in TABLES}
    return {name: (frame.schema, frame.rows(named=True)) for name, frame in snapshot(url, tables)}


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (b"ratio numeric(8,2)", b"ratio nuleric(8,2)"),
        (b"-- Name: cents; Type: DOMAIN", b"-- Name: cents; Type: DO\xcdAIN"),
        (b"AS integer\n\tCONSTRAINT", b"AS integer\n\tCONSXRAINT"),
        (b"    price public.cents", b"    price public.cenus"),
        (b"note text,", b"note tezt,"),
    ],
)
def test_a_damaged_type_is_never_taken_for_one_of_an_extension(
    postgres: EmbeddedPostgres, tmp_path: Path, before: bytes, after: bytes
) -> None:
    whole = (FILES / "17.sql").read_bytes()
    assert before in whole
    backup = tmp_path / "damaged.sql"
    backup.write_bytes(whole.replace(before, after))
    sentence = refusal(backup, postgres)
    assert "has the unknown type" in sentence or "a type in the definition" in sentence


@pytest.mark.parametrize("kind", KINDS)
def test_bytes_that_are_not_utf8_are_refused_with_table_and_line(
    postgres: EmbeddedPostgres, source: str, tmp_path: Path, kind: str
) -> None:
    whole = dump(source, tmp_path / "whole", f"--format={kind}", "--compress=0").read_bytes()
    backup = tmp_path / "damaged"
    backup.write_bytes(whole.replace(CANARY.encode(), CANARY.replace("7", "\xff").encode("latin1")))
    sentence = refusal(backup, postgres)
    assert "line 1 of the rows of users: CharacterNotInRepertoire" in sentence


def test_a_row_that_its_table_cannot_hold_is_refused_with_table_and_line(
    postgres: EmbeddedPostgres, source: str, tmp_path: Path
) -> None:
    whole = dump(source, tmp_path / "whole", "--format=plain").read_bytes()
    backup = tmp_path / "damaged"
    backup.write_bytes(whole.replace(b"\n2\t\n", b"\ncanary-7c1f\t\n"))
    sentence = refusal(backup, postgres)
    assert "line 2 of the rows of users: InvalidTextRepresentation" in sentence


def test_another_database_is_refused_with_the_tables_that_it_lacks(
    postgres: EmbeddedPostgres, database: str, tmp_path: Path
) -> None:
    execute(database, "CREATE TABLE users (id int); CREATE TABLE tweets (id int);")
    backup = dump(database, tmp_path / "other.dump")
    assert "has no table artworks, venues." in refusal(
        backup, postgres, ["users", "venues", "artworks"]
    )


def test_tables_that_no_target_table_reads_yet_must_be_there_too(
    postgres: EmbeddedPostgres, database: str, tmp_path: Path
) -> None:
    unread = {"transactions", "active_storage_blobs", "active_storage_attachments"}
    for name in set(legacy_tables()) - unread:
        execute(database, f"CREATE TABLE {name} (id int)")
    backup = dump(database, tmp_path / "a.dump")
    assert f"has no table {', '.join(sorted(unread))}." in refusal(
        backup, postgres, list(legacy_tables())
    )


def test_an_empty_database_is_refused(
    postgres: EmbeddedPostgres, database: str, tmp_path: Path
) -> None:
    backup = dump(database, tmp_path / "empty.dump")
    assert "has no table artworks, users." in refusal(backup, postgres)


def test_a_dump_without_definitions_is_refused(
    postgres: EmbeddedPostgres, source: str, tmp_path: Path
) -> None:
    sentence = refusal(dump(source, tmp_path / "a.dump", "--data-only"), postgres)
    assert "it defines no tables (pg_dump --data-only)" in sentence


@pytest.mark.parametrize("option", ["--schema-only", "--inserts", "--column-inserts"])
def test_a_dump_without_rows_that_can_be_copied_is_refused(
    postgres: EmbeddedPostgres, source: str, tmp_path: Path, option: str
) -> None:
    sentence = refusal(dump(source, tmp_path / "a.dump", option), postgres)
    assert "has no rows of artworks, users in COPY's format" in sentence


def test_a_dump_without_one_table_s_rows_names_it(
    postgres: EmbeddedPostgres, source: str, tmp_path: Path
) -> None:
    backup = dump(source, tmp_path / "a.dump", "--exclude-table-data=users")
    assert "has no rows of users in COPY's format" in refusal(backup, postgres)


def test_a_dump_by_a_newer_pg_dump_is_refused_with_its_version(
    postgres: EmbeddedPostgres, source: str, tmp_path: Path
) -> None:
    backup = dump(source, tmp_path / "newer.dump")
    content = bytearray(backup.read_bytes())
    content[6] = 99  # after PGDMP: the format's major and minor version
    backup.write_bytes(content)
    sentence = refusal(backup, postgres)
    assert "unsupported version (1.99)" in sentence
    assert "not newer than 18" in sentence


def test_a_computed_column_is_refused_with_the_way_out(
    postgres: EmbeddedPostgres, source: str, tmp_path: Path
) -> None:
    execute(source, "ALTER TABLE users ADD low text GENERATED ALWAYS AS (lower(email)) STORED")
    sentence = refusal(dump(source, tmp_path / "a.dump"), postgres)
    assert "low of users is computed from other columns" in sentence
    assert "LEGACY_DATABASE_URL" in sentence


@pytest.mark.parametrize(
    "statements",
    [
        'CREATE TABLE "old Users" (more int) INHERITS (users, artworks)',
        "ALTER TABLE users RENAME TO users_1; CREATE TABLE users (id bigint, email varchar)"
        " PARTITION BY RANGE (id); ALTER TABLE users ATTACH PARTITION users_1 DEFAULT",
    ],
    ids=["inherited", "partitioned"],
)
def test_rows_in_other_tables_are_not_left_behind_in_silence(
    postgres: EmbeddedPostgres, database: str, tmp_path: Path, statements: str
) -> None:
    execute(database, "CREATE TABLE users (id bigint, email varchar); CREATE TABLE artworks ()")
    execute(database, "ALTER TABLE users ALTER id SET NOT NULL")
    execute(database, statements)
    sentence = refusal(dump(database, tmp_path / "a.dump"), postgres)
    assert "users has rows in partitions, or in tables that inherit from it" in sentence
    assert "LEGACY_DATABASE_URL" in sentence


def test_a_type_that_neither_postgresql_nor_the_dump_knows_is_refused(
    postgres: EmbeddedPostgres, source: str, tmp_path: Path
) -> None:
    backup = dump(source, tmp_path / "a.sql", "--format=plain")
    backup.write_bytes(backup.read_bytes().replace(b"price numeric(8,2)", b"price nuleric(8,2)"))
    assert "price of artworks has the unknown type nuleric(8,2)" in refusal(backup, postgres)


def test_a_definition_that_is_not_as_pg_dump_writes_it_is_refused(
    postgres: EmbeddedPostgres, source: str, tmp_path: Path
) -> None:
    backup = dump(source, tmp_path / "a.sql", "--format=plain")
    backup.write_bytes(backup.read_bytes().replace(b"    email character varying", b"    email"))
    assert "the definition of users is not as pg_dump writes it" in refusal(backup, postgres)


def test_a_server_that_refuses_is_an_error_of_ours(
    postgres: EmbeddedPostgres, source: str, tmp_path: Path
) -> None:
    backup = dump(source, tmp_path / "a.dump")
    with psycopg.connect(postgres.url("postgres"), autocommit=True) as connection:
        connection.execute("ALTER SYSTEM SET default_transaction_read_only = on")
        connection.execute("SELECT pg_reload_conf()")
        try:
            sentence = refusal(backup, postgres)
        finally:
            connection.execute("SET default_transaction_read_only = off")
            connection.execute("ALTER SYSTEM RESET default_transaction_read_only")
            connection.execute("SELECT pg_reload_conf()")
    assert "the embedded server refused: cannot execute" in sentence
