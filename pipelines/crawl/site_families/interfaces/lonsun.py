"""龙讯 Lonsun ``/public/column/<organ>`` (安徽; also 四川蓬安, 青海海北): a label service fills the page, by ``pageIndex``."""

import re
from html import unescape
from urllib.parse import parse_qsl, urlencode, urljoin, urlsplit

from pipelines.crawl.classification.page import Page
from pipelines.crawl.fetching.http_client import Request
from pipelines.crawl.site_families.base import ListRequest, by_script
from pipelines.crawl.site_families.interfaces.numbered import Answer, NumberedList, State
from pipelines.crawl.site_families.links import links_of
from pipelines.crawl.site_families.paging.script_text import flat
from pipelines.crawl.site_families.paging.scripts import Scripts
from schemas.site_families import ListingFamily

_VARIABLE = re.compile(r"\$\{\s*(\w+)\s*\}")
_COLUMN = re.compile(r"^(.*?)/public/column/(\d+)")
_LABEL = re.compile(r"[\"'`]([^\"'`\s]*[?&]labelName=publicInfoList[^\"'`]*)[\"'`]?")
_SERVICE = re.compile(r"[\"'`]([^\"'`\s?]*/label/\d+)(?=[\"'`?])")
_LABEL_PATH = re.compile(r"/label/\d+\?")
_PAGE_COUNT = re.compile(r"pageCount['\"]?\s*[:=]\s*['\"]?(\d+)")
_ASKED = {
    "IsAjax": "1", "dataType": "html", "labelName": "publicInfoList", "siteId": "", "pageSize": "20", "pageIndex": "1",
    "action": "list", "isDate": "true", "dateFormat": "yyyy-MM-dd", "length": "50", "organId": "", "type": "4", "catId": "",
    "cId": "", "result": "暂无相关信息", "file": "",
}  # fmt: skip
"""What the site's own script requests, where the page sets nothing else."""


class Lonsun(NumberedList):
    """The parameters stand in a script object with the address apart, or in one quoted address."""

    family = ListingFamily.ANHUI

    def fits(self, page: Page) -> bool:
        """Whether the column of an organ is asked, or the label service of one."""
        return _COLUMN.search(urlsplit(page.url).path) is not None or "publicInfoList" in page.scripts

    def units(self, page: Page, asked: ListRequest) -> list[list[State]]:
        """Each label of the page; without one the address that sites of this system have."""
        scripts = Scripts.of(page)
        found = [*_quoted_labels(page, scripts), *_object_labels(page, scripts)]
        column = _COLUMN.search(urlsplit(page.url).path)
        if not found and column is not None:
            found = [(urljoin(page.url, f"{column[1]}/site/label/8888"), {})]
        units = []
        for service, said in found:
            query = urlencode(_asked(page, said))
            way = {**asked.state, "column": page.url, "endpoint": service, "query": query}
            units.append([way, {**way, "endpoint": page.url, "query": "", "first": "1"}] if column else [way])
        return units

    def request(self, state: State, number: int) -> Request:
        """The label by GET; a page that fills itself takes ``pageIndex`` too."""
        parts = urlsplit(state["endpoint"])
        pairs = dict(parse_qsl(state["query"] or parts.query, keep_blank_values=True)) | {"pageIndex": str(number)}
        return by_script(parts._replace(query=urlencode(pairs), fragment="").geturl(), state["column"])

    def answer(self, page: Page, state: State) -> Answer:
        """A fragment of HTML; ``pageCount`` is in the call of its pager."""
        count = _PAGE_COUNT.search(page.text)
        return Answer(links_of(page.tree, state["column"]), pages=int(count[1]) if count else 0)


def _asked(page: Page, said: dict[str, str]) -> dict[str, str]:
    """All arguments: the label's own, then what the page's address and head say, then the usual."""
    column = _COLUMN.search(urlsplit(page.url).path)
    site = page.tree.css_first("meta[name='SiteId' i]")
    known = dict(parse_qsl(urlsplit(page.url).query, keep_blank_values=True))
    known = {key: known[key] for key in ("type", "catId", "action") if key in known}
    known["organId"] = column[2] if column else ""
    known["siteId"] = (site.attributes.get("content") or "") if site is not None else page.inputs.get("siteId", "")
    given = {key: value for key, value in said.items() if value}
    return (
        _ASKED
        | {key: value for key, value in known.items() if value}
        | said
        | given
        | {key: known[key] for key in known if not given.get(key) and known[key]}
    )


def _quoted_labels(page: Page, scripts: Scripts) -> list[tuple[str, dict[str, str]]]:
    found = []
    joined = [text for text in scripts.addresses(_LABEL_PATH) if "?" in text]
    printed = [match[1] for match in _LABEL.finditer(unescape(scripts.text))]
    whole = [text for text in printed if not any(other.startswith(text) and other != text for other in joined)]
    for address in dict.fromkeys([*(text for text in joined if "labelName=" in text and text not in printed), *whole]):
        service, _, query = address.partition("?")
        said = {key: _filled(value, scripts) for key, value in parse_qsl(query, keep_blank_values=True)}
        found.append((urljoin(page.url, service), said))
    return found


def _filled(value: str, scripts: Scripts) -> str:
    """The value of an argument; where a template literal names a variable (``${organId}``), that of the variable."""
    named = _VARIABLE.fullmatch(value)
    return value if named is None else scripts.variable(named[1]) or ""


def _object_labels(page: Page, scripts: Scripts) -> list[tuple[str, dict[str, str]]]:
    objects = [
        said for found in scripts.objects("labelName") if (said := flat(found)).get("labelName") == "publicInfoList"
    ]
    service = _service(page, scripts)
    column = _COLUMN.search(urlsplit(page.url).path)
    default = f"{column[1] if column else ''}/site/label/8888"
    distinct = {urlencode(sorted(said.items())): said for said in objects}
    return [(urljoin(page.url, said.pop("url", "") or service or default), said) for said in distinct.values()]


def _service(page: Page, scripts: Scripts) -> str | None:
    """The address of the label service, as a string or put together from a context."""
    for match in re.finditer(
        r"(?:url['\"]?\s*[:=]|\$\.(?:get|post|load|ajax)\(|\.load\()\s*(?=([^\n;]{1,300}))", scripts.text
    ):
        text = scripts.text_of(match[1].split(",")[0])
        if text and "/label/" in text:
            return text.partition("?")[0]
    found = _SERVICE.search(scripts.text)
    return found[1] if found else None
