"""Visits the lists of every source once and says what each came to; reports are not fetched and nothing is archived.

The crawl's own loop, adapters and verdicts are used, in a scratch folder that is removed afterwards.
"""

import tempfile
import threading
from collections import Counter
from collections.abc import Callable, Iterable
from contextlib import ExitStack
from dataclasses import asdict, dataclass, field, fields, replace
from datetime import datetime
from pathlib import Path
from urllib.parse import urlsplit

from pipelines.content.report_titles import parse_link_title
from pipelines.crawl.archive.archive_writer import Recorder
from pipelines.crawl.archive.fetch_log import PageKind
from pipelines.crawl.archive.fetch_store import FetchStore
from pipelines.crawl.classification.block_detection import Verdict
from pipelines.crawl.clock import Clock
from pipelines.crawl.fetching.guard import Guard
from pipelines.crawl.fetching.http_client import Exchange
from pipelines.crawl.list_visits import ColumnVisit, ListVerdict, by_source, judge_visit
from pipelines.crawl.policy import CrawlPolicy
from pipelines.crawl.scheduling.crawl_loop import CrawlLoop
from pipelines.crawl.scheduling.frontier import Frontier, Job
from pipelines.crawl.scheduling.pagination import first_list_job
from pipelines.crawl.scheduling.progress import Tally
from pipelines.crawl.scheduling.response_handler import ResponseHandler
from pipelines.home import Home
from schemas.site_families import ListingFamily
from schemas.sources import Source, SourceKind


@dataclass(frozen=True)
class Audited:
    """What the visit to one source came to. ``corrections`` are keys of its entry that should read otherwise."""

    source_id: str
    province: str
    url: str
    verdict: ListVerdict
    family: str = ""
    pages: int = 0
    report_links: int = 0
    first_year: int | None = None
    last_year: int | None = None
    years: int = 0
    wrong: str = ""
    to_do: str = ""
    corrections: dict[str, str] = field(default_factory=dict)

    def to_row(self) -> dict[str, object]:
        """Plain values, as JSON and CSV want them."""
        return {**asdict(self), "verdict": self.verdict.value}

    @classmethod
    def from_row(cls, row: dict[str, object]) -> "Audited":
        """Read a row back. Raises KeyError, ValueError or TypeError for what is none."""
        known = {item.name: row[item.name] for item in fields(cls)}
        return cls(**known | {"verdict": ListVerdict(str(row["verdict"]))})  # type: ignore[arg-type]


def audited_sources(sources: Iterable[Source]) -> list[Source]:
    """The sources that have lists and are enabled."""
    return [source for source in sources if source.enabled and source.kind is SourceKind.COLUMN]


def audit(
    sources: Iterable[Source], policy: CrawlPolicy, *, now: datetime, on_done: Callable[[Audited], None],
    guard: Guard | None = None, clock: Clock | None = None,
) -> None:  # fmt: skip
    """Visit the lists of ``sources``; ``on_done`` is called for each as soon as it ends, never from two threads at once."""
    chosen, clock = audited_sources(sources), clock or Clock(now)
    policy = replace(policy, lists="run", render="off")
    if not chosen:
        return
    with tempfile.TemporaryDirectory(prefix="gongkai-audit-") as folder, ExitStack() as stack:
        home, tally, recorders = Home(Path(folder)), Tally(), dict[str, Recorder]()
        for province in dict.fromkeys(source.province for source in chosen):
            recorders[province] = Recorder(home, province, "audit", policy, now)
            stack.callback(recorders[province].close)
        store = FetchStore(home, recorders, policy, clock, "audit", tally)
        handler = _ListsOnly(store, policy, clock, tally, on_done)
        for source in chosen:
            handler.begin(source)
        CrawlLoop(handler, guard or Guard(policy.allow_hosts), policy, clock).run()


class _CountingFrontier(Frontier):
    """Knows when nothing of a source is queued or under way any more."""

    def __init__(self, clock: Clock, on_done: Callable[[str], None]) -> None:
        super().__init__(clock)
        self._open: Counter[str] = Counter()
        self._taken: dict[str, str] = {}  # host → source
        self._counts = threading.Lock()
        self._on_done = on_done

    def add(self, job: Job, *, first: bool = False) -> None:
        with self._counts:
            self._open[job.source.id] += 1
        super().add(job, first=first)

    def take(self, *, wait: bool = True) -> Job | None:
        job = super().take(wait=wait)
        if job is not None:
            with self._counts:
                self._taken[job.host] = job.source.id
        return job

    def release(self, host: str, ready_at: float) -> None:
        with self._counts:
            source_id = self._taken.pop(host)
            self._open[source_id] -= 1
            is_over = not self._open[source_id] and not self._stopped  # what was cut off is visited again
        if is_over:
            self._on_done(source_id)
        super().release(host, ready_at)


