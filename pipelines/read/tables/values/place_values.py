"""Filling a table: which printed cell of each data row holds which cell of the form. What does not fit is a defect."""

from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

from pipelines.read.tables.columns.header import (
    Header,
    by_order,
    by_position,
    codes_before,
    leaves_repeat,
    total_stands_first,
)
from pipelines.read.tables.columns.span_layout import Placed
from pipelines.read.tables.rows.row_matching import (
    VALUES,
    Assignment,
    RowLabel,
    assign,
    groups_of,
    label_cells,
    resolve_by_order,
    resolve_exactly,
    row_label,
    values_of,
    without_subtotals,
)
from pipelines.read.tables.targets import Defect, GridRow, TablePlan, Target
from pipelines.read.tables.values.numbers import MONEY_IN_WANYUAN
from schemas.form import BESIDE, KEY_COLUMNS, FormBlock, FormTable, Node


class Columns(NamedTuple):
    """A header laid out: the leaf of each column, whether by reading order, and the columns that a row must fill."""

    nodes: list[Node | None]
    by_order: bool
    places: list[int]
    codes: int = 0  # numbers of a row of text that stand before its values

    @property
    def complete(self) -> bool:
        """Is every column that a row must fill one of the form?"""
        return all(self.nodes[place] for place in self.places)


def fill_labelled_rows(reading: TablePlan, header: Header | None, data: Sequence[GridRow], table: FormTable) -> None:
    labels = without_subtotals(_label_rows(data, table), table)
    before = len(reading.targets)
    resolve_by_order([label for label, _ in labels], table)
    laid: dict[int, Columns] = {}  # by block: every row of a group of rows stands under the same header
    # The pipes behind a row's values stand for the columns that its label spans: as many as its depth leaves.
    lengths: dict[int, Counter[int]] = {}
    for label, row in labels:
        if label.node:
            lengths.setdefault(len(label.node.ancestors), Counter())[len(values_of(row.cells, label.cells))] += 1
    usual = {depth: max(found, key=lambda n: (found[n], n)) for depth, found in lengths.items()}
    for label, row in labels:
        numbers = [cell for cell in row.cells if not cell.carried and cell.kind in ("number", "garbled")]
        if label.node is None or label.block is None:
            if numbers and label.text:
                reading.defects.append(Defect("label_unmapped", label.text, _spots(row, numbers)))
            elif numbers:
                reading.defects.append(Defect("row_misaligned", "", _spots(row, numbers)))
            continue
        known = tuple({**label.block.keys, **label.node.keys}.items())
        if row.unsure:
            reading.defects.append(Defect("row_misaligned", label.text, _spots(row, row.cells), known))
            continue
        fault = _fault_of(header, label.block)
        if fault or header is None:
            reading.defects.append(Defect(fault or "header_unreadable", label.text, _spots(row, numbers), known))
            continue
        reading.doubtful |= total_stands_first(header, label.block)
        if id(label.block) not in laid:
            laid[id(label.block)] = _columns(header, label.block)
        _fill(reading, label, row, header, laid[id(label.block)], known, usual[len(label.node.ancestors)])
    if data and not data[0].ruled:
        if _values_come_first(labels):
            for label, row in labels:
                _refuse(reading, label, row, before)
        _distrust_neighbours(reading, labels, before)


def _fault_of(header: Header | None, block: FormBlock) -> str | None:
    """Why a header does not tell the columns of a block, as a rule; None where it may."""
    if header is None or not header.columns:
        return "header_unreadable"
    if any(column.beside for column in block.columns):
        return None  # an annex: what names a column twice is told by the order of its header
    return "columns_repeated" if leaves_repeat(header, block) else None


def _values_come_first(labels: Sequence[tuple[RowLabel, GridRow]]) -> bool:
    """Text that prints the values of a row above its label (93, 行政处罚, 491, 行政强制): each label seems to name the next row.

    It begins with values that no row names, and the last row of the form is left without any.
    """
    with_numbers = [label for label, row in labels if any(cell.kind == "number" for cell in row.cells)]
    named = [label for label in with_numbers if label.node and label.block]
    if not named or labels[0][0].node or labels[0][0] is not with_numbers[0]:
        return False
    last = max(named, key=lambda label: label.node.order if label.node else -1)
    return bool(last.block and last.node and last.block.row_leaves()[-1].order > last.node.order)


