"""Which row of the form a printed label names. The label decides; counting never does."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from pipelines.read.tables.columns.span_layout import Placed
from pipelines.read.tables.label_matching import exact, fuzzy
from pipelines.read.tables.targets import GridRow
from pipelines.read.tables.values.numbers import UNITS
from schemas.forms.catalogue import BESIDE, FormBlock, FormTable, Node
from schemas.labels import SUBTOTALS, printed_unit


@dataclass
class RowLabel:
    """A data row: its label cells and, once resolved, the row of the form."""

    names: tuple[str, ...]
    text: str
    cells: list[Placed]
    context: tuple[int, ...]  # orders of the group rows above it
    unit: str | None = None  # printed in a cell of its own, in brackets, or behind the label
    block: FormBlock | None = None
    node: Node | None = None
    values: list[Placed] = field(default_factory=list)


def label_cells(row: Sequence[Placed]) -> list[Placed]:
    """Own label cells before the first printed value that follows a label."""
    labels: list[Placed] = []
    for cell in row:
        if cell.carried:
            continue
        if cell.name:
            labels.append(cell)
        elif cell.kind != "blank" and labels:
            break
    return labels


def groups_of(table: FormTable) -> list[Node]:
    """Rows of the form that have rows below them."""
    return [node for block in table.blocks for top in block.rows for node in top.walk() if node.children]


def resolve_exactly(label: RowLabel, table: FormTable) -> None:
    """Find the row by its exact name, within the group it stands in.

    Only the deepest printed label names the row: a group label repeated beside every row must not stand in for a row
    whose own label is unknown.
    """
    names = label.names
    for name in dict.fromkeys([*names[-1:], "".join(names), "".join(names[-2:])]):
        for block in (*table.blocks, *table.borrowed):
            found = exact(name, block.row_leaves())
            if len(found) > 1 or (found and len(name) < 4 and found[0].ancestors):
                inside = [leaf for leaf in found if leaf.ancestors and leaf.ancestors[-1].order in label.context]
                found = inside if len(inside) == 1 else []
            if len(found) == 1:
                label.block, label.node = block, found[0]
                return


def row_label(cells: Sequence[Placed], context: tuple[int, ...]) -> RowLabel:
    """The label that the label cells of a row print. A cell that holds but a unit (条) is no part of it."""
    units = [cell for cell in cells if cell.name in UNITS] if len(cells) > 1 else []
    own = [cell for cell in cells if cell not in units] or list(cells)
    text = " ".join(cell.text for cell in own)
    # In text the label of a row of blanks may stand before: its unit is not that of the figures.
    unit = units[-1].name if units else printed_unit(own[-1].text) if own else None
    return RowLabel(tuple(cell.name for cell in own), text, list(cells), context, unit)


def without_subtotals(labels: list[tuple[RowLabel, GridRow]], table: FormTable) -> list[tuple[RowLabel, GridRow]]:
    """The rows without those that print the sum of a group, which no form asks for.

    小计 is always one. A total (合计) is one below the cell of another group, or beside a total that carries its enumerator.
    """
    if table.table in BESIDE:
        return labels
    groups = groups_of(table)
    totals = [label for label, _ in labels if label.names[-1:] and label.names[-1] in SUBTOTALS]
    one_is_numbered = any(_has_enumerator(label) for label in totals)

    def is_subtotal(label: RowLabel, row: GridRow) -> bool:
        if label.node is None and label.names[-1:] == ("小计",):
            return True
        if label not in totals or _has_enumerator(label):
            return False
        if one_is_numbered or label.node is None:  # without a node: the cell of its group stands on the page before
            return one_is_numbered
        reaching = {cell.name for cell in row.cells if cell.carried and cell.name}
        own = {node.order for node in label.node.ancestors}
        return any(group.names & reaching and group.order not in own for group in groups)

    return [(label, row) for label, row in labels if not is_subtotal(label, row)]


def _has_enumerator(label: RowLabel) -> bool:
    return label.text.strip()[:1] in "（("


def resolve_by_order(labels: Sequence[RowLabel], table: FormTable) -> None:
    """Resolve misspelt rows, and rows without their group, where the order of the form leaves one candidate."""
    blocks = {leaf.order: block for block in table.blocks for leaf in block.row_leaves()}
    leaves = [leaf for block in table.blocks for leaf in block.row_leaves()]
    claimed = {label.node.order for label in labels if label.node}
    for index, label in enumerate(labels):
        if label.node or not label.names:
            continue
        before = max((other.node.order for other in labels[:index] if other.node), default=-1)
        after = min((other.node.order for other in labels[index + 1 :] if other.node), default=10**6)
        open_rows = [leaf for leaf in leaves if before < leaf.order < after and leaf.order not in claimed]
        node = _candidate(label, open_rows, leaves, in_annex=table.table in BESIDE)
        if node:
            label.node, label.block = node, blocks[node.order]
            claimed.add(node.order)


def _candidate(label: RowLabel, open_rows: Sequence[Node], leaves: Sequence[Node], *, in_annex: bool) -> Node | None:
    """The row that a label names among those the order leaves open: by its own name, or by a slip of it.

    The rows of an annex come and go: order says less. There a name that several rows share (邮寄费) is not taken without its
    group, and as the rows are like each other (政务微博…, 政务微信…), a slip must be near to one of all of them.
    """
    name = label.names[-1]
    if in_annex and len(exact(name, leaves)) > 1:
        return None
    known = exact(name, open_rows)  # a short label (总计, 其他) whose group a page break cut off
    if len(known) == 1:
        return known[0]
    node = _slip(label, open_rows)
    if node and in_annex and not known and node not in _slips(label, leaves):
        return None
    return node


def _slip(label: RowLabel, nodes: Sequence[Node]) -> Node | None:
    return next((node for node in _slips(label, nodes) if node), None)


def _slips(label: RowLabel, nodes: Sequence[Node]) -> tuple[Node | None, Node | None]:
    """The row that the last label is a slip of, and the one that all labels of the row together are."""
    return fuzzy(label.names[-1], nodes), fuzzy("".join(label.names), nodes)
