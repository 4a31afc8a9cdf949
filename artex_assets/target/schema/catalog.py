"""What a real target has, read from PostgreSQL's catalog without SQLAlchemy.

Tables are found as the application finds them: by bare name, through the search_path.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, LiteralString

from psycopg import Connection
from psycopg.rows import DictRow, dict_row

from artex_assets.target.schema.names import SOLID


@dataclass(frozen=True)
class TargetColumn:
    """A column of the target as it really is.

    data_type: PostgreSQL's own name without modifiers (`character varying`, `numeric`, `bigint`);
        of a domain, its base type; of an enum, its name.
    length: characters that a varchar(n) or char(n) holds; None is no limit.
    precision, scale: digits in all and after the point of a numeric(precision, scale), None is no
        limit; for times, precision is the decimals of a second, None is 6.
    nullable: whether NULL is accepted.
    has_default: whether an omitted value is filled in by DEFAULT, its own or its domain's.
    generated: GENERATED ALWAYS AS an expression; it cannot be written.
    identity: GENERATED … AS IDENTITY.
    sequence: of its DEFAULT or identity, else one that it owns; qualified and quoted for SQL.
    labels: what an enum can hold; None for every other type.
    """

    name: str
    data_type: str
    length: int | None = None
    precision: int | None = None
    scale: int | None = None
    nullable: bool = True
    has_default: bool = False
    generated: bool = False
    identity: Literal["always", "by default"] | None = None
    sequence: str | None = None
    labels: tuple[str, ...] | None = None

    @property
    def full_type(self) -> str:
        """The type with its modifiers: `character varying(255)`, `numeric(8,2)`."""
        if self.length is not None:
            return f"{self.data_type}({self.length})"
        if self.scale is not None:
            return f"{self.data_type}({self.precision},{self.scale})"
        if self.precision is not None:
            first, *rest = self.data_type.split(" ", 1)
            return " ".join([f"{first}({self.precision})", *rest])
        return self.data_type


@dataclass(frozen=True)
class TargetTable:
    """A table of the target as it really is.

    name: as the application says it. schema: where search_path finds it.
    columns: by name, in the table's order.
    unique_keys: the columns of the primary key, if any, then of every other unique index over whole
        columns and all rows, by index name. Partial and expression indexes are only in `indexes`.
    indexes: every valid index, the primary key's too, as `unique (slug)`, `(band_id, venue_id)`,
        `gin (name)`, with ` where …` behind a partial one.
    fills_rows: a trigger sees each new row before it is checked, and may fill in what is missing.
    """

    name: str
    schema: str
    columns: Mapping[str, TargetColumn]
    unique_keys: tuple[tuple[str, ...], ...] = ()
    indexes: frozenset[str] = frozenset()
    fills_rows: bool = False


@dataclass(frozen=True)
class ForeignKey:
    """Columns of a table that refer to the rows of table `to`, whatever the constraint's name."""

    columns: tuple[str, ...]
    to: str


# The wanted names that are tables. A view is none: nothing can be copied into it.
_FOUND = """
    found AS (
        SELECT wanted.name, wanted.place, class.oid, namespace.nspname AS schema
        FROM unnest(%(tables)s::text[]) WITH ORDINALITY AS wanted (name, place)
        JOIN pg_class AS class ON class.oid = to_regclass(quote_ident(wanted.name))
        JOIN pg_namespace AS namespace ON namespace.oid = class.relnamespace
        WHERE class.relkind IN ('r', 'p')
    )
"""

_ABSENT = f"""
    WITH {_FOUND}
    SELECT name FROM unnest(%(tables)s::text[]) AS name
    WHERE name NOT IN (SELECT name FROM found)
"""  # noqa: S608  made of constants

