"""What the created target has, asked of PostgreSQL itself."""

from collections.abc import Iterator

import psycopg
import pytest
from psycopg import sql

from artex_assets.target.schema import SOLID, TABLES, TargetColumn, create, read_tables
from artex_assets.target.schema.notation import declaration

Connection = psycopg.Connection[tuple[object, ...]]

ANY_VALUE = {
    "bigint": "1",
    "boolean": "true",
    "bytea": "'1'",
    "character varying": "'1'",
    "date": "'2024-02-29'",
    "integer": "1",
    "timestamp without time zone": "'2024-02-29 12:00'",
}

COLUMNS = [
    ("posters", "id", "bigint", False, "nextval('posters_id_seq'::regclass)"),
    ("posters", "original_price", "numeric(8,2)", True, None),
    ("posters", "release_date", "date", True, None),
    ("posters", "visual_metadata", "json", True, None),
    ("posters_series", "series_id", "bigint", False, None),
    ("users", "email", "character varying", False, None),
    ("users", "admin", "boolean", True, "false"),
    ("users", "otp_attempts_count", "integer", True, "0"),
    ("users", "showcase_settings", "json", True, "'{}'::json"),
    ("users", "terms_accepted_at", "timestamp without time zone", True, None),
    ("users", "created_at", "timestamp(6) without time zone", False, None),
    ("venues", "country", "character varying", True, "'US'::character varying"),
    ("venues", "latitude", "numeric(10,6)", True, None),
    ("venues", "previous_names", "json", True, "'[]'::json"),
    ("user_posters", "status", "character varying", False, "'watching'::character varying"),
    ("external_sales", "sale_price", "integer", False, None),
    ("external_sales", "verified", "boolean", False, "false"),
    ("active_storage_blobs", "byte_size", "bigint", False, None),
    ("solid_queue_recurring_tasks", "command", "character varying(2048)", True, None),
    ("solid_queue_recurring_tasks", "static", "boolean", False, "true"),
    ("solid_cache_entries", "value", "bytea", False, None),
]

INDEXES = [
    ("index_posters_on_slug", "UNIQUE INDEX {} ON public.posters USING btree (slug)"),
    (
        "index_posters_on_release_year",
        "INDEX {} ON public.posters USING btree (EXTRACT(year FROM release_date))",
    ),
    (
        "index_posters_on_name_trigram",
        "INDEX {} ON public.posters USING gin (name gin_trgm_ops)",
    ),
    (
        "index_user_posters_on_user_id_and_poster_id",
        "INDEX {} ON public.user_posters USING btree (user_id, poster_id)",
    ),
    (
        "index_users_on_provider_and_uid",
        "UNIQUE INDEX {} ON public.users USING btree (provider, uid)",
    ),
    (
        "index_active_storage_attachments_uniqueness",
        "UNIQUE INDEX {} ON public.active_storage_attachments "
        "USING btree (record_type, record_id, name, blob_id)",
    ),
    (
        "index_solid_queue_poll_by_queue",
        "INDEX {} ON public.solid_queue_ready_executions "
        "USING btree (queue_name, priority, job_id)",
    ),
]

FOREIGN_KEYS = [
    ("fk_rails_c3b3935057", "FOREIGN KEY (blob_id) REFERENCES active_storage_blobs(id)"),
    (
        "fk_rails_4cd34e2228",
        "FOREIGN KEY (job_id) REFERENCES solid_queue_jobs(id) ON DELETE CASCADE",
    ),
]


@pytest.fixture
def target(database: str) -> Iterator[Connection]:
    create(database)
    with psycopg.connect(database) as connection:
        yield connection


def first_column(
    connection: Connection, query: sql.SQL | sql.Composed, *values: object
) -> list[object]:
    return [row[0] for row in connection.execute(query, values)]


def test_the_names_are_those_of_the_declaration() -> None:
    assert set(TABLES) == set(declaration().tables)
    assert len(TABLES) == len(set(TABLES)) == 29
    assert len(SOLID) == 13
    assert sum(name.startswith("solid_queue_") for name in SOLID) == 11


def test_the_created_target_has_every_table_index_and_foreign_key(target: Connection) -> None:
    count = sql.SQL(
        """
        SELECT count(*) FROM pg_class
        WHERE relnamespace = 'public'::regnamespace AND relkind = %s
        """
    )
    constraints = sql.SQL(
        """
        SELECT count(*) FROM pg_constraint
        WHERE connamespace = 'public'::regnamespace AND contype = %s
        """
    )
    assert first_column(target, count, "r") == [29]
    assert first_column(target, constraints, "p") == [28]  # posters_series has none
    assert first_column(target, count, "i") == [28 + 89]
    assert first_column(target, constraints, "f") == [19]
    assert first_column(
        target, sql.SQL("SELECT extname FROM pg_extension WHERE extname = 'pg_trgm'")
    )


def test_columns_have_their_types_their_nullability_and_their_defaults(
    target: Connection, subtests: pytest.Subtests
) -> None:
    for table, column, *expected in COLUMNS:
        with subtests.test(table=table, column=column):
            row = target.execute(
                """
                SELECT format_type(atttypid, atttypmod), NOT attnotnull, pg_get_expr(adbin, adrelid)
                FROM pg_attribute LEFT JOIN pg_attrdef ON adrelid = attrelid AND adnum = attnum
                WHERE attrelid = %s::regclass AND attname = %s
                """,
                [table, column],
            ).fetchone()
            assert row == tuple(expected)


def test_indexes_have_the_definitions_and_the_names_that_rails_gives(
    target: Connection, subtests: pytest.Subtests
) -> None:
    for name, definition in INDEXES:
        with subtests.test(name):
            found = first_column(target, sql.SQL("SELECT pg_get_indexdef(%s::regclass)"), name)
            assert found == [f"CREATE {definition.format(name)}"]


def test_foreign_keys_have_the_names_that_rails_gives_them_everywhere(
    target: Connection, subtests: pytest.Subtests
) -> None:
    query = sql.SQL("SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE conname = %s")
    for name, definition in FOREIGN_KEYS:
        with subtests.test(name):
            assert first_column(target, query, name) == [definition]


def test_no_name_is_so_long_that_postgresql_or_rails_would_shorten_it() -> None:
    names = [str(index.name) for table in declaration().tables.values() for index in table.indexes]
    assert len(names) == len(set(names)) == 89
    assert max(len(name.encode()) for name in names) <= 62


def test_a_row_without_an_id_can_be_inserted_into_every_table(target: Connection) -> None:
    tables = read_tables(target, [table.name for table in declaration().sorted_tables])
    for name, actual in tables.items():
        required = [column for column in actual.columns.values() if must_be_given(column)]
        # Every parent's first row has id 1, and so 1 is good for every reference.
        statement = sql.SQL("INSERT INTO {} ({}) VALUES ({}) RETURNING *").format(
            sql.Identifier(name),
            sql.SQL(", ").join(sql.Identifier(column.name) for column in required),
            sql.SQL(", ").join(sql.SQL(ANY_VALUE[column.data_type]) for column in required),
        )
        # The first column is the id, or posters_series' reference.
        assert first_column(target, statement) == [1], name
    assert len(tables) == 29


def must_be_given(column: TargetColumn) -> bool:
    return not column.nullable and not column.has_default
