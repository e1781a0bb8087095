"""开普 UCAP: the articles of a channel as JSON from ``/common/search/<channelId>``; 湖南 has its service on a host of its own."""

import re
from dataclasses import replace
from urllib.parse import urlencode, urljoin, urlsplit

from pipelines.crawl.classification.page import Page
from pipelines.crawl.fetching.http_client import Request
from pipelines.crawl.site_families.base import Listed, ListRequest, by_script, site_root
from pipelines.crawl.site_families.interfaces.numbered import Answer, NumberedList, State, json_of, whole
from pipelines.crawl.site_families.links import anchors, named
from pipelines.crawl.site_families.paging.scripts import Scripts
from schemas.site_families import ListingFamily

_PATHS = ("/common/search/", "/searchList/", "/search/")
_HUNAN = "https://api.hunan.gov.cn/search/common/search/"
_CHANNEL = re.compile(r"channel_?id['\"]?\s*[:=]\s*['\"]\s*([0-9a-f]{32}|\d{4,12})\s*['\"]", re.IGNORECASE)
_ADDRESS = re.compile(
    r"[\"'`]([^\"'`\s?]*?/(?:common/search|searchList|search))/(?:([0-9a-f]{32}|\d{4,12})\b|[\"'`$])", re.I
)
_PATH = re.compile(r"/(?:common/search|searchList|search)/", re.IGNORECASE)
_JOINED = re.compile(r"(\S*?/(?:common/search|searchList|search))/([0-9a-f]{32}|\d{4,12})\b", re.IGNORECASE)
_CODE = re.compile(r"/(c\d{4,9})(?=/|$)")
_LIST_CODE = re.compile(r"[\"'`]([^\"'`\s?]*/getChannelList)\b")
_REPORTS = re.compile(r"年报|年度报告|信息公开")
_MOST_CHANNELS = 20
_PAGE_SIZE = 20


class UcapSearch(NumberedList):
    """The channel is a variable of the page, or has to be asked for by the code in the address (``c111344``)."""

    family = ListingFamily.UCAP_SEARCH

    def fits(self, page: Page) -> bool:
        """Whether the page requests the articles of a channel."""
        text = page.scripts
        if (
            _LIST_CODE.search(text) is not None
            or "_isAgg" in text
            or "common/search/" in text
            or "/searchList/" in text
        ):
            known = _CHANNEL.search(page.text) or _CODE.search(page.url)
            return known is not None or bool(_joined(Scripts.of(page)))
        return False

    def read(self, page: Page, asked: ListRequest) -> Listed:
        """The column page, the list of its channels, or articles."""
        if asked.state.get("step") == "channels":
            first, *others = [*map(self._unit, self._channels(page, asked.state))] or [None]
            return Listed((), first, is_shell=first is not None, branches=tuple(filter(None, others)))
        listed = super().read(page, asked)
        if listed.next is None and "number" not in asked.state:
            return Listed(anchors(page), channel_list(page.url, Scripts.of(page), asked), is_shell=True)
        return listed

    def units(self, page: Page, asked: ListRequest) -> list[list[State]]:
        """Requests for the page's own channel: as its script makes them, then as others do."""
        scripts = Scripts.of(page)
        meta = page.tree.css_first("meta[name='channelid' i]")
        found = _CHANNEL.search(scripts.text)
        printed = [*_joined(scripts), *_ADDRESS.findall(scripts.text)]
        channels = [
            (meta.attributes.get("content") or "").strip() if meta is not None else "",
            found[1] if found else "",
        ]
        named = [*(channel for _, channel in printed if channel), *reversed(channels)]
        named = [*dict.fromkeys(channel for channel in named if channel)]
        bases = [*dict.fromkeys(f"{base}/" for base, _ in printed)]
        state = {**asked.state, "column": page.url}
        joined = {channel for _, channel in printed if channel}
        return [_ways(page.url, channel, bases, state) for channel in named[: max(1, len(joined))][:_MOST_CHANNELS]]

    def request(self, state: State, number: int) -> Request:
        """GET; 湖南 wants a POST that names the state an article must have."""
        query = urlencode(
            {"_isAgg": "true", "_isJson": "true", "_pageSize": _PAGE_SIZE, "_template": "index", "_rangeTimeGte": "",
             "_channelName": "", "page": number}
        )  # fmt: skip
        url = f"{state['endpoint']}?{query}"
        if state.get("method") != "POST":
            return by_script(url, state["column"])
        form = {"datas[0][key]": "status", "datas[0][value]": "1", "page": number, "_pageSize": _PAGE_SIZE}
        return by_script(url, state["column"], urlencode(form).encode())

    def answer(self, page: Page, state: State) -> Answer:
        """``data.results`` with ``total`` articles, ``rows`` of them a page."""
        data = json_of(page)["data"]
        pairs = ((str(item.get("url") or ""), _plain(item.get("title"))) for item in data.get("results") or [])
        links = named(pairs, state["column"])
        return Answer(links, whole(data.get("total")), size=whole(data.get("rows")) or len(links))

    def _channels(self, page: Page, state: State) -> list[list[State]]:
        """The children that are called like reports; all, when none is; the channel itself, when it has none."""
        results = json_of(page)["results"]
        results = results[0] if isinstance(results, list) else results
        children = [child for child in results.get("children") or [] if child.get("channelId")]
        called = [
            child for child in children if _REPORTS.search(str(child.get("displayName") or child.get("name") or ""))
        ]
        chosen = called or children or ([results] if results.get("channelId") else [])
        bases = [f"{site_root(page.url)}{urlsplit(page.url).path.rpartition('/')[0]}/search/"]
        state = {key: value for key, value in state.items() if key != "step"}
        return [_ways(state["column"], str(child["channelId"]), bases, state) for child in chosen[:_MOST_CHANNELS]]


