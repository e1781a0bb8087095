"""Reading the rows of a table: which form row a printed label names, and which printed cells hold its values.

The label decides the row; counting never does. Values are laid against the header by position where the spans of the
row agree with those of the header, else by order where the row has exactly as many value cells as the header has
columns. A row that fits neither is refused as a whole.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

from pipelines.read.tables.columns.header import Header
from pipelines.read.tables.columns.span_layout import Placed
from pipelines.read.tables.label_matching import exact, fuzzy
from pipelines.read.tables.targets import GridRow
from pipelines.read.tables.values.numbers import UNITS
from schemas.forms.catalogue import BESIDE, FormBlock, FormTable, Node
from schemas.labels import SUBTOTALS, printed_unit

VALUES = {"number", "blank", "mark", "garbled"}


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


@dataclass(frozen=True)
class Assignment:
    """Header column → the cell that holds its value. ``merged``: one printed number over several columns or rows."""

    column: int
    cell: Placed
    merged: bool


def assign(
    row: Sequence[Placed],
    labels: Sequence[Placed],
    header: Header,
    places: Sequence[int],
    *,
    width: int,
    by_order: bool,
    padding: int,
    complete: bool,
) -> list[Assignment] | None:
    """Lay the cells of a row against the header columns; None when neither position nor order fits.

    Args:
        places: header columns that carry a label, in printed order: what a row laid out by order must fill.
        width: of the grid that the row stands in; after a page break its label zone may be cut otherwise than the
            header's, and then the columns are counted from the right edge.
        by_order: the header was read by order, so its positions mean nothing.
        padding: blanks that rows like this one of a flattened table usually print beyond their values.
        complete: every one of ``places`` is a column of the form. Order alone says nothing where one may be half a title.
    """  # fmt: skip
    if header.ruled and not by_order:
        for shift in dict.fromkeys((0, width - header.width)):
            found = _by_position(row, labels, header, shift)
            if found is not None:
                return found
    values = values_of(row, labels)
    if any(cell.kind not in VALUES for cell in values):
        return None
    if header.ruled:
        return _by_order(row, labels, values, header, places) if complete else None
    window = _window(values, len(places), padding)
    return (
        None if window is None else [Assignment(place, cell, False) for place, cell in zip(places, window, strict=True)]
    )


def _is_serial(cell: Placed, labels: Sequence[Placed], header: Header) -> bool:
    """Whether a cell stands under 序号, before the label of its row: it numbers the rows."""
    return bool(labels) and cell.end <= min(header.serial_end, labels[0].start)


def _by_position(
    row: Sequence[Placed], labels: Sequence[Placed], header: Header, shift: int
) -> list[Assignment] | None:
    """Each value under the header columns that it spans; None where a cell does not begin and end with columns."""
    zone = _value_zone(row, labels, header, shift)
    starts = {column.start + shift: index for index, column in enumerate(header.columns)}
    ends = {column.end + shift: index for index, column in enumerate(header.columns)}
    if zone is None or any(cell.start not in starts or cell.end not in ends for cell in zone):
        return None
    found: list[Assignment] = []
    for cell in zone:
        span = range(starts[cell.start], ends[cell.end] + 1)
        printed = cell.kind in ("number", "garbled")
        found += [Assignment(index, cell, printed and (len(span) > 1 or cell.tall)) for index in span]
    return found if sorted(item.column for item in found) == list(range(len(header.columns))) else None


def _value_zone(row: Sequence[Placed], labels: Sequence[Placed], header: Header, shift: int) -> list[Placed] | None:
    """The cells under the columns of the header; None where a label reaches into them, or a value lies outside."""
    first, last = header.columns[0].start + shift, header.columns[-1].end + shift
    zone = [cell for cell in row if cell.start >= first and cell.end <= last]
    outside = [cell for cell in row if cell not in zone and cell not in labels and not _is_serial(cell, labels, header)]
    if any(_is_out_of_place(cell, first) for cell in outside) or any(label.end > first for label in labels):
        return None
    return zone if all(cell.kind in VALUES for cell in zone) else None


def _is_out_of_place(cell: Placed, first: int) -> bool:
    """Whether a cell outside the value columns, which begin at ``first``, prints something that may be a value."""
    return cell.kind != "blank" and cell.end > 0 and (cell.end > first or not cell.name)


def _by_order(
    row: Sequence[Placed], labels: Sequence[Placed], values: Sequence[Placed], header: Header, places: Sequence[int]
) -> list[Assignment] | None:
    spare = values[len(places) :]
    if len(spare) == header.padding and all(cell.kind == "blank" for cell in spare):
        values = values[: len(places)]
    elif header.padding and values and values[-1].kind == "blank":
        return None  # padding or the last value: ambiguous
    # A filler cell of the label zone, with one value cell lost, would look like a blank first value.
    if len(values) != len(places) or (labels and values[0].kind == "blank" and not _safe_blank(row, values, header)):
        return None
    return [
        Assignment(place, cell, cell.kind != "blank" and cell.tall) for place, cell in zip(places, values, strict=True)
    ]


def _safe_blank(row: Sequence[Placed], values: Sequence[Placed], header: Header) -> bool:
    if all(cell.kind == "blank" for cell in values):
        return True
    # As many cells as the header row prints, and only one of them a label: there is no room for a filler.
    own = [cell for cell in row if not cell.carried]
    return header.columns[0].start == 1 and len(own) == len(values) + 1


def values_of(row: Sequence[Placed], labels: Sequence[Placed]) -> list[Placed]:
    """Own cells to the right of the last label."""
    last_label = labels[-1].start if labels else -1
    return [cell for cell in row if not cell.carried and cell.start > last_label]


def _window(values: Sequence[Placed], n_columns: int, padding: int) -> Sequence[Placed] | None:
    """The first ``n_columns`` cells, where everything behind them is blank: so flattened pages print a wide label.

    Padding in front of the values differs from a blank value only in its position, and in nothing when the row has lost its
    end. A row with less padding than others like it that still ends in a blank may have lost a value, too: both are refused.
    """
    spare = len(values) - n_columns
    if spare < 0 or (spare < padding and values[-1].kind == "blank"):
        return None
    if any(cell.kind != "blank" for cell in values[n_columns:]) or (spare and values[0].kind == "blank"):
        return None
    return values[:n_columns]
