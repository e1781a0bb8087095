"""What was recognised in one picture: text with its readings and places. A plain value that travels and is cached as JSON."""

import json
from dataclasses import dataclass
from typing import Any, NamedTuple


class Text(NamedTuple):
    """Recognised text. ``confidence``: of its least certain character, 0 to 1."""

    text: str
    confidence: float


class Box(NamedTuple):
    """A place in the picture, in pixels from its top left corner."""

    x0: int
    y0: int
    x1: int
    y1: int

    def moved(self, x: int, y: int) -> "Box":
        return Box(self.x0 + x, self.y0 + y, self.x1 + x, self.y1 + y)


class Shape(NamedTuple):
    """The shape of the ink of one line, measured without recognising it.

    Attributes:
        points: Small marks that stand low and by themselves: points, commas.
        dashes: Flat marks at half height that stand by themselves: signs.
        flat: It is one flat mark: a dash.
        slanted: It is one straight slanted line: a stroke, which is neither 1 nor 7.
        parted: Its marks stand as far from each other as two figures do.
    """

    points: int
    dashes: int
    flat: bool
    slanted: bool
    parted: bool = False


class CellText(NamedTuple):
    """One cell of a ruled table.

    Attributes:
        colspan, rowspan: As ruled.
        box: Its inside.
        is_blank: It holds no ink. Decided by looking at it, never by recognition.
        whole: What the reading of the whole picture found in it; None when nothing.
        alone: What reading the cell by itself gave.
        again: The same at another scale.
        shape: Of its ink, when it is one line.
        spoiled: Why its readings count for nothing (it is cut, or covered); None for a plain cell.
    """

    colspan: int
    rowspan: int
    box: Box
    is_blank: bool
    whole: Text | None = None
    alone: Text | None = None
    again: Text | None = None
    shape: Shape | None = None
    spoiled: str | None = None


class TableText(NamedTuple):
    """A ruled table: rows of the cells that begin in them, and the borders of its columns in pixels."""

    box: Box
    rows: tuple[tuple[CellText, ...], ...]
    borders: tuple[int, ...]
    is_cut_above: bool = False  # it touches the upper edge of the picture: the table may have begun in another one
    is_cut_below: bool = False


class LineText(NamedTuple):
    """A line of text outside the tables, and the same line read at another scale where it prints digits."""

    box: Box
    text: Text
    again: Text | None = None


@dataclass(frozen=True)
class PictureReading:
    """All that was recognised in one picture. ``problem``: why nothing, or not everything, could be."""

    width: int
    height: int
    lines: tuple[LineText, ...] = ()
    tables: tuple[TableText, ...] = ()
    problem: str | None = None

    def to_json(self) -> str:
        """One line of JSON; ``from_json`` takes it back."""
        return json.dumps([self.width, self.height, self.lines, self.tables, self.problem], ensure_ascii=False)

    @classmethod
    def from_json(cls, text: str) -> "PictureReading":
        """Raises ValueError for anything that ``to_json`` did not write."""
        try:
            width, height, lines, tables, problem = json.loads(text)
            return cls(
                width,
                height,
                tuple(LineText(Box(*box), Text(*text), again and Text(*again)) for box, text, again in lines),
                tuple(_table(raw) for raw in tables),
                problem,
            )
        except (TypeError, KeyError) as error:
            raise ValueError(f"not a picture reading: {error}") from error


def _table(raw: list[Any]) -> TableText:
    box, rows, borders, above, below = raw
    return TableText(Box(*box), tuple(tuple(_cell(cell) for cell in row) for row in rows), tuple(borders), above, below)


def _cell(raw: list[Any]) -> CellText:
    colspan, rowspan, box, is_blank, whole, alone, again, shape, spoiled = raw
    first, second, third = (None if text is None else Text(*text) for text in (whole, alone, again))
    looks = None if shape is None else Shape(*shape)
    return CellText(colspan, rowspan, Box(*box), is_blank, first, second, third, looks, spoiled)
