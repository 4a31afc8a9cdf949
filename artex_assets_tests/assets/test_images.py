"""An image set in Dagster: which batches are green and red, and what a person is told."""

import base64
import io
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import dagster as dg
import pytest
from PIL import Image

from artex_assets.assets.images import image_set_asset
from artex_assets.assets.legacy import key as legacy_key
from artex_assets.assets.resources import Snapshots, TargetDatabase
from artex_assets.images import checks
from artex_assets.images.locks import locked
from artex_assets.images.sets import EXTERNAL_SALE_PHOTOS, POSTER_IMAGES, SAMPLE, batch_keys
from artex_assets.legacy.store import Folder, SnapshotStore
from artex_assets.settings import Settings
from artex_assets_tests.images.gallery import Gallery, picture

ASSET = dg.AssetKey("poster_images")
TABLES = ("active_storage_attachments", "active_storage_blobs")


@dataclass
class Shown:
    """The asset on an instance of its own, over the images of a gallery."""

    gallery: Gallery
    instance: dg.DagsterInstance
    snapshots: Path

    def run(self, *batches: str, **tags: str) -> dg.ExecuteInProcessResult:
        """A run of the batches named (they follow each other), or all."""
        store = SnapshotStore(Folder(self.snapshots))
        for name, frame in zip(TABLES, self.gallery.frames(), strict=True):
            store.write("snapshot", name, frame)
        store.publish("snapshot")
        keys = batches or tuple(batch_keys(self.gallery.count))
        with dg.DagsterInstance.ephemeral():
            return dg.materialize(
                [
                    image_set_asset(POSTER_IMAGES, self.gallery.count),
                    *(
                        dg.AssetSpec(legacy_key(name)).with_io_manager_key("snapshots")
                        for name in TABLES
                    ),
                ],
                instance=self.instance,
                resources={"snapshots": Snapshots(), "target": TargetDatabase()},
                tags={
                    "dagster/asset_partition_range_start": keys[0],
                    "dagster/asset_partition_range_end": keys[-1],
                    **tags,
                },
                raise_on_error=False,
            )

    def batches(self) -> dict[str, str]:
        """What the UI shows of each batch."""
        keys = batch_keys(self.gallery.count)
        found = self.instance.get_status_by_partition(
            ASSET, keys, dg.StaticPartitionsDefinition(keys)
        )
        return {key: status.value for key, status in (found or {}).items() if status is not None}

    def metadata(self, batch: str) -> dict[str, Any]:
        """The metadata of the last materialization of a batch."""
        records = self.instance.fetch_materializations(
            dg.AssetRecordsFilter(ASSET, asset_partitions=[batch]), limit=1
        ).records
        [record] = records
        assert record.asset_materialization is not None
        return dict(record.asset_materialization.metadata)


@pytest.fixture
def shown(gallery: Gallery, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Shown]:
    access_key, secret_key = gallery.keys
    given = {
        "ARTEX_HOME": str(tmp_path / "home"),
        "ARTEX_SNAPSHOT_URL": str(tmp_path / "snapshots"),
        "DATABASE_URL": gallery.migration.url,
        "AWS_S3_BUCKET": gallery.bucket.name,
        "AWS_ENDPOINT_URL_S3": str(gallery.bucket.endpoint_url),
        "AWS_ACCESS_KEY_ID": access_key,
        "AWS_SECRET_ACCESS_KEY": secret_key,
        "SOURCE_S3_BUCKET": gallery.source.name,
        "ARTEX_S3_ATTEMPTS": "2",
    }
    for field in Settings.model_fields.values():
        monkeypatch.setenv(str(field.alias), given.get(str(field.alias), ""))
    with dg.DagsterInstance.ephemeral() as instance:
        yield Shown(gallery, instance, tmp_path / "snapshots")


def failure(result: dg.ExecuteInProcessResult) -> Any:
    [event] = [event for event in result.all_events if event.is_step_failure]
    return event.step_failure_data


def told(result: dg.ExecuteInProcessResult) -> dict[str, Any]:
    return {one.check_name: one for one in result.get_asset_check_evaluations()}


def text_of(shown: Shown, result: dg.ExecuteInProcessResult) -> str:
    """Everything that the instance keeps of a run."""
    events = shown.instance.all_logs(result.run_id)
    return "\n".join(f"{event.user_message} {event.dagster_event!r}" for event in events)


