"""The legacy tables as assets: one multi-asset, so that all are of one moment."""

import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager

import dagster as dg
import polars as pl

from artex_assets import settings
from artex_assets.assets.evidence import of_check, table_value
from artex_assets.assets.resources import Snapshots, plainly
from artex_assets.checks.finding import Finding, found
from artex_assets.database.failures import PAUSES
from artex_assets.errors import LegacyCutError, LegacyError
from artex_assets.legacy.contract import LegacyTable, unmapped_counts, violations
from artex_assets.legacy.snapshot import snapshot, unmapped_tables
from artex_assets.legacy.source import backup_of, legacy_database
from artex_assets.vocabulary import Severity

CHECKS = {
    "contract": "The table has the columns that the migration needs, of kinds that it can read.",
    "unmapped": "No column holds data that is neither mapped nor deliberately ignored.",
}

UNMAPPED = "unmapped_tables"
UNMAPPED_DESCRIPTION = "No legacy table is neither read nor deliberately ignored."


def key(table: str) -> dg.AssetKey:
    """The asset key of a legacy table."""
    return dg.AssetKey(["legacy", table])


def legacy_assets(tables: Mapping[str, LegacyTable]) -> dg.AssetsDefinition:
    """The multi-asset that reads `tables` in one transaction and keeps them as Parquet.

    What is said of tables that are none of them is a check of the first.
    """
    first = key(next(iter(tables)))

    @dg.multi_asset(
        name="legacy_snapshot",
        outs={
            name: dg.AssetOut(
                key=key(name),
                group_name="legacy",
                kinds={"postgresql", "parquet"},
                io_manager_key="snapshots",
                description=f"The legacy table `{name}`, as it was when the snapshot was taken.",
            )
            for name in tables
        },
        check_specs=[
            dg.AssetCheckSpec(check, asset=key(name), description=description)
            for name in tables
            for check, description in CHECKS.items()
        ]
        + [dg.AssetCheckSpec(UNMAPPED, asset=first, description=UNMAPPED_DESCRIPTION)],
    )
    def legacy_snapshot(
        context: dg.AssetExecutionContext, snapshots: dg.ResourceParam[Snapshots]
    ) -> Iterator[dg.Output[pl.DataFrame] | dg.AssetCheckResult]:
        with plainly(), once_more(context), ExitStack() as stack:
            chosen = settings.load()
            backup = backup_of(chosen)
            source = f"the backup {backup.name}" if backup else "a live database"
            began = time.monotonic()
            url = stack.enter_context(legacy_database(chosen, list(tables)))
            context.log.info(f"Reading {len(tables)} tables of {source}.")
            broken: list[str] = []
            for name, frame in snapshot(url, tables):
                contract = tables[name]
                problems = violations(contract, frame)
                broken += problems
                yield of_check(key(name), contract_finding(name, problems))
                yield of_check(key(name), unmapped_finding(name, unmapped_counts(contract, frame)))
                yield dg.Output(
                    frame,
                    output_name=name,
                    metadata={
                        "dagster/row_count": frame.height,
                        "columns": table_value(shape(frame)),
                        "source": source,
                    },
                )
            if broken:
                raise LegacyError(
                    f"The legacy database does not fit: {' '.join(broken)}",
                    next_step="Nothing was loaded. Compare with the contract of the legacy table.",
                )
            yield of_check(first, unmapped_tables_finding(unmapped_tables(url, tables)))
            snapshots.store().publish(context.run.run_id)
            context.log.info(f"The snapshot took {time.monotonic() - began:.2f} s.")

    return legacy_snapshot


@contextmanager
def once_more(context: dg.AssetExecutionContext) -> Iterator[None]:
    """Has Dagster read all tables anew, a few times, when the reading was cut short.

    Going on where it was cut would mix tables of two moments. Nothing was published.
    """
    try:
        yield
    except LegacyCutError as error:
        if context.retry_number >= len(PAUSES):
            raise
        context.log.warning(f"{error.what} All of it is read once more.")
        pause = PAUSES[context.retry_number]
        raise dg.RetryRequested(max_retries=len(PAUSES), seconds_to_wait=pause) from None


def contract_finding(table: str, problems: list[str]) -> Finding:
    """Fails with the columns that are missing or of a kind that cannot be read."""
    offenders = pl.DataFrame(
        {"key": [table] * len(problems), "reason": problems},
        schema={"key": pl.String, "reason": pl.String},
    )
    says = "The table does not fit" if problems else "The table has what the migration needs"
    return Finding("contract", not problems, says, offenders=offenders, count=len(problems))


def unmapped_finding(table: str, counts: dict[str, int]) -> Finding:
    """Warns of columns that hold data and are not carried."""
    held = {name: count for name, count in counts.items() if count}
    offenders = pl.DataFrame(
        {
            "key": [f"{table}.{name}" for name in held],
            "reason": [f"{count:,} values are not carried" for count in held.values()],
        },
        schema={"key": pl.String, "reason": pl.String},
    )
    says = (
        "Columns with data that no rule carries"
        if held
        else "Every column with data is mapped or deliberately ignored"
    )
    return Finding("unmapped", not held, says, Severity.WARN, offenders, len(held))


def unmapped_tables_finding(names: list[str]) -> Finding:
    """Warns of tables that are neither read nor on the list of those that are not."""
    offenders = pl.DataFrame(
        {"key": names, "reason": ["no rule reads this table"] * len(names)},
        schema={"key": pl.String, "reason": pl.String},
    )
    return found(
        UNMAPPED,
        offenders,
        "Every table is read or deliberately ignored",
        "Tables that no rule reads",
        Severity.WARN,
    )


def shape(frame: pl.DataFrame) -> pl.DataFrame:
    """The columns of a frame with their dtypes and counts of values; no values."""
    return pl.DataFrame(
        {
            "column": frame.columns,
            "dtype": [str(dtype) for dtype in frame.dtypes],
            "values": [frame.height - nulls for nulls in frame.null_count().row(0)],
        },
        schema={"column": pl.String, "dtype": pl.String, "values": pl.Int64},
    )
