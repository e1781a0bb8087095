"""A statutory table that flattened text prints more than once: last year's below this year's, a part of the whole, an abstract.

Rows of two copies must not meet: where a row of one cannot be read, the other's would take its place. So the copies are told
apart before any row is read, by the labels alone, which stand in the text even where the figures beside them are damaged.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from pipelines.extract.document import Line
from pipelines.read.sections import Heading
from pipelines.read.table_captions import caption_of, own_copies, stated_year
from pipelines.read.tables.label_matching import Vocabulary, vocabulary
from pipelines.read.tables.values.cells import TableReading, Unread
from pipelines.read.tables.values.missing_cells import STATUTORY
from pipelines.read.tables.values.numbers import fold_text, kind
from pipelines.read.text_tables.delimiters import with_pipes
from pipelines.read.text_tables.line_splitting import is_prose
from schemas.forms.catalogue import Form
from schemas.labels import normalise_label
from schemas.vocabulary import TableName

_SECTIONS = dict(zip(STATUTORY, (2, 3, 4), strict=True))
_LEAST_REPEATED = 3
_SHORTEST_LABEL = 4
_FIGURES_OF_A_ROW = 3
_PART_OF_A_TABLE = 0.4
_LONGEST_ROW = 4_000  # characters of a line in which the figures of a row are looked for
_LONGEST_LINE = 100_000  # characters; whole reports on one line have a third of that
_CELLS = re.compile(r"[|｜\t,，;；\s]+")
_UNIT = re.compile("[件项个条]$")
_NOTE = re.compile(r"\W*(?:附?注|备注|说明)\W")
_GLUED_FIGURES = re.compile(r"(?<=[^\d\s])(?:\d+[ \t|,;]+)+\d+\s*$")

_Mark = tuple[str, int]
"""A label, and the line that it stands on."""


@dataclass(frozen=True)
class TextCopies:
    """``strangers``: indices of the lines of copies that are not the report's own. ``repeated``: tables of which such a copy
    was found, and ``undecided`` those of which nothing tells the own copy: each with the evidence of a copy's first line."""

    strangers: frozenset[int]
    repeated: dict[str, str]
    undecided: dict[str, str]


@dataclass(frozen=True)
class _Copy:
    """One copy: its lines (caption and header included), its section, what stands above it, the figures behind each label."""

    start: int
    end: int
    section: int | None
    caption: str
    rows: Mapping[str, tuple[str, ...]]

    @property
    def is_list(self) -> bool:
        """Whether it prints a figure or two beside each label: a summary in words (予以公开 5件), no table three."""
        return sum(map(len, self.rows.values())) < _FIGURES_OF_A_ROW * len(self.rows)

    def agrees_with(self, other: "_Copy") -> bool:
        """Whether both print the same figures, at least beside the labels that both of them print."""
        return all(self.rows[mark] == other.rows[mark] for mark in self.rows.keys() & other.rows.keys())


def text_copies(lines: Sequence[Line], headings: Sequence[Heading], catalogue: tuple[Form, ...]) -> TextCopies:
    """Tell the copies of each statutory table apart in lines of text."""
    lines, _ = with_pipes(lines, vocabulary(catalogue))
    strangers: set[int] = set()
    repeated: dict[str, str] = {}
    undecided: dict[str, str] = {}
    for table in STATUTORY:
        copies = _copies(table, lines, headings, catalogue)
        if len(copies) < 2:
            continue
        own = [copies[at] for at in _own(table, copies, lines, headings)]
        largest = max(own, key=lambda copy: len(copy.rows))
        if all(largest.agrees_with(copy) for copy in own):
            own = [largest]
        evidence = next(
            (lines[copy.start].evidence for copy in copies if copy not in own), lines[own[-1].start].evidence
        )
        (repeated if len(own) == 1 else undecided)[table] = evidence
        strangers |= {at for copy in copies if copy not in own for at in range(copy.start, copy.end)}
    return TextCopies(frozenset(strangers), repeated, undecided)


