"""拓尔思 TRS WCM and 开普 UCAP: ``createPageHTML`` prints how many files a list has and how they are named."""

import re

from pipelines.crawl.classification.page import Page
from pipelines.crawl.site_families.page_lists.printed import PrintedList
from pipelines.crawl.site_families.paging.script_text import without_comments
from schemas.site_families import ListingFamily

_BY_NUMBER = re.compile(r"createPage(?:HTML)?\s*\(\s*['\"]?\d|\bcountPage\s*=|\bPager\s*\(\s*\{", re.IGNORECASE)
_BY_ELEMENT = re.compile(r"createPage(?:HTML)?\s*\(\s*['\"][^'\"\d]", re.IGNORECASE)


class Trs(PrintedList):
    """Counts from 0: page k is ``index_{k-1}.html``. Also ``createPage``, ``countPage`` (山西, 天津) and ``Pager`` (北京)."""

    family = ListingFamily.TRS

    def fits(self, page: Page) -> bool:
        """Whether a pager that begins with a number is called."""
        return _calls(page, _BY_NUMBER)


class Ucap(PrintedList):
    """Counts from 1: page k is ``list_k.shtml``; the first argument of the pager is the name of its element."""

    family = ListingFamily.UCAP

    def fits(self, page: Page) -> bool:
        """Whether a pager that begins with the name of an element is called."""
        return _calls(page, _BY_ELEMENT)


def _calls(page: Page, pager: re.Pattern[str]) -> bool:
    """Whether a script of the page calls a pager, and not only a comment in it."""
    return pager.search(page.scripts) is not None and pager.search(without_comments(page.scripts)) is not None
