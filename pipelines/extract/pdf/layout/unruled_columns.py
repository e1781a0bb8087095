"""A table that a PDF prints without rules: columns where numbers stand above each other, rows where they stand side by side.

Only wide tables are looked for (three and four); rows of two or three cells are read as lines of text. A row is a line with
values, its label the text beside it and the lines that belong to that text. A header word stands over the column that its
middle lies in; one wider than a column spans those around it. Where a value stands under no column the table stays lines.
"""

import re
from collections.abc import Iterator, Sequence
from itertools import groupby, pairwise
from typing import NamedTuple

from pipelines.extract.document import Cell, Grid
from pipelines.extract.pdf.layout.tables import PageTable
from pipelines.extract.pdf.layout.text_lines import bands
from pipelines.extract.pdf.page.content import Char
from pipelines.extract.pdf.page.radicals import unify_radicals

_FEWEST = 5  # values side by side that make columns
_GAP = 0.8  # of the font size: wider gaps part two cells
_OFF = 0.4  # of a column's width: how far a value's middle may lie from the column's
_LONGEST_LABEL = 44  # characters; more on one line are prose
_HEADER_LINES = 12
_MOST_LINES = 300  # of one page; table three prints some eighty
_MOST_PIECES = 3_000
_LEADING = 1.15  # lines of one label stand no further apart than this, in the closest distance of any two
_CLOSE = 1.6  # line pitch in font sizes within one label, at most
_LEVEL = 0.3  # of the font size: a text this close to the line of a row is on that line
_VALUE = re.compile(r"[+\-＋－]?[0-9０-９][0-9０-９,，]*(?:[.．][0-9０-９]+)?|[/／—\-－]+")
_HEADING = re.compile(r"[一二三四五六][、.．]")
_LABEL_ZONE = 100.0  # points: a nominal width, for labels have no border on the left


class _Piece(NamedTuple):
    """Characters of one line that stand together."""

    text: str
    x0: float
    x1: float
    y: float
    size: float
    chars: tuple[int, ...]

    @property
    def middle(self) -> float:
        return (self.x0 + self.x1) / 2


_Line = list[_Piece]


def find_unruled(chars: Sequence[Char], evidence: str) -> list[PageTable]:
    """Tables of a page that has no rules, top to bottom; ``evidence`` is the page's, tables and cells add theirs."""
    lines = [line for band in bands(enumerate(chars)) if (line := _pieces(band))]
    tables: list[PageTable] = []
    start = 0
    while start < len(lines):
        if len(_values(lines[start])) < _FEWEST:
            start += 1
            continue
        end = next((i for i in range(start + 1, len(lines)) if _ends(lines[i])), len(lines))
        above = start
        while above and start - above < _HEADER_LINES and not _ends(lines[above - 1]) and not _values(lines[above - 1]):
            above -= 1
        table = _table(lines[above:start], lines[start:end], f"{evidence}/table[{len(tables) + 1}]")
        tables += [table] if table else []
        start = end
    return tables


def _pieces(band: Sequence[tuple[int, Char]]) -> _Line:
    groups: list[list[tuple[int, Char]]] = []
    right = 0.0
    for index, char in sorted(band, key=lambda entry: entry[1].x0):
        if char.text.isspace():
            continue
        if groups and char.x0 - right <= _GAP * max(1.0, char.bottom - char.top):
            groups[-1].append((index, char))
            right = max(right, char.x1)
        else:
            groups.append([(index, char)])
            right = char.x1
    return [_piece(group) for group in groups]


def _piece(group: Sequence[tuple[int, Char]]) -> _Piece:
    first = group[0][1]
    return _Piece(
        unify_radicals("".join(char.text for _, char in group)),
        first.x0,
        max(char.x1 for _, char in group),
        (first.top + first.bottom) / 2,
        max(1.0, first.bottom - first.top),
        tuple(index for index, _ in group),
    )


def _values(line: _Line) -> _Line:
    return [piece for piece in line if _VALUE.fullmatch(piece.text)]


