"""Writes fetches durably: archive first, then log, then index. One writer thread per province; writes are grouped.

The order guarantees that a log line never refers to bytes that are not on disk. Grouping shares the fsync.
"""

import os
import queue
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from filelock import FileLock, Timeout

from pipelines.atomic import make_durable
from pipelines.crawl.archive.fetch_log import FetchRecord, cut_torn_tail, log_file, log_files, log_folder
from pipelines.crawl.archive.page_index import PageIndex
from pipelines.crawl.archive.warc import Segment
from pipelines.crawl.list_visits import ListVisit
from pipelines.crawl.policy import CrawlPolicy
from pipelines.crawl.turns import Waiting
from pipelines.home import Home
from schemas.errors import GongkaiError

_GROUP = 128
PATIENCE_SECONDS = 300.0
_TICK = 0.2  # seconds between two checks that the writer thread is alive
_LINGER = 0.05  # seconds; fetches that a crash loses within them are repeated


class CrawlError(GongkaiError):
    """The crawl cannot continue: another one is running, or the disk cannot be written."""


@dataclass(frozen=True)
class Entry:
    """A fetch to be written. ``member`` is its archive record, None if nothing was received."""

    record: FetchRecord
    member: bytes | None = None


@contextmanager
def province_lock(home: Home, province: str) -> Iterator[None]:
    """Lock the province for this process. Raises CrawlError if another crawl or import holds the lock."""
    folder = log_folder(home, province)
    folder.mkdir(parents=True, exist_ok=True)
    lock = FileLock(folder / ".lock", timeout=0, thread_local=False)
    try:
        lock.acquire()
    except Timeout as error:
        raise CrawlError(f"another crawl is writing {folder}; wait for it to end") from error
    try:
        yield
    finally:
        lock.release()


def mend(home: Home, province: str, index: PageIndex) -> None:
    """Truncate what a crash left behind: archive bytes after the last logged record.

    If a province has archive files but no log at all, the log was deleted by hand. The files are then renamed to
    ``*.unlogged`` and kept.
    """
    folder = home.archive / province
    if not folder.is_dir():
        return
    committed = index.committed()
    for path in folder.glob("*.warc.gz"):
        end = committed.get(path.name)
        if end is None and committed:
            path.unlink()
        elif end is None:
            path.replace(path.with_name(f"{path.name}.unlogged"))
        elif path.stat().st_size > end:
            with path.open("rb+") as handle:
                handle.truncate(end)
                os.fsync(handle.fileno())


