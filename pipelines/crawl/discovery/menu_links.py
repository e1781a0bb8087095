"""Links of a page as its menus have them: anchors, frames, select boxes, tabs, image links, and calls in scripts.

HTML comments hold dead menus: nothing is taken from them, nor from comments of scripts.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from selectolax.lexbor import LexborHTMLParser, LexborNode

from pipelines.crawl.classification.page import Page
from pipelines.crawl.site_families.links import ADDRESS, ADDRESS_ATTRIBUTES, QUOTED, quoted_address, resolve_link
from pipelines.crawl.site_families.paging.scripts import without_comments
from schemas.labels import squeeze

_ASSET = re.compile(
    r"\.(?:js|css|png|jpe?g|gif|svg|ico|woff2?|swf|mp4|pdf|docx?|xlsx?|zip|rar)(?:[?#]|$)", re.IGNORECASE
)
_CHINESE = re.compile(r"[\u4e00-\u9fff]")
_CALL = re.compile(r"([A-Za-z_$][\w$.]*)\s*\(\s*['\"]([^'\"]{1,200})['\"]")
_MENU_FILE = re.compile(
    r"(?:menu|nav|tree|lanmu|channel|column|head|top|daohang|dh|site|organ|dept|bm)[\w.-]*\.js", re.IGNORECASE
)
_LIBRARY = re.compile(r"jquery|bootstrap|swiper|slick|ztree\.|\.min\.js|easyui|layui|layer|vue|echarts", re.IGNORECASE)
_LONGEST_LABEL = 60
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
        return tuple(dict.fromkeys(link for link in found_in_file if not _ASSET.search(link.url.partition("?")[0])))
    tree = page.tree
    base = page.base
    found: dict[tuple[str, str], MenuLink] = {}
    for link in (*_in_markup(tree, base), *_in_scripts(page.scripts, base)):
        if link.found is Found.SCRIPT_FILE or not _ASSET.search(link.url.partition("?")[0]):
            found.setdefault((link.url, link.label), link)
    return tuple(found.values())


def _in_markup(tree: LexborHTMLParser, base: str) -> Iterator[MenuLink]:
    for node in tree.css("frame[src], iframe[src]")[:20]:
        if url := resolve_link(base, node.attributes.get("src") or ""):
            yield MenuLink(url, _label(node), Found.FRAME)
    for node in tree.css("meta[http-equiv='refresh' i]"):
        target = re.search(r"url\s*=\s*['\"]?([^'\">]+)", node.attributes.get("content") or "", re.IGNORECASE)
        if target is not None and (url := resolve_link(base, target[1])):
            yield MenuLink(url, "", Found.FRAME)
    yield from _menu_files(tree, base)
    for node in tree.css("option[value]")[:_MOST_NODES]:
        value = (node.attributes.get("value") or "").strip()
        if ADDRESS.match(value) and (url := resolve_link(base, value)):
            yield MenuLink(url, _label(node), Found.OPTION)
    functions = _page_functions(tree)
    for node in tree.css("a, area, [onclick], [data-url], [data-href], [data-link], [url], [link]")[:_MOST_NODES]:
        if node.tag not in ("iframe", "frame", "script", "form"):
            yield from (MenuLink(url, _label(node) or _heading_above(node)) for url in _targets(node, base, functions))


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
        if (url := _called(script, functions)) and (resolved := resolve_link(base, url)):
            yield resolved
            return


def _called(script: str, functions: str) -> str | None:
    """The address that a function of the page joins from its argument: ``getMainData('ndbg')``."""
    call = _CALL.search(script.partition(":")[2] if script.lower().startswith("javascript:") else script)
    if call is None or not functions:
        return None
    defined = re.search(
        rf"(?:function\s+{re.escape(call[1])}|{re.escape(call[1])}\s*[=:]\s*function)\s*\(\s*(\w+)[^)]*\)\s*{{(.{{0,800}})",
        functions, re.DOTALL,
    )  # fmt: skip
    if defined is None:
        return None
    joined = re.search(rf"['\"]([^'\"\s]*)['\"]\s*\+\s*{defined[1]}\b(?:\s*\+\s*['\"]([^'\"\s]*)['\"])?", defined[2])
    if joined is None:
        return None
    url = f"{joined[1]}{call[2]}{joined[2] or ''}"
    return url if ADDRESS.match(url) else None


def _page_functions(tree: LexborHTMLParser) -> str:
    return without_comments("\n".join(node.text() for node in tree.css("script:not([src])")))


def _label(node: LexborNode) -> str:
    """The fullest name of a link: its text, its title, or what its picture is called."""
    attributes = node.attributes
    names = [node.text(), *(attributes.get(name) or "" for name in ("title", "aria-label", "alt"))]
    names += [image.attributes.get(name) or "" for image in node.css("img") for name in ("alt", "title")]
    spoken = [squeeze(name.replace("\u200b", "")) for name in names]
    chinese = [name for name in spoken if _CHINESE.search(name)]
    text = chinese[0] if chinese else next((name for name in spoken if name), "")
    title = squeeze(attributes.get("title") or "")
    if text.rstrip(".…") and title.startswith(text.rstrip(".…")):  # a text that was cut for want of room
        text = title
    return text if len(text) <= _LONGEST_LABEL else ""


def _heading_above(node: LexborNode) -> str:
    """The heading that a link without text of its own stands under: ``<a href="javascript:void(0)">…</a>`` and the like."""
    parent = node.parent
    for _ in range(3):
        if parent is None or parent.tag in ("body", "html"):
            return ""
        heads = parent.css("a, h2, h3, h4, dt, span, strong")
        text = next((squeeze(head.text()) for head in heads if _CHINESE.search(head.text() or "")), "")
        if text:
            return text if len(text) <= 20 and len(parent.css("a[href]")) <= 3 else ""
        parent = parent.parent
    return ""


def _in_scripts(script: str, base: str) -> Iterator[MenuLink]:
    """Links that a script writes: as markup in its strings, or as pairs of a label and an address (``"年报", "/nb/"``)."""
    text = without_comments(script)
    for fragment in re.findall(r"<a\b[^<>]{1,400}>.{0,200}?</a>", text.replace("\\/", "/").replace('\\"', '"')):
        tree = LexborHTMLParser(fragment.replace("\\'", "'"))
        for node in tree.css("a[href]"):
            if url := resolve_link(base, node.attributes.get("href") or ""):
                yield MenuLink(url, _label(node), Found.SCRIPT)
    for label, address in _label_pairs(text):
        if url := resolve_link(base, address):
            yield MenuLink(url, label, Found.SCRIPT)


def _label_pairs(text: str) -> Iterator[tuple[str, str]]:
    """A label and an address, in either order, that are quoted side by side in one group."""
    label, address = ("", -1), ("", -1)  # each with the end of its quotation
    for match in QUOTED.finditer(text):
        quoted = _unescaped(match[1] or match[2])
        if _CHINESE.search(quoted) and "<" not in quoted:
            name = squeeze(quoted)
            if address[0] and _same_group(text[address[1] : match.start()]):
                yield name, address[0]
                address = ("", -1)
            else:
                label = (name, match.end())
        elif ADDRESS.match(quoted) and not _ASSET.search(quoted):
            if 0 < len(label[0]) <= _LONGEST_LABEL and _same_group(text[label[1] : match.start()]):
                yield label[0], quoted
                label = ("", -1)
            else:
                address = (quoted, match.end())


def _same_group(between: str) -> bool:
    """Whether two strings are arguments of one call or values of one object."""
    return len(between) <= 120 and not re.search(r"[;)}\]{]", between)


def _unescaped(quoted: str) -> str:
    text = re.sub(r"\\u([0-9a-fA-F]{4})", lambda code: chr(int(code[1], 16)), quoted)
    return re.sub(r"\\(.)", r"\1", text)
