"""大汉 jpaas: the column page is a shell, the list is JSON around HTML from ``build/unit``."""

import json
import re
from urllib.parse import urlencode, urljoin

from pipelines.crawl.classification.page import Page
from pipelines.crawl.fetching.http_client import Request
from pipelines.crawl.site_families.base import Listed, ListRequest, links_in
from schemas.site_families import ListingFamily

_UNIT = re.compile(r"<[^>]*unitbuild\.js[^>]*>", re.IGNORECASE)
_URL = re.compile(r"\burl\s*=\s*(['\"])(.*?)\1", re.IGNORECASE)
_QUERY = re.compile(r"\bqueryData\s*=\s*(?:\"(\{.*?\})\"|'(\{.*?\})')", re.IGNORECASE | re.DOTALL)
_PAIR = re.compile(r"['\"](\w+)['\"]\s*:\s*['\"]([^'\"]*)['\"]")
_PAGE_SIZE = 15


class Jpaas:
    """Reads ``queryData`` from the page: its ids differ per site and per column."""

    family = ListingFamily.JPAAS

    def fits(self, page: Page) -> bool:
        return "jpaas-publish-server" in page.text and _UNIT.search(page.text) is not None

    def read(self, page: Page, asked: ListRequest) -> Listed:
        if "endpoint" not in asked.state:
            return Listed((), self._first(page, asked), is_shell=True)
        try:
            html = json.loads(page.text)["data"]["html"]
        except (ValueError, KeyError, TypeError):
            return Listed(())
        links = links_in(html, asked.state["column"])
        if not links:
            return Listed(())  # an empty page is the end
        return Listed(links, self._page(asked.state, int(asked.state["number"]) + 1, asked.page + 1))

    def _first(self, page: Page, asked: ListRequest) -> ListRequest | None:
        tag = _UNIT.search(page.text)
        if tag is None:
            return None
        url, query = _URL.search(tag[0]), _QUERY.search(tag[0])
        pairs = dict(_PAIR.findall(query[1] or query[2])) if query else {}
        state = {
            **asked.state,
            "column": page.url,
            "endpoint": urljoin(page.url, url[2] if url else "/api-gateway/jpaas-publish-server/front/page/build/unit"),
            "query": urlencode(pairs),
        }
        # The shell was page one without links: the data's first page may hold none that are new and still count.
        return self._page(state, 1, asked.page)

    def _page(self, state: dict[str, str], number: int, page: int) -> ListRequest:
        paging = json.dumps({"pageNo": number, "pageSize": _PAGE_SIZE}, separators=(",", ":"))
        query = f"{state['query']}&{urlencode({'paramJson': paging, 'pageNo': number})}"
        request = Request(f"{state['endpoint']}?{query}", None, (("Referer", state["column"]),))
        return ListRequest(request, self.family, page, {**state, "number": str(number)})
