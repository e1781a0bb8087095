"""Figures that a script of the page changes when it is loaded: what the source says of them is not what is shown.

A script is not run. It counts as changing what it names: cells and rows by their ids, the cells of a table by their numbers,
all cells by a selector. What scripts do to a page around its tables is no concern of a figure.
"""

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from pipelines.extract.html.cells.marks import CELLS, DIGIT, around, mark, mark_figures

HANDLERS = ("onload", "ontoggle", "onfocus")
"""Attributes whose code runs without anyone touching the page."""
_CHANGES = re.compile(
    r"\.(?:textContent|innerText|innerHTML|outerHTML|nodeValue|data|hidden|className|style)\b(?!\s*===?)"
    r"|\.(?:remove|append|prepend|before|after|replaceWith|replaceChildren|insertAdjacent\w+|setAttribute|appendChild|insertBefore"
    r"|deleteRow|insertRow|deleteCell|insertCell)\(|\.(?:text|html)\(\s*[^)\s]|\.classList\b"
)
_REBUILDS = re.compile(
    r"\.(?:rows|cells|tBodies)\b|\.(?:deleteRow|insertRow|deleteCell|insertCell|remove|replaceWith)\(|\.(?:inner|outer)HTML\s*="
)
_BY_NUMBER = re.compile(r"\.rows\[\d+\]\.(?:cells\[\d+\]|deleteCell|insertCell)")
_ALL_CELLS = re.compile(
    r"""["'`](?:[\w#.\s>-]+[\s>])?t[dhr](?:[.:\[][^"'`]*)?["'`]\s*\)[^;]*?"""
    r"(?:\.(?:textContent|inner\w+)\s*=|replaceChildren|\.(?:text|html)\(\s*[^)\s])"
)
_SHIFTS = re.compile(
    r"\.(?:remove|replaceWith|before|after|insertAdjacent\w+|deleteCell|insertCell|insertBefore|outerHTML)\b"
)
_NAMED = "tr[id],td[id],th[id],table[id],td [id]"


def mark_written_cells(body: Any, scripts: Sequence[str]) -> None:
    """Mark the figures that the scripts of a page change."""
    changing = [script for script in scripts if changes(script)]
    if not changing:
        return
    if any(_BY_NUMBER.search(script) or _ALL_CELLS.search(script) for script in changing):
        mark_figures(body)
        return
    for node in body.css(_NAMED):
        name = node.attributes.get("id") or ""
        named = [script for script in changing if name and name in script and _is_named(name, script)]
        if node.tag == "table":
            named = [script for script in named if _REBUILDS.search(script)]
        if named:
            _mark(node, is_shifted=any(_SHIFTS.search(script) for script in named))


@lru_cache(maxsize=128)
def changes(script: str) -> bool:
    """May a script change the page? Those of a site are the same on all of its pages."""
    return _CHANGES.search(script) is not None


def _mark(node: Any, *, is_shifted: bool) -> None:
    if is_shifted and node.tag in ("tr", *CELLS):
        node = next((place for place in around(node) if place.tag == "table"), node)
    if node.tag in ("tr", "table"):
        mark_figures(node)
        return
    place = node
    while place.tag not in CELLS:
        place = place.parent
    if DIGIT.search(place.text_lexbor() or ""):
        mark(place)


def _is_named(name: str, script: str) -> bool:
    """Is an id named in a string, or used as the variable that browsers make of it?"""
    quoted = rf"""["'#`]{re.escape(name)}["'`\s]"""
    return re.search(rf"{quoted}|(?<![\w$.\"'#-]){re.escape(name)}\s*\.", script) is not None
