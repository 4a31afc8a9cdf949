"""What tests that restore backups share."""

from collections.abc import Iterator

import psycopg
import pytest

from artex_assets.embedded.postgres import EmbeddedPostgres
from artex_assets.legacy.backup import SCRATCH_DATABASE, UNFINISHED


@pytest.fixture
def no_scratch_database(postgres: EmbeddedPostgres) -> Iterator[None]:
    """Afterwards, no scratch database is left."""
    yield
    with psycopg.connect(postgres.url("postgres"), autocommit=True) as connection:
        connection.execute(f"DROP DATABASE IF EXISTS {SCRATCH_DATABASE}".encode())
        connection.execute(f"DROP DATABASE IF EXISTS {UNFINISHED}".encode())
