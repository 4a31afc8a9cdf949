"""Connections to PostgreSQL: the settings that make its text output one and the same everywhere."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

import psycopg
from psycopg.pq import TransactionStatus

from artex_assets.errors import ArtexError

Connection = psycopg.Connection[Any]

SESSION = "SET DateStyle = 'ISO, YMD'; SET TimeZone = 'UTC'; SET client_encoding = 'UTF8'"
"""Set by statements after connecting: poolers refuse connection options, but keep these three with
their client, whatever server process the next transaction gets."""

TRANSACTION = """
    SET LOCAL extra_float_digits = 3;
    SET LOCAL bytea_output = 'hex';
    SET LOCAL lock_timeout = '60s';
    SET LOCAL statement_timeout = 0;
    SET LOCAL idle_in_transaction_session_timeout = 0;
"""
"""Set at the beginning of each transaction, so that behind a pooler they neither get lost nor stay
with the server process for the application to stumble over."""


class _Connection(psycopg.Connection[Any]):
    """Sets `TRANSACTION` in every outermost transaction."""

    @contextmanager
    def transaction(
        self, savepoint_name: str | None = None, force_rollback: bool = False
    ) -> Iterator[psycopg.Transaction]:
        outermost = self.info.transaction_status == TransactionStatus.IDLE
        with super().transaction(savepoint_name, force_rollback) as transaction:
            if outermost:
                self.execute(TRANSACTION)
            yield transaction


def normalized(url: str) -> str:
    """`url` with libpq's scheme, in place of Heroku's `postgres://` or SQLAlchemy's drivers."""
    scheme, separator, rest = url.partition("://")
    return f"postgresql://{rest}" if separator and scheme.startswith("postgres") else url


def place(url: str) -> str:
    """Where `url` leads, without user and password: `host:port/database`."""
    parts = urlsplit(normalized(url))
    asked = parse_qs(parts.query)
    host = parts.hostname or next(iter(asked.get("host", [])), "")
    host = "the local socket" if host.startswith("/") or not host else host
    port = f":{parts.port}" if parts.port else ""
    return f"{host}{port}{parts.path}"


@contextmanager
def connected(url: str, name: str, failure: type[ArtexError]) -> Iterator[Connection]:
    """A connection with `SESSION` set, in autocommit mode; closed at the end.

    name: the application's name, which a person sees who asks the server who holds a lock. failure:
    the error that says that the server cannot be reached.
    """
    try:
        connection = _Connection.connect(
            normalized(url),
            autocommit=True,
            application_name=name[:63],
            connect_timeout=15,
            prepare_threshold=None,  # a pooler gives the next transaction another server process
        )
    except psycopg.Error as error:
        # libpq puts the address before what happened, and a question behind it, indented.
        told = [line for line in str(error).splitlines() if line.strip() == line != ""]
        reason = (told or [type(error).__name__])[-1].rpartition(" failed: ")[2]
        raise failure(
            f"The database at {place(url)} cannot be reached: {_without_secrets(reason, url)}.",
            next_step="See that the server runs and that the URL is right, then run it again.",
        ) from None
    with connection:
        connection.execute(SESSION)
        yield connection


def _without_secrets(text: str, url: str) -> str:
    for secret in sorted(_secrets(url), key=len, reverse=True):
        text = text.replace(secret, "***")
    return text.rstrip(".")


def _secrets(url: str) -> set[str]:
    """The passwords in `url`, as they are written there and as they are meant."""
    parts = urlsplit(normalized(url))
    pairs = [pair.partition("=") for pair in parts.query.split("&")]
    written = [value for name, _, value in pairs if name in ("password", "sslpassword")]
    written.append(parts.password or "")
    return {spelled for secret in written for spelled in (secret, unquote(secret))} - {""}
