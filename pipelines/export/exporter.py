"""Copies of the warehouse for other tools, at paths that never move.

``<to>/parquet/<table>.parquet``, ``<to>/csv/<table>.csv``, ``<to>/xlsx/gongkai.xlsx``, with ``datapackage.json``,
``croissant.json``, ``SHA256SUMS``, the change feed ``changes/`` and ``index.json`` beside them.
A table is named as in SQL: ``applications``, ``history.cell_changes``, ``marts.coverage``.
"""

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from pkgutil import resolve_name
from typing import Any

from pipelines.atomic import replace_atomically
from pipelines.export.change_feed import write_change_feed
from pipelines.export.croissant import croissant
from pipelines.export.datapackage import package_of
from pipelines.export.release_index import NAME, known_changes, release_index
from pipelines.home import Home
from pipelines.warehouse import releases
from pipelines.warehouse.database import Connection, DatabaseError, exporting
from pipelines.warehouse.errors import WarehouseError, WarehouseMissing
from pipelines.warehouse.marts import mart_files
from pipelines.warehouse.queries.statements import one_line
from schemas.export_formats import ExportFormat
from schemas.tables import TABLES

Writer = Callable[[Connection, Path, Sequence[str]], Iterator[Path]]


class ExportError(WarehouseError):
    """The copies could not be written; the message says which."""


def export(
    home: Home, to: Path, formats: Sequence[str], on_format: Callable[[int, int], None] | None = None
) -> list[Path]:
    """Write every table and mart of the published warehouse into ``to``.

    The formats are those of ``schemas.export_formats``, each in a folder of its name.

    Args:
        on_format: Told before each format how many have been written, and how many there are.

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
    note = releases.latest(home)
    try:
        feed = write_change_feed(home, to, known_changes(to))
        with exporting(home.warehouse) as connection:
            written = list(_write(connection, to, [ExportFormat(name) for name in dict.fromkeys(formats)], on_format))
            written += [path for item in feed for path in item.paths(to)]
            package = package_of(connection, formats)
            written.append(_write_json(to / "datapackage.json", package))
            files = {path.relative_to(to).as_posix(): _digest(path) for path in sorted(written)}
            if set(formats) & {"csv", "parquet"}:
                described = croissant(package, files, note)
                written.append(_write_json(to / "croissant.json", described))
                files["croissant.json"] = _digest(written[-1])
            written.append(_checksums(to, files))
            index = release_index(connection, to, exported_tables(), files, note, feed)
    except DatabaseError as error:
        raise ExportError(one_line(error)) from error
    written.append(_write_json(to / NAME, index))  # last: what it lists is there
    return written


def exported_tables() -> list[str]:
    """Tables and marts in the order of the dictionary."""
    return [*TABLES, *(f"marts.{name}" for name in mart_files())]


def writer_of(chosen: ExportFormat) -> Writer:
    """The function that writes a format, as its entry names it."""
    writer: Writer = resolve_name(chosen.writer)
    return writer


def _write(
    connection: Connection, to: Path, formats: Sequence[ExportFormat], on_format: Callable[[int, int], None] | None
) -> Iterator[Path]:
    for number, chosen in enumerate(formats):
        if on_format:
            on_format(number, len(formats))
        yield from writer_of(chosen)(connection, to / chosen, exported_tables())


def _write_json(path: Path, told: Mapping[str, Any]) -> Path:
    text = json.dumps(told, ensure_ascii=False, indent=1)
    replace_atomically(path, lambda draft: draft.write_text(text, "utf-8"))
    return path


def _digest(path: Path) -> tuple[str, int]:
    with path.open("rb") as handle:
        return hashlib.file_digest(handle, "sha256").hexdigest(), path.stat().st_size


def _checksums(to: Path, files: Mapping[str, tuple[str, int]]) -> Path:
    text = "".join(f"{digest}  {path}\n" for path, (digest, _) in sorted(files.items()))
    sums = to / "SHA256SUMS"
    replace_atomically(sums, lambda draft: draft.write_text(text, "utf-8"))
    return sums
