"""What is in a target after a run, and what must be in it after the difficult backup.

The expectations are those of `data_fixtures.difficult`, which are worked out by hand.
"""

import datetime
from collections import Counter
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

import psycopg
from psycopg import sql
from psycopg.rows import dict_row

from artex_assets.vocabulary import State
from data_fixtures.difficult import BLOBS, IMAGES, ROWS
from data_fixtures.difficult.evidence import SETS, target
from data_fixtures.difficult.image import SALE
from data_fixtures.difficult.row import Loaded, Merged, Outcome, Quarantined, Recorded
from data_fixtures.planted.fault import MIGRATION_DATE

LINKS = {
    "artists_posters": ("artist_id", "poster_id"),
    "posters_series": ("poster_id", "series_id"),
}
LEGACY_LINKS = {
    "artists_artworks": ("artist_id", "artwork_id"),
    "artworks_series": ("artwork_id", "series_id"),
}
TABLES = tuple(dict.fromkeys(target(row.table) for row in ROWS))
ATTACHMENTS, BLOB_ROWS = "active_storage_attachments", "active_storage_blobs"

Key = tuple[Any, Any]
Line = tuple[Any, ...]


class Actual:
    """What a target holds: cells as text, by table and key."""

    def __init__(self, url: str) -> None:
        with psycopg.connect(url, row_factory=dict_row) as connection:

            def lines(table: str, schema: str = "artex_migration") -> list[dict[str, Any]]:
                name = sql.Identifier(schema, table)
                return connection.execute(sql.SQL("SELECT * FROM {}").format(name)).fetchall()

            self.date = {line["name"]: line["value"] for line in lines("facts")}["migration_date"]
            self.rows = {
                (table, key_of(table, line)): {name: text(value) for name, value in line.items()}
                for table in (*TABLES, ATTACHMENTS, BLOB_ROWS)
                for line in lines(table, "public")
            }
            self.counts = {
                line["table_name"]: {
                    "legacy": line["legacy_rows"],
                    **{name: line[name] for name in ("loaded", "merged", "quarantined")},
                }
                for line in lines("tables")
            }
            held = lines("quarantine")
            self.quarantined = Counter(
                (line["table_name"], line["key"], line["other_key"], line["reason"], line["cause"])
                for line in held
            )
            self.kept_whole = [
                (line["table_name"], {name: text(value) for name, value in line["row"].items()})
                for line in (*held, *lines("merged"))
            ]
            self.merged = Counter(
                (
                    line["table_name"],
                    line["key"],
                    line["other_key"],
                    (line["into_key"], line["into_other_key"]),
                )
                for line in lines("merged")
            )
            self.records = {
                (line["table_name"], (line["key"], line["other_key"]), line["column_name"]): (
                    line["code"],
                    line["original"],
                    line["new"],
                )
                for line in lines("records")
            }
            self.images = Counter(
                (
                    line["image_set"],
                    line["attachment_id"],
                    line["state"],
                    line["reason"],
                    line["cause"],
                    line["warnings"],
                    line["source_verified"],
                )
                for line in lines("images")
            )
            self.edits = lines("edits")


class Expected:
    """What a target must hold after the backup, or after the mended one; dates are `date`."""

    def __init__(self, mended: bool, date: str) -> None:
        self.date = date
        self.rows: dict[tuple[str, Key], dict[str, str | None]] = {}
        self.counts: dict[str, dict[str, int]] = {}
        self.quarantined: Counter[Line] = Counter()
        self.kept_whole: list[tuple[str, dict[str, str | None]]] = []
        self.merged: Counter[Line] = Counter()
        self.records: dict[Line, tuple[str, str | None, str | None]] = {}
        self.images: Counter[Line] = Counter()
        for row in ROWS:
            outcome, cells = row.becomes(mended), row.cells(mended)
            if outcome is not None and cells is not None:
                self._row(target(row.table), row.table, cells, outcome)
        self._images(mended)

    def _row(self, table: str, legacy: str, cells: Mapping[str, Any], outcome: Outcome) -> None:
        counts = self.counts.setdefault(
            table, {"legacy": 0, "loaded": 0, "merged": 0, "quarantined": 0}
        )
        counts["legacy"] += 1
        counts[type(outcome).__name__.lower()] += 1
        key = tuple(cells[name] for name in LEGACY_LINKS.get(legacy, ("id",)))
        key = (*key, 0) if len(key) == 1 else key
        match outcome:
            case Loaded(cells=becomes):
                plain = {
                    name: cell.value if isinstance(cell, Recorded) else cell
                    for name, cell in becomes.items()
                }
                own = key_of(table, plain)
                self.rows[table, own] = {name: self.text(cell) for name, cell in plain.items()}
                for name, cell in becomes.items():
                    if isinstance(cell, Recorded):
                        said = (str(cell.change), cell.original, self.text(cell.value))
                        self.records[table, own, name] = said
            case Merged(into):
                self.merged[table, *key, into] += 1
                self.kept_whole.append((table, {name: text(cell) for name, cell in cells.items()}))
            case Quarantined(reason, cause):
                self.quarantined[table, *key, str(reason), cause] += 1
                self.kept_whole.append((table, {name: text(cell) for name, cell in cells.items()}))

    def _images(self, mended: bool) -> None:
        rows = [blob.mended if mended else blob.cells for blob in BLOBS]
        blobs = {row["id"]: row for row in rows if row is not None}
        for image in IMAGES:
            cells, became = image.cells(mended), image.becomes(mended)
            if cells is None or became is None:
                continue
            migrated = became.state is State.MIGRATED
            kind = str(cells["record_type"])
            self.images[
                SETS[kind],
                cells["id"] or 0,
                str(became.state),
                None if became.reason is None else str(became.reason),
                became.cause,
                became.warnings,
                became.verified if migrated else None,
            ] += 1
            if not migrated:
                continue
            attachment = {
                **cells,
                "name": became.name,
                "record_type": "ExternalSale" if kind == SALE else "Poster",
                **became.attachment,
            }
            blob = {**blobs[cells["blob_id"]], "service_name": "amazon", **became.blob}
            for table, row in ((ATTACHMENTS, attachment), (BLOB_ROWS, blob)):
                told = {name: self.text(cell) for name, cell in row.items()}
                self.rows.setdefault((table, (row["id"], 0)), told)
                for (of, column), (change, original) in became.records.items():
                    if of == table:
                        said = (str(change), original, told[column])
                        self.records[table, (row["id"], 0), column] = said

    def text(self, value: Any) -> str | None:
        """A cell of the target as text."""
        return text(value.replace(MIGRATION_DATE, self.date) if isinstance(value, str) else value)


