"""The snapshot: of one moment, exact, and without a trace in the legacy database."""

import math
import random
from collections.abc import Mapping
from typing import Any

import polars as pl
import psycopg
import pytest
from psycopg import sql

from artex_assets.convert.conversion import NUMERIC
from artex_assets.errors import LegacyError
from artex_assets.legacy.contract import LegacyTable
from artex_assets.legacy.snapshot import in_key_order, snapshot, unmapped_tables
from artex_assets_tests.legacy.dumps import ask, execute

TWO: Mapping[str, LegacyTable] = {name: LegacyTable(name, {}) for name in ("artworks", "users")}


def read(url: str, table: str = "users") -> pl.DataFrame:
    return dict(snapshot(url, {table: LegacyTable(table, {})}))[table]


def column(url: str, kind: str, *values: str) -> pl.Series:
    """The column as it is read of a table that holds `values` (SQL expressions) as `kind`."""
    execute(url, f"CREATE TABLE users (id serial, x {kind})")
    for value in values:
        execute(url, f"INSERT INTO users (x) VALUES ({value})")  # noqa: S608
    return read(url)["x"]


def refusal(url: str, tables: Mapping[str, LegacyTable] = TWO) -> str:
    with pytest.raises(LegacyError) as refused:
        dict(snapshot(url, tables))
    assert "canary" not in str(refused.value)
    assert refused.value.__suppress_context__
    return str(refused.value)


@pytest.mark.parametrize(
    ("kind", "dtype", "values", "expected"),
    [
        ("smallint", pl.Int64(), ["-32768", "NULL"], [-32768, None]),
        ("bigint", pl.Int64(), ["9223372036854775807"], [2**63 - 1]),
        (
            "double precision",
            pl.Float64(),
            ["'Infinity'", "'-Infinity'", "1e300", "0.1", "4.9e-324", "NULL"],
            [math.inf, -math.inf, 1e300, 0.1, 5e-324, None],
        ),
        ("real", pl.Float64(), ["0.1"], [0.1]),
        (
            "numeric",
            NUMERIC,
            ["1.50", "'NaN'", "'Infinity'", "NULL", "12345678901234567890.123"],
            [
                {"numeric": "1.50"},
                {"numeric": "NaN"},
                {"numeric": "Infinity"},
                None,
                {"numeric": "12345678901234567890.123"},
            ],
        ),
        ("numeric(8,2)", NUMERIC, ["2"], [{"numeric": "2.00"}]),
        ("boolean", pl.Boolean(), ["true", "false", "NULL"], [True, False, None]),
        ("text", pl.String(), ["''", "NULL", "'NULL'", "' x '"], ["", None, "NULL", " x "]),
        ("char(5)", pl.String(), ["'ab'", "''"], ["ab", ""]),
        (
            "date",
            pl.String(),
            ["'infinity'", "'-infinity'", "'0044-03-15 BC'", "'20201-01-01'"],
            ["infinity", "-infinity", "0044-03-15 BC", "20201-01-01"],
        ),
        (
            "timestamp",
            pl.String(),
            ["'infinity'", "'2015-01-02 03:04:05.000006'", "'0044-03-15 12:00 BC'"],
            ["infinity", "2015-01-02 03:04:05.000006", "0044-03-15 12:00:00 BC"],
        ),
        (
            "timestamptz",
            pl.String(),
            ["'2015-01-02 03:04:05+02'", "'infinity'", "NULL"],
            ["2015-01-02 01:04:05", "infinity", None],
        ),
        ("json", pl.String(), ["""'{"a":  "é,\\n"}'"""], ['{"a":  "é,\\n"}']),
        ("text[]", pl.String(), ["ARRAY['a,b', NULL, '']"], ['{"a,b",NULL,""}']),
        ("bytea", pl.String(), ["'\\x00ff'"], ["\\x00ff"]),
        (
            "uuid",
            pl.String(),
            ["'A0EEBC99-9C0B-4EF8-BB6D-6BB9BD380A11'"],
            ["a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11"],
        ),
        ("money", pl.String(), ["NULL"], [None]),
    ],
)
def test_every_kind_of_value_is_read_exactly(
    database: str, kind: str, dtype: pl.DataType, values: list[str], expected: list[Any]
) -> None:
    found = column(database, kind, *values)
    assert found.dtype == dtype
    assert found.to_list() == expected


def test_not_a_number_stays_so(database: str) -> None:
    assert math.isnan(column(database, "double precision", "'NaN'")[0])


