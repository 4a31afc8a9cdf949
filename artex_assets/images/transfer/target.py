"""The target as a bucket: objects put so that their bytes are proved, none of others touched."""

import asyncio
import hashlib
import re
from base64 import b64encode
from collections.abc import AsyncIterator, Awaitable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from html import escape, unescape
from typing import Protocol

from artex_assets.errors import StorageError
from artex_assets.images.transfer.client import Client
from artex_assets.images.transfer.connection import Response
from artex_assets.images.transfer.failure import BAD_DIGEST, ObjectError, code
from artex_assets.images.transfer.items import Item, Obstacle, Proof
from artex_assets.images.transfer.pace import Patience
from artex_assets.images.transfer.reading import Reader, Reading, confirmed, md5, update
from artex_assets.images.transfer.signature import encode_path

ABORT_SECONDS = 10.0


@dataclass(frozen=True)
class Kept:
    """How an object came to be in the target. md5: base64. differing: see `Copied`."""

    md5: str
    proof: Proof
    adopted: bool
    differing: tuple[str, ...] = ()


@dataclass(frozen=True)
class Traits:
    """What a server can be relied on for; `probe` finds it out.

    checks_md5: it refuses bytes that Content-MD5 contradicts. conditional: it honours
    If-None-Match, so that nothing is overwritten. conditional_copy: in server-side copies as well.
    """

    checks_md5: bool
    conditional: bool
    conditional_copy: bool


class Target(Protocol):
    """Where objects go. Every method raises ObjectError with an Obstacle of the target's."""

    async def find(self, patience: Patience, key: str, size: int) -> Reading | None:
        """What is under the key; None when nothing is. Its md5 is "" when the size is another."""
        ...

    async def put(
        self, patience: Patience, item: Item, content: Reading, content_type: str | None
    ) -> Kept:
        """Puts a whole object, or adopts an equal one.

        One that was not hashed is hashed here, unless the server's own check proves it. Raises
        UnlikeError when it turns out to be another one.
        """
        ...

    async def put_parts(
        self,
        patience: Patience,
        item: Item,
        parts: AsyncIterator[bytes],
        content_type: str | None,
    ) -> Kept:
        """Puts an object part by part. When `parts` raises, nothing of it stays."""
        ...


