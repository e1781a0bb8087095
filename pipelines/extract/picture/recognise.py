"""One picture → what is printed in it: every cell of its ruled tables, read three times, and the lines beside them.

The readings differ in what they cut out and at what size, so that they seldom err alike. What they mean, and whether they are
believed, is not decided here.
"""

from collections.abc import Sequence
from typing import Any

import cv2
import numpy as np

from pipelines.extract.picture.cell_reading import read_cells
from pipelines.extract.picture.engine import Engine
from pipelines.extract.picture.grid.pixels import Pixels
from pipelines.extract.picture.grid.ruling import RuledTable, Rules, find_rules, find_tables, share_closed
from pipelines.extract.picture.grid.straighten import straightened
from pipelines.extract.picture.result import Box, PictureReading, TableText, Text
from pipelines.extract.picture.whole_reading import beside_tables, by_cell, read_whole

MAX_CELLS = 6_000
_PADDING = 12  # pixels of paper around the picture, so that nothing touches its edge
_COMPLETE = 0.98  # share of the cells that are closed in a grid that was found whole
_EDGE = 3  # pixels of the picture in which a line that it cuts may end


def recognise(pixels: Pixels, engine: Engine) -> PictureReading:
    """Read one picture. Boxes are pixels of the picture as it was, unless it had to be straightened: then of that."""
    padded = _padded(straightened(pixels))
    rules, tables = ruled(padded)
    width, height = padded.width - 2 * _PADDING, padded.height - 2 * _PADDING
    if sum(len(table.cells) for table in tables) > MAX_CELLS:
        return PictureReading(width, height, problem=f"the picture has more than {MAX_CELLS} table cells")
    runs = read_whole(padded, tables, rules.text_height, engine)
    first = by_cell(runs)
    read: list[TableText] = []
    for number, table in enumerate(tables):
        whole: dict[int, Text] = {index: text for (owner, index), text in first.items() if owner == number}
        read.append(_unpadded(read_cells(padded, rules, table, whole, engine)))
    lines = tuple(line._replace(box=_moved(line.box)) for line in beside_tables(padded, runs, engine))
    return PictureReading(width, height, lines, tuple(read))


def ruled(pixels: Pixels) -> tuple[Rules, list[RuledTable]]:
    """The lines and tables of a picture; with faint lines where the grid is incomplete without them and complete with them."""
    rules = find_rules(pixels, _PADDING + _EDGE)
    tables = find_tables(rules)
    if share_closed(tables) < _COMPLETE:
        fainter = find_rules(pixels, _PADDING + _EDGE, are_faint=True)
        more = find_tables(fainter)
        if share_closed(more) >= _COMPLETE:
            return fainter, more
    return rules, tables


def _padded(pixels: Pixels) -> Pixels:
    def framed(array: Any, value: Any) -> Any:
        return cv2.copyMakeBorder(array, _PADDING, _PADDING, _PADDING, _PADDING, cv2.BORDER_CONSTANT, value=value)

    colour = tuple(float(v) for v in np.percentile(pixels.colour.reshape(-1, 3), 90, axis=0))
    grey = float(np.percentile(pixels.grey, 90))
    coloured = framed(pixels.coloured.astype(np.uint8), 0).astype(bool)
    return Pixels(framed(pixels.colour, colour), framed(pixels.grey, grey), coloured)


def _unpadded(table: TableText) -> TableText:
    rows = tuple(tuple(cell._replace(box=_moved(cell.box)) for cell in row) for row in table.rows)
    return table._replace(box=_moved(table.box), rows=rows, borders=_shifted(table.borders))


def _moved(box: Box) -> Box:
    return Box(*(max(0, at - _PADDING) for at in box))


def _shifted(borders: Sequence[int]) -> tuple[int, ...]:
    return tuple(max(0, x - _PADDING) for x in borders)
