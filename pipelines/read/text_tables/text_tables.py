"""Flattened tables: lines of text that once were cells, turned back into rows by their labels.

Three layouts occur: cells joined by ``|`` with a row a line; cells closed by ``|`` with a cell a line (blanks are still
visible in both); and plain text with one or several cells a line, where a blank cell leaves no trace. Rows of the first
are taken as they stand. In the others, text between two runs of values is cut into the labels of the forms; the last
row label before the values names their row, what stands before it is header. A run of values that is too short or too
long is left to the planner, which refuses it.
"""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from itertools import dropwhile
from statistics import median

from pipelines.extract.document import Cell, Grid, Line
from pipelines.read.tables.columns.side_by_side import halves
from pipelines.read.tables.label_matching import Vocabulary, vocabulary
from pipelines.read.tables.values.numbers import kind
from pipelines.read.text_tables.delimiters import is_rule, with_pipes
from pipelines.read.text_tables.label_cutting import joined_at_seams, merge_split_headers
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
from pipelines.read.text_tables.row_stream import rows_of, without_counts_at_the_end
from schemas.forms.catalogue import Form
from schemas.labels import IDLE_COLUMNS, normalise_label, simplified

_ROWS_OF_A_RECTANGLE = 3
_CELLS_OF_A_WIDE_ROW = 7  # a label and the applicants of table three


@dataclass(frozen=True)
class FlatTables:
    """Rows found in flattened text, and the indices of the lines that they used up.

    ``rectangular``: the same tables, where all rows of a table have equally many cells as they stand. There position may
    mean something after all; the planner tries both.
    """

    grids: tuple[Grid, ...]
    rectangular: tuple[Grid | None, ...]
    used: frozenset[int]
    piped: bool  # printed with pipes
    parted: bool  # with pipes, or with tabs and commas, which mostly come from a spreadsheet that keeps blanks in their places
    has_idle_heads: bool  # a header names serial numbers or remarks: cells in a row that no form has
    pages: Mapping[int, int]  # numbers that count the pages of the printed document, by index of their line

    @property
    def padded(self) -> bool:
        """Whether rows end in blanks and none has a blank before a figure: then the blanks at the end may have stood anywhere
        in their row (``7 | 1 | 8 | | | | |`` is 7, 1 and the total 8). A spreadsheet may leave its last columns empty,
        but then in every row, or a total in a few."""
        rows = [[kind(cell.text) for cell in row] for grid in self.grids for row in grid.rows]
        if not self.parted or any("blank" in _before_the_last_figure(kinds) for kinds in rows):
            return False
        ends = [_blanks_at_the_end(kinds) for kinds in rows if len(kinds) > _CELLS_OF_A_WIDE_ROW and "number" in kinds]
        return self.piped or (len(set(ends)) > 1 and 2 * sum(map(bool, ends)) >= len(ends))


def read_flat(
    lines: Sequence[Line], breaks: frozenset[int], catalogue: tuple[Form, ...], left_out: frozenset[int] = frozenset()
) -> FlatTables:
    """Rebuild rows from lines; every cell keeps the evidence of its line.

    Args:
        lines: the text blocks of a document, in order.
        breaks: indices of lines that no table crosses (section headings).
        catalogue: the forms whose labels are looked for.
        left_out: indices of lines that are not the report's own.
    """
    words = vocabulary(catalogue)
    furniture = page_furniture(lines, min(breaks, default=0), words) | left_out
    lines, rewritten = with_pipes([_simplified(line) for line in lines], words)
    grids: list[Grid] = []
    rectangular: list[Grid | None] = []
    used: set[int] = set(left_out)
    for whole in table_runs(lines, breaks, words):
        run = [index for index in whole if index not in furniture and not is_rule(lines[index].text)]
        if is_table(run, lines, words):
            as_printed, rows = _table_rows(run, lines, words, rewritten)
            parts = _parts(as_printed, lines, words)
            rectangular += parts or [None]
            grids += parts if len(parts) > 1 else [_grid([row for row in rows if row], lines)]
            used |= set(whole)
    has_pipes = any("|" in lines[index].text for index in used - rewritten)
    pages = page_numbers(lines, frozenset(used), furniture)
    is_parted = has_pipes or bool(used & rewritten)
    names = {normalise_label(cell) for index in used for cell in re.split(r"[|\s]", lines[index].text)}
    has_idle_heads = not names.isdisjoint(IDLE_COLUMNS)
    return FlatTables(tuple(grids), tuple(rectangular), frozenset(used), has_pipes, is_parted, has_idle_heads, pages)


def _parts(rows: Sequence[list[Token]], lines: Sequence[Line], words: Vocabulary) -> list[Grid]:
    """The table by position, where all its rows below a caption have equally many cells; several where it is printed in
    halves beside each other."""
    rows = [*dropwhile(lambda row: len(row) == 1, rows)]
    is_rectangle = len(rows) >= _ROWS_OF_A_RECTANGLE and len({len(row) for row in rows}) == 1
    return halves(_grid(rows, lines), words) if is_rectangle else []


def _table_rows(
    run: Sequence[int], lines: Sequence[Line], words: Vocabulary, rewritten: Collection[int]
) -> tuple[list[list[Token]], list[list[Token]]]:
    """The rows of one table: where a line is a row, as they are printed (else none), and by their labels.

    Args:
        run: indices of the lines of the table.
        rewritten: indices of lines whose tabs or commas were made pipes.
    """
    piped_lines = [index for index in run if "|" in lines[index].text]
    pipes = [lines[index].text.count("|") for index in piped_lines]
    are_rows = bool(pipes) and len(pipes) >= len(run) / 2 and (median(pipes) >= 3 or set(piped_lines) <= set(rewritten))
    if are_rows and not any(holds_a_table(lines[index].text) for index in piped_lines):
        rows = without_counts_at_the_end(joined_at_seams(split_rows(run, lines), words))
        return rows, merge_split_headers(rows, words)
    tokens = piped(run, lines, words) if len(pipes) >= len(run) / 4 else plain(run, lines, words)
    return [], list(rows_of(tokens, words))


def _simplified(line: Line) -> Line:
    """A line whose labels are in simplified characters; values stay as printed (無)."""
    text = "".join(part if kind(part) != "label" else simplified(part) for part in re.split(r"([|\t])", line.text))
    return line if text == line.text else line._replace(text=text)


def _blanks_at_the_end(kinds: Sequence[str]) -> int:
    return len(kinds) - 1 - max(at for at, sort in enumerate(kinds) if sort != "blank")


def _before_the_last_figure(kinds: Sequence[str]) -> Sequence[str]:
    """The kinds of the cells between the label of a row and its last figure. The number of the row stands before its label."""
    first = next((at for at, sort in enumerate(kinds) if sort == "label"), len(kinds))
    figures = [at for at, sort in enumerate(kinds) if at > first and sort in ("number", "mark", "garbled")]
    labels = [at for at, sort in enumerate(kinds) if sort == "label" and figures and at < figures[0]]
    return kinds[labels[-1] : figures[-1]] if labels else ()


def _grid(rows: Sequence[Sequence[Token]], lines: Sequence[Line]) -> Grid:
    return Grid(tuple(tuple(_cell(token, lines) for token in row) for row in rows), "text")


def _cell(token: Token, lines: Sequence[Line]) -> Cell:
    return Cell(token.text, 1, 1, lines[token.line].evidence)
