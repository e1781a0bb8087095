"""Copies of one statutory table in a document: which of them is the report's own, and which figures are in doubt.

Pages hold last year's tables in a side bar, copies for print or narrow screens, and parts that a style sheet elsewhere hides.
A copy that stands outside of the section of its table gives way to one that stands there, and one under a caption of its own
(2019年, 全市) to one without. Where nothing tells which of two counts, a cell in which they differ is not read.
"""

import re
from collections.abc import Collection, Container, Sequence, Set
from dataclasses import replace
from typing import Any

from pipelines.extract.document import Block, Cell, Document, Grid, Line
from pipelines.read.printed_labels import own_labels, texts_of
from pipelines.read.recognised_cells import is_recognised
from pipelines.read.sections import Heading
from pipelines.read.tables.label_matching import Vocabulary
from pipelines.read.tables.values.missing_cells import STATUTORY
from pipelines.read.tables.values.numbers import fold_text, kind
from schemas.labels import normalise_label
from schemas.rules import finding

_SECTIONS = dict(zip(STATUTORY, (2, 3, 4), strict=True))
_LEAST_LABELS = 3
_YEAR = re.compile("(?:19|20)[0-9]{2}")
_LAST_YEAR = re.compile("上一?年|去年|往年|历[年史]")
_APPENDED = re.compile("(?:^|。)附[件表]", re.MULTILINE)
_DATE = re.compile("(?:19|20)[0-9]{2}年[0-9]{1,2}月[0-9]{1,2}日")
_APART = re.compile(
    "(?:19|20)[0-9]{2}|上一?年|去年|往年|历[年史]|本级|本部|[全各][省市州县区旗镇乡]|汇总|合并|对比|比较|附[件表:：]|相关|其中"
)


def may_repeat(document: Document, labels: Sequence[Set[tuple[str, str]]]) -> bool:
    """Is a statutory table printed in more than one grid? ``labels``: those of each block."""
    by_block = zip(document.blocks, labels, strict=True)
    kinds = [name for block, own in by_block if isinstance(block, Grid) for name in _with_several(own)]
    return len(kinds) > len(set(kinds))


def with_own_tables(
    document: Document, headings: Sequence[Heading], words: Vocabulary
) -> tuple[Document, list[dict[str, Any]]]:
    """The document without copies of tables that are not its own, and findings about those that cannot be decided.

    Cells in which these differ print both figures, which no reader takes for a number.
    """
    findings: list[dict[str, Any]] = []
    blocks = list(document.blocks)
    places = _places(blocks, headings)
    for name, section in _SECTIONS.items():
        pieces = [at for at, block in enumerate(blocks) if isinstance(block, Grid) and name in _kinds(block, words)]
        _drop_strangers(blocks, pieces, {at for at in pieces if places[at][0] == section})
        copies = _copies(blocks, [at for at in pieces if _rows(blocks[at])], words.rows.get(name, frozenset()))
        kept = _own(copies, places)
        others = [copy for copy in copies if copy not in kept]
        told = [("table_repeated", at) for at in _drop_others(blocks, others, kept)]
        told += [("copies_differ", at) for at in _compare(blocks, kept)]
        findings += [finding(rule, table_name=name.value, evidence=evidence) for rule, evidence in told]
    shown = tuple(block for block in blocks if not isinstance(block, Grid) or block.rows)
    return replace(document, blocks=shown), findings


def _drop_others(blocks: list[Block], others: Sequence["_Copy"], kept: Sequence["_Copy"]) -> list[str]:
    """Take out the copies that are not kept. Returns the evidence of the first, if any."""
    evidence = [blocks[copy[0]].evidence for copy in others[:1]]
    own_pieces = {at for copy in kept for at in copy}
    for at in (at for copy in others for at in copy):
        _drop_with_its_pieces(blocks, at, own_pieces)
    return evidence


def _compare(blocks: list[Block], kept: Sequence["_Copy"]) -> list[str]:
    """Put the copies that are kept together in the first. Returns the evidence of those that differ from it."""
    others = [(copy, blocks[copy[0]].evidence) for copy in kept[1:]]
    return [evidence for copy, evidence in others if _contrast_all(blocks, kept[0], copy)]


def without_recognised_copies(document: Document, printed: Container[str], words: Vocabulary) -> Document:
    """The document without grids recognised in pictures that hold only tables which its text prints: text needs no guess."""

    def is_copy(block: Block) -> bool:
        if not isinstance(block, Grid) or not is_recognised(block.evidence):
            return False
        kinds = _kinds(block, words)
        return bool(kinds) and all(kind in printed for kind in kinds)

    return replace(document, blocks=tuple(block for block in document.blocks if not is_copy(block)))


_Copy = list[int]
"""Where the pieces of one copy of a table stand: a page break cuts a table into several."""


def _copies(blocks: Sequence[Block], pieces: Sequence[int], rows: Collection[str]) -> list[_Copy]:
    """The copies that the pieces of a table make: one that prints rows again that were printed before begins the next."""
    copies: list[_Copy] = []
    printed: set[str] = set()
    for at in pieces:
        labels = _labels(blocks[at])
        labels = labels & set(rows) or labels
        if not copies or 2 * len(labels & printed) >= len(labels):
            copies.append([])
            printed = set()
        copies[-1].append(at)
        printed |= labels
    return copies


