"""The load of artworks as posters, ours beside PostgreSQL's own COPY, dlt, and an ORM.

`python -m bench.tables` starts an embedded server in a folder of its own, makes a legacy database
of each size, and loads it with each tool into a new target that has all the application's indexes.
Ours converts, makes slugs, quarantines, records and writes the provenance; the others trust every
row. Its second run finds everything unchanged.
"""

import argparse
import statistics
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import psycopg
from rich.console import Console
from rich.table import Table

from artex_assets.embedded.postgres import binary
from bench.databases import Databases, serving
from bench.floor import COPY_IN, COPY_OUT
from bench.measure import Measured, run

ROUNDS = {1_000: 3, 100_000: 3, 1_000_000: 1}
ORM_AT = 1_000
FLOOR, OURS, AGAIN = "COPY | COPY, the floor", "ours, first load", "ours, unchanged"
DLT, ORM = "dlt", "ORM, row by row"
PEERS = Path(sys.prefix).parent / ".artex" / "bench" / "bin" / "python"


@dataclass(frozen=True)
class Loaded:
    """One load: what it took, and the bytes of WAL that the server wrote meanwhile."""

    measured: Measured
    written_ahead: int


def floor(legacy: str, target: str) -> Measured:
    """One psql into another; their memory is next to nothing."""
    pipe = '"$0" -qXc "$2" "$1" | "$0" -qXc "$4" "$3"'
    arguments = [str(binary("psql")), legacy, COPY_OUT, target, COPY_IN]
    return run(["bash", "-e", "-o", "pipefail", "-c", pipe, *arguments])


def child(module: str, python: str = sys.executable) -> Callable[[str, str], Measured]:
    """A load by a module of this folder in a process of its own."""
    return lambda legacy, target: run(
        [python, "-m", f"bench.{module}", legacy, target], reports=True
    )


def loads(
    databases: Databases, tools: Mapping[str, Callable[[str, str], Measured]]
) -> Iterator[tuple[str, Loaded]]:
    """Each tool's load into a target of its own, checked to be whole; and then ours once more."""
    for name, load in tools.items():
        target = databases.target(name.split()[0].strip(",").lower())
        yield name, _measured(databases, load, target)
        if name == OURS:
            # What the server does once for new rows on its own is not the second run's doing.
            with psycopg.connect(target, autocommit=True) as connection:
                connection.execute("VACUUM ANALYZE")
            yield AGAIN, _measured(databases, load, target)
        databases.drop(target)


def _measured(databases: Databases, load: Callable[[str, str], Measured], target: str) -> Loaded:
    before = databases.written_ahead()
    measured = load(databases.legacy, target)
    written = databases.written_ahead() - before
    with psycopg.connect(target) as connection:
        row = connection.execute("SELECT count(*), count(slug) FROM posters").fetchone()
    if row != (databases.artworks, databases.artworks):
        raise RuntimeError(f"{row} of {databases.artworks} rows and slugs are in the target.")
    return Loaded(measured, written)


def measure(sizes: Sequence[int], rounds: int | None, console: Console) -> None:
    """Loads each size with all tools in turns, and prints a table of each size."""
    with serving() as server:
        for artworks in sizes:
            databases = Databases(server, artworks)
            tools = {FLOOR: floor, OURS: child("ours")}
            if PEERS.exists():
                tools[DLT] = child("peer_dlt", str(PEERS))
            if artworks <= ORM_AT:
                tools[ORM] = child("peer_orm")
            loaded: dict[str, list[Loaded]] = {}
            for _ in range(rounds or ROUNDS.get(artworks, 1)):
                for name, one in loads(databases, tools):
                    loaded.setdefault(name, []).append(one)
            console.print(table(artworks, loaded))


def table(artworks: int, loaded: Mapping[str, list[Loaded]]) -> Table:
    """Medians of all rounds, and the ratio to the floor's."""
    shown = Table(title=f"{artworks:,} artworks → posters", title_justify="left")
    columns = ("load", "seconds", "rows/s", "× floor", "memory, MiB", "WAL, kB")
    for column in columns:
        shown.add_column(column, justify="left" if column == "load" else "right")
    medians = {
        name: statistics.median(one.measured.seconds for one in ones)
        for name, ones in loaded.items()
    }
    for name, seconds in medians.items():
        memory = max(one.measured.memory for one in loaded[name])
        shown.add_row(
            name,
            f"{seconds:.2f}",
            f"{artworks / seconds:,.0f}",
            f"{seconds / medians[FLOOR]:.2f}",
            "" if name == FLOOR else f"{memory:,.0f}",
            f"{max(one.written_ahead for one in loaded[name]) / 1000:,.1f}",
        )
    return shown


def main() -> None:
    """Reads the command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--artworks", type=int, nargs="+", default=list(ROUNDS), help="the sizes")
    parser.add_argument("--rounds", type=int, help="how often each size is loaded by each tool")
    arguments = parser.parse_args()
    console = Console()
    if not PEERS.exists():
        console.print("dlt is left out: `make bench` installs it.")
    measure(arguments.artworks, arguments.rounds, console)


if __name__ == "__main__":
    main()
