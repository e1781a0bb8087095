"""Filling a table: which printed cell of each data row holds which cell of the form. What does not fit is a defect."""

from collections import Counter
from collections.abc import Sequence

from pipelines.read.tables.columns.by_order import other_columns, total_stands_first
from pipelines.read.tables.columns.column_layout import Columns, block_of_columns, fault_of, lay_out
from pipelines.read.tables.columns.header import Header
from pipelines.read.tables.columns.span_layout import Placed
from pipelines.read.tables.rows.labelled_rows import LabelledRow, label_rows
from pipelines.read.tables.rows.row_matching import RowLabel, label_cells
from pipelines.read.tables.rows.value_cells import VALUES, Assignment, assign, values_of
from pipelines.read.tables.targets import Defect, GridRow, TablePlan, Target
from pipelines.read.tables.values.numbers import MONEY_IN_WANYUAN
from pipelines.read.tables.values.refused_rows import refuse_uncertain_rows
from schemas.forms.catalogue import KEY_COLUMNS, FormTable, Node


def fill_labelled_rows(plan: TablePlan, header: Header | None, data: Sequence[GridRow], table: FormTable) -> None:
    """Place the values of rows with labels. Every row below one header is laid out by the same columns."""
    labels = label_rows(data, table)
    before = len(plan.targets)
    laid: dict[int, Columns] = {}  # by block
    usual = _usual_lengths(labels)
    for label, row in labels:
        defect = _defect_of(label, row, header)
        if defect:
            plan.defects.append(defect)
        if defect or header is None or label.node is None or label.block is None:
            continue
        plan.doubtful |= total_stands_first(header, label.block)
        if id(label.block) not in laid:
            if not header.ruled:
                plan.strange_columns |= other_columns(header, label.block)
            plan.had_sums |= header.had_sums
            laid[id(label.block)] = lay_out(header, label.block)
        _fill(plan, label, row, header, laid[id(label.block)], usual[len(label.node.ancestors)])
    if data and not data[0].ruled:
        refuse_uncertain_rows(plan, labels, before)


def _usual_lengths(labels: Sequence[LabelledRow]) -> dict[int, int]:
    """How many cells rows usually print behind their label, by the depth of the row in the form.

    The pipes behind the values of a row in text are the columns that its label spans: as many as its depth leaves.
    """
    lengths: dict[int, Counter[int]] = {}
    for label, row in labels:
        if label.node:
            lengths.setdefault(len(label.node.ancestors), Counter())[len(values_of(row.cells, label.cells))] += 1
    return {depth: max(found, key=lambda n: (found[n], n)) for depth, found in lengths.items()}


def _defect_of(label: RowLabel, row: GridRow, header: Header | None) -> Defect | None:
    """Why nothing of a row is read; None where it is laid out, or prints no figure and names no row."""
    figures = [cell for cell in row.cells if not cell.carried and cell.kind in ("number", "garbled")]
    if label.node is None or label.block is None:
        rule = "label_unmapped" if label.text else "row_misaligned"
        return Defect(rule, label.text, _spots(row, figures)) if figures else None
    if row.unsure:
        return Defect("row_misaligned", label.text, _spots(row, row.cells), _known(label))
    fault = fault_of(header, label.block)
    return Defect(fault, label.text, _spots(row, figures), _known(label)) if fault else None


def _known(label: RowLabel) -> tuple[tuple[str, str], ...]:
    """The part of the key that the row gives."""
    keys = {**(label.block.keys if label.block else {}), **(label.node.keys if label.node else {})}
    return tuple(keys.items())


