"""A draft: the legacy rows of one table on their way to the target, with all that is said of them.

A draft never loses a row. Each step of a transform returns a new draft of the same height, in which
a row may have got a value, a record, a quarantine reason, or the key of the row it was merged into;
`finish` splits it into the frames that are loaded.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import polars as pl

from artex_assets.convert import dates
from artex_assets.convert.conversion import NUMERIC, Conversion, original
from artex_assets.legacy.contract import NOT_UTF8, unreadable
from artex_assets.tables.declaration import Constant, Inputs, Mapped, Rules, Table
from artex_assets.vocabulary import Change, Reason, Rule

if TYPE_CHECKING:
    from artex_assets.tables.outcome import Outcome

LEGACY = "legacy."
"""What the legacy columns' names begin with in a draft's frame."""

ROW, REASON, SENTENCE, CAUSE, INTO = "_row", "_reason", "_sentence", "_cause", "_into"
CHANGE, ORIGINAL, RULE = "_change.", "_original.", "_rule."

CODES = pl.Enum([str(change) for change in Change])
"""Of the `_change.` columns: as text, nulls alone would be 16 bytes a cell at a million rows."""

TIMES = ("created_at", "updated_at")


def standing() -> pl.Expr:
    """Boolean: the row is neither quarantined nor merged so far."""
    return pl.col(REASON).is_null() & pl.col(INTO).is_null()


@dataclass(frozen=True)
class Draft:
    """The rows of `table`, one a legacy row, in legacy order.

    frame: the legacy columns (their names behind `legacy.`), the target columns made so far, and
    the bookkeeping columns: `_row` (position), `_reason`, `_sentence`, `_cause` (String) of a
    quarantined row, `_into` (Int64, the `_row` of the row it was merged into), `_change.COLUMN`
    (CODES), `_original.COLUMN` (String) and `_rule.COLUMN.CODE` (Boolean).
    """

    table: Table
    rules: Rules
    frame: pl.DataFrame

    @classmethod
    def of(cls, table: Table, inputs: Inputs) -> "Draft":
        """The draft with every mapped and constant column converted, times and keys seen to."""
        source = table.source.complete(inputs.legacy[table.source.name])
        frame = source.rename({name: LEGACY + name for name in source.columns}).with_columns(
            pl.row_index().cast(pl.Int64).alias(ROW),
            pl.lit(None, pl.String).alias(REASON),
            pl.lit(None, pl.String).alias(SENTENCE),
            pl.lit(None, pl.String).alias(CAUSE),
            pl.lit(None, pl.Int64).alias(INTO),
        )
        draft = cls(table, inputs.rules, frame)
        for name, column in table.columns(inputs.rules).items():
            match column:
                case Mapped(source=legacy, convert=convert, options=options):
                    dtype = frame.schema[LEGACY + legacy]
                    draft = draft.convert(name, convert(LEGACY + legacy, dtype, **options))
                case Constant(value=value):
                    constant = Conversion(pl.lit(value), rules={Rule.CONSTANT: pl.lit(True)})
                    draft = draft.convert(name, constant)
        return draft._times()._keys()._readable()

    def convert(self, name: str, conversion: Conversion) -> "Draft":
        """The draft with target column `name` made by `conversion`, its change and rules kept."""
        return self._with(
            conversion.value.alias(name),
            conversion.change.cast(CODES).alias(CHANGE + name),
            *(
                made.fill_null(False).alias(f"{RULE}{name}.{code}")
                for code, made in conversion.rules.items()
            ),
        )

    def set(self, **columns: pl.Expr) -> "Draft":
        """The draft with target columns made from what is there."""
        return self._with(*(value.alias(name) for name, value in columns.items()))

    def count(self, name: str, rule: Rule, where: pl.Expr) -> "Draft":
        """The draft with a uniform rule counted for the cells of column `name` where it applied."""
        return self._with(where.fill_null(False).alias(f"{RULE}{name}.{rule}"))

    def record(
        self, name: str, change: Change, where: pl.Expr, *, was: pl.Expr | None = None
    ) -> "Draft":
        """The draft with the cells of `name` on record as `change`; an earlier record stays.

        was: the original value (String), where it is not the legacy column that `name` is mapped
        from.
        """
        column = CHANGE + name
        before = pl.col(column) if column in self.frame.columns else pl.lit(None, CODES)
        made = pl.when(before.is_null() & where).then(pl.lit(str(change), CODES)).otherwise(before)
        draft = self._with(made.alias(column))
        if was is None:
            return draft
        kept = ORIGINAL + name
        before = pl.col(kept) if kept in self.frame.columns else pl.lit(None, pl.String)
        return draft._with(pl.when(where).then(was).otherwise(before).alias(kept))

    def quarantine(
        self, reason: str, where: pl.Expr, sentence: pl.Expr | str, cause: pl.Expr | None = None
    ) -> "Draft":
        """The draft with rows quarantined, unless they are so already or are merged.

        sentence: what a person reads; ids, never personal data. cause: the root cause, for a child.
        """
        text = pl.lit(sentence) if isinstance(sentence, str) else sentence
        hit = standing() & where.fill_null(False)
        return self._with(
            pl.when(hit).then(pl.lit(str(reason))).otherwise(pl.col(REASON)).alias(REASON),
            pl.when(hit).then(text).otherwise(pl.col(SENTENCE)).alias(SENTENCE),
            pl.when(hit)
            .then(pl.lit(None, pl.String) if cause is None else cause)
            .otherwise(pl.col(CAUSE))
            .alias(CAUSE),
        )

    def merge(self, *same: pl.Expr, loaded: pl.Series | None = None) -> "Draft":
        """The draft with standing rows that agree in `same` (none null) merged into the first.

        The first is the one of the lowest key, as domain.md has it for names and links; but where
        some are `loaded` (Int64 ids that an earlier run has put into the target), the lowest of
        these, since the application may refer to it by now.
        """
        names = [f"_same.{position}" for position in range(len(same))]
        alike = (
            self.frame.filter(standing())
            .select(
                ROW,
                *self.table.key,
                *(value.alias(name) for value, name in zip(same, names, strict=True)),
            )
            .drop_nulls(names)
            .sort(*_first_of(self.table.key[0], loaded), *self.table.key, ROW, nulls_last=True)
            .select(ROW, pl.col(ROW).first().over(names).alias("_first"))
            .filter(pl.col(ROW) != pl.col("_first"))
        )
        if alike.is_empty():
            return self
        frame = self.frame.join(alike, on=ROW, how="left", maintain_order="left")
        into = pl.coalesce(pl.col(INTO), pl.col("_first"))
        return replace(self, frame=frame.with_columns(into.alias(INTO)).drop("_first"))

    def refer(self, parents: Mapping[str, pl.DataFrame]) -> "Draft":
        """The draft with every reference resolved to the row that stands for it in the target.

        A required reference that leads nowhere quarantines the row with the root cause; an optional
        one becomes NULL, recorded; one to a merged row is re-pointed, recorded (domain.md,
        *Quarantined parents*).
        """
        draft = self
        for reference in self.table.references:
            draft = draft._resolve(
                reference.column, reference.table, parents[reference.table], reference.required
            )
        return draft

    def finish(self) -> "Outcome":
        """The frames to load; raises DeclarationError when a written column was not made."""
        from artex_assets.tables.outcome import finish

        return finish(self)

    def legacy(self, name: str) -> pl.Expr:
        """The legacy value of column `name` as text (String)."""
        return original(LEGACY + name, self.frame.schema[LEGACY + name])

    def row_as_json(self) -> pl.Expr:
        """The legacy row whole, as JSON text; fractions as text, since NaN is no JSON."""
        exact = (NUMERIC, pl.Float64)
        return pl.struct(
            (original(name, dtype) if dtype in exact else pl.col(name)).alias(
                name.removeprefix(LEGACY)
            )
            for name, dtype in self.frame.schema.items()
            if name.startswith(LEGACY)
        ).struct.json_encode()

    def _with(self, *columns: pl.Expr) -> "Draft":
        return replace(self, frame=self.frame.with_columns(*columns))

    def _times(self) -> "Draft":
        """created_at and updated_at: a NULL one takes the other, or the day of the migration."""
        if LEGACY + "created_at" not in self.frame.columns:
            return self
        draft = self
        for name in TIMES:
            draft = draft.record(name, Change.TIME_IMPUTED, pl.col(name).is_null())
        return draft.set(**_filled_times(self.rules))

    def _keys(self) -> "Draft":
        """Rows without a key, or different ones of one key, are quarantined; equal ones merged."""
        if self.table.key != ("id",):
            return self
        missing = self.quarantine(
            Reason.MISSING_KEY, pl.col("id").is_null(), "The row has no id. Give it one."
        )
        if not missing.frame["id"].drop_nulls().is_duplicated().any():
            return missing
        whole = missing.row_as_json()
        differ = (whole.n_unique().over("id") > 1) & pl.col("id").is_not_null()
        sentence = pl.format(
            "{} different rows have the id {}. Give each one of its own.", pl.len().over("id"), "id"
        )
        return missing.quarantine(Reason.DUPLICATE_KEY, differ, sentence).merge(pl.col("id"))

    def _readable(self) -> "Draft":
        """Rows are quarantined whose mapped text is in no known encoding."""
        name = LEGACY + NOT_UTF8
        if name not in self.frame.columns:
            return self
        names = unreadable(name, self.table.source.columns)
        says = pl.format("The text of {} is in no encoding that can be read. Correct it.", names)
        return self.quarantine(Reason.TEXT_NOT_UTF8, names.is_not_null(), says)

    def _resolve(self, column: str, table: str, parents: pl.DataFrame, required: bool) -> "Draft":
        found = parents.select(
            pl.col("legacy_id").alias(column),
            pl.col("id").alias("_to"),
            pl.col("reason").alias("_why"),
            pl.col("cause").alias("_root"),
            pl.lit(True).alias("_known"),
        )
        asked, known = pl.col(column), pl.col("_known").is_not_null()
        gone = asked.is_not_null() & pl.col("_to").is_null()
        draft = replace(
            self, frame=self.frame.join(found, on=column, how="left", maintain_order="left")
        )
        if required:
            where = f"which {column} names"
            draft = (
                draft.quarantine(
                    Reason.MISSING_KEY if column in self.table.key else Reason.MISSING_VALUE,
                    asked.is_null(),
                    f"{column} is empty. Say which of {table} the row belongs to.",
                )
                .quarantine(
                    Reason.PARENT_MISSING,
                    gone & ~known,
                    pl.format(
                        f"The row {{}} of {table}, {where}, is not in the legacy database.", asked
                    ),
                    pl.format(f"{table} {{}}: {Reason.PARENT_MISSING}", asked),
                )
                .quarantine(
                    Reason.PARENT_DELETED,
                    gone & (pl.col("_why") == str(Reason.PARENT_DELETED)),
                    pl.format(
                        f"The row {{}} of {table}, {where}, was deleted in the target.", asked
                    ),
                    pl.col("_root"),
                )
                .quarantine(
                    Reason.PARENT_QUARANTINED,
                    gone & known,
                    pl.format(f"The row {{}} of {table}, {where}, is quarantined.", asked),
                    pl.col("_root"),
                )
            )
        else:
            draft = draft.record(column, Change.REFERENCE_DROPPED, gone)
        draft = draft.record(
            column, Change.REFERENCE_MERGED, pl.col("_to").is_not_null() & (pl.col("_to") != asked)
        )
        resolved = pl.when(gone & standing()).then(None).otherwise(pl.coalesce("_to", asked))
        kept = resolved if not required else pl.coalesce("_to", asked)
        frame = draft.frame.with_columns(kept.alias(column)).drop("_to", "_why", "_root", "_known")
        return replace(draft, frame=frame)


def lowest(group: pl.Expr, loaded: pl.Series | None) -> pl.Expr:
    """The id (Int64) of the first of a `group`'s standing rows, as `Draft.merge` has it."""
    stands = pl.when(standing())
    of_group = stands.then(group)
    first = stands.then("id").min().over(of_group)
    if loaded is None or loaded.is_empty():
        return first
    before = pl.when(standing() & _among("id", loaded)).then("id")
    return pl.coalesce(before.min().over(of_group), first)


