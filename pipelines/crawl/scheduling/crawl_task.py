"""A share of a crawl as it travels to a worker and back: the jobs of some hosts, what is held of their pages, the answers.

A worker has no shared disk. It works in a scratch folder with an index of the pages of its hosts and the bytes of their
lists; what it fetched comes back as log records with their archive members, and only the sender makes them durable.
"""

import tempfile
import threading
import zlib
from collections import Counter
from collections.abc import Mapping, Set
from contextlib import ExitStack
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Self
from urllib.parse import urlsplit

from pipelines.crawl.archive.archive_writer import Entry, Recorder, payload_path
from pipelines.crawl.archive.fetch_log import log_files, read_log
from pipelines.crawl.archive.fetch_store import Shelf
from pipelines.crawl.archive.page_index import IndexRows, PageIndex
from pipelines.crawl.archive.warc import resource_member
from pipelines.crawl.clock import Clock
from pipelines.crawl.fetching.guard import Guard
from pipelines.crawl.list_visits import ColumnVisit
from pipelines.crawl.policy import CrawlPolicy
from pipelines.crawl.scheduling.crawl_loop import Engine
from pipelines.crawl.scheduling.frontier import Frontier, HostQueue, Job
from pipelines.crawl.scheduling.progress import CrawlSummary, Tally
from pipelines.crawl.scheduling.response_handler import Landing
from pipelines.home import Home

_HELD = "held.warc.gz"
HARVEST_BYTES = 64 << 20
"""A slice ends early when so much has been fetched: worker, scheduler and sender have a whole harvest in memory."""


def share_of(host: str, shares: int) -> int:
    """Which share a host belongs to. Every host has one, also one that is met in the middle of a crawl."""
    return zlib.crc32(host.encode()) % shares


def host_of(url: str) -> str:
    return (urlsplit(url).hostname or "").rstrip(".")


@dataclass(frozen=True)
class HeldBody:
    """A list page or robots.txt that a crawl may need again; packed, because lists are large and repeat themselves."""

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
class Parcel:
    """What one worker is to do in one slice of time: jobs of some hosts of one share, and what is held of those hosts."""

    share: int
    jobs: tuple[Job, ...]
    provinces: tuple[str, ...]
    rows: dict[str, IndexRows]  # by province
    bodies: dict[str, tuple[HeldBody, ...]]
    policy: CrawlPolicy
    run_id: str
    now: datetime
    seconds: float
    waits: dict[str, float]  # by host: seconds until it may be asked, after the slice before

    @property
    def hosts(self) -> frozenset[str]:
        return frozenset(job.host for job in self.jobs)

    def lighter(self) -> Self:
        """For workers that do not live as long as the slice: else it would be fetched again and again and never come back."""
        return replace(self, seconds=min(self.seconds, max(self.seconds / 4, 1.0)))


@dataclass(frozen=True)
class Harvest:
    """What came of a parcel. ``left``: jobs that time did not suffice for, or that belong to hosts of other parcels."""

    share: int
    n_jobs: int
    entries: dict[str, tuple[Entry, ...]]
    left: tuple[Job, ...]
    summary: CrawlSummary
    seconds: float  # what the slice was cut down to by the deaths of workers
    waits: dict[str, float]
    visits: tuple[ColumnVisit, ...] = ()


class _ShareFrontier(Frontier):
    """Takes the jobs of one parcel's hosts; others are put aside, so that a host is asked by one worker only."""

    def __init__(self, clock: Clock, hosts: Set[str], waits: Mapping[str, float]) -> None:
        super().__init__(clock)
        self._mine, self._foreign = hosts, list[Job]()
        self._hosts = {host: HostQueue(ready_at=clock.monotonic() + seconds) for host, seconds in waits.items()}

    def add(self, job: Job, *, first: bool = False) -> None:
        """As Frontier.add, for a host of this parcel."""
        if job.host in self._mine:
            super().add(job, first=first)
        else:
            with self._lock:
                self._foreign.append(job)

    def left(self) -> tuple[Job, ...]:
        """What was not done, without what was known of it: that is looked up again."""
        waiting = [job for queue in self._hosts.values() for lane in queue.waiting for job in lane]
        return tuple(replace(job, held=None) for job in (*self._foreign, *waiting))

    def waits(self) -> dict[str, float]:
        """Seconds for which a host must still be left in peace."""
        now = self._clock.monotonic()
        return {host: queue.ready_at - now for host, queue in self._hosts.items() if queue.ready_at > now}


