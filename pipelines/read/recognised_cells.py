"""Decides which recognised figures are accepted: independent readings agree, and sums are correct.

A recognised figure is accepted under two conditions: independent readings of it agree, and the sums of the form are correct
with it. One misread figure breaks every sum that contains it, so two correct sums (its row and its column) confirm a figure
that two readings agree on. With one correct sum, or in a table without sums, all readings must agree with high confidence in
every character, and the ink must show as many points and signs as the text. A misprint in the report breaks sums, too: if one
cell explains all broken sums of the table, only that cell is refused. Where several rows or columns contradict each other, cells
that all readings agree on are accepted by the sums that do close, unless two cells may have been misread alike.
"""

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from pipelines.extract.picture.grid.blocks import best_text
from pipelines.extract.picture.result import CellText, Shape, Text
from pipelines.read.recognised_sums import Guess, Keys, Sums
from pipelines.read.tables.values.cells import PrintedCell, TableReading
from pipelines.read.tables.values.numbers import fold_text
from schemas.forms.catalogue import KEY_COLUMNS, Identity
from schemas.rules import finding
from schemas.vocabulary import HowRead

SURE = 0.9
"""Minimum confidence of every character of a figure that sums do not confirm."""
_COUNT = re.compile(r"\d{1,9}|\d{1,3}(?:,\d{3}){1,2}")
_SIGNED = re.compile(r"[+\-]?\d{1,9}")
_MONEY = re.compile(r"\d{1,12}(?:\.\d{1,6})?")
_DASHES, _STROKES = frozenset("-一_"), frozenset("/\\|")
_PLACES = ("line", "applicant", "procedure", "outcome", "item", "metric")


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
    sums = Sums(table, identities, guesses)
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


def _guess(cell: PrintedCell, reading: CellText | None) -> Guess:
    """The readings of a cell as one guess."""
    unfit = _unfit(cell, reading)
    if unfit is not None or reading is None:
        return Guess(None, None, None, unfit)
    if reading.is_blank:
        return Guess("", Decimal(0), None, None)
    read = [text for text in (reading.whole, reading.alone, reading.again) if text is not None and text.text.strip()]
    folded = [_folded(text) for text in read]
    best, support = Counter(folded).most_common(1)[0] if folded else ("", 0)
    confidence = min((text.confidence for text, said in zip(read, folded, strict=True) if said == best), default=None)
    if support < 2:
        return Guess(None, None, confidence, "no two readings agree")
    if best in _DASHES or best in _STROKES:
        return _mark(best, confidence, reading.shape)
    return _figure(cell, best, support, confidence, reading.shape)


def _unfit(cell: PrintedCell, reading: CellText | None) -> str | None:
    """Why the readings of a cell count for nothing, whatever they say."""
    if cell.unreadable:
        return "its place in the table is not certain"
    if reading is None:
        return "it stands in no cell that rules enclose"
    if _folded(Text(cell.raw_text, 0)) != _folded(Text(best_text(reading), 0)):
        return "another copy of the table differs, or the cell holds several rows"
    return reading.spoiled


def _mark(text: str, confidence: float | None, shape: Shape | None) -> Guess:
    """A dash or a stroke, where the ink is one."""
    is_dash = text in _DASHES
    if shape is None or not (shape.flat if is_dash else shape.slanted or text == "|"):
        return Guess(None, None, confidence, "its ink looks otherwise")
    return Guess("-" if is_dash else text, None, confidence, None)


def _figure(cell: PrintedCell, text: str, support: int, confidence: float | None, shape: Shape | None) -> Guess:
    """A figure, where the text is one and the ink does not speak against it."""
    pattern = _MONEY if cell.money else _SIGNED if cell.signed else _COUNT
    if not pattern.fullmatch(text):
        return Guess(None, None, confidence, "that is no figure")
    if shape is not None and shape.parted:
        return Guess(None, None, confidence, "its ink stands apart as two figures do")
    if shape is not None and (shape.flat or (shape.slanted and text in "17")):
        return Guess(None, None, confidence, "its ink looks like a mark")
    doubt = _weakness(text, support, confidence or 0.0, shape)
    return Guess(text, Decimal(re.sub("[^0-9.-]", "", text)), confidence, doubt)


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


def _doubt(guess: Guess, sums: Sums, keys: Keys) -> str | None:
    """Why the guess is not believed; None when it is."""
    if guess.text is None or guess.text == "":
        return guess.doubt
    is_sure = guess.doubt is None
    if sums.is_broken(keys):
        return None if is_sure and sums.is_confirmed_beside_broken(keys) else "its sums do not close"
    closed = sums.closed_along(keys)
    if len(closed) >= 2 or (is_sure and len(sums.equal_along(keys)) >= 2):
        return None
    if not closed and sums.is_added_up(keys):
        return "no sum with it can be judged"
    return guess.doubt


def _readings(reading: CellText | None) -> list[str]:
    texts: Iterable[Text | None] = () if reading is None else (reading.whole, reading.alone, reading.again)
    return ["~" if text is None or not text.text.strip() else text.text.strip()[:40] for text in texts]


def _finding(table: str, cell: PrintedCell, reading: CellText | None, doubt: str) -> dict[str, Any]:
    places = {name: value for name, value in zip(KEY_COLUMNS[table], cell.keys, strict=True) if name in _PLACES}
    texts = _readings(reading) or [cell.raw_text]
    words = {"place": "/".join(cell.keys), "text": ", ".join(texts), "why": doubt}
    return finding("cell_not_recognised", table_name=table, evidence=cell.evidence, words=words, **places)
