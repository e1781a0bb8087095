"""The shown cells of a sheet → lines and grids, as a person sees them: one table after another, with headings between."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from pipelines.extract.document import Block, Cell, Grid, Line
from pipelines.extract.spreadsheet.displayed import UNDETERMINED
from pipelines.extract.spreadsheet.look import is_figure

MAX_CELLS = 200_000
_TITLES_ABOVE_A_ROW = 4  # 一、…, （二）…, and their first row, with a row of nothing between
_HEADING = re.compile(r"^\s*(?:第?[一二三四五六七八九十]{1,2}[、.．部]|[（(][一二三四五六七八九十]{1,2}[）)])")
_TITLE = re.compile(r"(?:公开|政务).{0,8}(?:年报|报告)")
_UNDER = 1 / 3  # share of a row or column that lies under a shape which covers it
_SENTENCE = re.compile(r"[。；]")
_FIGURE = re.compile(r"\s*[-+]?[0-9][0-9,.]*\s*")


class Overlay(NamedTuple):
    """A shape, picture or chart that lies over cells.

    Attributes:
        start, end: Its corners as (row, column), counted from 0 at the edge of the first; 2.5 is the middle of the third.
        is_opaque: Nothing is seen through it.
        has_content: It may print something itself: text, a picture.
    """

    start: tuple[float, float]
    end: tuple[float, float]
    is_opaque: bool
    has_content: bool


@dataclass
class Sheet:
    """The shown cells of one sheet.

    Attributes:
        evidence: Of the sheet: ``xlsx:sheet[2]``.
        cells: Text by (row, column), both from 1; empty cells need not be there.
        spans: (rows, columns) of the merged cells, by their first cell.
        covered: Cells that a merged cell covers.
        hidden_rows, hidden_columns: Not shown.
        printed_areas: (first column, first row, last column, last row) of what is printed; empty where all of it is.
    """

    evidence: str
    cells: dict[tuple[int, int], str] = field(default_factory=dict)
    spans: dict[tuple[int, int], tuple[int, int]] = field(default_factory=dict)
    covered: set[tuple[int, int]] = field(default_factory=set)
    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: set[int] = field(default_factory=set)
    printed_areas: list[tuple[int, int, int, int]] = field(default_factory=list)

    def prints(self, place: tuple[int, int]) -> bool:
        """Is a cell neither hidden nor outside what its author prints, where drafts and helping sums stand?"""
        row, column = place
        if row in self.hidden_rows or column in self.hidden_columns:
            return False
        areas = self.printed_areas
        return not areas or any(left <= column <= right and top <= row <= bottom for left, top, right, bottom in areas)

    def merge(self, first: tuple[int, int], last: tuple[int, int]) -> None:
        """One cell over the range from ``first`` to ``last``, both within it."""
        rows = [row for row in range(first[0], last[0] + 1) if row not in self.hidden_rows]
        columns = [column for column in range(first[1], last[1] + 1) if column not in self.hidden_columns]
        if not rows or not columns or len(rows) * len(columns) > MAX_CELLS:
            return
        start = (rows[0], columns[0])
        self.cells[start] = self.cells.get(first, "")
        self.spans[start] = (len(rows), len(columns))
        self.covered |= {(row, column) for row in rows for column in columns} - {start}

    def lay_over(self, overlays: Iterable[Overlay]) -> None:
        """Cells under shapes: figures that one hides, and blanks where one may print something, are undetermined.

        Labels are taken as they stand: a seal over one leaves it legible. Blanks count between the first and the last column of
        the sheet, in rows that print something.
        """
        rows, columns = ({place[n] for place, text in self.cells.items() if text.strip()} for n in (0, 1))
        for overlay in overlays if rows else ():
            under_rows, under_columns = (_mostly(*ends) for ends in zip(overlay.start, overlay.end, strict=True))
            for row in rows.intersection(under_rows):
                for column in range(max(min(columns), under_columns.start), min(max(columns) + 1, under_columns.stop)):
                    text = self.cells.get((row, column), "")
                    hides_figure = overlay.is_opaque and is_figure(text)
                    if hides_figure or (overlay.has_content and not text.strip()):
                        self.cells[(row, column)] = UNDETERMINED


def _mostly(start: float, end: float) -> range:
    """Numbers, from 1, of the rows or columns of which a third lies between two ends; at least that of the start."""
    first, last = int(start + 1 - _UNDER), int(end - _UNDER)
    return range(first + 1, max(first, last) + 2)


def column_name(number: int) -> str:
    """``1`` → ``A``, ``28`` → ``AB``."""
    name = ""
    while number:
        number, rest = divmod(number - 1, 26)
        name = chr(ord("A") + rest) + name
    return name


def blocks_of(sheet: Sheet) -> Iterator[Block]:
    """Lines for headings, titles and sentences; a Grid for each run of other rows between them."""
    shown = {place: text for place, text in sheet.cells.items() if place not in sheet.covered and sheet.prints(place)}
    printed = {place: text for place, text in shown.items() if text.strip()}
    by_row: dict[int, list[int]] = {}
    for row, column in sorted(printed):
        by_row.setdefault(row, []).append(column)
    changes: Counter[int] = Counter()  # how many merged cells reach into a row from above, as changes from row to row
    for (row, _), (height, _) in ((place, span) for place, span in sheet.spans.items() if place in printed):
        changes[row + 1] += 1
        changes[row + height] -= 1
    run: list[int] = []
    reaching = 0
    for row in range(1, max(by_row, default=0) + 1):
        reaching += changes[row]
        if row in sheet.hidden_rows:
            continue
        alone = _alone(printed, row, by_row.get(row, []))
        if alone and run and _heads_rows(printed, by_row, row):
            alone = None
        if alone is None and (row in by_row or (run and reaching)):
            run.append(row)
            continue
        yield from _grid(sheet, printed, by_row, run)
        run = []
        if alone is not None:
            text, column = alone
            evidence = f"{sheet.evidence}!{column_name(column)}{row}"
            yield from (Line(piece.strip(), evidence) for piece in text.split("\n") if piece.strip())
    yield from _grid(sheet, printed, by_row, run)


def _alone(printed: Mapping[tuple[int, int], str], row: int, columns: list[int]) -> tuple[str, int] | None:
    """The only text of a row that is a heading, a title or a sentence, and no part of a table."""
    if len(columns) != 1:
        return None
    text = printed[(row, columns[0])]
    is_prose = _HEADING.match(text) or _TITLE.search(text) or _SENTENCE.search(text)
    return (text, columns[0]) if is_prose else None


def _heads_rows(printed: Mapping[tuple[int, int], str], by_row: Mapping[int, list[int]], row: int) -> bool:
    """Whether a heading inside a table heads a group of its rows (一、主动公开情况), or names a row of blanks: the table goes on
    below it with figures. A section heading is followed by the header of another table, or by text."""
    below = (other for other in range(row + 1, row + 1 + _TITLES_ABOVE_A_ROW) if other in by_row)
    at = next((other for other in below if _alone(printed, other, by_row[other]) is None), row)
    return any(_FIGURE.fullmatch(printed[(at, column)]) for column in by_row[at][1:])


def _grid(
    sheet: Sheet, printed: Mapping[tuple[int, int], str], by_row: Mapping[int, Sequence[int]], rows: Sequence[int]
) -> Iterator[Block]:
    places = [(row, column) for row in rows for column in by_row.get(row, ())]
    columns = sorted({column for _, column in places})
    if not columns:
        return
    reach = max(place[1] + sheet.spans.get(place, (1, 1))[1] for place in places) - 1
    width = [c for c in range(columns[0], max(columns[-1], reach) + 1) if c not in sheet.hidden_columns]
    if len(width) == 1:
        column = width[0]
        for row in rows:
            if text := printed.get((row, column), "").strip():
                yield Line(text.replace("\n", " "), f"{sheet.evidence}!{column_name(column)}{row}")
        return
    cells = tuple(
        tuple(
            Cell(
                printed.get((row, column), "").strip(),
                sheet.spans.get((row, column), (1, 1))[1],
                sheet.spans.get((row, column), (1, 1))[0],
                f"{sheet.evidence}!{column_name(column)}{row}",
            )
            for column in width
            if (row, column) not in sheet.covered
        )
        for row in rows
    )
    yield Grid(cells, f"{sheet.evidence}!{column_name(width[0])}{rows[0]}:{column_name(width[-1])}{rows[-1]}")
