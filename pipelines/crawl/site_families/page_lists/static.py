"""Any list whose pages are files; also a shell whose list stands in a frame."""

import re
from urllib.parse import urlsplit

from pipelines.crawl.classification.page import Page
from pipelines.crawl.fetching.http_client import Request
from pipelines.crawl.site_families.base import Listed, ListRequest, anchors, resolve_link
from pipelines.crawl.site_families.page_lists.printed import PrintedList
from schemas.site_families import ListingFamily

_SKIP_FRAME = re.compile(r"visitcount|count|share|login|search|comment|weather|tianqi", re.IGNORECASE)


class Static(PrintedList):
    """Fits any page: the last that is tried."""

    family = ListingFamily.STATIC

    def fits(self, page: Page) -> bool:
        """Whether it is a web page."""
        return page.is_html

    def read(self, page: Page, asked: ListRequest) -> Listed:
        """As any printed list; of a shell first its frame."""
        if asked.page == 1 and "frame" not in asked.state and (frame := same_host_frame(page)) is not None:
            request = Request(frame, None, (("Referer", page.url),))
            framed = ListRequest(request, ListingFamily.AUTO, 1, {**asked.state, "frame": "1"})
            own = super().read(page, asked).next
            others = (own, *own.alternatives) if own is not None else ()
            return Listed(anchors(page), framed.with_alternatives(*others), is_shell=True)
        return super().read(page, asked)


def same_host_frame(page: Page) -> str | None:
    """A list may sit in an iframe of the same host (常州, 淮安区县). Counters, logins and share buttons do not count."""
    for node in page.tree.css("iframe[src]"):
        url = resolve_link(page.url, node.attributes.get("src") or "")
        if url and urlsplit(url).netloc == urlsplit(page.url).netloc and not _SKIP_FRAME.search(urlsplit(url).path):
            return url
    return None
