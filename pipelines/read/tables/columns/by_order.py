"""Form columns by reading order: the labels of a header in the order in which they are printed.

Used where positions mean nothing: in flattened text, and where the declared spans are wrong.
"""

from collections.abc import Mapping, Sequence

from pipelines.read.tables.columns.cut_heads import with_cut_ends, with_halves_joined, without_gaps
from pipelines.read.tables.columns.header import Header, HeaderLabel
from pipelines.read.tables.label_matching import exact
from pipelines.read.tables.values.numbers import UNITS
from schemas.forms.catalogue import FormBlock, Node
from schemas.labels import COLUMN_MARKS, IDLE_COLUMNS, REMARK_COLUMNS, UNIT_COLUMNS

_Top = tuple[HeaderLabel, Node]
"""A label and the leaf without a group, or the group of leaves, that it names."""


def by_order(header: Header, block: FormBlock) -> list[Node] | None:
    """All leaves of the block in printed order, from the labels in reading order; None unless every leaf is found.

    Groups whose children are leaves (法人或其他组织; the three procedures) take their children in the order in which
    they are printed. Outcomes repeat under each procedure: they go to the procedures in their printed order.
    """
    leaves = block.column_leaves()
    children: dict[int, list[Node]] = {}
    for leaf in leaves:
        if leaf.ancestors:
            children.setdefault(leaf.ancestors[-1].order, []).append(leaf)
    groups = [members[0].ancestors[-1] for members in children.values()]
    printed = {label.name for label in header.sequence}
    if groups and not any(group.names & printed for group in groups) and _are_unlike(leaves):
        children, groups = {}, []  # the header prints the columns alone
    top_level = [*(leaf for leaf in leaves if not leaf.ancestors or not groups), *groups]
    labels = with_halves_joined(without_gaps(header.sequence, leaves), [*leaves, *groups])
    labels = with_cut_ends(labels, [*leaves, *groups])
    if not block.is_narrowed and _repeats_in_a_row(labels, top_level):
        return None  # two years or organs side by side
    tops, below = _levels(labels, top_level, children)
    tops = _left_to_right(tops, header, block)
    if not _is_certain(tops, header, block):
        return None  # in text, lines that changed places
    ordered = _with_children(tops, below, children, header.ruled)
    return ordered if ordered is not None and len(ordered) == len(leaves) else None


def codes_before(header: Header, block: FormBlock) -> int | None:
    """Columns of codes between the labels and the values of a table in text: their numbers come first in a row.

    None when the labels of the header leave it open: an unknown one among them, or a code behind a column. A caption may
    stand in front of them.
    """
    names = [label.name for label in header.sequence if label.name not in COLUMN_MARKS]
    leaves = [at for at, name in enumerate(names) if exact(name, block.column_leaves())]
    known = {at for at, name in enumerate(names) if name in header.titles or name in UNIT_COLUMNS}.union(leaves)
    if not leaves or not known.issuperset(range(min(known), len(names))):
        return None
    first = min(at for at in known if names[at] not in IDLE_COLUMNS)
    idle = [at for at in range(first + 1, len(names)) if names[at] in IDLE_COLUMNS]
    codes = [at for at in idle if at < leaves[-1] or names[at] not in REMARK_COLUMNS]
    return None if any(at > leaves[0] for at in codes) else len(codes)


def total_stands_first(header: Header, block: FormBlock) -> bool:
    """Whether the header of a text prints 总计 before the columns that it totals.

    So does a text made from a cell over three rows of header, and so does a table whose first column is the total. The
    caller lets the sums decide whether the rows may be read.
    """
    leaves = block.column_leaves()
    if header.ruled or not leaves or not leaves[-1].is_total or leaves[-1].ancestors:
        return False
    names = [label.name for label in header.sequence]
    total = next((at for at, name in enumerate(names) if name in leaves[-1].names), None)
    first = next((at for at, name in enumerate(names) if name in leaves[0].names), None)
    return total is not None and first is not None and total < first


def other_columns(header: Header, block: FormBlock) -> set[str]:
    """Columns of the header of a text that the form does not have: labels among the columns that no leaf or group
    goes by (备注, 同比), and second names for a column that is printed already (合计 beside 总计).

    A row that lost a blank then has as many figures as the form has columns.
    """
    leaves = block.column_leaves()
    groups = list({up.order: up for leaf in leaves for up in leaf.ancestors}.values())
    nodes = [*leaves, *groups]
    labels = with_cut_ends(with_halves_joined(header.sequence, nodes), nodes)
    known = [at for at, label in enumerate(labels) if exact(label.name, nodes)]
    behind = [label.name for label in labels[min(known, default=0) :]]
    quiet = (header.titles - REMARK_COLUMNS) | UNIT_COLUMNS | COLUMN_MARKS | UNITS
    twice = [names for leaf in leaves if not leaf.ancestors and len(names := leaf.names & set(behind)) > 1]
    # The head of the remarks reaches over the whole header: text prints it before the columns that it stands behind.
    remarks = REMARK_COLUMNS.intersection(label.name for label in labels)
    return {name for name in behind if name not in quiet and not exact(name, nodes)}.union(remarks, *twice)


