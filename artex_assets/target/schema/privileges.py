"""What our role may do in the target, and the statements that its owner has to run for the rest.

A migration's role need own nothing. It is asked before anything is written, so that a load does not
end half-way for want of a sequence.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from psycopg import Connection

from artex_assets.target.schema.catalog import TargetTable

SCHEMA = "artex_migration"

Privileges = tuple[str, ...]

READ: Privileges = ("SELECT",)
WRITTEN: Privileges = ("SELECT", "INSERT", "UPDATE")
EVIDENCE: Privileges = ("SELECT", "INSERT", "UPDATE", "DELETE")
SEQUENCE: Privileges = ("SELECT", "UPDATE")
"""UPDATE is for setval and gives nextval, too."""


@dataclass(frozen=True)
class Denied:
    """Something that our role may not do.

    says: privileges and object, for a person. grant: the statement for the object's owner.
    """

    says: str
    grant: str


def denied(
    connection: Connection[Any],
    written: Iterable[TargetTable],
    read: Iterable[TargetTable],
    created: Iterable[str] = (),
) -> list[Denied]:
    """What our role lacks to load `written` and to read `read`; nothing for the owner.

    created: tables that are still to be created, by somebody else when our role may not. Reads the
    catalog only.
    """
    wanted = {table.name: (table, READ) for table in read}
    wanted |= {table.name: (table, WRITTEN) for table in written}
    names = _quoted(connection, [table for table, _ in wanted.values()])
    objects: dict[tuple[str, str], Privileges] = {}
    for name, (table, privileges) in zip(names, wanted.values(), strict=True):
        objects["TABLE", name] = privileges
        identity = table.columns.get("id")
        if privileges == WRITTEN and identity is not None and identity.sequence is not None:
            objects["SEQUENCE", identity.sequence] = SEQUENCE
    return [
        *_of_objects(connection, objects),
        *_of_new(connection, created),
        *_of_rows(connection, names),
        *_of_the_database(connection),
        *_of_the_evidence(connection),
    ]


def _of_objects(
    connection: Connection[Any], objects: Mapping[tuple[str, str], Privileges]
) -> list[Denied]:
    """objects: what is needed of each, by kind (TABLE or SEQUENCE) and quoted name."""
    asked = [(*each, privilege) for each, many in objects.items() for privilege in many]
    lacking: dict[tuple[str, str], list[str]] = {}
    for kind, name, privilege in connection.execute(
        """
        SELECT * FROM unnest(%s::text[], %s::text[], %s::text[]) AS asked (kind, name, privilege)
        WHERE NOT CASE kind WHEN 'TABLE' THEN has_table_privilege(name, privilege)
            ELSE has_sequence_privilege(name, privilege) END
        """,
        [list(column) for column in zip(*asked, strict=True)] if asked else [[], [], []],
    ).fetchall():
        lacking.setdefault((kind, name), []).append(privilege)
    role = _role(connection)
    return [
        Denied(
            f"{', '.join(privileges)} on {name}",
            f"GRANT {', '.join(privileges)} ON {kind} {name} TO {role};",
        )
        for (kind, name), privileges in lacking.items()
    ]


def _of_new(connection: Connection[Any], created: Iterable[str]) -> list[Denied]:
    """What our role needs of tables that somebody else has to create for it."""
    if _may(connection, "SELECT has_schema_privilege(current_schema(), 'CREATE')"):
        return []
    role = _role(connection)
    return [
        Denied(
            f"CREATE in the schema of {name}",
            f"GRANT {', '.join(WRITTEN)} ON {name} TO {role};\n"
            f"GRANT {', '.join(SEQUENCE)} ON SEQUENCE {name}_id_seq TO {role};",
        )
        for name in created
    ]


def _of_rows(connection: Connection[Any], names: Iterable[str]) -> list[Denied]:
    """Row-level security, whatever its policies: COPY writes to no table that has it for us."""
    guarded = connection.execute(
        "SELECT name FROM unnest(%s::text[]) AS name WHERE row_security_active(name)",
        [list(names)],
    ).fetchall()
    if not guarded:
        return []
    listed = ", ".join(name for (name,) in guarded)
    grant = f"ALTER ROLE {_role(connection)} BYPASSRLS;"
    return [Denied(f"BYPASSRLS for {listed}, which row-level security guards", grant)]


def _of_the_database(connection: Connection[Any]) -> list[Denied]:
    """Updates are staged in temporary tables."""
    if _may(connection, "SELECT has_database_privilege(current_database(), 'TEMPORARY')"):
        return []
    row = connection.execute("SELECT quote_ident(current_database())").fetchone()
    assert row is not None
    grant = f"GRANT TEMPORARY ON DATABASE {row[0]} TO {_role(connection)};"
    return [Denied(f"TEMPORARY on the database {row[0]}", grant)]


def _of_the_evidence(connection: Connection[Any]) -> list[Denied]:
    """The migration's own schema: to create it, or to write to the one that somebody else made."""
    role = _role(connection)
    ours = f"GRANT USAGE, CREATE ON SCHEMA {SCHEMA} TO {role};"
    if not _may(connection, "SELECT to_regnamespace(%s) IS NOT NULL", SCHEMA):
        if _may(connection, "SELECT has_database_privilege(current_database(), 'CREATE')"):
            return []
        says = f"CREATE on the database, for the schema {SCHEMA}"
        return [Denied(says, f"CREATE SCHEMA {SCHEMA};\n{ours}")]
    tables = connection.execute(
        """
        SELECT pg_class.oid, format('%%I.%%I', nspname, relname)
        FROM pg_class JOIN pg_namespace ON pg_namespace.oid = relnamespace
        WHERE nspname = %s AND relkind = 'r' ORDER BY relname
        """,
        [SCHEMA],
    ).fetchall()
    needed = ("USAGE",) if tables else ("USAGE", "CREATE")
    lacking = [
        each
        for each in needed
        if not _may(connection, "SELECT has_schema_privilege(%s, %s)", SCHEMA, each)
    ]
    found = [Denied(f"{', '.join(lacking)} on the schema {SCHEMA}", ours)] if lacking else []
    closed = [
        name
        for oid, name in tables
        if any(
            not _may(connection, "SELECT has_table_privilege(%s::oid, %s)", oid, each)
            for each in EVIDENCE
        )
    ]
    if closed:
        listed = ", ".join(EVIDENCE)
        grant = f"GRANT {listed} ON ALL TABLES IN SCHEMA {SCHEMA} TO {role};"
        found.append(Denied(f"{listed} on {', '.join(closed)}", grant))
    return found


