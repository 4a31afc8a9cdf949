"""Legacy images that a test makes, real buckets that they move between, and a real target.

Run as a program it is a run of its own, to be killed: its argument is a file with what it needs.
"""

import hashlib
import io
import json
import subprocess
import sys
import tempfile
import uuid
from base64 import b64encode
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any, TypeVar

import boto3
import polars as pl
from botocore.config import Config
from botocore.credentials import Credentials
from PIL import Image

from artex_assets.checks.finding import Finding
from artex_assets.database.connection import Connection, connected
from artex_assets.embedded.seaweedfs import EmbeddedS3
from artex_assets.errors import TargetError
from artex_assets.images.checks import check
from artex_assets.images.job import Batch, Job
from artex_assets.images.locks import locked
from artex_assets.images.migration import migrate
from artex_assets.images.plan import plan
from artex_assets.images.sets import POSTER_IMAGES, ImageSet, batch_keys, batch_of
from artex_assets.images.transfer import Bucket, Policy, Transfer
from artex_assets.legacy.contract import ATTACHMENTS, BLOBS
from artex_assets.target.parents import parents
from artex_assets_tests.frames import legacy_frame
from artex_assets_tests.target.migration import Migration, Row

Result = TypeVar("Result")

POLICY = Policy(backoff=0.01, max_backoff=0.05, idle_seconds=5.0, attempts=2)
COUNT = 3
"""Batches, unless a test says otherwise."""


