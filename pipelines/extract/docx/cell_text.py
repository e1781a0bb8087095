"""The text of a table cell in Word, as printed: without what is hidden, struck out or a note, and marked where something
else than text is shown.

``OBJECT`` stands for a picture, a formula, an embedded object, a form field, a text box, symbols of a font, a figure of
which only struck-out digits are printed, and for whatever the reader does not know. A cell with it is no number to any reader.
"""

import re
from dataclasses import dataclass, field
from typing import NamedTuple
from xml.etree.ElementTree import Element

from pipelines.extract.document import OBJECT
from pipelines.extract.docx.formatting import paragraph_layout
from pipelines.extract.docx.formatting.colours import Grounds, shading
from pipelines.extract.docx.formatting.formats import Formats
from pipelines.extract.docx.formatting.run_properties import RunEffect
from pipelines.extract.docx.formatting.styles import CellPlace, Formatting
from pipelines.extract.docx.inline import PRINTS_NOTHING, Piece, pieces_of
from pipelines.extract.docx.names import W, inner
from pipelines.extract.docx.paragraphs import blocks_of
from pipelines.extract.docx.row_edges import declared_width

_LEFT_OUT = RunEffect.STRUCK | RunEffect.RAISED
_DIGIT = re.compile(r"\d")
_CJK = re.compile(r"[㐀-鿿]")
_LABEL_LENGTH = 3  # ideographs: a unit behind a figure has one or two
_POWER = re.compile(r"(?:^|[×xX*·])\s*10$")
_KNOWN_IN_CELLS = PRINTS_NOTHING | frozenset(
    f"{W}{name}" for name in ("p", "tbl", "sdt", "sdtContent", "customXml", "ins")
)
_WIDEST_MARGIN = 1000  # twips
_UNSETTLED = ("cellDel", "cellMerge")
"""Tracked changes of cells: what stands in them depends on whether the change is accepted."""


class Row(NamedTuple):
    """What the row around a cell says of it.

    Attributes:
        exact_height: its fixed height in twips, if it has one.
        is_unclear: it or its place is in doubt.
        shade: how it is shaded where the table is not.
    """

    exact_height: int | None = None
    is_unclear: bool = False
    shade: Element | None = None


class Around(NamedTuple):
    """What is around a cell: its row, its place in the table, and the ground that the table stands on."""

    below: Grounds
    row: Row = Row()
    place: CellPlace = CellPlace()


@dataclass(frozen=True)
class _Look:
    """What paragraphs of a cell inherit: each possibility of the table style with the ground that it gives."""

    options: list[tuple[Formatting, Grounds]]
    lines: list[paragraph_layout.Line] = field(default_factory=list)


def cell_text(cell: Element, table: Element, formats: Formats, around: Around) -> str:
    """What a cell prints, a line for each of its paragraphs."""
    look, row = _look(cell, table, formats, around), around.row
    lines = [OBJECT] if _is_unsettled(cell) else []
    for block in blocks_of(cell):
        if block.tag == f"{W}p":
            lines += _paragraph_text(block, look, formats).split("\n")
        else:
            lines.append(_of_nested(block, formats, look))
    stripped = (line.strip(" \t") for line in lines)
    text = "\n".join(line for line in stripped if line)
    if _is_label(text):
        return text
    is_cut_off = row.exact_height is not None and paragraph_layout.is_cut_off(
        look.lines, row.exact_height, declared_width(cell)
    )
    is_displaced = bool(text) and (is_cut_off or _has_wide_margins(cell, table))
    return OBJECT + text if row.is_unclear or is_displaced else text


def grounds_of(cell: Element, table: Element, formats: Formats, style: Formatting, around: Around) -> Grounds:
    """What the text of a cell stands on: the shading of the cell, of its row, of its table, of what is around the table."""
    own, of_row = inner(cell, "tcPr", "shd"), around.row.shade
    of_table = of_row if of_row is not None else inner(table, "tblPr", "shd")
    shade = shading(own if own is not None else style.cell.get("shd"), formats.theme)
    return shade or shading(of_table, formats.theme) or around.below


def _look(cell: Element, table: Element, formats: Formats, around: Around) -> _Look:
    styles = formats.styles.of_cell(table, around.place)
    return _Look([(style, grounds_of(cell, table, formats, style, around)) for style in styles])


def _is_unsettled(cell: Element) -> bool:
    tracked = cell.find(f"{W}tcPr")
    if tracked is not None and any(tracked.find(f"{W}{name}") is not None for name in _UNSETTLED):
        return True
    return any(child.tag not in _KNOWN_IN_CELLS for child in cell)


def _has_wide_margins(cell: Element, table: Element) -> bool:
    """Whether the space that a cell keeps free pushes its text out of it."""
    margins = (inner(cell, "tcPr", "tcMar"), inner(table, "tblPr", "tblCellMar"))
    sides = [side for margin in margins if margin is not None for side in margin]
    return any(paragraph_layout.twips(side, "w") > _WIDEST_MARGIN for side in sides)


def _paragraph_text(paragraph: Element, look: _Look, formats: Formats) -> str:
    layouts, around = zip(*(formats.paragraph(paragraph, style, below) for style, below in look.options), strict=True)
    leaders = any(paragraph_layout.has_leaders(layout) for layout in layouts)
    text = _printed(pieces_of(paragraph, formats.runs, around, has_leaders=leaders))
    look.lines.append(paragraph_layout.line_of(paragraph, layouts[0], len(text)))
    label = formats.numbering.label(paragraph)
    is_numbered = any(formats.numbering.marks(layout.get("numPr")) for layout in layouts)
    is_displaced = any(paragraph_layout.is_displaced(layout) for layout in layouts) and text.strip()
    if (is_displaced or is_numbered) and not _is_label(text):
        return f"{OBJECT}{label}{text}"
    return f"{label}{text}"


def _is_label(text: str) -> bool:
    """Words: a number before them, or their place, does not change what they say."""
    return len(_CJK.findall(text)) >= _LABEL_LENGTH


def _of_nested(table: Element, formats: Formats, look: _Look) -> str:
    """A table of one cell is a frame around its text; any other shows more than one value."""
    cells = list(table.iter(f"{W}tc"))
    texts = [cell_text(cell, table, formats, Around(look.options[0][1])) for cell in cells]
    if len(cells) == 1:
        return texts[0]
    return OBJECT if any(texts) else ""


def _printed(pieces: list[Piece]) -> str:
    """The text without struck and raised parts, where something is left that says what the cell prints."""
    left_out = [piece.text for piece in pieces if piece.effects & _LEFT_OUT]
    rest = "".join(piece.text for piece in pieces if not piece.effects & _LEFT_OUT)
    if not "".join(left_out).strip():
        return rest
    if not rest.strip():
        whole = "".join(left_out)
        is_label = not _DIGIT.search(whole) and not any(piece.effects & RunEffect.STRUCK for piece in pieces)
        return whole if is_label else OBJECT
    is_power = _POWER.search(rest.strip()) and _DIGIT.search("".join(left_out))
    return OBJECT + rest if is_power or _is_within_a_number(pieces) else rest


def _is_within_a_number(pieces: list[Piece]) -> bool:
    """Whether a part that is left out stands between digits: what the whole says then is in doubt."""
    digits = [at for at, piece in enumerate(pieces) if not piece.effects & _LEFT_OUT and _DIGIT.search(piece.text)]
    return any(piece.effects & _LEFT_OUT and digits and digits[0] < at < digits[-1] for at, piece in enumerate(pieces))
