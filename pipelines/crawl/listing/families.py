"""Which adapter reads a list: the one the source names, or the first whose fingerprint the page shows."""

from pipelines.crawl.listing.anhui import Anhui
from pipelines.crawl.listing.base import Adapter
from pipelines.crawl.listing.epoint import Epoint
from pipelines.crawl.listing.gkmlpt import Gkmlpt
from pipelines.crawl.listing.hanweb import HanwebAnnual, HanwebJpage, HanwebSearch
from pipelines.crawl.listing.jpaas import Jpaas
from pipelines.crawl.listing.static import Static
from pipelines.crawl.listing.trs import Trs
from pipelines.crawl.listing.truecms import TrueCms
from pipelines.crawl.listing.vsb import Vsb
from pipelines.crawl.look import Page
from schemas.sources import ListingFamily

_STATIC = Static()
_ADAPTERS: tuple[Adapter, ...] = (
    TrueCms(), HanwebJpage(), Jpaas(), Gkmlpt(), Epoint(), Anhui(), Trs(), Vsb(), HanwebAnnual(), HanwebSearch(),
)  # fmt: skip
"""Most telling mark first: a TrueCMS page also bears a datastore, a TRS page is told only by its pager."""
_BY_FAMILY: dict[ListingFamily, Adapter] = {adapter.family: adapter for adapter in (*_ADAPTERS, _STATIC)}


def fingerprint(page: Page) -> ListingFamily:
    """The family whose marks the page bears; static when none."""
    return next((adapter.family for adapter in _ADAPTERS if adapter.fits(page)), ListingFamily.STATIC)


def adapter_for(family: ListingFamily, page: Page) -> Adapter:
    """The named adapter, or by fingerprint when ``family`` is auto."""
    return _BY_FAMILY[fingerprint(page) if family is ListingFamily.AUTO else family]
