"""大汉 jpaas: the column page is a shell, its lists are JSON around HTML from ``build/unit``."""

import json
import re
from urllib.parse import urlencode, urljoin

from pipelines.crawl.classification.page import Page
from pipelines.crawl.fetching.http_client import Request
from pipelines.crawl.site_families.base import ListRequest, by_script
from pipelines.crawl.site_families.interfaces.numbered import Answer, NumberedList, State, json_of, whole
from pipelines.crawl.site_families.links import links_in
from pipelines.crawl.site_families.paging.script_text import flat
from pipelines.crawl.site_families.paging.scripts import Scripts
from schemas.site_families import ListingFamily

_UNIT = "[src*='unitbuild.js' i]"
_ENDPOINT = "/api-gateway/jpaas-publish-server/front/page/build/unit"
_LIST_NAMES = re.compile(r"list|列表|当前栏目|当前内容|内容区域|信息|ajax|右侧内容", re.IGNORECASE)
_PAGE_SIZE = 15


class Jpaas(NumberedList):
    """A page has several units (navigation, list, footer): each is asked, those named like a list first."""

    family = ListingFamily.JPAAS

    def fits(self, page: Page) -> bool:
        """Whether a unit is built by the publish server."""
        return "unitbuild.js" in page.text and page.tree.css_first(_UNIT) is not None

    def units(self, page: Page, asked: ListRequest) -> list[list[State]]:
        """``queryData`` of each unit: its ids differ per site and per column."""
        found: dict[str, tuple[bool, State]] = {}
        for node in page.tree.css(_UNIT):
            attributes = node.attributes
            data = flat(Scripts(attributes.get("querydata") or "{}", page.url, {}).literal(0))
            endpoint = urljoin(page.url, attributes.get("url") or _ENDPOINT)
            state = {**asked.state, "column": page.url, "endpoint": endpoint, "query": urlencode(data)}
            found.setdefault(f"{endpoint}?{state['query']}", (bool(_LIST_NAMES.search(data.get("tagId", ""))), state))
        return [[state] for _, state in sorted(found.values(), key=lambda unit: not unit[0])]

    def request(self, state: State, number: int) -> Request:
        """Some sites page by ``paramJson``, some by ``pageNo`` alone."""
        paging = json.dumps({"pageNo": number, "pageSize": _PAGE_SIZE}, separators=(",", ":"))
        query = f"{state['query']}&{urlencode({'paramJson': paging, 'pageNo': number})}"
        return by_script(f"{state['endpoint']}?{query}", state["column"])

    def answer(self, page: Page, state: State) -> Answer:
        """``count``, ``rows`` and ``pageno`` stand beside the HTML, or beside ``data``."""
        whole_answer = json_of(page)
        data = whole_answer.get("data")
        html = data if isinstance(data, str) else data.get("html") or ""
        said = {**whole_answer, **(data if isinstance(data, dict) else {})}
        return Answer(links_in(html, state["column"]), rows=whole(said.get("count")), size=whole(said.get("rows")))
