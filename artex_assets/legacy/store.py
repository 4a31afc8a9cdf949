"""Where legacy snapshots are kept as Parquet: a folder, or a bucket that several machines share.

A snapshot is a set of files below its own id. It is current only once it is whole, so that nobody
reads a half of one, and tables of two moments are never mixed.
"""

import io
import os
import shutil
import time
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol
from urllib.parse import urlsplit

import polars as pl

from artex_assets.errors import LegacyError

if TYPE_CHECKING:
    from collections.abc import Callable

CURRENT = "current"
PUBLISHED = "published"

ABANDONED = 24 * 3600.0
"""Seconds after which a snapshot that was never published is taken for a killed run's."""


class Place(Protocol):
    """A flat store of bytes by name, such as `run-1/users.parquet`."""

    def put(self, name: str, content: bytes) -> None:
        """Writes, wholly or not at all."""

    def get(self, name: str) -> bytes | None:
        """What was written; None when nothing was."""

    def folders(self) -> dict[str, float]:
        """The first parts of the names, and the seconds since something was last put below each."""

    def remove(self, folder: str) -> None:
        """Removes every name that begins with this folder."""


class SnapshotStore:
    """Snapshots at one place. Frames come back with the dtypes they were written with."""

    def __init__(self, place: Place) -> None:
        self.place = place

    def write(self, snapshot: str, table: str, frame: pl.DataFrame) -> None:
        """Keeps the frame of one table of a snapshot that is not current yet."""
        buffer = io.BytesIO()
        frame.write_parquet(buffer)
        self.place.put(f"{snapshot}/{table}.parquet", buffer.getvalue())

    def publish(self, snapshot: str) -> None:
        """Makes a whole snapshot the current one, and removes those before the last.

        Another run may be writing one just now: what was not published stays until it is old.
        """
        before = self.current()
        self.place.put(f"{snapshot}/{PUBLISHED}", b"")
        self.place.put(CURRENT, snapshot.encode())
        for folder, age in self.place.folders().items():
            if folder not in (snapshot, before) and (self.published(folder) or age > ABANDONED):
                self.place.remove(folder)

    def published(self, snapshot: str) -> bool:
        """Whether this snapshot was whole, and is still there."""
        return self.place.get(f"{snapshot}/{PUBLISHED}") is not None

    def current(self) -> str | None:
        """The id of the current snapshot; None when there is none."""
        content = self.place.get(CURRENT)
        return content.decode() if content else None

    def read(self, table: str, snapshot: str | None = None) -> pl.DataFrame:
        """The frame of `table` in `snapshot`, by default the current one. Raises LegacyError."""
        chosen = snapshot or self.current()
        content = self.place.get(f"{chosen}/{table}.parquet") if chosen else None
        if content is None:
            raise LegacyError(
                f"There is no legacy snapshot with the table {table}.",
                next_step="Materialize the legacy assets first.",
            )
        return pl.read_parquet(io.BytesIO(content))


class Folder:
    """A place on a disk. Files are of mode 0600 and folders 0700: they hold personal data."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def put(self, name: str, content: bytes) -> None:
        """Writes beside the name first, so that a crash leaves no half of a file."""
        path = self.root / name
        for folder in (self.root, path.parent):
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        unfinished = path.with_name(path.name + ".unfinished")
        try:
            descriptor = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
            with os.fdopen(descriptor, "wb") as file:
                file.write(content)
            unfinished.replace(path)
        except OSError as error:
            unfinished.unlink(missing_ok=True)
            raise LegacyError(
                f"The snapshot cannot be written to {path}: {error.strerror}.",
                next_step="Make room there, or set ARTEX_SNAPSHOT_URL to another place.",
            ) from None

    def get(self, name: str) -> bytes | None:
        """The file's bytes."""
        path = self.root / name
        return path.read_bytes() if path.is_file() else None

    def folders(self) -> dict[str, float]:
        """The folders below the root, with their ages."""
        now = time.time()
        # A folder's own time is that of the last file that was put in it.
        return {
            path.name: now - path.stat().st_mtime for path in self.root.iterdir() if path.is_dir()
        }

    def remove(self, folder: str) -> None:
        """Removes a folder with its files. Another run may do the same at once."""
        shutil.rmtree(self.root / folder, ignore_errors=True)


class Bucket:
    """A place in an S3 bucket, below a prefix. client: makes the S3 client when it is needed."""

    def __init__(self, url: str, client: "Callable[[], Any]") -> None:
        parts = urlsplit(url)
        self.bucket = parts.netloc
        self.prefix = parts.path.strip("/")
        self._client = client

    @cached_property
    def client(self) -> Any:
        """The S3 client; made late, since it is slow to import."""
        return self._client()

    def put(self, name: str, content: bytes) -> None:
        """Puts an object."""
        self.client.upload_fileobj(io.BytesIO(content), self.bucket, self._key(name))

    def get(self, name: str) -> bytes | None:
        """The object's bytes."""
        try:
            answer = self.client.get_object(Bucket=self.bucket, Key=self._key(name))
        except self.client.exceptions.NoSuchKey:
            return None
        content: bytes = answer["Body"].read()
        return content

    def folders(self) -> dict[str, float]:
        """The folders below our prefix, with their ages by the store's clock for both ends."""
        pages = self.client.get_paginator("list_objects_v2").paginate(
            Bucket=self.bucket, Prefix=self._key("")
        )
        newest: dict[str, float] = {}
        for page in pages:
            for found in page.get("Contents", []):
                folder, slash, _ = found["Key"].removeprefix(self._key("")).partition("/")
                if slash:
                    changed = found["LastModified"].timestamp()
                    newest[folder] = max(newest.get(folder, changed), changed)
        return {folder: max(newest.values()) - changed for folder, changed in newest.items()}

    def remove(self, folder: str) -> None:
        """Deletes the objects of a folder."""
        pages = self.client.get_paginator("list_objects_v2").paginate(
            Bucket=self.bucket, Prefix=self._key(folder + "/")
        )
        for page in pages:
            for found in page.get("Contents", []):
                self.client.delete_object(Bucket=self.bucket, Key=found["Key"])

    def _key(self, name: str) -> str:
        return f"{self.prefix}/{name}" if self.prefix else name
