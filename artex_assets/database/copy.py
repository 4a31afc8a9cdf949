"""COPY as the one way in and out: exact for every text, NULL and '' kept apart."""

import codecs
import io
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import polars as pl
from psycopg import sql

from artex_assets.database.connection import Connection
from artex_assets.errors import TargetError

PART = 50_000
"""Rows that are turned into text at once."""


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
    copy_parts(connection, table, columns, rows.iter_slices(PART))


def copy_parts(
    connection: Connection,
    table: sql.Composable,
    columns: Sequence[str],
    parts: Iterable[pl.DataFrame],
) -> None:
    """The same in parts, each of which may be made while the server still takes the one before."""
    statement = sql.SQL("COPY {table} ({columns}) FROM STDIN (FORMAT csv)").format(
        table=table, columns=sql.SQL(", ").join(map(sql.Identifier, columns))
    )
    copied = 0
    with connection.cursor() as cursor:
        with cursor.copy(statement) as copy:
            for part in parts:
                copy.write(
                    part.select(columns).write_csv(
                        include_header=False, quote_style="non_numeric", null_value=""
                    )
                )
                copied += part.height
        written_all(connection, table, cursor.rowcount, copied)


def written_all(connection: Connection, table: sql.Composable, written: int, wanted: int) -> None:
    """Raises TargetError when the target says that it wrote fewer rows than it was given."""
    if written != wanted:
        raise TargetError(
            f"The target wrote {written:,} of {wanted:,} rows of {table.as_string(connection)}: "
            "one of its triggers left the others out. Nothing of this table was written.",
            next_step="Disable that trigger for the migration's role, or mend what it objects to.",
        )
