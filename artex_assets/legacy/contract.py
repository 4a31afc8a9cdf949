"""What a legacy table must look like: columns expected, optional and ignored, and their kinds.

Source: domain.md, *Legacy database*. A file in `tables/` declares the legacy table it comes from;
the ones that no file maps yet are declared at the end of this page.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import TYPE_CHECKING

import polars as pl

from artex_assets.convert.conversion import NUMERIC

if TYPE_CHECKING:
    import pandera.polars as pa


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
        return [name for name in present if name not in self.columns and name not in self.ignored]

    def schema(self) -> "pa.DataFrameSchema":
        """The contract as a pandera schema over the snapshot's frame.

        Each mapped column must be there, unless it is optional, with a dtype of its kind.
        """
        import pandera.polars as pa

        def is_of(kind: Kind) -> "pa.Check":
            allowed = " or ".join(str(dtype) for dtype in kind.dtypes)
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

NOT_YET_MAPPED = (
    LegacyTable(
        "transactions",
        {
            "id": Kind.ID,
            "artwork_id": Kind.ID,
            "amount": Kind.PRICE,
            "transaction_type": Kind.TEXT,
            "verified": Kind.BOOLEAN,
            "verified_at": Kind.TIME,
            "verified_by": Kind.TEXT,
            "edition_number": Kind.TEXT,
            "transaction_date": Kind.DATE,
            "condition": Kind.TEXT,
            "note": Kind.TEXT,
            **TIMES,
        },
    ),
    LegacyTable(
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
    ),
    LegacyTable(
        "active_storage_attachments",
        {
            "id": Kind.ID,
            "name": Kind.TEXT,
            "record_type": Kind.TEXT,
            "record_id": Kind.ID,
            "blob_id": Kind.ID,
            "created_at": Kind.TIME,
        },
    ),
)
"""Read with the others, so that sales and images are of the same moment as the tables."""