def _ends(line: _Line) -> bool:
    """A heading or a line of prose."""
    if len(_values(line)) >= 2:
        return False
    longest = max(len(piece.text) for piece in line)
    return longest > _LONGEST_LABEL or (len(line) == 1 and _HEADING.match(line[0].text) is not None)


class _Columns(NamedTuple):
    """Value columns: the middles of the widest row of values, and the least distance between two of them."""

    centres: list[float]
    pitch: float

    @classmethod
    def of(cls, values: Sequence[_Piece]) -> "_Columns":
        centres = [value.middle for value in values]
        return cls(centres, min(b - a for a, b in pairwise(centres)))

    @property
    def borders(self) -> list[float]:
        between = ((a + b) / 2 for a, b in pairwise(self.centres))
        return [self.centres[0] - self.pitch / 2, *between, self.centres[-1] + self.pitch / 2]

    def placed(self, values: Sequence[_Piece]) -> list[_Piece | None] | None:
        """Each value in its column; None where one stands under none, or two under one."""
        places: dict[int, _Piece] = {}
        for value in values:
            at = min(range(len(self.centres)), key=lambda index: abs(self.centres[index] - value.middle))
            if abs(self.centres[at] - value.middle) > _OFF * self.pitch or at in places:
                return None
            places[at] = value
        return [places.get(at) for at in range(len(self.centres))]


def _table(header: Sequence[_Line], body: Sequence[_Line], evidence: str) -> PageTable | None:
    printed = [piece for line in (*header, *body) for piece in line]
    if len(body) > _MOST_LINES or sum(map(len, body)) > _MOST_PIECES:
        return None
    columns = _Columns.of(max((_values(line) for line in body), key=len))
    found = _rows_and_labels(body, columns)
    if found is None:
        return None
    rows, labels = found
    cells = [*_header_rows(header, columns.borders), *_data_rows(rows, labels)]
    used = frozenset(index for piece in printed for index in piece.chars)
    borders = (columns.borders[0] - _LABEL_ZONE, *columns.borders)
    top, bottom = min(piece.y for piece in printed), max(piece.y for piece in printed)
    return PageTable(borders[0], top, borders[-1], bottom, _grid(cells, evidence), used, borders)


def _rows_and_labels(body: Sequence[_Line], columns: _Columns) -> tuple[list[list[_Piece | None]], _Line] | None:
    """Rows of values, and the texts beside them; None where a value stands under no column, or a text among the values."""
    left = columns.borders[0]
    rows: list[list[_Piece | None]] = []
    labels: _Line = []
    for line in body:
        values = [value for value in _values(line) if value.middle > left]
        labels += [piece for piece in line if piece not in values]
        row = columns.placed(values)
        if row is None:
            return None
        rows += [row] if values else []
    return None if any(piece.x1 > left + columns.pitch / 2 for piece in labels) else (rows, labels)


def _grid(rows: Sequence[Sequence[tuple[str, int]]], evidence: str) -> Grid:
    cells = (
        tuple(Cell(text, wide, 1, f"{evidence}/row[{r}]/cell[{c}]") for c, (text, wide) in enumerate(row, start=1))
        for r, row in enumerate(rows, start=1)
    )
    return Grid(tuple(cells), evidence, loose=True)


def _header_rows(header: Sequence[_Line], columns: Sequence[float]) -> Iterator[list[tuple[str, int]]]:
    """Group labels, a row a line, then the words over each column as one row; the corner over the labels is left out."""
    spans = list(pairwise(columns))
    words = [""] * len(spans)
    for line in header:
        wide: _Line = []
        taken: list[tuple[float, float]] = []
        for piece in (piece for piece in line if columns[0] < piece.middle < columns[-1]):
            at = next(index for index, (_, end) in enumerate(spans) if piece.middle <= end)
            if piece.x1 - piece.x0 > spans[at][1] - spans[at][0]:
                wide.append(piece)
            else:
                words[at] += piece.text
                taken.append(spans[at])
        if wide:
            yield [("", 1), *_spread(wide, _reaches(wide, columns, taken), spans)]
    if any(words):
        yield [("", 1), *((word, 1) for word in words)]


