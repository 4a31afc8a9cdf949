"""What a bucket holds. The answers are parsed here: boto3 takes several times as long for that."""

import asyncio
from contextlib import closing
from typing import NamedTuple
from urllib.parse import unquote_plus
from xml.parsers import expat

import uvloop

from artex_assets.errors import StorageError
from artex_assets.images.transfer.bucket import Bucket
from artex_assets.images.transfer.client import Client
from artex_assets.images.transfer.failure import ObjectError, code
from artex_assets.images.transfer.items import Obstacle, Policy
from artex_assets.images.transfer.pace import Pace

PAGE = 16 * 1024 * 1024
"""Bytes that an answer may have: a thousand keys of 1,024 bytes, each of them escaped, and more."""

ENTRY, ESCAPED, NEXT = "Contents", "EncodingType", "NextContinuationToken"
KEY, SIZE, ETAG = "Key", "Size", "ETag"


class Listed(NamedTuple):
    """An object: its key, its size in bytes, and its ETag without quotes."""

    key: str
    size: int
    etag: str


def listed(bucket: Bucket) -> list[Listed]:
    """Every object of the bucket. Raises StorageError when it cannot be listed."""
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        return runner.run(_listed(bucket))


async def _listed(bucket: Bucket) -> list[Listed]:
    policy = Policy()
    client = Client(bucket, policy, Pace(policy), Obstacle.TARGET_UNREACHABLE)
    query = {"list-type": "2", "encoding-type": "url"}
    found: list[Listed] = []
    with closing(client):
        while True:
            try:
                response = await client.send(client.patience(), "GET", query=query, limit=PAGE)
            except ObjectError as failure:
                raise StorageError(failure.sentence, next_step=failure.next_step) from failure
            if response.status != 200:
                raise _refused(bucket, code(response))
            try:
                entries, further = parse(response.body)
            except (expat.ExpatError, KeyError, ValueError) as error:
                raise _refused(bucket, "its answer is no listing") from error
            found += entries
            if further is None:
                return found
            query["continuation-token"] = further


def parse(answer: bytes) -> tuple[list[Listed], str | None]:
    """The objects of one answer to ListObjectsV2, and the token of the next one.

    Raises ExpatError, KeyError or ValueError when it is none.
    """
    entries: list[dict[str, str]] = []
    outside: dict[str, str] = {}
    within = outside
    texts: list[str] = []

    def start(name: str, _: object) -> None:
        nonlocal within
        if name == ENTRY:
            within = {}
            entries.append(within)
        texts.clear()

    def end(name: str) -> None:
        nonlocal within
        if name == ENTRY:
            within = outside
        else:
            within[name] = "".join(texts)
        texts.clear()

    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartElementHandler = start
    parser.EndElementHandler = end
    parser.CharacterDataHandler = texts.append
    parser.Parse(answer, True)
    plain = unquote_plus if outside.get(ESCAPED) == "url" else str
    objects = [
        Listed(plain(entry[KEY]), int(entry[SIZE]), entry[ETAG].strip('"')) for entry in entries
    ]
    return objects, outside[NEXT] if outside["IsTruncated"] == "true" else None


def _refused(bucket: Bucket, why: str) -> StorageError:
    return StorageError(
        f"{bucket} cannot be listed: {why}.",
        next_step="See that it can be reached, and allow s3:ListBucket on it.",
    )
