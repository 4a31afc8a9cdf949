"""What a finished draft comes to: the rows to load, and all that is said of others and of cells."""

from dataclasses import dataclass, replace

import polars as pl

from artex_assets.convert.conversion import original
from artex_assets.errors import DeclarationError
from artex_assets.tables.declaration import Mapped, Table
from artex_assets.tables.draft import (
    CAUSE,
    CHANGE,
    INTO,
    LEGACY,
    ORIGINAL,
    REASON,
    ROW,
    RULE,
    SENTENCE,
    Draft,
    columns_of,
    standing,
)

KEYS = ("key", "other_key")
"""A row's key in the migration schema, Int64: the id and 0, or the pair of a link."""


AS_KEYS = ("as_key", "as_other_key")


@dataclass(frozen=True)
class Outcome:
    """Where every legacy row of `table` goes.

    rows: `key`, `other_key` (Int64) and the written columns with their dtypes, in key order.
    quarantined: key, other_key, occurrence (Int64: the how manieth row of that key), reason,
        sentence, cause, row (String; `row` is the legacy row as JSON), as_key, as_other_key.
    merged: key, other_key, occurrence, into_key, into_other_key (Int64), row (String), as_key,
        as_other_key. Here `key` and `other_key` are those of the legacy row; `as_key` and
        `as_other_key` (Int64) those that it would have in the target, its parents' merged.
    records: key, other_key (Int64), column_name, original, new, code (String).
    rules: column_name, rule (String), cells (Int64).
    legacy_rows: the height of the legacy frame; rows + quarantined + merged always come to it.
    """

    table: Table
    legacy_rows: int
    rows: pl.DataFrame
    quarantined: pl.DataFrame
    merged: pl.DataFrame
    records: pl.DataFrame
    rules: pl.DataFrame


def key_columns(table: Table) -> list[pl.Expr]:
    """The key of a row of `table` as `key` and `other_key` (Int64)."""
    first, *rest = table.key
    other = pl.col(rest[0]) if rest else pl.lit(0, pl.Int64)
    return [pl.col(first).cast(pl.Int64).alias("key"), other.cast(pl.Int64).alias("other_key")]


def finish(draft: Draft) -> Outcome:
    """Splits a draft. Raises DeclarationError when a written column was not made."""
    table = draft.table
    absent = [name for name in table.written if name not in draft.frame.columns]
    if absent:
        raise DeclarationError(
            f"The transform of {table.name} does not make {', '.join(absent)}.",
            next_step="Make the column in the transform, or leave it out of the declaration.",
        )
    draft = _followed(draft)
    legacy_key = _legacy_key(draft)
    frame = draft.frame.with_columns(*key_columns(table))
    stands = frame.filter(standing())
    others = (
        frame.with_columns(
            pl.col(name).alias(wanted) for name, wanted in zip(KEYS, AS_KEYS, strict=True)
        )
        .with_columns(*legacy_key)
        .with_columns(pl.int_range(1, pl.len() + 1).over(KEYS).alias("occurrence"))
        .filter(~standing())
    )
    whole = draft.row_as_json().alias("row")
    into = frame.select(
        pl.col(ROW).alias(INTO),
        pl.col("key").alias("into_key"),
        pl.col("other_key").alias("into_other_key"),
    )
    return Outcome(
        table=table,
        legacy_rows=frame.height,
        rows=stands.select(*KEYS, *table.written).sort(KEYS),
        quarantined=others.filter(pl.col(REASON).is_not_null()).select(
            *KEYS,
            "occurrence",
            pl.col(REASON).alias("reason"),
            pl.col(SENTENCE).alias("sentence"),
            pl.col(CAUSE).alias("cause"),
            whole,
            *AS_KEYS,
        ),
        merged=others.filter(pl.col(INTO).is_not_null())
        .join(into, on=INTO, how="left", maintain_order="left")
        .select(*KEYS, "occurrence", "into_key", "into_other_key", whole, *AS_KEYS),
        records=_records(draft, stands),
        rules=_rules(draft, stands),
    )


