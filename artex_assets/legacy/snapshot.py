"""The legacy snapshot: every legacy table as a frame, all of one moment.

All tables are read inside one REPEATABLE READ, READ ONLY transaction. Numbers and flags come as
such, `numeric` as its exact text (NUMERIC), and dates and times as PostgreSQL prints them, since a
backup may hold `infinity`, years beyond 9999 or dates in text columns: what they are is the
converters' to say.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import polars as pl
import psycopg
from psycopg import sql

from artex_assets.convert.conversion import NUMERIC, original
from artex_assets.database.connection import TRANSACTION, Connection, connected, place
from artex_assets.database.copy import copy_out
from artex_assets.database.failures import described, passing
from artex_assets.errors import LegacyCutError, LegacyError
from artex_assets.legacy.contract import IGNORED_TABLES, NOT_UTF8, LegacyTable
from artex_assets.legacy.other_bytes import copy_out_as_it_is, spelled

INTEGERS = frozenset({"smallint", "integer", "bigint"})
FLOATS = frozenset({"real", "double precision"})

CONFLICT = "40001"
"""The SQLSTATE of a conflict with recovery: no other gives it to a transaction that only reads."""

OF_A_STANDBY = (
    "The standby gave up our reading because its primary removed rows that we still saw. Let it "
    "wait for us: set hot_standby_feedback to on, or max_standby_streaming_delay to some minutes, "
    "or read the primary; then run it again."
)
OF_A_SERVER = "See that the server runs and that our role may read all tables, then run it again."

# A domain's columns are read as what it is based on in the end. Views are read like tables: a
# replica may offer nothing else. Only catalog columns that PostgreSQL 9.6 has, too.
_COLUMNS = """
    WITH RECURSIVE based (type, base, next) AS (
        SELECT oid, oid, typbasetype FROM pg_type
        UNION ALL
        SELECT based.type, pg_type.oid, pg_type.typbasetype
        FROM based JOIN pg_type ON pg_type.oid = based.next
    )
    SELECT relation.name, attribute.attname, format_type(based.base, NULL)
    FROM unnest(%s::text[]) AS relation (name)
    JOIN pg_attribute AS attribute ON attribute.attrelid = to_regclass(quote_ident(relation.name))
    JOIN based ON based.type = attribute.atttypid AND based.next = 0
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

    Columns are Int64 for whole numbers, Float64, NUMERIC, Boolean, and String for the rest. Raises
    LegacyError: before anything is read when a table is absent; later when the role may not see a
    table's rows. Raises LegacyCutError when the connection is cut, or a standby cancels the
    reading. What was read until then is not to be used. Rows with text that is not UTF-8 are named
    by the column `NOT_UTF8`, which no other table has.
    """
    reading = "its catalog"
    try:
        with connected(url, "artex_assets legacy snapshot", LegacyError) as connection:
            connection.execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
            connection.execute(TRANSACTION)
            # Rows that a policy hides from our role shall be an error, not absent.
            connection.execute("SET LOCAL row_security = off")
            columns = _columns(connection, tables)
            absent = [name for name in tables if name not in columns]
            if absent:
                raise LegacyError(
                    f"The legacy database has no table {', '.join(absent)}.",
                    next_step="See that it is The Art Exchange's, and that the backup is whole.",
                )
            for name in tables:
                reading = f"the table {name}"
                yield name, _read(connection, name, columns[name])
            connection.execute("COMMIT")
    except psycopg.Error as error:
        failure = LegacyCutError if passing(error) else LegacyError
        raise failure(
            f"The legacy database at {place(url)} did not let us read {reading}: "
            f"{described(error)}. Nothing of what was read is used.",
            next_step=OF_A_STANDBY if error.sqlstate == CONFLICT else OF_A_SERVER,
        ) from None


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
    connection.execute("SAVEPOINT reading")
    try:
        frame = copy_out(connection, query, schema)
    except psycopg.errors.CharacterNotInRepertoire:
        # Only a database of the encoding SQL_ASCII can hold such text.
        connection.execute("ROLLBACK TO reading")
        frame = spelled(copy_out_as_it_is(connection, query, schema))
    connection.execute("RELEASE reading")
    return in_key_order(frame.with_columns(_typed(name, kind) for name, kind in columns.items()))


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


def key_columns(columns: Sequence[str]) -> list[str]:
    """The id, or the two sides of a link table; all columns where there is neither."""
    ids = ["id"] if "id" in columns else [name for name in columns if name.endswith("_id")]
    return ids or list(columns)


def in_key_order(frame: pl.DataFrame) -> pl.DataFrame:
    """`frame` by id, or by the pair of a link table; rows of one key in an order of their own.

    So the second row of a key is the same row on every run, in whatever order the server gave them.
    """
    keys = key_columns(frame.columns)
    order = [
        pl.col(name) if frame.schema[name] == pl.Int64 else original(name, frame.schema[name])
        for name in keys
    ]
    if frame.select(keys).is_duplicated().any():
        others = [name for name in frame.columns if name not in (*keys, NOT_UTF8)]
        order += [original(name, frame.schema[name]) for name in others]
    return frame.sort(order, nulls_last=True)
