"""The `artex` command.

Exit status: 0 clean; 2 finished, and something needs attention; 1 it could not run, was interrupted
or called wrongly. Imports are deferred: `artex --help` must not wait for Dagster.
"""

import os
import signal
import sys
import traceback
from typing import Any

import click

from artex_assets.errors import ArtexError


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="artex_assets")
def artex() -> None:
    """Moves The Art Exchange from its old database to its new one, and proves that nothing is lost.

    Exit status: 0 clean; 2 finished, and something needs attention (quarantined, in conflict, or an
    ERROR check failed); 1 it could not run, was interrupted, or was called wrongly.
    """


def _settings() -> Any:
    from artex_assets import settings

    return settings.load()


JSON = click.option("--json", "as_json", is_flag=True, help="Print the result as JSON.")


@artex.command()
@click.option(
    "--only",
    type=click.Choice(["core", "sales", "images"]),
    help="Only a part of the migration: core is the tables of the first phase, sales those of the "
    "second, images the image sets.",
)
@click.option(
    "--sample",
    type=click.IntRange(1),
    metavar="N",
    help="Migrate only N images of each set: a test of the buckets.",
)
@JSON
def migrate(only: str | None, sample: int | None, as_json: bool) -> int:
    """Migrate the legacy database and its images into the target."""
    from artex_assets.cli.migrate import migrate as command

    return command(_settings(), only or "migrate", sample, as_json)


@artex.group()
def images() -> None:
    """The images by themselves."""


@images.command()
@JSON
def retry(as_json: bool) -> int:
    """Take up the images that failed or are pending; what is done is not copied again."""
    from artex_assets.cli.migrate import retry_images as command

    return command(_settings(), as_json)


@artex.command()
@JSON
def status(as_json: bool) -> int:
    """Show where each table stands, and what needs attention."""
    from artex_assets.cli.migrate import status as command

    return command(_settings(), as_json)


@artex.command()
@click.option(
    "--apply",
    is_flag=True,
    help="Create what is missing of external_sales, in one transaction, and touch nothing else.",
)
@click.option(
    "--rails",
    is_flag=True,
    help="Print only the Rails files for the application's repository, whatever the target has.",
)
def schema(apply: bool, rails: bool) -> int:
    """Show what the target lacks for the migration, as an SQL script.

    external_sales is new: the script creates what is missing of it, and has the same as a Rails
    migration and models in a comment. Other tables are the application's own: what is missing of
    them is named. Exit status: 0 nothing is missing, 2 something is.
    """
    from artex_assets.cli import schema as commands

    if apply and rails:
        raise click.UsageError("--apply and --rails exclude each other.")
    if rails:
        return commands.show_rails()
    return commands.apply(_settings()) if apply else commands.show(_settings())


@artex.command()
@click.option(
    "--port",
    type=click.IntRange(1, 65535),
    default=3000,
    show_default=True,
    help="The port of the UI on 127.0.0.1.",
)
def up(port: int) -> int:
    """Start the services and the Dagster UI, and leave them running."""
    from artex_assets.cli.services import up as command

    url = command(_settings(), port)
    click.echo(f"The Dagster UI is at {url}. Stop everything with `artex down`.")
    return 0


@artex.command()
def down() -> int:
    """Stop everything that was started."""
    from artex_assets.cli.services import down as command

    command(_settings())
    click.echo("Everything is stopped.")
    return 0


@artex.command()
def env() -> int:
    """Print what plain dagster and dg commands need: eval "$(artex env)"."""
    from artex_assets.cli.environment import dagster_home, exports

    settings = _settings()
    dagster_home(settings)
    click.echo(exports(settings))
    return 0


@artex.command()
def demo() -> int:
    """Migrate the demo backup into the embedded target, and compare with what is planted in it."""
    from artex_assets.cli.migrate import demo as command

    return command(_settings())


def main() -> None:
    """The entry point: click's usage errors end with 1, since 2 has a meaning of its own here."""
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, _interrupt)
    try:
        status = artex.main(standalone_mode=False)
    except click.ClickException as error:
        error.show()
        status = 1
    except ArtexError as error:
        click.echo(f"artex: {error}", err=True)
        status = 1
    except (KeyboardInterrupt, click.Abort):
        click.echo("artex: interrupted. Run the same command again.", err=True)
        status = 1
    except BrokenPipeError:
        # Whoever read our output has gone, as in `artex status | head -1`. Python would complain
        # once more when it flushes at the end.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        status = 1
    except Exception as error:  # noqa: BLE001  Its text may quote rows or a URL.
        click.echo("".join(traceback.format_tb(error.__traceback__)), err=True, nl=False)
        click.echo(
            f"artex: an unforeseen {type(error).__name__}. Its text is not shown, since it may "
            "quote rows or a password. Please report where it happened, above.",
            err=True,
        )
        status = 1
    sys.exit(status if isinstance(status, int) else 0)


def _interrupt(number: int, frame: object) -> None:
    """SIGTERM stops a command as Ctrl-C does; another one while it stops changes nothing."""
    for each in (signal.SIGINT, signal.SIGTERM):
        signal.signal(each, signal.SIG_IGN)
    raise KeyboardInterrupt


if __name__ == "__main__":
    main()
