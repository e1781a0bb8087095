"""Reading the header of a table: which form column stands where.

Two readings are tried. By position: the texts above each other in one grid column are a path (行政诉讼 / 复议后起诉 /
结果维持). By order: where spans lie, the labels in reading order still tell the columns. A column that neither reading
resolves stays a column without a name, so that its numbers are reported and the others keep their place.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from typing import NamedTuple

from pipelines.read.tables.columns.span_layout import Placed
from pipelines.read.tables.label_matching import (
    exact,
    fuzzy,
    is_cut_end,
    is_title,
    slip_over_the_only_column,
)
from schemas.form import BESIDE, FormBlock, FormTable, Node
from schemas.labels import COLUMN_MARKS, IDLE_COLUMNS, REMARK_COLUMNS, SERIAL_COLUMNS, UNIT_COLUMNS

_YEAR = re.compile(r"(20[0-4]\d)(?:年|年度)")
MAX_STRANGE = 60
"""Unknown labels in one header, above which no header is looked for among them: table four, cut in two, prints 36."""


@dataclass(frozen=True)
class HeaderColumn:
    """One printed value column: the path of labels above it, its interval (None in reading-order mode)."""

    names: tuple[str, ...]  # normalised, top first
    text: str  # as printed, bottom label
    start: int
    end: int
    open_above: bool  # a row above the bottom label has no cell there, not even an empty one
    open_below: bool  # likewise the last row of the header


class HeaderLabel(NamedTuple):
    """One printed label of the header."""

    name: str  # normalised
    row: int
    start: int


@dataclass(frozen=True)
class Header:
    """The columns of a block as printed. ``ordered``: leaves by reading order, used when positions fail."""

    columns: tuple[HeaderColumn, ...]
    sequence: tuple[HeaderLabel, ...]  # all labels in reading order
    spanning: frozenset[str]  # those declared over several columns
    width: int
    ruled: bool
    serial_end: int = 0  # where a column of serial numbers on the left ends
    titles: frozenset[str] = frozenset()  # words of the table that name neither row nor column
    year: int | None = None  # of the columns that are read, where the header tells several years apart

    @property
    def padding(self) -> int:
        """Empty columns to the right of the last named one."""
        return self.width - self.columns[-1].end if self.columns else 0


def read_header(rows: Sequence[Sequence[Placed]], table: FormTable, ruled: bool) -> Header:
    """Columns of the header rows, without the label zone: what only a title covers (信息内容, 申请人情况, 勾稽关系…)."""
    titles = table.titles | {name for block in table.blocks for name in block.names} | IDLE_COLUMNS
    rows = [row for row in rows if any(cell.name for cell in row)]
    width = max((row[-1].end for row in rows if row), default=0)
    stacks: list[tuple[tuple[str, ...], str, object]] = []
    for column in range(width):
        covering = [cell for row in rows for cell in row if cell.start <= column < cell.end and not cell.carried]
        named = [cell for cell in covering if cell.name and not is_title(cell.name, titles)]
        if is_title("".join(cell.name for cell in named), titles):
            named = []  # a title that a page break cut: 勾稽关 over 系
        bottom = named[-1] if named else None
        identity = (bottom.row, bottom.cell) if bottom else ("blank", column)
        stacks.append((tuple(cell.name for cell in named), bottom.text if bottom else "", identity))
    columns, start = [], 0
    for _, members in groupby(stacks, key=lambda stack: stack[2]):
        run = list(members)
        columns.append(HeaderColumn(run[0][0], run[0][1], start, start + len(run), *_open(rows, start, titles)))
        start += len(run)
    while columns and not columns[0].names:
        columns.pop(0)
    while columns and not columns[-1].names:
        columns.pop()
    sequence = tuple(
        HeaderLabel(cell.name, number, cell.start)
        for number, row in enumerate(rows)
        for cell in row
        if cell.name and not cell.carried
    )
    spanning = frozenset(cell.name for row in rows for cell in row if cell.name and cell.end - cell.start > 1)
    serials = [cell.end for row in rows for cell in row if cell.name in SERIAL_COLUMNS and cell.start == 0]
    serial_end = max(serials, default=0)
    header = Header(tuple(columns), sequence, spanning, width, ruled, serial_end, frozenset(titles))
    return _of_latest_year(header, names_its_year=table.table in BESIDE)


def _of_latest_year(header: Header, *, names_its_year: bool) -> Header:
    """Where a header prints years side by side, the columns of the latest: no report prints the year after its own.

    The columns of other years keep their place under a name that no form knows. Only positions tell the years apart.
    ``names_its_year``: the head of an annex may be the year of its figures (2017年度), which must be the report's.
    """
    years = [_year_above(column) for column in header.columns]
    printed = {year for year in years if year}
    if len(printed) == 1 and names_its_year:
        return replace(header, year=max(printed))
    if len(printed) < 2:
        return header
    latest = max(printed)
    columns = tuple(
        replace(column, names=(f"{year}{''.join(column.names)}",)) if year not in (None, latest) else column
        for column, year in zip(header.columns, years, strict=True)
    )
    return replace(header, columns=columns, sequence=(), year=latest)


def _year_above(column: HeaderColumn) -> int | None:
    found = [int(match[1]) for name in column.names if (match := _YEAR.fullmatch(name))]
    return found[-1] if found else None


def _open(rows: Sequence[Sequence[Placed]], column: int, titles: Iterable[str]) -> tuple[bool, bool]:
    """Whether a header row has no cell at all in a column: above the last label printed there, and in the last row."""
    covering = [[cell for cell in row if cell.start <= column < cell.end] for row in rows]
    bottom = max((at for at, cells in enumerate(covering) if any(c.name and not c.carried for c in cells)), default=0)
    names_columns = [any(cell.name and not is_title(cell.name, titles) for cell in row) for row in rows[:bottom]]
    above = any(named and not cells for named, cells in zip(names_columns, covering[:bottom], strict=True))
    return above, not covering[-1]


def by_position(header: Header, block: FormBlock) -> list[Node | None]:
    """A leaf (or None) for every header column; every leaf at most once.

    A leaf whose group spans columns, but not its own, was declared with spans that lie (法人或其他组织 over four of its five
    columns pushes 其他 behind 总计): its position says nothing. A group over one column is one that spans nothing at all.
    A column without a cell above its label, or below the label of its group, means that a cell of the header is lost and the
    ones behind it moved up.
    """
    leaves = block.column_leaves()
    found = [_leaf(column, leaves) for column in header.columns]
    contested = {index for index, node in enumerate(found) if node}
    for column, node in zip(header.columns, found, strict=True):
        if column.open_above or (column.open_below and node is None):
            return [None] * len(found)
    found = [
        None
        if node and any(group.names & header.spanning and not group.names & set(column.names) for group in node.ancestors)
        else node
        for node, column in zip(found, header.columns, strict=True)
    ]  # fmt: skip
    found = _one_column_each(found, header.columns, len(leaves))
    contested -= {index for index, node in enumerate(found) if node}
    for index, column in enumerate(header.columns):
        # 去年统计数 is no slip for 本年统计数
        if found[index] is None and index not in contested and not block.is_narrowed:
            # A total may stand before the columns that it totals.
            before = max((node.order for node in found[:index] if node and not node.is_total), default=-1)
            after = min((node.order for node in found[index + 1 :] if node), default=10**6)
            between = [leaf for leaf in leaves if before < leaf.order < after]
            found[index] = fuzzy(column.names[-1], between) if column.names else None
    if len(leaves) == len(header.columns) == 1 and found == [None] and header.columns[0].names:
        found = [leaves[0] if slip_over_the_only_column(header.columns[0].names[-1], leaves[0]) else None]
    return _one_column_each(found, header.columns, len(leaves))


def _one_column_each(found: Sequence[Node | None], columns: Sequence[HeaderColumn], n_leaves: int) -> list[Node | None]:
    """A leaf that several columns claim is nobody's: which of them is meant cannot be told.

    But for a merged header that was unfolded, its label repeated in each of its columns: where every leaf is found, they
    are one column, and what they print must agree.
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


