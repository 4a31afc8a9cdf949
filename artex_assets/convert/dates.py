"""Dates and times, from PostgreSQL's ISO text. Source: domain.md, *Dates*."""

import polars as pl

from artex_assets.convert.conversion import Conversion, emptied, present, trimmed
from artex_assets.vocabulary import Change, Rule

_CLOCK = r"(?:[01][0-9]|2[0-3]):[0-5][0-9](?::[0-5][0-9](?:\.[0-9]{1,6})?)?"
_UTC = r"(?: ?(?:Z|UTC|[+-]00(?::?00)?))?"
_OFFSET = r"(?: ?(?:Z|UTC|[+-][0-9]{2}(?::?[0-9]{2})?))?"

_YEAR = "(?:000[1-9]|00[1-9][0-9]|0[1-9][0-9]{2}|[1-9][0-9]{3})"
"""1 to 9999: polars has a year 0, the calendar and PostgreSQL have not."""

_DATE = rf"\A{_YEAR}(?:-[0-9]{{2}}-|/[0-9]{{2}}/)[0-9]{{2}}(?:[ T]{_CLOCK}{_OFFSET})?\z"
_TIME = rf"\A{_YEAR}-[0-9]{{2}}-[0-9]{{2}}(?:[ T]{_CLOCK}{_UTC})?\z"


def date(column: str, dtype: pl.DataType) -> Conversion:
    """A calendar date (Date) of the years 1 to 9999; null and DATE_UNREADABLE for anything else.

    Readable are `YYYY-MM-DD` and `YYYY/MM/DD`, the only orders that mean one day to everybody, so
    `03/04/2019` is not. A time of day behind it is cut off (TIME_CUT unless midnight), in whatever
    zone it is: the day that was written is the day that was meant. A blank text is a missing date:
    nothing goes on record.
    """
    text = trimmed(column, dtype)
    written = text.str.slice(0, len("YYYY-MM-DD")).str.replace_all("/", "-", literal=True)
    day = written.str.to_date("%Y-%m-%d", strict=False)
    value = pl.when(text.str.contains(_DATE)).then(day)
    # Midnight is how a timestamp column spells a date: nothing is lost with it.
    timed = text.str.contains(r"\A.{10}[ T][0:.]*[1-9]")
    return Conversion(
        value,
        _unreadable(present(column, dtype), value, Change.DATE_UNREADABLE),
        {Rule.TIME_CUT: value.is_not_null() & timed, Rule.EMPTIED: emptied(column, dtype)},
    )


def timestamp(column: str, dtype: pl.DataType) -> Conversion:
    """A time in UTC (Datetime in microseconds, without zone) of the years 1 to 9999.

    Readable is PostgreSQL's text, `2019-03-04 12:00:00.123456` with up to six decimals, also with
    `T` and with a zone that is UTC; a date alone is its midnight. Anything else, infinity and BC
    included, is null and TIME_UNREADABLE. A blank text is a missing time: nothing goes on record.
    """
    text = trimmed(column, dtype)
    clock = text.str.extract(r"\A.{10}[ T]([0-9:.]+)", 1).fill_null("00:00")
    seconds = clock.str.replace(r"\A([0-9]+:[0-9]+)\z", "${1}:00")
    written = pl.concat_str(text.str.slice(0, len("YYYY-MM-DD")), seconds, separator=" ")
    time = written.str.to_datetime("%Y-%m-%d %H:%M:%S%.f", time_unit="us", strict=False)
    value = pl.when(text.str.contains(_TIME)).then(time)
    return Conversion(
        value,
        _unreadable(present(column, dtype), value, Change.TIME_UNREADABLE),
        {Rule.EMPTIED: emptied(column, dtype)},
    )


def _unreadable(written: pl.Expr, value: pl.Expr, change: Change) -> pl.Expr:
    return pl.when(written & value.is_null()).then(pl.lit(change.value))
