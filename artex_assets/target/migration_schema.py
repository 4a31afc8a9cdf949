"""`artex_migration`: what is known of every legacy row, in the target database itself.

It is written in the same transaction as the rows it speaks of. Keys are those of the table: `key`
is the id, or with `other_key` the pair of a link. It holds personal data (whole legacy rows,
original cells), so it is for the migration's role only.
"""

import datetime
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import polars as pl
import psycopg
from psycopg import sql

from artex_assets.database.connection import Connection
from artex_assets.database.copy import copy_in, copy_out
from artex_assets.errors import TargetError

if TYPE_CHECKING:
    from artex_assets.tables.outcome import Outcome

SCHEMA = "artex_migration"

CREATE_SCHEMA = """
CREATE SCHEMA artex_migration;

COMMENT ON SCHEMA artex_migration IS
    'Evidence of the migration by artex_assets: provenance, quarantine and records of each row.';
"""
"""Left out where the database's owner has made the schema for a role that may not."""

DDL = """
CREATE TABLE artex_migration.facts (
    name text PRIMARY KEY,
    value text NOT NULL
);

CREATE TABLE artex_migration.provenance (
    table_name text NOT NULL,
    key bigint NOT NULL,
    other_key bigint NOT NULL,
    digest text NOT NULL,
    kept text,
    run_id text NOT NULL,
    loaded_at timestamp NOT NULL DEFAULT (now() AT TIME ZONE 'UTC'),
    PRIMARY KEY (table_name, key, other_key)
);

CREATE TABLE artex_migration.quarantine (
    table_name text NOT NULL,
    key bigint,
    other_key bigint,
    occurrence bigint NOT NULL,
    reason text NOT NULL,
    sentence text NOT NULL,
    cause text,
    row json NOT NULL,
    run_id text NOT NULL,
    quarantined_at timestamp NOT NULL DEFAULT (now() AT TIME ZONE 'UTC')
);
CREATE INDEX ON artex_migration.quarantine (table_name, key, other_key);

CREATE TABLE artex_migration.merged (
    table_name text NOT NULL,
    key bigint,
    other_key bigint,
    occurrence bigint NOT NULL,
    into_key bigint NOT NULL,
    into_other_key bigint NOT NULL,
    row json NOT NULL,
    run_id text NOT NULL,
    merged_at timestamp NOT NULL DEFAULT (now() AT TIME ZONE 'UTC')
);
CREATE INDEX ON artex_migration.merged (table_name, key, other_key);

CREATE TABLE artex_migration.accepted (
    table_name text NOT NULL,
    key bigint,
    other_key bigint,
    occurrence bigint NOT NULL,
    accepted_by text NOT NULL,
    reason text NOT NULL,
    accepted_at timestamp NOT NULL DEFAULT (now() AT TIME ZONE 'UTC')
);

CREATE TABLE artex_migration.records (
    table_name text NOT NULL,
    key bigint NOT NULL,
    other_key bigint NOT NULL,
    column_name text NOT NULL,
    original text,
    new text,
    code text NOT NULL,
    run_id text NOT NULL,
    recorded_at timestamp NOT NULL DEFAULT (now() AT TIME ZONE 'UTC'),
    PRIMARY KEY (table_name, key, other_key, column_name)
);

CREATE TABLE artex_migration.rules (
    table_name text NOT NULL,
    column_name text NOT NULL,
    rule text NOT NULL,
    cells bigint NOT NULL,
    run_id text NOT NULL,
    PRIMARY KEY (table_name, column_name, rule)
);

CREATE TABLE artex_migration.edits (
    table_name text NOT NULL,
    key bigint NOT NULL,
    other_key bigint NOT NULL,
    state text NOT NULL,
    run_id text NOT NULL,
    noticed_at timestamp NOT NULL DEFAULT (now() AT TIME ZONE 'UTC'),
    PRIMARY KEY (table_name, key, other_key)
);

CREATE TABLE artex_migration.images (
    image_set text NOT NULL,
    attachment_id bigint NOT NULL,
    occurrence bigint NOT NULL,
    blob_id bigint,
    key text,
    batch text,
    state text NOT NULL,
    reason text,
    sentence text,
    cause text,
    attempts integer NOT NULL DEFAULT 0,
    byte_size bigint,
    checksum text,
    proof text,
    source_verified boolean,
    warnings text,
    target_blob_id bigint,
    target_attachment_id bigint,
    run_id text NOT NULL,
    changed_at timestamp NOT NULL DEFAULT (now() AT TIME ZONE 'UTC'),
    PRIMARY KEY (image_set, attachment_id, occurrence)
);
CREATE INDEX ON artex_migration.images (image_set, state);

CREATE TABLE artex_migration.tables (
    table_name text PRIMARY KEY,
    legacy_rows bigint NOT NULL,
    loaded bigint NOT NULL,
    merged bigint NOT NULL,
    quarantined bigint NOT NULL,
    run_id text NOT NULL,
    changed_at timestamp NOT NULL DEFAULT (now() AT TIME ZONE 'UTC')
);
"""

