"""The load of one table: one transaction that stages, upserts and writes all the evidence.

Under the target's lock: what is there is read, the difference is made in polars, and only that is
written, by COPY. So an unchanged second run writes nothing, and a crash leaves the table as it was.
"""

import time
from dataclasses import dataclass, replace

import polars as pl
import psycopg
from psycopg import sql

from artex_assets.database.connection import Connection
from artex_assets.database.copy import copy_out
from artex_assets.database.failures import described, passing
from artex_assets.errors import TargetError
from artex_assets.tables.declaration import Inputs, Rules, Table
from artex_assets.tables.draft import INTO, ROW, Draft
from artex_assets.tables.outcome import AS_KEYS, KEYS, Outcome, key_columns
from artex_assets.target import migration_schema
from artex_assets.target.canonical import canonical, digests, read
from artex_assets.target.constrain import constrain
from artex_assets.target.lock import locked
from artex_assets.target.parents import parents
from artex_assets.target.reconcile import Plan, first_load, reconcile, settled
from artex_assets.target.schema import TargetTable, read_tables
from artex_assets.target.sequence import advance
from artex_assets.target.threshold import refuse_too_many
from artex_assets.target.write import write


@dataclass(frozen=True)
class Loaded:
    """What a load did. Counts are rows; seconds is wall time with the transform's.

    legacy = loaded + merged + quarantined; loaded = inserted + updated + unchanged + adopted +
    edited.
    """

    table: str
    legacy: int
    loaded: int
    merged: int
    quarantined: int
    inserted: int
    updated: int
    unchanged: int
    adopted: int
    edits: dict[str, int]
    reasons: dict[str, int]
    records: dict[str, int]
    rules: dict[str, int]
    seconds: float


def load(
    connection: Connection, table: Table, frames: dict[str, pl.DataFrame], rules: Rules, run_id: str
) -> Loaded:
    """Transforms and loads `table` in one transaction.

    frames: the legacy snapshot's, by legacy table. Raises TargetError when the target lacks the
    table or refuses a row, or when too many rows would be quarantined; LockedError when another run
    holds the lock for too long.
    """
    begun = time.monotonic()
    try:
        with connection.transaction(), locked(connection, run_id):
            return _load(connection, table, frames, rules, run_id, begun)
    except psycopg.errors.LockNotAvailable:
        raise TargetError(
            f"The target's table {table.name} is locked by the application for over a minute.",
            next_step="Run it again at a quieter time; what is loaded stays.",
        ) from None
    except psycopg.errors.InsufficientPrivilege as error:
        # What we write ourselves was looked at before; what the target's triggers do cannot be.
        raise TargetError(
            f"The target refused the rows of {table.name}: {described(error)}.",
            next_step="Nothing of this table was loaded. Let the owner of what is named allow our "
            "role what the target's own trigger does there, then run it again.",
        ) from None
    except psycopg.Error as error:
        if passing(error):
            raise
        # Not the server's own words: they quote the row.
        raise TargetError(
            f"The target refused the rows of {table.name}: {described(error)}.",
            next_step="Nothing of this table was loaded. Compare the constraint with the rule.",
        ) from None


@dataclass(frozen=True)
class Before:
    """What a load finds.

    there: the rows of the target: `key`, `other_key` (Int64) and the written columns in canonical
    text. provenance: `key`, `other_key`, `digest`, `kept` of what earlier runs wrote.
    """

    there: pl.DataFrame
    provenance: pl.DataFrame

    @property
    def loaded_ids(self) -> pl.Series:
        """The ids (Int64) that we loaded before and that are still there."""
        return self.provenance.join(self.there, on=KEYS, how="semi")["key"]


def found_before(connection: Connection, table: Table, target: TargetTable) -> Before:
    """Reads what is in the target, and what we know of it."""
    columns = {name: target.columns[name] for name in table.written}
    there = read(connection, table.name, columns).with_columns(*key_columns(table))
    provenance = migration_schema.read(connection, "provenance", table.name)
    return Before(there, provenance)


def inputs_of(
    connection: Connection,
    table: Table,
    frames: dict[str, pl.DataFrame],
    rules: Rules,
    before: Before,
) -> Inputs:
    """What the transform of `table` reads: legacy frames, parents, and what later runs keep."""
    # A slug is made so that it is free: nobody contends for it.
    contended = [name for name in table.unique if name != table.keeps]
    inputs = Inputs(
        legacy={name: frames[name] for name in table.reads},
        rules=rules,
        parents={name: parents(connection, name) for name in table.parents},
        loaded=before.loaded_ids if contended else None,
    )
    if table.keeps is None:
        return inputs
    theirs = before.there.select(*KEYS, pl.col(table.keeps).alias("kept"))
    ours = before.provenance.select(*KEYS, "kept")
    elsewhere = [
        copy_out(
            connection,
            sql.SQL("SELECT {0} FROM {1}").format(sql.Identifier(column), sql.Identifier(name)),
            {"kept": pl.String},
        )["kept"]
        for name, column in table.taken_in
        if read_tables(connection, [name])
    ]
    kept = pl.concat([ours, theirs.join(ours, on=KEYS, how="anti", maintain_order="left")])
    taken = pl.concat([theirs["kept"], ours["kept"], *elsewhere]).drop_nulls()
    return replace(inputs, kept=kept, taken=taken)


