"""Flattened text, one file of lines: the layouts in which stored pages and text exports print the tables."""

import csv
import io
import re
from collections.abc import Callable, Iterator

from gongkai.demo.layout import Row, Table
from gongkai.demo.page import TableBlock, Text
from tests.factory.case import Draft, variation
from tests.factory.variations.surroundings import around, usual_fields

_FLAT = ("flat_txt",)
_WRAPPED = 8  # characters of a label that fit into its column
_VALUES_BESIDE_A_PIECE = 3
_AMBIGUOUS = re.compile(r"(?<![\d.])[1-9]\d{0,2}(?:,\d{3})+(?!\d)")  # one number, or several


def _cell(text: str) -> str:
    return text.replace("\n\n", "\n")


def cell_a_line(table: Table) -> Iterator[str]:
    """One cell a line; an empty cell leaves nothing."""
    for row in table:
        for cell in row:
            yield from (line for line in cell.text.split("\n") if line.strip())


def cell_a_paragraph(table: Table) -> Iterator[str]:
    """启东 2020: one cell a paragraph, blank lines between, breaks inside a cell kept."""
    for row in table:
        for cell in row:
            for paragraph in cell.text.split("\n\n"):
                if paragraph.strip():
                    yield "    " + paragraph.replace("\n", "\n    ")
                    yield ""


def row_a_line(table: Table) -> Iterator[str]:
    """Several cells a line, two blanks apart."""
    for row in table:
        yield "  ".join(_one_line(cell.text) for cell in row if cell.text.strip())


def labels_then_numbers(table: Table) -> Iterator[str]:
    """The label on a line of its own, the numbers of its row together on the next."""
    for row in table:
        labels = [_one_line(cell.text) for cell in row if not cell.key and cell.text.strip()]
        numbers = [cell.text.strip() for cell in row if cell.key and cell.text.strip()]
        yield from (line for line in (" ".join(labels), " ".join(numbers)) if line)


def row_of_pipes(table: Table) -> Iterator[str]:
    """Excerpts 021 and 059: ``label | 0 | 0 |``, cells covered from above as empty ones."""
    for row, covered in zip(table, _covered(table), strict=True):
        yield "".join(f"{text} | " for text in [*[""] * covered, *(_one_line(c.text) for c in row)]).rstrip()


def row_between_pipes(table: Table) -> Iterator[str]:
    """Excerpt 022: ``| label | 0 | 0 ||``, empty pipes for the columns that a span covers."""
    for row, covered in zip(table, _covered(table), strict=True):
        texts = [*[""] * covered, *(_one_line(c.text) for c in row)]
        yield "| " + " | ".join(texts) + " |" + "|" * sum(c.colspan - 1 for c in row)


def cell_before_pipe(table: Table) -> Iterator[str]:
    """Excerpts 014, 023, 060: each cell a line that ends in a pipe; an empty cell is a lone pipe."""
    for row in table:
        yield from (f"{_one_line(cell.text)} |".strip() for cell in row)
        spare = sum(cell.colspan - 1 for cell in row)
        if spare:
            yield "|" * spare


def cell_between_pipe_lines(table: Table) -> Iterator[str]:
    """Excerpt 019: the row opens with a pipe, then cell and pipe on alternating lines."""
    for row in table:
        for i, cell in enumerate(row):
            yield ("| " if i == 0 else "") + _one_line(cell.text)
            yield "|"
        spare = sum(cell.colspan - 1 for cell in row)
        if spare:
            yield "|" * spare


def padded_cell_lines(table: Table) -> Iterator[str]:
    """Excerpt 020: a lone pipe opens the row, every cell is padded and ends in a pipe."""
    for row in table:
        yield "| "
        spare = "|" * sum(cell.colspan - 1 for cell in row)
        for i, cell in enumerate(row):
            yield f" {_one_line(cell.text)}  | " + (spare if i == len(row) - 1 else "")


