"""安徽系 ``/public/column/<organ>``: the list is fetched by Ajax from a label service with ``pageIndex``."""

import re
from html import unescape
from urllib.parse import parse_qsl, urlencode, urljoin, urlsplit

from pipelines.crawl.classification.page import Page
from pipelines.crawl.fetching.http_client import Request
from pipelines.crawl.site_families.base import Link, Listed, ListRequest, anchors, links_of
from schemas.site_families import ListingFamily

_COLUMN = re.compile(r"/public/column/\d+")
_LABEL = re.compile(r"['\"]([^'\"\s]*(?:labelName=publicInfoList|publicInfoList)[^'\"\s]*)['\"]")
_SELECTOR = "div.gk_list ul li a, ul.xxgk_list li a, a.title"


class Anhui:
    """Also 四川蓬安 and 青海海北."""

    family = ListingFamily.ANHUI

    def fits(self, page: Page) -> bool:
        return _COLUMN.search(urlsplit(page.url).path) is not None and (
            "publicInfoList" in page.text or "gk_list" in page.text or "/public/" in page.text
        )

    def read(self, page: Page, asked: ListRequest) -> Listed:
        links = _list_links(page, asked.state.get("column", page.url))
        if "endpoint" in asked.state:
            number = int(asked.state["number"])
            return Listed(links, self._page(asked.state, number + 1, asked.page + 1) if links else None)
        label = _LABEL.search(page.text)
        endpoint = urljoin(page.url, unescape(label[1])) if label else page.url
        state = {**asked.state, "column": page.url, "endpoint": endpoint}
        # Without a label address the page itself takes pageIndex and shows its first page already.
        return Listed(links, self._page(state, 1 if label else 2, asked.page + 1), is_shell=label is not None)

    def _page(self, state: dict[str, str], number: int, page: int) -> ListRequest:
        parts = urlsplit(state["endpoint"])
        query = dict(parse_qsl(parts.query, keep_blank_values=True)) | {"pageIndex": str(number)}
        request = Request(parts._replace(query=urlencode(query)).geturl(), None, (("Referer", state["column"]),))
        return ListRequest(request, self.family, page, {**state, "number": str(number)})


def _list_links(page: Page, column: str) -> tuple[Link, ...]:
    """Links of the list block; all links of the page when it has none."""
    if page.tree.css_first(_SELECTOR) is None:
        return anchors(page) if page.url == column else ()
    wanted = {node.attributes.get("href") for node in page.tree.css(_SELECTOR)}
    resolved = {urljoin(column, href.strip()) for href in wanted if href}
    return tuple(link for link in links_of(page.tree, column) if link.url in resolved)
