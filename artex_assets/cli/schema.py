"""`artex schema`: what the target lacks for the migration, and how the new table comes about.

The application's own migrations make the target's tables. Only external_sales comes with this
migration: of that the DDL and the Rails files are printed, and `--apply` creates what is missing.
What our role may not do is printed as the statements that the database's owner has to run.
"""

from dataclasses import dataclass

import click

from artex_assets.cli import services
from artex_assets.database.connection import Connection, place
from artex_assets.database.failures import transacted
from artex_assets.embedded.defaults import target_url
from artex_assets.errors import TargetError
from artex_assets.images.sets import IMAGE_SETS
from artex_assets.settings import Settings
from artex_assets.tables.discovery import discover
from artex_assets.target.schema import (
    TABLES,
    elsewhere,
    missing,
    missing_solid_tables,
    needed,
    needed_by_images,
    read_tables,
)
from artex_assets.target.schema.completion import Gap, compare, complete, gap
from artex_assets.target.schema.privileges import Denied, denied, hints
from artex_assets.target.schema.rails import files

NEW = "external_sales"


@dataclass(frozen=True)
class Lack:
    """What a target lacks for the migration.

    gap: of external_sales, and can be created. contradicting: a sentence for each way in which the
    external_sales that is there cannot be written. others: a sentence for each thing that the
    application's own migrations have to make, or how to get to it. denied: what our role may not
    do.
    """

    gap: Gap
    contradicting: list[str]
    others: list[str]
    denied: list[Denied]

    @property
    def nothing(self) -> bool:
        """Whether the migration can be written to the target as it is."""
        return not (self.contradicting or self.others or self.denied) and self.gap.empty


def show(settings: Settings) -> int:
    """Prints an SQL script with what is missing. Returns 0 when that is nothing, else 2."""
    lack = _lack(settings)
    where = place(target_url(settings))
    if lack.nothing:
        click.echo(f"-- The target at {where} has everything that the migration writes.")
        return 0
    click.echo(f"-- The target at {where} lacks, for the migration:")
    for part in lack.gap.parts():
        click.echo(f"--   {part}")
    for sentence in _by_others(lack):
        click.echo(f"--   {sentence}")
    if not lack.gap.empty:
        click.echo("--\n-- `artex schema --apply` executes this:\n\nBEGIN;\n")
        click.echo("\n".join(lack.gap.statements()))
        click.echo("\nCOMMIT;\n")
        click.echo("/* Or, in the application's own repository, with Rails:\n")
        click.echo(_ruby(lack.gap))
        click.echo("*/")
    if lack.denied:
        click.echo("-- For the database's owner: what the role of DATABASE_URL needs.\n")
        click.echo("\n".join(each.grant for each in lack.denied))
    return 2


def show_rails() -> int:
    """Prints the Rails files of the whole table, whatever any target has. Returns 0."""
    click.echo(_ruby(compare(NEW, None)), nl=False)
    return 0


def apply(settings: Settings) -> int:
    """Creates what is missing of external_sales. Returns 0, or 2 when anything else is missing.

    Raises TargetError when the target refuses; then nothing was created.
    """
    _start(settings)
    url = target_url(settings)
    created = transacted(
        url, "artex schema", TargetError, lambda connection: complete(connection, NEW)
    )
    if created.empty:
        click.echo(f"The target at {place(url)} has all of {NEW}: nothing was created.")
    else:
        click.echo(f"Created in the target at {place(url)}:")
        for part in created.parts():
            click.echo(f"  {part}")
    lack = _lack(settings)
    if lack.nothing:
        return 0
    click.echo("It still lacks, for the migration:")
    for sentence in _by_others(lack):
        click.echo(f"  {sentence}")
    return 2


def _start(settings: Settings) -> None:
    if settings.database_url is None:
        services.start(settings)


def _lack(settings: Settings) -> Lack:
    _start(settings)
    return transacted(target_url(settings), "artex schema", TargetError, lacking)


def lacking(connection: Connection) -> Lack:
    """What the target lacks of all that the migration writes. Reads the catalog only."""
    actual = read_tables(connection, TABLES)
    tables = discover()
    writes = needed(tables) | needed_by_images()
    written = [actual[name] for name in writes if name in actual]
    taken = {name for table in tables.values() for name, _ in table.taken_in}
    read = [actual[name] for name in sorted(taken - writes.keys()) if name in actual]
    new = writes.pop(NEW)
    found = gap(connection, NEW)
    contradicting = []
    if NEW in actual:
        absent = {column.name for column in found.columns}
        present = [column for column in new if column not in absent]
        contradicting = missing(actual, {NEW: present})
        if "id" not in absent and ("id",) not in actual[NEW].unique_keys:
            contradicting.append(f"{NEW}.id is neither a primary key nor unique.")
    solid = [f"There is no table {name}." for name in missing_solid_tables(connection)]
    not_found = [name for name in writes if name not in actual]
    return Lack(
        gap=found,
        contradicting=contradicting,
        others=missing(actual, writes)
        + solid
        + (hints(connection, elsewhere(connection, not_found)) if not_found else []),
        denied=denied(connection, written, read, [NEW] if found.whole else []),
    )


def _by_others(lack: Lack) -> list[str]:
    """What is not created here, with what to do about it."""
    lines = list(lack.contradicting)
    if lack.contradicting:
        lines.append(f"Nothing of {NEW} that exists is altered: mend that by hand.")
    lines += lack.others
    if lack.others:
        lines.append("Run the application's own migrations: they make these.")
    lines += [f"The role of DATABASE_URL lacks {each.says}." for each in lack.denied]
    return lines


def _ruby(missing_part: Gap) -> str:
    table = discover()[NEW]
    return "\n".join(map(str, files(missing_part, table, IMAGE_SETS.values())))
