"""Any list whose pages are files; also a shell whose list stands in a frame."""

import re
from urllib.parse import urlsplit

from pipelines.crawl.classification.page import Page
from pipelines.crawl.fetching.http_client import Request
from pipelines.crawl.site_families.base import Listed, ListRequest
from pipelines.crawl.site_families.links import resolve_link
from pipelines.crawl.site_families.page_lists.printed import PrintedList
from schemas.site_families import ListingFamily

_SKIP_FRAME = re.compile(r"visitcount|count|share|login|search|comment|weather|tianqi", re.IGNORECASE)

_MOST_FRAMES = 4


class Static(PrintedList):
    """Fits any page: the last that is tried."""

    family = ListingFamily.STATIC

    def fits(self, page: Page) -> bool:
        """Whether it is a web page."""
        return page.is_html

    def read(self, page: Page, asked: ListRequest) -> Listed:
        """As any printed list, and the lists in its frames."""
        own = super().read(page, asked)
        if asked.page > 1 or "frame" in asked.state:
            return own
        frames = [
            ListRequest(
                Request(url, None, (("Referer", page.url),)), ListingFamily.AUTO, 1, {**asked.state, "frame": "1"}
            )
            for url in same_host_frames(page)
        ]
        if not frames:
            return own
        if own.next is not None and not own.next.guess:
            return own._replace(branches=tuple(frames), is_shell=True)
        guesses = (own.next, *own.next.alternatives) if own.next is not None else ()
        return own._replace(next=frames[0].with_alternatives(*guesses), branches=tuple(frames[1:]), is_shell=True)


def same_host_frames(page: Page) -> list[str]:
    """A list may sit in a frame of the same host (常州, 淮安区县). Counters, logins and share buttons do not count."""
    urls = (
        resolve_link(page.base, node.attributes.get("src") or "") for node in page.tree.css("iframe[src], frame[src]")
    )
    near = (url for url in urls if url and urlsplit(url).netloc == urlsplit(page.url).netloc)
    return [url for url in dict.fromkeys(near) if not _SKIP_FRAME.search(urlsplit(url).path)][:_MOST_FRAMES]
