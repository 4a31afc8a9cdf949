"""A second run writes only what has changed, and nothing when nothing has."""

import datetime

from artex_assets.target import migration_schema
from artex_assets_tests.target.migration import Migration


def test_a_small_legacy_database_loads_whole_and_every_check_passes(migration: Migration) -> None:
    loaded = migration.load()
    assert all(table.loaded == table.legacy == table.inserted for table in loaded.values())
    assert migration.failing() == {}
    assert migration.value("SELECT slug FROM posters WHERE id = 8") == "owls-the-fox-night-1999"


def test_a_second_run_writes_no_row_version_anywhere(migration: Migration) -> None:
    migration.legacy["users"].append({"id": 12, "email": "none"})
    migration.legacy["artists"].append({"id": 13, "name": "ANN LEE"})
    migration.legacy["artists_artworks"].append({"artist_id": 13, "artwork_id": 8})
    migration.legacy["artworks"].append({"id": 14, "name": None, "band_id": 99})
    migration.load()
    before = migration.versions()
    assert len(before["artex_migration.provenance"]) == 15
    assert before["artex_migration.quarantine"]
    assert before["artex_migration.merged"]
    assert before["artex_migration.records"]
    loaded = migration.load(run="another run")
    assert migration.versions() == before
    assert all(table.inserted == table.updated == table.adopted == 0 for table in loaded.values())
    assert all(table.unchanged == table.loaded for table in loaded.values())


def test_only_the_row_that_changed_in_legacy_is_written(migrated: Migration) -> None:
    before = migrated.versions()
    migrated.legacy["venues"][0]["city"] = "Berkeley"
    loaded = migrated.load(run="second")
    after = migrated.versions()
    assert loaded["venues"].updated == 1
    assert {name for name in after if after[name] != before[name]} == {
        "public.venues",
        "artex_migration.provenance",
    }
    assert migrated.column(
        "SELECT key FROM artex_migration.provenance WHERE run_id = 'second'"
    ) == [5]
    assert migrated.value("SELECT city FROM venues") == "Berkeley"
    assert migrated.failing() == {}


def test_the_date_of_the_migration_is_that_of_the_first_load(migration: Migration) -> None:
    # The first load was long ago, as far as the target knows.
    migration.execute(
        "UPDATE artex_migration.facts SET value = '2020-02-29' WHERE name = 'migration_date'"
    )
    migration.legacy["artworks"][0]["release_date"] = None
    fixed = migration_schema.ensure(migration.connection)
    migration.rules = type(migration.rules)(migration_date=fixed)
    migration.load()
    assert fixed == datetime.date(2020, 2, 29)
    assert migration.value("SELECT release_date FROM posters WHERE id = 8") == fixed
    assert migration.records()["posters 8 release_date"] == (None, "2020-02-29", "date_imputed")
    assert migration.value("SELECT slug FROM posters WHERE id = 8") == "owls-the-fox-night"


def test_a_poster_keeps_its_slug_when_its_name_changes_and_the_rest_is_updated(
    migrated: Migration,
) -> None:
    migrated.legacy["artworks"][0] |= {"name": "Dusk", "original_price": 2600}
    loaded = migrated.load()
    assert loaded["posters"].updated == 1
    assert migrated.rows("SELECT name, original_price, slug FROM posters WHERE id = 8") == [
        ("Dusk", 2600, "owls-the-fox-night-1999")
    ]
    before = migrated.versions()
    migrated.load()
    assert migrated.versions() == before
    assert migrated.failing() == {}


def test_two_rows_of_ours_may_swap_their_unique_values(migrated: Migration) -> None:
    first, second = migrated.legacy["users"]
    first["email"], second["email"] = second["email"], first["email"]
    migrated.legacy["artists"][0]["name"] = "CY ROE"
    migrated.legacy["artists"][1]["name"] = "Ann LEE"
    loaded = migrated.load()
    assert (loaded["users"].updated, loaded["artists"].updated) == (2, 2)
    assert migrated.rows("SELECT id, email FROM users ORDER BY id") == [
        (4, "bob@example.org"),
        (7, "ada@example.org"),
    ]
    assert migrated.column("SELECT name FROM artists ORDER BY id") == ["CY ROE", "Ann LEE"]
    assert migrated.failing() == {}


def test_unique_values_may_be_passed_on_and_the_last_one_to_a_new_row(migrated: Migration) -> None:
    first, second = migrated.legacy["users"]
    first["email"], second["email"] = "new@example.org", first["email"]
    migrated.legacy["users"].append({"id": 12, "email": "bob@example.org"})
    migrated.load()
    assert migrated.rows("SELECT id, email FROM users ORDER BY id") == [
        (4, "new@example.org"),
        (7, "ada@example.org"),
        (12, "bob@example.org"),
    ]
    assert migrated.failing() == {}


def test_no_optional_cell_of_an_earlier_run_is_left_behind(migrated: Migration) -> None:
    migrated.legacy["user_artworks"][0] |= {"condition": "chewed", "purchase_price": None}
    migrated.load()
    assert migrated.rows("SELECT condition, purchase_price FROM user_posters WHERE id = 10") == [
        (None, None)
    ]
    assert migrated.records()["user_posters 10 condition"] == (
        "chewed",
        None,
        "condition_unknown",
    )
    migrated.legacy["user_artworks"][0]["condition"] = "fine"
    migrated.load()
    assert migrated.records() == {"series 6 year": (None, "1999", "year_derived")}