def codes_before(header: Header, block: FormBlock) -> int | None:
    """Columns of codes between the labels and the values, in text: their numbers come first in a row. None when the labels of
    the header leave it open: a stranger among them, or a code behind a column. A caption may stand in front of them."""
    names = [label.name for label in header.sequence if label.name not in COLUMN_MARKS]
    leaves = [bool(exact(name, block.column_leaves())) for name in names]
    known = [leaf or name in header.titles or name in UNIT_COLUMNS for name, leaf in zip(names, leaves, strict=True)]
    if True not in leaves or False in known[known.index(True) :]:
        return None
    first = next(at for at, name in enumerate(names) if known[at] and name not in IDLE_COLUMNS)
    places = [at for at, name in enumerate(names) if at > first and name in IDLE_COLUMNS]
    last = max(at for at, leaf in enumerate(leaves) if leaf)
    between = [at for at in places if at < last or names[at] not in REMARK_COLUMNS]
    return None if any(at > leaves.index(True) for at in between) else len(between)


def _is_printed_twice(header: Header, leaves: Sequence[Node]) -> bool:
    """Whether two heads name one column, a caption in front of the header (2016年度) aside."""
    names = [label.name for label in header.sequence]
    titles = [at for at, name in enumerate(names) if name in header.titles | UNIT_COLUMNS]
    found = [node.order for name in names[min(titles, default=0) :] for node in exact(name, leaves)]
    return len(found) > len(set(found))


