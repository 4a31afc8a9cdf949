"""What is said of a refusal, and what is tried again."""

import psycopg
import pytest

from artex_assets.database import failures
from artex_assets.database.connection import Connection, connected, normalized, place
from artex_assets.database.failures import described, passing, transacted
from artex_assets.errors import TargetError


def refusal(url: str, statement: str) -> psycopg.Error:
    with connected(url, "tests", TargetError) as connection:
        connection.execute("CREATE TABLE people (name text UNIQUE, age integer CHECK (age > 0))")
        connection.execute("INSERT INTO people VALUES ('canary', 1)")
        with pytest.raises(psycopg.Error) as raised:
            connection.execute(statement.encode())
        connection.execute("DROP TABLE people")
    return raised.value


@pytest.mark.parametrize(
    ("statement", "said"),
    [
        (
            "INSERT INTO people VALUES ('canary', 2)",
            "UniqueViolation (table people, constraint people_name_key, SQLSTATE 23505)",
        ),
        ("SELECT 'canary'::integer", "InvalidTextRepresentation (SQLSTATE 22P02)"),
        (
            "DO $$ BEGIN RAISE EXCEPTION 'canary'; END $$",
            "RaiseException (SQLSTATE P0001)",
        ),
        (
            "SELECT wrong FROM people",
            'column "wrong" does not exist (SQLSTATE 42703)',
        ),
    ],
)
def test_a_refusal_is_described_without_the_values_of_the_row(
    database: str, statement: str, said: str
) -> None:
    error = refusal(database, statement)
    assert described(error) == said
    assert not passing(error)


FUNCTIONS = """
    CREATE FUNCTION refuse() RETURNS int LANGUAGE plpgsql AS $$
    BEGIN RAISE EXCEPTION 'no more of canary' USING ERRCODE = '42501'; END $$;
    CREATE FUNCTION paste() RETURNS int LANGUAGE plpgsql AS $$
    BEGIN EXECUTE format('SELECT %s', 'O''canary'); RETURN 1; END $$;
    CREATE FUNCTION look() RETURNS int LANGUAGE sql AS 'SELECT secret FROM hidden';
"""


@pytest.mark.parametrize(
    ("statement", "said"),
    [
        ("SELECT refuse()", "InsufficientPrivilege (in function refuse, SQLSTATE 42501)"),
        ("SELECT paste()", "SyntaxError (in function paste, SQLSTATE 42601)"),
        ("SELECT look()", "permission denied for table hidden (SQLSTATE 42501)"),
        (
            "INSERT INTO seats VALUES (99)",
            "CheckViolation (type seat, constraint in_the_hall, SQLSTATE 23514)",
        ),
    ],
)
def test_what_a_function_says_is_not_repeated_but_the_function_is_named(
    database: str, statement: str, said: str
) -> None:
    with connected(database, "tests", TargetError) as connection, connection.transaction():
        connection.execute("CREATE TABLE hidden (secret int)")
        connection.execute(FUNCTIONS.encode())
        connection.execute("CREATE DOMAIN seat AS int CONSTRAINT in_the_hall CHECK (VALUE < 50)")
        connection.execute("CREATE TABLE seats (seat seat)")
        connection.execute("CREATE ROLE nobody_in_particular")
        connection.execute("GRANT ALL ON seats TO nobody_in_particular")
        connection.execute("SET LOCAL ROLE nobody_in_particular")
        with pytest.raises(psycopg.Error) as raised, connection.transaction():
            connection.execute(statement.encode())
        connection.execute("RESET ROLE")
        connection.execute("DROP OWNED BY nobody_in_particular")
        connection.execute("DROP ROLE nobody_in_particular")
    assert described(raised.value) == said


def test_a_transaction_that_another_one_undid_is_tried_again(
    database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(failures, "PAUSES", (0.0, 0.0))
    tries = []

    def work(connection: Connection) -> int:
        tries.append(connection.info.backend_pid)
        if len(tries) == 1:
            connection.execute("DO $$ BEGIN RAISE SQLSTATE '40001'; END $$")
        if len(tries) == 2:
            connection.execute("SELECT pg_terminate_backend(pg_backend_pid())")
        return len(tries)

    assert transacted(database, "tests", TargetError, work) == 3
    assert len(set(tries)) == 3


def test_the_tries_are_bounded(database: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(failures, "PAUSES", (0.0, 0.0))
    tries = []

    def work(connection: Connection) -> None:
        tries.append(1)
        connection.execute("DO $$ BEGIN RAISE SQLSTATE '40P01'; END $$")

    with pytest.raises(TargetError, match="SQLSTATE 40P01"):
        transacted(database, "tests", TargetError, work)
    assert len(tries) == 3


def test_a_full_disk_is_not_tried_again(database: str) -> None:
    tries = []

    def work(connection: Connection) -> None:
        tries.append(1)
        connection.execute("DO $$ BEGIN RAISE SQLSTATE '53100'; END $$")

    with pytest.raises(TargetError, match="SQLSTATE 53100"):
        transacted(database, "tests", TargetError, work)
    assert len(tries) == 1


def test_a_server_that_is_not_there_is_named_without_the_password() -> None:
    url = "postgres://someone:sesame@localhost:1/shop"
    with (
        pytest.raises(TargetError) as raised,
        connected(url, "tests", TargetError),
    ):
        pass
    assert raised.value.what == (
        "The database at localhost:1/shop cannot be reached: Connection refused."
    )


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://someone:ses%zzame-canary@localhost:1/shop",
        "postgresql://someone@localhost:1/shop?password=ses%zzame-canary",
        "postgresql://localhost:1/shop?user=someone&password=canary",
        "postgresql://localhost:1/shop?sslpassword=ca%zznary",
    ],
)
def test_a_password_is_in_no_refusal_however_it_is_written(url: str) -> None:
    with (
        pytest.raises(TargetError, match="localhost:1/shop cannot be reached") as raised,
        connected(url, "tests", TargetError),
    ):
        pass
    assert "canary" not in str(raised.value)
    assert "zznary" not in str(raised.value)


def test_urls_of_other_kinds_are_brought_to_the_scheme_that_libpq_knows() -> None:
    assert normalized("postgres://h/d") == "postgresql://h/d"
    assert normalized("postgresql+psycopg2://h/d") == "postgresql://h/d"
    assert place("postgresql://user:sesame@h:5/d") == "h:5/d"
    assert place("postgresql:///d?host=/tmp") == "the local socket/d"
    assert place("postgresql:///d?host=db.example") == "db.example/d"
