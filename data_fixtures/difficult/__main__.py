"""Writes both backups, their expected outcome and the README's list: see the package."""

from pathlib import Path

import click

from data_fixtures.difficult import evidence
from data_fixtures.difficult.backup import build
from data_fixtures.generate import FOLDER, dump, throw_away_database

BACKUP = FOLDER / "difficult_backup.dump"
MENDED = FOLDER / "difficult_backup_mended.dump"


@click.command()
@click.option(
    "--output",
    type=click.Path(file_okay=False, exists=True, path_type=Path),
    help="A folder for the two backups. Without it, the committed files are written anew.",
)
def main(output: Path | None) -> None:
    """Generate the difficult backup and its mended version."""
    folder = output or FOLDER
    for name, mended in ((BACKUP.name, False), (MENDED.name, True)):
        with throw_away_database() as url:
            build(url, mended)
            dump(url, folder / name)
    if output is None:
        evidence.write(FOLDER)
    click.echo(f"Wrote {BACKUP.name} and {MENDED.name}.")


if __name__ == "__main__":
    main()
