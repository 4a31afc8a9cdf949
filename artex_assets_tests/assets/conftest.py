"""The targets and buckets of the tests of assets."""

from artex_assets_tests.images.conftest import (
    gallery,
    gallery_buckets,
    migrated,
    migrated_template,
    object_store,
    template,
)

__all__ = [
    "gallery",
    "gallery_buckets",
    "migrated",
    "migrated_template",
    "object_store",
    "template",
]
