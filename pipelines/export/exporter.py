"""Copies of the warehouse for other tools, at paths that never move.

``<to>/parquet/<table>.parquet``, ``<to>/csv/<table>.csv``, ``<to>/xlsx/gongkai.xlsx``, with ``datapackage.json`` and
``SHA256SUMS`` beside them. A table is named as in SQL: ``applications``, ``history.cell_changes``, ``marts.coverage``.
"""

import hashlib
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from pkgutil import resolve_name

from pipelines.atomic import replace_atomically
from pipelines.export.datapackage import write_datapackage
from pipelines.home import Home
from pipelines.warehouse.database import Connection, DatabaseError, exporting
from pipelines.warehouse.errors import WarehouseError, WarehouseMissing
from pipelines.warehouse.marts import mart_files
from pipelines.warehouse.statements import one_line
from schemas.export_formats import ExportFormat
from schemas.tables import TABLES

Writer = Callable[[Connection, Path, Sequence[str]], Iterator[Path]]


class ExportError(WarehouseError):
    """The copies could not be written; the message says which."""


def export(home: Home, to: Path, formats: Sequence[str]) -> list[Path]:
    """Write every table and mart of the published warehouse into ``to``.

    The formats are those of ``schemas.export_formats``, each in a folder of its name.

    Returns:
        The files written. Each is replaced atomically.

    Raises:
        WarehouseMissing: nothing has been published yet.
        ExportError: an unknown format, or DuckDB could not write a file.
    """
    unknown = sorted(set(formats) - set(ExportFormat))
    if unknown:
        raise ExportError(f"no export format {', '.join(unknown)}: choose from {', '.join(ExportFormat)}")
    if not home.warehouse.exists():
        raise WarehouseMissing(f"no warehouse at {home.warehouse}: run 'gongkai run' first")
    with exporting(home.warehouse) as connection:
        try:
            written = list(_write(connection, to, [ExportFormat(name) for name in dict.fromkeys(formats)]))
        except DatabaseError as error:
            raise ExportError(one_line(error)) from error
        written.append(write_datapackage(connection, to, formats))
    written.append(_checksums(to, written))
    return written


def exported_tables() -> list[str]:
    """Tables and marts in the order of the dictionary."""
    return [*TABLES, *(f"marts.{name}" for name in mart_files())]


def writer_of(chosen: ExportFormat) -> Writer:
    """The function that writes a format, as its entry names it."""
    writer: Writer = resolve_name(chosen.writer)
    return writer


def _write(connection: Connection, to: Path, formats: Sequence[ExportFormat]) -> Iterator[Path]:
    for chosen in formats:
        yield from writer_of(chosen)(connection, to / chosen, exported_tables())


def _checksums(to: Path, written: Sequence[Path]) -> Path:
    lines = []
    for path in sorted(written):
        with path.open("rb") as handle:
            lines.append(f"{hashlib.file_digest(handle, 'sha256').hexdigest()}  {path.relative_to(to).as_posix()}\n")
    sums = to / "SHA256SUMS"
    replace_atomically(sums, lambda p: p.write_text("".join(lines), "utf-8"))
    return sums