class _WeighingRecorder(Recorder):
    """Stops the slice when a harvest has become heavy enough."""

    def __init__(self, home: Home, province: str, parcel: Parcel, frontier: Frontier, weight: Counter[str]) -> None:
        super().__init__(home, province, parcel.run_id, parcel.policy, parcel.now)
        self._frontier, self._weight = frontier, weight

    def put(self, entry: Entry) -> None:
        """As Recorder.put."""
        super().put(entry)
        self._weight["bytes"] += len(
            entry.member or b""
        )  # of all provinces; an addition lost between threads does no harm
        if self._weight["bytes"] > HARVEST_BYTES:
            self._frontier.stop()


def work_off(parcel: Parcel) -> Harvest:
    """Crawl a parcel, on a worker. Keeps nothing: what was fetched is in the harvest."""
    with tempfile.TemporaryDirectory(prefix="gongkai-crawl-") as folder, ExitStack() as stack:
        home, clock, tally, weight = Home(Path(folder)), Clock(parcel.now), Tally(), Counter[str]()
        frontier = _ShareFrontier(clock, parcel.hosts, parcel.waits)
        recorders: dict[str, Recorder] = {}
        for province in parcel.provinces:
            _unpack(home, province, parcel)
            recorders[province] = _WeighingRecorder(home, province, parcel, frontier, weight)
        closing = stack.enter_context(ExitStack())
        for recorder in recorders.values():
            closing.callback(recorder.close)
        shelf = Shelf(home, recorders, parcel.policy, clock, parcel.run_id, tally)
        landing = Landing(shelf, parcel.policy, clock, tally)
        landing.frontier = frontier
        for job in parcel.jobs:
            landing.plan(job)
        timer = threading.Timer(parcel.seconds, frontier.stop)
        timer.daemon = True
        timer.start()
        Engine(landing, Guard(parcel.policy.allow_hosts), parcel.policy, clock).run()
        timer.cancel()
        closing.close()
        entries = {province: tuple(_entries(home, province)) for province in parcel.provinces}
        summary = tally.summary(parcel.run_id, parcel.provinces)
        return Harvest(
            parcel.share, len(parcel.jobs), entries, frontier.left(), summary, parcel.seconds, frontier.waits(),
            tuple(landing.visits.values()),
        )  # fmt: skip


def _unpack(home: Home, province: str, parcel: Parcel) -> None:
    """An index and a small archive, as if the pages had been fetched here."""
    members, places, end = [], [], 0
    for item in parcel.bodies.get(province, ()):
        member = resource_member(item.body, item.url, item.digest[:32], parcel.now, item.digest, "text/html")
        places.append((item.digest, _HELD, end, item.url))
        members.append(member)
        end += len(member)
    if members:
        folder = home.archive / province
        folder.mkdir(parents=True)
        (folder / _HELD).write_bytes(b"".join(members))
    index = PageIndex(home, province)
    index.adopt(parcel.rows[province], places, {_HELD: end} if members else {})
    index.close()


def _entries(home: Home, province: str) -> list[Entry]:
    """The new log records with their archive members, freed from where they lay on the worker."""
    found, files = [], dict[str, bytes]()
    for record in (record for log in log_files(home, province) for record in read_log(log)):
        member = None
        if record.warc_file and record.warc_offset is not None and record.warc_length is not None:
            if record.warc_file not in files:
                files[record.warc_file] = payload_path(home, province, record.warc_file).read_bytes()
            member = files[record.warc_file][record.warc_offset : record.warc_offset + record.warc_length]
        found.append(Entry(replace(record, warc_file=None, warc_offset=None, warc_length=None), member))
    return found
