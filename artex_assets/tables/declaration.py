"""How a file in `tables/` declares its table: what comes from where, and what depends on what."""

import datetime
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

import polars as pl

from artex_assets.convert.conversion import Conversion
from artex_assets.legacy.contract import LegacyTable

if TYPE_CHECKING:
    from pandera.polars import DataFrameModel

    from artex_assets.tables.draft import Draft


@dataclass(frozen=True)
class Rules:
    """What a person decides about the rules, and what the first load has fixed.

    migration_date: the day (UTC) of the first load; missing dates get it, on later runs too.
    max_quarantined: the percentage of a table's rows that may be quarantined before none is loaded.
    """

    migration_date: datetime.date
    price_unit: Literal["cents", "dollars"] = "cents"
    missing_release_date: Literal["migration_date", "null"] = "migration_date"
    carry_passwords: bool = True
    max_quarantined: float = 50.0


@dataclass(frozen=True)
class Mapped:
    """A target column that one legacy column becomes, by a converter with its options."""

    source: str
    convert: Callable[..., Conversion]
    options: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Constant:
    """A target column with one value in every row."""

    value: str


@dataclass(frozen=True)
class Derived:
    """A target column that the transform makes itself from `sources` (`table.column`)."""

    sources: tuple[str, ...]


Column = Mapped | Constant | Derived


def mapped(source: str, convert: Callable[..., Conversion], **options: Any) -> Mapped:
    """`Mapped` as a table file writes it: the legacy column, the converter and its options."""
    return Mapped(source, convert, options)


@dataclass(frozen=True)
class Reference:
    """A foreign key.

    A required one quarantines the child with its parent, an optional one becomes NULL.
    """

    column: str
    table: str
    required: bool


@dataclass(frozen=True)
class Inputs:
    """Everything a transform reads; it has no other way to the world.

    legacy: frames of the legacy snapshot by legacy table name.
    parents: for each table that is referred to, where its legacy rows went: `legacy_id` Int64, `id`
        Int64 (the target's; null when it is not there), `reason` String (why it is not), `cause`
        String (the root cause).
    kept: rows of this table that the target has already: the key columns and the columns that later
        runs keep. taken: String, values of the kept column that are not free.
    loaded: Int64, of a table with unique values: the ids that an earlier run has put into the
        target, and that are still there.
    """

    legacy: Mapping[str, pl.DataFrame]
    rules: Rules
    parents: Mapping[str, pl.DataFrame] = field(default_factory=dict)
    kept: pl.DataFrame | None = None
    taken: pl.Series | None = None
    loaded: pl.Series | None = None


@dataclass(frozen=True)
class Example:
    """Legacy rows and the rows they become. The test suite runs the examples of every table.

    legacy: rows by legacy table; columns left out are NULL.
    rows: the expected target rows, with the columns worth showing.
    quarantined: the expected reason by legacy key.
    parents: ids of parent rows that are in the target, by table.
    """

    says: str
    legacy: Mapping[str, Sequence[Mapping[str, Any]]]
    rows: Sequence[Mapping[str, Any]] = ()
    quarantined: Mapping[str, str] = field(default_factory=dict)
    parents: Mapping[str, Sequence[int]] = field(default_factory=dict)


@dataclass(frozen=True)
class Table:
    """A target table: one of these in each file of `tables/`.

    name: the target table. source: the legacy table that its rows come from, row by row.
    columns: the target columns that are written, as a function of the rules.
    transform: from Inputs to a finished Draft.
    key: the target columns that identify a row, Int64: `id`, or the pair of a link table.
    references: foreign keys, which make the order of the migration.
    also_reads: other legacy tables that the transform reads.
    unique: columns (or pairs) that must be unique in the target; `ignoring_case` of them.
    keeps: a column whose value, once in the target, later runs keep (a slug); `taken_in` are other
        `(table, column)`s that hold values which are not free for it.
    prices: columns of cents, whose median is checked against the declared unit.
    contract: the pandera model of what the target must hold, on the rows read back.
    """

    name: str
    source: LegacyTable
    columns: Callable[[Rules], Mapping[str, Column]]
    transform: Callable[[Inputs], "Draft"]
    contract: "type[DataFrameModel]"
    examples: Sequence[Example]
    key: tuple[str, ...] = ("id",)
    references: tuple[Reference, ...] = ()
    also_reads: tuple[str, ...] = ()
    unique: tuple[str, ...] = ()
    ignoring_case: bool = False
    keeps: str | None = None
    taken_in: tuple[tuple[str, str], ...] = ()
    prices: tuple[str, ...] = ()
    phase: Literal["core", "sales"] = "core"

    @property
    def reads(self) -> tuple[str, ...]:
        """The legacy tables that the transform reads, its source first."""
        return (self.source.name, *self.also_reads)

    @property
    def parents(self) -> tuple[str, ...]:
        """The target tables that must be loaded before, each once, in order."""
        return tuple(dict.fromkeys(reference.table for reference in self.references))

    @property
    def written(self) -> tuple[str, ...]:
        """The target columns that are written, in order."""
        any_rules = Rules(migration_date=datetime.date(2000, 1, 1))
        return tuple(self.columns(any_rules))

    @property
    def lineage(self) -> dict[str, tuple[str, ...]]:
        """For each target column, the legacy `table.column`s it comes from."""
        any_rules = Rules(migration_date=datetime.date(2000, 1, 1))
        sources: dict[str, tuple[str, ...]] = {}
        for name, column in self.columns(any_rules).items():
            match column:
                case Mapped(source=source):
                    sources[name] = (f"{self.source.name}.{source}",)
                case Derived(sources=many):
                    sources[name] = many
                case Constant():
                    sources[name] = ()
        return sources
