"""One load of the posters as a run makes it, from the legacy database to the evidence.

`python -m bench.ours LEGACY TARGET` reports its time without the start of Python.
"""

import sys
import tempfile
import time
from pathlib import Path

from artex_assets.database.connection import connected
from artex_assets.errors import TargetError
from artex_assets.legacy.snapshot import snapshot
from artex_assets.legacy.store import Folder, SnapshotStore
from artex_assets.tables.declaration import Rules
from artex_assets.tables.discovery import discover, legacy_tables
from artex_assets.target import migration_schema
from artex_assets.target.load import load
from bench.measure import report


def main(legacy: str, target: str) -> None:
    """Takes the snapshot, keeps it in files as Dagster's runs do, and loads the posters."""
    posters = discover()["posters"]  # imports what a run has imported when it gets here
    contracts = {name: legacy_tables()[name] for name in posters.reads}
    began = time.perf_counter()
    with tempfile.TemporaryDirectory(prefix="artex-bench-") as folder:
        store = SnapshotStore(Folder(Path(folder)))
        for name, frame in snapshot(legacy, contracts):
            store.write("bench", name, frame)
        del frame
        frames = {name: store.read(name, "bench") for name in posters.reads}
        with connected(target, "bench", TargetError) as connection:
            rules = Rules(migration_date=migration_schema.ensure(connection))
            load(connection, posters, frames, rules, "bench")
    report(began)


if __name__ == "__main__":
    main(*sys.argv[1:])
