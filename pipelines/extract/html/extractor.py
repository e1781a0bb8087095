"""An HTML page → Document: tables as Grids, text as Lines, in page order, without the page's furniture.

Each table and image is replaced in the tree by a marker, then the text of the page is taken in one call and cut into lines.
What stands before the report's container (title, ``来源: 发布时间:`` line, metadata table) is kept as lines, for the agency
and the date are printed there; what stands after it is dropped, except a statutory table.
"""

import re
from dataclasses import replace
from itertools import islice
from typing import Any

from selectolax.lexbor import LexborHTMLParser

from pipelines.extract.document import OBJECT, Block, Document, Grid, Line, Picture
from pipelines.extract.html.cells.block_tables import replace_block_tables
from pipelines.extract.html.cells.cell_objects import NUMBERED, print_objects
from pipelines.extract.html.cells.markers import IMAGE, MARK, MARKER, STATUTORY_GRID, clean
from pipelines.extract.html.cells.tables import MAX_CELLS, TableReader, put_in_printed_order
from pipelines.extract.html.cells.unfetched_styles import mark_parts_of_unknown_style
from pipelines.extract.html.cells.written_cells import HANDLERS
from pipelines.extract.html.css.cascade import StylesRefusedError
from pipelines.extract.html.markup import MarkupRefusedError, parse, set_apart
from pipelines.extract.html.page.container import find_container
from pipelines.extract.html.page.images import content_images
from pipelines.extract.html.page.opening_tags import OpeningTags
from pipelines.extract.html.page.page_layout import PageLayout, page_layout
from pipelines.extract.html.page.report_links import LINK, mark_report_links
from pipelines.extract.html.page.surroundings import text_before
from pipelines.extract.html.rendering import render
from schemas.vocabulary import Carrier

MAX_LINES = 200_000
_LINES_BEFORE = 60  # lines kept above the container: more is a menu
_LINES_BEHIND = 60  # lines behind it that are searched
_MAX_HIDDEN = 20  # parts of a page that are read apart: more are no tabs
# The four noncharacters that mark places, as UTF-8 and as entities: a page must not be able to write them.
_NONCHARACTERS = re.compile(b"\xef\xb7[\x90-\x93]")
_NONCHARACTER_ENTITIES = re.compile(rb"&#(?:[xX]0*[fF][dD][dD][0-3]|0*6497[6-9])(?![0-9a-fA-F]);?")
_LONE_FIGURE = re.compile(r"[\d.,+|\s-]{1,40}")
_EDGES = " \t\xa0\u3000\ufeff\u200b"


def extract_html(source: bytes) -> Document:
    """Read a page in UTF-8. Never raises: a page that cannot be parsed safely has a ``problem``."""
    try:
        source = _without_noncharacters(source)
        page = parse(source)
    except MarkupRefusedError as error:
        return Document(Carrier.FLAT_TEXT, problem=f"HTML refused: {error}")
    layout = page_layout()
    try:
        opening = OpeningTags(source)
        set_apart(page.root, opening.tags)
        hidden, has_gaps, has_imports = render(page.root, opening, layout)
        mark_parts_of_unknown_style(page.root, opening, has_imports=has_imports)
    except StylesRefusedError as error:
        return Document(Carrier.FLAT_TEXT, problem=f"HTML refused: {error}")
    except RecursionError:
        return Document(Carrier.FLAT_TEXT, problem="HTML refused: brackets in a style are nested hundreds deep")
    tags = opening.tags | ({NUMBERED} if "type" in opening.attributes else set())
    tags |= {HANDLERS[0]} if opening.attributes.intersection(HANDLERS) else set()
    document = _read(page.root, layout, tags, has_gaps=has_gaps)
    if not hidden:
        return document
    parts = [_read(LexborHTMLParser(part).root, layout, tags, has_gaps=True) for part in hidden[:_MAX_HIDDEN]]
    carrier = document.carrier if document.carrier == Carrier.HTML_TABLE else parts[0].carrier
    return replace(document, carrier=carrier, hidden=tuple(block for part in parts for block in part.blocks))


def _without_noncharacters(source: bytes) -> bytes:
    source = _NONCHARACTERS.sub(b"", source)
    return _NONCHARACTER_ENTITIES.sub(b"", source) if b"&" in source else source


