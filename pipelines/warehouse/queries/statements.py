"""Which statements are allowed on the published warehouse, and the messages of refusals."""

from collections.abc import Iterator
from contextlib import contextmanager

import duckdb

from pipelines.home import Home
from pipelines.warehouse.database import Connection
from pipelines.warehouse.errors import QueryRefused, WarehouseMissing

_READS = {duckdb.StatementType.SELECT, duckdb.StatementType.EXPLAIN, duckdb.StatementType.RELATION}


def demand_published(home: Home) -> None:
    """Raises WarehouseMissing when nothing has been published in this data folder yet."""
    if not home.warehouse.exists():
        raise WarehouseMissing(
            f"no warehouse at {home.warehouse}: run 'gongkai demo' or 'gongkai run' first, or point GONGKAI_HOME at one"
        )


def demand_one_read(connection: Connection, sql: str) -> None:
    """Raises QueryRefused when this is not one statement that only reads."""
    statements = connection.extract_statements(sql)
    if not statements:
        raise QueryRefused('there is no statement; such as: gongkai sql "FROM marts.disclosure_rates"')
    if len(statements) > 1:
        raise QueryRefused(f"one statement at a time, please; this is {len(statements)}")
    if statements[0].type not in _READS:
        raise QueryRefused(f"the warehouse is read-only: {statements[0].type.name} is not a read (use SELECT)")


@contextmanager
def refusals() -> Iterator[None]:
    """Convert errors of DuckDB inside the block to QueryRefused with a one-line message."""
    try:
        yield
    except duckdb.Error as error:
        raise QueryRefused(one_line(error)) from error


def one_line(error: Exception) -> str:
    """The message without DuckDB's drawing of the place, on one line."""
    lines = [line.strip() for line in str(error).splitlines()]
    kept = [line for line in lines if line and not line.startswith(("LINE ", "^"))]
    return " ".join(kept)
