"""Where each image set stands and which images need attention, read from the ledger."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

import polars as pl

from artex_assets.database.connection import Connection
from artex_assets.images import ledger
from artex_assets.images.sets import ImageSet
from artex_assets.report.attention import Attention
from artex_assets.target import migration_schema
from artex_assets.vocabulary import State


@dataclass(frozen=True)
class ImageSetStanding:
    """The images of one set by state, and their bytes in the target. `started` once it was run.

    legacy = migrated + merged + quarantined + accepted + failed + pending.
    """

    image_set: str
    started: bool
    legacy: int = 0
    migrated: int = 0
    merged: int = 0
    quarantined: int = 0
    accepted: int = 0
    failed: int = 0
    pending: int = 0
    bytes: int = 0

    @property
    def clean(self) -> bool:
        """Every image is where it should be."""
        return self.started and not (self.quarantined or self.failed or self.pending)

    def as_json(self) -> dict[str, Any]:
        """The standing as JSON's types."""
        return asdict(self)


def image_standing(
    connection: Connection, image_sets: Mapping[str, ImageSet]
) -> tuple[list[ImageSetStanding], list[Attention]]:
    """Where the sets stand, and each failed or quarantined image with its reason."""
    if not migration_schema.exists(connection):
        return [ImageSetStanding(name, False) for name in image_sets], []
    stand, attention = [], []
    for name, image_set in image_sets.items():
        lines = ledger.read(connection, image_set)
        counts = dict(lines["state"].value_counts().iter_rows())
        migrated = lines.filter(pl.col("state") == str(State.MIGRATED))
        stand.append(
            ImageSetStanding(
                image_set=name,
                started=lines.height > 0,
                legacy=lines.height,
                bytes=int(migrated["byte_size"].sum()),
                **{
                    str(state): counts.get(str(state), 0)
                    for state in State
                    if state is not State.LOADED
                },
            )
        )
        open_ = lines.filter(
            pl.col("state").is_in([str(State.FAILED), str(State.QUARANTINED)])
        ).sort("state", "attachment_id")
        attention += [
            Attention(
                table=name,
                kind=row["state"],
                key=str(row["attachment_id"]),
                reason=f"{row['reason']}: {row['sentence']}",
            )
            for row in open_.iter_rows(named=True)
        ]
    return stand, attention
