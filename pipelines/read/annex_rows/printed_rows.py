"""The rows of an annex as they stand in the document, without the layout that the reader sees in it: labels and their figures."""

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from pipelines.extract.document import Block, Grid, Line
from pipelines.read.printed_labels import cells_of_line
from pipelines.read.tables.label_matching import Vocabulary
from pipelines.read.tables.values.numbers import UNITS, kind
from schemas.forms.catalogue import BESIDE
from schemas.labels import COLUMN_MARKS, normalise_label

_SERIALS = 6
"""Numbers from which on they are believed to count their rows: fewer may follow one another by chance."""
_ENDS_OF_SENTENCES = "。；;！!？?"


class PrintedRow(NamedTuple):
    """A label and the figures behind it, as printed. ``name``: the label, normalised, where an annex alone prints it."""

    block: int
    label: str
    name: str
    numbers: tuple[str, ...]
    places: tuple[str, ...]  # evidence of the label and of the figures
    has_unit: bool  # between the label and the figures, as rows of annexes print it


def printed_rows(blocks: Sequence[Block], words: Vocabulary) -> list[PrintedRow]:
    """All rows of labels with figures behind them, in the order of the document; serial numbers and codes are no figures."""
    return _without_serials(list(_rows(blocks, words)))


def may_be_a_row(block: Block) -> bool:
    """Whether a block is a line that is no sentence."""
    return isinstance(block, Line) and not any(sign in block.text for sign in _ENDS_OF_SENTENCES)


def _rows(blocks: Sequence[Block], words: Vocabulary) -> Iterator[PrintedRow]:
    stream: list[tuple[int, str, str]] = []  # block, text, evidence
    for at, block in enumerate(blocks):
        if isinstance(block, Line) and may_be_a_row(block):
            stream += [(at, text.strip(), block.evidence) for text in cells_of_line(block.text, words)]
            continue
        yield from _from_stream(stream, words)
        stream = []
        for row in block.rows if isinstance(block, Grid) else ():
            yield from _from_stream([(at, cell.text, cell.evidence) for cell in row], words)
    yield from _from_stream(stream, words)


def _without_serials(rows: Sequence[PrintedRow]) -> list[PrintedRow]:
    """Rows without the numbers that count them: codes before the figures, or behind them the serial number of the next row.

    Such numbers differ from row to row and leave hardly a gap in their range; figures do not. In halves of a table they stand
    in every other row, one after the other. A row that prints nothing else is none.
    """
    for end in (0, -1):
        numbers = [int(row.numbers[end]) for row in rows if row.numbers[end].isdecimal()]
        serials = _longest_range(sorted(number for number, times in Counter(numbers).items() if times == 1))
        ascend = (follow := [number for number in numbers if number in serials]) == sorted(follow)
        if len(serials) >= max(_SERIALS, (0.4 if ascend else 0.8) * len(rows)):
            return [kept for row in rows if (kept := _without(row, end, serials)).numbers]
    return list(rows)


def _longest_range(numbers: Sequence[int]) -> set[int]:
    """Of ascending numbers the most that follow one another, a lost one between two of them allowed."""
    best: list[int] = []
    run: list[int] = []
    for number in numbers:
        run = [*run, number] if run and number - run[-1] <= 2 else [number]
        best = max(best, run, key=len)
    return set(best)


def _without(row: PrintedRow, end: int, serials: set[int]) -> PrintedRow:
    at = end % len(row.numbers)
    if not row.numbers[at].isdecimal() or int(row.numbers[at]) not in serials:
        return row
    label, *places = row.places
    return row._replace(
        numbers=(*row.numbers[:at], *row.numbers[at + 1 :]), places=(label, *places[:at], *places[at + 1 :])
    )


def _from_stream(stream: Sequence[tuple[int, str, str]], words: Vocabulary) -> Iterator[PrintedRow]:
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


def _row(
    labels: Sequence[tuple[int, str, str]], numbers: Sequence[tuple[int, str, str]], words: Vocabulary
) -> PrintedRow:
    own = [item for item in labels if normalise_label(item[1]) not in UNITS] or labels
    known = [(item, found[0]) for item in own if (found := words.own_label(item[1])) and found[1] in BESIDE]
    (block, text, place), name = known[-1] if known else (own[-1], "")
    has_unit = len(own) < len(labels)
    return PrintedRow(
        block, text, name, tuple(item[1] for item in numbers), (place, *(item[2] for item in numbers)), has_unit
    )
