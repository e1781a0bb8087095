"""Marts whose rows are stored: computed once when the warehouse is built instead of each time that they are asked.

The pages of ``gongkai explore`` and several other marts ask ``disclosure_rates`` for one agency or one year. As a view it adds up
all cells of table three each time. A stored mart has one row per report, keyed by ``report_id``, so that an incremental
build computes the rows of changed reports alone.
"""

from pipelines.warehouse.database import Connection
from pipelines.warehouse.marts import comment, marts


def store_marts(connection: Connection) -> None:
    """Replace the views of stored marts by tables with their rows."""
    for mart in marts():
        if mart.is_stored:
            connection.execute(f"CREATE TABLE marts.stored AS {mart.select} ORDER BY report_id")
            connection.execute(f"DROP VIEW marts.{mart.name}")
            connection.execute(f"ALTER TABLE marts.stored RENAME TO {mart.name}")
            comment(connection, mart, "TABLE")


def update_stored_marts(connection: Connection, ids: str) -> None:
    """Compute the rows of some reports again.

    Args:
        ids: A table of their ids: column ``id``.
    """
    for mart in marts():
        if mart.is_stored:
            among = f"report_id IN (SELECT id FROM {ids})"
            connection.execute(f"DELETE FROM marts.{mart.name} WHERE {among}")
            connection.execute(f"INSERT INTO marts.{mart.name} FROM ({mart.select}) WHERE {among}")
