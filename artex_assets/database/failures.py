"""What PostgreSQL says when it refuses, without what it quotes from rows; what to try again."""

import re
import time
from collections.abc import Callable
from typing import TypeVar

import psycopg

from artex_assets.database.connection import Connection, connected, place
from artex_assets.errors import ArtexError

Result = TypeVar("Result")

# SQLSTATE classes whose messages name columns and constraints but may quote values, too.
_QUOTES_VALUES = ("21", "22", "23", "44", "P0", "XX")

# Classes of the server's own about connections, transactions, permissions and resources: no values.
_QUOTES_NOTHING = ("08", "25", "28", "40", "53", "55", "57", "58")

_IN_FUNCTION = re.compile(r"function (?:inline_code_block|([\w.\"]+)\()")

PAUSES = (0.5, 2.0)
"""Seconds between the tries of a transaction that another one or a lost connection undid."""


class _GoneError(ArtexError):
    """A server that was reached before cannot be reached."""


def described(error: psycopg.Error) -> str:
    """The refusal in words, without the values of any row."""
    code = error.sqlstate
    if code is None:
        return "the connection was lost"
    raised_in = _IN_FUNCTION.search(error.diag.context or "")
    names = {
        "table": error.diag.table_name,
        "column": error.diag.column_name,
        "type": error.diag.datatype_name,
        "constraint": error.diag.constraint_name,
        "in function": raised_in[1] if raised_in else None,
    }
    where = ", ".join(f"{kind} {name}" for kind, name in names.items() if name)
    words = error.diag.message_primary if _is_plain(error, code) else type(error).__name__
    return f"{words} ({', '.join(filter(None, [where, f'SQLSTATE {code}']))})"


def _is_plain(error: psycopg.Error, code: str) -> bool:
    """Whether the message cannot quote a row's values.

    A function of the target may raise any code with words of its own, or fail in a statement that
    it puts together of values.
    """
    if (error.diag.source_file or "").startswith("pl") or code[:2] in _QUOTES_VALUES:
        return False
    return (
        code[:2] in _QUOTES_NOTHING
        or isinstance(error, psycopg.errors.InsufficientPrivilege)
        or "function" not in (error.diag.context or "")
    )


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

    A server that cannot be reached at first is not waited for; one that went away may come again.
    Raises `failure` with what the server said, and what `work` raises.
    """
    reached = False
    for pause in (*PAUSES, None):
        try:
            with connected(url, name, _GoneError if reached else failure) as connection:
                reached = True
                return work(connection)
        except _GoneError as error:
            if pause is None:
                raise failure(error.what, next_step=error.next_step) from None
            time.sleep(pause)
        except psycopg.Error as error:
            if pause is None or not passing(error):
                raise failure(
                    f"The database at {place(url)} refused: {described(error)}.",
                    next_step="What was committed stays. Mend the cause, then run it again.",
                ) from None
            time.sleep(pause)
    raise AssertionError("the last try returns or raises")
