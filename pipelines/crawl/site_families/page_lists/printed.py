"""Lists whose pages are web pages: each prints its rows and a pager. One reader for all systems that do so."""

import re
from dataclasses import replace
from urllib.parse import urlsplit

from pipelines.content.report_titles import names_a_report
from pipelines.crawl.classification.page import Page
from pipelines.crawl.fetching.http_client import Request
from pipelines.crawl.site_families.base import Extent, Listed, ListRequest
from pipelines.crawl.site_families.data_links import data_rows
from pipelines.crawl.site_families.links import ADDRESS, Link, anchors, links_in, resolve_link
from pipelines.crawl.site_families.page_lists.frames import lists_behind_more, with_frames
from pipelines.crawl.site_families.paging.addresses import file_name, list_extension, with_parameter, with_query
from pipelines.crawl.site_families.paging.page_counts import printed_rows
from pipelines.crawl.site_families.paging.pager import Pager
from pipelines.crawl.site_families.paging.pager_reader import read_pager
from pipelines.crawl.site_families.paging.script_text import PAGE
from pipelines.crawl.site_families.script_links import script_links
from schemas.labels import squeeze
from schemas.site_families import ListingFamily

_FUJIAN_ROWS = re.compile(r"recordCount\s*:\s*['\"]?(\d+)")
_SPEAKS_OF_REPORTS = re.compile(r"公开.{0,20}(?:年报|报告)")
_ARTICLE = re.compile(r"/t\d{8}_\d+\.")


class PrintedList:
    """Follows what the page prints: its next link, or the address that its pager makes; else guesses."""

    family: ListingFamily

    def fits(self, page: Page) -> bool:
        """Whether a first page has the marks of the family."""
        raise NotImplementedError

    def read(self, page: Page, asked: ListRequest) -> Listed:
        """Links of a page and the request for the one behind it."""
        pager = read_pager(page, asked.page).over(asked.pager)
        if asked.pager is not None:
            pager = pager.settled_on(page.url, asked.page) if pager.others else pager
        extent = Extent(pager.promised, printed_rows(page.text) if asked.page == 1 else 0)
        candidates = [] if self._is_last(pager, asked) else self._candidates(page, pager, asked)
        following = candidates[0].with_alternatives(*candidates[1:]) if candidates else None
        is_closed = pager.is_scripted and not (pager.following or pager.posted or pager.template) and not pager.promised
        lost = "the next page is a script's call that names no address" if is_closed else ""
        behind_more = lists_behind_more(page, pager, asked)
        own = Listed(_all_links(page), following, branches=behind_more, extent=extent, lost=lost)
        return with_frames(page, asked, own)

    def after(self, asked: ListRequest) -> ListRequest | None:
        """The page behind one that failed, when the pager makes addresses."""
        addresses = asked.pager.addresses(asked.page + 1) if asked.pager is not None else []
        return self._ask(asked, asked.pager, addresses[0]) if asked.pager is not None and addresses else None

    def _is_last(self, pager: Pager, asked: ListRequest) -> bool:
        if pager.ends or (pager.pages and asked.page >= pager.pages):
            return True
        had_link = asked.pager is not None and bool(asked.pager.following or asked.pager.posted)
        return had_link and not pager.following and not pager.posted and not pager.template

    def _candidates(self, page: Page, pager: Pager, asked: ListRequest) -> list[ListRequest]:
        printed = [pager.following, *pager.addresses(asked.page + 1)]
        found = {url: replace(self._ask(asked, pager, url), linked=url == pager.following) for url in printed if url}
        if pager.posted is not None and not pager.following:
            request = pager.posted.request(asked.request.url)
            posted = replace(self._ask(asked, pager, pager.posted.url), request=request, linked=True)
            return [posted, *found.values()]
        if not pager.following and not (pager.template and pager.pages):
            for template, first in guessed_templates(page, asked.page):
                guess = replace(pager, template=template, first=first, others=())
                url = guess.addresses(asked.page + 1)[0]
                found.setdefault(url, replace(self._ask(asked, guess, url), guess=True))
        return list(found.values())

    def _ask(self, asked: ListRequest, pager: Pager, url: str) -> ListRequest:
        request = Request(url, None, (("Referer", asked.request.url),))
        settled = pager.settled_on(url, asked.page + 1)
        return ListRequest(
            request, self.family, asked.page + 1, asked.state, pager=settled, promised=pager.promised, guess=asked.guess
        )


def _all_links(page: Page) -> tuple[Link, ...]:
    """Links of the markup, and those that a script which speaks of reports writes or holds as data."""
    if rows := data_rows(page).links:
        return rows
    links = (*anchors(page), *_offered(page))
    if not _SPEAKS_OF_REPORTS.search(page.scripts):
        return links
    known = {link.url for link in links}
    written = dict(script_links(page.scripts, page.base))
    return (*links, *(Link(url, label) for url, label in written.items() if url not in known))


