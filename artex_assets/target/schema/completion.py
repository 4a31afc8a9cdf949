"""What a given target lacks of one declared table, and the statements that add just that.

The application owns its schema. Only `external_sales` comes with this migration, and of that only
what is not there is ever made: no column, index or constraint that exists is altered.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import psycopg

from artex_assets.database.failures import described
from artex_assets.errors import TargetError
from artex_assets.target.lock import locked
from artex_assets.target.schema.catalog import (
    ForeignKey,
    TargetTable,
    absent_tables,
    read_foreign_keys,
    read_tables,
)
from artex_assets.target.schema.comparison import index_text
from artex_assets.target.schema.creation import ddl, sql_text

if TYPE_CHECKING:
    from sqlalchemy import Column, ForeignKeyConstraint, Index, Table

HOLDER = "artex schema"


@dataclass(frozen=True)
class Gap:
    """What a target lacks of a declared table.

    whole: there is no such table; columns, indexes and foreign keys are then all of them.
    columns: in the declaration's order. indexes, foreign_keys: by name.
    """

    table: "Table"
    whole: bool
    columns: "tuple[Column[Any], ...]"
    indexes: "tuple[Index, ...]"
    foreign_keys: "tuple[ForeignKeyConstraint, ...]"

    @property
    def empty(self) -> bool:
        """Whether the target has the table as it is declared, or more."""
        return not (self.whole or self.columns or self.indexes or self.foreign_keys)

    @property
    def parents(self) -> tuple[str, ...]:
        """The tables that the lacking foreign keys refer to, which must be there before."""
        return tuple(dict.fromkeys(key.referred_table.name for key in self.foreign_keys))

    def parts(self) -> list[str]:
        """What is lacking, for a person: `table t`, or `column t.c`, `index t (c)` and so on."""
        name = self.table.name
        if self.whole:
            return [f"table {name}"]
        return [
            *(f"column {name}.{column.name}" for column in self.columns),
            *(f"index {name} {index_text(index)}" for index in self.indexes),
            *(
                f"foreign key {name} ({', '.join(key.column_keys)}) to {key.referred_table.name}"
                for key in self.foreign_keys
            ),
        ]

    def statements(self) -> list[str]:
        """The DDL that adds what is lacking, one PostgreSQL statement with its semicolon an item.

        Imports SQLAlchemy.
        """
        return ddl([self.table.name]) if self.whole else list(self._alterations())

    def _alterations(self) -> Iterator[str]:
        from sqlalchemy.schema import AddConstraint, CreateColumn, CreateIndex

        from artex_assets.target.schema.notation import DIALECT

        name = DIALECT.identifier_preparer.format_table(self.table)
        for column in self.columns:
            definition = str(CreateColumn(column).compile(dialect=DIALECT))
            key = " PRIMARY KEY" if column.primary_key else ""
            yield f"ALTER TABLE {name} ADD COLUMN {definition}{key};"
        for index in self.indexes:
            yield sql_text(CreateIndex(index))
        for foreign_key in self.foreign_keys:
            # Isolated, it would be left out of every later CREATE TABLE of this process.
            yield sql_text(AddConstraint(foreign_key, isolate_from_table=False))


def compare(
    name: str, actual: TargetTable | None, foreign_keys: frozenset[ForeignKey] = frozenset()
) -> Gap:
    """What is lacking of the declared table `name`, where the target has `actual` of it.

    Names of indexes and constraints do not matter, what they say does. Imports SQLAlchemy.
    """
    from artex_assets.target.schema.notation import declaration

    table = declaration().tables[name]
    columns = {} if actual is None else actual.columns
    indexes = frozenset() if actual is None else actual.indexes
    return Gap(
        table=table,
        whole=actual is None,
        columns=tuple(column for column in table.columns if column.name not in columns),
        indexes=tuple(
            sorted(
                (index for index in table.indexes if index_text(index) not in indexes),
                key=lambda index: str(index.name),
            )
        ),
        foreign_keys=tuple(
            sorted(
                (
                    key
                    for key in table.foreign_key_constraints
                    if ForeignKey(tuple(key.column_keys), key.referred_table.name)
                    not in foreign_keys
                ),
                key=lambda key: str(key.name),
            )
        ),
    )


def gap(connection: psycopg.Connection[Any], name: str) -> Gap:
    """What the target lacks of the declared table `name`. Reads the catalog only."""
    actual = read_tables(connection, [name]).get(name)
    return compare(name, actual, read_foreign_keys(connection, name))


def complete(connection: psycopg.Connection[Any], name: str) -> Gap:
    """Adds what the target lacks of table `name`, and returns what that was.

    All in one transaction under the target's lock, so that a refusal leaves the target as it was;
    a second call finds nothing to do. Raises TargetError when the target refuses it, LockedError
    when another run holds the lock.
    """
    with connection.transaction(), locked(connection, HOLDER):
        found = gap(connection, name)
        if absent := absent_tables(connection, found.parents):
            raise TargetError(
                f"{name} refers to {', '.join(absent)}, which the target does not have.",
                next_step="Run the application's own migrations on it first. Nothing was created.",
            )
        # "Already exists, skipping" is what we ask for, not news.
        connection.execute("SET LOCAL client_min_messages = warning")
        _execute(connection, name, found.statements())
        if left := gap(connection, name).parts():
            raise TargetError(
                f"The target still lacks {', '.join(left)}: something else has that name.",
                next_step="Rename what has it, then run it again. Nothing was created.",
            )
    return found


def _execute(connection: psycopg.Connection[Any], name: str, statements: Sequence[str]) -> None:
    try:
        for statement in statements:
            connection.execute(statement.encode())
    except psycopg.errors.InsufficientPrivilege as error:
        raise TargetError(
            f"The role of DATABASE_URL may not create what is missing of {name}: "
            f"{error.diag.message_primary}.",
            next_step="Run it as the role that runs the application's migrations, or add the files "
            "that `artex schema --rails` prints to the application. Nothing was created.",
        ) from None
    except psycopg.IntegrityError as error:
        raise TargetError(
            f"{name} has rows already, and they contradict what is to be added: "
            f"{described(error)}.",
            next_step="Add it by hand, with values for these rows: `artex schema` prints the DDL. "
            "Nothing was created.",
        ) from None
