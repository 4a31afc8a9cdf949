"""Which legacy database is read."""

from pathlib import Path

import pytest

from artex_assets.errors import SettingsError
from artex_assets.legacy.source import backup_of, legacy_database
from artex_assets.settings import DEMO_BACKUP, Settings, load

LIVE = "postgresql://reader:canary-7c1f@legacy.example/app"
TARGET = "postgresql://artex:canary-7c1f@target.example/app"


@pytest.fixture(autouse=True)
def _nothing_set(monkeypatch: pytest.MonkeyPatch) -> None:
    for field in Settings.model_fields.values():
        monkeypatch.delenv(str(field.alias), raising=False)
    monkeypatch.setitem(Settings.model_config, "env_file", None)


def test_without_any_setting_it_is_the_demo_s_backup() -> None:
    assert backup_of(load()) == DEMO_BACKUP
    assert DEMO_BACKUP.is_file()


def test_a_backup_and_a_live_database_together_are_refused_without_the_password() -> None:
    settings = load(LEGACY_BACKUP="a.dump", LEGACY_DATABASE_URL=LIVE)
    with pytest.raises(SettingsError, match="both set") as refusal:
        backup_of(settings)
    assert "canary" not in str(refusal.value)


def test_the_demo_s_rows_never_get_into_a_named_target() -> None:
    with pytest.raises(SettingsError, match="LEGACY_BACKUP") as refusal:
        backup_of(load(DATABASE_URL=TARGET))
    assert "canary" not in str(refusal.value)


def test_a_named_target_with_a_named_backup_is_well() -> None:
    settings = load(DATABASE_URL=TARGET, LEGACY_BACKUP="/dumps/a.dump")
    assert backup_of(settings) == Path("/dumps/a.dump")


def test_a_relative_backup_counts_from_the_current_folder(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    assert backup_of(load(LEGACY_BACKUP="old dumps/a.dump")) == tmp_path / "old dumps" / "a.dump"


def test_a_tilde_in_the_backup_s_path_is_the_user_s_folder(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    assert backup_of(load(LEGACY_BACKUP="~/a.dump")) == tmp_path / "a.dump"


def test_a_live_database_is_read_as_it_is() -> None:
    settings = load(LEGACY_DATABASE_URL=LIVE)
    assert backup_of(settings) is None
    with legacy_database(settings, ["users"]) as url:
        assert url == LIVE
