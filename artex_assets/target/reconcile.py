"""What a load has to write: what legacy says, less what we wrote and what is there.

Pure functions of frames. For each key there are up to three witnesses: the *row* that the transform
made now, the *provenance* of what we wrote before, and the *target* row as it is. domain.md, *A
target that already has rows* and *Provenance*, says what becomes of each combination.
"""

from dataclasses import dataclass

import polars as pl

from artex_assets.database.copy import PART
from artex_assets.tables.declaration import Table
from artex_assets.tables.outcome import KEYS
from artex_assets.target.canonical import NOT_DIGESTED, canonical, digests
from artex_assets.vocabulary import Edit, Reason

THEIRS = "target."


@dataclass(frozen=True)
class Plan:
    """What to write. All frames have `key` and `other_key` (Int64).

    insert: the keys of the rows to be copied in. update: the rows to be set, in canonical text.
    provenance: digest (String) of the rows that were not ours before and are adopted, or that are
        written anew.
    edits: state (String, an Edit code) of rows that somebody changed in the target.
    refused: reason and sentence (String) of rows that the target has no place for.
    unchanged, adopted: how many rows are in the target as they should be.
    """

    insert: pl.DataFrame
    update: pl.DataFrame
    provenance: pl.DataFrame
    edits: pl.DataFrame
    refused: pl.DataFrame
    unchanged: int
    adopted: int


def first_load(rows: pl.DataFrame) -> Plan:
    """The plan for an empty target table that we never loaded."""
    keys = rows.select(KEYS)
    return Plan(
        insert=keys,
        update=keys.clear(),
        provenance=keys.clear().with_columns(digest=pl.lit(None, pl.String)),
        edits=_no_edits(),
        refused=_nothing_refused(),
        unchanged=0,
        adopted=0,
    )


def settled(
    rows: pl.DataFrame, target: pl.DataFrame, provenance: pl.DataFrame, table: Table
) -> pl.Series:
    """Boolean, one a row: we loaded it, and the target has it as legacy says, so all is done.

    rows: `key`, `other_key` and the written columns with their own dtypes; target and provenance as
    `reconcile` has them. Nearly all rows of a later run are such: they are compared in parts, and
    `reconcile` gets what is left.
    """
    if target.is_empty():
        return pl.repeat(False, rows.height, eager=True)
    compared = [name for name in table.written if name not in NOT_DIGESTED]
    ours = target.select(*KEYS, pl.row_index().alias("_at")).join(
        provenance.select(KEYS), on=KEYS, how="semi", maintain_order="left"
    )
    found = ours.unique(KEYS, keep="none", maintain_order=True)
    places = rows.select(KEYS).join(found, on=KEYS, how="left", maintain_order="left")["_at"]
    there = target.select(pl.col(name).alias(THEIRS + name) for name in table.written)
    equal = pl.all_horizontal(pl.col(name).eq_missing(pl.col(THEIRS + name)) for name in compared)
    answers = []
    for start in range(0, rows.height, PART):
        at = places.slice(start, PART)
        text = canonical(rows.slice(start, PART), table.written).select(table.written)
        both = text.hstack(there[at.fill_null(0)])
        answers.append(both.select(equal & ~_later(table)).to_series() & at.is_not_null())
    return pl.concat(answers) if answers else pl.Series([], dtype=pl.Boolean)


