"""The settings: what is refused and how, and that no secret shows."""

from pathlib import Path

import pytest

from artex_assets.errors import SettingsError
from artex_assets.settings import PROJECT, Settings, load

CANARY = "canary-7c1f"
URL = f"postgresql://artex:{CANARY}@db.example/app"


@pytest.fixture(autouse=True)
def _nothing_set(monkeypatch: pytest.MonkeyPatch) -> None:
    for field in Settings.model_fields.values():
        monkeypatch.delenv(str(field.alias), raising=False)
    monkeypatch.setitem(Settings.model_config, "env_file", None)


def test_without_any_setting_the_defaults_hold() -> None:
    settings = load()
    assert settings.legacy_backup is None
    assert settings.database_url is None
    assert settings.artex_legacy_price_unit == "cents"
    assert settings.artex_missing_release_date == "migration_date"
    assert settings.artex_carry_passwords is True


@pytest.mark.parametrize(
    ("variable", "allowed"),
    [
        ("ARTEX_LEGACY_PRICE_UNIT", "'cents' or 'dollars'"),
        ("ARTEX_MISSING_RELEASE_DATE", "'migration_date' or 'null'"),
    ],
)
def test_an_unknown_value_is_refused_with_the_allowed_ones(
    monkeypatch: pytest.MonkeyPatch, variable: str, allowed: str
) -> None:
    monkeypatch.setenv(variable, "penni")
    with pytest.raises(SettingsError) as refusal:
        load()
    assert f"{variable} must be {allowed}" in str(refusal.value)
    assert "penni" not in str(refusal.value)


def test_a_flag_that_is_none_is_refused_by_name_without_its_value(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("ARTEX_CARRY_PASSWORDS", CANARY)
    with pytest.raises(SettingsError) as refusal:
        load()
    assert "ARTEX_CARRY_PASSWORDS" in str(refusal.value)
    assert CANARY not in str(refusal.value)
    assert refusal.value.__cause__ is None
    assert refusal.value.__suppress_context__


def test_all_wrong_settings_are_named_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ARTEX_LEGACY_PRICE_UNIT", "penni")
    monkeypatch.setenv("ARTEX_CARRY_PASSWORDS", "perhaps")
    with pytest.raises(SettingsError, match=r"ARTEX_LEGACY_PRICE_UNIT.*ARTEX_CARRY_PASSWORDS"):
        load()


@pytest.mark.parametrize(
    "variable", ["LEGACY_DATABASE_URL", "DATABASE_URL", "DAGSTER_POSTGRES_URL"]
)
def test_a_database_s_url_is_masked_and_yet_readable(
    monkeypatch: pytest.MonkeyPatch, variable: str
) -> None:
    monkeypatch.setenv(variable, URL)
    settings = load()
    shown = f"{settings!r} {settings} {settings.model_dump()} {settings.model_dump_json()}"
    assert CANARY not in shown
    secret = getattr(settings, variable.lower())
    assert secret.get_secret_value() == URL


def test_an_empty_variable_is_as_if_it_were_not_set(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LEGACY_BACKUP", "")
    monkeypatch.setenv("ARTEX_LEGACY_PRICE_UNIT", "")
    settings = load()
    assert settings.legacy_backup is None
    assert settings.artex_legacy_price_unit == "cents"


def test_a_relative_home_counts_from_the_project_folder(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("ARTEX_HOME", "some where/else")
    assert load().home == PROJECT / "some where" / "else"


def test_an_absolute_home_stays_and_a_tilde_is_the_user_s(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("ARTEX_HOME", str(tmp_path))
    assert load().home == tmp_path.resolve()
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("ARTEX_HOME", "~/artex")
    assert load().home == tmp_path.resolve() / "artex"


def test_settings_cannot_be_changed() -> None:
    from pydantic import ValidationError

    with pytest.raises(ValidationError, match="frozen"):
        load().artex_home = Path("elsewhere")


def test_the_environment_goes_before_the_file(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    file = tmp_path / ".env"
    file.write_text(
        "ARTEX_LEGACY_PRICE_UNIT=dollars\nARTEX_MISSING_RELEASE_DATE=null\nOF_ANOTHER_TOOL=1\n"
    )
    monkeypatch.setitem(Settings.model_config, "env_file", file)
    monkeypatch.setenv("ARTEX_LEGACY_PRICE_UNIT", "cents")
    settings = load()
    assert settings.artex_legacy_price_unit == "cents"
    assert settings.artex_missing_release_date == "null"
