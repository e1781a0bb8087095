"""Flattened tables: lines of text that once were cells, turned back into rows by their labels.

Three layouts occur: cells joined by ``|`` with a row a line; cells closed by ``|`` with a cell a line (blanks are still
visible in both); and plain text with one or several cells a line, where a blank cell leaves no trace. Rows of the first
are taken as they stand. In the others, text between two runs of values is cut into the labels of the forms; the last
row label before the values names their row, what stands before it is header. A run of values that is too short or too
long is left to the planner, which refuses it.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import dropwhile, groupby, pairwise
from statistics import median

from pipelines.extract.document import Cell, Grid, Line
from pipelines.read.tables.columns.side_by_side import halves
from pipelines.read.tables.label_matching import Vocabulary, is_title, vocabulary
from pipelines.read.tables.rows.row_matching import UNITS
from pipelines.read.tables.values.numbers import kind
from pipelines.read.text_tables.delimiters import is_rule, with_pipes
from pipelines.read.text_tables.line_splitting import (
    Token,
    holds_a_table,
    is_table,
    piped,
    plain,
    split_rows,
    table_runs,
)
from pipelines.read.text_tables.page_furniture import page_furniture, page_numbers
from schemas.form import Form
from schemas.labels import IDLE_COLUMNS, SERIAL_COLUMNS, normalise_label, simplified, squeeze

_ROWS_OF_A_RECTANGLE = 3
_ROWS_OF_A_COUNT = 3


@dataclass(frozen=True)
class FlatTables:
    """Rows found in flattened text, and the indices of the lines that they used up.

    ``rectangular``: the same tables, where all rows of a table have equally many cells as they stand. There position may
    mean something after all; the planner tries both.
    """

    grids: tuple[Grid, ...]
    rectangular: tuple[Grid | None, ...]
    used: frozenset[int]
    piped: bool  # printed with pipes; tabs and commas are a spreadsheet's, which keeps every blank in its place
    pages: Mapping[int, int]  # numbers that count the pages of the printed document, by index of their line

    @property
    def padded(self) -> bool:
        """Whether rows end in blanks and none has a blank before a figure: then the blanks at the end may have stood anywhere
        in their row (``7 | 1 | 8 | | | | |`` is 7, 1 and the total 8)."""
        rows = [[kind(cell.text) for cell in row] for grid in self.grids for row in grid.rows]
        return self.piped and not any("blank" in _before_the_last_figure(kinds) for kinds in rows)


def read_flat(lines: Sequence[Line], breaks: frozenset[int], catalogue: tuple[Form, ...]) -> FlatTables:
    """Rebuild rows from lines; every cell keeps the evidence of its line.

    Args:
        lines: the text blocks of a document, in order.
        breaks: indices of lines that no table crosses (section headings).
        catalogue: the forms whose labels are looked for.
    """
    words = vocabulary(catalogue)
    furniture = page_furniture(lines, min(breaks, default=0), words)
    lines, rewritten = with_pipes([_simplified(line) for line in lines], words)
    grids: list[Grid] = []
    rectangular: list[Grid | None] = []
    used: set[int] = set()
    for whole in table_runs(lines, breaks, words):
        run = [index for index in whole if index not in furniture and not is_rule(lines[index].text)]
        if not is_table(run, lines, words):
            continue
        piped_lines = [index for index in run if "|" in lines[index].text]
        pipes = [lines[index].text.count("|") for index in piped_lines]
        rows_as_lines = pipes and (median(pipes) >= 3 or rewritten >= set(piped_lines)) and len(pipes) >= len(run) / 2
        rows: list[list[Token]] = []
        if rows_as_lines and not any(holds_a_table(lines[index].text) for index in piped_lines):
            rows = _without_counts_at_the_end(_joined_at_seams(split_rows(run, lines), words))
            cells = _merge_split_headers(rows, words)
        else:
            tokens = piped(run, lines, words) if len(pipes) >= len(run) / 4 else plain(run, lines, words)
            cells = list(_rows(tokens, words))
        rows = [*dropwhile(lambda row: len(row) == 1, rows)]  # a caption
        is_rectangle = len(rows) >= _ROWS_OF_A_RECTANGLE and len({len(row) for row in rows}) == 1
        parts = halves(_grid(rows, lines), words) if is_rectangle else []
        if len(parts) > 1:  # printed beside each other
            rectangular += parts
            grids += parts
        else:
            rectangular.append(_grid(rows, lines) if is_rectangle else None)
            grids.append(_grid([row for row in cells if row], lines))
        used |= set(whole)
    has_pipes = any("|" in lines[index].text for index in used - rewritten)
    pages = page_numbers(lines, frozenset(used), furniture)
    return FlatTables(tuple(grids), tuple(rectangular), frozenset(used), has_pipes, pages)


def _simplified(line: Line) -> Line:
    """A line whose labels are in simplified characters; values stay as printed (無)."""
    text = "".join(part if kind(part) != "label" else simplified(part) for part in re.split(r"([|\t])", line.text))
    return line if text == line.text else line._replace(text=text)


def _before_the_last_figure(kinds: Sequence[str]) -> Sequence[str]:
    """The kinds of the cells between the last label of a row and its last figure."""
    figures = [at for at, sort in enumerate(kinds) if sort in ("number", "mark", "garbled")]
    labels = [at for at, sort in enumerate(kinds) if sort == "label" and (not figures or at < figures[0])]
    return kinds[labels[-1] : figures[-1]] if figures and labels else ()


def _grid(rows: Sequence[Sequence[Token]], lines: Sequence[Line]) -> Grid:
    return Grid(tuple(tuple(_cell(token, lines) for token in row) for row in rows), "text")


def _cell(token: Token, lines: Sequence[Line]) -> Cell:
    return Cell(token.text, 1, 1, lines[token.line].evidence)


def _joined_at_seams(rows: list[list[Token]], words: Vocabulary) -> list[list[Token]]:
    """Rows that a line break within a cell has cut (``自然人|法人或`` over ``其他组织|总计``) become one row.

    Only where the last cell of a line and the first of the next are one label together, and not each of them alone.
    """
    joined: list[list[Token]] = []
    for row in rows:
        ends = [joined[-1][-1], row[0]] if joined and joined[-1] and row else []
        spelled = "".join(token.text for token in ends)
        is_text = bool(ends) and not any(token.is_value for token in ends)  # 无 at the end of a row says none
        if is_text and normalise_label(spelled) in words.labels and not all(_known(token, words) for token in ends):
            joined[-1][-1:] = [Token(spelled, ends[0].line), *row[1:]]
        else:
            joined.append(list(row))
    return joined


def _without_counts_at_the_end(rows: list[list[Token]]) -> list[list[Token]]:
    """The rows without the serial numbers at their end, where a header names such a column and all of them count up by one."""
    names = {normalise_label(token.text) for row in rows for token in row}
    figures = {number: row for number, row in enumerate(rows) if any(kind(token.text) == "number" for token in row)}
    ends = {n: next(at for at in reversed(range(len(row))) if row[at].text) for n, row in figures.items()}
    if not names & SERIAL_COLUMNS or not _count_up([row[ends[number]].text for number, row in figures.items()]):
        return rows
    heads = [[token for token in row if normalise_label(token.text) not in SERIAL_COLUMNS] for row in rows]
    return [row[: ends[number]] if number in ends else heads[number] for number, row in enumerate(rows)]


def _merge_split_headers(rows: list[list[Token]], words: Vocabulary) -> list[list[Token]]:
    """Header words that go on in the next line (``结果 其他`` over ``维持 结果``) become whole labels."""
    merged: list[list[Token]] = []
    for row in rows:
        below = [token for token in row if token.text]
        upper = [i for i, token in enumerate(merged[-1]) if token.text] if merged else []
        unknown = [i for i in upper if not _known(merged[-1][i], words)]
        for above, whole in ((upper, len(upper) > 1), (unknown, len(unknown) == len(below) > 0)):
            texts = [merged[-1][i].text + token.text for i, token in zip(above, below, strict=False)]
            if whole and len(texts) == len(above) and all(normalise_label(text) in words.labels for text in texts):
                for i, text in zip(above, texts, strict=True):
                    merged[-1][i] = Token(text, merged[-1][i].line)
                below = below[len(above) :]
                break
        else:
            below = list(row)
        if below:
            merged.append(below)
    return merged


def _known(token: Token, words: Vocabulary) -> bool:
    return token.is_value or normalise_label(token.text) in words.labels


def _is_cell(token: Token, words: Vocabulary) -> bool:
    """Whether a text is a whole cell: a known label, a header of an annex, or the unit that it prints behind a label."""
    name = normalise_label(token.text)
    return _known(token, words) or name in words.whole or name in UNITS


def _rows(tokens: Sequence[Token], words: Vocabulary) -> Iterator[list[Token]]:
    """Header rows and data rows from a stream of cells."""
    table: str | None = None
    for names, values in _without_serials(list(_runs(tokens, words)), words):
        pieces = _pieces(names, words)
        if table and words.rows.get(table) and values and _is_torn(names[-1], pieces, words):
            pieces = [*_pieces(names[:-1], words), names[-1]]
        for piece in pieces:
            table = words.table_of(normalise_label(piece.text)) or table
        split = _row_start(pieces, words, table)
        if pieces[:split]:
            yield pieces[:split]
        if pieces[split:] or values:
            yield [*pieces[split:], *values]


Run = tuple[list[Token], list[Token]]


def _without_serials(runs: list[Run], words: Vocabulary) -> list[Run]:
    """The runs without the serial numbers of rows, where the header names a column of them (序号 | 指标名称 | …).

    In a stream the number of a row stands behind its own values, or behind those of the row before. It is taken away only
    where all of them count up by one; where they do not, the header of an annex is taken away, so that nothing is read.
    """
    start = next((at for at, (names, _) in enumerate(runs) if _serial_header(names, words) is not None), None)
    if start is None:
        return runs
    for numbered, rest in ((runs[start:], []), (runs[start:-1], runs[-1:])):
        if _count_up([values[-1].text if values else "" for _, values in numbered]):
            cut = [(names, values[:-1]) for names, values in numbered]
            (names, values), (below, behind), *others = [*cut, *rest]
            joined = [(names, values), (below, behind)] if values else [(names + below, behind)]
            return [*runs[:start], *joined, *others]
    names, values = runs[start]
    headless = [token for token in names if normalise_label(token.text) not in words.whole]
    return [*runs[:start], (headless or names[-1:], values), *runs[start + 1 :]]


def _count_up(texts: Sequence[str]) -> bool:
    """Whether texts are numbers that rise by one, from 1 on."""
    return len(texts) >= _ROWS_OF_A_COUNT and list(texts) == [str(number) for number in range(1, len(texts) + 1)]


def _serial_header(names: Sequence[Token], words: Vocabulary) -> int | None:
    """Where a column of serial numbers stands among the words of a header: before the labels of an annex, or anywhere among
    the heads of a statutory table."""
    found = [normalise_label(token.text) for token in names]
    return next(
        (
            at
            for at, (name, behind) in enumerate(pairwise(found))
            if name in SERIAL_COLUMNS
            and ((behind in words.whole - IDLE_COLUMNS and not set(found[:at]) & words.whole) or words.table_of(behind))
        ),
        None,
    )


def _is_torn(token: Token, pieces: Sequence[Token], words: Vocabulary) -> bool:
    """Whether the cuts left a stranger of the label before the values: no form knows it (涉及商业秘密的其他情形), and the
    known words in it are not cells of their own."""
    last = pieces[-1].text if pieces else ""
    return (
        not _is_cell(token, words)
        and normalise_label(last) not in words.labels
        and len(last) < len(squeeze(token.text))
    )


def _runs(tokens: Sequence[Token], words: Vocabulary) -> Iterator[tuple[list[Token], list[Token]]]:
    """(text cells, value cells that follow them). Blanks alone are values only behind the label of a row."""
    names: list[Token] = []
    values: list[Token] = []
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


def _pieces(tokens: Sequence[Token], words: Vocabulary) -> list[Token]:
    """Labels among text cells: whole cells first, then what neighbouring cells spell together."""
    lines: dict[int, list[Token]] = {}
    for token in tokens:
        lines.setdefault(token.line, []).append(token)
    merged = [token for row in _merge_split_headers(list(lines.values()), words) for token in row]
    if all(_is_cell(token, words) for token in merged):
        return merged
    pieces: list[Token] = []
    for is_corner, part in groupby(merged, key=lambda token: is_title(normalise_label(token.text), ())):
        run = list(part)
        pieces += run if is_corner else _spelled(run, words)
    return pieces


def _spelled(tokens: Sequence[Token], words: Vocabulary) -> list[Token]:
    """Labels that the cells spell together; where that leaves strangers, whole cells count before glued ones.

    本年 is a header of an annex, and half of 本年收费金额: what leaves the least of strangers is meant.
    """
    together = _cut(tokens, words)
    if all(_is_cell(piece, words) for piece in together):
        return together
    readings = [_around(tokens, words, is_whole) for is_whole in (_known, _is_cell)]

    def strangeness(pieces: Sequence[Token]) -> tuple[int, int]:
        strange = [piece.text for piece in pieces if not _is_cell(piece, words)]
        return sum(map(len, strange)), len(strange)

    return min(readings, key=strangeness)


def _around(tokens: Sequence[Token], words: Vocabulary, is_whole: Callable[[Token, Vocabulary], bool]) -> list[Token]:
    """Cells that are whole as they stand, and what the others between them spell."""
    pieces: list[Token] = []
    rest: list[Token] = []
    for token in tokens:
        if is_whole(token, words):
            pieces += [*_cut(rest, words), token]
            rest = []
        else:
            rest.append(token)
    return pieces + _cut(rest, words)


def _cut(tokens: Sequence[Token], words: Vocabulary) -> list[Token]:
    """Cut glued text into labels; what stands between them stays a piece, unless it is only an enumerator."""
    chars = [
        (char, number) for number, token in enumerate(tokens) for char in squeeze(token.text) if normalise_label(char)
    ]
    joined = "".join(char for char, _ in chars)
    pieces: list[Token] = []
    last = 0
    for match in words.pattern.finditer(joined):
        pieces += _leftover(chars[last : match.start()], tokens, words)
        pieces.append(Token(match.group(), tokens[chars[match.start()][1]].line))
        last = match.end()
    return pieces + _leftover(chars[last:], tokens, words)


def _leftover(chars: Sequence[tuple[str, int]], tokens: Sequence[Token], words: Vocabulary) -> list[Token]:
    """What stands between labels: one piece, or its cells where one of them is a head that lost its end (商业企)."""
    cells = [("".join(char for char, _ in part), number) for number, part in groupby(chars, key=lambda char: char[1])]
    if not any(text in words.cut_heads for text, _ in cells):
        cells = [("".join(text for text, _ in cells), cells[0][1])] if cells else []
    return [
        Token(text, tokens[number].line)
        for text, number in cells
        if not re.fullmatch(r"(?:其中)?[一二三四五六七八九十\d]{0,2}", text)
    ]


def _row_start(pieces: Sequence[Token], words: Vocabulary, table: str | None) -> int:
    """Where the labels of the data row begin: its own label, and the group labels printed just before it."""
    if table is None or not words.rows.get(table):
        return len(pieces)
    start = len(pieces)
    while start > 1 and normalise_label(pieces[start - 1].text) in UNITS:
        start -= 1  # the unit stands between the label and its values
    if start:
        name = normalise_label(pieces[-1].text)
        if name in words.columns[table] and name not in words.rows[table]:
            return start
        start -= 1
    while start and normalise_label(pieces[start - 1].text) in words.groups[table]:
        start -= 1
    return start
