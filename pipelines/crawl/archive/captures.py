"""Captures of reports in the archive, with their bytes. Also re-exports the frames of ``log_frames``."""

import hashlib
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import groupby
from urllib.parse import unquote, urlsplit

from pipelines.crawl.archive.archive_writer import payload_path
from pipelines.crawl.archive.fetch_log import FetchRecord, PageKind, log_files, read_log, tells_of_reports
from pipelines.crawl.archive.log_frames import FETCH_COLUMNS, fetch_frame, list_visit_frame, source_frame
from pipelines.crawl.archive.warc import load_body
from pipelines.crawl.outcomes import Outcome
from pipelines.home import Home
from schemas.report_ids import document_id_of

__all__ = [
    "FETCH_COLUMNS", "AttachmentCapture", "Capture", "LoadedAttachment", "LoadedCapture", "captures", "captures_of",
    "fetch_frame", "list_visit_frame", "load_capture", "source_frame",
]  # fmt: skip

_NEW_BYTES = frozenset({Outcome.FETCHED, Outcome.IMAGES_ONLY, Outcome.UNCHANGED})


@dataclass(frozen=True)
class AttachmentCapture:
    """A held attachment of a report."""

    url: str
    content_type: str | None
    payload_digest: str
    warc_file: str
    warc_offset: int
    n_bytes: int = 0


@dataclass(frozen=True)
class Capture:
    """One version of a report page with its attachments. ``payload_digest`` covers both, and tells returned content apart."""

    report_id: str
    url: str
    source_id: str
    province: str
    payload_digest: str
    content_type: str | None
    first_fetched_at: datetime
    link_title: str | None
    warc_file: str
    warc_offset: int
    attachments: tuple[AttachmentCapture, ...] = ()
    page_digest: str = ""
    n_page_bytes: int = 0

    @property
    def n_bytes(self) -> int:
        """Size of the page and its attachments, from the log."""
        return self.n_page_bytes + sum(item.n_bytes for item in self.attachments)


@dataclass(frozen=True)
class LoadedAttachment:
    """An attachment with its bytes."""

    url: str
    name: str
    content_type: str | None
    data: bytes


@dataclass(frozen=True)
class LoadedCapture:
    """A capture with its bytes."""

    capture: Capture
    data: bytes
    attachments: tuple[LoadedAttachment, ...] = ()


@dataclass
class _History:
    """One report while its log lines are folded."""

    page: Capture | None = None
    expected: tuple[str, ...] = ()
    tried: set[str] = field(default_factory=set)
    files: dict[str, AttachmentCapture] = field(default_factory=dict)
    title: str | None = None
    current: str | None = None


def captures(home: Home, province: str) -> list[Capture]:
    """Every version of every report page we hold, oldest first, so that the last of a report is its current one.

    If an edit is reverted, the old content becomes current again. That is another version, with the same bytes and its own
    digest; otherwise the edit would stay current.

    Only good responses count: block pages, error pages and sharply shrunk pages are in the log, not here. A page whose report
    is in attachments becomes a version once each attachment has been tried.
    """
    records = [record for path in log_files(home, province) for record in read_log(path, only=tells_of_reports)]
    return _folded(records, _payload_places(records))


def captures_of(home: Home, province: str, report_id: str) -> list[Capture]:
    """``captures`` of the document that holds a report. Only the lines about it, and about the bytes it came with, are parsed."""
    logs = log_files(home, province)
    mark = f'"report_id":"{document_id_of(report_id)}"'.encode()
    records = [record for path in logs for record in read_log(path, only=lambda line: mark in line)]
    digests = {record.payload_digest for record in records if record.payload_digest is not None}
    if not digests:
        return []
    holds_them = re.compile("|".join(f'"payload_digest":"{re.escape(digest)}"' for digest in sorted(digests)).encode())
    holders = [record for path in logs for record in read_log(path, only=lambda line: bool(holds_them.search(line)))]
    return _folded(records, _payload_places(holders))


