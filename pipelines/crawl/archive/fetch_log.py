"""The fetch log: one JSON line per fetch, append-only, a file a month: ``fetches/<province>/2026-02.jsonl``.

At the end of a run each source adds a line of another kind: the verdict on its lists.

A line is written only after the bytes it refers to are durable in the archive. A crash can leave an incomplete last line; readers
skip it and the next crawl removes it. Files of past months are never changed, so nothing needs compaction. Runs share a file,
because one per run would be fifteen hundred per province in ten years.
"""

import json
import os
from collections.abc import Callable, Iterator
from dataclasses import MISSING, dataclass, fields
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path

from pipelines.crawl.list_visits import VISIT_MARK, ListVisit
from pipelines.crawl.outcomes import Outcome
from pipelines.home import Home


class PageKind(StrEnum):
    """The role of a fetched page in the crawl."""

    LIST = "list"
    REPORT = "report"
    ATTACHMENT = "attachment"
    ROBOTS = "robots"


@dataclass(frozen=True, slots=True)
class FetchRecord:
    """One fetch: the request, its outcome, and the place of its bytes. Times are UTC in ISO 8601."""

    fetch_id: str
    run_id: str
    kind: PageKind
    url: str
    canonical_url: str
    source_id: str
    province: str
    fetched_at: str
    outcome: Outcome
    report_id: str | None = None  # the report itself, or the report of an attachment
    final_url: str | None = None  # where the bytes came from, when redirected
    link_title: str | None = None
    http_status: int | None = None
    content_type: str | None = None
    n_bytes: int = 0
    n_text: int | None = None  # number of Chinese characters, compared by the replacement policy
    payload_digest: str | None = None  # sha256 of the decoded body, hex
    has_payload: bool = False  # the record at warc_offset holds the bytes (it is no revisit)
    warc_file: str | None = None
    warc_offset: int | None = None
    warc_length: int | None = None
    etag: str | None = None
    last_modified: str | None = None
    attachments: tuple[str, ...] = ()  # files that carry the report, for a page without its tables
    elapsed_ms: int = 0
    message: str = ""

    def to_line(self) -> bytes:
        """One JSON line. Fields at their default are left out: most lines have many."""
        kept = {name: value for name in _NAMES if (value := getattr(self, name)) != _DEFAULTS.get(name, MISSING)}
        return json.dumps(kept, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"

    @classmethod
    def from_line(cls, line: bytes) -> "FetchRecord":
        """Read a line back. Keys a newer version may have added are ignored."""
        data = {key: value for key, value in json.loads(line).items() if key in _NAMES}
        data["kind"], data["outcome"] = PageKind(data["kind"]), Outcome(data["outcome"])
        data["attachments"] = tuple(data.get("attachments", ()))
        return cls(**data)


_NAMES = tuple(field.name for field in fields(FetchRecord))
_DEFAULTS = {field.name: field.default for field in fields(FetchRecord) if field.default is not MISSING}


def log_folder(home: Home, province: str) -> Path:
    return home.fetches / province


def log_files(home: Home, province: str) -> list[Path]:
    """Logs of a province in the order of their creation. Names need not sort by time: older versions named them by run."""
    files = log_folder(home, province).glob("*.jsonl")
    return sorted(files, key=lambda path: (_first_moment(path), path.name))


def log_file(home: Home, province: str, at: datetime) -> Path:
    """The log file of a run that starts at ``at``."""
    return log_folder(home, province) / f"{at.astimezone(UTC):%Y-%m}.jsonl"


def read_log(path: Path, start: int = 0, *, only: Callable[[bytes], bool] | None = None) -> Iterator[FetchRecord]:
    """Fetch records from byte ``start`` on. Skips an incomplete last line, lines rejected by ``only``, and list visits."""
    with path.open("rb") as handle:
        handle.seek(start)
        for line in handle:
            if line.endswith(b"\n") and VISIT_MARK not in line and (only is None or only(line)):
                yield FetchRecord.from_line(line)


def read_visits(path: Path, start: int = 0) -> Iterator[ListVisit]:
    """List visits from byte ``start`` on."""
    with path.open("rb") as handle:
        handle.seek(start)
        for line in handle:
            if VISIT_MARK in line and line.endswith(b"\n"):
                yield ListVisit.from_line(line)


def tells_of_reports(line: bytes) -> bool:
    """Whether a line can affect held reports. Most lines are revisits of lists and robots.txt, which do not.

    A list line with bytes does: a report may refer to the same bytes.
    """
    return b'"kind":"report"' in line or b'"kind":"attachment"' in line or b'"has_payload":true' in line


def cut_torn_tail(path: Path) -> None:
    """Remove an incomplete last line that a crash may have left."""
    with path.open("rb+") as handle:
        size = handle.seek(0, os.SEEK_END)
        position = size
        while position:
            step = min(65_536, position)
            handle.seek(position - step)
            found = handle.read(step).rfind(b"\n")
            if found >= 0:
                position = position - step + found + 1
                break
            position -= step
        if position != size:
            handle.truncate(position)
            os.fsync(handle.fileno())


def _first_moment(path: Path) -> str:
    with path.open("rb") as handle:
        line = handle.readline()
    return str(json.loads(line)["fetched_at"]) if line.endswith(b"\n") else "9999"
