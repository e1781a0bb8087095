"""Parts of a figure that a style sheet elsewhere may hide: linked sheets are not fetched.

In ``<span class=x>1</span>70`` the sheet decides whether 170 is shown or 70, so neither is read. Parts under the same classes
are shown alike, and a cell of which every digit stands under them prints one figure.
"""

import re
from typing import Any

from pipelines.extract.document import OBJECT
from pipelines.extract.html.cells.marks import cell_of
from pipelines.extract.html.page.opening_tags import INLINE_TAGS, OpeningTags

_PARTS = ",".join(f"td {tag}[{name}]" for tag in sorted(INLINE_TAGS) for name in ("class", "id"))
_SHEETS = 'link[href][rel*="tylesheet"]'
_DIGIT = re.compile(r"\d")


def mark_parts_of_unknown_style(root: Any, opening: OpeningTags, *, has_imports: bool) -> None:
    """Put ``OBJECT`` into cells whose digits stand under different classes, on pages with sheets that were not fetched."""
    if not opening.inline_words:
        return
    if not has_imports and not ("link" in opening.tags and root.css_first(_SHEETS)):
        return
    cells: dict[int, tuple[Any, dict[int, Any]]] = {}
    for node in root.css(_PARTS):
        if _DIGIT.search(node.text_lexbor() or "") and (cell := cell_of(node)) is not None:
            cells.setdefault(cell.mem_id, (cell, {}))[1][node.mem_id] = node
    for cell, parts in cells.values():
        outer = [node for node in parts.values() if not _is_inside(node, cell, parts)]
        names = {(node.attributes.get("class"), node.attributes.get("id")) for node in outer}
        digits = sum(_count(node) for node in outer)
        if len(names) > 1 or digits < _count(cell):
            outer[0].insert_before(OBJECT)


def _is_inside(node: Any, cell: Any, parts: dict[int, Any]) -> bool:
    place = node.parent
    while place is not None and place.mem_id != cell.mem_id:
        if place.mem_id in parts:
            return True
        place = place.parent
    return False


def _count(node: Any) -> int:
    return len(_DIGIT.findall(node.text_lexbor() or ""))
