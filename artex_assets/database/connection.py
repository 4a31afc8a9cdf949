"""Connections to PostgreSQL: the settings that make its text output one and the same everywhere."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit

import psycopg

from artex_assets.errors import ArtexError

Connection = psycopg.Connection[Any]

SESSION = (
    "SET DateStyle = 'ISO, YMD'",
    "SET TimeZone = 'UTC'",
    "SET extra_float_digits = 3",
    "SET bytea_output = 'hex'",
    "SET client_encoding = 'UTF8'",
    "SET lock_timeout = '60s'",
    "SET statement_timeout = 0",
    "SET idle_in_transaction_session_timeout = 0",
)
"""Set by statements after connecting: poolers refuse them as connection options."""


def normalized(url: str) -> str:
    """`url` with libpq's scheme, in place of Heroku's `postgres://` or SQLAlchemy's drivers."""
    scheme, separator, rest = url.partition("://")
    return f"postgresql://{rest}" if separator and scheme.startswith("postgres") else url


def place(url: str) -> str:
    """Where `url` leads, without user and password: `host:port/database`."""
    parts = urlsplit(normalized(url))
    host = parts.hostname or "the local socket"
    port = f":{parts.port}" if parts.port else ""
    return f"{host}{port}{parts.path}"


@contextmanager
def connected(url: str, name: str, failure: type[ArtexError]) -> Iterator[Connection]:
    """A connection with `SESSION` set, in autocommit mode; closed at the end.

    name: the application's name, which a person sees who asks the server who holds a lock. failure:
    the error that says that the server cannot be reached.
    """
    try:
        connection = psycopg.connect(
            normalized(url), autocommit=True, application_name=name[:63], connect_timeout=15
        )
    except psycopg.Error as error:
        reason = str(error).strip().splitlines()[-1] if str(error).strip() else type(error).__name__
        raise failure(
            f"The database at {place(url)} cannot be reached: {_without_secrets(reason, url)}.",
            next_step="See that the server runs and that the URL is right, then run it again.",
        ) from None
    with connection:
        connection.execute("; ".join(SESSION))
        yield connection


def _without_secrets(text: str, url: str) -> str:
    password = urlsplit(normalized(url)).password
    return text.replace(password, "***") if password else text
