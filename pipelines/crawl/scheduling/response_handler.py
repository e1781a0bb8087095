"""Handles responses: classifies them, records them in archive and log, and plans the jobs that follow."""

import threading
from collections.abc import Iterable
from dataclasses import replace
from urllib.parse import urlsplit

from pipelines.crawl.archive.fetch_log import FetchRecord, PageKind
from pipelines.crawl.archive.fetch_store import FetchStore, index_key
from pipelines.crawl.archive.page_index import Held, page_key
from pipelines.crawl.archive.warc import digest_of
from pipelines.crawl.canonical_urls import report_id
from pipelines.crawl.classification.block_detection import Verdict, judge
from pipelines.crawl.classification.page import Page, is_html
from pipelines.crawl.classification.replacement_policy import judge_file, judge_report
from pipelines.crawl.clock import Clock
from pipelines.crawl.fetching.http_client import Exchange, Request
from pipelines.crawl.list_visits import ColumnVisit
from pipelines.crawl.outcomes import Outcome
from pipelines.crawl.policy import CrawlPolicy
from pipelines.crawl.scheduling.frontier import Frontier, Job
from pipelines.crawl.scheduling.link_selection import attachments_of, pictures_of, role_of
from pipelines.crawl.scheduling.list_follower import ListFollower
from pipelines.crawl.scheduling.probing import holds_one_report
from pipelines.crawl.scheduling.progress import Tally
from pipelines.crawl.scheduling.revisit import conditional_request, is_due
from pipelines.crawl.site_families.detection import fingerprint
from pipelines.crawl.site_families.links import anchors
from pipelines.crawl.site_families.page_lists.browser_only import needs_browser
from pipelines.crawl.site_families.page_lists.frames import frames_of
from schemas.site_families import ListingFamily