# The recursion walks from a domain to its base type. A domain's column has no modifier of its own,
# so the last step's counts. The sequence of a DEFAULT goes before one that the column merely owns.
# citext may be in a schema that search_path does not lead to; it is called by its bare name then.
_COLUMNS = f"""
    WITH RECURSIVE {_FOUND},
    typed (relation, number, type, modifier, required, has_default) AS (
        SELECT attrelid, attnum, atttypid, atttypmod, attnotnull, atthasdef
        FROM found JOIN pg_attribute ON attrelid = found.oid AND attnum > 0 AND NOT attisdropped
        UNION ALL
        SELECT relation, number, typbasetype, typtypmod,
            required OR typnotnull, has_default OR typdefault IS NOT NULL
        FROM typed JOIN pg_type ON pg_type.oid = type AND typtype = 'd'
    )
    SELECT found.name AS table, found.schema, attname AS name,
        CASE WHEN typname = 'citext' THEN typname ELSE format_type(type, NULL) END AS data_type,
        ARRAY(
            SELECT enumlabel::text FROM pg_enum WHERE enumtypid = type ORDER BY enumsortorder
        ) AS labels,
        typtype = 'e' AS is_enum,
        modifier, NOT required AS nullable, has_default, attgenerated <> '' AS generated,
        CASE attidentity WHEN 'a' THEN 'always' WHEN 'd' THEN 'by default' END AS identity,
        coalesce(
            (
                SELECT format('%%I.%%I', nspname, relname)
                FROM pg_attrdef
                JOIN pg_depend ON classid = 'pg_attrdef'::regclass AND objid = pg_attrdef.oid
                    AND refclassid = 'pg_class'::regclass
                JOIN pg_class ON pg_class.oid = refobjid AND relkind = 'S'
                JOIN pg_namespace ON pg_namespace.oid = relnamespace
                WHERE adrelid = relation AND adnum = number
                LIMIT 1
            ),
            pg_get_serial_sequence(format('%%I.%%I', found.schema, found.name), attname)
        ) AS sequence,
        EXISTS (
            SELECT FROM pg_trigger
            WHERE tgrelid = found.oid AND NOT tgisinternal AND tgenabled <> 'D'
                AND tgtype & 7 = 7 -- of each row, before, on INSERT
        ) AS fills_rows
    FROM found
    LEFT JOIN (
        typed
        JOIN pg_type ON pg_type.oid = type AND typtype <> 'd'
        JOIN pg_attribute ON attrelid = relation AND attnum = number
    ) ON relation = found.oid
    ORDER BY found.place, number
"""  # noqa: S608  made of constants

_INDEXES = f"""
    WITH {_FOUND}
    SELECT found.name AS table, amname AS method, indisunique AS is_unique,
        pg_get_expr(indpred, indrelid) AS predicate,
        ARRAY(
            SELECT pg_get_indexdef(indexrelid, place, true)
            FROM generate_series(1, indnkeyatts) AS place ORDER BY place
        ) AS keys,
        ARRAY(
            SELECT attname::text
            FROM unnest(indkey::int2[]) WITH ORDINALITY AS key (number, place)
            LEFT JOIN pg_attribute ON attrelid = indrelid AND attnum = number AND number <> 0
            WHERE key.place <= indnkeyatts ORDER BY key.place
        ) AS columns
    FROM found
    JOIN pg_index ON indrelid = found.oid AND indisvalid
    JOIN pg_class ON pg_class.oid = indexrelid
    JOIN pg_am ON pg_am.oid = relam
    ORDER BY found.place, indisprimary DESC, relname
"""  # noqa: S608  made of constants

_FOREIGN_KEYS = f"""
    WITH {_FOUND}
    SELECT referred.relname AS to,
        ARRAY(
            SELECT attname::text
            FROM unnest(conkey) WITH ORDINALITY AS key (number, place)
            JOIN pg_attribute ON attrelid = conrelid AND attnum = number
            ORDER BY key.place
        ) AS columns
    FROM found
    JOIN pg_constraint ON conrelid = found.oid AND contype = 'f'
    JOIN pg_class AS referred ON referred.oid = confrelid
"""  # noqa: S608  made of constants


