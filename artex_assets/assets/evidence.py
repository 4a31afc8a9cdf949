"""How results look in Dagster's UI: metadata of assets and checks, without personal data."""

from collections.abc import Mapping
from typing import Any

import dagster as dg
import polars as pl

from artex_assets.checks.finding import Finding
from artex_assets.tables.declaration import Table
from artex_assets.target.load import Loaded
from artex_assets.target.schema import TargetTable
from artex_assets.vocabulary import Change, Described, Edit, Reason, Rule, Severity

Metadata = dict[str, Any]


def table_value(frame: pl.DataFrame) -> dg.TableMetadataValue:
    """A small frame of String and Int64 columns as a table; NULL is shown as nothing."""
    columns = [
        dg.TableColumn(name, "int" if dtype.is_integer() else "string")
        for name, dtype in frame.schema.items()
    ]
    records = [
        dg.TableRecord({name: "" if value is None else value for name, value in row.items()})
        for row in frame.iter_rows(named=True)
    ]
    return dg.MetadataValue.table(records, dg.TableSchema(columns))


def counted(counts: Mapping[str, int], words: type[Described]) -> dg.TableMetadataValue:
    """Counts by code, each with what the code means."""
    meanings = {str(word): word.meaning for word in words}
    rows = [
        {"code": code, "count": count, "meaning": meanings[code.rpartition(": ")[2]]}
        for code, count in counts.items()
    ]
    return table_value(
        pl.DataFrame(rows, schema={"code": pl.String, "count": pl.Int64, "meaning": pl.String})
    )


def of_load(table: Table, loaded: Loaded, target: TargetTable) -> Metadata:
    """The metadata of a table's materialization."""
    per_second = loaded.legacy / loaded.seconds if loaded.seconds else 0.0
    metadata: Metadata = {
        "dagster/row_count": dg.MetadataValue.int(loaded.loaded),
        "dagster/table_name": dg.MetadataValue.text(f"{target.schema}.{target.name}"),
        "dagster/column_schema": column_schema(target),
        "dagster/column_lineage": column_lineage(table),
        "legacy rows": dg.MetadataValue.int(loaded.legacy),
        "merged": dg.MetadataValue.int(loaded.merged),
        "quarantined": dg.MetadataValue.int(loaded.quarantined),
        "inserted": dg.MetadataValue.int(loaded.inserted),
        "updated": dg.MetadataValue.int(loaded.updated),
        "unchanged": dg.MetadataValue.int(loaded.unchanged),
        "adopted": dg.MetadataValue.int(loaded.adopted),
        "seconds": dg.MetadataValue.float(round(loaded.seconds, 3)),
        "rows per second": dg.MetadataValue.float(round(per_second, 1)),
        "recorded cells": dg.MetadataValue.int(sum(loaded.records.values())),
    }
    details: dict[str, tuple[Mapping[str, int], type[Described]]] = {
        "quarantine reasons": (loaded.reasons, Reason),
        "recorded cells by code": (loaded.records, Change),
        "cells by uniform rule": (loaded.rules, Rule),
        "edited in the target": (loaded.edits, Edit),
    }
    for name, (counts, words) in details.items():
        if counts:
            metadata[name] = counted(counts, words)
    return metadata


def column_schema(target: TargetTable) -> dg.TableSchemaMetadataValue:
    """The columns of the real target with their types."""
    return dg.MetadataValue.table_schema(
        dg.TableSchema(
            [
                dg.TableColumn(
                    column.name,
                    column.full_type,
                    constraints=dg.TableColumnConstraints(nullable=column.nullable),
                )
                for column in target.columns.values()
            ]
        )
    )


def column_lineage(table: Table) -> dg.TableColumnLineageMetadataValue:
    """Which legacy columns each target column comes from."""
    return dg.MetadataValue.column_lineage(
        dg.TableColumnLineage(
            {
                column: [
                    dg.TableColumnDep(dg.AssetKey(["legacy", source]), name)
                    for source, _, name in (text.partition(".") for text in sources)
                ]
                for column, sources in table.lineage.items()
            }
        )
    )


def of_check(asset: dg.AssetKey, finding: Finding) -> dg.AssetCheckResult:
    """A finding as the result of an asset check, its offenders in a table."""
    metadata: Metadata = {"count": dg.MetadataValue.int(finding.count)}
    if finding.offenders.height:
        metadata["offenders"] = table_value(finding.offenders)
    return dg.AssetCheckResult(
        asset_key=asset,
        check_name=finding.name,
        passed=finding.passed,
        severity=severity(finding.severity),
        description=finding.says,
        metadata=metadata,
    )


def severity(ours: Severity) -> dg.AssetCheckSeverity:
    """Dagster's word for a severity."""
    return dg.AssetCheckSeverity[str(ours)]