def hints(connection: Connection[Any], schemas: Mapping[str, bool]) -> list[str]:
    """What to do about tables that are there, in schemas that our role does not get to.

    schemas: what `elsewhere` found.
    """
    role, found = _role(connection), []
    for schema, usable in schemas.items():
        name = _identifier(connection, schema)
        if not usable:
            found.append(
                f"The schema {schema} has tables of these names, and our role may not use it: "
                f"let its owner run GRANT USAGE ON SCHEMA {name} TO {role};"
            )
        else:
            found.append(
                f"The schema {schema} has tables of these names, and the search_path of this "
                f"connection does not lead there: run ALTER ROLE {role} SET search_path = {name}; "
                f"or put options=-csearch_path%3D{schema} behind the ? of DATABASE_URL."
            )
    return found


def _quoted(connection: Connection[Any], tables: Sequence[TargetTable]) -> list[str]:
    rows = connection.execute(
        "SELECT format('%%I.%%I', schema, name)"
        " FROM unnest(%s::text[], %s::text[]) WITH ORDINALITY AS t (schema, name, place)"
        " ORDER BY place",
        [[table.schema for table in tables], [table.name for table in tables]],
    ).fetchall()
    return [name for (name,) in rows]


def _role(connection: Connection[Any]) -> str:
    row = connection.execute("SELECT quote_ident(current_user)").fetchone()
    assert row is not None
    return str(row[0])


def _identifier(connection: Connection[Any], name: str) -> str:
    """Quoted only where it must be, as an engineer would write it."""
    row = connection.execute("SELECT quote_ident(%s)", [name]).fetchone()
    assert row is not None
    return str(row[0])


def _may(connection: Connection[Any], ask: str, *values: object) -> bool:
    row = connection.execute(ask.encode(), values or None).fetchone()
    return bool(row and row[0])
