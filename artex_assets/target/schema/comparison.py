"""A real target beside the declaration: what is missing, and what is merely different.

`missing` refuses a run before it writes; `differences` informs. Neither alters anything.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from artex_assets.target.schema.catalog import TargetColumn, TargetTable

if TYPE_CHECKING:
    from sqlalchemy import Column, Index, Table

    from artex_assets.tables.declaration import Table as MigratedTable

WHOLE = frozenset({"smallint", "integer", "bigint"})
STRING = frozenset({"character varying", "text", "citext"})

WORKS: Mapping[str, frozenset[str]] = {
    "bigint": WHOLE,
    "integer": WHOLE,
    "numeric(8,2)": WHOLE | {"numeric", "double precision"},  # it holds whole cents
    "numeric(10,6)": frozenset({"numeric", "double precision"}),
    "character varying": STRING,
    "character varying(2048)": STRING,
    "text": STRING,
    # Not with time zone: what is written there would be read in the session's zone.
    "timestamp(6) without time zone": frozenset({"timestamp without time zone"}),
    "timestamp without time zone": frozenset({"timestamp without time zone"}),
    "date": frozenset({"date"}),
    "boolean": frozenset({"boolean"}),
    "json": frozenset({"json", "jsonb"}),
    "bytea": frozenset({"bytea"}),
}
"""Declared type → the types that can stand in its place, whatever their lengths.

Others would refuse the values, or give back something else: character(n) pads, real rounds cents.
"""


ATTACHED = ("active_storage_blobs", "active_storage_attachments")
"""The tables that the images are written to."""


@dataclass(frozen=True)
class Difference:
    """One way in which the target is not as declared.

    column: None for a table or an index. declared, actual: what each side says, in words or SQL.
    """

    table: str
    column: str | None
    kind: Literal["table", "column", "type", "nullable", "default", "index"]
    declared: str
    actual: str


def needed(tables: "Mapping[str, MigratedTable]") -> dict[str, list[str]]:
    """The columns that the loads of `tables` write, by table: what `missing` asks for."""
    return {
        name: list(dict.fromkeys((*table.key, *table.written))) for name, table in tables.items()
    }


def needed_by_images() -> dict[str, list[str]]:
    """The columns that the image sets write, by table: all of them. Imports SQLAlchemy."""
    return {name: [column.name for column in _declared()[name].columns] for name in ATTACHED}


def missing(actual: Mapping[str, TargetTable], needed: Mapping[str, Sequence[str]]) -> list[str]:
    """Why the target cannot take what will be written to it: a sentence each, none if it can.

    actual: what `read_tables` read. needed: table → every column that is written there; a column
    that the target fills in by itself need not be named. Named are absent tables and columns, types
    that cannot hold the values, and columns that cannot be written or cannot be left out; where a
    trigger may fill such a column in, only the load will tell. Lengths and the labels of enums are
    not looked at: they concern single values. Imports SQLAlchemy.
    """
    return [
        sentence
        for name, columns in needed.items()
        for sentence in _missing_of_table(name, actual.get(name), columns)
    ]


def differences(actual: Mapping[str, TargetTable]) -> list[Difference]:
    """Where the target is not as declared, table by table in the declaration's order.

    actual: what `read_tables` read of all `TABLES`. Tables, columns and indexes that only the
    target has are the application's business and no difference. Imports SQLAlchemy.
    """
    return [
        difference
        for table in _declared().values()
        for difference in _differences_of_table(table, actual.get(table.name))
    ]


def _missing_of_table(name: str, table: TargetTable | None, needed: Sequence[str]) -> Iterator[str]:
    if table is None:
        yield f"There is no table {name}."
        return
    declared = _declared().get(name)
    for column in needed:
        actual = table.columns.get(column)
        if actual is None:
            yield f"{name} has no column {column}."
        elif actual.generated:
            yield f"{name}.{column} is a generated column: nothing can be written to it."
        elif declared is not None and column in declared.columns:
            type_ = declared_type(declared.columns[column])
            # An enum holds some texts: which of the values, the load says of each row.
            is_enum = actual.labels is not None and "text" in WORKS[type_]
            if actual.data_type not in WORKS[type_] and not is_enum:
                yield f"{name}.{column} is {actual.data_type}, but what is written is {type_}."
    for column, actual in table.columns.items():
        filled = actual.nullable or _is_filled(actual) or table.fills_rows
        if column not in needed and not filled:
            yield (
                f"{name}.{column} is NOT NULL without a default, and nothing is written to it: "
                "every new row would be refused. Give it a default until the migration is over: "
                f'ALTER TABLE "{name}" ALTER COLUMN "{column}" SET DEFAULT …;'
            )


def _is_filled(column: TargetColumn) -> bool:
    """Whether the target puts something into the column when nothing is written to it."""
    return column.has_default or column.generated or column.identity is not None


def _differences_of_table(table: "Table", actual: TargetTable | None) -> Iterator[Difference]:
    if actual is None:
        yield Difference(table.name, None, "table", "a table", "none")
        return
    for declared in table.columns:
        column = actual.columns.get(declared.name)
        if column is None:
            yield Difference(table.name, declared.name, "column", declared_type(declared), "none")
        else:
            yield from _differences_of_column(table.name, declared, column)
    for index in sorted(_indexes(table) - actual.indexes):
        yield Difference(table.name, None, "index", index, "none")


def _differences_of_column(
    table: str, declared: "Column[object]", actual: TargetColumn
) -> Iterator[Difference]:
    has_default = declared.server_default is not None or declared.primary_key
    pairs: tuple[tuple[Literal["type", "nullable", "default"], str, str], ...] = (
        ("type", declared_type(declared), actual.full_type),
        ("nullable", _nullable(bool(declared.nullable)), _nullable(actual.nullable)),
        ("default", _default(has_default), _default(_is_filled(actual))),
    )
    for kind, ours, theirs in pairs:
        if ours != theirs:
            yield Difference(table, actual.name, kind, ours, theirs)


def _nullable(nullable: bool) -> str:
    return "NULL" if nullable else "NOT NULL"


def _default(has_default: bool) -> str:
    return "a default" if has_default else "no default"


def _declared() -> "Mapping[str, Table]":
    from artex_assets.target.schema.notation import declaration

    return {table.name: table for table in declaration().sorted_tables}


def declared_type(column: "Column[object]") -> str:
    """The declared type as PostgreSQL's format_type writes it: `character varying(2048)`."""
    from artex_assets.target.schema.notation import DIALECT

    text = column.type.compile(dialect=DIALECT).lower()
    return text.replace("varchar", "character varying").replace(", ", ",")


def _indexes(table: "Table") -> set[str]:
    """The declared indexes and the primary key, as `TargetTable.indexes` writes them."""
    keys = ", ".join(column.name for column in table.primary_key)
    return {index_text(index) for index in table.indexes} | (
        {f"unique ({keys})"} if keys else set()
    )


def index_text(index: "Index") -> str:
    """A declared index as `TargetTable.indexes` writes it: `unique (slug)`."""
    unique = "unique " if index.unique else ""
    using = index.dialect_options["postgresql"]["using"]
    method = f"{using} " if using else ""
    keys = ", ".join(getattr(key, "name", str(key)) for key in index.expressions)
    return f"{unique}{method}({keys})"