def test_enums_and_extension_types_are_text_and_domains_what_they_are_based_on(
    database: str,
) -> None:
    execute(
        database,
        """
        CREATE EXTENSION citext;
        CREATE TYPE mood AS ENUM ('glad'); CREATE DOMAIN cents AS integer;
        CREATE DOMAIN price AS cents CHECK (VALUE > 0);
        CREATE TABLE users (id bigint, mood mood, email citext, price price);
        INSERT INTO users VALUES (1, 'glad', 'A@b', 5);
        """,
    )
    assert read(database).rows() == [(1, "glad", "A@b", 5)]
    assert read(database)["price"].dtype == pl.Int64


def test_columns_keep_their_names_and_dropped_ones_are_gone(database: str) -> None:
    names = ['a "b"', "Größe", "SELECT", "with space", "a,b", "100%s"]
    defined = sql.SQL(", ").join(sql.SQL("{} text").format(sql.Identifier(name)) for name in names)
    with psycopg.connect(database) as connection:
        connection.execute(sql.SQL("CREATE TABLE users (id int, gone int, {})").format(defined))
        connection.execute("ALTER TABLE users DROP gone")
        connection.execute("INSERT INTO users VALUES (1, 'a', 'b', 'c', 'd', 'e', 'f')")
    frame = read(database)
    assert frame.columns == ["id", *names]
    assert frame.rows() == [(1, "a", "b", "c", "d", "e", "f")]


@pytest.mark.parametrize("rows", [0, 3])
def test_tables_and_columns_without_values_keep_their_dtypes(database: str, rows: int) -> None:
    execute(
        database,
        f"""
        CREATE TABLE users (id bigint, a text, n numeric, f float8, b boolean, d date);
        INSERT INTO users (id) SELECT n FROM generate_series(1, {rows}) AS n
        """,  # noqa: S608
    )
    frame = read(database)
    assert frame.height == rows
    assert frame.dtypes == [
        pl.Int64,
        pl.String,
        NUMERIC,
        pl.Float64,
        pl.Boolean,
        pl.String,
    ]
    assert frame.drop("id").null_count().row(0) == (rows,) * 5


def test_text_of_every_kind_comes_back_in_many_rows(database: str) -> None:
    chance = random.Random(7)  # noqa: S311
    pieces = [
        '"',
        '""',
        ",",
        "\n",
        "\r\n",
        "\r",
        "\\N",
        "\\.",
        "\t",
        "'",
        "é",
        "\U0001f3a8",
        "=x()",
        "",
    ]
    notes = ["".join(chance.choices(pieces, k=chance.randrange(9))) for _ in range(30_000)]
    notes.append('"\n' * 2_000_000)
    with psycopg.connect(database) as connection:
        connection.execute("CREATE TABLE users (id bigint, note text, tail text)")
        with connection.cursor().copy("COPY users FROM STDIN") as copy:
            for number, note in enumerate(notes):
                copy.write_row((number, note, None if number % 2 else ""))
    frame = read(database)
    assert frame["note"].to_list() == notes
    assert frame["tail"].to_list() == [None if number % 2 else "" for number in range(len(notes))]


def test_all_tables_are_of_one_moment(database: str) -> None:
    execute(
        database,
        "CREATE TABLE artworks (id int); CREATE TABLE users (id int);"
        "INSERT INTO artworks VALUES (1); INSERT INTO users VALUES (1)",
    )
    tables = snapshot(database, TWO)
    assert next(tables)[1].height == 1
    execute(database, "INSERT INTO users VALUES (2); ALTER TABLE users ADD later int")
    execute(database, "DELETE FROM users WHERE id = 1")
    name, users = next(tables)
    assert name == "users"
    assert users["id"].to_list() == [1]
    assert list(tables) == []


def test_a_superuser_s_snapshot_cannot_write(database: str) -> None:
    execute(
        database,
        """
        CREATE TABLE artworks (id int); CREATE TABLE log (id int);
        CREATE FUNCTION note() RETURNS int LANGUAGE sql AS 'INSERT INTO log VALUES (1) RETURNING 1';
        CREATE VIEW users AS SELECT note() AS id;
        """,
    )
    assert "cannot execute INSERT in a read-only transaction" in refusal(database)
    assert ask(database, "SELECT count(*) FROM log") == [(0,)]


