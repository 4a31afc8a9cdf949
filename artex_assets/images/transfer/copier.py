"""One object from source to target: read, checked, inspected, put, proved."""

import hashlib
import re
import time
from base64 import b64encode
from collections.abc import AsyncIterator

from artex_assets.images.transfer.connection import Response
from artex_assets.images.transfer.failure import ChangedError, ObjectError, UnlikeError
from artex_assets.images.transfer.items import (
    Copied,
    Inspect,
    Inspected,
    Item,
    NotCopied,
    Obstacle,
    Policy,
)
from artex_assets.images.transfer.pace import Pace, Patience
from artex_assets.images.transfer.reading import Reader, confirmed, update
from artex_assets.images.transfer.target import BucketTarget, Kept, Target, compared

OF_SOURCE = frozenset(
    {
        Obstacle.MISSING,
        Obstacle.DENIED,
        Obstacle.ARCHIVED,
        Obstacle.SIZE_MISMATCH,
        Obstacle.CHECKSUM_MISMATCH,
        Obstacle.UNSTABLE,
        Obstacle.SOURCE_UNREACHABLE,
    }
)


class RefusedError(Exception):
    """The inspector keeps the object out."""

    def __init__(self, inspected: Inspected) -> None:
        super().__init__(inspected.sentence)
        self.inspected = inspected


