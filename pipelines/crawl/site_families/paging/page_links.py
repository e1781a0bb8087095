"""What the elements of a list page lead to other pages: a next link, numbers, the options of a select box."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from selectolax.lexbor import LexborNode

from pipelines.content.report_titles import names_a_report
from pipelines.crawl.classification.page import Page
from pipelines.crawl.site_families.links import element_address, resolve_link
from pipelines.crawl.site_families.paging.forms import SentForm, sent_form
from pipelines.crawl.site_families.script_calls import page_functions
from pipelines.crawl.site_families.script_links import written_links
from schemas.labels import squeeze

_ELEMENTS = (
    "a, area, button, input[type=button i], input[type=submit i], option, [onclick], [tagname], [data-url], [data-href],"
    " [class*=more i], [id*=more i], link[rel=next i]"
)
_NEXT = re.compile(
    r"^\W*(?:下一?[页頁]|后一?页|下翻页?|下\d+条|next(?: ?page)?|(?:点击)?加载更多|显示更多)\W*$|^(?:[>＞]{1,2}|[›»→▶►▸❯])$"
    r"|^[^上前首末尾：:]*下一[页頁](?![：:])[^上前首末尾：:]*$",
    re.IGNORECASE,
)
_NEXT_CLASS = re.compile(r"(?:^|[\s_-])next(?:page|[\s_-]|$)", re.IGNORECASE)
_NEXT_PICTURE = re.compile(r"(?:^|[_-])(?:next|xiayiye|xyy)(?:page)?(?:[_-]|\.\w+$)", re.IGNORECASE)
_MORE = re.compile(
    r"^\W*(?:点击|查看|显示|浏览)?(?:更多|全部|所有|往年|往期|历年|历史|以前年度|more)"
    r"(?:内容|信息|(?:政府)?信息公开)?(?:年度报告|年报|报告)?\W*$",
    re.IGNORECASE,
)
_MORE_PICTURE = re.compile(r"(?:^|[_-])(?:more|gengduo|gd)(?:[_-]|\.\w+$)", re.IGNORECASE)
_LOADS_MORE = re.compile(r"^\W*(?:点击)?(?:加载|显示|查看)更多\W*$")
_NUMBER = re.compile(r"^\W*(?:第\s*)?(\d{1,4})(?:\s*页)?\W*$")
_NO_NEXT = "[NEXTPAGE]"  # EasySite prints its placeholder where the list ends
_CALLS_NEXT = re.compile(r"doPostBack|next|more|load|\b2\b", re.IGNORECASE)
_LONGEST_LABEL = 20
_SHORTEST_ROW = 8  # characters: shorter ones are parts of pagers and menus
_YEARS = range(1990, 2100)  # a list may be divided by years: no numbers of pages


@dataclass(frozen=True)
class PageLinks:
    """Where the elements of a page's pager lead.

    Attributes:
        following: the address behind 下一页; empty when there is none.
        ends: the page prints that nothing follows.
        numbered: addresses by the number they are labelled with.
        called: numbers that are calls of scripts, with the forms that they send; None where that is not known.
        more: where the 更多 of a block of reports leads: to the next page, or to a list that holds more of them.
        posted: the form that 下一页 sends by POST.
        is_scripted: 下一页 or 更多 of a first page is a script's call that names no address.
    """

    following: str = ""
    ends: bool = False
    numbered: dict[int, str] = field(default_factory=dict)
    called: dict[int, SentForm | None] = field(default_factory=dict)
    more: tuple[str, ...] = ()
    posted: SentForm | None = None
    is_scripted: bool = False


def page_links(page: Page) -> PageLinks:
    """Read the pager of a page as a reader would: by the labels of what can be clicked.

    The address may stand in ``href``, ``tagname`` (EasySite), ``onclick`` (JEECMS), a ``javascript:`` link or an option's value.
    """
    found = _Found(page)
    for node in page.tree.css(_ELEMENTS):
        labels = [*_labels(node)]
        is_loading = any(map(_LOADS_MORE.match, labels))
        is_next = any(map(_NEXT.match, labels)) or _is_marked_next(node, labels)
        if is_next and not found.following and found.posted is None:
            if node.attributes.get("tagname") == _NO_NEXT or _NO_NEXT in (node.attributes.get("onclick") or ""):
                return PageLinks("", True, found.numbered)
            found.next_link(node, is_loading=is_loading)
        elif (is_loading or _is_more(node, labels)) and _stands_below_reports(node):
            found.more_link(node, is_loading=is_loading)
        elif number := next((int(digits[1]) for label in labels if (digits := _NUMBER.match(label))), 0):
            found.number(node, number)
    return found.links()


class _Found:
    """What the elements of a page have been found to lead to."""

    def __init__(self, page: Page) -> None:
        self._page, self._here = page, page.url.partition("#")[0].rstrip("/")
        self._functions = page_functions(page.tree)
        self.following = ""
        self.posted: SentForm | None = None
        self.numbered: dict[int, str] = {}
        self._called: dict[int, SentForm | None] = {}
        self._more: dict[str, None] = {}
        self._is_scripted = False

    def next_link(self, node: LexborNode, *, is_loading: bool) -> None:
        """An element called 下一页."""
        url = self._address(node)
        form = sent_form(self._page, node, self._functions) if url is None and not _is_disabled(node) else None
        if url is not None and url.rstrip("/") != self._here:
            self.following = url
        elif form is not None:
            self.following, self.posted = (form.url, None) if form.body is None else ("", form)
        else:
            self._is_scripted = self._is_scripted or is_loading or _calls_next(node)

    def more_link(self, node: LexborNode, *, is_loading: bool) -> None:
        """An element called 更多 below reports."""
        url = self._address(node)
        if url is not None and url.rstrip("/") != self._here:
            self._more[url] = None
        else:
            self._is_scripted = self._is_scripted or is_loading or _calls(node)

    def number(self, node: LexborNode, number: int) -> None:
        """An element called by a number."""
        if number in _YEARS:
            return
        url = _option_address(self._page, node) if node.tag == "option" else self._address(node)
        if url is not None and _is_beside(url, self._page.url):
            self.numbered.setdefault(number, url)
        elif url is None and _calls(node):
            self._called.setdefault(number, sent_form(self._page, node, self._functions))

    def links(self) -> PageLinks:
        """All of it. A link beats a form, and both beat what is known of a call only."""
        following = self.following or _written_next(self._page)
        is_scripted = self._is_scripted and not following and not self._more and self.posted is None
        posted = self.posted if not following else None
        return PageLinks(following, False, self.numbered, self._called, tuple(self._more), posted, is_scripted)

    def _address(self, node: LexborNode) -> str | None:
        return element_address(self._page.base, node, self._functions)


def _written_next(page: Page) -> str:
    """Where a 下一页 leads that a script writes as a whole."""
    if "write" not in page.scripts:
        return ""
    written = (url for url, label in written_links(page.scripts, page.base) if _NEXT.match(label))
    return next((url for url in written if _is_beside(url, page.url) and url != page.url), "")


def _labels(node: LexborNode) -> Iterator[str]:
    """What an element is called: its text or the name of its picture, its title, the value of a button."""
    attributes = node.attributes
    text = squeeze(node.text())
    if text and len(text) <= _LONGEST_LABEL:
        yield text
    for name in ("title", "aria-label", "alt", *(("value",) if node.tag == "input" else ())):
        label = attributes.get(name) or ""
        if label and len(label) <= _LONGEST_LABEL:
            yield label.strip()
    if not text:
        yield from ((image.attributes.get("alt") or image.attributes.get("title") or "") for image in node.css("img"))


def _is_marked_next(node: LexborNode, labels: list[str]) -> bool:
    """An arrow that only a style sheet draws, or ``rel="next"``."""
    if "next" in (node.attributes.get("rel") or "").lower().split():
        return True
    wordless = not any(re.search(r"[\w\u4e00-\u9fff]", label) for label in labels)
    return wordless and (
        any(_NEXT_CLASS.search(part.attributes.get("class") or "") for part in (node, *node.css("i, span, em")))
        or any(
            _NEXT_PICTURE.search((image.attributes.get("src") or "").rpartition("/")[2]) for image in node.css("img")
        )
    )


def _is_more(node: LexborNode, labels: list[str]) -> bool:
    if any(map(_MORE.match, labels)):
        return True
    pictures = (image.attributes.get("src") or "" for image in node.css("img")) if not any(labels) else ()
    return any(_MORE_PICTURE.search(source.rpartition("/")[2]) for source in pictures)


def _stands_below_reports(node: LexborNode) -> bool:
    """Whether reports are among the rows of the block that a link belongs to: the smallest that holds rows."""
    block = node.parent
    while block is not None and block.tag != "html":
        rows = [_row_title(link) for link in block.css("a")]
        rows = [row for row in rows if len(row) >= _SHORTEST_ROW]
        if rows:
            return any(map(names_a_report, rows))
        block = block.parent
    return False


def _row_title(link: LexborNode) -> str:
    return max(squeeze(link.text()), (link.attributes.get("title") or "").strip(), key=len)


def _calls(node: LexborNode) -> bool:
    """Whether a click on an element runs a script."""
    href = (node.attributes.get("href") or "").lstrip().lower()
    return bool(node.attributes.get("onclick")) or href.startswith("javascript:")


def _calls_next(node: LexborNode) -> bool:
    attributes = node.attributes
    if _is_disabled(node):
        return False
    href = attributes.get("href") or ""
    handler = (attributes.get("onclick") or "") + (href if href.lower().startswith("javascript:") else "")
    return _CALLS_NEXT.search(handler) is not None


def _is_disabled(node: LexborNode) -> bool:
    return "disabled" in node.attributes or "disabled" in (node.attributes.get("class") or "")


def _option_address(page: Page, node: LexborNode) -> str | None:
    value = (node.attributes.get("value") or "").strip()
    return resolve_link(page.base, value) if not value.isdigit() else None


def _is_beside(url: str, page_url: str) -> bool:
    """On the same host, in the folder of the page or below it."""
    there, here = urlsplit(url), urlsplit(page_url)
    return there.netloc == here.netloc and there.path.startswith(here.path.rpartition("/")[0] + "/")
