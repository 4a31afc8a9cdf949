"""What is written from the code: `.env.example` and the README's table of settings.

    python -m artex_assets.documentation

writes both anew (`make docs`); a test sees that the files on disk agree.
"""

import re
import textwrap

from pydantic.fields import FieldInfo

from artex_assets.errors import SettingsError
from artex_assets.settings import PROJECT, Settings

ENV_EXAMPLE = PROJECT / ".env.example"
README = PROJECT / "README.md"
BEGIN, END = "<!-- settings -->", "<!-- /settings -->"


def env_example() -> str:
    """`.env.example`: every setting with its meaning, each commented out at its default."""
    lines = [
        "# Copy this to .env and set what differs. The environment goes before it; a variable that",
        "# is empty there counts as not set. Written by `make docs` from artex_assets/settings.py.",
    ]
    for name, field in _settings():
        meaning = " ".join(filter(None, (field.description, _allowed(field))))
        lines += ["", *textwrap.wrap(meaning, 98, initial_indent="# ", subsequent_indent="# ")]
        lines.append(f"# {name}={_default(field)}")
    return "\n".join(lines) + "\n"


def settings_table() -> str:
    """The README's table of settings, in Markdown, with its two markers."""
    rows = ["| variable | default | meaning |", "|---|---|---|"]
    for name, field in _settings():
        default = f"`{_default(field)}`" if _default(field) else ""
        meaning = " ".join(filter(None, (field.description, _allowed(field))))
        rows.append(f"| `{name}` | {default} | {meaning} |")
    return "\n".join([BEGIN, *rows, END])


def readme(text: str) -> str:
    """`text`, the README's, with today's table between the markers.

    Raises SettingsError when the markers are not there, once each and in order.
    """
    pattern = re.escape(BEGIN) + ".*?" + re.escape(END)
    if len(re.findall(pattern, text, re.DOTALL)) != 1 or text.count(BEGIN) != 1:
        raise SettingsError(
            f"README.md does not have the lines {BEGIN} and {END} once each.",
            next_step="Put them where the table of settings belongs.",
        )
    return re.sub(pattern, lambda _: settings_table(), text, flags=re.DOTALL)


def write() -> None:
    """Writes both files anew."""
    ENV_EXAMPLE.write_text(env_example())
    README.write_text(readme(README.read_text()))


def _settings() -> list[tuple[str, FieldInfo]]:
    return [(str(field.alias), field) for field in Settings.model_fields.values()]


def _default(field: FieldInfo) -> str:
    """The default as one would write it in `.env`; nothing when there is none."""
    if field.default is None:
        return ""
    if isinstance(field.default, bool):
        return str(field.default).lower()
    return str(field.default)


def _allowed(field: FieldInfo) -> str:
    """The values that a setting can have, when it has only some."""
    schema = Settings.model_json_schema()["properties"][str(field.alias)]
    words = ["true", "false"] if schema.get("type") == "boolean" else schema.get("enum", [])
    return f"One of: {', '.join(f'`{word}`' for word in words)}." if words else ""


if __name__ == "__main__":
    write()