def _is_order_of_an_annex(header: Header, block: FormBlock, tops: Sequence[tuple[HeaderLabel, Node]]) -> bool:
    """An annex prints its columns in any order, on one line, each of them once; in text every label must be known."""
    on_one_line = len({label.row for label, _ in tops}) <= 1
    all_known = header.ruled or codes_before(header, block) is not None
    return on_one_line and all_known and not _is_printed_twice(header, block.column_leaves())


def leaves_repeat(header: Header, block: FormBlock) -> bool:
    """Whether columns of the form stand side by side twice, under different upper labels (2022年, 2023年; 本级, 全市): which of
    them is the report's own is for people to say. One merged column that was unfolded is no repetition."""
    leaves = block.column_leaves()
    if header.ruled:
        at: dict[int, list[int]] = {}
        for index, node in enumerate(_leaf(column, leaves) for column in header.columns):
            if node:
                at.setdefault(node.order, []).append(index)
        return any(len({header.columns[index].names for index in places}) > 1 for places in at.values())
    printed = [label for label in header.sequence if len(exact(label.name, leaves)) == 1]
    runs = [label for before, label in zip([None, *printed], printed, strict=False) if not _goes_on(before, label)]
    names = [label.name for label in runs]
    return len(set(names)) < len(names) and len({label.row for label in runs}) < len(runs)


def _goes_on(before: HeaderLabel | None, label: HeaderLabel) -> bool:
    return before is not None and (before.name, before.row, before.start + 1) == (label.name, label.row, label.start)


def total_stands_first(header: Header, block: FormBlock) -> bool:
    """Whether the header of a text names 总计 before the columns that it totals: a cell over three rows of header is printed so,
    and so is a table whose first column is the total. Sums decide whether the rows may be read."""
    leaves = block.column_leaves()
    if header.ruled or not leaves or not leaves[-1].is_total or leaves[-1].ancestors:
        return False
    names = [label.name for label in header.sequence]
    total = next((at for at, name in enumerate(names) if name in leaves[-1].names), None)
    first = next((at for at, name in enumerate(names) if name in leaves[0].names), None)
    return total is not None and first is not None and total < first


