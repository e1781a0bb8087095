"""An archived page without anything that runs or loads, its table cells named as the evidence names them.

The page is parsed as the reader parses it, so that its tables have the same numbers; the cells that figures are from get an
id; then a kept library (nh3) writes only the elements and attributes of a short list. What it writes is all that is shown.
"""

import re
from collections.abc import Mapping
from html import escape
from typing import Any

import nh3
from selectolax.lexbor import LexborHTMLParser

from gongkai.explore.anchors import source_anchor
from pipelines.content.decoding import as_utf8
from pipelines.extract.html.markup import MarkupRefusedError, parse

_TAGS = {
    "p", "div", "span", "br", "hr", "h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "li", "dl", "dt", "dd", "strong", "b", "em",
    "i", "u", "sub", "sup", "blockquote", "pre", "section", "article", "center",
    "table", "thead", "tbody", "tfoot", "tr", "td", "th", "caption",
}  # fmt: skip
_SPANS = {"id", "colspan", "rowspan"}
_DROPPED = {"script", "style", "iframe", "noscript", "template", "title", "object", "svg", "math", "select", "textarea"}
_NAMED_CELL = re.compile(r'<t[dh](?: [a-z]+="[^"<>]*")*? id="(s-[0-9A-Za-z-]+)"[^<>]*>')
_SPAN = re.compile(r"[0-9]{1,4}")
_SPACE = re.compile(r"\s+")


def cell_page(data: bytes, content_type: str | None, figures: Mapping[str, str]) -> tuple[str, int] | None:
    """The page as safe HTML, and how many figures stand in a cell with their id.

    Args:
        figures: Evidence → what the report prints there.

    Returns:
        None when a named cell does not hold what was read from it, or the page cannot be parsed: nothing is pointed at wrongly.
    """
    try:
        tree = parse(as_utf8(data, content_type))
    except MarkupRefusedError:
        return None
    body = tree.body
    if body is None:
        return None
    _drop_what_the_page_says(body)
    named = 0
    for number, table in enumerate(body.css("table"), start=1):
        for evidence, cell in _cells(table, number):
            printed = figures.get(evidence)
            if printed is None:
                continue
            if _plain(cell.text(deep=True)) != _plain(printed):
                return None
            cell.attrs["id"] = source_anchor(evidence)
            named += 1
    return _clean(body.html or ""), named


def _drop_what_the_page_says(body: Any) -> None:
    """Ids of its own, which links could mean, and spans that are no number."""
    for node in body.css("[id],[colspan],[rowspan]"):
        for name, value in node.attributes.items():
            if name == "id" or (name in ("colspan", "rowspan") and not _SPAN.fullmatch(value or "")):
                del node.attrs[name]


def with_links(page: str, links: Mapping[str, tuple[str, str]]) -> str:
    """A link over each named cell, back to its figure. ``links``: id of the cell → address, what the figure is called."""

    def linked(tag: re.Match[str]) -> str:
        found = links.get(tag[1])
        if found is None:
            return tag[0]
        address, label = (escape(text, quote=True) for text in found)
        return f'{tag[0]}<a class="back" href="{address}" target="_top" aria-label="{label}" title="{label}"></a>'

    return _NAMED_CELL.sub(linked, page)


def _clean(page: str) -> str:
    cleaned: str = nh3.clean(
        page, tags=_TAGS, clean_content_tags=_DROPPED, attributes={"td": _SPANS, "th": _SPANS}, url_schemes=set(),
        link_rel=None, strip_comments=True,
    )  # fmt: skip
    return cleaned


def _cells(table: Any, number: int) -> list[tuple[str, Any]]:
    """Every cell of a table itself, by its evidence; those of tables within it are not its own."""
    found: list[tuple[str, Any]] = []
    row = cell = 0
    for node in table.css("tr,td,th"):
        if _table_of(node) != table.mem_id:
            continue
        if node.tag == "tr" or not row:
            row, cell = row + 1, 0
            if node.tag == "tr":
                continue
        cell += 1
        found.append((f"html:table[{number}]/tr[{row}]/td[{cell}]", node))
    return found


def _table_of(node: Any) -> int | None:
    above = node.parent
    while above is not None and above.tag != "table":
        above = above.parent
    return None if above is None else int(above.mem_id)


def _plain(text: str) -> str:
    return _SPACE.sub("", text)


def is_safe(page: str) -> bool:
    """Does a page that was cleaned hold nothing but the listed elements? For the tests, and asked once more before it is sent."""
    body = LexborHTMLParser(page).body
    return body is None or all(node.tag in _TAGS or node.tag in ("body", "a") for node in body.css("*"))
