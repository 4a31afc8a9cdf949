"""The difficult backup: a small legacy database in which almost every row is wrong in its own way.

    python -m data_fixtures.difficult

writes `difficult_backup.dump`, `difficult_backup_mended.dump`, in which the causes are mended, and
what is said of both. Every row is declared here with what must become of it, worked out by hand
from the rules of domain.md; nothing here may use the project's transforms: the two are compared.
"""

from data_fixtures.difficult import (
    artworks,
    collections_and_sales,
    images,
    links,
    people,
    places_and_names,
)
from data_fixtures.difficult.row import Row

ROWS: list[Row] = [
    *people.USERS,
    *places_and_names.ROWS,
    *artworks.ROWS,
    *links.ROWS,
    *collections_and_sales.ROWS,
]
"""All rows of the tables that are migrated, but for those of Active Storage."""

IMAGES = images.IMAGES
BLOBS = images.ALL_BLOBS
"""The attachments, and the blobs that they name with their objects."""