def _own(copies: Sequence[_Copy], places: Sequence[tuple[int | None, str]]) -> list[_Copy]:
    """The copies that may be the report's own: those without a caption that sets them apart, else those of the latest year."""
    appended = [copy for copy in copies if _APPENDED.search(places[copy[0]][1])]
    if 0 < len(appended) < len(copies):  # of districts or departments
        return _own([copy for copy in copies if copy not in appended], places)
    if len(copies) < 2:
        return list(copies)
    section = places[copies[0][0]][0]
    plain = [copy for copy in copies if places[copy[0]][0] in (section, None) and not _APART.search(places[copy[0]][1])]
    if plain:
        return plain
    years = [_year_of(places[copy[0]][1]) for copy in copies]
    known = [year for year in years if year is not None]
    if len(known) < len(years):
        return list(copies)
    return [copy for copy, year in zip(copies, years, strict=True) if year == max(known)]


def _drop_with_its_pieces(blocks: list[Block], at: int, kept: Container[int]) -> None:
    """Take out a grid, and what a page break cut from it: a piece of two rows has too few labels to be known by itself."""
    blocks[at] = Grid((), "")
    for behind in range(at + 1, len(blocks)):
        block = blocks[behind]
        if isinstance(block, Grid) and block.rows:
            if not block.continues or behind in kept:
                return
            blocks[behind] = Grid((), "")


def _year_of(caption: str) -> int | None:
    """The latest year of a caption; 0 for last year, None where it names none."""
    named = [int(year) for year in _YEAR.findall(caption)]
    return max(named) if named else 0 if _LAST_YEAR.search(caption) else None


def _drop_strangers(blocks: list[Block], copies: Sequence[int], own: set[int]) -> None:
    """Take out copies before the section of their table that print nothing that those in it lack."""
    known = set().union(*(_labels(blocks[at]) for at in own))
    for at in copies:
        if own and at < min(own) and _labels(blocks[at]) <= known:
            blocks[at] = Grid((), "")


def _places(blocks: Sequence[Block], headings: Sequence[Heading]) -> list[tuple[int | None, str]]:
    """Of every block, the number of its section, and the caption above it: lines since the last heading or tables.

    Where headings are printed twice, a copy brings its own, and no section is certain.
    """
    texts = [block.text for block in blocks if isinstance(block, Line)]
    is_certain = all(texts.count(texts[heading.line]) == 1 for heading in headings)
    numbers = {heading.line: heading.section_no for heading in headings}
    titles = {texts[heading.line] for heading in headings}
    line, section, above, is_open = -1, None, list[str](), True
    found: list[tuple[int | None, str]] = []
    for block in blocks:
        found.append((section if is_certain else None, _caption(above)))
        if isinstance(block, Line):
            line += 1
            section = numbers.get(line, section)
            above = [] if block.text in titles else [*(above if is_open else ()), block.text]
            is_open = True
        elif isinstance(block, Grid):
            is_open = False  # a table right below another stands under the same caption
    return found


def _caption(lines: Sequence[str]) -> str:
    """What the lines above a table say of it: those that set it apart by themselves, else all; a sentence may stand between.

    A date by itself signs what is above it, and says nothing of the table.
    """
    lines = [text for text in lines if not _DATE.fullmatch("".join(text.split()))]
    captions = [text for text in lines if not text.rstrip().endswith("。") and _APART.search(text)]
    return "\n".join(captions or lines)


def _kinds(grid: Grid, words: Vocabulary) -> set[str]:
    """Statutory tables of which a grid prints several labels."""
    return _with_several(own_labels(texts_of(grid), words))


def _with_several(labels: Set[tuple[str, str]]) -> set[str]:
    names = [table for _, table in labels]
    return {table for table in STATUTORY if names.count(table) >= _LEAST_LABELS}


def _labels(block: Block) -> set[str]:
    cells = (cell for row in _rows(block) for cell in row)
    return {normalise_label(cell.text) for cell in cells if cell.text and kind(cell.text) == "label"}


def _contrast_all(blocks: list[Block], one: _Copy, other: _Copy) -> bool:
    """Put two copies together, with both figures where they differ; says whether they do anywhere.

    Copies that are cut otherwise stay as they are: the cells that two pieces claim are compared when they are read.
    """
    grids = [(blocks[a], blocks[b]) for a, b in zip(one, other, strict=False)]
    if len(one) != len(other) or any(_shape(a) != _shape(b) for a, b in grids):
        return False
    differs = False
    for a, b in zip(one, other, strict=True):
        first, second = blocks[a], blocks[b]
        if isinstance(first, Grid) and isinstance(second, Grid):
            rows = tuple(tuple(map(_both, own, others)) for own, others in zip(first.rows, second.rows, strict=True))
            blocks[a], blocks[b] = first._replace(rows=rows), Grid((), "")
            differs |= rows != first.rows
    return differs


def _both(a: Cell, b: Cell) -> Cell:
    return a if fold_text(a.text) == fold_text(b.text) else a._replace(text=f"{a.text} | {b.text}".strip())


def _rows(block: Block) -> tuple[tuple[Cell, ...], ...]:
    return block.rows if isinstance(block, Grid) else ()


def _shape(block: Block) -> list[list[str]]:
    return [[normalise_label(c.text) if kind(c.text) == "label" else "" for c in row] for row in _rows(block)]
