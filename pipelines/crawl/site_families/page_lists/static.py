"""Any list whose pages are files."""

from pipelines.crawl.classification.page import Page
from pipelines.crawl.site_families.page_lists.printed import PrintedList
from schemas.site_families import ListingFamily


class Static(PrintedList):
    """Fits any page: the last that is tried."""

    family = ListingFamily.STATIC

    def fits(self, page: Page) -> bool:
        """Whether it is a web page."""
        return page.is_html
