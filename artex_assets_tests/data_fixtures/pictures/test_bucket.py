"""Filling a source bucket on the real S3 server, from a backup of a few dozen blobs."""

import hashlib
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import boto3
import psycopg
import pytest

from artex_assets.embedded.postgres import EmbeddedPostgres, binary
from artex_assets.embedded.seaweedfs import EmbeddedS3
from artex_assets.settings import DEMO_BACKUP
from data_fixtures.generate import dump
from data_fixtures.pictures import drawing
from data_fixtures.pictures.bucket import Blob, Filled, blobs_of, fill, put_missing

MISSING, NO_CHECKSUM = 152, 3
KEPT = 40
"""Blobs of the small backup with an id up to this, beside the missing one."""


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    server = EmbeddedS3(tmp_path_factory.mktemp("s3"))
    server.start()
    yield boto3.client(
        "s3",
        endpoint_url=server.endpoint_url,
        aws_access_key_id=server.access_key,
        aws_secret_access_key=server.secret_key,
        region_name="us-east-1",
    )
    server.stop()


@pytest.fixture
def bucket(client: Any, request: pytest.FixtureRequest) -> str:
    """An empty bucket of the test's own."""
    name = "test-" + hashlib.sha256(request.node.name.encode()).hexdigest()[:16]
    client.create_bucket(Bucket=name)
    return name


@pytest.fixture(scope="module")
def backup(postgres: EmbeddedPostgres, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The demo's backup with a few of its blobs."""
    with psycopg.connect(postgres.url("postgres"), autocommit=True) as connection:
        connection.execute("CREATE DATABASE few_blobs")
    url = postgres.url("few_blobs")
    subprocess.run(
        [binary("pg_restore"), "--no-owner", "--exit-on-error", f"--dbname={url}", DEMO_BACKUP],
        check=True,
    )
    path = tmp_path_factory.mktemp("backup") / "few.dump"
    with psycopg.connect(url) as connection:
        for table, column in (
            ("active_storage_variant_records", "blob_id"),
            ("active_storage_attachments", "blob_id"),
            ("active_storage_blobs", "id"),
        ):
            connection.execute(
                f"DELETE FROM {table} WHERE {column} > {KEPT} AND {column} <> {MISSING}"  # noqa: S608
            )
    dump(url, path)
    return path


@pytest.fixture(scope="module")
def blobs(backup: Path) -> dict[str, Blob]:
    return blobs_of(backup)


def _objects(client: Any, bucket: str) -> dict[str, bytes]:
    listed = client.list_objects_v2(Bucket=bucket).get("Contents", [])
    return {
        entry["Key"]: client.get_object(Bucket=bucket, Key=entry["Key"])["Body"].read()
        for entry in listed
    }


def _true(blobs: dict[str, Blob], objects: dict[str, bytes]) -> bool:
    files = {
        key: (len(content), hashlib.md5(content, usedforsecurity=False).hexdigest())
        for key, content in objects.items()
    }
    return all(blobs[key].is_of(file) for key, file in files.items())


def _key_of(blobs: dict[str, Blob], id: int) -> str:
    [key] = [blob.key for blob in blobs.values() if blob.id == id]
    return key


def test_every_object_but_the_missing_one_is_put_as_the_backup_says(
    client: Any, bucket: str, backup: Path, blobs: dict[str, Blob], tmp_path: Path
) -> None:
    missing = _key_of(blobs, MISSING)
    filled = fill(client, bucket, tmp_path, backup)
    assert filled == Filled(backup, False, len(blobs) - 1, 0, 0, [missing])
    objects = _objects(client, bucket)
    assert set(objects) == set(blobs) - {missing}
    assert _true(blobs, objects)
    for key in list(objects)[:5]:
        head = client.head_object(Bucket=bucket, Key=key)
        assert head["ContentType"] == blobs[key].content_type
    assert list(tmp_path.iterdir()) == []


def test_a_second_call_puts_and_draws_nothing(
    client: Any, bucket: str, backup: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = fill(client, bucket, tmp_path, backup)
    monkeypatch.setattr(drawing, "draw_all", None)
    second = fill(client, bucket, tmp_path, backup)
    assert (second.uploaded, second.present) == (0, first.uploaded)
    assert second.backup == backup


def test_what_is_absent_or_has_other_bytes_is_put_again_and_nothing_else(
    client: Any, bucket: str, backup: Path, blobs: dict[str, Blob], tmp_path: Path
) -> None:
    filled = fill(client, bucket, tmp_path, backup)
    absent, other = [key for key in blobs if key not in filled.missing][5:7]
    client.delete_object(Bucket=bucket, Key=absent)
    client.put_object(Bucket=bucket, Key=other, Body=b"x" * blobs[other].byte_size)
    again = fill(client, bucket, tmp_path, backup)
    assert (again.uploaded, again.present) == (2, len(blobs) - 3)
    assert _true(blobs, _objects(client, bucket))


def test_the_missing_object_can_be_put_in_place_and_stays(
    client: Any, bucket: str, backup: Path, blobs: dict[str, Blob], tmp_path: Path
) -> None:
    missing = _key_of(blobs, MISSING)
    fill(client, bucket, tmp_path, backup)
    assert put_missing(client, bucket, backup) == [missing]
    assert fill(client, bucket, tmp_path, backup).uploaded == 0
    objects = _objects(client, bucket)
    assert missing in objects
    assert _true(blobs, objects)


def test_where_other_bytes_are_drawn_it_says_so_and_makes_a_backup_that_is_true_of_them(
    client: Any,
    bucket: str,
    backup: Path,
    blobs: dict[str, Blob],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    folder = tmp_path / "made" / "here"
    monkeypatch.setattr(drawing, "QUALITY", drawing.QUALITY - 10)
    filled = fill(client, bucket, folder, backup)
    assert filled.made_here
    assert filled.backup.parent == folder
    assert filled.differing > len(blobs) * 0.9
    assert f"draws {filled.differing} pictures with other bytes" in filled.sentence
    assert str(filled.backup) in filled.sentence
    made = blobs_of(filled.backup)
    objects = _objects(client, bucket)
    assert _true(made, objects)
    assert not _true(blobs, objects)
    # The picture that is missing has its row made anew too, and a checksum that is NULL stays so.
    assert made[_key_of(blobs, MISSING)].checksum != blobs[_key_of(blobs, MISSING)].checksum
    assert made[_key_of(blobs, NO_CHECKSUM)].checksum is None
    types = {key: blob.content_type for key, blob in blobs.items()}
    assert {key: blob.content_type for key, blob in made.items()} == types

    # One that was deleted is drawn again with all others, and put alone.
    client.delete_object(Bucket=bucket, Key=next(iter(objects)))
    assert fill(client, bucket, folder, backup).uploaded == 1

    monkeypatch.setattr(drawing, "draw_all", None)
    second = fill(client, bucket, folder, backup)
    assert (second.backup, second.made_here, second.uploaded) == (filled.backup, True, 0)
    assert "0 pictures were put" in second.sentence
    assert list(folder.iterdir()) == [filled.backup]
