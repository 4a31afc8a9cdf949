"""A target on a real server, with legacy rows to load into it, for tests of loads and checks."""

import uuid
from collections.abc import Iterator
from contextlib import closing, contextmanager
from typing import Any, LiteralString

import polars as pl
import psycopg
import pytest
from psycopg import sql

from artex_assets.checks.finding import Finding
from artex_assets.checks.table import check
from artex_assets.database.connection import Connection, connected
from artex_assets.embedded.postgres import EmbeddedPostgres
from artex_assets.errors import TargetError
from artex_assets.tables.declaration import Rules
from artex_assets.tables.discovery import discover, legacy_tables
from artex_assets.target import migration_schema
from artex_assets.target.load import Loaded, load
from artex_assets.target.schema import create
from artex_assets_tests.frames import legacy_frame

Row = dict[str, Any]


class Migration:
    """Legacy rows by legacy table, to be changed by the test, and the target that they go to."""

    def __init__(self, url: str, connection: Connection) -> None:
        self.url = url
        self.connection = connection
        self.rules = Rules(migration_date=migration_schema.ensure(connection))
        self.legacy: dict[str, list[Row]] = {name: [] for name in legacy_tables()}

    def frames(self) -> dict[str, pl.DataFrame]:
        return {
            name: legacy_frame(contract, self.legacy[name])
            for name, contract in legacy_tables().items()
        }

    def load(self, *names: str, run: str = "run") -> dict[str, Loaded]:
        """Loads the tables named, or all, in order."""
        frames = self.frames()
        return {
            name: load(self.connection, table, frames, self.rules, run)
            for name, table in discover().items()
            if not names or name in names
        }

    def findings(self, name: str) -> dict[str, Finding]:
        table = discover()[name]
        found = check(self.connection, table, self.frames()[table.source.name], self.rules)
        return {finding.name: finding for finding in found}

    def failing(self) -> dict[str, list[str]]:
        """The checks that fail, as `table check`, with the keys that they name."""
        return {
            f"{name} {finding.name}": finding.offenders["key"].to_list()
            for name in discover()
            for finding in self.findings(name).values()
            if not finding.passed
        }

    def execute(self, query: LiteralString, *values: Any) -> None:
        self.connection.execute(query, values or None)

    def rows(self, query: LiteralString, *values: Any) -> list[tuple[Any, ...]]:
        return self.connection.execute(query, values or None).fetchall()

    def column(self, query: LiteralString, *values: Any) -> list[Any]:
        return [row[0] for row in self.rows(query, *values)]

    def value(self, query: LiteralString, *values: Any) -> Any:
        (only,) = self.column(query, *values)
        return only

    def quarantine(self) -> dict[str, tuple[str, str | None]]:
        """Reason and root cause of each quarantined row, by `table key`."""
        lines = self.rows(
            "SELECT table_name, key, other_key, reason, cause FROM artex_migration.quarantine"
            " ORDER BY table_name, key, other_key, occurrence"
        )
        return {
            f"{table} {key}" + (f"-{other}" if other != 0 else ""): (reason, cause)
            for table, key, other, reason, cause in lines
        }

    def edits(self) -> dict[str, str]:
        """The state of each edited row, by `table key`."""
        lines = self.rows("SELECT table_name, key, state FROM artex_migration.edits")
        return {f"{table} {key}": state for table, key, state in lines}

    def records(self) -> dict[str, tuple[str | None, str | None, str]]:
        """Original, new value and code of each cell on record, by `table key column`."""
        lines = self.rows(
            "SELECT table_name, key, column_name, original, new, code FROM artex_migration.records"
        )
        return {f"{table} {key} {column}": tuple(rest) for table, key, column, *rest in lines}

    def versions(self) -> dict[str, list[Any]]:
        """Every row version of the target and of the migration schema, by table.

        A row that is written again has another xmin and ctid, also when it says the same.
        """
        tables = self.rows(
            "SELECT schemaname, tablename FROM pg_tables"
            " WHERE schemaname IN ('public', 'artex_migration')"
        )
        query = sql.SQL("SELECT t.xmin::text, t.ctid::text, t::text FROM {} AS t ORDER BY 2")
        return {
            f"{schema}.{table}": self.connection.execute(
                query.format(sql.Identifier(schema, table))
            ).fetchall()
            for schema, table in tables
        }


