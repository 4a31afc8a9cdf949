"""Active Storage: the blobs and attachments of artworks and transactions.

The pictures are drawn in `pictures`; here size, checksum and pixels are plausible, until those of
the drawn pictures are put in their place. A picture's true format is the one its file name says.
"""

from functools import cache

import polars as pl

from data_fixtures.draws import Draws
from data_fixtures.shape import SHAPES, blocks, id_at, ids, rows

BASE58 = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
BASE36 = "0123456789abcdefghijklmnopqrstuvwxyz"

WITHOUT_IMAGE = 400
"""The place of the one artwork of a block that has no attachment named `image`."""

FURTHER_NAMES = ("images", "images", "back", "detail")

PHOTOS = (0, 4, 6, 3, 5, 4, 7, 2, 5, 3)
"""Photos of ten transactions, over and over; the first six have one more: 981 for 250."""

FORMATS = {"jpg": "image/jpeg", "png": "image/png", "webp": "image/webp", "gif": "image/gif"}


@cache
def _attached() -> pl.DataFrame:
    """What is attached in one block, in id order: record_type, name (String), place (Int64)."""
    artworks = SHAPES["artworks"].rows
    places = [place for place in range(artworks) if place != WITHOUT_IMAGE]
    attached = [("Artwork", "image", place) for place in places]
    # 150 artworks have a further picture, 46 of those two; the artwork without `image` has one.
    steps = [*range(150), *(3 * step + 1 for step in range(46))]
    for number, step in enumerate(steps):
        name = FURTHER_NAMES[number % len(FURTHER_NAMES)]
        attached.append(("Artwork", name, (WITHOUT_IMAGE + 5 * step) % artworks))
    for place in range(SHAPES["transactions"].rows):
        count = PHOTOS[place % len(PHOTOS)] + (place < 6)
        attached += [("Transaction", "photos", place)] * count
    # Their number is a prime, so that each is met once and the kinds are mixed.
    mixed = [attached[number * 1000 % len(attached)] for number in range(len(attached))]
    return pl.DataFrame(mixed, schema=["record_type", "name", "place"], orient="row")


def active_storage_attachments(scale: int, seed: int) -> pl.DataFrame:
    """The table `active_storage_attachments`: 968 of artworks and 981 of transactions a block."""
    row = blocks("active_storage_attachments", scale)
    draw = Draws(seed, "active_storage_blobs", row.height)
    attached = _attached().select(pl.all().gather(row["place"]))
    record = {
        record_type: id_at(table, row["block"] * SHAPES[table].rows + attached["place"])
        for record_type, table in (("Artwork", "artworks"), ("Transaction", "transactions"))
    }
    return pl.DataFrame(
        {
            "id": ids("active_storage_attachments", scale),
            "name": attached["name"],
            "record_type": attached["record_type"],
            "record_id": attached.select(
                pl.when(pl.col("record_type") == "Artwork")
                .then(record["Artwork"])
                .otherwise(record["Transaction"])
            ).to_series(),
            "blob_id": ids("active_storage_blobs", scale),
            # The stream of the blobs: an attachment is made with its blob.
            "created_at": draw.times()[0],
        }
    )


def active_storage_blobs(scale: int, seed: int) -> pl.DataFrame:
    """The table `active_storage_blobs`: byte_size in bytes, checksum the base64 of an MD5.

    The older three fifths have keys of Rails 5 (24 characters of base58), the others those of
    Rails 6 (28 of lower-case base36).
    """
    count = rows("active_storage_blobs", scale)
    draw = Draws(seed, "active_storage_blobs", count)
    frame = pl.DataFrame(
        {
            "id": ids("active_storage_blobs", scale),
            "old": pl.int_range(count, eager=True) < count * 3 // 5,
            "base58": draw.tokens("base58", BASE58, 24),
            "base36": draw.tokens("base36", BASE36, 28),
            "stem": draw.pick("stem", ["IMG_", "DSC0", "Poster ", "photo-", "Affiche été "]),
            "number": draw.integers("number", 1000, 10000),
            "format": draw.pick("format", list(FORMATS), [990, 6, 2, 2]),
            "width": draw.pick("width", [1200, 1536, 2448, 3024, 4032]),
            "height": draw.pick("height", [1600, 2048, 3264, 4032, 3024]),
            "analyzed": draw.pick("analyzed", [True, False], [9, 1]),
            "byte_size": draw.sizes("byte_size"),
            "checksum": draw.digests("checksum"),
            "created_at": draw.times()[0],
        }
    )
    return frame.select(
        "id",
        pl.when("old").then("base58").otherwise("base36").alias("key"),
        pl.format("{}{}.{}", "stem", "number", "format").alias("filename"),
        pl.col("format").replace_strict(FORMATS).alias("content_type"),
        pl.when("analyzed")
        .then(measured())
        .otherwise(pl.lit('{"identified":true}'))
        .alias("metadata"),
        pl.lit("amazon").alias("service_name"),
        "byte_size",
        "checksum",
        "created_at",
    )


def measured() -> pl.Expr:
    """The metadata of an analyzed blob, as Rails writes it, from `width` and `height` in pixels."""
    return pl.concat_str(
        pl.lit('{"identified":true,"width":'),
        "width",
        pl.lit(',"height":'),
        "height",
        pl.lit(',"analyzed":true}'),
    )


def active_storage_variant_records(scale: int, seed: int) -> pl.DataFrame:
    """The table `active_storage_variant_records`, which the migration ignores."""
    count = rows("active_storage_variant_records", scale)
    draw = Draws(seed, "active_storage_variant_records", count)
    return pl.DataFrame(
        {
            "id": ids("active_storage_variant_records", scale),
            "blob_id": ids("active_storage_blobs", scale).head(count),
            "variation_digest": draw.digests("variation_digest"),
        }
    )
