"""The spreadsheet carrier: a report typed into Excel, with merged cells, a table after another or a sheet each."""

import io
import re

from openpyxl import Workbook
from openpyxl.styles import Border, Side
from openpyxl.worksheet.worksheet import Worksheet

from gongkai.demo.layout import Table
from gongkai.demo.page import TableBlock, Text
from tests.factory.case import Draft, variation

_XLSX = ("xlsx",)
_NUMBER = re.compile(r"^-?[0-9]{1,12}(?:\.[0-9]{1,4})?$")
_LEADING_ZERO = re.compile(r"^-?0[0-9]")


def xlsx_bytes(draft: Draft) -> bytes:
    """The workbook of a draft. ``sheet_each``: every table on a sheet of its own; ``text_numbers``: figures typed as text."""
    book = Workbook()
    sheet = book.active
    row = _line(sheet, 1, draft.title)
    for block in draft.blocks:
        if isinstance(block, Text):
            row = _line(sheet, row, block.text)
        elif isinstance(block, TableBlock):
            if draft.options.get("sheet_each"):
                sheet, row = book.create_sheet(f"表{block.number}"), 1
            row = _table(sheet, row, block.table, draft)
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def _line(sheet: Worksheet, row: int, text: str) -> int:
    sheet.cell(row, 1, text)
    return row + 1


def _table(sheet: Worksheet, first: int, table: Table, draft: Draft) -> int:
    side = Side(style="thin")
    taken: set[tuple[int, int]] = set()
    for r, cells in enumerate(table):
        column = 1
        for cell in cells:
            while (r, column) in taken:
                column += 1
            area = {(r + i, column + j) for i in range(cell.rowspan) for j in range(cell.colspan)}
            taken |= area
            target = sheet.cell(first + r, column, _value(cell.text, draft))
            if isinstance(target.value, float) and not target.value.is_integer():
                target.number_format = "0." + "0" * len(cell.text.partition(".")[2])
            target.border = Border(side, side, side, side)
            if len(area) > 1:
                sheet.merge_cells(
                    start_row=first + r, start_column=column,
                    end_row=first + r + cell.rowspan - 1, end_column=column + cell.colspan - 1,
                )  # fmt: skip
            column += cell.colspan
    return first + len(table)


def _value(text: str, draft: Draft) -> str | int | float | None:
    if draft.options.get("text_numbers") or not _NUMBER.match(text) or _LEADING_ZERO.match(text):
        return text or None
    return float(text) if "." in text else int(text)


@variation("writer", "figures typed as text", _XLSX)
def xlsx_text_numbers(draft: Draft) -> bool:
    draft.options["text_numbers"] = True
    return True


@variation("writer", "a sheet each table", _XLSX)
def xlsx_sheet_each(draft: Draft) -> bool:
    draft.options["sheet_each"] = True
    return True