def tab_between_cells(table: Table) -> Iterator[str]:
    """Copied out of a browser or saved from a spreadsheet: a tab between cells, nothing in an empty one."""
    for row, covered in zip(table, _covered(table), strict=True):
        yield "\t".join([*[""] * covered, *(_one_line(cell.text) for cell in row)])


def comma_between_cells(table: Table) -> Iterator[str]:
    """Saved as csv; a cell that holds a comma or a quote is quoted."""
    lines = io.StringIO()
    csv.writer(lines, lineterminator="\n").writerows([_one_line(cell.text) for cell in row] for row in table)
    yield from lines.getvalue().splitlines()


def markdown_grid(table: Table) -> Iterator[str]:
    """As converters to Markdown print it: a merged cell is its text in each of its places, a rule behind the first row."""
    for number, row in enumerate(_unfolded(table, again=True)):
        yield f"| {' | '.join(row)} |"
        if number == 0:
            yield f"|{'|'.join([' --- '] * len(row))}|"


def drawn_grid(table: Table) -> Iterator[str]:
    """As terminals print it: box drawing, a rule behind every row, a merged cell only in its first place."""
    for row in _unfolded(table, again=False):
        yield f"│ {' │ '.join(row)} │"
        yield f"├{'┼'.join(['──'] * len(row))}┤"


def wrapped_labels(table: Table) -> Iterator[str]:
    """Taken out of a PDF: a narrow column wraps its label, the values stand on one of its lines."""
    for row in table:
        labels = [_one_line(cell.text) for cell in row if not cell.key and cell.text.strip()]
        values = [cell.text.strip() for cell in row if cell.key and cell.text.strip()]
        if not labels or not values:
            yield " ".join([*labels, *values])
            continue
        pieces = [labels[-1][at : at + _WRAPPED] for at in range(0, len(labels[-1]), _WRAPPED)]
        middle = (len(pieces) - 1) // 2 if len(values) >= _VALUES_BESIDE_A_PIECE else -1
        if middle < 0:
            pieces, middle = [labels[-1]], 0
        yield from pieces[:middle]
        yield " ".join([*labels[:-1], pieces[middle], *values])
        yield from pieces[middle + 1 :]


def padded_row(table: Table) -> Iterator[str]:
    """Rows between pipes whose blanks were dropped and which were filled up at their end: ``7 | 1 | 8 | | | |``."""
    width = max(len(row) for row in table)
    for row in table:
        texts = [text for cell in row if (text := _one_line(cell.text))]
        yield " | ".join(texts) + " |" + "|" * (width - len(texts))


def padded_cells(table: Table) -> Iterator[str]:
    """The same with a cell a line: the pipes of the row's blanks stand together behind its last figure."""
    for row in table:
        texts = [text for cell in row if (text := _one_line(cell.text))]
        yield from (f"{text} |" for text in texts)
        spare = sum(cell.colspan for cell in row) - len(texts)
        if spare:
            yield "|" * spare


def _unfolded(table: Table, *, again: bool) -> list[list[str]]:
    """The table as a rectangle: a merged cell's text in every place it covers, or in the first alone."""
    width = max(sum(cell.colspan for cell in row) for row in table)
    places: list[list[str | None]] = [[None] * width for _ in table]
    for number, row in enumerate(table):
        for cell in row:
            start = places[number].index(None)
            for down in range(cell.rowspan):
                for column in range(start, start + cell.colspan):
                    first = down == 0 and column == start
                    if number + down < len(table):
                        places[number + down][column] = _one_line(cell.text) if again or first else ""
    return [[text or "" for text in row] for row in places]


