"""A ruled table that a page break cuts: its pieces are laid on one set of columns.

A piece knows only the rules drawn on its own page. The head of table four at the foot of a page may show 未经复议直接起诉 as one
column, its five columns being drawn on the next page only. With the borders of all pieces together it declares the five that
it spans, and the words of a header that the page break cut stand above each other again.
"""

from collections.abc import Iterator, Sequence

from pipelines.extract.document import Cell, Grid
from pipelines.extract.pdf.layout.tables import PageTable

_SAME_BORDER = 2.5  # points between borders of two pages that are one


def goes_on(upper: PageTable, lower: PageTable) -> bool:
    """May ``lower``, first on its page, be the rest of ``upper``, last on the page before? They have the same outer edges."""
    return abs(upper.x0 - lower.x0) <= _SAME_BORDER and abs(upper.x1 - lower.x1) <= _SAME_BORDER


def aligned(pieces: Sequence[PageTable]) -> list[Grid]:
    """The grids of the pieces with the spans they have on their common columns; unchanged where borders are ambiguous."""
    groups: list[list[float]] = []
    for border in sorted(border for piece in pieces for border in piece.borders):
        if groups and border - groups[-1][0] <= _SAME_BORDER:
            groups[-1].append(border)
        else:
            groups.append([border])
    place = {border: index for index, group in enumerate(groups) for border in group}
    if any(len({place[border] for border in piece.borders}) < len(piece.borders) for piece in pieces):
        return [piece.grid for piece in pieces]
    return [_spread(piece.grid, [place[border] for border in piece.borders]) for piece in pieces]


def _spread(grid: Grid, places: Sequence[int]) -> Grid:
    """Spans counted in common columns; ``places[i]`` is the common border that border ``i`` of the grid has become."""
    rows: list[list[Cell]] = [[] for _ in grid.rows]
    for row, start, cell in _started(grid, len(places) - 1):
        rows[row].append(cell._replace(colspan=places[start + cell.colspan] - places[start]))
    return grid._replace(rows=tuple(map(tuple, rows)))


def _started(grid: Grid, columns: int) -> Iterator[tuple[int, int, Cell]]:
    """Every cell with its row and first column; the cells of a ruled table cover every slot."""
    taken_until = [0] * columns
    for number, row in enumerate(grid.rows):
        column = 0
        for cell in row:
            while taken_until[column] > number:
                column += 1
            yield number, column, cell
            for covered in range(column, column + cell.colspan):
                taken_until[covered] = number + cell.rowspan
            column += cell.colspan
