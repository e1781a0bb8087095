"""Any list whose pages are files; also a shell whose list stands in a frame."""

import re
from urllib.parse import urlsplit

from pipelines.crawl.classification.page import Page
from pipelines.crawl.fetching.http_client import Request
from pipelines.crawl.site_families.base import Listed, ListRequest
from pipelines.crawl.site_families.links import resolve_link
from pipelines.crawl.site_families.page_lists.printed import PrintedList
from pipelines.crawl.site_families.script_links import ASSET
from schemas.site_families import ListingFamily

_SKIP_FRAME = re.compile(r"visitcount|count|share|login|search|comment|weather|tianqi", re.IGNORECASE)

_SET_BY_SCRIPT = re.compile(
    r"""(?:<iframe\b[^>]{0,200}?\bsrc\s*=|\.src\s*=)\s*\\?["']([^"'\\<>\s]{1,300})\\?["']\s*(?![\s+])"""
)
"""The address of a frame that a script writes or fills; not one that it puts together."""
_MOST_FRAMES = 4
_DEEPEST_FRAME = 3


class Static(PrintedList):
    """Fits any page: the last that is tried."""

    family = ListingFamily.STATIC

    def fits(self, page: Page) -> bool:
        """Whether it is a web page."""
        return page.is_html

    def read(self, page: Page, asked: ListRequest) -> Listed:
        """As any printed list, and the lists in its frames."""
        own = super().read(page, asked)
        depth = int(asked.state.get("frame", 0))
        if asked.page > 1 or depth >= _DEEPEST_FRAME:
            return own
        frames = [
            ListRequest(
                Request(url, None, (("Referer", page.url),)),
                ListingFamily.AUTO,
                1,
                {**asked.state, "frame": str(depth + 1)},
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
    sources = [node.attributes.get("src") or "" for node in page.tree.css("iframe[src], frame[src]")]
    if "frame" in page.text:
        sources += [found[1] for found in _SET_BY_SCRIPT.finditer(page.scripts) if not ASSET.search(found[1])]
    urls = (resolve_link(page.base, source) for source in sources)
    near = (url for url in urls if url and urlsplit(url).netloc == urlsplit(page.url).netloc)
    return [url for url in dict.fromkeys(near) if not _SKIP_FRAME.search(urlsplit(url).path)][:_MOST_FRAMES]
