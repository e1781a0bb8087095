"""The page index: what is held for an address, when it was last requested, and with which outcome.

A SQLite file beside the log, derived from log lines and rebuilt from them if it is missing or damaged. After a crash it may be
behind the log, never ahead, because a line is logged before it is indexed.
"""

import json
import sqlite3
import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from pipelines.crawl.archive.fetch_log import FetchRecord, PageKind, log_files, log_folder, read_log, read_visits
from pipelines.crawl.archive.warc import Payload
from pipelines.crawl.list_visits import ListVisit
from pipelines.crawl.outcomes import Outcome
from pipelines.home import Home

_VERSION = 2
_SCHEMA = """
CREATE TABLE IF NOT EXISTS pages (
  canonical TEXT, parent TEXT, kind TEXT, url TEXT, final_url TEXT, run_id TEXT, outcome TEXT, content_type TEXT,
  etag TEXT, last_modified TEXT, digest TEXT, n_text INTEGER, attachments TEXT,
  first_held_at TEXT, looked_at TEXT, failures INTEGER, PRIMARY KEY (canonical, parent)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS payloads (digest TEXT PRIMARY KEY, file TEXT, offset INTEGER, url TEXT) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS archives (file TEXT PRIMARY KEY, committed INTEGER) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS visits (source_id TEXT PRIMARY KEY, line BLOB) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS logs (file TEXT PRIMARY KEY, indexed INTEGER) WITHOUT ROWID;
"""


@dataclass(frozen=True)
class IndexRows:
    """Rows of the index for a worker. ``lists``: positions of the bytes of lists and robots.txt."""

    pages: tuple[tuple[Any, ...], ...]
    payloads: tuple[tuple[str, str, int, str], ...]
    lists: tuple[tuple[str, str, int, str], ...]


@dataclass(frozen=True)
class Held:
    """State of one page. ``digest`` is None while nothing good is held."""

    url: str
    final_url: str | None
    kind: PageKind
    run_id: str
    outcome: Outcome
    content_type: str | None
    etag: str | None
    last_modified: str | None
    digest: str | None
    n_text: int | None
    attachments: tuple[str, ...]
    first_held_at: datetime | None
    looked_at: datetime
    failures: int


