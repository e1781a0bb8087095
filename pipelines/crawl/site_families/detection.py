"""Which adapter reads a list: the one the source names, or the first of the registry whose marks the page bears."""

from functools import cache
from pkgutil import resolve_name

from pipelines.crawl.classification.page import Page
from pipelines.crawl.site_families.base import Adapter
from schemas.site_families import ListingFamily


@cache
def adapters() -> dict[ListingFamily, Adapter]:
    """One adapter for each entry of the registry, in its order; ``static`` is the last."""
    return {family: resolve_name(family.adapter)() for family in ListingFamily if family.adapter}


def fingerprint(page: Page) -> ListingFamily:
    """The first family whose marks the page bears; static when none."""
    marked = (
        family for family, adapter in adapters().items() if family is not ListingFamily.STATIC and adapter.fits(page)
    )
    return next(marked, ListingFamily.STATIC)


def adapter_for(family: ListingFamily, page: Page) -> Adapter:
    """The named adapter, or by fingerprint when ``family`` is auto."""
    return adapters()[fingerprint(page) if family is ListingFamily.AUTO else family]
