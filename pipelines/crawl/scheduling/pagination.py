"""Walks through lists: which links are new, what to ask for next, and when a list has ended."""

import re
from collections.abc import Callable
from dataclasses import replace

from pipelines.crawl.archive.fetch_log import PageKind
from pipelines.crawl.canonical_urls import canonical_url
from pipelines.crawl.classification.page import Page
from pipelines.crawl.fetching.http_client import Request
from pipelines.crawl.policy import CrawlPolicy
from pipelines.crawl.scheduling.frontier import Job, Walk
from pipelines.crawl.scheduling.link_selection import Role, link_prefix, role_of
from pipelines.crawl.site_families.base import Link, ListRequest
from pipelines.crawl.site_families.detection import adapter_for
from schemas.site_families import ListingFamily
from schemas.sources import Source

_PAGER_WORDS = re.compile(r"[上下首末尾前后]一?页|跳转|第\s*\d+\s*页|共\s*\d+")
_MAX_DEPTH = 2  # column → year → 部门; deeper trees loop back into the site


def first_list_job(source: Source, latest_year: int) -> Job:
    """The job that opens a column."""
    request = Request(source.url)
    asked = ListRequest(request, source.listing, state={"latest_year": str(latest_year)})
    return Job(source, PageKind.LIST, source.url, request, asked=asked, walk=Walk(source.url))


class ListReader:
    """Reads fetched list pages and plans what follows. ``plan`` queues a job if it is due."""

    def __init__(self, plan: Callable[[Job], None], policy: CrawlPolicy, *, latest_year: int) -> None:
        self._plan, self._policy, self._latest_year = plan, policy, latest_year

    def read(self, job: Job, page: Page) -> None:
        """Follow a list page: its report links, its parts, and its next page."""
        walk, asked = job.walk, job.asked
        if walk is None or asked is None:
            raise ValueError("a list job needs a walk and a list request")
        adapter = adapter_for(asked.family, page)
        listed = adapter.read(page, replace(asked, family=adapter.family))
        new = [link for link in listed.links if hash(canonical_url(link.url)) not in walk.seen]
        chosen = [(link, role) for link in new if (role := role_of(link, walk.column, latest_year=self._latest_year))]
        if asked.page > 1 and not self._accepted(asked, walk, new, chosen):
            self.failed(job)
            return
        walk.pages += 1
        walk.unchanged = walk.unchanged and not listed.is_shell
        walk.seen.update(hash(canonical_url(link.url)) for link in new)
        walk.prefixes.update(link_prefix(link.url) for link, _ in chosen)
        for link, role in chosen:
            self._plan(self._job_for(job, walk, link, role))
        if listed.next is not None and walk.pages < self._policy.max_list_pages:
            self._plan(_list_job(job, listed.next))

    def failed(self, job: Job) -> None:
        """A list page was not to be had, or held nothing new: try the next alternative, if there is one."""
        if job.asked is not None and job.asked.alternatives:
            first, *rest = job.asked.alternatives
            self._plan(_list_job(job, first.with_alternatives(*rest)))

    def _accepted(self, asked: ListRequest, walk: Walk, new: list[Link], chosen: list[tuple[Link, Role]]) -> bool:
        """A page that brings nothing new ends the list. A guessed page must stay under the paths of page one, or it has
        drifted into another column (domain.md §4.1)."""
        if not asked.guess:
            return any(_is_item(link) for link in new)
        return any(link_prefix(link.url) in walk.prefixes for link, _ in chosen)

    def _job_for(self, job: Job, walk: Walk, link: Link, role: Role) -> Job:
        request = Request(link.url)
        if role is Role.REPORT or walk.depth >= _MAX_DEPTH:
            return Job(job.source, PageKind.REPORT, link.url, request, title=link.title)
        part = Walk(link.url, depth=walk.depth + 1)
        asked = ListRequest(request, ListingFamily.AUTO, state={"latest_year": str(self._latest_year)})
        return Job(job.source, PageKind.LIST, link.url, request, title=link.title, asked=asked, walk=part)


def _is_item(link: Link) -> bool:
    """Not a part of the pager: a list that turns in a circle may give its next page a new address each time."""
    return len(link.title) >= 5 and not _PAGER_WORDS.search(link.title)


def _list_job(job: Job, asked: ListRequest) -> Job:
    return Job(job.source, PageKind.LIST, asked.request.url, asked.request, title=job.title, asked=asked, walk=job.walk)
