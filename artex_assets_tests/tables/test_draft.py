"""A draft never loses a row, and what is said of a row stays with it."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import polars as pl
import pytest

from artex_assets.errors import DeclarationError
from artex_assets.legacy.contract import NOT_UTF8
from artex_assets.tables.discovery import discover
from artex_assets.tables.draft import Draft
from artex_assets.tables.outcome import Outcome
from artex_assets.vocabulary import Change, Reason, Rule
from artex_assets_tests.frames import inputs

ARTISTS, LINKS, USERS = (discover()[name] for name in ("artists", "artists_posters", "users"))


def artists(*rows: Mapping[str, Any]) -> Draft:
    return Draft.of(ARTISTS, inputs(ARTISTS, {"artists": rows}))


def named(*names: str | None) -> Draft:
    return artists(*({"id": key, "name": name} for key, name in enumerate(names, 1)))


def places(outcome: Outcome) -> dict[str, list[Any]]:
    """The keys that stand, those merged with what they were merged into, those quarantined."""
    return {
        "rows": outcome.rows["key"].to_list(),
        "merged": outcome.merged.select("key", "into_key").rows(),
        "quarantined": outcome.quarantined.select("key", "reason", "cause").rows(),
    }


def whole(outcome: Outcome) -> bool:
    parts = (outcome.rows, outcome.merged, outcome.quarantined)
    return sum(part.height for part in parts) == outcome.legacy_rows


NAME = pl.col("name")


def test_a_row_merged_into_a_merged_row_is_merged_into_the_one_that_stands() -> None:
    draft = named("a", "b", "B", "A").merge(NAME.str.to_lowercase())
    chained = draft.merge(pl.lit("all the same"))
    assert places(chained.finish()) == {
        "rows": [1],
        "merged": [(2, 1), (3, 1), (4, 1)],
        "quarantined": [],
    }


def test_only_mapped_text_that_is_not_utf8_holds_a_row_back() -> None:
    given = inputs(ARTISTS, {"artists": [{"id": key, "name": f"n{key}"} for key in (1, 2, 3)]})
    marked = pl.Series(NOT_UTF8, [["website", "name", "mood"], ["ticker_symbol", "mood"], None])
    frame = given.legacy["artists"].with_columns(marked)
    outcome = Draft.of(ARTISTS, replace(given, legacy={"artists": frame})).finish()
    assert places(outcome) == {
        "rows": [2, 3],
        "merged": [],
        "quarantined": [(1, "text_not_utf8", None)],
    }
    assert "The text of name, website is in no" in outcome.quarantined["sentence"][0]


def test_rows_merged_into_a_row_that_is_then_quarantined_share_its_fate() -> None:
    draft = named("a", "A", "b").merge(NAME.str.to_lowercase())
    outcome = draft.quarantine(Reason.ID_TAKEN, pl.col("id") == 1, "It is taken.").finish()
    assert places(outcome) == {
        "rows": [3],
        "merged": [],
        "quarantined": [(1, "id_taken", None), (2, "id_taken", "artists 1: id_taken")],
    }
    assert whole(outcome)


def test_a_chain_that_ends_at_a_quarantined_row_is_quarantined_with_the_root_cause() -> None:
    draft = named("a", "b", "B").merge(NAME.str.to_lowercase()).merge(pl.lit(1))
    outcome = draft.quarantine(
        Reason.PARENT_QUARANTINED, pl.col("id") == 1, "Its parent is.", pl.lit("bands 7: id_taken")
    ).finish()
    assert places(outcome)["quarantined"] == [
        (1, "parent_quarantined", "bands 7: id_taken"),
        (2, "parent_quarantined", "bands 7: id_taken"),
        (3, "parent_quarantined", "bands 7: id_taken"),
    ]


def test_a_merged_row_is_not_quarantined_and_a_quarantined_one_not_merged() -> None:
    draft = named("a", "A", None).merge(NAME.str.to_lowercase())
    draft = draft.quarantine(Reason.MISSING_VALUE, pl.col("id") >= 2, "No.")
    assert places(draft.finish()) == {
        "rows": [1],
        "merged": [(2, 1)],
        "quarantined": [(3, "missing_value", None)],
    }


def test_the_first_reason_of_a_row_stays() -> None:
    draft = named("a").quarantine(Reason.ID_TAKEN, pl.lit(True), "First.")
    draft = draft.quarantine(Reason.VALUE_TAKEN, pl.lit(True), "Second.")
    assert draft.finish().quarantined["sentence"].to_list() == ["First."]


def test_nulls_are_never_the_same() -> None:
    assert named(None, None).merge(NAME).finish().merged.is_empty()


def test_occurrences_count_all_rows_of_a_key_in_legacy_order() -> None:
    same = {"artist_id": 1, "artwork_id": 8}
    other = {"artist_id": None, "artwork_id": 8}
    given = inputs(
        LINKS,
        {"artists_artworks": [same, other, same, other, same], "artworks": [{"id": 8}]},
        {"artists": [1], "posters": [8]},
    )
    outcome = LINKS.transform(given).finish()
    assert outcome.merged["occurrence"].to_list() == [2, 3]
    assert outcome.quarantined.select("key", "other_key", "occurrence").rows() == [
        (None, 8, 1),
        (None, 8, 2),
    ]
    assert whole(outcome)


def test_a_re_pointed_link_is_known_by_its_legacy_key_and_by_that_of_the_target() -> None:
    given = inputs(
        LINKS,
        {
            "artists_artworks": [
                {"artist_id": 9, "artwork_id": 8},
                {"artist_id": 2, "artwork_id": 8},
                {"artist_id": 9, "artwork_id": 404},
            ],
            "artworks": [{"id": 8}],
        },
        {"artists": [2], "posters": [8]},
    )
    merged = pl.DataFrame({"legacy_id": [9], "id": [2], "reason": None, "cause": None})
    known = given.parents["artists"]
    artists_known = pl.concat([known, merged.cast(known.schema)])
    given = replace(given, parents={**given.parents, "artists": artists_known})
    outcome = LINKS.transform(given).finish()
    assert outcome.rows.select("key", "other_key").rows() == [(2, 8)]
    keys = ("key", "other_key", "as_key", "as_other_key")
    assert outcome.merged.select(keys).rows() == [(2, 8, 2, 8)]
    assert outcome.quarantined.select(keys).rows() == [(9, 404, 2, 404)]
    assert outcome.records.select("key", "original", "new").rows() == [(2, "9", "2")]


def test_an_earlier_record_of_a_cell_stays() -> None:
    draft = named(" a").record("name", Change.NAME_DERIVED, pl.lit(True))
    draft = draft.record("name", Change.VALUE_NOT_HELD, pl.lit(True))
    assert draft.finish().records.select("original", "new", "code").rows() == [
        (" a", "a", "name_derived")
    ]


def test_records_and_rules_are_of_rows_that_stand_only() -> None:
    draft = named(" a", " A", " b").merge(NAME.str.to_lowercase())
    draft = draft.record("name", Change.NAME_DERIVED, pl.lit(True))
    outcome = draft.quarantine(Reason.ID_TAKEN, pl.col("id") == 3, "No.").finish()
    assert outcome.records["key"].to_list() == [1]
    assert outcome.rules.rows() == [("name", str(Rule.TRIMMED), 1)]


@pytest.mark.parametrize(
    ("times", "expected"),
    [
        ((None, "2016-01-01 00:00:00"), ("2016-01-01 00:00:00", "2016-01-01 00:00:00")),
        (("2016-01-01 00:00:00", None), ("2016-01-01 00:00:00", "2016-01-01 00:00:00")),
        ((None, None), ("2026-01-02 00:00:00", "2026-01-02 00:00:00")),
        (("0000-00-00", "infinity"), ("2026-01-02 00:00:00", "2026-01-02 00:00:00")),
    ],
)
def test_a_missing_time_is_the_other_one_or_the_day_of_the_migration(
    times: Sequence[str | None], expected: Sequence[str]
) -> None:
    row = {"id": 1, "name": "a", "created_at": times[0], "updated_at": times[1]}
    outcome = artists(row).finish()
    made = outcome.rows.select(pl.col("created_at", "updated_at").dt.to_string("%Y-%m-%d %H:%M:%S"))
    assert made.row(0) == tuple(expected)
    recorded = dict(outcome.records.select("column_name", "code").rows())
    missing = [
        name for name, time in zip(("created_at", "updated_at"), times, strict=True) if not time
    ]
    assert set(missing) <= set(recorded)


def test_a_column_that_a_transform_forgets_is_named() -> None:
    draft = named("a")
    forgotten = replace(draft, frame=draft.frame.drop("website"))
    with pytest.raises(DeclarationError, match="artists does not make website"):
        forgotten.finish()


def test_of_three_users_with_one_address_the_lowest_that_stands_keeps_it() -> None:
    rows = [
        {"id": 9, "email": "ada@example.org"},
        {"id": 5, "email": "ada@example.org", "first_name": "Ada"},
        {"id": 5, "email": "ada@example.org", "first_name": "Eve"},
        {"id": 7, "email": "ADA@example.org"},
    ]
    outcome = USERS.transform(inputs(USERS, {"users": rows})).finish()
    assert places(outcome) == {
        "rows": [7],
        "merged": [],
        "quarantined": [
            (9, "email_duplicate", None),
            (5, "duplicate_key", None),
            (5, "duplicate_key", None),
        ],
    }
    sentence = outcome.quarantined["sentence"][0]
    assert sentence.startswith("User 7 has the same e-mail address and a lower id.")


def test_an_empty_table_comes_to_nothing() -> None:
    for name, table in discover().items():
        outcome = table.transform(inputs(table, {})).finish()
        assert outcome.legacy_rows == outcome.rows.height == 0, name
