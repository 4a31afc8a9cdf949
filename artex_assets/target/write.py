"""Writes a plan: updates, then inserts, then the provenance of both."""

from collections.abc import Iterator

import polars as pl
from psycopg import sql

from artex_assets.database.connection import Connection
from artex_assets.database.copy import PART, copy_in, copy_parts, written_all
from artex_assets.tables.declaration import Table
from artex_assets.tables.outcome import KEYS, Outcome
from artex_assets.target import migration_schema
from artex_assets.target.canonical import canonical, digests
from artex_assets.target.reconcile import Plan


def write(connection: Connection, table: Table, outcome: Outcome, plan: Plan, run_id: str) -> None:
    """Writes `plan` by COPY, inside the caller's transaction.

    Raises psycopg.Error when the target refuses a row.
    """
    # First the updates: a new row may have the unique value that an updated one gives up.
    if plan.update.height:
        _update(connection, table, plan.update)
        migration_schema.remove(connection, "provenance", table.name, plan.update.select(KEYS))
    provenance = pl.concat([plan.provenance, _insert(connection, table, outcome, plan.insert)])
    if provenance.height:
        _write_provenance(connection, table, outcome, provenance, run_id)


def _insert(
    connection: Connection, table: Table, outcome: Outcome, keys: pl.DataFrame
) -> pl.DataFrame:
    """Copies the rows of `keys` in; returns key, other_key and digest of each.

    In parts, from the transform's dtypes to text: a million rows as text would not fit in memory
    beside the rest.
    """
    digested = [keys.select(*KEYS).clear().with_columns(digest=pl.lit(None, pl.String))]
    if keys.is_empty():
        return digested[0]
    rows = outcome.rows
    if keys.height < rows.height:
        rows = rows.join(keys, on=KEYS, how="semi", maintain_order="left")

    def parts() -> Iterator[pl.DataFrame]:
        for part in rows.iter_slices(PART):
            text = canonical(part, table.written)
            digested.append(text.select(*KEYS).with_columns(digests(text, table.written)))
            yield text

    copy_parts(connection, sql.Identifier(table.name), list(table.written), parts())
    return pl.concat(digested)


def _update(connection: Connection, table: Table, rows: pl.DataFrame) -> None:
    columns = list(table.written)
    staging = sql.Identifier("artex_staging")
    names: dict[str, sql.Composable] = {
        "staging": staging,
        "table": sql.Identifier(table.name),
        "columns": sql.SQL(", ").join(map(sql.Identifier, columns)),
    }
    # The columns' own types, without the target's constraints and defaults.
    connection.execute(
        sql.SQL(
            "CREATE TEMPORARY TABLE {staging} ON COMMIT DROP AS "
            "SELECT {columns} FROM {table} WITH NO DATA"
        ).format(**names)
    )
    copy_in(connection, staging, columns, rows)
    for unique in table.unique:
        _give_up(connection, table, unique, names)
    changed = [name for name in columns if name not in table.key]
    updated = connection.execute(
        sql.SQL(
            "UPDATE {table} AS target SET {assignments} FROM {staging} AS staged WHERE {same}"
        ).format(
            **names,
            assignments=sql.SQL(", ").join(
                sql.SQL("{0} = staged.{0}").format(sql.Identifier(name)) for name in changed
            ),
            same=sql.SQL(" AND ").join(
                sql.SQL("target.{0} = staged.{0}").format(sql.Identifier(name))
                for name in table.key
            ),
        )
    )
    written_all(connection, names["table"], updated.rowcount, rows.height)


def _give_up(
    connection: Connection, table: Table, unique: str, names: dict[str, sql.Composable]
) -> None:
    """Clears the way for rows that pass a unique value on: PostgreSQL compares them one by one."""
    connection.execute(
        sql.SQL(
            "UPDATE {table} AS target SET {unique} = 'artex_moving_' || target.{key} "
            "FROM {staging} AS staged WHERE lower(target.{unique}) = lower(staged.{unique}) "
            "AND target.{key} <> staged.{key}"
        ).format(**names, unique=sql.Identifier(unique), key=sql.Identifier(table.key[0]))
    )


def _write_provenance(
    connection: Connection, table: Table, outcome: Outcome, lines: pl.DataFrame, run_id: str
) -> None:
    if table.keeps:
        kept = outcome.rows.select(*KEYS, pl.col(table.keeps).alias("kept"))
        lines = lines.join(kept, on=KEYS, how="left", maintain_order="left")
    else:
        lines = lines.with_columns(kept=pl.lit(None, pl.String))
    migration_schema.add(connection, "provenance", table.name, lines, run_id)
