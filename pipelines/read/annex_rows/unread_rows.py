"""Rows of an annex that no reading took up: each of them is a finding, so that nothing is left out in silence.

Rows as they stand in the document are held against what was read, and against what was refused with a finding.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from pipelines.extract.document import Block, Line
from pipelines.read.annex_rows.printed_rows import PrintedRow, may_be_a_row, printed_rows
from pipelines.read.tables.label_matching import Vocabulary
from pipelines.read.tables.values.cells import WHOLE_TABLE, TableReading
from schemas.forms.catalogue import BESIDE, Form, Node
from schemas.labels import normalise_label
from schemas.rules import finding

_ROWS_OF_A_TABLE = 2
"""Known labels with figures, from which on they are an annex although nothing of it was read."""


def annex_rows_unread(
    blocks: Sequence[Block], labels: Sequence[set[tuple[str, str]]], readings: Sequence[TableReading], words: Vocabulary,
    known: tuple[Form, ...],
) -> list[dict[str, Any]]:  # fmt: skip
    """A finding for each row of the annex that was neither read nor refused; one for all where nothing of it was.

    ``labels``: those of the blocks, each with its table; a document without a label of an annex is not looked into.
    """
    if not any(table in BESIDE for found in labels for _, table in found):
        return []
    rows = printed_rows(blocks, words)
    own = [reading for reading in readings if reading.table in (*BESIDE, *BESIDE.values())]
    if any(item.rule in WHOLE_TABLE for reading in own for item in reading.unread):
        return []
    told = _Told.of(readings, known)
    several = Counter(place for row in rows for place in set(row.places))
    untold = [row for row in rows if not told.holds(row, several)]
    known_rows = [row for row in untold if row.name]
    if not own:
        return _whole_table(known_rows)
    inside = _inside(blocks, rows, _Told.of(own, known))
    strangers = [row for row in untold if not row.name and _belongs(row, inside, blocks)]
    return [
        finding("row_unread", table_name=own[0].table, evidence=row.places[0],
                words={"text": row.label, "numbers": ", ".join(row.numbers)})
        for row in dict.fromkeys([*known_rows, *strangers])
    ]  # fmt: skip


def _whole_table(rows: Sequence[PrintedRow]) -> list[dict[str, Any]]:
    """One finding for an annex of which nothing was read; a single label with a figure is none."""
    if len({row.name for row in rows}) < _ROWS_OF_A_TABLE:
        return []
    return [finding("table_unread", table_name=next(iter(BESIDE)), evidence=rows[0].places[0])]


@dataclass(frozen=True)
class _Told:
    """What is known of the rows that were read or refused: where they stand, their labels, their figures as printed."""

    places: frozenset[str]
    names: frozenset[str]
    numbers: frozenset[str]

    @classmethod
    def of(cls, readings: Sequence[TableReading], known: tuple[Form, ...]) -> "_Told":
        unread = [item for reading in readings for item in reading.unread]
        cells = [cell for reading in readings for cell in reading.cells]
        # The evidence and the text of a cell that several places print name all of them.
        evidence = {cell.evidence for cell in cells} | {item.evidence for item in unread}
        places = {place for several in evidence for place in several.split("; ")}
        numbers = {number for cell in cells for number in cell.raw_text.split(" | ")}
        numbers.update(number for item in unread for number in item.numbers)
        indicators = {
            cell.keys[0] for reading in readings for cell in reading.cells if reading.table not in BESIDE.values()
        }
        names = {normalise_label(item.text) for item in unread}
        names.update(
            name for node in _rows_of(known) if node.keys.get("indicator") in indicators for name in node.names
        )
        return cls(frozenset(places), frozenset(names), frozenset(numbers))

    def holds(self, row: PrintedRow, several: Counter[str]) -> bool:
        """Whether a finding or a cell speaks of the row. Where several rows have one place (a line), label and figures decide."""
        at = [place for place in row.places if place in self.places]
        named = normalise_label(row.label) in self.names and not self.numbers.isdisjoint(row.numbers)
        return bool(at) and (named or any(several[place] < 2 for place in at))


def _rows_of(known: tuple[Form, ...]) -> Iterator[Node]:
    """Rows of the annexes of all forms."""
    for form in known:
        for layout in (form.tables[table] for table in BESIDE if table in form.tables):
            for block in layout.blocks:
                yield from block.row_leaves()


def _inside(blocks: Sequence[Block], rows: Sequence[PrintedRow], told: _Told) -> set[int]:
    """The blocks that belong to an annex: grids with rows of it, and the lines from its first to its last."""
    mine = {row.block for row in rows if any(place in told.places for place in row.places)}
    lines = [at for at in mine if isinstance(blocks[at], Line)]
    span = range(min(lines), max(lines) + 1) if lines else range(0)
    return mine | {at for at in span if isinstance(blocks[at], Line)}


def _belongs(row: PrintedRow, inside: set[int], blocks: Sequence[Block]) -> bool:
    """Whether a row without a known label stands inside an annex, or with its unit on the lines right behind it."""
    if row.block in inside:
        return True
    last = max((at for at in inside if isinstance(blocks[at], Line) and at < row.block), default=None)
    return row.has_unit and last is not None and all(may_be_a_row(block) for block in blocks[last + 1 : row.block + 1])
