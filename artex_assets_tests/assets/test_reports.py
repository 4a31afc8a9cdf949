"""The reports as Dagster assets."""

import base64
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import dagster as dg
import pytest

from artex_assets.assets.reports import report_asset
from artex_assets.assets.resources import TargetDatabase
from artex_assets.database.connection import connected
from artex_assets.errors import TargetError
from artex_assets.report.sales.catalog import REPORTS
from artex_assets.target.schema import create
from artex_assets_tests.report.samples import CANARY, legacy_with_sales
from artex_assets_tests.target.migration import Migration

NAMES = [report.name for report in REPORTS]


@pytest.fixture
def target(database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Migration]:
    """The target of this process, without rows yet, and a home of its own."""
    monkeypatch.setenv("DATABASE_URL", database)
    monkeypatch.setenv("ARTEX_HOME", str(tmp_path))
    create(database)
    with connected(database, "tests", TargetError) as connection:
        yield Migration(database, connection)


def made(
    *others: dg.AssetsDefinition, names: Sequence[str] = NAMES, fails: bool = False
) -> dg.ExecuteInProcessResult:
    """A run of the reports named, by default all, with `others` beside them."""
    return dg.materialize(
        [*(report_asset(report) for report in REPORTS if report.name in names), *others],
        resources={"target": TargetDatabase()},
        raise_on_error=not fails,
    )


def metadata(result: dg.ExecuteInProcessResult) -> dict[str, dict[str, Any]]:
    return {
        event.asset_key.path[-1]: dict(event.step_materialization_data.materialization.metadata)
        for event in result.get_asset_materialization_events()
        if event.asset_key is not None
    }


def test_each_has_a_finding_a_table_and_a_picture_that_is_saved_too(
    target: Migration, tmp_path: Path
) -> None:
    target.legacy.update(legacy_with_sales())
    target.load()
    shown = metadata(made())
    assert sorted(shown) == sorted(NAMES)
    for name, values in shown.items():
        assert values["finding"].value.endswith(".")
        table = values["figures"]
        assert isinstance(table, dg.TableMetadataValue)
        assert 0 < len(table.records) <= 100
        assert Path(values["csv file"].value) == tmp_path / "reports" / f"{name}.csv"
        if name != "sales_to_verify":
            _, _, inline = values["picture"].value.rstrip(")").partition("base64,")
            saved = (tmp_path / "reports" / f"{name}.png").read_bytes()
            assert base64.b64decode(inline) == saved
            assert saved.startswith(b"\x89PNG")
    assert shown["sales_by_month"]["sales"].value == 300
    assert {column.name for column in shown["prices_by_band"]["figures"].schema.columns} == {
        *("band", "posters", "sales", "lowest", "median", "highest")
    }
    assert shown["prices_by_band"]["figures"].records[0].data["median"].startswith("$")


def test_the_list_to_verify_is_shown_in_part_and_saved_whole(
    target: Migration, tmp_path: Path
) -> None:
    target.legacy.update(legacy_with_sales())
    target.load()
    target.execute("UPDATE external_sales SET verified = false")
    target.execute("UPDATE posters SET name = '=1+1' WHERE id = 1")
    shown = metadata(made(names=["sales_to_verify"]))["sales_to_verify"]
    assert len(shown["figures"].records) == 100
    assert shown["dagster/row_count"].value == shown["to verify"].value == 300
    lines = (tmp_path / "reports" / "sales_to_verify.csv").read_text().splitlines()
    assert len(lines) == 301
    assert any(",'=1+1," in line for line in lines)


def test_no_personal_data_is_in_events_or_files(target: Migration, tmp_path: Path) -> None:
    target.legacy.update(legacy_with_sales())
    target.load()
    for column in ("notes", "verified_by"):
        assert CANARY in target.column(f"SELECT {column} FROM external_sales")  # noqa: S608
    result = made()
    told = "\n".join(str(event) for event in result.all_events)
    assert "Poster 1" in told
    assert CANARY not in told.lower()
    for path in (tmp_path / "reports").iterdir():
        assert CANARY.encode() not in path.read_bytes().lower()
    assert "user" not in (tmp_path / "reports" / "collection_sizes.csv").read_text()


def test_an_empty_target_gives_sentences_and_no_pictures(target: Migration, tmp_path: Path) -> None:
    shown = metadata(made())
    assert sorted(shown) == sorted(NAMES)
    assert not any("picture" in values for values in shown.values())
    assert shown["sales_by_month"]["finding"].value == "There are no sales yet."
    assert not list((tmp_path / "reports").glob("*.png"))


def test_a_table_that_is_not_there_is_said_in_a_sentence(target: Migration) -> None:
    target.execute("DROP TABLE external_sales")
    result = made(fails=True)
    assert not result.success
    (first, *_) = [event for event in result.all_events if event.is_step_failure]
    error = first.step_failure_data.user_failure_data
    assert error is not None
    assert 'relation "external_sales" does not exist' in str(error.description)


def test_reports_come_after_the_photos_and_despite_those_that_failed(target: Migration) -> None:
    order: list[str] = []

    @dg.asset
    def user_posters() -> None:
        order.append("user_posters")

    @dg.asset
    def external_sales() -> None:
        order.append("external_sales")

    @dg.asset(deps=["external_sales"])
    def a_photos() -> None:
        order.append("photos")

    @dg.asset(deps=["external_sales"])
    def zz_photos() -> None:
        order.append("photos")
        raise dg.Failure("A photo failed.", allow_retries=False)

    result = made(user_posters, external_sales, a_photos, zz_photos, fails=True)
    assert not result.success
    assert set(NAMES) <= set(metadata(result))
    finished = [event.step_key for event in result.all_events if event.is_step_start]
    assert max(map(finished.index, ("a_photos", "zz_photos"))) < min(map(finished.index, NAMES))


def test_every_report_is_in_the_group_says_what_it_is_and_follows_its_tables() -> None:
    for report in REPORTS:
        asset = report_asset(report)
        (key,) = asset.keys
        assert asset.group_names_by_key[key] == "reports"
        assert asset.descriptions_by_key[key] == report.description
        assert asset.asset_deps[key] == {dg.AssetKey(table) for table in report.reads}
