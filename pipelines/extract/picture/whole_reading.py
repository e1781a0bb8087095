"""The first reading: the engine's detector finds runs of text in the picture as it is, and each is read where it stands.

The detector takes neighbouring figures for one run, so that runs are cut at the borders of cells. It overlooks lone figures:
a cell without a run has no first reading, which says nothing about whether it is blank.
"""

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

import cv2
import numpy as np

from pipelines.extract.picture.engine import Engine, Region
from pipelines.extract.picture.grid.pixels import Pixels
from pipelines.extract.picture.grid.ruling import RuledTable
from pipelines.extract.picture.result import Box, LineText, Text

BAND = 1_600
"""Pixels of height that are processed together; the picture of a whole report is ten times as high."""
_INSIDE = 0.5  # share of a run's height that must lie in a row of cells
_DARK = 40  # levels that ink differs from paper


class Run(NamedTuple):
    """A run of text with its reading. ``cell``: number of the table and index in its cells; None beside the tables."""

    region: Region
    text: Text
    cell: tuple[int, int] | None


def read_whole(pixels: Pixels, tables: Sequence[RuledTable], text_height: int, engine: Engine) -> list[Run]:
    """All runs of text of a picture."""
    found: list[tuple[Region, tuple[int, int] | None]] = []
    for top, bottom in _bands(pixels.grey, tables):
        for region in engine.find(pixels.colour[top:bottom]):
            moved = Region(region.x0, region.y0 + top, region.x1, region.y1 + top)
            found += _cut_at_borders(moved, tables, text_height)
    texts = engine.read([pixels.colour[r.y0 : r.y1, r.x0 : r.x1] for r, _ in found])
    return [Run(region, text, cell) for (region, cell), text in zip(found, texts, strict=True)]


def by_cell(runs: Sequence[Run]) -> dict[tuple[int, int], Text]:
    """The first reading of each cell: its runs in reading order, joined."""
    members: dict[tuple[int, int], list[Run]] = {}
    for run in runs:
        if run.cell is not None and run.text.text.strip():
            members.setdefault(run.cell, []).append(run)
    return {cell: _joined(line for row in _rows(mine) for line in row) for cell, mine in members.items()}


def beside_tables(pixels: Pixels, runs: Sequence[Run], engine: Engine) -> list[LineText]:
    """The lines of text outside the tables, from top to bottom; runs on one height are one line.

    What prints digits is read once more with more paper around it: the year of a report stands in such lines.
    """
    outside = [run for run in runs if run.cell is None and run.text.text.strip()]
    lines = [LineText(_around(row), _joined(row, " ")) for row in _rows(outside)]
    doubted = [n for n, line in enumerate(lines) if any(char.isdigit() for char in line.text.text)]
    again = iter(engine.read([_with_paper(pixels, lines[n].box) for n in doubted]))
    return [line._replace(again=next(again)) if n in doubted else line for n, line in enumerate(lines)]


def _with_paper(pixels: Pixels, box: Box) -> Any:
    grey = pixels.grey[box.y0 : box.y1, box.x0 : box.x1]
    around = max(2, (box.y1 - box.y0) // 4)
    framed = cv2.copyMakeBorder(grey, around, around, around, around, cv2.BORDER_CONSTANT, value=float(np.median(grey)))
    return cv2.cvtColor(framed, cv2.COLOR_GRAY2BGR)


def _joined(runs: Iterator[Run] | Sequence[Run], between: str = "") -> Text:
    runs = list(runs)
    return Text(between.join(run.text.text.strip() for run in runs), min(run.text.confidence for run in runs))


def _around(runs: Sequence[Run]) -> Box:
    regions = [run.region for run in runs]
    return Box(
        min(r.x0 for r in regions), min(r.y0 for r in regions), max(r.x1 for r in regions), max(r.y1 for r in regions)
    )


def _rows(runs: Sequence[Run]) -> list[list[Run]]:
    """Runs by the line that they stand in, lines from top to bottom and runs from left to right."""
    rows: list[list[Run]] = []
    for run in sorted(runs, key=lambda run: (run.region.y0 + run.region.y1, run.region.x0)):
        middle = (run.region.y0 + run.region.y1) / 2
        if rows and rows[-1][0].region.y0 <= middle <= rows[-1][0].region.y1:
            rows[-1].append(run)
        else:
            rows.append([run])
    return [sorted(row, key=lambda run: run.region.x0) for row in rows]


def _bands(grey: Any, tables: Sequence[RuledTable]) -> Iterator[tuple[int, int]]:
    """Cut a tall picture where the least is cut in two: in the white between lines, at the borders of rows."""
    height = grey.shape[0]
    dark = (grey < float(np.median(grey)) - _DARK).sum(axis=1).astype(np.float32)
    for table in tables:
        for y in table.ys[1:-1]:
            dark[max(0, y - 2) : y + 3] = _crossed(table, y)
    top = 0
    while height - top > BAND:
        window = dark[top + BAND // 2 : top + BAND]
        cut = top + BAND // 2 + int(len(window) - 1 - np.argmin(window[::-1]))
        yield top, min(height, cut + 1)
        top = cut
    yield top, height


def _crossed(table: RuledTable, y: int) -> float:
    """Ink that a cut along the border at ``y`` would go through, at a guess: the cells that reach over it."""
    row = table.ys.index(y)
    return float(sum(cell.row < row < cell.last_row for cell in table.cells))


def _cut_at_borders(
    region: Region, tables: Sequence[RuledTable], text_height: int
) -> list[tuple[Region, tuple[int, int] | None]]:
    middle = (region.y0 + region.y1) // 2
    for number, table in enumerate(tables):
        if table.ys[0] <= middle <= table.ys[-1] and region.x1 > table.xs[0] and region.x0 < table.xs[-1]:
            row = min(bisect_right(table.ys, middle) - 1, len(table.ys) - 2)
            return [
                (piece, (number, index))
                for index, cell in enumerate(table.cells)
                if cell.row <= row < cell.last_row
                and (piece := _within(region, table, table.boxes[index], text_height)) is not None
            ]
    return [(region, None)]


def _within(region: Region, table: RuledTable, cell: Box, text_height: int) -> Region | None:
    """The piece of a run that lies in a cell, None when that is next to nothing."""
    x0, y0 = max(region.x0, cell.x0), max(region.y0, cell.y0)
    x1, y1 = min(region.x1, cell.x1), min(region.y1, cell.y1)
    least = max(3, 0.3 * min(text_height, region.x1 - region.x0))
    if x1 - x0 < least or y1 - y0 < _INSIDE * (region.y1 - region.y0):
        return None
    return Region(x0, y0, x1, y1)
