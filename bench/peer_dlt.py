"""The same rows by dlt, into the same table with the same indexes, the slug made in SQL.

`python -m bench.peer_dlt LEGACY TARGET` runs with the Python that has dlt, and reports its time
without the start of Python. It reads by SQLAlchemy into Arrow and loads CSV by COPY, which is the
fastest way that dlt has for PostgreSQL.
"""

import os
import sys
import tempfile
import time
from urllib.parse import quote

from bench.floor import COLUMNS, SELECT
from bench.measure import report


def main(legacy: str, target: str) -> None:
    """Extracts, normalizes and loads in one pipeline run."""
    import dlt
    import sqlalchemy
    from dlt.sources.sql_database import sql_table

    began = time.perf_counter()
    engine = sqlalchemy.create_engine(legacy.replace("postgresql://", "postgresql+psycopg2://"))
    with engine.begin() as connection:
        names = ", ".join(COLUMNS.split(", "))
        connection.execute(sqlalchemy.text(f"CREATE OR REPLACE VIEW posters ({names}) AS {SELECT}"))
    with tempfile.TemporaryDirectory(prefix="artex-bench-") as folder:
        pipeline = dlt.pipeline(
            "bench",
            destination=dlt.destinations.postgres(credentials(target)),
            dataset_name="public",
            pipelines_dir=folder,
        )
        posters = sql_table(
            engine,
            table="posters",
            backend="pyarrow",
            chunk_size=50_000,
            write_disposition="append",
        )
        pipeline.run(posters, loader_file_format="csv").raise_on_failed_jobs()
    report(began)


def credentials(url: str) -> dict[str, str]:
    """What dlt wants apart: it knows no sockets, but passes a quoted host on, and no absence."""
    import psycopg2.extensions

    parts = psycopg2.extensions.parse_dsn(url)
    return {
        "drivername": "postgresql",
        "database": parts["dbname"],
        "username": parts["user"],
        "password": "nobody asks for it",
        "host": quote(parts["host"], safe=""),
        "port": parts.get("port", "5432"),
    }


if __name__ == "__main__":
    os.environ["RUNTIME__DLTHUB_TELEMETRY"] = "false"
    main(*sys.argv[1:])
