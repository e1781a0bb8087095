"""Rows of an annex that no reading took up: each of them is a finding, so that nothing is left out in silence.

Rows are counted here as they stand in the document, without the layout that the reader sees in it: a label, its figures, and
where they are printed. What was read, and what was refused with a finding, says the same of its own rows.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from pipelines.extract.document import Block, Grid, Line
from pipelines.read.printed_labels import cells_of_line
from pipelines.read.tables.label_matching import Vocabulary
from pipelines.read.tables.values.cells import WHOLE_TABLE, TableReading
from pipelines.read.tables.values.numbers import UNITS, kind
from schemas.form import BESIDE, Form
from schemas.labels import COLUMN_MARKS, normalise_label
from schemas.rules import finding

_ROWS_OF_A_TABLE = 2
"""Known labels with figures, from which on they are an annex although nothing of it was read."""
_ENDS_OF_SENTENCES = "。；;！!？?"


class _Row(NamedTuple):
    """A label and the figures behind it, as printed. ``name``: the label, normalised, where an annex alone prints it."""

    block: int
    label: str
    name: str
    numbers: tuple[str, ...]
    places: tuple[str, ...]  # evidence of the label and of the figures
    has_unit: bool  # between the label and the figures, as rows of annexes print it


def annex_rows_unread(
    blocks: Sequence[Block], labels: Sequence[set[tuple[str, str]]], readings: Sequence[TableReading], words: Vocabulary,
    known: tuple[Form, ...],
) -> list[dict[str, Any]]:  # fmt: skip
    """A finding for each row of the annex that was neither read nor refused; one for all where nothing of it was.

    ``labels``: those of the blocks, each with its table; a document without a label of an annex is not looked into.
    """
    if not any(table in BESIDE for found in labels for _, table in found):
        return []
    rows = list(_rows(blocks, words))
    own = [reading for reading in readings if reading.table in (*BESIDE, *BESIDE.values())]
    if any(item.rule in WHOLE_TABLE for reading in own for item in reading.unread):
        return []
    told = _Told.of(readings, known)
    several = Counter(place for row in rows if row.name for place in set(row.places))
    missed = [row for row in rows if row.name and not told.holds(row, several)]
    if not own:
        is_table = len({row.name for row in missed}) >= _ROWS_OF_A_TABLE
        return (
            [finding("table_unread", table_name=next(iter(BESIDE)), evidence=missed[0].places[0])] if is_table else []
        )
    inside = _inside(blocks, rows, _Told.of(own, known))
    missed += [row for row in rows if not row.name and _belongs(row, inside, blocks) and not told.holds(row, several)]
    return [
        finding("row_unread", table_name=own[0].table, evidence=row.places[0],
                words={"text": row.label, "numbers": ", ".join(row.numbers)})
        for row in dict.fromkeys(missed)
    ]  # fmt: skip


@dataclass(frozen=True)
class _Told:
    """What is known of the rows that were read or refused: where they stand, and their labels."""

    places: frozenset[str]
    names: frozenset[str]

    @classmethod
    def of(cls, readings: Sequence[TableReading], known: tuple[Form, ...]) -> "_Told":
        places = {cell.evidence for reading in readings for cell in reading.cells}
        # The evidence of a cell that several places print names all of them.
        places |= {item.evidence for reading in readings for item in reading.unread}
        names = {normalise_label(item.text) for reading in readings for item in reading.unread}
        indicators = {
            cell.keys[0] for reading in readings for cell in reading.cells if reading.table not in BESIDE.values()
        }
        layouts = (form.tables[table] for form in known for table in BESIDE if table in form.tables)
        leaves = (leaf for layout in layouts for block in layout.blocks for leaf in block.row_leaves())
        names.update(name for leaf in leaves if leaf.keys.get("indicator") in indicators for name in leaf.names)
        return cls(frozenset(place for whole in places for place in whole.split("; ")), frozenset(names))

    def holds(self, row: _Row, several: Counter[str]) -> bool:
        """Whether a finding or a cell speaks of the row. Where several rows have one place (a line), its label decides."""
        at = [place for place in row.places if place in self.places]
        return bool(at) and (row.name in self.names or not row.name or any(several[place] < 2 for place in at))


def _inside(blocks: Sequence[Block], rows: Sequence[_Row], told: _Told) -> set[int]:
    """The blocks that belong to an annex: grids with rows of it, and the lines from its first to its last."""
    mine = {row.block for row in rows if any(place in told.places for place in row.places)}
    lines = [at for at in mine if isinstance(blocks[at], Line)]
    span = range(min(lines), max(lines) + 1) if lines else range(0)
    return mine | {at for at in span if isinstance(blocks[at], Line)}


def _belongs(row: _Row, inside: set[int], blocks: Sequence[Block]) -> bool:
    """Whether a row without a known label stands inside an annex, or with its unit on the lines right behind it."""
    if row.block in inside:
        return True
    last = max((at for at in inside if isinstance(blocks[at], Line) and at < row.block), default=None)
    return row.has_unit and last is not None and all(_may_be_a_row(block) for block in blocks[last + 1 : row.block + 1])


def _may_be_a_row(block: Block) -> bool:
    return isinstance(block, Line) and not any(sign in block.text for sign in _ENDS_OF_SENTENCES)


def _rows(blocks: Sequence[Block], words: Vocabulary) -> Iterator[_Row]:
    stream: list[tuple[int, str, str]] = []  # block, text, evidence
    for at, block in enumerate(blocks):
        if isinstance(block, Line) and _may_be_a_row(block):
            stream += [(at, text.strip(), block.evidence) for text in cells_of_line(block.text, words)]
            continue
        yield from _from_stream(stream, words)
        stream = []
        for row in block.rows if isinstance(block, Grid) else ():
            yield from _from_stream([(at, cell.text, cell.evidence) for cell in row], words)
    yield from _from_stream(stream, words)


def _from_stream(stream: Sequence[tuple[int, str, str]], words: Vocabulary) -> Iterator[_Row]:
    """Rows of a sequence of cells: labels, then figures; the label that an annex knows names them, else the last one."""
    labels: list[tuple[int, str, str]] = []
    numbers: list[tuple[int, str, str]] = []
    for item in [*stream, (0, "", "")]:
        sort = kind(item[1])
        if labels and numbers and (sort == "label" or not item[2]):
            yield _row(labels, numbers, words)
            labels, numbers = [], []
        if sort == "label" and normalise_label(item[1]) not in COLUMN_MARKS:
            labels.append(item)
        elif sort == "number" and labels:
            numbers.append(item)


def _row(labels: Sequence[tuple[int, str, str]], numbers: Sequence[tuple[int, str, str]], words: Vocabulary) -> _Row:
    own = [item for item in labels if normalise_label(item[1]) not in UNITS] or labels
    known = [(item, found[0]) for item in own if (found := words.own_label(item[1])) and found[1] in BESIDE]
    (block, text, place), name = known[-1] if known else (own[-1], "")
    has_unit = len(own) < len(labels)
    return _Row(
        block, text, name, tuple(item[1] for item in numbers), (place, *(item[2] for item in numbers)), has_unit
    )
