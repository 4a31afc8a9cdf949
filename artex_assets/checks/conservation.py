"""Nothing is lost: each legacy row is exactly once loaded, merged, quarantined or accepted.

Source: domain.md, *Nothing is lost*. The witnesses are independent: the legacy snapshot, what the
migration schema says of each key, and the ids that are in the target.
"""

from dataclasses import dataclass

import polars as pl

from artex_assets.checks.finding import Finding, found, key_text
from artex_assets.convert.numbers import integer
from artex_assets.tables.declaration import Mapped, Rules, Table
from artex_assets.tables.outcome import KEYS
from artex_assets.vocabulary import Edit


@dataclass(frozen=True)
class Witnesses:
    """Keys (`key`, `other_key`, Int64) by who has seen them; a key occurs once for each row.

    parents: where the legacy rows of the tables that are referred to went (`legacy_id`, `id`).
    """

    legacy: pl.DataFrame
    provenance: pl.DataFrame
    merged: pl.DataFrame
    quarantined: pl.DataFrame
    accepted: pl.DataFrame
    edits: pl.DataFrame
    target: pl.DataFrame
    parents: dict[str, pl.DataFrame]


def legacy_keys(table: Table, legacy: pl.DataFrame, rules: Rules) -> pl.DataFrame:
    """The keys of the legacy rows (`key`, `other_key`, Int64), one a row."""
    columns = table.columns(rules)
    values = []
    for name in table.key:
        column = columns[name]
        assert isinstance(column, Mapped)
        values.append(integer(column.source, legacy.schema[column.source]).value)
    values.append(pl.lit(0, pl.Int64))
    return legacy.select(value.alias(name) for value, name in zip(values, KEYS, strict=False))


def conservation(table: Table, witnesses: Witnesses) -> Finding:
    """Fails with the keys whose rows are not accounted for once, or are not in the target."""
    parts = {
        "legacy": witnesses.legacy,
        "loaded": witnesses.provenance,
        "merged": witnesses.merged,
        "quarantined": witnesses.quarantined,
        "accepted": witnesses.accepted,
    }
    counted = pl.concat(
        _stood_for(table, keys.select(KEYS), witnesses.parents).with_columns(part=pl.lit(part))
        for part, keys in parts.items()
    )
    sums = counted.group_by(KEYS).agg(
        (pl.col("part") == part).sum().cast(pl.Int64).alias(part) for part in parts
    )
    accounted = pl.sum_horizontal("loaded", "merged", "quarantined", "accepted")
    # A loaded row whose legacy row is gone is not lost; the check of edits reports it.
    wrong = sums.filter((pl.col("legacy") != accounted) & (pl.col("legacy") > 0)).select(
        key_text(len(table.key) > 1),
        pl.format(
            "{} legacy rows, but {} loaded, {} merged, {} quarantined, {} accepted",
            *parts,
        ).alias("reason"),
    )
    deleted = witnesses.edits.filter(pl.col("state") == str(Edit.DELETED))
    missing = (
        witnesses.provenance.join(witnesses.target, on=KEYS, how="anti")
        .join(deleted, on=KEYS, how="anti")
        .select(
            key_text(len(table.key) > 1), pl.lit("loaded, but not in the target").alias("reason")
        )
    )
    totals = {part: keys.height for part, keys in parts.items()}
    return found(
        "conservation",
        pl.concat([wrong, missing]).sort("key"),
        "{legacy:,} legacy rows = {loaded:,} loaded + {merged:,} merged + {quarantined:,} "
        "quarantined + {accepted:,} accepted".format(**totals),
        "Legacy rows that are not accounted for exactly once",
    )


def _stood_for(table: Table, keys: pl.DataFrame, parents: dict[str, pl.DataFrame]) -> pl.DataFrame:
    """The keys as the target has them: a link to a merged row is the link to its survivor."""
    for name, column in zip(KEYS, table.key, strict=False):
        for reference in table.references:
            if reference.column != column:
                continue
            known = parents[reference.table].select(
                pl.col("legacy_id").alias(name), pl.col("id").alias("_stands")
            )
            keys = keys.join(known, on=name, how="left", maintain_order="left").select(
                pl.coalesce("_stands", name).alias(kept) if kept == name else pl.col(kept)
                for kept in KEYS
            )
    return keys
