"""What stands before the report's container, without the page's furniture.

Only that is looked at: of what stands behind the container nothing but a statutory table counts, so its menus need not be
found to be dropped.
"""

from typing import Any

from pipelines.extract.html.cells.markers import MARK, STATUTORY_GRID
from pipelines.extract.html.page.page_layout import PageLayout

_MAX_DROPPED = 500  # elements examined; a page has dozens
_PRINTLESS = frozenset(["-comment", "-doctype"])


def text_before(container: Any, layout: PageLayout) -> str:
    """The text of the body up to ``container``; menus and the like go, unless they hold a statutory table."""
    before = _before(container)
    chrome = [node for place in before if place.first_child is not None for node in place.css(layout.chrome)]
    for node in reversed(chrome[:_MAX_DROPPED]):  # inner ones first: an outer one takes its inner ones with it
        if f"{MARK}{STATUTORY_GRID}" not in (node.text_lexbor() or ""):
            node.decompose()
    return "".join(node.text_lexbor() or "" for node in _before(container))


def _before(container: Any) -> list[Any]:
    """The nodes before ``container`` in document order, none of them inside another."""
    found: list[Any] = []
    node = container
    while node is not None and node.tag != "body":
        place = node.prev
        while place is not None:
            if place.tag not in _PRINTLESS:
                found.append(place)
            place = place.prev
        node = node.parent
    return found[::-1]
