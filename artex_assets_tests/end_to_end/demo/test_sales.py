"""The second phase of the demo: the sales, and what is on record of them."""

from artex_assets_tests.end_to_end.conftest import Demo
from artex_assets_tests.end_to_end.outcome import ALL, FAULTS, Target
from data_fixtures.tables import tables

SALES = "external_sales"


def contradictory() -> set[int]:
    """The ids of transactions that are verified without a date or a name, by plain Python."""
    frames = dict(tables())
    return {
        row["id"]
        for row in frames["transactions"].iter_rows(named=True)
        if row["verified"]
        and (row["verified_at"] is None or not (row["verified_by"] or "").strip())
    }


def test_all_250_sales_are_loaded_and_each_planted_fault_of_theirs_became_what_it_says(
    demo: Demo,
) -> None:
    target = Target(demo.url, ALL)
    assert target.counts[SALES] == 250
    cells = [cell for fault in FAULTS for cell in fault["outcomes"] if cell["table"] == SALES]
    assert cells
    for cell in cells:
        assert target.actual(cell) == target.value(cell), cell


def test_a_verification_that_contradicts_itself_is_on_record_and_carried(demo: Demo) -> None:
    target = Target(demo.url, ALL)
    recorded = {
        key: record
        for (table, key, column), record in target.records.items()
        if (table, column) == (SALES, "verified")
    }
    assert set(recorded) == contradictory()
    assert set(recorded.values()) == {("verification_contradictory", "true", "true")}
    assert all(target.rows[SALES][key]["verified"] for key in recorded)
