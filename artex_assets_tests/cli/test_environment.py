"""What child processes get, and which of the environment and `.env` wins."""

from pathlib import Path

import pytest

from artex_assets import settings
from artex_assets.cli.environment import dagster_home, environment
from artex_assets.settings import PROJECT, Settings


@pytest.fixture(autouse=True)
def _nothing_set(monkeypatch: pytest.MonkeyPatch) -> None:
    for field in Settings.model_fields.values():
        monkeypatch.setenv(str(field.alias), "")


def test_an_empty_variable_hides_what_env_says(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    file = tmp_path / ".env"
    file.write_text("DATABASE_URL=postgresql://db.example/app\nARTEX_LEGACY_PRICE_UNIT=dollars\n")
    monkeypatch.setitem(Settings.model_config, "env_file", file)
    monkeypatch.delenv("ARTEX_LEGACY_PRICE_UNIT")
    chosen = settings.load()
    assert chosen.database_url is None
    assert chosen.artex_legacy_price_unit == "dollars"


def test_relative_paths_are_the_same_in_the_ui_as_in_the_command(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("LEGACY_BACKUP", "some.dump")
    monkeypatch.setenv("ARTEX_SNAPSHOT_URL", "snapshots")
    variables = environment(settings.load())
    assert variables["LEGACY_BACKUP"] == str(tmp_path / "some.dump")
    assert variables["ARTEX_SNAPSHOT_URL"] == str(tmp_path / "snapshots")
    monkeypatch.setenv("ARTEX_SNAPSHOT_URL", "s3://bucket/prefix")
    assert environment(settings.load())["ARTEX_SNAPSHOT_URL"] == "s3://bucket/prefix"


def test_dagster_home_follows_the_project_s_file_and_repairs_a_stale_link(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("ARTEX_HOME", str(tmp_path / "home"))
    link = dagster_home(settings.load()) / "dagster.yaml"
    link.unlink()
    link.symlink_to(tmp_path / "gone.yaml")
    dagster_home(settings.load())
    assert link.read_text() == (PROJECT / "dagster.yaml").read_text()
    assert (tmp_path / "home").stat().st_mode & 0o777 == 0o700
