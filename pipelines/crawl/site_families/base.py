"""The interface of listing adapters: links found, and what to request next."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, NamedTuple, Protocol
from urllib.parse import urljoin, urlsplit

from selectolax.lexbor import LexborHTMLParser, LexborNode

from pipelines.crawl.canonical_urls import original_behind_gate
from pipelines.crawl.classification.page import Page
from pipelines.crawl.fetching.http_client import Request, absolute
from schemas.site_families import ListingFamily

if TYPE_CHECKING:
    from pipelines.crawl.site_families.paging.pager import Pager

_SAYS_NOTHING = re.compile(
    r"[\W_]*(?:点击|在线)?(?:查看|下载|浏览|阅读|预览|打开|详情|全文|附件|PDF|WORD|more)?(?:全文|详情|报告|附件)?[\W_]*",
    re.IGNORECASE,
)
_ROWS = frozenset({"tr", "li", "dd", "dl"})
PAGE_ADDRESS = re.compile(
    r"['\"]([^'\"\s]+\.(?:s?html?|[jt]html|jsp|aspx|php)(?:\?[^'\"\s]*)?|[^'\"\s]*\?\w+=[^'\"\s]*)['\"]", re.IGNORECASE
)
"""An address of a page in quotes, as a click handler has it."""


class Link(NamedTuple):
    """A link of a list page. ``title`` is the fullest form found: the title attribute, or the text."""

    url: str
    title: str


@dataclass(frozen=True)
class Extent:
    """How long a list says it is. ``pages`` and ``rows`` of the whole list; 0 when it does not say."""

    pages: int = 0
    rows: int = 0


@dataclass(frozen=True)
class ListRequest:
    """A list page to request.

    Attributes:
        page: Its number, from 1. The first answer of a data address is page 1 as the column page that named it is.
        state: What the adapter must know to read the answer and to ask for the next page.
        pager: What the pages before have said about going on.
        guess: The address is a guessed template, accepted only if it yields new links under the paths of page one.
        alternatives: Tried in order when this request fails or yields nothing new.
        promised: How many pages the list has by its own word; 0 when it has not said.
        missed: Pages in a row that failed or held nothing new before this one.
    """

    request: Request
    family: ListingFamily
    page: int = 1
    state: dict[str, str] = field(default_factory=dict)
    pager: "Pager | None" = None
    guess: bool = False
    alternatives: tuple["ListRequest", ...] = ()
    promised: int = 0
    missed: int = 0

    def with_alternatives(self, *others: "ListRequest") -> "ListRequest":
        return replace(self, alternatives=others)


class Listed(NamedTuple):
    """What a list page holds. ``next`` is None at the end of the list.

    ``is_shell``: the list is not in this page but behind the next request, so an unchanged page says nothing about it.
    ``branches``: more lists of the same column, each with an address of its own. ``lost``: what the page says that it cannot be
    asked for ("older pages need a browser").
    """

    links: tuple[Link, ...]
    next: ListRequest | None = None
    is_shell: bool = False
    branches: tuple[ListRequest, ...] = ()
    extent: Extent = Extent()
    lost: str = ""


class Adapter(Protocol):
    """One family. ``fits`` examines a first page; ``read`` reads any page that this family requested.

    ``after`` is the request for the page behind ``asked`` when that failed, or None.
    """

    family: ListingFamily

    def fits(self, page: Page) -> bool: ...

    def read(self, page: Page, asked: ListRequest) -> Listed: ...

    def after(self, asked: ListRequest) -> ListRequest | None: ...


def anchors(page: Page) -> tuple[Link, ...]:
    """All http links of a page, resolved, in document order, each address once."""
    base = page.tree.css_first("base[href]")
    root = absolute(page.url, (base.attributes.get("href") or "").strip()) if base is not None else None
    return links_of(page.tree, root or page.url)


def links_in(html: str, base_url: str) -> tuple[Link, ...]:
    """Links of an HTML fragment."""
    return links_of(LexborHTMLParser(html), base_url)


def links_of(tree: LexborHTMLParser, base_url: str) -> tuple[Link, ...]:
    found: dict[str, str] = {}
    for node in tree.css("a[href], [onclick]"):
        link = resolve_link(base_url, node.attributes.get("href") or "") or _clicked(base_url, node)
        if link is None:
            continue
        text = " ".join(node.text().split())
        title = " ".join((node.attributes.get("title") or "").split())
        best = max(title, text, key=_completeness)
        if _SAYS_NOTHING.fullmatch(best):
            best = _title_beside(node) or best
        if link not in found or _completeness(best) > _completeness(found[link]):
            found[link] = best
    return tuple(Link(url, title) for url, title in found.items())


def _completeness(text: str) -> tuple[bool, int]:
    """Orders the texts of one link: lists cut what they show (``2023年政府信息…``), the title attribute may hold all of it."""
    return bool(text) and not text.endswith(("…", "...")), len(text)


def _title_beside(node: LexborNode) -> str:
    """The longest text of the row whose only link says no more than 查看 or 下载; empty when the row has several links."""
    row: LexborNode | None = node.parent
    while row is not None and row.tag not in _ROWS:
        row = row.parent
    if row is None or len({link.attributes.get("href") for link in row.css("a[href]")}) != 1:
        return ""
    return max((" ".join(text.split()) for text in row.text(separator="\n").split("\n")), key=len)


def _clicked(base_url: str, node: LexborNode) -> str | None:
    """Where a click on a row leads that is no link (成都): the one address of a page that its ``onclick`` quotes."""
    quoted = PAGE_ADDRESS.search(node.attributes.get("onclick") or "")
    return resolve_link(base_url, quoted[1]) if quoted is not None else None


def resolve_link(base_url: str, href: str) -> str | None:
    """Absolute address of ``href`` without fragment and Big5 gateway; None if it is not an http link."""
    href = href.strip()
    if not href or href[0] == "#" or re.match(r"(?:javascript|mailto|tel|data|about):", href, re.IGNORECASE):
        return None
    try:
        url = urljoin(base_url, href)
        parts = urlsplit(url)
    except ValueError:
        return None
    if parts.scheme not in ("http", "https") or not parts.hostname:
        return None
    return original_behind_gate(parts._replace(fragment="").geturl())


def named(pairs: Iterable[tuple[str, str]], base_url: str) -> tuple[Link, ...]:
    """Links from (href, title) pairs of a JSON list."""
    resolved = ((resolve_link(base_url, href), title) for href, title in pairs)
    return tuple(Link(url, " ".join(title.split())) for url, title in resolved if url is not None)


def site_root(url: str) -> str:
    """Scheme and authority of an address."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"


def by_script(
    url: str,
    column: str,
    body: bytes | None = None,
    content_type: str = "application/x-www-form-urlencoded; charset=UTF-8",
) -> Request:
    """A request as the column page's own script sends it."""
    headers = [("Referer", column), ("X-Requested-With", "XMLHttpRequest")]
    if body is not None:
        headers.append(("Content-Type", content_type))
    return Request(url, body, tuple(headers))
