"""What a row of the difficult backup is, and what must become of it, before and after the mending.

A row is declared by what differs from an ordinary row of its table (`ordinary`); what it becomes,
by what differs from what an ordinary row becomes. So every cell of the target is expected.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from artex_assets.vocabulary import Change, Reason
from data_fixtures.difficult.ordinary import Value, ordinary


@dataclass(frozen=True)
class Recorded:
    """A cell of the target that must be on record.

    value: what the target holds. original: the text on record, which is the legacy cell's.
    """

    value: Value
    change: Change
    original: str | None


Cells = Mapping[str, Value | Recorded]


@dataclass(frozen=True)
class Loaded:
    """The row is in the target, and these are all its migrated cells, in the target's columns.

    shown: those that an ordinary row would not have.
    """

    cells: Cells
    shown: Cells


@dataclass(frozen=True)
class Merged:
    """The row says the same as another one, `into`, the key of that in the target."""

    into: tuple[int, int]


@dataclass(frozen=True)
class Quarantined:
    """The row is kept in the quarantine. cause: the root cause, of a child of another row."""

    reason: Reason
    cause: str | None = None


Outcome = Loaded | Merged | Quarantined


@dataclass(frozen=True)
class Row:
    """A legacy row of `table`.

    what: what is wrong with it, in a few words; nothing for an ordinary one. legacy: its cells;
    None when only the mended backup has it. outcome: what must become of it. mended: its cells in
    the mended backup; None when it is not there any more. after: what must become of it then.
    """

    table: str
    what: str
    legacy: Mapping[str, Value] | None
    outcome: Outcome | None
    mended: Mapping[str, Value] | None
    after: Outcome | None

    def cells(self, mended: bool) -> Mapping[str, Value] | None:
        """Its cells in the backup, or in the mended one."""
        return self.mended if mended else self.legacy

    def becomes(self, mended: bool) -> Outcome | None:
        """What must become of it, or after the mending."""
        return self.after if mended else self.outcome

    @property
    def touched(self) -> bool:
        """Whether the run after the mending has to write the row."""
        return self.outcome != self.after


def loaded(
    table: str,
    key: Mapping[str, Value],
    what: str = "",
    values: Mapping[str, Value] | None = None,
    becomes: Cells | None = None,
    mended: Mapping[str, Value] | None = None,
    after: Cells | None = None,
) -> Row:
    """A row that is loaded.

    values: cells that are not an ordinary row's. becomes: cells of the target that are not those of
    an ordinary row. mended, after: what changes of both by the mending.
    """
    legacy = {**ordinary(table, key).legacy, **(values or {})}
    first = _becomes(table, legacy, becomes or {})
    if mended is None and after is None:
        return Row(table, what, legacy, first, legacy, first)
    then = {**legacy, **(mended or {})}
    return Row(table, what, legacy, first, then, _becomes(table, then, after or {}))


def quarantined(
    table: str,
    key: Mapping[str, Value],
    what: str,
    values: Mapping[str, Value],
    reason: Reason,
    cause: str | None = None,
    mended: Mapping[str, Value] | None = None,
    after: Cells | Merged | None = None,
) -> Row:
    """A row that is quarantined, and loaded (or what `after` says) when its cause is mended.

    mended: its cells that are mended; none when the cause is in another row.
    """
    legacy = {**ordinary(table, key).legacy, **values}
    then = {**legacy, **(mended or {})}
    last = after if isinstance(after, Merged) else _becomes(table, then, after or {})
    return Row(table, what, legacy, Quarantined(reason, cause), then, last)


def removed(
    table: str, key: Mapping[str, Value], what: str, reason: Reason, cause: str | None = None
) -> Row:
    """A row that is quarantined, and that the mended backup does not have any more."""
    legacy = ordinary(table, key).legacy
    return Row(table, what, legacy, Quarantined(reason, cause), None, None)


def repeated(
    table: str,
    key: Mapping[str, Value],
    what: str,
    into: int | tuple[int, int],
    values: Mapping[str, Value] | None = None,
) -> Row:
    """A row that is merged into another one."""
    legacy = {**ordinary(table, key).legacy, **(values or {})}
    merged = Merged(into if isinstance(into, tuple) else (into, 0))
    return Row(table, what, legacy, merged, legacy, merged)


def added(table: str, key: Mapping[str, Value], what: str, after: Cells | None = None) -> Row:
    """An ordinary row that only the mended backup has."""
    mended = ordinary(table, key).legacy
    return Row(table, what, None, None, mended, _becomes(table, mended, after or {}))


def _becomes(table: str, legacy: Mapping[str, Value], cells: Cells) -> Loaded:
    return Loaded({**ordinary(table, legacy).becomes, **cells}, cells)
