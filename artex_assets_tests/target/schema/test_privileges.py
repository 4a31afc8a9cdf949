"""A role that owns nothing: what it lacks is listed, and what is printed for the owner gives it."""

import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import psycopg
import pytest

from artex_assets import settings
from artex_assets.assets.target_schema import compared, refusal
from artex_assets.cli import schema
from artex_assets.database.connection import connected
from artex_assets.embedded.postgres import EmbeddedPostgres
from artex_assets.errors import LockedError, TargetError
from artex_assets.tables.discovery import discover
from artex_assets.target import lock, migration_schema
from artex_assets.target.schema import create, elsewhere
from artex_assets.target.schema.privileges import hints
from artex_assets_tests.target.migration import Migration, small_legacy

Connection = psycopg.Connection[tuple[object, ...]]


@dataclass
class Guest:
    """A role in a database of somebody else's, which has the application's schema."""

    role: str
    owner_url: str
    home: Path

    @property
    def url(self) -> str:
        return self.owner_url.replace("postgres@", f"{self.role}@")

    def as_owner(self, statements: str) -> None:
        with psycopg.connect(self.owner_url, autocommit=True) as connection:
            connection.execute(statements.replace("guest", self.role).encode())

    def given_all(self) -> None:
        """Runs what `artex schema` prints, as the owner would."""
        self.as_owner(self.printed()[1])

    def printed(self) -> tuple[int, str]:
        """What `artex schema` prints, and its exit status."""
        import contextlib
        import io

        chosen = settings.load(DATABASE_URL=self.url, ARTEX_HOME=self.home)
        with contextlib.redirect_stdout(io.StringIO()) as text:
            status = schema.show(chosen)
        return status, text.getvalue().replace(self.role, "guest")

    def refused(self) -> str | None:
        """Why a run of everything refuses, before it writes; None when it does not."""
        with connected(self.url, "tests", TargetError) as connection:
            found = compared(connection, discover(), images=True)
        if not found.lacking and not found.denied:
            return None
        return str(refusal(found.lacking, found.hints, found.denied)).replace(self.role, "guest")

    def loaded(self) -> Migration:
        """Loads as this role, then updates and adds something."""
        with connected(self.url, "tests", TargetError) as connection:
            migration = Migration(self.url, connection)
            migration.legacy.update(small_legacy())
            migration.load()
            migration.legacy["users"][0]["first_name"] = "Grace"
            migration.legacy["users"].append({"id": 400, "email": "new@example.org"})
            users = migration.load()["users"]
            assert (users.inserted, users.updated) == (1, 1)
            assert migration.failing() == {}
            return migration


@pytest.fixture
def guest(database: str, postgres: EmbeddedPostgres, tmp_path: Path) -> Iterator[Guest]:
    role = f"guest_{uuid.uuid4().hex[:12]}"
    create(database)
    with psycopg.connect(database, autocommit=True) as connection:
        connection.execute(f"CREATE ROLE {role} LOGIN".encode())
        name = connection.info.dbname
        connection.execute(
            f"REVOKE ALL ON DATABASE {name} FROM PUBLIC; GRANT CONNECT ON DATABASE {name} TO {role}"
            .encode()
        )  # fmt: skip
    yield Guest(role, database, tmp_path / "home")
    with psycopg.connect(database, autocommit=True) as connection:
        connection.execute(f"DROP OWNED BY {role}; DROP ROLE {role}".encode())


def test_the_owner_lacks_nothing(database: str) -> None:
    create(database)
    with connected(database, "tests", TargetError) as connection:
        assert compared(connection, discover(), images=True).denied == []


def test_what_a_role_lacks_is_listed_before_anything_is_written(guest: Guest) -> None:
    said = guest.refused()
    assert said is not None
    for lacking in (
        "SELECT, INSERT, UPDATE on public.posters;",
        "SELECT, UPDATE on public.posters_id_seq;",
        "SELECT, INSERT, UPDATE on public.posters_series;",
        "SELECT, INSERT, UPDATE on public.active_storage_attachments;",
        "SELECT on public.poster_slug_redirects;",
        "TEMPORARY on the database",
        "CREATE on the database, for the schema artex_migration.",
        "`artex schema` prints what the database's owner has to run. Nothing was written.",
    ):
        assert lacking in said
    assert "search_analytics" not in said
    assert guest.printed()[0] == 2


def test_the_statements_that_are_printed_give_all_that_a_load_needs(guest: Guest) -> None:
    guest.given_all()
    assert guest.printed()[0] == 0
    assert guest.refused() is None
    migration = guest.loaded()
    with psycopg.connect(guest.owner_url) as owner:
        # It owns its evidence, and still nothing of the application.
        owned = owner.execute(
            "SELECT DISTINCT schemaname FROM pg_tables WHERE tableowner = %s", [guest.role]
        ).fetchall()
    assert owned == [("artex_migration",)]
    assert migration.url == guest.url


def test_they_create_the_new_table_for_a_role_that_may_not(guest: Guest) -> None:
    guest.as_owner("DROP TABLE external_sales")
    assert "external_sales" in (guest.refused() or "")
    guest.given_all()
    assert guest.printed()[0] == 0
    guest.loaded()