def _refuse(reading: TablePlan, label: RowLabel, row: GridRow, before: int) -> None:
    """Take back what was read from a row (``before`` targets stand from other groups) and report it."""
    mine = [t for t in reading.targets[before:] if t.row_node is label.node and t.grid == row.grid]
    if not mine or label.node is None or label.block is None:
        return
    reading.targets[:] = [t for t in reading.targets if t not in mine]
    known = tuple({**label.block.keys, **label.node.keys}.items())
    spots = tuple((t.grid, t.row, t.cell) for t in mine)
    reading.defects.append(Defect("row_misaligned", label.text, spots, known))


def _distrust_neighbours(reading: TablePlan, labels: Sequence[tuple[RowLabel, GridRow]], before: int) -> None:
    """Where blanks leave no trace, a full row above one whose label is lost may hold the lost row's values.

    Such a row is refused: it has exactly the right count, the table has rows that are too short, and the form's next row
    is printed nowhere.
    """
    short = any(defect.rule == "row_misaligned" for defect in reading.defects) or any(
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
            _refuse(reading, label, row, before)


def _label_rows(data: Sequence[GridRow], table: FormTable) -> list[tuple[RowLabel, GridRow]]:
    """Label every data row, keeping track of the group that a spanning cell or an earlier row opened."""
    groups = groups_of(table)
    context: tuple[int, ...] = ()
    found: list[tuple[RowLabel, GridRow]] = []
    latest = -1  # order of the last row that was found
    for row in data:
        cells = label_cells(row.cells)
        for cell in cells:
            group = next((node for node in groups if cell.name in node.names), None)
            if group:
                context = (*(node.order for node in group.ancestors), group.order)
        label = row_label(cells, context)
        label.unit = label.unit or row.unit
        resolve_exactly(label, table)
        if table.table in BESIDE:
            context = _doubted(label, row, table, latest) or context
            latest = label.node.order if label.node else latest
        if label.node:
            kept = {node.order for node in label.node.ancestors}
            context = tuple(order for order in context if order in kept) or tuple(kept)
            if label.node.children:
                context = (*context, label.node.order)
        found.append((label, row))
    return found


def _doubted(label: RowLabel, row: GridRow, table: FormTable, latest: int) -> tuple[int, ...]:
    """Rows of an annex come and go. One that only its group tells from another (邮寄费) is not believed behind a row that it
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


def _fill(
    reading: TablePlan, label: RowLabel, row: GridRow, header: Header, laid: Columns, known: tuple[tuple[str, str], ...],
    usual: int,
) -> None:  # fmt: skip
    block, node = label.block, label.node
    assert block is not None
    assert node is not None
    columns, ordered, places, codes = laid
    if not columns:
        printed = [cell for cell in row.cells if not cell.carried and cell not in label.cells]
        reading.defects.append(Defect("header_unreadable", label.text, _spots(row, printed), known))
        return
    padding = usual - len(places) - codes
    coded = values_of(row.cells, label.cells)[:codes]
    found = assign(
        [cell for cell in row.cells if cell not in coded], label.cells, header, places,
        width=row.width, by_order=ordered, padding=padding, complete=laid.complete,
    )  # fmt: skip
    if found is None or _lost_its_place(row, label.cells, places):
        printed = [cell for cell in row.cells if not cell.carried and cell not in label.cells]
        reading.defects.append(Defect("row_misaligned", label.text, _spots(row, printed), known))
        return
    _place(reading, found, columns, header, row, {**block.keys, **node.keys}, node, label.unit)


def _lost_its_place(row: GridRow, labels: Sequence[Placed], places: Sequence[int]) -> bool:
    """Whether a padded row has figures, but not one for each column: which columns they belong to is not printed."""
    printed = [cell for cell in values_of(row.cells, labels) if cell.kind != "blank"]
    return row.padded and 0 < len(printed) < len(places)


def _columns(header: Header, block: FormBlock) -> Columns:
    """Lay the header out: by position, by reading order where spans lie, else what positions alone still tell."""
    heads = {column.names[-1] for column in header.columns if column.names}
    block = block.with_columns_named(heads | {label.name for label in header.sequence})
    positioned = by_position(header, block) if header.ruled else []
    if len({node.order for node in positioned if node}) == len(block.column_leaves()):
        # Where the form is complete, a column that only a group's label covers is none: the group is declared too wide.
        groups = {column.names[:-1] for column, node in zip(header.columns, positioned, strict=True) if node}
        own = [bool(column.names) and column.names not in groups for column in header.columns]
        return Columns(positioned, False, [index for index, is_own in enumerate(own) if is_own])
    ordered = by_order(header, block)
    if ordered:
        codes = codes_before(header, block) if not header.ruled else 0
        return Columns(list(ordered), True, list(range(len(ordered))), codes or 0)
    # Without positions a column that has lost its label cannot be told from one that is not there: nothing is read.
    return Columns(positioned, False, [index for index in range(len(positioned)) if header.columns[index].names])


def fill_bare_row(reading: TablePlan, header: Header | None, data: Sequence[GridRow], table: FormTable) -> None:
    """Table four: one row of values under three rows of header."""
    filled = [row for row in data if any(cell.kind in VALUES for cell in row.cells if not cell.carried)]
    if not filled:
        return
    if header is None or not header.columns:
        cells = [cell for cell in filled[0].cells if cell.kind in VALUES]
        reading.defects.append(Defect("header_unreadable", "", _spots(filled[0], cells)))
        return
    block, laid = _bare_block(header, table.blocks)
    columns, ordered, places, _ = laid
    if not columns:
        here = (("table", table.table),)
        reading.defects.append(Defect("header_unreadable", "", _spots(filled[0], filled[0].cells), here))
        return
    printed = [row for row in filled if any(cell.kind in ("number", "mark", "garbled") for cell in row.cells)]
    for row in printed or filled[:1]:
        labels = label_cells(row.cells)
        found = assign(
            row.cells, labels, header, places, width=row.width, by_order=ordered, padding=0, complete=laid.complete
        )  # fmt: skip
        if found is None or row.unsure or _lost_its_place(row, labels, places):
            known = tuple(block.keys.items()) or (("table", table.table),) * (sum(map(bool, columns)) >= 3)
            reading.defects.append(Defect("row_misaligned", "", _spots(row, row.cells), known))
        else:
            _place(reading, found, columns, header, row, dict(block.keys), None)


def _bare_block(header: Header, blocks: Sequence[FormBlock]) -> tuple[FormBlock, Columns]:
    """The block that the header names, and how its columns lie: of several, the widest that is named in full, groups and all."""
    if len(blocks) == 1:
        return blocks[0], _columns(header, blocks[0])
    printed = {label.name for label in header.sequence}
    named = [block for block in blocks if all(top.names & printed for top in block.columns)]
    laid = [(block, _columns(header, block)) for block in named]
    whole = [(block, columns) for block, columns in laid if columns.complete and all(columns.nodes)]
    return max(whole, key=lambda found: len(found[1].nodes), default=(blocks[0], Columns([], False, [])))


def _place(
    reading: TablePlan, found: Sequence[Assignment], columns: Sequence[Node | None], header: Header, row: GridRow,
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
        if node is None:
            if item.cell.kind in ("number", "garbled"):
                reading.defects.append(Defect("label_unmapped", text, (spot,), tuple(keys.items())))
            continue
        whole = {**keys, **node.keys}
        key = tuple(whole[name] for name in KEY_COLUMNS[reading.table])
        key += (node.beside,) if node.beside else ()
        unsure = item.merged or contradicts(node)
        reading.targets.append(Target(key, *spot, unsure, row_node, node, text, unit))


def _spots(row: GridRow, cells: Sequence[Placed]) -> tuple[tuple[int, int, int], ...]:
    return tuple((row.grid, cell.row, cell.cell) for cell in cells if not cell.carried)
