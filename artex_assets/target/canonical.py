"""One text form of a cell, the same whether we made it or PostgreSQL printed it.

The canonical text is what is copied into the target, what is compared with it, and what the digest
in the provenance is of. So "unchanged" and "edited" mean one thing everywhere.
"""

import hashlib
from collections.abc import Iterable, Mapping, Sequence

import polars as pl
from psycopg import sql

from artex_assets.database.connection import Connection
from artex_assets.database.copy import copy_out
from artex_assets.target.schema import TargetColumn

NOT_DIGESTED = frozenset({"updated_at"})
"""Columns that change without anybody's editing a row (domain.md, *Provenance*). What legacy says
there is written where it is later than what is in the target."""

VALUE, END = "=", "\x00"
"""What begins a value and parts two cells: no text has a NUL, so no two rows are digested alike."""


def canonical(rows: pl.DataFrame, columns: Iterable[str]) -> pl.DataFrame:
    """`rows` with `columns` as canonical text (String); the other columns as they are."""
    return rows.with_columns(_text(name, rows.schema[name]).alias(name) for name in columns)


def _text(name: str, dtype: pl.DataType) -> pl.Expr:
    column = pl.col(name)
    if dtype == pl.Boolean:
        return pl.when(column).then(pl.lit("t")).when(~column).then(pl.lit("f"))
    if isinstance(dtype, pl.Datetime):
        # PostgreSQL prints no zeros at the end of a fraction, and no point without one.
        whole = column.dt.truncate("1s")
        return (
            pl.when(column == whole)
            .then(column.dt.to_string("%Y-%m-%d %H:%M:%S"))
            .otherwise(column.dt.to_string("%Y-%m-%d %H:%M:%S.%6f").str.strip_chars_end("0"))
        )
    if isinstance(dtype, pl.Decimal):
        text = column.cast(pl.String)
        return (
            pl.when(text.str.contains(".", literal=True))
            .then(text.str.strip_chars_end("0").str.strip_suffix("."))
            .otherwise(text)
        )
    return column.cast(pl.String)


def digests(canonical_rows: pl.DataFrame, columns: Sequence[str]) -> pl.Series:
    """The MD5 (String, 32 hexadecimal digits) of each row's canonical `columns`."""
    digested = [pl.col(name) for name in columns if name not in NOT_DIGESTED]
    whole = canonical_rows.select(
        pl.concat_str([(VALUE + value).fill_null("") for value in digested], separator=END).alias(
            "_"
        )
    ).to_series()
    md5 = hashlib.md5
    return pl.Series(
        "digest",
        [md5(text.encode(), usedforsecurity=False).hexdigest() for text in whole],
        pl.String,
    )


def read(
    connection: Connection,
    table: str,
    columns: Mapping[str, TargetColumn],
) -> pl.DataFrame:
    """The canonical text (String) of `columns` of a target table."""
    query = sql.SQL("SELECT {columns} FROM {table}").format(
        columns=sql.SQL(", ").join(_selected(column) for column in columns.values()),
        table=sql.Identifier(table),
    )
    return copy_out(connection, query, dict.fromkeys(columns, pl.String()))


def _selected(column: TargetColumn) -> sql.Composable:
    value: sql.Composable = sql.Identifier(column.name)
    if column.data_type == "numeric":
        value = sql.SQL("trim_scale({})").format(value)
    if column.data_type == "timestamp with time zone":
        value = sql.SQL("{} AT TIME ZONE 'UTC'").format(value)
    if column.data_type == "boolean":
        return sql.SQL("CASE WHEN {0} THEN 't' WHEN NOT {0} THEN 'f' END").format(value)
    return sql.SQL("{}::text").format(value)
