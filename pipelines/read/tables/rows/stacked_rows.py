"""Rows stacked in one: labels below each other in one cell, and in every column as many figures, parted by line breaks.

They are taken apart only where nothing is left to guess: every line of the label cell is a row of one form, all of them
different, and every value cell of the row prints one value in each line. A blank would leave no line, and the counts differ.
"""

from collections.abc import Sequence

from pipelines.extract.document import Cell, Grid
from pipelines.read.tables.columns.span_layout import bones, place
from pipelines.read.tables.values.numbers import kind
from schemas.form import Form
from schemas.labels import normalise_label


def unstacked(grid: Grid, catalogue: Sequence[Form]) -> Grid:
    """The grid with each stacked row as the rows that it prints; the grid itself where there is none."""
    broken = [cell.text for row in grid.rows for cell in row if "\n" in cell.text]
    if all(kind(text.partition("\n")[0]) == "label" for text in broken):
        return grid
    rows: list[tuple[Cell, ...]] = list(grid.rows)
    placed = place(bones(grid))
    for at in range(len(rows) - 1, -1, -1):
        # A cell that reaches into the row must not stand between its labels and its values.
        own = [cell for cell in placed[at] if not cell.carried]
        split = (
            _split(rows[at], catalogue) if own and all(c.end <= own[0].start for c in placed[at] if c.carried) else None
        )
        if split:
            longer = len(split) - 1
            above = [tuple(_reaching(cell, at - index, longer) for cell in row) for index, row in enumerate(rows[:at])]
            rows[: at + 1] = [*above, *split]
    return grid._replace(rows=tuple(rows))


def _reaching(cell: Cell, rows_below: int, longer: int) -> Cell:
    """A cell of a row further up, longer where it reaches into the row that was split."""
    return cell._replace(rowspan=cell.rowspan + longer) if cell.rowspan > rows_below else cell


def _split(row: Sequence[Cell], catalogue: Sequence[Form]) -> list[tuple[Cell, ...]] | None:
    """The rows that a row of cells prints; None where it prints one, or its columns do not agree."""
    stacked = next((at for at, cell in enumerate(row) if kind(_lines(cell)[0]) != "label" and "\n" in cell.text), 0)
    if not stacked or any(cell.rowspan > 1 for cell in row[stacked - 1 :]):
        return None
    columns = [_lines(cell) for cell in row[stacked - 1 :]]
    labels = columns[0]
    if len(labels) < 2 or any(len(lines) != len(labels) for lines in columns):
        return None
    values = [line for lines in columns[1:] for line in lines]
    if any(kind(line) not in ("number", "mark") for line in values) or not _are_rows_of_a_form(labels, catalogue):
        return None
    before = row[: stacked - 1]
    first = tuple(cell._replace(rowspan=len(labels)) for cell in before)
    parted = [tuple(_part(cell, at) for cell in row[stacked - 1 :]) for at in range(len(labels))]
    return [(*first, *parted[0]), *parted[1:]]


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
