"""What a table cell shows that is no text in the source: form fields print their value, everything else holds its place.

A cell may be called blank only where nothing is shown in it. So a picture, a formula, a drawing, a frame or a script that
writes leaves ``OBJECT`` behind; outside of tables such elements go without a trace.
"""

import re
from collections.abc import Set
from functools import lru_cache
from typing import Any

from pipelines.extract.document import OBJECT
from pipelines.extract.html.cells.marks import cell_of, mark
from pipelines.extract.html.cells.written_cells import HANDLERS, mark_written_cells
from pipelines.extract.html.page.page_layout import PageLayout
from pipelines.extract.html.rendering import number_nodes

_WRITING = (
    "document.write", "innerHTML", "innerText", "textContent", "insertAdjacent", "createTextNode", ".html(", ".text(", ".append(",
    ".val(", ".value", "new Vue", "createApp", "angular", "applyBindings",
)  # fmt: skip
_TYPED = ("text", "number", "tel", "search", "url", "email")
_FILLED_LATER = ("v-text", "v-html", "ng-bind", "data-bind")
_MAY_BE_FILLED = ",".join(("[id]", *(f"[{name}]" for name in _FILLED_LATER)))
_LONGEST_KEPT = 100_000  # characters of a script that is remembered
_DIGIT = re.compile(r"\d")
_FALLBACKS = frozenset([
    "noscript", "object", "video", "audio", "canvas", "svg", "select", "datalist", "applet", "marquee", "button",
])  # fmt: skip
"""What may hold a table that is not shown, but counted."""
_SLOT = re.compile(r"<slot(?![^>]*\sname)[^>]*>")
_SHADOW_STYLES = ("<style", "<link", "style=", "hidden", "<script")
"""What may hide or change, in a shadow tree, what its slot shows."""
NUMBERED = "ol"
"""Stands among the tags of a page that may number the items of a list, be it by ``type`` alone."""
_HANDLED = ",".join(f"[{name}]" for name in HANDLERS)
_DOES = re.compile(r"[.(]")
"""Stands in a script that does more than keep a value."""
_LEAST_SEEN = 3  # pixels: smaller is a spacer


def print_objects(body: Any, layout: PageLayout, tags: Set[str]) -> list[str]:
    """Replace form fields in cells by what they show, other objects in cells by ``OBJECT``; remove them elsewhere.

    Returns:
        The scripts of the page that may write into it.
    """
    held = [tag for tag in layout.unprinted if tag in tags]
    scripts: list[str] = []
    changing: list[str] = []  # those that do not print, and may change what is printed
    nodes = body.css(",".join(held)) if held else []
    if any(node.first_child is not None and node.tag in _FALLBACKS and node.css_first("table,img") for node in nodes):
        number_nodes(body)
    for node in reversed(nodes):  # inner ones first: an outer one takes them with it
        if node.tag == "script" and (text := node.text_lexbor()):
            (scripts if _writes(text) else changing).append(text)
        if cell_of(node) is None:
            _mark_what_a_shadow_covers(node)
            node.decompose()
        else:
            node.replace_with(_shown(node))
    _mark_counted_items(body, tags)
    mark_written_cells(body, [*scripts, *changing, *_handlers(body, tags)])
    _mark_references(body, tags)
    return scripts


def _mark_what_a_shadow_covers(node: Any) -> None:
    """Beside a shadow tree (``<template shadowrootmode>``) nothing is shown, unless the tree has a slot for it."""
    if node.tag != "template" or "shadowrootmode" not in node.attributes:
        return
    tree = (node.html or "").lower()
    if _SLOT.search(tree) and not any(word in tree for word in _SHADOW_STYLES):
        return
    for cell in node.parent.css("td,th") if node.parent is not None else ():
        if _DIGIT.search(cell.text_lexbor() or ""):
            mark(cell)


def _handlers(body: Any, tags: Set[str]) -> list[str]:
    nodes = body.parent.css(_HANDLED) if HANDLERS[0] in tags and body.parent is not None else ()
    return [code for node in nodes for name in HANDLERS if (code := node.attributes.get(name))]


