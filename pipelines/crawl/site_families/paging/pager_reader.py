"""What a list page prints about going on: how many pages there are, and how the others are addressed.

The pager of a page may be a call in a script (``createPageHTML``), variables (``countPage``), an address that a script puts
together (``'?pageIndex=' + i``), a link with the words 下一页, or only the words 共 7 页. All are read into one ``Pager``.
"""

import re
from collections.abc import Iterable
from dataclasses import replace
from urllib.parse import urlsplit

from pipelines.crawl.classification.page import Page
from pipelines.crawl.site_families.links import resolve_link
from pipelines.crawl.site_families.paging.addresses import braces
from pipelines.crawl.site_families.paging.page_counts import printed_count
from pipelines.crawl.site_families.paging.page_links import page_links
from pipelines.crawl.site_families.paging.pager import Pager
from pipelines.crawl.site_families.paging.script_pagers import script_pagers
from pipelines.crawl.site_families.paging.script_text import PAGE

_DIGITS = re.compile(r"\d+")
_OPEN_ADDRESSES = ("data-url", "data-href", "data-link", "data-action")


def read_pager(page: Page, number: int = 1) -> Pager:
    """What a list page, the ``number``-th from 1, prints about the others; an empty ``Pager`` when it prints nothing."""
    links = page_links(page)
    forms = links.called if len(links.called) > 1 else {}
    pager = Pager(
        shown=max((*links.numbered, *forms), default=0), ends=links.ends, is_scripted=links.is_scripted and number == 1,
        following=links.following or links.numbered.get(number + 1, ""), 
        posted=links.posted or forms.get(number + 1),
    )  # fmt: skip
    pager = _merged([pager, *script_pagers(page)])
    if not pager.template and not pager.following:
        pager = _merged([pager, *_open_address(page)])
    if not pager.template and not pager.following:
        pager = replace(pager, following=next((url for url in links.more if _turns(page.url, url)), ""))
    more = tuple(url for url in links.more if url != pager.following)
    return replace(pager, pages=pager.pages or printed_count(page.text), more=more)


def _turns(here: str, there: str) -> bool:
    """Whether two addresses differ in numbers alone: pages of one list."""
    return here != there and _DIGITS.sub("0", here) == _DIGITS.sub("0", there)


def _merged(pagers: Iterable[Pager]) -> Pager:
    whole = Pager()
    for pager in pagers:
        if not whole.template and pager.template:
            whole = replace(whole, template=pager.template, first=pager.first, others=pager.others)
        whole = replace(
            whole, pages=whole.pages or pager.pages, following=whole.following or pager.following,
            posted=whole.posted or pager.posted,
            ends=whole.ends or pager.ends, shown=whole.shown or pager.shown, is_scripted=whole.is_scripted or pager.is_scripted,
        )  # fmt: skip
    return whole


def _open_address(page: Page) -> list[Pager]:
    """An address in an attribute that ends where the number goes: ``data-url="list.aspx?cid=5&page="``."""
    for node in page.tree.css(", ".join(f"[{name}$='=']" for name in _OPEN_ADDRESSES)):
        for name in _OPEN_ADDRESSES:
            url = resolve_link(page.base, node.attributes.get(name) or "")
            if url is not None and url.endswith("=") and urlsplit(url).netloc == urlsplit(page.url).netloc:
                return [Pager(braces(url) + PAGE)]
    return []
