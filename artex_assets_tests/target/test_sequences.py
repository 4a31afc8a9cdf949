"""After a load, an insert without an id gets a free one."""

from psycopg import sql

from artex_assets.tables.discovery import discover
from artex_assets.target.schema import APPLICATION, read_tables
from artex_assets.target.sequence import positions
from artex_assets_tests.target.migration import Migration

FILLED = {
    "bigint": 1,
    "integer": 1,
    "character varying": "x",
    "text": "x",
    "timestamp without time zone": "2026-01-01",
    "json": "{}",
    "boolean": False,
    "date": "2026-01-01",
    "numeric": 1,
}


def insert_without_id(migration: Migration, table: str) -> int:
    """Inserts a row with what the table requires and gives the id that it got."""
    columns = {
        column.name: FILLED[column.data_type]
        for column in read_tables(migration.connection, [table])[table].columns.values()
        if not column.nullable and not column.has_default and column.name != "id"
    }
    row = migration.connection.execute(
        sql.SQL("INSERT INTO {} ({}) VALUES ({}) RETURNING id").format(
            sql.Identifier(table),
            sql.SQL(", ").join(map(sql.Identifier, columns)),
            sql.SQL(", ").join(map(sql.Literal, columns.values())),
        )
    ).fetchone()
    assert row is not None
    return int(row[0])


def test_an_insert_without_an_id_works_on_every_table_empty_ones_too(migration: Migration) -> None:
    migration.legacy["user_artworks"] = []
    migration.load()
    # References are not what is asked here.
    migration.execute("SET session_replication_role = replica")
    for table in APPLICATION:
        if table == "posters_series":
            continue
        key = insert_without_id(migration, table)
        ours = [row["id"] for row in migration.legacy.get(legacy_name(table), []) if "id" in row]
        assert key == max(ours, default=0) + 1 or table == "artists_posters"


def legacy_name(table: str) -> str:
    declared = discover().get(table)
    return declared.source.name if declared else "none"


def test_a_sequence_is_never_lowered(migration: Migration) -> None:
    migration.execute("SELECT setval('users_id_seq', 5000)")
    migration.load()
    assert insert_without_id(migration, "users") == 5001
    migration.execute("DELETE FROM users WHERE id = 5001")
    migration.load()
    assert insert_without_id(migration, "users") == 5002


def test_a_sequence_is_past_the_ids_of_the_application_too(migration: Migration) -> None:
    migration.execute(
        "INSERT INTO bands (id, name, created_at, updated_at) VALUES (70, 'Larks', now(), now())"
    )
    migration.load()
    assert insert_without_id(migration, "bands") == 71


def test_an_identity_column_is_filled_and_moved_on_like_a_sequence(migration: Migration) -> None:
    migration.execute("ALTER TABLE bands ALTER COLUMN id DROP DEFAULT")
    migration.execute("DROP SEQUENCE bands_id_seq")
    migration.execute("ALTER TABLE bands ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY")
    migration.load()
    assert migration.column("SELECT id FROM bands") == [3]
    assert insert_without_id(migration, "bands") == 4


def test_a_table_without_an_id_has_no_position(migration: Migration) -> None:
    tables = read_tables(migration.connection, ["posters_series", "bands"])
    assert positions(migration.connection, tables["posters_series"]) is None
    assert positions(migration.connection, tables["bands"]) == (0, 1)
