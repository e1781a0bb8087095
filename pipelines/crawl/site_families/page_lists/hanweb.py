"""大汉 Hanweb: the jpage list with its data proxy, the annual-report endpoint that years and agencies enumerate, and the
search of its 信息公开 module."""

import re
from html import unescape
from urllib.parse import parse_qs, parse_qsl, urlencode, urljoin, urlsplit

from pipelines.crawl.classification.page import Page
from pipelines.crawl.fetching.http_client import Request
from pipelines.crawl.site_families.base import Extent, Listed, ListRequest, by_script
from pipelines.crawl.site_families.interfaces.datastore import Datastore, answered_store, embedded_stores
from pipelines.crawl.site_families.interfaces.numbered import Answer, NumberedList, State
from pipelines.crawl.site_families.links import Link, anchors, links_of
from pipelines.crawl.site_families.paging.page_counts import printed_count
from pipelines.crawl.site_families.paging.script_text import flat
from pipelines.crawl.site_families.paging.scripts import Scripts
from schemas.site_families import ListingFamily
from schemas.sources import FIRST_REPORT_YEAR

_DEFAULT_PROXY = "/module/web/jpage/dataproxy.jsp"
_PROXY = re.compile(r"[\"'`]([^\"'`\s?]*dataproxy\.jsp)(?:\?([^\"'`\s]*))?[\"'`]", re.IGNORECASE)
_WINDOW = 90  # a perpage above ~300 is truncated by the server, and up to 100 is safe
_ANNUAL = re.compile(r"(?<![\w./:%-])[\w./:%-]*xxgkAnnualReport\.jsp\?[^\"'<>\s]+", re.IGNORECASE)
_MODULE = re.compile(r"(?<![\w./:%-])([\w./:%-]*/module/xxgk/)(?:tree|search)\.jsp(?:\?([^\"'<>\s]*))?", re.IGNORECASE)
_FORM = re.compile(r"[\"'`]((?:[\w.]+=[^\"'`&\s]*&)*infotypeId=[^\"'`\s]*)[\"'`]")
_SEARCHED = ("infotypeId", "jdid", "divid", "area", "sortfield")


