"""What the elements of a list page lead to other pages: a next link, numbers, the options of a select box."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from urllib.parse import urlencode, urlsplit

from selectolax.lexbor import LexborNode

from pipelines.crawl.classification.page import Page
from pipelines.crawl.site_families.links import element_address, resolve_link
from pipelines.crawl.site_families.script_calls import page_functions
from pipelines.crawl.site_families.script_links import written_links
from schemas.labels import squeeze

_ELEMENTS = (
    "a, button, input[type=button i], input[type=submit i], option, [onclick], [tagname], [data-url], [data-href],"
    " link[rel=next i]"
)
_NEXT = re.compile(
    r"^\W*(?:下一?[页頁]|后一?页|下翻页?|下\d+条|next(?: ?page)?|(?:点击)?加载更多|显示更多)\W*$|^(?:>{1,2}|›|»|→)$",
    re.IGNORECASE,
)
_NEXT_CLASS = re.compile(r"(?:^|[\s_-])next(?:page|[\s_-]|$)", re.IGNORECASE)
_NEXT_PICTURE = re.compile(r"(?:^|[_-])(?:next|xiayiye|xyy)(?:page)?(?:[_-]|\.\w+$)", re.IGNORECASE)
_NUMBER = re.compile(r"^\W*(?:第\s*)?(\d{1,4})(?:\s*页)?\W*$")
_NO_NEXT = "[NEXTPAGE]"  # EasySite prints its placeholder where the list ends
_CALLS_NEXT = re.compile(r"doPostBack|next|\b2\b", re.IGNORECASE)
_LONGEST_LABEL = 20
_YEARS = range(1990, 2100)  # a list may be divided by years: no numbers of pages


@dataclass(frozen=True)
class PageLinks:
    """Where the elements of a page's pager lead.

    Attributes:
        following: the address behind 下一页; empty when there is none.
        ends: the page prints that nothing follows.
        numbered: addresses by the number they are labelled with.
        is_scripted: 下一页 of a first page is a script's call that names no address.
    """

    following: str = ""
    ends: bool = False
    numbered: dict[int, str] = field(default_factory=dict)
    is_scripted: bool = False


def page_links(page: Page) -> PageLinks:
    """Read the pager of a page as a reader would: by the labels of what can be clicked.

    The address may stand in ``href``, ``tagname`` (EasySite), ``onclick`` (JEECMS), a ``javascript:`` link or an option's value.
    """
    following, is_scripted = "", False
    numbered: dict[int, str] = {}
    here = page.url.partition("#")[0].rstrip("/")
    functions = page_functions(page.tree)
    for node in page.tree.css(_ELEMENTS):
        labels = [*_labels(node)]
        if not following and (any(map(_NEXT.match, labels)) or _is_marked_next(node, labels)):
            if node.attributes.get("tagname") == _NO_NEXT or _NO_NEXT in (node.attributes.get("onclick") or ""):
                return PageLinks("", True, numbered)
            url = element_address(page.base, node, functions) or _form_address(page, node)
            if url is not None and url.rstrip("/") != here:
                following = url
            else:
                is_scripted = is_scripted or _calls_next(node)
        elif number := next((int(found[1]) for label in labels if (found := _NUMBER.match(label))), 0):
            url = _option_address(page, node) if node.tag == "option" else element_address(page.base, node, functions)
            if number not in _YEARS and url is not None and _is_beside(url, page.url):
                numbered.setdefault(number, url)
    return PageLinks(following or _written_next(page), False, numbered, is_scripted and not following)


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


def _calls_next(node: LexborNode) -> bool:
    attributes = node.attributes
    if "disabled" in attributes or "disabled" in (attributes.get("class") or ""):
        return False
    href = attributes.get("href") or ""
    handler = (attributes.get("onclick") or "") + (href if href.lower().startswith("javascript:") else "")
    return _CALLS_NEXT.search(handler) is not None


def _form_address(page: Page, node: LexborNode) -> str | None:
    """Where a button leads that sends a form by GET: the form's address with its hidden fields."""
    form = node.parent if node.tag in ("input", "button") else None
    while form is not None and form.tag != "form":
        form = form.parent
    if form is None or (form.attributes.get("method") or "get").lower() != "get":
        return None
    fields = [field.attributes for field in form.css("input[type=hidden i][name]")]
    query = urlencode([(said.get("name") or "", said.get("value") or "") for said in fields])
    address = resolve_link(page.base, form.attributes.get("action") or page.url)
    return f"{address.partition('?')[0]}?{query}" if address is not None and fields else None


def _option_address(page: Page, node: LexborNode) -> str | None:
    value = (node.attributes.get("value") or "").strip()
    return resolve_link(page.base, value) if not value.isdigit() else None


def _is_beside(url: str, page_url: str) -> bool:
    """On the same host, in the folder of the page or below it."""
    there, here = urlsplit(url), urlsplit(page_url)
    return there.netloc == here.netloc and there.path.startswith(here.path.rpartition("/")[0] + "/")