def by_order(header: Header, block: FormBlock) -> list[Node] | None:
    """All leaves of the block in printed order, from the labels in reading order; None unless every leaf is found.

    Groups whose children are leaves (法人或其他组织; the three procedures) take their children in the order in which
    they are printed; a stream of repeated outcomes is dealt out to the procedures in their own printed order.

    Reading order is that of the columns only among labels of one row: a group that stands a row higher is read before the
    column to its left (法人或其他组织 over 商业企业, then 自然人). Labels of several rows are taken from left to right; any
    order but that of the form is refused.
    """
    leaves = block.column_leaves()
    direct = [leaf for leaf in leaves if not leaf.ancestors]
    parents: dict[int, list[Node]] = {}
    for leaf in leaves:
        if leaf.ancestors:
            parents.setdefault(leaf.ancestors[-1].order, []).append(leaf)
    groups = {leaf.ancestors[-1].order: leaf.ancestors[-1] for leaf in leaves if leaf.ancestors}
    tops: list[tuple[HeaderLabel, Node]] = []
    stream: list[str] = []
    for label in _with_cut_ends(
        _whole_names(header.sequence, [*leaves, *groups.values()]), [*leaves, *groups.values()]
    ):
        hits = exact(label.name, [*direct, *groups.values()])
        if (
            not block.is_narrowed
            and hits
            and any(label.row == other.row and hits[0].order == top.order for other, top in tops)
        ):
            return None  # two years or organs side by side
        if hits and hits[0].order not in {top.order for _, top in tops}:
            tops.append((label, hits[0]))
        elif any(exact(label.name, children) for children in parents.values()):
            stream.append(label.name)
    if total_stands_first(header, block):
        tops.sort(key=lambda top: top[1].is_total)
    elif len({label.row for label, _ in tops}) > 1:
        tops.sort(key=lambda top: (top[0].start, top[0].row))
    is_sure = (
        _is_order_of_an_annex(header, block, tops)
        if block.is_narrowed
        else [top.order for _, top in tops] == sorted(top.order for _, top in tops)
    )
    if not is_sure:
        return None  # in text, lines that changed places
    ordered: list[Node] = []
    for _, top in tops:
        if top.order not in groups:
            ordered.append(top)
            continue
        children = parents[top.order]
        taken, stream = stream[: len(children)], stream[len(children) :]
        members = [node for name in taken for node in exact(name, children)]
        if sorted(node.order for node in members) != sorted(node.order for node in children):
            return None
        ordered += members
    return ordered if not stream and len(ordered) == len(leaves) else None


def _with_cut_ends(sequence: Sequence[HeaderLabel], nodes: Sequence[Node]) -> Sequence[HeaderLabel]:
    """Labels that lost their end (商业企) made whole, where one label alone, which is printed nowhere else, can be meant."""
    printed = {label.name for label in sequence}
    absent = [node for node in nodes if not node.names & printed]
    whole = [label if _is_printed(label, nodes) else _whole(label, absent) for label in sequence]
    return whole if len({label.name for label in whole}) == len(printed) else sequence


def _is_printed(label: HeaderLabel, nodes: Sequence[Node]) -> bool:
    return any(label.name in node.names for node in nodes)


def _whole(label: HeaderLabel, absent: Sequence[Node]) -> HeaderLabel:
    meant = {name for node in absent for name in node.names if is_cut_end(label.name, name)}
    owners = {node.label for node in absent if node.names & meant}
    return label._replace(name=min(meant)) if len(owners) == 1 else label


def _whole_names(sequence: Sequence[HeaderLabel], nodes: Sequence[Node]) -> Sequence[HeaderLabel]:
    """Labels that a page break cut in two (自然 at the foot of one page, 人 at the head of the next) made whole.

    All or nothing: the pieces pair off in printed order, no piece is left over, and no whole label stands in the row of the
    lower halves. Otherwise a label, or a lower half that happens to be one (维持 under 结果), would lose its place.
    """
    names = [label.name for label in sequence]
    known = {name for node in nodes for name in node.names}
    strange = [index for index, name in enumerate(names) if name not in known]
    if len(strange) > MAX_STRANGE:
        return sequence
    uppers: list[int] = []
    lowers: list[int] = []
    for index in strange:
        beyond = max(index, lowers[-1] if lowers else -1)
        rest = (i for i in strange if i > beyond and names[index] + names[i] in known)
        found = next(rest, None) if index not in lowers else None
        if found is not None:
            uppers.append(index)
            lowers.append(found)
    left = [names[index] for index in strange if index not in uppers and index not in lowers]
    beside = {sequence[index].row for index in lowers}
    mixed = any(label.row in beside and index not in lowers for index, label in enumerate(sequence))
    if (
        not uppers
        or mixed
        or max(uppers) > min(lowers)
        or any(n.startswith(f) or n.endswith(f) for n in known for f in left)
    ):
        return sequence
    for upper, lower in zip(uppers, lowers, strict=True):
        names[upper] += names[lower]
    return [
        label._replace(name=name)
        for index, (label, name) in enumerate(zip(sequence, names, strict=True))
        if index not in lowers
    ]
