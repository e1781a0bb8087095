"""Reads lists page by page: which links are new, the next request, and the end of a list."""

import re
from collections.abc import Callable, Iterator
from dataclasses import replace

from pipelines.crawl.archive.fetch_log import PageKind
from pipelines.crawl.canonical_urls import canonical_url
from pipelines.crawl.classification.page import Page
from pipelines.crawl.classification.placeholder import says_nothing_yet
from pipelines.crawl.fetching.http_client import Request
from pipelines.crawl.list_visits import ColumnVisit
from pipelines.crawl.outcomes import Outcome
from pipelines.crawl.policy import CrawlPolicy
from pipelines.crawl.scheduling.frontier import Job, Walk
from pipelines.crawl.scheduling.link_selection import Role, link_prefix, may_be_report, menu_parts, role_of
from pipelines.crawl.site_families.base import Listed, ListRequest
from pipelines.crawl.site_families.detection import adapters, read_list
from pipelines.crawl.site_families.interfaces.ucap_search import names_of_directory
from pipelines.crawl.site_families.links import Link
from schemas.site_families import ListingFamily
from schemas.sources import Source

_PAGER_WORDS = re.compile(r"[上下首末尾前后]一?页|跳转|第\s*\d+\s*页|共\s*\d+")
_MAX_DEPTH = 3  # column → year → 乡镇 → one of them; deeper trees loop back into the site
_MOST_ORGANS = 200  # of one column: a county has fewer organs and townships
_NOT_THERE = frozenset({Outcome.NOT_FOUND, Outcome.SOFT_404, Outcome.END_OF_LIST, Outcome.WRONG_TYPE})
_MOST_MISSED = 2  # pages in a row that fail or bring nothing new, while the pager promises more


def first_list_job(source: Source, latest_year: int) -> Job:
    """The job that opens a column."""
    request = Request(source.url)
    asked = ListRequest(request, source.listing, state={"latest_year": str(latest_year)})
    asked = asked.with_alternatives(*names_of_directory(asked))
    visit = ColumnVisit(source.id, source.province, source.url)
    return Job(source, PageKind.LIST, source.url, request, asked=asked, walk=Walk(source.url, visit=visit))


