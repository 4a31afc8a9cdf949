"""The DDL as text, and its execution."""

import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import psycopg
import pytest

from artex_assets.errors import TargetError
from artex_assets.target.schema import TABLES, create, ddl, read_tables

CREATE_WITHOUT_SQLALCHEMY = """
import os, sys
from artex_assets.target.schema import create
create(os.environ["TARGET"])
assert not [name for name in sys.modules if name.startswith("sqlalchemy")]
"""


def test_creating_twice_changes_nothing(database: str) -> None:
    create(database)
    with psycopg.connect(database) as connection:
        before = read_tables(connection, TABLES)
        connection.execute("INSERT INTO bands VALUES (7, 'The Who', NULL, now(), now())")
    create(database)
    with psycopg.connect(database) as connection:
        assert read_tables(connection, TABLES) == before
        assert connection.execute("SELECT id FROM bands").fetchall() == [(7,)]


def test_creating_adds_a_table_that_is_missing_and_leaves_the_others(database: str) -> None:
    create(database)
    with psycopg.connect(database) as connection:
        complete = read_tables(connection, TABLES)
        connection.execute("DROP TABLE external_sales")
        connection.execute("INSERT INTO bands VALUES (7, 'The Who', NULL, now(), now())")
    create(database)
    with psycopg.connect(database) as connection:
        assert read_tables(connection, TABLES) == complete
        assert connection.execute("SELECT id FROM bands").fetchall() == [(7,)]


def test_a_creation_that_fails_leaves_nothing(database: str) -> None:
    with psycopg.connect(database) as connection:
        connection.execute("CREATE TABLE users (id text)")
    with pytest.raises(TargetError, match="could not be created"):
        create(database)
    with psycopg.connect(database) as connection:
        assert set(read_tables(connection, TABLES)) == {"users"}


def test_several_that_create_at_once_do_not_hinder_each_other(database: str) -> None:
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(create, [database] * 4))
    with psycopg.connect(database) as connection:
        assert set(read_tables(connection, TABLES)) == set(TABLES)


def test_a_complete_target_is_recognized_without_importing_sqlalchemy(database: str) -> None:
    create(database)
    subprocess.run(
        [sys.executable, "-c", CREATE_WITHOUT_SQLALCHEMY],
        check=True,
        env={**os.environ, "TARGET": database},
    )


def test_a_server_that_is_not_there_is_an_error_without_the_url() -> None:
    with pytest.raises(TargetError, match="no connection") as raised:
        create("postgresql://someone:canary@127.0.0.1:1/nowhere")
    assert "canary" not in str(raised.value)


def test_the_ddl_is_a_script_that_makes_the_schema(database: str) -> None:
    with psycopg.connect(database) as connection:
        for statement in ddl():
            connection.execute(statement.encode())
        assert set(read_tables(connection, TABLES)) == set(TABLES)


def test_the_ddl_of_one_table_is_that_table_and_its_indexes() -> None:
    assert ddl(["posters_series"]) == [
        "CREATE TABLE IF NOT EXISTS posters_series (\n"
        "    poster_id BIGINT NOT NULL,\n"
        "    series_id BIGINT NOT NULL,\n"
        "    CONSTRAINT fk_rails_1bb950b5d5 FOREIGN KEY(poster_id) REFERENCES posters (id),\n"
        "    CONSTRAINT fk_rails_a2b1295796 FOREIGN KEY(series_id) REFERENCES series (id)\n"
        ");",
        "CREATE UNIQUE INDEX IF NOT EXISTS index_posters_series_on_poster_id_and_series_id "
        "ON posters_series (poster_id, series_id);",
        "CREATE INDEX IF NOT EXISTS index_posters_series_on_series_id_and_poster_id "
        "ON posters_series (series_id, poster_id);",
    ]


def test_the_ddl_makes_the_extension_only_where_an_index_needs_it() -> None:
    assert ddl(["posters"])[0] == "CREATE EXTENSION IF NOT EXISTS pg_trgm;"
    assert not any("pg_trgm" in statement for statement in ddl(["users", "venues"]))


def test_the_ddl_of_an_unknown_table_is_refused() -> None:
    with pytest.raises(TargetError, match="no table artworks"):
        ddl(["users", "artworks"])