class PageIndex:
    """The index of one province. Lookups from any thread; writes from the recorder only."""

    def __init__(self, home: Home, province: str) -> None:
        self._home, self._province = home, province
        folder = log_folder(home, province)
        folder.mkdir(parents=True, exist_ok=True)
        self._path = folder / "index.sqlite"
        self._lock = threading.Lock()
        self._db = self._open()
        self.catch_up()

    def close(self) -> None:
        with self._lock:
            self._db.close()

    def page(self, canonical: str, parent: str = "") -> Held | None:
        """State of an address; ``parent`` is the report id for an attachment."""
        with self._lock:
            row = self._db.execute(
                "SELECT url, final_url, kind, run_id, outcome, content_type, etag, last_modified, digest, n_text,"
                " attachments, first_held_at, looked_at, failures FROM pages WHERE canonical = ? AND parent = ?",
                (canonical, parent),
            ).fetchone()
        if row is None:
            return None
        (
            url,
            final_url,
            kind,
            run_id,
            outcome,
            content_type,
            etag,
            last_modified,
            digest,
            n_text,
            files,
            held,
            looked,
            n,
        ) = row
        return Held(
            url, final_url, PageKind(kind), run_id, Outcome(outcome), content_type, etag, last_modified, digest, n_text,
            tuple(json.loads(files or "[]")), datetime.fromisoformat(held) if held else None,
            datetime.fromisoformat(looked), n,
        )  # fmt: skip

    def payload(self, digest: str) -> tuple[Payload, str] | None:
        """Where the bytes of ``digest`` are, and the address they first came from."""
        with self._lock:
            row = self._db.execute("SELECT file, offset, url FROM payloads WHERE digest = ?", (digest,)).fetchone()
        return (Payload(digest, row[0], row[1]), row[2]) if row else None

    def committed(self) -> dict[str, int]:
        """Archive file name → end of its last logged record."""
        with self._lock:
            return dict(self._db.execute("SELECT file, committed FROM archives").fetchall())

    def rows(self, wanted: Callable[[str, str], bool]) -> IndexRows:
        """Rows of the pages that ``wanted(url, canonical)`` selects."""
        with self._lock:
            pages = [row for row in self._db.execute("SELECT * FROM pages") if wanted(row[3], row[0])]
            lists = {row[10] for row in pages if row[2] in (PageKind.LIST, PageKind.ROBOTS)}
            digests = {row[10] for row in pages if row[10]}
            payloads = [row for row in self._db.execute("SELECT * FROM payloads") if row[0] in digests]
        return IndexRows(tuple(pages), tuple(payloads), tuple(row for row in payloads if row[0] in lists))

    def adopt(self, rows: IndexRows, places: Iterable[tuple[str, str, int, str]], committed: dict[str, int]) -> None:
        """Insert rows of another index. ``places``: positions of bytes here; ``committed``: lengths of the files."""
        with self._lock, self._db:
            marks = ", ".join("?" * 16)
            self._db.executemany(f"INSERT OR REPLACE INTO pages VALUES ({marks})", rows.pages)
            self._db.executemany("INSERT OR REPLACE INTO payloads VALUES (?, ?, ?, ?)", [*rows.payloads, *places])
            self._db.executemany("INSERT OR REPLACE INTO archives VALUES (?, ?)", committed.items())

    def last_visit(self, source_id: str) -> ListVisit | None:
        """The latest list visit of a source."""
        with self._lock:
            row = self._db.execute("SELECT line FROM visits WHERE source_id = ?", (source_id,)).fetchone()
        return ListVisit.from_line(row[0]) if row else None

    def apply(self, records: Iterable[FetchRecord], log: str, indexed: int, visits: Iterable[ListVisit] = ()) -> None:
        """Index logged records, and record that ``log`` is indexed up to byte ``indexed``."""
        with self._lock, self._db:
            for record in records:
                self._apply_one(record)
            rows = [(visit.source_id, visit.to_line()) for visit in visits]
            self._db.executemany("INSERT OR REPLACE INTO visits VALUES (?, ?)", rows)
            self._db.execute("INSERT OR REPLACE INTO logs VALUES (?, ?)", (log, indexed))

    def catch_up(self) -> None:
        """Index the log lines that are not indexed yet; all of them if the index was lost."""
        with self._lock:
            marks = dict(self._db.execute("SELECT file, indexed FROM logs").fetchall())
        for path in log_files(self._home, self._province):
            start = marks.get(path.name, 0)
            end = start + _whole_lines(path, start)
            if end > start:
                self.apply(read_log(path, start), path.name, end, read_visits(path, start))

    def _apply_one(self, record: FetchRecord) -> None:
        execute = self._db.execute
        if record.warc_file and record.warc_offset is not None and record.warc_length is not None:
            end = record.warc_offset + record.warc_length
            execute(
                "INSERT INTO archives VALUES (?, ?)"
                " ON CONFLICT (file) DO UPDATE SET committed = max(committed, excluded.committed)",
                (record.warc_file, end),
            )
            if record.has_payload:
                execute(
                    "INSERT OR REPLACE INTO payloads VALUES (?, ?, ?, ?)",
                    (record.payload_digest, record.warc_file, record.warc_offset, record.final_url or record.url),
                )
        canonical, parent = page_key(record)
        good = record.outcome.is_good
        new_bytes = record.outcome in (Outcome.FETCHED, Outcome.IMAGES_ONLY, Outcome.UNCHANGED)
        # A page that says there is no report is asked again with its own validators, unless those of a report are held.
        is_empty = record.outcome is Outcome.SOFT_404 and record.http_status == 200
        execute(
            """INSERT INTO pages VALUES (:canonical, :parent, :kind, :url, :final_url, :run_id, :outcome, :content_type,
                 :etag, :last_modified, :digest, :n_text, :attachments, :held_at, :at, :failed)
               ON CONFLICT (canonical, parent) DO UPDATE SET kind = :kind, url = :url, run_id = :run_id, outcome = :outcome,
                 final_url = iif(:good, :final_url, final_url),
                 content_type = iif(:new, :content_type, content_type),
                 etag = iif(:new OR (:empty AND digest IS NULL), :etag, etag),
                 last_modified = iif(:new OR (:empty AND digest IS NULL), :last_modified, last_modified),
                 digest = iif(:new, :digest, digest),
                 n_text = iif(:new, :n_text, n_text), attachments = iif(:new, :attachments, attachments),
                 first_held_at = coalesce(first_held_at, :held_at), looked_at = :at, failures = iif(:good, 0, failures + 1)""",
            {
                "canonical": canonical, "parent": parent, "kind": record.kind, "url": record.url,
                "final_url": record.final_url, "run_id": record.run_id, "outcome": record.outcome,
                "content_type": record.content_type, "etag": record.etag, "last_modified": record.last_modified,
                "digest": record.payload_digest if new_bytes else None, "n_text": record.n_text,
                "attachments": json.dumps(record.attachments), "held_at": record.fetched_at if new_bytes else None,
                "at": record.fetched_at, "good": good, "new": new_bytes, "empty": is_empty, "failed": int(not good),
            },
        )  # fmt: skip

    def _open(self) -> sqlite3.Connection:
        try:
            return self._connect()
        except sqlite3.DatabaseError:
            self._path.unlink()
            return self._connect()

    def _connect(self) -> sqlite3.Connection:
        db = sqlite3.connect(self._path, check_same_thread=False)
        db.execute("PRAGMA journal_mode = WAL")
        db.execute("PRAGMA synchronous = OFF")  # derived data: a damaged file is rebuilt from the log
        if db.execute("PRAGMA user_version").fetchone()[0] not in (0, _VERSION):
            db.close()
            raise sqlite3.DatabaseError("index of another version")
        if db.execute("PRAGMA quick_check(1)").fetchone()[0] != "ok":
            db.close()
            raise sqlite3.DatabaseError("index is damaged")
        db.executescript(_SCHEMA)
        db.execute(f"PRAGMA user_version = {_VERSION}")
        return db


def page_key(record: FetchRecord) -> tuple[str, str]:
    """(canonical, parent) of the page a record speaks of; ``parent`` is the report id for an attachment."""
    return record.canonical_url, (record.report_id or "" if record.kind is PageKind.ATTACHMENT else "")


def _whole_lines(path: Path, start: int) -> int:
    """Bytes of complete lines from ``start`` on."""
    with path.open("rb") as handle:
        handle.seek(start)
        return sum(len(line) for line in handle if line.endswith(b"\n"))
