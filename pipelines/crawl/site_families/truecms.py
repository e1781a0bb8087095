"""TrueCMS (南通, 如皋, 连云港 …): a datastore in the page, then ``getMessage.do`` with JSONP around XML."""

import json
import re
from urllib.parse import urlencode, urljoin

from pipelines.crawl.classification.page import Page
from pipelines.crawl.fetching.http_client import Request
from pipelines.crawl.site_families.base import Listed, ListRequest, anchors
from pipelines.crawl.site_families.datastore import read_datastore
from schemas.site_families import ListingFamily

_ENDPOINT = re.compile(r"[\w./:-]*/truecms/messageController/getMessage\.do", re.IGNORECASE)
_COLUMN_ID = re.compile(
    r"columnId['\"]?\s*(?:[:=]|value\s*=)\s*['\"]?([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})",
    re.IGNORECASE,
)
_JSONP = re.compile(r"^[^(]*\((.*)\)\s*;?\s*$", re.DOTALL)
# 南通 answers at most 50 records, 如皋 fewer; a wider window is answered empty or with 404 (domain.md §4.1).
_WINDOWS = (50, 20, 10)


class TrueCms:
    """The Referer is required: 如皋 answers 404 without it."""

    family = ListingFamily.TRUECMS

    def fits(self, page: Page) -> bool:
        return _ENDPOINT.search(page.text) is not None

    def read(self, page: Page, asked: ListRequest) -> Listed:
        if "seen" in asked.state:
            return self._read_window(page, asked)
        store = read_datastore(page.text, page.url)
        endpoint, column = _ENDPOINT.search(page.text), _COLUMN_ID.search(page.text)
        links = store.links if store is not None else anchors(page)
        if endpoint is None or column is None:
            return Listed(links)
        state = {
            "column": page.url,
            "endpoint": urljoin(page.url, endpoint[0]),
            "columnId": column[1],
            "seen": str(store.n_records if store is not None else 0),
            "total": str(store.total) if store is not None and store.total is not None else "",
        }
        return Listed(links, self._next(state, asked.page + 1, _WINDOWS))

    def _read_window(self, page: Page, asked: ListRequest) -> Listed:
        store = read_datastore(_unwrap(page.text), asked.state["column"])
        if store is None or store.n_records == 0:
            return Listed(())
        window = int(asked.state["window"])
        state = {**asked.state, "seen": str(int(asked.state["seen"]) + store.n_records)}
        smaller = tuple(size for size in _WINDOWS if size <= window)
        return Listed(store.links, self._next(state, asked.page + 1, smaller))

    def _next(self, state: dict[str, str], page: int, windows: tuple[int, ...]) -> ListRequest | None:
        if state["total"] and int(state["seen"]) >= int(state["total"]):
            return None
        first, *others = (self._window(state, page, size) for size in windows)
        return first.with_alternatives(*others)

    def _window(self, state: dict[str, str], page: int, size: int) -> ListRequest:
        start = int(state["seen"]) + 1
        query = urlencode(
            {
                "startrecord": start,
                "endrecord": start + size - 1,
                "perpage": size,
                "columnId": state["columnId"],
                "callback": "cb",
            }
        )
        request = Request(f"{state['endpoint']}?{query}", None, (("Referer", state["column"]),))
        return ListRequest(request, self.family, page, {**state, "window": str(size)})


def _unwrap(text: str) -> str:
    """The datastore inside ``cb({"result": "<datastore>…"})``; the text itself when it is not wrapped."""
    wrapped = _JSONP.match(text.strip())
    try:
        return str(json.loads(wrapped[1] if wrapped else text)["result"])
    except (ValueError, KeyError, TypeError):
        return text
