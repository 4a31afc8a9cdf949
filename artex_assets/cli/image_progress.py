"""The progress of an image set, read from its ledger while a run works on it."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from artex_assets.database.connection import connected
from artex_assets.errors import TargetError

POLL_SECONDS = 0.5

_COUNTS = """
    SELECT count(*) FILTER (WHERE state NOT IN ('pending', 'failed')), count(*),
        coalesce(sum(byte_size) FILTER (WHERE state = 'migrated'), 0)::bigint
    FROM artex_migration.images WHERE image_set = %s
"""


@contextmanager
def following(url: str, image_set: str, tell: Callable[[str], None]) -> Iterator[None]:
    """Tells, twice a second, how many images are done, their bytes, the rate and the time left."""
    done = threading.Event()

    def follow() -> None:
        with connected(url, "artex progress", TargetError) as connection:
            began, first = time.monotonic(), None
            while not done.wait(POLL_SECONDS):
                row = connection.execute(_COUNTS, [image_set]).fetchone()
                if row is None or not row[1]:
                    continue
                first = first or row
                tell(image_set + _line(row, first, time.monotonic() - began))

    follower = threading.Thread(target=follow, daemon=True)
    follower.start()
    try:
        yield
    finally:
        done.set()
        follower.join()


def _line(now: tuple[int, int, int], first: tuple[int, int, int], seconds: float) -> str:
    """`  312/968 images, 8.2 MB, 5.1 MB/s, 4 s left`."""
    images, everything, size = now
    line = f"  {images:,}/{everything:,} images, {size / 1e6:,.1f} MB"
    if seconds < POLL_SECONDS or images == first[0]:
        return line
    left = (everything - images) / ((images - first[0]) / seconds)
    return f"{line}, {(size - first[2]) / seconds / 1e6:,.1f} MB/s, {left:,.0f} s left"
