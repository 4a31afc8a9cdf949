"""Restoring a backup: what is taken out of it, and what other people's databases hold."""

import gzip
from pathlib import Path

import pytest

from artex_assets.embedded.postgres import EmbeddedPostgres
from artex_assets.legacy.backup import restored
from artex_assets.legacy.contract import IGNORED_TABLES, LegacyTable
from artex_assets.legacy.snapshot import snapshot
from artex_assets.settings import DEMO_BACKUP
from artex_assets.tables.discovery import legacy_tables
from artex_assets_tests.legacy.dumps import (
    CANARY,
    PLAIN_TABLES,
    TABLES,
    ask,
    dump,
    execute,
    restore,
)
from artex_assets_tests.legacy.encodings import other_database

NO_ROWS = "CREATE TABLE artworks (id int)"
ROWS: list[tuple[object, ...]] = [(1, CANARY), (2, ""), (3, None), (4, "a\tb\n\\.\n\\N")]

pytestmark = pytest.mark.usefixtures("no_scratch_database")


def test_the_demo_s_backup_is_restored_whole(postgres: EmbeddedPostgres) -> None:
    url = restore(DEMO_BACKUP, postgres, list(legacy_tables()))
    assert ask(url, "SELECT count(*) FROM artworks") == [(773,)]
    assert ask(url, "SELECT count(*) FROM active_storage_attachments") == [(1949,)]
    names = ask(url, "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace")
    assert {str(name) for (name,) in names} == set(legacy_tables()) | IGNORED_TABLES


def test_of_a_table_that_is_not_wanted_only_the_name_is_restored(
    postgres: EmbeddedPostgres,
) -> None:
    columns = "SELECT count(*) FROM information_schema.columns WHERE table_name = 'portfolios'"
    with restored(DEMO_BACKUP, postgres, list(legacy_tables())) as url:
        assert ask(url, "SELECT count(*) FROM portfolios") == [(0,)]
        assert ask(url, columns) == [(0,)]


@pytest.mark.parametrize(
    ("kind", "packed"),
    [("directory", False)]
    + [(kind, packed) for kind in ("custom", "tar", "plain") for packed in (False, True)],
)
def test_every_format_is_restored_exactly(
    postgres: EmbeddedPostgres, database: str, tmp_path: Path, kind: str, packed: bool
) -> None:
    execute(database, PLAIN_TABLES)
    folder = tmp_path / "a folder, with 'spaces'"
    folder.mkdir()
    backup = dump(database, folder / "old backup", f"--format={kind}")
    if packed:
        backup = folder / "old backup.gz"
        backup.write_bytes(gzip.compress((folder / "old backup").read_bytes()))

    url = restore(backup, postgres, TABLES)

    assert ask(url, "SELECT * FROM users ORDER BY id") == ROWS
    assert ask(url, "SELECT id, name, price::text FROM artworks") == [(1, "Höhle", "1.50")]


def test_owners_defaults_code_and_indexes_are_left_behind(
    postgres: EmbeddedPostgres, database: str, tmp_path: Path
) -> None:
    execute(
        database,
        PLAIN_TABLES
        + """
        CREATE FUNCTION token() RETURNS text LANGUAGE sql AS $$
            -- Name: users; Type: TABLE; Schema: public; Owner: nobody
            SELECT 'x;' || '(' $$;
        CREATE FUNCTION shout() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NULL; END $$;
        ALTER TABLE users ADD token text DEFAULT token(), ADD n numeric(5,2) DEFAULT (1 + (2)),
            ADD odd text DEFAULT 'NOT, (a ''type' COLLATE "C" NOT NULL,
            ADD CONSTRAINT odd CHECK (odd <> ',)');
        CREATE TRIGGER shout BEFORE INSERT ON users FOR EACH ROW EXECUTE FUNCTION shout();
        CREATE INDEX ON users (email);
        """,
    )
    url = restore(dump(database, tmp_path / "a.dump"), postgres, TABLES)
    assert ask(url, "SELECT id, token, n::text, odd FROM users WHERE id = 1") == [
        (1, "x;(", "3.00", "NOT, (a 'type")
    ]
    assert ask(url, "SELECT count(*) FROM pg_proc WHERE proname IN ('token', 'shout')") == [(0,)]
    assert ask(url, "SELECT count(*) FROM pg_trigger WHERE NOT tgisinternal") == [(0,)]
    assert ask(url, "SELECT count(*) FROM pg_attrdef") == [(0,)]
    assert ask(url, "SELECT count(*) FROM pg_index WHERE indrelid = 'users'::regclass") == [(0,)]


