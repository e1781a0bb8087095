"""Flattened tables: lines of text that once were cells, turned back into rows by their labels.

Three layouts occur: cells joined by ``|`` with a row a line; cells closed by ``|`` with a cell a line (blanks are still
visible in both); and plain text with one or several cells a line, where a blank cell leaves no trace. Rows of the first
are taken as they stand. In the others, text between two runs of values is cut into the labels of the forms; the last
row label before the values names their row, what stands before it is header. A run of values that is too short or too
long is left to the planner, which refuses it.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from statistics import median

from pipelines.extract.document import Cell, Grid, Line
from pipelines.read.matching import Vocabulary, is_title, vocabulary
from pipelines.read.numbers import kind
from schemas.form import Form
from schemas.labels import normalise_label, squeeze

MAX_LABEL = 64
_PROSE = re.compile(r"[。；;！!？]|，.*，|,.*,")
_SPACES = re.compile(r"[\s\u3000]+")


@dataclass(frozen=True)
class _Token:
    text: str
    line: int  # index into the lines

    @property
    def is_value(self) -> bool:
        return kind(self.text) != "label"


@dataclass(frozen=True)
class FlatTables:
    """Rows found in flattened text, and the indices of the lines that they used up."""

    grids: tuple[Grid, ...]
    used: frozenset[int]


def read_flat(lines: Sequence[Line], breaks: frozenset[int], catalogue: tuple[Form, ...]) -> FlatTables:
    """Rebuild rows from lines; every cell keeps the evidence of its line.

    Args:
        lines: the text blocks of a document, in order.
        breaks: indices of lines that no table crosses (section headings).
        catalogue: the forms whose labels are looked for.
    """
    words = vocabulary(catalogue)
    grids: list[Grid] = []
    used: set[int] = set()
    for stretch in _stretches(lines, breaks, words):
        if not _is_table(stretch, lines, words):
            continue
        pipes = [lines[index].text.count("|") for index in stretch if "|" in lines[index].text]
        if pipes and median(pipes) >= 3 and len(pipes) >= len(stretch) / 2:
            rows = [_split_row(lines[index].text, index) for index in stretch]
            cells = _merge_split_headers(rows, words)
        else:
            tokens = _piped(stretch, lines) if len(pipes) >= len(stretch) / 4 else _plain(stretch, lines, words)
            cells = list(_rows(tokens, words))
        grids.append(Grid(tuple(tuple(_cell(token, lines) for token in row) for row in cells if row), "text"))
        used |= set(stretch)
    return FlatTables(tuple(grids), frozenset(used))


def _cell(token: _Token, lines: Sequence[Line]) -> Cell:
    return Cell(token.text, 1, 1, lines[token.line].evidence)


def _stretches(lines: Sequence[Line], breaks: frozenset[int], words: Vocabulary) -> Iterator[list[int]]:
    """Runs of lines without prose and without a heading among them."""
    run: list[int] = []
    for index, line in enumerate(lines):
        if index in breaks or ("|" not in line.text and _is_prose(line.text, words)):
            if run:
                yield run
            run = []
        else:
            run.append(index)
    if run:
        yield run


def _is_prose(text: str, words: Vocabulary) -> bool:
    parts = _SPACES.split(text.strip())
    while parts and kind(parts[-1]) != "label":
        parts.pop()
    text = "".join(parts)
    if not text or "勾稽关系" in text or normalise_label(text) in words.labels:
        return False
    return len(squeeze(text)) > MAX_LABEL or bool(_PROSE.search(text))


def _is_table(stretch: Sequence[int], lines: Sequence[Line], words: Vocabulary) -> bool:
    texts = [part for index in stretch for part in re.split(r"[|\s]", lines[index].text)]
    labels = "".join(normalise_label(text) for text in texts if kind(text) == "label")
    return any(kind(text) in ("number", "mark") for text in texts) and len(words.pattern.findall(labels)) >= 3


def _split_row(text: str, index: int) -> list[_Token]:
    parts = [part.strip() for part in text.split("|")]
    if len(parts) > 1 and not parts[-1]:
        parts.pop()  # the last pipe closes the last cell
    return [_Token(part, index) for part in parts]


def _piped(stretch: Sequence[int], lines: Sequence[Line]) -> list[_Token]:
    """A cell a line: cells end at pipes; a line break inside a cell separates two texts."""
    tokens: list[_Token] = []
    open_cell: list[_Token] = []
    for index in stretch:
        parts = lines[index].text.split("|")
        for number, part in enumerate(parts):
            if number == 0 and not part.strip() and parts[1].strip() and not open_cell:
                continue  # a pipe that opens a row closes no cell
            if part.strip():
                open_cell.append(_Token(part.strip(), index))
            if number < len(parts) - 1:
                tokens += open_cell or [_Token("", index)]
                open_cell = []
    return tokens + open_cell


def _plain(stretch: Sequence[int], lines: Sequence[Line], words: Vocabulary) -> list[_Token]:
    """One or several cells a line, parted by white space.

    ``1 234`` is one number where every line holds one cell, and two where some line clearly holds several.
    """
    texts = {index: lines[index].text.strip() for index in stretch}
    several = any(kind(text) != "number" and _is_value_row(text) for text in texts.values())
    tokens: list[_Token] = []
    for index, text in texts.items():
        whole = (kind(text) in ("number", "mark") and not several) or normalise_label(text) in words.labels
        tokens += [_Token(part, index) for part in ([text] if whole else _SPACES.split(text)) if part]
    return tokens


def _is_value_row(text: str) -> bool:
    parts = _SPACES.split(text)
    return len(parts) > 1 and all(kind(part) != "label" for part in parts)


def _merge_split_headers(rows: list[list[_Token]], words: Vocabulary) -> list[list[_Token]]:
    """Header words that go on in the next line (``结果 其他`` over ``维持 结果``) become whole labels."""
    merged: list[list[_Token]] = []
    for row in rows:
        below = [token for token in row if token.text]
        upper = [i for i, token in enumerate(merged[-1]) if token.text] if merged else []
        unknown = [i for i in upper if not _known(merged[-1][i], words)]
        for above, whole in ((upper, len(upper) > 1), (unknown, len(unknown) == len(below) > 0)):
            texts = [merged[-1][i].text + token.text for i, token in zip(above, below, strict=False)]
            if whole and len(texts) == len(above) and all(normalise_label(text) in words.labels for text in texts):
                for i, text in zip(above, texts, strict=True):
                    merged[-1][i] = _Token(text, merged[-1][i].line)
                below = below[len(above) :]
                break
        else:
            below = list(row)
        if below:
            merged.append(below)
    return merged


def _known(token: _Token, words: Vocabulary) -> bool:
    return token.is_value or normalise_label(token.text) in words.labels


def _rows(tokens: Sequence[_Token], words: Vocabulary) -> Iterator[list[_Token]]:
    """Header rows and data rows from a stream of cells."""
    table: str | None = None
    for names, values in _runs(tokens, words):
        pieces = _pieces(names, words)
        for piece in pieces:
            table = words.table_of(normalise_label(piece.text)) or table
        split = _row_start(pieces, words, table)
        if pieces[:split]:
            yield pieces[:split]
        if pieces[split:] or values:
            yield [*pieces[split:], *values]


def _runs(tokens: Sequence[_Token], words: Vocabulary) -> Iterator[tuple[list[_Token], list[_Token]]]:
    """(text cells, value cells that follow them). Blanks alone are values only behind the label of a row."""
    names: list[_Token] = []
    values: list[_Token] = []
    for token in tokens:
        if token.is_value:
            values += [token] if names else []
            continue
        blank_row = len(values) >= 3 and names and words.is_row(names[-1].text)
        if values and (blank_row or any(value.text for value in values)):
            yield names, values
            names = []
        values = []
        names.append(token)
    if names:
        yield names, values


def _pieces(tokens: Sequence[_Token], words: Vocabulary) -> list[_Token]:
    """Labels among text cells: whole cells first, then what neighbouring cells spell together."""
    lines: dict[int, list[_Token]] = {}
    for token in tokens:
        lines.setdefault(token.line, []).append(token)
    merged = [token for row in _merge_split_headers(list(lines.values()), words) for token in row]
    if all(_known(token, words) for token in merged):
        return merged
    pieces: list[_Token] = []
    for is_corner, part in groupby(merged, key=lambda token: is_title(normalise_label(token.text), ())):
        run = list(part)
        pieces += run if is_corner else _spelled(run, words)
    return pieces


def _spelled(tokens: Sequence[_Token], words: Vocabulary) -> list[_Token]:
    """Labels that the cells spell together; where that leaves strangers, whole cells count before glued ones."""
    together = _cut(tokens, words)
    if all(_known(piece, words) for piece in together):
        return together
    pieces: list[_Token] = []
    rest: list[_Token] = []
    for token in tokens:
        if _known(token, words):
            pieces += [*_cut(rest, words), token]
            rest = []
        else:
            rest.append(token)
    return pieces + _cut(rest, words)


def _cut(tokens: Sequence[_Token], words: Vocabulary) -> list[_Token]:
    """Cut glued text into labels; what stands between them stays a piece, unless it is only an enumerator."""
    chars = [(char, token.line) for token in tokens for char in squeeze(token.text) if normalise_label(char)]
    joined = "".join(char for char, _ in chars)
    pieces: list[_Token] = []
    last = 0
    for match in words.pattern.finditer(joined):
        pieces += _leftover(joined[last : match.start()], chars[last][1])
        pieces.append(_Token(match.group(), chars[match.start()][1]))
        last = match.end()
    if last < len(joined):
        pieces += _leftover(joined[last:], chars[last][1])
    return pieces


def _leftover(text: str, line: int) -> list[_Token]:
    return [] if re.fullmatch(r"[一二三四五六七八九十\d]{0,2}", text) else [_Token(text, line)]


def _row_start(pieces: Sequence[_Token], words: Vocabulary, table: str | None) -> int:
    """Where the labels of the data row begin: its own label, and the group labels printed just before it."""
    if table is None or not words.rows.get(table):
        return len(pieces)
    start = len(pieces)
    if start:
        name = normalise_label(pieces[-1].text)
        if name in words.columns[table] and name not in words.rows[table]:
            return start
        start -= 1
    while start and normalise_label(pieces[start - 1].text) in words.groups[table]:
        start -= 1
    return start
