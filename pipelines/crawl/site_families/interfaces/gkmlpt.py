"""广东 gkmlpt 统一平台: JSON from ``/gkmlpt/api/all/<category>?page=n&sid=<site>``, a hundred articles a page."""

import re
from collections.abc import Iterator
from urllib.parse import urlsplit

from pipelines.crawl.classification.page import Page
from pipelines.crawl.fetching.http_client import Request
from pipelines.crawl.site_families.base import ListRequest, by_script, site_root
from pipelines.crawl.site_families.interfaces.numbered import Answer, NumberedList, State, json_of, whole
from pipelines.crawl.site_families.links import named
from pipelines.crawl.site_families.paging.script_text import Value
from pipelines.crawl.site_families.paging.scripts import Scripts
from schemas.site_families import ListingFamily

_SID = re.compile(r"\bSID['\"]?\s*[:=]\s*['\"]?(\d+)", re.IGNORECASE)
_CATEGORY = re.compile(
    r"(?:/gkmlpt/api/all/|(?:CATE(?:GORY)?|COLUMN|ANNUAL_?REPORT)_?(?:ID)?['\"]?\s*[:=]\s*['\"]?)(\d+)", re.IGNORECASE
)
_REPORTS = (
    re.compile(r"^政府信息公开(?:工作)?(?:年报|年度报告)$"),
    re.compile(r"信息公开.*(?:年报|年度报告)"),
    re.compile(r"年报|年度报告"),
)
_PER_PAGE = 100  # an article that comes back under a new id makes a page longer
_NO_REPORTS = re.compile(r"法治|网站|统计|企业|解读|制度|指南")


class Gkmlpt(NumberedList):
    """One pattern unlocks about forty sites of the province. The same address may come back under a new id."""

    family = ListingFamily.GKMLPT

    def fits(self, page: Page) -> bool:
        """Whether the page is of the platform and says which site it is."""
        return ("gkmlpt" in page.url or "gkmlpt" in page.text) and _SID.search(page.text) is not None

    def units(self, page: Page, asked: ListRequest) -> list[list[State]]:
        """The category is named by the fragment of the address, or it is the one called 政府信息公开年报 in the tree."""
        sid = _SID.search(page.text)
        fragments = (urlsplit(asked.request.url).fragment, urlsplit(page.url).fragment)
        category = next((name for fragment in fragments if (name := fragment.strip("/")).isdigit()), None)
        if category is None:
            category = _of_the_tree(page)
        if category is None and (found := _CATEGORY.search(page.text)) is not None:
            category = found[1]
        if sid is None or category is None:
            return []
        prefix = urlsplit(page.url).path.partition("/gkmlpt")[0]
        endpoint = f"{site_root(page.url)}{prefix}/gkmlpt/api/all/{category}"
        return [[{**asked.state, "sid": sid[1], "column": page.url, "endpoint": endpoint}]]

    def request(self, state: State, number: int) -> Request:
        """Pages count from 1."""
        return by_script(f"{state['endpoint']}?page={number}&sid={state['sid']}", state["column"])

    def answer(self, page: Page, state: State) -> Answer:
        """``total`` may be missing; then the category says how many articles it has. None is the end."""
        data = json_of(page)
        articles = data.get("articles") or []
        pairs = (
            (str(item.get("url") or item.get("post_url") or ""), str(item.get("title") or "")) for item in articles
        )
        classify = data.get("classify")
        total = whole(data.get("total")) or (whole(classify.get("post_count")) if isinstance(classify, dict) else 0)
        return Answer(named(pairs, state["column"]), total, size=min(len(articles), _PER_PAGE))


def _of_the_tree(page: Page) -> str | None:
    """Id of the node of ``window._CONFIG.TREE`` that is called like the annual reports."""
    scripts = Scripts.of(page)
    nodes = []
    for match in re.finditer(r"TREE['\"]?\s*[:=]\s*(?:JSON\.parse\(\s*)?(?=(['\"\[{]))", scripts.text):
        tree = scripts.literal(match.end())
        if isinstance(tree, str):  # JSON in a string
            tree = Scripts(tree, page.url, {}).literal(0)
        nodes += list(_nodes(tree))
    for wanted in _REPORTS:
        for node_id, name in nodes:
            if wanted.search(name) and not _NO_REPORTS.search(name):
                return node_id
    return None


def _nodes(tree: Value) -> Iterator[tuple[str, str]]:
    if isinstance(tree, list):
        for item in tree:
            yield from _nodes(item)
    elif isinstance(tree, dict):
        node_id, name = tree.get("id"), tree.get("name") or tree.get("title")
        if isinstance(node_id, str) and isinstance(name, str):
            yield node_id, name
        for value in tree.values():
            if isinstance(value, list | dict):
                yield from _nodes(value)
