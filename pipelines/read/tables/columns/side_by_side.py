"""Tables that a page prints in two halves beside each other (指标 | 单位 | 数量 | 指标 | 单位 | 数量), put below each other."""

from collections.abc import Sequence

from pipelines.extract.document import Cell, Grid
from pipelines.read.tables.columns.span_layout import Placed, bones, place
from pipelines.read.tables.label_matching import Vocabulary
from schemas.labels import normalise_label

_MOST_HALVES = 4


def halves(grid: Grid, words: Vocabulary) -> list[Grid]:
    """The halves of a table whose header begins again in the middle; the grid itself where it does not.

    Only annexes are printed so. The header repeats itself word by word, and no row has a cell that reaches over the seam,
    but for captions above the header.
    """
    headers = words.beside
    if not _may_repeat(grid, headers):
        return [grid]
    rows = place(bones(grid))
    for number, row in enumerate(rows):
        seams = _seams(row, headers)
        if seams:
            below = rows[number:]
            if any(cell.start < seam < cell.end for seam in seams for line in below for cell in line):
                return [grid]
            ends = [*seams, max(line[-1].end for line in below if line)]
            return [
                grid._replace(rows=tuple(_within(grid, line, start, end) for line in below))
                for start, end in zip([0, *seams], ends, strict=True)
            ]
    return [grid]


def _may_repeat(grid: Grid, headers: frozenset[str]) -> bool:
    """Does a row print a word of a header twice? Few tables but annexes do: the others need no layout."""
    for row in grid.rows:
        seen: set[str] = set()
        for cell in row:
            name = normalise_label(cell.text)
            if name in seen:
                return True
            if name in headers and name:
                seen.add(name)
            elif name and not name.isascii():
                break  # a row of a header prints no other words
    return False


def _seams(row: Sequence[Placed], headers: frozenset[str]) -> list[int]:
    """Columns at which the header begins again, word by word; empty where it does not."""
    if any(cell.name and cell.name not in headers for cell in row):
        return []
    heads = [cell for cell in row if cell.name]  # a blank column may stand between the halves
    own = [(cell.name, cell.end - cell.start) for cell in heads]
    for count in range(2, _MOST_HALVES + 1):
        length, rest = divmod(len(own), count)
        if not rest and length > 1 and own == own[:length] * count:
            return [heads[length * half].start for half in range(1, count)]
    return []


def _within(grid: Grid, row: Sequence[Placed], start: int, end: int) -> tuple[Cell, ...]:
    return tuple(
        grid.rows[cell.row][cell.cell] for cell in row if start <= cell.start and cell.end <= end and not cell.carried
    )
