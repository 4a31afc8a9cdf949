"""The image sets: one declaration each, for all attachments of one kind of legacy record."""

import hashlib
from dataclasses import dataclass

import polars as pl


@dataclass(frozen=True)
class ImageSet:
    """All attachments of one legacy record type, and the places they get in the target.

    legacy_type, target_type: Active Storage's record_type before and after. table: the target table
    of the records. first: the name that one attachment a record gets (None: they are all alike);
    others: the name of the rest.
    """

    name: str
    legacy_type: str
    target_type: str
    table: str
    first: str | None
    others: str


POSTER_IMAGES = ImageSet(
    name="poster_images",
    legacy_type="Artwork",
    target_type="Poster",
    table="posters",
    first="image",
    others="additional_images",
)

EXTERNAL_SALE_PHOTOS = ImageSet(
    name="external_sale_photos",
    legacy_type="Transaction",
    target_type="ExternalSale",
    table="external_sales",
    first=None,
    others="photos",
)

IMAGES_FAILED = "images failed"
"""The metadata by which a step's failure is known to be that of images, not of the run."""

SAMPLE = "artex/sample"
"""The tag of a run that takes up only so many images of each set."""

IMAGE_SETS = {declared.name: declared for declared in (POSTER_IMAGES, EXTERNAL_SALE_PHOTOS)}


def batch_keys(count: int) -> list[str]:
    """The partition keys of `count` batches: `01-of-20` … `20-of-20`.

    The count is a part of the key, so that a changed count shows no batch as done that is not.
    """
    width = len(str(count))
    return [f"{number:0{width}d}-of-{count:0{width}d}" for number in range(1, count + 1)]


def batch_of(keys: pl.Series, count: int) -> pl.Series:
    """The batch (String) of each blob key: a stable hash of the key, so that it never moves.

    NULL for an image without a key.
    """
    names = batch_keys(count)

    def batch(key: str) -> str:
        digest = hashlib.md5(key.encode(), usedforsecurity=False).digest()
        return names[int.from_bytes(digest[:8], "big") % count]

    return pl.Series("batch", [None if key is None else batch(key) for key in keys], pl.String)
