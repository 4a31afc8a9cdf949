"""What is said about the committed backup: its expected outcome and its planted faults.

Everything follows from the list of planted faults and the numbers of rows; nothing from the
project's transforms.
"""

import json
from pathlib import Path
from typing import Any

from data_fixtures.images import active_storage_attachments, active_storage_blobs
from data_fixtures.planted import FAULTS
from data_fixtures.planted.fault import MIGRATION_DATE, TARGETS, Fault, Outcome, Value
from data_fixtures.shape import rows
from data_fixtures.tables import SEED

REPORTED = (
    "users",
    "venues",
    "artists",
    "bands",
    "series",
    "artworks",
    "artists_artworks",
    "artworks_series",
    "user_artworks",
    "transactions",
)
"""The legacy tables whose migration `artex demo` reports."""

IMAGE_SETS = {"poster_images": "Artwork", "external_sale_photos": "Transaction"}
"""The record type of each image set's attachments."""

MISSING = "missing"
"""Why an image failed whose object is not in the source bucket."""

BEGIN, END = "<!-- planted faults -->\n", "<!-- end of planted faults -->\n"


def expected_outcome() -> dict[str, Any]:
    """What a migration of the committed backup must report, by target table and image set.

    `tables`: numbers of rows by table and state. `quarantined`: table, legacy id as text, reason.
    `image_sets`: numbers of images by set and state. `failed_images`: set, key of the blob, legacy
    id of the attachment, reason.
    """
    quarantined = [fault for fault in FAULTS if fault.reason and fault.table in REPORTED]
    tables: dict[str, dict[str, int]] = {}
    for legacy in REPORTED:
        held = sum(fault.table == legacy for fault in quarantined)
        tables[TARGETS.get(legacy, legacy)] = {
            "legacy": rows(legacy, 1),
            "loaded": rows(legacy, 1) - held,
            "quarantined": held,
            "merged": 0,
        }
    failed_images = _failed_images()
    attached = active_storage_attachments(1, SEED)["record_type"]
    image_sets: dict[str, dict[str, int]] = {}
    for image_set, record_type in IMAGE_SETS.items():
        count = int((attached == record_type).sum())
        failed = sum(image["image_set"] == image_set for image in failed_images)
        image_sets[image_set] = {
            "legacy": count,
            "migrated": count - failed,
            "failed": failed,
            "quarantined": 0,
        }
    return {
        "tables": tables,
        "quarantined": [
            {"table": fault.target, "key": str(fault.id), "reason": fault.reason}
            for fault in quarantined
        ],
        "image_sets": image_sets,
        "failed_images": failed_images,
    }


def planted_faults() -> list[dict[str, Any]]:
    """The planted faults, for a test that holds each against the migrated target.

    A fault: table and id (legacy), what, planted (the overwritten cells), state, reason, after, and
    outcomes (target table, id and column; value; change: the code under which the cell is on
    record, null when it is not; original: the legacy value on record, as text). A date is ISO text.
    """
    return [
        {
            "table": fault.table,
            "id": fault.id,
            "what": fault.what,
            "planted": [
                {
                    "table": cells.table,
                    "id": cells.id,
                    "values": {column: _plain(value) for column, value in cells.values.items()},
                }
                for cells in fault.cells
            ],
            "state": fault.state,
            "reason": MISSING if fault.object_missing else fault.reason,
            "after": fault.after,
            "outcomes": [_outcome(fault, outcome) for outcome in fault.outcomes],
        }
        for fault in FAULTS
    ]


def readme_lines() -> list[str]:
    """README.md's list: one line of Markdown a fault."""
    return [_line(fault) for fault in FAULTS]


def write(folder: Path) -> None:
    """Writes the two JSON files into `folder` and the list into its README.md."""
    for name, content in (
        ("expected_outcome.json", expected_outcome()),
        ("planted_faults.json", planted_faults()),
    ):
        (folder / name).write_text(json.dumps(content, indent=2, ensure_ascii=False) + "\n")
    readme = folder / "README.md"
    before, _, rest = readme.read_text().partition(BEGIN)
    _, _, after = rest.partition(END)
    lines = "".join(f"{line}\n" for line in readme_lines())
    readme.write_text(before + BEGIN + lines + END + after)


def _failed_images() -> list[dict[str, Any]]:
    blobs = active_storage_blobs(1, SEED).select("key", blob_id="id")
    attached = active_storage_attachments(1, SEED).join(blobs, on="blob_id")
    ids = [fault.id for fault in FAULTS if fault.object_missing]
    sets = {record_type: image_set for image_set, record_type in IMAGE_SETS.items()}
    return [
        {
            "image_set": sets[image["record_type"]],
            "key": image["key"],
            "attachment_id": image["id"],
            "reason": MISSING,
        }
        for image in attached.filter(attached["blob_id"].is_in(ids)).iter_rows(named=True)
    ]


def _plain(value: Value) -> str | int | float | bool | None:
    return value if value is None or isinstance(value, str | int | float) else value.isoformat()


def _outcome(fault: Fault, outcome: Outcome) -> dict[str, Any]:
    table, id = outcome.row or (fault.target, fault.id)
    return {
        "table": table,
        "id": id,
        "column": outcome.column,
        "value": _plain(outcome.value),
        "change": outcome.change,
        "original": None if outcome.original is None else str(outcome.original),
    }


def _line(fault: Fault) -> str:
    becomes = [f"Quarantined: `{fault.reason}`."] if fault.reason else []
    if fault.object_missing:
        becomes.append(f"Failed: `{MISSING}`.")
    for outcome in fault.outcomes:
        table, _ = outcome.row or (fault.target, fault.id)
        other = f" of {outcome.row[1]}" if outcome.row else ""
        record = f" (on record: `{outcome.change}`)" if outcome.change else ""
        becomes.append(f"`{table}.{outcome.column}`{other} is {_shown(outcome.value)}{record}.")
    if fault.after:
        becomes.append(fault.after)
    what = fault.what[0].upper() + fault.what[1:]
    return f"- `{fault.table}` {fault.id}: {what}. → {' '.join(becomes)}"


def _shown(value: Value) -> str:
    if value is None:
        return "NULL"
    if value == MIGRATION_DATE:
        return "the date of the migration"
    # JSON shows spaces, tabs and line ends.
    return f"`{json.dumps(_plain(value), ensure_ascii=False)}`"
