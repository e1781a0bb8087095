"""江西 (also 国家疾控局): ``POST /queryList`` with the codes of site and channel, which are steps of the column's path."""

import json
import re
from urllib.parse import urlencode, urljoin, urlsplit

from pipelines.crawl.classification.page import Page
from pipelines.crawl.fetching.http_client import Request
from pipelines.crawl.site_families.base import ListRequest, by_script
from pipelines.crawl.site_families.interfaces.numbered import Answer, NumberedList, State, json_of, whole
from pipelines.crawl.site_families.links import named
from pipelines.crawl.site_families.paging.script_text import Value
from pipelines.crawl.site_families.paging.scripts import Scripts
from schemas.site_families import ListingFamily

_ENDPOINT = re.compile(r"[\"'`]([^\"'`\s]*/queryList)\b")
_CODES = {"webSiteCode[]": ("webSiteCode", "webSiteCode[]", "websiteCode"), "channelCode[]": ("channelCode", "channelCode[]"),
          "channelId[]": ("channelId", "channelId[]")}  # fmt: skip
_PAGE_SIZE = 15


class QueryList(NumberedList):
    """The list of a channel, newest first."""

    family = ListingFamily.QUERY_LIST

    def fits(self, page: Page) -> bool:
        """Whether the page's script requests ``queryList``."""
        return _ENDPOINT.search(page.scripts) is not None or "webSiteCode" in page.scripts

    def units(self, page: Page, asked: ListRequest) -> list[list[State]]:
        """Codes as the script has them, else the first and the last step of the path."""
        scripts = Scripts.of(page)
        printed = _ENDPOINT.search(scripts.text)
        endpoint = urljoin(page.url, printed[1] if printed else "/queryList")
        common = {**asked.state, "column": page.url, "endpoint": endpoint}
        steps = [step for step in urlsplit(page.url).path.split("/") if step and "." not in step]
        by_path = {"webSiteCode[]": steps[0], "channelCode[]": steps[-1]} if len(steps) > 1 else {}
        said = [codes for codes in map(_codes, scripts.objects("webSiteCode")) if len(codes) > 1]
        said += [codes for codes in map(_codes, scripts.objects("webSiteCode[]")) if len(codes) > 1]
        loose = {form: value for form, names in _CODES.items() if (value := _loose(scripts, names[0]))}
        if not said and loose:
            said = [by_path | loose]
        ways = [{**common, "codes": urlencode(codes)} for codes in (*said, by_path) if codes]
        distinct = {way["codes"]: way for way in ways}
        if not distinct:
            return []
        own, *others = distinct.values()
        return [[own, *others[-1:]], *([other] for other in others[:-1])]

    def request(self, state: State, number: int) -> Request:
        """A form, as the site's script sends it."""
        form = {"current": number, "pageSize": _PAGE_SIZE, "sort": "sortNum", "order": "desc"}
        return by_script(state["endpoint"], state["column"], f"{urlencode(form)}&{state['codes']}".encode())

    def answer(self, page: Page, state: State) -> Answer:
        """Titles and addresses in ``source`` of each result; ``urls`` is JSON in a string."""
        whole_answer = json_of(page)
        data = whole_answer.get("data", whole_answer)
        results = data.get("results") or []
        pairs = [_pair(item.get("source") or item) for item in results]
        total = next((count for key in ("total", "totalCount", "count") if (count := whole(data.get(key)))), 0)
        return Answer(named(pairs, state["column"]), total, size=len(results))


def _loose(scripts: Scripts, name: str) -> str | None:
    """A code that stands alone: in a variable, or in an attribute of the page."""
    return scripts.variable(name) or scripts.inputs.get(f"data-{name.lower()}")


def _pair(source: dict[str, object]) -> tuple[str, str]:
    urls = source.get("urls") or source.get("url") or ""
    if isinstance(urls, str) and urls.strip().startswith("{"):
        urls = json.loads(urls)
    address = (urls.get("pc") or urls.get("common") or "") if isinstance(urls, dict) else urls
    title = str(source.get("title") or source.get("showTitle") or "")
    return str(address), re.sub(r"<[^>]*>", "", title)


def _codes(found: dict[str, Value]) -> dict[str, str]:
    codes = {}
    for form, names in _CODES.items():
        value = next((found[name] for name in names if name in found), None)
        value = value[0] if isinstance(value, list) and value else value
        if isinstance(value, str) and value:
            codes[form] = value
    return codes
