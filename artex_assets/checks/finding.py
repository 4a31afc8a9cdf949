"""What a check finds."""

from dataclasses import dataclass, field

import polars as pl

from artex_assets.vocabulary import Severity


@dataclass(frozen=True)
class Finding:
    """The answer of one check of one table.

    name: the check's. offenders: a row for each thing that is wrong: `key` (String, as a person
    writes it) and `reason` (String), without personal data. count: how many there are, where
    `offenders` is only the beginning. says: one sentence.
    """

    name: str
    passed: bool
    says: str
    severity: Severity = Severity.ERROR
    offenders: pl.DataFrame = field(
        default_factory=lambda: pl.DataFrame(schema={"key": pl.String, "reason": pl.String})
    )
    count: int = 0


SHOWN = 100
"""How many offenders a finding shows; the count says how many there are."""


def found(
    name: str, offenders: pl.DataFrame, good: str, bad: str, severity: Severity = Severity.ERROR
) -> Finding:
    """A finding that passes when there are no offenders. good, bad: the sentence for each case."""
    count = offenders.height
    return Finding(
        name=name,
        passed=count == 0,
        says=f"{bad} ({count:,})" if count else good,
        severity=severity,
        offenders=offenders.head(SHOWN),
        count=count,
    )


def key_text(pair: bool) -> pl.Expr:
    """`key` and `other_key` (Int64) as a person writes them (String): `17`, a pair `12-5`."""
    first = pl.col("key").cast(pl.String).fill_null("no id")
    if not pair:
        return first.alias("key")
    return pl.format("{}-{}", first, pl.col("other_key").cast(pl.String).fill_null("none")).alias(
        "key"
    )
