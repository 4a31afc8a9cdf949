"""Databases of other encodings than UTF-8."""

import uuid
from collections.abc import Iterator
from contextlib import closing, contextmanager

import psycopg
import pytest
from psycopg import sql

from artex_assets.embedded.postgres import EmbeddedPostgres


@contextmanager
def other_database(postgres: EmbeddedPostgres, encoding: str) -> Iterator[str]:
    """The URL of an empty database of `encoding`."""
    name = f"test_{uuid.uuid4().hex}"
    with closing(psycopg.connect(postgres.url("postgres"), autocommit=True)) as connection:
        connection.execute(
            sql.SQL(
                "CREATE DATABASE {} TEMPLATE template0 ENCODING {} LOCALE_PROVIDER libc LOCALE 'C'"
            ).format(sql.Identifier(name), sql.Literal(encoding))
        )
        yield postgres.url(name)
        connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


@pytest.fixture
def ascii_database(postgres: EmbeddedPostgres) -> Iterator[str]:
    """The URL of a database that keeps text's bytes as they came."""
    with other_database(postgres, "SQL_ASCII") as url:
        yield url
