"""An ``.xls`` workbook → its shown sheets. xlrd reads the records, with the formats that decide what is shown."""

import io
from collections.abc import Sequence
from datetime import datetime
from typing import Any

import xlrd
from xlrd.xldate import XLDateError, xldate_as_datetime

from pipelines.extract.html.css.values import WHITE, Colour, is_seen
from pipelines.extract.spreadsheet.displayed import UNDETERMINED
from pipelines.extract.spreadsheet.look import LEAST_TYPE, Look, Rule, shown_under
from pipelines.extract.spreadsheet.sheet_blocks import MAX_CELLS, Sheet
from pipelines.extract.spreadsheet.xls_records import Colours, SheetRecords, sheet_records

MAX_SHEETS = 64
_EXCEL_97 = 80
_DIGIT_WIDTH = 256  # of a column
_FILL = 4  # an alignment that repeats the text
_PRINT_AREA = ("Print_Area", "_xlnm.Print_Area")  # as Excel names it, and as LibreOffice does
_LEAST_HEIGHT, _LEAST_WIDTH = 40, 80
"""Twentieths of a point and 256ths of a character below which nothing of a row or a column is seen."""


def read_xls(data: bytes) -> tuple[list[Sheet], dict[str, str]]:
    """Shown sheets and properties. Raises what xlrd raises on a broken file."""
    book = xlrd.open_workbook(file_contents=data, logfile=io.StringIO(), formatting_info=True, on_demand=True)
    try:
        numbers = [n for n in range(min(book.nsheets, MAX_SHEETS)) if book.sheet_by_index(n).visibility == 0]
        records = _records(book)
        return [_sheet(book, book.sheet_by_index(n), records[n], f"xls:sheet[{n + 1}]") for n in numbers], {}
    finally:
        book.release_resources()


def _records(book: Any) -> Sequence[SheetRecords]:
    """By number of the sheet."""
    if book.biff_version < _EXCEL_97:
        return [SheetRecords()] * book.nsheets
    formats = {key: found.format_str for key, found in book.format_map.items()}
    return sheet_records(book.mem, book.base, Colours(lambda number: _colour(book.colour_map.get(number)), formats))


def _sheet(book: Any, source: Any, records: SheetRecords, evidence: str) -> Sheet:
    sheet = Sheet(evidence, printed_areas=_printed_areas(book, source))
    rows, columns = source.rowinfo_map.items(), source.colinfo_map.items()
    sheet.hidden_rows = {n + 1 for n, row in rows if row.hidden or (row.height or _LEAST_HEIGHT) < _LEAST_HEIGHT}
    sheet.hidden_columns = {n + 1 for n, column in columns if column.hidden or column.width < _LEAST_WIDTH}
    seen = 0
    for row in range(source.nrows):
        for column in range(source.row_len(row)):
            cell = source.cell(row, column)
            if cell.ctype in (xlrd.XL_CELL_EMPTY, xlrd.XL_CELL_BLANK):
                continue
            seen += 1
            if seen > MAX_CELLS:
                raise ValueError(f"{evidence} has more than {MAX_CELLS} cells")
            if cell.value == 0 and not source.show_zero_values and cell.ctype != xlrd.XL_CELL_BOOLEAN:
                continue
            runs, rules = source.rich_text_runlist_map.get((row, column)), records.rules_of(row + 1, column + 1)
            room = _room(book, source, row, column) if cell.ctype == xlrd.XL_CELL_NUMBER else None
            sheet.cells[(row + 1, column + 1)] = _shown(book, cell, runs, rules, room)
    sheet.cells |= dict.fromkeys(records.without_result, UNDETERMINED)
    sheet.lay_over(records.overlays)
    for top, bottom, left, right in source.merged_cells:
        sheet.merge((top + 1, left + 1), (bottom, right))
    return sheet


def _room(book: Any, source: Any, row: int, column: int) -> float | None:
    """How many digits fit into a cell; None where type is made smaller, or turned."""
    style = book.xf_list[source.cell_xf_index(row, column)]
    if style.alignment.shrink_to_fit or style.alignment.rotation:
        return None
    reach = (right for top, bottom, left, right in source.merged_cells if (top, left) == (row, column))
    last = min(next(reach, column + 1), column + 100)
    width = sum(source.computed_column_width(at) for at in range(column, last)) / _DIGIT_WIDTH
    height, usual = book.font_list[style.font_index].height, book.font_list[0].height
    return width * usual / height if height and usual else None


def _shown(book: Any, cell: Any, runs: list[tuple[int, int]] | None, rules: Sequence[Rule], room: float | None) -> str:
    style = book.xf_list[cell.xf_index]
    font = book.font_list[style.font_index]
    is_rich = bool(runs) and isinstance(cell.value, str)  # then what is seen of its runs is left
    value = _without_notes(book, cell, runs or []) if is_rich else _value(book, cell)
    own = Look(
        book.format_map[style.format_key].format_str,
        _colour(book.colour_map.get(font.colour_index)),
        None if is_rich else _ground(book, style.background),
        bool(font.struck_out or font.escapement or font.height < LEAST_TYPE * 20 or style.alignment.hor_align == _FILL),
        room,
    )
    return shown_under(rules, own, value)


def _printed_areas(book: Any, source: Any) -> list[tuple[int, int, int, int]]:
    """What is printed of a sheet; nothing where its author has chosen nothing, or several areas."""
    for name in book.name_obj_list:
        if name.name in _PRINT_AREA and name.scope == source.number:
            try:
                _, top, bottom, left, right = name.area2d()
            except xlrd.XLRDError:
                return []
            return [(left + 1, top + 1, right, bottom)]
    return []


def _is_unseen(book: Any, font: Any, background: Any) -> bool:
    """Is a text in this font the colour of what it stands on?"""
    ink, ground = _colour(book.colour_map.get(font.colour_index)), _ground(book, background)
    return ink is not None and ground is not None and not is_seen(ink, ground)


def _ground(book: Any, background: Any) -> Colour | None:
    """What a cell is filled with; None for a pattern."""
    if background.fill_pattern == 0:
        return WHITE
    return _colour(book.colour_map.get(background.pattern_colour_index)) if background.fill_pattern == 1 else None


def _colour(rgb: tuple[int, int, int] | None) -> Colour | None:
    """None for an automatic colour."""
    if rgb is None:
        return None
    red, green, blue = (part / 255 for part in rgb)
    return Colour(red, green, blue, 1.0)


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
    """The text without its raised, struck-out and unseen runs: ``70¹`` prints the figure 70."""
    first = book.font_list[book.xf_list[cell.xf_index].font_index]
    starts = [(0, first), *((start, book.font_list[number]) for start, number in runs)]
    ends = [start for start, _ in starts[1:]] + [len(cell.value)]
    ground = book.xf_list[cell.xf_index].background
    return "".join(
        cell.value[start:end]
        for (start, font), end in zip(starts, ends, strict=True)
        if not (font.struck_out or font.escapement or _is_unseen(book, font, ground))
    )
