"""The UI's own backfill makes a red batch green, on a running `dagster dev` with its daemon."""

import os
import socket
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import dagster as dg
import pytest

from artex_assets.assets.images import image_set_asset
from artex_assets.assets.legacy import key as legacy_key
from artex_assets.assets.resources import Snapshots, TargetDatabase
from artex_assets.cli.environment import dagster_home, environment
from artex_assets.embedded.postgres import EmbeddedPostgres
from artex_assets.embedded.process import BackgroundProcess
from artex_assets.images.sets import POSTER_IMAGES
from artex_assets.legacy.store import Folder, SnapshotStore
from artex_assets.settings import PROJECT, Settings, load
from artex_assets_tests.end_to_end.graphql import Client
from artex_assets_tests.images.gallery import Gallery, picture
from artex_assets_tests.target.migration import copied

BACKFILL = """
mutation Backfill($params: LaunchBackfillParams!) {
  launchPartitionBackfill(backfillParams: $params) {
    __typename
    ... on LaunchBackfillSuccess { backfillId }
    ... on PythonError { message }
  }
}
"""

STATUS = """
query Status($id: String!) {
  partitionBackfillOrError(backfillId: $id) { ... on PartitionBackfill { status } }
}
"""

PARTITIONS = """
{ assetNodes(assetKeys: [{path: ["poster_images"]}]) {
    assetPartitionStatuses { ... on DefaultPartitionStatuses {
        materializedPartitions failedPartitions unmaterializedPartitions
    } }
} }
"""


@pytest.fixture
def chosen(
    gallery: Gallery, postgres: EmbeddedPostgres, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> Iterator[Settings]:
    """Settings of a home with an instance of its own, and a snapshot of the gallery in it."""
    access_key, secret_key = gallery.keys
    with copied(postgres) as storage:
        given = {
            "ARTEX_HOME": str(tmp_path / "home"),
            "DAGSTER_POSTGRES_URL": postgres.url(storage),
            "DATABASE_URL": gallery.migration.url,
            "AWS_S3_BUCKET": gallery.bucket.name,
            "AWS_ENDPOINT_URL_S3": str(gallery.bucket.endpoint_url),
            "AWS_ACCESS_KEY_ID": access_key,
            "AWS_SECRET_ACCESS_KEY": secret_key,
            "SOURCE_S3_BUCKET": gallery.source.name,
            "ARTEX_IMAGE_BATCHES": "3",
        }
        for field in Settings.model_fields.values():
            monkeypatch.setenv(str(field.alias), given.get(str(field.alias), ""))
        found = load()
        for name, value in environment(found).items():
            monkeypatch.setenv(name, value)
        yield found


@pytest.fixture
def instance(chosen: Settings) -> Iterator[dg.DagsterInstance]:
    with dg.DagsterInstance.from_config(str(dagster_home(chosen))) as instance:
        yield instance


@pytest.fixture
def client(chosen: Settings, instance: dg.DagsterInstance) -> Iterator[Client]:
    """The UI of a running `dagster dev`."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    program = BackgroundProcess("dagster", chosen.home)
    arguments = ["dev", "--host", "127.0.0.1", "--port", str(port)]
    arguments += ["--workspace", str(PROJECT / "workspace.yaml")]
    program.start([Path(sys.executable).with_name("dagster"), *arguments], os.environ, PROJECT)
    client = Client(f"http://127.0.0.1:{port}")
    try:
        deadline = time.monotonic() + 90
        while True:
            try:
                client.ask("{ version }")
                break
            except (urllib.error.URLError, ConnectionError):
                assert program.running(), program.log.read_text()[-2000:]
                assert time.monotonic() < deadline
                time.sleep(0.2)
        yield client
    finally:
        program.stop()


def statuses(client: Client) -> tuple[list[str], list[str], list[str]]:
    """The green, red and missing batches."""
    [node] = client.ask(PARTITIONS)["assetNodes"]
    found = node["assetPartitionStatuses"]
    return (
        sorted(found["materializedPartitions"]),
        sorted(found["failedPartitions"]),
        sorted(found["unmaterializedPartitions"]),
    )


def backfill(client: Client, batches: list[str], seconds: float = 120) -> str:
    """Launches a backfill as the UI's button does, and returns its status at the end."""
    params = {
        "assetSelection": [{"path": ["poster_images"]}],
        "partitionNames": batches,
        "title": "Failed and missing",
    }
    launched = client.ask(BACKFILL, params=params)["launchPartitionBackfill"]
    assert launched["__typename"] == "LaunchBackfillSuccess", launched
    deadline = time.monotonic() + seconds
    while True:
        found = client.ask(STATUS, id=launched["backfillId"])
        status = str(found["partitionBackfillOrError"]["status"])
        if status.startswith(("COMPLETED", "FAILED", "CANCELED")):
            return status
        assert time.monotonic() < deadline, f"the backfill is still {status}"
        time.sleep(0.3)


def test_the_failed_batch_is_backfilled_from_the_ui_once_the_object_is_there(
    gallery: Gallery, instance: dg.DagsterInstance, chosen: Settings, client: Client
) -> None:
    keys = {number: gallery.add(number, put=number != 25) for number in range(21, 41)}
    red = gallery.batch(keys[25])
    green = sorted({gallery.batch(key) for key in keys.values()} - {red})
    store = SnapshotStore(Folder(chosen.home / "snapshot"))
    for name, frame in zip(("attachments", "blobs"), gallery.frames(), strict=True):
        store.write("snapshot", f"active_storage_{name}", frame)
    store.publish("snapshot")
    everything = ["1-of-3", "2-of-3", "3-of-3"]
    assert statuses(client) == ([], [], everything)
    run(instance, everything)
    assert statuses(client)[:2] == (green, [red])
    before = dict(gallery.migration.rows("SELECT key, xmin::text FROM active_storage_blobs"))
    assert len(before) == 19

    gallery.put(keys[25], picture(25))
    assert backfill(client, [red]).startswith("COMPLETED")
    assert statuses(client) == (everything, [], [])
    after = dict(gallery.migration.rows("SELECT key, xmin::text FROM active_storage_blobs"))
    assert before.items() < after.items()
    assert set(after) - set(before) == {keys[25]}
    assert gallery.failing() == {}


def run(instance: dg.DagsterInstance, batches: list[str]) -> None:
    """A run of the command line's kind: in this process, on the same instance."""
    result = dg.materialize(
        [
            image_set_asset(POSTER_IMAGES, len(batches)),
            *(
                dg.AssetSpec(legacy_key(f"active_storage_{name}")).with_io_manager_key("snapshots")
                for name in ("attachments", "blobs")
            ),
        ],
        instance=instance,
        resources={"snapshots": Snapshots(), "target": TargetDatabase()},
        tags={
            "dagster/asset_partition_range_start": batches[0],
            "dagster/asset_partition_range_end": batches[-1],
        },
        raise_on_error=False,
    )
    assert not result.success
