"""Targets that lack something, and targets that merely differ."""

from collections.abc import Iterator

import psycopg
import pytest

from artex_assets.target.schema import (
    TABLES,
    Difference,
    TargetTable,
    create,
    differences,
    missing,
    read_tables,
)
from artex_assets.target.schema.comparison import WORKS, declared_type
from artex_assets.target.schema.notation import declaration

Connection = psycopg.Connection[tuple[object, ...]]

NEEDED = {
    "posters": ["id", "name", "slug", "original_price", "created_at", "updated_at"],
    "posters_series": ["poster_id", "series_id"],
}

MISSING: list[tuple[str, list[str]]] = [
    ("DROP TABLE posters_series", ["There is no table posters_series."]),
    ("DROP TABLE user_posters", []),
    ("ALTER TABLE posters DROP slug", ["posters has no column slug."]),
    ("ALTER TABLE posters DROP metadata_version", []),
    (
        "ALTER TABLE posters ALTER slug TYPE date USING NULL",
        ["posters.slug is date, but what is written is character varying."],
    ),
    (
        "DROP TABLE posters CASCADE; CREATE TABLE posters (id uuid PRIMARY KEY, name text)",
        [
            "posters.id is uuid, but what is written is bigint.",
            "posters has no column slug.",
            "posters has no column original_price.",
            "posters has no column created_at.",
            "posters has no column updated_at.",
        ],
    ),
    (
        "ALTER TABLE posters ALTER created_at TYPE timestamptz",
        [
            "posters.created_at is timestamp with time zone, "
            "but what is written is timestamp(6) without time zone."
        ],
    ),
    (
        "ALTER TABLE posters DROP slug, ADD slug text GENERATED ALWAYS AS (name) STORED",
        ["posters.slug is a generated column: nothing can be written to it."],
    ),
    (
        "ALTER TABLE posters ADD stock integer NOT NULL",
        [
            "posters.stock is NOT NULL without a default, and nothing is written to it: "
            "every new row would be refused. Give it a default until the migration is over: "
            'ALTER TABLE "posters" ALTER COLUMN "stock" SET DEFAULT …;'
        ],
    ),
    (
        "ALTER TABLE posters ADD stock integer NOT NULL;"
        "CREATE TRIGGER fill BEFORE INSERT ON posters FOR EACH ROW EXECUTE FUNCTION fill()",
        [],
    ),
    (
        "ALTER TABLE posters ADD stock integer NOT NULL;"
        "CREATE TRIGGER fill AFTER INSERT ON posters FOR EACH ROW EXECUTE FUNCTION fill();"
        "CREATE TRIGGER each BEFORE INSERT ON posters EXECUTE FUNCTION fill();"
        "CREATE TRIGGER change BEFORE UPDATE ON posters FOR EACH ROW EXECUTE FUNCTION fill();"
        "CREATE TRIGGER asleep BEFORE INSERT ON posters FOR EACH ROW EXECUTE FUNCTION fill();"
        "ALTER TABLE posters DISABLE TRIGGER asleep",
        [
            "posters.stock is NOT NULL without a default, and nothing is written to it: "
            "every new row would be refused. Give it a default until the migration is over: "
            'ALTER TABLE "posters" ALTER COLUMN "stock" SET DEFAULT …;'
        ],
    ),
    ("CREATE TYPE slug AS ENUM ('a'); ALTER TABLE posters ALTER slug TYPE slug USING NULL", []),
    (
        "CREATE TYPE slug AS ENUM ('1'); ALTER TABLE posters ALTER original_price TYPE slug"
        " USING NULL",
        ["posters.original_price is slug, but what is written is numeric(8,2)."],
    ),
    ("ALTER TABLE posters ADD stock integer NOT NULL DEFAULT 0", []),
    ("ALTER TABLE posters ADD stock integer NOT NULL GENERATED ALWAYS AS (1) STORED", []),
    ("ALTER TABLE posters ADD stock bigint GENERATED ALWAYS AS IDENTITY", []),
    ("ALTER TABLE posters ALTER name TYPE text, ALTER original_price TYPE bigint", []),
    ("ALTER TABLE posters ALTER name TYPE varchar(20)", []),
    ("ALTER TABLE users ADD stock integer NOT NULL", []),
]

DIFFERENT: list[tuple[str, list[Difference]]] = [
    ("DROP TABLE bands CASCADE", [Difference("bands", None, "table", "a table", "none")]),
    (
        "ALTER TABLE bands DROP website",
        [Difference("bands", "website", "column", "character varying", "none")],
    ),
    (
        "ALTER TABLE bands ALTER website TYPE varchar(40), ALTER website SET NOT NULL",
        [
            Difference("bands", "website", "type", "character varying", "character varying(40)"),
            Difference("bands", "website", "nullable", "NULL", "NOT NULL"),
        ],
    ),
    (
        "ALTER TABLE venues ALTER country DROP DEFAULT",
        [Difference("venues", "country", "default", "a default", "no default")],
    ),
    (
        "ALTER TABLE bands ALTER id DROP DEFAULT",
        [Difference("bands", "id", "default", "a default", "no default")],
    ),
    (
        "ALTER TABLE bands DROP CONSTRAINT bands_pkey CASCADE",
        [Difference("bands", None, "index", "unique (id)", "none")],
    ),
    (
        "DROP INDEX index_posters_on_slug, index_posters_on_name_trigram",
        [
            Difference("posters", None, "index", "gin (name)", "none"),
            Difference("posters", None, "index", "unique (slug)", "none"),
        ],
    ),
    (
        "DROP INDEX index_posters_on_release_year",
        [Difference("posters", None, "index", "(EXTRACT(year FROM release_date))", "none")],
    ),
    ("ALTER INDEX index_posters_on_slug RENAME TO another_name", []),
    ("CREATE TABLE carts (id bigint); ALTER TABLE bands ADD motto text", []),
    ("CREATE INDEX ON bands (website)", []),
]


@pytest.fixture
def target(database: str) -> Iterator[Connection]:
    create(database)
    with psycopg.connect(database) as connection:
        connection.execute(
            "CREATE FUNCTION fill() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'"
        )
        connection.commit()
        yield connection


def altered(connection: Connection, statements: str) -> dict[str, TargetTable]:
    """The tables of the target after some DDL, which is taken back."""
    with connection.transaction(force_rollback=True):
        connection.execute(statements.encode())
        return read_tables(connection, TABLES)


def test_a_target_as_declared_misses_nothing_and_does_not_differ(target: Connection) -> None:
    actual = altered(target, "")
    assert missing(actual, {name: list(table.columns) for name, table in actual.items()}) == []
    assert missing(actual, NEEDED) == []
    assert differences(actual) == []


def test_only_what_the_phase_needs_is_missed(target: Connection, subtests: pytest.Subtests) -> None:
    for statements, sentences in MISSING:
        with subtests.test(statements):
            assert missing(altered(target, statements), NEEDED) == sentences


def test_a_needed_table_outside_the_declaration_needs_only_its_columns() -> None:
    assert missing({}, {"notes": ["id"]}) == ["There is no table notes."]
    assert missing({"notes": TargetTable("notes", "public", {})}, {"notes": ["id"]}) == [
        "notes has no column id."
    ]


def test_every_declared_type_has_its_substitutes() -> None:
    types = {
        declared_type(column) for table in declaration().tables.values() for column in table.columns
    }
    assert types == set(WORKS)


def test_differences_are_told_and_additions_are_none(
    target: Connection, subtests: pytest.Subtests
) -> None:
    for statements, expected in DIFFERENT:
        with subtests.test(statements):
            assert differences(altered(target, statements)) == expected