class BucketTarget:
    """A bucket as the target. `traits` may still be on their way: nothing is put before."""

    def __init__(self, client: Client, reader: Reader, traits: Awaitable[Traits]) -> None:
        self.client = client
        self._found_out = traits
        self._reader = reader
        self._copies = True

    def __str__(self) -> str:
        return str(self.client.bucket)

    async def _traits(self) -> Traits:
        """Waits for them; whoever is stopped meanwhile does not stop those who find them out."""
        return await asyncio.shield(self._found_out)

    async def find(self, patience: Patience, key: str, size: int) -> Reading | None:
        """See Target."""
        try:
            return await self._reader.read(patience, key, size)
        except ObjectError as failure:
            if failure.reason == Obstacle.MISSING:
                return None
            if failure.reason == Obstacle.SIZE_MISMATCH:
                return Reading(-1, "", b"", b"", "", {})
            raise

    async def put(
        self, patience: Patience, item: Item, content: Reading, content_type: str | None
    ) -> Kept:
        """See Target."""
        traits = await self._traits()
        # A key that ends in / is a folder to some servers: they take its bytes and keep none.
        proved = traits.checks_md5 and not item.key.endswith("/")
        if not proved:
            content = await confirmed(content, item)
        headers = {**_headers(item, content_type), "content-md5": content.md5}
        if traits.conditional:
            headers["if-none-match"] = "*"
        else:
            there = await self.find(patience, item.key, item.size)
            if there is not None:
                content = await confirmed(content, item)
                return compared(item, there, content.md5, content_type, str(self))
        while True:
            patience.doubt = False
            response = await self.client.send(
                patience,
                "PUT",
                item.key,
                headers=headers,
                body=content.head,
                expected="" if content.hashed else BAD_DIGEST,
            )
            if response.status == 200 and proved:
                return Kept(content.md5, Proof.CONTENT_MD5, adopted=False)
            content = await confirmed(content, item)
            if code(response) == BAD_DIGEST:  # the right bytes, hurt on the way
                await patience.another()
                continue
            if response.status == 412:
                kept = await self._meet(patience, item, content.md5, content_type)
                if kept is not None:
                    return kept
            elif response.status != 200:
                raise self._refusal(item.key, response)
            elif await self._keeps(patience, item, content.md5):
                return Kept(content.md5, Proof.READ_BACK, adopted=False)
            if not await patience.another():
                raise self._mismatch(item)

    async def copy(
        self,
        patience: Patience,
        item: Item,
        source: Client,
        content: Reading,
        content_type: str | None,
    ) -> Kept | None:
        """Lets the server copy what was read; None when it does not do it, or not well."""
        if not self._copies:
            return None
        headers = {
            **_headers(item, content_type),
            "x-amz-copy-source": encode_path(f"{source.bucket.name}/{item.source_key}"),
            "x-amz-copy-source-if-match": content.etag,
            "x-amz-metadata-directive": "REPLACE",
        }
        if (await self._traits()).conditional_copy:
            headers["if-none-match"] = "*"
        else:
            there = await self.find(patience, item.key, item.size)
            if there is not None:
                return compared(item, there, content.md5, content_type, str(self))
        patience.doubt = False
        response = await self.client.send(patience, "PUT", item.key, headers=headers)
        if response.status == 412:  # the target is there, or the source is another one by now
            return await self._meet(patience, item, content.md5, content_type)
        self._copies = response.status not in (401, 403)  # it may not read both sides
        if response.status != 200 or b"<Error>" in response.body:
            return None
        if await self._keeps(patience, item, content.md5):
            return Kept(content.md5, Proof.READ_BACK, adopted=False)
        return None

    async def put_parts(
        self,
        patience: Patience,
        item: Item,
        parts: AsyncIterator[bytes],
        content_type: str | None,
    ) -> Kept:
        """See Target."""
        await self.abort_uploads(patience, item.key)
        response = await self.client.send(
            patience,
            "POST",
            item.key,
            query={"uploads": ""},
            headers=_headers(item, content_type),
        )
        found = re.search(rb"<UploadId>([^<]+)</UploadId>", response.body)
        if response.status != 200 or found is None:
            raise self._refusal(item.key, response)
        upload = {"uploadId": found.group(1).decode()}
        try:
            digest = hashlib.md5(usedforsecurity=False)
            tags: list[str] = []
            async for part in parts:
                await update(digest, part)
                tags.append(await self._put_part(patience, item.key, upload, len(tags) + 1, part))
            whole = b64encode(digest.digest()).decode()
            kept = await self._complete(patience, item, upload, tags, whole, content_type)
        except BaseException:
            # Should this fail as well, the next run that takes up this key ends the upload.
            with suppress(ObjectError, StorageError, TimeoutError):
                await self._abort(item.key, upload)
            raise
        return kept

    async def abort_uploads(self, patience: Patience, key: str) -> None:
        """Ends uploads of this key that a killed run left open. Nobody else uploads it."""
        query = {"uploads": "", "prefix": key}
        response = await self.client.send(patience, "GET", query=query)
        for upload in re.findall("<Upload>.*?</Upload>", response.body.decode(), re.DOTALL):
            name, number = (
                re.search(f"<{tag}>([^<]*)</{tag}>", upload) for tag in ("Key", "UploadId")
            )
            if name and number and unescape(name.group(1)) == key:
                await self._abort(key, {"uploadId": number.group(1)})

    async def _put_part(
        self, patience: Patience, key: str, upload: Mapping[str, str], number: int, part: bytes
    ) -> str:
        response = await self.client.send(
            patience,
            "PUT",
            key,
            query={**upload, "partNumber": str(number)},
            headers={"content-md5": await md5(part)},
            body=part,
        )
        if response.status != 200:
            raise self._refusal(key, response)
        return response.headers.get("etag", "")

    async def _complete(
        self,
        patience: Patience,
        item: Item,
        upload: Mapping[str, str],
        tags: list[str],
        whole: str,
        content_type: str | None,
    ) -> Kept:
        """Joins the parts, and proves the whole by reading it back."""
        numbered = "".join(
            f"<Part><PartNumber>{number}</PartNumber><ETag>{escape(tag)}</ETag></Part>"
            for number, tag in enumerate(tags, 1)
        )
        patience.doubt = False
        response = await self.client.send(
            patience,
            "POST",
            item.key,
            query=upload,
            headers={"if-none-match": "*"} if (await self._traits()).conditional else {},
            body=f"<CompleteMultipartUpload>{numbered}</CompleteMultipartUpload>".encode(),
        )
        if response.status == 412:
            await self._abort(item.key, upload)
            kept = await self._meet(patience, item, whole, content_type)
            if kept is not None:
                return kept
        joined = response.status == 200 and b"<Error>" not in response.body
        # After a cut connection the server may have joined them, and know of no upload any more.
        if not joined and not (response.status == 404 and patience.doubt):
            raise self._refusal(item.key, response)
        if await self._keeps(patience, item, whole):
            return Kept(whole, Proof.READ_BACK, adopted=False)
        raise self._mismatch(item)

    async def _abort(self, key: str, upload: Mapping[str, str]) -> None:
        """Ends an upload and frees its parts, also while everything is being stopped."""
        async with asyncio.timeout(ABORT_SECONDS):
            await self.client.send(self.client.patience(), "DELETE", key, query=upload)

    async def _meet(
        self, patience: Patience, item: Item, whole: str, content_type: str | None
    ) -> Kept | None:
        """What is under a key that was said to be taken; None when it is gone again."""
        ours = patience.doubt  # the server had put it, but its answer did not come through
        there = await self.find(patience, item.key, item.size)
        if there is None:
            return None
        kept = compared(item, there, whole, content_type, str(self))
        return Kept(whole, Proof.READ_BACK, adopted=False) if ours else kept

    async def _keeps(self, patience: Patience, item: Item, whole: str) -> bool:
        """Whether what we put is there. If not, it is removed."""
        there = await self.find(patience, item.key, item.size)
        if there is not None and there.md5 == whole:
            return True
        if there is not None:
            await self.client.send(patience, "DELETE", item.key)
        return False

    def _mismatch(self, item: Item) -> ObjectError:
        return ObjectError(
            Obstacle.TARGET_MISMATCH,
            f"{self.client.bucket} does not give back the bytes that it was given for {item.key}; "
            "they were removed.",
            "See what its log says of it, then retry.",
        )

    def _refusal(self, key: str, response: Response) -> ObjectError:
        name = code(response)
        if response.status in (401, 403):
            return ObjectError(
                Obstacle.TARGET_DENIED,
                f"The server does not let us put {key} into {self.client.bucket}: {name}.",
                "Allow s3:PutObject, then retry.",
            )
        return ObjectError(
            Obstacle.KEY_UNUSABLE,
            f"{self.client.bucket} does not take an object of the key {key}: {name}.",
            "Give the blob another key in the legacy database, or accept the loss.",
        )


def compared(item: Item, there: Reading, whole: str, content_type: str | None, where: str) -> Kept:
    """Adopts an object that is there when it has the right bytes. Raises ObjectError: key_taken.

    whole: the MD5, base64. where: the target, for people.
    """
    if there.md5 != whole:
        raise ObjectError(
            Obstacle.KEY_TAKEN,
            f"The key {item.key} is taken in {where} by other bytes that this migration did not "
            "put there.",
            "Move that object away, or accept the loss.",
        )
    wanted = _headers(item, content_type) if there.headers else {}  # a file has none
    differing = tuple(name for name in wanted if there.headers.get(name) != wanted[name])
    return Kept(whole, Proof.READ_BACK, adopted=True, differing=differing)


def _headers(item: Item, content_type: str | None) -> dict[str, str]:
    headers = {"content-disposition": item.disposition}
    if content_type:
        headers["content-type"] = content_type
    return headers | {f"x-amz-meta-{name.lower()}": item.metadata[name] for name in item.metadata}
