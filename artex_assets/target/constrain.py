"""What the target's real columns can hold.

Source: domain.md, *A value the target cannot hold*: NULL and recorded where the column is optional,
quarantined where it is required. The types are those of the real target, not of our declaration.
"""

from collections.abc import Mapping

import polars as pl

from artex_assets.tables.draft import LEGACY, Draft
from artex_assets.target.schema import TargetColumn
from artex_assets.vocabulary import Change, Reason, Rule

INTEGER_BITS = {"smallint": 15, "integer": 31, "bigint": 63}

TEXTS = frozenset({"character varying", "character", "text", "json", "jsonb", "citext"})


def constrain(draft: Draft, columns: Mapping[str, TargetColumn]) -> Draft:
    """The draft with no value that the target would refuse. columns: the target's, by name."""
    for name in draft.table.written:
        column = columns[name]
        draft = _rounded(draft, column)
        held = _held(draft.frame.schema[name], column)
        if held is not None:
            draft = _without_unheld(draft, column, held)
        if not column.nullable:
            draft = draft.quarantine(
                Reason.MISSING_VALUE,
                pl.col(name).is_null(),
                f"{name} is empty, and the target requires it. Fill it in the legacy database.",
            )
    return draft


def widening(table: str, column: TargetColumn) -> str:
    """The DDL that makes a column hold what it could not."""
    if column.labels is not None:
        return f"ALTER TYPE {column.data_type} ADD VALUE '…';"
    wider = {
        "numeric": f"numeric(20,{column.scale or 0})",
        "integer": "bigint",
        "smallint": "bigint",
    }.get(column.data_type, "text")
    return f'ALTER TABLE "{table}" ALTER COLUMN "{column.name}" TYPE {wider};'


def _rounded(draft: Draft, column: TargetColumn) -> Draft:
    """Decimals beyond the target's scale are rounded as PostgreSQL would, so that both agree."""
    dtype, value = draft.frame.schema[column.name], pl.col(column.name)
    if isinstance(dtype, pl.Decimal) and column.scale is not None and column.scale < dtype.scale:
        rounded = value.round(column.scale, mode="half_away_from_zero")
    elif isinstance(dtype, pl.Datetime) and column.precision is not None and column.precision < 6:
        rounded = value.dt.round(f"{10 ** (6 - column.precision)}us")
    else:
        return draft
    return draft.count(column.name, Rule.ROUNDED, value != rounded).set(**{column.name: rounded})


def _held(dtype: pl.DataType, column: TargetColumn) -> pl.Expr | None:
    """Boolean: the column can hold the value; None where it can hold every value of the dtype."""
    value = pl.col(column.name)
    if column.labels is not None and dtype == pl.String:
        return value.is_in(list(column.labels))
    if column.data_type in INTEGER_BITS and dtype.is_integer():
        limit = 2 ** INTEGER_BITS[column.data_type]
        return None if limit == 2**63 else value.is_between(-limit, limit - 1)
    if column.data_type == "numeric" and column.precision is not None and dtype.is_numeric():
        digits = column.precision - (column.scale or 0)
        if isinstance(dtype, pl.Decimal):
            return value.cast(pl.Float64).abs() < float(10**digits)
        return None if digits > 18 else value.is_between(-(10**digits) + 1, 10**digits - 1)
    if column.length is not None and dtype == pl.String:
        return value.str.len_chars() <= column.length
    fits = (
        (column.data_type in TEXTS and dtype == pl.String)
        or (column.data_type == "boolean" and dtype == pl.Boolean)
        or (column.data_type in INTEGER_BITS and dtype.is_integer())
        or (column.data_type in {"numeric", "double precision", "real"} and dtype.is_numeric())
        or (column.data_type == "date" and dtype == pl.Date)
        or (column.data_type.startswith("timestamp") and isinstance(dtype, pl.Datetime))
        or (column.data_type in TEXTS)
    )
    return None if fits else value.is_null()


def _without_unheld(draft: Draft, column: TargetColumn, held: pl.Expr) -> Draft:
    name = column.name
    unheld = (~held).fill_null(False)
    if not draft.frame.select(unheld.any()).item():
        return draft
    if not column.nullable or name in draft.table.key:
        return draft.quarantine(
            Reason.VALUE_NOT_HELD,
            unheld,
            f"{name} has a value that the target's {column.full_type} cannot hold. "
            f"Widen it: {widening(draft.table.name, column)}",
        )
    converted = pl.col(name).cast(pl.String)
    was = None if _is_mapped(draft, name) else converted
    return draft.record(name, Change.VALUE_NOT_HELD, unheld, was=was).set(
        **{name: pl.when(~unheld).then(pl.col(name))}
    )


def _is_mapped(draft: Draft, name: str) -> bool:
    column = draft.table.columns(draft.rules)[name]
    return hasattr(column, "source") and LEGACY + str(column.source) in draft.frame.columns
