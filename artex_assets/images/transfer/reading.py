"""Objects read from a bucket: whole or in parts, always of one version, always hashed."""

import asyncio
import hashlib
from base64 import b64encode
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace

from artex_assets.images.transfer.client import Client
from artex_assets.images.transfer.connection import Response
from artex_assets.images.transfer.failure import ChangedError, ObjectError, UnlikeError, code
from artex_assets.images.transfer.items import TAIL, Item, Obstacle, Policy
from artex_assets.images.transfer.pace import Pace, Patience

OFF_LOOP = 512 * 1024
"""Bytes from which hashing is worth a thread."""


@dataclass(frozen=True)
class Reading:
    """What was read. size: bytes; md5: base64; head, tail: what the inspector is given.

    headers: of the answer. hashed: False when md5 is what the bytes should have, and nobody looked.
    """

    size: int
    md5: str
    head: bytes
    tail: bytes
    etag: str
    headers: dict[str, str]
    hashed: bool = True


class Reader:
    """Reads the objects of one side."""

    def __init__(self, client: Client, policy: Policy, pace: Pace, denied: Obstacle) -> None:
        self.client = client
        self._policy = policy
        self._pace = pace
        self._denied = denied

    def holds(self, size: int) -> bool:
        """Whether an object of this size is read whole."""
        return size <= self._policy.memory_object

    async def read(
        self, patience: Patience, key: str, size: int, trusted: str | None = None
    ) -> Reading:
        """The whole object, hashed, for one that may be held; its head and tail for a larger one.

        trusted: the MD5 that an object that may be held should have; it is not hashed, and whoever
        asks for it sees to the proof.
        Raises ObjectError: it is missing, denied or archived, or has another size.
        """
        if self.holds(size):
            response = await self._get(patience, key, limit=size)
            self._expect_size(key, size, response)
            body, headers = response.body, response.headers
            found = trusted or await md5(body)
            hashed = trusted is None
            return Reading(size, found, body, body[-TAIL:], _etag(response), headers, hashed)
        digest = hashlib.md5(usedforsecurity=False)
        head, tail = b"", b""
        headers = {}
        async for response in self.parts(patience, key, size):
            await update(digest, response.body)
            head = head or response.body
            tail = (tail + response.body)[-TAIL:]
            headers = response.headers
        found = b64encode(digest.digest()).decode()
        return Reading(size, found, head, tail, headers.get("etag", ""), headers)

    async def tail(self, patience: Patience, key: str, size: int, etag: str) -> bytes:
        """The last bytes of an object that is read in parts."""
        headers = {"range": f"bytes={max(0, size - TAIL)}-{size - 1}", "if-match": etag}
        return (await self._get(patience, key, headers=headers, limit=TAIL)).body

    async def parts(self, patience: Patience, key: str, size: int) -> AsyncIterator[Response]:
        """The parts of an object, of one version. Raises ChangedError; ObjectError as `read`."""
        etag = None
        for start in range(0, size, self._policy.part):
            end = min(size, start + self._policy.part)
            headers = {"range": f"bytes={start}-{end - 1}"} | ({"if-match": etag} if etag else {})
            response = await self._get(patience, key, headers=headers, limit=end - start)
            self._expect_size(key, size, response)
            if len(response.body) != end - start:
                raise ChangedError
            etag = etag or _etag(response)
            yield response

    async def _get(
        self, patience: Patience, key: str, *, headers: dict[str, str] | None = None, limit: int
    ) -> Response:
        await self._pace.bytes(limit)
        response = await self.client.send(patience, "GET", key, headers=headers or {}, limit=limit)
        if response.status in (200, 206):
            return response
        if response.status == 412:
            raise ChangedError
        if response.status == 416:  # it has no bytes, or too few for the range
            return response
        raise self._refusal(key, response)

    def _refusal(self, key: str, response: Response) -> ObjectError:
        name = code(response)
        where = f"the object {key} in {self.client.bucket}"
        if name == "InvalidObjectState":
            return ObjectError(
                Obstacle.ARCHIVED,
                f"The storage class of {where} is an archive's.",
                "Restore the object, then retry.",
            )
        if response.status == 404:
            return ObjectError(
                Obstacle.MISSING,
                f"There is no object {key} in {self.client.bucket}.",
                "Put the object in its place and retry, or accept the loss.",
            )
        if response.status in (401, 403):
            return ObjectError(
                self._denied,
                f"The server does not let us read {where}: {name}.",
                "Allow s3:GetObject, and s3:ListBucket without which a missing object is denied "
                "too, then retry.",
            )
        return ObjectError(
            self.client.unreachable,
            f"The server refuses to give {where}: {name}.",
            "See what its log says of it, then retry.",
        )

    def _expect_size(self, key: str, size: int, response: Response) -> None:
        found = response.headers.get("content-range", "").rpartition("/")[2]
        if response.status != 206:
            found = response.headers.get("content-length", str(len(response.body)))
        if response.status == 416:
            found = found or "0"
        if found != str(size):
            raise ObjectError(
                Obstacle.SIZE_MISMATCH,
                f"The object {key} in {self.client.bucket} has {found} bytes, the legacy row says "
                f"{size}.",
                "Put the right object in its place, or accept the loss.",
            )


def _etag(response: Response) -> str:
    return response.headers.get("etag", "")


async def confirmed(content: Reading, item: Item) -> Reading:
    """The content, hashed. Raises UnlikeError when it has another MD5 than the item's."""
    if content.hashed:
        return content
    found = await md5(content.head)
    if found != item.md5:
        raise UnlikeError(item, found)
    return replace(content, hashed=True)


async def update(digest: "hashlib._Hash", body: bytes) -> None:
    """Hashes more bytes, in a thread where that is worth it."""
    if len(body) < OFF_LOOP:
        digest.update(body)
    else:
        await asyncio.get_running_loop().run_in_executor(None, digest.update, body)


async def md5(body: bytes) -> str:
    """The MD5 of a body, base64."""
    digest = hashlib.md5(usedforsecurity=False)
    await update(digest, body)
    return b64encode(digest.digest()).decode()
