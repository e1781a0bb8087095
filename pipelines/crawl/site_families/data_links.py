"""Rows of data whose form nobody has described: JSON of any nesting, feeds (RSS, Atom), other XML."""

import html
import json
import re
from collections.abc import Iterator
from typing import Any, NamedTuple

from pipelines.content.report_titles import names_a_report
from pipelines.crawl.classification.page import Page
from pipelines.crawl.site_families.links import ADDRESS, Link, links_in, named

_ROW = re.compile(r"<(item|entry|row|record|doc|article|node|data)\b[^>]*>(.*?)</\1>", re.IGNORECASE | re.DOTALL)
_TITLE = re.compile(r"<(title|name|subject|showtitle)\b[^>]*>(.*?)</\1>", re.IGNORECASE | re.DOTALL)
_LINK = re.compile(
    r"<(link|url|href|guid)\b[^>]*>([^<]+(?:<!\[CDATA\[.*?\]\]>)?|<!\[CDATA\[.*?\]\]>)</\1>|<link\b[^>]*\bhref=[\"']([^\"']+)",
    re.IGNORECASE | re.DOTALL,
)
_CDATA = re.compile(r"<!\[CDATA\[(.*?)\]\]>", re.DOTALL)
_ADDRESS_KEY = re.compile(r"url|link|href|path|address", re.IGNORECASE)
_TITLE_KEY = re.compile(r"title|name|subject|caption", re.IGNORECASE)
_ROWS_KEY = re.compile(
    r"^(?:total(?:_?(?:count|records?|rows|num(?:ber)?|elements|hits))?|(?:record|row)_?(?:count|total))$",
    re.IGNORECASE,
)
_PAGES_KEY = re.compile(r"^(?:total_?pages?|page_?(?:count|total)|pages)$", re.IGNORECASE)
_XML = re.compile(r"<(?:\?xml|rss|feed|rdf|root|list)\b", re.IGNORECASE)
_MARKUP = re.compile(r"<(?:html|body|head|div|a)\b", re.IGNORECASE)
_HEAD = 4000  # characters
_DEEPEST = 12


class DataRows(NamedTuple):
    """Links of an answer, and how many rows and pages the whole list has by its word; 0: not said."""

    links: tuple[Link, ...]
    rows: int = 0
    pages: int = 0


def data_rows(page: Page) -> DataRows:
    """What can be told of an answer in JSON or XML; nothing of a web page."""
    text = page.text.lstrip("\ufeff \t\r\n")
    if text[:1] in ("{", "["):
        try:
            data = json.loads(text)
        except ValueError:
            return DataRows(())
        return _of_json(page, data)
    if _XML.match(text) and not _MARKUP.search(text[:_HEAD]):
        return DataRows(named(_of_xml(text), page.base))
    return DataRows(())


def _of_xml(text: str) -> Iterator[tuple[str, str]]:
    for row in _ROW.finditer(text):
        title, link = _TITLE.search(row[2]), _LINK.search(row[2])
        if title is not None and link is not None:
            yield html.unescape(_plain(link[3] or link[2])).strip(), html.unescape(_plain(title[2]))


def _plain(text: str) -> str:
    return _CDATA.sub(lambda found: found[1], text)


def _of_json(page: Page, data: Any) -> DataRows:
    links: dict[str, str] = {}
    counts = {"rows": 0, "pages": 0}
    for record in _records(data, 0):
        for key, value in record.items():
            count = int(value) if isinstance(value, int | str) and str(value).isdigit() and len(str(value)) < 8 else 0
            for kind, pattern in (("rows", _ROWS_KEY), ("pages", _PAGES_KEY)):
                if pattern.match(key):
                    counts[kind] = max(counts[kind], count)
            if isinstance(value, str) and "<a" in value:
                links |= {link.url: link.title for link in links_in(value, page.base) if link.url not in links}
        title, address = _row(record)
        for link in named([(address, title)], page.base) if title and address else ():
            links.setdefault(link.url, link.title)
    return DataRows(tuple(Link(url, title) for url, title in links.items()), counts["rows"], counts["pages"])


def _row(record: dict[str, Any]) -> tuple[str, str]:
    """(title, address) of a record that is a row of a list."""
    texts = {key: value for key, value in record.items() if isinstance(value, str) and value}
    addresses = [value for key, value in texts.items() if ADDRESS.match(value) and _ADDRESS_KEY.search(key)]
    titles = [value for key, value in texts.items() if _TITLE_KEY.search(key) and not ADDRESS.match(value)]
    title = next((value for value in texts.values() if names_a_report(value)), max(titles, key=len, default=""))
    return title, addresses[0] if addresses else ""


def _records(value: Any, depth: int) -> Iterator[dict[str, Any]]:
    if depth > _DEEPEST:
        return
    if isinstance(value, str) and value.lstrip()[:1] in ("{", "["):
        try:
            value = json.loads(value)
        except ValueError:
            return
    if isinstance(value, dict):
        yield value
    for item in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        if isinstance(item, dict | list | str):
            yield from _records(item, depth + 1)
