"""A crawl on many workers, divided by host: every host belongs to one share, a share is with one worker at a time.

So the limit of one request per host and the delay of each host hold over all workers. A share is crawled in tasks of limited
time. After each task the results are written here, archive first, and jobs for hosts of other shares are passed on.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Executor, Future, wait
from contextlib import ExitStack, contextmanager
from datetime import datetime

from pipelines.crawl.archive.archive_writer import CrawlError, Recorder, payload_path, province_lock
from pipelines.crawl.archive.warc import ArchiveError, load_body
from pipelines.crawl.canonical_urls import canonical_url
from pipelines.crawl.clock import Clock
from pipelines.crawl.crawl import entry_jobs, record_visits
from pipelines.crawl.list_visits import ColumnVisit
from pipelines.crawl.outcomes import Outcome
from pipelines.crawl.policy import CrawlPolicy
from pipelines.crawl.scheduling.crawl_task import Cookies, CrawlTask, HeldBody, TaskResult, host_of, run_task, share_of
from pipelines.crawl.scheduling.frontier import Job
from pipelines.crawl.scheduling.progress import CrawlProgress, CrawlSummary, log_crawl
from pipelines.execution.executor import width
from pipelines.home import Home
from schemas.sources import Source

SLICE_SECONDS = 300.0
"""Maximum duration of a task: what a dying worker loses is fetched again."""
_FIRST_SLICE_SECONDS = 20.0
_GROWTH = 1.5  # after a task that finished; a retry after a worker's death is shorter (``CrawlTask.reduced``)
_MAX_PROBLEMS = 50


def crawl_by_host(
    executor: Executor,
    home: Home,
    sources: Sequence[Source],
    policy: CrawlPolicy,
    *,
    run_id: str,
    now: datetime,
    on_progress: Callable[[CrawlProgress], None] | None = None,
) -> CrawlSummary:
    """As ``pipelines.crawl.crawl.crawl``, on the workers of ``executor``; one share for each task it does at a time.

    Raises:
        CrawlError: another crawl holds a province, the disk cannot be written, or results are missing.
        ExecutorError: the cluster failed; received results are kept, and the next run continues.
    """
    enabled = [source for source in sources if source.enabled]
    with _recorders(home, enabled, run_id, policy, now) as recorders:
        return _Crawl(executor, home, recorders, policy, run_id, Clock(now), on_progress).run(enabled)


@contextmanager
def _recorders(
    home: Home, sources: Sequence[Source], run_id: str, policy: CrawlPolicy, now: datetime
) -> Iterator[dict[str, Recorder]]:
    with ExitStack() as stack:
        recorders = {}
        for province in dict.fromkeys(source.province for source in sources):
            stack.enter_context(province_lock(home, province))
            recorders[province] = Recorder(home, province, run_id, policy, now)
            stack.callback(recorders[province].close)
        yield recorders


class _Crawl:
    """One run: queued jobs by share, and the shares with a running task."""

    def __init__(
        self,
        executor: Executor,
        home: Home,
        recorders: dict[str, Recorder],
        policy: CrawlPolicy,
        run_id: str,
        clock: Clock,
        on_progress: Callable[[CrawlProgress], None] | None,
    ) -> None:
        self._executor, self._home, self._recorders, self._policy = executor, home, recorders, policy
        self._run_id, self._clock, self._on_progress = run_id, clock, on_progress
        self._shares = width(executor)
        self._inboxes: dict[int, list[Job]] = {share: [] for share in range(self._shares)}
        self._out: dict[Future[TaskResult], CrawlTask] = {}
        self._summaries: list[CrawlSummary] = []
        self._visits: dict[tuple[str, str], ColumnVisit] = {}
        self._done: Counter[str] = Counter()
        self._seconds = dict.fromkeys(self._inboxes, min(_FIRST_SLICE_SECONDS, SLICE_SECONDS))
        self._rested_at: dict[str, float] = {}  # by host: when it may be asked again
        self._cookies: Cookies = {}

    def run(self, sources: Sequence[Source]) -> CrawlSummary:
        self._sort([job for source in sources for job in entry_jobs(source, self._policy, self._clock.started.year)])
        while self._send() or self._out:
            ready, _ = wait(self._out, return_when=FIRST_COMPLETED)
            for future in ready:
                self._take_in(self._out.pop(future), future.result())
        record_visits(self._recorders, self._visits.values(), run_id=self._run_id, now=self._clock.now())
        summary = self._summary()
        log_crawl(summary, {province: recorder.n_logged for province, recorder in self._recorders.items()})
        return summary

    def _sort(self, jobs: Sequence[Job]) -> None:
        for job in jobs:
            self._inboxes[share_of(job.host, self._shares)].append(job)

    def _send(self) -> bool:
        """Submit a task for every share that has jobs and no running task. Returns whether any was submitted."""
        away = {task.share for task in self._out.values()}
        due = [share for share, jobs in self._inboxes.items() if jobs and share not in away]
        for share in due:
            task = self._task(share, tuple(self._inboxes[share]))
            self._inboxes[share] = []
            self._out[self._executor.submit(run_task, task)] = task
        return bool(due)

    def _task(self, share: int, jobs: tuple[Job, ...]) -> CrawlTask:
        asked, hosts = {canonical_url(job.url) for job in jobs}, {job.host for job in jobs}
        now, rows, bodies = self._clock.monotonic(), {}, {}
        for province, recorder in self._recorders.items():
            rows[province] = recorder.index.rows(lambda url, canonical: canonical in asked or host_of(url) in hosts)
            bodies[province] = tuple(self._bodies(province, rows[province].lists))
        waits = {host: self._rested_at[host] - now for host in hosts if self._rested_at.get(host, 0.0) > now}
        return CrawlTask(
            share, jobs, tuple(self._recorders), rows, bodies, self._policy, self._run_id,
            self._clock.now(), self._seconds[share], waits,
            {host: self._cookies[host] for host in hosts if host in self._cookies},
        )  # fmt: skip

    def _bodies(self, province: str, places: Sequence[tuple[str, str, int, str]]) -> Iterator[HeldBody]:
        for digest, file, offset, url in places:
            try:
                yield HeldBody.of(digest, url, load_body(payload_path(self._home, province, file), offset, digest))
            except ArchiveError:
                continue  # the worker asks for the page whole, as it would here

    def _take_in(self, task: CrawlTask, result: TaskResult) -> None:
        """Write and index the results, then queue the remaining jobs."""
        if (result.share, result.n_jobs) != (task.share, len(task.jobs)):
            raise CrawlError(f"share {task.share} went out with {len(task.jobs)} jobs and {result.n_jobs} came back")
        for province, entries in result.entries.items():
            before = self._recorders[province].n_logged
            for entry in entries:
                self._recorders[province].put(entry)
            self._recorders[province].flush()
            logged = self._recorders[province].n_logged - before
            if logged != len(entries):
                raise CrawlError(f"{province}: {len(entries)} fetches came back and {logged} were recorded")
            self._done[province] += logged
            self._tell(province, len(result.left))
        self._summaries.append(result.summary)
        for visit in result.visits:
            known = self._visits.get((visit.source_id, visit.url))
            self._visits[visit.source_id, visit.url] = visit if known is None else known.merged(visit)
        self._seconds[task.share] = min(SLICE_SECONDS, _GROWTH * result.seconds)
        now = self._clock.monotonic()
        self._rested_at |= {host: now + seconds for host, seconds in result.waits.items()}
        for host in task.hosts:
            self._cookies.pop(host, None)  # dropped by a block page
        self._cookies |= result.cookies
        self._sort(result.left)

    def _tell(self, province: str, waiting: int) -> None:
        if self._on_progress is not None and self._done[province]:
            self._on_progress(CrawlProgress(province, self._done[province], waiting, 0, self._shares, 0, ""))

    def _summary(self) -> CrawlSummary:
        told = self._summaries
        outcomes: Counter[Outcome] = sum((Counter(summary.outcomes) for summary in told), Counter())
        problems = [problem for summary in told for problem in summary.problems][:_MAX_PROBLEMS]
        elapsed = (self._clock.now() - self._clock.started).total_seconds()
        return CrawlSummary(
            self._run_id, tuple(self._recorders), dict(outcomes), sum(s.n_requests for s in told),
            sum(s.n_bytes for s in told), sum(s.n_skipped for s in told), sum(s.n_deferred for s in told),
            sum(s.n_new_versions for s in told), elapsed, tuple(problems),
        )  # fmt: skip
