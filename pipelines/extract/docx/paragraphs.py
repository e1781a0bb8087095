"""Paragraphs of WordprocessingML → printed lines. All walks are iterative: nesting depth is the file's choice."""

from collections.abc import Iterator
from xml.etree.ElementTree import Element

from pipelines.extract.docx.numbering import Numbering
from pipelines.extract.docx.run_properties import RunEffect, RunProperties

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
_BLOCKS = {f"{W}p", f"{W}tbl"}
# Not printed: deleted and moved-away text, field codes, the older drawing of the same text box, ruby readings.
UNPRINTED = {f"{W}del", f"{W}moveFrom", f"{W}instrText", f"{_MC}Fallback", f"{W}rt", f"{W}pPr", f"{W}footnotePr"}
PRINTED_AS = {f"{W}tab": " ", f"{W}br": "\n", f"{W}cr": "\n", f"{W}noBreakHyphen": "-", f"{W}softHyphen": ""}


def blocks_of(container: Element) -> list[Element]:
    """Paragraphs and tables directly inside a body, cell or text box, content controls and the like opened."""
    found: list[Element] = []
    stack = list(reversed(list(container)))
    while stack:
        element = stack.pop()
        if element.tag in _BLOCKS:
            found.append(element)
        elif element.tag not in UNPRINTED:
            stack += reversed(list(element))
    return found


def paragraph_lines(paragraph: Element, numbering: Numbering, runs: RunProperties) -> list[str]:
    """The paragraph's printed lines, its automatic number in front; text boxes anchored in it follow as further lines."""
    pieces: list[str] = [numbering.label(paragraph)]
    boxes: list[list[str]] = []
    for element in _printed(paragraph, runs):
        if element.tag == f"{W}txbxContent":
            boxes.append([line for p in element.iter(f"{W}p") for line in _plain_lines(p, runs)])
        elif element.tag == f"{W}t":
            pieces.append(element.text or "")
        else:
            pieces.append(PRINTED_AS.get(element.tag, ""))
    return "".join(pieces).split("\n") + [line for box in boxes for line in box]


def _plain_lines(paragraph: Element, runs: RunProperties) -> list[str]:
    texts = (e.text or "" if e.tag == f"{W}t" else PRINTED_AS.get(e.tag, "") for e in _printed(paragraph, runs))
    return "".join(texts).split("\n")


def _printed(paragraph: Element, runs: RunProperties) -> Iterator[Element]:
    """All elements of a paragraph that print, in order; a text box is yielded, not entered."""
    stack = list(reversed(list(paragraph)))
    while stack:
        element = stack.pop()
        if element.tag in UNPRINTED or (
            element.tag == f"{W}r" and runs.effects(element, paragraph) & (RunEffect.HIDDEN | RunEffect.STRUCK)
        ):
            continue
        yield element
        if element.tag not in (f"{W}txbxContent", f"{W}t"):
            stack += reversed(list(element))
