"""What somebody changes in the target stays as it is there, and is reported."""

from artex_assets.vocabulary import Severity
from artex_assets_tests.target.migration import Migration


def test_an_edited_row_is_not_overwritten(migrated: Migration) -> None:
    migrated.execute("UPDATE venues SET city = 'Alameda' WHERE id = 5")
    loaded = migrated.load()
    assert loaded["venues"].updated == 0
    assert loaded["venues"].edits == {"edited": 1}
    assert migrated.value("SELECT city FROM venues") == "Alameda"
    assert migrated.edits() == {"venues 5": "edited"}
    assert migrated.failing() == {"venues edits": ["5"]}
    assert migrated.findings("venues")["edits"].severity == Severity.WARN


def test_an_edited_row_whose_legacy_row_changes_is_a_conflict(migrated: Migration) -> None:
    migrated.execute("UPDATE venues SET city = 'Alameda' WHERE id = 5")
    migrated.legacy["venues"][0]["address"] = "1 Road"
    migrated.load()
    assert migrated.rows("SELECT city, address FROM venues") == [("Alameda", None)]
    assert migrated.edits() == {"venues 5": "conflict"}
    before = migrated.versions()
    migrated.load()
    assert migrated.versions() == before


def test_an_edit_that_is_taken_back_is_no_edit_any_more(migrated: Migration) -> None:
    migrated.execute("UPDATE venues SET city = 'Alameda' WHERE id = 5")
    migrated.load()
    migrated.execute("UPDATE venues SET city = 'Oakland' WHERE id = 5")
    migrated.load()
    assert migrated.edits() == {}


def test_updated_at_alone_is_no_edit_and_holds_no_update_back(migrated: Migration) -> None:
    migrated.execute("UPDATE venues SET updated_at = now() WHERE id = 5")
    loaded = migrated.load()
    assert (loaded["venues"].unchanged, loaded["venues"].edits) == (1, {})
    migrated.legacy["venues"][0]["city"] = "Berkeley"
    migrated.load()
    assert migrated.value("SELECT city FROM venues") == "Berkeley"
    assert migrated.failing() == {}


def test_updated_at_that_is_later_in_legacy_is_carried_and_one_of_the_application_stays(
    migrated: Migration,
) -> None:
    migrated.legacy["bands"][0]["updated_at"] = "2015-01-01 12:00:00.5"
    migrated.legacy["artworks"][0]["updated_at"] = "2016-01-01 12:00:00"
    migrated.execute("UPDATE venues SET updated_at = now() WHERE id = 5")
    migrated.legacy["venues"][0]["updated_at"] = "2016-01-01 12:00:00"
    loaded = migrated.load()
    # The links of a poster have its times.
    updated = {name: table.updated for name, table in loaded.items() if table.updated}
    assert updated == {"bands": 1, "posters": 1, "artists_posters": 1}
    assert str(migrated.value("SELECT updated_at FROM bands")) == "2015-01-01 12:00:00.500000"
    assert migrated.failing() == {}
    before = migrated.versions()
    migrated.load()
    assert migrated.versions() == before


def test_a_column_that_is_not_migrated_is_the_applications_own(migrated: Migration) -> None:
    migrated.execute("UPDATE venues SET capacity = 2800 WHERE id = 5")
    migrated.legacy["venues"][0]["city"] = "Berkeley"
    migrated.load()
    assert migrated.rows("SELECT city, capacity FROM venues") == [("Berkeley", 2800)]
    assert migrated.edits() == {}


def test_a_row_deleted_in_the_target_is_reported_and_not_inserted_again(
    migrated: Migration,
) -> None:
    migrated.execute("DELETE FROM user_posters WHERE id = 10")
    loaded = migrated.load()
    assert loaded["user_posters"].inserted == 0
    assert migrated.column("SELECT id FROM user_posters") == [11]
    assert migrated.edits() == {"user_posters 10": "deleted"}
    assert migrated.failing() == {"user_posters edits": ["10"]}


def test_a_table_that_was_emptied_is_not_filled_again(migrated: Migration) -> None:
    migrated.execute("TRUNCATE user_posters")
    migrated.load()
    assert migrated.column("SELECT id FROM user_posters") == []
    assert migrated.edits() == {"user_posters 10": "deleted", "user_posters 11": "deleted"}


def test_the_children_that_the_application_deleted_with_their_row_stay_deleted(
    migrated: Migration,
) -> None:
    migrated.execute("DELETE FROM user_posters WHERE user_id = 4")
    migrated.execute("DELETE FROM users WHERE id = 4")
    migrated.load()
    assert migrated.edits() == {"users 4": "deleted", "user_posters 10": "deleted"}
    assert migrated.quarantine() == {}
    assert set(migrated.failing()) == {"users edits", "user_posters edits"}


def test_a_new_child_of_a_deleted_row_is_quarantined(migrated: Migration) -> None:
    migrated.execute("DELETE FROM user_posters WHERE user_id = 4")
    migrated.execute("DELETE FROM users WHERE id = 4")
    migrated.legacy["user_artworks"].append({"id": 12, "user_id": 4, "artwork_id": 9})
    migrated.load()
    assert migrated.quarantine() == {
        "user_posters 12": ("parent_deleted", "users 4: deleted in the target")
    }
    assert "user_posters conservation" not in migrated.failing()


