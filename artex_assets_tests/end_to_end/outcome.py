"""What the demo must come to: the planted faults and the counts, compared with a real target."""

import json
from collections.abc import Mapping, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql
from psycopg.rows import dict_row

import data_fixtures
from data_fixtures.planted.fault import MIGRATION_DATE

FOLDER = Path(data_fixtures.__file__).parent
EXPECTED = json.loads((FOLDER / "expected_outcome.json").read_text())
ALL = tuple(EXPECTED["tables"])
CORE = tuple(name for name in ALL if name != "external_sales")
HELD_BACK = [line for line in EXPECTED["quarantined"] if line["table"] in CORE]
"""The quarantined rows of the core tables."""

SOURCES = {
    "posters": "artworks",
    "user_posters": "user_artworks",
    "external_sales": "transactions",
}
FAULTS = [
    fault
    for fault in json.loads((FOLDER / "planted_faults.json").read_text())
    if fault["table"] in {SOURCES.get(table, table) for table in ALL}
]
"""The planted faults that concern the tables."""

Cell = tuple[str, int, str]


class Target:
    """What is in some tables of a target, and on record of them, after the demo."""

    def __init__(self, url: str, tables: Sequence[str] = CORE) -> None:
        self.tables = tables
        with psycopg.connect(url, row_factory=dict_row) as connection:
            facts = connection.execute("SELECT name, value FROM artex_migration.facts").fetchall()
            self.date = {row["name"]: row["value"] for row in facts}["migration_date"]
            self.rows: dict[str, dict[int, dict[str, Any]]] = {}
            self.counts: dict[str, int] = {}
            for table in tables:
                rows = connection.execute(
                    sql.SQL("SELECT * FROM {}").format(sql.Identifier(table))
                ).fetchall()
                self.counts[table] = len(rows)
                self.rows[table] = {row["id"]: row for row in rows if "id" in row}
            self.stand = {
                row["table_name"]: row
                for row in connection.execute("SELECT * FROM artex_migration.tables").fetchall()
            }
            self.quarantined = {
                (row["table_name"], str(row["key"]), row["reason"])
                for row in connection.execute("SELECT * FROM artex_migration.quarantine").fetchall()
                if row["table_name"] in tables
            }
            self.records: dict[Cell, tuple[str, str | None, str | None]] = {
                (row["table_name"], row["key"], row["column_name"]): (
                    row["code"],
                    row["original"],
                    row["new"],
                )
                for row in connection.execute("SELECT * FROM artex_migration.records").fetchall()
                if row["table_name"] in tables
            }

    def expected_records(self) -> dict[Cell, tuple[str, str | None, str | None]]:
        """Every cell that the planted faults put on record."""
        return {
            (cell["table"], cell["id"], cell["column"]): (
                cell["change"],
                cell["original"],
                None if cell["value"] is None else str(self.value(cell)),
            )
            for fault in FAULTS
            for cell in fault["outcomes"]
            if cell["change"] and cell["table"] in self.tables
        }

    def value(self, cell: Mapping[str, Any]) -> Any:
        """What the cell must hold; a date as its ISO text."""
        return self.date if cell["value"] == MIGRATION_DATE else cell["value"]

    def actual(self, cell: Mapping[str, Any]) -> Any:
        """What the cell holds, as JSON would say it."""
        value = self.rows[cell["table"]][cell["id"]][cell["column"]]
        if isinstance(value, Decimal):
            return int(value) if value == value.to_integral() else float(value)
        return value.isoformat() if hasattr(value, "isoformat") else value

    def wrong(self) -> list[str]:
        """Every difference from what the demo must come to; a sentence each."""
        found = []
        for table in self.tables:
            counts = EXPECTED["tables"][table]
            stand = self.stand.get(table, {})
            for state, count in counts.items():
                have = stand.get("legacy_rows" if state == "legacy" else state)
                if have != count:
                    found.append(f"{table}: {state} {have}, not {count}")
            if self.counts[table] != counts["loaded"]:
                found.append(f"{table}: {self.counts[table]} rows")
        for fault in FAULTS:
            for cell in fault["outcomes"]:
                if cell["table"] in self.tables and self.actual(cell) != self.value(cell):
                    found.append(f"{cell['table']} {cell['id']} {cell['column']}")
        if self.records != self.expected_records():
            found.append("other cells are on record")
        planted = {(line["table"], line["key"], line["reason"]) for line in HELD_BACK}
        if self.quarantined != planted:
            found.append(f"quarantined: {self.quarantined}")
        return found


def versions(url: str) -> dict[str, list[tuple[str, str]]]:
    """The place and writing transaction of every row of the target, and each sequence's state."""
    tables = """
        SELECT schemaname, tablename FROM pg_tables
        WHERE schemaname IN ('public', 'artex_migration')
    """
    sequences = """
        SELECT sequencename, last_value::text FROM pg_sequences WHERE schemaname = 'public'
        ORDER BY sequencename
    """
    with psycopg.connect(url) as connection:
        found = {
            f"{schema}.{table}": connection.execute(
                sql.SQL("SELECT ctid::text, xmin::text FROM {} ORDER BY ctid").format(
                    sql.Identifier(schema, table)
                )
            ).fetchall()
            for schema, table in connection.execute(tables).fetchall()
        }
        return found | {"sequences": connection.execute(sequences).fetchall()}