class ResponseHandler:
    """Handles the response of each job. Used by all workers; keeps no page in memory."""

    def __init__(self, store: FetchStore, policy: CrawlPolicy, clock: Clock, tally: Tally) -> None:
        self.store, self._policy, self._clock, self.tally = store, policy, clock, tally
        self.frontier = Frontier(clock)
        self._lists = ListFollower(self.plan, store, self.frontier, policy, tally, latest_year=clock.started.year)
        self._lists_planned: set[int] = set()
        self._in_flight: set[int] = set()  # queued and not yet in the index, which knows the rest
        self._lock = threading.Lock()
        self.visits: dict[tuple[str, str], ColumnVisit] = {}  # by source and column
        store.on_commit(self.committed)

    # What to fetch

    def plan(self, job: Job) -> bool:
        """Queue a page if it is due; otherwise go on with what the archive holds of it. A page is fetched once a run: False when
        it has been planned before."""
        key = hash((index_key(job), job.parent))
        self._visited(job)
        with self._lock:
            if key in self._in_flight or key in self._lists_planned:
                return False
            if job.kind is PageKind.LIST:
                self._lists_planned.add(key)  # reading a list twice would loop
        held = self.store.page(job)
        deep = job.walk is not None and job.asked is not None and (job.walk.unchanged or job.asked.guess)
        if is_due(held, self._policy, run_id=self.store.run_id, now=self._clock.now(), deep=deep) or held is None:
            with self._lock:
                if key in self._in_flight:
                    return False
                self._in_flight.add(key)
            self.tally.planned(job.source.province, job.host)
            # Finish a list before the next one of its host starts, to bound the state in memory.
            self.frontier.add(replace(job, held=held), first=job.asked is not None and job.asked.page > 1)
            return True
        self.tally.skipped()
        self._go_on_with(job, held)
        return True

    def _visited(self, job: Job) -> None:
        """Keep the counts of a column for the verdict at the end of the run."""
        if job.walk is not None and job.walk.visit is not None:
            visit = job.walk.visit
            self.visits[visit.source_id, visit.url] = visit

    def committed(self, records: Iterable[FetchRecord]) -> None:
        """Forget pages that are in the index now."""
        with self._lock:
            self._in_flight.difference_update(hash(page_key(record)) for record in records)

    def conditional(self, job: Job) -> Request:
        """The request of a job, with the validators of the held version from the same address."""
        return conditional_request(job.request, job.held)

    # How it ended

    def verdict(self, job: Job, exchange: Exchange) -> Verdict:
        """Classify an answer, knowing what kind of page was asked for."""
        verdict = judge(exchange, may_be_data=job.kind is PageKind.LIST, may_be_picture=_may_be_picture(job))
        if verdict.outcome is Outcome.FETCHED and _opens_a_column(job) and verdict.page is not None:
            return self._behind_script(job, verdict, verdict.page)
        if verdict.outcome is Outcome.NEEDS_RENDER and verdict.jump is None and job.kind is PageKind.LIST:
            page = verdict.page or Page(job.request.url, exchange.body, verdict.content_type)
            # a shell whose data address is known, or whose script writes a frame
            if fingerprint(page) is not ListingFamily.STATIC or frames_of(page, may_be_elsewhere=True):
                return replace(verdict, outcome=Outcome.FETCHED, message="")
        return verdict

    def _behind_script(self, job: Job, verdict: Verdict, page: Page) -> Verdict:
        """A system whose lists only its own script can fetch, and no report link in the page."""
        column, latest = job.request.url, self._clock.started.year
        if not needs_browser(page) or any(role_of(link, column, latest_year=latest) for link in anchors(page)):
            return verdict
        return replace(
            verdict, outcome=Outcome.NEEDS_RENDER, message=f"{fingerprint(page)}: the list is fetched by script"
        )

    def landed(self, job: Job, exchange: Exchange, verdict: Verdict) -> None:
        """Handle a complete response: record it with its bytes, then plan what follows."""
        held = job.held
        page = verdict.page or Page(job.request.url, exchange.body, verdict.content_type)
        if verdict.outcome is Outcome.FETCHED and self._turns_out_a_report(job, page):
            if job.walk is not None and job.walk.visit is not None:
                job.walk.visit.pages, job.walk.visit.reports = int(job.walk.depth == 0), 1
            job = replace(job, kind=PageKind.REPORT)
        digest = _digest(exchange, held)
        verdict, attachments = self._judged(job, page, verdict, digest)
        outcome = verdict.outcome
        if _is_tried(job) and outcome in (Outcome.NOT_FOUND, Outcome.SOFT_404):
            outcome = Outcome.END_OF_LIST  # a page that may be at this address is not
        if outcome is Outcome.NOT_MODIFIED and digest is None:
            # 304: what was no report the last time is none now; or an answer to a request without validators.
            was_empty = held is not None and held.outcome is Outcome.SOFT_404
            outcome = Outcome.SOFT_404 if was_empty else Outcome.WRONG_TYPE
        elif held is not None and digest == held.digest and outcome in (Outcome.FETCHED, Outcome.IMAGES_ONLY):
            outcome = Outcome.UNCHANGED
        n_text = page.n_text if outcome.is_good and outcome is not Outcome.NOT_MODIFIED else None
        record = self.store.record(
            job, exchange, outcome, verdict.message, content_type=verdict.content_type or None,
            n_bytes=len(exchange.body), n_text=n_text, payload_digest=digest, attachments=attachments,
            etag=exchange.header("etag"), last_modified=exchange.header("last-modified"),
        )  # fmt: skip
        is_new = outcome in (Outcome.FETCHED, Outcome.IMAGES_ONLY) and job.kind is not PageKind.LIST
        self.store.put(job, record, exchange, is_new=is_new)
        self._follow(job, page, outcome, attachments, held, verdict.message)

    def _turns_out_a_report(self, job: Job, page: Page) -> bool:
        """Whether what was taken for a column, or for a part of one, is a report."""
        if not _opens_a_column(job):
            return False
        is_part = job.walk is not None and job.walk.depth > 0
        return page.reads_like_report or (is_part and holds_one_report(page, latest_year=self._clock.started.year))

    def beside(self, job: Job, exchange: Exchange, verdict: Verdict) -> None:
        """Archive what the server sent of a page that a browser has finished: it is evidence, and no version of the report."""
        record = self.store.record(
            job, exchange, Outcome.NEEDS_RENDER, "as the server sent it",
            content_type=verdict.content_type or None, n_bytes=len(exchange.body), payload_digest=_digest(exchange, None),
        )  # fmt: skip
        self.store.put(job, record, exchange, is_new=False, counted=False)

    def _judged(self, job: Job, page: Page, verdict: Verdict, digest: str | None) -> tuple[Verdict, tuple[str, ...]]:
        """Decide whether a fetched page may replace the held version, and queue the attachments that contain its report."""
        if verdict.outcome is not Outcome.FETCHED or job.kind not in (PageKind.REPORT, PageKind.ATTACHMENT):
            return verdict, ()
        if job.kind is PageKind.ATTACHMENT:
            return judge_file(page, verdict, job.held, self._policy), ()
        if self._lists.is_list(digest):  # what a site answers when it is asked too fast
            return replace(verdict, outcome=Outcome.THROTTLED, message="a list page in place of the report"), ()
        attachments: tuple[str, ...] = ()
        if page.is_html and not page.has_statutory_tables:
            attachments = attachments_of(page, self._policy.max_attachments)
        verdict = judge_report(page, verdict, job.held, attachments, self._policy, job.source)
        if verdict.outcome is Outcome.FETCHED and page.is_html and not page.reads_like_report and not attachments:
            verdict = self._against_held(job, page, verdict)
        # Words of the tables are looked for only where there is an image: most pages that lack them are prose.
        if (
            page.is_html
            and verdict.outcome.is_good
            and not attachments
            and page.has_images
            and not page.has_every_table
        ):
            attachments = pictures_of(page, self._policy.max_pictures)
        return verdict, attachments

    def _against_held(self, job: Job, page: Page, verdict: Verdict) -> Verdict:
        """Whether another page has replaced a report that was taken down."""
        held = job.held
        if held is None or held.digest is None or held.digest == digest_of(page.body):
            return verdict
        if is_html(held.content_type or ""):
            body = self.store.load(job, held)
            if body is None or not Page(held.url, body, held.content_type or "").reads_like_report:
                return verdict
        return replace(verdict, outcome=Outcome.SOFT_404, message="another page in place of the report that is held")

    def failed(self, job: Job, verdict: Verdict) -> None:
        """Handle a failure: record it, and let a list try its next alternative."""
        outcome, message = verdict.outcome, verdict.message
        if job.scheme_failure is not None and verdict.outcome in (
            Outcome.CONNECTION_FAILED,
            Outcome.TLS_FAILED,
            Outcome.TIMEOUT,
        ):
            outcome, first = job.scheme_failure
            message = f"{first}; as {urlsplit(job.request.url).scheme}: {message}"
        self.store.put(job, self.store.record(job, None, outcome, message), None, is_new=False)
        if job.kind is PageKind.LIST:
            self._lists.failed(job, outcome, message)

    def deferred(self, job: Job, why: str) -> None:
        """Defer a job, because its host is not requested any more in this run. Only a source's own page is logged."""
        if job.walk is not None and job.walk.visit is not None:
            job.walk.visit.failure = f"{Outcome.DEFERRED}: {why}"
        if job.url == job.source.url:
            self.store.put(job, self.store.record(job, None, Outcome.DEFERRED, why), None, is_new=False, counted=False)
        self.tally.deferred(job.source.province, job.host, f"{job.request.url}: {why}")

    # What follows

    def _follow(
        self, job: Job, page: Page, outcome: Outcome, attachments: tuple[str, ...], held: Held | None, message: str
    ) -> None:
        if job.kind is PageKind.LIST:
            self._lists.follow(job, page, outcome, held, message)
        elif job.kind is PageKind.REPORT and outcome.is_good:
            known = held.attachments if outcome is Outcome.NOT_MODIFIED and held is not None else attachments
            self._plan_attachments(job, known)

    def _go_on_with(self, job: Job, held: Held) -> None:
        """Follow the links of a page that is not due: its reports and attachments may not have been fetched yet."""
        if held.kind is PageKind.LIST and job.kind is PageKind.LIST:
            self._lists.follow_held(job, held)
        elif held.kind is PageKind.REPORT and held.digest is not None:
            self._plan_attachments(job, held.attachments)

    def _plan_attachments(self, job: Job, urls: tuple[str, ...]) -> None:
        for url in urls:
            self.plan(
                Job(
                    job.source,
                    PageKind.ATTACHMENT,
                    url,
                    Request(url, None, (("Referer", job.url),)),
                    parent=report_id(job.url),
                )
            )


def _may_be_picture(job: Job) -> bool:
    """A report, or a file of one, may be a picture; not where something else is held."""
    held = job.held
    is_free = held is None or held.digest is None or (held.content_type or "").startswith("image/")
    return job.kind in (PageKind.REPORT, PageKind.ATTACHMENT) and is_free


def _is_tried(job: Job) -> bool:
    """A list page at a guessed address, or at the first of several that it may have."""
    return not _opens_a_column(job) and job.asked is not None and (job.asked.guess or bool(job.asked.alternatives))


def _opens_a_column(job: Job) -> bool:
    return job.kind is PageKind.LIST and job.walk is not None and job.walk.pages == 0


def _digest(exchange: Exchange, held: Held | None) -> str | None:
    if exchange.status == 304:
        return held.digest if held is not None else None
    return digest_of(exchange.body)
