"""A pg_dump of the legacy database, restored into a scratch database on the embedded server.

Only the expected tables are restored, and of them only columns, types and rows, in the schema
`public`: no code of the dump ever runs. The scratch database bears the backup's checksum, so that
the same file is restored once.
"""

import hashlib
import re
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
from psycopg import sql

from artex_assets.database.connection import Connection
from artex_assets.database.failures import described
from artex_assets.embedded.postgres import EmbeddedPostgres
from artex_assets.errors import BackupError
from artex_assets.legacy.dump import damaged, script
from artex_assets.legacy.script import Definitions, Rows, best_schema, read

SCRATCH_DATABASE = "artex_legacy"
UNFINISHED = f"{SCRATCH_DATABASE}_unfinished"


def restored(backup: Path, server: EmbeddedPostgres, tables: Collection[str]) -> str:
    """The URL of the scratch database that holds `tables` of `backup`.

    server: runs. Raises BackupError when the file is absent, no dump, truncated, damaged, newer than
    our pg_restore, or of another database. A scratch database of another backup is kept until this
    one is whole. Two at once: the second waits.
    """
    if not backup.exists():
        raise BackupError(f"There is no backup at {backup}.", next_step="Correct LEGACY_BACKUP.")
    try:
        with psycopg.connect(server.url("postgres"), autocommit=True) as connection:
            # One restore at a time: a second one waits, and then finds it done.
            connection.execute(
                "SELECT pg_advisory_lock(hashtextextended(%s, 0))", [SCRATCH_DATABASE]
            )
            contents = f"{checksum(backup)} {' '.join(sorted(tables))}"
            if _comment(connection) != contents:
                _drop(connection, UNFINISHED)  # what a restore left that was killed
                with script(backup, server.home) as stream:
                    _fill(backup, server, read(stream, definitions := Definitions()), definitions, tables, connection)
                _publish(connection, contents)
    except psycopg.Error as error:
        raise BackupError(
            f"The backup {backup.name} cannot be restored: the embedded server says "
            f"{described(error)}. The target was not touched.",
            next_step="Mend the cause, then run it again.",
        ) from None
    return server.url(SCRATCH_DATABASE)
