"""Columns that a table prints beside those of its form: serial numbers, codes, remarks, units, subtotals.

What stands in them is no figure of the form. Such a column is taken out before the table is laid out, and the columns behind it
move up. The header says what a column is, and the rows must bear it out: where most of them do not, spans lie, and the column
stays. A row that does not, among others that do, is ``unsure``: its figures may stand below the heads of other columns.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from pipelines.read.tables.columns.span_layout import Placed
from pipelines.read.tables.targets import GridRow
from pipelines.read.tables.values.numbers import UNITS
from schemas.forms.catalogue import BESIDE, FormTable
from schemas.labels import IDLE_COLUMNS, REMARK_COLUMNS, SUBTOTALS, UNIT_COLUMNS

Rows = Sequence[GridRow]
_PRINTED = ("number", "garbled")
_EMPTY = ("blank", "mark")


@dataclass(frozen=True)
class IdleColumns:
    """Grid columns by what they hold. ``width``: of the table, in columns. A header printed again may leave its heads out."""

    others: frozenset[int] = frozenset()  # serial numbers, codes, remarks
    units: frozenset[int] = frozenset()
    sums: frozenset[int] = frozenset()
    width: int = 0
    codes: frozenset[int] = frozenset()  # of the others those that are no remarks

    @property
    def all(self) -> frozenset[int]:
        return self.others | self.units | self.sums


@dataclass
class HeadedRows:
    """A header and the rows below it, without idle columns; ``idle`` are those that were taken out."""

    heading: list[GridRow]
    data: list[GridRow]
    idle: IdleColumns = field(default_factory=IdleColumns)


def without_idle_columns(heading: Rows, data: Rows, table: FormTable, above: IdleColumns | None = None) -> HeadedRows:
    """Header and rows without the cells of idle columns; a unit behind the figures is kept as ``GridRow.unit``.

    Args:
        heading: the rows of the header.
        data: the rows below it.
        table: the table of the form.
        above: the idle columns of the same table's header further up, where this one is printed again.
    """
    named = _named_by(heading, table, above)
    known = UNITS if table.table in BESIDE else frozenset({table.unit or ""})
    figures = [row for row in data if any(cell.kind == "number" and not cell.carried for cell in row.cells)]
    units = {column for column in named.units if _most(figures, [column], known, named)}
    at_rest = () if _are_filled_up(heading, figures, named) else named.sums
    sums = {column for column in at_rest if _most(figures, [column], None, named)}
    kept = replace(named, units=frozenset(units), sums=frozenset(sums))
    gone = kept.all
    if not gone:
        return HeadedRows(list(heading), list(data))
    places = _Places(gone)
    rows = [_row_without(row, kept, places, known) for row in data]
    return HeadedRows([places.of(row) for row in heading], rows, kept)


def _named_by(heading: Rows, table: FormTable, above: IdleColumns | None) -> IdleColumns:
    heads = {column: cell for row in heading for cell in row.cells if cell.name for column in _columns_of(cell)}
    width = max((cell.end for row in heading for cell in row.cells), default=0)
    bottom = list({id(cell): cell for cell in heads.values()}.values())
    found = IdleColumns(
        frozenset(at for at, cell in heads.items() if cell.name in IDLE_COLUMNS),
        frozenset(at for at, cell in heads.items() if cell.name in UNIT_COLUMNS and _is_idle_unit(cell, heads, table)),
        frozenset(at for at, cell in heads.items() if _is_subtotal(cell, bottom, heading, table)),
        width,
        frozenset(at for at, cell in heads.items() if cell.name in IDLE_COLUMNS - REMARK_COLUMNS),
    )
    if above is None or above.width != width or found.all:
        return found
    unnamed = frozenset(range(width)) - heads.keys()
    units = unnamed | {at for at, cell in heads.items() if cell.name in UNITS}
    return IdleColumns(above.others & unnamed, above.units & units, above.sums & unnamed, width, above.codes & unnamed)


def _columns_of(cell: Placed) -> range:
    return range(cell.start, cell.end)


def _is_idle_unit(head: Placed, heads: Mapping[int, Placed], table: FormTable) -> bool:
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
    if not meant:
        return True
    totals = [cell for cell in bottom if any(cell.name in leaf.names for leaf in meant)]
    above = _names_above(head, heading)
    under = {up.order for leaf in leaves for up in leaf.ancestors if up.names & above}
    own = {up.order for leaf in meant for up in leaf.ancestors}
    return len(totals) > 1 and bool(under) and not under & own


def _names_above(head: Placed, heading: Rows) -> set[str]:
    """What the other cells of the header say that cover a head."""
    others = (cell for row in heading for cell in row.cells if cell is not head)
    return {cell.name for cell in others if cell.start <= head.start and head.end <= cell.end}


def _most(rows: Rows, columns: Sequence[int], units: frozenset[str] | None, idle: IdleColumns) -> bool:
    """Whether most rows with figures bear out that columns hold units (or, without ``units``, figures of their own)."""
    borne_out = sum(all(_bears_out(row, column, units, idle.width) for column in columns) for row in rows)
    return 2 * borne_out > len(rows)


def _are_filled_up(heading: Rows, figures: Rows, idle: IdleColumns) -> bool:
    """Whether rows of text were filled up with blanks to one length: heads end before the table, most rows in a blank.

    A row with one label more then has its figures one place further on, and a subtotal stands in no column of the grid.
    Rows of text declare no spans: where cells do, the table is ruled, and its columns at the end are empty.
    """
    if any(cell.end == idle.width or cell.end - cell.start > 1 for row in heading for cell in row.cells if cell.name):
        return False
    last = [next((cell for cell in reversed(row.cells) if cell.start not in idle.others), None) for row in figures]
    return 2 * sum(cell is None or cell.kind in _EMPTY for cell in last) > len(figures)


def _bears_out(row: GridRow, column: int, units: frozenset[str] | None, width: int) -> bool:
    """Whether a row ends where the header does and has one cell in the column, with what it should hold."""
    cell = next((cell for cell in row.cells if column in _columns_of(cell)), None)
    if cell is None or row.cells[-1].end != width or cell.end - cell.start > 1:
        return False
    return cell.kind in _EMPTY or (cell.kind == "number" if units is None else cell.name in units)


def _row_without(row: GridRow, idle: IdleColumns, places: "_Places", units: frozenset[str]) -> GridRow:
    """A row without its cells in idle columns, unsure where it prints figures and does not bear the columns out."""
    has_figures = any(cell.kind in _PRINTED and not cell.carried for cell in row.cells)
    fits = all(_bears_out(row, column, units, idle.width) for column in idle.units)
    fits &= all(_bears_out(row, column, None, idle.width) for column in idle.sums)
    fits &= not idle.others or (_ends_well(row, idle) and not any(_may_be_a_code(cell, idle) for cell in row.cells))
    unit = next((cell.name for cell in row.cells if cell.start in idle.units and cell.name in UNITS), row.unit)
    return replace(places.of(row), unit=unit, unsure=row.unsure or (has_figures and not fits))


def _may_be_a_code(cell: Placed, idle: IdleColumns) -> bool:
    """Whether a number reaches over a column of codes and over another: which of the two it fills is not printed."""
    columns = _columns_of(cell)
    return cell.kind in _PRINTED and not idle.codes.isdisjoint(columns) and not idle.others.issuperset(columns)


def _ends_well(row: GridRow, idle: IdleColumns) -> bool:
    """Whether a row ends where the header does. One that leaves out the cell of a remark at its end does, too, if its last
    cell prints a number: it is the last figure, and none has moved."""
    end = row.cells[-1].end if row.cells else 0
    open_end = next((at for at in range(idle.width, 0, -1) if at - 1 not in idle.others), 0)
    return end == idle.width or (end == open_end and row.cells[-1].kind == "number")


class _Places:
    """Where columns stand when some are gone."""

    def __init__(self, gone: frozenset[int]) -> None:
        self._gone = gone

    def of(self, row: GridRow) -> GridRow:
        """The row without its cells in the columns that are gone; what reaches over them is narrower."""
        kept = [cell for cell in row.cells if not self._gone.issuperset(_columns_of(cell))]
        moved = [replace(cell, start=self._at(cell.start), end=self._at(cell.end)) for cell in kept]
        return replace(row, cells=moved, width=self._at(row.width))

    def _at(self, place: int) -> int:
        return place - sum(column < place for column in self._gone)
