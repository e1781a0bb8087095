"""Rows of flattened text that are refused although they could be placed: what stands around them makes them uncertain."""

from collections.abc import Sequence

from pipelines.read.tables.rows.labelled_rows import LabelledRow
from pipelines.read.tables.rows.row_matching import RowLabel
from pipelines.read.tables.rows.value_cells import values_of
from pipelines.read.tables.targets import Defect, GridRow, TablePlan
from schemas.labels import SUBTOTALS
from schemas.vocabulary import TableName


def refuse_uncertain_rows(plan: TablePlan, labels: Sequence[LabelledRow], before: int) -> None:
    """Take back rows whose values may belong to a row above or below.

    Args:
        plan: the plan, whose targets from index ``before`` on were placed for ``labels``.
        labels: the rows below one header.
        before: the number of targets of earlier headers.
    """
    may_have_lost_one = plan.table == TableName.APPLICATIONS and _may_have_lost_a_blank(plan.strange_columns, labels)
    if may_have_lost_one or _values_come_first(labels):
        for label, row in labels:
            _refuse(plan, label, row, before)
    _refuse_rows_named_twice(plan, labels, before)
    _refuse_neighbours_of_lost_rows(plan, labels, before)


def _refuse_rows_named_twice(plan: TablePlan, labels: Sequence[LabelledRow], before: int) -> None:
    """Of two rows of one name (合计 of a group, 总计 of the table) the one that could be placed may be the other one's."""
    placed = {(id(target.row_node), target.row) for target in plan.targets[before:]}
    for label, row in labels:
        has_figures = any(cell.kind == "number" for cell in row.cells)
        if has_figures and label.node and (id(label.node), row.cells[0].row) not in placed:
            _refuse(plan, label, row, before)


def _values_come_first(labels: Sequence[LabelledRow]) -> bool:
    """Whether a text prints values above their label (93, 行政处罚, 491, 行政强制): each label seems to name the next row.

    It begins with values that no row names, and the last row of the form is left without any.
    """
    with_numbers = [label for label, row in labels if any(cell.kind == "number" for cell in row.cells)]
    named = [label for label in with_numbers if label.node and label.block]
    if not named or labels[0][0].node or labels[0][0] is not with_numbers[0]:
        return False
    last = max(named, key=lambda label: label.node.order if label.node else -1)
    return bool(last.block and last.node and last.block.row_leaves()[-1].order > last.node.order)


def _may_have_lost_a_blank(columns: set[str], labels: Sequence[LabelledRow]) -> bool:
    """Whether columns that the form does not have print figures: subtotals do, and others where a row has too many figures.

    A row with as many figures as the form has columns lacks one then, and blanks leave no trace in text.
    """
    if not columns.isdisjoint(SUBTOTALS):
        return True
    return bool(columns) and any(
        label.block
        and len(label.block.column_leaves()) < sum(cell.kind == "number" for cell in values_of(row.cells, label.cells))
        for label, row in labels
    )


def _refuse(plan: TablePlan, label: RowLabel, row: GridRow, before: int) -> None:
    """Take back what was read from a row (``before`` targets stand from other groups) and report it."""
    mine = [t for t in plan.targets[before:] if t.row_node is label.node and t.grid == row.grid]
    if not mine or label.node is None or label.block is None:
        return
    plan.targets[:] = [t for t in plan.targets if t not in mine]
    known = tuple({**label.block.keys, **label.node.keys}.items())
    spots = tuple((t.grid, t.row, t.cell) for t in mine)
    plan.defects.append(Defect("row_misaligned", label.text, spots, known))


def _refuse_neighbours_of_lost_rows(plan: TablePlan, labels: Sequence[LabelledRow], before: int) -> None:
    """Where blanks leave no trace, a full row above one whose label is lost may hold the lost row's values.

    Such a row is refused: it has exactly the right count, the table has rows that are too short, and the form's next row
    is printed nowhere.
    """
    short = any(defect.rule == "row_misaligned" for defect in plan.defects) or any(
        label.node and not values_of(row.cells, label.cells) for label, row in labels
    )
    if not short:
        return
    claimed = {label.node.order for label, _ in labels if label.node}
    names = {cell.name for _, row in labels for cell in row.cells if cell.name}
    for label, row in labels:
        if label.node is None or label.block is None:
            continue
        leaves = label.block.row_leaves()
        following = [leaf for leaf in leaves if leaf.order > label.node.order and not leaf.optional][:1]
        if following and following[0].order not in claimed and not following[0].names & names:
            _refuse(plan, label, row, before)
