"""Decides which recognised figures are accepted: independent readings agree, and sums are correct.

A recognised figure is accepted under two conditions: independent readings of it agree, and the sums of the form are correct
with it. One misread figure breaks every sum that contains it, so two correct sums (its row and its column) confirm a figure
that two readings agree on. With one correct sum, or in a table without sums, all readings must agree with high confidence in
every character, and the number of ink marks must equal the number of characters. A misprint in the report breaks sums, too:
if one cell explains all broken sums of the table, only that cell is refused.
"""

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from pipelines.extract.picture.result import CellText, Shape, Text
from pipelines.read.tables.values.cells import PrintedCell, TableReading
from pipelines.read.tables.values.numbers import fold_text
from schemas.form import KEY_COLUMNS, Identity
from schemas.rules import finding
from schemas.vocabulary import HowRead

SURE = 0.9
"""Minimum confidence of every character of a figure that sums do not confirm."""
_COUNT = re.compile(r"\d{1,9}|\d{1,3}(?:,\d{3}){1,2}")
_SIGNED = re.compile(r"[+\-]?\d{1,9}")
_MONEY = re.compile(r"\d{1,12}(?:\.\d{1,6})?")
_DASHES, _STROKES = frozenset("-一_"), frozenset("/\\|")
_PLACES = ("line", "applicant", "procedure", "outcome", "item", "metric")

Keys = tuple[str, ...]
_Where = tuple[str, int, Keys]  # a sum: its direction, its identity in the form, and the other keys


@dataclass(frozen=True)
class _Guess:
    """The combined readings of one cell.

    Attributes:
        text: What two of them agree on; None where that is nothing that the cell can hold.
        value: As a number; None for a mark, or without text.
        confidence: Of the least certain character.
        doubt: Why the readings alone do not suffice; None where they do.
    """

    text: str | None
    value: Decimal | None
    confidence: float | None
    doubt: str | None


def is_recognised(evidence: str) -> bool:
    """Does evidence point into a picture?"""
    return evidence.startswith("picture[") or "/picture" in evidence


def settle(
    table: TableReading, identities: Sequence[Identity], recognised: Mapping[str, CellText]
) -> list[dict[str, Any]]:
    """Decide on every recognised cell of a table, in place: believed figures stay, all others are unreadable.

    Args:
        table: as read from the grids of the pictures.
        identities: the sums that its form prints; none for a table that adds nothing up.
        recognised: the readings of the cells, by evidence.

    Returns:
        A finding for each cell that is not believed, with its readings.
    """
    mine = [cell for cell in table.cells if "picture" in cell.evidence and is_recognised(cell.evidence)]
    if not mine:
        return []
    guesses = {cell.keys: _guess(cell, recognised.get(cell.evidence)) for cell in mine}
    sums = _Sums(table, identities, guesses)
    settled, found = [], []
    for cell in table.cells:
        if not is_recognised(cell.evidence):
            settled.append(cell)
            continue
        guess, reading = guesses[cell.keys], recognised.get(cell.evidence)
        how = cell._replace(reading=HowRead.RECOGNISED.value, confidence=guess.confidence)
        doubt = _doubt(guess, sums, cell.keys)
        if doubt is None:
            settled.append(how._replace(raw_text=guess.text or ""))
        else:
            settled.append(how._replace(raw_text=" | ".join(_readings(reading)) or cell.raw_text, unreadable=True))
            found.append(_finding(table.table, cell, reading, doubt))
    table.cells[:] = settled
    return found


def _guess(cell: PrintedCell, reading: CellText | None) -> _Guess:
    if cell.unreadable:
        return _Guess(None, None, None, "its place in the table is not certain")
    if reading is None:
        return _Guess(None, None, None, "it stands in no cell that rules enclose")
    if reading.spoiled:
        return _Guess(None, None, None, reading.spoiled)
    if reading.is_blank:
        return _Guess("", Decimal(0), None, None)
    read = [text for text in (reading.whole, reading.alone, reading.again) if text is not None and text.text.strip()]
    folded = [_folded(text) for text in read]
    best, support = Counter(folded).most_common(1)[0] if folded else ("", 0)
    confidence = min((text.confidence for text, said in zip(read, folded, strict=True) if said == best), default=None)
    if support < 2:
        return _Guess(None, None, confidence, "no two readings agree")
    shape = reading.shape
    if best in _DASHES or best in _STROKES:
        fits = shape is not None and (shape.flat if best in _DASHES else shape.slanted or best == "|")
        text = "-" if best in _DASHES else best
        return (
            _Guess(text, None, confidence, None) if fits else _Guess(None, None, confidence, "its ink looks otherwise")
        )
    pattern = _MONEY if cell.money else _SIGNED if cell.signed else _COUNT
    if not pattern.fullmatch(best):
        return _Guess(None, None, confidence, "that is no figure")
    if shape is not None and (shape.flat or (shape.slanted and best in "17")):
        return _Guess(None, None, confidence, "its ink looks like a mark")
    doubt = _weakness(best, support, confidence or 0.0, shape)
    return _Guess(best, Decimal(re.sub("[^0-9.-]", "", best)), confidence, doubt)


def _weakness(text: str, support: int, confidence: float, shape: Shape | None) -> str | None:
    """Why the readings of a figure do not prove it by themselves."""
    if support < 3:
        return "only two readings agree"
    if confidence < SURE:
        return "its readings are not sure"
    if shape is None:
        return "its ink is more than one line"
    if shape.points != sum(text.count(char) for char in ".,") or shape.dashes != text.count("-"):
        return "its ink has other points and signs"
    return None


