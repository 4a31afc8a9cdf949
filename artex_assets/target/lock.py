"""The target's lock: one table load at a time, whoever runs it.

A PostgreSQL advisory lock of the transaction, so that it dies with its holder and works through a
pooler. The holder is named by its connection's application name.
"""

from collections.abc import Iterator
from contextlib import contextmanager

import psycopg

from artex_assets.database.connection import Connection
from artex_assets.errors import LockedError

NAME = "artex_migration"
WAIT = "300s"
"""How long a second run waits for the first one's table before it says who holds the lock."""

TABLE_WAIT = "60s"
"""How long a load then waits for what the application holds."""


@contextmanager
def locked(connection: Connection, run_id: str) -> Iterator[None]:
    """Holds the target's lock until the transaction ends.

    Raises LockedError that names the holder.
    """
    try:
        with connection.transaction():
            connection.execute(f"SET LOCAL lock_timeout = '{WAIT}'")
            connection.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [NAME])
            connection.execute(f"SET LOCAL lock_timeout = '{TABLE_WAIT}'")
    except psycopg.errors.LockNotAvailable:
        raise LockedError(
            f"Another run holds the target's lock: {holder(connection)}.",
            next_step="Wait for it to finish, or stop it, then run it again.",
        ) from None
    yield


def holder(connection: Connection, name: str = NAME) -> str:
    """Who holds a lock, by application name, process and time; the server's words for nobody."""
    row = connection.execute(
        """
        SELECT activity.application_name, activity.pid, activity.xact_start::timestamp(0)
        FROM pg_locks AS held JOIN pg_stat_activity AS activity USING (pid)
        WHERE held.locktype = 'advisory' AND held.granted
            AND held.database = (SELECT oid FROM pg_database WHERE datname = current_database())
            AND (held.classid::bigint << 32 | held.objid::bigint) = hashtextextended(%s, 0)
        """,
        [name],
    ).fetchone()
    if row is None:
        return "it has just let go"
    # Since when is for those to see who may see what that role does.
    since = f", since {row[2]} UTC" if row[2] else ""
    return f"{row[0] or 'an unnamed program'} (server process {row[1]}{since})"