def _folded(records: Sequence[FetchRecord], places: Mapping[str, tuple[str, int, int]]) -> list[Capture]:
    histories: dict[str, _History] = {}
    found: list[Capture] = []
    times: Counter[tuple[str, str]] = Counter()  # when a version became the current one
    for _, run in groupby(records, key=lambda record: record.run_id):
        touched: dict[str, datetime] = {}
        for record in run:
            if record.report_id is not None and record.kind in (PageKind.REPORT, PageKind.ATTACHMENT):
                _fold(histories.setdefault(record.report_id, _History()), record, places)
                touched[record.report_id] = datetime.fromisoformat(record.fetched_at)
        for key, at in touched.items():
            version = _version(histories[key])
            if version is not None and version.payload_digest != histories[key].current:
                found.append(_on_occasion(version, at, histories[key], times[key, version.payload_digest]))
                times[key, version.payload_digest] += 1
                histories[key].current = version.payload_digest
    return sorted(found, key=lambda capture: (capture.first_fetched_at, capture.report_id))


def _on_occasion(version: Capture, at: datetime, history: _History, times: int) -> Capture:
    """A version as it became the current one: at the time its page was fetched, or later one of its files alone."""
    if history.current is not None:
        version = replace(version, first_fetched_at=max(version.first_fetched_at, at))
    return replace(version, payload_digest=_sha256(f"{version.payload_digest} {times}")) if times else version


def load_capture(home: Home, capture: Capture) -> LoadedCapture:
    """Read the bytes of a capture from the archive. Raises ArchiveError if they do not match the log."""

    def load(item: Capture | AttachmentCapture, digest: str) -> bytes:
        return load_body(payload_path(home, capture.province, item.warc_file), item.warc_offset, digest)

    attachments = tuple(
        LoadedAttachment(item.url, _name(item.url), item.content_type, load(item, item.payload_digest))
        for item in capture.attachments
    )
    return LoadedCapture(capture, load(capture, capture.page_digest or capture.payload_digest), attachments)


def _fold(history: _History, record: FetchRecord, places: Mapping[str, tuple[str, int, int]]) -> None:
    if record.kind is PageKind.ATTACHMENT:
        history.tried.add(record.url)
    elif record.link_title:
        history.title = record.link_title
    if record.outcome not in _NEW_BYTES or record.payload_digest is None or record.payload_digest not in places:
        return
    file, offset, n_bytes = places[record.payload_digest]
    if record.kind is PageKind.ATTACHMENT:
        history.files[record.url] = AttachmentCapture(
            record.url, record.content_type, record.payload_digest, file, offset, n_bytes
        )
        return
    if history.page is not None and history.page.page_digest == record.payload_digest:
        return
    history.expected, history.tried = record.attachments, set()
    history.page = Capture(
        report_id=record.report_id or "", url=record.url, source_id=record.source_id, province=record.province,
        payload_digest=record.payload_digest, content_type=record.content_type,
        first_fetched_at=datetime.fromisoformat(record.fetched_at), link_title=record.link_title or history.title,
        warc_file=file, warc_offset=offset, page_digest=record.payload_digest,
        n_page_bytes=n_bytes,
    )  # fmt: skip


def _version(history: _History) -> Capture | None:
    page = history.page
    if page is None or not set(history.expected) <= history.tried:
        return None
    files = tuple(history.files[url] for url in history.expected if url in history.files)
    if not files:
        return page
    together = "\n".join([page.page_digest, *(f"{item.url} {item.payload_digest}" for item in files)])
    return replace(page, attachments=files, payload_digest=_sha256(together))


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _payload_places(records: Iterable[FetchRecord]) -> dict[str, tuple[str, int, int]]:
    """Digest → the archive record with the bytes (file, offset) and their number. The last such record, because damaged
    ones are stored again."""
    places: dict[str, tuple[str, int, int]] = {}
    for record in _with_payload(records):
        places[record.payload_digest or ""] = (record.warc_file or "", record.warc_offset or 0, record.n_bytes)
    return places


def _with_payload(records: Iterable[FetchRecord]) -> Iterator[FetchRecord]:
    return (record for record in records if record.has_payload and record.warc_file is not None)


def _name(url: str) -> str:
    return unquote(urlsplit(url).path.rpartition("/")[2])
