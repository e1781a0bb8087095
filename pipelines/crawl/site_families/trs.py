"""TRS WCM: ``createPageHTML(N, current, "index", "html")``; page k is ``index_{k-1}.html``."""

import re
from urllib.parse import urljoin

from pipelines.crawl.classification.page import Page
from pipelines.crawl.fetching.http_client import Request
from pipelines.crawl.site_families.base import Listed, ListRequest, anchors
from schemas.site_families import ListingFamily

# Quotes may be single, the extension shtml or htm, and the first argument a container id (domain.md §4.1).
_PAGER = re.compile(
    r"createPageHTML\(\s*(?:['\"][^'\"]*['\"]\s*,\s*)?(\d+)\s*,\s*(\d+)\s*,\s*['\"]([^'\"]+)['\"]\s*,\s*['\"](\w+)['\"]",
    re.IGNORECASE,
)


class Trs:
    """拓尔思 WCM."""

    family = ListingFamily.TRS

    def fits(self, page: Page) -> bool:
        return _PAGER.search(page.text) is not None

    def read(self, page: Page, asked: ListRequest) -> Listed:
        links = anchors(page)
        pager = _PAGER.search(_without_comments(page.text))
        if pager is None:
            return Listed(links)
        total, current = int(pager[1]), int(pager[2])
        # Some sites print the current page as 0 on every page; our own count is the one to trust.
        upcoming = max(current + 1, asked.page)
        if upcoming >= total:
            return Listed(links)
        url = urljoin(page.url, f"{pager[3]}_{upcoming}.{pager[4]}")
        return Listed(links, ListRequest(Request(url), self.family, asked.page + 1, asked.state))


def _without_comments(text: str) -> str:
    """Drop HTML comments and ``//`` comment lines: a template's example call may stand in one."""
    return re.sub(r"<!--.*?-->|^\s*//.*$", "", text, flags=re.DOTALL | re.MULTILINE)