def _first_of(key: str, loaded: pl.Series | None) -> list[pl.Expr]:
    """What rows are to be sorted by, so that those which are loaded already come first."""
    return [] if loaded is None or loaded.is_empty() else [~_among(key, loaded)]


def _among(key: str, loaded: pl.Series) -> pl.Expr:
    return pl.col(key).is_in(loaded.implode()).fill_null(False)


def _filled_times(rules: Rules) -> dict[str, pl.Expr]:
    day = pl.lit(rules.migration_date).cast(pl.Datetime("us"))
    created, updated = (pl.col(name) for name in TIMES)
    return {
        "created_at": pl.coalesce(created, updated, day),
        "updated_at": pl.coalesce(updated, created, day),
    }


def carried_times(legacy: pl.DataFrame, rules: Rules) -> pl.DataFrame:
    """What `id`s (Int64) of a legacy table got as created_at and updated_at (Datetime, UTC).

    For link rows, which have no times of their own: joined to a draft, a time that is not the
    legacy one is on record there as well (`_change.` and `_original.` of both).
    """
    made = {name: dates.timestamp(name, legacy.schema[name]) for name in TIMES}
    imputed = pl.lit(str(Change.TIME_IMPUTED))
    return (
        legacy.select(
            "id",
            *(time.value.alias(name) for name, time in made.items()),
            *(time.change.alias(CHANGE + name) for name, time in made.items()),
            *(original(name, legacy.schema[name]).alias(ORIGINAL + name) for name in TIMES),
        )
        .with_columns(
            pl.when(pl.col(name).is_null())
            .then(pl.coalesce(CHANGE + name, imputed))
            .cast(CODES)
            .alias(CHANGE + name)
            for name in TIMES
        )
        .with_columns(**_filled_times(rules))
        .unique("id", keep="first", maintain_order=True)
    )


def columns_of(frame: pl.DataFrame, prefix: str) -> Iterable[str]:
    """The columns of `frame` whose name begins with `prefix`."""
    return (name for name in frame.columns if name.startswith(prefix))
