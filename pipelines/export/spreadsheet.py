"""The workbook for readers without SQL: one sheet a table, and a first sheet that says what is in it."""

from collections.abc import Iterator, Sequence
from pathlib import Path

import xlsxwriter

from pipelines.atomic import replace_atomically
from pipelines.warehouse.database import Connection

ROW_CAP = 50_000
"""Rows per sheet. Excel stops at 1,048,576; a workbook of that size opens on few machines. Parquet and CSV are whole."""

_LONGEST_SHEET_NAME = 31


def write_xlsx(connection: Connection, folder: Path, tables: Sequence[str]) -> Iterator[Path]:
    """``gongkai.xlsx``, with at most ``ROW_CAP`` rows of a table."""
    path = folder / "gongkai.xlsx"
    replace_atomically(path, lambda p: write_spreadsheet(connection, p, tables))
    yield path


def write_spreadsheet(connection: Connection, path: Path, tables: Sequence[str]) -> None:
    """Write ``tables`` to ``path``. Text is never a formula nor a link: pages are data."""
    options = {
        "constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "remove_timezone": True,
        "default_date_format": "yyyy-mm-dd hh:mm:ss",
    }  # fmt: skip
    with xlsxwriter.Workbook(str(path), options) as book:
        counts = {name: _count(connection, name) for name in tables}
        _cover(book, counts)
        head = book.add_format({"bold": True})
        for name in tables:
            sheet = book.add_worksheet(name.replace("marts.", "m.")[:_LONGEST_SHEET_NAME])
            sheet.freeze_panes(1, 0)
            cursor = connection.execute(f"SELECT * FROM {name} LIMIT {ROW_CAP}")
            for column, description in enumerate(cursor.description):
                sheet.write_string(0, column, description[0], head)
            row_number = 1
            while rows := cursor.fetchmany(5000):
                for row in rows:
                    sheet.write_row(row_number, 0, [str(v) if isinstance(v, list | dict) else v for v in row])
                    row_number += 1


def _cover(book: xlsxwriter.Workbook, counts: dict[str, int]) -> None:
    sheet = book.add_worksheet("READ ME")
    sheet.set_column(0, 0, 36)
    sheet.write_row(0, 0, ["table 表", "rows 行数", "rows in this workbook 本工作簿行数", "complete 完整"])
    for number, (name, rows) in enumerate(counts.items(), 1):
        sheet.write_row(number, 0, [name, rows, min(rows, ROW_CAP), "yes 是" if rows <= ROW_CAP else "no 否"])
    note = f"At most {ROW_CAP} rows a sheet; the Parquet and CSV files are complete."
    sheet.write_string(len(counts) + 2, 0, note)
    sheet.write_string(len(counts) + 3, 0, f"每表最多 {ROW_CAP} 行，完整数据见 Parquet 与 CSV。")


def _count(connection: Connection, name: str) -> int:
    row = connection.execute(f"SELECT count(*) FROM {name}").fetchone()
    return int(row[0]) if row else 0
