from collections.abc import Callable
from typing import Any

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from artex_assets.convert.conversion import Conversion
from artex_assets.convert.enums import (
    CONDITIONS,
    EDITION_TYPES,
    TRANSACTION_TYPES,
    condition,
    edition_type,
    transaction_type,
)
from artex_assets.vocabulary import Change, Rule
from artex_assets_tests.convert.cells import Cell, cell, cells


@pytest.mark.parametrize(
    ("legacy", "value"),
    [
        ("Mint", "mint"),
        ("Near Mint", "near_mint"),
        ("NearMint", "near_mint"),
        ("near-mint", "near_mint"),
        ("near \u2013 mint", "near_mint"),
        ("NEAR_MINT", "near_mint"),
        ("VERY  FINE", "very_fine"),
        (" very\tgood\n", "very_good"),
        ("\u00a0Poor", "poor"),
    ],
)
def test_a_known_condition_is_brought_to_the_targets_spelling(legacy: str, value: str) -> None:
    assert cell(condition, legacy, pl.String()) == Cell(value, None, {Rule.ENUM_SPELLED})


@pytest.mark.parametrize("legacy", ["Rolled", "mint!", "near", "mint near", "m\u00efnt", "-", "9"])
def test_an_unknown_condition_is_null_and_on_record(legacy: str) -> None:
    assert cell(condition, legacy, pl.String()) == Cell(None, Change.CONDITION_UNKNOWN, set())


@pytest.mark.parametrize(
    ("legacy", "value"),
    [
        ("SE - Show Edition", "SE"),
        ("se-Show edition", "SE"),
        ("SE \u2014 SHOW  EDITION", "SE"),
        ("se", "SE"),
        ("Show Edition", "SE"),
        ("misprint", "MP"),
        ("OT - Other", "OT"),
        ("other", "OT"),
    ],
)
def test_an_edition_type_is_known_by_its_code_its_label_or_both(legacy: str, value: str) -> None:
    assert cell(edition_type, legacy, pl.String()) == Cell(value, None, {Rule.ENUM_SPELLED})


@pytest.mark.parametrize(
    "legacy", ["SE - Artist Proof", "SE - Something else", "XX", "SEE", "SE SE", "Signed", "-"]
)
def test_any_other_edition_type_is_ot_and_on_record(legacy: str) -> None:
    assert cell(edition_type, legacy, pl.String()) == Cell("OT", Change.EDITION_TYPE_UNKNOWN, set())


def test_a_transaction_type_is_known_in_any_case_and_spacing() -> None:
    sale, purchase, barter, missing = cells(
        transaction_type, [" Sale", "PURCHASE", "barter", None], pl.String()
    )
    assert sale == Cell("sale", None, {Rule.ENUM_SPELLED})
    assert purchase == Cell("purchase", None, {Rule.ENUM_SPELLED})
    assert barter == Cell(None, None, set())
    assert missing == Cell(None, None, set())


@pytest.mark.parametrize(
    ("converter", "spellings"),
    [
        (condition, CONDITIONS),
        (edition_type, tuple(EDITION_TYPES)),
        (transaction_type, TRANSACTION_TYPES),
    ],
)
def test_the_targets_own_spellings_stay(
    converter: Callable[..., Conversion], spellings: tuple[str, ...]
) -> None:
    kept = [Cell(spelling, None, set()) for spelling in spellings]
    assert cells(converter, spellings, pl.String()) == kept


SPACES = st.text(" \t_-\u00a0\u2013", min_size=1, max_size=3)


@given(st.lists(st.tuples(st.sampled_from(CONDITIONS), SPACES, st.booleans())))
def test_conditions_are_known_in_any_case_and_spacing(conditions: list[Any]) -> None:
    texts = [
        space.join(name.upper() if upper else name.title() for name in value.split("_"))
        for value, space, upper in conditions
    ]
    values = [one.value for one in cells(condition, texts, pl.String())]
    assert values == [value for value, _, _ in conditions]


@given(st.lists(st.tuples(st.sampled_from(list(EDITION_TYPES)), SPACES, st.booleans())))
def test_edition_types_are_known_in_any_case_and_spacing(types: list[Any]) -> None:
    texts = [
        f"{code}{space}{EDITION_TYPES[code].replace(' ', space)}".swapcase() if label else code
        for code, space, label in types
    ]
    values = [one.value for one in cells(edition_type, texts, pl.String())]
    assert values == [code for code, _, _ in types]
