"""The target as a folder in the layout of Rails' disk service: `root/ab/cd/key`.

Source: Active Storage 8, `DiskService#path_for`. A file appears under its name whole, hashed and on
the disk, or not at all.
"""

import asyncio
import hashlib
import os
from base64 import b64encode
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any, BinaryIO, TypeVar

from artex_assets.errors import StorageError
from artex_assets.images.transfer.failure import ObjectError
from artex_assets.images.transfer.items import MIB, TAIL, Item, Obstacle, Policy, Proof
from artex_assets.images.transfer.pace import Patience
from artex_assets.images.transfer.reading import Reading, confirmed
from artex_assets.images.transfer.target import Kept, compared

T = TypeVar("T")

NAME_BYTES = 255
"""What a file system takes as the name of a file."""


class DiskTarget:
    """A folder as the target."""

    def __init__(self, root: Path, policy: Policy) -> None:
        self._root = root
        self._policy = policy

    def __str__(self) -> str:
        return f"folder {self._root}"

    async def find(self, patience: Patience, key: str, size: int) -> Reading | None:
        """See Target."""
        return await self._run(self._find, key, size)

    async def put(
        self, patience: Patience, item: Item, content: Reading, content_type: str | None
    ) -> Kept:
        """See Target."""
        return await self._run(self._put, item, await confirmed(content, item), content_type)

    async def put_parts(
        self,
        patience: Patience,
        item: Item,
        parts: AsyncIterator[bytes],
        content_type: str | None,
    ) -> Kept:
        """See Target."""
        file = await self._run(self._open, item.key)
        try:
            digest = hashlib.md5(usedforsecurity=False)
            async for part in parts:
                await self._run(_add, file, digest, part)
            whole = _base64(digest)
            return await self._run(self._finish, file, item, whole, content_type)
        finally:
            _discard(file)

    async def _run(self, work: Callable[..., T], *arguments: Any) -> T:
        """Does it in a thread. Raises StorageError when the folder takes no files."""
        try:
            return await asyncio.get_running_loop().run_in_executor(None, work, *arguments)
        except (FileExistsError, IsADirectoryError, NotADirectoryError) as error:
            raise ObjectError(
                Obstacle.KEY_UNUSABLE,
                f"A file and a folder would need the same name: {error.filename}.",
                "Move that file or folder away, or accept the loss.",
            ) from error
        except OSError as error:
            raise unusable(self._root, error) from error

    def _path(self, key: str) -> Path:
        """Where Rails looks for the key. Raises ObjectError when that is no file below the root."""
        path = f"{key[:2]}/{key[2:4]}/{key}"
        parts = path.split("/")
        if (
            "\0" in path
            or not {"", ".", ".."}.isdisjoint(parts)
            or any(len(os.fsencode(part)) > NAME_BYTES for part in parts)
        ):
            raise ObjectError(
                Obstacle.KEY_UNUSABLE,
                f"The key {key!r} makes no path of a file.",
                "Give the blob another key in the legacy database, or accept the loss.",
            )
        return self._root / path

    def _find(self, key: str, size: int) -> Reading | None:
        path = self._path(key)
        if not path.exists():
            return None
        with path.open("rb") as file:
            if os.fstat(file.fileno()).st_size != size:
                return Reading(-1, "", b"", b"", "", {})
            held = size <= self._policy.memory_object
            head = file.read(size if held else self._policy.part)
            file.seek(max(0, size - TAIL))
            tail = file.read()
            return Reading(size, _hashed(file), head, tail, "", {})

    def _put(self, item: Item, content: Reading, content_type: str | None) -> Kept:
        file = self._open(item.key)
        try:
            file.write(content.head)
            return self._finish(file, item, content.md5, content_type)
        finally:
            _discard(file)

    def _open(self, key: str) -> BinaryIO:
        """A file beside the object's. A killed run leaves it; the next one uses the name again."""
        path = self._path(key)
        folder = path.parent
        made = [parent for parent in (folder, *folder.parents) if not parent.exists()]
        folder.mkdir(parents=True, exist_ok=True)
        for parent in made:
            _sync_folder(parent.parent)
        name = hashlib.sha256(path.name.encode()).hexdigest()[:32]
        return open(folder / f".{name}.part", "w+b")

    def _finish(self, file: BinaryIO, item: Item, whole: str, content_type: str | None) -> Kept:
        """Makes the file durable, hashes what is in it and gives it its name."""
        file.flush()
        os.fsync(file.fileno())
        if _hashed(file) != whole:
            raise ObjectError(
                Obstacle.TARGET_MISMATCH,
                f"The {self} does not give back the bytes that were written for {item.key}; they "
                "were removed.",
                "Check the disk, then retry.",
            )
        path = self._path(item.key)
        try:
            os.link(file.name, path)  # unlike a rename, it replaces nothing
        except FileExistsError:
            there = self._find(item.key, item.size)
            if there is None:
                raise
            return compared(item, there, whole, content_type, str(self))
        _sync_folder(path.parent)
        return Kept(whole, Proof.READ_BACK, adopted=False)


def unusable(root: Path, error: OSError) -> StorageError:
    """What the system refused below the root."""
    return StorageError(
        f"The folder {root} cannot take images: {error.strerror or error}.",
        next_step="Make room in it, or name another folder that can be written.",
    )


def _add(file: BinaryIO, digest: "hashlib._Hash", part: bytes) -> None:
    file.write(part)
    digest.update(part)


def _hashed(file: BinaryIO) -> str:
    """The MD5 of the whole file, base64."""
    file.seek(0)
    digest = hashlib.md5(usedforsecurity=False)
    while block := file.read(MIB):
        digest.update(block)
    return _base64(digest)


def _base64(digest: "hashlib._Hash") -> str:
    return b64encode(digest.digest()).decode()


def _discard(file: BinaryIO) -> None:
    file.close()
    Path(file.name).unlink(missing_ok=True)


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
