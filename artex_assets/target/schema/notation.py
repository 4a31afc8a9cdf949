"""The words in which the target's tables are written down, and the names that Rails gives.

Importing this imports SQLAlchemy. `METADATA` is empty until the three rooms are imported;
`declaration()` imports them.
"""

from hashlib import sha256
from importlib import import_module
from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Constraint,
    Date,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Numeric,
    String,
    Table,
    Text,
    TextClause,
    text,
)
from sqlalchemy.dialects.postgresql import JSON, TIMESTAMP, dialect
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeEngine

ROOMS = ("application", "active_storage", "solid")

# The constructor has no types in SQLAlchemy.
DIALECT: Dialect = dialect()  # type: ignore[no-untyped-call]
"""In which DDL is written; it needs no driver and no connection."""

BIGINT = BigInteger()
BOOLEAN = Boolean()
BYTEA = LargeBinary()
DATE = Date()
INTEGER = Integer()
JSON_TEXT = JSON()
MONEY = Numeric(8, 2)
DEGREES = Numeric(10, 6)
TEXT = Text()
TIME = TIMESTAMP(precision=6)
TIME_WITHOUT_PRECISION = TIMESTAMP()
VARCHAR = String()
VARCHAR_2048 = String(2048)


def _index_name(index: Index, table: Table) -> str:
    """`index_TABLE_on_COLUMN_and_COLUMN`. None is so long that Rails would shorten it."""
    return f"index_{table.name}_on_{'_and_'.join(column.name for column in index.columns)}"


def _foreign_key_name(constraint: Constraint, table: Table) -> str:
    """`fk_rails_` and ten digits of a digest of table and column."""
    # Only these constraints have columns, and only these get here.
    (column,) = constraint.columns  # type: ignore[attr-defined]
    return f"fk_rails_{sha256(f'{table.name}_{column.name}_fk'.encode()).hexdigest()[:10]}"


METADATA = MetaData(
    naming_convention={
        "rails_index": _index_name,
        "rails_foreign_key": _foreign_key_name,
        "ix": "%(rails_index)s",
        "fk": "%(rails_foreign_key)s",
        "pk": "%(table_name)s_pkey",
    }
)


def declaration() -> MetaData:
    """Every table of the target, with its indexes and foreign keys."""
    for room in ROOMS:
        import_module(f"{__package__}.{room}")
    return METADATA


def table(name: str, *items: Column[Any] | Index) -> Table:
    """A table of the target: its columns in order, then its indexes."""
    return Table(name, METADATA, *items)


def identifier() -> Column[int]:
    """`id bigserial primary key`."""
    return Column("id", BIGINT, primary_key=True)


def required(name: str, type_: TypeEngine[Any], *, default: str | None = None) -> Column[Any]:
    """A NOT NULL column. `default` is SQL: `0`, `'watching'`, `true`."""
    return Column(name, type_, nullable=False, server_default=_sql(default))


def optional(name: str, type_: TypeEngine[Any], *, default: str | None = None) -> Column[Any]:
    """A column that may be NULL. `default` is SQL: `0`, `'{}'`, `false`."""
    return Column(name, type_, server_default=_sql(default))


def reference(name: str, to: str) -> Column[int]:
    """A required foreign key to the id of table `to`."""
    return Column(name, BIGINT, ForeignKey(f"{to}.id"), nullable=False)


def optional_reference(name: str, to: str) -> Column[int]:
    """A foreign key to the id of table `to` that may be NULL."""
    return Column(name, BIGINT, ForeignKey(f"{to}.id"))


def part_of(name: str, to: str) -> Column[int]:
    """A required foreign key to the id of table `to`, whose deletion deletes the row."""
    return Column(name, BIGINT, ForeignKey(f"{to}.id", ondelete="CASCADE"), nullable=False)


def created() -> Column[Any]:
    """`created_at`, as every table of Rails has it."""
    return required("created_at", TIME)


def updated() -> Column[Any]:
    """`updated_at`, as most tables of Rails have it."""
    return required("updated_at", TIME)


def index(*columns: str, name: str | None = None) -> Index:
    """An index; without a name, by the name that Rails gives it."""
    return Index(name, *columns)


def unique(*columns: str, name: str | None = None) -> Index:
    """A unique index; without a name, by the name that Rails gives it."""
    return Index(name, *columns, unique=True)


def trigram_index(column: str, *, name: str) -> Index:
    """The index behind a search for any part of a text; it needs the extension pg_trgm."""
    return Index(name, column, postgresql_using="gin", postgresql_ops={column: "gin_trgm_ops"})


def expression_index(expression: str, *, name: str) -> Index:
    """An index of an SQL expression."""
    return Index(name, text(expression))


def _sql(default: str | None) -> TextClause | None:
    return None if default is None else text(default)
