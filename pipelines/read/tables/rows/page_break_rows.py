"""Rows that a page break cuts: ``2.其他`` and its values at the foot of a page, ``法律行政法规禁止公开`` at the head of the next.

Office software lets a row go on on the next page unless it is told not to, and a number that is wider than its cell goes
on there, too (``177`` over ``12``). Each piece then looks like a row of its own, with half a label, half a number, or with
cells that are empty although nothing is blank. Two pieces are put together only where their labels spell one known row and
their numbers can be halves; where neither that nor the contrary is certain, both rows are ``unsure`` and must not be read.
Where no rule parts the rows of a table, every line may be such a piece.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from pipelines.extract.document import Cell, Grid
from pipelines.read.tables.columns.span_layout import MOST_LABELS, Placed, bones, place
from pipelines.read.tables.label_matching import Vocabulary
from pipelines.read.tables.values.numbers import UNITS, fold_text, kind
from schemas.labels import SUBTOTALS, normalise_label

_PRINTED = ("number", "mark", "garbled")
_CANONICAL = re.compile(r"0|[1-9]\d*(?:\.\d+)?")


@dataclass
class Piece:
    """A grid, and the rows of it that may be halves of one."""

    grid: Grid
    unsure: set[int] = field(default_factory=set)


@dataclass(frozen=True)
class _Row:
    """The row on one side of a page break."""

    own: list[Placed]  # without the cells that reach into it
    label: Placed | None  # the text beside the values: it names the row
    is_known: bool

    @property
    def has_values(self) -> bool:
        return any(cell.kind in _PRINTED for cell in self.own)


def rejoined(grids: Sequence[Grid], words: Vocabulary) -> list[Piece]:
    """The grids with every cut row whole at the foot of its page; what held its rest on the next page is emptied."""
    pieces = [Piece(grid, _beside_strangers(grid, words) if grid.loose else set()) for grid in grids]
    for index in range(1, len(pieces)):
        upper, lower = pieces[index - 1], pieces[index]
        head = _head(lower.grid, grids[:index]) if lower.grid.continues and upper.grid.rows else None
        if head is not None:
            _mend(upper, lower, head, words)
    return pieces


def _beside_strangers(grid: Grid, words: Vocabulary) -> set[int]:
    """In a table without rules: values that no known label names, and the rows above and below, which they may belong to."""
    rows: dict[int, _Row] = {}
    for number, cells in enumerate(place(bones(grid))):
        row = _row(cells, _label_end(cells), words)
        rows |= {number: row} if row.has_values else {}
    strangers = {number for number, row in rows.items() if not row.is_known} if len(rows) > 1 else set()
    return {number for number in rows if strangers & {number - 1, number, number + 1}}


def _head(grid: Grid, before: Sequence[Grid]) -> int | None:
    """The first row that does not merely repeat the header of an earlier page."""
    printed = {_texts(row) for other in before for row in other.rows}
    return next((number for number, row in enumerate(grid.rows) if _texts(row) not in printed), None)


def _texts(row: Sequence[Cell]) -> tuple[str, ...]:
    return tuple(fold_text(cell.text) for cell in row)


def _mend(upper: Piece, lower: Piece, head: int, words: Vocabulary) -> None:
    """Join the rows on both sides of a break, or mark the ones that cannot be trusted."""
    foot = len(upper.grid.rows) - 1
    last, first = (_bare(place(bones(grid))[at]) for grid, at in ((upper.grid, foot), (lower.grid, head)))
    values_from = max(_label_end(last), _label_end(first))
    if _has_words_over_numbers(last, values_from) or _has_words_over_numbers(first, values_from):
        return  # a title or a header on one side
    above, below = _row(last, values_from, words), _row(first, values_from, words)
    spelled = "".join(row.label.text for row in (above, below) if row.label)
    two_rows = above.is_known and below.is_known
    spells_a_row = not two_rows and any(normalise_label(spelled) in names for names in words.rows.values())
    if _are_whole(above, below, spells_a_row):
        return
    rests = lower.grid.rows[head]
    joined = _joined(upper.grid.rows[foot], rests, above, below, spelled) if spells_a_row else None
    if joined is None:
        lower.unsure.add(head)
        upper.unsure |= set() if above.is_known and not below.has_values else {foot}
        return
    upper.grid = upper.grid._replace(rows=(*upper.grid.rows[:-1], joined))
    moved = {cell.cell for cell in below.own if cell.end >= values_from}
    emptied = tuple(cell._replace(text="") if at in moved else cell for at, cell in enumerate(rests))
    # The row stays, for a cell of the label zone may begin in it and reach further down.
    lower.grid = lower.grid._replace(rows=(*lower.grid.rows[:head], emptied, *lower.grid.rows[head + 1 :]))


def _has_words_over_numbers(row: Sequence[Placed], values_from: int) -> bool:
    """Whether a row prints words, and numbers where the other has a label. A number alone may begin one (3 over .其他)."""
    own = [cell for cell in row if not cell.carried]
    is_over = any(cell.kind in _PRINTED and cell.start < values_from for cell in own)
    return is_over and any(cell.name for cell in own)


def _are_whole(above: _Row, below: _Row, spells_a_row: bool) -> bool:
    """Whether the rows on both sides of a break are no halves of one row."""
    n_labels = sum(bool(cell.name) for cell in above.own)
    if n_labels > MOST_LABELS:
        return True  # the upper one is a header
    if below.is_known and not spells_a_row and (above.is_known or not above.has_values):
        return True
    lower_prints_nothing = below.label is None and not below.has_values
    upper_prints_nothing = not above.has_values and not n_labels
    return lower_prints_nothing or upper_prints_nothing


def _bare(row: Sequence[Placed]) -> list[Placed]:
    """The row without the number that counts it (6 | 2.其他…) and the unit of its figures: they name no row and are no value."""
    row = [cell for cell in row if cell.name not in UNITS]
    own = [cell for cell in row if not cell.carried and cell.kind != "blank"]
    is_numbered = len(own) > 1 and own[0].kind == "number" and bool(own[1].name)
    return [cell for cell in row if not (is_numbered and cell is own[0])]


def _label_end(row: Sequence[Placed]) -> int:
    """Where the last label before the first value ends."""
    own = [cell for cell in row if not cell.carried]
    first_value = next((at for at, cell in enumerate(own) if cell.kind in _PRINTED), len(own))
    return max((cell.end for cell in own[:first_value] if cell.name), default=0)


def _row(cells: Sequence[Placed], values_from: int, words: Vocabulary) -> _Row:
    own = [cell for cell in cells if not cell.carried]
    label = next((cell for cell in own if cell.end == values_from and cell.name), None)
    known = (*words.rows.values(), SUBTOTALS)
    is_known = label is not None and any(label.name in names for names in known)
    return _Row(own, label, is_known)


def _joined(
    foot: Sequence[Cell], rests: Sequence[Cell], above: _Row, below: _Row, label: str
) -> tuple[Cell, ...] | None:
    """The foot of a page with the rest of its label and numbers; None when the pieces do not fit."""
    if above.label is None or below.label is None or below.label.start != above.label.start:
        return None  # values without any label may be a row of their own whose label is lost
    whole = list(foot)
    whole[above.label.cell] = whole[above.label.cell]._replace(text=label)
    places = {(cell.start, cell.end): cell.cell for cell in above.own if cell.start >= above.label.end}
    behind = {(cell.start, cell.end): cell.cell for cell in below.own if cell.start >= above.label.end}
    if places.keys() != behind.keys():
        return None
    for span, at in places.items():
        number = _number(foot[at], rests[behind[span]])
        if number is None:
            return None
        whole[at] = number
    return tuple(whole)


def _number(upper: Cell, lower: Cell) -> Cell | None:
    """What the two pieces of a cell print together; None when they cannot be one value.

    A line is filled before the next one begins, so the rest of a number is no longer than what stands before it.
    """
    if not lower.text.strip():
        return None if kind(upper.text) == "label" else upper
    if not upper.text.strip():
        return None if kind(lower.text) == "label" else upper._replace(text=lower.text, evidence=lower.evidence)
    one, other = fold_text(upper.text), fold_text(lower.text)
    if len(other) > len(one) or not other.isdigit() or not _CANONICAL.fullmatch(one + other):
        return None
    return upper._replace(text=one + other, evidence=f"{upper.evidence}; {lower.evidence}")
