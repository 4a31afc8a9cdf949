"""Puts the pictures of the demo into a source bucket, and sees that the backup is true of them.

Encoders of pictures may differ between platforms. Where they do, the bytes are not those of which
the committed backup has the checksums; a backup with the right blob rows is then made beside it.
"""

import base64
import hashlib
import subprocess
import tempfile
from collections.abc import Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg

from artex_assets.embedded.postgres import binary
from artex_assets.settings import DEMO_BACKUP

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

    backup: the backup that is true of the bucket, the committed one or one made for this platform.
    differing: keys of the pictures that this platform draws otherwise than the committed backup
    says. missing: keys of the objects that the demo lacks on purpose.
    """

    backup: Path
    uploaded: int
    present: int
    differing: list[str]
    missing: list[str]

    @property
    def sentence(self) -> str:
        """What was done, for a person."""
        done = (
            f"{self.uploaded} pictures were put into the source bucket; {self.present} were there."
        )
        if self.backup == DEMO_BACKUP:
            return done
        count = f" {len(self.differing)}" if self.differing else ""
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
                return Filled(candidate, 0, len(wanted), [], missing)
    return _drawn_and_put(client, bucket, held, backup, own)


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
    from data_fixtures.pictures.catalog import MISSING_BLOBS

    return [blob.key for blob in blobs.values() if blob.id in MISSING_BLOBS]


def _drawn_and_put(
    client: Any, bucket: str, held: Mapping[str, tuple[int, str]], backup: Path, own: Path
) -> Filled:
    # Imported here: a bucket that is filled needs neither Pillow nor the generator.
    from data_fixtures.pictures.catalog import demo_pictures
    from data_fixtures.pictures.drawing import Drawn, draw_all

    blobs = blobs_of(backup)
    missing = _missing(blobs)
    due = [
        picture
        for picture in demo_pictures()
        if not blobs[picture.key].is_of(held.get(picture.key))
    ]
    mended: list[Blob] = []

    def put(drawn: Drawn) -> None:
        client.put_object(
            Bucket=bucket,
            Key=drawn.key,
            Body=drawn.content,
            ContentType=blobs[drawn.key].content_type,
            ContentMD5=drawn.checksum,
        )

    with ThreadPoolExecutor(UPLOADS) as pool:
        uploads = []
        for drawn in draw_all(due):
            blob, size, md5 = blobs[drawn.key], len(drawn.content), drawn.checksum
            if not blob.is_of((size, base64.b64decode(md5).hex())):
                checksum = None if blob.checksum is None else md5
                mended.append(Blob(blob.id, blob.key, blob.content_type, size, checksum))
            there = held.get(drawn.key) == (size, base64.b64decode(md5).hex())
            if drawn.key not in missing and not there:
                uploads.append(pool.submit(put, drawn))
        for upload in uploads:
            upload.result()
    if mended:
        _write_mended(backup, mended, own)
    return Filled(
        own if mended else backup,
        len(uploads),
        len(blobs) - len(missing) - len(uploads),
        [blob.key for blob in mended],
        missing,
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
