"""The DDL of the declaration, and its execution on the embedded target.

On a given target the application's own migrations make the schema; `completion` is for the one
table that comes with this migration.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import psycopg

from artex_assets.errors import TargetError
from artex_assets.target.schema.catalog import absent_tables
from artex_assets.target.schema.names import TABLES

if TYPE_CHECKING:
    from sqlalchemy.schema import DDLElement

LOCK = "artex_assets.target.schema"
"""Whose hash is the advisory lock under which the schema is created."""


def create(url: str) -> None:
    """Creates in the embedded target what is missing of the declared tables and their indexes.

    All in one transaction, so that a failure leaves the target as it was. A target that has all the
    tables costs one query and no import of SQLAlchemy; indexes are made only when a table is
    missing. A table that is there is left as it is.
    Raises TargetError when the target cannot be reached or refuses.
    """
    try:
        with psycopg.connect(url) as connection:
            if not absent_tables(connection, TABLES):
                return
            # Two that start at once would both find nothing, and one would fail half-way.
            connection.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [LOCK])
            # "Already exists, skipping" is what we ask for, not news.
            connection.execute("SET LOCAL client_min_messages = warning")
            connection.execute("\n".join(ddl()).encode())
    except psycopg.Error as error:
        raise TargetError(
            f"The schema of the embedded target could not be created: {_reason(error)}.",
            next_step="Look into the embedded server's log in ARTEX_HOME, then run it again.",
        ) from error


def ddl(tables: Sequence[str] | None = None) -> list[str]:
    """The DDL of these tables (default: all), one PostgreSQL statement with its semicolon an item.

    They are in the order in which they can be executed, and skip what exists. A foreign key to a
    table that was not asked for is kept, so that table must be there already. Imports SQLAlchemy.
    Raises TargetError for a table that is not of the target.
    """
    from sqlalchemy.schema import CreateIndex, CreateTable

    from artex_assets.target.schema.notation import declaration

    metadata = declaration()
    wanted = set(metadata.tables if tables is None else tables)
    if unknown := sorted(wanted - set(metadata.tables)):
        raise TargetError(
            f"The target's schema has no table {', '.join(unknown)}.",
            next_step=f"Its tables are {', '.join(sorted(metadata.tables))}.",
        )
    elements: list[DDLElement] = []
    for table in metadata.sorted_tables:
        if table.name in wanted:
            elements.append(CreateTable(table, if_not_exists=True))
            # SQLAlchemy keeps indexes in a set; the order must be the same every time.
            indexes = sorted(table.indexes, key=lambda index: str(index.name))
            elements += (CreateIndex(index, if_not_exists=True) for index in indexes)
    statements = [sql_text(element) for element in elements]
    if any("gin_trgm_ops" in statement for statement in statements):
        statements.insert(0, "CREATE EXTENSION IF NOT EXISTS pg_trgm;")
    return statements


def sql_text(element: "DDLElement") -> str:
    """A statement of SQLAlchemy as PostgreSQL's text, without white space at its lines' ends."""
    from artex_assets.target.schema.notation import DIALECT

    text = str(element.compile(dialect=DIALECT)).strip()
    lines = [line.rstrip().replace("\t", "    ") for line in text.splitlines()]
    return "\n".join(line for line in lines if line) + ";"


def _reason(error: psycopg.Error) -> str:
    """The server's sentence; without one, only the kind: psycopg's own might quote the URL."""
    return error.diag.message_primary or f"no connection ({type(error).__name__})"
