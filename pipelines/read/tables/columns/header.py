"""The header of a table as printed: its columns with the labels above each other, and its labels in reading order.

Which column of the form each one is, is decided twice. ``by_position`` matches the labels above each other (行政诉讼 /
复议后起诉 / 结果维持). ``by_order`` matches the labels in reading order; it is used where the declared spans are wrong.
"""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from typing import NamedTuple

from pipelines.read.tables.columns.span_layout import Placed
from pipelines.read.tables.label_matching import is_title
from schemas.forms.catalogue import BESIDE, FormTable
from schemas.labels import IDLE_COLUMNS, SERIAL_COLUMNS

_YEAR = re.compile(r"(20[0-4]\d)(?:年|年度)")
_YEAR_BEFORE = "上年度"


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
    year: int | None = None  # of the columns that are read, where the header prints several years
    leaf_names: frozenset[str] = frozenset()  # of the columns of the form
    is_of_rows: bool = False  # it names rows of the form: the table is transposed
    had_sums: bool = False  # a column of subtotals was taken out

    def without_label_columns(self, end: int) -> "Header":
        """The header without the columns, up to ``end``, in which the rows print their labels (项目, 指标), whatever their head
        says. One that the form knows stays: spans lie."""
        zone = [column for column in self.columns if column.end <= end]
        if any(column.names and column.names[-1] in self.leaf_names for column in zone):
            return self
        return replace(self, columns=self.columns[len(zone) :])

    @property
    def padding(self) -> int:
        """Empty columns to the right of the last named one."""
        return self.width - self.columns[-1].end if self.columns else 0


def title_words(table: FormTable) -> frozenset[str]:
    """Words in the header of a table that name none of its columns: 信息内容, 申请人情况, 勾稽关系, 序号."""
    return table.titles | {name for block in table.blocks for name in block.names} | IDLE_COLUMNS


def read_header(rows: Sequence[Sequence[Placed]], table: FormTable, ruled: bool) -> Header:
    """Columns of the header rows, without the label zone: what only a title covers (信息内容, 申请人情况, 勾稽关系…)."""
    titles = title_words(table)
    is_annex = table.table in BESIDE
    rows = [row for row in rows if any(cell.name for cell in row)]
    if is_annex and not ruled:
        rows = _without_caption(rows, table.titles)
    width = max((row[-1].end for row in rows if row), default=0)
    labels = [(number, cell) for number, row in enumerate(rows) for cell in row if cell.name]
    header = Header(
        columns=_columns(rows, width, titles),
        sequence=tuple(HeaderLabel(cell.name, number, cell.start) for number, cell in labels if not cell.carried),
        spanning=frozenset(cell.name for _, cell in labels if cell.end - cell.start > 1),
        width=width,
        ruled=ruled,
        serial_end=max((cell.end for _, cell in labels if cell.name in SERIAL_COLUMNS and cell.start == 0), default=0),
        titles=titles,
        leaf_names=_names_of_columns(table),
    )
    header = _with_the_year_before(header) if is_annex else header
    return _of_latest_year(header, names_its_year=is_annex)


def _names_of_columns(table: FormTable) -> frozenset[str]:
    return frozenset(name for block in table.blocks for leaf in block.column_leaves() for name in leaf.names)


class _Stack(NamedTuple):
    """The labels above each other in one grid column."""

    names: tuple[str, ...]
    text: str  # as printed, bottom label
    identity: tuple[object, int]  # of the bottom cell: grid columns under one cell are one column


def _columns(rows: Sequence[Sequence[Placed]], width: int, titles: Collection[str]) -> tuple[HeaderColumn, ...]:
    """The columns from the first to the last that has a label."""
    stacks = [_stack(rows, column, titles) for column in range(width)]
    columns, start = [], 0
    for _, members in groupby(stacks, key=lambda stack: stack.identity):
        run = list(members)
        end = start + len(run)
        columns.append(HeaderColumn(run[0].names, run[0].text, start, end, *_open(rows, start, titles)))
        start = end
    named = [index for index, column in enumerate(columns) if column.names]
    return tuple(columns[named[0] : named[-1] + 1]) if named else ()


def _stack(rows: Sequence[Sequence[Placed]], column: int, titles: Collection[str]) -> _Stack:
    covering = [cell for row in rows for cell in row if cell.start <= column < cell.end and not cell.carried]
    named = [cell for cell in covering if cell.name and not is_title(cell.name, titles)]
    if not named or is_title("".join(cell.name for cell in named), titles):  # a page break cuts a title: 勾稽关 over 系
        return _Stack((), "", ("blank", column))
    bottom = named[-1]
    return _Stack(tuple(cell.name for cell in named), bottom.text, (bottom.row, bottom.cell))


def _without_caption(rows: Sequence[Sequence[Placed]], titles: Collection[str]) -> list[Sequence[Placed]]:
    """In text the caption of an annex (情况统计表, （2016年度）) runs into its header, which begins with a title (指标名称)."""
    cells = [cell for row in rows for cell in row if cell.name]
    start = next((at for at, cell in enumerate(cells) if cell.name in titles), 0)
    caption = cells[:start]
    cut = [[cell for cell in row if cell not in caption] for row in rows]
    return [row for row in cut if row]


def _with_the_year_before(header: Header) -> Header:
    """An annex that prints its year and the year before it beside each other (2015年 | 2016年): the earlier one is 上年度."""
    years = {year for column in header.columns if (year := _year_above(column))}
    if len(years) != 2 or max(years) - min(years) != 1:
        return header
    earlier = min(years)
    columns = tuple(
        replace(column, names=(_YEAR_BEFORE,)) if _year_above(column) == earlier else column
        for column in header.columns
    )
    sequence = tuple(
        label._replace(name=_YEAR_BEFORE) if _year_of(label.name) == earlier else label for label in header.sequence
    )
    return replace(header, columns=columns, sequence=sequence)


def _of_latest_year(header: Header, *, names_its_year: bool) -> Header:
    """Where a header prints years side by side, the columns of the latest: no report prints the year after its own.

    The columns of other years keep their place under a name that no form knows. Only positions distinguish the years.
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
    found = [year for name in column.names if (year := _year_of(name))]
    return found[-1] if found else None


def _year_of(name: str) -> int | None:
    found = _YEAR.fullmatch(name)
    return int(found[1]) if found else None


def _open(rows: Sequence[Sequence[Placed]], column: int, titles: Collection[str]) -> tuple[bool, bool]:
    """Whether a header row has no cell at all in a column: above the last label printed there, and in the last row."""
    covering = [[cell for cell in row if cell.start <= column < cell.end] for row in rows]
    bottom = max((at for at, cells in enumerate(covering) if any(c.name and not c.carried for c in cells)), default=0)
    names_columns = [any(cell.name and not is_title(cell.name, titles) for cell in row) for row in rows[:bottom]]
    above = any(named and not cells for named, cells in zip(names_columns, covering[:bottom], strict=True))
    return above, not covering[-1]
