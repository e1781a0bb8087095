"""Flattened text, one file of lines: the layouts in which stored pages and text exports print the tables (excerpts)."""

from collections.abc import Callable, Iterator

from gongkai.demo.layout import Row, Table
from gongkai.demo.page import TableBlock, Text
from tests.factory.case import Draft, variation

_FLAT = ("flat_txt",)


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


Layout = Callable[[Table], Iterator[str]]
LAYOUTS: dict[str, Layout] = {
    f.__name__: f
    for f in (cell_a_paragraph, cell_a_line, row_a_line, labels_then_numbers, row_of_pipes, row_between_pipes,
              cell_before_pipe, cell_between_pipe_lines, padded_cell_lines)
}  # fmt: skip
# In these an empty cell leaves a trace. In padded_cell_lines it looks like the pipe that opens a row.
WITH_PIPES = ("row_of_pipes", "row_between_pipes", "cell_before_pipe", "cell_between_pipe_lines")


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
    layout = LAYOUTS[draft.options.get("flat_layout", "cell_a_paragraph")]
    day = draft.published.isoformat() if draft.published else ""
    lines = ["长者专版 / 县市区", f"{draft.title} 来源:{draft.agency} 发布时间:{day} 字体:[ ]", ""]
    for block in draft.blocks:
        match block:
            case Text(text):
                lines += [f"    {text}", ""]
            case TableBlock(_, table):
                lines += [*layout(table), ""]
    return "\n".join(lines).encode(draft.options.get("encoding", "utf-8"))


@variation("writer", "excerpts 014-029, 053-060: nine ways to print a table as text", _FLAT)
def flat_layout(draft: Draft) -> bool:
    draft.options["flat_layout"] = draft.rng.choice(list(LAYOUTS)[1:])
    return True


@variation("writer", "text files of old systems", _FLAT)
def text_in_gb18030(draft: Draft) -> bool:
    draft.options["encoding"] = "gb18030"
    return True
