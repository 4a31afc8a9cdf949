"""A pg_dump of the legacy database, restored into a scratch database on the embedded server.

Only the expected tables' definitions and data are restored: no owners, privileges, functions or
triggers. The scratch database bears the backup's checksum, so that the same file is restored once.
"""

import hashlib
import re
import subprocess
import tempfile
from collections.abc import Collection
from pathlib import Path

import psycopg
from psycopg import sql

from artex_assets.embedded.postgres import EmbeddedPostgres, binary
from artex_assets.errors import BackupError

SCRATCH_DATABASE = "artex_legacy"

# The parts of a dump that a table's definition may need, and that hold no code.
TYPES = ("TYPE", "DOMAIN")

# `12; 1259 16385 TABLE DATA public users owner`
_ENTRY = re.compile(r"^\d+; \d+ \d+ (?P<kind>[A-Z][A-Z ]*[A-Z]) (?P<schema>\S+) (?P<name>\S+) ")


def restored(backup: Path, server: EmbeddedPostgres, tables: Collection[str]) -> str:
    """The URL of the scratch database that holds `tables` of `backup`.

    Raises BackupError when the file is absent, no dump, truncated, newer than our pg_restore, or of
    another database. A scratch database of another backup is kept until this one is whole.
    """
    if not backup.exists():
        raise BackupError(f"There is no backup at {backup}.", next_step="Correct LEGACY_BACKUP.")
    fingerprint = checksum(backup)
    with psycopg.connect(server.url("postgres"), autocommit=True) as connection:
        # One restore at a time: a second one waits, and then finds it done.
        connection.execute("SELECT pg_advisory_lock(hashtextextended(%s, 0))", [SCRATCH_DATABASE])
        if _fingerprint(connection) == fingerprint:
            return server.url(SCRATCH_DATABASE)
        entries = _entries(backup, tables)
        unfinished = f"{SCRATCH_DATABASE}_unfinished"
        _drop(connection, unfinished)
        connection.execute(
            sql.SQL("CREATE DATABASE {} TEMPLATE template0 ENCODING 'UTF8'").format(
                sql.Identifier(unfinished)
            )
        )
        try:
            _restore(backup, server.url(unfinished), entries, tables)
        except BackupError:
            _drop(connection, unfinished)
            raise
        _drop(connection, SCRATCH_DATABASE)
        connection.execute(
            sql.SQL("COMMENT ON DATABASE {} IS {}").format(
                sql.Identifier(unfinished), sql.Literal(fingerprint)
            )
        )
        connection.execute(
            sql.SQL("ALTER DATABASE {} RENAME TO {}").format(
                sql.Identifier(unfinished), sql.Identifier(SCRATCH_DATABASE)
            )
        )
    return server.url(SCRATCH_DATABASE)


def checksum(backup: Path) -> str:
    """The SHA-256 (hexadecimal) of a dump's file, or of all files of a directory dump."""
    files = [backup] if backup.is_file() else sorted(backup.rglob("*"))
    digest = hashlib.sha256()
    for file in files:
        if file.is_file():
            with file.open("rb") as opened:
                digest.update(hashlib.file_digest(opened, "sha256").digest())
    return digest.hexdigest()


def _fingerprint(connection: "psycopg.Connection[tuple[object, ...]]") -> str | None:
    row = connection.execute(
        "SELECT shobj_description(oid, 'pg_database') FROM pg_database WHERE datname = %s",
        [SCRATCH_DATABASE],
    ).fetchone()
    return str(row[0]) if row else None


def _drop(connection: "psycopg.Connection[tuple[object, ...]]", database: str) -> None:
    connection.execute(
        sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(database))
    )


def _entries(backup: Path, tables: Collection[str]) -> list[str]:
    """The lines of the dump's table of contents that are to be restored."""
    listing = _pg_restore(["--list", str(backup)], tables)
    chosen: list[str] = []
    defined: set[str] = set()
    filled: set[str] = set()
    for line in listing.splitlines():
        entry = _ENTRY.match(line)
        if entry is None:
            continue
        kind, name = entry["kind"], entry["name"]
        if kind in TYPES and entry["schema"] == "public":
            chosen.append(line)
        elif kind in ("TABLE", "TABLE DATA") and entry["schema"] == "public" and name in tables:
            chosen.append(line)
            (defined if kind == "TABLE" else filled).add(name)
    absent = sorted(set(tables) - defined)
    if absent:
        raise BackupError(
            f"The backup {backup.name} has no table {', '.join(absent)}.",
            next_step="See that it is a dump of The Art Exchange's whole database.",
        )
    empty = sorted(set(tables) - filled)
    if empty:
        raise BackupError(
            f"The backup {backup.name} has no data of {', '.join(empty)}.",
            next_step="Make the dump without --schema-only and --exclude-table-data.",
        )
    return chosen


def _restore(backup: Path, url: str, entries: list[str], tables: Collection[str]) -> None:
    with tempfile.NamedTemporaryFile("w", suffix=".list") as chosen:
        chosen.write("\n".join(entries) + "\n")
        chosen.flush()
        options = ["--no-owner", "--no-privileges", "--no-comments", "--exit-on-error"]
        _pg_restore([*options, "--use-list", chosen.name, "--dbname", url, str(backup)], tables)


def _pg_restore(arguments: list[str], tables: Collection[str]) -> str:
    done = subprocess.run(
        [binary("pg_restore"), *arguments], capture_output=True, text=True, check=False
    )
    if done.returncode == 0:
        return done.stdout
    raise BackupError(
        f"The backup {Path(arguments[-1]).name} cannot be read: "
        f"{_reason(done.stderr, tables)}. The target was not touched.",
        next_step="Make or copy the dump again (pg_dump --format=custom), with a PostgreSQL that is "
        "not newer than 18.",
    )


def _reason(stderr: str, tables: Collection[str]) -> str:
    """pg_restore's own sentence, without what it quotes from the data."""
    for line in stderr.splitlines():
        if "error:" in line:
            sentence = line.partition("error:")[2].strip().rstrip(".")
            return re.sub(
                r'"([^"]*)"',
                lambda quoted: quoted[0] if quoted[1] in tables else "a value",
                sentence,
            )
    return "pg_restore failed without saying why"
