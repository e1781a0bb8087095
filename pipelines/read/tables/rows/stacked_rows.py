"""Rows stacked in one: labels below each other in one cell, and in every column as many figures, parted by line breaks.

They are taken apart only where nothing is left to guess: the lines of the label cell name rows of one form, all of them
different, and the cells beside it print a value for each of them. A blank leaves no line: a column with another number of lines
stays one cell over all the rows, whose figures no row may claim.
"""

from collections.abc import Sequence, Set

from pipelines.extract.document import Cell, Grid
from pipelines.read.tables.columns.span_layout import Placed, bones, place
from pipelines.read.tables.values.numbers import kind
from schemas.forms.catalogue import Form
from schemas.labels import normalise_label

_VALUES = ("number", "mark")
_LINES_OF_A_LABEL = 12
_WAYS = 2  # one more than can be used
_Lines = tuple[str, ...]


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
    at, labels = next(((n, found) for n, lines in enumerate(columns) if (found := _labels(lines, catalogue))), (0, ()))
    if not labels or any(cell.rowspan > 1 for cell in row[at:]) or _is_reached_into(placed, at):
        return None
    columns[at] = labels
    parted = [
        lines if n == at or (len(lines) == len(labels) and _may_be_parted(lines)) else None
        for n, lines in enumerate(columns)
    ]
    figures = [n for n in range(at + 1, len(row)) if any(kind(line) == "number" for line in columns[n])]
    if not figures or 2 * sum(parted[n] is not None for n in figures) <= len(figures):
        return None
    return _rows_of(row, parted, len(labels))


def _is_reached_into(placed: Sequence[Placed], labels: int) -> bool:
    """Whether a cell of a row above stands between the cell of the labels and the values."""
    start = next((cell.start for cell in placed if not cell.carried and cell.cell == labels), 0)
    return any(cell.carried and cell.end > start for cell in placed)


def _rows_of(row: Sequence[Cell], parted: Sequence[_Lines | None], count: int) -> list[tuple[Cell, ...]]:
    """``count`` rows: a line of each cell that is parted, over which the others reach."""
    cells = list(zip(row, parted, strict=True))
    first = tuple(
        cell._replace(rowspan=cell.rowspan + count - 1) if lines is None else _part(cell, lines, 0)
        for cell, lines in cells
    )
    below = (tuple(_part(cell, lines, line) for cell, lines in cells if lines is not None) for line in range(1, count))
    return [first, *below]


def _may_be_parted(lines: Sequence[str]) -> bool:
    """Whether each line is a value, or all are units or other words of the same kind (件 over 件)."""
    return all(kind(line) in _VALUES for line in lines) or len(set(lines)) == 1


def _lines(cell: Cell) -> _Lines:
    return tuple(line.strip() for line in cell.text.strip().split("\n"))


def _part(cell: Cell, lines: _Lines, at: int) -> Cell:
    return cell._replace(text=lines[at], evidence=f"{cell.evidence} line {at + 1}")


def _labels(lines: _Lines, catalogue: Sequence[Form]) -> _Lines:
    """The rows of one form that the lines of a cell name, all of them different; none where they name fewer than two.

    A label may go on on the next line. Lines that can be put together in two ways name nothing.
    """
    if len(lines) < 2:
        return ()
    found = {
        labels
        for form in catalogue
        for table in form.tables.values()
        for labels in _put_together(
            lines, {name for block in table.blocks for leaf in block.row_leaves() for name in leaf.names}
        )
    }
    labels = found.pop() if len(found) == 1 else ()
    is_several = 1 < len(labels) == len({normalise_label(label) for label in labels})
    return labels if is_several else ()


def _put_together(lines: _Lines, names: Set[str]) -> list[_Lines]:
    """Every way to put lines together that makes each of them a part of one of the names."""
    ways: list[list[_Lines]] = [[()]]
    for end in range(1, len(lines) + 1):
        ways.append([])
        for start in range(max(0, end - _LINES_OF_A_LABEL), end):
            label = "".join(lines[start:end])
            if ways[start] and normalise_label(label) in names:
                ways[end] += [(*before, label) for before in ways[start]][:_WAYS]
    return ways[-1]