def settle_copies(reading: TableReading, copies: TextCopies) -> None:
    """Say what of a table was left out; nothing of it is read where its own copy is not known."""
    if (evidence := copies.repeated.get(reading.table)) is not None:
        reading.unread.append(Unread("table_repeated", reading.table, "", (), evidence, {}))
    if (evidence := copies.undecided.get(reading.table)) is not None:
        numbers = tuple(cell.raw_text for cell in reading.cells)
        reading.unread.append(Unread("copies_differ", reading.table, "", numbers, evidence, {}))
        reading.cells[:] = [cell._replace(unreadable=True) for cell in reading.cells]


def _own(table: str, copies: Sequence[_Copy], lines: Sequence[Line], headings: Sequence[Heading]) -> list[int]:
    """The copies in the section of the table, where some stand there; of those, what their captions say."""
    most = max(len(copy.rows) for copy in copies)
    is_list = [
        table == TableName.APPLICATIONS and copy.is_list and len(copy.rows) < _PART_OF_A_TABLE * most for copy in copies
    ]
    tables = [at for at in range(len(copies)) if not is_list[at]]
    inside = [at for at in tables if copies[at].section == _SECTIONS[TableName(table)]] or tables
    year = stated_year(lines, headings[0].line if headings else 0)
    return [inside[at] for at in own_copies([(copies[at].section, copies[at].caption) for at in inside], year)]


@lru_cache(maxsize=64)
def _marks(table: str, catalogue: tuple[Form, ...]) -> dict[str, int]:
    """Labels that one copy of a table prints once, with their order: its rows, or groups of columns where it has no rows."""
    words = vocabulary(catalogue)
    tables = [form.tables[table] for form in catalogue if table in form.tables]
    blocks = [block for own in tables for block in own.blocks]
    has_rows = any(block.rows for block in blocks)
    tops = (top for block in blocks for top in (block.rows or block.columns))
    nodes = (node for top in tops for node in top.walk() if has_rows or node.children)
    names = {name: node.order for node in nodes for name in node.names}
    if not has_rows:
        names |= {name: 0 for block in blocks for name in block.names}
    heads = words.columns[table] if has_rows else frozenset()  # 其他 is a row and a column
    return {name: at for name, at in names.items() if words.table_of(name) == table and name not in heads}


def _copies(table: str, lines: Sequence[Line], headings: Sequence[Heading], catalogue: tuple[Form, ...]) -> list[_Copy]:
    marks = _marks(table, catalogue)
    printed = list(_printed(lines, {heading.line for heading in headings}, frozenset(marks), catalogue))
    starts = _starts(printed, marks, lines)
    if len(starts) < 2:
        return []
    heads = vocabulary(catalogue).columns[table]
    first = [printed[at][1] for at in starts]
    last = next((heading.line for heading in headings if heading.line > printed[-1][1]), len(lines))
    edges = [*(_above(at, lines, headings) for at in first), last]
    groups = [printed[at:end] for at, end in pairwise([*starts, len(printed)])]
    return [
        _copy(start, end, group, lines, headings, heads)
        for start, end, group in zip(edges, edges[1:], groups, strict=False)
    ]


def _printed(
    lines: Sequence[Line], excepted: set[int], marks: frozenset[str], catalogue: tuple[Form, ...]
) -> Iterator[_Mark]:
    """The marks in printed order, each with the line it begins on. A label may be broken over lines."""
    words = vocabulary(catalogue)
    text, places = "", list[int]()
    for index, line in enumerate(lines):
        is_no_table = index in excepted or line.linked or len(line.text) > _LONGEST_LINE
        if is_no_table or _is_prose(line.text, words):
            name = "\n"
        else:
            cells = _CELLS.split(_GLUED_FIGURES.sub("", line.text))
            names = (normalise_label(cell) for cell in cells if kind(cell) == "label")
            name = "".join(_alone(name) if len(name) < _SHORTEST_LABEL else name for name in names)
        text += name
        places += [index] * len(name)
    for found in _pattern(marks).finditer(text):
        yield found.group().strip("\v"), places[found.start()]


