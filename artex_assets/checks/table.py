"""All checks of one table: what they read, once, and what they find."""

from collections.abc import Mapping

import polars as pl

from artex_assets.checks.conservation import Witnesses, conservation, legacy_keys
from artex_assets.checks.contract import contract, typed
from artex_assets.checks.finding import Finding, found, key_text
from artex_assets.checks.integrity import foreign_keys, price_unit, sequence, unique_keys
from artex_assets.database.connection import Connection
from artex_assets.tables.declaration import Rules, Table
from artex_assets.tables.outcome import KEYS, key_columns
from artex_assets.target import migration_schema
from artex_assets.target.canonical import read
from artex_assets.target.constrain import widening
from artex_assets.target.parents import parents
from artex_assets.target.schema import TargetTable, read_tables
from artex_assets.vocabulary import Change, Edit, Reason, Severity

DESCRIPTIONS: Mapping[str, str] = {
    "contract": "What is read back from the target holds the table's pandera model.",
    "conservation": "Each legacy row is loaded, merged, quarantined or accepted, exactly once.",
    "unique_keys": "No two rows share a key or a unique value.",
    "foreign_keys": "Every reference leads to a row.",
    "sequence": "The next id is higher than every id.",
    "values_held": "The target's columns can hold every value.",
    "quarantine": "No row is quarantined.",
    "edits": "No row was edited or deleted in the target since it was loaded.",
    "price_unit": "The prices fit their declared unit.",
}
"""What each check says when it passes."""


def names(table: Table) -> list[str]:
    """The checks that `table` has, in order."""
    return [name for name in DESCRIPTIONS if name != "price_unit" or table.prices]


def check(
    connection: Connection, table: Table, legacy: pl.DataFrame, rules: Rules
) -> list[Finding]:
    """The findings of all checks of `table`, in the order of `names`.

    legacy: the frame of its source.
    """
    target = read_tables(connection, [table.name])[table.name]
    columns = {name: target.columns[name] for name in table.written}
    there = read(connection, table.name, columns).with_columns(*key_columns(table))
    lines = {
        kind: migration_schema.read(connection, kind, table.name)
        for kind in ("provenance", "merged", "quarantine", "accepted", "edits")
    }
    # Whoever accepts the loss of a row leaves it in the quarantine, where it is kept whole.
    line = [*KEYS, "occurrence"]
    open_ = lines["quarantine"].join(lines["accepted"], on=line, how="anti", nulls_equal=True)
    accepted = lines["quarantine"].join(lines["accepted"], on=line, how="semi", nulls_equal=True)
    witnesses = Witnesses(
        legacy=legacy_keys(table, legacy, rules),
        provenance=lines["provenance"],
        merged=lines["merged"],
        quarantined=open_,
        accepted=accepted,
        edits=lines["edits"],
        target=there.select(KEYS),
        parents={name: parents(connection, name) for name in table.parents},
    )
    ours = there.join(lines["provenance"], on=KEYS, how="semi")
    as_written = typed(ours.join(lines["edits"], on=KEYS, how="anti"), columns)
    findings = [
        contract(table, as_written),
        conservation(table, witnesses),
        unique_keys(table, ours),
        foreign_keys(connection, table),
        sequence(connection, target),
        values_held(connection, table, target),
        quarantine(table, open_),
        edits(table, lines["edits"]),
    ]
    if table.prices:
        findings.append(price_unit(table, as_written))
    return findings


def values_held(connection: Connection, table: Table, target: TargetTable) -> Finding:
    """Fails with the cells that the target could not hold, and the DDL that widens the column."""
    records = migration_schema.read(
        connection, "records", table.name, ["key", "other_key", "column_name", "code"]
    ).filter(pl.col("code") == str(Change.VALUE_NOT_HELD))
    ddl = {name: widening(table.name, target.columns[name]) for name in records["column_name"]}
    offenders = records.select(
        key_text(len(table.key) > 1),
        pl.format(
            "{} is too large, too long or unknown for the target: {}",
            "column_name",
            pl.col("column_name").replace_strict(ddl, return_dtype=pl.String, default=None),
        ).alias("reason"),
    )
    return found(
        "values_held",
        offenders,
        "The target holds every value",
        "Values that the target could not hold became empty; widen the column and run again",
    )


def quarantine(table: Table, lines: pl.DataFrame) -> Finding:
    """Warns of the quarantined rows, each with its reason."""
    meanings = {str(reason): reason.meaning for reason in Reason}
    offenders = lines.select(
        key_text(len(table.key) > 1),
        pl.format(
            "{}: {}{}",
            "reason",
            pl.coalesce("sentence", pl.col("reason").replace(meanings)),
            pl.when(pl.col("cause").is_not_null())
            .then(pl.format(" Root cause: {}.", "cause"))
            .otherwise(pl.lit("")),
        ).alias("reason"),
    )
    return found(
        "quarantine", offenders, "No row is quarantined", "Quarantined rows", Severity.WARN
    )


def edits(table: Table, lines: pl.DataFrame) -> Finding:
    """Warns of the rows that somebody changed in the target, which are left as they are there."""
    meanings = {str(edit): f"{edit}: {edit.meaning}" for edit in Edit}
    offenders = lines.select(
        key_text(len(table.key) > 1), pl.col("state").replace(meanings).alias("reason")
    )
    return found(
        "edits",
        offenders,
        "No row was edited in the target since it was loaded",
        "Rows that were edited, deleted or lost their legacy row",
        Severity.WARN,
    )