def _are_unlike(leaves: Sequence[Node]) -> bool:
    """Whether no two columns of the form go by one name."""
    names = [name for leaf in leaves for name in leaf.names]
    return len(set(names)) == len(names)


def _repeats_in_a_row(labels: Sequence[HeaderLabel], top_level: Sequence[Node]) -> bool:
    """Whether a row names a column or a group that it named before."""
    first_row: dict[int, int] = {}
    for label in labels:
        for node in exact(label.name, top_level)[:1]:
            if first_row.get(node.order) == label.row:
                return True
            first_row.setdefault(node.order, label.row)
    return False


def _levels(
    labels: Sequence[HeaderLabel], top_level: Sequence[Node], children: Mapping[int, Sequence[Node]]
) -> tuple[list[_Top], list[HeaderLabel]]:
    """The labels of the top level, each once, and those of leaves in groups, both in reading order."""
    tops: dict[int, _Top] = {}
    below: list[HeaderLabel] = []
    for label in labels:
        hits = exact(label.name, top_level)
        if hits and hits[0].order not in tops:
            tops[hits[0].order] = (label, hits[0])
        elif any(exact(label.name, members) for members in children.values()):
            below.append(label)
    return list(tops.values()), below


def _left_to_right(tops: Sequence[_Top], header: Header, block: FormBlock) -> list[_Top]:
    """The labels of the top level in the order of their columns.

    Reading order is that of the columns only among labels of one row: a group that stands a row higher is read before the
    column to its left (法人或其他组织 over 商业企业, then 自然人).
    """
    if total_stands_first(header, block):
        return sorted(tops, key=lambda top: top[1].is_total)
    if len({label.row for label, _ in tops}) > 1:
        return sorted(tops, key=lambda top: (top[0].start, top[0].row))
    return list(tops)


def _is_certain(tops: Sequence[_Top], header: Header, block: FormBlock) -> bool:
    """Whether the order may be believed: it is that of the form, or that of an annex, which has none of its own."""
    if block.is_narrowed:
        return _is_order_of_an_annex(header, block, tops)
    orders = [top.order for _, top in tops]
    return orders == sorted(orders)


def _is_order_of_an_annex(header: Header, block: FormBlock, tops: Sequence[_Top]) -> bool:
    """An annex prints its columns in any order, on one line, each of them once; in text every label must be known."""
    on_one_line = len({label.row for label, _ in tops}) <= 1
    all_known = header.ruled or codes_before(header, block) is not None
    return on_one_line and all_known and not _is_printed_twice(header, block.column_leaves())


def _is_printed_twice(header: Header, leaves: Sequence[Node]) -> bool:
    """Whether two labels name one column, a caption in front of the header (2016年度) aside."""
    names = [label.name for label in without_gaps(header.sequence, leaves)]
    titles = [at for at, name in enumerate(names) if name in header.titles | UNIT_COLUMNS]
    found = [node.order for name in names[min(titles, default=0) :] for node in exact(name, leaves)]
    return len(found) > len(set(found))


def _with_children(
    tops: Sequence[_Top], below: Sequence[HeaderLabel], children: Mapping[int, Sequence[Node]], ruled: bool
) -> list[Node] | None:
    """The leaves in order: each group takes as many of the labels ``below`` as it has children.

    None unless these are its children, in the order in which they stand, and every label is taken.
    """
    ordered: list[Node] = []
    taken = 0
    for _, top in tops:
        members = children.get(top.order)
        if members is None:
            ordered.append(top)
            continue
        labels = below[taken : taken + len(members)]
        taken += len(members)
        named = [node for label in labels for node in exact(label.name, members)]
        if not _stand_in_order(labels, named, members, ruled):
            return None
        if sorted(node.order for node in named) != sorted(node.order for node in members):
            return None
        ordered += named
    return ordered if taken >= len(below) else None


def _stand_in_order(labels: Sequence[HeaderLabel], named: Sequence[Node], members: Sequence[Node], ruled: bool) -> bool:
    """Whether the labels of a group were read in the order in which they stand.

    On a page their places tell. In text no place is certain, but 其他 names the rest: printed before the others of its group,
    it stands in a higher row, and perhaps behind them.
    """
    if ruled:
        starts = [label.start for label in labels]
        return starts == sorted(starts)
    return "其他" not in members[-1].names or not named or named[-1] is members[-1]
