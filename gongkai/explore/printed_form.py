"""A statutory table as the form prints it: header rows, row labels with their spans, and the key of every cell."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache

from schemas.forms.catalogue import KEY_COLUMNS, forms
from schemas.forms.tree import FormBlock, FormTable, Node

Key = tuple[str, ...]


@dataclass(frozen=True)
class Label:
    """A header cell or a row label."""

    text: str
    text_en: str
    rows: int = 1
    columns: int = 1


@dataclass
class PrintedRow:
    """The labels that begin on this row, and the keys of its cells."""

    labels: list[Label]
    keys: list[Key] = field(default_factory=list)


@dataclass(frozen=True)
class PrintedBlock:
    """A part of a table with its own header."""

    header: Sequence[Sequence[Label]]
    stub: int
    """Columns that the row labels take; 0 where the block's only row has no label."""
    rows: Sequence[PrintedRow]
    article: str | None = None
    """Item of article 20 that the block stands under."""


@cache
def printed(table: str, form: str | None) -> tuple[PrintedBlock, ...]:
    """The table in that form, or in the newest that has it when that form does not; empty for a table of no form."""
    having = [item for item in forms() if table in item.tables]
    if not having:
        return ()
    chosen = next((item for item in having if item.form == form), having[-1])
    return tuple(_block(chosen.tables[table], block) for block in chosen.tables[table].blocks)


def _block(table: FormTable, block: FormBlock) -> PrintedBlock:
    names = KEY_COLUMNS[table.table]
    leaves = list({tuple(sorted(node.keys.items())): node for node in reversed(block.column_leaves())}.values())[::-1]
    shown = {
        node.order for node in leaves
    }  # some forms list names that one column goes by, the first before the others
    columns = [node for node in block.columns if any(part.order in shown for part in node.walk())]
    stub = max((_depth(node) for node in block.rows), default=0)
    pairs = [pair for node in block.rows for pair in _rows(node, 0, stub)] or [(PrintedRow([]), None)]
    for row, node in pairs:
        keys = [{**block.keys, **(node.keys if node else {}), **column.keys} for column in leaves]
        row.keys = [tuple(key[name] for name in names) for key in keys]
    return PrintedBlock(_header(columns), stub, [row for row, _ in pairs], block.keys.get("article"))


def _depth(node: Node) -> int:
    return 1 + max(map(_depth, node.children), default=0)


def _rows(node: Node, depth: int, stub: int) -> list[tuple[PrintedRow, Node | None]]:
    own = [(PrintedRow([Label(node.label, node.label_en, 1, stub - depth)]), node)] if node.is_leaf else []
    below = [pair for child in node.children for pair in _rows(child, depth + 1, stub)]
    if below:
        below[0][0].labels.insert(0, Label(node.label, node.label_en, len(below), 1))
    return [*own, *below]


def _header(columns: Sequence[Node]) -> list[list[Label]]:
    height = max(map(_depth, columns), default=1)
    lines: list[list[Label]] = [[] for _ in range(height)]

    def place(node: Node, depth: int) -> None:
        width = sum(1 for part in node.walk() if part.is_leaf)
        lines[depth].append(Label(node.label, node.label_en, 1 if node.children else height - depth, width))
        for child in node.children:
            place(child, depth + 1)

    for node in columns:
        place(node, 0)
    return lines
