"""Queries of the published warehouse: one SELECT; no files, extensions, ATTACH or settings."""

import polars as pl

from pipelines.home import Home
from pipelines.warehouse.database import published
from pipelines.warehouse.queries.statements import demand_one_read, demand_published, refusals


def query(home: Home, sql: str) -> pl.DataFrame:
    """Run one reading statement on the published warehouse, all rows at once. For interactive use see ``live_query``.

    Enumerated columns come as strings, DECIMAL as decimals, times in UTC.

    Raises:
        WarehouseMissing: nothing has been published in this data folder yet.
        QueryRefused: not a single reading statement, or DuckDB refuses it; the message is one line.
    """
    demand_published(home)
    with refusals(), published(home.warehouse) as connection:
        demand_one_read(connection, sql)
        frame = pl.DataFrame(connection.sql(sql))  # its own .pl() imports pyarrow, a third of a second
    return _plain(frame)


def _plain(frame: pl.DataFrame) -> pl.DataFrame:
    """Enumerated columns as strings; sums (HUGEINT, which arrive as 38-digit decimals) as integers where they fit."""
    texts = frame.with_columns(pl.col(pl.Categorical, pl.Enum).cast(pl.String))
    sums = [name for name, dtype in frame.schema.items() if dtype == pl.Decimal(38, 0)]
    fits = [name for name in sums if texts[name].cast(pl.Int64, strict=False).null_count() == texts[name].null_count()]
    return texts.with_columns(pl.col(fits).cast(pl.Int64))
