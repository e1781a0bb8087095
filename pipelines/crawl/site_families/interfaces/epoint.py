"""新点 Epoint EWB: a POST of JSON to ``getgovinfolist``; site and project are named in some script of the same host."""

import json
import re
from urllib.parse import parse_qs, urljoin, urlsplit

from pipelines.crawl.classification.page import Page
from pipelines.crawl.fetching.http_client import Request
from pipelines.crawl.site_families.base import Listed, ListRequest, by_script, site_root
from pipelines.crawl.site_families.interfaces.numbered import Answer, NumberedList, State, json_of, whole
from pipelines.crawl.site_families.links import named
from pipelines.crawl.site_families.paging.scripts import Scripts
from schemas.site_families import ListingFamily

_PATH = "/rest/lightfrontaction/getgovinfolist"
_USUAL_PROJECT = "/EWB-FRONT"
_MARKS = re.compile(r"EWB[-_]|webBuilderCommon\.js|siteGuid|getgovinfolist|lightfrontaction", re.IGNORECASE)
_GUID = re.compile(r"siteGuid['\"]?\s*[:=]\s*['\"]([\w-]{8,})['\"]", re.IGNORECASE)
_PROJECT = re.compile(r"projectName['\"]?\s*[:=]\s*['\"]([^'\"\s]+)['\"]", re.IGNORECASE)
_ENDPOINT = re.compile(r"['\"]([^'\"\s]*)/rest/lightfrontaction/getgovinfolist['\"]", re.IGNORECASE)
_LIKELY = re.compile(r"webbuilder|ajaxreq|config|common|site|util|global|public", re.IGNORECASE)
_LIBRARY = re.compile(
    r"jquery|bootstrap|vue|swiper|layui|layer|echarts|mustache|polyfill|html5|respond|min\.js", re.IGNORECASE
)
_FIELDS = ("deptcode", "categorynum")
_FIELD = re.compile(r"\b(deptcode|categorynum)['\"]?\s*[:=]\s*['\"]([\w-]+)['\"]", re.IGNORECASE)
_MOST_SCRIPTS = 8
_PAGE_SIZE = 20


class Epoint(NumberedList):
    """``pageIndex`` starts at 0 on some sites and at 1 on others; some want the body inside ``params``."""

    family = ListingFamily.EPOINT

    def fits(self, page: Page) -> bool:
        """Whether a category is named and the system's marks are there."""
        named_in_url = "categorynum=" in page.url.lower()
        return named_in_url or (_MARKS.search(page.text) is not None and "categorynum" in page.text.lower())

    def read(self, page: Page, asked: ListRequest) -> Listed:
        """Scripts of the host are looked through, one by one, until one names the site."""
        if "scripts" not in asked.state or "number" in asked.state:
            return super().read(page, asked)
        first, *others = self._steps(_noted(page, asked.state))
        return Listed((), first.with_alternatives(*others), is_shell=True)

    def units(self, page: Page, asked: ListRequest) -> list[list[State]]:
        """The category that the address or the page names."""
        query = {key.lower(): values[0] for key, values in parse_qs(urlsplit(page.url).query).items()}
        scripts = Scripts.of(page)
        inputs = {name.lower().removeprefix("data-"): value for name, value in scripts.inputs.items()}
        fields = {name: inputs[name] for name in _FIELDS if inputs.get(name)}
        fields |= {name.lower(): value for name, value in reversed(_FIELD.findall(scripts.text))} | query
        if "categorynum" not in fields:
            return []
        state = {
            **asked.state, "column": page.url, "categorynum": fields["categorynum"], "deptcode": fields.get("deptcode", ""),
            "scripts": "\n".join(_script_files(page)),
        }  # fmt: skip
        return [[_noted(page, state)]]

    def _unit(self, ways: list[State]) -> ListRequest | None:
        first, *others = self._steps(ways[0])
        return first.with_alternatives(*others)

    def _steps(self, state: State) -> list[ListRequest]:
        """What to request next, and what if that fails: further scripts, then the list in each of its forms."""
        waiting, _, left = state["scripts"].partition("\n")
        if "guid" not in state and waiting:
            state = {**state, "scripts": left}
            request = Request(waiting, None, (("Referer", state["column"]),))
            return [ListRequest(request, self.family, 1, state), *self._steps(state)]
        forms = [(first, form) for first in ("0", "1") for form in ("plain", "params")]
        projects = dict.fromkeys((state.get("project") or _USUAL_PROJECT, _USUAL_PROJECT))
        return [
            self._ask({**state, "project": project, "first": first, "form": form}, 1)
            for project in projects
            for first, form in forms
        ]

    def request(self, state: State, number: int) -> Request:
        """JSON as the site's script sends it."""
        body = {
            "deptcode": state["deptcode"], "categorynum": state["categorynum"], "pageIndex": number,
            "pageSize": _PAGE_SIZE, "siteGuid": state.get("guid", ""),
        }  # fmt: skip
        payload = json.dumps({"params": body} if state["form"] == "params" else body, ensure_ascii=False).encode()
        project = state["project"] if "//" in state["project"] else "/" + state["project"].strip("/")
        url = urljoin(site_root(state["column"]), project.rstrip("/") + _PATH)
        return by_script(url, state["column"], payload, "application/json;charset=UTF-8")

    def answer(self, page: Page, state: State) -> Answer:
        """Records in ``custom.data``, or in ``data``."""
        data = json_of(page)
        inner = data.get("custom") or data
        inner = json.loads(inner) if isinstance(inner, str) else inner
        records = inner["data"]
        records = json.loads(records) if isinstance(records, str) else records
        pairs = (
            (str(item.get("infourl") or ""), str(item.get("realtitle") or item.get("title") or "")) for item in records
        )
        total = next(
            (count for key in ("total", "count", "totalcount", "totalnum") if (count := whole(inner.get(key)))), 0
        )
        return Answer(named(pairs, state["column"]), total, size=len(records))

    def _ask(self, state: State, page: int, promised: int = 0) -> ListRequest:
        """A site that counts from 1 may answer its first page for 0 as well: then page 2 is 2, not 1."""
        asked = super()._ask(state, page, promised)
        if page == 2 and state.get("first") == "0":
            return asked.with_alternatives(super()._ask({**state, "first": "1"}, page, promised))
        return asked


def _noted(page: Page, state: State) -> State:
    """The state with what the page or script says of site and project."""
    guid, project, endpoint = (pattern.search(page.text) for pattern in (_GUID, _PROJECT, _ENDPOINT))
    found = {"guid": guid[1]} if guid and "guid" not in state else {}
    if "project" not in state and (project or endpoint):
        found["project"] = project[1] if project else endpoint[1] if endpoint else ""
    return state | {key: value for key, value in found.items() if value}


def _script_files(page: Page) -> list[str]:
    """Script files of the page's host, the likeliest first; without the well-known libraries."""
    root = site_root(page.url)
    found = [
        urljoin(page.url, source.strip())
        for node in page.tree.css("script[src]")
        if (source := node.attributes.get("src")) and not _LIBRARY.search(source.rpartition("/")[2])
    ]
    own = [url for url in dict.fromkeys([*found, f"{root}/js/webBuilderCommon.js"]) if url.startswith(f"{root}/")]
    return sorted(own, key=lambda url: not _LIKELY.search(url.rpartition("/")[2]))[:_MOST_SCRIPTS]