class Recorder:
    """Writer of one province in one run. ``put`` may block when the disk is slower than the network.

    An error in the writer thread (a full disk, a defect) is raised by the next call of :meth:`put`, :meth:`flush` or
    :meth:`close`, and passed to ``on_failure`` at once, so that no more pages are requested. No call waits longer than
    ``PATIENCE_SECONDS`` for the disk.
    """

    def __init__(self, home: Home, province: str, run_id: str, policy: CrawlPolicy, at: datetime) -> None:
        self._home, self._province, self._run_id, self._policy = home, province, run_id, policy
        for path in log_files(home, province):
            cut_torn_tail(path)
        self.index = PageIndex(home, province)
        mend(home, province, self.index)
        self._log = log_file(home, province, at)
        self._log_end = self._log.stat().st_size if self._log.exists() else 0
        self._segment: Segment | None = None
        self._queue: queue.Queue[Entry | threading.Event | None] = queue.Queue(maxsize=_GROUP)
        self.n_logged = 0
        self._error: BaseException | None = None
        self.on_commit: Callable[[Sequence[FetchRecord]], None] | None = None
        self.on_failure: Callable[[CrawlError], None] | None = None
        self._thread = threading.Thread(target=self._run, name=f"recorder-{province}", daemon=True)
        self._thread.start()

    def put(self, entry: Entry) -> None:
        """Queue a fetch for writing. Raises CrawlError if an earlier one could not be written."""
        self._hand_over(entry)

    def flush(self) -> None:
        """Wait until all queued fetches are durable and indexed. Raises CrawlError if the disk cannot be written."""
        done = threading.Event()
        self._hand_over(done)
        self._wait(lambda: done.wait(_TICK))
        self._demand_sound()

    def put_visits(self, visits: Sequence[ListVisit]) -> None:
        """Log the list visits of the province's sources, after all fetches. Raises CrawlError if the disk cannot be
        written."""
        self.flush()
        try:
            self._append_log(b"".join(visit.to_line() for visit in visits))
        except OSError as error:
            raise CrawlError(f"cannot write to {self._home.root}: {error.strerror}") from error
        self.index.apply((), self._log.name, self._log_end, visits)

    def close(self) -> None:
        """Write the queue and stop. Raises CrawlError if the disk cannot be written."""
        try:
            if self._error is None:
                self._hand_over(None)
            self._wait(self._ended)
            self._demand_sound()
        finally:
            self.index.close()

    def _hand_over(self, item: Entry | threading.Event | None) -> None:
        def handed_over(seconds: float = _TICK) -> bool:
            self._demand_sound()
            try:
                self._queue.put(item, timeout=seconds)
            except queue.Full:
                return False
            return True

        if not handed_over(0.0):
            with Waiting():
                self._wait(handed_over)
        self._demand_sound()

    def _wait(self, done: Callable[[], bool]) -> None:
        """Wait until ``done`` is set, the thread has ended, or the disk has not answered for too long."""
        started, logged = time.monotonic(), self.n_logged
        while not done():
            if self._error is not None or self._ended(0):
                return
            if self.n_logged > logged:
                started, logged = time.monotonic(), self.n_logged
            if time.monotonic() - started > PATIENCE_SECONDS:
                raise CrawlError(f"{self._home.root} has not answered a write for {PATIENCE_SECONDS:g} s")

    def _ended(self, seconds: float = _TICK) -> bool:
        self._thread.join(seconds)
        return not self._thread.is_alive()

    def _demand_sound(self) -> None:
        if self._error is not None:
            raise self._refusal(self._error) from self._error

    def _refusal(self, error: BaseException) -> CrawlError:
        why = getattr(error, "strerror", None) or f"{type(error).__name__}: {error}"
        return CrawlError(f"cannot write to {self._home.root}: {why}")

    def _run(self) -> None:
        """The writer thread. It catches every error: a thread that died silently would block the crawl forever."""
        try:
            while self._write_group():
                pass
        except BaseException as error:  # noqa: BLE001 - handed to whoever calls next
            self._error = error
            if self.on_failure is not None:
                self.on_failure(self._refusal(error))

    def _write_group(self) -> bool:
        """Write the queued entries. Returns whether more may come."""
        group = [self._queue.get()]
        if group[0] is not None:
            time.sleep(_LINGER)  # wait for a group of entries
        while len(group) < _GROUP and group[-1] is not None:
            try:
                group.append(self._queue.get_nowait())
            except queue.Empty:
                break
        entries = [entry for entry in group if isinstance(entry, Entry)]
        if entries:
            self._commit(entries)
        for waiting in group:
            if isinstance(waiting, threading.Event):
                waiting.set()
        return None not in group

    def _commit(self, entries: list[Entry]) -> None:
        held = [entry for entry in entries if entry.member is not None]
        if held and (self._segment is None or self._segment.position > self._policy.warc_max_bytes):
            self._segment = Segment.begin(self._home.archive / self._province, self._run_id, self._policy.user_agent)
        places: dict[str, tuple[int, int]] = {}
        if held and self._segment is not None:
            members = [entry.member for entry in held if entry.member is not None]
            offsets = self._segment.append(members)
            places = {
                entry.record.fetch_id: (offset, len(member))
                for entry, offset, member in zip(held, offsets, members, strict=True)
            }
        records = [_placed(entry.record, places, self._segment) for entry in entries]
        self._append_log(b"".join(record.to_line() for record in records))
        self.index.apply(records, self._log.name, self._log_end)
        self.n_logged += len(records)
        if self.on_commit is not None:
            self.on_commit(records)

    def _append_log(self, lines: bytes) -> None:
        is_new = not self._log.exists()
        with self._log.open("ab") as handle:
            handle.write(lines)
            handle.flush()
            os.fsync(handle.fileno())
        self._log_end += len(lines)
        if is_new:
            make_durable(self._log.parent)


def _placed(record: FetchRecord, places: dict[str, tuple[int, int]], segment: Segment | None) -> FetchRecord:
    if segment is None or record.fetch_id not in places:
        return record
    offset, length = places[record.fetch_id]
    return replace(record, warc_file=segment.path.name, warc_offset=offset, warc_length=length)


def payload_path(home: Home, province: str, warc_file: str) -> Path:
    """Path of an archive file. In a working copy of an object store it is downloaded first."""
    path = home.archive / province / warc_file
    if home.bring is not None and not path.exists():
        with Waiting():
            home.bring(path)
    return path