def test_types_that_the_dump_brings_are_text_and_domains_what_they_are_based_on(
    postgres: EmbeddedPostgres, database: str, tmp_path: Path
) -> None:
    execute(
        database,
        """
        CREATE EXTENSION citext; CREATE EXTENSION hstore;
        CREATE TYPE "Mood" AS ENUM ('glad', 'so, so');
        CREATE DOMAIN cents AS integer CONSTRAINT positive CHECK (VALUE > 0);
        CREATE DOMAIN price AS cents DEFAULT 5;
        CREATE TYPE pair AS (a int, b text);
        CREATE TABLE artworks ();
        CREATE TABLE users (id bigint, mood "Mood", moods "Mood"[], email citext, tags hstore,
            price price, pair pair, code char(5), at timestamp(0) with time zone, data jsonb);
        INSERT INTO users VALUES (1, 'so, so', '{glad,"so, so"}', 'A@b', 'a=>1', 7, '(1,x)', 'ab',
            '2020-01-01 12:00+02', '{"a": 1}');
        ALTER TABLE artworks ADD id int;
        """,
    )
    url = restore(dump(database, tmp_path / "a.dump"), postgres, TABLES)
    kinds = ask(
        url,
        "SELECT attname, format_type(atttypid, NULL) FROM pg_attribute "
        "WHERE attrelid = 'users'::regclass AND attnum > 0",
    )
    others = dict.fromkeys(["mood", "moods", "email", "tags", "pair"], "text")
    assert dict(kinds) == {
        "id": "bigint",
        **others,
        "price": "integer",
        "code": "character",
        "at": "timestamp with time zone",
        "data": "jsonb",
    }
    assert ask(url, "SELECT mood, moods, email, tags, price, pair, code::text FROM users") == [
        ("so, so", '{glad,"so, so"}', "A@b", '"a"=>"1"', 7, "(1,x)", "ab")
    ]


def test_tables_in_a_schema_of_their_own_are_found(
    postgres: EmbeddedPostgres, database: str, tmp_path: Path
) -> None:
    execute(
        database,
        'CREATE SCHEMA "The App"; CREATE TABLE users (id int); SET search_path = "The App";'
        + PLAIN_TABLES,
    )
    url = restore(dump(database, tmp_path / "a.dump"), postgres, TABLES)
    assert ask(url, "SELECT * FROM public.users ORDER BY id") == ROWS


def test_columns_with_odd_names_and_a_table_without_rows_are_restored(
    postgres: EmbeddedPostgres, database: str, tmp_path: Path
) -> None:
    execute(
        database,
        """
        CREATE TABLE users (id int, "a ""b"", (c" int, "CONSTRAINT" text, "Größe" int);
        INSERT INTO users VALUES (1, 2, 'three', 4);
        CREATE TABLE artworks (id int);
        """,
    )
    url = restore(dump(database, tmp_path / "a.dump"), postgres, TABLES)
    assert ask(url, "SELECT * FROM users") == [(1, 2, "three", 4)]
    assert ask(url, 'SELECT "a ""b"", (c", "CONSTRAINT", "Größe" FROM users') == [(2, "three", 4)]
    assert ask(url, "SELECT * FROM artworks") == []


def test_another_encoding_is_converted(
    postgres: EmbeddedPostgres, database: str, tmp_path: Path
) -> None:
    execute(database, PLAIN_TABLES)
    for kind in ("custom", "plain"):
        backup = dump(database, tmp_path / kind, f"--format={kind}", "--encoding=LATIN1")
        assert ask(restore(backup, postgres, TABLES), "SELECT name FROM artworks") == [("Höhle",)]


