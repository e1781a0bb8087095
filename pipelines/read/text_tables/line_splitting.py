"""Lines of flattened text → its cells: which runs of lines are a table, and where a line parts into cells."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from pipelines.extract.document import Line
from pipelines.read.tables.label_matching import Vocabulary
from pipelines.read.tables.values.numbers import UNITS, kind
from pipelines.read.text_tables.wrapped_labels import whole_labels
from schemas.forms.catalogue import BESIDE
from schemas.labels import SERIAL_COLUMNS, is_enumerated, normalise_label, squeeze

MAX_LABEL = 64
_CELLS_OF_A_TABLE = 4  # labels with white space between them on one line
_LABELS_OF_A_ROW = 12  # with values behind them; more stand in a line that holds a whole table
_GROUPS_OF_A_NUMBER = 3  # of digits, parted by spaces: 1 234 567; with more of them a line holds several numbers
_PROSE = re.compile(r"[。；;！!？]|，.*，|,.*,")
_OF_A_SECTION = re.compile(r"\s*[一二三四五六七八九十]\s*[、.．]")
_LINES_TO_A_ROW = 16  # behind the title of a group of an annex: its unit, blank cells
_CELLS_OF_A_LINE = (re.compile(r"[|\t,]|\s{2,}"), re.compile(r"[|\t,]"), re.compile(r"[|\t,\s]"))
_MAY_PART = re.compile(r"[|,\s]")
_PARTED_YEAR = re.compile(r"\b(20[0-4]\d)\s+(年度?)(?!\S)")  # 2009 年度 is one head
_PIECES_OF_A_WORD = 8
_NUMBER_IN_FRONT = re.compile(r"^[A-Za-z]?\d{1,2}(?:[-.]\d{1,2})*[、.．]?\s+")
_SPACES = re.compile(r"[\s\u3000]+")
_GLUED_VALUE = re.compile(r"(.*[^\d,.])(\d[\d,.]*)")  # 收费6.6967 ends in 6.6967
_ENUMERATORS = re.compile(r"[\W\d一二三四五六七八九十]+")


@dataclass(frozen=True)
class Token:
    text: str
    line: int  # index into the lines

    @property
    def is_value(self) -> bool:
        return kind(self.text) != "label"


def annex_groups(lines: Sequence[Line], words: Vocabulary) -> frozenset[int]:
    """Lines that head a group of rows of an annex (一、主动公开情况): in words and numeral they may be a section's heading.

    What follows distinguishes them: the next label is a row of the annex, and no heading of the same rank. Where the words are
    not those of a group, a row of the annex or its header must stand above, too.
    """
    rows = frozenset().union(*(words.rows[table] for table in BESIDE if table in words.rows))
    groups = frozenset().union(*(words.groups[table] for table in BESIDE if table in words.groups))
    heads = words.whole.union(*(words.columns[table] for table in BESIDE if table in words.columns))
    of_annexes = rows | heads
    known = of_annexes | groups

    def first(text: str) -> str:
        """The first cell of a line. Where its cells are one blank apart, it is what stands before the first blank."""
        bare = _NUMBER_IN_FRONT.sub("", text.strip(" |\u3000"))
        signs = _CELLS_OF_A_LINE if _MAY_PART.search(bare) else ()
        cells = [normalise_label(sign.split(bare, maxsplit=1)[0]) for sign in signs] or [normalise_label(bare)]
        return next(filter(known.__contains__, cells), "") or _head_in_front(bare, words) or cells[0]

    # What follows may be a unit, the number of a row, or the figures of a row that has lost its label.
    named = ["" if name in UNITS or name.isdigit() else name for name in (first(line.text) for line in lines)]

    def has_row_below(index: int) -> bool:
        below = range(index + 1, min(index + 1 + _LINES_TO_A_ROW, len(lines)))
        at = next((at for at in below if named[at]), None)
        return at is not None and named[at] in rows and not _OF_A_SECTION.match(lines[at].text)

    def label_above(index: int) -> str:
        return next(filter(None, reversed(named[max(0, index - _LINES_TO_A_ROW) : index])), "")

    def is_title(index: int, name: str) -> bool:
        inside = is_enumerated(lines[index].text) and label_above(index) in of_annexes
        return (name in groups or (inside and name not in rows)) and has_row_below(index)

    return frozenset(index for index, name in enumerate(named) if name and is_title(index, name))


def _head_in_front(text: str, words: Vocabulary) -> str:
    """The head of an annex that a line begins with, printed with gaps (统  计  指  标  单位).

    A word that goes on without a gap is none: a running head begins with a year (2020年某市教育局…年度报告).
    """
    parts = _SPACES.split(text[:MAX_LABEL])
    begun = (squeeze("".join(parts[:end])) for end in range(min(len(parts), _PIECES_OF_A_WORD), 0, -1))
    return next((word for word in begun if len(word) > 1 and word in words.whole), "")


def table_runs(lines: Sequence[Line], breaks: frozenset[int], words: Vocabulary) -> Iterator[list[int]]:
    """Runs of lines without prose and without a heading among them."""
    run: list[int] = []
    for index, line in enumerate(lines):
        if index in breaks or ("|" not in line.text and is_prose(line.text, words)):
            if run:
                yield run
            run = []
        else:
            run.append(index)
    if run:
        yield run


def is_prose(text: str, words: Vocabulary) -> bool:
    """Whether a line is a sentence, or too long to be made of cells."""
    if "勾稽关系" in text or normalise_label(text) in words.labels:
        return False
    labels = [part for part in _SPACES.split(text.strip()) if kind(part) == "label"]
    strange = [part for part in labels if normalise_label(part) not in words.labels]
    if len(labels) >= _CELLS_OF_A_TABLE and 2 * len(strange) < len(labels):
        return False  # a whole table on one line
    text = "".join(strange)
    return len(squeeze(text)) > MAX_LABEL or bool(_PROSE.search(text))


def is_table(run: Sequence[int], lines: Sequence[Line], words: Vocabulary) -> bool:
    texts = [part for index in run for part in re.split(r"[|\s]", lines[index].text)]
    labels = "".join(normalise_label(text) for text in texts if kind(text) == "label")
    return any(kind(text) in ("number", "mark") for text in texts) and len(words.pattern.findall(labels)) >= 3


def split_rows(run: Sequence[int], lines: Sequence[Line]) -> list[list[Token]]:
    """Each line a row of cells. A sign that opens or closes every row parts nothing: it is not the trace of a blank cell."""
    texts = [lines[index].text for index in run]
    opened = all(text.startswith("|") for text in texts if "|" in text)
    rows = []
    for index, text in zip(run, texts, strict=True):
        parts = [part.strip() for part in text.split("|")]
        parts = parts[opened and len(parts) > 1 :]
        if len(parts) > 1 and not parts[-1]:
            parts.pop()
        rows.append([Token(part, index) for part in parts])
    parted = [row for row in rows if len(row) > 1]
    while parted and all(len(row) > 1 and not row[-1].text for row in parted):
        for row in parted:
            row.pop()
    return rows


def holds_a_table(text: str) -> bool:
    """Whether a line of piped cells is no row but a whole table: labels go on behind values, or there are too many of them."""
    kinds = [kind(part) for part in text.split("|")]
    kinds = kinds[next((at for at, sort in enumerate(kinds) if sort == "label"), 0) :]  # the row's number may lead it
    values = [index for index, sort in enumerate(kinds) if sort == "number"]
    return bool(values) and ("label" in kinds[values[0] :] or kinds.count("label") > _LABELS_OF_A_ROW)


def piped(run: Sequence[int], lines: Sequence[Line], words: Vocabulary) -> list[Token]:
    """A cell a line: cells end at pipes; a line break inside a cell separates two texts."""
    tokens: list[Token] = []
    open_cell: list[Token] = []
    openers = _openers(run, lines, words)
    for index in run:
        if index in openers:
            continue
        parts = lines[index].text.split("|")
        for number, part in enumerate(parts):
            if number == 0 and not part.strip() and parts[1].strip() and not open_cell:
                continue  # a pipe that opens a row closes no cell
            if part.strip():
                open_cell.append(Token(part.strip(), index))
            if number < len(parts) - 1:
                tokens += open_cell or [Token("", index)]
                open_cell = []
    return tokens + open_cell


def _openers(run: Sequence[int], lines: Sequence[Line], words: Vocabulary) -> set[int]:
    """Lines of a lone pipe, where they open rows: they close no blank cell, for none stands before a value of a row.

    Where the first line is such a pipe and one stands before each label that follows a value, those before a label and those
    behind the blanks that fill a row up (``|||``) open rows, and the blanks belong to no column; the others close blank cells.
    """
    texts = [lines[index].text.strip() for index in run]
    lone = [at for at, text in enumerate(texts) if text == "|"]
    piped = _PipedLines([lines[index].text.strip(" |\u3000") for index in run], words)
    before_labels = {at for at in lone if piped.is_label_at(at + 1)}
    behind_values = piped.labels_behind_values()
    if lone[:1] == [0] and len(behind_values) > 1 and all(at - 1 in before_labels for at in behind_values):
        behind_heads = set(filter(piped.is_behind_heads, lone))
        return {run[at] for at in _openers_and_fillers(texts, lone, before_labels | behind_heads)}
    return set() if any(map(piped.is_in_a_row, lone)) else {run[at] for at in lone}


class _PipedLines:
    """Lines without their pipes, and what stands around a place among them."""

    def __init__(self, texts: Sequence[str], words: Vocabulary) -> None:
        self._texts = texts
        self._words = words
        self._is_label = [kind(text) == "label" for text in texts]

    def is_label_at(self, at: int) -> bool:
        return at < len(self._texts) and self._is_label[at]

    def labels_behind_values(self) -> list[int]:
        """Labels right behind a line that is none."""
        return [at for at in range(1, len(self._texts)) if self._is_label[at] and not self._is_label[at - 1]]

    def is_behind_heads(self, at: int) -> bool:
        """Behind two heads, which name no row: there a pipe opens the row of values that has no label."""
        return at > 1 and all(self._is_label[i] and not self._words.is_row(self._texts[i]) for i in (at - 2, at - 1))

    def is_in_a_row(self, at: int) -> bool:
        """Behind a value, a blank, the label of a row or its unit, and before a value or a blank."""
        is_before_value = at + 1 < len(self._texts) and not self._is_label[at + 1]
        return is_before_value and not self._names_column(at - 1)

    def _names_column(self, at: int) -> bool:
        text = self._texts[at]
        return at >= 0 and self._is_label[at] and not (self._words.is_row(text) or text in UNITS)


def _openers_and_fillers(texts: Sequence[str], lone: Sequence[int], before_labels: set[int]) -> set[int]:
    """Lone pipes that open a row, and the lines of pipes before them that only fill a row up."""
    fillers = {at for at in range(1, len(texts)) if len(texts[at]) > 1 and not texts[at].strip("|")}
    opened = before_labels | {at for at in lone if at - 1 in fillers}
    return opened | {at - 1 for at in opened if at - 1 in fillers and texts[at - 2].endswith("|")}


def plain(run: Sequence[int], lines: Sequence[Line], words: Vocabulary) -> list[Token]:
    """One or several cells a line, parted by white space.

    ``1 234`` is one number where every line holds one cell, and two where some line clearly holds several.
    """
    texts = whole_labels({index: _PARTED_YEAR.sub(r"\1\2", lines[index].text.strip()) for index in run}, words)
    texts = _without_numbers_in_front(texts, words)
    several = any(_is_value_row(text) for text in texts.values())
    tokens: list[Token] = []
    for index, text in texts.items():
        parts = _SPACES.split(text)
        # 7.属于行政执法案卷 — — — is more than its label, though punctuation carries no meaning in one.
        name = normalise_label(text)
        is_label = (name in words.labels or name in words.whole) and all(kind(part) != "mark" for part in parts)
        whole = (kind(text) in ("number", "mark") and not several) or is_label
        pieces = [text] if whole else parts
        pieces = [part for piece in pieces for part in _unglued(piece, words)]
        tokens += [Token(part, index) for part in _without_gaps(pieces, words)]
    return tokens


def _without_numbers_in_front(texts: dict[int, str], words: Vocabulary) -> dict[int, str]:
    """The lines without the number of their row (1, 1-1, 1.1), which stands in front of its label; a header that names a column
    of such numbers is left to the stream."""
    if any(name in SERIAL_COLUMNS for text in texts.values() for name in _SPACES.split(text)):
        return texts
    bare = {index: _NUMBER_IN_FRONT.sub("", text) for index, text in texts.items()}
    rows = frozenset().union(*(words.rows[table] for table in BESIDE if table in words.rows))
    return {
        index: bare[index] if normalise_label(_SPACES.split(bare[index])[0]) in rows else text
        for index, text in texts.items()
    }


def _without_gaps(pieces: list[str], words: Vocabulary) -> list[str]:
    """Pieces of one line, those joined that a header prints with gaps (指  标  名  称): one of them alone is no word."""
    joined: list[str] = []
    at = 0
    while at < len(pieces):
        ends = range(min(len(pieces), at + _PIECES_OF_A_WORD), at + 1, -1)
        end = next((end for end in ends if _are_one_word(pieces[at:end], words)), at + 1)
        joined.append("".join(pieces[at:end]))
        at = end
    return joined


def _are_one_word(pieces: Sequence[str], words: Vocabulary) -> bool:
    names = [normalise_label(piece) if kind(piece) == "label" else "" for piece in pieces]
    known = [name in words.labels or name in words.whole or name in UNITS for name in names]
    whole = "".join(names)
    return all(names) and not all(known) and (whole in words.whole or whole in words.labels)


def _unglued(text: str, words: Vocabulary) -> list[str]:
    """A label and the first value printed right behind it (``规章0``), where the label is a known one; else the text itself."""
    glued = _GLUED_VALUE.fullmatch(text)
    if glued and kind(text) == "label" and normalise_label(text) not in words.labels:
        name = normalise_label(glued[1])
        if name in words.labels or not _ENUMERATORS.sub("", words.pattern.sub("", name)):
            return [glued[1], glued[2]]
    return [text] if text else []


def _is_value_row(text: str) -> bool:
    parts = _SPACES.split(text)
    one_number = kind(text) == "number" and len(parts) <= _GROUPS_OF_A_NUMBER
    return len(parts) > 1 and not one_number and all(kind(part) != "label" for part in parts)
