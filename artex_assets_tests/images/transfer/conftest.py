"""Two buckets of a test's own on the real server, a proxy before it, and a boto3 client beside."""

import hashlib
import uuid
from base64 import b64encode
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlsplit

import boto3
import pytest
from botocore.config import Config
from botocore.credentials import Credentials

from artex_assets.embedded.seaweedfs import EmbeddedS3
from artex_assets.images.transfer import (
    Bucket,
    Copied,
    Inspected,
    Item,
    NotCopied,
    Policy,
    Transfer,
)
from artex_assets_tests.images.transfer import faulty

CONTENT = bytes(range(256)) * 200
QUICK = Policy(backoff=0.02, max_backoff=0.2, idle_seconds=5.0, server_side_from=None)


def md5(content: bytes) -> str:
    """The MD5, base64."""
    return b64encode(hashlib.md5(content, usedforsecurity=False).digest()).decode()


def accept(item: Item, head: bytes, tail: bytes, size: int) -> Inspected:
    """An inspector that lets everything through, and says how much it was given."""
    return Inspected(item.content_type, note=(len(head), len(tail), size))


@dataclass
class World:
    """A source and a target bucket; `s3` is boto3's client, past any proxy."""

    s3: Any
    source: Bucket
    target: Bucket

    def put(self, key: str, content: bytes, **changes: Any) -> Item:
        """An object in the source, and the item that says so."""
        self.s3.put_object(Bucket=self.source.name, Key=key, Body=content)
        item = Item(
            key, key, len(content), md5(content), "image/jpeg", 'inline; filename="a b.jpg"'
        )
        return replace(item, **changes)

    def kept(self, key: str) -> bytes | None:
        """The bytes in the target, None when there are none."""
        try:
            found: bytes = self.s3.get_object(Bucket=self.target.name, Key=key)["Body"].read()
        except self.s3.exceptions.NoSuchKey:
            return None
        return found

    def keys(self) -> list[str]:
        """The keys in the target."""
        listed = self.s3.list_objects_v2(Bucket=self.target.name).get("Contents", [])
        return [entry["Key"] for entry in listed]

    def uploads(self) -> list[str]:
        """Keys of uploads in parts that are open in the target."""
        listed = self.s3.list_multipart_uploads(Bucket=self.target.name).get("Uploads", [])
        return [entry["Key"] for entry in listed]

    def clear(self) -> None:
        """Removes all objects and uploads."""
        for bucket in (self.source.name, self.target.name):
            for entry in self.s3.list_objects_v2(Bucket=bucket).get("Contents", []):
                self.s3.delete_object(Bucket=bucket, Key=entry["Key"])
            for entry in self.s3.list_multipart_uploads(Bucket=bucket).get("Uploads", []):
                self.s3.abort_multipart_upload(
                    Bucket=bucket, Key=entry["Key"], UploadId=entry["UploadId"]
                )

    def transfer(self, policy: Policy = QUICK) -> Transfer:
        """From source to target."""
        return Transfer(self.source, self.target, policy)

    def copy(self, item: Item, policy: Policy = QUICK) -> Copied | NotCopied:
        """What becomes of one item."""
        [result] = self.transfer(policy)([item], accept)
        return result


@pytest.fixture(scope="session")
def one_world(object_store: EmbeddedS3) -> Iterator[World]:
    """The two buckets, which all tests of this worker use one after another."""
    s3 = boto3.client(
        "s3",
        endpoint_url=object_store.endpoint_url,
        aws_access_key_id=object_store.access_key,
        aws_secret_access_key=object_store.secret_key,
        region_name="us-east-1",
        config=Config(proxies={}, s3={"addressing_style": "path"}),
    )
    credentials = Credentials(object_store.access_key, object_store.secret_key)
    source, target = (
        Bucket(
            f"{side}-{uuid.uuid4().hex[:12]}", "us-east-1", credentials, object_store.endpoint_url
        )
        for side in ("source", "target")
    )
    for bucket in (source, target):
        s3.create_bucket(Bucket=bucket.name)
    yield World(s3, source, target)
    s3.close()


@pytest.fixture
def world(one_world: World) -> Iterator[World]:
    """Two buckets, empty when the test begins."""
    yield one_world
    one_world.clear()


@pytest.fixture
def proxy(object_store: EmbeddedS3) -> Iterator[faulty.Proxy]:
    """A proxy before the server. `before_source` and `before_target` put it there."""
    address = urlsplit(object_store.endpoint_url)
    assert address.hostname is not None
    assert address.port is not None
    with faulty.running((address.hostname, address.port)) as running:
        yield running


def before_source(world: World, proxy: faulty.Proxy) -> World:
    """The same world, whose source is behind the proxy."""
    return replace(world, source=replace(world.source, endpoint_url=proxy.url))


def before_target(world: World, proxy: faulty.Proxy) -> World:
    """The same world, whose target is behind the proxy."""
    return replace(world, target=replace(world.target, endpoint_url=proxy.url))
