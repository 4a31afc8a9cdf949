"""Puts the pictures of the demo into a source bucket, and sees that the backup is true of them.

Encoders of pictures may differ between platforms. Where they do, the bytes are not those of which
the committed backup has the checksums; a backup with the right blob rows is then made beside it.
"""

import base64
import hashlib
import subprocess
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import psycopg

from artex_assets.embedded.postgres import binary
from artex_assets.settings import DEMO_BACKUP
from data_fixtures.planted import FAULTS

if TYPE_CHECKING:
    from data_fixtures.pictures.drawing import Drawn

UPLOADS = 8
"""Pictures on their way at once."""


@dataclass(frozen=True)
class Blob:
    """What a backup says of a blob: byte_size in bytes, checksum the base64 of an MD5 or None."""

    id: int
    key: str
    content_type: str
    byte_size: int
    checksum: str | None

    def is_of(self, held: tuple[int, str] | None) -> bool:
        """Whether an object of this size and MD5 (hexadecimal) is this blob's."""
        if held is None or held[0] != self.byte_size:
            return False
        return self.checksum is None or base64.b64decode(self.checksum).hex() == held[1]


@dataclass(frozen=True)
class Filled:
    """What became of the bucket.

    backup: the backup that is true of the bucket: the committed one, or where made_here one for the
    bytes that this platform draws. uploaded and present: how many pictures were put, and how many
    were there. differing: how many were drawn otherwise than the committed backup says. missing:
    keys of the objects that the demo lacks on purpose.
    """

    backup: Path
    made_here: bool
    uploaded: int
    present: int
    differing: int
    missing: list[str]

    @property
    def sentence(self) -> str:
        """What was done, for a person."""
        done = (
            f"{self.uploaded} pictures were put into the source bucket; {self.present} were there."
        )
        if not self.made_here:
            return done
        count = f" {self.differing}" if self.differing else ""
        return (
            f"{done} This platform draws{count} pictures with other bytes than the checksums of "
            f"{DEMO_BACKUP.name} say: {self.backup} has the right ones and is used in its place."
        )


def fill(client: Any, bucket: str, folder: Path, backup: Path = DEMO_BACKUP) -> Filled:
    """Puts the pictures that are not there yet into `bucket`, under their blobs' keys.

    client: boto3's for S3. folder: where a backup for this platform is kept, when one is needed.
    The planted missing objects are left out, but not removed when somebody put them there.
    Raises what boto3 raises when the bucket cannot be used.
    """
    held = _held(client, bucket)
    own = folder / f"{backup.stem}_{hashlib.sha256(backup.read_bytes()).hexdigest()[:8]}.dump"
    for candidate in (backup, own):
        if candidate.exists():
            blobs = blobs_of(candidate)
            missing = _missing(blobs)
            wanted = [blob for key, blob in blobs.items() if key not in missing]
            if all(blob.is_of(held.get(blob.key)) for blob in wanted):
                return Filled(candidate, candidate == own, 0, len(wanted), 0, missing)
    return _drawn_and_put(client, bucket, held, backup, own)


def put_missing(client: Any, bucket: str, backup: Path = DEMO_BACKUP) -> list[str]:
    """Puts the objects that the demo lacks on purpose into `bucket`, and returns their keys."""
    blobs = blobs_of(backup)
    missing = _missing(blobs)
    for drawn in _drawn(missing):
        _put(client, bucket, blobs[drawn.key], drawn)
    return missing


def blobs_of(backup: Path) -> dict[str, Blob]:
    """The rows of active_storage_blobs in `backup`, by key."""
    command: list[str | Path] = [binary("pg_restore"), "--data-only", "--file=-"]
    command += ["--table=active_storage_blobs", backup]
    text = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    _, _, rest = text.partition("COPY public.active_storage_blobs (")
    head, _, rows = rest.partition(") FROM stdin;\n")
    columns = head.split(", ")
    blobs = {}
    for line in rows.partition("\n\\.\n")[0].splitlines():
        row = dict(zip(columns, line.split("\t"), strict=True))
        checksum = None if row["checksum"] == r"\N" else row["checksum"]
        size = int(row["byte_size"])
        blobs[row["key"]] = Blob(int(row["id"]), row["key"], row["content_type"], size, checksum)
    return blobs


def _held(client: Any, bucket: str) -> dict[str, tuple[int, str]]:
    """Size and MD5 (hexadecimal) of every object in the bucket; all were put in one piece."""
    pages = client.get_paginator("list_objects_v2").paginate(Bucket=bucket)
    return {
        entry["Key"]: (entry["Size"], entry["ETag"].strip('"'))
        for page in pages
        for entry in page.get("Contents", [])
    }


def _missing(blobs: Mapping[str, Blob]) -> list[str]:
    ids = {fault.id for fault in FAULTS if fault.object_missing}
    return [blob.key for blob in blobs.values() if blob.id in ids]


def _drawn_and_put(
    client: Any, bucket: str, held: Mapping[str, tuple[int, str]], backup: Path, own: Path
) -> Filled:
    blobs = blobs_of(backup)
    missing = _missing(blobs)
    due = [key for key, blob in blobs.items() if not blob.is_of(held.get(key))]
    mended: list[Blob] = []
    with ThreadPoolExecutor(UPLOADS) as pool:
        uploads = []
        for drawn in _drawn(due):
            blob, file = blobs[drawn.key], (len(drawn.content), drawn.md5.hex())
            if not blob.is_of(file):
                checksum = None if blob.checksum is None else drawn.checksum
                mended.append(replace(blob, byte_size=file[0], checksum=checksum))
            if drawn.key not in missing and held.get(drawn.key) != file:
                uploads.append(pool.submit(_put, client, bucket, blob, drawn))
        for upload in uploads:
            upload.result()
    if mended:
        _write_mended(backup, mended, own)
    present = len(blobs) - len(missing) - len(uploads)
    made_here = bool(mended)
    used = own if made_here else backup
    return Filled(used, made_here, len(uploads), present, len(mended), missing)


def _drawn(keys: Iterable[str]) -> "Iterator[Drawn]":
    # Imported here: a bucket that is filled needs neither Pillow nor the generator.
    from data_fixtures.pictures.catalog import demo_pictures
    from data_fixtures.pictures.drawing import draw_all

    wanted = set(keys)
    return draw_all([picture for picture in demo_pictures() if picture.key in wanted])


def _put(client: Any, bucket: str, blob: Blob, drawn: "Drawn") -> None:
    client.put_object(
        Bucket=bucket,
        Key=blob.key,
        Body=drawn.content,
        ContentType=blob.content_type,
        ContentMD5=drawn.checksum,
    )


def _write_mended(backup: Path, blobs: Iterable[Blob], path: Path) -> None:
    """Writes `backup` with the sizes and checksums of `blobs` to `path`."""
    from data_fixtures.generate import dump, throw_away_database

    path.parent.mkdir(parents=True, exist_ok=True)
    with throw_away_database() as url:
        options = ["--no-owner", "--exit-on-error", f"--dbname={url}"]
        subprocess.run([binary("pg_restore"), *options, backup], check=True)
        with psycopg.connect(url) as connection:
            connection.cursor().executemany(
                "UPDATE active_storage_blobs SET byte_size = %s, checksum = %s WHERE id = %s",
                [(blob.byte_size, blob.checksum, blob.id) for blob in blobs],
            )
        with tempfile.TemporaryDirectory(dir=path.parent) as folder:
            written = Path(folder) / path.name
            dump(url, written)
            written.rename(path)  # so that no half of a backup is ever found