def test_a_loaded_row_whose_legacy_row_is_gone_stays_and_is_reported(migrated: Migration) -> None:
    del migrated.legacy["user_artworks"][0]
    migrated.load()
    assert migrated.column("SELECT id FROM user_posters ORDER BY id") == [10, 11]
    assert migrated.edits() == {"user_posters 10": "vanished"}
    assert migrated.failing() == {"user_posters edits": ["10"]}


def test_a_loaded_row_that_would_be_quarantined_now_stays_loaded(migration: Migration) -> None:
    migration.legacy["artworks"][1]["release_date"] = None
    migration.load()
    recorded = migration.records()
    assert "posters 9 release_date" in recorded
    migration.legacy["users"][0]["email"] = "none"
    migration.legacy["artworks"].append({"id": 9, "name": "Another Day"})
    loaded = migration.load()
    assert migration.column("SELECT id FROM users ORDER BY id") == [4, 7]
    assert migration.edits() == {"users 4": "vanished", "posters 9": "vanished"}
    # One of the two rows of this id is in the target, so the other one is quarantined.
    assert migration.quarantine() == {"posters 9": ("duplicate_key", None)}
    assert (loaded["posters"].legacy, loaded["posters"].loaded) == (3, 2)
    # What is known of the cells in the target is still on record.
    assert migration.records() == recorded
    assert not [name for name in migration.failing() if name.endswith("conservation")]


def test_a_loaded_row_that_would_be_merged_now_stays_loaded(migrated: Migration) -> None:
    migrated.legacy["artists"][1]["name"] = "ann lee"
    migrated.load()
    assert migrated.column("SELECT name FROM artists ORDER BY id") == ["Ann Lee", "Cy Roe"]
    assert migrated.edits() == {"artists 2": "vanished"}
    assert migrated.rows("SELECT artist_id, poster_id FROM artists_posters ORDER BY 1") == [
        (1, 8),
        (2, 9),
    ]
    assert migrated.failing() == {"artists edits": ["2"]}


def test_a_new_row_of_a_lower_id_is_merged_into_the_loaded_one_of_its_name(
    migrated: Migration,
) -> None:
    migrated.legacy["artists"].append({"id": 0, "name": "CY ROE"})
    migrated.legacy["artists_artworks"].append({"artist_id": 0, "artwork_id": 8})
    loaded = migrated.load()
    assert (loaded["artists"].merged, loaded["artists"].edits) == (1, {})
    assert migrated.rows("SELECT artist_id, poster_id FROM artists_posters ORDER BY 1, 2") == [
        (1, 8),
        (2, 8),
        (2, 9),
    ]
    assert migrated.failing() == {}
    before = migrated.versions()
    migrated.load()
    assert migrated.versions() == before


def test_a_new_user_of_a_lower_id_does_not_get_the_address_of_a_loaded_one(
    migrated: Migration,
) -> None:
    migrated.legacy["users"].append({"id": 3, "email": "BOB@example.org"})
    migrated.load()
    assert migrated.quarantine() == {"users 3": ("email_duplicate", None)}
    sentence = migrated.value("SELECT sentence FROM artex_migration.quarantine")
    assert sentence.startswith("User 7 has the same e-mail address and is in the target already.")
    assert migrated.edits() == {}


def test_a_new_user_of_a_lower_id_gets_the_address_of_a_loaded_one_that_was_deleted(
    migrated: Migration,
) -> None:
    migrated.execute("DELETE FROM user_posters WHERE user_id = 7")
    migrated.execute("DELETE FROM users WHERE id = 7")
    migrated.legacy["users"].append({"id": 3, "email": "BOB@example.org"})
    migrated.load()
    assert migrated.rows("SELECT id, email FROM users ORDER BY id") == [
        (3, "bob@example.org"),
        (4, "ada@example.org"),
    ]
    assert migrated.quarantine() == {}


def test_a_re_pointed_link_that_would_be_quarantined_now_stays_loaded(
    migration: Migration,
) -> None:
    migration.legacy["artists"].append({"id": 13, "name": "ANN LEE"})
    migration.legacy["artists_artworks"][0]["artist_id"] = 13
    migration.load()
    assert migration.column("SELECT artist_id FROM artists_posters ORDER BY 1") == [1, 2]
    # The poster's children that are ours go with it, the poster of the link does not come back.
    migration.execute("DELETE FROM artists_posters WHERE poster_id = 8")
    migration.execute("DELETE FROM posters_series WHERE poster_id = 8")
    migration.execute("DELETE FROM user_posters WHERE poster_id = 8")
    migration.execute("DELETE FROM posters WHERE id = 8")
    migration.load()
    assert migration.quarantine() == {}
    assert (
        migration.value(
            "SELECT loaded FROM artex_migration.tables WHERE table_name = %s", "artists_posters"
        )
        == 2
    )
    assert not [name for name in migration.failing() if name.endswith("conservation")]
