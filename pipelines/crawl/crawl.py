"""Entry points of the crawl: a nightly run, and the import of report files."""

import uuid
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path

from pipelines.content.sniffing import sniff
from pipelines.crawl.archive.archive_writer import CrawlError, Entry, Recorder, province_lock
from pipelines.crawl.archive.fetch_log import FetchRecord, PageKind
from pipelines.crawl.archive.fetch_store import FetchStore
from pipelines.crawl.archive.warc import digest_of, resource_member
from pipelines.crawl.canonical_urls import canonical_url, report_id
from pipelines.crawl.classification.page import Page
from pipelines.crawl.clock import Clock
from pipelines.crawl.fetching.guard import Guard
from pipelines.crawl.fetching.http_client import Request
from pipelines.crawl.list_visits import ColumnVisit, ListVisit, by_source, judge_visit
from pipelines.crawl.outcomes import Outcome
from pipelines.crawl.policy import CrawlPolicy
from pipelines.crawl.scheduling.crawl_loop import CrawlLoop
from pipelines.crawl.scheduling.frontier import Job
from pipelines.crawl.scheduling.pagination import first_list_job
from pipelines.crawl.scheduling.progress import CrawlProgress, CrawlSummary, Tally, log_crawl
from pipelines.crawl.scheduling.response_handler import ResponseHandler
from pipelines.home import Home
from schemas.carriers import document_extensions
from schemas.sources import Source, SourceKind
from schemas.vocabulary import Carrier

IMPORT_SOURCE = "import"


def crawl(
    home: Home,
    sources: Sequence[Source],
    policy: CrawlPolicy,
    *,
    run_id: str,
    now: datetime,
    on_progress: Callable[[CrawlProgress], None] | None = None,
    guard: Guard | None = None,
    clock: Clock | None = None,
) -> CrawlSummary:
    """Fetch the due pages of ``sources`` into the archive and the log.

    After a kill the next call continues: pages that are held and not due are not fetched again. With the ``run_id`` of the
    killed run this includes lists. ``guard`` and ``clock`` are for tests.

    Raises:
        CrawlError: another crawl holds one of the provinces, or the disk cannot be written.
    """
    clock = clock or Clock(now)
    tally = Tally(on_progress)
    enabled = [source for source in sources if source.enabled]
    recorders: dict[str, Recorder] = {}
    with ExitStack() as stack:
        for province in dict.fromkeys(source.province for source in enabled):
            stack.enter_context(province_lock(home, province))
            recorders[province] = Recorder(home, province, run_id, policy, now)
            stack.callback(recorders[province].close)
        store = FetchStore(home, recorders, policy, clock, run_id, tally)
        handler = ResponseHandler(store, policy, clock, tally)
        for source in enabled:
            for job in entry_jobs(source, policy, clock.started.year):
                handler.plan(job)
        CrawlLoop(handler, guard or Guard(policy.allow_hosts), policy, clock).run()
        record_visits(recorders, handler.visits.values(), run_id=run_id, now=clock.now())
    summary = tally.summary(run_id, tuple(recorders))
    log_crawl(summary, {province: recorder.n_logged for province, recorder in recorders.items()})
    return summary


def record_visits(
    recorders: Mapping[str, Recorder], visits: Iterable[ColumnVisit], *, run_id: str, now: datetime
) -> None:
    """Log a verdict on the lists of each source.

    Raises:
        CrawlError: the disk cannot be written.
    """
    judged: dict[str, list[ListVisit]] = {}
    for source_id, columns in by_source(visits).items():
        province = columns[0].province
        before = recorders[province].index.last_visit(source_id)
        judged.setdefault(province, []).append(judge_visit(columns, before, run_id=run_id, now=now))
    for province, found in judged.items():
        recorders[province].put_visits(found)


def import_file(home: Home, path: Path, url: str, *, province: str, now: datetime) -> FetchRecord:
    """Import a report file as if it had been crawled: it is archived, logged and read like any other.

    ``url`` is where the report is published; it gives the report its id, so an import is a version of that report.

    Raises:
        CrawlError: the file cannot be read, is empty, is of no type a report has, or a crawl holds the province.
    """
    try:
        body = path.read_bytes()
    except OSError as error:
        raise CrawlError(f"{path}: {error.strerror}") from error
    content_type = _imported_type(path, body)
    run_id = f"import-{now.astimezone(UTC):%Y%m%dT%H%M%S}-{digest_of(body)[:8]}"
    at = now.astimezone(UTC)
    record = FetchRecord(
        fetch_id=str(uuid.uuid4()), run_id=run_id, kind=PageKind.REPORT, url=url, canonical_url=canonical_url(url),
        source_id=IMPORT_SOURCE, province=province, fetched_at=at.isoformat(timespec="milliseconds"),
        outcome=Outcome.FETCHED, report_id=report_id(url), content_type=content_type, n_bytes=len(body),
        n_text=Page(url, body, content_type).n_text, payload_digest=digest_of(body), has_payload=True,
        message=f"imported from {path.name}",
    )  # fmt: skip
    member = resource_member(body, url, record.fetch_id, at, digest_of(body), content_type)
    with province_lock(home, province):
        recorder = Recorder(home, province, run_id, CrawlPolicy(), at)
        recorder.put(Entry(record, member))
        recorder.close()
    return record


def _imported_type(path: Path, body: bytes) -> str:
    entry = sniff(body, None, path.name)
    if entry.kind == "empty":
        raise CrawlError(f"{path}: the file is empty")
    is_page = entry.kind == "html" or (entry.kind == "text" and path.suffix.lower() == ".txt")
    if not entry.is_document and not is_page and entry.carrier != Carrier.IMAGE:
        kinds = ", ".join(("html", "txt", *document_extensions(), "png", "jpg", "tif"))
        raise CrawlError(f"{path}: {entry.label}: not a type that a report has ({kinds})")
    return entry.media_types[0]


def entry_jobs(source: Source, policy: CrawlPolicy, latest_year: int) -> Iterator[Job]:
    """The first jobs of a source."""
    match source.kind:
        case SourceKind.COLUMN:
            yield first_list_job(source, latest_year)
        case SourceKind.REPORT:
            yield Job(source, PageKind.REPORT, source.url, Request(source.url))
        case SourceKind.ENUMERABLE:
            for year in range(latest_year, policy.first_year - 1, -1):
                url = source.url.replace("{year}", str(year))
                yield Job(source, PageKind.REPORT, url, Request(url))
