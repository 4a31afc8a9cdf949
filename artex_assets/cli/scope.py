"""What a job is about: the tables and image sets that its summary and exit status speak of."""

from collections.abc import Mapping
from dataclasses import dataclass

from artex_assets.images.sets import IMAGE_SETS, SAMPLE, ImageSet, batch_keys
from artex_assets.tables.declaration import Table

PARTITION_START = "dagster/asset_partition_range_start"
PARTITION_END = "dagster/asset_partition_range_end"

PHASES = {"migrate": ("core", "sales"), "core": ("core",), "sales": ("sales",), "images": ()}
"""The phases whose tables a job loads."""


@dataclass(frozen=True)
class Scope:
    """The tables and image sets of one job, in the order of the migration."""

    tables: Mapping[str, Table]
    image_sets: Mapping[str, ImageSet]

    def tags(self, batches: int, sample: int | None) -> dict[str, str]:
        """The tags of a run: all batches, since what is done costs nothing; and the sample."""
        if not self.image_sets:
            return {}
        keys = batch_keys(batches)
        tags = {PARTITION_START: keys[0], PARTITION_END: keys[-1]}
        return {**tags, SAMPLE: str(sample)} if sample else tags


def scope_of(job: str) -> Scope:
    """The scope of a job of `PHASES`."""
    from artex_assets.tables.discovery import discover

    phases = PHASES[job]
    tables = {name: table for name, table in discover().items() if table.phase in phases}
    return Scope(tables, IMAGE_SETS if job in ("migrate", "images") else {})
