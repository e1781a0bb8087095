"""An ``.xls`` workbook → its shown sheets. xlrd reads the records, with the formats that decide what is shown."""

import io
from datetime import datetime
from typing import Any

import xlrd
from xlrd.xldate import XLDateError, xldate_as_datetime

from pipelines.extract.spreadsheet.displayed import UNDETERMINED, displayed
from pipelines.extract.spreadsheet.sheet_blocks import MAX_CELLS, Sheet

MAX_SHEETS = 64
_WHITE = (255, 255, 255)


def read_xls(data: bytes) -> tuple[list[Sheet], dict[str, str]]:
    """Shown sheets and properties. Raises what xlrd raises on a broken file."""
    book = xlrd.open_workbook(file_contents=data, logfile=io.StringIO(), formatting_info=True, on_demand=True)
    try:
        numbers = [n for n in range(min(book.nsheets, MAX_SHEETS)) if book.sheet_by_index(n).visibility == 0]
        return [_sheet(book, book.sheet_by_index(n), f"xls:sheet[{n + 1}]") for n in numbers], {}
    finally:
        book.release_resources()


def _sheet(book: Any, source: Any, evidence: str) -> Sheet:
    sheet = Sheet(evidence)
    sheet.hidden_rows = {n + 1 for n, row in source.rowinfo_map.items() if row.hidden or row.height == 0}
    sheet.hidden_columns = {n + 1 for n, column in source.colinfo_map.items() if column.hidden or column.width == 0}
    seen = 0
    for row in range(source.nrows):
        for column in range(source.row_len(row)):
            cell = source.cell(row, column)
            if cell.ctype in (xlrd.XL_CELL_EMPTY, xlrd.XL_CELL_BLANK):
                continue
            seen += 1
            if seen > MAX_CELLS:
                raise ValueError(f"{evidence} has more than {MAX_CELLS} cells")
            sheet.cells[(row + 1, column + 1)] = _shown(book, cell, source.rich_text_runlist_map.get((row, column)))
    for top, bottom, left, right in source.merged_cells:
        sheet.merge((top + 1, left + 1), (bottom, right))
    return sheet


def _shown(book: Any, cell: Any, runs: list[tuple[int, int]] | None) -> str:
    style = book.xf_list[cell.xf_index]
    value = _without_notes(book, cell, runs) if runs and isinstance(cell.value, str) else _value(book, cell)
    text = displayed(value, book.format_map[style.format_key].format_str)
    font = book.font_list[style.font_index]
    if text and (font.struck_out or font.escapement):
        return UNDETERMINED
    ground = style.background
    is_white_ground = ground.fill_pattern == 0 or book.colour_map.get(ground.pattern_colour_index) in (_WHITE, None)
    if text and book.colour_map.get(font.colour_index) == _WHITE and is_white_ground:
        return ""
    return text


def _value(book: Any, cell: Any) -> object:
    if cell.ctype == xlrd.XL_CELL_ERROR:
        return UNDETERMINED
    if cell.ctype == xlrd.XL_CELL_BOOLEAN:
        return bool(cell.value)
    if cell.ctype == xlrd.XL_CELL_DATE:
        try:
            moment: datetime = xldate_as_datetime(cell.value, book.datemode)
        except (XLDateError, OverflowError, ValueError):
            return UNDETERMINED
        return moment
    value: object = cell.value
    return value


def _without_notes(book: Any, cell: Any, runs: list[tuple[int, int]]) -> str:
    """The text without its raised and struck-out runs: ``70¹`` prints the figure 70."""
    first = book.font_list[book.xf_list[cell.xf_index].font_index]
    starts = [(0, first), *((start, book.font_list[number]) for start, number in runs)]
    ends = [start for start, _ in starts[1:]] + [len(cell.value)]
    return "".join(
        cell.value[start:end]
        for (start, font), end in zip(starts, ends, strict=True)
        if not (font.struck_out or font.escapement)
    )
