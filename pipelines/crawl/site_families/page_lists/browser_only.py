"""Systems whose lists only a script of theirs can fetch, in a way that is not known: detected, so that it can be reported."""

import re
from urllib.parse import urlsplit

from pipelines.crawl.classification.page import Page
from pipelines.crawl.site_families.page_lists.printed import PrintedList
from schemas.site_families import ListingFamily


class ShandongChannel(PrintedList):
    """山东 ``/gongkai/channel_<hex>/``."""

    family = ListingFamily.SHANDONG_CHANNEL
    _address = re.compile(r"/gongkai/(?:[^/]+/)*channel_[0-9a-z]+", re.IGNORECASE)

    def fits(self, page: Page) -> bool:
        """Whether the address is of this system."""
        return self._address.search(urlsplit(page.url).path) is not None


class Thtml(PrintedList):
    """西藏 ``….thtml?id=…``."""

    family = ListingFamily.THTML

    def fits(self, page: Page) -> bool:
        """Whether the address is of this system."""
        return urlsplit(page.url).path.lower().endswith(".thtml")


def needs_browser(page: Page) -> bool:
    """Whether a first page is of such a system. One that holds report links all the same is read as it is."""
    return any(family().fits(page) for family in (ShandongChannel, Thtml))