def test_exactly_the_batches_with_a_failed_image_are_red_and_a_retry_copies_only_it(
    shown: Shown,
) -> None:
    keys = {number: shown.gallery.add(number, put=number != 25) for number in range(21, 41)}
    red = shown.gallery.batch(keys[25])
    first = shown.run()
    assert not first.success
    assert shown.batches() == {
        key: "FAILED" if key == red else "MATERIALIZED" for key in batch_keys(3)
    }
    assert [state for state, _ in shown.gallery.lines().values()].count("migrated") == 19
    checks_told = told(first)
    assert set(checks_told) == {*checks.DESCRIPTIONS, checks.UNMAPPED}
    assert [name for name, one in checks_told.items() if not one.passed] == ["completeness"]
    assert checks_told["completeness"].severity == dg.AssetCheckSeverity.ERROR

    again = shown.run(red)
    assert not again.success
    assert shown.batches()[red] == "FAILED"

    versions = shown.gallery.migration.versions()["public.active_storage_blobs"]
    shown.gallery.put(keys[25], picture(25))
    mended = shown.run(red)
    assert mended.success
    assert set(shown.batches().values()) == {"MATERIALIZED"}
    after = shown.gallery.migration.versions()["public.active_storage_blobs"]
    assert len(set(after) - set(versions)) == 1
    assert set(versions) < set(after)
    assert shown.metadata(red)["migrated in this run"].value == 1
    assert all(one.passed for one in told(mended).values())

    before = shown.gallery.migration.versions()
    assert shown.run().success
    assert shown.gallery.migration.versions() == before


def test_the_failure_names_each_failed_image_with_its_reason_and_the_next_step(
    shown: Shown,
) -> None:
    for number in range(21, 26):
        shown.gallery.add(number, put=number == 25)
    result = shown.run()
    said = failure(result).user_failure_data
    assert said is not None
    assert said.description is not None
    assert "poster_images: 4 images failed in the batches " in said.description
    assert "Mend the cause, then backfill the failed partitions" in said.description
    for number in range(21, 25):
        assert f"attachment {number}: missing. " in said.description
    assert "images failed" in said.metadata
    table = said.metadata["failed images"].records
    assert sorted(record.data["attachment"] for record in table) == [21, 22, 23, 24]
    assert all(record.data["what to do"] for record in table)
    errors = [
        event.user_message
        for event in shown.instance.all_logs(result.run_id)
        if event.level == 40 and "attachment" in event.user_message
    ]
    assert len(errors) >= 4


def test_many_failed_images_are_counted_and_the_log_stays_short(shown: Shown) -> None:
    shown.gallery.count = 1
    for number in range(21, 51):
        shown.gallery.add(number, put=False)
    result = shown.run()
    said = failure(result).user_failure_data
    assert said is not None
    assert "30 images failed" in str(said.description)
    assert str(said.description).endswith("… and 10 more.")
    assert "10 more images failed" in text_of(shown, result)


def test_a_batch_tells_its_numbers_and_shows_its_pictures(shown: Shown) -> None:
    shown.gallery.count = 1
    for number in range(21, 24):
        shown.gallery.add(number)
    shown.gallery.add(24, 404)
    assert shown.run().success
    told = shown.metadata("1-of-1")
    assert told["images"].value == 4
    assert told["images migrated"].value == 3
    assert told["images quarantined"].value == 1
    assert told["bytes"].value == sum(len(picture(number)) for number in range(21, 24))
    assert {"seconds", "MB per second", "retries", "adopted"} <= set(told)
    _, _, encoded = told["contact sheet"].value.partition("base64,")
    with Image.open(io.BytesIO(base64.b64decode(encoded.rstrip(")")))) as sheet:
        assert (sheet.format, sheet.width) == ("JPEG", 3 * 24 + 2 * 4)


def test_quarantine_and_other_record_types_warn_and_leave_the_batches_green(shown: Shown) -> None:
    shown.gallery.add(21, content=b"<html>")
    shown.gallery.add(22)
    shown.gallery.attachments[1]["record_type"] = "User"
    result = shown.run()
    assert result.success
    assert set(shown.batches().values()) == {"MATERIALIZED"}
    failed = {name: one for name, one in told(result).items() if not one.passed}
    assert set(failed) == {"quarantine", "unmapped_types"}
    assert {one.severity for one in failed.values()} == {dg.AssetCheckSeverity.WARN}
    assert "User" in str(failed["unmapped_types"].metadata["offenders"])


