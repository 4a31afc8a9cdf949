"""Which picture each blob of the demo is."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import polars as pl

from data_fixtures.pictures.poster import Poster
from data_fixtures.tables import tables


@dataclass(frozen=True)
class Picture:
    """The picture of one blob.

    kind: the attachment's name, `image`, `images`, `back`, `detail` or `photos`. number: which one
    it is of its kind and record, from 0. suffix: of the file name, which says the true format.
    """

    key: str
    suffix: str
    kind: str
    number: int
    poster: Poster


def pictures(frames: Mapping[str, pl.DataFrame]) -> list[Picture]:
    """The picture of each blob in `frames`, the legacy tables; those of a poster are together."""
    sales = frames["transactions"].select(
        "artwork_id", record_id="id", record_type=pl.lit("Transaction")
    )
    own = frames["artworks"].select(artwork_id="id", record_id="id", record_type=pl.lit("Artwork"))
    venues = frames["venues"].select(
        pl.col("id").alias("venue_id"), pl.col("name").alias("venue"), "city", "state"
    )
    bands = frames["bands"].select(band_id="id", band="name")
    artworks = frames["artworks"].select("id", "name", "band_id", "venue_id", "release_date")
    rows = (
        frames["active_storage_attachments"]
        .select("id", "record_type", "record_id", "blob_id", kind="name")
        .join(pl.concat([own, sales]), on=["record_type", "record_id"])
        .with_columns(
            number=pl.int_range(pl.len()).over("record_type", "record_id", "kind", order_by="id")
        )
        .join(frames["active_storage_blobs"].select("key", "filename", blob_id="id"), on="blob_id")
        .join(artworks, left_on="artwork_id", right_on="id")
        .join(bands, on="band_id", how="left")
        .join(venues, on="venue_id", how="left")
        .sort("artwork_id", "id")
    )
    return [_picture(row) for row in rows.iter_rows(named=True)]


def demo_pictures() -> list[Picture]:
    """The 1,949 pictures of the demo."""
    return pictures(dict(tables()))


def _picture(row: dict[str, Any]) -> Picture:
    released: date | None = row["release_date"]
    poster = Poster(
        row["artwork_id"],
        (row["name"] or "").strip(),
        (row["band"] or "").strip(),
        (row["venue"] or "").strip(),
        ", ".join(part.strip() for part in (row["city"], row["state"]) if part and part.strip()),
        f"{MONTHS[released.month - 1]} {released.day}, {released.year}" if released else "",
    )
    suffix = row["filename"].rpartition(".")[2]
    return Picture(row["key"], suffix, row["kind"], row["number"], poster)


MONTHS = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split()  # noqa: SIM905
"""Not strftime's, which follow the locale."""
