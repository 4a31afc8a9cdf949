"""Keys, references, sequences and prices of what is in the target."""

import polars as pl
from psycopg import sql

from artex_assets.checks.finding import Finding, found, key_text
from artex_assets.database.connection import Connection
from artex_assets.database.copy import copy_out
from artex_assets.tables.declaration import Table
from artex_assets.tables.outcome import KEYS
from artex_assets.target.schema import TargetTable
from artex_assets.target.sequence import positions
from artex_assets.vocabulary import Severity

CHEAPEST_MEDIAN, DEAREST_MEDIAN = 200, 100_000
"""Cents between which the median price of gig posters lies; outside, the unit is probably wrong."""


def unique_keys(table: Table, rows: pl.DataFrame) -> Finding:
    """Fails with the rows that share a key or a unique value. rows: keys and canonical columns."""
    pair = len(table.key) > 1
    parts = [_shared(rows, list(KEYS), pair, f"another row has the same {' and '.join(table.key)}")]
    for name in table.unique:
        value = pl.col(name).str.to_lowercase() if table.ignoring_case else pl.col(name)
        with_value = rows.with_columns(value.alias("_value")).drop_nulls("_value")
        parts.append(_shared(with_value, ["_value"], pair, f"another row has the same {name}"))
    what = ", ".join((" and ".join(table.key), *table.unique))
    return found(
        "unique_keys",
        pl.concat(parts).sort("key"),
        f"No two of {rows.height:,} rows share {what}",
        "Rows that share a key or a unique value",
    )


def _shared(rows: pl.DataFrame, same: list[str], pair: bool, reason: str) -> pl.DataFrame:
    return rows.filter(pl.struct(same).is_duplicated()).select(
        key_text(pair), pl.lit(reason).alias("reason")
    )


def foreign_keys(connection: Connection, table: Table) -> Finding:
    """Fails with the rows whose reference leads nowhere. Read from the target, all its rows."""
    key = sql.SQL("concat_ws('-', {})").format(
        sql.SQL(", ").join(sql.SQL("child.{}").format(sql.Identifier(name)) for name in table.key)
    )
    parts = [pl.DataFrame(schema={"key": pl.String, "reason": pl.String})]
    for reference in table.references:
        query = sql.SQL(
            "SELECT {key}, {says} || child.{column} FROM {table} AS child "
            "WHERE child.{column} IS NOT NULL "
            "AND NOT EXISTS (SELECT FROM {parent} AS parent WHERE parent.id = child.{column})"
        ).format(
            key=key,
            says=sql.Literal(f"{reference.column} names no row of {reference.table}: "),
            column=sql.Identifier(reference.column),
            table=sql.Identifier(table.name),
            parent=sql.Identifier(reference.table),
        )
        parts.append(copy_out(connection, query, {"key": pl.String, "reason": pl.String}))
    columns = ", ".join(reference.column for reference in table.references) or "none"
    return found(
        "foreign_keys",
        pl.concat(parts),
        f"Every reference resolves ({columns})",
        "References that lead nowhere",
    )


def sequence(connection: Connection, target: TargetTable) -> Finding:
    """Fails when an insert without an id would get one that is taken."""
    place = positions(connection, target)
    if place is None:
        return Finding("sequence", True, f"{target.name} has no id that a sequence fills")
    highest, following = place
    return Finding(
        name="sequence",
        passed=following > highest,
        says=f"The next id is {following:,}, the highest is {highest:,}",
        count=0 if following > highest else 1,
    )


def price_unit(table: Table, rows: pl.DataFrame) -> Finding:
    """Warns when the median price says that the declared unit is wrong. rows: typed, in cents."""
    medians = {name: rows[name].median() for name in table.prices}
    odd = {
        name: float(median)
        for name, median in medians.items()
        if isinstance(median, int | float) and not CHEAPEST_MEDIAN <= median <= DEAREST_MEDIAN
    }
    shown = ", ".join(
        f"{name} ${float(median) / 100:,.2f}" if isinstance(median, int | float) else f"{name} none"
        for name, median in medians.items()
    )
    return Finding(
        name="price_unit",
        passed=not odd,
        says=f"Median price: {shown}" + (". Is ARTEX_LEGACY_PRICE_UNIT right?" if odd else ""),
        severity=Severity.WARN,
        count=len(odd),
    )