class ListReader:
    """Reads fetched list pages and plans what follows.

    ``plan`` queues a job if it is due, or goes on with what is held of it; False when the page has been planned before.
    """

    def __init__(self, plan: Callable[[Job], bool], policy: CrawlPolicy, *, latest_year: int) -> None:
        self._plan, self._policy, self._latest_year = plan, policy, latest_year

    def read(self, job: Job, page: Page) -> None:
        """Follow a list page: its report links, its parts, and its next page."""
        walk, asked = _parts_of(job)
        family, listed = read_list(page, asked)
        new = [link for link in listed.links if hash(canonical_url(link.url)) not in walk.seen]
        chosen = [(link, role) for link in new if (role := role_of(link, walk.column, latest_year=self._latest_year))]
        if not self._accepted(asked, walk, listed, new):
            self.failed(job, listed=listed)
            return
        self._note(walk, asked, family, listed, chosen)
        if walk.pages == 0 and walk.visit is not None and not chosen:
            walk.visit.nothing_yet = says_nothing_yet(page)
        hashes = {hash(canonical_url(link.url)) for link in listed.links}
        walk.shown = walk.shown - hashes if walk.pages else hashes
        walk.pages += 1
        walk.unchanged = walk.unchanged and not listed.is_shell
        walk.seen |= hashes
        walk.prefixes.update(link_prefix(link.url) for link, _ in chosen)
        taken = {link for link, _ in chosen}
        walk.surroundings.update(link_prefix(link.url) for link in new if _is_item(link))
        doubtful = [link for link in new if link not in taken and may_be_report(link, walk.prefixes)]
        for link, role in (*chosen, *((link, Role.PROBE) for link in doubtful), *self._menu_parts(page, walk)):
            self._plan(self._job_for(job, walk, link, role))
        self._go_on(job, listed)

    def _menu_parts(self, page: Page, walk: Walk) -> list[tuple[Link, Role]]:
        """Columns of single organs and years, offered by the page that opens a column."""
        if walk.pages != 1 or walk.depth >= _MAX_DEPTH or not page.is_html or page.reads_like_report:
            return []
        return [(link, Role.PROBE) for link in menu_parts(page, walk.column)[:_MOST_ORGANS]]

    def failed(self, job: Job, *, why: str = "", outcome: Outcome | None = None, listed: Listed | None = None) -> None:
        """A list page was not to be had (``outcome``), or held nothing new (``listed``): try the next alternative.

        When there is none, and the list has promised more, the page behind it is tried.
        """
        walk, asked = _parts_of(job)
        broken = asked.broken or _is_broken(asked, outcome)
        for other in _chain(asked):
            if self._plan(_list_job(job, replace(other, missed=asked.missed, broken=broken))):
                return
        behind = listed.next if listed is not None else None
        behind = behind or (adapters()[asked.family].after(asked) if asked.family is not ListingFamily.AUTO else None)
        promised = max(asked.promised, listed.extent.pages if listed is not None else 0)
        more = promised > asked.page and asked.missed < _MOST_MISSED and walk.pages < self._policy.max_list_pages
        if behind is not None and more and self._plan(_list_job(job, replace(behind, missed=asked.missed + 1))):
            return
        if walk.visit is not None:
            if walk.pages == 0:
                walk.visit.failure = why or "nothing to read"
            elif promised or broken:
                walk.visit.fell_short(max(promised, asked.page), asked.page - 1 - asked.missed)

    def _accepted(self, asked: ListRequest, walk: Walk, listed: Listed, new: list[Link]) -> bool:
        """A page that brings nothing new ends the list. A guessed page must stay under the paths of the reports so far, or it has
        drifted into another column; while there are none and more pages are promised, of all articles. The first answer of a
        data address may repeat what the column page held already."""
        if walk.pages == 0 or listed.is_shell:
            return True
        if asked.page == 1:
            return bool(listed.links)
        items = [link for link in new if _is_item(link)]
        if asked.is_data:  # its first windows may hold what the column page printed already
            items += [link for link in listed.links if hash(canonical_url(link.url)) in walk.shown]
        if not asked.guess:
            return bool(items)
        known = walk.prefixes or (walk.surroundings if asked.promised else set())
        return any(link_prefix(link.url) in known for link in items)

    def _go_on(self, job: Job, listed: Listed) -> None:
        walk, asked = _parts_of(job)
        if walk.pages >= self._policy.max_list_pages:
            if walk.visit is not None and (listed.next is not None or listed.extent.pages > asked.page):
                walk.visit.fell_short(max(listed.extent.pages, asked.page + 1), asked.page)
            return
        for request in (*((listed.next,) if listed.next is not None else ()), *listed.branches):
            if request.page == 1 and walk.visit is not None and not request.state.get("inner"):
                walk.visit.asked_data += 1
            self._plan(_list_job(job, request))
        if listed.next is None and walk.visit is not None and listed.extent.pages > asked.page:
            walk.visit.fell_short(listed.extent.pages, asked.page)

    def _note(
        self, walk: Walk, asked: ListRequest, family: ListingFamily, listed: Listed, chosen: list[tuple[Link, Role]]
    ) -> None:
        visit = walk.visit
        if visit is None:
            return
        visit.failure = ""
        visit.family = visit.family or family.value
        visit.pages += 1
        visit.rows += sum(1 for link in listed.links if _is_item(link))
        visit.reports += sum(1 for _, role in chosen if role is Role.REPORT)
        visit.promised_rows = visit.promised_rows or listed.extent.rows
        visit.parts += sum(1 for _, role in chosen if role is not Role.REPORT)
        visit.answered_data += (
            walk.pages > 0 and asked.page == 1 and not listed.is_shell and not asked.state.get("inner")
        )
        visit.guessed = visit.guessed or asked.guess
        visit.lost = listed.lost  # the counts of the last page are the valid ones
        if asked.missed:
            visit.fell_short(asked.page, asked.page - asked.missed)

    def _job_for(self, job: Job, walk: Walk, link: Link, role: Role) -> Job:
        request = Request(link.url, None, (("Referer", job.request.url),))
        if role is Role.REPORT or walk.depth >= _MAX_DEPTH:
            return Job(job.source, PageKind.REPORT, link.url, request, title=link.title)
        visit = ColumnVisit(job.source.id, job.source.province, link.url, walk.depth + 1)
        part = Walk(link.url, depth=walk.depth + 1, visit=visit)
        asked = ListRequest(request, ListingFamily.AUTO, state={"latest_year": str(self._latest_year)})
        return Job(job.source, PageKind.LIST, link.url, request, title=link.title, asked=asked, walk=part)


def _parts_of(job: Job) -> tuple[Walk, ListRequest]:
    if job.walk is None or job.asked is None:
        raise ValueError("a list job needs a walk and a list request")
    return job.walk, job.asked


def _is_broken(asked: ListRequest, outcome: Outcome | None) -> bool:
    """Whether a page that is there could not be had. Where the end of a list is not printed, a page that is none is its end."""
    if outcome is None or asked.guess or (asked.page == 1 and not asked.linked):
        return False
    return asked.linked or outcome not in _NOT_THERE


def _chain(asked: ListRequest) -> Iterator[ListRequest]:
    """Each alternative with those behind it; an alternative may have some of its own."""
    for number, other in enumerate(asked.alternatives):
        yield other.with_alternatives(*other.alternatives, *asked.alternatives[number + 1 :])


def _is_item(link: Link) -> bool:
    """Not a part of the pager: a list that turns in a circle may give its next page a new address each time."""
    return len(link.title) >= 5 and not _PAGER_WORDS.search(link.title)


def _list_job(job: Job, asked: ListRequest) -> Job:
    return Job(job.source, PageKind.LIST, asked.request.url, asked.request, title=job.title, asked=asked, walk=job.walk)
