"""博达 VSB: page files count down. ``zcyzc.htm`` is page 1 of 31, page 2 is ``zcyzc/30.htm``, the last ``zcyzc/1.htm``."""

import re
from urllib.parse import urljoin

from pipelines.crawl.classification.page import Page
from pipelines.crawl.fetching.http_client import Request
from pipelines.crawl.site_families.base import Listed, ListRequest, anchors
from pipelines.crawl.site_families.static import next_href
from schemas.site_families import ListingFamily

_MARKS = re.compile(
    r"Announced by Visual SiteBuilder|/_sitegray/|_simple_list_gotopage_fun|pb_sys_common", re.IGNORECASE
)
_TOTAL = re.compile(r"_simple_list_gotopage_fun\(\s*(\d+)\s*,")
_PAGER = re.compile(r"<span[^>]*class=['\"]?p_t['\"]?[^>]*>\s*(?:共)?\s*\d+\s*/\s*(\d+)", re.IGNORECASE)


class Vsb:
    """Visual SiteBuilder 9."""

    family = ListingFamily.VSB

    def fits(self, page: Page) -> bool:
        return _MARKS.search(page.text) is not None

    def read(self, page: Page, asked: ListRequest) -> Listed:
        links = anchors(page)
        return Listed(links, self._next(page, asked))

    def _next(self, page: Page, asked: ListRequest) -> ListRequest | None:
        if (href := next_href(page)) is not None:  # .pb_sys_common .p_next
            return ListRequest(Request(href), self.family, asked.page + 1, asked.state)
        total = int(asked.state.get("total", 0)) or _total(page)
        file = total - asked.page  # page 2 of 31 is file 30
        if file < 1:
            return None
        stem = asked.state.get("stem") or page.url.rpartition("/")[2].rpartition(".")[0]
        base = asked.state.get("column") or page.url
        state = {**asked.state, "total": str(total), "stem": stem, "column": base}
        return ListRequest(Request(urljoin(base, f"{stem}/{file}.htm")), self.family, asked.page + 1, state)


def _total(page: Page) -> int:
    found = _TOTAL.search(page.text) or _PAGER.search(page.text)
    return int(found[1]) if found else 0
