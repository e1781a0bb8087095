"""Links of a page as its menus have them: anchors, frames, select boxes, tabs, image links, and calls in scripts.

HTML comments hold dead menus: nothing is taken from them, nor from comments of scripts.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from selectolax.lexbor import LexborHTMLParser, LexborNode

from pipelines.crawl.classification.page import Page
from pipelines.crawl.site_families.links import ADDRESS, ADDRESS_ATTRIBUTES, quoted_address, resolve_link
from pipelines.crawl.site_families.script_calls import called_address, page_functions
from pipelines.crawl.site_families.script_links import ASSET, CHINESE, fullest_label, script_links
from schemas.labels import squeeze

_MENU_FILE = re.compile(
    r"(?:menu|nav|tree|lanmu|channel|column|head|top|daohang|dh|site|organ|dept|bm)[\w.-]*\.js", re.IGNORECASE
)
_LIBRARY = re.compile(r"jquery|bootstrap|swiper|slick|ztree\.|\.min\.js|easyui|layui|layer|vue|echarts", re.IGNORECASE)
_MOST_NODES = 6_000


class Found(StrEnum):
    """Where in a page a link was found."""

    ANCHOR = "anchor"
    FRAME = "frame"
    OPTION = "option"
    SCRIPT = "script"
    SCRIPT_FILE = "script_file"


@dataclass(frozen=True)
class MenuLink:
    """A link and what the page calls it; ``label`` is empty when only a style sheet draws its text."""

    url: str
    label: str
    found: Found = Found.ANCHOR


def menu_links(page: Page, *, of: str | None = None) -> tuple[MenuLink, ...]:
    """Every link of a page once per label, in document order. ``of`` is the page whose script file ``page`` is."""
    if not page.is_html:
        found_in_file = _in_scripts(page.text, of or page.url)
        return tuple(dict.fromkeys(link for link in found_in_file if not ASSET.search(link.url.partition("?")[0])))
    tree = page.tree
    base = page.base
    found: dict[tuple[str, str], MenuLink] = {}
    for link in (*_in_markup(tree, base), *_in_scripts(page.scripts, base)):
        if link.found is Found.SCRIPT_FILE or not ASSET.search(link.url.partition("?")[0]):
            found.setdefault((link.url, link.label), link)
    return tuple(found.values())


def _in_markup(tree: LexborHTMLParser, base: str) -> Iterator[MenuLink]:
    for node in tree.css("frame[src], iframe[src]")[:20]:
        if url := resolve_link(base, node.attributes.get("src") or ""):
            yield MenuLink(url, fullest_label(node), Found.FRAME)
    for node in tree.css("meta[http-equiv='refresh' i]"):
        target = re.search(r"url\s*=\s*['\"]?([^'\">]+)", node.attributes.get("content") or "", re.IGNORECASE)
        if target is not None and (url := resolve_link(base, target[1])):
            yield MenuLink(url, "", Found.FRAME)
    yield from _menu_files(tree, base)
    for node in tree.css("option[value]")[:_MOST_NODES]:
        value = (node.attributes.get("value") or "").strip()
        if ADDRESS.match(value) and (url := resolve_link(base, value)):
            yield MenuLink(url, fullest_label(node), Found.OPTION)
    functions = page_functions(tree)
    for node in tree.css("a, area, [onclick], [data-url], [data-href], [data-link], [url], [link]")[:_MOST_NODES]:
        if node.tag not in ("iframe", "frame", "script", "form"):
            yield from (
                MenuLink(url, fullest_label(node) or _heading_above(node)) for url in _targets(node, base, functions)
            )


def _menu_files(tree: LexborHTMLParser, base: str) -> Iterator[MenuLink]:
    """Script files that may hold a menu: called like one, and no library."""
    for node in tree.css("script[src]"):
        source = node.attributes.get("src") or ""
        if _MENU_FILE.search(source) and not _LIBRARY.search(source) and (url := resolve_link(base, source)):
            yield MenuLink(url, "", Found.SCRIPT_FILE)


def _targets(node: LexborNode, base: str, functions: str) -> Iterator[str]:
    attributes = node.attributes
    href = (attributes.get("href") or "").strip()
    if url := resolve_link(base, href):
        yield url
        return
    for name in ADDRESS_ATTRIBUTES:
        value = (attributes.get(name) or "").strip()
        if value and ADDRESS.match(value) and (url := resolve_link(base, value)):
            yield url
            return
    for script in (attributes.get("onclick") or "", href if href.lower().startswith("javascript:") else ""):
        if url := quoted_address(base, script):
            yield url
            return
        called = called_address(script, functions) or ""
        if ADDRESS.match(called) and (resolved := resolve_link(base, called)):
            yield resolved
            return


def _heading_above(node: LexborNode) -> str:
    """The heading that a link without text of its own stands under: ``<a href="javascript:void(0)">…</a>`` and the like."""
    parent = node.parent
    for _ in range(3):
        if parent is None or parent.tag in ("body", "html"):
            return ""
        heads = parent.css("a, h2, h3, h4, dt, span, strong")
        text = next((squeeze(head.text()) for head in heads if CHINESE.search(head.text() or "")), "")
        if text:
            return text if len(text) <= 20 and len(parent.css("a[href]")) <= 3 else ""
        parent = parent.parent
    return ""


def _in_scripts(script: str, base: str) -> Iterator[MenuLink]:
    return (MenuLink(url, label, Found.SCRIPT) for url, label in script_links(script, base))
