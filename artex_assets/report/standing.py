"""Where each table stands and what needs a person's attention, read from the target."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

import polars as pl
from psycopg import sql

from artex_assets.checks.table import edits, quarantine, values_held
from artex_assets.database.connection import Connection
from artex_assets.database.copy import copy_out
from artex_assets.images.sets import ImageSet
from artex_assets.report.attention import FAILED_CHECK, Attention
from artex_assets.report.image_standing import ImageSetStanding, image_standing
from artex_assets.tables.declaration import Table
from artex_assets.tables.outcome import KEYS
from artex_assets.target import migration_schema
from artex_assets.target.schema import missing_solid_tables, read_tables
from artex_assets.vocabulary import Edit

SERIOUS = frozenset({str(Edit.CONFLICT)})
"""Edits that need a decision; the others are only reported."""


@dataclass(frozen=True)
class TableStanding:
    """The rows of one table by state. legacy = loaded + merged + quarantined + accepted."""

    table: str
    legacy: int | None
    loaded: int = 0
    merged: int = 0
    quarantined: int = 0
    accepted: int = 0
    edits: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Standing:
    """All tables in the order of the migration, the image sets, and what needs attention."""

    tables: list[TableStanding]
    image_sets: list[ImageSetStanding]
    attention: list[Attention]

    @property
    def clean(self) -> bool:
        """Nothing is quarantined, failed, in conflict, failing a check, or still to be done."""
        return (
            all(table.legacy is not None for table in self.tables)
            and all(image_set.clean for image_set in self.image_sets)
            and not any(
                table.quarantined or any(table.edits.get(state) for state in SERIOUS)
                for table in self.tables
            )
            and not any(line.kind == FAILED_CHECK for line in self.attention)
        )

    def as_json(self) -> dict[str, Any]:
        """The standing as JSON's types."""
        return {
            "clean": self.clean,
            "tables": {table.table: asdict(table) for table in self.tables},
            "image_sets": {one.image_set: one.as_json() for one in self.image_sets},
            "attention": [asdict(line) for line in self.attention],
        }


def standing(
    connection: Connection, tables: Mapping[str, Table], image_sets: Mapping[str, ImageSet]
) -> Standing:
    """Where these stand. A target without a migration schema has loaded nothing yet."""
    images, open_images = image_standing(connection, image_sets)
    if not migration_schema.exists(connection):
        return Standing([TableStanding(name, None) for name in tables], images, [])
    query = sql.SQL("SELECT table_name, legacy_rows, loaded, merged FROM artex_migration.tables")
    columns = {
        "table_name": pl.String,
        "legacy_rows": pl.Int64,
        "loaded": pl.Int64,
        "merged": pl.Int64,
    }
    counts = {row[0]: row[1:] for row in copy_out(connection, query, columns).iter_rows()}
    stand: list[TableStanding] = []
    attention = [
        Attention("target_schema", FAILED_CHECK, absent, "The application needs this table.")
        for absent in missing_solid_tables(connection)
    ]
    target = read_tables(connection, list(tables))
    for name, table in tables.items():
        if name not in counts:
            stand.append(TableStanding(name, None))
            continue
        edited = migration_schema.read(connection, "edits", name)
        held = migration_schema.read(connection, "quarantine", name)
        # Whoever accepts the loss of a row leaves it in the quarantine, where it is kept whole.
        quarantined = held.join(
            migration_schema.read(connection, "accepted", name),
            on=[*KEYS, "occurrence"],
            how="anti",
            nulls_equal=True,
        )
        accepted = held.height - quarantined.height
        by_state = dict(edited.group_by("state").len().sort("state").iter_rows())
        legacy, loaded, merged = counts[name]
        stand.append(
            TableStanding(name, legacy, loaded, merged, quarantined.height, accepted, by_state)
        )
        for kind, finding in (
            ("quarantined", quarantine(table, quarantined)),
            ("edited", edits(table, edited)),
            (FAILED_CHECK, values_held(connection, table, target[name])),
        ):
            attention += [
                Attention(name, kind, row["key"], row["reason"])
                for row in finding.offenders.iter_rows(named=True)
            ]
    return Standing(stand, images, attention + open_images)