VERSION = "1"

KEY = {"key": pl.Int64, "other_key": pl.Int64}

EVIDENCE: Mapping[str, Mapping[str, type[pl.DataType]]] = {
    "provenance": {**KEY, "digest": pl.String, "kept": pl.String},
    "quarantine": {
        **KEY,
        "occurrence": pl.Int64,
        "reason": pl.String,
        "sentence": pl.String,
        "cause": pl.String,
        "row": pl.String,
    },
    "merged": {
        **KEY,
        "occurrence": pl.Int64,
        "into_key": pl.Int64,
        "into_other_key": pl.Int64,
        "row": pl.String,
    },
    "accepted": {**KEY, "occurrence": pl.Int64},
    "records": {
        **KEY,
        "column_name": pl.String,
        "original": pl.String,
        "new": pl.String,
        "code": pl.String,
    },
    "rules": {"column_name": pl.String, "rule": pl.String, "cells": pl.Int64},
    "edits": {**KEY, "state": pl.String},
}
"""The tables that say something of each target table, and the columns that say it."""

KEY_MAY_BE_NULL = frozenset({"quarantine", "merged"})
NO_KEY = 1 - 2**63
"""Stands for NULL where keys are compared; no sequence gives it."""


def ensure(connection: Connection) -> datetime.date:
    """Creates the schema when it is absent; returns the day (UTC) of the migration, fixed once.

    Raises TargetError when the role may not create it, or when it is of another version.
    """
    with connection.transaction():
        connection.execute(
            "SELECT pg_advisory_xact_lock(hashtextextended('artex_migration schema', 0))"
        )
        if not exists(connection):
            try:
                if not _has_schema(connection):
                    connection.execute(CREATE_SCHEMA)
                connection.execute(DDL)
            except psycopg.errors.InsufficientPrivilege:
                raise TargetError(
                    f"The schema {SCHEMA} is not in the target, or not whole, and this role may "
                    "not create it.",
                    next_step="`artex schema` prints what the database's owner has to run.",
                ) from None
            connection.execute(
                "INSERT INTO artex_migration.facts (name, value) VALUES ('version', %s),"
                " ('migration_date', (now() AT TIME ZONE 'UTC')::date::text)",
                [VERSION],
            )
    facts = dict(connection.execute("SELECT name, value FROM artex_migration.facts").fetchall())
    if facts.get("version") != VERSION:
        raise TargetError(
            f"The schema {SCHEMA} in the target is of version {facts.get('version')}, "
            f"this program needs {VERSION}.",
            next_step="Use the program that made it.",
        )
    return datetime.date.fromisoformat(facts["migration_date"])


def _has_schema(connection: Connection) -> bool:
    found = connection.execute("SELECT to_regnamespace(%s) IS NOT NULL", [SCHEMA]).fetchone()
    return bool(found and found[0])


def exists(connection: Connection) -> bool:
    """Whether the target has the schema with its tables."""
    found = connection.execute("SELECT to_regclass('artex_migration.facts') IS NOT NULL").fetchone()
    return bool(found and found[0])


