"""How many rows each legacy table has, and which ids.

The numbers are those of the migration plan (domain.md, *Scale and the known result*). Ids have
gaps, as rows were deleted over the years. They follow a formula, not the seed, so that a planted
fault keeps its id whatever the seed and the scale.
"""

from dataclasses import dataclass

import polars as pl


@dataclass(frozen=True)
class Shape:
    """rows: how many at scale 1. After each `every` rows the ids leave out `gap` numbers."""

    rows: int
    every: int
    gap: int


SHAPES = {
    "users": Shape(346, every=7, gap=2),
    "venues": Shape(208, every=13, gap=1),
    "artists": Shape(68, every=9, gap=1),
    "bands": Shape(14, every=6, gap=2),
    "series": Shape(19, every=5, gap=1),
    "artworks": Shape(773, every=11, gap=3),
    "user_artworks": Shape(375, every=8, gap=1),
    "transactions": Shape(250, every=10, gap=2),
    "portfolios": Shape(12, every=4, gap=3),
    "active_storage_blobs": Shape(968 + 981, every=17, gap=4),
    "active_storage_attachments": Shape(968 + 981, every=13, gap=2),
    "active_storage_variant_records": Shape(25, every=6, gap=5),
}

LINKS = {"artists_artworks": 775, "artworks_series": 73}
"""Rows at scale 1 of the tables that have no id."""


def rows(table: str, scale: int) -> int:
    """How many rows `table` has at `scale`."""
    return LINKS[table] * scale if table in LINKS else SHAPES[table].rows * scale


def ids(table: str, scale: int) -> pl.Series:
    """All ids of `table`: Int64, ascending, named `id`. One in each gap belongs to nobody."""
    return id_at(table, pl.int_range(rows(table, scale), eager=True)).alias("id")


def id_at(table: str, positions: pl.Series) -> pl.Series:
    """The ids of the rows at `positions` (Int64, counted from 0)."""
    shape = SHAPES[table]
    return positions + 1 + positions // shape.every * shape.gap


def blocks(table: str, scale: int) -> pl.DataFrame:
    """`block` and `place` (both Int64) of each row: `place` counts anew in each block.

    Scale n is n blocks of the shape of scale 1, so that whatever holds of one holds n times.
    """
    position = pl.int_range(rows(table, scale), eager=True)
    size = rows(table, 1)
    return pl.DataFrame({"block": position // size, "place": position % size})