def _folded(text: Text) -> str:
    return fold_text(text.text).replace(" ", "")


def _doubt(guess: _Guess, sums: "_Sums", keys: Keys) -> str | None:
    """Why the guess is not believed; None when it is."""
    if guess.text is None or guess.text == "":
        return guess.doubt
    if sums.is_broken(keys):
        return "its sums do not close"
    closed = sums.closed_along(keys)
    if len(closed) >= 2:
        return None
    if not closed and sums.is_added_up(keys):
        return "no sum with it can be judged"
    return guess.doubt


class _Sums:
    """The sums of one table under the current guesses: correct, broken or undecidable."""

    def __init__(self, table: TableReading, identities: Sequence[Identity], guesses: Mapping[Keys, _Guess]) -> None:
        self._guesses = guesses
        self._printed = {cell.keys: cell for cell in table.cells}
        self._members: dict[_Where, tuple[list[Keys], list[Keys]]] = {}
        names = KEY_COLUMNS[table.table]
        for number, identity in enumerate(identities):
            at = names.index(identity.along)
            for keys in guesses:
                if keys[at] in identity.left or keys[at] in identity.right:
                    others = (*keys[:at], "", *keys[at + 1 :])
                    where = (identity.along, number, others)
                    if where not in self._members:
                        sides = (identity.left, identity.right)
                        left, right = ([(*keys[:at], name, *keys[at + 1 :]) for name in side] for side in sides)
                        self._members[where] = (left, right)
        differences = {where: self._difference(*sides) for where, sides in self._members.items()}
        broken = {where for where, difference in differences.items() if difference}
        self._misprinted = self._misprints(differences, broken)
        explained = {where for where in broken if not self._misprinted.isdisjoint(self._cells(where))}
        self._broken_cells = {keys for where in broken - explained for keys in self._cells(where)}
        self._closed = {
            where
            for where, difference in differences.items()
            if difference == 0 and self._broken_cells.isdisjoint(self._cells(where))
        }

    def is_broken(self, keys: Keys) -> bool:
        """Does the cell stand in a sum that does not close, with nothing else to explain it?"""
        return keys in self._broken_cells or keys in self._misprinted

    def closed_along(self, keys: Keys) -> set[str]:
        """Directions in which sums with this cell close: ``applicant`` is its row, ``line`` its column."""
        return {where[0] for where in self._closed if keys in self._cells(where)}

    def is_added_up(self, keys: Keys) -> bool:
        """Does the form add this cell up at all?"""
        return any(keys in self._cells(where) for where in self._members)

    def _cells(self, where: _Where) -> list[Keys]:
        left, right = self._members[where]
        return [*left, *right]

    def _difference(self, left: Sequence[Keys], right: Sequence[Keys]) -> Decimal | None:
        """Left minus right; None where a cell is missing or not read, or a total is left blank beside figures."""
        sides = []
        for side in (left, right):
            guesses = [self._guesses.get(keys) for keys in side]
            if any(guess is None or guess.text is None for guess in guesses):
                return None
            sides.append(sum((guess.value or Decimal(0) for guess in guesses if guess is not None), Decimal(0)))
        totals = [self._guesses[keys] for keys in right]
        if sides[0] and len(totals) == 1 and (totals[0].text == "" or totals[0].value is None):
            return None
        return sides[0] - sides[1]

    def _misprints(self, differences: Mapping[_Where, Decimal | None], broken: set[_Where]) -> set[Keys]:
        """Cells that explain broken sums: a row and a column that miss by as much meet in them, and in no other cell.

        Empty where one broken sum is left without an explanation.
        """
        found: set[Keys] = set()
        left = set(broken)
        for keys in self._guesses:
            judged = [where for where in self._of(keys) if differences[where] is not None]
            if len({along for along, _, _ in judged}) < 2 or not broken.issuperset(judged):
                continue
            excesses = {self._excess(keys, where, differences) for where in judged}
            if len(excesses) == 1:
                if not left.issuperset(judged):
                    return set()  # two cells explain one sum
                found.add(keys)
                left -= set(judged)
        return found if not left else set()

    def _of(self, keys: Keys) -> list[_Where]:
        return [where for where in self._members if keys in self._cells(where)]

    def _excess(self, keys: Keys, where: _Where, differences: Mapping[_Where, Decimal | None]) -> Decimal:
        difference = differences[where] or Decimal(0)
        return difference if keys in self._members[where][0] else -difference


def _readings(reading: CellText | None) -> list[str]:
    texts: Iterable[Text | None] = () if reading is None else (reading.whole, reading.alone, reading.again)
    return ["~" if text is None or not text.text.strip() else text.text.strip()[:40] for text in texts]


def _finding(table: str, cell: PrintedCell, reading: CellText | None, doubt: str) -> dict[str, Any]:
    places = {name: value for name, value in zip(KEY_COLUMNS[table], cell.keys, strict=True) if name in _PLACES}
    texts = _readings(reading) or [cell.raw_text]
    words = {"place": "/".join(cell.keys), "text": ", ".join(texts), "why": doubt}
    return finding("cell_not_recognised", table_name=table, evidence=cell.evidence, words=words, **places)
