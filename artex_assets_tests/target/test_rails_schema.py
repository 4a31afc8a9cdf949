"""A target that an application made and has been using for years, with all that grows in one."""

from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from artex_assets.assets.target_schema import compared
from artex_assets.database.connection import connected
from artex_assets.embedded.postgres import EmbeddedPostgres
from artex_assets.errors import TargetError
from artex_assets.tables.discovery import discover
from artex_assets_tests.target.migration import Migration, copied, small_legacy
from artex_assets_tests.target.test_sequences import insert_without_id

STRUCTURE = (Path(__file__).parent / "structure.sql").read_text()

SALES = [
    {"id": 31, "artwork_id": 8, "amount": 4000, "transaction_type": "Sale", "condition": "Mint"},
    {"id": 32, "artwork_id": 8, "amount": 5000, "transaction_type": "trade"},
]


@pytest.fixture(scope="module", params=["extensions", "public"])
def structure(postgres: EmbeddedPostgres, request: pytest.FixtureRequest) -> Iterator[str]:
    """The name of a database with that schema; the extensions are in a schema of this name."""
    made = STRUCTURE.replace("CREATE SCHEMA extensions;", "")
    with copied(postgres) as name:
        with psycopg.connect(postgres.url(name), autocommit=True) as connection:
            connection.execute(f"CREATE SCHEMA IF NOT EXISTS {request.param}".encode())
            connection.execute(
                made.replace("extensions.", f"{request.param}.")
                .replace("WITH SCHEMA extensions", f"WITH SCHEMA {request.param}")
                .encode()
            )
        yield name


@pytest.fixture
def rails(postgres: EmbeddedPostgres, structure: str) -> Iterator[Migration]:
    with copied(postgres, structure) as name:
        url = postgres.url(name)
        with connected(url, "tests", TargetError) as connection:
            migration = Migration(url, connection)
            migration.legacy.update(small_legacy())
            migration.legacy["transactions"] = [
                {**sale, "transaction_date": "2020-01-02"} for sale in SALES
            ]
            yield migration


def test_it_has_all_that_is_written(rails: Migration) -> None:
    found = compared(rails.connection, discover(), images=True)
    assert (found.lacking, found.denied) == ({}, [])


def test_everything_is_loaded_and_the_triggers_do_their_work(rails: Migration) -> None:
    loaded = rails.load()
    assert all(table.loaded == table.legacy == table.inserted for table in loaded.values())
    assert rails.failing() == {}
    assert rails.rows(
        "SELECT id, slug, release_year, searchable::text, sales_count FROM posters ORDER BY id"
    ) == [
        (8, "owls-the-fox-night-1999", 1999, "'night':1", 2),
        (9, "day-2001", 2001, "'day':1", 0),
    ]
    assert rails.rows("SELECT display_name, settings->>'theme' FROM users ORDER BY id") == [
        ("Ada ", "dark"),
        ("Bob ", "dark"),
    ]
    assert rails.rows(
        "SELECT auditable_type, auditable_id, action FROM audits ORDER BY auditable_type"
    ) == [("artists", None, "INSERT"), ("bands", 3, "INSERT")]
    assert rails.column("SELECT band FROM poster_catalog ORDER BY id") == ["Owls", None]
    assert rails.column("SELECT status::text FROM user_posters") == ["owned", "owned"]


def test_a_second_run_writes_nothing_and_sees_no_edit_in_what_the_triggers_did(
    rails: Migration,
) -> None:
    rails.load()
    before = rails.versions()
    loaded = rails.load(run="second")
    assert rails.versions() == before
    assert all(table.unchanged == table.loaded for table in loaded.values())


def test_what_changes_is_updated_through_the_triggers(rails: Migration) -> None:
    rails.load()
    rails.legacy["users"][0]["first_name"] = "Grace"
    rails.legacy["artworks"][0]["name"] = "Nightfall"
    rails.legacy["bands"][0]["name"] = "OWLS"
    rails.legacy["transactions"][1]["amount"] = 6000
    assert {name: table.updated for name, table in rails.load().items() if table.updated} == {
        "users": 1,
        "bands": 1,
        "posters": 1,
        "external_sales": 1,
    }
    assert rails.value("SELECT display_name FROM users WHERE id = 4") == "Grace "
    assert rails.value("SELECT lock_version FROM users WHERE id = 4") == 1
    assert rails.value("SELECT searchable::text FROM posters WHERE id = 8") == "'nightfall':1"
    before = rails.versions()
    rails.load()
    assert rails.versions() == before
    assert rails.failing() == {}


def test_an_insert_without_an_id_works_whatever_fills_it(rails: Migration) -> None:
    rails.load()
    rails.execute("ALTER TABLE posters ALTER searchable SET DEFAULT ''")
    for table, highest in (("bands", 3), ("posters", 9), ("venues", 5), ("artists_posters", 2)):
        rails.execute("SET session_replication_role = replica")
        assert insert_without_id(rails, table) == highest + 1


def test_rows_of_the_application_are_adopted_or_left(rails: Migration) -> None:
    rails.execute(
        """
        INSERT INTO users (id, email, admin, created_at, updated_at)
            VALUES (4, 'Admin@example.org', true, now(), now());
        INSERT INTO bands (id, name, created_at, updated_at)
            VALUES (3, 'Owls', '2015-01-01 12:00', '2015-01-01 12:00');
        INSERT INTO artists (id, name, created_at, updated_at)
            VALUES (70, 'ANN LEE', now(), now());
        INSERT INTO posters (id, name, slug, created_at, updated_at)
            OVERRIDING SYSTEM VALUE VALUES (70, 'x', 'day-2001', now(), now());
        INSERT INTO users (id, email, created_at, updated_at)
            VALUES (70, 'BOB@example.org', now(), now());
        """
    )
    loaded = rails.load()
    assert loaded["bands"].adopted == 1
    assert rails.quarantine() == {
        "artists 1": ("value_taken", None),
        "artists_posters 1-8": ("parent_quarantined", "artists 1: value_taken"),
        "user_posters 10": ("parent_quarantined", "users 4: id_taken"),
        "user_posters 11": ("parent_quarantined", "users 7: value_taken"),
        "users 4": ("id_taken", None),
        "users 7": ("value_taken", None),
    }
    assert rails.value("SELECT slug FROM posters WHERE id = 9") == "day-2001-1"