class Copier:
    """Copies objects, each by itself; many may be under way at once."""

    def __init__(
        self, source: Reader, target: Target, inspect: Inspect, policy: Policy, pace: Pace
    ) -> None:
        self._source = source
        self._target = target
        self._inspect = inspect
        self._policy = policy
        self._pace = pace

    async def copy(self, item: Item) -> Copied | NotCopied:
        """Copies an object. Raises StorageError when no other would fare better."""
        began = time.monotonic()
        patience = Patience(self._policy)
        held = item.size if self._source.holds(item.size) else 2 * self._policy.part
        async with self._pace.memory(held):
            try:
                inspected, kept = await self._until_stable(patience, item)
            except RefusedError as refusal:
                seen = refusal.inspected
                return NotCopied(
                    item,
                    seen.refusal or "",
                    seen.sentence,
                    seen.next_step,
                    refused=True,
                    retries=patience.retries,
                    seconds=time.monotonic() - began,
                    note=seen.note,
                )
            except ObjectError as failure:
                return NotCopied(
                    item,
                    failure.reason,
                    failure.sentence,
                    failure.next_step,
                    refused=False,
                    retries=patience.retries,
                    seconds=time.monotonic() - began,
                )
        return Copied(
            item,
            size=item.size,
            md5=kept.md5,
            proof=kept.proof,
            adopted=kept.adopted,
            content_type=inspected.content_type,
            differing=kept.differing,
            retries=patience.retries,
            seconds=time.monotonic() - began,
            note=inspected.note,
        )

    async def _until_stable(self, patience: Patience, item: Item) -> tuple[Inspected, Kept]:
        """Reads again what changed or was hurt on the way, until it is certain what it is."""
        before = ""
        while True:
            try:
                return await self._whole(patience, item)
            except ChangedError:
                if await patience.another():
                    continue
                failure = ObjectError(
                    Obstacle.UNSTABLE,
                    f"The object {item.source_key} changed each time while it was read.",
                    "See what writes to the source, stop it, then retry.",
                )
            except UnlikeError as unlike:
                if unlike.found != before and await patience.another():
                    before = unlike.found
                    continue
                failure = unlike
            except ObjectError as other:
                failure = other
            adopted = None
            if failure.reason in OF_SOURCE and item.md5 is not None:
                adopted = await self._adopt(item, item.md5)
            if adopted is None:
                raise failure
            return adopted

    async def _whole(self, patience: Patience, item: Item) -> tuple[Inspected, Kept]:
        if not self._source.holds(item.size):
            return await self._in_parts(patience, item)
        least = self._policy.server_side_from
        by_server = None
        if least is not None and item.size >= least and isinstance(self._target, BucketTarget):
            by_server = self._target
        # Whoever refuses every other MD5 than the legacy row's has no need of ours.
        trusted = item.md5 if by_server is None else None
        content = await self._source.read(patience, item.source_key, item.size, trusted)
        if content.hashed:
            await self._expect(patience, item, content.md5, content.etag)
        try:
            inspected = self._let_through(item, content.head, content.tail)
        except RefusedError:
            await confirmed(content, item)
            raise
        if by_server is not None:
            kept = await by_server.copy(
                patience, item, self._source.client, content, inspected.content_type
            )
            if kept is not None:
                return inspected, kept
        return inspected, await self._target.put(patience, item, content, inspected.content_type)

    async def _in_parts(self, patience: Patience, item: Item) -> tuple[Inspected, Kept]:
        """An object that is not held at once: looked at first, then put while it is read."""
        there = await self._target.find(patience, item.key, item.size)
        if there is not None:
            whole = item.md5
            if whole is None:
                read = await self._source.read(patience, item.source_key, item.size)
                await self._expect(patience, item, read.md5, read.etag)
                whole = read.md5
            inspected = self._let_through(item, there.head, there.tail)
            return inspected, compared(
                item, there, whole, inspected.content_type, str(self._target)
            )
        parts = self._source.parts(patience, item.source_key, item.size)
        first = await anext(parts)
        etag = first.headers.get("etag", "")
        tail = await self._source.tail(patience, item.source_key, item.size, etag)
        inspected = self._let_through(item, first.body, tail)
        del tail
        checked = self._checked(patience, item, [first], parts)
        del first
        return inspected, await self._target.put_parts(
            patience, item, checked, inspected.content_type
        )

    async def _checked(
        self, patience: Patience, item: Item, first: list[Response], rest: AsyncIterator[Response]
    ) -> AsyncIterator[bytes]:
        """The bytes of all parts; after the last one UnlikeError when they are the wrong ones."""
        digest = hashlib.md5(usedforsecurity=False)
        response = first.pop()
        etag = response.headers.get("etag", "")
        while True:
            await update(digest, response.body)
            yield response.body
            following = await anext(rest, None)
            if following is None:
                break
            response = following
        found = b64encode(digest.digest()).decode()
        await self._expect(patience, item, found, etag)

    async def _expect(self, patience: Patience, item: Item, found: str, etag: str) -> None:
        """Raises UnlikeError unless the bytes that were read have the legacy row's MD5.

        Where the row has none, an ETag that is the MD5, or a second reading, has to agree.
        """
        if item.md5 is not None and found != item.md5:
            raise UnlikeError(item, found)
        if item.md5 is None and found != _md5_of(etag):
            again = await self._source.read(patience, item.source_key, item.size)
            if again.md5 != found:
                raise ChangedError

    async def _adopt(self, item: Item, whole: str) -> tuple[Inspected, Kept] | None:
        """What is in the target already when the source does not give it; None: not the object."""
        try:
            there = await self._target.find(Patience(self._policy), item.key, item.size)
        except (ObjectError, ChangedError):
            return None  # the source's failure is what is told
        if there is None or there.md5 != whole:
            return None
        inspected = self._let_through(item, there.head, there.tail)
        return inspected, compared(item, there, whole, inspected.content_type, str(self._target))

    def _let_through(self, item: Item, head: bytes, tail: bytes) -> Inspected:
        inspected = self._inspect(item, head, tail, item.size)
        if inspected.refusal is not None:
            raise RefusedError(inspected)
        return inspected


def _md5_of(etag: str) -> str | None:
    """The MD5 that an ETag says, base64; None when it is of another kind."""
    plain = re.fullmatch(r'"?([0-9a-f]{32})"?', etag)
    return b64encode(bytes.fromhex(plain.group(1))).decode() if plain else None
