import re
import unicodedata

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from artex_assets.convert.slugs import _ASCII, number_taken, parameterize, slug


def _parameterized(texts: list[str]) -> list[str]:
    return (
        pl.DataFrame({"text": pl.Series(texts, dtype=pl.String)})
        .select(parameterize(pl.col("text")))["text"]
        .to_list()
    )


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # The examples of ActiveSupport::Inflector.parameterize.
        ("Donald E. Knuth", "donald-e-knuth"),
        ("^tr\u00e8s|Jolie-- ", "tres-jolie"),
        ("^tr\u00e8s|Jolie__ ", "tres-jolie__"),
        ("Random text with *(bad)* characters", "random-text-with-bad-characters"),
        ("Allow_Under_Scores", "allow_under_scores"),
        ("Trailing bad characters!@#", "trailing-bad-characters"),
        ("!@#Leading bad characters", "leading-bad-characters"),
        ("Squeeze   separators", "squeeze-separators"),
        ("Test with + sign", "test-with-sign"),
        ("Test with a Rails\u2122 sign", "test-with-a-rails-sign"),
        ("Malm\u00f6", "malmo"),
        ("Gar\u00e7ons", "garcons"),
        ("Ops\u00d9", "opsu"),
        ("\u00c6r\u00f8sk\u00f8bing", "aeroskobing"),
        ("A\u00dfler", "assler"),
        ("Japanese: \u65e5\u672c\u8a9e", "japanese"),
        # Ours.
        ("Cafe\u0301 Tacvba", "cafe-tacvba"),
        (
            "\u0141\u00f3d\u017a \u0111 \u00de\u00f3r \u0152uvre \u00d7 \u0133",
            "lodz-d-thor-oeuvre-x-ij",
        ),
        ("\u1e9e \u0149ame", "ss-name"),
        ("\u1ec7\u01d0", ""),
        ("AC/DC", "ac-dc"),
        ("\u212aiss", "kiss"),
        ("a\nb\tc", "a-b-c"),
        ("a - b", "a-b"),
        ("-_-", "_"),
        ("!!!", ""),
        ("\u65e5\u672c", ""),
        ("", ""),
    ],
)
def test_text_is_parameterized_as_in_rails(text: str, expected: str) -> None:
    assert _parameterized([text]) == [expected]


def test_the_table_of_approximations_is_the_whole_of_i18ns() -> None:
    # U+00C0 to U+017E but for the division sign and the long s, and five letters beyond.
    latin = {chr(code) for code in range(0xC0, 0x17F)} - {"\u00f7"}
    assert set(_ASCII) == latin | set("\u1e9e\u01ea\u01eb\u01ec\u01ed")
    for letter, written in _ASCII.items():
        base = unicodedata.normalize("NFD", letter)[0]
        assert not base.isascii() or written == base


def _rails(text: str) -> str:
    """ActiveSupport's steps one by one: transliterate, gsub, collapse, strip, downcase."""
    composed = unicodedata.normalize("NFC", text)
    string = "".join(char if char.isascii() else _ASCII.get(char, "?") for char in composed)
    string = re.sub(r"[^a-z0-9\-_]+", "-", string, flags=re.IGNORECASE | re.ASCII)
    string = re.sub(r"-{2,}", "-", string)
    string = re.sub(r"^-|-$", "", string)
    return string.lower()


ASSIGNED = st.characters(exclude_categories=["Cs", "Cn"])
NAMES = st.text(ASSIGNED) | st.text("aZ9_- \u00e9e\u0301\u00df\u0149\u2013\n")


@given(st.lists(NAMES))
def test_parameterize_follows_rails_step_by_step(names: list[str]) -> None:
    assert _parameterized(names) == [_rails(name) for name in names]


Parts = tuple[str | None, str | None, str | None, int | None]
PARTS = st.tuples(
    st.none() | NAMES, st.none() | NAMES, st.none() | NAMES, st.none() | st.integers(1, 9999)
)


