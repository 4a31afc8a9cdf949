import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from artex_assets.convert.conversion import WHITE_SPACE
from artex_assets.convert.urls import website
from artex_assets.vocabulary import Rule
from artex_assets_tests.convert.cells import Cell, cell, cells


@pytest.mark.parametrize(
    ("legacy", "value", "rules"),
    [
        ("http://a.com", "http://a.com", set()),
        ("HTTPS://a.com/B?c=d#e", "HTTPS://a.com/B?c=d#e", set()),
        ("git+ssh://a.com", "git+ssh://a.com", set()),
        ("mailto:ann@a.com", "mailto:ann@a.com", set()),
        ("www.a.com", "http://www.a.com", {Rule.SCHEME_ADDED}),
        (" a.com\n", "http://a.com", {Rule.SCHEME_ADDED, Rule.TRIMMED}),
        ("//a.com", "http://a.com", {Rule.SCHEME_ADDED}),
        ("localhost:3000", "http://localhost:3000", {Rule.SCHEME_ADDED}),
        ("a.com/?to=http://b.com", "http://a.com/?to=http://b.com", {Rule.SCHEME_ADDED}),
        ("javascript:alert(1)", "http://javascript:alert(1)", {Rule.SCHEME_ADDED}),
        ("", None, {Rule.EMPTIED}),
        (None, None, set()),
    ],
)
def test_a_website_gets_a_scheme(legacy: str | None, value: str | None, rules: set[str]) -> None:
    assert cell(website, legacy, pl.String()) == Cell(value, None, rules)


@given(st.lists(st.text("ahtp:/. m\n\u00e9", max_size=12)))
def test_websites_keep_what_was_written_and_change_only_once(texts: list[str]) -> None:
    values = [one.value for one in cells(website, texts, pl.String())]
    for text, value in zip(texts, values, strict=True):
        stripped = text.strip(WHITE_SPACE)
        assert value in (stripped or None, f"http://{stripped}", f"http:{stripped}")
    assert [one.value for one in cells(website, values, pl.String())] == values
