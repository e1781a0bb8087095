"""The workbook for readers without SQL: one sheet a table, and a first sheet that says what is in it."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import xlsxwriter

from pipelines.atomic import replace_atomically
from pipelines.export.sheets import fill, workbook
from pipelines.warehouse.database import Connection
from pipelines.warehouse.queries.labels import label_of

ROW_CAP = 50_000
"""Rows per sheet. Excel stops at 1,048,576; a workbook of that size opens on few machines. Parquet and CSV are whole."""

_LONGEST_SHEET_NAME = 31
_WITH_REPORT = "SELECT r.agency_name, r.report_year, r.url, t.* FROM {name} t LEFT JOIN reports r USING (report_id)"
_READ_BY_PEOPLE = ("quality.findings", "quality.quarantine", "history.cell_changes")
"""Their sheets begin with whose report it is and where it stands."""


def write_xlsx(connection: Connection, folder: Path, tables: Sequence[str]) -> Iterator[Path]:
    """``gongkai.xlsx``, with at most ``ROW_CAP`` rows of a table."""
    path = folder / "gongkai.xlsx"
    replace_atomically(path, lambda p: write_spreadsheet(connection, p, tables))
    yield path


def write_spreadsheet(connection: Connection, path: Path, tables: Sequence[str]) -> None:
    """Write ``tables`` to ``path``."""
    labels = _labels(connection)
    with workbook(str(path)) as book:
        counts = {name: _count(connection, name) for name in tables}
        _cover(book, counts)
        for name in tables:
            sheet = book.add_worksheet(name.replace("marts.", "m.")[:_LONGEST_SHEET_NAME])
            select = (_WITH_REPORT if name in _READ_BY_PEOPLE else "SELECT * FROM {name}").format(name=name)
            cursor = connection.execute(f"{select} LIMIT {ROW_CAP}")
            names = [str(column[0]) for column in cursor.description]
            own = labels.get(name, {})
            fill(book, sheet, names, [own.get(n) or labels["reports"].get(n, "") for n in names], _rows(cursor))


def _rows(cursor: Connection) -> Iterator[Sequence[Any]]:
    while held := cursor.fetchmany(5000):
        yield from held


def _labels(connection: Connection) -> dict[str, dict[str, str]]:
    """Table as written in SQL → column → its official label."""
    found: dict[str, dict[str, str]] = {}
    for space, table, column, comment in connection.execute(
        "SELECT schema_name, table_name, column_name, comment FROM duckdb_columns() WHERE database_name = current_database()"
    ).fetchall():
        found.setdefault(table if space == "main" else f"{space}.{table}", {})[column] = label_of(comment)
    return found


def _cover(book: xlsxwriter.Workbook, counts: dict[str, int]) -> None:
    sheet = book.add_worksheet("READ ME")
    sheet.set_column(0, 0, 36)
    sheet.set_column(1, 3, 22)
    sheet.write_row(0, 0, ["table 表", "rows 行数", "rows in this workbook 本工作簿行数", "complete 完整"])
    for number, (name, rows) in enumerate(counts.items(), 1):
        sheet.write_row(number, 0, [name, rows, min(rows, ROW_CAP), "yes 是" if rows <= ROW_CAP else "no 否"])
    notes = (
        f"At most {ROW_CAP} rows a sheet; the Parquet and CSV files are complete.",
        f"每表最多 {ROW_CAP} 行，完整数据见 Parquet 与 CSV。",
        "The first row of a sheet has the names of the columns, the second their official labels.",
        "各表首行为列名，第二行为官方标签。",
    )
    for number, note in enumerate(notes, len(counts) + 2):
        sheet.write_string(number, 0, note)


def _count(connection: Connection, name: str) -> int:
    row = connection.execute(f"SELECT count(*) FROM {name}").fetchone()
    return int(row[0]) if row else 0