def _followed(draft: Draft) -> Draft:
    """The draft with each merged row pointing at a row that stands, or quarantined with it."""
    frame = draft.frame
    if frame[INTO].null_count() == frame.height:
        return draft
    keys = pl.format("{} {}", pl.lit(draft.table.name), draft.table.key[0])
    survivor = frame.select(
        pl.col(ROW).alias(INTO),
        pl.col(INTO).alias("_further"),
        pl.col(REASON).alias("_why"),
        pl.coalesce(CAUSE, pl.format("{}: {}", keys, REASON)).alias("_root"),
    )
    while True:
        frame = frame.join(survivor, on=INTO, how="left", maintain_order="left")
        if frame["_further"].null_count() == frame.height:
            break
        frame = frame.with_columns(pl.coalesce("_further", INTO).alias(INTO)).drop(
            "_further", "_why", "_root"
        )
    lost = pl.col("_why").is_not_null()
    frame = frame.with_columns(
        pl.coalesce(REASON, "_why").alias(REASON),
        pl.when(lost)
        .then(pl.lit("It repeats a row that is quarantined."))
        .otherwise(SENTENCE)
        .alias(SENTENCE),
        pl.when(lost).then("_root").otherwise(CAUSE).alias(CAUSE),
        pl.when(~lost).then(INTO).alias(INTO),
    ).drop("_further", "_why", "_root")
    return replace(draft, frame=frame)


def _legacy_key(draft: Draft) -> list[pl.Expr]:
    """The key as the legacy database has it: before a link was re-pointed to a merged row."""
    columns = draft.table.columns(draft.rules)
    values = []
    for name in draft.table.key:
        column = columns[name]
        source = LEGACY + column.source if isinstance(column, Mapped) else name
        values.append(pl.col(source).cast(pl.Int64, strict=False))
    values.append(pl.lit(0, pl.Int64))
    return [value.alias(name) for value, name in zip(values, KEYS, strict=False)]


def _records(draft: Draft, stands: pl.DataFrame) -> pl.DataFrame:
    columns = draft.table.columns(draft.rules)
    parts = [_NO_RECORDS]
    for marked in columns_of(stands, CHANGE):
        name = marked.removeprefix(CHANGE)
        if name not in draft.table.written:
            continue
        cells = stands.filter(pl.col(marked).is_not_null())
        if cells.is_empty():
            continue
        column = columns[name]
        was: pl.Expr = pl.lit(None, pl.String)
        if isinstance(column, Mapped):
            source = LEGACY + column.source
            was = original(source, cells.schema[source])
        if ORIGINAL + name in cells.columns:
            was = pl.coalesce(pl.col(ORIGINAL + name), was)
        parts.append(
            cells.select(
                *KEYS,
                pl.lit(name).alias("column_name"),
                was.alias("original"),
                _spelled(name, cells.schema[name]).alias("new"),
                pl.col(marked).cast(pl.String).alias("code"),
            )
        )
    return pl.concat(parts)


def _spelled(name: str, dtype: pl.DataType) -> pl.Expr:
    """A cell as PostgreSQL prints it: a time without zeros behind its last digit."""
    text = pl.col(name).cast(pl.String)
    return text.str.replace(r"\.?0+\z", "") if isinstance(dtype, pl.Datetime) else text


def _rules(draft: Draft, stands: pl.DataFrame) -> pl.DataFrame:
    marked = list(columns_of(stands, RULE))
    if not marked:
        return _NO_RULES
    counts = stands.select(pl.col(marked).sum().cast(pl.Int64)).row(0, named=True)
    rows = []
    for mark, cells in counts.items():
        name, _, rule = mark.removeprefix(RULE).rpartition(".")
        if cells:
            rows.append({"column_name": name, "rule": rule, "cells": cells})
    return pl.DataFrame(rows, schema=_NO_RULES.schema).sort("column_name", "rule")


_NO_RECORDS = pl.DataFrame(
    schema={
        "key": pl.Int64,
        "other_key": pl.Int64,
        "column_name": pl.String,
        "original": pl.String,
        "new": pl.String,
        "code": pl.String,
    }
)
_NO_RULES = pl.DataFrame(schema={"column_name": pl.String, "rule": pl.String, "cells": pl.Int64})
