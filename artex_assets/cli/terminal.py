"""What goes to the terminal: news to standard error, results to standard output."""

from functools import cache
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from rich.console import Console


def say(sentence: str) -> None:
    """A line of news."""
    click.echo(sentence, err=True)


@cache
def console() -> "Console":
    """The console of results. Colour only on a terminal, and not with NO_COLOR."""
    from rich.console import Console

    terminal = Console(highlight=False)
    # A file or a pipe has no width: lines are not to be broken there.
    return terminal if terminal.is_terminal else Console(highlight=False, width=200)
