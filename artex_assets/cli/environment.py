"""What a process needs in its environment so that Dagster finds the same instance and places."""

import shlex
import sys
from pathlib import Path

from artex_assets.embedded.defaults import dagster_url, snapshot_place
from artex_assets.embedded.process import private_folder
from artex_assets.settings import PROJECT, Settings


def environment(settings: Settings) -> dict[str, str]:
    """The variables that plain `dagster` and `dg` commands need beside the user's own.

    Relative paths become absolute: those commands run in the project folder, `artex` anywhere.
    """
    variables = {
        "DAGSTER_HOME": str(settings.home / "dagster"),
        "DAGSTER_POSTGRES_URL": dagster_url(settings),
        "ARTEX_HOME": str(settings.home),
    }
    if settings.legacy_backup:
        variables["LEGACY_BACKUP"] = str(settings.legacy_backup.expanduser().absolute())
    if settings.artex_snapshot_url:
        variables["ARTEX_SNAPSHOT_URL"] = snapshot_place(settings)
    return variables


def dagster_home(settings: Settings) -> Path:
    """DAGSTER_HOME, made when it is missing, with a link to the project's dagster.yaml in it."""
    private_folder(settings.home)
    home = private_folder(settings.home / "dagster")
    link, file = home / "dagster.yaml", PROJECT / "dagster.yaml"
    if not link.is_symlink() or link.readlink() != file:
        link.unlink(missing_ok=True)
        link.symlink_to(file)
    return home


def exports(settings: Settings) -> str:
    """Shell lines that export `environment`, and put this project's programs on the PATH."""
    variables = environment(settings)
    lines = [f"export {name}={shlex.quote(value)}" for name, value in variables.items()]
    lines.append(f'export PATH={shlex.quote(str(Path(sys.executable).parent))}:"$PATH"')
    return "\n".join(lines)
