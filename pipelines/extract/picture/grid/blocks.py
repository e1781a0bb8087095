"""A reading of a picture → blocks of a Document, with the readings of every cell beside them.

The text of a cell in a block says where labels stand and which cells hold values. Whether a figure is believed is decided by
``pipelines.read``, which knows what must add up.
"""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from pipelines.extract.document import Block, Cell, Grid, Line
from pipelines.extract.picture.result import CellText, LineText, PictureReading, TableText, Text

UNREAD = "?"
"""Stands in a cell that has ink and no reading: neither blank nor a figure."""
_SAME_BORDER = 0.006  # of a table's width: borders of two pictures of one table
_DIGITS = re.compile(r"\d")
_MARGIN = re.compile(r"[-—–·.\s]*\d{0,3}[-—–·.\s]*")  # a page number


@dataclass(frozen=True)
class Recognised:
    """Blocks of pictures in reading order, and the cells of their grids by evidence."""

    blocks: tuple[Block, ...]
    cells: Mapping[str, CellText]


def blocks_of(readings: Sequence[tuple[str, PictureReading]]) -> list[Recognised]:
    """The blocks of pictures that stand in one document, one entry a picture.

    Args:
        readings: evidence of each picture (``picture[2]``) and what was recognised in it, in the order of the document.
    """
    spread = _on_common_columns([reading.tables for _, reading in readings])
    return [_blocks(place, reading, tables) for (place, reading), tables in zip(readings, spread, strict=True)]


def _blocks(place: str, reading: PictureReading, tables: Sequence[TableText]) -> Recognised:
    cells: dict[str, CellText] = {}
    items: list[tuple[int, Block]] = []
    for number, table in enumerate(tables, start=1):
        evidence = place if len(tables) == 1 else f"{place}/table[{number}]"
        items.append((table.box.y0, _grid(table, evidence, cells)))
    for number, line in enumerate(reading.lines, start=1):
        items.append((line.box.y0, Line(_sure_text(line), f"{place}/line[{number}]")))
    return Recognised(tuple(block for _, block in sorted(items, key=lambda item: item[0])), cells)


def _grid(table: TableText, evidence: str, cells: dict[str, CellText]) -> Grid:
    rows = []
    for at, row in enumerate(table.rows, start=1):
        printed = []
        for index, cell in enumerate(row, start=1):
            where = f"{evidence}/tr[{at}]/td[{index}] at {','.join(map(str, cell.box))} px"
            cells[where] = cell
            printed.append(Cell(best_text(cell), cell.colspan, cell.rowspan, where))
        rows.append(tuple(printed))
    return Grid(tuple(rows), evidence)


def best_text(cell: CellText) -> str:
    """What most readings of a cell say, else the surest of them; ``UNREAD`` where there is ink and no reading."""
    if cell.is_blank:
        return ""
    texts = [text for text in (cell.alone, cell.whole, cell.again) if text is not None and text.text.strip()]
    if not texts:
        return UNREAD
    most, support = Counter(text.text.replace(" ", "") for text in texts).most_common(1)[0]
    if support > 1:
        return most
    return max(texts, key=lambda text: text.confidence).text.strip()


def _sure_text(line: LineText) -> str:
    """The text of a line; digits that two readings do not agree on are hidden, so that no year and no date is taken of them."""
    text = line.text.text.strip()
    if line.again is None or _DIGITS.findall(text) == _DIGITS.findall(line.again.text):
        return text
    return _DIGITS.sub(UNREAD, text)


def _on_common_columns(pictures: Sequence[tuple[TableText, ...]]) -> list[list[TableText]]:
    """Tables that go on in the next picture, with spans counted on the borders of all their pieces.

    The rows at the head of a second picture may show only the borders that they use.
    """
    spread = [list(tables) for tables in pictures]
    chain: list[tuple[int, int]] = []  # the pieces of one table: picture and number in it
    for at, tables in enumerate(spread):
        for number in range(len(tables)):
            follows = number == 0 and chain and chain[-1] == (at - 1, len(spread[at - 1]) - 1)
            if follows and _may_go_on(spread[at - 1][-1], tables[0]):
                chain.append((at, number))
                continue
            _align(spread, chain)
            chain = [(at, number)]
    _align(spread, chain)
    return spread


def _relative(table: TableText) -> list[float]:
    width = max(1, table.borders[-1] - table.borders[0])
    return [(border - table.borders[0]) / width for border in table.borders]


def _may_go_on(upper: TableText, lower: TableText) -> bool:
    """Do the borders of one lie on those of the other?"""
    one, other = sorted((_relative(upper), _relative(lower)), key=len)
    return all(any(abs(a - b) <= _SAME_BORDER for b in other) for a in one)


def _align(spread: list[list[TableText]], chain: Sequence[tuple[int, int]]) -> None:
    if len(chain) < 2:
        return
    widest = max((_relative(spread[at][number]) for at, number in chain), key=len)
    for at, number in chain:
        table = spread[at][number]
        places = [min(range(len(widest)), key=lambda i: abs(widest[i] - border)) for border in _relative(table)]
        if len(set(places)) == len(places):
            spread[at][number] = table._replace(rows=_respanned(table, places))


def _respanned(table: TableText, places: Sequence[int]) -> tuple[tuple[CellText, ...], ...]:
    """Rows with spans counted in common columns; ``places[i]`` is the common border that border ``i`` has become."""
    taken_until = [0] * (len(places) - 1)
    rows = []
    for number, row in enumerate(table.rows):
        column, spanned = 0, []
        for cell in row:
            while column < len(taken_until) and taken_until[column] > number:
                column += 1
            end = min(column + cell.colspan, len(places) - 1)
            spanned.append(cell._replace(colspan=max(1, places[end] - places[column])))
            taken_until[column:end] = [number + cell.rowspan] * (end - column)
            column = end
        rows.append(tuple(spanned))
    return tuple(rows)


def confidence_of(texts: Sequence[Text | None]) -> float | None:
    """That of the least certain reading."""
    return min((text.confidence for text in texts if text is not None), default=None)
