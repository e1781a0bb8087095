"""A source as the reader reads it: its lines and tables in printed order, each with its place as an id."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from gongkai.explore.anchors import source_anchor
from pipelines.extract.document import OBJECT, Document, Grid, Line

MAX_BLOCKS = 5_000


@dataclass(frozen=True)
class ShownCell:
    """One cell of a table. ``anchor`` is empty where no figure is from it."""

    text: str
    columns: int
    rows: int
    anchor: str


@dataclass(frozen=True)
class ShownBlock:
    """A line, a table or a picture. ``page`` is that of a paginated file."""

    text: str = ""
    anchor: str = ""
    rows: Sequence[Sequence[ShownCell]] = ()
    picture: str = ""
    page: int | None = None


def blocks(document: Document, figures: Mapping[str, str]) -> list[ShownBlock]:
    """What is shown of a document, at most ``MAX_BLOCKS`` blocks."""
    return list(_blocks(document, figures))[:MAX_BLOCKS]


def places(document: Document) -> dict[str, str]:
    """Evidence → text of every place in a document."""
    found: dict[str, str] = {}
    for block in (*document.blocks, *document.hidden):
        if isinstance(block, Line):
            found[block.evidence] = block.text
        elif isinstance(block, Grid):
            found |= {cell.evidence: cell.text for row in block.rows for cell in row}
    return found


def _blocks(document: Document, figures: Mapping[str, str]) -> Iterator[ShownBlock]:
    def anchor(evidence: str) -> str:
        return source_anchor(evidence) if evidence in figures else ""

    for block in (*document.blocks, *document.hidden):
        page = page_of(block.evidence)
        if isinstance(block, Line):
            yield ShownBlock(text=block.text, anchor=anchor(block.evidence), page=page)
        elif isinstance(block, Grid):
            rows = [
                [
                    ShownCell(cell.text.replace(OBJECT, "▢"), cell.colspan, cell.rowspan, anchor(cell.evidence))
                    for cell in row
                ]
                for row in block.rows
            ]
            yield ShownBlock(rows=rows, page=page)
        else:
            yield ShownBlock(picture=block.source, page=page)


def page_of(evidence: str) -> int | None:
    """``pdf:page[3]/table[1]`` → 3; None where a place names no page."""
    _, found, rest = evidence.partition(":page[")
    number = rest.partition("]")[0]
    return int(number) if found and number.isdigit() else None
