"""Canaries: what the demo's people wrote, and passwords, are nowhere but where they may be.

Looked for in everything that a whole migration printed, logged or told Dagster.
"""

import zlib
from collections.abc import Iterator
from pathlib import Path

import psycopg
from psycopg import sql

from artex_assets.embedded.postgres import DAGSTER_DATABASE
from artex_assets_tests.end_to_end.command import Artex

HELD_BACK = ("postgres/", "seaweedfs/", "snapshot/")
"""Below a home: data of servers, and snapshots, which are for their owner only."""


def personal(url: str) -> set[str]:
    """E-mail addresses, password hashes, full names, notes and verifiers of the legacy rows."""
    queries = (
        "SELECT trim(email) FROM users UNION SELECT lower(trim(email)) FROM users",
        "SELECT encrypted_password FROM users",
        "SELECT first_name || ' ' || last_name FROM users",
        "SELECT trim(note) FROM artworks UNION SELECT trim(notes) FROM user_artworks",
        "SELECT trim(verified_by) FROM transactions UNION SELECT trim(note) FROM transactions",
        "SELECT trim(address) FROM venues",
    )
    with psycopg.connect(url) as connection:
        found = {row[0] for query in queries for row in connection.execute(query)}
    # A note may be a single word that is anywhere, such as NULL.
    return {text for text in found if text and len(text) > 9 and "\n" not in text}


def told_to_dagster(artex: Artex) -> Iterator[tuple[str, str]]:
    """Every row of Dagster's storage, as text, by table."""
    with psycopg.connect(artex.url(DAGSTER_DATABASE)) as connection:
        tables = connection.execute(
            "SELECT tablename FROM pg_tables WHERE schemaname = 'public'"
        ).fetchall()
        for (table,) in tables:
            rows = connection.execute(sql.SQL("SELECT * FROM {}").format(sql.Identifier(table)))
            for row in rows:
                for value in row:
                    if isinstance(value, bytes):
                        yield table, zlib.decompress(value).decode()
                    else:
                        yield table, str(value)


def files(home: Path) -> Iterator[tuple[str, str]]:
    """Every file below a home that is not for data: logs, compute logs, pid files."""
    for path in home.rglob("*"):
        name = path.relative_to(home).as_posix()
        if path.is_file() and not name.startswith(HELD_BACK):
            yield name, path.read_bytes().decode(errors="replace")


def leaks(artex: Artex, canaries: set[str], *printed: str) -> set[str]:
    """Where a canary was found."""
    texts = [
        *(("printed", text) for text in printed),
        *told_to_dagster(artex),
        *files(artex.home),
    ]
    assert len(texts) > 100
    whole: dict[str, list[str]] = {}
    for place, text in texts:
        whole.setdefault(place, []).append(text)
    joined = {place: "\n".join(parts) for place, parts in whole.items()}
    return {place for place, text in joined.items() if any(word in text for word in canaries)}
