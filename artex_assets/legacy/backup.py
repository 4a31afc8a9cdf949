"""A pg_dump of the legacy database, restored into a scratch database on the embedded server.

Only the expected tables are restored, and of them only columns, types and rows, in the schema
`public`; of the others only the names. No code of the dump ever runs. The scratch database bears
the backup's checksum, so that the same file is restored once.
"""

import hashlib
import re
from collections.abc import Collection, Iterator
from contextlib import ExitStack, contextmanager
from itertools import chain
from pathlib import Path

import psycopg
from psycopg import sql

from artex_assets.database.connection import Connection
from artex_assets.database.failures import described
from artex_assets.embedded.postgres import EmbeddedPostgres
from artex_assets.errors import BackupError
from artex_assets.legacy.dump import damaged, script
from artex_assets.legacy.script import Definitions, Name, Rows, best_schema, read

SCRATCH_DATABASE = "artex_legacy"
UNFINISHED = f"{SCRATCH_DATABASE}_unfinished"

# What their texts mean depends on the old server's locale or build, or on how old it is.
_KEPT_AS_TEXT = frozenset(
    {"money", "xml", "regclass", "regproc", "regtype", "abstime", "reltime", "tinterval"}
)

RESTORE_YOURSELF = (
    "Restore it with pg_restore into a database of yours, and set LEGACY_DATABASE_URL."
)


@contextmanager
def restored(backup: Path, server: EmbeddedPostgres, tables: Collection[str]) -> Iterator[str]:
    """The URL of the scratch database that holds `tables` of `backup`, while it is being read.

    server: runs. Raises BackupError when the file is absent, no dump, truncated, damaged, newer
    than our pg_restore, or of another database. A scratch database of another backup is kept until
    this one is whole, and until nobody reads it any more. Two at once: the second waits.
    """
    if not backup.exists():
        raise BackupError(f"There is no backup at {backup}.", next_step="Correct LEGACY_BACKUP.")
    with ExitStack() as stack:
        try:
            connection = stack.enter_context(
                psycopg.connect(server.url("postgres"), autocommit=True)
            )
            # One restore at a time: a second one waits, and then finds it done.
            connection.execute(_lock("pg_advisory_lock", "restoring"))
            contents = f"{checksum(backup)} {' '.join(sorted(tables))}"
            if _comment(connection) != contents:
                _restore(connection, backup, server, tables)
                _publish(connection, contents)
            connection.execute(_lock("pg_advisory_lock_shared", "reading"))
            connection.execute(_lock("pg_advisory_unlock", "restoring"))
        except psycopg.Error as error:
            raise BackupError(
                f"The backup {backup.name} cannot be restored: the embedded server refused: "
                f"{described(error)}. The target was not touched.",
                next_step="Mend the cause, then run it again.",
            ) from None
        except OSError as error:
            raise BackupError(
                f"The backup {backup} cannot be read: {error.strerror or type(error).__name__}.",
                next_step="See that it may be read, and that the disk is not full.",
            ) from None
        yield server.url(SCRATCH_DATABASE)


def _lock(function: str, what: str) -> sql.Composed:
    """A call of one of PostgreSQL's functions of advisory locks, on what is done to our database.

    The connection that it is called on holds the lock until it is closed.
    """
    return sql.SQL("SELECT {}(hashtextextended({}, 0))").format(
        sql.Identifier(function), sql.Literal(f"{SCRATCH_DATABASE} {what}")
    )


def checksum(backup: Path) -> str:
    """The SHA-256 (hexadecimal) of a dump's file; of a directory dump that of its files' sums."""
    if backup.is_dir():
        sums = [f"{checksum(file)}  {file.name}\n" for file in sorted(backup.iterdir())]
        return hashlib.sha256("".join(sums).encode()).hexdigest()
    with backup.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()


def _comment(connection: Connection) -> str | None:
    row = connection.execute(
        "SELECT shobj_description(oid, 'pg_database') FROM pg_database WHERE datname = %s",
        [SCRATCH_DATABASE],
    ).fetchone()
    return row[0] if row else None


def _drop(connection: Connection, database: str) -> None:
    connection.execute(
        sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(database))
    )


def _publish(connection: Connection, contents: str) -> None:
    """Puts the new scratch database in the place of the old one, when nobody reads that any more.

    A crash between is made good by the next restore, which finds none with the right comment.
    """
    connection.execute(_lock("pg_advisory_lock", "reading"))
    unfinished = sql.Identifier(UNFINISHED)
    connection.execute(
        sql.SQL("COMMENT ON DATABASE {} IS {}").format(unfinished, sql.Literal(contents))
    )
    _drop(connection, SCRATCH_DATABASE)
    connection.execute(
        sql.SQL("ALTER DATABASE {} RENAME TO {}").format(
            unfinished, sql.Identifier(SCRATCH_DATABASE)
        )
    )
    connection.execute(_lock("pg_advisory_unlock", "reading"))


