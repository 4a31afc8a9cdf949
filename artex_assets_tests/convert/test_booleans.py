from typing import Any

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from artex_assets.convert.booleans import boolean
from artex_assets.convert.conversion import NUMERIC
from artex_assets.vocabulary import Change, Rule
from artex_assets_tests.convert.cells import Cell, cell, cells

TRUE = ["t", "true", "1", "yes", "y", "on"]
FALSE = ["f", "false", "0", "no", "n", "off"]


@pytest.mark.parametrize(
    ("dtype", "legacy", "value"),
    [
        (pl.Boolean(), True, True),
        (pl.Boolean(), False, False),
        (pl.Int64(), 1, True),
        (pl.Int64(), 0, False),
        (pl.Float64(), 1.0, True),
        (NUMERIC, "0", False),
        (pl.String(), " TRUE\n", True),
        (pl.String(), "No", False),
    ],
)
def test_a_boolean_is_read_from_its_spellings(dtype: pl.DataType, legacy: Any, value: bool) -> None:
    assert cell(boolean, legacy, dtype, None) == Cell(value, None, set())
    assert cell(boolean, legacy, dtype, not value) == Cell(value, None, set())


def test_a_missing_value_becomes_the_default() -> None:
    for missing in (None, "", " "):
        assert cell(boolean, missing, pl.String(), False) == Cell(False, None, {Rule.DEFAULTED})
    assert cell(boolean, None, pl.Boolean(), True) == Cell(True, None, {Rule.DEFAULTED})
    assert cell(boolean, None, pl.Boolean(), None) == Cell(None, None, set())


@pytest.mark.parametrize(
    ("dtype", "legacy"),
    [
        (pl.String(), "maybe"),
        (pl.String(), "2"),
        (pl.String(), "tr ue"),
        (pl.Int64(), 2),
        (pl.Int64(), -1),
        (pl.Float64(), float("nan")),
    ],
)
def test_what_is_neither_is_the_default_and_on_record(dtype: pl.DataType, legacy: Any) -> None:
    unreadable = Change.BOOLEAN_UNREADABLE
    assert cell(boolean, legacy, dtype, None) == Cell(None, unreadable, set())
    assert cell(boolean, legacy, dtype, False) == Cell(False, unreadable, set())


@given(
    st.lists(
        st.tuples(
            st.sampled_from(TRUE + FALSE),
            st.sampled_from([str.lower, str.upper, str.title]),
            st.sampled_from(["", " ", "\t", "\u00a0"]),
        )
    )
)
def test_words_are_read_in_any_case_and_spacing(words: list[Any]) -> None:
    texts = [space + case(word) + space for word, case, space in words]
    values = [one.value for one in cells(boolean, texts, pl.String(), None)]
    assert values == [word in TRUE for word, _, _ in words]