def read_tables(connection: Connection[Any], tables: Sequence[str]) -> dict[str, TargetTable]:
    """Those of `tables` that the target has, by name; an absent one is not in the result.

    Needs PostgreSQL 12 or newer. Raises psycopg.Error when the connection fails.
    """
    columns: dict[str, dict[str, TargetColumn]] = {}
    schemas: dict[str, str] = {}
    fills_rows: dict[str, bool] = {}
    for row in _rows(connection, _COLUMNS, tables):
        schemas[row["table"]] = row["schema"]
        fills_rows[row["table"]] = row["fills_rows"]
        of_table = columns.setdefault(row["table"], {})
        if row["name"] is not None:
            of_table[row["name"]] = _column(row)
    unique_keys: dict[str, list[tuple[str, ...]]] = {}
    indexes: dict[str, set[str]] = {}
    for row in _rows(connection, _INDEXES, tables):
        indexes.setdefault(row["table"], set()).add(_index(row))
        if row["is_unique"] and row["predicate"] is None and None not in row["columns"]:
            unique_keys.setdefault(row["table"], []).append(tuple(row["columns"]))
    return {
        name: TargetTable(
            name=name,
            schema=schema,
            columns=columns[name],
            unique_keys=tuple(unique_keys.get(name, ())),
            indexes=frozenset(indexes.get(name, ())),
            fills_rows=fills_rows[name],
        )
        for name, schema in schemas.items()
    }


def read_foreign_keys(connection: Connection[Any], table: str) -> frozenset[ForeignKey]:
    """The foreign keys of `table`; none when the target does not have it."""
    rows = _rows(connection, _FOREIGN_KEYS, [table])
    return frozenset(ForeignKey(tuple(row["columns"]), row["to"]) for row in rows)


def elsewhere(connection: Connection[Any], absent: Sequence[str]) -> dict[str, bool]:
    """The schemas that have any of the tables `absent`, and whether our role may look into them.

    Such a schema is not in the search_path, or is left out of it as long as its use is not granted.
    """
    rows = connection.execute(
        """
        SELECT nspname, has_schema_privilege(pg_namespace.oid, 'USAGE')
        FROM pg_class JOIN pg_namespace ON pg_namespace.oid = relnamespace
        WHERE relname = ANY(%s) AND relkind IN ('r', 'p')
            AND nspname <> ALL(ARRAY['pg_catalog', 'information_schema', 'artex_migration'])
        GROUP BY pg_namespace.oid, nspname ORDER BY count(*) DESC, nspname
        """,
        [list(absent)],
    ).fetchall()
    return dict(rows)


def absent_tables(connection: Connection[Any], tables: Sequence[str]) -> list[str]:
    """Those of `tables` that the target does not have, in their order."""
    return [row["name"] for row in _rows(connection, _ABSENT, tables)]


def missing_solid_tables(connection: Connection[Any]) -> list[str]:
    """Those of the 13 Solid tables that the target does not have; a check fails, not the run."""
    return absent_tables(connection, SOLID)


def _rows(
    connection: Connection[Any], query: LiteralString, tables: Sequence[str]
) -> list[DictRow]:
    with connection.cursor(row_factory=dict_row) as cursor:
        cursor.execute(query, {"tables": list(dict.fromkeys(tables))})
        return cursor.fetchall()


def _column(row: DictRow) -> TargetColumn:
    """A column, its modifier decoded as PostgreSQL's own input functions encode it."""
    modifier = row["modifier"]
    length = precision = scale = None
    if modifier >= 0:
        match row["data_type"]:
            case "character varying" | "character":
                length = modifier - 4
            case "numeric":
                precision = (modifier - 4) >> 16 & 0xFFFF
                # Eleven bits with a sign: since PostgreSQL 15 a scale may be negative.
                scale = ((modifier - 4 & 0x7FF) ^ 1024) - 1024
            case type_ if type_.startswith("time"):
                precision = modifier
    return TargetColumn(
        name=row["name"],
        data_type=row["data_type"],
        length=length,
        precision=precision,
        scale=scale,
        nullable=row["nullable"],
        # The catalog keeps a generated column's expression where it keeps defaults.
        has_default=row["has_default"] and not row["generated"],
        generated=row["generated"],
        identity=row["identity"],
        sequence=row["sequence"],
        labels=tuple(row["labels"]) if row["is_enum"] else None,
    )


def _index(row: DictRow) -> str:
    unique = "unique " if row["is_unique"] else ""
    method = "" if row["method"] == "btree" else f"{row['method']} "
    predicate = f" where {row['predicate']}" if row["predicate"] else ""
    return f"{unique}{method}({', '.join(row['keys'])}){predicate}"