def _restore(
    connection: Connection, backup: Path, server: EmbeddedPostgres, tables: Collection[str]
) -> None:
    _drop(connection, UNFINISHED)  # what a restore left that was killed
    try:
        with script(backup, server.home) as stream:
            definitions = Definitions()
            parts = read(stream, definitions)
            first = next(parts, None)  # now the definitions are there
            if first and not definitions.tables:
                raise _not_readable(backup, "it defines no tables (pg_dump --data-only)")
            wanted = _wanted(backup, definitions, tables)
            _create(connection, definitions.encoding)
            with psycopg.connect(server.url(UNFINISHED), client_encoding="UTF8") as scratch:
                for table in wanted:
                    _define(scratch, backup, definitions, table)
                for name in _others(definitions, wanted):
                    # Without its columns: only that there is such a table, so that it can be told.
                    scratch.execute(
                        sql.SQL("CREATE TABLE {} ()").format(sql.Identifier("public", name))
                    )
                for rows in chain([first] if first else [], parts):
                    if rows.table in wanted:
                        _fill(scratch, backup, definitions, rows)
                        wanted.remove(rows.table)
        without = [name for _, name in wanted]
        if without:
            raise BackupError(
                f"The backup {backup.name} has no rows of {', '.join(without)} in COPY's format.",
                next_step="Make the dump without --schema-only, --exclude-table-data, --inserts.",
            )
    except (BackupError, psycopg.Error, OSError) as error:
        try:
            _drop(connection, UNFINISHED)
        except psycopg.Error:
            raise error from None  # it says why; the next restore drops what is left
        raise


def _wanted(backup: Path, definitions: Definitions, tables: Collection[str]) -> list[Name]:
    """`tables` with their schema, which is one for all."""
    schema = best_schema(definitions.tables, tables)
    wanted = [(schema, name) for name in sorted(tables)]
    absent = [table[1] for table in wanted if table not in definitions.tables]
    if absent:
        raise BackupError(
            f"The backup {backup.name} has no table {', '.join(absent)}.",
            next_step="See that it is a dump of The Art Exchange's whole database.",
        )
    if divided := sorted(definitions.divided & set(tables)):
        raise _not_readable(
            backup,
            f"{', '.join(divided)} has rows in partitions, or in tables that inherit from it",
        )
    return wanted


def _others(definitions: Definitions, wanted: Collection[Name]) -> list[str]:
    """The tables that stand beside those that are wanted, and are not restored."""
    schemas = {schema for schema, _ in wanted}
    return sorted(
        name
        for schema, name in definitions.tables
        if schema in schemas and (schema, name) not in wanted
    )


def _create(connection: Connection, encoding: str) -> None:
    """The unfinished database.

    Text of an SQL_ASCII database may be in no encoding: it stays so, and the snapshot says which
    cells are not UTF-8. The template's files are copied at once: the other strategy makes files
    with holes, and a disk that is full by the time they are written stops every checkpoint.
    """
    as_it_is = "ENCODING 'SQL_ASCII' LOCALE_PROVIDER libc LOCALE 'C'"
    connection.execute(
        sql.SQL("CREATE DATABASE {} TEMPLATE template0 STRATEGY file_copy {}").format(
            sql.Identifier(UNFINISHED),
            sql.SQL(as_it_is if encoding == "SQL_ASCII" else "ENCODING 'UTF8'"),
        )
    )


def _define(scratch: Connection, backup: Path, definitions: Definitions, table: Name) -> None:
    """Creates a table with the columns and types that the dump names, and nothing else of it.

    Types that PostgreSQL does not have by itself (enums, citext, hstore) become text, as the
    snapshot reads them, and so do those that not every server reads alike. Lengths are left out:
    the rows keep to them anyway.
    """
    columns = definitions.tables[table]
    if not columns:
        raise _not_readable(backup, f"the definition of {table[1]} is not as pg_dump writes it")
    if computed := definitions.computed[table]:
        raise _not_readable(
            backup,
            f"{', '.join(computed)} of {table[1]} is computed from other columns, and a dump does "
            "not hold such values",
        )
    kinds = {name: _as_kept(definitions.resolved(kind)) for name, kind in columns.items()}
    try:
        known = dict(
            scratch.execute(
                "SELECT kind, format_type(to_regtype(kind), -1) FROM unnest(%s::text[]) AS kind",
                [list(set(kinds.values()))],
            ).fetchall()
        )
    except psycopg.errors.SyntaxError:
        raise _not_readable(
            backup, f"a type in the definition of {table[1]} is not as pg_dump writes it"
        ) from None
    for name, kind in kinds.items():
        if known[kind] is None and not definitions.declares(kind):
            raise _not_readable(
                backup, f"{name} of {table[1]} has the unknown type {columns[name]}"
            )
    defined = [
        sql.SQL("{} {}").format(sql.Identifier(name), sql.SQL(known[kind] or "text"))
        for name, kind in kinds.items()
    ]
    scratch.execute(
        sql.SQL("CREATE TABLE {} ({})").format(
            sql.Identifier("public", table[1]), sql.SQL(", ").join(defined)
        )
    )


def _as_kept(kind: str) -> str:
    return "text" if kind.removesuffix("[]") in _KEPT_AS_TEXT else kind


def _fill(scratch: Connection, backup: Path, definitions: Definitions, rows: Rows) -> None:
    name = rows.table[1]
    if set(rows.columns) != set(definitions.tables[rows.table]):
        raise damaged(backup, f"the rows of {name} have other columns than the table")
    # Frozen rows are read without a write: others would be marked, and logged, at first sight.
    statement = sql.SQL("COPY {} ({}) FROM STDIN (FREEZE, ENCODING {})").format(
        sql.Identifier("public", name),
        sql.SQL(", ").join(map(sql.Identifier, rows.columns)),
        sql.Literal(definitions.encoding),
    )
    try:
        with scratch.cursor() as cursor, cursor.copy(statement) as copy:
            for block in rows.blocks:
                copy.write(block)
    except psycopg.DataError as error:
        # After the line, the context quotes the cell.
        line = re.search(r", (line \d+)", error.diag.context or "")
        where = f"{line[1]} of the rows of {name}" if line else f"the rows of {name}"
        raise damaged(backup, f"{where}: {described(error)}") from None


def _not_readable(backup: Path, reason: str) -> BackupError:
    return BackupError(
        f"The backup {backup.name} cannot be restored: {reason}.", next_step=RESTORE_YOURSELF
    )
