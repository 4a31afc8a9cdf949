"""What is said about the difficult backup: its expected outcome, and the README's list.

Everything follows from the declared rows; nothing from the project's transforms.
"""

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from artex_assets.vocabulary import State
from data_fixtures.difficult import IMAGES, ROWS
from data_fixtures.difficult.image import ARTWORK, SALE, Became, Image
from data_fixtures.difficult.ordinary import Value
from data_fixtures.difficult.row import Loaded, Merged, Outcome, Quarantined, Recorded, Row
from data_fixtures.planted.fault import MIGRATION_DATE, TARGETS

OUTCOME = "difficult_outcome.json"

SETS = {ARTWORK: "poster_images", SALE: "external_sale_photos"}

BEGIN, END = "<!-- difficult rows -->\n", "<!-- end of difficult rows -->\n"

LONGEST = 80
"""Characters of a value that the README shows."""


def target(table: str) -> str:
    """The target's name of a legacy table."""
    return TARGETS.get(table, table)


def key(table: str, cells: Mapping[str, Value]) -> str:
    """The key of a legacy row as a person writes it: `17`, a pair `12-5`."""
    sides = {
        "artists_artworks": ("artist_id", "artwork_id"),
        "artworks_series": ("artwork_id", "series_id"),
    }
    names = sides.get(table, ("id",))
    none = "none" if len(names) > 1 else "no id"
    return "-".join(none if cells[name] is None else str(cells[name]) for name in names)


def expected_outcome(mended: bool) -> dict[str, Any]:
    """What a migration of the backup, or then of the mended one, must report.

    tables: numbers of rows by target table and state. quarantined: table, legacy key, reason and
    root cause. merged: table and legacy key. records: how many cells by table, column and code.
    image_sets: numbers of images by set and state. images: set, attachment, state, reason and root
    cause of those that are not migrated.
    """
    present = [row for row in ROWS if row.becomes(mended) is not None]
    tables: dict[str, Counter[str]] = {}
    records: Counter[str] = Counter()
    quarantined, merged = [], []
    for row in present:
        outcome, cells = row.becomes(mended), row.cells(mended)
        assert outcome is not None
        assert cells is not None
        name = target(row.table)
        counts = tables.setdefault(name, Counter(legacy=0, loaded=0, merged=0, quarantined=0))
        counts["legacy"] += 1
        counts[type(outcome).__name__.lower()] += 1
        told = {"table": name, "key": key(row.table, cells)}
        match outcome:
            case Quarantined(reason, cause):
                quarantined.append({**told, "reason": str(reason), "cause": cause})
            case Merged(into):
                merged.append({**told, "into": "-".join(map(str, into)).removesuffix("-0")})
            case Loaded(cells=becomes):
                for column, cell in becomes.items():
                    if isinstance(cell, Recorded):
                        records[f"{name}.{column}: {cell.change}"] += 1
    return {
        "tables": {name: dict(counts) for name, counts in tables.items()},
        "quarantined": quarantined,
        "merged": merged,
        "records": dict(sorted(records.items())),
        **_images(mended),
    }


def _images(mended: bool) -> dict[str, Any]:
    sets: dict[str, Counter[str]] = {}
    others = []
    for image in IMAGES:
        cells, became = image.cells(mended), image.becomes(mended)
        if cells is None or became is None:
            continue
        name = SETS[str(cells["record_type"])]
        counts = sets.setdefault(name, Counter(legacy=0))
        counts["legacy"] += 1
        counts[str(became.state)] += 1
        if became.state is not State.MIGRATED:
            others.append(
                {
                    "image_set": name,
                    "attachment": cells["id"],
                    "state": str(became.state),
                    "reason": None if became.reason is None else str(became.reason),
                    "cause": became.cause,
                }
            )
    return {"image_sets": {name: dict(counts) for name, counts in sets.items()}, "images": others}


def readme_lines() -> list[str]:
    """README.md's list: one line of Markdown for each row that is not ordinary."""
    return [*map(_line, (row for row in ROWS if row.what)), *_image_lines()]


def write(folder: Path) -> None:
    """Writes the outcome of both backups into `folder`, and the list into its README.md."""
    outcome = {"backup": expected_outcome(False), "mended": expected_outcome(True)}
    (folder / OUTCOME).write_text(json.dumps(outcome, indent=2, ensure_ascii=False) + "\n")
    readme = folder / "README.md"
    before, _, rest = readme.read_text().partition(BEGIN)
    _, _, after = rest.partition(END)
    lines = "".join(f"{line}\n" for line in readme_lines())
    readme.write_text(before + BEGIN + lines + END + after)


def _line(row: Row) -> str:
    cells = row.legacy if row.legacy is not None else row.mended
    assert cells is not None
    says = f"- `{row.table}` {key(row.table, cells)}: {_sentence(row.what)}"
    if row.outcome is None:
        return f"{says} → Only in the mended backup: loaded."
    becomes = f"{says} → {_becomes(row, row.outcome)}"
    if row.after is None:
        return f"{becomes} Mended: it is not there any more."
    return f"{becomes} Mended: {_small(_becomes(row, row.after))}" if row.touched else becomes


def _becomes(row: Row, outcome: Outcome) -> str:
    match outcome:
        case Quarantined(reason, cause):
            return f"Quarantined: `{reason}`{f', root cause `{cause}`' if cause else ''}."
        case Merged((into, other)):
            return f"Merged into {into}{f'-{other}' if other else ''}."
        case Loaded(shown=shown) if shown:
            return " ".join(
                f"`{target(row.table)}.{column}` is {_shown(cell)}."
                for column, cell in shown.items()
            )
    return "Loaded."


def _shown(cell: Value | Recorded) -> str:
    if isinstance(cell, Recorded):
        return f"{_shown(cell.value)} (on record: `{cell.change}`)"
    if cell is None:
        return "NULL"
    if isinstance(cell, str) and MIGRATION_DATE in cell:
        return "the date of the migration"
    if isinstance(cell, str) and len(cell) > LONGEST:
        return f"the same {len(cell):,} characters"
    # JSON shows spaces, tabs, line ends and characters that nobody sees.
    return f"`{json.dumps(cell)}`"


def _image_lines() -> Iterator[str]:
    for image in IMAGES:
        cells = image.attachment
        if not image.what or cells is None:
            continue
        says = f"- `active_storage_attachments` {key('', cells)}: {_sentence(image.what)}"
        becomes = f"{says} → {_stands(image, image.became)}"
        if image.mended is None:
            yield f"{becomes} Mended: it is not there any more."
        elif image.after != image.became:
            yield f"{becomes} Mended: {_small(_stands(image, image.after))}"
        else:
            yield becomes


def _stands(image: Image, became: Became | None) -> str:
    if became is None:
        return "In no image set; a check tells its type."
    if became.into is not None:
        return f"Merged into {became.into}."
    parts = [f"{became.state}{f' as `{became.name}`' if became.name else ''}"]
    if became.reason is not None:
        parts[0] += f": `{became.reason}`"
    parts += [f"root cause `{became.cause}`"] if became.cause else []
    parts += [f"`{column}` is {_shown(value)}" for column, value in became.blob.items()]
    parts += [f"with the warning `{became.warnings}`"] if became.warnings else []
    parts += [] if became.verified else ["source unverified"]
    parts += [
        f"on record: `{table}.{column}` `{change}`"
        for (table, column), (change, _) in became.records.items()
    ]
    return _sentence(", ".join(parts))


def _sentence(clause: str) -> str:
    return f"{clause[0].upper()}{clause[1:]}."


def _small(sentence: str) -> str:
    return sentence[0].lower() + sentence[1:]
