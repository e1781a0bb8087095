"""Rows of flattened text that stand above a row whose label is lost: their figures may be that row's.

Where a blank leaves no trace, a row left blank and the row below it, whose label is lost, look like one row: the label of
the first and the figures of the second. Such a row is refused, unless its line prints the label with the figures. Sums could
tell more, but numbers never decide their place.
"""

from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from itertools import pairwise

from pipelines.extract.document import Cell, Grid
from pipelines.read.tables.values.cells import PrintedCell, TableReading
from pipelines.read.tables.values.numbers import fold_text, kind, whole_number
from pipelines.read.tables.values.shifted_rows import refuse_row
from schemas.forms.catalogue import BESIDE, KEY_COLUMNS, FormBlock, FormTable, Node
from schemas.labels import is_enumerated, normalise_label

_TABLES = {table: KEY_COLUMNS[table][0] for table in ("applications", *BESIDE)}
_ROW_KEYS = frozenset(_TABLES.values())
_MOST_LOST = 0.1
_FEWEST_NUMBERS, _MOSTLY = 5, 0.8
_Rows = dict[str, list[PrintedCell]]


def refuse_rows_above_a_lost_label(reading: TableReading, grids: Sequence[Grid], form: FormTable) -> None:
    """Refuse rows of table three, or of an annex, whose figures may belong to the next row of the form, which has no label.

    Annexes leave rows out: there a row counts as lost only where nearly all others of the form are printed.

    Args:
        reading: one table as read from ``grids``.
        grids: the rows of the text, as they were cut.
        form: what the table was read by.
    """
    if reading.table not in _TABLES or any(not fold_text(cell.raw_text) for cell in reading.cells):
        return  # a blank that is printed shows that blanks leave a trace
    rows = _rows(reading)
    printed = _row_labels(grids, form)
    unknown = sum(item.rule == "label_unmapped" for item in reading.unread)
    lost = [name for block in form.blocks for name in _above_lost(block, rows, printed)]
    if len(lost) <= unknown:
        return  # each of them is there under another label
    if reading.table in BESIDE and len(lost) > _MOST_LOST * len(rows):
        return
    for name in lost:
        _refuse_unless_on_one_line(reading, rows[name], grids)


def refuse_rows_above_a_lost_number(reading: TableReading, grids: Sequence[Grid]) -> None:
    """Refuse the rows of an annex whose number (09) is not followed by the next one: the row between has lost its label.

    Args:
        reading: one table as read from ``grids``.
        grids: the rows of the text, as they were cut, the number of each row behind its label.
    """
    if reading.table not in BESIDE:
        return
    for grid in grids:
        numbered = [(number, row) for row in grid.rows if (number := _number_of(row)) is not None]
        steps = [(low, high, row) for (low, row), (high, _) in pairwise(numbered)]
        if len(steps) < _FEWEST_NUMBERS or sum(high == low + 1 for low, high, _ in steps) < _MOSTLY * len(steps):
            continue
        uncertain = {cell.evidence for low, high, row in steps if high > low + 1 for cell in row}
        for own in _rows(reading).values():
            if any(cell.evidence in uncertain for cell in own) and not any(cell.unreadable for cell in own):
                _refuse_unless_on_one_line(reading, own, grids)


def _number_of(row: Sequence[Cell]) -> int | None:
    """The number of a row that stands between its label and its figures."""
    kinds = [kind(cell.text) for cell in row]
    first = next((at for at, (sort, behind) in enumerate(pairwise(kinds)) if sort == "label" != behind), None)
    return whole_number(row[first + 1].text) if first is not None else None


def _refuse_unless_on_one_line(reading: TableReading, row: Sequence[PrintedCell], grids: Sequence[Grid]) -> None:
    """Refuse a row; figures on the line of one label are certain."""
    whole = _lines_of_one_row(grids)
    if not all(cell.evidence in whole for cell in row):
        refuse_row(reading, row)


def _rows(reading: TableReading) -> _Rows:
    rows: _Rows = {}
    for cell in reading.cells:
        rows.setdefault(cell.keys[0], []).append(cell)
    return rows


def _row_labels(grids: Sequence[Grid], form: FormTable) -> frozenset[str]:
    """Labels that the text prints. One that names a column, too (其他), must carry the enumerator of its row."""
    columns = {name for block in form.blocks for top in block.columns for node in top.walk() for name in node.names}
    texts = {cell.text for grid in grids for row in grid.rows for cell in row if kind(cell.text) == "label"}
    names = ((normalise_label(text), is_enumerated(text)) for text in texts)
    return frozenset(name for name, has_enumerator in names if has_enumerator or name not in columns)


def _above_lost(block: FormBlock, rows: _Rows, printed: Collection[str]) -> Iterator[str]:
    """Rows that were read, behind which the next row of the form should be printed and is not, though a later one is.

    A row that prints its label alone was left blank: its label is there.
    """
    leaves = [leaf for leaf in block.row_leaves() if _name(leaf) in rows or not leaf.optional]
    last = max((at for at, leaf in enumerate(leaves) if _name(leaf) in rows), default=0)
    for leaf, below in pairwise(leaves[: last + 1]):
        row = rows.get(_name(leaf), ())
        is_lost = _name(below) not in rows and below.names.isdisjoint(printed)
        if row and is_lost and not any(cell.unreadable for cell in row):
            yield _name(leaf)


def _name(leaf: Node) -> str:
    return next(leaf.keys[key] for key in leaf.keys if key in _ROW_KEYS)


def _lines_of_one_row(grids: Sequence[Grid]) -> frozenset[str]:
    """Evidence of the lines that print labels of one row only: figures on such a line are that row's."""
    labelled = (
        evidence
        for grid in grids
        for row in grid.rows
        for evidence in {cell.evidence for cell in row if kind(cell.text) == "label"}
    )
    return frozenset(evidence for evidence, rows in Counter(labelled).items() if rows == 1)
