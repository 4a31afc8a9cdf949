"""The rows of the difficult backup as tables, as dumps, and as objects in a bucket."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql

from data_fixtures.difficult import BLOBS, IMAGES, ROWS
from data_fixtures.difficult.ordinary import Value

SCHEMA = Path(__file__).parent / "schema.sql"


def tables(mended: bool) -> dict[str, list[Mapping[str, Value]]]:
    """The rows of each table, in the order of their declaration."""
    rows: dict[str, list[Mapping[str, Value]]] = {}
    for row in ROWS:
        cells = row.cells(mended)
        if cells is not None:
            rows.setdefault(row.table, []).append(cells)
    blobs = [blob.mended if mended else blob.cells for blob in BLOBS]
    attachments = [image.cells(mended) for image in IMAGES]
    rows["active_storage_blobs"] = [cells for cells in blobs if cells is not None]
    rows["active_storage_attachments"] = [cells for cells in attachments if cells is not None]
    return rows


def build(url: str, mended: bool) -> None:
    """Fills the empty database at `url` with the schema and the rows."""
    with psycopg.connect(url) as connection, connection.cursor() as cursor:
        cursor.execute(SCHEMA.read_bytes())
        for table, rows in tables(mended).items():
            columns = list(rows[0])
            statement = sql.SQL("COPY {} ({}) FROM STDIN").format(
                sql.Identifier(table), sql.SQL(", ").join(map(sql.Identifier, columns))
            )
            with cursor.copy(statement) as copy:
                for row in rows:
                    copy.write_row([row[column] for column in columns])


def fill(client: Any, bucket: str, mended: bool) -> int:
    """Puts the objects into `bucket`, and returns how many. client: boto3's for S3.

    Mended, those that are missing are put in place, and other ones replaced.
    """
    put = 0
    for blob in BLOBS:
        cells, stored = (blob.mended, blob.mended_stored) if mended else (blob.cells, blob.stored)
        if cells is not None and cells["key"] is not None and stored is not None:
            client.put_object(Bucket=bucket, Key=cells["key"], Body=stored)
            put += 1
    return put
