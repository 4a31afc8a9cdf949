"""Makes the legacy database of the demo, the tests and the benchmarks.

    python -m data_fixtures.generate

writes `production_backup.dump` and what is said about it: `expected_outcome.json`,
`planted_faults.json` and the list in README.md. With --output only a backup is written. The rows of
the blobs have the true sizes and checksums of the demo's pictures, which are drawn for that. At
another scale or seed there are no pictures, and sizes and checksums are plausible.
"""

import os
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click
import polars as pl
import psycopg
from psycopg import sql

from artex_assets.embedded.postgres import EmbeddedPostgres, binary
from data_fixtures import evidence
from data_fixtures.pictures.catalog import demo_pictures
from data_fixtures.pictures.drawing import described, facts
from data_fixtures.tables import SEED, tables

FOLDER = Path(__file__).parent
BACKUP = FOLDER / "production_backup.dump"
DATABASE = "the_art_exchange_production"
CHUNK = 100_000
"""Rows that are in memory as CSV at once."""


def build(url: str, scale: int = 1, seed: int = SEED, drawn: pl.DataFrame | None = None) -> None:
    """Fills the empty database at `url` with the legacy schema and its rows, faults planted.

    `scale` is a factor on all numbers. `drawn` is what is true of the pictures' files, when there
    are any (`data_fixtures.pictures.drawing.facts`). The database must be empty; all is one
    transaction.
    """
    with psycopg.connect(url) as connection, connection.cursor() as cursor:
        cursor.execute("SET client_min_messages TO warning")
        cursor.execute((FOLDER / "schema.sql").read_bytes())
        for name, generated in tables(scale, seed):
            frame = generated
            if name == "active_storage_blobs" and drawn is not None:
                frame = described(generated, drawn)
            copy_in = sql.SQL("COPY {} ({}) FROM STDIN (FORMAT csv)").format(
                sql.Identifier(name), sql.SQL(", ").join(map(sql.Identifier, frame.columns))
            )
            with cursor.copy(copy_in) as copy:
                for rows in frame.iter_slices(CHUNK):
                    # Text is quoted and NULL is not: so '' and NULL stay apart.
                    copy.write(
                        rows.write_csv(
                            include_header=False, quote_style="non_numeric", null_value=""
                        )
                    )
            if "id" in frame.columns:
                last = sql.SQL("SELECT setval(pg_get_serial_sequence({}, 'id'), {})")
                cursor.execute(last.format(sql.Literal(name), sql.Literal(frame["id"].max())))
        cursor.execute((FOLDER / "indexes.sql").read_bytes())


def dump(url: str, path: Path) -> None:
    """Writes the database at `url` to `path` as pg_dump's custom format."""
    subprocess.run(
        [binary("pg_dump"), "--format=custom", f"--file={path}", f"--dbname={url}"], check=True
    )
    path.chmod(0o644)


@contextmanager
def throw_away_database() -> Iterator[str]:
    """The URL of an empty database on a server that is deleted afterwards."""
    with tempfile.TemporaryDirectory(prefix="artex_data_fixtures") as folder:
        server = EmbeddedPostgres(Path(folder))
        server.start()
        try:
            with psycopg.connect(server.url("postgres"), autocommit=True) as connection:
                connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(DATABASE)))
            yield server.url(DATABASE)
        finally:
            server.stop()


@click.command()
@click.option(
    "--scale",
    type=click.IntRange(min=1),
    default=1,
    show_default=True,
    help="Factor on all numbers; 1000 gives 773,000 artworks.",
)
@click.option("--seed", default=SEED, show_default=True, help="The same seed gives the same rows.")
@click.option(
    "--output",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Where to write the backup. Without it, the committed files are written anew.",
)
def main(scale: int, seed: int, output: Path | None) -> None:
    """Generate the legacy database of The Art Exchange and write its backup."""
    demo = (scale, seed) == (1, SEED)
    if output is None and not demo:
        raise click.UsageError("Another scale or seed than the committed backup's needs --output.")
    drawn = facts(demo_pictures()) if demo else None
    with throw_away_database() as url:
        build(url, scale, seed, drawn)
        dump(url, output or BACKUP)
    if output is None:
        evidence.write(FOLDER)
    click.echo(f"Wrote {os.path.relpath(output or BACKUP)}.")


if __name__ == "__main__":
    main()
