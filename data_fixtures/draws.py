"""Columns of random values that are the same for the same seed.

Each column has a random stream of its own, so that a new column changes no other one. Python's
generator is used since its sequence is promised to stay the same over versions; polars' is not.
"""

import random
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

import polars as pl

OPENED = datetime(2017, 3, 1)
"""When the legacy application went live (UTC)."""

BACKED_UP = datetime(2025, 6, 20)
"""When the backup was made (UTC): no row is younger."""


EPOCH = datetime(1970, 1, 1)
MONTH = timedelta(days=30)


def _microseconds(moment: datetime) -> int:
    return (moment - EPOCH) // timedelta(microseconds=1)


class Draws:
    """The random columns of one table."""

    def __init__(self, seed: int, table: str, rows: int) -> None:
        self._seed = seed
        self._table = table
        self._rows = rows

    def stream(self, column: str) -> random.Random:
        """The generator of one column."""
        return random.Random(f"{self._seed}/{self._table}/{column}")  # noqa: S311 (no secret)

    def pick(
        self, column: str, pool: pl.Series | Sequence[Any], weights: Sequence[int] = ()
    ) -> pl.Series:
        """One of `pool` a row, of the pool's dtype; with `weights`, in their proportion."""
        chosen = self.stream(column).choices(range(len(pool)), weights or None, k=self._rows)
        values = pool if isinstance(pool, pl.Series) else pl.Series(pool, strict=True)
        return values.gather(pl.Series(chosen, dtype=pl.UInt32)).alias(column)

    def integers(self, column: str, low: int, high: int) -> pl.Series:
        """Int64 from `low` up to, not including, `high`."""
        chosen = self.stream(column).choices(range(low, high), k=self._rows)
        return pl.Series(column, chosen, dtype=pl.Int64)

    def days(self, column: str, first: date, last: date) -> pl.Series:
        """Date from `first` to `last`."""
        start = first.toordinal() - date(1970, 1, 1).toordinal()
        days = self.integers(column, 0, (last - first).days + 1) + start
        return days.cast(pl.Date)

    def times(self) -> tuple[pl.Series, pl.Series]:
        """`created_at`, ascending, and `updated_at`: Datetime in microseconds, UTC, no zone."""
        first, last = _microseconds(OPENED), _microseconds(BACKED_UP)
        created = self.integers("created_at", first, last).sort()
        # Most rows were changed within a month, and none after the backup.
        updated = created + self.integers("updated_at", 0, _microseconds(EPOCH + MONTH))
        moment = pl.Datetime("us")
        return created.cast(moment), updated.clip(first, last).alias("updated_at").cast(moment)

    def tokens(self, column: str, alphabet: str, length: int) -> pl.Series:
        """String of `length` characters of `alphabet`, such as a storage key."""
        letters = bytes(ord(alphabet[byte % len(alphabet)]) for byte in range(256))
        drawn = self.stream(column).randbytes(self._rows * length)
        text = drawn.translate(letters).decode("ascii")
        cut = [text[start : start + length] for start in range(0, len(text), length)]
        return pl.Series(column, cut, dtype=pl.String)

    def digests(self, column: str) -> pl.Series:
        """String: the base64 of 16 bytes, as Rails writes an MD5."""
        drawn = self.stream(column).randbytes(self._rows * 16)
        cut = [drawn[start : start + 16] for start in range(0, len(drawn), 16)]
        return pl.Series(column, cut, dtype=pl.Binary).bin.encode("base64")

    def sizes(self, column: str) -> pl.Series:
        """Int64 bytes of a picture: 440 kB on average, from 13 kB to 7 MB, most of them small."""
        bell = self.stream(column).lognormvariate
        drawn = [int(bell(12.6, 0.9)) for _ in range(self._rows)]
        return pl.Series(column, drawn, dtype=pl.Int64).clip(13_000, 7_000_000)


def numbered(name: pl.Expr, suffix: str, *, apart: pl.Expr | None = None) -> pl.Expr:
    """`name` (String), repeats of it with `suffix` behind them, which holds the number as `{}`.

    Names are repeats regardless of case; with `apart`, only where that is equal too. The second
    one has number 2.
    """
    groups = [name.str.to_lowercase()] + ([] if apart is None else [apart])
    number = pl.int_range(pl.len()).over(groups) + 1
    behind = pl.format(suffix, number)
    return pl.when(number == 1).then(name).otherwise(pl.concat_str(name, behind))
