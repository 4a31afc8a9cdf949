"""Text that is not UTF-8, as a database of the encoding SQL_ASCII may hold it: bytes as they came.

A cell with such bytes is spelled so that every byte can be had again: each byte that is not part of
UTF-8 as `\\xNN` (hexadecimal), and a backslash as two. Other cells stay as they are. `NOT_UTF8`
says of each row which of its columns are spelled so.
"""

import io

import polars as pl
from psycopg import sql

from artex_assets.database.connection import Connection
from artex_assets.legacy.contract import NOT_UTF8

MARK = "\0"
"""Stands before the two digits of a byte meanwhile: no text of PostgreSQL has it."""

# What Python makes of a byte that is not UTF-8, when told to go on.
_MARKED = {0xDC00 + byte: f"{MARK}{byte:02x}" for byte in range(0x80, 0x100)}


def copy_out_as_it_is(
    connection: Connection, query: sql.Composed, schema: dict[str, pl.DataType]
) -> pl.DataFrame:
    """What `query` selects, with `MARK` and two digits for each byte that is not UTF-8.

    connection: is in a transaction, of a database whose encoding is SQL_ASCII.
    """
    # Names in the query are UTF-8, in whatever encoding the answer is.
    statement = sql.SQL("COPY ({}) TO STDOUT (FORMAT csv)").format(query).as_bytes(connection)
    connection.execute("SET LOCAL client_encoding = 'SQL_ASCII'")
    buffer = io.BytesIO()
    with connection.cursor() as cursor, cursor.copy(statement) as copy:
        for block in copy:
            buffer.write(block)
    connection.execute("SET LOCAL client_encoding = 'UTF8'")
    text = buffer.getvalue().decode(errors="surrogateescape").translate(_MARKED)
    # The reader drops a byte order mark at the beginning: this one, not the first cell's own.
    return pl.read_csv(("\ufeff" + text).encode(), has_header=False, schema=schema)


def spelled(frame: pl.DataFrame) -> pl.DataFrame:
    """`frame` without a `MARK`, and with `NOT_UTF8`: the names of such columns, null for none."""
    marked = {
        name: pl.col(name).str.contains(MARK, literal=True).fill_null(False)
        for name, dtype in frame.schema.items()
        if dtype == pl.String
    }
    named = pl.concat_list(
        pl.when(where).then(pl.lit(name)).otherwise(None) for name, where in marked.items()
    ).list.drop_nulls()
    return frame.with_columns(
        pl.when(named.list.len() > 0).then(named).alias(NOT_UTF8),
        *(
            pl.when(where)
            .then(
                pl.col(name)
                .str.replace_all("\\", "\\\\", literal=True)
                .str.replace_all(MARK, "\\x", literal=True)
            )
            .otherwise(pl.col(name))
            .alias(name)
            for name, where in marked.items()
        ),
    )
