"""`gongkai sql` and `gongkai export`: reading the published warehouse."""

from pathlib import Path

import polars as pl
from rich.table import Table

from assets.runtime.workspace import published
from gongkai.printing import Format, cell, clean, err, out, print_frame, table
from pipelines.export.exporter import export
from pipelines.warehouse.labels import column_labels, legend
from pipelines.warehouse.query import query
from schemas.settings import Settings

_WIDEST = 14
"""Columns beside each other; more are shown below each other."""
_RECORDS = 5


def ask(settings: Settings, statement: str, form: Format) -> None:
    """Print the answer to one statement, for people with Chinese labels under the columns and below the table.

    Raises WarehouseMissing or QueryRefused, each one line.
    """
    answer = query(published(settings), statement)
    if form is not Format.TABLE:
        print_frame(answer, form)
        return
    _show(answer)
    for line in legend(answer):
        err.print(line, style="dim", markup=False)
    if answer.is_empty():
        err.print("no rows", style="dim")


def _show(answer: pl.DataFrame) -> None:
    """A table, or what is too wide for one row by row: ``FROM reports`` has more columns than a screen."""
    if answer.width <= _WIDEST or answer.is_empty():
        out.print(table(answer, labels=column_labels()))
        return
    for row in answer.head(_RECORDS).iter_rows(named=True):
        lines = Table(show_header=False)
        for name, value in row.items():
            lines.add_row(clean(name), column_labels().get(name, ""), cell(value))
        out.print(lines)
    if answer.height > _RECORDS:
        rest = answer.height - _RECORDS
        err.print(f"… and {rest} more rows: name the columns you want, or use --format csv", markup=False)


def export_to(settings: Settings, to: Path) -> None:
    """Write every table and mart of the warehouse into ``to`` and say what was written."""
    written = export(published(settings), to, settings.export_formats)
    err.print(f"{len(written)} files in {to}", markup=False)
