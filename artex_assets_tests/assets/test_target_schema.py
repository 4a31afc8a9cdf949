"""What a run needs of the target: what its phase writes, and nothing of another phase."""

from collections.abc import Iterator
from typing import LiteralString

import dagster as dg
import psycopg
import pytest

from artex_assets.definitions import defs
from artex_assets.embedded.postgres import EmbeddedPostgres
from artex_assets.settings import DEMO_BACKUP
from artex_assets.tables.discovery import discover
from artex_assets.target.schema import create

Connection = psycopg.Connection[tuple[object, ...]]

LACKS_SALES = "There is no table external_sales."
NEXT_STEP = "`artex schema` shows how external_sales comes about"


@pytest.fixture
def target(
    database: str, postgres: EmbeddedPostgres, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Connection]:
    """A given target whose application does not have external_sales yet."""
    monkeypatch.setenv("DATABASE_URL", database)
    monkeypatch.setenv("ARTEX_HOME", str(postgres.home))
    monkeypatch.setenv("LEGACY_BACKUP", str(DEMO_BACKUP))
    create(database)
    with psycopg.connect(database, autocommit=True) as connection:
        connection.execute("DROP TABLE external_sales")
        yield connection


def executed(job: str, *assets: str) -> dg.ExecuteInProcessResult:
    """A run of a job, or of some assets of it."""
    return defs.resolve_job_def(job).execute_in_process(
        asset_selection=[dg.AssetKey(asset) for asset in assets] or None,
        raise_on_error=False,
        run_config={"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}},
    )


def refusal(result: dg.ExecuteInProcessResult) -> str | None:
    """Why `target_schema` refused; None when it did not."""
    told = [
        event.step_failure_data.user_failure_data
        for event in result.all_events
        if event.is_step_failure and event.step_key == "target_schema"
    ]
    if not told:
        assert any(made.asset_key.path == ["target_schema"] for made in materialized(result))
        return None
    (only,) = told
    assert only is not None
    return only.description


def materialized(result: dg.ExecuteInProcessResult) -> list[dg.AssetMaterialization]:
    return [
        event.step_materialization_data.materialization
        for event in result.all_events
        if event.is_step_materialization
    ]


def phases(result: dg.ExecuteInProcessResult) -> object:
    (made,) = (one for one in materialized(result) if one.asset_key.path == ["target_schema"])
    return made.metadata["phases"].value


def written(connection: Connection) -> bool:
    return connection.execute("SELECT to_regnamespace('artex_migration')").fetchone() != (None,)


# The assets of the tables and of the snapshot ask their context for it.
def test_the_core_tables_are_loaded_into_a_target_without_external_sales(
    target: Connection,
) -> None:
    result = executed("core")
    assert result.success
    assert phases(result) == "core"
    assert target.execute("SELECT count(*) FROM posters").fetchone() == (773,)


@pytest.mark.parametrize("job", ["migrate", "sales"])
def test_the_jobs_that_load_sales_are_refused_with_the_command_that_helps(
    target: Connection, job: str
) -> None:
    result = executed(job)
    assert not result.success
    said = refusal(result)
    assert said is not None
    assert said.startswith(f"The target lacks what the migration writes: {LACKS_SALES} ")
    assert NEXT_STEP in said
    assert "own migrations" not in said
    assert not written(target)


PARTS: list[tuple[str, tuple[str, ...], bool]] = [
    ("__ASSET_JOB", ("target_schema",), False),
    ("__ASSET_JOB", ("target_schema", "posters"), False),
    ("__ASSET_JOB", ("target_schema", "posters", "external_sales"), True),
    ("__ASSET_JOB", ("target_schema", "external_sales"), True),
    ("migrate", ("target_schema", "bands"), False),
    ("migrate", ("target_schema", "external_sales"), True),
]


def test_of_a_part_of_the_assets_it_is_those_in_the_run_that_count(
    target: Connection, subtests: pytest.Subtests
) -> None:
    for job, assets, refused in PARTS:
        with subtests.test(job, assets=assets):
            said = refusal(executed(job, *assets))
            assert (said is not None) == refused
            assert said is None or LACKS_SALES in said


MISSING: list[tuple[LiteralString, tuple[str, ...], list[str], list[str]]] = [
    (
        "DROP TABLE user_posters",
        ("users",),
        ["There is no table user_posters.", "Run the application's own migrations"],
        [LACKS_SALES, NEXT_STEP],
    ),
    ("DROP TABLE user_posters", (), ["There is no table user_posters."], [LACKS_SALES]),
    (
        "DROP TABLE user_posters",
        ("external_sales",),
        [LACKS_SALES, NEXT_STEP],
        ["user_posters", "Run the application's own migrations"],
    ),
    (
        "DROP TABLE posters CASCADE",
        ("external_sales",),
        ["There is no table posters.", LACKS_SALES, NEXT_STEP, "own migrations"],
        ["bands"],
    ),
    (
        "DROP TABLE user_posters",
        tuple(discover()),
        ["There is no table user_posters.", LACKS_SALES, NEXT_STEP, "own migrations"],
        [],
    ),
]


@pytest.mark.parametrize(("statement", "assets", "says", "is_silent_of"), MISSING)
def test_a_refusal_names_what_the_phase_needs_and_who_makes_it(
    target: Connection,
    statement: LiteralString,
    assets: tuple[str, ...],
    says: list[str],
    is_silent_of: list[str],
) -> None:
    target.execute(statement)
    said = refusal(executed("__ASSET_JOB", "target_schema", *assets))
    assert said is not None
    assert [words for words in says if words not in said] == []
    assert [words for words in is_silent_of if words in said] == []
    assert not written(target)
