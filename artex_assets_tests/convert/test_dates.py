from datetime import date, datetime, timedelta

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from artex_assets.convert import dates
from artex_assets.convert.conversion import NUMERIC
from artex_assets.vocabulary import Change, Rule
from artex_assets_tests.convert.cells import Cell, cell, cells

NO_DATES = [
    "2019-02-30",
    "2019-02-29",
    "1900-02-29",
    "0000-00-00",
    "0000-01-01",
    "2019-13-01",
    "2019-00-10",
    "2019-01-00",
    "infinity",
    "-infinity",
    "0044-03-15 BC",
    "20201-01-01",
    "-2019-01-01",
    "13/45/2019",
    "03/04/2019",
    "2019-3-4",
    "2019-03/04",
    "20190304",
    "2019-03",
    "2019",
    "March 4, 2019",
    "2019-03-04 tomorrow",
    "2019-03-04 25:00:00",
    "2019-03-04 12:60:00",
    "2019-03-04 12:00:60",
    "2019-03-04\n2019-03-05",
    "\u0662019-03-04",
]


@pytest.mark.parametrize(
    ("legacy", "value", "rules"),
    [
        ("2019-03-04", date(2019, 3, 4), set()),
        ("2020-02-29", date(2020, 2, 29), set()),
        ("0001-01-01", date(1, 1, 1), set()),
        ("9999-12-31", date(9999, 12, 31), set()),
        (" 2019-03-04\n", date(2019, 3, 4), set()),
        ("2019/03/04", date(2019, 3, 4), set()),
        ("2019-03-04 00:00:00", date(2019, 3, 4), set()),
        ("2019-03-04 00:00:00+05", date(2019, 3, 4), set()),
        ("2019-03-04 12:00:00", date(2019, 3, 4), {Rule.TIME_CUT}),
        ("2019-03-04 00:00:00.000001", date(2019, 3, 4), {Rule.TIME_CUT}),
        ("2019-03-04T23:59:59.123Z", date(2019, 3, 4), {Rule.TIME_CUT}),
        ("2019-03-04 12:00:00-08:00", date(2019, 3, 4), {Rule.TIME_CUT}),
        (None, None, set()),
    ],
)
def test_a_date_is_read_from_iso_text(
    legacy: str | None, value: date | None, rules: set[str]
) -> None:
    assert cell(dates.date, legacy, pl.String()) == Cell(value, None, rules)


@pytest.mark.parametrize("legacy", NO_DATES)
def test_what_is_no_calendar_date_is_missing_and_on_record(legacy: str) -> None:
    assert cell(dates.date, legacy, pl.String()) == Cell(None, Change.DATE_UNREADABLE, set())


@pytest.mark.parametrize(
    ("legacy", "value"),
    [
        ("2019-03-04 12:00:00", datetime(2019, 3, 4, 12)),
        ("2019-03-04 12:34:56.123456", datetime(2019, 3, 4, 12, 34, 56, 123456)),
        ("2019-03-04 12:34:56.1", datetime(2019, 3, 4, 12, 34, 56, 100000)),
        ("2019-03-04T12:34:56.000001Z", datetime(2019, 3, 4, 12, 34, 56, 1)),
        ("2019-03-04 12:34:56+00", datetime(2019, 3, 4, 12, 34, 56)),
        ("2019-03-04 12:34:56 UTC", datetime(2019, 3, 4, 12, 34, 56)),
        ("2019-03-04 12:34", datetime(2019, 3, 4, 12, 34)),
        ("2019-03-04", datetime(2019, 3, 4)),
        (" 2019-03-04 12:00:00 ", datetime(2019, 3, 4, 12)),
        ("0001-01-01 00:00:00", datetime(1, 1, 1)),
        ("9999-12-31 23:59:59.999999", datetime(9999, 12, 31, 23, 59, 59, 999999)),
        (None, None),
    ],
)
def test_a_time_is_read_from_postgresqls_text(legacy: str | None, value: datetime | None) -> None:
    assert cell(dates.timestamp, legacy, pl.String()) == Cell(value, None, set())


@pytest.mark.parametrize(
    "legacy",
    [
        *NO_DATES,
        "2019/03/04",
        "2019-03-04 12:34:56.1234567",
        "2019-03-04 12:34:56+02",
        "2019-02-30 12:00:00",
        "0044-03-15 12:00:00 BC",
        "10000-01-01 00:00:00",
    ],
)
def test_what_is_no_time_of_the_calendar_is_null_and_on_record(legacy: str) -> None:
    assert cell(dates.timestamp, legacy, pl.String()) == Cell(None, Change.TIME_UNREADABLE, set())


def test_numbers_are_no_dates() -> None:
    assert cell(dates.date, 20190304, pl.Int64()).change == Change.DATE_UNREADABLE
    assert cell(dates.date, "2019", NUMERIC).change == Change.DATE_UNREADABLE
    assert cell(dates.timestamp, 1551700800, pl.Int64()).change == Change.TIME_UNREADABLE


def test_columns_that_are_dates_already_stay_what_they_are() -> None:
    noon = datetime(2019, 3, 4, 12, 0, 0, 5)
    assert cell(dates.date, date(2019, 3, 4), pl.Date()) == Cell(date(2019, 3, 4), None, set())
    assert cell(dates.timestamp, noon, pl.Datetime("us")) == Cell(noon, None, set())


@given(st.lists(st.tuples(*[st.integers(0, limit) for limit in (9999, 13, 32)])))
def test_dates_are_those_of_pythons_calendar(days: list[tuple[int, int, int]]) -> None:
    texts = [f"{year:04}-{month:02}-{day:02}" for year, month, day in days]
    values = [one.value for one in cells(dates.date, texts, pl.String())]
    assert values == [_date_or_none(*day) for day in days]


def _date_or_none(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


@given(st.lists(st.datetimes()))
def test_times_come_back_as_they_were_written(times: list[datetime]) -> None:
    texts = [time.isoformat(sep=" ") for time in times]
    assert [one.value for one in cells(dates.timestamp, texts, pl.String())] == times
    cut = [time - timedelta(microseconds=time.microsecond % 1000) for time in times]
    texts = [time.isoformat(timespec="milliseconds") for time in times]
    assert [one.value for one in cells(dates.timestamp, texts, pl.String())] == cut
