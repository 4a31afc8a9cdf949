"""What a report is, and what it finds."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import polars as pl

from artex_assets.report.sales.market import Market


@dataclass(frozen=True)
class Findings:
    """What a report found.

    says: the finding in a sentence, without personal data. figures: the whole table; money in
    `_cents` columns. picture: a PNG, None when there is nothing to draw. more: further small
    tables by title. numbers: figures to be followed from run to run.
    """

    says: str
    figures: pl.DataFrame
    picture: bytes | None = None
    more: Mapping[str, pl.DataFrame] = field(default_factory=dict)
    numbers: Mapping[str, int | float] = field(default_factory=dict)


@dataclass(frozen=True)
class Report:
    """A report on the target. reads: the target tables after which it is made."""

    name: str
    description: str
    reads: tuple[str, ...]
    make: Callable[[Market], Findings]


NO_SALES = "There are no sales yet."
