"""The store of snapshots, in a folder and in a real bucket, and the IO manager before it."""

import os
import uuid
from collections.abc import Iterator
from pathlib import Path

import dagster as dg
import polars as pl
import pytest
from polars.testing import assert_frame_equal

from artex_assets import settings
from artex_assets.assets.resources import Snapshots, s3_client
from artex_assets.convert.conversion import NUMERIC
from artex_assets.embedded import services
from artex_assets.embedded.seaweedfs import SOURCE_BUCKET
from artex_assets.errors import LegacyError
from artex_assets.legacy.store import ABANDONED, Bucket, Folder, SnapshotStore

FRAME = pl.DataFrame(
    {"id": [1, 2], "name": ["", None], "price": [{"numeric": "1.10"}, None]},
    schema={"id": pl.Int64, "name": pl.String, "price": NUMERIC},
)


@pytest.fixture(scope="module")
def bucket(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A home in which the embedded S3 runs."""
    home = tmp_path_factory.mktemp("s3")
    services.start(home)
    yield home
    services.stop(home)


@pytest.fixture(params=["folder", "bucket"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> SnapshotStore:
    """An empty store at each kind of place."""
    if request.param == "folder":
        return SnapshotStore(Folder(tmp_path / "snapshot"))
    home = request.getfixturevalue("bucket")
    chosen = settings.load(ARTEX_HOME=home, AWS_ACCESS_KEY_ID="", AWS_SECRET_ACCESS_KEY="")
    url = f"s3://{SOURCE_BUCKET}/snapshots/{uuid.uuid4().hex}"
    return SnapshotStore(Bucket(url, lambda: s3_client(chosen)))


class TestEachPlace:
    def test_a_frame_comes_back_as_it_was_written(self, store: SnapshotStore) -> None:
        store.write("run-1", "artworks", FRAME)
        store.publish("run-1")
        assert_frame_equal(store.read("artworks"), FRAME)
        assert store.read("artworks").schema == FRAME.schema

    def test_without_a_snapshot_there_is_nothing_to_read(self, store: SnapshotStore) -> None:
        assert store.current() is None
        with pytest.raises(LegacyError, match="no legacy snapshot with the table users"):
            store.read("users")

    def test_a_snapshot_is_not_read_before_it_is_whole(self, store: SnapshotStore) -> None:
        store.write("run-1", "users", FRAME)
        store.publish("run-1")
        store.write("run-2", "users", FRAME.head(1))
        assert (store.current(), store.published("run-2")) == ("run-1", False)
        assert store.read("users").height == 2
        store.publish("run-2")
        assert store.read("users").height == 1

    def test_tables_of_two_snapshots_are_never_mixed(self, store: SnapshotStore) -> None:
        store.write("run-1", "users", FRAME)
        store.publish("run-1")
        store.write("run-2", "venues", FRAME)
        store.publish("run-2")
        with pytest.raises(LegacyError, match="users"):
            store.read("users")

    def test_the_last_two_are_kept_and_older_ones_removed(self, store: SnapshotStore) -> None:
        for number in range(4):
            store.write(f"run-{number}", "users", FRAME.head(number))
            store.publish(f"run-{number}")
        assert sorted(store.place.folders()) == ["run-2", "run-3"]
        assert store.read("users", "run-2").height == 2

    def test_one_that_another_run_is_writing_stays(self, store: SnapshotStore) -> None:
        store.write("slow", "users", FRAME)
        for number in range(3):
            store.write(f"run-{number}", "users", FRAME)
            store.publish(f"run-{number}")
        assert "slow" in store.place.folders()
        store.write("slow", "venues", FRAME)
        store.publish("slow")
        assert store.read("users").height == store.read("venues").height == 2

    def test_publishing_the_same_one_again_changes_nothing(self, store: SnapshotStore) -> None:
        for _ in range(2):
            store.write("run-1", "users", FRAME)
            store.publish("run-1")
        assert list(store.place.folders()) == ["run-1"]


def test_files_and_folders_are_for_their_owner_only(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        store = SnapshotStore(Folder(tmp_path / "deep" / "snapshot"))
        store.write("run-1", "users", FRAME)
        store.publish("run-1")
    finally:
        os.umask(before)
    root = tmp_path / "deep" / "snapshot"
    assert (root / "current").stat().st_mode & 0o777 == 0o600
    assert (root / "run-1" / "users.parquet").stat().st_mode & 0o777 == 0o600
    assert {path.stat().st_mode & 0o777 for path in (root, root / "run-1")} == {0o700}


def test_a_write_that_fails_leaves_the_old_file_and_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = Folder(tmp_path)
    folder.put("run-1/users.parquet", b"old")

    def full(*arguments: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "replace", full)
    with pytest.raises(LegacyError, match=r"users\.parquet: No space left on device"):
        folder.put("run-1/users.parquet", b"new")
    assert folder.get("run-1/users.parquet") == b"old"
    assert [path.name for path in (tmp_path / "run-1").iterdir()] == ["users.parquet"]


def test_what_a_killed_run_left_is_removed_a_day_later(tmp_path: Path) -> None:
    store = SnapshotStore(Folder(tmp_path))
    store.write("killed", "users", FRAME)
    then = os.stat(tmp_path / "killed").st_mtime - ABANDONED - 60
    os.utime(tmp_path / "killed", (then, then))
    store.write("run-1", "users", FRAME)
    store.publish("run-1")
    assert list(store.place.folders()) == ["run-1"]


def test_a_run_reads_one_snapshot_whatever_is_published_meanwhile(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ARTEX_SNAPSHOT_URL", str(tmp_path / "snapshot"))
    snapshots, read = Snapshots(), []

    def publish(run: str, rows: int) -> None:
        for table in ("users", "venues"):
            snapshots.store().write(run, table, FRAME.head(rows))
        snapshots.store().publish(run)

    users, venues = (
        dg.AssetSpec(["legacy", name]).with_io_manager_key("snapshots")
        for name in ("users", "venues")
    )

    @dg.asset(ins={"legacy": dg.AssetIn(key=users.key)})
    def first(legacy: pl.DataFrame) -> None:
        read.append(legacy.height)
        publish("another run", 1)

    @dg.asset(ins={"legacy": dg.AssetIn(key=venues.key)}, deps=[first])
    def second(legacy: pl.DataFrame) -> None:
        read.append(legacy.height)

    publish("a run before", 2)
    for _ in range(2):
        dg.materialize([first, second, users, venues], resources={"snapshots": snapshots})
    assert read == [2, 2, 1, 1]
