"""Asking the published warehouse: one read, no files, no extensions, no ATTACH, no settings."""

import duckdb
import polars as pl

from pipelines.home import Home
from pipelines.warehouse.database import Connection, published
from pipelines.warehouse.errors import QueryRefused, WarehouseMissing

_READS = {duckdb.StatementType.SELECT, duckdb.StatementType.EXPLAIN, duckdb.StatementType.RELATION}


def query(home: Home, sql: str) -> pl.DataFrame:
    """Run one reading statement on the published warehouse.

    Enumerated columns come as strings, DECIMAL as decimals, times in UTC.

    Raises:
        WarehouseMissing: nothing has been published in this data folder yet.
        QueryRefused: not a single reading statement, or DuckDB refuses it; the message is one line.
    """
    if not home.warehouse.exists():
        raise WarehouseMissing(
            f"no warehouse at {home.warehouse}: run 'gongkai demo' or 'gongkai run' first, or point GONGKAI_HOME at one"
        )
    try:
        with published(home.warehouse) as connection:
            _only_one_read(connection, sql)
            frame: pl.DataFrame = connection.sql(sql).pl()
    except duckdb.Error as error:
        raise QueryRefused(one_line(error)) from error
    return _plain(frame)


def _plain(frame: pl.DataFrame) -> pl.DataFrame:
    """Enumerated columns as strings; sums (HUGEINT, which arrive as 38-digit decimals) as integers where they fit."""
    texts = frame.with_columns(pl.col(pl.Categorical, pl.Enum).cast(pl.String))
    sums = [name for name, dtype in frame.schema.items() if dtype == pl.Decimal(38, 0)]
    fits = [name for name in sums if texts[name].cast(pl.Int64, strict=False).null_count() == texts[name].null_count()]
    return texts.with_columns(pl.col(fits).cast(pl.Int64))


def _only_one_read(connection: Connection, sql: str) -> None:
    statements = connection.extract_statements(sql)
    if len(statements) != 1:
        raise QueryRefused(f"one statement at a time, please; this is {len(statements)}")
    if statements[0].type not in _READS:
        raise QueryRefused(f"the warehouse is read-only: {statements[0].type.name} is not a read (use SELECT)")


def one_line(error: Exception) -> str:
    """The message without DuckDB's drawing of the place, on one line."""
    lines = [line.strip() for line in str(error).splitlines()]
    kept = [line for line in lines if line and not line.startswith(("LINE ", "^"))]
    return " ".join(kept)
