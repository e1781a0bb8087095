"""Discovery over many portals at once, through the crawl's own loop: its guard, robots.txt, pace, cookies and retries."""

import threading
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import datetime

from pipelines.crawl.archive.fetch_log import PageKind
from pipelines.crawl.classification.block_detection import Verdict, judge
from pipelines.crawl.classification.page import Page
from pipelines.crawl.clock import Clock
from pipelines.crawl.discovery.candidates import Candidate
from pipelines.crawl.discovery.candidates import Outcome as Discovered
from pipelines.crawl.discovery.ownership import site_names
from pipelines.crawl.discovery.portal_list import Portal
from pipelines.crawl.discovery.scoring import Says
from pipelines.crawl.discovery.search import PortalSearch
from pipelines.crawl.fetching.guard import Guard
from pipelines.crawl.fetching.http_client import Exchange, Request
from pipelines.crawl.fetching.robots import RobotsRules
from pipelines.crawl.outcomes import Outcome
from pipelines.crawl.policy import CrawlPolicy
from pipelines.crawl.scheduling.crawl_loop import CrawlLoop
from pipelines.crawl.scheduling.frontier import Frontier, Job
from schemas.sources import Source

MOST_REQUESTS = 15
"""Of one portal, robots.txt not counted; redirects, retries and data addresses are."""
_TOLD = Callable[[Discovered], None]


def discover(
    portals: Iterable[Portal], policy: CrawlPolicy, *, now: datetime, on_done: _TOLD, guard: Guard | None = None,
    clock: Clock | None = None,
) -> None:  # fmt: skip
    """Search every portal; ``on_done`` is called for each as soon as it ends, from any thread but never from two at once.

    Raises:
        whatever ``on_done`` raises: the search ends with it.
    """
    policy = replace(policy, max_attempts=2, max_redirects=4, retry_backoff=2.0, max_retry_after=60.0, render="off")
    clock = clock or Clock(now)
    visitor = _Visitor(policy, clock, on_done)
    for number, portal in enumerate(portals):
        visitor.begin(number, portal)
    CrawlLoop(visitor, guard or Guard(policy.allow_hosts), policy, clock).run()


class _Visitor:
    """Takes the place of a crawl's handler: what comes goes to the search it belongs to, nothing is archived."""

    def __init__(self, policy: CrawlPolicy, clock: Clock, on_done: _TOLD) -> None:
        self._policy, self._clock, self._on_done = policy, clock, on_done
        self.frontier = Frontier(clock)
        self.store = _NoStore()
        self.tally = _NoTally()
        self._walks: dict[str, _Walk] = {}
        self._lock = threading.Lock()

    def begin(self, number: int, portal: Portal) -> None:
        """Plan the first page of a portal."""
        source = Source(
            id=f"portal-{number}", url=portal.url, province=portal.province,
            delay_seconds=self._policy.min_delay_seconds,
        )  # fmt: skip
        self._walks[source.id] = walk = _Walk(source, PortalSearch(portal, latest_year=self._clock.started.year))
        self._go_on(walk)

    def conditional(self, job: Job) -> Request | None:
        """The request as it is; None when the portal's requests are used up."""
        walk = self._walks[job.source.id]
        if walk.n_requests >= MOST_REQUESTS:
            walk.search.failed(walk.candidate, f"not looked at: {MOST_REQUESTS} requests are used up")
            self._end(walk)
            return None
        walk.n_requests += 1
        return job.request

    def verdict(self, job: Job, exchange: Exchange) -> Verdict:
        """Classify an answer. A page that a browser would have to build may still print its menu in a script."""
        verdict = judge(exchange, may_be_data=True)
        if verdict.outcome is Outcome.NEEDS_RENDER and verdict.jump is None:
            return replace(verdict, outcome=Outcome.FETCHED)
        return verdict

    def landed(self, job: Job, exchange: Exchange, verdict: Verdict) -> None:
        """A complete answer."""
        walk = self._walks[job.source.id]
        page = verdict.page or Page(job.request.url, exchange.body, verdict.content_type)
        if verdict.outcome is not Outcome.FETCHED and not (verdict.jump and job.jumps):
            self._missed(walk, verdict)
            return
        try:
            walk.search.receive(walk.candidate, page)
            walk.site = walk.site or next(iter(site_names(page)), "")
        except (ValueError, LookupError, RecursionError, ArithmeticError) as error:
            walk.search.failed(walk.candidate, f"the page cannot be read: {type(error).__name__}: {error}")
        self._go_on(walk)

    def beside(self, job: Job, exchange: Exchange, verdict: Verdict) -> None:
        """Nothing is rendered, so there is no page as the server sent it beside a rendered one."""

    def failed(self, job: Job, verdict: Verdict) -> None:
        """No complete answer."""
        self._missed(self._walks[job.source.id], verdict)

    def deferred(self, job: Job, why: str) -> None:
        """The host is left alone for now."""
        self._missed(self._walks[job.source.id], Verdict(Outcome.DEFERRED, why))

    def _missed(self, walk: "_Walk", verdict: Verdict) -> None:
        walk.in_trouble = walk.in_trouble or verdict.outcome.is_transient or verdict.outcome is Outcome.DEFERRED
        walk.search.failed(walk.candidate, f"{verdict.outcome} {verdict.message}".strip())
        self._go_on(walk)

    def _go_on(self, walk: "_Walk") -> None:
        candidate = walk.search.next() if walk.n_requests < MOST_REQUESTS else None
        if candidate is None:
            self._end(walk)
            return
        walk.candidate = candidate
        referer = (("Referer", candidate.parent),) if candidate.parent else ()
        request = replace(candidate.request, headers=(*referer, *candidate.request.headers))
        self.frontier.add(Job(walk.source, PageKind.LIST, candidate.url, request, title=candidate.label))

    def _end(self, walk: "_Walk") -> None:
        proposals, why = walk.search.finish()
        if not proposals and walk.n_requests >= MOST_REQUESTS:
            why = f"{why} (after {MOST_REQUESTS} requests)"
        done = Discovered(
            walk.search.portal, proposals, walk.n_requests, why, bool(proposals) or not walk.in_trouble, walk.site,
            walk.search.government.region_code,
        )  # fmt: skip
        with self._lock:
            del self._walks[walk.source.id]
            self._on_done(done)


class _Walk:
    """A search and what is asked for it at the moment."""

    def __init__(self, source: Source, search: PortalSearch) -> None:
        self.source, self.search = source, search
        self.n_requests, self.in_trouble, self.site = 0, False, ""
        self.candidate: Candidate = Candidate(Request(source.url), Says.PORTAL, 0)


class _NoStore:
    """Where a crawl keeps what it fetched; a discovery keeps nothing but the rules of the run."""

    def on_failure(self, report: Callable[[BaseException], None]) -> None:
        """Nothing is written that could fail."""

    def remembered_robots(self, job: Job) -> RobotsRules | None:
        """Every authority is asked once in a run."""
        return None

    def robots(self, job: Job, exchange: Exchange, rules: RobotsRules) -> None:
        """The loop itself remembers them."""


class _NoTally:
    def requested(self) -> None:
        """Each portal's requests are counted where they are admitted."""
