"""The text of a table cell in Word, as printed: without what is hidden, struck out or a note, and marked where something
else than text is shown.

``OBJECT`` stands for a picture, a formula, an embedded object, a form field, a text box, symbols of a font, or a figure of
which only struck-out digits are printed. A cell with it is no number to any reader.
"""

import re
from typing import NamedTuple
from xml.etree.ElementTree import Element

from pipelines.extract.document import OBJECT
from pipelines.extract.docx.fields import Fields, shows_another_text
from pipelines.extract.docx.numbering import Numbering
from pipelines.extract.docx.paragraphs import PRINTED_AS, UNPRINTED, W, blocks_of
from pipelines.extract.docx.run_properties import RunEffect, RunProperties

_MATH = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"
_OBJECTS = {
    f"{W}drawing", f"{W}pict", f"{W}object", f"{W}sym", f"{_MATH}oMath", f"{_MATH}oMathPara", f"{W}txbxContent", f"{W}altChunk",
    f"{W}ffData", f"{W}framePr", f"{W}ruby", *(f"{W}{name}" for name in ("pgNum", "bdo", "footnoteReference", "fldSimple")),
    *(f"{W}{part}{length}" for part in ("day", "month", "year") for length in ("Short", "Long")),
}  # fmt: skip
_TEXT_FIELD = f"{W}textInput"
_SILENT = (f"{W}ffData", f"{W}footnoteReference")
_DIGIT = re.compile(r"\d")
_CJK = re.compile(r"[㐀-鿿]")
_POWER = re.compile(r"(?:^|[×xX*·])\s*10$")


class _Piece(NamedTuple):
    text: str
    effects: RunEffect


def cell_text(cell: Element, numbering: Numbering, runs: RunProperties) -> str:
    """What a cell prints, a line for each of its paragraphs."""
    shading = cell.find(f"{W}tcPr/{W}shd")
    ground = shading.get(f"{W}fill", "") if shading is not None else ""
    is_deleted = cell.find(f"{W}tcPr/{W}cellDel") is not None
    is_imported = cell.find(f"{W}altChunk") is not None  # a document of its own, put in place when the file is opened
    lines: list[str] = [OBJECT] if is_deleted or is_imported else []
    for block in blocks_of(cell):
        if block.tag == f"{W}p":
            label = numbering.label(block)
            text = _printed(_pieces(block, runs, ground))
            # An automatic number before a figure would read as part of it: 1. and 70.
            mark = OBJECT if label and _DIGIT.search(text) and not _CJK.search(text) else ""
            lines += f"{label}{mark}{text}".split("\n")
        else:
            lines.append(_of_nested(block, numbering, runs))
    stripped = (line.strip(" \t") for line in lines)
    return "\n".join(line for line in stripped if line)


def _of_nested(table: Element, numbering: Numbering, runs: RunProperties) -> str:
    """A table of one cell is a frame around its text; any other shows more than one value."""
    cells = list(table.iter(f"{W}tc"))
    if len(cells) == 1:
        return cell_text(cells[0], numbering, runs)
    return OBJECT if any(cell_text(cell, numbering, runs) for cell in cells) else ""


def _pieces(paragraph: Element, runs: RunProperties, ground: str) -> list[_Piece]:
    found: list[_Piece] = []
    fields = Fields()
    stack: list[tuple[Element, RunEffect]] = [(child, RunEffect.PLAIN) for child in reversed(list(paragraph))]
    if paragraph.find(f"{W}pPr/{W}framePr") is not None:
        found.append(_Piece(OBJECT, RunEffect.PLAIN))
    while stack:
        element, effects = stack.pop()
        is_object = _is_object(element)
        if fields.take(element) or is_object or element.tag in _SILENT:
            is_shown = fields.shows_no_text or is_object
            found.append(_Piece(OBJECT if is_shown else "", effects))
            continue
        if element.tag in UNPRINTED:
            continue
        if element.tag == f"{W}r":
            effects = runs.effects(element, paragraph, ground)
            if effects & RunEffect.HIDDEN:
                continue
        found.append(_Piece(_text_of(element, effects), effects))
        if element.tag == f"{W}t":
            continue
        stack += [(child, effects) for child in reversed(list(element))]
    return [piece for piece in found if piece.text]


def _is_object(element: Element) -> bool:
    """Whether an element shows something else than its text, or shows it otherwise.

    A form field of text shows its text, a reference to a note a raised number, and most fields the result that the file holds.
    """
    if element.tag == f"{W}bdo":
        return element.get(f"{W}val") == "rtl"
    if element.tag == f"{W}footnoteReference":
        return element.get(f"{W}customMarkFollows") in ("1", "true", "on")  # the mark is the text behind it
    if element.tag == f"{W}fldSimple":
        return shows_another_text(element.get(f"{W}instr", ""))
    return element.tag in _OBJECTS and (element.tag != f"{W}ffData" or element.find(_TEXT_FIELD) is None)


def _text_of(element: Element, effects: RunEffect) -> str:
    """What an element itself prints. A tab parts two texts: a blank in its place would join the groups of one number."""
    if element.tag == f"{W}t":
        return OBJECT if effects & RunEffect.SYMBOLS else element.text or ""
    return "\t" if element.tag in (f"{W}tab", f"{W}ptab") else PRINTED_AS.get(element.tag, "")


def _printed(pieces: list[_Piece]) -> str:
    """The text without struck and raised parts, where something is left that says what the cell prints."""
    left_out = [piece.text for piece in pieces if piece.effects & (RunEffect.STRUCK | RunEffect.RAISED)]
    rest = "".join(piece.text for piece in pieces if not piece.effects & (RunEffect.STRUCK | RunEffect.RAISED))
    if not "".join(left_out).strip():
        return rest
    if not rest.strip():
        whole = "".join(left_out)
        is_label = not _DIGIT.search(whole) and not any(piece.effects & RunEffect.STRUCK for piece in pieces)
        return whole if is_label else OBJECT
    return OBJECT + rest if _POWER.search(rest.strip()) and _DIGIT.search("".join(left_out)) else rest
