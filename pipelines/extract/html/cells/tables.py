"""Tables of a parsed page → Grids, each replaced in the tree by a marker so that the page's text keeps its place.

Tables are taken from the last to the first, so that a nested one is already a marker when its outer table is read and
every row and cell found inside a table is its own. A table that only lays out the page stays in the tree: its cells are
lines of the page. Evidence counts as a browser does: ``html:table[2]/tr[5]/td[3]`` is
``document.querySelectorAll("table")[1].rows[4].cells[2]``.
"""

import re
from typing import Any

from pipelines.extract.document import OBJECT, Cell, Grid, Line
from pipelines.extract.html.cells.cell_objects import is_filled_later
from pipelines.extract.html.cells.markers import (
    MARK,
    MARKER,
    OTHER_GRID,
    STATUTORY_GRID,
    Parts,
    as_lines,
    clean,
    holds_grid,
    with_markers_after,
)
from pipelines.extract.html.page.page_layout import PageLayout
from pipelines.extract.html.rendering import NUMBER, OFF

MAX_COLSPAN = 100
MAX_ROWSPAN = 200
MAX_CELLS = 50_000  # a report has some 500; layout tables count what they hold again and again
MAX_CHARACTERS = 5_000_000

_DIGITS = re.compile(r"\s*\+?(\d{1,9})")
_LONG_CELL = 200  # characters; with a section heading inside, the cell holds a page, not a value
_DATA_ROWS = 3

_SPANNING = "[colspan],[rowspan]"
_SPECIAL = f"{_SPANNING},[{OFF}]"
_EARLY_FOOT = "tfoot:has(~ tbody, ~ thead)"
_LATE_HEAD = "tbody ~ thead, tfoot ~ thead"
_NO_ATTRIBUTES: dict[str, str | None] = {}


