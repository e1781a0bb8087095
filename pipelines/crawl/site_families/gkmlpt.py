"""广东 gkmlpt 统一平台: JSON from ``/gkmlpt/api/all/<category>?page=n&sid=<site>``, a hundred articles a page."""

import json
import re
from urllib.parse import urlsplit

from pipelines.crawl.classification.page import Page
from pipelines.crawl.fetching.http_client import Request
from pipelines.crawl.site_families.base import Listed, ListRequest, anchors, named, site_root
from schemas.site_families import ListingFamily

_SID = re.compile(r"\bSID['\"]?\s*[:=]\s*['\"]?(\d+)", re.IGNORECASE)
_CATEGORY = re.compile(
    r"(?:/gkmlpt/(?:index|annualreport)#|/gkmlpt/api/all/|(?:CATE(?:GORY)?|COLUMN|ANNUAL_?REPORT)_?(?:ID)?['\"]?\s*[:=]\s*['\"]?)(\d+)",
    re.IGNORECASE,
)
_PER_PAGE = 100


class Gkmlpt:
    """One pattern unlocks about forty sites of the province. The same address may come back under a new id."""

    family = ListingFamily.GKMLPT

    def fits(self, page: Page) -> bool:
        return ("gkmlpt" in page.url or "gkmlpt" in page.text) and _SID.search(page.text) is not None

    def read(self, page: Page, asked: ListRequest) -> Listed:
        if "sid" not in asked.state:
            return Listed(anchors(page), self._first(page, asked), is_shell=True)
        try:
            data = json.loads(page.text)
            articles = data["articles"]
            total = int(data.get("total", 0))
        except (ValueError, KeyError, TypeError):
            return Listed(())
        pairs = (
            (str(item.get("url") or item.get("post_url") or ""), str(item.get("title") or "")) for item in articles
        )
        links = named(pairs, asked.state["column"])
        number = int(asked.state["number"])
        more = articles and number * _PER_PAGE < total
        return Listed(links, self._page(asked.state, number + 1, asked.page + 1) if more else None)

    def _first(self, page: Page, asked: ListRequest) -> ListRequest | None:
        sid = _SID.search(page.text)
        category = _CATEGORY.search(page.url) or _CATEGORY.search(page.text)
        if sid is None or category is None:
            return None
        prefix = urlsplit(page.url).path.partition("/gkmlpt")[0]
        state = {
            **asked.state, "sid": sid[1], "column": page.url,
            "endpoint": f"{site_root(page.url)}{prefix}/gkmlpt/api/all/{category[1]}",
        }  # fmt: skip
        return self._page(state, 1, asked.page + 1)

    def _page(self, state: dict[str, str], number: int, page: int) -> ListRequest:
        request = Request(
            f"{state['endpoint']}?page={number}&sid={state['sid']}", None, (("Referer", state["column"]),)
        )
        return ListRequest(request, self.family, page, {**state, "number": str(number)})
