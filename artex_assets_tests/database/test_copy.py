"""COPY in and out is exact."""

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from psycopg import sql

from artex_assets.database.connection import connected
from artex_assets.database.copy import copy_in, copy_out
from artex_assets.errors import TargetError

TEXTS = st.none() | st.text(st.characters(exclude_characters="\x00", exclude_categories=["Cs"]))


def there_and_back(url: str, rows: pl.DataFrame) -> pl.DataFrame:
    """`rows` after COPY into a table and out of it again, in their order."""
    types = {pl.String: "text", pl.Int64: "bigint"}
    columns = [
        sql.SQL("{} {}").format(sql.Identifier(name), sql.SQL(types[type(dtype)]))
        for name, dtype in rows.schema.items()
    ]
    with connected(url, "tests", TargetError) as connection:
        connection.execute(
            sql.SQL("CREATE TEMPORARY TABLE t ({})").format(sql.SQL(", ").join(columns))
        )
        copy_in(connection, sql.Identifier("t"), rows.columns, rows)
        everything = sql.SQL("SELECT {} FROM t ORDER BY ctid").format(
            sql.SQL(", ").join(map(sql.Identifier, rows.columns))
        )
        return copy_out(connection, everything, rows.schema)


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.lists(st.tuples(TEXTS, st.none() | st.integers(-(2**63), 2**63 - 1), TEXTS)))
def test_any_rows_come_back_as_they_were(
    database: str, rows: list[tuple[str | None, int | None, str | None]]
) -> None:
    schema = {"first": pl.String, "number": pl.Int64, "last": pl.String}
    frame = pl.DataFrame(rows, schema=schema, orient="row")
    assert there_and_back(database, frame).equals(frame)


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.lists(TEXTS))
def test_a_single_column_comes_back_with_its_nulls(database: str, cells: list[str | None]) -> None:
    frame = pl.DataFrame({"only": cells}, schema={"only": pl.String})
    assert there_and_back(database, frame).equals(frame)


@pytest.mark.parametrize("first", ["\ufeff", "\ufeffabc", "", None, "#", "\n", '"', "only"])
def test_the_first_cell_is_as_exact_as_the_others(database: str, first: str | None) -> None:
    frame = pl.DataFrame({"only": [first, "x"]}, schema={"only": pl.String})
    assert there_and_back(database, frame).equals(frame)


def test_many_rows_with_quotes_and_line_ends_come_back_as_they_were(database: str) -> None:
    texts = ['"\n', "\r\n", ",", '","\n"', "", None, "plain", "\\."]
    frame = pl.DataFrame(
        {
            "number": range(120_000),
            "text": [texts[place % len(texts)] for place in range(120_000)],
        },
        schema={"number": pl.Int64, "text": pl.String},
    )
    assert there_and_back(database, frame).equals(frame)


def test_a_trigger_that_leaves_rows_out_is_noticed(database: str) -> None:
    with connected(database, "tests", TargetError) as connection:
        connection.execute(
            """
            CREATE TABLE t (number bigint);
            CREATE FUNCTION choose() RETURNS trigger LANGUAGE plpgsql AS $$
            BEGIN RETURN CASE WHEN NEW.number < 3 THEN NEW END; END $$;
            CREATE TRIGGER choose BEFORE INSERT ON t FOR EACH ROW EXECUTE FUNCTION choose();
            """
        )
        rows = pl.DataFrame({"number": [1, 2, 3]})
        with pytest.raises(TargetError, match='wrote 2 of 3 rows of "t"'):
            copy_in(connection, sql.Identifier("t"), ["number"], rows)
        copy_in(connection, sql.Identifier("t"), ["number"], rows.head(2))


def test_nothing_comes_back_with_its_columns(database: str) -> None:
    frame = pl.DataFrame(schema={"number": pl.Int64, "text": pl.String})
    assert there_and_back(database, frame).equals(frame)
