"""The frontier: a queue per host, one request per host at a time, the host that is ready first is served first."""

import heapq
import threading
from collections import deque
from dataclasses import dataclass, field, replace
from functools import cached_property
from urllib.parse import urlsplit

from pipelines.crawl.archive.fetch_log import PageKind
from pipelines.crawl.archive.page_index import Held
from pipelines.crawl.clock import Clock
from pipelines.crawl.fetching.http_client import Request
from pipelines.crawl.list_visits import ColumnVisit
from pipelines.crawl.outcomes import Outcome
from pipelines.crawl.site_families.base import ListRequest
from schemas.sources import Source

# Attachments before reports before lists: reports are completed early, and queues stay short.
_RANK = {PageKind.ATTACHMENT: 0, PageKind.REPORT: 1, PageKind.LIST: 2}


@dataclass
class Walk:
    """State of reading one list: what was seen, so that a list that repeats itself ends."""

    column: str
    pages: int = 0
    seen: set[int] = field(default_factory=set)  # hashes of canonical addresses; gone with the list
    shown: set[int] = field(
        default_factory=set
    )  # of those, what the opening page printed and no data address has repeated
    prefixes: set[str] = field(default_factory=set)  # of the reports
    surroundings: set[str] = field(default_factory=set)  # of all articles
    depth: int = 0  # of sub-columns
    unchanged: bool = False  # the last page looked at was as we hold it
    visit: ColumnVisit | None = None


@dataclass(frozen=True)
class Job:
    """One page to fetch. ``request.url`` moves with redirects; ``url`` stays what was linked."""

    source: Source
    kind: PageKind
    url: str
    request: Request
    title: str = ""
    parent: str = ""  # report id, for an attachment
    attempts: int = 0
    hops: int = 0
    jumps: int = 0  # redirects of pages (meta refresh, script) that were followed
    renewed: bool = False  # asked again because the kept connection was gone
    scheme_failure: tuple[Outcome, str] | None = (
        None  # why the scheme of the link did not work; the other was tried then
    )
    asked: ListRequest | None = None
    walk: Walk | None = None
    held: Held | None = None  # what the archive had of the page when it was planned

    @cached_property
    def host(self) -> str:
        return (urlsplit(self.request.url).hostname or "").rstrip(".")

    def moved(self, url: str) -> "Job":
        return replace(self, request=replace(self.request, url=url), hops=self.hops + 1)


@dataclass
class HostQueue:
    """The jobs of one host, and the earliest time of its next request (monotonic seconds)."""

    waiting: tuple[deque[Job], deque[Job], deque[Job]] = field(default_factory=lambda: (deque(), deque(), deque()))
    ready_at: float = 0.0
    busy: bool = False
    scheduled: bool = False

    def __len__(self) -> int:
        return sum(map(len, self.waiting))

    def pop(self) -> Job:
        return next(queue.popleft() for queue in self.waiting if queue)


def in_other_scheme(job: Job, outcome: Outcome, message: str) -> Job | None:
    """The job as http where it was https, and the reverse (docs/domain/site-behaviour.md#transport).

    None where the failure says nothing of the scheme, or both were tried. A host that refuses connections is tried only at
    the default ports.
    """
    parts = urlsplit(job.request.url)
    default_port = parts.port in (None, 80, 443)
    is_of_scheme = outcome is Outcome.TLS_FAILED or (outcome is Outcome.CONNECTION_FAILED and default_port)
    if job.scheme_failure is not None or not is_of_scheme:
        return None
    netloc = parts.hostname or "" if default_port else parts.netloc
    other = parts._replace(scheme="http" if parts.scheme == "https" else "https", netloc=netloc).geturl()
    return replace(job, request=replace(job.request, url=other), scheme_failure=(outcome, message))


class Frontier:
    """Thread-safe. ``take`` blocks until a host is ready, and returns None when no jobs are queued or running."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._hosts: dict[str, HostQueue] = {}
        self._heap: list[tuple[float, int, str]] = []
        self._lock = threading.Lock()
        # One waiting thread, the leader, watches the clock for the next host; the others sleep until they are called.
        # With all of them watching, each tick would wake every thread for one piece of work.
        self._leader = threading.Condition(self._lock)
        self._followers = threading.Condition(self._lock)
        self._has_leader = False
        self._tickets = 0
        self._n_busy = 0
        self._stopped = False

    def add(self, job: Job, *, first: bool = False) -> None:
        """Queue a job; ``first`` puts it before its equals (a retry, a redirect)."""
        with self._lock:
            queue = self._hosts.setdefault(job.host, HostQueue())
            lane = queue.waiting[_RANK[job.kind]]
            if first:
                lane.appendleft(job)
            else:
                lane.append(job)
            self._schedule(job.host, queue)

    def take(self, *, wait: bool = True) -> Job | None:
        """The next job of a host that may be asked now. Without ``wait`` also None where there is none yet."""
        with self._lock:
            if not wait:
                is_ready = not self._stopped and self._heap and self._heap[0][0] <= self._clock.monotonic()
                return self._take_first() if is_ready else None
            return self._wait_for_job()

    def _wait_for_job(self) -> Job | None:
        while not self._stopped:
            if not self._heap and not self._n_busy:
                break
            pause = self._heap[0][0] - self._clock.monotonic() if self._heap else None
            if pause is not None and pause <= 0:
                return self._take_first()
            if self._has_leader or pause is None:
                self._clock.wait(self._followers, None)
                continue
            self._has_leader = True
            self._clock.wait(self._leader, pause)
            self._has_leader = False
        self._leader.notify_all()
        self._followers.notify_all()
        return None

    def release(self, host: str, ready_at: float) -> None:
        """Release the host; its next job may start at ``ready_at`` (monotonic seconds)."""
        with self._lock:
            queue = self._hosts[host]
            queue.busy = False
            queue.ready_at = ready_at
            self._n_busy -= 1
            if queue:
                self._schedule(host, queue)
            if not self._n_busy and not self._heap:
                self._leader.notify_all()
                self._followers.notify_all()

    def stop(self) -> None:
        """Stop: ``take`` returns None from now on."""
        with self._lock:
            self._stopped = True
            self._leader.notify_all()
            self._followers.notify_all()

    def counts(self) -> tuple[int, int, int]:
        """(hosts with work, hosts being asked, jobs waiting)."""
        with self._lock:
            lengths = [len(queue) for queue in self._hosts.values()]
            return sum(1 for length in lengths if length), self._n_busy, sum(lengths)

    def _take_first(self) -> Job:
        _, _, host = heapq.heappop(self._heap)
        queue = self._hosts[host]
        queue.scheduled, queue.busy = False, True
        self._n_busy += 1
        if self._heap and not self._has_leader:
            self._followers.notify()  # somebody must watch for the next host
        return queue.pop()

    def _schedule(self, host: str, queue: HostQueue) -> None:
        if queue.busy or queue.scheduled:
            return
        self._tickets += 1
        queue.scheduled = True
        heapq.heappush(self._heap, (queue.ready_at, self._tickets, host))
        if self._heap[0][2] != host:
            return  # somebody is already watching for an earlier one
        (self._leader if self._has_leader else self._followers).notify()
