"""Targets that lack external_sales or a part of it: what is found lacking, and what adding does."""

from collections.abc import Iterator
from typing import LiteralString

import psycopg
import pytest
from psycopg import sql

from artex_assets.errors import LockedError, TargetError
from artex_assets.target import lock
from artex_assets.target.lock import locked
from artex_assets.target.schema import TABLES, create, ddl, differences, read_tables
from artex_assets.target.schema.catalog import ForeignKey, read_foreign_keys
from artex_assets.target.schema.completion import complete, gap

Connection = psycopg.Connection[tuple[object, ...]]

NAME = "external_sales"
POSTER = "INSERT INTO posters (id, name, created_at, updated_at) VALUES (1, 'Night', now(), now())"

GAPS: list[tuple[LiteralString, list[str]]] = [
    ("", []),
    ("DROP TABLE external_sales", ["table external_sales"]),
    (
        "ALTER TABLE external_sales DROP notes, DROP verified_by;"
        "DROP INDEX index_external_sales_on_sale_date",
        [
            "column external_sales.verified_by",
            "column external_sales.notes",
            "index external_sales (sale_date)",
        ],
    ),
    (
        "ALTER TABLE external_sales DROP CONSTRAINT fk_rails_95335725f5",
        ["foreign key external_sales (poster_id) to posters"],
    ),
    (
        "ALTER TABLE external_sales DROP poster_id",
        [
            "column external_sales.poster_id",
            "index external_sales (poster_id)",
            "foreign key external_sales (poster_id) to posters",
        ],
    ),
    ("ALTER TABLE external_sales DROP id", ["column external_sales.id"]),
    (
        "ALTER INDEX index_external_sales_on_verified RENAME TO external_sales_1;"
        "ALTER TABLE external_sales RENAME CONSTRAINT fk_rails_95335725f5 TO external_sales_2;"
        "ALTER TABLE external_sales ADD buyer text, ALTER notes TYPE varchar(9),"
        " ALTER sale_price TYPE bigint",
        [],
    ),
]

# What the catalog says of everything but external_sales. Its foreign key puts two triggers of
# PostgreSQL's own on posters.
CATALOG: tuple[LiteralString, ...] = (
    "SELECT oid, relname, relkind, relfilenode, relowner, relacl::text, reloptions FROM pg_class"
    " WHERE relname NOT LIKE '%external_sales%' AND relnamespace <> 'pg_toast'::regnamespace",
    "SELECT attrelid, attname, atttypid, atttypmod, attnotnull, attnum, attacl::text"
    " FROM pg_attribute JOIN pg_class ON attrelid = pg_class.oid"
    " WHERE relname NOT LIKE '%external_sales%' AND relnamespace <> 'pg_toast'::regnamespace",
    "SELECT pg_attrdef.oid, pg_get_expr(adbin, adrelid) FROM pg_attrdef"
    " WHERE adrelid::regclass::text <> 'external_sales'",
    "SELECT oid, conname, pg_get_constraintdef(oid) FROM pg_constraint"
    " WHERE conrelid::regclass::text <> 'external_sales'",
    "SELECT oid, extname FROM pg_extension",
    "SELECT oid, nspname, nspacl::text FROM pg_namespace",
    "SELECT oid, proname FROM pg_proc",
    "SELECT xmin::text, ctid::text, id FROM posters",
)


def catalog(connection: Connection) -> list[list[tuple[object, ...]]]:
    return [sorted(connection.execute(query), key=str) for query in CATALOG]


@pytest.fixture
def target(database: str) -> Iterator[Connection]:
    """A target as it is declared, with a poster."""
    create(database)
    with psycopg.connect(database, autocommit=True) as connection:
        connection.execute(POSTER)
        yield connection


def test_what_is_lacking_is_added_and_nothing_else_is_touched(
    target: Connection, subtests: pytest.Subtests
) -> None:
    before = catalog(target)
    for statements, parts in GAPS:
        with subtests.test(statements), target.transaction(force_rollback=True):
            target.execute(statements)
            kept = read_tables(target, [NAME]).get(NAME)
            assert gap(target, NAME).parts() == parts
            assert complete(target, NAME).parts() == parts
            assert gap(target, NAME).empty
            assert complete(target, NAME).empty
            assert catalog(target) == before
            after = read_tables(target, [NAME])[NAME]
            if kept is not None:
                assert kept.columns.items() <= after.columns.items()
                assert kept.indexes <= after.indexes
    assert differences(read_tables(target, TABLES)) == []


