"""Links of a list page: where an element leads, and what the list calls it."""

import re
from collections.abc import Iterable
from typing import NamedTuple
from urllib.parse import quote, unquote, urljoin, urlsplit

from selectolax.lexbor import LexborHTMLParser, LexborNode

from pipelines.crawl.canonical_urls import original_behind_gate
from pipelines.crawl.classification.page import Base, Page
from pipelines.crawl.site_families.script_calls import called_address, page_functions
from schemas.carriers import document_extensions

QUOTED = re.compile(r"\"((?:\\.|[^\"\\\n]){1,400})\"|'((?:\\.|[^'\\\n]){1,400})'")
ADDRESS = re.compile(
    r"^(?:(?:https?:)?//[^\s'\"<>]+|\.{0,2}/[^\s'\"<>]*"
    rf"|[\w./-]+\.(?:s?html?|[jt]html|jsp|aspx?|php|do|action|xp|{'|'.join(document_extensions())})(?:[?#]\S*)?"
    r"|[\w./-]*\?\w+=\S*|[\w-]+(?:/[\w-]+)*/)$",
    re.IGNORECASE,
)
"""What a quoted string must look like to be the address of a page."""
ADDRESS_ATTRIBUTES = ("tagname", "data-url", "data-href", "data-link", "data-src", "url", "link", "_href")
"""Where elements without ``href`` keep their address; ``tagname`` is EasySite's."""
_LINKED = "a, area, [onclick], [data-url], [data-href], [data-link]"
_NOT_LINKS = frozenset({"iframe", "frame", "script", "form", "img", "body"})
_PLACEHOLDER = "NEXTPAGE"  # in brackets: EasySite prints its placeholder where a list ends
_OTHER_SCHEME = re.compile(r"(?:javascript|mailto|tel|data|about):", re.IGNORECASE)
_SAYS_NOTHING = re.compile(
    r"[\W_]*(?:点击|在线)?(?:查看|下载|浏览|阅读|预览|打开|详情|详细|全文|附件|收藏|分享|打印|进入|PDF|WORD|more)?"
    r"(?:全文|详情|报告|附件|内容)?[\W_]*",
    re.IGNORECASE,
)
_PASSES_A_NUMBER = re.compile(r"['\"]\s*,\s*\d+\s*\)|\(\s*\d+\s*,")  # show('/list.jsp', 2)
_OF_A_QUERY = "%/:@!$&'()*+,;=?~-._[]"
_MORE = re.compile(r"[\W_]*(?:查看|点击|显示)?(?:更多|more)[\W_]*", re.IGNORECASE)
_ROWS = frozenset({"tr", "li", "dd", "dl"})
_TITLES = ("title", "data-title", "data-original-title", "alt")
_SHORTEST_CUT = 4  # characters: with fewer, a text and a title that begins with it may be of different things
_SHORTEST_TITLE = 5
_MOST_LINKS = 12  # of one row
_DATE = re.compile(r"[\d\s年月日./:-]+")
_HEADINGS = "h1, h2, h3, h4, h5, dt, strong, [class*=tit]"
_BLOCK_LEVELS = 4  # elements between a 更多 link and the block whose heading names it
_LONGEST_HEADING = 30


class Link(NamedTuple):
    """A link of a list page. ``title`` is the fullest form found: the title attribute, the text, or its picture's name."""

    url: str
    title: str


def anchors(page: Page) -> tuple[Link, ...]:
    """All links of a page, resolved, in document order, each address once."""
    return links_of(page.tree, page.base)


def links_in(html: str, base_url: str) -> tuple[Link, ...]:
    """Links of an HTML fragment."""
    return links_of(LexborHTMLParser(html), base_url)


def links_of(tree: LexborHTMLParser, base_url: str) -> tuple[Link, ...]:
    """Links of a parsed page or fragment: also rows and buttons that lead somewhere on a click."""
    found: dict[str, str] = {}
    crowded: set[int] = set()
    functions = page_functions(tree)
    for node in tree.css(_LINKED):
        link = element_address(base_url, node, functions)
        if link is None or node.tag in _NOT_LINKS:
            continue
        title = _title_of(node, crowded)
        if link not in found or _completeness(title) > _completeness(found[link]):
            found[link] = title
    return tuple(Link(url, title) for url, title in found.items())


def named(pairs: Iterable[tuple[str, str]], base_url: str) -> tuple[Link, ...]:
    """Links from (href, title) pairs of a JSON list."""
    resolved = ((resolve_link(base_url, href), title) for href, title in pairs)
    return tuple(Link(url, " ".join(title.split())) for url, title in resolved if url is not None)


def element_address(base_url: str, node: LexborNode, functions: str = "") -> str | None:
    """Where a click on an element leads: its ``href``, an attribute of a script's, or the address that its handler quotes, or
    that one of the page's ``functions`` joins from what the handler passes."""
    attributes = node.attributes
    href = attributes.get("href") or ""
    url = resolve_link(base_url, href)
    if url is not None and _is_printed(url):
        return url
    for name in ADDRESS_ATTRIBUTES:
        value = (attributes.get(name) or "").strip()
        if value and ADDRESS.match(value) and (url := resolve_link(base_url, value)) and _is_printed(url):
            return url
    handlers = (attributes.get("onclick") or "", href if href.lstrip()[:11].lower() == "javascript:" else "")
    quoted = next((url for script in handlers if (url := quoted_address(base_url, script)) is not None), None)
    if not functions or (quoted is not None and not any(map(_PASSES_A_NUMBER.search, handlers))):
        return quoted
    called = (called_address(script, functions) for script in handlers if script)
    return next((resolve_link(base_url, url) for url in called if url is not None and ADDRESS.match(url)), quoted)


