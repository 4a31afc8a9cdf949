"""A run of an image set and a second one that finds it finished, ledger and checks included.

Both take the way of the asset: plan, locks, migration, checks; only Dagster is not there.
`python -m bench.resumed` is one run in a process of its own, which reports.
"""

import hashlib
import secrets
import statistics
import sys
import tempfile
import time
from base64 import b64encode
from collections.abc import Mapping
from datetime import datetime
from io import BytesIO
from pathlib import Path
from typing import Any

import polars as pl
import psycopg
from PIL import Image
from rich.console import Console
from rich.table import Table

from artex_assets import settings
from artex_assets.database.connection import Connection, connected
from artex_assets.errors import TargetError
from artex_assets.images import checks, storage
from artex_assets.images.job import Job
from artex_assets.images.locks import locked
from artex_assets.images.migration import migrate
from artex_assets.images.plan import plan
from artex_assets.images.sets import POSTER_IMAGES, batch_keys
from artex_assets.images.transfer import Transfer
from artex_assets.tables.declaration import Rules
from artex_assets.target import migration_schema
from artex_assets.target.parents import parents
from bench.databases import Databases, serving
from bench.measure import Measured, report, run

POSTERS = 1_000
EACH = 2
"""Images a poster."""

SIZE = 35_000
SOURCE = "bench-resumed"


def measure(client: Any, environment: Mapping[str, str], rounds: int, console: Console) -> None:
    """Runs the set into new targets, twice into each, and prints a table."""
    measured: dict[str, list[Measured]] = {"first run": [], "run over the finished set": []}
    with serving() as server, tempfile.TemporaryDirectory(prefix="artex-bench-") as folder:
        databases = Databases(server, POSTERS)
        _fill(databases.legacy, client, Path(folder))
        for _ in range(rounds):
            target, bucket = databases.target("resumed"), f"resumed-{secrets.token_hex(6)}"
            run([sys.executable, "-m", "bench.ours", databases.legacy, target])
            client.create_bucket(Bucket=bucket)
            buckets = {"SOURCE_S3_BUCKET": SOURCE, "AWS_S3_BUCKET": bucket}
            command = [sys.executable, "-m", "bench.resumed", target, folder]
            for found in measured.values():
                found.append(run(command, {**environment, **buckets}, reports=True))
                _expect_all(target)
            client.delete_bucket(Bucket=bucket)
            databases.drop(target)
        client.delete_bucket(Bucket=SOURCE)
    console.print(_table(measured))


def _table(measured: Mapping[str, list[Measured]]) -> Table:
    """Medians of all rounds, and their ratio."""
    title = f"{POSTERS * EACH:,} images of {SIZE // 1000} kB, with the ledger"
    shown = Table(title=title, title_justify="left")
    for column in ("run", "seconds", "ratio to the first", "memory, MiB"):
        shown.add_column(column, justify="left" if column == "run" else "right")
    medians = {
        name: statistics.median(one.seconds for one in ones) for name, ones in measured.items()
    }
    for name, seconds in medians.items():
        ratio = seconds / next(iter(medians.values()))
        memory = max(one.memory for one in measured[name])
        shown.add_row(name, f"{seconds:.2f}", f"{ratio:.3f}", f"{memory:.0f}")
    return shown


def _expect_all(target: str) -> None:
    with psycopg.connect(target) as connection:
        found = connection.execute(
            "SELECT state, count(*) FROM artex_migration.images GROUP BY 1"
        ).fetchall()
    if found != [("migrated", POSTERS * EACH)]:
        raise RuntimeError(f"The ledger says {found} of {POSTERS * EACH} images.")


def _fill(legacy: str, client: Any, folder: Path) -> None:
    """Pictures in a bucket, and the legacy tables that know of them as files."""
    with psycopg.connect(legacy) as connection:
        artworks = [row[0] for row in connection.execute("SELECT id FROM artworks ORDER BY id")]
    client.create_bucket(Bucket=SOURCE)
    blobs, attachments = [], []
    moment = {"created_at": datetime(2015, 1, 1)}
    for number in range(1, POSTERS * EACH + 1):
        key, body = f"k{number:027}", _picture()
        client.put_object(Bucket=SOURCE, Key=key, Body=body)
        blob = {
            "id": number,
            "key": key,
            "filename": f"{number}.jpg",
            "content_type": "image/jpeg",
            "metadata": "{}",
            "byte_size": len(body),
            "checksum": b64encode(hashlib.md5(body, usedforsecurity=False).digest()).decode(),
        }
        attachment = {
            "id": number,
            "name": "image" if number % EACH else "additional_images",
            "record_type": POSTER_IMAGES.legacy_type,
            "record_id": artworks[(number - 1) // EACH],
            "blob_id": number,
        }
        blobs.append(blob | moment)
        attachments.append(attachment | moment)
    pl.DataFrame(blobs).write_parquet(folder / "blobs")
    pl.DataFrame(attachments).write_parquet(folder / "attachments")


def _picture() -> bytes:
    """A JPEG of SIZE bytes, most of them in a comment."""
    file = BytesIO()
    Image.new("RGB", (24, 32)).save(file, "JPEG")
    plain = file.getvalue()
    filler = secrets.token_bytes(SIZE - len(plain) - 4)
    return plain[:2] + b"\xff\xfe" + (len(filler) + 2).to_bytes(2) + filler + plain[2:]


def main(target: str, folder: str) -> None:
    """One run of all batches."""
    chosen = settings.load()
    keys, most = batch_keys(chosen.artex_image_batches), POSTERS * EACH
    # Before the clock is started, as this imports what Dagster has imported when it gets here.
    source, bucket = storage.source(chosen).bucket(), storage.target(chosen).bucket()
    began = time.perf_counter()
    blobs = pl.read_parquet(Path(folder) / "blobs")
    attachments = pl.read_parquet(Path(folder) / "attachments")
    service, pixels = chosen.artex_target_service, chosen.artex_max_pixels
    copy = Transfer(source, bucket)
    job = Job(POSTER_IMAGES, "bench", service, "{key}", pixels, copy, (most, most))

    def transact(work: Any) -> Any:
        with connected(target, "bench", TargetError) as connection, connection.transaction():
            return work(connection)

    def planned_now(connection: Connection) -> pl.DataFrame:
        rules = Rules(migration_date=migration_schema.ensure(connection))
        records = parents(connection, POSTER_IMAGES.table)
        return plan(POSTER_IMAGES, attachments, blobs, records, rules, len(keys))

    with locked(target, POSTER_IMAGES, keys, "bench"):
        planned = transact(planned_now)
        for batch in migrate(transact, job, planned, keys):
            assert batch.complete, batch.failures
    findings = transact(
        lambda connection: checks.check(
            connection, POSTER_IMAGES, planned, service, lambda: storage.objects(chosen)
        )
    )
    report(began)
    failed = [finding.name for finding in findings if not finding.passed]
    assert not failed, failed


if __name__ == "__main__":
    main(*sys.argv[1:])
