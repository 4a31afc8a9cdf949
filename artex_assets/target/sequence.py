"""Id sequences: after a load, an insert without an id must get a free one."""

from psycopg import sql

from artex_assets.database.connection import Connection
from artex_assets.target.schema import TargetTable


def positions(connection: Connection, table: TargetTable) -> tuple[int, int] | None:
    """The highest id of `table` (0 when empty) and the next that its sequence gives.

    None when no sequence fills its id.
    """
    column = table.columns.get("id")
    if column is None or column.sequence is None:
        return None
    # The catalog quotes the sequence's name itself, so it is SQL already.
    query = sql.SQL(
        "SELECT (SELECT coalesce(max(id), 0) FROM {table}), "
        "last_value + CASE WHEN is_called THEN 1 ELSE 0 END FROM {sequence}"
    ).format(table=sql.Identifier(table.name), sequence=_name(column.sequence))
    row = connection.execute(query).fetchone()
    assert row is not None
    return int(row[0]), int(row[1])


def advance(connection: Connection, table: TargetTable, highest: int = 0) -> None:
    """Puts the sequence of `table` past its highest id, and past `highest`. It is never lowered."""
    found = positions(connection, table)
    if found is None:
        return
    past = max(found[0], highest)
    if found[1] <= past:
        sequence = table.columns["id"].sequence
        connection.execute("SELECT setval(%s::regclass, %s)", [sequence, past])


def _name(quoted: str) -> sql.Composable:
    return sql.SQL(quoted)
