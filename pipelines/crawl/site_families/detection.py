"""Which adapter reads a list: the one the source names, or the first whose fingerprint the page shows."""

from pipelines.crawl.classification.page import Page
from pipelines.crawl.site_families.anhui import Anhui
from pipelines.crawl.site_families.base import Adapter
from pipelines.crawl.site_families.epoint import Epoint
from pipelines.crawl.site_families.gkmlpt import Gkmlpt
from pipelines.crawl.site_families.hanweb import HanwebAnnual, HanwebJpage, HanwebSearch
from pipelines.crawl.site_families.jpaas import Jpaas
from pipelines.crawl.site_families.static import Static
from pipelines.crawl.site_families.trs import Trs
from pipelines.crawl.site_families.truecms import TrueCms
from pipelines.crawl.site_families.vsb import Vsb
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
