"""新点 Epoint EWB: a POST of JSON to ``getgovinfolist``; the site's guid stands in a script of its own."""

import json
import re
from typing import Any
from urllib.parse import parse_qs, urljoin, urlsplit

from pipelines.crawl.classification.page import Page
from pipelines.crawl.fetching.http_client import Request
from pipelines.crawl.site_families.base import Listed, ListRequest, anchors, named, site_root
from schemas.site_families import ListingFamily

_ENDPOINT = "/EWB-FRONT/rest/lightfrontaction/getgovinfolist"
_GUID = re.compile(r"siteGuid['\"]?\s*[:=]\s*['\"]([\w-]+)['\"]", re.IGNORECASE)
_FIELD = re.compile(r"\b(deptcode|categorynum)['\"]?\s*[:=]\s*['\"]([\w-]+)['\"]", re.IGNORECASE)
_PAGE_SIZE = 20


class Epoint:
    """``pageIndex`` starts at 0 on some sites and at 1 on others; some want the body inside ``params``."""

    family = ListingFamily.EPOINT

    def fits(self, page: Page) -> bool:
        return "EWB-FRONT" in page.text or "webBuilderCommon.js" in page.text or "categorynum=" in page.url

    def read(self, page: Page, asked: ListRequest) -> Listed:
        step = asked.state.get("step")
        if step is None:
            return Listed(anchors(page), self._ask_guid(page, asked), is_shell=True)
        if step == "guid":
            guid = _GUID.search(page.text)
            state = {**asked.state, "guid": guid[1] if guid else ""}
            return Listed((), self._first(state, asked.page), is_shell=True)
        return self._read_records(page, asked)

    def _ask_guid(self, page: Page, asked: ListRequest) -> ListRequest | None:
        query = {key.lower(): values[0] for key, values in parse_qs(urlsplit(page.url).query).items()}
        fields = {name.lower(): value for name, value in _FIELD.findall(page.text)} | query
        if "categorynum" not in fields:
            return None
        state = {
            **asked.state, "column": page.url, "categorynum": fields["categorynum"], "deptcode": fields.get("deptcode", ""),
        }  # fmt: skip
        if (guid := _GUID.search(page.text)) is not None:
            return self._first({**state, "guid": guid[1]}, asked.page)
        script = urljoin(site_root(page.url), "/js/webBuilderCommon.js")
        return ListRequest(Request(script), self.family, asked.page, {**state, "step": "guid"})

    def _first(self, state: dict[str, str], page: int) -> ListRequest:
        tries = [(0, "plain"), (0, "params"), (1, "plain"), (1, "params")]
        first, *others = (self._page(state, index, form, page + 1) for index, form in tries)
        return first.with_alternatives(*others)

    def _page(self, state: dict[str, str], index: int, form: str, page: int) -> ListRequest:
        body: dict[str, Any] = {
            "deptcode": state["deptcode"], "categorynum": state["categorynum"], "pageIndex": index,
            "pageSize": _PAGE_SIZE, "siteGuid": state["guid"],
        }  # fmt: skip
        headers = (("Content-Type", "application/json"), ("Referer", state["column"]))
        payload = json.dumps({"params": body} if form == "params" else body, ensure_ascii=False).encode()
        request = Request(urljoin(site_root(state["column"]), _ENDPOINT), payload, headers)
        return ListRequest(request, self.family, page, {**state, "step": "data", "index": str(index), "form": form})

    def _read_records(self, page: Page, asked: ListRequest) -> Listed:
        try:
            data = json.loads(page.text)
            records = (data.get("custom") or data)["data"]
        except (ValueError, KeyError, TypeError, AttributeError):
            return Listed(())
        pairs = (
            (str(item.get("infourl") or ""), str(item.get("realtitle") or item.get("title") or "")) for item in records
        )
        links = named(pairs, asked.state["column"])
        if not links:
            return Listed(())
        index, form = int(asked.state["index"]), asked.state["form"]
        following = self._page(asked.state, index + 1, form, asked.page + 1)
        if index == 0:  # a site that counts from 1 may answer its first page for 0 as well
            following = following.with_alternatives(self._page(asked.state, 2, form, asked.page + 1))
        return Listed(links, following)
