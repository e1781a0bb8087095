"""Static list pages: the pager's own next link, else the fallback templates that covered 70 Jiangsu sites (domain.md §4.1)."""

import re
from urllib.parse import urljoin, urlsplit

from pipelines.crawl.classification.page import Page
from pipelines.crawl.fetching.http_client import Request
from pipelines.crawl.site_families.base import Listed, ListRequest, anchors, resolve_link
from schemas.site_families import ListingFamily

_NEXT = re.compile(r"^\W*(?:下一?页|后一?页|next(?: page)?)\W*$|^(?:>|›|»)$", re.IGNORECASE)
_SKIP_FRAME = re.compile(r"visitcount|count|share|login|search|comment|weather|tianqi", re.IGNORECASE)


class Static:
    """Any list whose pages are files."""

    family = ListingFamily.STATIC

    def fits(self, page: Page) -> bool:
        return page.is_html

    def read(self, page: Page, asked: ListRequest) -> Listed:
        links = anchors(page)
        following = self._next(page, asked)
        return Listed(links, following, is_shell=following is not None and "frame" in following.state)

    def _next(self, page: Page, asked: ListRequest) -> ListRequest | None:
        if asked.page == 1 and not asked.state.get("frame") and (frame := same_host_frame(page)) is not None:
            framed = ListRequest(Request(frame), self.family, 1, {"frame": "1"})
            return framed.with_alternatives(*self._guesses(page, asked))
        if (href := next_href(page)) is not None:
            return ListRequest(Request(href), self.family, asked.page + 1, {**asked.state, "pager": "1"})
        if asked.state.get("pager"):
            return None  # the pager ended the list
        if "template" in asked.state:
            url = _fill(asked.state["template"], asked.page + 1)
            return ListRequest(Request(url), self.family, asked.page + 1, asked.state, guess=True)
        guesses = self._guesses(page, asked)
        return guesses[0].with_alternatives(*guesses[1:]) if guesses else None

    def _guesses(self, page: Page, asked: ListRequest) -> list[ListRequest]:
        return [
            ListRequest(
                Request(_fill(template, asked.page + 1)), self.family, asked.page + 1,
                {**asked.state, "template": template}, guess=True,
            )
            for template in page_templates(page.url)
        ]  # fmt: skip


def next_href(page: Page) -> str | None:
    """Address behind 下一页, when it is a plain link to another page."""
    for node in page.tree.css("a[href]"):
        text = node.text(strip=True) or node.attributes.get("title") or ""
        if _NEXT.match(text):
            url = resolve_link(page.url, node.attributes.get("href") or "")
            if url is not None and url.rstrip("/") != page.url.split("#")[0].rstrip("/"):
                return url
    return None


def same_host_frame(page: Page) -> str | None:
    """A list may sit in an iframe of the same host (常州, 淮安区县). Counters, logins and share buttons do not count."""
    for node in page.tree.css("iframe[src]"):
        url = resolve_link(page.url, node.attributes.get("src") or "")
        if url and urlsplit(url).netloc == urlsplit(page.url).netloc and not _SKIP_FRAME.search(urlsplit(url).path):
            return url
    return None


def page_templates(url: str) -> list[str]:
    """Addresses that page p of the list at ``url`` may have, best first. ``{p}`` is the page, ``{q}`` the page minus one."""
    parts = urlsplit(url)
    folder, _, name = parts.path.rpartition("/")
    stem, dot, extension = name.rpartition(".")
    templates = []
    if numbered := re.fullmatch(r"(.+[-_])1", stem):  # 成都: column-index-1.shtml is page one already
        templates.append(f"{numbered[1]}{{p}}.{extension}")
    if dot and stem:
        templates += [f"{stem}_{{q}}.{extension}", f"{stem}_{{p}}.{extension}"]
    if not dot or stem != "index":
        extensions = dict.fromkeys([extension if dot and extension in ("html", "htm", "shtml") else "html", "html"])
        templates += [f"index_{number}.{ending}" for ending in extensions for number in ("{q}", "{p}")]
    if not name:
        templates.append("{p}")
    root = f"{parts.scheme}://{parts.netloc}{folder}/".replace("{", "%7B").replace("}", "%7D")
    return [urljoin(root, "") + template for template in dict.fromkeys(templates)]


def _fill(template: str, page: int) -> str:
    return template.replace("{p}", str(page)).replace("{q}", str(page - 1))