class HanwebJpage:
    """``proxyUrl`` and ``ajaxParam`` are enough to ask for any rows; the first may stand in the page as XML."""

    family = ListingFamily.HANWEB_JPAGE

    def fits(self, page: Page) -> bool:
        """Whether a list is filled through the data proxy."""
        text = page.text
        if "getMessage.do" in text or "/truecms/" in text.lower():
            return False
        return "dataproxy.jsp" in text or ("jpage" in text and ("proxyUrl" in text or "<datastore>" in text))

    def read(self, page: Page, asked: ListRequest) -> Listed:
        """The column page, or an answer of the proxy."""
        if "proxy" in asked.state:
            return self._read_answer(page, asked)
        stores = embedded_stores(page)
        links = dict.fromkeys([*anchors(page), *(link for store in stores for link in store.links)])
        units = [self._first(page, asked, number, state, stores) for number, state in enumerate(_units(page))]
        asks = [unit for unit in units if unit is not None]
        first = asks[0] if asks else None
        return Listed(tuple(links), first, is_shell=first is not None and not stores, branches=tuple(asks[1:]))

    def after(self, asked: ListRequest) -> ListRequest | None:
        """The window behind one that failed."""
        if "proxy" not in asked.state or asked.state["mode"] == "page":
            return None
        state = {**asked.state, "seen": str(int(asked.state["seen"]) + _WINDOW)}
        return self._window(state, asked.page + 1, asked.promised)

    def _first(
        self, page: Page, asked: ListRequest, number: int, unit: State, stores: list[Datastore]
    ) -> ListRequest | None:
        store = stores[number] if number < len(stores) else None
        if store is not None and store.total and store.n_records >= store.total:
            return None  # all of it stands in the page
        state = {**asked.state, **unit, "column": page.url, "seen": "0", "head": "", "mode": "window"}
        window = self._window(state, 1)
        by_get = ListRequest(by_script(window.request.url, page.url), self.family, 1, {**window.state, "method": "GET"})
        if store is None or store.next_group is None:
            return window.with_alternatives(by_get)
        # Some servers answer only the group links that the page and each answer print.
        group = self._group(
            urljoin(unit["proxy"], unescape(store.next_group)), {**state, "seen": str(store.n_records)}, 2
        )
        return window.with_alternatives(by_get, group)

    def _read_answer(self, page: Page, asked: ListRequest) -> Listed:
        state = asked.state
        store = answered_store(page.text, state["column"])
        if store is None or not store.links:
            return Listed((), extent=Extent(asked.promised))
        head = store.links[0].url
        if state["mode"] == "window" and int(state["seen"]) and head == state["head"]:
            # The server ignores startrecord and honours only ``page``: what it answered are the first rows once more.
            return Listed((), self._page({**state, "mode": "page"}, 2, asked.page, asked.promised), is_shell=True)
        seen = int(state["seen"]) + store.n_records
        pages = asked.page + -(-max(store.total - seen, 0) // _WINDOW) if store.total else 0
        extent = Extent(pages, store.total)
        if store.total and seen >= store.total:
            return Listed(store.links, extent=extent)
        state = {**state, "seen": str(seen), "head": state["head"] or head}
        return Listed(store.links, self._behind(state, asked.page + 1, pages, store.next_group), extent=extent)

    def _behind(self, state: State, page: int, promised: int, group: str | None) -> ListRequest | None:
        match state["mode"]:
            case "window":
                return self._window(state, page, promised)
            case "page":
                return self._page(state, int(state["number"]) + 1, page, promised)
            case _:
                return self._group(urljoin(state["proxy"], unescape(group)), state, page) if group else None

    def _window(self, state: State, page: int, promised: int = 0) -> ListRequest:
        start = int(state["seen"]) + 1
        where = {"startrecord": start, "endrecord": start + _WINDOW - 1, "perpage": _WINDOW}
        return ListRequest(self._request(where, state), self.family, page, state, promised=promised)

    def _page(self, state: State, number: int, page: int, promised: int) -> ListRequest:
        state = {**state, "number": str(number)}
        where = {"page": number, "perpage": _WINDOW}
        return ListRequest(self._request(where, state), self.family, page, state, promised=promised)

    def _group(self, url: str, state: State, page: int) -> ListRequest:
        return ListRequest(by_script(url, state["column"]), self.family, page, {**state, "mode": "group"})

    def _request(self, where: dict[str, int], state: State) -> Request:
        """Arguments in the address and in the form: servers read the one or the other."""
        url = f"{state['proxy']}?{urlencode(where)}" + (f"&{state['body']}" if state["body"] else "")
        body = None if state.get("method") == "GET" else state["body"].encode()
        return by_script(url, state["column"], body)


def _units(page: Page) -> list[State]:
    """Proxy and arguments of each list that a script fills."""
    scripts, found = Scripts.of(page), []
    for options in [*scripts.objects("ajaxParam")] or [*scripts.objects("proxyUrl")]:
        proxy, arguments = options.get("proxyUrl"), options.get("ajaxParam")
        body = arguments if isinstance(arguments, str) else urlencode(flat(arguments))
        found.append({"proxy": urljoin(page.url, proxy if isinstance(proxy, str) else _DEFAULT_PROXY), "body": body})
    if not found and (arguments := scripts.variable("ajaxParam")) is not None:
        proxy = urljoin(page.url, scripts.variable("proxyUrl") or _DEFAULT_PROXY)
        found.append({"proxy": proxy, "body": arguments})
    if not found and (quoted := _PROXY.search(unescape(page.text))) is not None:
        pairs = [
            (key, value) for key, value in parse_qsl(quoted[2] or "", keep_blank_values=True) if key not in _PAGING
        ]
        found.append({"proxy": urljoin(page.url, quoted[1]), "body": urlencode(pairs)})
    return found


_PAGING = frozenset({"page", "perpage", "startrecord", "endrecord"})


class HanwebAnnual:
    """A page that names agencies of ``xxgkAnnualReport.jsp``: each agency is asked for every report year."""

    family = ListingFamily.HANWEB_ANNUAL

    def fits(self, page: Page) -> bool:
        """Whether the page links to the endpoint."""
        return _ANNUAL.search(page.text) is not None

    def after(self, asked: ListRequest) -> ListRequest | None:
        """None: there is one page."""
        return None

    def read(self, page: Page, asked: ListRequest) -> Listed:
        """One link for every agency and year."""
        latest = int(asked.state.get("latest_year", "0"))
        endpoints = dict.fromkeys(urljoin(page.url, unescape(found)) for found in _ANNUAL.findall(page.text))
        links: dict[str, Link] = {link.url: link for link in anchors(page) if "xxgkAnnualReport" not in link.url}
        for endpoint in endpoints:
            parts = urlsplit(endpoint)
            area = parse_qs(parts.query).get("area", [""])[0]
            years = range(latest, FIRST_REPORT_YEAR - 1, -1) if latest else parse_qs(parts.query).get("fbtime", [])
            for year in years:
                url = parts._replace(query=urlencode({"fbtime": year, "area": area})).geturl()
                links[url] = Link(url, f"{year}年政府信息公开工作年度报告")
        return Listed(tuple(links.values()))


class HanwebSearch(NumberedList):
    """The 信息公开 module: a tree of an agency's catalogue beside a list that ``search.jsp`` answers to a POST.

    It answers with everything the agency (``area``, which may be empty) has published, page by page (``currpage``); the titles
    decide which of it is a report.
    """

    family = ListingFamily.HANWEB_SEARCH

    def fits(self, page: Page) -> bool:
        """Whether the module's search or tree is named, with what it is asked for."""
        found = _MODULE.search(page.text)
        return found is not None and (bool(found[2]) or "infotypeId" in page.text)

    def units(self, page: Page, asked: ListRequest) -> list[list[State]]:
        """The arguments stand in the module's address, in a form in quotes, in an object or in variables."""
        scripts = Scripts.of(page)
        found: list[dict[str, str]] = []
        base = ""
        for match in _MODULE.finditer(unescape(page.text)):
            base = base or urljoin(page.url, match[1])
            found.append(dict(parse_qsl(match[2] or "", keep_blank_values=True)))
        found += [dict(parse_qsl(form, keep_blank_values=True)) for form in _FORM.findall(unescape(scripts.text))]
        lists = [said for said in map(flat, scripts.objects("infotypeId")) if "infotypeId" in said]
        loose = {name: value for name in _SEARCHED if (value := scripts.variable(name)) is not None}
        common = {key: value for said in (loose, *found) for key, value in said.items() if value}
        queries = dict.fromkeys(_searched(common | said) for said in lists or [{}])
        state = {**asked.state, "column": page.url, "endpoint": f"{base}search.jsp"}
        return [[{**state, "query": query}] for query in queries]

    def request(self, state: State, number: int) -> Request:
        """A form; the same arguments stand in the address too, as the site's script has it."""
        query = f"{state['query']}&{urlencode({'currpage': number})}"
        return by_script(f"{state['endpoint']}?{query}", state["column"], query.encode())

    def answer(self, page: Page, state: State) -> Answer:
        """A fragment of HTML with a pager in words."""
        return Answer(links_of(page.tree, state["column"]), pages=printed_count(page.text))


def _searched(said: dict[str, str]) -> str:
    kept = {name: said.get(name, "") for name in _SEARCHED} | {
        key: value for key, value in said.items() if key not in ("currpage", "requestUrl", "url", "type")
    }
    return urlencode(kept)
