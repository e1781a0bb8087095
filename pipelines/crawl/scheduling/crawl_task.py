"""The part of a distributed crawl that one worker does: the jobs of some hosts, and what is held of their pages.

Workers share no disk. A worker crawls in a temporary folder that holds the index and the list pages of its hosts. It returns
log records with their archive members; only the scheduler of the crawl writes them to the archive.
"""

import tempfile
import threading
import zlib
from collections import Counter
from collections.abc import Mapping, Set
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from datetime import datetime
from http.cookiejar import Cookie
from pathlib import Path
from typing import Self
from urllib.parse import urlsplit

from pipelines.crawl.archive.archive_writer import Entry, Recorder, payload_path
from pipelines.crawl.archive.fetch_log import log_files, read_log
from pipelines.crawl.archive.fetch_store import FetchStore
from pipelines.crawl.archive.page_index import IndexRows, PageIndex
from pipelines.crawl.archive.warc import resource_member
from pipelines.crawl.clock import Clock
from pipelines.crawl.fetching.guard import Guard
from pipelines.crawl.list_visits import ColumnVisit
from pipelines.crawl.policy import CrawlPolicy
from pipelines.crawl.scheduling.crawl_loop import CrawlLoop
from pipelines.crawl.scheduling.frontier import Frontier, HostQueue, Job
from pipelines.crawl.scheduling.progress import CrawlSummary, Tally
from pipelines.crawl.scheduling.response_handler import ResponseHandler
from pipelines.home import Home

Cookies = dict[str, tuple[Cookie, ...]]
"""By host."""
_HELD = "held.warc.gz"
MAX_RESULT_BYTES = 64 << 20
"""A task ends early at this size, because worker, Dask scheduler and client each hold a whole result in memory."""


def share_of(host: str, shares: int) -> int:
    """The share of a host. Defined for every host, also for one that is first seen during the crawl."""
    return zlib.crc32(host.encode()) % shares


def host_of(url: str) -> str:
    return (urlsplit(url).hostname or "").rstrip(".")


@dataclass(frozen=True)
class HeldBody:
    """A list page or robots.txt that the task may need again, compressed."""

    digest: str
    url: str
    packed: bytes

    @classmethod
    def of(cls, digest: str, url: str, body: bytes) -> Self:
        return cls(digest, url, zlib.compress(body, 1))

    @property
    def body(self) -> bytes:
        return zlib.decompress(self.packed)


@dataclass(frozen=True)
class CrawlTask:
    """Jobs of some hosts of one share for one worker, with a time limit and what is held of those hosts."""

    share: int
    jobs: tuple[Job, ...]
    provinces: tuple[str, ...]
    rows: dict[str, IndexRows]  # by province
    bodies: dict[str, tuple[HeldBody, ...]]
    policy: CrawlPolicy
    run_id: str
    now: datetime
    seconds: float
    waits: dict[str, float]  # remaining politeness delay per host, in seconds
    cookies: Cookies = field(default_factory=dict)  # of the hosts, from earlier tasks of the run

    @property
    def hosts(self) -> frozenset[str]:
        return frozenset(job.host for job in self.jobs)

    def reduced(self) -> Self:
        """The same task with a shorter time limit, for a retry after its worker died."""
        return replace(self, seconds=min(self.seconds, max(self.seconds / 4, 1.0)))


@dataclass(frozen=True)
class TaskResult:
    """What a task fetched. ``left``: unfinished jobs, and jobs for hosts of other tasks."""

    share: int
    n_jobs: int
    entries: dict[str, tuple[Entry, ...]]
    left: tuple[Job, ...]
    summary: CrawlSummary
    seconds: float  # the time limit of the attempt that succeeded
    waits: dict[str, float]
    visits: tuple[ColumnVisit, ...] = ()
    cookies: Cookies = field(default_factory=dict)


