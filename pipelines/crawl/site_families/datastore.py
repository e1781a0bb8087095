"""The ``<datastore>`` block that Hanweb's jpage and TrueCMS share: records as HTML in CDATA, a count, a next group."""

import re
from typing import NamedTuple

from pipelines.crawl.site_families.base import Link, links_in

_STORE = re.compile(r"<datastore>.*?</datastore>", re.DOTALL | re.IGNORECASE)
_RECORD = re.compile(r"<record>\s*(?:<!\[CDATA\[)?(.*?)(?:\]\]>)?\s*</record>", re.DOTALL | re.IGNORECASE)
_TOTAL = re.compile(r"<totalrecord>\s*(\d+)\s*</totalrecord>", re.IGNORECASE)
_NEXT_GROUP = re.compile(r"<nextgroup>.*?href=[\"']([^\"']+)[\"'].*?</nextgroup>", re.DOTALL | re.IGNORECASE)


class Datastore(NamedTuple):
    """A parsed block. ``total`` counts all records of the list, not those shown."""

    links: tuple[Link, ...]
    n_records: int
    total: int | None
    next_group: str | None


def read_datastore(text: str, base_url: str) -> Datastore | None:
    """Parse the first ``<datastore>`` of ``text``; None when there is none."""
    store = _STORE.search(text)
    if store is None:
        return None
    records = _RECORD.findall(store[0])
    total, following = _TOTAL.search(store[0]), _NEXT_GROUP.search(store[0])
    links = links_in("\n".join(records), base_url)
    return Datastore(links, len(records), int(total[1]) if total else None, following[1] if following else None)
