"""Pieces of one ruled table on several pages share their columns."""

from pipelines.extract.document import Cell, Grid
from pipelines.extract.pdf.layout.page_breaks import aligned, goes_on
from pipelines.extract.pdf.layout.tables import PageTable


def piece(borders: tuple[float, ...], *rows: tuple[tuple[str, int, int], ...]) -> PageTable:
    """A table with rows of (text, colspan, rowspan)."""
    grid = Grid(tuple(tuple(Cell(text, wide, tall, "") for text, wide, tall in row) for row in rows), "pdf")
    return PageTable(borders[0], 0.0, borders[-1], 99.0, grid, frozenset(), borders)


def spans(grid: Grid) -> list[list[tuple[str, int]]]:
    return [[(cell.text, cell.colspan) for cell in row] for row in grid.rows]


HEAD = piece((50, 80, 110, 170), (("复议", 1, 2), ("诉讼", 2, 1)), (("直接", 1, 1), ("复议后", 1, 1)))
BODY = piece((50.5, 65, 80.4, 110, 140, 171), tuple((str(n), 1, 1) for n in range(5)))


def test_the_head_of_a_table_gets_the_columns_drawn_on_the_next_page() -> None:
    upper, lower = aligned([HEAD, BODY])
    assert spans(upper) == [[("复议", 2), ("诉讼", 3)], [("直接", 1), ("复议后", 2)]]
    assert spans(lower) == [[(str(n), 1) for n in range(5)]]


def test_borders_that_cannot_be_told_apart_leave_the_pieces_as_they_are() -> None:
    narrow = piece((50, 80, 82, 171), (("a", 1, 1), ("b", 1, 1), ("c", 1, 1)))
    assert aligned([HEAD, narrow]) == [HEAD.grid, narrow.grid]


def test_only_a_table_between_the_same_edges_goes_on() -> None:
    assert goes_on(HEAD, BODY)
    assert not goes_on(HEAD, piece((50, 80, 200), (("a", 1, 1), ("b", 1, 1))))
