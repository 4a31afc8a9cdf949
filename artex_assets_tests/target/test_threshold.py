"""More bad rows than a migration should carry on with."""

from dataclasses import replace

import pytest

from artex_assets.errors import TargetError
from artex_assets.target.threshold import ALWAYS_ALLOWED
from artex_assets_tests.target.migration import Migration


def with_users(migration: Migration, good: int, bad: int) -> None:
    migration.legacy["users"] = [
        {"id": number, "email": f"user{number}@example.org" if number > bad else f"canary{number}"}
        for number in range(1, good + bad + 1)
    ]
    migration.legacy["user_artworks"] = []


def test_nothing_of_a_table_is_loaded_when_more_than_the_threshold_is_quarantined(
    migration: Migration,
) -> None:
    with_users(migration, good=59, bad=61)
    before = migration.versions()
    with pytest.raises(TargetError) as raised:
        migration.load("users")
    assert migration.versions() == before
    assert raised.value.what == (
        "61 of the 120 rows of users would be quarantined, and ARTEX_MAX_QUARANTINED allows 50 %. "
        "61 times email_invalid, such as 1: The e-mail address is empty or not one that the "
        "application accepts. Correct it. Nothing of this table was loaded."
    )
    assert "set ARTEX_MAX_QUARANTINED=100" in raised.value.next_step
    assert "canary" not in str(raised.value)


def test_a_higher_threshold_loads_the_others(migration: Migration) -> None:
    with_users(migration, good=59, bad=61)
    migration.rules = replace(migration.rules, max_quarantined=51)
    loaded = migration.load("users")["users"]
    assert (loaded.loaded, loaded.quarantined) == (59, 61)


def test_the_share_itself_is_allowed_and_so_are_a_few_rows_of_a_small_table(
    migration: Migration,
) -> None:
    with_users(migration, good=75, bad=75)
    assert migration.load("users")["users"].quarantined == 75
    with_users(migration, good=0, bad=ALWAYS_ALLOWED)
    migration.execute("DELETE FROM artex_migration.provenance; DELETE FROM users")
    assert migration.load("users")["users"].quarantined == ALWAYS_ALLOWED


def test_children_of_quarantined_rows_count_and_the_error_names_the_root_cause(
    migration: Migration,
) -> None:
    migration.legacy["users"][0]["email"] = None
    migration.legacy["user_artworks"] = [
        {"id": number, "user_id": 4, "artwork_id": 8} for number in range(1, 53)
    ]
    migration.legacy["user_artworks"] += [{"id": 60, "user_id": 404, "artwork_id": 8}]
    with pytest.raises(TargetError) as raised:
        migration.load()
    assert (
        "52 times parent_quarantined, such as 1: The row 4 of users, which user_id names, is "
        "quarantined. Root cause: users 4: email_invalid. 1 times parent_missing, such as 60: "
    ) in raised.value.what


def test_rows_whose_loss_was_accepted_do_not_count(migration: Migration) -> None:
    with_users(migration, good=59, bad=61)
    migration.rules = replace(migration.rules, max_quarantined=100.0)
    migration.load("users")
    migration.execute(
        "INSERT INTO artex_migration.accepted"
        " (table_name, key, other_key, occurrence, accepted_by, reason)"
        " SELECT table_name, key, other_key, occurrence, 'a person', 'a test'"
        " FROM artex_migration.quarantine WHERE key = 1"
    )
    migration.rules = replace(migration.rules, max_quarantined=50.0)
    assert migration.load("users")["users"].quarantined == 61
