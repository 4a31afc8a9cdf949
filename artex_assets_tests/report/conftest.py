"""A target with many sales, for the tests of reports."""

from collections.abc import Iterator

import pytest

from artex_assets.embedded.postgres import EmbeddedPostgres
from artex_assets.report.sales.market import Market, read
from artex_assets_tests.report.samples import legacy_with_sales
from artex_assets_tests.target.migration import (
    Migration,
    empty_migration,
    migrated,
    migrated_template,
    opened,
    template,
)

__all__ = ["empty_migration", "migrated", "migrated_template", "template"]


@pytest.fixture(scope="module")
def sold(postgres: EmbeddedPostgres, template: str) -> Iterator[Migration]:
    """A target with 300 sales loaded, for all tests of a module, which leave it as it is."""
    with opened(postgres, template) as migration:
        migration.legacy.update(legacy_with_sales())
        migration.load()
        migration.execute(
            "INSERT INTO active_storage_blobs (id, key, filename, service_name, byte_size,"
            " created_at) SELECT id, id, 'a.jpg', 'amazon', 1, now() FROM generate_series(1, 400)"
            " AS id"
        )
        migration.execute(
            "INSERT INTO active_storage_attachments (name, record_type, record_id, blob_id,"
            " created_at) SELECT 'photos', 'ExternalSale', 1 + id % 90, id, now()"
            " FROM generate_series(1, 300) AS id"
        )
        migration.execute(
            "INSERT INTO active_storage_attachments (name, record_type, record_id, blob_id,"
            " created_at) SELECT 'image', 'Poster', id % 40, id, now()"
            " FROM generate_series(301, 400) AS id"
        )
        yield migration


@pytest.fixture(scope="module")
def market(sold: Migration) -> Market:
    """What the reports read of it."""
    return read(sold.connection)
