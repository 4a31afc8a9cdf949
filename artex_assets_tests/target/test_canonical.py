"""One text form of a cell, and the digest of a row."""

import datetime
from decimal import Decimal

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from artex_assets.target.canonical import canonical, digests

CELL = st.none() | st.text(alphabet="\x1f=a|\x01", max_size=3)
ROW = st.lists(CELL, min_size=3, max_size=3)


def digest(row: list[str | None]) -> str:
    names = [f"column_{place}" for place in range(len(row))]
    frame = pl.DataFrame([row], schema=dict.fromkeys(names, pl.String), orient="row")
    return str(digests(frame, names)[0])


@given(ROW, ROW)
def test_rows_are_digested_alike_only_when_they_are_equal(
    one: list[str | None], other: list[str | None]
) -> None:
    assert (digest(one) == digest(other)) == (one == other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (["a\x1f=b", "c"], ["a", "b\x1f=c"]),
        ([None, ""], ["", None]),
        ([None], [""]),
        (["\x1f", None], [None, "\x1f"]),
    ],
)
def test_what_is_moved_from_one_cell_to_the_next_is_noticed(
    one: list[str | None], other: list[str | None]
) -> None:
    assert digest(one) != digest(other)


def test_the_digest_is_that_of_every_column_but_updated_at() -> None:
    frame = pl.DataFrame({"id": ["1"], "updated_at": ["x"]})
    changed = frame.with_columns(updated_at=pl.lit("y"))
    assert digests(frame, frame.columns).equals(digests(changed, frame.columns))
    # What is stored in targets: it must not change from one version to the next.
    assert digests(frame, frame.columns)[0] == "708aede88adbc288358e60e7a474bb44"


def test_cells_are_spelled_as_postgresql_prints_them() -> None:
    frame = pl.DataFrame(
        {
            "flag": [True, False, None],
            "time": [
                datetime.datetime(2015, 1, 1, 12),
                datetime.datetime(15, 1, 1, 12, 0, 0, 120_000),
                None,
            ],
            "number": [Decimal("1.500"), Decimal("-100.000"), Decimal("0.000")],
            "whole": [100, 0, None],
            "day": [datetime.date(999, 1, 1), datetime.date(9999, 12, 31), None],
        },
        schema_overrides={"time": pl.Datetime("us")},
    )
    assert canonical(frame, frame.columns).rows() == [
        ("t", "2015-01-01 12:00:00", "1.5", "100", "0999-01-01"),
        ("f", "0015-01-01 12:00:00.12", "-100", "0", "9999-12-31"),
        (None, None, "0", None, None),
    ]
