"""How many rows of a table may be quarantined before nothing of it is loaded.

A few bad rows are normal, and each is kept with its reason. When a large part of a table is bad,
it is more likely that a rule, a setting or the wrong backup is, and loading the rest would only
hide that.
"""

from typing import Any

import polars as pl

from artex_assets.errors import TargetError
from artex_assets.tables.outcome import KEYS, Outcome

ALWAYS_ALLOWED = 50
"""Rows that may be quarantined whatever share of a small table they are."""

SHOWN = 3
"""Reasons that the error names, the most frequent first."""


def refuse_too_many(outcome: Outcome, accepted: pl.DataFrame, percent: float) -> None:
    """Raises TargetError when more than `percent` of the legacy rows are quarantined.

    accepted: lines of the quarantine whose loss a person accepted; they do not count.
    """
    line = [*KEYS, "occurrence"]
    held = outcome.quarantined.join(
        accepted, on=line, how="anti", nulls_equal=True, maintain_order="left"
    )
    if held.height <= ALWAYS_ALLOWED or held.height * 100 <= percent * outcome.legacy_rows:
        return
    reasons = (
        held.group_by("reason", maintain_order=True)
        .agg(pl.len(), pl.col("key", "other_key", "sentence", "cause").first())
        .sort("len", descending=True, maintain_order=True)
    )
    told = " ".join(
        _told(row, len(outcome.table.key)) for row in reasons.head(SHOWN).iter_rows(named=True)
    )
    more = f" And {reasons.height - SHOWN} more reasons." if reasons.height > SHOWN else ""
    raise TargetError(
        f"{held.height:,} of the {outcome.legacy_rows:,} rows of {outcome.table.name} would be "
        f"quarantined, and ARTEX_MAX_QUARANTINED allows {percent:g} %. {told}{more} Nothing of "
        "this table was loaded.",
        next_step="Mend the cause. If the rows are as they have to be, set "
        "ARTEX_MAX_QUARANTINED=100 and run it again: the others are loaded, and each of these is "
        "kept with its reason.",
    )


def _told(row: dict[str, Any], parts: int) -> str:
    """A reason with how many rows it holds back, and the first of them."""
    key = "-".join("none" if row[name] is None else str(row[name]) for name in KEYS[:parts])
    cause = f" Root cause: {row['cause']}." if row["cause"] else ""
    return f"{row['len']:,} times {row['reason']}, such as {key}: {row['sentence']}{cause}"