def _read(root: Any, layout: PageLayout, tags: frozenset[str], *, has_gaps: bool) -> Document:
    title, meta = _head(root)
    body = root.css_first("body")
    if body is None:
        problem = "the page has no body (a frameset or an empty shell)"
        return Document(Carrier.FLAT_TEXT, (), title, meta, problem)
    scripts = print_objects(body, layout, tags)
    pictures = content_images(body, layout) if "img" in tags or "image" in tags else []
    if "tfoot" in tags or "thead" in tags:
        put_in_printed_order(body)
    tables = TableReader(layout, scripts, has_hidden=has_gaps)
    tables.replace_all(body)
    if not tables.statutory:
        replace_block_tables(body, tables)
    mark_report_links(body)
    text = body.text_lexbor() or ""
    container = find_container(body, text, tables.anchors, layout)
    blocks = _Blocks(tables, pictures)
    below: tuple[str, ...] = ()
    if container.tag == "body":
        blocks.add(text)
    else:
        before, content = text_before(container, layout), container.text_lexbor() or ""
        blocks.add_outside(before)
        blocks.add(content)
        blocks.add_statutory(text, beyond=before + content)
        below = _foot(text, content)
    return Document(
        Carrier.HTML_TABLE if tables.statutory else Carrier.FLAT_TEXT,
        tuple(blocks.blocks),
        title,
        meta,
        f"the page has more than {MAX_CELLS} table cells, or tables nested without end; the rest was not read"
        if tables.truncated
        else None,
        below=below,
    )


def _foot(text: str, content: str) -> tuple[str, ...]:
    """Lines behind the container, without those of links: source and date may stand at the foot of a report."""
    rest = MARKER.sub("", text[text.find(content) + len(content) :] if content else "")
    lines = (line.strip(_EDGES) for line in rest.split("\n"))
    printed = (clean(line) if "  " in line or "\t" in line else line for line in lines if line and LINK not in line)
    return tuple(islice(printed, _LINES_BEHIND))


def _head(root: Any) -> tuple[str | None, dict[str, str]]:
    node = root.css_first("title")
    title = clean(node.text_lexbor() or "").replace("\n", " ") if node is not None else None
    meta: dict[str, str] = {}
    for node in root.css("meta[content]"):
        attributes = node.attributes
        name = attributes.get("name") or attributes.get("property")
        if name:
            meta.setdefault(name.strip().lower(), (attributes.get("content") or "").strip())
    return title or None, meta


class _Blocks:
    """Cuts the page's text into blocks, resolving markers and counting lines."""

    def __init__(self, tables: TableReader, pictures: list[Picture]) -> None:
        self.tables = tables
        self.pictures = pictures
        self.blocks: list[Block] = []
        self.lines = 0

    def add_outside(self, text: str) -> None:
        """Text before the container: tables that are not statutory are lines, and only the last lines count."""
        self.add(text, outside=True)
        grids = [block for block in self.blocks[:-_LINES_BEFORE] if isinstance(block, Grid)]
        self.blocks = grids + self.blocks[-_LINES_BEFORE:]

    def add_statutory(self, text: str, *, beyond: str) -> None:
        """The statutory tables of ``text`` that ``beyond`` does not hold."""
        for marker in MARKER.finditer(text):
            if marker[1] == STATUTORY_GRID and marker[0] not in beyond:
                self._add_part(marker[1], int(marker[2]), outside=True)

    def add(self, text: str, *, outside: bool = False) -> None:
        """Cut text into lines, resolving the markers in it."""
        for piece in text.split("\n"):
            line = piece.strip(_EDGES)
            if not line or self.lines >= MAX_LINES:
                continue
            if MARK in line:
                for marker in MARKER.finditer(line):
                    self._add_part(marker[1], int(marker[2]), outside=outside)
                line = MARKER.sub("", line).strip(_EDGES)
            linked = LINK in line
            if linked or OBJECT in line:
                line = _plain(line.replace(LINK, "")).strip(_EDGES)
            if not line:
                continue
            self.lines += 1
            self.blocks.append(Line(clean(line) if "  " in line else line, f"html:p[{self.lines}]", linked))

    def _add_part(self, kind: str, number: int, *, outside: bool) -> None:
        if kind == IMAGE:
            self.blocks += [] if outside else [self.pictures[number]]
            return
        for part in self.tables.parts[number]:
            if isinstance(part, str):
                for marker in MARKER.finditer(part):
                    self._add_part(marker[1], int(marker[2]), outside=outside)
            elif isinstance(part, Grid) and outside and kind != STATUTORY_GRID:
                self.blocks += [Line(line, f"{part.evidence}/tr[{n}]") for n, line in _row_lines(part)]
            else:
                self.blocks.append(part)


def _plain(line: str) -> str:
    """Prose goes without the mark of something that is no text; beside a lone figure it stays, for the figure is not sure."""
    bare = line.replace(OBJECT, "")
    return line if _LONE_FIGURE.fullmatch(bare.strip(_EDGES)) else bare


def _row_lines(grid: Grid) -> list[tuple[int, str]]:
    rows = enumerate(("  ".join(c.text.replace("\n", "") for c in row if c.text.strip()) for row in grid.rows), start=1)
    return [(number, text) for number, text in rows if text]
