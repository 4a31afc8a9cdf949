"""Failures as Dagster shows them: a sentence, what to do, and never a value of a row."""

from collections.abc import Callable

import dagster as dg
import polars as pl
import psycopg
import pytest
from dagster._utils.error import serializable_error_info_from_exc_info

from artex_assets.assets.resources import plainly
from artex_assets.errors import LegacyError

CANARY = "fan@example.org"


def foreseen() -> None:
    raise LegacyError("The table users is empty.", next_step="See the backup.")


def of_polars() -> None:
    pl.DataFrame({"email": [CANARY]}).select(pl.col("email").cast(pl.Int64))


def failure(work: Callable[[], object]) -> dg.Failure:
    with pytest.raises(dg.Failure) as failed, plainly():
        work()
    return failed.value


def shown(work: Callable[[], object]) -> str:
    """Everything that Dagster keeps of a failure, its causes and contexts included."""
    import sys

    try:
        with plainly():
            work()
    except dg.Failure:
        return str(serializable_error_info_from_exc_info(sys.exc_info()))
    raise AssertionError("it did not fail")


def test_what_works_goes_through() -> None:
    with plainly():
        answer = 42
    assert answer == 42


def test_a_foreseen_failure_is_its_sentence_with_the_next_step() -> None:
    error = failure(foreseen)
    assert error.description == "The table users is empty. See the backup."
    assert error.metadata["next step"].value == "See the backup."
    assert error.allow_retries is False


def test_a_failure_of_polars_is_named_with_its_place_and_without_its_text() -> None:
    error = failure(of_polars)
    assert error.description
    assert "InvalidOperationError" in error.description
    assert CANARY not in error.description
    assert CANARY not in shown(of_polars)


def test_a_refusal_of_postgresql_is_shown_without_the_values_it_quotes(database: str) -> None:
    def twice() -> None:
        with psycopg.connect(database) as connection:
            connection.execute("CREATE TABLE people (email text UNIQUE)")
            connection.execute("INSERT INTO people VALUES (%s), (%s)", [CANARY, CANARY])

    error = failure(twice)
    assert error.description
    assert "UniqueViolation" in error.description
    assert "people_email_key" in error.description
    assert CANARY not in error.description
    assert CANARY not in shown(twice)


def test_what_nobody_foresaw_is_left_as_it_is() -> None:
    with pytest.raises(ZeroDivisionError), plainly():
        _ = 1 / 0
