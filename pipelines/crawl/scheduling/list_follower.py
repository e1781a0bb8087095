"""What follows from a list page: its reports and further pages are planned, or its next alternative is tried."""

from collections.abc import Callable
from dataclasses import replace

from pipelines.crawl.archive.fetch_store import FetchStore
from pipelines.crawl.archive.page_index import Held
from pipelines.crawl.archive.warc import digest_of
from pipelines.crawl.classification.page import Page
from pipelines.crawl.outcomes import Outcome
from pipelines.crawl.policy import CrawlPolicy
from pipelines.crawl.scheduling.frontier import Frontier, Job
from pipelines.crawl.scheduling.pagination import ListReader
from pipelines.crawl.scheduling.progress import Tally


class ListFollower:
    """Reads list pages, fetched or held, and plans what they link."""

    def __init__(
        self, plan: Callable[[Job], bool], store: FetchStore, frontier: Frontier, policy: CrawlPolicy, tally: Tally,
        *, latest_year: int,
    ) -> None:  # fmt: skip
        self._store, self._frontier, self._tally = store, frontier, tally
        self._lists = ListReader(plan, policy, latest_year=latest_year)
        self._digests: set[int] = set()

    def is_list(self, digest: str | None) -> bool:
        """Whether the run has read a list page of these bytes."""
        return hash(digest) in self._digests

    def follow(self, job: Job, page: Page, outcome: Outcome, held: Held | None, message: str) -> None:
        """Read a list as it was fetched, or as it is held where the server said that it has not changed."""
        if not outcome.is_good or outcome is Outcome.END_OF_LIST:
            self.failed(job, outcome, message)
            return
        if job.walk is not None:
            job.walk.unchanged = outcome in (Outcome.NOT_MODIFIED, Outcome.UNCHANGED)
        if outcome is Outcome.NOT_MODIFIED and held is not None:
            self._read_held(job, held)
        else:
            self._read(job, page)

    def failed(self, job: Job, outcome: Outcome, message: str) -> None:
        """Record that a list could not be read, and try its next alternative."""
        opened = job.walk.visit if job.walk is not None and job.walk.pages == 0 else None
        if outcome is Outcome.NEEDS_RENDER and opened is not None:
            opened.needs_render = True
        self._lists.failed(job, why=f"{outcome} {message}".strip(), outcome=outcome)

    def follow_held(self, job: Job, held: Held) -> None:
        """Go on with a list that is not due."""
        if held.digest is None or not held.outcome.is_good:
            self.failed(job, held.outcome, "")
            return
        if job.walk is not None:
            job.walk.unchanged = True
        self._read_held(job, held)

    def _read_held(self, job: Job, held: Held) -> None:
        body = self._store.load(job, held)
        if body is None:  # not readable in the archive: request it without validators
            self._tally.planned(job.source.province, job.host)
            self._frontier.add(replace(job, held=None), first=True)
        else:
            self._read(job, Page(held.final_url or held.url, body, held.content_type or "text/html"))

    def _read(self, job: Job, page: Page) -> None:
        self._digests.add(hash(digest_of(page.body)))
        try:
            self._lists.read(job, page)
        except (ValueError, LookupError, RecursionError, ArithmeticError) as error:
            # Its bytes are archived; one page that an adapter cannot read must not fail the run.
            problem = f"the list cannot be read: {type(error).__name__}: {error}"
            self._tally.problem(f"{job.url}: {problem}"[:300])
            if job.walk is not None and job.walk.visit is not None:
                job.walk.visit.failure = problem[:300]