def test_the_evidence_that_another_role_made_is_opened_by_them_too(guest: Guest) -> None:
    guest.given_all()
    with connected(guest.owner_url, "tests", TargetError) as connection:
        connection.execute("DROP SCHEMA artex_migration")
        migration_schema.ensure(connection)
    said = guest.refused()
    assert said is not None
    assert "USAGE on the schema artex_migration" in said
    assert (
        "SELECT, INSERT, UPDATE, DELETE on artex_migration.accepted, artex_migration.edits" in said
    )
    guest.given_all()
    guest.loaded()


def test_without_them_a_load_says_who_has_to_make_its_schema(guest: Guest) -> None:
    with (
        connected(guest.url, "tests", TargetError) as connection,
        pytest.raises(TargetError, match="`artex schema` prints what the database's owner"),
    ):
        migration_schema.ensure(connection)


REVOKED = [
    ("REVOKE UPDATE ON bands FROM guest", "UPDATE on public.bands"),
    ("REVOKE UPDATE ON SEQUENCE bands_id_seq FROM guest", "UPDATE on public.bands_id_seq"),
    ("REVOKE INSERT, SELECT ON users FROM guest", "SELECT, INSERT on public.users"),
    (
        "REVOKE INSERT ON active_storage_blobs FROM guest",
        "INSERT on public.active_storage_blobs",
    ),
    (
        "REVOKE DELETE ON artex_migration.edits FROM guest",
        "SELECT, INSERT, UPDATE, DELETE on artex_migration.edits",
    ),
    (
        "ALTER TABLE users ENABLE ROW LEVEL SECURITY;"
        "ALTER TABLE posters ENABLE ROW LEVEL SECURITY;"
        "CREATE POLICY everything ON posters USING (true) WITH CHECK (true)",
        "BYPASSRLS for public.users, public.posters, which row-level security guards",
    ),
]


@pytest.mark.parametrize(("statements", "lacking"), REVOKED)
def test_each_privilege_is_missed_alone_and_given_back(
    guest: Guest, statements: str, lacking: str
) -> None:
    guest.given_all()
    with connected(guest.url, "tests", TargetError) as connection:
        migration_schema.ensure(connection)
    # What the role made itself it could give itself again.
    guest.as_owner("REASSIGN OWNED BY guest TO postgres; GRANT ALL ON ALL TABLES IN SCHEMA"
                   " artex_migration TO guest; " + statements)  # fmt: skip
    assert guest.refused() == (
        f"The role of DATABASE_URL may not do what the migration does. It lacks: {lacking}. "
        "`artex schema` prints what the database's owner has to run. Nothing was written."
    )
    guest.given_all()
    assert guest.refused() is None
    guest.loaded()


def test_what_a_trigger_may_not_do_for_our_role_is_named_with_whom_to_ask(guest: Guest) -> None:
    guest.given_all()
    guest.as_owner(
        "CREATE TABLE audits (id bigint); CREATE FUNCTION audit() RETURNS trigger LANGUAGE plpgsql"
        " AS 'BEGIN INSERT INTO audits VALUES (NEW.id); RETURN NULL; END';"
        "CREATE TRIGGER audit AFTER INSERT ON users FOR EACH ROW EXECUTE FUNCTION audit()"
    )
    with pytest.raises(TargetError, match="rows of users: permission denied for table audits") as (
        refused
    ):
        guest.loaded()
    assert "in function audit" in refused.value.what
    assert "Let the owner of what is named allow our role" in refused.value.next_step
    guest.as_owner("GRANT INSERT ON audits TO guest")
    guest.loaded()


def test_who_holds_the_lock_is_named_to_a_role_that_may_not_see_what_others_do(
    guest: Guest, monkeypatch: pytest.MonkeyPatch
) -> None:
    guest.given_all()
    monkeypatch.setattr(lock, "WAIT", "50ms")
    with (
        connected(guest.owner_url, "artex_assets users 1a2b3c4d", TargetError) as holder,
        holder.transaction(),
        lock.locked(holder, "first"),
    ):
        pid = holder.info.backend_pid
        named = rf"lock: artex_assets users 1a2b3c4d \(server process {pid}\)\. Wait"
        with pytest.raises(LockedError, match=named):
            guest.loaded()
    guest.loaded()


def test_tables_out_of_reach_are_named_with_the_way_to_them(guest: Guest) -> None:
    guest.given_all()
    guest.as_owner("CREATE SCHEMA app; ALTER TABLE bands SET SCHEMA app")
    said = guest.refused()
    assert said is not None
    assert "There is no table bands." in said
    assert "let its owner run GRANT USAGE ON SCHEMA app TO guest;" in said
    guest.as_owner("GRANT USAGE ON SCHEMA app TO guest")
    said = guest.refused()
    assert said is not None
    assert "options=-csearch_path%3Dapp" in said
    guest.as_owner("ALTER ROLE guest SET search_path = public, app")
    assert guest.refused() is None
    guest.loaded()


def test_tables_that_are_nowhere_give_no_hint(database: str) -> None:
    with connected(database, "tests", TargetError) as connection:
        assert hints(connection, elsewhere(connection, ["bands"])) == []
