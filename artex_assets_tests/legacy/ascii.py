"""A database of the encoding SQL_ASCII, which keeps text's bytes as they came."""

import uuid
from collections.abc import Iterator
from contextlib import closing

import psycopg
import pytest
from psycopg import sql

from artex_assets.embedded.postgres import EmbeddedPostgres


@pytest.fixture
def ascii_database(postgres: EmbeddedPostgres) -> Iterator[str]:
    """The URL of an empty one of the test's own."""
    name = f"test_{uuid.uuid4().hex}"
    with closing(psycopg.connect(postgres.url("postgres"), autocommit=True)) as connection:
        connection.execute(
            sql.SQL(
                "CREATE DATABASE {} TEMPLATE template0 ENCODING 'SQL_ASCII' "
                "LOCALE_PROVIDER libc LOCALE 'C'"
            ).format(sql.Identifier(name))
        )
        yield postgres.url(name)
        connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))