def small_legacy() -> dict[str, list[Row]]:
    """A row or two of everything."""
    return {
        "users": [
            {"id": 4, "email": "ada@example.org", "first_name": "Ada"},
            {"id": 7, "email": "bob@example.org", "first_name": "Bob"},
        ],
        "venues": [{"id": 5, "name": "The Fox", "city": "Oakland", "country": "US"}],
        "artists": [{"id": 1, "name": "Ann Lee"}, {"id": 2, "name": "Cy Roe"}],
        "bands": [{"id": 3, "name": "Owls"}],
        "series": [{"id": 6, "name": "Tour 1999"}],
        "artworks": [
            {
                "id": 8,
                "name": "Night",
                "band_id": 3,
                "venue_id": 5,
                "release_date": "1999-02-03",
                "original_price": 2500,
            },
            {"id": 9, "name": "Day", "release_date": "2001-02-03", "original_price": 4000},
        ],
        "artists_artworks": [
            {"artist_id": 1, "artwork_id": 8},
            {"artist_id": 2, "artwork_id": 9},
        ],
        "artworks_series": [{"artwork_id": 8, "series_id": 6}],
        "user_artworks": [
            {"id": 10, "user_id": 4, "artwork_id": 8, "condition": "Mint", "purchase_price": 3000},
            {"id": 11, "user_id": 7, "artwork_id": 9},
        ],
    }


@contextmanager
def copied(postgres: EmbeddedPostgres, template: str | None = None) -> Iterator[str]:
    """The name of a database of the test's own, a copy of `template`."""
    name = f"test_{uuid.uuid4().hex}"
    source = sql.Identifier(template or "template1")
    with closing(psycopg.connect(postgres.url("postgres"), autocommit=True)) as connection:
        connection.execute(
            sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(sql.Identifier(name), source)
        )
        yield name
        connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


@contextmanager
def opened(postgres: EmbeddedPostgres, template: str) -> Iterator[Migration]:
    """A migration into a copy of `template`."""
    with copied(postgres, template) as name:
        url = postgres.url(name)
        with connected(url, "tests", TargetError) as connection:
            yield Migration(url, connection)


@pytest.fixture(scope="session")
def template(postgres: EmbeddedPostgres) -> Iterator[str]:
    """The name of a database with the application's schema, to be copied for each test."""
    with copied(postgres) as name:
        create(postgres.url(name))
        with connected(postgres.url(name), "tests", TargetError) as connection:
            migration_schema.ensure(connection)
        yield name


@pytest.fixture(scope="session")
def migrated_template(postgres: EmbeddedPostgres, template: str) -> Iterator[str]:
    """The name of a database with a few rows of everything loaded, to be copied."""
    with copied(postgres, template) as name:
        with connected(postgres.url(name), "tests", TargetError) as connection:
            first = Migration(postgres.url(name), connection)
            first.legacy.update(small_legacy())
            first.load()
        yield name


@pytest.fixture
def empty_migration(postgres: EmbeddedPostgres, template: str) -> Iterator[Migration]:
    """A target without rows, and no legacy rows yet."""
    with opened(postgres, template) as migration:
        yield migration


@pytest.fixture
def migration(empty_migration: Migration) -> Migration:
    """A target without rows, and a few legacy rows of everything."""
    empty_migration.legacy.update(small_legacy())
    return empty_migration


@pytest.fixture
def migrated(postgres: EmbeddedPostgres, migrated_template: str) -> Iterator[Migration]:
    """A few legacy rows of everything, and a target that they are loaded into."""
    with opened(postgres, migrated_template) as migration:
        migration.legacy.update(small_legacy())
        yield migration


@pytest.fixture(scope="module")
def kept_migration(postgres: EmbeddedPostgres, migrated_template: str) -> Iterator[Migration]:
    """The same for all tests of a module, which must leave it as it is."""
    with opened(postgres, migrated_template) as migration:
        migration.legacy.update(small_legacy())
        yield migration