def test_a_table_that_was_made_whole_or_by_parts_is_as_declared(target: Connection) -> None:
    declared = read_tables(target, [NAME])[NAME]
    assert read_foreign_keys(target, NAME) == {ForeignKey(("poster_id",), "posters")}
    made: tuple[LiteralString, ...] = (
        "DROP TABLE external_sales",
        "DROP TABLE external_sales; CREATE TABLE external_sales ()",
    )
    for statements in made:
        with target.transaction(force_rollback=True):
            target.execute(statements)
            complete(target, NAME)
            assert read_tables(target, [NAME])[NAME] == declared
            assert differences(read_tables(target, TABLES)) == []
            row = target.execute(
                "INSERT INTO external_sales (poster_id, sale_price, transaction_type, sale_date,"
                " created_at, updated_at) VALUES (1, 100, 'sale', now(), now(), now())"
                " RETURNING id, verified"
            ).fetchone()
            assert row == (1, False)


def test_the_statements_are_the_script_that_does_it(target: Connection) -> None:
    target.execute("ALTER TABLE external_sales DROP notes, DROP poster_id")
    statements = gap(target, NAME).statements()
    assert statements == [
        "ALTER TABLE external_sales ADD COLUMN poster_id BIGINT NOT NULL;",
        "ALTER TABLE external_sales ADD COLUMN notes TEXT;",
        "CREATE INDEX index_external_sales_on_poster_id ON external_sales (poster_id);",
        "ALTER TABLE external_sales ADD CONSTRAINT fk_rails_95335725f5 "
        "FOREIGN KEY(poster_id) REFERENCES posters (id);",
    ]
    target.execute("\n".join(statements).encode())
    assert gap(target, NAME).empty


def test_asking_for_alterations_leaves_the_declaration_as_it_is(target: Connection) -> None:
    before = ddl([NAME])
    target.execute("ALTER TABLE external_sales DROP CONSTRAINT fk_rails_95335725f5")
    assert len(gap(target, NAME).statements()) == 1
    assert ddl([NAME]) == before
    assert "FOREIGN KEY" in before[0]


def test_without_posters_nothing_is_created_and_they_are_named(target: Connection) -> None:
    target.execute("DROP TABLE external_sales; DROP TABLE posters CASCADE")
    with pytest.raises(TargetError, match="refers to posters, which the target does not have") as e:
        complete(target, NAME)
    assert "application's own migrations" in e.value.next_step
    assert read_tables(target, [NAME]) == {}


def test_a_role_that_may_not_create_is_told_so(target: Connection) -> None:
    role = sql.Identifier(f"reader_{target.info.dbname}"[:63])
    target.execute(sql.SQL("CREATE ROLE {}").format(role))
    statements: tuple[LiteralString, ...] = (
        "DROP INDEX index_external_sales_on_verified",
        "DROP TABLE external_sales",
    )
    told = []
    try:
        for statement in statements:
            target.execute(statement)
            target.execute(sql.SQL("SET ROLE {}").format(role))
            with pytest.raises(TargetError, match="may not create what is missing") as raised:
                complete(target, NAME)
            target.execute("RESET ROLE")
            told.append(raised.value)
        assert "must be owner of table external_sales" in told[0].what
        assert "permission denied for schema public" in told[1].what
        assert "artex schema --rails" in told[1].next_step
        assert read_tables(target, [NAME]) == {}
    finally:
        target.execute("RESET ROLE")
        target.execute(sql.SQL("DROP ROLE {}").format(role))


def test_rows_that_would_contradict_are_named_without_their_values_and_stay(
    target: Connection,
) -> None:
    target.execute(
        "INSERT INTO external_sales (poster_id, sale_price, transaction_type, sale_date,"
        " created_at, updated_at) VALUES (1, 31415, 'sale', now(), now(), now());"
        "ALTER TABLE external_sales DROP sale_date, DROP notes"
    )
    with pytest.raises(TargetError, match=r"has rows already.*column sale_date") as raised:
        complete(target, NAME)
    assert "31415" not in str(raised.value)
    assert len(gap(target, NAME).parts()) == 3  # the notes were not added either
    target.execute("ALTER TABLE external_sales ADD sale_date date NOT NULL DEFAULT '2020-01-01'")
    complete(target, NAME)
    assert target.execute("SELECT sale_price, notes FROM external_sales").fetchall() == [
        (31415, None)
    ]


def test_a_name_that_something_else_has_is_an_error_and_nothing_is_left(target: Connection) -> None:
    target.execute(
        "DROP TABLE external_sales;"
        "CREATE INDEX index_external_sales_on_verified ON posters (edition_size)"
    )
    with pytest.raises(TargetError, match=r"still lacks index external_sales \(verified\)"):
        complete(target, NAME)
    assert read_tables(target, [NAME]) == {}


def test_while_a_load_holds_the_lock_its_holder_is_named(
    target: Connection, database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    target.execute("DROP TABLE external_sales")
    monkeypatch.setattr(lock, "WAIT", "100ms")
    with (
        psycopg.connect(database, application_name="a load") as other,
        other.transaction(),
        locked(other, "other"),
        pytest.raises(LockedError, match="a load"),
    ):
        complete(target, NAME)
