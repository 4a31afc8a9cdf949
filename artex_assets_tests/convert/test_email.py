import re
import unicodedata

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from artex_assets.convert.conversion import WHITE_SPACE
from artex_assets.convert.email import email
from artex_assets.vocabulary import Rule
from artex_assets_tests.convert.cells import Cell, cell, cells

# As it stands in Ruby's uri library, but for Python's spelling of \z.
RUBY = re.compile(
    r"\A[a-zA-Z0-9.!\#$%&'*+\/=?^_`{|}~-]+@[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?"
    r"(?:\.[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?)*\Z"
)


@pytest.mark.parametrize(
    ("legacy", "value", "rules"),
    [
        ("a@example.com", "a@example.com", set()),
        (" Ann.Lee@Example.COM\n", "ann.lee@example.com", {Rule.TRIMMED, Rule.LOWERED}),
        ("\u00a0a@example.com", "a@example.com", {Rule.TRIMMED}),
        ("\u212aim@example.com", "kim@example.com", {Rule.NORMALIZED, Rule.LOWERED}),
        ("a@localhost", "a@localhost", set()),
        ("o'neil+tag@x.co", "o'neil+tag@x.co", set()),
        (f"a@{'b' * 63}.com", f"a@{'b' * 63}.com", set()),
    ],
)
def test_a_valid_address_is_brought_to_one_spelling(
    legacy: str, value: str, rules: set[str]
) -> None:
    assert cell(email, legacy, pl.String()) == Cell(value, None, rules)


@pytest.mark.parametrize(
    "legacy",
    [
        None,
        "",
        "ann",
        "@example.com",
        "a@",
        "a b@example.com",
        "a@exam ple.com",
        "a@-example.com",
        "a@example-.com",
        "a@example..com",
        "a@example.com.",
        "a@b@c.com",
        "a@example.com\nb@example.com",
        "zo\u00eb@example.com",
        "a@ex\u00e4mple.com",
        "a@\u0130stanbul.com",
        f"a@{'b' * 64}",
        f"a@{'b' * 64}.com",
        f"a@x.{'b' * 64}",
    ],
)
def test_an_invalid_address_is_null_and_counted_under_no_rule(legacy: str | None) -> None:
    assert cell(email, legacy, pl.String()) == Cell(None, None, set())


ADDRESSES = st.one_of(
    st.text(alphabet=st.sampled_from("aZ0.-_@ \t\n\u00a0\u212a\u0301e"), max_size=12),
    st.from_regex(RUBY),
    st.builds(
        "{}@{}.{}".format,
        st.text("aB.+", max_size=3),
        st.text("aB-", min_size=55, max_size=70),
        st.text("aB-", max_size=70),
    ),
)


@given(st.lists(ADDRESSES))
def test_addresses_are_those_that_rubys_pattern_accepts(addresses: list[str]) -> None:
    values = [one.value for one in cells(email, addresses, pl.String())]
    spelled = [
        unicodedata.normalize("NFC", address).strip(WHITE_SPACE).lower() for address in addresses
    ]
    assert values == [address if RUBY.match(address) else None for address in spelled]
