"""Which element of a page holds the report: the smallest one with all section headings and statutory tables."""

import re
from typing import Any

from pipelines.extract.html_tables import MARK, STATUTORY_GRID
from pipelines.extract.layout import PageLayout

_MAX_DEPTH = 64
_FLOW = frozenset(["div", "section", "article", "main", "form", "center", "td", "tr", "tbody", "table", "body", "html"])
_STATUTORY = re.compile(f"{MARK}{STATUTORY_GRID}\\d+{MARK}")
_LIKELY_REPORT = 200  # characters


def find_container(body: Any, layout: PageLayout) -> Any:
    """Choose the content element; ``body`` itself when nothing narrower is certain.

    Section headings and statutory tables (by now markers in the text) are the signal: the innermost element that still holds
    the first and the last of them. If a known container (``page_layout.yaml``) surrounds it, that one is taken, for it
    also holds the prose after the last heading. A page without headings takes its known container with the longest text.
    """
    text = "\n" + (body.text_lexbor() or "")
    first, last = _outermost_signals(text, layout)
    if first is None or last is None:
        return _longest_known(body, layout)
    node = _descend(body, first, last)
    around = node
    while around is not None and around.tag != "body":
        if around.css_matches(layout.containers):
            return around
        around = around.parent
    return node


def _outermost_signals(text: str, layout: PageLayout) -> tuple[str | None, str | None]:
    signals = sorted(
        (match.start(), match[0].lstrip())
        for pattern in (layout.heading, _STATUTORY)
        for match in pattern.finditer(text)
    )
    if len({signal for _, signal in signals}) < 2:
        return None, None
    return signals[0][1], signals[-1][1]


def _descend(node: Any, first: str, last: str) -> Any:
    for _ in range(_MAX_DEPTH):
        child = node.first_child
        while child is not None:
            if child.tag in _FLOW:
                text = child.text_lexbor() or ""
                if first in text and last in text:
                    break
            child = child.next
        if child is None:
            return node
        node = child
    return node


def _longest_known(body: Any, layout: PageLayout) -> Any:
    known = [(len(node.text_lexbor() or ""), -order, node) for order, node in enumerate(body.css(layout.containers))]
    if not known:
        return body
    length, _, node = max(known, key=lambda candidate: candidate[:2])
    return node if length >= _LIKELY_REPORT or MARK in (node.text_lexbor() or "") else body
