"""The contract: the pandera model of a table, held against what is read back from the target."""

from collections.abc import Mapping

import polars as pl

from artex_assets.checks.finding import Finding, found, key_text
from artex_assets.tables.declaration import Table
from artex_assets.target.constrain import INTEGER_BITS
from artex_assets.target.schema import TargetColumn

DAY = "%Y-%m-%d"
TIME = "%Y-%m-%d %H:%M:%S%.f"


def typed(rows: pl.DataFrame, columns: Mapping[str, TargetColumn]) -> pl.DataFrame:
    """Canonical text with the dtypes of the target's columns: Int64, Float64 for numeric, Boolean,
    Date, Datetime in microseconds UTC, String."""
    return rows.with_columns(_typed(column) for column in columns.values())


def _typed(column: TargetColumn) -> pl.Expr:
    value = pl.col(column.name)
    if column.data_type in INTEGER_BITS:
        return value.cast(pl.Int64)
    if column.data_type in {"numeric", "double precision", "real"}:
        return value.cast(pl.Float64)
    if column.data_type == "boolean":
        return value == "t"
    if column.data_type == "date":
        return value.str.to_date(DAY, strict=False)
    if column.data_type.startswith("timestamp"):
        return value.str.to_datetime(TIME, strict=False, time_unit="us")
    return value


def contract(table: Table, rows: pl.DataFrame) -> Finding:
    """Fails with the rows that break the model. rows: key, other_key and the typed columns."""
    import pandera.errors

    # An application may keep its cents in an integer, where the model reads any number.
    numbers = table.contract.to_schema().columns
    rows = rows.with_columns(
        pl.col(name).cast(pl.Float64)
        for name, dtype in rows.schema.items()
        if dtype == pl.Int64 and name in numbers and numbers[name].dtype.type == pl.Float64
    )
    good = f"{rows.height:,} rows of the target hold the contract"
    bad = "Cells that break the contract"
    try:
        table.contract.validate(rows, lazy=True)
    except pandera.errors.SchemaErrors as errors:
        pair = len(table.key) > 1
        keys = rows.select(key_text(pair)).with_row_index("index")
        cases: pl.DataFrame = errors.failure_cases
        # What the cell holds stays out: it may be personal.
        offenders = (
            cases.select(
                pl.col("index").cast(pl.UInt32),
                pl.format("{}: {}", pl.col("column").fill_null("row"), "check").alias("reason"),
            )
            .join(keys, on="index", how="left")
            .select(pl.col("key").fill_null("whole column"), "reason")
            .sort("key", "reason")
        )
        return found("contract", offenders, good, bad)
    return Finding("contract", True, good)
