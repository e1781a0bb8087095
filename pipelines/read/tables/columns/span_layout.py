"""Where cells stand: expands declared spans into grid columns, the way a browser lays out a table.

Works on a *skeleton*: the cells of a table with their numbers masked. Everything that decides where a number belongs is
computed from the skeleton alone, so no number can influence its own place, and equal layouts are planned only once.
"""

from collections.abc import Collection
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

from pipelines.extract.document import Grid
from pipelines.read.tables.values.numbers import Kind, kind
from schemas.labels import normalise_label

MAX_COLUMNS = 400
MOST_LABELS = 3
"""Columns of the label zone: a row of more labels is a header."""


class BoneCell(NamedTuple):
    """A masked cell: labels keep their text, values only their kind."""

    text: str
    kind: Kind
    colspan: int
    rowspan: int


_FIGURE = BoneCell("", "number", 1, 1)


class Bones(NamedTuple):
    """The skeleton of one grid.

    Attributes:
        ruled: Spans and positions mean something (not so for flattened text).
        unsure: Rows that may be half of one.
        padded: Blanks at the end of a row may stand for blank cells anywhere in it.
    """

    rows: tuple[tuple[BoneCell, ...], ...]
    ruled: bool
    unsure: frozenset[int] = frozenset()
    padded: bool = False


@dataclass(frozen=True, slots=True)
class Placed:
    """A cell at its place. ``carried``: it belongs to an earlier row and reaches into this one."""

    row: int
    cell: int
    text: str
    name: str  # normalised label; "" for anything that is not a label
    kind: Kind
    start: int
    end: int
    carried: bool
    tall: bool


def bones(grid: Grid, *, ruled: bool = True, unsure: Collection[int] = (), padded: bool = False) -> Bones:
    """The skeleton of a grid: numbers, marks and blanks lose their text."""
    return Bones(
        tuple(
            [
                tuple(
                    [
                        # Every report has figures of its own: plain ones are known without being remembered.
                        _FIGURE if text.isdecimal() and colspan == 1 == rowspan else _bone(text, colspan, rowspan)
                        for text, colspan, rowspan, _ in row
                    ]
                )
                for row in grid.rows
            ]
        ),
        ruled,
        frozenset(unsure),
        padded,
    )


@lru_cache(maxsize=65536)
def _bone(text: str, colspan: int, rowspan: int) -> BoneCell:
    """Equal cells are one object: skeletons are compared with those already planned, and the reports of a batch share them."""
    sort = kind(text)
    return BoneCell(text if sort == "label" else "", sort, colspan, rowspan)


def place(skeleton: Bones) -> list[list[Placed]]:
    """Every row with its cells, own and carried, from left to right.

    A rowspan never reaches below the last row; columns beyond ``MAX_COLUMNS`` are dropped from the layout.
    """
    rows: list[list[Placed]] = []
    reaching: dict[int, tuple[Placed, int]] = {}  # start column -> (cell, rows still covered)
    for number, row in enumerate(skeleton.rows):
        taken = {column for cell, _ in reaching.values() for column in range(cell.start, cell.end)}
        placed = [_carry(cell) for cell, _ in reaching.values()]
        reaching = {start: (cell, left - 1) for start, (cell, left) in reaching.items() if left > 1}
        column = 0
        for index, bone in enumerate(row):
            while column in taken:
                column += 1
            if column >= MAX_COLUMNS:
                break
            width = bone.colspan if skeleton.ruled else 1
            name = normalise_label(bone.text) if bone.kind == "label" else ""
            tall = skeleton.ruled and bone.rowspan > 1
            cell = Placed(number, index, bone.text, name, bone.kind, column, column + width, False, tall)
            placed.append(cell)
            if tall:
                reaching[column] = (cell, bone.rowspan - 1)
            column += width
        rows.append(sorted(placed, key=lambda cell: cell.start))
    return rows


def _carry(cell: Placed) -> Placed:
    return Placed(cell.row, cell.cell, cell.text, cell.name, cell.kind, cell.start, cell.end, True, True)
