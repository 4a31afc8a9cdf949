"""What a planted fault is: the cells that are overwritten, and what must become of them.

The expected values are worked out by hand from the rules of domain.md. Nothing here may use the
project's transforms: the two are compared.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import polars as pl

from artex_assets.vocabulary import Change, Reason, State

Value = str | int | float | bool | date | None

MIGRATION_DATE = "<the date of the migration>"
"""Stands for a value that nobody knows before the first load."""

TARGETS = {
    "artworks": "posters",
    "artists_artworks": "artists_posters",
    "artworks_series": "posters_series",
    "user_artworks": "user_posters",
    "transactions": "external_sales",
}
"""The target table of each legacy table that has another name there."""


@dataclass(frozen=True)
class Cells:
    """The values (by column) that one legacy row gets in place of the generated ones."""

    table: str
    id: int
    values: Mapping[str, Value]


@dataclass(frozen=True)
class Outcome:
    """What one cell of the target must hold.

    change: the code under which the cell goes on record, None when it must not be on record.
    original: the legacy value on record.
    row: the target's table and id; None for the row that the fault itself becomes.
    """

    column: str
    value: Value
    change: Change | None = None
    original: Value = None
    row: tuple[str, int] | None = None


@dataclass(frozen=True)
class Fault:
    """A planted fault of the legacy row `id` of `table`.

    what: the fault in a few words. after: what must become of it beyond single cells.
    object_missing: the row is a blob's, and the source bucket lacks its object.
    """

    table: str
    id: int
    what: str
    cells: Sequence[Cells]
    outcomes: Sequence[Outcome] = ()
    reason: Reason | None = None
    after: str = ""
    object_missing: bool = False

    @property
    def target(self) -> str:
        """The target's table."""
        return TARGETS.get(self.table, self.table)

    @property
    def state(self) -> State:
        """Where the row, or the image that it belongs to, must stand after the migration."""
        if self.object_missing:
            return State.FAILED
        if self.reason is not None:
            return State.QUARANTINED
        image = self.table.startswith("active_storage_")
        return State.MIGRATED if image else State.LOADED


def planted(
    table: str,
    id: int,
    what: str,
    values: Mapping[str, Value],
    *outcomes: Outcome,
    after: str = "",
) -> Fault:
    """A fault that is planted in its own row alone, and does not keep it from being loaded."""
    return Fault(table, id, what, [Cells(table, id, values)], outcomes, after=after)


def plant(table: str, frame: pl.DataFrame, faults: Sequence[Fault]) -> pl.DataFrame:
    """`frame`, the generated rows of `table`, with the cells of `faults` in it."""
    by_column: dict[str, dict[int, Value]] = {}
    for fault in faults:
        for cells in fault.cells:
            if cells.table == table:
                for column, value in cells.values.items():
                    by_column.setdefault(column, {})[cells.id] = value
    return frame.with_columns(
        pl.col("id")
        .replace_strict(
            list(values),
            list(values.values()),
            default=pl.col(name),
            return_dtype=frame[name].dtype,
        )
        .alias(name)
        for name, values in by_column.items()
    )