def _slugs(rows: list[Parts]) -> list[str | None]:
    schema = {"band": pl.String, "venue": pl.String, "name": pl.String, "year": pl.Int64}
    frame = pl.DataFrame(rows, schema=schema, orient="row")
    made = slug(pl.col("band"), pl.col("venue"), pl.col("name"), pl.col("year"))
    return frame.select(made.alias("slug"))["slug"].to_list()


@pytest.mark.parametrize(
    ("parts", "expected"),
    [
        (("Pearl Jam", "Fox Theatre", "Night 1", 2019), "pearl-jam-fox-theatre-night-1-2019"),
        ((None, "Fox Theatre", "Night 1", 2019), "fox-theatre-night-1-2019"),
        (("Pearl Jam", None, "Night 1", None), "pearl-jam-night-1"),
        (("\u65e5\u672c", "!!!", "Caf\u00e9", None), "cafe"),
        (("a-", "-b", "--", 1), "a-b-1"),
        (("\u65e5\u672c", None, "", None), None),
        ((None, None, None, None), None),
    ],
)
def test_a_slug_is_made_of_the_parts_that_there_are(parts: Parts, expected: str | None) -> None:
    assert _slugs([parts]) == [expected]


@given(st.lists(PARTS))
def test_a_slug_is_the_parameterized_parts_joined(rows: list[Parts]) -> None:
    expected = [
        "-".join(
            part for part in (*(_rails(text or "") for text in texts), str(year or "")) if part
        )
        for *texts, year in rows
    ]
    assert _slugs(rows) == [joined or None for joined in expected]


def _numbered(base: list[str], taken: list[str]) -> list[str]:
    series = number_taken(pl.Series(base, dtype=pl.String), pl.Series(taken, dtype=pl.String))
    return series.to_list()


def _numbered_one_by_one(base: list[str], taken: list[str]) -> list[str]:
    given = set(taken)
    numbered = []
    for own in base:
        free, number = own, 0
        while free in given:
            number += 1
            free = f"{own}-{number}"
        given.add(free)
        numbered.append(free)
    return numbered


@pytest.mark.parametrize(
    ("base", "taken", "expected"),
    [
        (["a", "b"], [], ["a", "b"]),
        (["a", "a", "a"], [], ["a", "a-1", "a-2"]),
        (["a"], ["a"], ["a-1"]),
        (["a"], ["a", "a-1", "a-3"], ["a-2"]),
        (["a-1", "a", "a"], [], ["a-1", "a", "a-2"]),
        (["a", "a", "a-1"], [], ["a", "a-1", "a-1-1"]),
        (["a", "a", "a-1", "a-1-1"], [], ["a", "a-1", "a-1-1", "a-1-1-1"]),
        (["a-1"], ["a"], ["a-1"]),
        (["a-2019", "a-2019"], [], ["a-2019", "a-2019-1"]),
        ([], ["a"], []),
    ],
)
def test_a_taken_slug_gets_the_first_free_number(
    base: list[str], taken: list[str], expected: list[str]
) -> None:
    assert _numbered(base, taken) == expected
    assert _numbered_one_by_one(base, taken) == expected


SLUGS = st.builds(
    "".join,
    st.tuples(
        st.sampled_from(["a", "b", "a-b", "-", "1"]),
        st.lists(st.sampled_from(["-1", "-2", "-10", "-01", "-"]), max_size=3).map("".join),
    ),
)


@given(st.lists(SLUGS, max_size=40), st.lists(SLUGS, max_size=10))
def test_numbers_are_those_that_one_row_after_the_other_gets(
    base: list[str], taken: list[str]
) -> None:
    assert _numbered(base, taken) == _numbered_one_by_one(base, taken)


def test_the_given_series_stay_as_they_are() -> None:
    base, taken = pl.Series(["a", None, "a", None]), pl.Series(["b", None])
    assert number_taken(base, taken).to_list() == ["a", None, "a-1", None]
    assert (base.to_list(), taken.to_list()) == (["a", None, "a", None], ["b", None])


def test_a_hundred_thousand_posters_of_one_name_are_numbered() -> None:
    numbered = number_taken(pl.Series(["a"] * 100_000), pl.Series(["a-7"]))
    assert numbered.n_unique() == 100_000
    assert numbered[-1] == "a-100000"