def key_of(table: str, row: Mapping[str, Any]) -> Key:
    """The key of a row of the target, as the migration schema has it."""
    if table in LINKS:
        first, second = LINKS[table]
        return row[first], row[second]
    return row["id"], 0


def text(value: Any) -> str | None:
    """A value as PostgreSQL prints it, numbers without zeros at the end."""
    match value:
        case None | str():
            return value
        case bool():
            return "true" if value else "false"
        case Decimal() | float() if value == value:
            number = f"{Decimal(str(value)):f}"
            return number.rstrip("0").rstrip(".") if "." in number else number
        case datetime.datetime():
            # The application's columns have microseconds, and PostgreSQL prints no zeros.
            return str(value).rstrip("0") if value.microsecond else str(value)
        case _:
            return str(value)


def differences(actual: Actual, expected: Expected) -> Iterator[str]:
    """Every difference, a line each; columns that the migration does not write are left out."""
    for at in sorted(actual.rows.keys() | expected.rows.keys(), key=str):
        have, want = actual.rows.get(at), expected.rows.get(at)
        if have is None or want is None:
            yield f"{at} is {'not there' if have is None else 'there'}"
            continue
        for name in want:
            if have[name] != want[name]:
                yield f"{at} {name} is {short(have[name])}, not {short(want[name])}"
    for name in ("counts", "records", "quarantined", "merged", "images"):
        have_all, want_all = getattr(actual, name), getattr(expected, name)
        for at in sorted(have_all.keys() | want_all.keys(), key=str):
            if have_all.get(at) != want_all.get(at):
                yield f"{name}: {at} is {have_all.get(at)}, not {want_all.get(at)}"


def short(value: str | None) -> str:
    """A value that an assertion may show."""
    return repr(value) if value is None or len(value) < 100 else f"{len(value)} characters"


def versions(url: str) -> dict[str, dict[str, set[tuple[str, str]]]]:
    """The writing transaction and the place of every row of the target, by table and key.

    A row that is written again has others, also when it says the same.
    """
    found: dict[str, dict[str, set[tuple[str, str]]]] = {}
    with psycopg.connect(url) as connection:
        tables = connection.execute(
            "SELECT schemaname, tablename FROM pg_tables"
            " WHERE schemaname IN ('public', 'artex_migration')"
        ).fetchall()
        for schema, table in tables:
            rows = connection.execute(
                sql.SQL("SELECT xmin::text, ctid::text, to_jsonb(line) FROM {} AS line").format(
                    sql.Identifier(schema, table)
                )
            ).fetchall()
            by_key = found.setdefault(f"{schema}.{table}", {})
            for written_by, place, row in rows:
                by_key.setdefault(_identity(schema, table, row), set()).add((written_by, place))
    return found


def _identity(schema: str, table: str, row: Mapping[str, Any]) -> str:
    if schema == "artex_migration":
        first = row.get("table_name") or row.get("image_set") or row.get("name")
        names = ("attachment_id",) if "attachment_id" in row else ("key", "other_key")
        return " ".join([str(first), *(str(row[name]) for name in names if name in row)])
    return " ".join(map(str, key_of(table, row))) if table in (*TABLES, *AS_TABLES) else str(row)


AS_TABLES = (ATTACHMENTS, BLOB_ROWS)


def written(
    before: Mapping[str, Mapping[str, set[tuple[str, str]]]],
    after: Mapping[str, Mapping[str, set[tuple[str, str]]]],
) -> dict[str, set[str]]:
    """The keys of the rows that were written or removed between two `versions`, by table."""
    changed = {
        table: {
            key
            for key in before[table].keys() | after[table].keys()
            if before[table].get(key) != after[table].get(key)
        }
        for table in before.keys() | after.keys()
    }
    return {table: keys for table, keys in changed.items() if keys}
