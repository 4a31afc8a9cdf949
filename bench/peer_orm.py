"""The same rows by an object-relational mapper, one INSERT in one transaction a row.

`python -m bench.peer_orm LEGACY TARGET` reports its time without the start of Python. It is how
a script in the application would do it: find, build, save!.
"""

import sys
import time

from sqlalchemy import Engine, Row, create_engine, text
from sqlalchemy.ext.automap import AutomapBase, automap_base
from sqlalchemy.orm import Session

from bench.floor import COLUMNS, SELECT
from bench.measure import report


def main(legacy: str, target: str) -> None:
    """Reads what the floor reads, and saves a row at a time."""
    began = time.perf_counter()
    source, destination = (engine(url) for url in (legacy, target))
    base: AutomapBase = automap_base()
    base.prepare(destination)
    posters = base.classes.posters
    names = COLUMNS.split(", ")
    with source.connect() as reading, Session(destination) as session:
        rows: list[Row[tuple[object, ...]]] = list(reading.execute(text(SELECT)))
        for row in rows:
            session.add(posters(**dict(zip(names, row, strict=True))))
            session.commit()
    report(began)


def engine(url: str) -> Engine:
    """An engine that uses psycopg."""
    return create_engine(url.replace("postgresql://", "postgresql+psycopg://"))


if __name__ == "__main__":
    main(*sys.argv[1:])
