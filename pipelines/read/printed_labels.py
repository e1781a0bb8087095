"""Which tables a document prints labels of, whether or not their figures can be laid out."""

from collections.abc import Iterable, Sequence

from pipelines.extract.document import Block, Grid, Line
from pipelines.read.tables.label_matching import Vocabulary
from pipelines.read.text_tables.delimiters import MAX_ROW

LABELS_OF_AN_ANNEX = 10
"""Different labels of an annex, above which they are an annex and no mention of its words in the prose."""


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
    for name, table in own_labels((text for block in blocks for text in texts_of(block)), words):
        found.setdefault(table, set()).add(name)
    return found


def labels_by_block(blocks: Sequence[Block], words: Vocabulary) -> list[set[tuple[str, str]]]:
    """Of every block, its labels that belong to one table alone, each with that table."""
    return [own_labels(texts_of(block), words) for block in blocks]


def own_labels(texts: Iterable[str], words: Vocabulary) -> set[tuple[str, str]]:
    """The labels among cells that belong to one table alone, each with that table."""
    found = set(map(words.own_label, {text for text in texts if not text.isdecimal()}))
    return {label for label in found if label is not None}


def cells_of_line(text: str, words: Vocabulary) -> list[str]:
    """What may be the cells of a line: parted by pipes or tabs, else a label alone, else parted by white space."""
    cells = text.translate(_BARS).split("|")
    if len(cells) > 1:
        return cells
    return [text] if words.own_label(text) else text.split()