def _is_prose(text: str, words: Vocabulary) -> bool:
    """Whether a line is a sentence. Commas beside figures part cells, whatever stands before them."""
    return "|" not in text and is_prose(text, words) and len(_figures(text)) < _FIGURES_OF_A_ROW


def _alone(name: str) -> str:
    """A short label, which counts only where it fills a cell (规章)."""
    return f"\v{name}\v"


@lru_cache(maxsize=64)
def _pattern(marks: frozenset[str]) -> re.Pattern[str]:
    words = (mark if len(mark) >= _SHORTEST_LABEL else _alone(mark) for mark in marks)
    return re.compile("|".join(map(re.escape, sorted(words, key=lambda word: (-len(word), word)))) or r"(?!)")


def _starts(printed: Sequence[_Mark], order: Mapping[str, int], lines: Sequence[Line]) -> list[int]:
    """Where copies begin among the marks: where labels are printed again, with figures in between.

    One label alone may be named again in a note, and a few rows at the top of the next page: a copy prints as many as that,
    or half of what there is. Rows before it that go before it in the form are the copy's, too.
    """
    starts = [0] if printed else []
    seen: set[str] = set()
    for at, (mark, line) in enumerate(printed):
        if mark in seen and _begins_again(printed[at:], seen) and _holds_figures(lines[printed[starts[-1]][1] : line]):
            first = at
            while first - 1 > starts[-1] and order[printed[first - 1][0]] < order[printed[first][0]]:
                first -= 1
            starts.append(first)
            seen = {name for name, _ in printed[first:at]}
        seen.add(mark)
    return starts


def _begins_again(printed: Sequence[_Mark], seen: set[str]) -> bool:
    run: set[str] = set()
    for at, (mark, _) in enumerate(printed):
        if mark in run and printed[at - 1][0] != mark:
            break
        run.add(mark)
    again = run & seen
    return len(again) >= min(_LEAST_REPEATED, max(len(seen), 2)) and 2 * len(again) >= min(len(run), len(seen))


def _holds_figures(lines: Sequence[Line]) -> bool:
    return any(_figures(line.text) for line in lines)


def _figures(text: str) -> list[str]:
    text = text[:_LONGEST_ROW]
    glued = _GLUED_FIGURES.search(text)
    cells = _CELLS.split(f"{text[: glued.start()]} {glued.group()}" if glued else text)
    return [_UNIT.sub("", fold_text(cell)) for cell in cells if kind(cell) in ("number", "mark", "garbled")]


def _above(at: int, lines: Sequence[Line], headings: Sequence[Heading]) -> int:
    """The first line of the caption and the header above the first row of a copy: up to a figure or a heading."""
    breaks = {heading.line for heading in headings}
    start = at
    while start and start - 1 not in breaks and not _figures(lines[start - 1].text):
        start -= 1
    return start


def _copy(
    start: int, end: int, printed: Sequence[_Mark], lines: Sequence[Line], headings: Sequence[Heading],
    heads: frozenset[str],
) -> _Copy:  # fmt: skip
    """A copy with the marks that it prints; a heading between two copies ends the first of them.

    ``heads``: labels of columns. The header is no caption (上年总计), nor is a note below the copy before.
    """
    at = printed[0][1]
    end = next((heading.line for heading in headings if start < heading.line < end), end)
    section = next((heading.section_no for heading in reversed(headings) if heading.line < at), None)
    edges = pairwise([*(line for _, line in printed), end])
    rows = {
        mark: tuple(text for line in lines[first:last] for text in _figures(line.text))
        for (mark, _), (first, last) in zip(printed, edges, strict=True)
    }
    above = at if _figures(lines[at].text) else at + 1  # a caption may name the table in the words of its header
    captions = [index for index in range(start, above) if _may_be_caption(lines[index].text, heads)]
    return _Copy(start, end, section, caption_of(lines[index].text for index in captions), rows)


def _may_be_caption(text: str, heads: frozenset[str]) -> bool:
    return not _NOTE.match(text) and not any(normalise_label(cell) in heads for cell in _CELLS.split(text) if cell)
