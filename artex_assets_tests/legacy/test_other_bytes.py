"""Text that is not UTF-8: which rows have it, and that no byte of it is lost."""

import random
import re

import polars as pl
import psycopg
from psycopg import sql

from artex_assets.legacy.contract import NOT_UTF8, Kind, LegacyTable, unmapped_counts
from artex_assets.legacy.snapshot import snapshot
from artex_assets_tests.legacy.dumps import execute
from artex_assets_tests.legacy.encodings import ascii_database

__all__ = ["ascii_database"]


def read(url: str, table: str = "users") -> pl.DataFrame:
    return dict(snapshot(url, {table: LegacyTable(table, {})}))[table]


def original_bytes(spelling: str) -> bytes:
    parts = re.findall(r"\\x([0-9a-f]{2})|\\\\|([^\\]+)", spelling)
    return b"".join(
        bytes.fromhex(byte) if byte else (other or "\\").encode() for byte, other in parts
    )


def test_the_row_is_kept_and_its_columns_are_named(ascii_database: str) -> None:
    execute(
        ascii_database,
        r"""
        CREATE TABLE users (id int, email text, note varchar(20), price numeric, rich boolean);
        INSERT INTO users VALUES (1, 'é', 'o\xe9', 1.50, true),
            (2, E'Jos\xe9', E'C:\\\xe9\xff', 2, NULL), (NULL, 'ok', E'\xff', NULL, false);
        """,
    )
    frame = read(ascii_database)
    assert frame.drop("price").rows() == [
        (1, "é", "o\\xe9", True, None),
        (2, "Jos\\xe9", "C:\\\\\\xe9\\xff", None, ["email", "note"]),
        (None, "ok", "\\xff", False, ["note"]),
    ]
    assert frame.columns[-1] == NOT_UTF8
    assert frame["price"].struct.field("numeric").to_list() == ["1.50", "2", None]


def test_every_byte_can_be_had_again(ascii_database: str) -> None:
    chance = random.Random(7)  # noqa: S311
    pieces = [bytes([byte]) for byte in range(1, 256)] * 2
    pieces += [b"\\x", b"\\xe9", b"\\", b'"', b",", b"\r\n", "é🎨\ufeff\ufdd0".encode(), b"\\."]
    notes = [b"".join(chance.choices(pieces, k=chance.randrange(12))) for _ in range(5_000)]
    with psycopg.connect(ascii_database) as connection:
        connection.execute("CREATE TABLE users (id int, note text, tail text)")
        with connection.cursor().copy("COPY users FROM STDIN (FORMAT csv)") as copy:
            for number, note in enumerate(notes):
                quoted = note.replace(b'"', b'""')
                copy.write(str(number).encode() + b',"' + quoted + b'",\n')
    frame = read(ascii_database)
    other = frame[NOT_UTF8].is_not_null().to_list()
    assert any(other)
    assert not all(other)
    for note, spelling, marked in zip(notes, frame["note"].to_list(), other, strict=True):
        assert (original_bytes(spelling) if marked else spelling.encode()) == note
    assert frame["tail"].null_count() == len(notes)


def test_names_that_are_not_ascii_are_read_beside_them(ascii_database: str) -> None:
    with psycopg.connect(ascii_database, client_encoding="UTF8") as connection:
        connection.execute(
            sql.SQL(r"CREATE TABLE users AS SELECT 1 AS id, E'\xe9'::text AS {}").format(
                sql.Identifier("Größe")
            )
        )
    assert read(ascii_database).to_dicts() == [{"id": 1, "Größe": "\\xe9", NOT_UTF8: ["Größe"]}]


def test_repeated_keys_are_in_one_order_beside_them(ascii_database: str) -> None:
    execute(
        ascii_database,
        r"CREATE TABLE users (id int, name text);"
        r"INSERT INTO users VALUES (1, 'b'), (1, E'\xff'), (1, 'a'), (0, E'\xe9');",
    )
    assert read(ascii_database)["name"].to_list() == ["\\xe9", "\\xff", "a", "b"]


def test_a_snapshot_goes_on_with_the_next_table(ascii_database: str) -> None:
    execute(
        ascii_database,
        r"CREATE TABLE users AS SELECT 1 AS id, E'\xe9'::text AS name;"
        r"CREATE TABLE venues AS SELECT 1 AS id, 'Höhle'::text AS name",
    )
    tables = {name: LegacyTable(name, {}) for name in ("users", "venues")}
    users, venues = (frame for _, frame in snapshot(ascii_database, tables))
    assert users[NOT_UTF8].to_list() == [["name"]]
    assert venues.rows() == [(1, "Höhle")]


def test_text_of_such_a_database_that_is_utf8_is_text_like_any(ascii_database: str) -> None:
    execute(ascii_database, "CREATE TABLE users AS SELECT 1 AS id, 'é'::text AS name")
    assert read(ascii_database).to_dicts() == [{"id": 1, "name": "é"}]


def test_our_own_column_is_not_taken_for_one_that_nobody_maps() -> None:
    frame = pl.DataFrame({"id": [1], "x": ["a"], NOT_UTF8: [["x"]]})
    assert unmapped_counts(LegacyTable("prints", {"id": Kind.ID}), frame) == {"x": 1}
