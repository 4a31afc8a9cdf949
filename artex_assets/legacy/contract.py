"""What a legacy table must look like: columns expected, optional and ignored, and their kinds.

Source: domain.md, *Legacy database*. A file in `tables/` declares the legacy table it comes from;
the two of the images are declared here, since both image sets come from them.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import TYPE_CHECKING

import polars as pl

from artex_assets.convert.conversion import NUMERIC

if TYPE_CHECKING:
    import pandera.polars as pa


NOT_UTF8 = "artex_not_utf8"
"""A column of ours in the snapshot of a table with text that is not UTF-8: List(String), the names
of the row's columns that are not, null when all are. See `other_bytes`."""


class Kind(Enum):
    """What a legacy column holds.

    Real backups differ: a price or a date may be text in an old application, a flag too.
    """

    ID = "id"
    INTEGER = "integer"
    TEXT = "text"
    BOOLEAN = "boolean"
    NUMBER = "number"
    PRICE = "price"
    DATE = "date"
    TIME = "time"

    @property
    def dtypes(self) -> tuple[pl.DataType, ...]:
        """The snapshot's dtypes that the converters of this kind can read."""
        return _DTYPES[self]


_DTYPES: Mapping[Kind, tuple[pl.DataType, ...]] = {
    Kind.ID: (pl.Int64(),),
    Kind.INTEGER: (pl.Int64(), pl.String(), NUMERIC),
    Kind.TEXT: (pl.String(), pl.Int64(), NUMERIC),
    Kind.BOOLEAN: (pl.Boolean(), pl.String(), pl.Int64()),
    Kind.NUMBER: (pl.Float64(), NUMERIC, pl.Int64(), pl.String()),
    Kind.PRICE: (pl.Int64(), NUMERIC, pl.Float64(), pl.String()),
    Kind.DATE: (pl.String(),),
    Kind.TIME: (pl.String(),),
}


@dataclass(frozen=True)
class LegacyTable:
    """A table of the legacy database.

    columns: the ones that are mapped, with their kind.
    optional: those of them that an old application may lack (read as NULL).
    ignored: columns that are deliberately not carried.
    """

    name: str
    columns: Mapping[str, Kind]
    optional: frozenset[str] = field(default_factory=frozenset)
    ignored: frozenset[str] = field(default_factory=frozenset)

    @property
    def required(self) -> list[str]:
        """The columns without which nothing of this table can be migrated, in order."""
        return [column for column in self.columns if column not in self.optional]

    def unmapped(self, present: Iterable[str]) -> list[str]:
        """Columns of `present` that are neither mapped nor ignored, in order."""
        known = {*self.columns, *self.ignored, NOT_UTF8}
        return [name for name in present if name not in known]

    def schema(self) -> "pa.DataFrameSchema":
        """The contract as a pandera schema over the snapshot's frame.

        Each mapped column must be there, unless it is optional, with a dtype of its kind.
        `violations` says what breaks it.
        """
        import pandera.polars as pa

        def is_of(kind: Kind) -> "pa.Check":
            allowed = " or ".join(map(_spelled, kind.dtypes))
            return pa.Check(
                lambda data: data.lazyframe.collect_schema()[data.key] in kind.dtypes,
                name=f"{kind.value}: {allowed}",
            )

        return pa.DataFrameSchema(
            {
                name: pa.Column(None, is_of(kind), nullable=True, required=name in self.required)
                for name, kind in self.columns.items()
            },
            name=f"legacy_{self.name}",
        )

    def complete(self, frame: pl.DataFrame) -> pl.DataFrame:
        """`frame` with the optional columns that it lacks, as String columns of NULL."""
        absent = [name for name in self.optional if name not in frame.columns]
        return frame.with_columns(pl.lit(None, pl.String).alias(name) for name in sorted(absent))


def violations(contract: LegacyTable, frame: pl.DataFrame) -> list[str]:
    """What keeps `frame` (the snapshot of the contract's table) from being migrated, in sentences.

    One for each required column that is missing, and each column whose dtype is not of its kind.
    """
    import pandera.polars as pa
    from pandera.errors import SchemaErrors

    found: list[str] = []
    for name, column in contract.schema().columns.items():
        # A column at a time: pandera fails to report a missing column and a wrong dtype at once.
        try:
            pa.DataFrameSchema({name: column}).validate(frame, lazy=True)
        except SchemaErrors:
            kind = contract.columns[name]
            held = (
                f"holds {_spelled(frame.schema[name])}" if name in frame.columns else "is missing"
            )
            wanted = " or ".join(map(_spelled, kind.dtypes))
            found.append(
                f"The column {name} of the legacy table {contract.name} {held}; the kind "
                f"{kind.value} is read from {wanted}."
            )
    return found


def unmapped_counts(contract: LegacyTable, frame: pl.DataFrame) -> dict[str, int]:
    """How many values each column holds (NULL is none) that is neither mapped nor ignored."""
    return {name: frame[name].count() for name in contract.unmapped(frame.columns)}


def unreadable(names: str, carried: Iterable[str]) -> pl.Expr:
    """Which of the `carried` columns are not UTF-8, as text (String) for a sentence; null for none.

    names: the column that `NOT_UTF8` has become.
    """
    found = pl.col(names).list.set_intersection(sorted(carried)).list.sort()
    return pl.when(found.list.len() > 0).then(found.list.join(", "))


def _spelled(dtype: pl.DataType) -> str:
    return "numeric" if dtype == NUMERIC else str(dtype)


TIMES: Mapping[str, Kind] = {"created_at": Kind.TIME, "updated_at": Kind.TIME}

IGNORED_TABLES = frozenset(
    {
        "portfolios",
        "active_storage_variant_records",
        "schema_migrations",
        "ar_internal_metadata",
    }
)
"""Tables that are deliberately not read (domain.md, *Legacy database*)."""

BLOBS = LegacyTable(
    "active_storage_blobs",
    {
        "id": Kind.ID,
        "key": Kind.TEXT,
        "filename": Kind.TEXT,
        "content_type": Kind.TEXT,
        "metadata": Kind.TEXT,
        "service_name": Kind.TEXT,
        "byte_size": Kind.INTEGER,
        "checksum": Kind.TEXT,
        "created_at": Kind.TIME,
    },
    optional=frozenset({"service_name"}),
)

ATTACHMENTS = LegacyTable(
    "active_storage_attachments",
    {
        "id": Kind.ID,
        "name": Kind.TEXT,
        "record_type": Kind.TEXT,
        "record_id": Kind.ID,
        "blob_id": Kind.ID,
        "created_at": Kind.TIME,
    },
)

ACTIVE_STORAGE = (BLOBS, ATTACHMENTS)
"""The tables of the image sets, read with the others so that all are of one moment."""
