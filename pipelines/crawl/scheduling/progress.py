"""Progress and summary of a crawl."""

import logging
import threading
import time
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from pipelines.crawl.outcomes import Outcome
from pipelines.run_log import log_step

_MAX_PROBLEMS = 50
_LOG = logging.getLogger(__name__)


@dataclass(frozen=True)
class CrawlProgress:
    """Progress of one province."""

    province: str
    done: int  # pages finished, whatever the outcome
    waiting: int  # pages known and not yet finished
    n_bytes: int
    hosts: int
    failing_hosts: int
    url: str  # the page that was finished last


@dataclass(frozen=True)
class CrawlSummary:
    """Summary of a run. ``outcomes`` counts finished pages (retries and redirects are part of one page)."""

    run_id: str
    provinces: tuple[str, ...]
    outcomes: dict[Outcome, int]
    n_requests: int  # HTTP requests sent, robots.txt and redirects included
    n_bytes: int  # bodies, decoded
    n_skipped: int  # known pages that were not due
    n_deferred: int  # pages left for the next run because their host is in trouble
    n_new_versions: int  # report pages or attachments with bytes not held before
    elapsed_seconds: float
    problems: tuple[str, ...]  # first failures, one line each

    @property
    def n_fetches(self) -> int:
        return sum(self.outcomes.values())


def log_crawl(summary: CrawlSummary, logged: Mapping[str, int]) -> None:
    """Log the summary of a crawl: fetches by province, then in total."""
    for province, n_fetches in logged.items():
        log_step(_LOG, "crawled", province=province, run=summary.run_id, fetches=n_fetches)
    log_step(
        _LOG, "crawl ended", run=summary.run_id, provinces=len(summary.provinces), requests=summary.n_requests,
        bytes=summary.n_bytes, skipped=summary.n_skipped, deferred=summary.n_deferred,
        new_versions=summary.n_new_versions, seconds=round(summary.elapsed_seconds, 1),
    )  # fmt: skip


@dataclass
class _Province:
    done: int = 0
    planned: int = 0
    n_bytes: int = 0
    hosts: set[str] = field(default_factory=set)
    failing: set[str] = field(default_factory=set)
    told_at: float = 0.0


class Tally:
    """Counts of a running crawl. Thread-safe; tells ``on_progress`` at most a few times a second per province."""

    def __init__(self, on_progress: Callable[[CrawlProgress], None] | None = None, every: float = 0.2) -> None:
        self._lock = threading.Lock()
        self._provinces: dict[str, _Province] = {}
        self._on_progress, self._every = on_progress, every
        self.outcomes: Counter[Outcome] = Counter()
        self.n_requests = self.n_skipped = self.n_deferred = self.n_new_versions = 0
        self._problems: list[str] = []
        self._started = time.monotonic()

    def planned(self, province: str, host: str) -> None:
        with self._lock:
            state = self._provinces.setdefault(province, _Province())
            state.planned += 1
            state.hosts.add(host)

    def requested(self) -> None:
        with self._lock:
            self.n_requests += 1

    def skipped(self) -> None:
        with self._lock:
            self.n_skipped += 1

    def problem(self, line: str) -> None:
        """Record a problem for the operator that is not the outcome of a fetch."""
        with self._lock:
            if len(self._problems) < _MAX_PROBLEMS:
                self._problems.append(line)

    def deferred(self, province: str, host: str, url: str) -> None:
        with self._lock:
            self.n_deferred += 1
        self._finished(province, host, url, 0, failing=True)

    def finished(
        self, province: str, host: str, url: str, outcome: Outcome, n_bytes: int, message: str, *, is_new: bool
    ) -> None:
        with self._lock:
            self.outcomes[outcome] += 1
            self.n_new_versions += is_new
            if not outcome.is_good and len(self._problems) < _MAX_PROBLEMS:
                self._problems.append(f"{outcome}: {url}" + (f" ({message})" if message else ""))
        failing = outcome.is_transient or outcome.is_wall or outcome in (Outcome.TLS_FAILED, Outcome.ROBOTS_UNREACHABLE)
        self._finished(province, host, url, n_bytes, failing=failing)

    def summary(self, run_id: str, provinces: tuple[str, ...]) -> CrawlSummary:
        with self._lock:
            return CrawlSummary(
                run_id, provinces, dict(self.outcomes), self.n_requests,
                sum(state.n_bytes for state in self._provinces.values()), self.n_skipped, self.n_deferred,
                self.n_new_versions, time.monotonic() - self._started, tuple(self._problems),
            )  # fmt: skip

    def _finished(self, province: str, host: str, url: str, n_bytes: int, *, failing: bool) -> None:
        now = time.monotonic()
        with self._lock:
            state = self._provinces.setdefault(province, _Province())
            state.done += 1
            state.n_bytes += n_bytes
            (state.failing.add if failing else state.failing.discard)(host)
            waiting = state.planned - state.done
            if self._on_progress is None or (now - state.told_at < self._every and waiting > 0):
                return
            state.told_at = now
            told = CrawlProgress(
                province, state.done, max(waiting, 0), state.n_bytes, len(state.hosts), len(state.failing), url
            )
        self._on_progress(told)