def _joined(scripts: Scripts) -> list[tuple[str, str]]:
    """(base, channel) of the addresses that a script joins, whatever its variables are called."""
    matches = (_JOINED.match(text) for text in scripts.addresses(_PATH))
    return [(match[1], match[2]) for match in matches if match is not None]


_DIRECTORY = re.compile(r"/c\d{5,9}/?$")
_NAMES = ("list", "xxgk_list", "zfxxgk", "zfxxgk_list", "common_list", "zfxxgk_gknrz")


def names_of_directory(asked: ListRequest) -> list[ListRequest]:
    """What to request when the directory of a channel has no index: the names that static lists have there, then its channels."""
    url = asked.request.url
    if not _DIRECTORY.search(urlsplit(url).path):
        return []
    root = url.partition("?")[0].rstrip("/")
    named_files = [replace(asked, request=Request(f"{root}/{name}.shtml")) for name in _NAMES]
    channels = channel_list(url, None, asked)
    return named_files + ([channels, *channels.alternatives] if channels is not None else [])


def channel_list(url: str, scripts: Scripts | None, asked: ListRequest) -> ListRequest | None:
    """The request for the channels below the code in a column's address; None without a code."""
    codes = _CODE.findall(urlsplit(url).path)
    if not codes:
        return None
    before = urlsplit(url).path.partition(f"/{codes[-1]}")[0].strip("/").split("/")[0]
    site = (scripts.variable("websiteCodeName", "webSiteCodeName", "websiteCode") if scripts else None) or before
    site = site or (urlsplit(url).hostname or "").split(".")[0]
    query = urlencode({"channelCode": codes[-1], "websiteCodeName": site})
    printed = _LIST_CODE.search(scripts.text) if scripts else None
    paths = dict.fromkeys([*([printed[1]] if printed else []), "/common/getChannelList", "/getChannelList"])
    state = {**asked.state, "step": "channels", "column": url}
    first, *others = (
        ListRequest(by_script(f"{urljoin(url, path)}?{query}", url), ListingFamily.UCAP_SEARCH, 1, state)
        for path in paths
    )
    return first.with_alternatives(*others)


def _ways(column: str, channel: str, bases: list[str], state: State) -> list[State]:
    host = urlsplit(column).hostname or ""
    usual = [_HUNAN] if host.endswith("hunan.gov.cn") and channel.isdigit() else [*_PATHS]
    endpoints = dict.fromkeys(urljoin(column, base) for base in [*bases, *usual])
    ways = []
    for base in endpoints:
        methods = ("POST", "GET") if "/search/common/search/" in base else ("GET",)
        ways += [{**state, "endpoint": f"{base}{channel}", "method": method} for method in methods]
    return ways


def _plain(title: object) -> str:
    """A title without the marks of a hit."""
    return re.sub(r"<[^>]*>", "", str(title or ""))