class TableReader:
    """Reads all tables of one page. ``parts[n]`` is what marker n stands for, in printed order."""

    def __init__(self, layout: PageLayout, scripts: list[str], *, has_hidden: bool) -> None:
        self.layout = layout
        self.has_hidden = has_hidden  # rows or cells that are counted and not shown
        self.scripts = scripts  # those of the page: they may fill cells
        self.parts: list[Parts] = []
        self.statutory = False
        self.cells = 0  # layout tables count again what their inner tables left in place
        self.characters = 0
        self.around_layout: set[int] = set()
        self.anchors: dict[str, Any] = {}  # marker of a statutory table → the element that holds it
        self.truncated = False

    def replace_all(self, root: Any) -> None:
        """Replace every data table under ``root`` by a marker."""
        tables = root.css("table")
        for number in range(len(tables), 0, -1):
            table = tables[number - 1]
            self._replace(table, f"html:table[{table.attrs.get(NUMBER) or number}]")

    def _replace(self, table: Any, evidence: str) -> None:
        if self.cells > MAX_CELLS or self.characters > MAX_CHARACTERS:
            self.truncated = True
            return
        if table.mem_id in self.around_layout:
            self._leave(table)
            return
        text: str = table.text_lexbor() or ""
        self.characters += len(text)
        if not text.strip(" \n"):
            table.replace_with("\n")
            return
        has_heading = self.layout.words.has_heading(text)
        rows, captions = self._rows(table, evidence)
        if (MARK in text or has_heading) and self._is_layout(rows):
            self._leave(table)
        elif len(rows) == 1 and len(rows[0]) == 1:
            self._unwrap(table, "\n".join([*captions, rows[0][0].text]))
        else:
            parts: Parts = [Line(caption, f"{evidence}/caption") for caption in captions]
            parts += self._split_at_headings(rows, evidence) if has_heading else [Grid(rows, evidence)] if rows else []
            self._keep(table, text, parts)

    def _unwrap(self, table: Any, printed: str) -> None:
        """A table of one cell is a frame around a paragraph or around the value of an outer cell: its text remains."""
        self.anchors |= {found[0]: table.parent for found in MARKER.finditer(printed) if found[0] in self.anchors}
        table.replace_with(f"\n{printed}\n")

    def _keep(self, table: Any, text: str, parts: Parts) -> None:
        statutory = self.layout.words.is_statutory(text)
        if not statutory and len(self.layout.metadata.findall(text)) > 1:
            parts = as_lines(parts)
        if MARK in text:
            parts = with_markers_after(parts)
        self.statutory |= statutory
        marker = f"{MARK}{STATUTORY_GRID if statutory else OTHER_GRID}{len(self.parts)}{MARK}"
        self.parts.append(parts)
        if statutory:
            self.anchors[marker] = table.parent
        table.replace_with(f"\n{marker}\n")

    def add_grid(self, node: Any, grid: Grid, kind: str) -> None:
        """Replace an element by the marker of a grid that was read from it."""
        self.statutory |= kind == STATUTORY_GRID
        marker = f"{MARK}{kind}{len(self.parts)}{MARK}"
        self.parts.append([grid])
        self.anchors[marker] = node.parent
        node.replace_with(f"\n{marker}\n")

    def _leave(self, table: Any) -> None:
        """Leave a layout table in the tree; the table around it is one, too, and need not be read to know."""
        node = table.parent
        while node is not None and node.tag != "table":
            node = node.parent
        if node is not None:
            self.around_layout.add(node.mem_id)

    def _rows(self, table: Any, evidence: str) -> tuple[tuple[tuple[Cell, ...], ...], list[str]]:
        """Rows of cells as declared. Every td below ``table`` is its own: nested tables are markers by now."""
        rows: list[list[Cell]] = []
        captions: list[str] = []
        row: list[Cell] = []
        row_number = cell_number = 0  # those that are not shown are counted, too
        prefix = ""
        nodes = table.css("tr,td,th,caption")
        self.truncated |= len(nodes) > MAX_CELLS
        # Word writes five attributes on every cell, and a dict of them for each costs more than this one search.
        special = {node.mem_id for node in table.css(_SPECIAL if self.has_hidden else _SPANNING)}
        for node in nodes[:MAX_CELLS]:
            tag = node.tag
            attributes = node.attributes if special and node.mem_id in special else _NO_ATTRIBUTES
            is_hidden = OFF in attributes
            if tag == "caption":
                captions += [text] if not is_hidden and (text := _printed(node)) else []
                continue
            if tag == "tr" or not row_number:
                row_number, cell_number, row = row_number + 1, 0, []
                prefix = f"{evidence}/tr[{row_number}]/td["
                if not is_hidden or tag != "tr":
                    rows.append(row)
                if tag == "tr":
                    continue
            cell_number += 1
            if not is_hidden:
                text = _printed(node)
                if not text and self.scripts and is_filled_later(node, self.scripts):
                    text = OBJECT
                colspan, rowspan = _spans(attributes) if attributes else (1, 1)
                row.append(Cell(text, colspan, rowspan, f"{prefix}{cell_number}]"))
        self.cells += sum(map(len, rows))
        return tuple(map(tuple, _without_strays(rows))), captions

    def _is_layout(self, rows: tuple[tuple[Cell, ...], ...]) -> bool:
        """Does a cell hold a page (a table, or headings with paragraphs) while the rest is no data?"""
        pages = data_rows = 0
        for row in rows:
            plain = 0
            for cell in row:
                is_page = MARK in cell.text and holds_grid(cell.text)
                is_page = is_page or (len(cell.text) > _LONG_CELL and self.layout.words.has_heading(cell.text))
                pages += is_page
                plain += not is_page and len(cell.text) < _LONG_CELL
            data_rows += plain >= _DATA_ROWS
        if not pages:
            return False
        own = "\n".join(
            cell.text for row in rows if len(row) >= _DATA_ROWS for cell in row if len(cell.text) < _LONG_CELL
        )
        return data_rows < _DATA_ROWS or not self.layout.words.is_statutory(own)

    def _split_at_headings(self, rows: tuple[tuple[Cell, ...], ...], evidence: str) -> Parts:
        """A whole report in one table (pasted from a spreadsheet): rows of one heading cell are lines between grids."""
        parts: Parts = []
        block: list[tuple[Cell, ...]] = []
        for row in (*rows, None):
            printed = [cell for cell in row if cell.text.strip()] if row is not None else []
            is_heading = len(printed) == 1 and self.layout.words.is_heading(printed[0].text)
            if row is not None and not is_heading:
                block.append(row)
                continue
            if block:
                parts.append(Grid(tuple(block), evidence))
                block = []
            if is_heading:
                parts += [Line(text, printed[0].evidence) for text in printed[0].text.split("\n") if text.strip()]
        return parts


def _without_strays(rows: list[list[Cell]]) -> list[list[Cell]]:
    """Drop the empty rows of broken markup (``</tr><tr></tr>`` behind every row), which spans do not count.

    A row or two without cells are another matter: everything in them is covered by spans from above.
    """
    printed = [row for row in rows if row]
    return printed if len(rows) - len(printed) >= len(rows) // 2 else rows


def put_in_printed_order(body: Any) -> None:
    """A browser shows, and counts, the rows of ``thead`` first and those of ``tfoot`` last, wherever they stand."""
    for foot in reversed(body.css(_EARLY_FOOT)):
        foot.parent.insert_child(foot)
        foot.decompose()
    for head in reversed(body.css(_LATE_HEAD)):
        head.parent.first_child.insert_before(head)
        head.decompose()


def _spans(attributes: dict[str, str | None]) -> tuple[int, int]:
    return _span(attributes.get("colspan"), MAX_COLSPAN), _span(attributes.get("rowspan"), MAX_ROWSPAN)


def _span(declared: str | None, most: int) -> int:
    """A span as browsers read it: leading digits; ``rowspan=0`` reaches to the end of the table."""
    digits = _DIGITS.match(declared or "")
    if digits is None:
        return 1
    return min(most, int(digits[1])) or (most if most == MAX_ROWSPAN else 1)


def _printed(node: Any) -> str:
    text: str = node.text_lexbor().strip(" \n")
    return clean(text) if "\n" in text or "  " in text or "\t" in text else text
