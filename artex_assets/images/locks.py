"""The locks of an image run: the target's, shared with other image runs, and one a batch, alone.

So table loads and image runs exclude each other, and different batches run together. They are locks
of a transaction of their own, so that they die with the process and work through a pooler.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import psycopg

from artex_assets.database.connection import Connection, connected
from artex_assets.errors import LockedError, TargetError
from artex_assets.images.sets import ImageSet
from artex_assets.target.lock import NAME, WAIT, holder


@contextmanager
def locked(url: str, image_set: ImageSet, batches: Sequence[str], run_id: str) -> Iterator[None]:
    """Holds the locks of `batches`. Raises LockedError that names who holds one of them."""
    name = f"artex_assets {image_set.name} {run_id[:8]}"
    with connected(url, name, TargetError) as connection, connection.transaction():
        try:
            with connection.transaction():
                connection.execute(f"SET LOCAL lock_timeout = '{WAIT}'")
                connection.execute(
                    "SELECT pg_advisory_xact_lock_shared(hashtextextended(%s, 0))", [NAME]
                )
        except psycopg.errors.LockNotAvailable:
            raise LockedError(
                f"A table load holds the target's lock: {holder(connection)}.",
                next_step="Wait for it to finish, then run it again.",
            ) from None
        busy = [
            batch for batch in batches if not _taken(connection, f"{NAME} {image_set.name} {batch}")
        ]
        if busy:
            who = holder(connection, f"{NAME} {image_set.name} {busy[0]}")
            raise LockedError(
                f"Another run works on batch {', '.join(busy)} of {image_set.name}: {who}.",
                next_step="Wait for it to finish, then run it again.",
            )
        yield


def lock_plan(connection: Connection, image_set: ImageSet) -> None:
    """Waits until no other run notes the plan of this set, and keeps others from it until the end
    of the transaction: two that write the same lines in different orders would block each other.
    """
    connection.execute(f"SET LOCAL lock_timeout = '{WAIT}'")
    name = f"{NAME} {image_set.name} plan"
    connection.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [name])


def _taken(connection: Connection, name: str) -> bool:
    row = connection.execute(
        "SELECT pg_try_advisory_xact_lock(hashtextextended(%s, 0))", [name]
    ).fetchone()
    return bool(row and row[0])