def _offered(page: Page) -> list[Link]:
    """Reports that are the options of a select box, and links of markup that a script takes out of a text area."""
    found = [link for area in page.tree.css("textarea") for link in links_in(area.text(), page.base)]
    for option in page.tree.css("option[value]"):
        label, value = squeeze(option.text()), option.attributes.get("value") or ""
        if names_a_report(label) and ADDRESS.match(value) and (url := resolve_link(page.base, value)):
            found.append(Link(url, label))
    return found


def guessed_templates(page: Page, number: int = 1) -> list[tuple[str, int]]:
    """(template, number of page one) of the names that the pages of a list usually have, best first.

    Page k of ``nb/`` is ``nb/index_{k-1}.html`` or ``nb/index_k.html``; of ``nb.shtml`` it is ``nb_{k-1}.shtml`` and so on. The
    extension is that of the pager, of the list, or of its articles.
    """
    if number > 1:
        return []
    folder, stem, extension = file_name(page.url.replace("{", "%7B").replace("}", "%7D"))
    names: list[tuple[str, int]] = []
    if counted := re.fullmatch(r"(.*[-_])?1", stem):  # 成都: column-index-1.shtml is page one already; 渭南: 1.html
        names.append((f"{counted[1] or ''}{PAGE}.{extension}", 1))
    if stem:
        names += [(f"{stem}_{PAGE}.{extension}", first) for first in (0, 1)]
    if not stem and "maxPage" in page.scripts:
        names.append((f"{PAGE}.{list_extension(page)[0]}", 1))
    for ending in list_extension(page)[:3] if stem != "index" else ():
        names += [(f"index_{PAGE}.{ending}", first) for first in (0, 1)]
    if not stem:
        names.append((PAGE, 1))
    return [(with_query(folder + name, page.url), first) for name, first in dict.fromkeys(names)]


class Jeecms(PrintedList):
    """JEECMS: ``index_2.jhtml``; the pager's addresses stand in ``onclick``."""

    family = ListingFamily.JEECMS

    def fits(self, page: Page) -> bool:
        """Whether the page or its links end in ``.jhtml``."""
        return ".jhtml" in page.url or ".jhtml" in page.text


class IList(PrintedList):
    """``/info/iList.jsp?…&cur_page=k``."""

    family = ListingFamily.ILIST

    def fits(self, page: Page) -> bool:
        """Whether the list is at ``iList.jsp``."""
        return "/ilist.jsp" in urlsplit(page.url).path.lower()

    def _candidates(self, page: Page, pager: Pager, asked: ListRequest) -> list[ListRequest]:
        if not pager.template:
            pager = replace(pager, template=with_parameter(page.url, "cur_page"), first=1)
        return super()._candidates(page, pager, asked)


class EasySite(PrintedList):
    """EasySite: a next link without ``href``; its address stands in ``tagname``, ``[NEXTPAGE]`` at the end."""

    family = ListingFamily.EASYSITE

    def fits(self, page: Page) -> bool:
        """Whether a pager of this system stands in the page."""
        return "tagname=" in page.text and page.tree.css_first("a[tagname]") is not None


class LonsunContent(PrintedList):
    """龙讯 ``/content/column/ID?pageIndex=k``: ``Ls.pagination`` prints address and end, also under an alias."""

    family = ListingFamily.LONSUN_CONTENT

    def fits(self, page: Page) -> bool:
        """Whether the address or the pager is of this system."""
        return "/content/column/" in urlsplit(page.url).path or (
            "Ls.pagination" in page.text and "pageIndex=" in page.text
        )

    def _candidates(self, page: Page, pager: Pager, asked: ListRequest) -> list[ListRequest]:
        if not pager.template and "/content/column/" in urlsplit(page.url).path:
            pager = replace(pager, template=with_parameter(page.url, "pageIndex"), first=1)
        return super()._candidates(page, pager, asked)


class Fujian(PrintedList):
    """福建 ``/cms/html/…``: the page holds the first pages, ``list2.trsapi`` the older ones in a way that is not known."""

    family = ListingFamily.FUJIAN

    def fits(self, page: Page) -> bool:
        """Whether the page requests ``list2.trsapi`` or lies under ``/cms/html/``."""
        return "list2.trsapi" in page.text or "/cms/html/" in urlsplit(page.url).path

    def read(self, page: Page, asked: ListRequest) -> Listed:
        """As for any printed list; says how many rows neither this page nor those before it hold."""
        listed = super().read(page, asked)
        rows = _FUJIAN_ROWS.search(page.text) if "list2.trsapi" in page.text else None
        if rows is None:
            return listed
        shown = int(asked.state.get("shown", 0)) + len({link.url for link in listed.links if _ARTICLE.search(link.url)})
        missing = int(rows[1]) - shown
        if listed.next is not None:
            state = {**listed.next.state, "shown": str(shown)}
            listed = listed._replace(next=replace(listed.next, state=state))
        return listed._replace(lost=f"{missing} older rows are behind list2.trsapi") if missing > 0 else listed
