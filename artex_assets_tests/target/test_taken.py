"""A target that already has rows of the application: they are adopted or left alone."""

import pytest

from artex_assets_tests.target.migration import Migration


def other_band(migration: Migration, key: int, name: str) -> None:
    migration.execute(
        "INSERT INTO bands (id, name, created_at, updated_at) VALUES (%s, %s, now(), now())",
        key,
        name,
    )


def test_a_row_that_is_equal_in_all_migrated_columns_is_adopted(migration: Migration) -> None:
    migration.execute(
        "INSERT INTO bands (id, name, created_at, updated_at)"
        " VALUES (3, 'Owls', '2015-01-01 12:00', '2015-01-01 12:00')"
    )
    loaded = migration.load()
    assert (loaded["bands"].adopted, loaded["bands"].inserted) == (1, 0)
    assert migration.failing() == {}
    migration.legacy["bands"][0]["website"] = "owls.example"
    assert migration.load()["bands"].updated == 1
    before = migration.versions()
    migration.load()
    assert migration.versions() == before


def test_another_row_of_our_id_is_left_alone_and_ours_is_quarantined(migration: Migration) -> None:
    migration.execute(
        "INSERT INTO users (id, email, created_at, updated_at)"
        " VALUES (4, 'new@example.org', now(), now())"
    )
    before = migration.rows("SELECT xmin::text, users::text FROM users")
    migration.load()
    assert migration.rows("SELECT xmin::text, users::text FROM users WHERE id = 4") == before
    assert migration.quarantine() == {
        "users 4": ("id_taken", None),
        "user_posters 10": ("parent_quarantined", "users 4: id_taken"),
    }
    assert migration.failing() == {"users quarantine": ["4"], "user_posters quarantine": ["10"]}


def test_the_children_of_a_row_whose_id_was_taken_load_when_it_is_free(
    migration: Migration,
) -> None:
    migration.execute(
        "INSERT INTO posters (id, name, created_at, updated_at) VALUES (8, 'Mine', now(), now())"
    )
    migration.load()
    assert migration.quarantine() == {
        "posters 8": ("id_taken", None),
        "artists_posters 1-8": ("parent_quarantined", "posters 8: id_taken"),
        "posters_series 8-6": ("parent_quarantined", "posters 8: id_taken"),
        "user_posters 10": ("parent_quarantined", "posters 8: id_taken"),
    }
    migration.execute("DELETE FROM posters WHERE id = 8")
    migration.load()
    assert migration.quarantine() == {}
    assert migration.failing() == {}


def test_an_email_address_that_the_application_gave_away_is_taken(migration: Migration) -> None:
    migration.execute(
        "INSERT INTO users (id, email, created_at, updated_at)"
        " VALUES (99, 'ada@example.org', now(), now())"
    )
    migration.load()
    assert migration.quarantine() == {
        "users 4": ("value_taken", None),
        "user_posters 10": ("parent_quarantined", "users 4: value_taken"),
    }
    sentence = migration.value(
        "SELECT sentence FROM artex_migration.quarantine WHERE table_name = 'users'"
    )
    assert "row 99 of users has the same email" in sentence


def test_a_name_is_taken_regardless_of_case(migration: Migration) -> None:
    other_band(migration, 99, "OWLS")
    migration.load()
    assert migration.quarantine() == {"bands 3": ("value_taken", None)}
    assert migration.records()["posters 8 band_id"] == ("3", None, "reference_dropped")


def test_an_update_does_not_take_a_value_that_the_application_gave_away(
    migrated: Migration,
) -> None:
    other_band(migrated, 99, "Larks")
    migrated.legacy["bands"][0] |= {"name": "LARKS", "website": "http://larks.example"}
    migrated.load()
    assert migrated.rows("SELECT name, website FROM bands WHERE id = 3") == [("Owls", None)]
    assert migrated.edits() == {"bands 3": "conflict"}


def test_a_row_that_keeps_its_value_is_updated_whatever_others_are_called(
    migrated: Migration,
) -> None:
    other_band(migrated, 99, "OWLS")
    migrated.legacy["bands"][0]["website"] = "http://owls.example"
    migrated.load()
    assert migrated.value("SELECT website FROM bands WHERE id = 3") == "http://owls.example"
    assert migrated.edits() == {}


def test_a_chain_of_updates_that_ends_at_a_taken_value_is_held_back_whole(
    migrated: Migration,
) -> None:
    migrated.execute(
        "INSERT INTO users (id, email, created_at, updated_at)"
        " VALUES (99, 'taken@example.org', now(), now())"
    )
    # 12 wants the address of 7, which wants that of 4, which wants one that is taken.
    migrated.legacy["users"][0]["email"] = "taken@example.org"
    migrated.legacy["users"][1]["email"] = "ada@example.org"
    migrated.legacy["users"].append({"id": 12, "email": "bob@example.org"})
    migrated.load()
    assert migrated.column("SELECT id FROM users WHERE id <> 99 ORDER BY id") == [4, 7]
    assert migrated.edits() == {"users 4": "conflict", "users 7": "conflict"}
    assert migrated.quarantine() == {"users 12": ("value_taken", None)}
    assert "users conservation" not in migrated.failing()


@pytest.mark.parametrize(
    "taken",
    [
        "INSERT INTO posters (id, name, slug, created_at, updated_at)"
        " VALUES (99, 'Mine', 'day-2001', now(), now())",
        "INSERT INTO poster_slug_redirects (old_slug, poster_id, created_at, updated_at)"
        " VALUES ('day-2001', 99, now(), now())",
    ],
    ids=["a poster", "a redirect"],
)
def test_a_slug_that_is_taken_gets_a_number(migration: Migration, taken: str) -> None:
    migration.execute(
        "INSERT INTO posters (id, name, created_at, updated_at) VALUES (99, 'x', now(), now())"
        " ON CONFLICT DO NOTHING"
    )
    if "INTO posters" in taken:
        migration.execute("DELETE FROM posters")
    migration.connection.execute(taken.encode())
    migration.load()
    assert migration.value("SELECT slug FROM posters WHERE id = 9") == "day-2001-1"
    before = migration.versions()
    migration.load()
    assert migration.versions() == before
    assert migration.failing() == {}


def test_the_slug_of_a_deleted_poster_is_not_given_to_another_one(migrated: Migration) -> None:
    for table in ("artists_posters", "user_posters"):
        migrated.connection.execute(f"DELETE FROM {table} WHERE poster_id = 9".encode())  # noqa: S608
    migrated.execute("DELETE FROM posters WHERE id = 9")
    migrated.legacy["artworks"].append({"id": 12, "name": "DAY", "release_date": "2001-05-05"})
    migrated.load()
    assert migrated.value("SELECT slug FROM posters WHERE id = 12") == "day-2001-1"


def test_a_link_that_the_application_made_is_adopted_or_taken(migration: Migration) -> None:
    migration.load("artists", "bands", "venues", "series", "users", "posters")
    migration.execute("INSERT INTO posters_series VALUES (8, 6)")
    migration.execute(
        "INSERT INTO artists_posters (artist_id, poster_id, created_at, updated_at)"
        " VALUES (1, 8, now(), now())"
    )
    loaded = migration.load()
    assert (loaded["posters_series"].adopted, loaded["posters_series"].inserted) == (1, 0)
    assert migration.quarantine() == {"artists_posters 1-8": ("value_taken", None)}
