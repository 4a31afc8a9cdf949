"""A scaled legacy database and empty targets for it, on a server that is deleted again."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import polars as pl
import psycopg
from psycopg import sql

from artex_assets.database.connection import connected
from artex_assets.database.copy import copy_in
from artex_assets.embedded.postgres import EmbeddedPostgres
from artex_assets.errors import TargetError
from artex_assets.tables.declaration import Rules
from artex_assets.tables.discovery import discover
from artex_assets.target import migration_schema
from artex_assets.target.load import load
from artex_assets.target.schema import create
from data_fixtures.planted import FAULTS
from data_fixtures.planted.fault import plant
from data_fixtures.shape import SHAPES
from data_fixtures.tables import GENERATORS, SEED

SCHEMA = Path(__file__).parent.parent / "data_fixtures" / "schema.sql"
PARENTS = ("bands", "venues")


class Databases:
    """The legacy database of one size, and the targets that it is migrated to.

    The parents of the posters, bands and venues, are in every target already: what is measured is
    the way from artworks to posters alone.
    """

    def __init__(self, server: EmbeddedPostgres, artworks: int) -> None:
        self.server = server
        self.artworks = artworks
        self.legacy = server.url(self._create(f"legacy_{artworks}"))
        frames = self._fill_legacy()
        self._template = self._create(f"template_{artworks}")
        self._fill_template(frames)

    def target(self, name: str) -> str:
        """The URL of a new target without posters."""
        url = self.server.url(self._create(f"{name}_{self.artworks}", self._template))
        # What was written until now is not paid by who comes next.
        self._execute(sql.SQL("CHECKPOINT"))
        return url

    def drop(self, url: str) -> None:
        """Drops a target."""
        name = psycopg.conninfo.conninfo_to_dict(url)["dbname"]
        self._execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(str(name))))

    def written_ahead(self) -> int:
        """The bytes of WAL that the server has written so far."""
        with psycopg.connect(self.server.url("postgres")) as connection:
            row = connection.execute("SELECT pg_current_wal_insert_lsn() - '0/0'").fetchone()
        assert row is not None
        return int(row[0])

    def _create(self, name: str, template: str = "template0") -> str:
        self._execute(
            sql.SQL("CREATE DATABASE {} TEMPLATE {} STRATEGY file_copy").format(
                sql.Identifier(name), sql.Identifier(template)
            )
        )
        return name

    def _execute(self, statement: sql.SQL | sql.Composed) -> None:
        with psycopg.connect(self.server.url("postgres"), autocommit=True) as connection:
            connection.execute(statement)

    def _fill_legacy(self) -> dict[str, pl.DataFrame]:
        scale = -(-self.artworks // SHAPES["artworks"].rows)
        frames = {name: plant(name, GENERATORS[name](scale, SEED), FAULTS) for name in PARENTS}
        artworks = plant("artworks", GENERATORS["artworks"](scale, SEED), FAULTS)
        with psycopg.connect(self.legacy) as connection:
            connection.execute("SET client_min_messages TO warning")
            connection.execute(SCHEMA.read_bytes())
            for name, frame in {**frames, "artworks": artworks.head(self.artworks)}.items():
                copy_in(connection, sql.Identifier(name), frame.columns, frame)
        with psycopg.connect(self.legacy, autocommit=True) as connection:
            connection.execute("VACUUM ANALYZE")
        return frames

    def _fill_template(self, frames: dict[str, pl.DataFrame]) -> None:
        from artex_assets.legacy.snapshot import snapshot
        from artex_assets.tables.discovery import legacy_tables

        url = self.server.url(self._template)
        create(url)
        contracts = {name: legacy_tables()[name] for name in PARENTS}
        read = dict(snapshot(self.legacy, contracts))
        with connected(url, "bench", TargetError) as connection:
            rules = Rules(migration_date=migration_schema.ensure(connection))
            for name in PARENTS:
                load(connection, discover()[name], read, rules, "bench")
            connection.execute("VACUUM ANALYZE")


@contextmanager
def serving() -> Iterator[EmbeddedPostgres]:
    """A server with the settings of the embedded one."""
    with tempfile.TemporaryDirectory(prefix="artex-bench-") as folder:
        server = EmbeddedPostgres(Path(folder))
        server.start()
        try:
            yield server
        finally:
            server.stop()
