"""How results look in Dagster's UI."""

import dagster as dg
import polars as pl
import pytest

from artex_assets.assets.evidence import (
    column_lineage,
    column_schema,
    counted,
    of_check,
    of_load,
    table_value,
)
from artex_assets.checks.finding import Finding
from artex_assets.database.connection import connected
from artex_assets.errors import TargetError
from artex_assets.tables.discovery import discover
from artex_assets.target.load import Loaded
from artex_assets.target.schema import TargetTable, create, read_tables
from artex_assets.vocabulary import Edit, Reason, Rule, Severity

USERS = discover()["users"]
LOADED = Loaded(
    table="users",
    legacy=4,
    loaded=3,
    merged=0,
    quarantined=1,
    inserted=1,
    updated=1,
    unchanged=1,
    adopted=0,
    edits={},
    reasons={"email_duplicate": 1},
    records={"time_imputed": 2},
    rules={"email: lowered": 3},
    seconds=0.5,
)


@pytest.fixture
def users(database: str) -> TargetTable:
    create(database)
    with connected(database, "test", TargetError) as connection:
        return read_tables(connection, ["users"])["users"]


def test_a_frame_becomes_a_table_and_null_an_empty_cell() -> None:
    frame = pl.DataFrame({"key": ["1", None], "count": [2, 3]})
    value = table_value(frame)
    assert [record.data for record in value.records] == [
        {"key": "1", "count": 2},
        {"key": "", "count": 3},
    ]
    assert [(column.name, column.type) for column in value.schema.columns] == [
        ("key", "string"),
        ("count", "int"),
    ]


def test_an_empty_frame_is_a_table_without_rows() -> None:
    assert table_value(pl.DataFrame(schema={"key": pl.String})).records == []


def test_counts_are_shown_with_what_their_codes_mean() -> None:
    value = counted({"email: lowered": 3}, Rule)
    assert [record.data for record in value.records] == [
        {"code": "email: lowered", "count": 3, "meaning": Rule.LOWERED.meaning}
    ]
    assert counted({}, Edit).records == []


def test_a_load_shows_its_rows_by_outcome_time_speed_and_reasons(users: TargetTable) -> None:
    metadata = of_load(USERS, LOADED, users)
    shown = {name: value.value for name, value in metadata.items() if hasattr(value, "value")}
    assert shown["dagster/row_count"] == 3
    assert shown["dagster/table_name"] == "public.users"
    assert (shown["legacy rows"], shown["merged"], shown["quarantined"]) == (4, 0, 1)
    assert (shown["inserted"], shown["updated"], shown["unchanged"]) == (1, 1, 1)
    assert (shown["seconds"], shown["rows per second"], shown["recorded cells"]) == (0.5, 8.0, 2)
    held = metadata["quarantine reasons"]
    assert isinstance(held, dg.TableMetadataValue)
    reasons = held.records[0].data
    assert reasons["meaning"] == Reason.EMAIL_DUPLICATE.meaning
    assert "edited in the target" not in metadata


def test_a_load_that_took_no_time_has_no_speed(users: TargetTable) -> None:
    from dataclasses import replace

    metadata = of_load(USERS, replace(LOADED, seconds=0.0), users)
    assert metadata["rows per second"].value == 0.0


def test_the_column_schema_is_the_real_target_s(users: TargetTable) -> None:
    columns = {column.name: column for column in column_schema(users).schema.columns}
    assert columns["email"].constraints.nullable is False
    assert columns["confirmed_at"].type == "timestamp(6) without time zone"
    assert columns["bio"].constraints.nullable is True


@pytest.mark.parametrize("name", discover())
def test_every_column_s_lineage_leads_to_a_legacy_asset(name: str) -> None:
    table = discover()[name]
    lineage = column_lineage(table).lineage.deps_by_column
    assert set(lineage) == set(table.lineage)
    for column, sources in lineage.items():
        for source in sources:
            assert source.asset_key.path[0] == "legacy", column
            assert source.column_name, column


def test_a_finding_becomes_a_check_with_its_offenders_in_a_table() -> None:
    offenders = pl.DataFrame({"key": ["7"], "reason": ["email_duplicate: User 1 has it."]})
    finding = Finding("quarantine", False, "Quarantined rows", Severity.WARN, offenders, 1)
    result = of_check(dg.AssetKey("users"), finding)
    assert (result.passed, result.check_name) == (False, "quarantine")
    assert result.severity == dg.AssetCheckSeverity.WARN
    assert result.description == "Quarantined rows"
    assert result.metadata["count"].value == 1
    shown = result.metadata["offenders"]
    assert isinstance(shown, dg.TableMetadataValue)
    assert [record.data["key"] for record in shown.records] == ["7"]


def test_a_passing_check_has_no_table() -> None:
    result = of_check(dg.AssetKey("users"), Finding("sequence", True, "The next id is free"))
    assert result.passed
    assert result.severity == dg.AssetCheckSeverity.ERROR
    assert "offenders" not in result.metadata
