"""Dumps for the tests: of small databases made by hand, in every format of pg_dump."""

import subprocess
from collections.abc import Collection
from pathlib import Path
from typing import Any

import psycopg

from artex_assets.embedded.postgres import EmbeddedPostgres, binary
from artex_assets.legacy.backup import restored

CANARY = "canary-7c1f@example.org"
"""Stands for personal data: it must be in no error."""

TABLES = ["artworks", "users"]

PLAIN_TABLES = f"""
    CREATE TABLE users (id bigserial PRIMARY KEY, email varchar);
    CREATE TABLE artworks (id bigserial PRIMARY KEY, name varchar, price numeric(8,2));
    INSERT INTO users VALUES (1, '{CANARY}'), (2, ''), (3, NULL), (4, E'a\\tb\\n\\\\.\\n\\\\N');
    INSERT INTO artworks VALUES (1, 'Höhle', 1.50);
"""  # noqa: S608


def execute(url: str, statements: str) -> None:
    with psycopg.connect(url, client_encoding="UTF8") as connection:
        connection.execute(statements.encode())


def dump(url: str, path: Path, *options: str) -> Path:
    """`path`, where pg_dump wrote the database at `url`; in the custom format unless told."""
    target = ["--format=custom", f"--dbname={url}", f"--file={path}"]
    subprocess.run([binary("pg_dump"), *target, *options], check=True)
    return path


def restore(backup: Path, server: EmbeddedPostgres, tables: Collection[str]) -> str:
    """The URL of the scratch database, which stays until another backup is restored."""
    with restored(backup, server, tables) as url:
        return url


def ask(url: str, query: str) -> list[tuple[Any, ...]]:
    with psycopg.connect(url) as connection:
        return connection.execute(query.encode()).fetchall()


def databases(url: str) -> set[str]:
    """The names of all databases of the server at `url`."""
    return {name for (name,) in ask(url, "SELECT datname FROM pg_database")}
