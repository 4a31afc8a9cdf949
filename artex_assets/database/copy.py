"""COPY as the one way in and out: exact for every text, NULL and '' kept apart."""

import codecs
import io
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import polars as pl
from psycopg import sql

from artex_assets.database.connection import Connection

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
    """Copies `columns` of `rows` into a table. NULL is an unquoted nothing, '' a quoted one."""
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
    with connection.cursor() as cursor, cursor.copy(statement) as copy:
        for part in parts:
            copy.write(
                part.select(columns).write_csv(
                    include_header=False, quote_style="non_numeric", null_value=""
                )
            )