def _mark_counted_items(body: Any, tags: Set[str]) -> None:
    """The number that a browser prints before an item of a list would read as part of a figure."""
    for node in body.css("td ol > li, th ol > li, td ul[type] > li, td li[type]") if NUMBERED in tags else ():
        if _DIGIT.search(node.text_lexbor() or ""):
            node.insert_before(OBJECT)


def _mark_references(body: Any, tags: Set[str]) -> None:
    """A short link to a note on the page (``12<a href="#n1">1</a>``), set behind a figure, is none of its digits."""
    for node in body.css('td a[href^="#"]') if "a" in tags else ():
        text = (node.text_lexbor() or "").strip()
        cell = cell_of(node)
        if text.isdecimal() and cell is not None and (cell.text_lexbor() or "").strip() != text:
            node.insert_before(OBJECT)


def _shown(node: Any) -> str:
    """The text that an element shows in a cell."""
    tag, attributes = node.tag, node.attributes
    if tag == "template" and "shadowrootmode" in attributes:
        return OBJECT  # a shadow tree: shown in the place of what stands beside it
    if tag in ("style", "template", "noscript", "datalist", "noembed", "noframes", "title"):
        return ""
    if tag == "script":
        return OBJECT if attributes.get("src") or _DOES.search(node.text_lexbor() or "") else ""
    if tag in _FIELDS:
        shown = _FIELDS[tag](node, attributes)
        return f"\n{shown}\n" if shown else ""  # a box of its own: what stands beside it is another text
    if _is_dot(attributes):
        return ""
    return OBJECT


def _of_field(_: Any, attributes: dict[str, str | None]) -> str:
    kind = (attributes.get("type") or "text").lower()
    if kind == "hidden":
        return ""
    if kind not in _TYPED:
        return OBJECT
    return attributes.get("value") or (OBJECT if attributes.get("placeholder") else "")


def _of_list(node: Any, attributes: dict[str, str | None]) -> str:
    """A drop-down list shows one option: the last that is marked as selected, else the first that can be."""
    if "multiple" in attributes or (attributes.get("size") or "1") not in ("0", "1"):
        return OBJECT
    options = node.css("option")
    chosen = [option for option in options if "selected" in option.attributes]
    chosen = chosen[-1:] or [option for option in options if "disabled" not in option.attributes][:1]
    return "".join(option.attributes.get("label") or option.text_lexbor() or "" for option in chosen)


def _of_area(node: Any, attributes: dict[str, str | None]) -> str:
    return (node.text_lexbor() or "").strip("\n") or (OBJECT if attributes.get("placeholder") else "")


def _of_button(node: Any, _: dict[str, str | None]) -> str:
    return node.text_lexbor() or ""


_FIELDS = {"input": _of_field, "select": _of_list, "textarea": _of_area, "button": _of_button}


def is_spacer(attributes: dict[str, str | None]) -> bool:
    """Is a picture too small to show anything?"""
    return _is_dot(attributes)


def _is_dot(attributes: dict[str, str | None]) -> bool:
    declared = [re.match(r"\s*(\d+)", attributes.get(side) or "") for side in ("width", "height")]
    return any(size and int(size[1]) <= _LEAST_SEEN for size in declared)


def is_filled_later(cell: Any, scripts: list[str]) -> bool:
    """Does a script fill this empty cell? It names an id in it, or the attribute of a framework says so."""
    for node in (cell, *cell.css(_MAY_BE_FILLED)):
        attributes = node.attributes
        if any(key in attributes for key in _FILLED_LATER):
            return True
        name = attributes.get("id")
        if name and any(_names(script, name) for script in scripts):
            return True
    return False


def _writes(script: str) -> bool:
    return _writes_once(script) if len(script) <= _LONGEST_KEPT else any(word in script for word in _WRITING)


@lru_cache(maxsize=128)
def _writes_once(script: str) -> bool:
    """The scripts of a site are the same on all of its pages."""
    return any(word in script for word in _WRITING)


def _names(script: str, name: str) -> bool:
    return name in script and re.search(rf"""["'#]{re.escape(name)}["']""", script) is not None
