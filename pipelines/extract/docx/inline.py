"""What stands in a paragraph of a table cell, piece by piece.

The elements that a reader knows are listed here: those that print text, those that hold others, and those that print nothing.
Whatever else stands in a cell shows something that is no plain text, or may do so, and makes the cell unreadable (``OBJECT``).
"""

import re
from collections.abc import Sequence
from typing import NamedTuple
from xml.etree.ElementTree import Element

from pipelines.extract.document import OBJECT
from pipelines.extract.docx.fields import Fields, is_stale, prints_nothing, shows_another_text
from pipelines.extract.docx.formatting.run_properties import RunEffect, RunProperties, Surroundings
from pipelines.extract.docx.names import OFF, W

_TEXT = {
    f"{W}tab": "\t", f"{W}br": "\n", f"{W}cr": "\n", f"{W}noBreakHyphen": "-", f"{W}softHyphen": "",
}  # fmt: skip
"""A tab parts two texts: a blank in its place would join the groups of one number."""
_HOLDS_OTHERS = frozenset(
    f"{W}{name}"
    for name in ("r", "ins", "moveTo", "hyperlink", "smartTag", "customXml", "sdt", "sdtContent", "bdo", "dir")
)
_RANGES = (
    "bookmark", "commentRange", "perm", "moveFromRange", "moveToRange", "customXmlInsRange", "customXmlDelRange",
    "customXmlMoveFromRange", "customXmlMoveToRange",
)  # fmt: skip
PRINTS_NOTHING = frozenset(
    f"{W}{name}"
    for name in (
        "pPr", "rPr", "sdtPr", "sdtEndPr", "smartTagPr", "customXmlPr", "proofErr", "lastRenderedPageBreak", "commentReference",
        "del", "moveFrom", "delText", "delInstrText", "instrText", "tcPr", "trPr", "tblPr", "tblPrEx", "tblGrid",
        *(f"{name}{end}" for name in _RANGES for end in ("Start", "End")),
    )
)  # fmt: skip
_NOTES = (f"{W}footnoteReference", f"{W}endnoteReference")
_NOTE_MARK = "\N{SUPERSCRIPT ONE}"
_LATIN_OR_PRIVATE = re.compile(r"[!-~\ue000-\uf8ff]")
_FIELD_PARTS = (f"{W}fldChar", f"{W}instrText")
_TEXT_FIELD = f"{W}textInput"


class Piece(NamedTuple):
    """A text of one look; ``OBJECT`` for what is no text."""

    text: str
    effects: RunEffect = RunEffect.PLAIN


def pieces_of(
    paragraph: Element, runs: RunProperties, around: Sequence[Surroundings], *, has_leaders: bool
) -> list[Piece]:
    """What a paragraph prints, in order, with how it looks.

    Args:
        paragraph: a ``w:p``.
        runs: the formatting of the document's styles.
        around: what its runs inherit, and what is below them.
        has_leaders: its tabs are drawn as dots or dashes.
    """
    found: list[Piece] = []
    fields = Fields()
    stack: list[tuple[Element, RunEffect]] = [(child, RunEffect.PLAIN) for child in reversed(paragraph)]
    while stack:
        element, effects = stack.pop()
        if (element.tag not in _HOLDS_OTHERS and fields.take(element)) or element.tag in PRINTS_NOTHING:
            found += [Piece(OBJECT, effects)] if fields.shows_no_text else []
            continue
        if element.tag == f"{W}r":
            effects = runs.effects(element, around)
            if effects & RunEffect.HIDDEN:
                stack += [(child, effects) for child in reversed(element) if child.tag in _FIELD_PARTS]
                continue
        text = _text_of(element, effects, has_leaders=has_leaders)
        if text:
            fields.print()
            found.append(Piece(text, effects | (RunEffect.RAISED if element.tag in _NOTES else RunEffect.PLAIN)))
        elif text is None:
            stack += [(child, effects) for child in reversed(element)]
    return [*found, Piece(OBJECT)] if fields.is_open else found


def _text_of(element: Element, effects: RunEffect, *, has_leaders: bool) -> str | None:
    """What an element itself prints; None if its children do."""
    if element.tag == f"{W}t":
        return _letters(element.text or "", effects)
    if element.tag in _TEXT:
        return OBJECT if has_leaders and element.tag == f"{W}tab" else _TEXT[element.tag]
    if element.tag in _NOTES:  # a mark of its own is the text behind it
        return OBJECT if element.get(f"{W}customMarkFollows", "0") not in OFF else _NOTE_MARK
    if element.tag == f"{W}fldSimple":
        return _of_simple_field(element)
    if element.tag == f"{W}fldChar":
        return _of_field_mark(element)
    if element.tag in (f"{W}bdo", f"{W}dir") and element.get(f"{W}val") == "rtl":
        return OBJECT
    return None if element.tag in _HOLDS_OTHERS else OBJECT


def _letters(text: str, effects: RunEffect) -> str:
    if effects & RunEffect.SYMBOLS and _LATIN_OR_PRIVATE.search(text):
        return OBJECT
    return OBJECT + text if effects & RunEffect.UNCLEAR and text.strip() else text


def _of_simple_field(field: Element) -> str | None:
    code = field.get(f"{W}instr", "")
    if prints_nothing(code):
        return ""
    is_empty = not any((text.text or "").strip() for text in field.iter(f"{W}t"))
    return OBJECT if shows_another_text(code) or is_stale(field) or is_empty else None


def _of_field_mark(mark: Element) -> str:
    """A form field of text shows its text, and others what is drawn."""
    form = mark.find(f"{W}ffData")
    return OBJECT if form is not None and form.find(_TEXT_FIELD) is None else ""