class _ListsOnly(ResponseHandler):
    """Follows lists and counts the reports that they link."""

    def __init__(
        self, store: FetchStore, policy: CrawlPolicy, clock: Clock, tally: Tally, on_done: Callable[[Audited], None]
    ) -> None:
        super().__init__(store, policy, clock, tally)
        self._tell, self._one = on_done, threading.Lock()
        self.frontier = _CountingFrontier(clock, self._over)
        self._sources: dict[str, Source] = {}
        self._years: dict[str, set[int]] = {}
        self._landed_at: dict[str, str] = {}

    def begin(self, source: Source) -> None:
        """Plan the first list of a source."""
        self._sources[source.id] = source
        self._years[source.id] = set()
        if not self.plan(first_list_job(source, self._clock.started.year)):
            self._over(source.id)

    def plan(self, job: Job) -> bool:
        """As ResponseHandler.plan; a report is only noted."""
        if job.kind is PageKind.LIST:
            return super().plan(job)
        title = parse_link_title(job.title, latest_year=self._clock.started.year)
        if title is not None and title.year is not None:
            self._years[job.source.id].add(title.year)
        return True

    def landed(self, job: Job, exchange: Exchange, verdict: Verdict) -> None:
        """As ResponseHandler.landed; where the column's own page came from is kept."""
        if job.url == job.source.url:
            self._landed_at.setdefault(job.source.id, job.request.url)
        super().landed(job, exchange, verdict)

    def _over(self, source_id: str) -> None:
        with self._one:
            source = self._sources.pop(source_id, None)
            if source is None:
                return
            columns = by_source(visit for visit in list(self.visits.values()) if visit.source_id == source_id)
            self._tell(
                _audited(source, columns.get(source_id, []), self._years[source_id], self._landed_at, self._clock)
            )


def _audited(
    source: Source, columns: list[ColumnVisit], years: set[int], landed_at: dict[str, str], clock: Clock
) -> Audited:
    columns = columns or [
        ColumnVisit(source.id, source.province, source.url, failure="the same page as another source")
    ]
    visit = judge_visit(columns, None, run_id="audit", now=clock.now())
    corrections = _corrections(source, visit.family, landed_at.get(source.id), visit.verdict)
    wrong = "" if visit.verdict is ListVerdict.COMPLETE else f"{visit.verdict.label_zh}: {visit.message}".rstrip(": ")
    latest = clock.started.year - 1
    if visit.verdict.is_sound and years and max(years) < latest - 1:
        wrong = "; ".join(filter(None, [wrong, f"nothing newer than {max(years)}"]))
    to_do = "apply the correction with --write" if corrections else visit.verdict.advice
    return Audited(
        source.id, source.province, source.url, visit.verdict, visit.family, visit.pages, visit.report_links,
        min(years, default=None), max(years, default=None), len(years), wrong, to_do, corrections,
    )  # fmt: skip


def _corrections(source: Source, family: str, landed_at: str | None, verdict: ListVerdict) -> dict[str, str]:
    """What the visit has shown to be otherwise; an address only when reports were found at the new one."""
    found: dict[str, str] = {}
    if landed_at is not None and landed_at != source.url and verdict.is_sound and _moved(source.url, landed_at):
        fragment = urlsplit(source.url).fragment
        found["url"] = landed_at + (f"#{fragment}" if fragment and "#" not in landed_at else "")
    if source.listing is not ListingFamily.AUTO and not verdict.is_sound and family != source.listing.value:
        found["listing"] = family or ListingFamily.AUTO.value
    elif source.listing is not ListingFamily.AUTO and verdict in (
        ListVerdict.NO_REPORT_LINKS, ListVerdict.EMPTY_FIRST_ANSWER
    ):  # fmt: skip
        found["listing"] = ListingFamily.AUTO.value
    return found


def _moved(url: str, landed_at: str) -> bool:
    """Another scheme, host or path; a fragment or a session id is no move."""
    here, there = urlsplit(url), urlsplit(landed_at.partition(";jsessionid")[0])
    return here[:4] != there[:4]
