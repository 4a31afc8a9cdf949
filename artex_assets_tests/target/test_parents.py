"""References to rows that are quarantined, merged or not there."""

from artex_assets_tests.target.migration import Migration


def test_an_optional_reference_to_a_quarantined_row_is_empty_until_that_is_mended(
    migration: Migration,
) -> None:
    migration.legacy["venues"][0]["name"] = " "
    migration.load()
    assert migration.quarantine() == {"venues 5": ("missing_value", None)}
    assert migration.rows("SELECT band_id, venue_id FROM posters WHERE id = 8") == [(3, None)]
    assert migration.records()["posters 8 venue_id"] == ("5", None, "reference_dropped")
    migration.legacy["venues"][0]["name"] = "The Fox"
    loaded = migration.load()
    assert loaded["posters"].updated == 1
    assert migration.quarantine() == {}
    assert migration.rows("SELECT band_id, venue_id FROM posters WHERE id = 8") == [(3, 5)]
    assert "posters 8 venue_id" not in migration.records()
    assert migration.failing() == {}


def test_an_optional_reference_to_nothing_is_empty_and_on_record(migration: Migration) -> None:
    migration.legacy["artworks"][0]["band_id"] = 404
    migration.load()
    assert migration.records()["posters 8 band_id"] == ("404", None, "reference_dropped")
    assert migration.quarantine() == {}


def test_required_children_carry_the_root_cause_and_load_when_it_is_gone(
    migration: Migration,
) -> None:
    migration.legacy["users"].append({"id": 12, "email": " ADA@example.org"})
    migration.legacy["user_artworks"].append({"id": 13, "user_id": 12, "artwork_id": 9})
    migration.load()
    assert migration.quarantine() == {
        "users 12": ("email_duplicate", None),
        "user_posters 13": ("parent_quarantined", "users 12: email_duplicate"),
    }
    migration.legacy["users"][2]["email"] = "ada.two@example.org"
    loaded = migration.load()
    assert (loaded["users"].inserted, loaded["user_posters"].inserted) == (1, 1)
    assert migration.quarantine() == {}
    assert migration.failing() == {}


def test_the_root_cause_is_carried_over_two_generations(migration: Migration) -> None:
    # A third generation as images and sales have it: what a quarantined poster quarantines.
    from artex_assets.target.parents import parents

    migration.legacy["artworks"][0]["id"] = None
    migration.load()
    assert migration.quarantine()["user_posters 10"] == (
        "parent_missing",
        "posters 8: parent_missing",
    )
    known = parents(migration.connection, "user_posters").filter(legacy_id=10)
    assert known.row(0) == (10, None, "parent_missing", "posters 8: parent_missing")


def test_merged_artists_are_re_pointed_and_repeats_merged(migration: Migration) -> None:
    migration.legacy["artists"] += [{"id": 13, "name": "ann LEE "}, {"id": 14, "name": "ANN LEE"}]
    migration.legacy["artists_artworks"] += [
        {"artist_id": 13, "artwork_id": 8},
        {"artist_id": 14, "artwork_id": 9},
        {"artist_id": 14, "artwork_id": 9},
    ]
    loaded = migration.load()
    assert loaded["artists"].merged == 2
    assert migration.rows("SELECT artist_id, poster_id FROM artists_posters ORDER BY 1, 2") == [
        (1, 8),
        (1, 9),
        (2, 9),
    ]
    assert migration.rows(
        "SELECT table_name, key, other_key, occurrence, into_key, into_other_key"
        " FROM artex_migration.merged ORDER BY 1, 2, 3, 4"
    ) == [
        ("artists", 13, 0, 1, 1, 0),
        ("artists", 14, 0, 1, 1, 0),
        ("artists_posters", 13, 8, 1, 1, 8),
        ("artists_posters", 14, 9, 2, 1, 9),
    ]
    assert migration.records()["artists_posters 1 artist_id"] == ("14", "1", "reference_merged")
    assert migration.failing() == {}
    before = migration.versions()
    migration.load()
    assert migration.versions() == before


def test_a_merged_band_is_re_pointed_on_its_posters(migration: Migration) -> None:
    migration.legacy["bands"].append({"id": 13, "name": "OWLS"})
    migration.legacy["artworks"][1]["band_id"] = 13
    migration.load()
    assert migration.rows("SELECT band_id, slug FROM posters WHERE id = 9") == [
        (3, "owls-day-2001")
    ]
    assert migration.records()["posters 9 band_id"] == ("13", "3", "reference_merged")
    assert migration.failing() == {}


def test_links_with_an_empty_or_missing_side_are_quarantined(migration: Migration) -> None:
    migration.legacy["artists_artworks"] += [
        {"artist_id": None, "artwork_id": 8},
        {"artist_id": None, "artwork_id": 8},
        {"artist_id": 404, "artwork_id": 8},
    ]
    migration.load()
    assert migration.rows(
        "SELECT key, other_key, occurrence, reason, cause FROM artex_migration.quarantine"
        " ORDER BY key, occurrence"
    ) == [
        (404, 8, 1, "parent_missing", "artists 404: parent_missing"),
        (None, 8, 1, "missing_key", None),
        (None, 8, 2, "missing_key", None),
    ]
    assert list(migration.failing()) == ["artists_posters quarantine"]
    migration.legacy["artists_artworks"][-2]["artist_id"] = 1
    migration.load()
    assert migration.value("SELECT count(*) FROM artex_migration.quarantine") == 2
    assert list(migration.failing()) == ["artists_posters quarantine"]
