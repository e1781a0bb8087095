"""Which tables a document prints labels of, whether or not their figures can be laid out."""

from collections.abc import Iterable, Sequence
from itertools import chain

from pipelines.extract.document import Block, Grid, Line
from pipelines.read.tables.label_matching import Vocabulary
from pipelines.read.tables.values.numbers import kind
from pipelines.read.text_tables.delimiters import MAX_ROW
from schemas.labels import normalise_label

LABELS_OF_AN_ANNEX = 10
"""Different labels of an annex, above which they are an annex and no mention of its words in the prose."""

_LINES_OF_A_LABEL = 3
_LONGEST_PIECE = 12  # characters of a part of a label on a line of its own
_BARS = str.maketrans("\t｜│┃║", "|||||")


def texts_of(block: Block) -> list[str]:
    """The cells of a table, or what may be cells on a line."""
    if isinstance(block, Line):
        cells = block.text.translate(_BARS).split("|")
        if len(cells) > 1:
            return cells
        parts = block.text.split(",") if "," in block.text and len(block.text) <= MAX_ROW else []
        return [block.text, *block.text.split(), *parts]
    return [cell.text for row in block.rows for cell in row] if isinstance(block, Grid) else []


def labels_printed(blocks: Sequence[Block], words: Vocabulary) -> dict[str, set[str]]:
    """Table → the labels of it that stand in cells of their own and belong to no other table."""
    found: dict[str, set[str]] = {}
    for name, table in chain.from_iterable(labels_by_block(blocks, words)):
        found.setdefault(table, set()).add(name)
    return found


def labels_by_block(blocks: Sequence[Block], words: Vocabulary) -> list[set[tuple[str, str]]]:
    """Of every block, its labels that belong to one table alone, each with that table.

    Lines that spell a label together (其他 over 结果) print that label, on the first of them, and not the words of its parts.
    """
    found: list[set[tuple[str, str]]] = []
    at = 0
    while at < len(blocks):
        spelled = _spelled_from(blocks, at, words)
        texts = [spelled[0]] if spelled else _cells_of(blocks[at], words)
        found.append(own_labels(texts, words))
        found += [set() for _ in range(spelled[1] - 1 if spelled else 0)]
        at = len(found)
    return found


def _spelled_from(blocks: Sequence[Block], at: int, words: Vocabulary) -> tuple[str, int] | None:
    """The label that the line ``at`` spells together with those below it, and the number of lines; None where it is whole."""
    pieces: list[str] = []
    for block in blocks[at : at + _LINES_OF_A_LABEL]:
        if not isinstance(block, Line) or len(block.text) > _LONGEST_PIECE or kind(block.text) != "label":
            break
        pieces.append(block.text)
    for size in range(len(pieces), 1, -1):
        whole = "".join(pieces[:size])
        if normalise_label(whole) in words.labels:
            return whole, size
    return None


def _cells_of(block: Block, words: Vocabulary) -> list[str]:
    """``texts_of``, where a line that is one label as a whole (本年处理决定 数量) has no other cells."""
    if isinstance(block, Line) and len(block.text.split()) > 1 and normalise_label(block.text) in words.labels:
        return [block.text]
    return texts_of(block)


def own_labels(texts: Iterable[str], words: Vocabulary) -> set[tuple[str, str]]:
    """The labels among cells that belong to one table alone, each with that table."""
    found = set(map(words.own_label, {text for text in texts if not text.isdecimal()}))
    return {label for label in found if label is not None}


def cells_of_line(text: str, words: Vocabulary) -> list[str]:
    """What may be the cells of a line: parted by pipes or tabs, else a label alone, else parted by white space."""
    cells = text.translate(_BARS).split("|")
    if len(cells) > 1:
        return cells
    pieces = text.split()
    is_one = bool(pieces) and kind(pieces[-1]) == "label" and words.own_label(text)
    return [text] if is_one else pieces
