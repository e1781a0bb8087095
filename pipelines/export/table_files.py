"""Formats with one file for each table: Parquet and CSV."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from pipelines.atomic import replace_atomically
from pipelines.warehouse.database import Connection, literal
from schemas.tables import TABLES

_FORMULA = r"^[=+\-@\t\r]"
"""What Excel and its kin execute when a cell begins with it (OWASP, CSV injection). Page text is data."""


def write_parquet(connection: Connection, folder: Path, tables: Sequence[str]) -> Iterator[Path]:
    """``<table>.parquet``, compressed with zstd."""
    for name in tables:
        select = f"SELECT * FROM {name} {_order(name)}"
        yield _copy(connection, select, folder / f"{name}.parquet", "FORMAT parquet, COMPRESSION zstd")


def write_csv(connection: Connection, folder: Path, tables: Sequence[str]) -> Iterator[Path]:
    """``<table>.csv`` in utf-8 with a byte order mark; text that would run as a formula is preceded by ``'``."""
    for name in tables:
        select = f"{_csv_select(connection, name)} {_order(name)}"
        yield _copy(connection, select, folder / f"{name}.csv", "FORMAT csv, HEADER true")


def _order(name: str) -> str:
    """By key, so that equal rows give equal files whatever the order they came in."""
    return f"ORDER BY {', '.join(TABLES[name].key) or 'ALL'}" if name in TABLES else "ORDER BY ALL"


def _copy(connection: Connection, select: str, path: Path, options: str) -> Path:
    replace_atomically(path, lambda p: connection.execute(f"COPY ({select}) TO '{literal(p)}' ({options})"))
    return path


def _csv_select(connection: Connection, name: str) -> str:
    """Columns as CSV wants them: escaped text, ISO times. The first header carries the byte order mark."""
    columns = connection.execute(f"DESCRIBE {name}").fetchall()
    parts = []
    for number, (column, dtype, *_) in enumerate(columns):
        value = f'"{column}"'
        if dtype == "VARCHAR":
            value = f"CASE WHEN regexp_matches({value}, '{_FORMULA}') THEN '''' || {value} ELSE {value} END"
        elif dtype == "TIMESTAMP WITH TIME ZONE":
            value = f"strftime({value}, '%Y-%m-%dT%H:%M:%SZ')"
        header = ("\ufeff" if number == 0 else "") + column
        parts.append(f'{value} AS "{header}"')
    return f"SELECT {', '.join(parts)} FROM {name}"
