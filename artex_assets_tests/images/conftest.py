"""A real S3 server and a real target for the tests of images, once a worker of pytest-xdist."""

from collections.abc import Iterator
from typing import Any

import pytest

from artex_assets.embedded.seaweedfs import EmbeddedS3
from artex_assets.images.transfer import Bucket
from artex_assets_tests.images.gallery import Gallery, buckets, client
from artex_assets_tests.servers import SYSTEM, WHEEL
from artex_assets_tests.target.migration import Migration, migrated, migrated_template, template

__all__ = ["migrated", "migrated_template", "template"]

BOTH = frozenset(f"test_{name}" for name in ("ledger", "locks", "rows"))
"""The files whose tests write to a target on the wheel's server and on the system's."""


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Runs the tests of `BOTH` that need a server twice."""
    file = metafunc.module.__name__.rpartition(".")[2]
    if file in BOTH and "postgres" in metafunc.fixturenames:
        metafunc.parametrize("postgres", [WHEEL, SYSTEM], indirect=True, scope="session")


@pytest.fixture(scope="session")
def object_store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmbeddedS3]:
    """A running S3 server of this worker's own."""
    server = EmbeddedS3(tmp_path_factory.mktemp("objects"))
    server.start()
    yield server
    server.stop()


@pytest.fixture(scope="session")
def gallery_buckets(object_store: EmbeddedS3) -> Iterator[tuple[Any, Bucket, Bucket]]:
    """A client and two buckets, which all tests of this worker use one after another."""
    s3 = client(object_store)
    yield (s3, *buckets(object_store, s3))
    s3.close()


@pytest.fixture
def gallery(migrated: Migration, gallery_buckets: tuple[Any, Bucket, Bucket]) -> Iterator[Gallery]:
    """No images yet; the posters 8 and 9 are in the target."""
    one = Gallery(migrated, *gallery_buckets)
    yield one
    one.clear()
