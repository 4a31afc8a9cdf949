"""What a load has to write, from what legacy says, what was written before, and what is there."""

import polars as pl
import pytest

from artex_assets.tables.discovery import discover
from artex_assets.target.canonical import digests
from artex_assets.target.reconcile import Plan, first_load, reconcile, settled

BANDS = discover()["bands"]
TIMES = {"created_at": "2015-01-01 12:00:00", "updated_at": "2015-01-01 12:00:00"}


def bands(names: dict[int, str], **others: str) -> pl.DataFrame:
    """Bands by id in canonical text, with keys and digests."""
    columns = list(BANDS.written)
    rows = [
        {"id": str(key), "name": name, "website": None, **TIMES, **others}
        for key, name in names.items()
    ]
    frame = pl.DataFrame(rows, schema=dict.fromkeys(columns, pl.String)).select(
        pl.col("id").cast(pl.Int64).alias("key"), pl.lit(0, pl.Int64).alias("other_key"), *columns
    )
    return frame.with_columns(digests(frame, columns))


def plan(
    now: dict[int, str], wrote: dict[int, str], there: dict[int, str], **there_others: str
) -> Plan:
    rows, provenance = bands(now), bands(wrote).select("key", "other_key", "digest")
    vanished = provenance.join(rows, on="key", how="anti").select("key", "other_key")
    return reconcile(rows, bands(there, **there_others).drop("digest"), provenance, BANDS, vanished)


def short(made: Plan) -> dict[str, object]:
    return {
        "insert": made.insert["key"].to_list(),
        "update": made.update["key"].to_list(),
        "edits": dict(made.edits.select("key", "state").rows()),
        "refused": dict(made.refused.select("key", "reason").rows()),
        "unchanged": made.unchanged,
        "adopted": made.adopted,
    }


NOTHING: dict[str, object] = {
    "insert": [],
    "update": [],
    "edits": {},
    "refused": {},
    "unchanged": 0,
    "adopted": 0,
}


def test_a_first_load_inserts_everything() -> None:
    assert short(first_load(bands({1: "a", 2: "b"}))) == {**NOTHING, "insert": [1, 2]}


def test_every_combination_of_the_three_witnesses_has_its_answer() -> None:
    a, b, c = {1: "a"}, {1: "b"}, {1: "c"}
    none: dict[int, str] = {}
    cases: list[tuple[dict[int, str], dict[int, str], dict[int, str], dict[str, object]]] = [
        (a, none, none, {"insert": [1]}),
        (a, a, a, {"unchanged": 1}),
        (b, a, a, {"update": [1]}),
        (a, none, a, {"adopted": 1}),
        (a, none, b, {"refused": {1: "id_taken"}}),
        (a, a, b, {"edits": {1: "edited"}}),
        (a, b, c, {"edits": {1: "conflict"}}),
        (a, a, none, {"edits": {1: "deleted"}}),
        (a, b, none, {"edits": {1: "deleted"}}),
        (none, a, a, {"edits": {1: "vanished"}}),
        (none, a, b, {"edits": {1: "vanished"}}),
        (none, a, none, {"edits": {1: "deleted"}}),
        (none, none, a, {}),
    ]
    for now, wrote, there, expected in cases:
        assert short(plan(now, wrote, there)) == {**NOTHING, **expected}, (now, wrote, there)


def test_provenance_is_written_anew_for_what_is_updated_and_adopted_only() -> None:
    made = plan({1: "a", 2: "b2", 3: "c", 4: "d"}, {2: "b", 4: "d"}, {2: "b", 3: "c", 4: "d"})
    assert sorted(made.provenance["key"]) == [2, 3]


def test_settled_is_what_we_loaded_and_the_target_still_has_as_legacy_says() -> None:
    now = {1: "same", 2: "changed", 3: "not ours", 4: "deleted", 5: "new", 6: "same"}
    wrote = {1: "same", 2: "old", 4: "deleted", 6: "same"}
    there = {6: "same", 3: "not ours", 2: "old", 1: "same"}
    rows, provenance = bands(now), bands(wrote).select("key", "other_key", "digest")
    assert settled(rows, bands(there), provenance, BANDS).to_list() == [
        name == "same" for name in now.values()
    ]
    assert settled(rows, bands({}), provenance, BANDS).to_list() == [False] * 6
    earlier = bands(there, updated_at="2014-12-31 23:59")
    assert not settled(rows, earlier, provenance, BANDS).any()
    later = bands(there, updated_at="2020-01-01 00:00:00")
    assert settled(rows, later, provenance, BANDS).sum() == 2


def test_settled_in_parts_is_settled_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    names = {key: str(key) for key in range(10)}
    rows, there = bands(names), bands({**dict(reversed(names.items())), 7: "edited"})
    monkeypatch.setattr("artex_assets.target.reconcile.PART", 3)
    assert settled(rows, there, rows.select("key", "other_key", "digest"), BANDS).to_list() == [
        key != 7 for key in range(10)
    ]


def test_a_later_updated_at_in_the_target_is_neither_an_edit_nor_a_reason_to_write() -> None:
    made = plan({1: "a"}, {1: "a"}, {1: "a"}, updated_at="2020-01-01 00:00:00")
    assert short(made) == {**NOTHING, "unchanged": 1}


def test_a_later_updated_at_in_legacy_is_written_unless_the_row_was_edited() -> None:
    made = plan({1: "a", 2: "b"}, {1: "a", 2: "b"}, {1: "a", 2: "x"}, updated_at="2014-12-31 23:59")
    assert short(made) == {**NOTHING, "update": [1], "edits": {2: "edited"}}
    assert made.update["updated_at"].to_list() == [TIMES["updated_at"]]


def test_a_row_that_differs_in_updated_at_alone_is_not_adopted() -> None:
    made = plan({1: "a"}, {}, {1: "a"}, updated_at="2020-01-01 00:00:00")
    assert short(made)["refused"] == {1: "id_taken"}


def test_values_go_round_in_a_circle() -> None:
    old, new = {1: "a", 2: "b", 3: "c"}, {1: "B", 2: "C", 3: "A"}
    assert short(plan(new, old, old))["update"] == [1, 2, 3]


def test_a_value_that_an_edited_row_holds_is_not_given_up() -> None:
    made = plan({1: "x", 2: "A"}, {1: "b", 2: "c"}, {1: "a", 2: "c"})
    assert short(made)["edits"] == {1: "conflict", 2: "conflict"}
    assert short(made)["update"] == []


def test_a_new_row_gets_what_an_updated_one_gives_up_and_not_what_a_vanished_one_holds() -> None:
    made = plan({1: "x", 4: "A", 5: "Z"}, {1: "a", 2: "z"}, {1: "a", 2: "z"})
    assert short(made) == {
        **NOTHING,
        "insert": [4],
        "update": [1],
        "edits": {2: "vanished"},
        "refused": {5: "value_taken"},
    }
