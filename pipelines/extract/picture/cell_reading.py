"""The second reading and the third: every cell is cut out along the ruling lines and read by itself, at two sizes."""

from collections.abc import Sequence
from typing import Any, NamedTuple

import cv2
import numpy as np

from pipelines.extract.picture.engine import Engine
from pipelines.extract.picture.grid.ink import Ink, contrast_of, ink_of_cell, is_blank, shape_of
from pipelines.extract.picture.grid.pixels import Pixels
from pipelines.extract.picture.grid.ruling import RuledTable, Rules
from pipelines.extract.picture.result import Box, CellText, Shape, TableText, Text

_ALONE, _AGAIN = 0.22, 0.4  # margin around the ink of a line, in heights of the line
_WIDEST_FIGURE = 10  # heights: a longer line is a label, for which one reading by itself is enough
CUT = "the edge of the picture cuts the cell"
OPEN = "the ruling lines of the cell are not closed"


class _Cell(NamedTuple):
    is_blank: bool
    ink: Ink
    lines: list[Any]  # the cut-out of each line, with paper around it
    again: list[Any]  # the same for the third reading; empty for a label
    shape: Shape | None


def read_cells(pixels: Pixels, rules: Rules, table: RuledTable, whole: dict[int, Text], engine: Engine) -> TableText:
    """All cells of a table. ``whole``: the first reading, by index of the cell."""
    contrast = contrast_of(pixels.grey[table.ys[0] : table.ys[-1], table.xs[0] : table.xs[-1]])
    cells = [_cut_out(pixels, rules, box, contrast) for box in table.boxes]
    alone = _read(engine, [cell.lines for cell in cells])
    again = _read(engine, [cell.again for cell in cells])
    rows: list[list[CellText]] = [[] for _ in table.ys[1:]]
    for index, (slots, cell) in enumerate(zip(table.cells, cells, strict=True)):
        rows[slots.row].append(
            CellText(
                slots.last_column - slots.column,
                slots.last_row - slots.row,
                table.boxes[index],
                cell.is_blank,
                whole.get(index),
                alone[index],
                again[index],
                cell.shape,
                _spoiled(table, index),
            )
        )
    box = Box(table.xs[0], table.ys[0], table.xs[-1], table.ys[-1])
    return TableText(box, tuple(map(tuple, rows)), table.xs, table.is_cut_above, table.is_cut_below)


def _spoiled(table: RuledTable, index: int) -> str | None:
    cell = table.cells[index]
    if (table.is_cut_above and cell.row == 0) or (table.is_cut_below and cell.last_row == len(table.ys) - 1):
        return CUT
    return None if cell.is_closed else OPEN


def _read(engine: Engine, cells: Sequence[list[Any]]) -> list[Text | None]:
    """Read the lines of all cells at once; the text of a cell is that of its lines, its confidence that of the worst."""
    texts = engine.read([line for lines in cells for line in lines])
    found: list[Text | None] = []
    at = 0
    for lines in cells:
        mine = texts[at : at + len(lines)]
        at += len(lines)
        found.append(Text("".join(t.text for t in mine), min(t.confidence for t in mine)) if mine else None)
    return found


def _cut_out(pixels: Pixels, rules: Rules, box: Box, contrast: float) -> _Cell:
    inside = slice(box.y0, box.y1), slice(box.x0, box.x1)
    ruled = cv2.bitwise_or(rules.horizontal[inside], rules.vertical[inside])
    colour, grey = pixels.colour[inside], pixels.grey[inside]
    if grey.size == 0 or min(grey.shape) < 3:
        return _Cell(False, Ink(np.zeros((1, 1), np.uint8), []), [], [], None)
    if is_blank(colour, ruled, contrast, rules.text_height):
        return _Cell(True, Ink(np.zeros((1, 1), np.uint8), []), [], [], None)
    ink = ink_of_cell(grey, ruled, contrast, rules.text_height)
    shape = shape_of(ink.mask, ink.lines[0], rules.text_height) if len(ink.lines) == 1 else None
    lines = [_laid_out(grey, ruled, line, _ALONE) for line in ink.lines]
    is_figure = shape is not None and ink.lines[0][2] - ink.lines[0][0] <= _WIDEST_FIGURE * (
        ink.lines[0][3] - ink.lines[0][1]
    )
    again = [_laid_out(grey, ruled, ink.lines[0], _AGAIN)] if is_figure else []
    return _Cell(False, ink, lines, again, shape)


def _laid_out(grey: Any, ruled: Any, line: tuple[int, int, int, int], margin: float) -> Any:
    """One line on paper of its own, three channels; what stands above and below it in the cell is left out."""
    paper = float(np.median(grey))
    x0, y0, x1, y1 = line
    height = y1 - y0
    bleed = max(1, round(0.08 * height))  # the soft edge of the ink
    top, bottom = max(0, y0 - bleed), min(grey.shape[0], y1 + bleed)
    left, right = max(0, x0 - bleed), min(grey.shape[1], x1 + bleed)
    cut = grey[top:bottom, left:right].copy()
    cut[ruled[top:bottom, left:right] > 0] = paper
    around = max(2, round(margin * height))
    framed = cv2.copyMakeBorder(cut, around, around, 2 * around, 2 * around, cv2.BORDER_CONSTANT, value=paper)
    return cv2.cvtColor(framed, cv2.COLOR_GRAY2BGR)
