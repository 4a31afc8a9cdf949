"""What PostgreSQL says when it refuses, without what it quotes from rows; what to try again."""

import time
from collections.abc import Callable
from typing import TypeVar

import psycopg

from artex_assets.database.connection import Connection, connected, place
from artex_assets.errors import ArtexError

Result = TypeVar("Result")

# SQLSTATE classes whose messages name columns and constraints but may quote values, too.
_QUOTES_VALUES = ("21", "22", "23", "P0", "XX")

PAUSES = (0.5, 2.0)
"""Seconds between the tries of a transaction that another one or a lost connection undid."""


def described(error: psycopg.Error) -> str:
    """The refusal in words, without the values of any row."""
    code = error.sqlstate
    if code is None:
        return "the connection was lost"
    names = {
        "table": error.diag.table_name,
        "column": error.diag.column_name,
        "constraint": error.diag.constraint_name,
    }
    where = ", ".join(f"{kind} {name}" for kind, name in names.items() if name)
    words = type(error).__name__ if code[:2] in _QUOTES_VALUES else error.diag.message_primary
    return f"{words} ({', '.join(filter(None, [where, f'SQLSTATE {code}']))})"


def passing(error: psycopg.Error) -> bool:
    """Whether the same transaction may succeed when it is tried again.

    A full disk is not of these: trying again would fill it again.
    """
    if error.sqlstate is None:
        return isinstance(error, psycopg.OperationalError)
    return (
        error.sqlstate in {"40001", "40P01", "57P01", "57P02", "57P03"}
        or error.sqlstate[:2] == "08"
    )


def transacted(
    url: str, name: str, failure: type[ArtexError], work: Callable[[Connection], Result]
) -> Result:
    """What `work` returns on a connection to `url`; tried three times when the failure may pass.

    Raises `failure` with what the server said, and what `work` raises.
    """
    for pause in (*PAUSES, None):
        try:
            with connected(url, name, failure) as connection:
                return work(connection)
        except psycopg.Error as error:
            if pause is None or not passing(error):
                raise failure(
                    f"The database at {place(url)} refused: {described(error)}.",
                    next_step="What was committed stays. Mend the cause, then run it again.",
                ) from None
            time.sleep(pause)
    raise AssertionError("the last try returns or raises")
