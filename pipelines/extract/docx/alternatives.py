"""Of what a Word document holds twice, the one that Word shows; what stands only for something else is marked.

- ``mc:AlternateContent``: the first choice that needs nothing unknown, else the fallback. Where the two print different texts,
  the text is marked: an older program would show the other one.
- Content controls that show a prompt, a picture still to be chosen, or data kept elsewhere in the package: marked.

The mark is an element that no reader knows, so that what holds it is not read (``inline``).
"""

from xml.etree.ElementTree import Element, SubElement

from pipelines.extract.docx.names import OFF, W

_MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
_ALTERNATE, _CHOICE, _FALLBACK = f"{_MC}AlternateContent", f"{_MC}Choice", f"{_MC}Fallback"
_UNCLEAR = f"{W}unclear"
_KNOWN = frozenset((
    "wps", "wpg", "wpc", "wpi", "wp14", "w14", "w15", "w16", "w16se", "w16cid", "w16cex", "w16du", "w16sdtdh",
    "w16sdtfl", "v", "o", "w10", "wne", "a14", "am3d", "aink", "oel", "c14", "c15", "c16", "cx", "cx1", "cx2", "cx3",
    "cx4", "cx5", "cx6", "cx7", "cx8",
))  # fmt: skip
"""Prefixes by which documents call the extensions that Word knows: each program writes the same ones."""
_MAX_ROUNDS = 50


def settle_alternatives(root: Element) -> None:
    """Change a document in place, so that it holds what is shown once."""
    for _ in range(_MAX_ROUNDS):
        if next(root.iter(_ALTERNATE), None) is None:
            break
        for parent in list(root.iter()):
            if any(child.tag == _ALTERNATE for child in parent):
                parent[:] = [shown for child in parent for shown in _shown(child)]
    for control in root.iter(f"{W}sdt"):
        _mark_stand_in(control)


def _shown(element: Element) -> list[Element]:
    if element.tag != _ALTERNATE:
        return [element]
    branches = [branch for branch in element if branch.tag in (_CHOICE, _FALLBACK)]
    fitting = (branch for branch in branches if _KNOWN.issuperset(branch.get("Requires", "").split()))
    chosen = next(fitting, None)
    if chosen is None:
        return []
    text = _text(chosen)
    if any(_text(branch) not in ("", text) for branch in branches):
        _mark(chosen)
    return list(chosen)


def _mark_stand_in(control: Element) -> None:
    content, properties = control.find(f"{W}sdtContent"), control.find(f"{W}sdtPr")
    if content is None or properties is None:
        return
    prompt = properties.find(f"{W}showingPlcHdr")
    is_prompt = prompt is not None and prompt.get(f"{W}val", "1") not in OFF and bool(_text(content))
    is_empty_picture = properties.find(f"{W}picture") is not None and next(content.iter(f"{W}drawing"), None) is None
    if is_prompt or is_empty_picture or properties.find(f"{W}dataBinding") is not None:
        _mark(content)


def _mark(content: Element) -> None:
    """Each paragraph within, or the content itself where it is part of one."""
    for paragraph in list(content.iter(f"{W}p")) or [content]:
        SubElement(paragraph, _UNCLEAR)


def _text(element: Element) -> str:
    return "".join(part.text or "" for part in element.iter(f"{W}t")).strip()
