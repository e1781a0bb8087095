"""大汉 Hanweb: the jpage list with its data proxy, the annual-report endpoint that years and agencies enumerate, and the
search of its 信息公开 module."""

import re
from urllib.parse import parse_qs, urlencode, urljoin, urlsplit

from pipelines.crawl.classification.page import Page
from pipelines.crawl.fetching.http_client import Request
from pipelines.crawl.site_families.base import Link, Listed, ListRequest, anchors
from pipelines.crawl.site_families.datastore import Datastore, read_datastore
from schemas.site_families import ListingFamily
from schemas.sources import FIRST_REPORT_YEAR

_PROXY = re.compile(r"proxyUrl\s*:\s*['\"]([^'\"]+)['\"]")
_PARAMETERS = re.compile(r"ajaxParam\s*:\s*\{([^}]*)\}", re.DOTALL)
_PAIR = re.compile(r"['\"]?(\w+)['\"]?\s*:\s*(?:'([^']*)'|\"([^\"]*)\"|([\w./-]+))")
_DEFAULT_PROXY = "/module/web/jpage/dataproxy.jsp"
_WINDOW = 90  # a perpage above ~300 is truncated by the server, and up to 100 is safe
_ANNUAL = re.compile(r"[\w./:%-]*xxgkAnnualReport\.jsp\?[^\"'<>\s]+", re.IGNORECASE)
_MODULE = re.compile(r"([\w./:%-]*/module/xxgk/)(?:tree|search)\.jsp\?([^\"'<>\s]*\barea=[^\"'<>\s]+)", re.IGNORECASE)


class HanwebJpage:
    """Column pages whose first group is embedded as XML; the rest comes from ``dataproxy.jsp``."""

    family = ListingFamily.HANWEB_JPAGE

    def fits(self, page: Page) -> bool:
        text = page.text
        return "<datastore>" in text and ("dataproxy.jsp" in text or "jpage" in text) and "getMessage.do" not in text

    def read(self, page: Page, asked: ListRequest) -> Listed:
        store = read_datastore(page.text, asked.state.get("column", page.url))
        if store is None:
            return Listed(anchors(page) if asked.page == 1 else ())
        state = asked.state if "seen" in asked.state else _first_state(page)
        seen = int(state["seen"]) + store.n_records
        finished = store.n_records == 0 or (store.total is not None and seen >= store.total)
        links = store.links
        if finished:
            return Listed(links)
        return Listed(links, self._next(asked, {**state, "seen": str(seen)}, store))

    def _next(self, asked: ListRequest, state: dict[str, str], store: Datastore) -> ListRequest | None:
        start = int(state["seen"]) + 1
        end = start + _WINDOW - 1 if store.total is None else min(start + _WINDOW - 1, store.total)
        page = asked.page + 1
        window = urlencode({"startrecord": start, "endrecord": end, "perpage": end - start + 1})
        referer = (("Referer", state["column"]), ("Content-Type", "application/x-www-form-urlencoded"))
        by_window = ListRequest(
            Request(f"{state['proxy']}?{window}", state["body"].encode(), referer),
            self.family,
            page,
            {**state, "mode": "window"},
        )
        if store.next_group is None:
            return by_window if state["body"] else None
        # Some servers ignore startrecord and honour only ``page``: then the page's own next-group link works.
        grouped = urljoin(state["proxy"], store.next_group.replace("&amp;", "&"))
        by_group = ListRequest(Request(grouped, None, referer[:1]), self.family, page, {**state, "mode": "group"})
        if state.get("mode") == "group" or not state["body"]:
            return by_group
        return by_window.with_alternatives(by_group)


def _first_state(page: Page) -> dict[str, str]:
    parameters = _PARAMETERS.search(page.text)
    pairs = {m[1]: m[2] or m[3] or m[4] or "" for m in _PAIR.finditer(parameters[1])} if parameters else {}
    proxy = _PROXY.search(page.text)
    return {
        "column": page.url,
        "proxy": urljoin(page.url, proxy[1] if proxy else _DEFAULT_PROXY),
        "body": urlencode(pairs),
        "seen": "0",
        "mode": "",
    }


class HanwebAnnual:
    """A page that names agencies of ``xxgkAnnualReport.jsp``: each agency is asked for every report year."""

    family = ListingFamily.HANWEB_ANNUAL

    def fits(self, page: Page) -> bool:
        return _ANNUAL.search(page.text) is not None

    def read(self, page: Page, asked: ListRequest) -> Listed:
        latest = int(asked.state.get("latest_year", "0"))
        endpoints = dict.fromkeys(
            urljoin(page.url, found.replace("&amp;", "&")) for found in _ANNUAL.findall(page.text)
        )
        links: dict[str, Link] = {}
        for endpoint in endpoints:
            parts = urlsplit(endpoint)
            area = parse_qs(parts.query).get("area", [""])[0]
            years = range(latest, FIRST_REPORT_YEAR - 1, -1) if latest else parse_qs(parts.query).get("fbtime", [])
            for year in years:
                url = parts._replace(query=urlencode({"fbtime": year, "area": area})).geturl()
                links[url] = Link(url, f"{year}年政府信息公开工作年度报告")
        return Listed(tuple(links.values()))


class HanwebSearch:
    """The 信息公开 module: a tree of an agency's catalogue beside a list that ``search.jsp`` answers to a POST.

    It answers with everything the agency (``area``) has published, page by page (``currpage``); the titles decide which
    of it is a report.
    """

    family = ListingFamily.HANWEB_SEARCH

    def fits(self, page: Page) -> bool:
        return _MODULE.search(page.text) is not None

    def read(self, page: Page, asked: ListRequest) -> Listed:
        links = anchors(page)
        if "area" in asked.state:
            return Listed(links, self._page(asked.state, int(asked.state["number"]) + 1, asked.page + 1))
        found = _MODULE.search(page.text)
        if found is None:
            return Listed(links)
        query = parse_qs(found[2].replace("&amp;", "&"))
        state = {
            **asked.state, "column": page.url, "endpoint": urljoin(page.url, f"{found[1]}search.jsp"),
            "area": query.get("area", [""])[0], "infotype": query.get("infotypeId", [""])[0],
        }  # fmt: skip
        return Listed(links, self._page(state, 1, asked.page), is_shell=True)

    def _page(self, state: dict[str, str], number: int, page: int) -> ListRequest:
        query = urlencode({"infotypeId": state["infotype"], "area": state["area"], "currpage": number})
        headers = (("Referer", state["column"]), ("Content-Type", "application/x-www-form-urlencoded"))
        request = Request(f"{state['endpoint']}?{query}", query.encode(), headers)
        return ListRequest(request, self.family, page, {**state, "number": str(number)})
