"""Tables and cells that stand where nobody sees them, or under something else.

Word lays a page out; this reader does not. It knows only what is near: a drawing in front of the text reaches as far as its
height says, and paragraphs in between take at least a line each.
"""

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple
from xml.etree.ElementTree import Element

from pipelines.extract.docx.names import OFF, W, inner
from pipelines.extract.docx.paragraphs import blocks_of
from pipelines.extract.docx.row_edges import declared_width

_WP = "{http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing}"
_A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
_VML = "{urn:schemas-microsoft-com:vml}"
_EMU_PER_TWIP = 635
_LINE = 240  # twips that a paragraph takes at least
_ASIDE, _WIDE = 200, 3000  # twips to the left, and to the right, by which a drawing leaves its cell
_OFF_PAGE = 6000
_NARROWEST = 90
_PAGE = 15_000
_MAY_COVER = (f"{_WP}anchor", f"{W}pict")
_LINES = ("line", "straightConnector1")
_STYLE = re.compile(r"(margin-top|height|position|z-index)\s*:\s*([^;]+)")
_TWIPS = {"pt": 20.0, "in": 1440.0, "cm": 567.0, "mm": 56.7, "px": 15.0, "": 15.0}
_LENGTH = re.compile(r"(-?[\d.]+)\s*(pt|in|cm|mm|px|)")


def is_fixed(table: Element) -> bool:
    """Whether the columns of a table keep their declared widths."""
    layout = inner(table, "tblPr", "tblLayout")
    return layout is not None and layout.get(f"{W}type") == "fixed"


def is_too_narrow(table: Element, cell: Element, columns: range) -> bool:
    """Whether a cell of a table of fixed layout is too narrow to show a figure."""
    if not is_fixed(table):
        return False
    grid = [_integer(column.get(f"{W}w", "")) for column in table.findall(f"{W}tblGrid/{W}gridCol")]
    own = declared_width(cell)
    width = own if own is not None else sum(grid[columns.start : columns.stop])
    return any(grid) and columns.stop <= len(grid) and width < _NARROWEST


def is_off_page(table: Element) -> bool:
    """Whether a table is moved so far that it leaves the page."""
    properties = table.find(f"{W}tblPr")
    if properties is None:
        return False
    indent, place = properties.find(f"{W}tblInd"), properties.find(f"{W}tblpPr")
    moved = [_integer(indent.get(f"{W}w", ""))] if indent is not None and indent.get(f"{W}type") != "pct" else []
    floating = [_integer(place.get(f"{W}{side}", "")) for side in ("tblpX", "tblpY")] if place is not None else []
    return any(abs(by) > _OFF_PAGE for by in moved) or any(not -_OFF_PAGE < by < _PAGE for by in floating)


def covered_tables(body: Element) -> list[Element]:
    """The tables of a document that a drawing in front of the text may cover, with those nested in them."""
    if all(next(body.iter(tag), None) is None for tag in _MAY_COVER):
        return []
    blocks = list(_opened(body))
    return [table for at in _covered(blocks) for table in blocks[at].iter(f"{W}tbl")]


def _opened(container: Element) -> Iterator[Element]:
    """Paragraphs and tables in order; a table of one cell is a frame around its own."""
    stack = list(reversed(blocks_of(container)))
    while stack:
        block = stack.pop()
        cells = block.findall(f"{W}tr/{W}tc") if block.tag == f"{W}tbl" else []
        if len(cells) == 1:
            stack += reversed(blocks_of(cells[0]))
        else:
            yield block


def _covered(blocks: Sequence[Element]) -> frozenset[int]:
    found: set[int] = set()
    for at, block in enumerate(blocks):
        for extent in _in_front(block):
            if block.tag == f"{W}tbl":
                found |= {at} if extent.leaves_cell else set()
                continue
            found |= _reached(blocks, range(at + 1, len(blocks)), extent.bottom - _LINE)
            found |= _reached(blocks, range(at - 1, -1, -1), -extent.top)
    return frozenset(found)


