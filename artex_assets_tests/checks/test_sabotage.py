"""Checks can fail: what is done behind the migration's back is found, and the ids are named."""

import pytest

from artex_assets.vocabulary import Severity
from artex_assets_tests.target.migration import Migration

OUR_LINE = (
    "INSERT INTO artex_migration.provenance (table_name, key, other_key, digest, run_id)"
    " VALUES ('users', 99, 0, 'x', 'x')"
)


@pytest.mark.parametrize(
    ("sabotage", "failing"),
    [
        ("UPDATE posters SET name = ' ' WHERE id = 8", {"posters contract": ["8"]}),
        ("UPDATE posters SET original_price = 0.5 WHERE id = 9", {"posters contract": ["9", "9"]}),
        ("UPDATE users SET email = 'ADA@x.org' WHERE id = 4", {"users contract": ["4"]}),
        ("UPDATE users SET admin = NULL WHERE id = 7", {"users contract": ["7"]}),
        ("UPDATE user_posters SET condition = 'Mint'", {"user_posters contract": ["10", "11"]}),
        ("DELETE FROM user_posters WHERE id = 10", {"user_posters conservation": ["10"]}),
        (
            "DELETE FROM artists_posters WHERE poster_id = 8",
            {"artists_posters conservation": ["1-8"]},
        ),
        (
            "DELETE FROM artex_migration.provenance WHERE table_name = 'users' AND key = 7",
            {"users conservation": ["7"]},
        ),
        (OUR_LINE, {"users conservation": ["99"]}),
        (
            "INSERT INTO artex_migration.quarantine (table_name, key, other_key, occurrence,"
            " reason, sentence, row, run_id)"
            " VALUES ('users', 7, 0, 1, 'id_taken', 'Taken.', '{}', 'x')",
            {"users conservation": ["7"], "users quarantine": ["7"]},
        ),
        (
            "INSERT INTO artex_migration.merged (table_name, key, other_key, occurrence,"
            " into_key, into_other_key, row, run_id)"
            " VALUES ('artists_posters', 1, 8, 2, 1, 8, '{}', 'x')",
            {"artists_posters conservation": ["1-8"]},
        ),
        (
            "DROP INDEX index_artists_on_name; UPDATE artists SET name = 'ANN LEE' WHERE id = 2",
            {"artists unique_keys": ["1", "2"]},
        ),
        (
            "DO $$ DECLARE name text; BEGIN FOR name IN SELECT indexname FROM pg_indexes"
            " WHERE tablename = 'posters_series' LOOP EXECUTE 'DROP INDEX ' || name; END LOOP;"
            " END $$; INSERT INTO posters_series VALUES (8, 6)",
            {
                "posters_series contract": ["8-6", "8-6"],
                "posters_series unique_keys": ["8-6", "8-6"],
            },
        ),
        (
            "SET session_replication_role = replica; DELETE FROM venues",
            {"venues conservation": ["5"], "posters foreign_keys": ["8"]},
        ),
        (
            "SET session_replication_role = replica;"
            " UPDATE artists_posters SET artist_id = 404 WHERE artist_id = 2",
            {"artists_posters conservation": ["2-9"], "artists_posters foreign_keys": ["404-9"]},
        ),
        ("ALTER SEQUENCE bands_id_seq RESTART WITH 3", {"bands sequence": []}),
        ("ALTER SEQUENCE bands_id_seq RESTART WITH 1", {"bands sequence": []}),
        (
            "UPDATE posters SET original_price = 40",
            {"posters price_unit": []},
        ),
    ],
)
def test_sabotage_is_found_and_named(
    kept_migration: Migration, sabotage: str, failing: dict[str, list[str]]
) -> None:
    with kept_migration.connection.transaction(force_rollback=True):
        kept_migration.connection.execute(sabotage.encode())
        assert kept_migration.failing() == failing


def test_without_sabotage_no_check_fails(kept_migration: Migration) -> None:
    assert kept_migration.failing() == {}


def test_a_constraint_that_is_gone_hides_no_reference_that_leads_nowhere(
    migrated: Migration,
) -> None:
    for (name,) in migrated.rows(
        "SELECT conname FROM pg_constraint WHERE contype = 'f' AND conrelid = 'posters'::regclass"
    ):
        migrated.connection.execute(f"ALTER TABLE posters DROP CONSTRAINT {name}".encode())
    migrated.execute("DELETE FROM bands")
    finding = migrated.findings("posters")["foreign_keys"]
    assert finding.offenders.rows() == [("8", "band_id names no row of bands: 3")]
    assert finding.severity == Severity.ERROR


def test_the_next_run_names_what_was_mutated_and_dropped_and_leaves_what_was_added(
    migrated: Migration,
) -> None:
    migrated.execute("UPDATE posters SET name = 'Noon' WHERE id = 9")
    migrated.execute("DELETE FROM posters_series")
    migrated.execute(
        "INSERT INTO bands (id, name, created_at, updated_at) VALUES (99, 'x', now(), now())"
    )
    migrated.load()
    assert migrated.failing() == {"posters edits": ["9"], "posters_series edits": ["8-6"]}
    assert migrated.column("SELECT id FROM bands ORDER BY id") == [3, 99]


def test_an_accepted_row_is_accounted_for_and_no_longer_asked_about(migration: Migration) -> None:
    migration.legacy["users"].append({"id": 12, "email": "none"})
    migration.load()
    assert migration.failing() == {"users quarantine": ["12"]}
    migration.execute(
        "INSERT INTO artex_migration.accepted"
        " (table_name, key, other_key, occurrence, accepted_by, reason)"
        " SELECT table_name, key, other_key, occurrence, 'me', 'a test account'"
        " FROM artex_migration.quarantine"
    )
    assert migration.failing() == {}
    says = migration.findings("users")["conservation"].says
    assert says == "3 legacy rows = 2 loaded + 0 merged + 0 quarantined + 1 accepted"
    migration.load()
    assert migration.failing() == {}
    # It is mended after all, and loaded.
    migration.legacy["users"][-1]["email"] = "eve@example.org"
    migration.load()
    assert migration.failing() == {}


def test_a_finding_shows_a_hundred_offenders_and_counts_all(migration: Migration) -> None:
    migration.legacy["venues"] = [
        {"id": key, "name": " " if key <= 150 else "Hall"} for key in range(1, 301)
    ]
    migration.legacy["artworks"] = []
    migration.load("venues")
    finding = migration.findings("venues")["quarantine"]
    assert (finding.count, finding.offenders.height) == (150, 100)
    assert finding.says == "Quarantined rows (150)"
