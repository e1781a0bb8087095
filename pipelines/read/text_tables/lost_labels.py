"""Rows of flattened text that stand above a row whose label is lost: their figures may be that row's.

Where a blank leaves no trace, a row left blank and the row below it, whose label is lost, look like one row: the label of
the first and the figures of the second. Such a row is refused, unless its line prints the label with the figures, or the
sums of the form prove that the figures of the other row are not printed at all.
"""

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from itertools import pairwise

from pipelines.extract.document import Cell, Grid
from pipelines.read.tables.values.cells import PrintedCell, TableReading
from pipelines.read.tables.values.numbers import fold_text, kind, whole_number
from pipelines.read.tables.values.shifted_rows import refuse_row
from schemas.form import BESIDE, KEY_COLUMNS, FormBlock, FormTable, Identity, Node
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
    lost = [pair for block in form.blocks for pair in _above_lost(block, rows, printed)]
    if len(lost) <= unknown:
        return  # each of them is there under another label
    if reading.table in BESIDE and len(lost) > _MOST_LOST * len(rows):
        return
    for name, below in lost:
        if not (len(lost) == 1 and _is_deleted(below, name, rows, form)):
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


def _above_lost(block: FormBlock, rows: _Rows, printed: Collection[str]) -> Iterator[tuple[str, str]]:
    """Rows that were read, each with the row of the form that should be printed next and is not, though a later one is.

    A row that prints its label alone was left blank: its label is there.
    """
    leaves = [leaf for leaf in block.row_leaves() if _name(leaf) in rows or not leaf.optional]
    last = max((at for at, leaf in enumerate(leaves) if _name(leaf) in rows), default=0)
    for leaf, below in pairwise(leaves[: last + 1]):
        row = rows.get(_name(leaf), ())
        is_lost = _name(below) not in rows and below.names.isdisjoint(printed)
        if row and is_lost and not any(cell.unreadable for cell in row):
            yield _name(leaf), _name(below)


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


def _is_deleted(lost: str, above: str, rows: _Rows, form: FormTable) -> bool:
    """Whether the sums of the columns show that the figures of the lost row stand nowhere in the text.

    All sums with the lost row must leave the same figures for it, which add up to its total and are not all zero. All other
    sums with the row above must be right.
    """
    figures = {name: found for name, row in rows.items() if (found := _figures(row))}
    optional = {_name(leaf) for block in form.blocks for leaf in block.row_leaves() if leaf.optional} - rows.keys()
    missing: set[tuple[int, ...] | None] = set()
    for identity in form.identities:
        if identity.along not in _ROW_KEYS or not {lost, above} & {*identity.left, *identity.right}:
            continue
        if lost in (*identity.left, *identity.right):
            missing.add(_remainder(lost, identity, figures, optional))
        elif _remainder(above, identity, figures, optional) != figures.get(above):
            return False
    found = missing.pop() if len(missing) == 1 else None
    return found is not None and sum(found[:-1]) == found[-1] > 0 and min(found) >= 0


def _figures(row: Sequence[PrintedCell]) -> tuple[int, ...] | None:
    counts = [whole_number(cell.raw_text) for cell in row]
    known = tuple(count for count in counts if count is not None)
    return known if row[-1].is_total and len(known) == len(counts) else None


def _remainder(
    name: str, identity: Identity, figures: Mapping[str, tuple[int, ...]], optional: Collection[str]
) -> tuple[int, ...] | None:
    """What the other rows of a sum leave for one of them, by column; None where a row is not there as plain numbers."""
    own, other = (identity.left, identity.right) if name in identity.left else (identity.right, identity.left)
    plus = [member for member in other if member not in optional]
    minus = [member for member in own if member != name and member not in optional]
    if any(member not in figures for member in (*plus, *minus)):
        return None
    width = len(figures[plus[0]])
    return tuple(sum(figures[row][at] for row in plus) - sum(figures[row][at] for row in minus) for at in range(width))
