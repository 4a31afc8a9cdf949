"""What the reports read of the target: the sales with their posters, and the collections' sizes.

It reads no column that is personal, so that none can be shown: no note, no name of a verifier, and
of an owner only how many posters are theirs.
"""

import datetime
from dataclasses import dataclass

import polars as pl
from psycopg import sql

from artex_assets.convert.enums import TRANSACTION_TYPES
from artex_assets.database.connection import Connection
from artex_assets.database.copy import copy_out
from artex_assets.target import migration_schema

SALES: dict[str, type[pl.DataType]] = {
    "sale_id": pl.Int64,
    "poster_id": pl.Int64,
    "poster": pl.String,
    "band": pl.String,
    "release_date": pl.Date,
    "original_price_cents": pl.Int64,
    "price_cents": pl.Int64,
    "type": pl.String,
    "verified": pl.Boolean,
    "sale_date": pl.Date,
    "condition": pl.String,
    "photos": pl.Int64,
}
"""The columns of `Market.sales`. Money is in whole cents, here and in every `_cents` column."""

COLLECTIONS: dict[str, type[pl.DataType]] = {"posters": pl.Int64}
"""The columns of `Market.collections`."""

_SALES = """
SELECT sale.id, poster.id, poster.name, band.name,
    CASE WHEN {imputed} THEN NULL ELSE poster.release_date END,
    CASE WHEN poster.original_price > 0 AND poster.original_price <> 'NaN'
        THEN round(poster.original_price)::bigint END,
    sale.sale_price, sale.transaction_type, sale.verified, sale.sale_date, sale.condition,
    coalesce(photos.count, 0)
FROM external_sales AS sale
JOIN posters AS poster ON poster.id = sale.poster_id
LEFT JOIN bands AS band ON band.id = poster.band_id
LEFT JOIN (
    SELECT record_id, count(*) FROM active_storage_attachments
    WHERE record_type = 'ExternalSale' GROUP BY record_id
) AS photos ON photos.record_id = sale.id
ORDER BY sale.id
"""

# An imputed date is the migration's day: nearly every sale would be from before it.
_IMPUTED = """
EXISTS (
    SELECT 1 FROM artex_migration.records AS record
    WHERE record.table_name = 'posters' AND record.column_name = 'release_date'
        AND record.key = poster.id AND record.new = poster.release_date::text
)
"""

_COLLECTIONS = """
SELECT count(*) FROM user_posters WHERE status = 'owned' GROUP BY user_id ORDER BY 1 DESC
"""


@dataclass(frozen=True)
class Market:
    """The target at one moment.

    today: the database's day (UTC). sales: a row a sale in the order of their ids, columns `SALES`;
    release_date is null where the migration imputed it, original_price_cents where it is not above
    0. collections: a row an owner, the largest first, columns `COLLECTIONS`.
    """

    today: datetime.date
    sales: pl.DataFrame
    collections: pl.DataFrame


def read(connection: Connection) -> Market:
    """The market as the target has it, all of one moment; nothing is written."""
    with connection.transaction():
        connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        (today,) = connection.execute("SELECT (now() AT TIME ZONE 'UTC')::date").fetchall()[0]
        imputed = sql.SQL(_IMPUTED if migration_schema.exists(connection) else "false")
        sales = copy_out(connection, sql.SQL(_SALES).format(imputed=imputed), _text(SALES))
        collections = copy_out(connection, sql.SQL(_COLLECTIONS), COLLECTIONS)
    # COPY spells a boolean t or f.
    return Market(today, sales.with_columns(pl.col("verified") == "t"), collections)


def types(sales: pl.DataFrame) -> list[str]:
    """The types of transaction: the three known ones, then what the application added."""
    return [*TRANSACTION_TYPES, *sorted(set(sales["type"]) - set(TRANSACTION_TYPES))]


def count_by_type(names: list[str]) -> list[pl.Expr]:
    """For a group of sales, how many are of each type (Int64, a column each)."""
    return [(pl.col("type") == name).sum().cast(pl.Int64).alias(name) for name in names]


def _text(schema: dict[str, type[pl.DataType]]) -> dict[str, type[pl.DataType]]:
    return {name: pl.String if dtype is pl.Boolean else dtype for name, dtype in schema.items()}
