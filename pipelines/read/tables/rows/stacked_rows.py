"""Rows stacked in one: labels below each other in one cell, and in every column as many figures, parted by line breaks.

They are taken apart only where nothing is left to guess: every line of the label cell is a row of one form, all of them
different, and the cells beside it print a value for each of them. A blank leaves no line: a column with another number of lines
stays one cell over all the rows, whose figures no row may claim.
"""

from collections.abc import Sequence

from pipelines.extract.document import Cell, Grid
from pipelines.read.tables.columns.span_layout import Placed, bones, place
from pipelines.read.tables.values.numbers import kind
from schemas.form import Form
from schemas.labels import normalise_label

_VALUES = ("number", "mark")


def unstacked(grid: Grid, catalogue: Sequence[Form]) -> Grid:
    """The grid with each stacked row as the rows that it prints; the grid itself where there is none."""
    broken = [cell.text for row in grid.rows for cell in row if "\n" in cell.text]
    if all(kind(text.partition("\n")[0]) == "label" for text in broken):
        return grid
    rows: list[tuple[Cell, ...]] = list(grid.rows)
    placed = place(bones(grid))
    for at in range(len(rows) - 1, -1, -1):
        split = _split(rows[at], placed[at], catalogue)
        if split:
            longer = len(split) - 1
            above = [tuple(_reaching(cell, at - index, longer) for cell in row) for index, row in enumerate(rows[:at])]
            rows[: at + 1] = [*above, *split]
    return grid._replace(rows=tuple(rows))


def _reaching(cell: Cell, rows_below: int, longer: int) -> Cell:
    """A cell of a row further up, longer where it reaches into the row that was split."""
    return cell._replace(rowspan=cell.rowspan + longer) if cell.rowspan > rows_below else cell


def _split(row: Sequence[Cell], placed: Sequence[Placed], catalogue: Sequence[Form]) -> list[tuple[Cell, ...]] | None:
    """The rows that a row of cells prints; None where it prints one, or too few of its columns agree."""
    columns = [_lines(cell) for cell in row]
    at = next((n for n, lines in enumerate(columns) if len(lines) > 1 and _are_rows_of_a_form(lines, catalogue)), None)
    if at is None or any(cell.rowspan > 1 for cell in row) or _is_reached_into(placed, at):
        return None
    count = len(columns[at])
    parted = [n == at or (len(lines) == count and _may_be_parted(lines)) for n, lines in enumerate(columns)]
    figures = [n for n in range(at + 1, len(row)) if any(kind(line) == "number" for line in columns[n])]
    if not figures or 2 * sum(parted[n] for n in figures) <= len(figures):
        return None
    return _rows_of(row, parted, count)


def _is_reached_into(placed: Sequence[Placed], labels: int) -> bool:
    """Whether a cell of a row above stands between the cell of the labels and the values."""
    start = next((cell.start for cell in placed if not cell.carried and cell.cell == labels), 0)
    return any(cell.carried and cell.end > start for cell in placed)


def _rows_of(row: Sequence[Cell], parted: Sequence[bool], count: int) -> list[tuple[Cell, ...]]:
    """``count`` rows: a line of each cell that is parted, over which the others reach."""
    cells = list(zip(row, parted, strict=True))
    first = tuple(_part(cell, 0) if is_parted else cell._replace(rowspan=count) for cell, is_parted in cells)
    below = (tuple(_part(cell, line) for cell, is_parted in cells if is_parted) for line in range(1, count))
    return [first, *below]


def _may_be_parted(lines: Sequence[str]) -> bool:
    """Whether each line is a value, or all are units or other words of the same kind (件 over 件)."""
    return all(kind(line) in _VALUES for line in lines) or len(set(lines)) == 1


def _lines(cell: Cell) -> list[str]:
    return [line.strip() for line in cell.text.strip().split("\n")]


def _part(cell: Cell, at: int) -> Cell:
    return cell._replace(text=_lines(cell)[at], evidence=f"{cell.evidence} line {at + 1}")


def _are_rows_of_a_form(labels: Sequence[str], catalogue: Sequence[Form]) -> bool:
    names = [normalise_label(label) for label in labels]
    rows = (
        {name for block in table.blocks for leaf in block.row_leaves() for name in leaf.names}
        for form in catalogue
        for table in form.tables.values()
    )
    return len(set(names)) == len(names) and any(known.issuperset(names) for known in rows)