def quoted_address(base_url: str, script: str) -> str | None:
    """The first address that a handler quotes: ``window.open('/a/1.html')``."""
    for double, single in QUOTED.findall(script):
        quoted = double or single
        if ADDRESS.match(quoted) and (url := resolve_link(base_url, quoted)) and _is_printed(url):
            return url
    return None


def _is_printed(url: str) -> bool:
    """Whether an address is one, and not what stands where the template had none."""
    return _PLACEHOLDER not in url or f"[{_PLACEHOLDER}]" not in unquote(url)


def resolve_link(base_url: str, href: str) -> str | None:
    """Absolute address of ``href`` without fragment and Big5 gateway; None if it is not an http link."""
    href = href.strip()
    if not href or href[0] == "#" or _OTHER_SCHEME.match(href):
        return None
    if "\\" in href:  # as browsers read it
        href = href.replace("\\", "/")
    try:
        url = urljoin(base_url, href)
        parts = urlsplit(url)
    except ValueError:
        return None
    if parts.scheme not in ("http", "https") or not parts.hostname:
        return None
    if isinstance(base_url, Base) and not parts.query.isascii():
        query = quote(parts.query, safe=_OF_A_QUERY, encoding=base_url.encoding, errors="replace")
        parts = parts._replace(query=query)
    return original_behind_gate(parts._replace(fragment="").geturl())


def _title_of(node: LexborNode, crowded: set[int]) -> str:
    attributes = node.attributes
    text = " ".join(node.text().split())
    title = " ".join((attributes.get("title") or (attributes.get("alt") if node.tag == "area" else "") or "").split())
    best = max(title, text, key=_completeness)
    if best and not _completeness(best)[0]:
        best = _whole_title(node, best.rstrip(".…")) or best
    if _SAYS_NOTHING.fullmatch(best):
        return _picture_name(node) or _title_beside(node, crowded) or best
    return _heading_of_block(node) or best if _MORE.fullmatch(best) else best


def _completeness(text: str) -> tuple[bool, int]:
    """Orders the texts of one link: lists cut what they show (``2023年政府信息…``), the title attribute may hold all of it."""
    return bool(text) and not text.endswith(("…", "..")), len(text)


def _whole_title(node: LexborNode, cut: str) -> str:
    """The whole of a title that a link cuts off, where its row holds it: in an attribute, or in a text that is not shown."""
    row: LexborNode | None = node
    while row is not None and row.tag not in _ROWS:
        row = row.parent
    if len(cut) < _SHORTEST_CUT:
        return ""
    parts = (row or node).css("*")
    said = [part.attributes.get(name) or "" for part in parts for name in _TITLES]
    said += [found[0] for found in re.finditer(rf"{re.escape(cut)}\S+", row.text(separator="\n") if row else "")]
    whole = (" ".join(text.split()) for text in said)
    return max((text for text in whole if text.startswith(cut) and _completeness(text)[0]), key=len, default="")


def _picture_name(node: LexborNode) -> str:
    names = [image.attributes.get(name) or "" for image in node.css("img") for name in ("alt", "title")]
    return max((" ".join(name.split()) for name in names), key=len, default="")


def _title_beside(node: LexborNode, crowded: set[int]) -> str:
    """The longest text beside a link that says no more than 查看 or 下载, in the smallest element with one and no other row."""
    own = node.text().strip()
    block: LexborNode | None = node.parent
    for _ in range(_BLOCK_LEVELS):
        if block is None or block.tag in ("body", "html") or block.mem_id in crowded:
            break
        links = block.css("a[href]")
        if len(links) > _MOST_LINKS or not all(map(_says_nothing, links)) or _are_rows(links, own):
            crowded.add(block.mem_id)  # so that a long list is looked through once, and not for each of its rows
            break
        beside = max((" ".join(text.split()) for text in block.text(separator="\n").split("\n")), key=len)
        if len(beside) >= _SHORTEST_TITLE and not _SAYS_NOTHING.fullmatch(beside) and not _DATE.fullmatch(beside):
            return beside
        block = block.parent
    return ""


def _says_nothing(link: LexborNode) -> bool:
    return _SAYS_NOTHING.fullmatch(link.text().strip()) is not None


def _are_rows(links: list[LexborNode], text: str) -> bool:
    """Whether links that are called alike lead to different pages."""
    return len({link.attributes.get("href") for link in links if link.text().strip() == text}) > 1


def _heading_of_block(node: LexborNode) -> str:
    """The heading of the block that ends in a 更多 link."""
    block: LexborNode | None = node.parent
    for _ in range(_BLOCK_LEVELS):
        if block is None or block.tag in ("body", "html"):
            return ""
        for head in block.css(_HEADINGS):
            text = " ".join(head.text().split())
            if text and len(text) <= _LONGEST_HEADING and not _MORE.fullmatch(text):
                return text
        block = block.parent
    return ""
