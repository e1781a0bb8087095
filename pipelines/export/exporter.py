"""Copies of the warehouse for other tools, at paths that never move.

``<to>/parquet/<table>.parquet``, ``<to>/csv/<table>.csv``, ``<to>/xlsx/gongkai.xlsx``, with ``datapackage.json`` and
``SHA256SUMS`` beside them. A table is named as in SQL: ``applications``, ``history.cell_changes``, ``marts.coverage``.
"""

import hashlib
from collections.abc import Iterator, Sequence
from pathlib import Path

from pipelines.atomic import replace_atomically
from pipelines.export.datapackage import write_datapackage
from pipelines.export.spreadsheet import write_spreadsheet
from pipelines.home import Home
from pipelines.warehouse.database import Connection, DatabaseError, exporting, literal
from pipelines.warehouse.errors import WarehouseError, WarehouseMissing
from pipelines.warehouse.marts import mart_files
from pipelines.warehouse.statements import one_line
from schemas.tables import TABLES

FORMATS = ("parquet", "csv", "xlsx")
_FORMULA = r"^[=+\-@\t\r]"
"""What Excel and its kin execute when a cell begins with it (OWASP, CSV injection). Page text is data."""


class ExportError(WarehouseError):
    """The copies could not be written; the message says which."""


def export(home: Home, to: Path, formats: Sequence[str]) -> list[Path]:
    """Write every table and mart of the published warehouse into ``to``.

    CSV is utf-8 with a byte order mark (Excel reads it), text that would run as a formula is preceded by ``'``. The
    workbook holds at most ``spreadsheet.ROW_CAP`` rows of a table and says so on its first sheet.

    Returns:
        The files written. Each is replaced atomically.

    Raises:
        WarehouseMissing: nothing has been published yet.
        ExportError: an unknown format, or DuckDB could not write a file.
    """
    unknown = sorted(set(formats) - set(FORMATS))
    if unknown:
        raise ExportError(f"no export format {', '.join(unknown)}: choose from {', '.join(FORMATS)}")
    if not home.warehouse.exists():
        raise WarehouseMissing(f"no warehouse at {home.warehouse}: run 'gongkai run' first")
    with exporting(home.warehouse) as connection:
        try:
            written = list(_write(connection, to, formats))
        except DatabaseError as error:
            raise ExportError(one_line(error)) from error
        written.append(write_datapackage(connection, to, formats))
    written.append(_checksums(to, written))
    return written


def exported_tables() -> list[str]:
    """Tables and marts in the order of the dictionary."""
    return [*TABLES, *(f"marts.{name}" for name in mart_files())]


def _write(connection: Connection, to: Path, formats: Sequence[str]) -> Iterator[Path]:
    for name in exported_tables():
        # By key, so that equal rows give equal files whatever the order they came in.
        order = f"ORDER BY {', '.join(TABLES[name].key) or 'ALL'}" if name in TABLES else "ORDER BY ALL"
        if "parquet" in formats:
            select = f"SELECT * FROM {name} {order}"
            yield _copy(connection, select, to / "parquet" / f"{name}.parquet", "FORMAT parquet, COMPRESSION zstd")
        if "csv" in formats:
            select = f"{_csv_select(connection, name)} {order}"
            yield _copy(connection, select, to / "csv" / f"{name}.csv", "FORMAT csv, HEADER true")
    if "xlsx" in formats:
        path = to / "xlsx" / "gongkai.xlsx"
        replace_atomically(path, lambda p: write_spreadsheet(connection, p, exported_tables()))
        yield path


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


def _checksums(to: Path, written: Sequence[Path]) -> Path:
    lines = []
    for path in sorted(written):
        with path.open("rb") as handle:
            lines.append(f"{hashlib.file_digest(handle, 'sha256').hexdigest()}  {path.relative_to(to).as_posix()}\n")
    sums = to / "SHA256SUMS"
    replace_atomically(sums, lambda p: p.write_text("".join(lines), "utf-8"))
    return sums
