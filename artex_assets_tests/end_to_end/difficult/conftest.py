"""A target into which the difficult backup was migrated, twice, and then the mended one."""

import subprocess
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from typing import Any

import boto3
import pytest

from artex_assets.embedded import services
from artex_assets.embedded.seaweedfs import EmbeddedS3
from artex_assets.target.schema import create
from artex_assets_tests.end_to_end.command import Artex
from artex_assets_tests.end_to_end.difficult.state import Actual, versions
from data_fixtures.difficult.__main__ import BACKUP, MENDED
from data_fixtures.difficult.backup import fill

SOURCE, TARGET = "difficult-source", "difficult-target"


@dataclass(frozen=True)
class Run:
    """A run of `artex migrate --json`, and what the target was after it."""

    ended: "subprocess.CompletedProcess[str]"
    actual: Actual
    versions: dict[str, dict[str, set[tuple[str, str]]]]
    objects: dict[str, bytes]


@dataclass(frozen=True)
class Difficult:
    """The backup's run, the same again, and that of the mended backup and bucket."""

    artex: Artex
    url: str
    first: Run
    second: Run
    mended: Run


def client(store: EmbeddedS3) -> Any:
    """boto3's client of the home's S3 server."""
    return boto3.client(
        "s3",
        endpoint_url=store.endpoint_url,
        aws_access_key_id=store.access_key,
        aws_secret_access_key=store.secret_key,
        region_name="us-east-1",
    )


@pytest.fixture(scope="session")
def difficult(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Difficult]:
    """Databases and buckets are named by the settings, as in production."""
    artex = Artex(tmp_path_factory.mktemp("difficult") / "home")
    services.start(artex.home)
    store = EmbeddedS3(artex.home)
    try:
        url = artex.new_database("difficult")
        create(url)
        with closing(client(store)) as s3:
            for bucket in (SOURCE, TARGET):
                s3.create_bucket(Bucket=bucket)
            fill(s3, SOURCE, mended=False)
            artex.settings.update(
                DATABASE_URL=url,
                LEGACY_BACKUP=str(BACKUP),
                SOURCE_S3_BUCKET=SOURCE,
                AWS_S3_BUCKET=TARGET,
                AWS_ENDPOINT_URL_S3=store.endpoint_url,
                AWS_ACCESS_KEY_ID=store.access_key,
                AWS_SECRET_ACCESS_KEY=store.secret_key,
                ARTEX_IMAGE_BATCHES="4",
            )

            def run(**settings: str) -> Run:
                ended = artex.run("migrate", "--json", **settings)
                assert ended.returncode in (0, 2), ended.stdout + ended.stderr
                kept = {
                    entry["Key"]: s3.get_object(Bucket=TARGET, Key=entry["Key"])["Body"].read()
                    for entry in s3.list_objects_v2(Bucket=TARGET).get("Contents", [])
                }
                return Run(ended, Actual(url), versions(url), kept)

            first, second = run(), run()
            fill(s3, SOURCE, mended=True)
            yield Difficult(artex, url, first, second, run(LEGACY_BACKUP=str(MENDED)))
    finally:
        artex.run("down")