def picture(number: int, format_name: str = "JPEG") -> bytes:
    """A picture that no other number has."""
    file = io.BytesIO()
    color = (number % 256, number // 256 % 256, 128)
    image = Image.new("RGB", (24, 32), color)
    image.save(file, format_name, **({"comment": str(number)} if format_name == "JPEG" else {}))
    return file.getvalue()


def md5(content: bytes) -> str:
    """The MD5, base64, as Active Storage has it."""
    return b64encode(hashlib.md5(content, usedforsecurity=False).digest()).decode()


class Gallery:
    """Images of the posters 8 and 9, or of the sales, in a source bucket; and what they become."""

    def __init__(self, migration: Migration, s3: Any, source: Bucket, target: Bucket) -> None:
        self.migration = migration
        self.s3 = s3
        self.source = source
        self.target: Bucket | Path = target
        self.bucket = target
        self.attachments: list[Row] = []
        self.blobs: list[Row] = []
        self.count = COUNT
        self.image_set: ImageSet = POSTER_IMAGES
        self.template = "{key}"
        self.max_pixels = 10_000
        self.policy = POLICY

    @property
    def keys(self) -> tuple[str, str]:
        """The access key and the secret key of both buckets."""
        found = self.source.credentials.get_frozen_credentials()
        return found.access_key, found.secret_key

    # Legacy

    def add(
        self,
        number: int,
        record: int | None = 8,
        name: str | None = "additional",
        content: bytes | None = None,
        put: bool = True,
        key: str | None = None,
        **blob: Any,
    ) -> str:
        """An attachment and its blob, both with the id `number`, and its object. Returns its key.

        What is given for the blob is in place of what its object is.
        """
        body = picture(number) if content is None else content
        key = f"key{number:021d}" if key is None else key
        self.blobs.append(
            {
                "id": number,
                "key": key,
                "filename": f"poster {number}.jpg",
                "content_type": "image/jpeg",
                "metadata": '{"identified":true}',
                "byte_size": len(body),
                "checksum": md5(body),
                **blob,
            }
        )
        self.attach(number, number, record, name)
        if put:
            self.put(key, body)
        return key

    def attach(
        self, number: int | None, blob: int | None, record: int | None = 8, name: str | None = "x"
    ) -> None:
        """An attachment only."""
        self.attachments.append(
            {
                "id": number,
                "name": name,
                "record_type": self.image_set.legacy_type,
                "record_id": record,
                "blob_id": blob,
            }
        )

    def put(self, key: str, content: bytes) -> None:
        """An object in the source."""
        self.s3.put_object(Bucket=self.source.name, Key=key, Body=content)

    # Runs

    def frames(self) -> tuple[pl.DataFrame, pl.DataFrame]:
        return legacy_frame(ATTACHMENTS, self.attachments), legacy_frame(BLOBS, self.blobs)

    def planned(self, connection: Connection | None = None) -> pl.DataFrame:
        records = parents(connection or self.migration.connection, self.image_set.table)
        rules = self.migration.rules
        return plan(self.image_set, *self.frames(), records, rules, self.count)

    def job(self, run: str = "run", limit: int | None = None) -> Job:
        ids = [[row["id"] or 0 for row in rows] for rows in (self.blobs, self.attachments)]
        return Job(
            image_set=self.image_set,
            run_id=run,
            service="local" if isinstance(self.target, Path) else "amazon",
            template=self.template,
            max_pixels=self.max_pixels,
            copy=Transfer(self.source, self.target, self.policy),
            highest=(max(ids[0], default=0), max(ids[1], default=0)),
            limit=limit,
        )

    def transact(self, work: Any) -> Any:
        url = self.migration.url
        with connected(url, "gallery", TargetError) as connection, connection.transaction():
            return work(connection)

    def run(
        self, batches: Sequence[str] | None = None, run: str = "run", limit: int | None = None
    ) -> dict[str, Batch]:
        """A run of the batches named, or all; what it did in each."""
        keys = batch_keys(self.count) if batches is None else batches
        with locked(self.migration.url, self.image_set, keys, run):
            planned = self.transact(self.planned)
            done = migrate(self.transact, self.job(run, limit), planned, keys)
            return {batch.key: replace(batch, samples=list(batch.samples)) for batch in done}

    def copied(self, batches: Sequence[str] | None = None, run: str = "again") -> int:
        """How many objects a run has put."""
        done = self.run(batches, run).values()
        return sum(batch.done_now - batch.adopted for batch in done)

    def batch(self, key: str) -> str:
        """The batch of a blob's key."""
        return str(batch_of(pl.Series([key]), self.count)[0])

    @contextmanager
    def process(self) -> Iterator["subprocess.Popen[bytes]"]:
        """A run in a process of its own."""
        with tempfile.TemporaryDirectory() as folder:
            said = {
                "url": self.migration.url,
                "attachments": self.attachments,
                "blobs": self.blobs,
                "count": self.count,
                "source": [self.source.name, self.source.endpoint_url],
                "target": [self.bucket.name, self.bucket.endpoint_url],
                "keys": self.keys,
            }
            file = Path(folder) / "gallery.json"
            file.write_text(json.dumps(said))
            command = [sys.executable, "-m", "artex_assets_tests.images.gallery", str(file)]
            process = subprocess.Popen(command)
            try:
                yield process
            finally:
                process.kill()
                process.wait()

    # What came of it

    def lines(self) -> dict[int, tuple[str, str | None]]:
        """State and reason of each image, by its attachment."""
        found = self.migration.rows(
            "SELECT attachment_id, state, reason FROM artex_migration.images"
            " WHERE image_set = %s ORDER BY attachment_id, occurrence",
            self.image_set.name,
        )
        return {number: (state, reason) for number, state, reason in found}

    def findings(self) -> dict[str, Finding]:
        """The findings of all checks, by name."""

        def found(connection: Connection) -> list[Finding]:
            service = self.job().service
            planned = self.planned(connection)
            return check(connection, self.image_set, planned, service, self.listed)

        return {finding.name: finding for finding in self.transact(found)}

    def failing(self) -> dict[str, list[str]]:
        """The checks that fail, with what they name."""
        return {
            name: finding.offenders["key"].to_list()
            for name, finding in self.findings().items()
            if not finding.passed
        }

    def listed(self) -> pl.DataFrame:
        """The target's objects, as `storage.objects` gives them."""
        listed = [
            (entry["Key"], entry["Size"], entry["ETag"].strip('"'))
            for entry in self.s3.list_objects_v2(Bucket=self.bucket.name).get("Contents", [])
        ]
        schema = {"key": pl.String, "size": pl.Int64, "md5": pl.String}
        return pl.DataFrame(listed, schema=schema, orient="row")

    def objects(self) -> dict[str, bytes]:
        """The target's objects with their bytes."""
        return {key: self.kept(key) for key in self.listed()["key"]}

    def kept(self, key: str) -> bytes:
        """The bytes of an object of the target."""
        found: bytes = self.s3.get_object(Bucket=self.bucket.name, Key=key)["Body"].read()
        return found

    def shown(self) -> list[tuple[Any, ...]]:
        """What the application shows: record, place, key and bytes, by the target's rows."""
        return [
            (*row, hashlib.sha1(self.kept(row[-1]), usedforsecurity=False).hexdigest()[:8])
            for row in self.migration.rows(
                "SELECT record_type, record_id, name, key FROM active_storage_attachments AS a"
                " JOIN active_storage_blobs AS b ON b.id = a.blob_id ORDER BY 1, 2, 3, 4"
            )
        ]

    def attached(self) -> dict[int, tuple[int, str, int]]:
        """Record, name and blob of each attachment in the target, by id."""
        found = self.migration.rows(
            "SELECT id, record_id, name, blob_id FROM active_storage_attachments"
        )
        return {number: (record, name, blob) for number, record, name, blob in found}

    def end_state(self) -> list[Any]:
        """All that an undisturbed run leaves, less run ids, attempts and times."""
        return [
            self.migration.rows("SELECT * FROM active_storage_blobs ORDER BY id"),
            self.migration.rows("SELECT * FROM active_storage_attachments ORDER BY id"),
            self.migration.rows(
                "SELECT table_name, key, column_name, original, new, code"
                " FROM artex_migration.records ORDER BY 1, 2, 3"
            ),
            self.migration.rows(
                "SELECT image_set, attachment_id, occurrence, blob_id, key, batch, state, reason,"
                " sentence, cause, byte_size, checksum, source_verified, warnings, target_blob_id,"
                " target_attachment_id FROM artex_migration.images ORDER BY 1, 2, 3"
            ),
            self.listed().sort("key").rows(),
            [
                self.s3.head_object(Bucket=self.bucket.name, Key=key)["ContentDisposition"]
                for key in self.listed()["key"].sort()
            ],
            self.s3.list_multipart_uploads(Bucket=self.bucket.name).get("Uploads", []),
        ]

    def clear(self) -> None:
        """Removes all objects."""
        for bucket in (self.source, self.bucket):
            for key in self._keys(bucket.name):
                self.s3.delete_object(Bucket=bucket.name, Key=key)

    def _keys(self, bucket: str) -> Iterable[str]:
        pages = self.s3.get_paginator("list_objects_v2").paginate(Bucket=bucket)
        return [entry["Key"] for page in pages for entry in page.get("Contents", [])]


def client(store: EmbeddedS3) -> Any:
    """boto3's client of the server."""
    return boto3.client(
        "s3",
        endpoint_url=store.endpoint_url,
        aws_access_key_id=store.access_key,
        aws_secret_access_key=store.secret_key,
        region_name="us-east-1",
        config=Config(proxies={}, s3={"addressing_style": "path"}),
    )


def buckets(store: EmbeddedS3, s3: Any) -> tuple[Bucket, Bucket]:
    """Two new buckets."""
    credentials = Credentials(store.access_key, store.secret_key)
    source, target = (
        Bucket(f"{side}-{uuid.uuid4().hex[:12]}", "us-east-1", credentials, store.endpoint_url)
        for side in ("gallery-source", "gallery-target")
    )
    for bucket in (source, target):
        s3.create_bucket(Bucket=bucket.name)
    return source, target


def _main(said: dict[str, Any]) -> None:
    credentials = Credentials(*said["keys"])
    source, target = (
        Bucket(name, "us-east-1", credentials, url)
        for name, url in (said["source"], said["target"])
    )
    with connected(said["url"], "gallery", TargetError) as connection:
        gallery = Gallery(Migration(said["url"], connection), None, source, target)
        gallery.attachments, gallery.blobs = said["attachments"], said["blobs"]
        gallery.count = said["count"]
        gallery.run(run="killed")


if __name__ == "__main__":
    _main(json.loads(Path(sys.argv[1]).read_text()))
