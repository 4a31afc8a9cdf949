"""What `artex demo` calls a surprise, and what the exit status of a run means."""

from artex_assets.cli.migrate import surprises
from artex_assets.cli.summary import exit_status
from artex_assets.report.attention import Attention
from artex_assets.report.standing import Standing, TableStanding

EXPECTED = {
    "tables": {"users": {"legacy": 2, "loaded": 1, "quarantined": 1, "merged": 0}},
    "image_sets": {},
    "failed_images": [],
    "quarantined": [{"table": "users", "key": "7", "reason": "email_duplicate"}],
}
HELD = Attention("users", "quarantined", "7", "email_duplicate: User 1 has it, too.")


def of(table: TableStanding, *attention: Attention) -> Standing:
    return Standing(tables=[table], image_sets=[], attention=list(attention))


def stand(*attention: Attention, loaded: int = 1, quarantined: int = 1) -> Standing:
    return of(TableStanding("users", 2, loaded, 0, quarantined), *attention)


def test_what_is_planted_is_no_surprise() -> None:
    assert surprises(stand(HELD), EXPECTED, []) == []


def test_another_count_is_a_surprise() -> None:
    assert surprises(stand(HELD, loaded=2), EXPECTED, []) == ["users: 2 rows loaded, expected 1"]


def test_a_table_that_is_not_there_is_a_surprise() -> None:
    assert "users: None rows legacy, expected 2" in surprises(
        of(TableStanding("venues", 1), HELD), EXPECTED, []
    )


def test_another_row_or_reason_is_a_surprise_by_name() -> None:
    other = Attention("users", "quarantined", "7", "email_invalid: It has no @.")
    assert surprises(stand(other), EXPECTED, []) == [
        "users 7 is not held back (email_duplicate)",
        "users 7 is held back (email_invalid)",
    ]


def test_a_failed_check_is_a_surprise() -> None:
    assert surprises(stand(HELD), EXPECTED, ["users sequence: behind"]) == [
        "users sequence: behind"
    ]


def test_the_status_is_0_only_when_nothing_needs_attention() -> None:
    clean = stand(loaded=2, quarantined=0)
    assert exit_status(clean, []) == 0
    assert exit_status(clean, ["users sequence: behind"]) == 2
    assert exit_status(stand(HELD), []) == 2
    assert exit_status(of(TableStanding("users", None)), []) == 2


def test_a_conflict_needs_attention_and_an_edit_alone_does_not() -> None:
    for edits, status in (({"edited": 1}, 0), ({"conflict": 1}, 2)):
        table = TableStanding("users", 1, 1, edits=edits)
        line = Attention("users", "edited", "1", "…")
        assert exit_status(of(table, line), []) == status


def test_a_failing_check_that_the_target_shows_needs_attention() -> None:
    table = TableStanding("posters", 1, 1)
    line = Attention("posters", "check failed", "1", "original_price is too large")
    assert exit_status(of(table, line), []) == 2