def reconcile(
    rows: pl.DataFrame,
    target: pl.DataFrame,
    provenance: pl.DataFrame,
    table: Table,
    vanished: pl.DataFrame,
) -> Plan:
    """The plan for a target that has rows.

    rows: what legacy says now: key, other_key, the written columns in canonical text, digest.
    target: what is there: key, other_key (null for a row whose key is not of our kind) and the same
    columns. provenance: key, other_key, digest of what we wrote. vanished: keys of provenance whose
    legacy row is no more loadable.
    """
    columns = list(table.written)
    compared = [name for name in columns if name not in NOT_DIGESTED]
    ours = provenance.select(*KEYS, pl.col("digest").alias("_wrote"))
    theirs = target.select(
        *KEYS,
        *(pl.col(name).alias(THEIRS + name) for name in columns),
        pl.lit(True).alias("_there"),
    )
    all_rows = rows.join(ours, on=KEYS, how="left", maintain_order="left").join(
        theirs, on=KEYS, how="left", maintain_order="left"
    )
    there, wrote = pl.col("_there").is_not_null(), pl.col("_wrote").is_not_null()
    differs = pl.any_horizontal(pl.col(name).ne_missing(pl.col(THEIRS + name)) for name in compared)
    same = there & ~differs
    state = all_rows.with_columns(_same=same, _there=there, _ours=wrote)

    fresh = state.filter(~pl.col("_there") & ~pl.col("_ours"))
    changed = state.filter(pl.col("_there") & pl.col("_ours") & ~pl.col("_same"))
    touched = state.filter(pl.col("_same") & pl.col("_ours") & _later(table))
    found = state.filter(pl.col("_there") & ~pl.col("_ours"))
    unequal = pl.any_horizontal(pl.col(name).ne_missing(pl.col(THEIRS + name)) for name in columns)
    adopted, foreign = found.filter(~unequal), found.filter(unequal)
    deleted = state.filter(~pl.col("_there") & pl.col("_ours"))

    as_it_is = changed.select(*KEYS, *(pl.col(THEIRS + name).alias(name) for name in columns))
    changed = changed.with_columns(digests(as_it_is, columns).alias("_is"))
    edited = changed.filter(pl.col("_is") != pl.col("_wrote"))
    to_update = pl.concat([changed.filter(pl.col("_is") == pl.col("_wrote")).drop("_is"), touched])

    taken = _values_taken(fresh.select(rows.columns), to_update.select(rows.columns), target, table)
    insert = fresh.join(taken, on=KEYS, how="anti").select(KEYS)
    update = to_update.join(taken, on=KEYS, how="anti").select(rows.columns)
    lost = vanished.join(target, on=KEYS, how="anti")

    conflict = pl.col("digest") != pl.col("_wrote")
    edits = pl.concat(
        [
            edited.select(
                *KEYS,
                pl.when(conflict)
                .then(pl.lit(str(Edit.CONFLICT)))
                .otherwise(pl.lit(str(Edit.EDITED)))
                .alias("state"),
            ),
            pl.concat([deleted.select(KEYS), lost.select(KEYS)]).with_columns(
                state=pl.lit(str(Edit.DELETED))
            ),
            to_update.join(taken, on=KEYS, how="semi").select(
                *KEYS, pl.lit(str(Edit.CONFLICT)).alias("state")
            ),
            vanished.join(lost, on=KEYS, how="anti").select(
                *KEYS, pl.lit(str(Edit.VANISHED)).alias("state")
            ),
        ]
    )
    refused = pl.concat([_id_taken(foreign, table), taken.join(fresh, on=KEYS, how="semi")])
    written = pl.concat([frame.select(*KEYS, "digest") for frame in (update, adopted)])
    unchanged = state.filter(pl.col("_same") & pl.col("_ours")).height - touched.height
    return Plan(insert, update, written, edits, refused, unchanged, adopted.height)


def _later(table: Table) -> pl.Expr:
    """Boolean: legacy says a later time in a column that changes without anybody's edit.

    The later of the two is what happened last. Canonical text sorts as the times do.
    """
    names = [name for name in table.written if name in NOT_DIGESTED]
    later = (pl.col(name) > pl.col(THEIRS + name) for name in names)
    return pl.any_horizontal(pl.lit(False), *later).fill_null(False)


def _id_taken(foreign: pl.DataFrame, table: Table) -> pl.DataFrame:
    link = table.key != ("id",)
    reason = Reason.VALUE_TAKEN if link else Reason.ID_TAKEN
    what = "pair" if link else "id"
    sentence = (
        f"The target has another row of {table.name} with this {what} that this migration did not "
        "load. Change or remove that one, or accept that this one is not carried."
    )
    return foreign.select(
        *KEYS, pl.lit(str(reason)).alias("reason"), pl.lit(sentence).alias("sentence")
    )


def _values_taken(
    fresh: pl.DataFrame, to_update: pl.DataFrame, target: pl.DataFrame, table: Table
) -> pl.DataFrame:
    """Rows that want a unique value which a target row of another key keeps.

    A target row that is itself to be updated gives its value up, unless it is among these rows: so
    two rows may swap their values, and a new row may get the value that an old one lets go of.
    """
    if fresh.is_empty() and to_update.is_empty():
        return _nothing_refused()
    holder = {"key": "_holder", "other_key": "_other_holder"}
    wants = [_nothing_refused().with_columns(_holder=pl.col("key"), _other_holder=pl.col("key"))]
    for name in table.unique:
        value = pl.col(name).str.to_lowercase() if table.ignoring_case else pl.col(name)
        held = target.select(*KEYS, value.alias("_value")).drop_nulls("_value")
        wanted = pl.concat([fresh, to_update]).select(*KEYS, value.alias("_value"))
        wants.append(
            # What a row has already, it may keep.
            wanted.join(held, on=[*KEYS, "_value"], how="anti")
            .join(held.rename(holder), on="_value", how="inner")
            .select(
                *KEYS,
                pl.lit(str(Reason.VALUE_TAKEN)).alias("reason"),
                pl.format(
                    f"The target's row {{}} of {table.name} has the same {name}. "
                    "Change that one, or accept that this one is not carried.",
                    "_holder",
                ).alias("sentence"),
                *holder.values(),
            )
        )
    wants_all = pl.concat(wants)
    holders = list(holder.values())
    further = wants_all.join(to_update.rename(holder), on=holders, how="anti")
    taken = further
    while further.height:
        further = wants_all.join(taken.select(KEYS).rename(holder), on=holders, how="semi").join(
            taken, on=KEYS, how="anti"
        )
        taken = pl.concat([taken, further])
    return taken.drop(holders).unique(list(KEYS), keep="first", maintain_order=True)


def _no_edits() -> pl.DataFrame:
    return pl.DataFrame(schema={"key": pl.Int64, "other_key": pl.Int64, "state": pl.String})


def _nothing_refused() -> pl.DataFrame:
    return pl.DataFrame(
        schema={
            "key": pl.Int64,
            "other_key": pl.Int64,
            "reason": pl.String,
            "sentence": pl.String,
        }
    )
