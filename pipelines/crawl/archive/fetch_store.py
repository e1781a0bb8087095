"""Archive, fetch log and page index of a run behind one interface: look up a page, load its bytes, store a fetch."""

import uuid
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from pipelines.crawl.archive.archive_writer import Entry, Recorder, payload_path
from pipelines.crawl.archive.fetch_log import FetchRecord, PageKind
from pipelines.crawl.archive.page_index import Held, PageIndex
from pipelines.crawl.archive.warc import (
    ArchiveError,
    digest_of,
    load_body,
    resource_member,
    response_member,
    revisit_member,
)
from pipelines.crawl.canonical_urls import canonical_url, report_id
from pipelines.crawl.clock import Clock
from pipelines.crawl.fetching.http_client import Exchange, Request
from pipelines.crawl.fetching.robots import RobotsRules, authority, read_robots
from pipelines.crawl.outcomes import Outcome
from pipelines.crawl.policy import CrawlPolicy
from pipelines.crawl.scheduling.frontier import Job
from pipelines.crawl.scheduling.progress import Tally
from pipelines.home import Home


class FetchStore:
    """One per run, over the recorders of its provinces. Thread-safe."""

    def __init__(
        self, home: Home, recorders: dict[str, Recorder], policy: CrawlPolicy, clock: Clock, run_id: str, tally: Tally
    ) -> None:
        self._home, self._recorders, self._policy, self._clock, self._tally = home, recorders, policy, clock, tally
        self.run_id = run_id
        self._damaged: set[str] = set()

    def on_commit(self, listener: Callable[[Sequence[FetchRecord]], None]) -> None:
        """Call ``listener`` with records once they are durable and indexed."""
        for recorder in self._recorders.values():
            recorder.on_commit = listener

    def on_failure(self, listener: Callable[[BaseException], None]) -> None:
        """Call ``listener`` as soon as fetches can no longer be made durable."""
        for recorder in self._recorders.values():
            recorder.on_failure = listener

    def page(self, job: Job) -> Held | None:
        """What is held of the job's page."""
        return self._index(job).page(index_key(job), job.parent)

    def record(self, job: Job, exchange: Exchange | None, outcome: Outcome, message: str, **answer: Any) -> FetchRecord:
        """The log record of a finished job, without the position of its bytes. ``answer``: its fields on what was received."""
        if job.attempts:
            message = f"{message} (attempt {job.attempts + 1})".strip()
        own_id = report_id(job.url) if job.kind is PageKind.REPORT else None
        return FetchRecord(
            fetch_id=str(uuid.uuid4()), run_id=self.run_id, kind=job.kind, url=job.url, canonical_url=index_key(job),
            source_id=job.source.id, province=job.source.province,
            fetched_at=self._clock.now().isoformat(timespec="milliseconds"), outcome=outcome,
            report_id=job.parent or own_id, final_url=job.request.url if job.request.url != job.url else None,
            link_title=job.title or None, http_status=exchange.status if exchange else None,
            elapsed_ms=round(exchange.elapsed * 1000) if exchange else 0, message=message[:500], **answer,
        )  # fmt: skip

    def put(
        self, job: Job, record: FetchRecord, exchange: Exchange | None, *, is_new: bool, counted: bool = True
    ) -> None:
        """Pass a fetch to the recorder: with its bytes if they are new, as a revisit record if the archive has them."""
        member = None
        digest = record.payload_digest
        if exchange is not None and digest is not None:
            at, url = self._clock.now(), job.request.url
            known = self._index(job).payload(digest)
            if known is not None and digest not in self._damaged:
                member = revisit_member(exchange, url, record.fetch_id, at, digest, refers_to=known[1])
            elif exchange.is_rendered:
                kind = record.content_type or "text/html"
                member = resource_member(exchange.body, url, record.fetch_id, at, digest, kind)
                record = replace(record, has_payload=True)
            else:
                member = response_member(exchange, url, record.fetch_id, at, digest)
                record = replace(record, has_payload=True)
        self._recorders[job.source.province].put(Entry(record, member))
        if counted:
            self._tally.finished(
                job.source.province, job.host, job.url, record.outcome, record.n_bytes, record.message, is_new=is_new
            )

    def load(self, job: Job, held: Held) -> bytes | None:
        """Bytes of a held page. None if the archive cannot return them; the problem is then recorded in the summary."""
        place = self._index(job).payload(held.digest or "")
        if place is None:
            return None
        payload = place[0]
        path = payload_path(self._home, job.source.province, payload.warc_file)
        try:
            return load_body(path, payload.warc_offset, payload.digest)
        except ArchiveError as error:
            self._tally.problem(str(error))
            self._damaged.add(held.digest or "")  # its bytes are stored again when they are fetched again
            return None

    def _index(self, job: Job) -> PageIndex:
        return self._recorders[job.source.province].index

    def robots(self, job: Job, exchange: Exchange, rules: RobotsRules) -> None:
        """Record a robots.txt. Runs within a day reuse it."""
        outcome = Outcome.FETCHED if exchange.status == 200 else Outcome.NOT_FOUND
        if rules.unreachable is not None:
            outcome = rules.failure or Outcome.ROBOTS_UNREACHABLE
        robots_job = replace(
            job,
            kind=PageKind.ROBOTS,
            url=f"{authority(job.request.url)}/robots.txt",
            request=exchange.request,
            title="",
        )
        answer: dict[str, Any] = {}
        if exchange.failure is None:
            answer = {
                "n_bytes": len(exchange.body),
                "payload_digest": digest_of(exchange.body),
                "content_type": exchange.header("content-type"),
            }
        record = self.record(robots_job, exchange, outcome, rules.unreachable or "", **answer)
        self.put(robots_job, record, exchange if exchange.failure is None else None, is_new=False, counted=False)

    def remembered_robots(self, job: Job) -> RobotsRules | None:
        """Rules from a robots.txt that was fetched within the last day."""
        url = f"{authority(job.request.url)}/robots.txt"
        held = self._index(job).page(url)
        if held is None or self._clock.now() - held.looked_at >= self._policy.robots_ttl:
            return None
        if held.outcome is Outcome.NOT_FOUND:
            return read_robots(Exchange(Request(url), status=404), held.looked_at)
        if not held.outcome.is_good or held.digest is None:
            return None
        body = self.load(job, held)
        return read_robots(Exchange(Request(url), status=200, body=body), held.looked_at) if body is not None else None


def index_key(job: Job) -> str:
    """Key of the page in the index: its canonical address. robots.txt is kept per scheme, a POST per body."""
    if job.kind is PageKind.ROBOTS:
        return job.url
    canonical = canonical_url(job.url)
    return canonical if job.request.body is None else f"{canonical}#{digest_of(job.request.body)[:16]}"
