"""TrueCMS (南通, 如皋, 连云港 …): the first rows in the page, all rows from ``getMessage.do`` as JSONP around XML."""

import json
import re
from urllib.parse import urlencode, urljoin, urlsplit

from pipelines.crawl.classification.page import Page
from pipelines.crawl.site_families.base import Extent, Listed, ListRequest, by_script
from pipelines.crawl.site_families.interfaces.datastore import answered_store, embedded_stores
from pipelines.crawl.site_families.interfaces.numbered import State
from pipelines.crawl.site_families.links import anchors
from schemas.site_families import ListingFamily

_ENDPOINT = re.compile(r"(?<![\w./:-])[\w./:-]*/truecms/messageController/getMessage\.do", re.IGNORECASE)
_COLUMN_ID = re.compile(
    r"columnId['\"]?\s*(?:[:=]|value\s*=)\s*['\"]?([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})",
    re.IGNORECASE,
)
_JSONP = re.compile(r"^[^(]*\((.*)\)\s*;?\s*$", re.DOTALL)
# 南通 answers at most 50 records, 如皋 fewer; a wider window is answered empty or with 404 (docs/domain/site-families.md).
_WINDOWS = (50, 20, 10)


class TrueCms:
    """Asked from row 1: ``#initData`` holds the first rows, but a script only *builds* a ``<datastore>`` from it, in a string.

    The Referer is required: 如皋 answers 404 without it.
    """

    family = ListingFamily.TRUECMS

    def fits(self, page: Page) -> bool:
        """Whether rows come from the message controller."""
        return "getMessage.do" in page.text and _ENDPOINT.search(page.text) is not None

    def read(self, page: Page, asked: ListRequest) -> Listed:
        """The column page, or a window of rows."""
        if "seen" in asked.state:
            return self._read_window(page, asked)
        stores = embedded_stores(page)
        links = tuple(dict.fromkeys([*(link for store in stores for link in store.links), *anchors(page)]))
        columns = dict.fromkeys(_COLUMN_ID.findall(page.text))
        endpoint = _ENDPOINT.search(page.text)
        if endpoint is None or not columns:
            return Listed(links)
        url = urljoin(page.url, endpoint[0])
        state = {**asked.state, "column": page.url, "endpoint": url, "seen": "0"}
        units = [self._windows({**state, "columnId": column}, 1, _WINDOWS) for column in columns]
        is_shell = not stores and page.tree.css_first("#initData a") is None
        return Listed(links, units[0], is_shell=is_shell, branches=tuple(units[1:]))

    def after(self, asked: ListRequest) -> ListRequest | None:
        """None: how wide the next window may be is only known from an answer."""
        return None

    def _read_window(self, page: Page, asked: ListRequest) -> Listed:
        store = answered_store(_unwrap(page.text), asked.state["column"])
        if store is None or store.n_records == 0:
            return Listed((), extent=Extent(asked.promised))
        seen, window = int(asked.state["seen"]) + store.n_records, int(asked.state["window"])
        pages = asked.page + -(-max(store.total - seen, 0) // window) if store.total else 0
        extent = Extent(pages, store.total)
        if store.total and seen >= store.total:
            return Listed(store.links, extent=extent)
        smaller = tuple(size for size in _WINDOWS if size <= window)
        return Listed(
            store.links,
            self._windows({**asked.state, "seen": str(seen)}, asked.page + 1, smaller, pages),
            extent=extent,
        )

    def _windows(self, state: State, page: int, windows: tuple[int, ...], promised: int = 0) -> ListRequest:
        first, *others = (self._window(state, page, size, promised) for size in windows)
        own = urljoin(state["column"], urlsplit(state["endpoint"]).path)
        if own != state["endpoint"]:  # an address inside the government's network: the site itself answers too
            others += [self._window({**state, "endpoint": own}, page, size, promised) for size in windows]
        return first.with_alternatives(*others)

    def _window(self, state: State, page: int, size: int, promised: int) -> ListRequest:
        start = int(state["seen"]) + 1
        query = urlencode(
            {
                "startrecord": start,
                "endrecord": start + size - 1,
                "perpage": size,
                "contentTemplate": "",
                "columnId": state["columnId"],
                "callback": "cb",
            }
        )
        request = by_script(f"{state['endpoint']}?{query}", state["column"])
        return ListRequest(request, self.family, page, {**state, "window": str(size)}, promised=promised)


def _unwrap(text: str) -> str:
    """The datastore inside ``cb({"result": "<datastore>…"})``; the text itself when it is not wrapped."""
    wrapped = _JSONP.match(text.strip())
    try:
        return str(json.loads(wrapped[1] if wrapped else text)["result"])
    except (ValueError, KeyError, TypeError):
        return text
