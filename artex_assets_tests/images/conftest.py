"""A real S3 server for the tests of images, started once for each worker of pytest-xdist."""

from collections.abc import Iterator

import pytest

from artex_assets.embedded.seaweedfs import EmbeddedS3


@pytest.fixture(scope="session")
def object_store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmbeddedS3]:
    """A running S3 server of this worker's own."""
    server = EmbeddedS3(tmp_path_factory.mktemp("objects"))
    server.start()
    yield server
    server.stop()