def _spread(wide: _Line, reached: Sequence[float], spans: Sequence[tuple[float, float]]) -> Iterator[tuple[str, int]]:
    """Group labels over the columns whose middles they reach; a blank cell over every other column."""
    over = [
        next((n for n, piece in enumerate(wide) if abs((a + b) / 2 - piece.middle) < reached[n]), None)
        for a, b in spans
    ]
    for n, members in groupby(
        range(len(spans)), key=lambda index: (over[index], None if over[index] is not None else index)
    ):
        yield ("" if n[0] is None else wide[n[0]].text, len(list(members)))


def _reaches(wide: _Line, columns: Sequence[float], taken: Sequence[tuple[float, float]]) -> list[float]:
    """How far each group label reaches to either side of its middle: it is centred over its columns.

    The ones that an outer edge or a neighbour limits are settled first; they limit the others (行政复议 over the first five
    columns, then 行政诉讼 over the ten that are left).
    """
    borders = [columns[0], columns[-1], *(x for span in taken for x in span)]
    reached = [0.0] * len(wide)
    open_ones = set(range(len(wide)))
    while open_ones:
        limits = {n: min(abs(wide[n].middle - x) for x in borders) for n in open_ones}
        n = min(open_ones, key=lambda n: (limits[n], n))
        reached[n] = limits[n]
        borders += [wide[n].middle - limits[n], wide[n].middle + limits[n]]
        open_ones.remove(n)
    return reached


def _data_rows(rows: Sequence[Sequence[_Piece | None]], labels: _Line) -> Iterator[list[tuple[str, int]]]:
    """Every row of values behind its label: the text level with it furthest to the right, and the lines of that text."""
    heights = [next(value.y for value in row if value) for row in rows]
    free = sorted(labels, key=lambda piece: piece.y)
    leading = _leading(free)
    level_with = {piece: {y for y in heights if abs(piece.y - y) <= _LEVEL * piece.size} for piece in free}
    for row, y in zip(rows, heights, strict=True):
        label = _label_at(y, [piece for piece in free if level_with[piece] <= {y}], leading)
        free = [piece for piece in free if piece not in label]
        text = "".join(piece.text for piece in sorted(label, key=lambda piece: piece.y))
        yield [(text, 1), *((value.text if value else "", 1) for value in row)]


def _label_at(y: float, pieces: _Line, leading: float) -> _Line:
    """The lines of the label of the row at ``y``, among pieces that are level with no other row."""
    level = [piece for piece in pieces if abs(piece.y - y) <= max(leading, piece.size) * 0.75]
    if not level:
        return []
    on_the_row = max(level, key=lambda piece: (piece.x1, -abs(piece.y - y)))
    above, below = (_lines_from(on_the_row, pieces, leading, step) for step in (-1, 1))
    return [on_the_row, *above, *below]


def _lines_from(start: _Piece, pieces: _Line, leading: float, step: int) -> Iterator[_Piece]:
    """The lines of a label above (``step`` -1) or below (1) one of them, each near enough to the one before."""
    last: _Piece | None = start
    while last is not None:
        x0, x1, y = last.x0, last.x1, last.y
        near = [p for p in pieces if 0 < (p.y - y) * step <= leading and p.x0 < x1 and x0 < p.x1]
        last = min(near, key=lambda p: abs(p.y - y), default=None)
        if last is not None:
            yield last


def _leading(labels: _Line) -> float:
    """How far apart two lines of one label stand at most; 0 where no two stand close enough to be one."""
    closest = float("inf")
    for index, piece in enumerate(labels):
        below = (
            p for p in labels[index + 1 :] if p.y - piece.y > piece.size / 2 and p.x0 < piece.x1 and piece.x0 < p.x1
        )
        nearest = next(below, None)
        if nearest is not None and nearest.y - piece.y < _CLOSE * piece.size:
            closest = min(closest, nearest.y - piece.y)
    return closest * _LEADING if closest < float("inf") else 0.0
