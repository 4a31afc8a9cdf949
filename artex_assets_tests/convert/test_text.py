import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from artex_assets.convert.conversion import NUMERIC, WHITE_SPACE
from artex_assets.convert.text import optional, required
from artex_assets.vocabulary import Rule
from artex_assets_tests.convert.cells import Cell, cell, cells


@pytest.mark.parametrize(
    ("legacy", "value", "rules"),
    [
        ("Fillmore", "Fillmore", set()),
        ("  Fillmore\r\n", "Fillmore", {Rule.TRIMMED}),
        ("\u00a0Fillmore\u2003", "Fillmore", {Rule.TRIMMED}),
        ("\u200bFillmore", "\u200bFillmore", set()),
        ("", None, {Rule.EMPTIED}),
        (" \t", None, {Rule.EMPTIED}),
        ("NULL", "NULL", set()),
        ("\\N", "\\N", set()),
        ("a\tb\r\nc \"d\" 'e' \\ =cmd()", "a\tb\r\nc \"d\" 'e' \\ =cmd()", set()),
        ("e\u0301", "e\u0301", set()),
        (None, None, set()),
    ],
)
def test_text_is_trimmed_at_its_ends_and_kept_inside(
    legacy: str | None, value: str | None, rules: set[str]
) -> None:
    assert cell(optional, legacy, pl.String()) == Cell(value, None, rules)
    assert cell(required, legacy, pl.String()) == Cell(value, None, rules)


def test_a_number_becomes_the_text_of_its_digits() -> None:
    assert cell(optional, 2134, pl.Int64()) == Cell("2134", None, set())
    assert cell(optional, 90210.0, pl.Float64()) == Cell("90210", None, set())
    assert cell(optional, "1.50", NUMERIC) == Cell("1.50", None, set())


@given(st.lists(st.text(alphabet=st.characters(exclude_categories=["Cs"]))))
def test_any_text_is_what_python_strips_of_the_same_characters(texts: list[str]) -> None:
    values = [one.value for one in cells(optional, texts, pl.String())]
    assert values == [text.strip(WHITE_SPACE) or None for text in texts]


def test_a_text_of_ten_megabytes_comes_through_whole() -> None:
    text = "x\n" * 5_000_000 + "end"
    assert cell(optional, text, pl.String()).value == text
