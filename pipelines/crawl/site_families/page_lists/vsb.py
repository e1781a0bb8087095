"""博达 VSB: page files count down. ``zcyzc.htm`` is page 1 of 31, page 2 is ``zcyzc/30.htm``, the last ``zcyzc/1.htm``."""

import re
from urllib.parse import urljoin

from pipelines.crawl.classification.page import Page
from pipelines.crawl.fetching.http_client import Request
from pipelines.crawl.site_families.base import Extent, Listed, ListRequest
from pipelines.crawl.site_families.links import anchors
from pipelines.crawl.site_families.paging.page_links import page_links
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
        """Whether the builder has signed the page, or its pager stands in it."""
        return _MARKS.search(page.text) is not None

    def read(self, page: Page, asked: ListRequest) -> Listed:
        """Links of a page; the next one by its link, or counted down."""
        total = int(asked.state.get("total", 0)) or _total(page)
        state = {
            **asked.state, "total": str(total), "opened": asked.state.get("opened") or page.url,
            "stem": asked.state.get("stem") or page.url.rpartition("/")[2].rpartition(".")[0],
        }  # fmt: skip
        href = page_links(page).following
        following = self._ask(href, state, asked.page + 1) if href else self._counted(state, asked.page + 1)
        return Listed(anchors(page), following, extent=Extent(total))

    def after(self, asked: ListRequest) -> ListRequest | None:
        """The file behind one that failed."""
        return self._counted(asked.state, asked.page + 1) if asked.state.get("stem") else None

    def _counted(self, state: dict[str, str], page: int) -> ListRequest | None:
        file = int(state["total"]) - page + 1  # page 2 of 31 is file 30
        return self._ask(urljoin(state["opened"], f"{state['stem']}/{file}.htm"), state, page) if file >= 1 else None

    def _ask(self, url: str, state: dict[str, str], page: int) -> ListRequest:
        request = Request(url, None, (("Referer", state["opened"]),))
        return ListRequest(request, self.family, page, state, promised=int(state["total"]))


def _total(page: Page) -> int:
    found = _TOTAL.search(page.text) or _PAGER.search(page.text)
    return int(found[1]) if found else 0