Layout = Callable[[Table], Iterator[str]]
LAYOUTS: dict[str, Layout] = {
    f.__name__: f
    for f in (cell_a_paragraph, cell_a_line, row_a_line, labels_then_numbers, row_of_pipes, row_between_pipes,
              cell_before_pipe, cell_between_pipe_lines, padded_cell_lines, tab_between_cells, comma_between_cells,
              markdown_grid, drawn_grid, wrapped_labels, padded_row, padded_cells)
}  # fmt: skip
DEFAULT_LAYOUT = "cell_a_paragraph"
# In these an empty cell leaves a trace. In padded_cell_lines it looks like the pipe that opens a row.
WITH_PIPES = (
    "row_of_pipes", "row_between_pipes", "cell_before_pipe", "cell_between_pipe_lines", "tab_between_cells",
    "comma_between_cells", "markdown_grid", "drawn_grid",
)  # fmt: skip
# A row that lost a cell prints its later figures in other columns here, and is read as it is printed.
GRIDS = ("markdown_grid", "drawn_grid")


def _one_line(text: str) -> str:
    return text.replace("\n", "").strip()


def _covered(table: Table) -> list[int]:
    """How many label columns of each row are covered by a cell from above."""
    counts: list[int] = []
    open_spans: list[int] = []
    for row in table:
        counts.append(len(open_spans) if _is_data(row) else 0)
        open_spans = [left - 1 for left in open_spans if left > 1]
        open_spans += [cell.rowspan - 1 for cell in row if cell.rowspan > 1 and _is_data(row)]
    return counts


def _is_data(row: Row) -> bool:
    return any(cell.key for cell in row)


def text_bytes(draft: Draft) -> bytes:
    """The whole page as text, as a text export of the site prints it."""
    layout = LAYOUTS[draft.options.get("flat_layout", DEFAULT_LAYOUT)]
    around_it = around(draft)
    lines = ["长者专版 / 县市区", *(text for text, _ in around_it.above)]
    if around_it.fields is None:
        lines += [f"{draft.title} {usual_fields(draft).replace('：', ':')} 字体:[ ]", ""]
    else:
        lines += [draft.title, *around_it.fields, ""]
    for block in draft.blocks:
        match block:
            case Text(text):
                lines += [f"    {text}", ""]
            case TableBlock(_, table):
                lines += [*_paged(draft, list(layout(table))), ""]
    lines += [text for text, _ in (*around_it.inside, *around_it.foot)]
    return "\n".join(lines).encode(draft.options.get("encoding", "utf-8"))


def _paged(draft: Draft, lines: list[str]) -> list[str]:
    """Lines with the foot and the head of a page between some of them, where the draft says so."""
    style = draft.options.get("page_breaks")
    if not style:
        return lines
    cuts = set(draft.rng.sample(range(1, len(lines)), min(3, len(lines) - 1)))
    paged: list[str] = []
    for index, line in enumerate(lines):
        if index in cuts:
            draft.options["page"] = page = draft.options.get("page", 0) + 1
            paged += [text.format(page=page, title=draft.title) for text in style]
        paged.append(line)
    return paged


_PAGE_BREAKS = (
    ("- {page} -",),
    ("—{page}—",),
    ("第{page}页 共30页",),
    ("{page}/30",),
    ("{title}", "{page}"),
    ("{page}", "{title}"),
    ("\f{page}",),
)


@variation("writer", "text of a printed document: page numbers and running heads among the cells", _FLAT)
def page_breaks(draft: Draft) -> bool:
    draft.options["page_breaks"] = draft.rng.choice(_PAGE_BREAKS)
    return True


@variation("writer", "many ways to print a table as text", _FLAT)
def flat_layout(draft: Draft) -> bool:
    fitting = [name for name in list(LAYOUTS)[1:] if name not in GRIDS or not draft.options.get("is_ragged")]
    draft.options["flat_layout"] = draft.rng.choice(fitting)
    if draft.options["flat_layout"] == "comma_between_cells":
        for row in (row for table in draft.tables.values() for row in table):
            if _AMBIGUOUS.search(",".join(cell.text.strip() for cell in row if cell.key)):
                draft.optional |= {cell.key for cell in row if cell.key}
    return True


@variation("writer", "text files of old systems", _FLAT)
def text_in_gb18030(draft: Draft) -> bool:
    draft.options["encoding"] = "gb18030"
    return True
