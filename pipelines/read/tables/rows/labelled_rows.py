"""The labels of data rows: each row with the row of the form that it names, in the context of the groups above it."""

from collections.abc import Sequence

from pipelines.read.tables.rows.row_matching import (
    RowLabel,
    groups_of,
    label_cells,
    resolve_by_order,
    resolve_exactly,
    row_label,
    without_subtotals,
)
from pipelines.read.tables.targets import GridRow
from schemas.forms.catalogue import BESIDE, FormTable
from schemas.labels import printed_unit

LabelledRow = tuple[RowLabel, GridRow]


def label_rows(data: Sequence[GridRow], table: FormTable) -> list[LabelledRow]:
    """Label every data row, in the context of the groups that a spanning cell or an earlier row opened."""
    groups = groups_of(table)
    context: tuple[int, ...] = ()
    found: list[LabelledRow] = []
    latest = -1  # order of the last row that was found
    for row in data:
        cells = label_cells(row.cells)
        for cell in cells:
            group = next((node for node in groups if cell.name in node.names), None)
            if group:
                context = (*(node.order for node in group.ancestors), group.order)
        label = row_label(cells, context)
        resolve_exactly(label, table)
        label.unit = label.unit or row.unit or _unit_of_its_group(label)
        if table.table in BESIDE:
            context = _doubted(label, row, table, latest) or context
            latest = label.node.order if label.node else latest
        if label.node:
            kept = {node.order for node in label.node.ancestors}
            context = tuple(order for order in context if order in kept) or tuple(kept)
            if label.node.children:
                context = (*context, label.node.order)
        found.append((label, row))
    found = without_subtotals(found, table)
    resolve_by_order([label for label, _ in found], table)
    return found


def _unit_of_its_group(label: RowLabel) -> str | None:
    """The unit that the cell of a group prints in front of its rows."""
    groups = frozenset(name for node in (label.node.ancestors if label.node else ()) for name in node.names)
    return next((unit for cell in label.cells if cell.name in groups and (unit := printed_unit(cell.text))), None)


def _doubted(label: RowLabel, row: GridRow, table: FormTable, latest: int) -> tuple[int, ...]:
    """Annexes leave rows out. A row that only its group distinguishes from another (邮寄费) is not accepted behind a row that it
    should stand before, for the title of its own group is lost; and behind a stranger no group is open any more."""
    nobody = (-1,)
    if label.node is None:
        strange = any(cell.kind in ("number", "garbled") and not cell.carried for cell in row.cells)
        is_group = any(cell.name in node.names for cell in label.cells for node in groups_of(table))
        return nobody if strange and not is_group else ()
    alike = [leaf for block in table.blocks for leaf in block.row_leaves() if leaf.names & label.node.names]
    if len(alike) > 1 and label.node.order <= latest:
        label.node = label.block = None
        return nobody
    return ()