def test_a_snapshot_leaves_no_trace(database: str) -> None:
    execute(
        database, "CREATE TABLE artworks (id int); CREATE TABLE users AS SELECT 1 AS id, 'a' AS x"
    )
    state = "SELECT pg_snapshot_xmax(pg_current_snapshot())::text"
    before = ask(database, state)
    dict(snapshot(database, TWO))
    assert ask(database, state) == before


def test_absent_tables_are_named_before_anything_is_read(database: str) -> None:
    execute(database, "CREATE TABLE artworks (id int)")
    tables = snapshot(database, {**TWO, "venues": LegacyTable("venues", {})})
    with pytest.raises(LegacyError, match="has no table users, venues"):
        next(tables)


def test_a_connection_that_is_cut_in_the_middle_is_an_error(database: str) -> None:
    execute(database, "CREATE TABLE artworks (id int); CREATE TABLE users (id int)")
    tables = snapshot(database, TWO)
    assert next(tables)[0] == "artworks"
    execute(
        database,
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
        "WHERE application_name = 'artex_assets legacy snapshot' AND datname = current_database()",
    )
    with pytest.raises(LegacyError, match="did not let us read the table users") as refused:
        next(tables)
    assert "Nothing of what was read is used" in str(refused.value)


def test_a_server_that_is_not_there_is_an_error_without_the_password() -> None:
    url = "postgresql://reader:canary-7c1f@127.0.0.1:1/app"
    assert "127.0.0.1:1/app cannot be reached" in refusal(url)


def test_rows_that_a_policy_hides_are_an_error(database: str) -> None:
    execute(
        database,
        """
        DROP ROLE IF EXISTS legacy_reader; CREATE ROLE legacy_reader LOGIN;
        CREATE TABLE artworks (id int); CREATE TABLE users (id int);
        ALTER TABLE users ENABLE ROW LEVEL SECURITY;
        GRANT SELECT ON artworks, users TO legacy_reader;
        """,
    )
    url = database.replace("postgres@", "legacy_reader@")
    try:
        assert "the table users" in refusal(url)
    finally:
        execute(database, "DROP OWNED BY legacy_reader; DROP ROLE legacy_reader")


def test_an_error_in_a_row_does_not_quote_it(database: str) -> None:
    execute(
        database,
        "CREATE TABLE artworks (id int); CREATE TABLE raw AS SELECT 1 AS id, 'canary' AS email;"
        "CREATE VIEW users AS SELECT id, email::int FROM raw",
    )
    assert "the table users: InvalidTextRepresentation" in refusal(database)


def test_views_are_read_like_tables(database: str) -> None:
    execute(database, "CREATE VIEW users AS SELECT 2 AS id, 'x'::varchar AS name, 1.50 AS price")
    assert read(database).rows() == [(2, "x", {"numeric": "1.50"})]


def test_repeated_keys_are_in_one_order_however_they_come() -> None:
    rows = pl.DataFrame(
        {
            "id": [1, 1, None, None, 1, 0],
            "name": ["b", "a", "z", None, "a", "c"],
            "price": [{"numeric": text} for text in ("1", "2", "3", "4", "1", "5")],
            "flag": [True, None, False, True, False, None],
        },
        schema_overrides={"price": NUMERIC},
    )
    ordered = in_key_order(rows)
    assert ordered["id"].to_list() == [0, 1, 1, 1, None, None]
    for seed in range(5):
        assert in_key_order(rows.sample(fraction=1, shuffle=True, seed=seed)).equals(ordered)


def test_link_tables_are_ordered_by_their_pair_and_others_by_all_they_have() -> None:
    links = pl.DataFrame({"artist_id": [2, 1, 1], "artwork_id": [1, 9, 3]})
    assert in_key_order(links).rows() == [(1, 3), (1, 9), (2, 1)]
    others = pl.DataFrame({"name": ["b", None, "a"], "size": [1, 2, 3]})
    assert in_key_order(others).rows() == [("a", 3), ("b", 1), (None, 2)]
    numbers = pl.DataFrame({"id": [{"numeric": "2"}, {"numeric": "1"}]}, schema={"id": NUMERIC})
    assert in_key_order(numbers)["id"].struct.field("numeric").to_list() == ["1", "2"]


def test_tables_that_nobody_reads_are_named(database: str) -> None:
    execute(
        database,
        "CREATE TABLE users (); CREATE TABLE tweets (); CREATE TABLE portfolios ()",
    )
    assert unmapped_tables(database, TWO) == ["tweets"]
