"""The ``<datastore>`` block that Hanweb's jpage and TrueCMS share: records as HTML in CDATA, a count, a next group."""

import re
from typing import NamedTuple

from pipelines.crawl.classification.page import Page
from pipelines.crawl.site_families.links import Link, links_in
from pipelines.crawl.site_families.paging.scripts import Scripts

_STORE = re.compile(r"<datastore>.*?</datastore>", re.DOTALL | re.IGNORECASE)
_RECORD = re.compile(r"<record>\s*(?:<!\[CDATA\[)?(.*?)(?:\]\]>)?\s*</record>", re.DOTALL | re.IGNORECASE)
_TOTAL = re.compile(r"<totalrecord>\s*(\d+)\s*</totalrecord>", re.IGNORECASE)
_NEXT_GROUP = re.compile(r"<nextgroup>.*?href=[\"']([^\"']+)[\"'].*?</nextgroup>", re.DOTALL | re.IGNORECASE)
_CODE = re.compile(r"<script\b(?![^>]*\bxml\b)[^>]*>.*?</script>", re.DOTALL | re.IGNORECASE)
_LISTED = re.compile(r"dataStore['\"]?\s*[:=]\s*(?=\[)")
_COUNTED = re.compile(r"totalRecord['\"]?\s*[:=]\s*['\"]?(\d+)", re.IGNORECASE)


class Datastore(NamedTuple):
    """A parsed block. ``total`` counts all records of the list, not those shown; 0 when it is not said."""

    links: tuple[Link, ...]
    n_records: int
    total: int
    next_group: str | None = None


def embedded_stores(page: Page) -> list[Datastore]:
    """Blocks that stand in a column page. One that a script builds in a string (TrueCMS) holds no records and is none."""
    if "<datastore>" not in page.text.lower():
        return []
    return [_parsed(found[0], page.url) for found in _STORE.finditer(_CODE.sub("", page.text))]


def answered_store(text: str, base_url: str) -> Datastore | None:
    """The block of an answer; in old ones a script's list of records (``dataStore = ['<li>…', …]``)."""
    store = _STORE.search(text)
    if store is not None:
        return _parsed(store[0], base_url)
    listed = _LISTED.search(text)
    if listed is None:
        return None
    records = Scripts(text, base_url, {}).literal(listed.end())
    total = _COUNTED.search(text)
    texts = [record for record in records if isinstance(record, str)] if isinstance(records, list) else []
    return Datastore(links_in("\n".join(texts), base_url), len(texts), int(total[1]) if total else 0)


def _parsed(store: str, base_url: str) -> Datastore:
    records = _RECORD.findall(store)
    total, following = _TOTAL.search(store), _NEXT_GROUP.search(store)
    links = links_in("\n".join(records), base_url)
    return Datastore(links, len(records), int(total[1]) if total else 0, following[1] if following else None)
