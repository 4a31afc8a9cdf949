import string

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from artex_assets.convert.passwords import bcrypt_digest
from artex_assets.vocabulary import Change, Rule
from artex_assets_tests.convert.cells import Cell, cell, cells

REST = "abcdefghijklmnopqrstu." + "ABCDEFGHIJKLMNOPQRSTUVWXYZ/0123"
HASH = f"$2a$11${REST}"


def test_a_bcrypt_hash_is_carried() -> None:
    assert cell(bcrypt_digest, HASH, pl.String(), True) == Cell(HASH, None, set())
    assert cell(bcrypt_digest, f"{HASH} ", pl.String(), True) == Cell(HASH, None, {Rule.TRIMMED})


@pytest.mark.parametrize(
    "legacy",
    [
        f"$2a$03${REST}",
        f"$2a$32${REST}",
        f"$2z$11${REST}",
        f"$1a$11${REST}",
        f"$2a$11${REST}x",
        f"$2a$11${REST[1:]}",
        f"$2a$11$!{REST[1:]}",
        f"x{HASH}",
        f"{HASH}\n{HASH}",
        "5f4dcc3b5aa765d61d8327deb882cf99",
        "hunter2",
    ],
)
def test_what_is_no_bcrypt_hash_is_not_carried_and_on_record(legacy: str) -> None:
    refused = Cell(None, Change.PASSWORD_NOT_CARRIED, set())
    assert cell(bcrypt_digest, legacy, pl.String(), True) == refused


def test_with_the_setting_off_nothing_is_carried_or_recorded() -> None:
    nothing = Cell(None, None, set())
    assert cells(bcrypt_digest, [HASH, "hunter2", "", None], pl.String(), False) == [nothing] * 4


HASHES = st.builds(
    "$2{}${:02}${}".format,
    st.sampled_from("abxy"),
    st.integers(4, 31),
    st.text(string.ascii_letters + string.digits + "./", min_size=53, max_size=53),
)


@given(st.lists(HASHES))
def test_every_bcrypt_hash_is_carried_to_the_letter(hashes: list[str]) -> None:
    assert [one.value for one in cells(bcrypt_digest, hashes, pl.String(), True)] == hashes
