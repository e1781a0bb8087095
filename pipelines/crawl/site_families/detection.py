"""Which adapter reads a list: the one the source names, or the first of the registry whose marks are in the page."""

from dataclasses import replace
from functools import cache
from pkgutil import resolve_name

from pipelines.content.report_titles import names_a_report
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

    A page that bears a family's marks may yet be of another one, or a plain list: a search box speaks of ``queryList``, a comment
    of an old pager. What others would ask for is asked in place of data that is not there and behind data that does not come.
    """
    adapter = adapter_for(asked.family, page)
    listed = adapter.read(page, replace(asked, family=adapter.family))
    if asked.family is not ListingFamily.AUTO or "number" in asked.state or not page.is_html:
        return adapter.family, listed
    if (
        listed.next is None
        and isinstance(adapter, PrintedList)
        and any(names_a_report(link.title) for link in listed.links)
    ):
        return adapter.family, listed
    others = [
        request
        for other in _others(adapter, page)
        for request in _ways(other.read(page, replace(asked, family=other.family)))
    ]
    if others and listed.next is None:
        listed = listed._replace(next=others[0].with_alternatives(*others[1:]))
    elif others and listed.next is not None:
        listed = listed._replace(next=listed.next.with_alternatives(*listed.next.alternatives, *others))
    return adapter.family, listed


def _others(adapter: Adapter, page: Page) -> list[Adapter]:
    """Further families whose marks a page bears; the plain list where the first is none."""
    if adapter.family is ListingFamily.VSB:
        return []
    is_plain = isinstance(adapter, PrintedList)
    order = [*adapters().values()]
    behind = order[order.index(adapter) + 1 : -1]  # those before it do not fit, the last is the plain list
    found = [other for other in behind if not (is_plain and isinstance(other, PrintedList)) and other.fits(page)]
    return found if is_plain else [*found, adapters()[ListingFamily.STATIC]]


def _ways(listed: Listed) -> list[ListRequest]:
    """The requests of a list that are no guesses."""
    following = listed.next
    return [way for way in (following, *following.alternatives) if not way.guess] if following is not None else []


def adapter_for(family: ListingFamily, page: Page) -> Adapter:
    """The named adapter, or by fingerprint when ``family`` is auto."""
    return adapters()[fingerprint(page) if family is ListingFamily.AUTO else family]