def test_a_label_that_an_enum_does_not_have_is_empty_until_it_has(rails: Migration) -> None:
    rails.legacy["user_artworks"][1]["condition"] = "Poor"
    rails.load()
    assert rails.records()["user_posters 11 condition"] == ("Poor", None, "value_not_held")
    finding = rails.findings("user_posters")["values_held"]
    assert not finding.passed
    reason = str(finding.offenders[0, 1])
    assert "unknown for the target" in reason
    assert "ALTER TYPE grading ADD VALUE" in reason
    rails.execute("ALTER TYPE grading ADD VALUE 'poor'")
    rails.load()
    assert rails.value("SELECT condition::text FROM user_posters WHERE id = 11") == "poor"
    assert rails.failing() == {}


def test_what_its_types_cannot_hold_is_on_record(rails: Migration) -> None:
    rails.legacy["artworks"][0]["edition_size"] = 40_000
    rails.legacy["venues"][0]["country"] = "USA"
    rails.legacy["user_artworks"][0]["edition_number"] = "one of very many, signed"
    rails.load()
    assert {cell for cell, (_, _, code) in rails.records().items() if code == "value_not_held"} == {
        "posters 8 edition_size",
        "venues 5 country",
        "user_posters 10 edition_number",
    }


@pytest.mark.parametrize(
    ("table", "statement", "named"),
    [
        (
            "users",
            "ALTER TABLE users ADD CONSTRAINT short_names CHECK (length(first_name) < 3)",
            "CheckViolation (table users, constraint short_names, SQLSTATE 23514)",
        ),
        (
            "venues",
            "SELECT",  # the domain refuses by itself
            "CheckViolation (type country_code, constraint country_code_form, SQLSTATE 23514)",
        ),
        (
            "user_posters",
            "CREATE UNIQUE INDEX one_each ON user_posters ((for_sale IS NULL)) WHERE user_id > 0",
            "UniqueViolation (table user_posters, constraint one_each, SQLSTATE 23505)",
        ),
        (
            "user_posters",
            "ALTER TABLE user_posters ADD CONSTRAINT quick EXCLUDE USING gist"
            " (daterange(purchase_date, NULL) WITH &&)",
            "ExclusionViolation (table user_posters, constraint quick, SQLSTATE 23P01)",
        ),
        (
            "artists",
            "CREATE CONSTRAINT TRIGGER late AFTER INSERT ON artists DEFERRABLE INITIALLY DEFERRED"
            " FOR EACH ROW EXECUTE FUNCTION refuse()",
            "RaiseException (in function refuse, SQLSTATE P0001)",
        ),
    ],
)
def test_a_constraint_that_refuses_is_named_and_the_whole_table_is_as_it_was(
    rails: Migration, table: str, statement: str, named: str
) -> None:
    rails.execute(
        "CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$"
        " BEGIN RAISE EXCEPTION 'not %', NEW.name; END $$"
    )
    rails.connection.execute(statement.encode())
    if table == "user_posters":
        rails.load("users", "venues", "bands", "posters")
    rails.legacy["venues"][0]["country"] = "us"
    before = rails.versions()
    with pytest.raises(TargetError) as raised:
        rails.load(table)
    assert str(raised.value).startswith(f"The target refused the rows of {table}: {named}.")
    for personal in ("Ada", "Bob", "example", "Ann Lee", "Oakland"):
        assert personal not in str(raised.value)
    assert rails.versions() == before


def test_an_update_that_a_trigger_leaves_out_is_noticed(rails: Migration) -> None:
    rails.load()
    rails.execute(
        "CREATE FUNCTION keep() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END';"
        "CREATE TRIGGER keep BEFORE UPDATE ON bands FOR EACH ROW EXECUTE FUNCTION keep()"
    )
    rails.legacy["bands"][0]["website"] = "http://owls.example"
    before = rails.versions()
    with pytest.raises(TargetError, match="wrote 0 of 1 rows"):
        rails.load("bands")
    assert rails.versions() == before


def test_a_value_that_a_trigger_changes_is_reported_as_edited_and_left(rails: Migration) -> None:
    rails.execute(
        "CREATE FUNCTION shout() RETURNS trigger LANGUAGE plpgsql AS"
        " 'BEGIN NEW.name := upper(NEW.name); RETURN NEW; END';"
        "CREATE TRIGGER shout BEFORE INSERT OR UPDATE ON venues"
        " FOR EACH ROW EXECUTE FUNCTION shout()"
    )
    rails.load()
    before = rails.versions()["public.venues"]
    rails.load()
    assert rails.edits() == {"venues 5": "edited"}
    assert rails.versions()["public.venues"] == before


def test_a_virtual_column_is_no_column_to_write(rails: Migration) -> None:
    if rails.connection.info.server_version < 180_000:
        pytest.skip("PostgreSQL has virtual columns since 18.")
    rails.execute(
        "ALTER TABLE bands ADD shout text GENERATED ALWAYS AS (upper(name)) VIRTUAL NOT NULL"
    )
    assert compared(rails.connection, discover(), images=True).lacking == {}
    rails.load()
    assert rails.value("SELECT shout FROM bands") == "OWLS"