def read(
    connection: Connection, kind: str, table: str, columns: Sequence[str] = ()
) -> pl.DataFrame:
    """What is written of `table` in one of the tables of `EVIDENCE`: `columns` of it, or all."""
    schema = {name: EVIDENCE[kind][name] for name in columns or EVIDENCE[kind]}
    query = sql.SQL("SELECT {columns} FROM {kind} WHERE table_name = {table}").format(
        columns=sql.SQL(", ").join(map(sql.Identifier, schema)),
        kind=sql.Identifier(SCHEMA, kind),
        table=sql.Literal(table),
    )
    return copy_out(connection, query, schema)


def replace(
    connection: Connection, kind: str, table: str, now: pl.DataFrame, run_id: str
) -> tuple[int, int]:
    """Makes `kind` say of `table` exactly what `now` says, writing only the difference.

    Returns how many lines were written and how many were removed. A line that stays keeps its run.
    """
    columns = list(EVIDENCE[kind])
    now = now.select(columns)
    before = read(connection, kind, table)
    gone = before.join(now, on=columns, how="anti", nulls_equal=True)
    new = now.join(before, on=columns, how="anti", nulls_equal=True)
    remove(connection, kind, table, gone)
    add(connection, kind, table, new, run_id)
    return new.height, gone.height


def add(connection: Connection, kind: str, table: str, lines: pl.DataFrame, run_id: str) -> None:
    """Writes new lines of `kind` for `table`."""
    if lines.is_empty():
        return
    whole = lines.with_columns(table_name=pl.lit(table), run_id=pl.lit(run_id))
    copy_in(connection, sql.Identifier(SCHEMA, kind), whole.columns, whole)


def remove(connection: Connection, kind: str, table: str, lines: pl.DataFrame) -> None:
    """Removes lines of `kind` for `table`, found by what identifies them."""
    if lines.is_empty():
        return
    identifying = [
        name
        for name in ("key", "other_key", "occurrence", "column_name", "rule")
        if name in EVIDENCE[kind]
    ]
    types = {"column_name": "text", "rule": "text"}
    # `IS NOT DISTINCT FROM` can be neither hashed nor looked up: a million lines would never end.
    same = "line.{0} = gone.{0}"
    if kind in KEY_MAY_BE_NULL:
        same = "coalesce(line.{0}, {1}) = coalesce(gone.{0}, {1})"
    statement = sql.SQL(
        "DELETE FROM {kind} AS line USING unnest({values}) AS gone ({names}) "
        "WHERE line.table_name = %s AND {same}"
    ).format(
        kind=sql.Identifier(SCHEMA, kind),
        values=sql.SQL(", ").join(
            sql.SQL("%s::{}[]").format(sql.SQL(types.get(name, "bigint"))) for name in identifying
        ),
        names=sql.SQL(", ").join(map(sql.Identifier, identifying)),
        same=sql.SQL(" AND ").join(
            sql.SQL(same).format(sql.Identifier(name), sql.Literal(NO_KEY)) for name in identifying
        ),
    )
    connection.execute(statement, [*(lines[name].to_list() for name in identifying), table])


def stand(connection: Connection, table: str, outcome: "Outcome", loaded: int, run_id: str) -> None:
    """Writes where `table` stands, unless it is written so already."""
    counts = [outcome.legacy_rows, loaded, outcome.merged.height, outcome.quarantined.height]
    connection.execute(
        """
        INSERT INTO artex_migration.tables AS old
            (table_name, legacy_rows, loaded, merged, quarantined, run_id)
        VALUES (%s, %s, %s, %s, %s, %s)
        ON CONFLICT (table_name) DO UPDATE SET
            legacy_rows = excluded.legacy_rows, loaded = excluded.loaded, merged = excluded.merged,
            quarantined = excluded.quarantined, run_id = excluded.run_id,
            changed_at = excluded.changed_at
        WHERE (old.legacy_rows, old.loaded, old.merged, old.quarantined)
            IS DISTINCT FROM
            (excluded.legacy_rows, excluded.loaded, excluded.merged, excluded.quarantined)
        """,
        [table, *counts, run_id],
    )
