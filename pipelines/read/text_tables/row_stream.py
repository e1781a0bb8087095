"""A stream of cells → header rows and data rows: the last row label before a run of values names their row."""

from collections.abc import Iterator, Sequence
from itertools import pairwise

from pipelines.read.tables.label_matching import SUBTOTAL, Vocabulary
from pipelines.read.tables.values.numbers import UNITS, kind
from pipelines.read.text_tables.label_cutting import is_cell, labels_of
from pipelines.read.text_tables.line_splitting import Token
from schemas.forms.catalogue import BESIDE
from schemas.labels import IDLE_COLUMNS, SERIAL_COLUMNS, is_enumerated, normalise_label, squeeze

_ROWS_OF_A_COUNT = 3
_RUNS_BEHIND = 3
_Run = tuple[list[Token], list[Token]]
"""Text cells, and the value cells that follow them."""


def rows_of(tokens: Sequence[Token], words: Vocabulary) -> Iterator[list[Token]]:
    """Header rows and data rows from a stream of cells."""
    runs = _without_serials(list(_runs(tokens, words)), words)
    table = _annex_ahead(runs, words)
    for names, values in runs:
        pieces = labels_of(names, words)
        if table and words.rows.get(table) and values and _is_torn(names[-1], pieces, words):
            pieces = [*labels_of(names[:-1], words), names[-1]]
        for piece in pieces:
            table = words.table_of(normalise_label(piece.text)) or table
        split = _row_start(pieces, words, table)
        if pieces[:split]:
            yield pieces[:split]
        if pieces[split:] or values:
            yield [*pieces[split:], *values]


def _annex_ahead(runs: Sequence[_Run], words: Vocabulary) -> str | None:
    """The annex that the first known labels belong to: its first row may be one that no form knows."""
    tables = (words.table_of(normalise_label(token.text)) for names, _ in runs for token in names)
    first = next(filter(None, tables), None)
    return first if first in BESIDE else None


def _without_serials(runs: list[_Run], words: Vocabulary) -> list[_Run]:
    """The runs without the serial numbers of rows, where the header names a column of them (序号 | 指标名称 | …).

    In a stream the number of a row stands behind its own values, or behind those of the row before. It is taken away only
    where all of them count up by one; where they do not, the header of an annex is taken away, so that nothing is read.
    """
    start = next((at for at, (names, _) in enumerate(runs) if _serial_header(names, words) is not None), None)
    if start is None:
        return runs
    ends = range(
        len(runs), max(start, len(runs) - _RUNS_BEHIND - 1), -1
    )  # the last row has no number behind it; a foot follows
    for numbered, rest in ((runs[start:end], runs[end:]) for end in ends):
        if count_up([values[-1].text if values else "" for _, values in numbered]):
            cut = [*((names, values[:-1]) for names, values in numbered), *rest]
            if not cut[0][1]:  # the header alone: it goes on with what stands behind the first number
                cut[:2] = [(cut[0][0] + cut[1][0], cut[1][1])]
            return [*runs[:start], *cut]
    names, values = runs[start]
    headless = [token for token in names if normalise_label(token.text) not in words.whole]
    return [*runs[:start], (headless or names[-1:], values), *runs[start + 1 :]]


def count_up(texts: Sequence[str]) -> bool:
    """Whether texts are numbers that rise by one, from 1 on."""
    return len(texts) >= _ROWS_OF_A_COUNT and list(texts) == [str(number) for number in range(1, len(texts) + 1)]


def without_counts_at_the_end(rows: list[list[Token]]) -> list[list[Token]]:
    """The rows without the serial numbers at their end, where a header names such a column and all of them count up by one."""
    names = {normalise_label(token.text) for row in rows for token in row}
    figures = {number: row for number, row in enumerate(rows) if any(kind(token.text) == "number" for token in row)}
    ends = {n: next(at for at in reversed(range(len(row))) if row[at].text) for n, row in figures.items()}
    if not names & SERIAL_COLUMNS or not count_up([row[ends[number]].text for number, row in figures.items()]):
        return rows
    heads = [[token for token in row if normalise_label(token.text) not in SERIAL_COLUMNS] for row in rows]
    return [row[: ends[number]] if number in ends else heads[number] for number, row in enumerate(rows)]


def _serial_header(names: Sequence[Token], words: Vocabulary) -> int | None:
    """Where a column of serial numbers stands among the words of a header: before the labels of an annex, or anywhere among
    the heads of a statutory table."""
    found = [normalise_label(token.text) for token in names]
    return next(
        (
            at
            for at, (name, behind) in enumerate(pairwise(found))
            if name in SERIAL_COLUMNS
            and ((behind in words.whole - IDLE_COLUMNS and not _are_heads(found[:at], words)) or words.table_of(behind))
        ),
        None,
    )


def _are_heads(names: Sequence[str], words: Vocabulary) -> bool:
    """Whether a head of an annex is among the names. A year before them belongs to the caption."""
    return any(name in words.whole and not name[:1].isdigit() for name in names)


def _is_torn(token: Token, pieces: Sequence[Token], words: Vocabulary) -> bool:
    """Whether cutting has split the label before the values: no form knows what is left (涉及商业秘密的其他情形), and the
    known words in it are not cells of their own."""
    last = pieces[-1].text if pieces else ""
    return (
        not is_cell(token, words) and normalise_label(last) not in words.labels and len(last) < len(squeeze(token.text))
    )


def _runs(tokens: Sequence[Token], words: Vocabulary) -> Iterator[_Run]:
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


def _row_start(pieces: Sequence[Token], words: Vocabulary, table: str | None) -> int:
    """Where the labels of the data row begin: its own label, and the group labels printed just before it."""
    if table is None or not words.rows.get(table):
        return len(pieces)
    start = len(pieces)
    while start > 1 and normalise_label(pieces[start - 1].text) in UNITS:
        start -= 1  # the unit stands between the label and its values
    if start:
        name = normalise_label(pieces[-1].text)
        if name == SUBTOTAL:
            return start - 1  # its figures are those of no label before it
        if name in words.columns[table] and name not in words.rows[table]:
            return start
        start -= 1
    while start and _heads_a_group(pieces[start - 1].text, words, table):
        start -= 1
    return start


def _heads_a_group(text: str, words: Vocabulary, table: str) -> bool:
    """Whether a label heads a group of rows: a known one, or in an annex any with an enumerator (一、), which no column has."""
    return normalise_label(text) in words.groups[table] or (table in BESIDE and is_enumerated(text))