def _reached(blocks: Sequence[Element], order: range, room: int) -> set[int]:
    """The first table in an order of blocks, if it is nearer than ``room`` twips."""
    for at in order:
        if room <= 0:
            break
        if blocks[at].tag == f"{W}tbl":
            return {at}
        room -= _LINE
    return set()


class _Extent(NamedTuple):
    """The sides of a drawing in twips, from the paragraph that it is anchored to."""

    top: int
    bottom: int
    left: int = 0
    right: int = 0

    @property
    def leaves_cell(self) -> bool:
        """Whether it reaches over the cells around the one that it is anchored in, as far as can be told."""
        return self.bottom > 2 * _LINE or self.top < -_LINE or self.left < -_ASIDE or self.right > _WIDE


def _in_front(block: Element) -> Iterator[_Extent]:
    for run in block.iter(f"{W}r"):
        hidden = inner(run, "rPr", "vanish")
        if hidden is None or hidden.get(f"{W}val", "1") in OFF:
            yield from _of_run(run)


def _of_run(run: Element) -> Iterator[_Extent]:
    for anchor in run.findall(f"{W}drawing/{_WP}anchor"):
        if anchor.find(f"{_WP}wrapNone") is not None and anchor.get("behindDoc", "0") in OFF and _covers(anchor):
            top, height = _offset(anchor, "V"), _size(anchor, "cy")
            left, width = _offset(anchor, "H"), _size(anchor, "cx")
            yield _Extent(top, top + height, left, left + width)
    for shape in run.findall(f"{W}pict/*"):
        if shape.tag.startswith(_VML) and "position:absolute" in shape.get("style", "").replace(" ", ""):
            yield from _of_vml(shape)


def _offset(anchor: Element, way: str) -> int:
    offset = anchor.find(f"{_WP}position{way}/{_WP}posOffset")
    return _integer(offset.text or "") // _EMU_PER_TWIP if offset is not None else 0


def _size(anchor: Element, side: str) -> int:
    extent = anchor.find(f"{_WP}extent")
    return _integer(extent.get(side, "")) // _EMU_PER_TWIP if extent is not None else 0


def _covers(anchor: Element) -> bool:
    """Whether a drawing can hide what is below it: lines and empty frames without filling cannot."""
    hidden = anchor.find(f"{_WP}docPr")
    if hidden is not None and hidden.get("hidden", "0") not in OFF:
        return False
    shapes = [shape.get("prst") for shape in anchor.iter(f"{_A}prstGeom")]
    if shapes and all(shape in _LINES for shape in shapes):
        return False
    is_picture = next(anchor.iter(f"{_A}blip"), None) is not None
    has_text = any((text.text or "").strip() for text in anchor.iter(f"{W}t"))
    is_empty_frame = (
        next(anchor.iter(f"{_A}noFill"), None) is not None and next(anchor.iter(f"{_A}solidFill"), None) is None
    )
    return is_picture or has_text or not is_empty_frame


def _of_vml(shape: Element) -> Iterator[_Extent]:
    style = dict(_STYLE.findall(shape.get("style", "").lower()))
    if shape.tag == f"{_VML}line" or style.get("z-index", "0").startswith("-"):
        return
    has_text = any((text.text or "").strip() for text in shape.iter(f"{W}t"))
    if shape.get("filled", "t") not in ("f", "false") or has_text or shape.find(f"{_VML}imagedata") is not None:
        top = _length(style.get("margin-top", ""))
        yield _Extent(top, top + _length(style.get("height", "")))


def _length(value: str) -> int:
    match = _LENGTH.match(value.strip())
    try:
        return int(float(match[1]) * _TWIPS[match[2]]) if match else 0
    except (ValueError, OverflowError):
        return 0


def _integer(value: str) -> int:
    digits = value.strip().lstrip("-")
    return int(value) if digits.isascii() and digits.isdigit() and len(value) < 12 else 0
