"""`.env.example` and the README's table: written from the settings, and what is on disk agrees."""

import pytest
from dotenv import dotenv_values
from pydantic.fields import FieldInfo

from artex_assets import documentation
from artex_assets.errors import SettingsError
from artex_assets.settings import PROJECT, Settings


def test_env_example_is_what_the_settings_say() -> None:
    assert documentation.ENV_EXAMPLE.read_text() == documentation.env_example(), "run: make docs"


def test_the_readme_s_table_is_what_the_settings_say() -> None:
    text = documentation.README.read_text()
    assert text == documentation.readme(text), "run: make docs"


@pytest.mark.parametrize("field", Settings.model_fields.values(), ids=lambda field: field.alias)
def test_each_setting_is_in_both_with_its_default_and_meaning(field: FieldInfo) -> None:
    name, description = str(field.alias), str(field.description)
    assert f"\n# {name}=" in documentation.env_example()
    row = next(
        line for line in documentation.settings_table().splitlines() if f"| `{name}` |" in line
    )
    assert description in row
    assert " ".join(description.split()[:5]) in documentation.env_example()


def test_the_allowed_values_of_a_setting_are_listed() -> None:
    assert "One of: `cents`, `dollars`." in documentation.settings_table()
    assert "One of: `true`, `false`." in documentation.settings_table()


def test_env_example_with_its_lines_uncommented_says_nothing_but_the_defaults(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    lines = [
        line.removeprefix("# ")
        for line in documentation.env_example().splitlines()
        if line.startswith(tuple(f"# {field.alias}=" for field in Settings.model_fields.values()))
    ]
    file = tmp_path_factory.mktemp("settings") / ".env"
    file.write_text("\n".join(lines))
    assert len(dotenv_values(file)) == len(Settings.model_fields)
    for field in Settings.model_fields.values():
        said = dotenv_values(file)[str(field.alias)]
        default = field.default
        assert said == (
            ""
            if default is None
            else str(default).lower()
            if default is True or default is False
            else str(default)
        )


def test_a_readme_without_the_markers_is_refused() -> None:
    with pytest.raises(SettingsError, match="<!-- settings -->"):
        documentation.readme("# A project\n")


def test_what_is_around_the_table_stays() -> None:
    text = f"before\n{documentation.BEGIN}\nold\n{documentation.END}\nafter\n"
    assert documentation.readme(text) == f"before\n{documentation.settings_table()}\nafter\n"


def test_env_itself_is_ignored_by_git() -> None:
    assert ".env" in (PROJECT / ".gitignore").read_text().split()
