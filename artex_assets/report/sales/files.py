"""The files of a report: its figures for a spreadsheet and its picture. For their owner only."""

import os
from pathlib import Path

import polars as pl

from artex_assets.errors import StorageError
from artex_assets.report.sales.dollars import CENTS
from artex_assets.report.sales.findings import Findings

FORMULA = r"^\s*[=+\-@＝＋－＠]|^[\t\r\n]"
"""A text that a spreadsheet may take for a formula and carry out."""


def save(folder: Path, name: str, findings: Findings) -> list[Path]:
    """Writes NAME.csv and NAME.png to `folder`, mode 0600, and returns their paths.

    The picture of an earlier run is removed where there is nothing to draw now. Raises StorageError
    when a file cannot be written.
    """
    contents = {".csv": spreadsheet(findings.figures), ".png": findings.picture}
    written = []
    for suffix, content in contents.items():
        path = folder / f"{name}{suffix}"
        try:
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            if content is None:
                path.unlink(missing_ok=True)
            else:
                _write(path, content)
                written.append(path)
        except OSError as error:
            raise StorageError(
                f"The report cannot be written to {path}: {error.strerror}.",
                next_step="Make room there, or set ARTEX_HOME to a folder that can be written to.",
            ) from None
    return written


def spreadsheet(figures: pl.DataFrame) -> bytes:
    """CSV in UTF-8 with a byte order mark, without which Excel garbles accents.

    Money is in dollars with two decimals, exactly, in columns that end in `_dollars`. A text that
    could be a formula gets an apostrophe in front.
    """
    columns = []
    for name, dtype in figures.schema.items():
        column = pl.col(name)
        if name.endswith(CENTS):
            whole = (column.abs() // 100).cast(pl.String)
            sign = pl.when(column < 0).then(pl.lit("-")).otherwise(pl.lit(""))
            cents = (column.abs() % 100).cast(pl.String).str.zfill(2)
            columns.append(
                (sign + whole + "." + cents).alias(name.removesuffix(CENTS) + "_dollars")
            )
        elif dtype == pl.String:
            formula = column.str.contains(FORMULA)
            columns.append(pl.when(formula).then("'" + column).otherwise(column).alias(name))
        else:
            columns.append(column)
    return figures.select(columns).write_csv(include_bom=True).encode()


def _write(path: Path, content: bytes) -> None:
    """Writes beside the name first, so that a crash leaves no half of a file."""
    unfinished = path.with_name(path.name + ".unfinished")
    try:
        descriptor = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
        unfinished.replace(path)
    except OSError:
        unfinished.unlink(missing_ok=True)
        raise