def test_only_the_first_set_tells_of_record_types_of_none() -> None:
    names = {
        image_set.name: {key.name for key in image_set_asset(image_set, 3).check_keys}
        for image_set in (POSTER_IMAGES, EXTERNAL_SALE_PHOTOS)
    }
    assert names["poster_images"] - names["external_sale_photos"] == {"unmapped_types"}


def test_denied_at_the_start_is_one_sentence(shown: Shown, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOURCE_S3_ACCESS_KEY", "nobody")
    monkeypatch.setenv("SOURCE_S3_SECRET_KEY", "canary-secret")
    monkeypatch.setenv("SOURCE_S3_ENDPOINT_URL", str(shown.gallery.source.endpoint_url))
    for number in range(21, 41):
        shown.gallery.add(number)
    result = shown.run()
    said = failure(result).user_failure_data
    assert said is not None
    assert shown.gallery.source.name in str(said.description)
    assert "images failed" not in said.metadata
    text = text_of(shown, result)
    assert "canary-secret" not in text
    assert "attachment 21" not in text
    assert {state for state, _ in shown.gallery.lines().values()} == {"pending"}


def test_a_second_run_on_a_batch_is_told_who_works_on_it(shown: Shown) -> None:
    shown.gallery.add(21)
    with locked(shown.gallery.migration.url, POSTER_IMAGES, ["2-of-3"], "1a2b3c4d"):
        result = shown.run()
    said = failure(result).user_failure_data
    assert said is not None
    assert "works on batch 2-of-3 of poster_images: artex_assets poster_images 1a2b3c4d" in str(
        said.description
    )


def test_when_dagsters_storage_is_lost_nothing_is_copied_again(shown: Shown) -> None:
    for number in range(21, 25):
        shown.gallery.add(number)
    assert shown.run().success
    before = shown.gallery.migration.versions()
    with dg.DagsterInstance.ephemeral() as fresh:
        other = Shown(shown.gallery, fresh, shown.snapshots)
        assert other.batches() == {}
        assert other.run().success
        assert set(other.batches().values()) == {"MATERIALIZED"}
        assert other.metadata("1-of-3")["bytes"].value == 0
    assert shown.gallery.migration.versions() == before


def test_another_count_of_batches_shows_no_false_green(shown: Shown) -> None:
    shown.gallery.add(21)
    assert shown.run().success
    shown.gallery.count = 2
    assert shown.batches() == {}
    assert shown.run().success
    assert set(shown.batches()) == {"1-of-2", "2-of-2"}


def test_a_sample_neither_shows_a_batch_as_done_nor_fails_for_what_is_left(shown: Shown) -> None:
    shown.gallery.count = 1
    for number in range(21, 26):
        shown.gallery.add(number)
    result = shown.run(**{SAMPLE: "2"})
    assert result.success
    assert shown.batches() == {}
    assert shown.gallery.listed().height == 2


def test_the_local_target_is_listed_and_checked(
    shown: Shown, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("ARTEX_TARGET_SERVICE", "local")
    monkeypatch.setenv("ARTEX_LOCAL_STORAGE", str(tmp_path / "storage"))
    key = shown.gallery.add(21)
    result = shown.run()
    assert result.success
    assert all(one.passed for one in told(result).values())
    path = tmp_path / "storage" / key[:2] / key[2:4] / key
    assert path.read_bytes() == picture(21)
    path.write_bytes(picture(22))
    assert not told(shown.run())["objects"].passed


def test_file_names_and_secrets_are_in_no_event(shown: Shown) -> None:
    canary = "canary-name"
    for number in range(21, 25):
        shown.gallery.add(number, name=canary, filename=f"{canary}.jpg", put=number != 22)
    shown.gallery.add(25, content=b"<html>", filename=canary)
    shown.gallery.add(26, 404, filename=canary)
    result = shown.run()
    assert not result.success
    text = text_of(shown, result)
    assert "attachment 22" in text
    assert "canary" not in text
    assert shown.gallery.keys[1] not in text
