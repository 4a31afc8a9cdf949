"""What the target's real columns can hold, whatever was declared."""

from artex_assets.vocabulary import Severity
from artex_assets_tests.target.migration import Migration


def test_a_price_that_is_too_large_is_empty_until_the_column_is_widened(
    migration: Migration,
) -> None:
    migration.legacy["artworks"][0]["original_price"] = 1_000_000
    migration.legacy["artworks"][1]["original_price"] = 999_999
    migration.load()
    assert migration.column("SELECT original_price FROM posters ORDER BY id") == [None, 999_999]
    assert migration.records()["posters 8 original_price"] == ("1000000", None, "value_not_held")
    finding = migration.findings("posters")["values_held"]
    assert (finding.passed, finding.severity) == (False, Severity.ERROR)
    ((key, reason),) = finding.offenders.rows()
    assert key == "8"
    ddl = 'ALTER TABLE "posters" ALTER COLUMN "original_price" TYPE numeric(20,2);'
    assert ddl in reason
    migration.connection.execute(ddl.encode())
    loaded = migration.load()
    assert loaded["posters"].updated == 1
    assert migration.column("SELECT original_price FROM posters ORDER BY id") == [
        1_000_000,
        999_999,
    ]
    assert migration.records().keys() == {"series 6 year"}
    assert migration.findings("posters")["values_held"].passed


def test_a_column_that_somebody_widened_otherwise_carries_the_value_too(
    migration: Migration,
) -> None:
    migration.legacy["artworks"][0]["original_price"] = 1_000_000
    migration.load()
    migration.execute("ALTER TABLE posters ALTER COLUMN original_price TYPE numeric(12,2)")
    migration.load()
    assert migration.value("SELECT original_price FROM posters WHERE id = 8") == 1_000_000


def test_a_text_that_is_too_long_is_empty_where_it_may_be(migration: Migration) -> None:
    migration.execute("ALTER TABLE users ALTER COLUMN first_name TYPE varchar(3)")
    migration.legacy["users"][0]["first_name"] = "Éva"
    migration.legacy["users"][1]["first_name"] = "Evas"
    migration.load()
    assert migration.column("SELECT first_name FROM users ORDER BY id") == ["Éva", None]
    finding = migration.findings("users")["values_held"]
    assert finding.offenders["key"].to_list() == ["7"]
    assert 'ALTER TABLE "users" ALTER COLUMN "first_name" TYPE text;' in str(
        finding.offenders[0, 1]
    )
    migration.execute("ALTER TABLE users ALTER COLUMN first_name TYPE text")
    migration.load()
    assert migration.column("SELECT first_name FROM users ORDER BY id") == ["Éva", "Evas"]
    assert migration.failing() == {}


def test_a_text_that_is_too_long_quarantines_the_row_where_it_is_required(
    migration: Migration,
) -> None:
    migration.execute("ALTER TABLE bands ALTER COLUMN name TYPE varchar(3)")
    migration.load()
    assert migration.quarantine() == {"bands 3": ("value_not_held", None)}
    assert "TYPE text;" in migration.value("SELECT sentence FROM artex_migration.quarantine")
    migration.execute("ALTER TABLE bands ALTER COLUMN name TYPE text")
    migration.load()
    assert migration.quarantine() == {}


def test_a_column_that_the_target_requires_quarantines_the_rows_without_a_value(
    migration: Migration,
) -> None:
    migration.execute("ALTER TABLE users ALTER COLUMN last_name SET NOT NULL")
    migration.legacy["users"][0]["last_name"] = "Lovelace"
    migration.load()
    assert migration.quarantine() == {
        "users 7": ("missing_value", None),
        "user_posters 11": ("parent_quarantined", "users 7: missing_value"),
    }
    assert migration.column("SELECT id FROM users") == [4]


def test_an_id_beyond_the_targets_integer_is_quarantined(migration: Migration) -> None:
    migration.execute("ALTER TABLE venues ALTER COLUMN id TYPE integer")
    migration.legacy["venues"] += [
        {"id": 2**31, "name": "Far"},
        {"id": 2**31 - 1, "name": "Near"},
    ]
    migration.load("venues")
    assert migration.quarantine() == {f"venues {2**31}": ("value_not_held", None)}
    assert migration.column("SELECT id FROM venues ORDER BY id") == [5, 2**31 - 1]


def test_what_the_target_rounds_is_rounded_before_so_that_nothing_seems_edited(
    migration: Migration,
) -> None:
    migration.execute("ALTER TABLE venues ALTER COLUMN latitude TYPE numeric(6,3)")
    migration.execute("ALTER TABLE venues ALTER COLUMN created_at TYPE timestamp(0)")
    migration.execute("ALTER TABLE venues ALTER COLUMN updated_at TYPE timestamp(3)")
    migration.legacy["venues"][0] |= {
        "latitude": -37.7845,
        "longitude": 1.5,
        "created_at": "2015-01-01 12:00:00.6",
        "updated_at": "2015-01-01 12:00:00.000499",
    }
    migration.load()
    before = migration.versions()
    loaded = migration.load()
    assert migration.versions() == before
    assert loaded["venues"].edits == {}
    assert migration.rows(
        "SELECT latitude::text, created_at::text, updated_at::text FROM venues"
    ) == [("-37.785", "2015-01-01 12:00:01", "2015-01-01 12:00:00")]
    migration.execute("UPDATE venues SET capacity = 1")
    migration.legacy["venues"][0]["city"] = "Berkeley"
    assert migration.load()["venues"].updated == 1


def test_extremes_of_every_kind_are_read_back_as_they_were_written(migration: Migration) -> None:
    migration.legacy["venues"][0] |= {
        "latitude": -0.0000001,
        "longitude": 179.9999999,
        "created_at": "0001-01-01 00:00:00.000001",
        "updated_at": "9999-12-31 23:59:59.999999",
    }
    migration.legacy["users"][0]["is_admin"] = True
    migration.legacy["artworks"][0] |= {"release_date": "0999-01-01", "edition_size": 2**31 - 1}
    migration.legacy["artworks"][1]["edition_size"] = 2**31
    migration.load()
    before = migration.versions()
    loaded = migration.load()
    assert migration.versions() == before
    assert not any(table.edits for table in loaded.values())
    assert migration.rows("SELECT latitude, longitude, created_at::text FROM venues") == [
        (0, 180, "0001-01-01 00:00:00.000001")
    ]
    assert migration.column("SELECT edition_size FROM posters ORDER BY id") == [2**31 - 1, None]
    assert list(migration.failing()) == ["posters values_held"]
