"""The header of a table laid out on a block of its form: which leaf each printed column holds."""

from collections.abc import Sequence
from typing import NamedTuple

from pipelines.read.tables.columns.by_order import by_order, codes_before
from pipelines.read.tables.columns.by_position import by_position, leaves_repeat
from pipelines.read.tables.columns.header import Header
from schemas.forms.catalogue import FormBlock, Node


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


def lay_out(header: Header, block: FormBlock) -> Columns:
    """Lay the header out: by position; by reading order where declared spans are wrong; else by what positions alone give."""
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
    # Without positions a column that has lost its label looks like one that is absent: nothing is read.
    return Columns(positioned, False, [index for index in range(len(positioned)) if header.columns[index].names])


def block_of_columns(header: Header, blocks: Sequence[FormBlock]) -> tuple[FormBlock, Columns]:
    """The block that the header names, and how its columns lie: of several, the widest that is named in full, groups and all."""
    if len(blocks) == 1:
        return blocks[0], lay_out(header, blocks[0])
    printed = {label.name for label in header.sequence}
    named = [block for block in blocks if all(top.names & printed for top in block.columns)]
    laid = [(block, lay_out(header, block)) for block in named]
    whole = [(block, columns) for block, columns in laid if columns.complete and all(columns.nodes)]
    return max(whole, key=lambda found: len(found[1].nodes), default=(blocks[0], Columns([], False, [])))


def fault_of(header: Header | None, block: FormBlock) -> str | None:
    """The rule by which a header does not identify the columns of a block; None where it does."""
    if header is None or not header.columns:
        return "header_unreadable"
    if any(column.beside for column in block.columns):
        return None  # an annex: the order of its header shows which column is named twice
    return "columns_repeated" if leaves_repeat(header, block) else None
