"""Legacy rows without an id, and several of one id."""

from artex_assets_tests.target.migration import Migration


def test_equal_rows_of_one_id_are_merged(migration: Migration) -> None:
    migration.legacy["users"].append(dict(migration.legacy["users"][0]))
    loaded = migration.load()["users"]
    assert (loaded.loaded, loaded.merged, loaded.quarantined) == (2, 1, 0)
    assert migration.rows("SELECT key, occurrence, into_key FROM artex_migration.merged") == [
        (4, 2, 4)
    ]
    assert migration.failing() == {}
    before = migration.versions()
    migration.load()
    assert migration.versions() == before


def test_different_rows_of_one_id_are_all_quarantined_with_their_children(
    migration: Migration,
) -> None:
    migration.legacy["users"].append(migration.legacy["users"][0] | {"first_name": "Eve"})
    migration.load()
    assert migration.rows(
        "SELECT key, occurrence, reason, row ->> 'first_name' FROM artex_migration.quarantine"
        " WHERE table_name = 'users' ORDER BY occurrence"
    ) == [(4, 1, "duplicate_key", "Ada"), (4, 2, "duplicate_key", "Eve")]
    assert migration.quarantine()["user_posters 10"] == (
        "parent_quarantined",
        "users 4: duplicate_key",
    )
    assert migration.findings("users")["quarantine"].offenders["key"].to_list() == ["4", "4"]
    migration.legacy["users"].pop()
    migration.load()
    assert migration.quarantine() == {}
    assert migration.failing() == {}


def test_rows_that_differ_in_a_number_that_is_none_are_different(migration: Migration) -> None:
    migration.legacy["venues"][0]["latitude"] = float("nan")
    migration.legacy["venues"].append(migration.legacy["venues"][0] | {"latitude": float("inf")})
    loaded = migration.load("venues")["venues"]
    assert loaded.reasons == {"duplicate_key": 2}
    assert migration.column("SELECT row ->> 'latitude' FROM artex_migration.quarantine") == [
        "NaN",
        "Infinity",
    ]


def test_rows_without_an_id_are_quarantined_whole(migration: Migration) -> None:
    migration.legacy["venues"] += [
        {"id": None, "name": "Tab\there", "latitude": 1.5},
        {"id": None, "name": 'He said "no"\r\n'},
    ]
    migration.load()
    assert migration.rows(
        "SELECT key, occurrence, reason, row ->> 'name' FROM artex_migration.quarantine"
        " ORDER BY occurrence"
    ) == [
        (None, 1, "missing_key", "Tab\there"),
        (None, 2, "missing_key", 'He said "no"\r\n'),
    ]
    assert migration.failing() == {"venues quarantine": ["no id", "no id"]}
    del migration.legacy["venues"][1]
    migration.load()
    assert migration.column("SELECT row ->> 'name' FROM artex_migration.quarantine") == [
        'He said "no"\r\n'
    ]
