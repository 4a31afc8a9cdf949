"""A load that does not end leaves the table and the migration schema as they were."""

import psycopg
import pytest
from psycopg import sql

from artex_assets.database.connection import connected
from artex_assets.errors import TargetError
from artex_assets.tables.discovery import discover
from artex_assets.target.load import load
from artex_assets_tests.target.migration import Migration

REFUSE = """
    CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        RAISE EXCEPTION 'no more of %', NEW.email;
    END $$
"""

# The backend ends itself when the row comes, as when an operator or a failover ends it.
END_BACKEND = """
    CREATE FUNCTION end_backend() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        PERFORM pg_terminate_backend(pg_backend_pid());
        RETURN NEW;
    END $$
"""


def test_a_trigger_that_refuses_a_row_leaves_everything_as_it_was(migrated: Migration) -> None:
    migrated.execute(REFUSE)
    migrated.execute(
        "CREATE TRIGGER refuse BEFORE INSERT ON users FOR EACH ROW"
        " WHEN (NEW.id = 12) EXECUTE FUNCTION refuse()"
    )
    before = migrated.versions()
    migrated.legacy["users"][0]["first_name"] = "Grace"
    migrated.legacy["users"].append({"id": 12, "email": "canary@example.org"})
    with pytest.raises(TargetError, match="refused the rows of users") as raised:
        migrated.load("users")
    assert "canary" not in str(raised.value)
    assert migrated.versions() == before
    migrated.execute("DROP TRIGGER refuse ON users")
    loaded = migrated.load()
    assert (loaded["users"].inserted, loaded["users"].updated) == (1, 1)
    assert migrated.failing() == {}


@pytest.mark.parametrize("table", ["users", "artex_migration.provenance", "artex_migration.tables"])
def test_a_backend_that_ends_before_the_commit_leaves_everything_as_it_was(
    migration: Migration, table: str
) -> None:
    migration.execute(END_BACKEND)
    # Constraint triggers wait for the commit, so every statement of the load has been made.
    migration.connection.execute(
        sql.SQL(
            "CREATE CONSTRAINT TRIGGER end_backend AFTER INSERT ON {} DEFERRABLE INITIALLY DEFERRED"
            " FOR EACH ROW EXECUTE FUNCTION end_backend()"
        ).format(sql.Identifier(*table.split(".")))
    )
    before = migration.versions()
    with (
        pytest.raises(psycopg.OperationalError),
        connected(migration.url, "victim", TargetError) as victim,
    ):
        load(victim, discover()["users"], migration.frames(), migration.rules, "run")
    assert migration.versions() == before
    migration.connection.execute(
        sql.SQL("DROP TRIGGER end_backend ON {}").format(sql.Identifier(*table.split(".")))
    )
    assert migration.load()["users"].inserted == 2
    assert migration.failing() == {}


def test_a_connection_that_closes_in_the_middle_leaves_everything_as_it_was(
    migration: Migration, monkeypatch: pytest.MonkeyPatch
) -> None:
    from artex_assets.target import load as loading

    migration.load()
    before = migration.versions()
    migration.legacy["users"].append({"id": 12, "email": "eve@example.org"})

    def closed(connection: psycopg.Connection[object], *_: object) -> None:
        connection.close()

    monkeypatch.setattr(loading, "advance", closed)
    with (
        pytest.raises(psycopg.OperationalError),
        connected(migration.url, "victim", TargetError) as victim,
    ):
        load(victim, discover()["users"], migration.frames(), migration.rules, "run")
    assert migration.versions() == before


def test_a_target_without_a_table_or_column_is_refused_with_its_name(migration: Migration) -> None:
    migration.execute("ALTER TABLE users DROP COLUMN terms_version, DROP COLUMN admin")
    with pytest.raises(TargetError, match=r"no users\.admin, users\.terms_version"):
        migration.load("users")
    migration.execute("DROP TABLE artists_posters, user_posters, users CASCADE")
    with pytest.raises(TargetError, match="no user_posters, users"):
        migration.load("user_posters")


def test_a_column_that_only_the_target_requires_is_named_without_the_row(
    migration: Migration,
) -> None:
    migration.execute("ALTER TABLE users ADD COLUMN motto varchar NOT NULL")
    with pytest.raises(TargetError, match="column motto") as raised:
        migration.load("users")
    assert "example" not in str(raised.value)
