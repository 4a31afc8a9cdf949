"""What is saved of a report: for its owner only, exact, and safe to open in a spreadsheet."""

import datetime
from pathlib import Path

import polars as pl
import pytest

from artex_assets.errors import StorageError
from artex_assets.report.sales.dollars import dollars, in_words, readable
from artex_assets.report.sales.files import save, spreadsheet
from artex_assets.report.sales.findings import Findings

FIGURES = pl.DataFrame({"poster": ["Night"], "price_cents": [123450]})


@pytest.mark.parametrize(
    ("cents", "shown", "said"),
    [
        (1, "$0.01", "$0.01"),
        (100, "$1.00", "$1"),
        (1999, "$19.99", "$19.99"),
        (125000000, "$1,250,000.00", "$1,250,000"),
        (-5, "-$0.05", "-$0.05"),
    ],
)
def test_cents_are_shown_as_dollars_exactly(cents: int, shown: str, said: str) -> None:
    assert (dollars(cents), in_words(cents)) == (shown, said)


def test_a_table_in_the_ui_has_dollars_and_names_in_words() -> None:
    frame = pl.DataFrame(
        {
            "sale_price_cents": [123450, None],
            "times": [1234.567, None],
            "sale_date": [datetime.date(2020, 1, 2), None],
            "photos": [3, None],
        }
    )
    shown = readable(frame)
    assert shown.to_dict(as_series=False) == {
        "sale price": ["$1,234.50", None],
        "times": ["1,234.57", None],
        "sale date": ["2020-01-02", None],
        "photos": [3, None],
    }


@pytest.mark.parametrize(
    "formula",
    ["=cmd()", "+1", "-1+2", "@SUM(A1)", "\t=1", "\r=1", " =1", "\n=1", "＝1", '=HYPERLINK("x")'],
)
def test_a_text_that_could_be_a_formula_gets_an_apostrophe(formula: str) -> None:
    written = spreadsheet(pl.DataFrame({"poster": [formula]}))
    assert pl.read_csv(written)["poster"].to_list() == ["'" + formula]


@pytest.mark.parametrize("text", ["Night", "a=b", "O'Hara's", 'say "hi", all', "two\nlines", "Ø"])
def test_another_text_is_written_as_it_is(text: str) -> None:
    written = spreadsheet(pl.DataFrame({"poster": [text]}))
    assert pl.read_csv(written)["poster"].to_list() == [text]


def test_money_is_written_in_dollars_with_two_decimals() -> None:
    cents = [1, 1999, 1250000, None, -5]
    text = spreadsheet(pl.DataFrame({"price_cents": cents, "id": range(5)})).decode("utf-8-sig")
    assert text == "price_dollars,id\n0.01,0\n19.99,1\n12500.00,2\n,3\n-0.05,4\n"


def test_files_are_for_their_owner_only(tmp_path: Path) -> None:
    written = save(tmp_path / "reports", "sales", Findings("One.", FIGURES, b"picture"))
    assert [path.name for path in written] == ["sales.csv", "sales.png"]
    assert [path.stat().st_mode & 0o777 for path in written] == [0o600, 0o600]
    assert (tmp_path / "reports").stat().st_mode & 0o777 == 0o700


def test_the_picture_of_an_earlier_run_goes_when_there_is_nothing_to_draw(tmp_path: Path) -> None:
    save(tmp_path, "sales", Findings("One.", FIGURES, b"picture"))
    save(tmp_path, "sales", Findings("None.", FIGURES.clear()))
    assert [path.name for path in tmp_path.iterdir()] == ["sales.csv"]


def test_a_folder_that_cannot_be_written_to_is_named(tmp_path: Path) -> None:
    (tmp_path / "reports").write_text("in the way")
    with pytest.raises(StorageError, match=r"reports.*exists"):
        save(tmp_path / "reports", "sales", Findings("One.", FIGURES))