@pytest.mark.parametrize(
    ("encoding", "text"),
    [("LATIN1", "Motörhead ÿ"), ("WIN1252", "„Ž“ – 5 €"), ("EUC_JP", "日本語")],
)
def test_a_server_s_own_encoding_is_converted(
    postgres: EmbeddedPostgres, tmp_path: Path, encoding: str, text: str
) -> None:
    with other_database(postgres, encoding) as url:
        execute(url, f"CREATE TABLE users AS SELECT 1 AS id, '{text}'::text AS email")
        execute(url, 'CREATE TABLE artworks (id int, "Größe" int)' if text[0] == "M" else NO_ROWS)
        tables = {"users": LegacyTable("users", {})}
        ((_, live),) = snapshot(url, tables)
        for kind in ("custom", "plain"):
            backup = dump(url, tmp_path / kind, f"--format={kind}")
            ((_, frame),) = snapshot(restore(backup, postgres, TABLES), tables)
            assert frame.rows() == live.rows() == [(1, text)]


def test_a_row_longer_than_a_block_is_whole(
    postgres: EmbeddedPostgres, database: str, tmp_path: Path
) -> None:
    execute(database, PLAIN_TABLES)
    execute(database, "UPDATE users SET email = repeat('ab\\c', 1000000)")
    url = restore(dump(database, tmp_path / "a.dump"), postgres, TABLES)
    assert ask(url, "SELECT DISTINCT email = repeat('ab\\c', 1000000) FROM users") == [(True,)]


def test_a_cell_of_many_megabytes_is_whole(
    postgres: EmbeddedPostgres, database: str, tmp_path: Path
) -> None:
    execute(database, PLAIN_TABLES)
    execute(database, "UPDATE users SET email = repeat(E'\\\\.\\r\\n\\tü', 2000000) WHERE id = 2")
    backup = dump(database, tmp_path / "a.dump")
    tables = {"users": LegacyTable("users", {})}
    ((_, frame),) = snapshot(restore(backup, postgres, TABLES), tables)
    assert frame["email"][1] == "\\.\r\n\tü" * 2_000_000


def test_of_schemas_with_the_same_tables_the_one_that_has_them_all_is_read(
    postgres: EmbeddedPostgres, database: str, tmp_path: Path
) -> None:
    execute(database, PLAIN_TABLES)
    execute(
        database,
        "CREATE SCHEMA archive; CREATE TABLE archive.users (id int); CREATE SCHEMA zoo;"
        "CREATE TABLE zoo.artworks (id int); CREATE TABLE zoo.users (id int, email text);"
        "INSERT INTO archive.users VALUES (99); INSERT INTO zoo.users VALUES (98)",
    )
    url = restore(dump(database, tmp_path / "a.dump"), postgres, TABLES)
    assert ask(url, "SELECT * FROM users ORDER BY id") == ROWS


def test_rows_that_policies_hide_from_others_are_all_there(
    postgres: EmbeddedPostgres, database: str, tmp_path: Path
) -> None:
    execute(database, PLAIN_TABLES)
    execute(
        database,
        "ALTER TABLE users ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;"
        "CREATE POLICY few ON users USING (id = 1)",
    )
    url = restore(dump(database, tmp_path / "a.dump"), postgres, TABLES)
    assert ask(url, "SELECT * FROM users ORDER BY id") == ROWS


def test_types_that_not_every_server_reads_alike_are_text(
    postgres: EmbeddedPostgres, database: str, tmp_path: Path
) -> None:
    execute(database, PLAIN_TABLES)
    backup = dump(database, tmp_path / "a.sql", "--format=plain")
    script = backup.read_bytes()
    for before, after in [
        # As a server of a German locale, one with libxml, or one before version 12 writes them.
        (b"price numeric(8,2)", b"price money"),
        (b"name character varying", b"name abstime"),
        (b"email character varying", b"email xml"),
        ("1\tHöhle\t1.50\n".encode(), "1\t2011-01-02 05:04:05+02\t1.234,50 €\n".encode()),
    ]:
        assert before in script
        script = script.replace(before, after)
    backup.write_bytes(script)
    url = restore(backup, postgres, TABLES)
    assert ask(url, "SELECT * FROM artworks") == [(1, "2011-01-02 05:04:05+02", "1.234,50 €")]
    assert ask(url, "SELECT * FROM users ORDER BY id") == ROWS
