"""What a statutory form is made of: trees of labelled rows and columns, in blocks, in tables.

A form table is a list of blocks; a block has a tree of columns and a tree of rows (table four has no row labels: one
unlabelled row). A fact is one row leaf crossed with one column leaf: its keys are the union of the keys on both paths.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import count

KEY_COLUMNS: dict[str, tuple[str, ...]] = {
    "proactive_disclosure": ("article", "item", "metric"),
    "applications": ("line", "applicant"),
    "disputes": ("procedure", "outcome"),
    "legacy_statistics": ("indicator",),
    "legacy_breakdown": ("indicator", "annex_column"),
}
"""Key columns of each fact table, in the order in which they are printed."""

BESIDE = {"legacy_statistics": "legacy_breakdown"}
"""Table → the table that takes the columns printed beside its own (``Node.beside``): other spans of time, parts of a whole."""


@dataclass(frozen=True, eq=False)
class Node:
    """A row or a column of a form: a leaf when it has keys, a group when it has children; it may be both.

    Within a table ``order`` identifies a node (an ancestor is listed without its children, so it is another object).
    """

    label: str
    names: frozenset[str]  # normalised label and aliases
    keys: Mapping[str, str]  # own keys and those of the ancestors
    is_leaf: bool
    order: int
    ancestors: tuple["Node", ...]  # outermost first; their own ``children`` are left empty
    label_en: str = ""
    unit: str | None = None
    money: bool = False
    signed: bool = False
    unit_in_cell: bool = False
    is_total: bool = False
    beside: str | None = None  # a column that is not the table's own: its figures go to ``BESIDE`` under this key
    skipped: bool = (
        False  # a column that holds no figure of a form (同比增长, 占比): it takes its place in a row and is not read
    )
    shared: frozenset[str] = frozenset()  # of ``names``, words too common to tell the table (部分公开)
    optional: bool = False  # a row that only some years print: not missed where it is absent
    children: tuple["Node", ...] = ()

    def walk(self) -> Iterator["Node"]:
        """This node and all below it, in printed order."""
        yield self
        for child in self.children:
            yield from child.walk()


@dataclass(frozen=True, eq=False)
class FormBlock:
    """A part of a table with its own header row."""

    keys: Mapping[str, str]
    names: frozenset[str]
    columns: tuple[Node, ...]
    rows: tuple[Node, ...]  # empty: one row without a label
    is_narrowed: bool = False  # to the columns that a page prints of many that it may

    def column_leaves(self) -> list[Node]:
        return [node for top in self.columns for node in top.walk() if node.is_leaf]

    def with_columns_named(self, names: Collection[str]) -> "FormBlock":
        """The block with those of its columns that a page prints, where it may print fewer; else the block as it is."""
        if self.is_narrowed or not any(column.beside for column in self.columns):
            return self
        printed = tuple(column for column in self.columns if column.names & set(names))
        return replace(self, columns=printed, is_narrowed=True)

    def row_leaves(self) -> list[Node]:
        return [node for top in self.rows for node in top.walk() if node.is_leaf]

    def rows_or_none(self) -> Sequence[Node | None]:
        """The row leaves; one None where the block's only row has no label."""
        return self.row_leaves() or (None,)


@dataclass(frozen=True)
class Identity:
    """``sum(left) = sum(right)``, both members of the ``along`` key, for every value of the other keys."""

    rule: str
    along: str
    left: tuple[str, ...]
    right: tuple[str, ...]


@dataclass(frozen=True, eq=False)
class FormTable:
    """One statutory table of one form. ``arrangements``: other ways in which pages lay the same cells out."""

    form: str
    table: str
    unit: str | None
    titles: frozenset[str]
    blocks: tuple[FormBlock, ...]
    identities: tuple[Identity, ...]
    arrangements: tuple["FormTable", ...] = ()
    borrowed: tuple[FormBlock, ...] = ()  # rows of other annexes of the same kind, known there by an unmistakable label

    @cached_property
    def asked(self) -> dict[tuple[str, ...], int]:
        """Key values of every cell of the form → its place in printed order."""
        names = KEY_COLUMNS[self.table]
        return {tuple(cell[name] for name in names): index for index, cell in enumerate(self.cells())}

    @cached_property
    def required(self) -> frozenset[tuple[str, ...]]:
        """Those of ``asked`` that are missed where a page does not print them."""
        names = KEY_COLUMNS[self.table]
        return frozenset(tuple(cell[name] for name in names) for cell in self.cells(optional=False))

    def place_of(self, keys: tuple[str, ...]) -> tuple[int, tuple[str, ...]]:
        """Sorts cells as they are printed; what is borrowed, or printed beside the table's own columns, behind the rest."""
        return self.asked.get(keys[: len(KEY_COLUMNS[self.table])], len(self.asked)), keys

    def cells(self, *, optional: bool = True) -> list[dict[str, str]]:
        """Keys of every cell of the form, with or without the rows that only some years print."""
        found = []
        for block in self.blocks:
            columns = [column for column in block.column_leaves() if not (column.beside or column.skipped)]
            for row in block.rows_or_none():
                row_keys = dict(row.keys) if row else {}
                if row is None or optional or not row.optional:
                    found += [{**block.keys, **row_keys, **column.keys} for column in columns]
        return found


def joined(table: FormTable, blocks: Sequence[FormBlock]) -> FormTable:
    """The table with these blocks, which may come from several forms: their rows and columns are counted anew."""
    counter = count()

    def counted(node: Node, ancestors: tuple[Node, ...]) -> Node:
        own = replace(node, order=next(counter), ancestors=ancestors, children=())
        return replace(own, children=tuple(counted(child, (*ancestors, own)) for child in node.children))

    anew = [
        replace(
            block,
            columns=tuple(counted(node, ()) for node in block.columns),
            rows=tuple(counted(node, ()) for node in block.rows),
        )
        for block in blocks
    ]
    return replace(table, blocks=tuple(anew), arrangements=())


@dataclass(frozen=True)
class SectionHeading:
    """One of the six sections, with the headings it goes by."""

    section_no: int
    label: str
    names: frozenset[str]


@dataclass(frozen=True, eq=False)
class Form:
    """A published form: its tables, its sections and the report years it was made for (last None: still in force)."""

    form: str
    document: str
    years: tuple[int, int | None]
    tables: Mapping[str, FormTable]
    sections: tuple[SectionHeading, ...] = field(default=())
