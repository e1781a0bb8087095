"""Which adapter reads a list: the one the source names, or the first of the registry whose marks are in the page."""

from dataclasses import replace
from functools import cache
from pkgutil import resolve_name

from pipelines.crawl.classification.page import Page
from pipelines.crawl.site_families.base import Adapter, Listed, ListRequest
from pipelines.crawl.site_families.page_lists.printed import PrintedList
from schemas.site_families import ListingFamily


@cache
def adapters() -> dict[ListingFamily, Adapter]:
    """One adapter for each entry of the registry, in its order; ``static`` is the last."""
    return {family: resolve_name(family.adapter)() for family in ListingFamily if family.adapter}


def fingerprint(page: Page) -> ListingFamily:
    """The first family whose marks are in the page; static when none."""
    marked = (
        family for family, adapter in adapters().items() if family is not ListingFamily.STATIC and adapter.fits(page)
    )
    return next(marked, ListingFamily.STATIC)


def read_list(page: Page, asked: ListRequest) -> tuple[ListingFamily, Listed]:
    """Read a list page with the adapter of the request, or with that of its marks; the family and what the page holds.

    A page that bears a family's marks may yet be a plain list (a search box speaks of ``queryList``): then what its pager prints
    is followed, in place of data that is not there and behind data that does not come.
    """
    adapter = adapter_for(asked.family, page)
    listed = adapter.read(page, replace(asked, family=adapter.family))
    is_opening = asked.family is ListingFamily.AUTO and "number" not in asked.state and page.is_html
    if not is_opening or isinstance(adapter, PrintedList) or adapter.family is ListingFamily.VSB:
        return adapter.family, listed
    printed = adapters()[ListingFamily.STATIC].read(page, asked).next
    plain = (
        [request for request in (printed, *printed.alternatives) if not request.guess] if printed is not None else []
    )
    if not plain:
        return adapter.family, listed
    if listed.next is None:
        listed = listed._replace(next=plain[0].with_alternatives(*plain[1:]))
    else:
        listed = listed._replace(next=listed.next.with_alternatives(*listed.next.alternatives, *plain))
    return adapter.family, listed


def adapter_for(family: ListingFamily, page: Page) -> Adapter:
    """The named adapter, or by fingerprint when ``family`` is auto."""
    return adapters()[fingerprint(page) if family is ListingFamily.AUTO else family]