class _ShareFrontier(Frontier):
    """A frontier for the hosts of one task. Jobs for other hosts are kept aside: only one worker may crawl a host."""

    def __init__(self, clock: Clock, hosts: Set[str], waits: Mapping[str, float]) -> None:
        super().__init__(clock)
        self._mine, self._foreign = hosts, list[Job]()
        self._hosts = {host: HostQueue(ready_at=clock.monotonic() + seconds) for host, seconds in waits.items()}

    def add(self, job: Job, *, first: bool = False) -> None:
        """As Frontier.add, for a host of this task."""
        if job.host in self._mine:
            super().add(job, first=first)
        else:
            with self._lock:
                self._foreign.append(job)

    def left(self) -> tuple[Job, ...]:
        """Jobs that were not done, without their ``held`` state: it is looked up again for the next task."""
        waiting = [job for queue in self._hosts.values() for lane in queue.waiting for job in lane]
        return tuple(replace(job, held=None) for job in (*self._foreign, *waiting))

    def waits(self) -> dict[str, float]:
        """Remaining politeness delay per host, in seconds."""
        now = self._clock.monotonic()
        return {host: queue.ready_at - now for host, queue in self._hosts.items() if queue.ready_at > now}


class _WeighingRecorder(Recorder):
    """Stops the task when its result exceeds ``MAX_RESULT_BYTES``."""

    def __init__(self, home: Home, province: str, task: CrawlTask, frontier: Frontier, weight: Counter[str]) -> None:
        super().__init__(home, province, task.run_id, task.policy, task.now)
        self._frontier, self._weight = frontier, weight

    def put(self, entry: Entry) -> None:
        """As Recorder.put."""
        super().put(entry)
        self._weight["bytes"] += len(
            entry.member or b""
        )  # of all provinces; an addition lost between threads does no harm
        if self._weight["bytes"] > MAX_RESULT_BYTES:
            self._frontier.stop()


def run_task(task: CrawlTask) -> TaskResult:
    """Run a crawl task on a worker. Everything that was fetched is in the result; nothing stays on the worker."""
    with tempfile.TemporaryDirectory(prefix="gongkai-crawl-") as folder, ExitStack() as stack:
        home, clock, tally, weight = Home(Path(folder)), Clock(task.now), Tally(), Counter[str]()
        frontier = _ShareFrontier(clock, task.hosts, task.waits)
        recorders: dict[str, Recorder] = {}
        for province in task.provinces:
            _unpack(home, province, task)
            recorders[province] = _WeighingRecorder(home, province, task, frontier, weight)
        closing = stack.enter_context(ExitStack())
        for recorder in recorders.values():
            closing.callback(recorder.close)
        store = FetchStore(home, recorders, task.policy, clock, task.run_id, tally)
        handler = ResponseHandler(store, task.policy, clock, tally)
        handler.frontier = frontier
        for job in task.jobs:
            handler.plan(job)
        timer = threading.Timer(task.seconds, frontier.stop)
        timer.daemon = True
        timer.start()
        loop = CrawlLoop(handler, Guard(task.policy.allow_hosts), task.policy, clock)
        loop.sessions.keep_cookies(task.cookies)
        loop.run()
        timer.cancel()
        closing.close()
        entries = {province: tuple(_entries(home, province)) for province in task.provinces}
        summary = tally.summary(task.run_id, task.provinces)
        return TaskResult(
            task.share, len(task.jobs), entries, frontier.left(), summary, task.seconds, frontier.waits(),
            tuple(handler.visits.values()), loop.sessions.cookies(),
        )  # fmt: skip


def _unpack(home: Home, province: str, task: CrawlTask) -> None:
    """Write the index and an archive of the held pages, as if they had been fetched here."""
    members, places, end = [], [], 0
    for item in task.bodies.get(province, ()):
        member = resource_member(item.body, item.url, item.digest[:32], task.now, item.digest, "text/html")
        places.append((item.digest, _HELD, end, item.url))
        members.append(member)
        end += len(member)
    if members:
        folder = home.archive / province
        folder.mkdir(parents=True)
        (folder / _HELD).write_bytes(b"".join(members))
    index = PageIndex(home, province)
    index.adopt(task.rows[province], places, {_HELD: end} if members else {})
    index.close()


def _entries(home: Home, province: str) -> list[Entry]:
    """The new log records with their archive members, without the worker's file positions."""
    found, files = [], dict[str, bytes]()
    for record in (record for log in log_files(home, province) for record in read_log(log)):
        member = None
        if record.warc_file and record.warc_offset is not None and record.warc_length is not None:
            if record.warc_file not in files:
                files[record.warc_file] = payload_path(home, province, record.warc_file).read_bytes()
            member = files[record.warc_file][record.warc_offset : record.warc_offset + record.warc_length]
        found.append(Entry(replace(record, warc_file=None, warc_offset=None, warc_length=None), member))
    return found
