"""河北 ``/columns/<uuid>/``: lists are blocks of a template, HTML by ``page``; their addresses are taken from the page."""

import re
from urllib.parse import urljoin, urlsplit

from pipelines.crawl.classification.page import Page
from pipelines.crawl.fetching.http_client import Request
from pipelines.crawl.site_families.base import ListRequest, by_script
from pipelines.crawl.site_families.interfaces.numbered import Answer, NumberedList, State, json_of
from pipelines.crawl.site_families.links import links_in
from pipelines.crawl.site_families.paging.page_counts import printed_count
from pipelines.crawl.site_families.paging.script_text import flat
from pipelines.crawl.site_families.paging.scripts import Scripts
from schemas.site_families import ListingFamily

_UUID = r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"
_COLUMN = re.compile(rf"/columns/{_UUID}/", re.IGNORECASE)
_BLOCK = re.compile(rf"(?<![\w:./-])[\w:./-]*/columns/(?:{_UUID}|0)/templates/{_UUID}/blocks/{_UUID}", re.IGNORECASE)

_PART_OF_BLOCK = re.compile(r"/templates/|/blocks/")


class Hebei(NumberedList):
    """Every block of a page is requested; the titles show which holds the reports."""

    family = ListingFamily.HEBEI_BLOCKS

    def fits(self, page: Page) -> bool:
        """Whether the address is of this system and a block is named."""
        return _COLUMN.search(urlsplit(page.url).path) is not None or (
            "/blocks/" in page.text and "/templates/" in page.text
        )

    def units(self, page: Page, asked: ListRequest) -> list[list[State]]:
        """Addresses of blocks, whole or put together from variables."""
        found = [match[0] for match in _BLOCK.finditer(page.text)]
        scripts = Scripts.of(page)
        joined = scripts.addresses(_PART_OF_BLOCK)
        found += _in_parts(scripts, page.url)
        found += [block[0] for text in joined for block in _BLOCK.finditer(text)]
        urls = dict.fromkeys(urljoin(page.url, block) for block in found)
        return [[{**asked.state, "column": page.url, "endpoint": url}] for url in urls]

    def request(self, state: State, number: int) -> Request:
        """Pages count from 1."""
        return by_script(f"{state['endpoint']}?page={number}&fix=0", state["column"])

    def answer(self, page: Page, state: State) -> Answer:
        """A fragment of HTML, on some sites inside JSON."""
        text = page.text
        if text.lstrip()[:1] == "{":
            text = "\n".join(_strings(json_of(page)))
        return Answer(links_in(text, state["column"]), pages=printed_count(text))


def _in_parts(scripts: Scripts, url: str) -> list[str]:
    """Addresses of blocks whose ids stand side by side in an object or in attributes of an element."""
    column = _COLUMN.search(urlsplit(url).path)
    found = []
    for keys in (("templateId", "blockId"), ("template", "block")):
        for said in map(flat, scripts.objects(keys[1])):
            template, block = (said.get(key, "") for key in keys)
            if column is not None and template and block:
                found.append(f"{column[0]}templates/{template}/blocks/{block}")
    return found


def _strings(value: object) -> list[str]:
    if isinstance(value, dict):
        return [text for item in value.values() for text in _strings(item)]
    if isinstance(value, list):
        return [text for item in value for text in _strings(item)]
    return [value] if isinstance(value, str) else []
