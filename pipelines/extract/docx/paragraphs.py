"""Paragraphs of WordprocessingML → printed lines. All walks are iterative: nesting depth is the file's choice."""

from collections.abc import Iterator
from xml.etree.ElementTree import Element

from pipelines.extract.docx.formatting.colours import Grounds
from pipelines.extract.docx.formatting.formats import Formats
from pipelines.extract.docx.formatting.run_properties import RunEffect
from pipelines.extract.docx.names import W

_BLOCKS = {f"{W}p", f"{W}tbl"}
# Not printed: deleted and moved-away text, field codes, ruby readings.
_UNPRINTED = {f"{W}del", f"{W}moveFrom", f"{W}instrText", f"{W}rt", f"{W}pPr", f"{W}footnotePr"}
_PRINTED_AS = {f"{W}tab": " ", f"{W}br": "\n", f"{W}cr": "\n", f"{W}noBreakHyphen": "-", f"{W}softHyphen": ""}


def blocks_of(container: Element) -> list[Element]:
    """Paragraphs and tables directly inside a body, cell or text box, content controls and the like opened."""
    found: list[Element] = []
    stack = list(reversed(list(container)))
    while stack:
        element = stack.pop()
        if element.tag in _BLOCKS:
            found.append(element)
        elif element.tag not in _UNPRINTED:
            stack += reversed(list(element))
    return found


def paragraph_lines(paragraph: Element, formats: Formats, below: Grounds) -> list[str]:
    """The paragraph's printed lines, its automatic number in front; text boxes anchored in it follow as further lines."""
    pieces: list[str] = [formats.numbering.label(paragraph)]
    boxes: list[list[str]] = []
    for element in _printed(paragraph, formats, below):
        if element.tag == f"{W}txbxContent":
            boxes.append([line for p in element.iter(f"{W}p") for line in _plain_lines(p, formats, below)])
        elif element.tag == f"{W}t":
            pieces.append(element.text or "")
        else:
            pieces.append(_PRINTED_AS.get(element.tag, ""))
    return "".join(pieces).split("\n") + [line for box in boxes for line in box]


def _plain_lines(paragraph: Element, formats: Formats, below: Grounds) -> list[str]:
    texts = (
        e.text or "" if e.tag == f"{W}t" else _PRINTED_AS.get(e.tag, "") for e in _printed(paragraph, formats, below)
    )
    return "".join(texts).split("\n")


def _printed(paragraph: Element, formats: Formats, below: Grounds) -> Iterator[Element]:
    """All elements of a paragraph that print, in order; a text box is yielded, not entered."""
    around = formats.around(paragraph, below)
    stack = list(reversed(list(paragraph)))
    while stack:
        element = stack.pop()
        if element.tag in _UNPRINTED or (
            element.tag == f"{W}r" and formats.runs.effects(element, around) & (RunEffect.HIDDEN | RunEffect.STRUCK)
        ):
            continue
        yield element
        if element.tag not in (f"{W}txbxContent", f"{W}t"):
            stack += reversed(list(element))
