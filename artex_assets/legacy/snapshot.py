"""The legacy snapshot: every legacy table as a frame, all of one moment.

All tables are read inside one REPEATABLE READ, READ ONLY transaction. Numbers and flags come as
such, `numeric` as its exact text (NUMERIC), and dates and times as PostgreSQL prints them, since a
backup may hold `infinity`, years beyond 9999 or dates in text columns: what they are is the
converters' to say.
"""

from collections.abc import Iterator, Mapping
from typing import Any

import polars as pl
from psycopg import sql

from artex_assets.convert.conversion import NUMERIC, original
from artex_assets.database.connection import Connection, connected
from artex_assets.database.copy import copy_out
from artex_assets.errors import LegacyError
from artex_assets.legacy.contract import IGNORED_TABLES, LegacyTable

INTEGERS = frozenset({"smallint", "integer", "bigint"})
FLOATS = frozenset({"real", "double precision"})

# A domain's columns are read as what they are based on. Views are read like tables: a replica may
# offer nothing else.
_COLUMNS = """
    SELECT relation.name, attribute.attname,
        format_type(coalesce(nullif(type.typbasetype, 0), type.oid), NULL)
    FROM unnest(%s::text[]) AS relation (name)
    JOIN pg_attribute AS attribute ON attribute.attrelid = to_regclass(quote_ident(relation.name))
    JOIN pg_type AS type ON type.oid = attribute.atttypid
    WHERE attribute.attnum > 0 AND NOT attribute.attisdropped
    ORDER BY relation.name, attribute.attnum
"""

_OTHER_TABLES = """
    SELECT relname FROM pg_class
    WHERE relkind IN ('r', 'p') AND relnamespace = current_schema()::regnamespace
    ORDER BY relname
"""


def snapshot(url: str, tables: Mapping[str, LegacyTable]) -> Iterator[tuple[str, pl.DataFrame]]:
    """Reads `tables` from the database at `url`, each with all its columns, in key order.

    Raises LegacyError, before anything is read, when a table is absent; and when a table's text is
    not valid UTF-8.
    """
    with connected(url, "artex_assets legacy snapshot", LegacyError) as connection:
        connection.execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
        columns = _columns(connection, tables)
        absent = [name for name in tables if name not in columns]
        if absent:
            raise LegacyError(
                f"The legacy database has no table {', '.join(absent)}.",
                next_step="See that it is The Art Exchange's, and that the backup is whole.",
            )
        for name in tables:
            yield name, _read(connection, name, columns[name])
        connection.execute("COMMIT")


def unmapped_tables(url: str, tables: Mapping[str, LegacyTable]) -> list[str]:
    """Tables of the legacy database that are neither read nor deliberately ignored."""
    with connected(url, "artex_assets legacy contract", LegacyError) as connection:
        present = [str(row[0]) for row in connection.execute(_OTHER_TABLES).fetchall()]
    return [name for name in present if name not in tables and name not in IGNORED_TABLES]


def _columns(
    connection: Connection, tables: Mapping[str, LegacyTable]
) -> dict[str, dict[str, str]]:
    found: dict[str, dict[str, str]] = {}
    for table, column, data_type in connection.execute(_COLUMNS, [list(tables)]).fetchall():
        found.setdefault(table, {})[column] = data_type
    return found


def _read(connection: Connection, table: str, columns: Mapping[str, str]) -> pl.DataFrame:
    query = sql.SQL("SELECT {columns} FROM {table}").format(
        columns=sql.SQL(", ").join(_selected(name, kind) for name, kind in columns.items()),
        table=sql.Identifier(table),
    )
    schema: dict[str, Any] = {
        name: pl.Int64() if kind in INTEGERS else pl.String() for name, kind in columns.items()
    }
    try:
        frame = copy_out(connection, query, schema)
    except pl.exceptions.ComputeError as error:
        if "utf-8" not in str(error).lower():
            raise
        raise LegacyError(
            f"The legacy table {table} holds text that is not valid UTF-8.",
            next_step="Correct the bytes in the legacy database, or convert its encoding.",
        ) from None
    typed = frame.with_columns(_typed(name, kind) for name, kind in columns.items())
    return in_key_order(typed)


def _selected(name: str, kind: str) -> sql.Composable:
    column = sql.Identifier(name)
    if kind == "timestamp with time zone":
        return sql.SQL("({} AT TIME ZONE 'UTC')::text").format(column)
    return sql.SQL("{}::text").format(column)


def _typed(name: str, kind: str) -> pl.Expr:
    column = pl.col(name)
    if kind == "numeric":
        wrapped = pl.struct(column.alias("numeric"))
        return pl.when(column.is_not_null()).then(wrapped).otherwise(None).cast(NUMERIC).alias(name)
    if kind in FLOATS:
        return column.cast(pl.Float64)
    if kind == "boolean":
        return pl.when(column.is_not_null()).then(column == "true").alias(name)
    return column


def in_key_order(frame: pl.DataFrame) -> pl.DataFrame:
    """`frame` by id, or by the pair of a link table; rows of one key in an order of their own.

    So the how manieth row of a key is the same row on every run.
    """
    ids = (
        ["id"] if "id" in frame.columns else [name for name in frame.columns if name[-3:] == "_id"]
    )
    if frame.select(ids).is_duplicated().any():
        others = [original(name, dtype) for name, dtype in frame.schema.items() if name not in ids]
        return frame.sort(*ids, *others, nulls_last=True)
    return frame.sort(ids, nulls_last=True)
