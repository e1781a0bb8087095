"""An ``.xlsx`` workbook → its shown sheets. openpyxl reads the parts; sizes are checked before anything is unpacked."""

import io
import re
import zipfile
from collections.abc import Iterable, Iterator
from typing import Any

import openpyxl
from openpyxl.cell.rich_text import CellRichText, TextBlock

from pipelines.extract.spreadsheet.conditional_formats import ConditionalFormats
from pipelines.extract.spreadsheet.displayed import UNDETERMINED
from pipelines.extract.spreadsheet.look import LEAST_TYPE, Look, shown_under
from pipelines.extract.spreadsheet.sheet_blocks import MAX_CELLS, Sheet
from pipelines.extract.spreadsheet.xlsx_colours import Palette
from pipelines.extract.spreadsheet.xlsx_drawings import Drawn, drawn_on_sheets, overlay
from pipelines.extract.spreadsheet.xlsx_widths import Room
from schemas.errors import GongkaiError

MAX_PART_BYTES = 32 << 20
MAX_ENTRIES = 10_000
MAX_SHEETS = 64
_LEAST_HEIGHT, _LEAST_WIDTH = 2.0, 0.3
"""Points and characters below which nothing of a row or a column is seen."""
_WORKS_OUT_ON_LOADING = re.compile(rb"<(?:\w+:)?calcPr[^>]*\bfullCalcOnLoad=[\"'](?:1|true)")


class WorkbookRefused(GongkaiError, ValueError):
    """The workbook is broken or hostile; the message says how."""


def read_xlsx(data: bytes) -> tuple[list[Sheet], dict[str, str]]:
    """Shown sheets and properties. Raises WorkbookRefused, or what openpyxl raises on a broken package."""
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        entries = package.infolist()
        if len(entries) > MAX_ENTRIES or any(entry.file_size > MAX_PART_BYTES for entry in entries):
            raise WorkbookRefused("the workbook unpacks to more than a report needs")
        for entry in entries:
            _demand_honest(package, entry)
        is_stale = _WORKS_OUT_ON_LOADING.search(package.read("xl/workbook.xml")) is not None
        drawings = dict(enumerate(drawn_on_sheets(package)))
    book = openpyxl.load_workbook(io.BytesIO(data), data_only=True, rich_text=True)
    written = openpyxl.load_workbook(io.BytesIO(data))
    try:
        shown = [sheet for sheet in book.worksheets if sheet.sheet_state == "visible"][:MAX_SHEETS]
        properties = {name: str(getattr(book.properties, name) or "") for name in ("title", "creator")}
        numbers = [book.worksheets.index(sheet) for sheet in shown]
        palette = Palette(book.loaded_theme)
        sheets = []
        for n in numbers:
            unknown = _formulas_without_result(book.worksheets[n], written.worksheets[n], is_stale=is_stale)
            sheets.append(_sheet(book.worksheets[n], unknown, drawings.get(n, ()), palette, f"xlsx:sheet[{n + 1}]"))
        return sheets, properties
    finally:
        book.close()
        written.close()


def _demand_honest(package: zipfile.ZipFile, entry: zipfile.ZipInfo) -> None:
    """A part may unpack to more than the directory says, or declare entities that grow without end."""
    with package.open(entry) as part:
        raw = part.read(MAX_PART_BYTES + 1)
    if len(raw) > MAX_PART_BYTES:
        raise WorkbookRefused(f"{entry.filename} unpacks to more than {MAX_PART_BYTES} bytes")
    if entry.filename.endswith((".xml", ".rels")) and (b"<!DOCTYPE" in raw or b"<!ENTITY" in raw):
        raise WorkbookRefused(f"{entry.filename} declares entities, which no spreadsheet program writes")


def _sheet(
    source: Any, unknown: Iterable[tuple[int, int]], drawn: Iterable[Drawn], palette: Palette, evidence: str
) -> Sheet:
    cells = [cell for cell in _written_cells(source) if cell.value is not None]
    if len(cells) > MAX_CELLS:
        raise WorkbookRefused(f"{evidence} has more than {MAX_CELLS} cells")
    sheet = Sheet(evidence, printed_areas=[area.bounds for area in source._print_area.ranges])
    sheet.hidden_rows = {
        n for n, row in source.row_dimensions.items() if row.hidden or _is_below(row.height, _LEAST_HEIGHT)
    }
    sheet.hidden_columns = _hidden_columns(source)
    formats = ConditionalFormats(source, palette, len(cells))
    shows_zeros = source.sheet_view.showZeros is not False
    room = Room(source)
    for cell in cells:
        sheet.cells[(cell.row, cell.column)] = _shown(cell, palette, formats, room, shows_zeros=shows_zeros)
    for place in unknown:
        sheet.cells[place] = UNDETERMINED
    sheet.lay_over(overlay(one, source) for one in drawn)
    for area in source.merged_cells.ranges:
        sheet.merge((area.min_row, area.min_col), (area.max_row, area.max_col))
    return sheet


def _written_cells(source: Any) -> list[Any]:
    """The cells that the part of the sheet holds. Its used range may reach to row 1,048,576 for a single format."""
    return list(source._cells.values())


def _is_below(size: float | None, least: float) -> bool:
    return size is not None and size < least


def _hidden_columns(source: Any) -> set[int]:
    hidden: set[int] = set()
    for letters, column in source.column_dimensions.items():
        if column.hidden or _is_below(column.width, _LEAST_WIDTH):
            first = openpyxl.utils.column_index_from_string(letters)
            hidden |= set(range(column.min or first, min(column.max or first, first + MAX_CELLS) + 1))
    return hidden


def _formulas_without_result(source: Any, written: Any, *, is_stale: bool) -> Iterator[tuple[int, int]]:
    """Cells with a formula that no program has worked out, or that will be worked out anew on loading: they are not blank."""
    for cell in _written_cells(written):
        if cell.data_type == "f" and (is_stale or source.cell(cell.row, cell.column).value is None):
            yield cell.row, cell.column


def _shown(cell: Any, palette: Palette, formats: ConditionalFormats, room: Room, *, shows_zeros: bool) -> str:
    font = cell.font
    value = _without_notes(cell, palette) if isinstance(cell.value, CellRichText) else cell.value
    if value == 0 and not shows_zeros and not isinstance(value, bool):
        return ""
    is_rich = isinstance(cell.value, CellRichText)  # of whose runs those that are seen are left
    own = Look(
        cell.number_format,
        palette.colour(font.color) if font is not None else None,
        None if is_rich else palette.ground(cell.fill),
        cell.alignment.horizontal == "fill" or (font is not None and _is_no_type_of_figures(font)),
        room.of(cell) if isinstance(value, int | float) else None,
    )
    return shown_under(formats.of(cell.row, cell.column), own, value)


def _is_no_type_of_figures(font: Any) -> bool:
    """Struck out, raised or lowered, or too small to be read."""
    is_small = font.sz is not None and font.sz < LEAST_TYPE
    return bool(font.strike or font.vertAlign in ("superscript", "subscript") or is_small)


def _without_notes(cell: Any, palette: Palette) -> str:
    """The text without its raised, struck-out and unseen runs: ``70¹`` prints the figure 70."""
    kept = []
    for run in cell.value:
        if not isinstance(run, TextBlock):
            if not palette.hides(cell.font, cell.fill):
                kept.append(str(run))
        elif not (
            run.font.strike
            or run.font.vertAlign in ("superscript", "subscript")
            or palette.hides(run.font if run.font.color is not None else cell.font, cell.fill)
        ):
            kept.append(run.text)
    return "".join(kept)