def _load(
    connection: Connection,
    table: Table,
    frames: dict[str, pl.DataFrame],
    rules: Rules,
    run_id: str,
    begun: float,
) -> Loaded:
    target = _target(connection, table)
    # Nobody may edit a row between our reading it and our writing it; reading goes on.
    connection.execute(
        sql.SQL("LOCK TABLE {} IN SHARE ROW EXCLUSIVE MODE").format(sql.Identifier(table.name))
    )
    before = found_before(connection, table, target)
    # Nothing refers to the inputs afterwards: at a million rows they are 0.3 GB.
    draft = table.transform(inputs_of(connection, table, frames, rules, before))
    draft = constrain(draft, target.columns)
    outcome, plan = _planned(connection, draft, draft.finish(), before)
    accepted = migration_schema.read(connection, "accepted", table.name)
    refuse_too_many(outcome, accepted, rules.max_quarantined)
    write(connection, table, outcome, plan, run_id)
    evidence = {
        "quarantine": outcome.quarantined,
        "merged": outcome.merged,
        "records": outcome.records,
        "rules": outcome.rules,
        "edits": plan.edits,
    }
    for kind, lines in evidence.items():
        migration_schema.replace(connection, kind, table.name, lines, run_id)
    advance(connection, target)
    loaded = outcome.legacy_rows - outcome.quarantined.height - outcome.merged.height
    migration_schema.stand(connection, table.name, outcome, loaded, run_id)
    return Loaded(
        table=table.name,
        legacy=outcome.legacy_rows,
        loaded=loaded,
        merged=outcome.merged.height,
        quarantined=outcome.quarantined.height,
        inserted=plan.insert.height,
        updated=plan.update.height,
        unchanged=plan.unchanged,
        adopted=plan.adopted,
        edits=_counted(plan.edits, "state"),
        reasons=_counted(outcome.quarantined, "reason"),
        records=_counted(outcome.records, "code"),
        rules={
            f"{row['column_name']}: {row['rule']}": row["cells"]
            for row in outcome.rules.iter_rows(named=True)
        },
        seconds=time.monotonic() - begun,
    )


def _target(connection: Connection, table: Table) -> TargetTable:
    """The table as the target has it. Raises TargetError when it or a written column is absent."""
    needed = read_tables(connection, [table.name, *table.parents])
    absent = [name for name in (table.name, *table.parents) if name not in needed]
    if not absent:
        columns = needed[table.name].columns
        absent = [f"{table.name}.{name}" for name in table.written if name not in columns]
    if absent:
        raise TargetError(
            f"The target has no {', '.join(absent)}.",
            next_step="Run the application's own migrations on it, then run this again.",
        )
    return needed[table.name]


def _planned(
    connection: Connection, draft: Draft, outcome: Outcome, before: Before
) -> tuple[Outcome, Plan]:
    """The outcome and its plan; what the target has no place for is quarantined in the outcome."""
    table, rows = draft.table, outcome.rows
    if before.provenance.is_empty() and before.there.is_empty():
        return outcome, first_load(rows)
    done = settled(rows, before.there, before.provenance, table)
    text = canonical(rows.filter(~done), table.written)
    text = text.with_columns(digests(text, table.written))
    vanished = before.provenance.join(rows, on=KEYS, how="anti").select(KEYS)
    if text.is_empty() and vanished.is_empty():
        return outcome, replace(first_load(text), unchanged=rows.height)
    plan = reconcile(text, before.there, before.provenance, table, vanished)
    plan = replace(plan, unchanged=plan.unchanged + int(done.sum()))
    if plan.refused.height:
        outcome = _refuse(draft, plan.refused).finish()
    return _loaded_before(connection, outcome, vanished), plan


def _refuse(draft: Draft, refused: pl.DataFrame) -> Draft:
    keyed = draft.frame.select(ROW, INTO, *key_columns(draft.table))
    why = (
        keyed.filter(pl.col(INTO).is_null())
        .join(refused, on=KEYS, how="inner")
        .select(ROW, pl.col("reason").alias("_refused"), pl.col("sentence").alias("_says"))
    )
    frame = draft.frame.join(why, on=ROW, how="left", maintain_order="left")
    result = replace(draft, frame=frame)
    for reason in why["_refused"].unique().sort():
        result = result.quarantine(reason, pl.col("_refused") == reason, pl.col("_says"))
    return replace(result, frame=result.frame.drop("_refused", "_says"))


def _loaded_before(connection: Connection, outcome: Outcome, vanished: pl.DataFrame) -> Outcome:
    """A row that was loaded stays loaded, also when it would be quarantined or merged now.

    Its target row stays, and with it what is on record of its cells.
    """
    if vanished.is_empty():
        return outcome
    as_loaded = vanished.rename(dict(zip(KEYS, AS_KEYS, strict=True)))
    line = [*KEYS, "occurrence"]
    stays = (
        pl.concat(
            [outcome.quarantined.select(*line, *AS_KEYS), outcome.merged.select(*line, *AS_KEYS)]
        )
        .join(as_loaded, on=AS_KEYS, how="semi", maintain_order="left")
        .unique(AS_KEYS, keep="first", maintain_order=True)
    )
    before = migration_schema.read(connection, "records", outcome.table.name)
    return replace(
        outcome,
        quarantined=outcome.quarantined.join(stays, on=line, how="anti", nulls_equal=True),
        merged=outcome.merged.join(stays, on=line, how="anti", nulls_equal=True),
        records=pl.concat([outcome.records, before.join(vanished, on=KEYS, how="semi")]),
    )


def _counted(lines: pl.DataFrame, column: str) -> dict[str, int]:
    counts = lines.group_by(column).len().sort(column)
    return {row[column]: row["len"] for row in counts.iter_rows(named=True)}
