"""Which element of a page holds the report: the smallest one with all section headings and statutory tables."""

import re
from collections.abc import Mapping
from typing import Any

from pipelines.extract.html.cells.markers import MARK, STATUTORY_GRID
from pipelines.extract.html.page.page_layout import PageLayout

_MAX_DEPTH = 64
_FLOW = frozenset(["div", "section", "article", "main", "form", "center", "td", "tr", "tbody", "table", "body", "html"])
_STATUTORY = re.compile(f"{MARK}{STATUTORY_GRID}\\d+{MARK}")
_MAX_CANDIDATES = 40
_LIKELY_REPORT = 200  # characters


def find_container(body: Any, text: str, anchors: Mapping[str, Any], layout: PageLayout) -> Any:
    """Choose the content element; ``body`` itself when nothing narrower is certain.

    Section headings and statutory tables (by now markers in the text) are the signal: the innermost element that still holds
    all of them. If a known container (``page_layout.yaml``) surrounds it, that one is taken, for it also holds the prose
    after the last heading. A page without headings takes its known container with the longest text.

    Args:
        body: the page's body.
        text: its text.
        anchors: of the markers of statutory tables, the elements that hold them.
        layout: what is known about pages.
    """
    signals = _signals("\n" + text, layout)
    if len(signals) < 2:
        return _longest_known(body, layout)
    anchor = anchors.get(signals[0])
    node = _descend(body, signals) if anchor is None else _ascend(anchor, signals)
    around = node
    while around is not None and around.tag != "body":
        if around.css_matches(layout.containers):
            return around
        around = around.parent
    return node


def _signals(text: str, layout: PageLayout) -> list[str]:
    """The distinct headings and statutory markers of a text, the rarest kind first."""
    headings = {match[0].lstrip() for match in layout.words.heading.finditer(text)}
    return sorted({match[0] for match in _STATUTORY.finditer(text)}) + sorted(headings)


def _ascend(anchor: Any, signals: list[str]) -> Any:
    """What ``_descend`` comes to, found from below: only one child a level holds the marker, so there is one way down.

    A report stands a dozen wrappers deep, and most of them hold the text of nearly the whole page.
    """
    way = [anchor]
    while way[-1].tag != "body" and (around := way[-1].parent) is not None:
        way.append(around)
    way.reverse()
    depth = next((n for n, node in enumerate(way) if n and node.tag not in _FLOW), len(way))
    for node in reversed(way[1 : min(depth, _MAX_DEPTH + 1)]):
        text = node.text_lexbor() or ""
        if all(signal in text for signal in signals):
            return node
    return way[0]


def _descend(node: Any, signals: list[str]) -> Any:
    """Go down while one child holds every signal; of several (a catalogue beside the report), the longest."""
    for _ in range(_MAX_DEPTH):
        best, longest = None, 0
        child = node.first_child
        while child is not None:
            if child.tag in _FLOW:
                text = child.text_lexbor() or ""
                if len(text) > longest and all(signal in text for signal in signals):
                    best, longest = child, len(text)
            child = child.next
        if best is None:
            return node
        node = best
    return node


def _longest_known(body: Any, layout: PageLayout) -> Any:
    known = [
        (len(node.text_lexbor() or ""), -order, node)
        for order, node in enumerate(body.css(layout.containers)[:_MAX_CANDIDATES])
    ]
    if not known:
        return body
    length, _, node = max(known, key=lambda candidate: candidate[:2])
    return node if length >= _LIKELY_REPORT or MARK in (node.text_lexbor() or "") else body
