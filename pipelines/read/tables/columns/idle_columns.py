"""Columns that a table prints beside those of its form: serial numbers, codes, remarks, units, subtotals.

What stands in them is no figure of the form. Such a column is taken out before the table is laid out, but only where every row
bears out what its head says: where spans lie, a figure of the form may seem to stand below the head of another column.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace

from pipelines.read.tables.columns.span_layout import Placed
from pipelines.read.tables.targets import GridRow
from pipelines.read.tables.values.numbers import UNITS
from schemas.form import BESIDE, FormTable
from schemas.labels import IDLE_COLUMNS, SUBTOTALS, UNIT_COLUMNS

Rows = list[GridRow]


def without_idle_columns(heading: Rows, data: Rows, table: FormTable) -> tuple[Rows, Rows]:
    """Header and rows without the cells of idle columns; a unit behind the figures is kept as ``GridRow.unit``."""
    heads = _bottom_heads(heading)
    idle = {column for column, cell in heads.items() if cell.name in IDLE_COLUMNS}
    units = {
        column for column, cell in heads.items() if cell.name in UNIT_COLUMNS and _is_idle_unit(cell, heads, table)
    }
    known = UNITS if table.table in BESIDE else frozenset({table.unit})
    units = {column for column in units if _all_cells(data, column, lambda cell: cell.name in known or _is_none(cell))}
    bottom = list({id(cell): cell for cell in heads.values()}.values())
    sums = {column for column, cell in heads.items() if _is_subtotal(cell, bottom, heading, table)}
    sums = {column for column in sums if _stands_alone(column, heading, data) and _all_cells(data, column, _is_figure)}
    gone = frozenset(idle | units | sums)
    if not gone:
        return heading, data
    return [_without(gone, row) for row in heading], [
        replace(_without(gone, row), unit=_unit(row, units)) for row in data
    ]


def _bottom_heads(heading: Rows) -> dict[int, Placed]:
    """Grid column → the lowest head that covers it."""
    return {
        column: cell for row in heading for cell in row.cells if cell.name for column in range(cell.start, cell.end)
    }


def _is_idle_unit(head: Placed, heads: dict[int, Placed], table: FormTable) -> bool:
    """In an annex a unit beside the label is a part of it, and only one behind the figures is idle."""
    if table.table not in BESIDE:
        return True
    columns = {name for block in table.blocks for leaf in block.column_leaves() for name in leaf.names}
    return all(cell.end <= head.start for cell in heads.values() if cell.name in columns)


def _is_subtotal(head: Placed, bottom: Sequence[Placed], heading: Rows, table: FormTable) -> bool:
    """小计, or one of two totals, below the head of a group that has none in the form (法人或其他组织 / 合计)."""
    leaves = [leaf for block in table.blocks for leaf in block.column_leaves()]
    meant = [leaf for leaf in leaves if head.name in leaf.names]
    if head.name not in SUBTOTALS or (not meant and head.name != "小计"):
        return False
    groups = {up.order: up for leaf in leaves for up in leaf.ancestors}
    heads = (cell for row in heading for cell in row.cells if cell is not head)
    above = {cell.name for cell in heads if cell.start <= head.start and head.end <= cell.end}
    under = [group for group in groups.values() if group.names & above]
    of_the_group = any(up.order == group.order for leaf in meant for up in leaf.ancestors for group in under)
    totals = [cell for cell in bottom if any(cell.name in leaf.names for leaf in meant)]
    return not meant or (len(totals) > 1 and bool(under) and not of_the_group)


def _stands_alone(column: int, heading: Rows, data: Rows) -> bool:
    """Do all rows end where the header does, with one cell in the column? Otherwise their spans lie."""
    end = max(cell.end for row in heading for cell in row.cells)
    return all(
        row.cells[-1].end == end and any(cell.start == column and cell.end == column + 1 for cell in row.cells)
        for row in data
        if any(not cell.carried and cell.kind == "number" for cell in row.cells)
    )


def _all_cells(data: Rows, column: int, fits: Callable[[Placed], bool]) -> bool:
    cells = [cell for row in data for cell in row.cells if cell.start <= column < cell.end and not cell.carried]
    return all(fits(cell) for cell in cells if cell.end - cell.start == 1) and bool(cells)


def _is_none(cell: Placed) -> bool:
    return cell.kind in ("blank", "mark")


def _is_figure(cell: Placed) -> bool:
    return cell.kind in ("number", "blank", "mark")


def _unit(row: GridRow, units: set[int]) -> str | None:
    return next((cell.name for cell in row.cells if cell.start in units and cell.name in UNITS), row.unit)


def _without(gone: frozenset[int], row: GridRow) -> GridRow:
    return replace(row, cells=[cell for cell in row.cells if not gone.issuperset(range(cell.start, cell.end))])