def _fill(plan: TablePlan, label: RowLabel, row: GridRow, header: Header, laid: Columns, usual: int) -> None:
    block, node = label.block, label.node
    assert block is not None
    assert node is not None
    columns, ordered, places, codes = laid
    if not columns:
        printed = [cell for cell in row.cells if not cell.carried and cell not in label.cells]
        plan.defects.append(Defect("header_unreadable", label.text, _spots(row, printed), _known(label)))
        return
    padding = usual - len(places) - codes
    coded = values_of(row.cells, label.cells)[:codes]
    found = assign(
        [cell for cell in row.cells if cell not in coded], label.cells, header, places,
        width=row.width, by_order=ordered, padding=padding, complete=laid.complete,
    )  # fmt: skip
    if found is None or _lost_its_place(row, label.cells, places):
        printed = [cell for cell in row.cells if not cell.carried and cell not in label.cells]
        plan.defects.append(Defect("row_misaligned", label.text, _spots(row, printed), _known(label)))
        return
    _place(plan, found, columns, header, row, {**block.keys, **node.keys}, node, label.unit)


def _lost_its_place(row: GridRow, labels: Sequence[Placed], places: Sequence[int]) -> bool:
    """Whether a padded row has figures, but not one for each column: which columns they belong to is not printed."""
    printed = [cell for cell in values_of(row.cells, labels) if cell.kind != "blank"]
    return row.padded and 0 < len(printed) < len(places)


def fill_bare_row(plan: TablePlan, header: Header | None, data: Sequence[GridRow], table: FormTable) -> None:
    """Table four: one row of values under three rows of header."""
    filled = [row for row in data if any(cell.kind in VALUES for cell in row.cells if not cell.carried)]
    if not filled:
        return
    if header is None or not header.columns:
        cells = [cell for cell in filled[0].cells if cell.kind in VALUES]
        plan.defects.append(Defect("header_unreadable", "", _spots(filled[0], cells)))
        return
    block, laid = block_of_columns(header, table.blocks)
    columns, ordered, places, _ = laid
    if not columns:
        here = (("table", table.table),)
        plan.defects.append(Defect("header_unreadable", "", _spots(filled[0], filled[0].cells), here))
        return
    printed = [row for row in filled if any(cell.kind in ("number", "mark", "garbled") for cell in row.cells)]
    for row in printed or filled[:1]:
        labels = label_cells(row.cells)
        found = assign(
            row.cells, labels, header, places, width=row.width, by_order=ordered, padding=0, complete=laid.complete
        )  # fmt: skip
        if found is None or row.unsure or _lost_its_place(row, labels, places):
            known = tuple(block.keys.items()) or (("table", table.table),) * (sum(map(bool, columns)) >= 3)
            plan.defects.append(Defect("row_misaligned", "", _spots(row, row.cells), known))
        else:
            _place(plan, found, columns, header, row, dict(block.keys), None)


def _place(
    plan: TablePlan, found: Sequence[Assignment], columns: Sequence[Node | None], header: Header, row: GridRow,
    keys: dict[str, str], row_node: Node | None, unit: str | None = None,
) -> None:  # fmt: skip
    def contradicts(column: Node) -> bool:
        """A row of money whose unit is 件, or of cases in 万元: label and unit are not of one row."""
        is_money = column.money or bool(row_node and row_node.money)
        return unit is not None and (unit in MONEY_IN_WANYUAN) != is_money

    for item in found:
        node = columns[item.column]
        text = header.columns[item.column].text if len(header.columns) == len(columns) else ""
        spot = (row.grid, item.cell.row, item.cell.cell)
        if node is None or node.skipped:
            if item.cell.kind in ("number", "garbled"):
                plan.defects.append(Defect("label_unmapped", text, (spot,), tuple(keys.items())))
            continue
        whole = {**keys, **node.keys}
        key = tuple(whole[name] for name in KEY_COLUMNS[plan.table])
        key += (node.beside,) if node.beside else ()
        unsure = item.merged or contradicts(node)
        plan.targets.append(Target(key, *spot, unsure, row_node, node, text, unit))


def _spots(row: GridRow, cells: Sequence[Placed]) -> tuple[tuple[int, int, int], ...]:
    return tuple((row.grid, cell.row, cell.cell) for cell in cells if not cell.carried)
