"""Form columns by position: which leaf of the form the labels above each other in a grid column name.

A column that no leaf matches stays a column without a name, so that its numbers are reported and the others keep
their place.
"""

from collections.abc import Iterable, Sequence

from pipelines.read.tables.columns.header import Header, HeaderColumn, HeaderLabel
from pipelines.read.tables.label_matching import exact, fuzzy, slip_over_the_only_column
from schemas.forms.catalogue import FormBlock, Node


def by_position(header: Header, block: FormBlock) -> list[Node | None]:
    """A leaf (or None) for every header column; every leaf at most once.

    A column without a cell above its label, or below the label of its group, means that a cell of the header is lost and
    the ones behind it moved up: then no column is matched.
    """
    leaves, columns = block.column_leaves(), header.columns
    found = [_leaf(column, leaves) for column in columns]
    pairs = list(zip(columns, found, strict=True))
    if any(column.open_above or (column.open_below and node is None) for column, node in pairs):
        return [None] * len(found)
    certain = _without_wrong_spans(header, found, leaves)
    certain = _one_column_each(certain, columns, len(leaves))
    if not block.is_narrowed:  # 去年统计数 is no slip for 本年统计数
        for index, column in enumerate(columns):
            if column.names and found[index] is None:
                certain[index] = _slip_between(column.names[-1], certain, index, leaves)
    if len(leaves) == len(columns) == 1 and certain == [None] and columns[0].names:
        certain = [leaves[0] if slip_over_the_only_column(columns[0].names[-1], leaves[0]) else None]
    return _one_column_each(certain, columns, len(leaves))


def leaves_repeat(header: Header, block: FormBlock) -> bool:
    """Whether columns of the form stand side by side twice, under different upper labels (2022年, 2023年; 本级, 全市).

    Nothing printed says which of them is the report's own. One merged column that was unfolded is no repetition.
    """
    leaves = block.column_leaves()
    if header.ruled:
        at: dict[int, set[tuple[str, ...]]] = {}
        for column in header.columns:
            node = _leaf(column, leaves)
            if node:
                at.setdefault(node.order, set()).add(column.names)
        return any(len(paths) > 1 for paths in at.values())
    printed = [label for label in header.sequence if len(exact(label.name, leaves)) == 1]
    runs = [label for before, label in zip([None, *printed], printed, strict=False) if not _goes_on(before, label)]
    names = [label.name for label in runs]
    return len(set(names)) < len(names) and len({label.row for label in runs}) < len(runs)


def _leaf(column: HeaderColumn, leaves: Sequence[Node]) -> Node | None:
    """The leaf named by the bottom of the stack, or by its last two or three texts together (商业 over 企业)."""
    for depth in range(1, min(3, len(column.names)) + 1):
        found = exact("".join(column.names[-depth:]), leaves)
        if len(found) > 1:
            above = set(column.names[:-depth])
            found = [node for node in found if node.ancestors and node.ancestors[-1].names & above]
        if len(found) == 1:
            return found[0]
    return None


def _is_in_group_of_others(node: Node, column: HeaderColumn, leaves: Sequence[Node]) -> bool:
    """Whether a column stands below a group that is not its own (总计 below 法人或其他组织, where 其他 has left it)."""
    groups = {group.order: group for leaf in leaves for group in leaf.ancestors}.values()
    return any(group.names & set(column.names) for group in groups if group not in node.ancestors)


def _without_wrong_spans(header: Header, found: Sequence[Node | None], leaves: Sequence[Node]) -> list[Node | None]:
    """The leaves without those whose position means nothing, for the spans of a group are declared wrong."""
    pairs = list(zip(header.columns, found, strict=True))
    outside = {at for at, (column, node) in enumerate(pairs) if node and _has_wrong_spans(node, column, header)}
    if not outside:
        return list(found)
    inside = {at for at, (column, node) in enumerate(pairs) if node and _is_in_group_of_others(node, column, leaves)}
    return [None if at in outside | inside else node for at, node in enumerate(found)]


def _has_wrong_spans(node: Node, column: HeaderColumn, header: Header) -> bool:
    """Whether the group of a leaf spans columns, but not this one: then the position of the leaf means nothing.

    法人或其他组织 over four of its five columns pushes 其他 behind 总计. A group over one column is declared without a span.
    """
    return any(group.names & header.spanning and not group.names & set(column.names) for group in node.ancestors)


def _one_column_each(found: Sequence[Node | None], columns: Sequence[HeaderColumn], n_leaves: int) -> list[Node | None]:
    """Drop a leaf that several columns claim: nothing printed says which of them is meant.

    The exception is a merged header that was unfolded, its label repeated in each of its columns: where every leaf is
    found, they are one column, and what they print must agree.
    """
    claims: dict[int, list[int]] = {}
    for index, node in enumerate(found):
        if node:
            claims.setdefault(node.order, []).append(index)
    unfolded = {
        order
        for order, at in claims.items()
        if at == list(range(at[0], at[-1] + 1)) and len({columns[index].names for index in at}) == 1
    }
    if len(unfolded) < n_leaves:
        unfolded = {order for order, at in claims.items() if len(at) == 1}
    return [node if node and node.order in unfolded else None for node in found]


def _slip_between(name: str, found: Sequence[Node | None], index: int, leaves: Sequence[Node]) -> Node | None:
    """The leaf that a misspelt label names, among those between the nearest columns that were found.

    A total may stand before the columns that it totals.
    """
    before = max(_orders(node for node in found[:index] if node and not node.is_total), default=-1)
    after = min(_orders(found[index + 1 :]), default=10**6)
    return fuzzy(name, [leaf for leaf in leaves if before < leaf.order < after])


def _orders(nodes: Iterable[Node | None]) -> list[int]:
    return [node.order for node in nodes if node]


def _goes_on(before: HeaderLabel | None, label: HeaderLabel) -> bool:
    return before is not None and (before.name, before.row, before.start + 1) == (label.name, label.row, label.start)
