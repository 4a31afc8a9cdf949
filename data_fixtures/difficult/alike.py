"""What rows of several tables have in common in the difficult backup."""

from collections.abc import Mapping

from artex_assets.vocabulary import Change, Reason
from data_fixtures.difficult.ordinary import Value
from data_fixtures.difficult.row import (
    Cells,
    Recorded,
    Row,
    quarantined,
)
from data_fixtures.planted.fault import MIGRATION_DATE

MIDNIGHT = f"{MIGRATION_DATE} 00:00:00"
"""Stands for the first moment of the day of the migration."""

NO_TIMES: Mapping[str, Value] = {"created_at": None, "updated_at": None}
IMPUTED = {name: Recorded(MIDNIGHT, Change.TIME_IMPUTED, None) for name in NO_TIMES}
"""What times become of which neither is known."""


def numbered(number: int | None) -> dict[str, Value]:
    return {"id": number}


def nameless(
    table: str, number: int, what: str, name: str | None, after: Cells | None = None
) -> Row:
    """A row whose name is blank, mended. after: as `quarantined` has it."""
    singular = {"venues": "Hall", "artists": "Artist", "bands": "Band", "series": "Series"}
    mended = {"name": f"{singular[table]} {number}"}
    return quarantined(
        table, numbered(number), what, {"name": name}, Reason.MISSING_VALUE, None, mended, after
    )


def twins(
    table: str, number: int, values: Mapping[str, Value], after: Cells | None = None
) -> list[Row]:
    """Two different rows of one id, of which the second gets an id of its own by the mending.

    values: cells of the second that differ, which are the same in the target. after: what the first
    becomes then.
    """
    reason = Reason.DUPLICATE_KEY
    another = number + 100
    return [
        quarantined(
            table,
            numbered(number),
            f"another row has the id {number}, too",
            {},
            reason,
            after=after,
        ),
        quarantined(
            table,
            numbered(number),
            f"another row has the id {number}, too",
            values,
            reason,
            mended={"id": another},
            after=values,
        ),
    ]
