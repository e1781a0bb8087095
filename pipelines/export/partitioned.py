"""The release for many analysts: Parquet by year and province, and a tiny DuckDB file of views over it.

Same names, types, comments, marts and answers as ``gongkai.duckdb``; only that a query reads the files it needs, from a
folder or from an object store. Facts and sections are cut by the year and province of their report; the rest is one file a
table. ``by_year.<table>`` shows the facts with ``year`` and ``province``, for statements that want few of the files.
"""

import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

import duckdb

from pipelines.atomic import replace_atomically
from pipelines.home import Home
from pipelines.warehouse.building.load import BY_REPORT
from pipelines.warehouse.database import STORAGE_VERSION, Connection, exporting, literal
from pipelines.warehouse.errors import WarehouseMissing
from pipelines.warehouse.history import create_as_of
from pipelines.warehouse.marts import create_marts
from schemas.tables import TABLES, enum_types
from schemas.tables.base import Table
from schemas.tables.sql import quote, sql_type

VIEWS = "gongkai.duckdb"
_ROWS = 122_880  # of a row group, DuckDB's own default: named so that equal rows give equal bytes


def write_partitions(home: Home, to: Path) -> dict[str, list[str]]:
    """Write ``<to>/<table>/year=…/province=…/part.parquet`` and ``<to>/<table>/part.parquet`` from the published warehouse.

    Returns:
        Table → its files below ``to``. Equal content gives equal bytes, so unchanged partitions can be recognised.

    Raises:
        WarehouseMissing: nothing has been published yet.
    """
    if not home.warehouse.exists():
        raise WarehouseMissing(f"no warehouse at {home.warehouse}: run 'gongkai run' first")
    shutil.rmtree(to, ignore_errors=True)
    with exporting(home.warehouse) as connection:
        connection.execute("SET threads = 1")  # with more, rows of a partition come in the order of chance
        provinces = [
            str(row[0])
            for row in connection.execute("SELECT DISTINCT province::VARCHAR FROM reports ORDER BY 1").fetchall()
        ]
        for name in TABLES:
            _write(connection, name, to / name, provinces)
    return {name: sorted(p.relative_to(to).as_posix() for p in (to / name).rglob("*.parquet")) for name in TABLES}


def _write(connection: Connection, name: str, folder: Path, provinces: Sequence[str]) -> None:
    """One table. Provinces one after the other: DuckDB keeps a buffer for every partition of a statement in memory."""
    folder.mkdir(parents=True)
    options = f"FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE {_ROWS}"
    if name not in BY_REPORT:
        connection.execute(f"COPY (FROM {name}) TO '{literal(folder / 'part.parquet')}' ({options})")
        return
    columns = ", ".join(f"f.{column.name}" for column in TABLES[name].columns)
    for province in provinces:
        select = (
            f"SELECT {columns}, coalesce(r.report_year::VARCHAR, 'unknown') AS year, r.province::VARCHAR AS province"
            f" FROM {name} f JOIN reports r USING (report_id) WHERE r.province = '{literal(province)}'"
        )
        connection.execute(
            f"COPY ({select}) TO '{literal(folder)}' ({options}, PARTITION_BY (year, province), FILENAME_PATTERN 'part_{{i}}',"
            " OVERWRITE_OR_IGNORE)"
        )


def create_views(
    path: Path, files: Mapping[str, Sequence[str]], teach: Callable[[Connection], None] | None = None
) -> None:
    """Write the DuckDB file of views at ``path``.

    Args:
        files: table → addresses of its Parquet files, as the readers will open them (paths or ``s3://``).
        teach: lets the connection open these addresses; DuckDB looks at the files of a view when the view is made.
    """
    replace_atomically(path, lambda draft: _fill(draft, files, teach))


def _fill(draft: Path, files: Mapping[str, Sequence[str]], teach: Callable[[Connection], None] | None) -> None:
    connection = duckdb.connect(":memory:")
    try:
        if teach is not None:
            teach(connection)
        connection.execute(f"ATTACH '{literal(draft)}' AS views (STORAGE_VERSION '{STORAGE_VERSION}')")
        connection.execute("USE views")
        connection.execute("BEGIN")  # else every comment is written to disk by itself
        connection.execute(enum_types(TABLES.values()))
        connection.execute("CREATE SCHEMA by_year")
        for name, table in TABLES.items():
            for statement in _statements(table, files[name]):
                connection.execute(statement)
        create_as_of(connection)
        create_marts(connection)
        connection.execute("COMMIT")
        connection.execute("CHECKPOINT views")
        connection.execute("USE memory")
        connection.execute("DETACH views")
    finally:
        connection.close()


def _statements(table: Table, files: Sequence[str]) -> Iterator[str]:
    """The view with its comments, in the registry's types: an enum sorts in its own order, not by letters."""
    columns = [(column.name, sql_type(column), column.comment) for column in table.columns]
    name = f"{table.schema}.{table.short_name}"
    yield f"CREATE SCHEMA IF NOT EXISTS {table.schema}"
    if not files:  # no report has such rows
        select = f"SELECT {', '.join(f'NULL::{kind} AS {column}' for column, kind, _ in columns)} WHERE false"
        yield f"CREATE VIEW {name} AS {select}"
    else:
        listed = ", ".join(quote(file) for file in files)
        select = f"SELECT {', '.join(f'{column}::{kind} AS {column}' for column, kind, _ in columns)}"
        yield f"CREATE VIEW {name} AS {select} FROM read_parquet([{listed}], hive_partitioning = false)"
        if table.name in BY_REPORT:
            cut = f"{select}, year, province FROM read_parquet([{listed}], hive_partitioning = true, hive_types_autocast = false)"
            yield f"CREATE VIEW by_year.{table.short_name} AS {cut}"
    yield f"COMMENT ON VIEW {name} IS {quote(table.comment)}"
    yield from (f"COMMENT ON COLUMN {name}.{column} IS {quote(comment)}" for column, _, comment in columns)
