"""COPY as the one way in and out: exact for every text, NULL and '' kept apart."""

import codecs
import io
from collections.abc import Mapping, Sequence
from typing import Any

import polars as pl
from psycopg import sql

from artex_assets.database.connection import Connection
from artex_assets.errors import TargetError


def copy_out(
    connection: Connection, query: sql.Composable, schema: Mapping[str, Any]
) -> pl.DataFrame:
    """What `query` selects, by COPY. Exact: NULL, '' and every text come back as they are."""
    statement = sql.SQL("COPY ({}) TO STDOUT (FORMAT csv)").format(query)
    # The reader drops a byte order mark at the beginning: this one, not the first cell's own.
    buffer = io.BytesIO(codecs.BOM_UTF8)
    buffer.seek(0, io.SEEK_END)
    with connection.cursor() as cursor, cursor.copy(statement) as copy:
        for block in copy:
            buffer.write(block)
    if buffer.tell() == len(codecs.BOM_UTF8):
        return pl.DataFrame(schema=dict(schema))
    buffer.seek(0)
    return pl.read_csv(buffer, has_header=False, schema=dict(schema))


def copy_in(
    connection: Connection, table: sql.Composable, columns: Sequence[str], rows: pl.DataFrame
) -> None:
    """Copies `columns` of `rows` into a table. NULL is an unquoted nothing, '' a quoted one.

    Raises TargetError when a trigger of the table leaves rows out.
    """
    statement = sql.SQL("COPY {table} ({columns}) FROM STDIN (FORMAT csv)").format(
        table=table, columns=sql.SQL(", ").join(map(sql.Identifier, columns))
    )
    with connection.cursor() as cursor:
        with cursor.copy(statement) as copy:
            for part in rows.select(columns).iter_slices(50_000):
                copy.write(
                    part.write_csv(include_header=False, quote_style="non_numeric", null_value="")
                )
        written_all(connection, table, cursor.rowcount, rows.height)


def written_all(connection: Connection, table: sql.Composable, written: int, wanted: int) -> None:
    """Raises TargetError when the target says that it wrote fewer rows than it was given."""
    if written != wanted:
        raise TargetError(
            f"The target wrote {written:,} of {wanted:,} rows of {table.as_string(connection)}: "
            "one of its triggers left the others out. Nothing of this table was written.",
            next_step="Disable that trigger for the migration's role, or mend what it objects to.",
        )
