"""Makes fetches durable: archive first, then log, then index. One writer thread per province, in groups.

The order is the guarantee: a log line never speaks of bytes that are not on disk. Grouping only shares the fsync.
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
from pipelines.home import Home
from schemas.errors import GongkaiError

_GROUP = 128
PATIENCE_SECONDS = 300.0
_TICK = 0.2  # seconds between two looks at whether the writer still lives
_LINGER = 0.05  # seconds; a fetch that a crash takes back within them is simply made again


class CrawlError(GongkaiError):
    """The crawl cannot go on: another one is running, or the disk refuses to write."""


@dataclass(frozen=True)
class Entry:
    """A fetch to be made durable. ``member`` is its archive record, None when nothing was received."""

    record: FetchRecord
    member: bytes | None = None


@contextmanager
def province_lock(home: Home, province: str) -> Iterator[None]:
    """Hold the province for this process. Raises CrawlError when another crawl or import holds it."""
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
    """Cut off what a crash left behind: archive bytes past the last logged record were never claimed by anyone.

    When the province has no log at all but has archive files, the log was lost by hand: the files are set aside as
    ``*.unlogged`` rather than removed.
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
    """Writer of one province in one run. ``put`` may block when the disk is slower than the net.

    Whatever ends the writer thread (a full disk under the archive, the log or the index, a defect) is raised by the next
    call of :meth:`put`, :meth:`flush` or :meth:`close`, and told to ``on_failure`` at once, so that no more pages are asked
    for which cannot be kept. No call waits longer than ``PATIENCE_SECONDS`` for a disk that does not answer.
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
        """Hand a fetch over. Raises CrawlError when an earlier one could not be written."""
        self._hand_over(entry)

    def flush(self) -> None:
        """Wait until what was handed over so far is durable and in the index. Raises CrawlError when the disk refused."""
        done = threading.Event()
        self._hand_over(done)
        self._wait(lambda: done.wait(_TICK))
        self._demand_sound()

    def put_visits(self, visits: Sequence[ListVisit]) -> None:
        """Log what the lists of the province's sources came to, after everything that was fetched. Raises CrawlError when the
        disk refused."""
        self.flush()
        try:
            self._append_log(b"".join(visit.to_line() for visit in visits))
        except OSError as error:
            raise CrawlError(f"cannot write to {self._home.root}: {error.strerror}") from error
        self.index.apply((), self._log.name, self._log_end, visits)

    def close(self) -> None:
        """Write what is waiting. Raises CrawlError when the disk refused."""
        try:
            if self._error is None:
                self._hand_over(None)
            self._wait(self._ended)
            self._demand_sound()
        finally:
            self.index.close()

    def _hand_over(self, item: Entry | threading.Event | None) -> None:
        def handed_over() -> bool:
            self._demand_sound()
            try:
                self._queue.put(item, timeout=_TICK)
            except queue.Full:
                return False
            return True

        self._wait(handed_over)
        self._demand_sound()

    def _wait(self, done: Callable[[], bool]) -> None:
        """Until ``done``, or the thread has ended, or the disk has not answered for too long."""
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
        """The writer thread. Nothing escapes it: a dead thread that says nothing would let the crawl wait for ever."""
        try:
            while self._write_group():
                pass
        except BaseException as error:  # noqa: BLE001 - handed to whoever calls next
            self._error = error
            if self.on_failure is not None:
                self.on_failure(self._refusal(error))

    def _write_group(self) -> bool:
        """Write what has gathered. Returns whether more may come."""
        group = [self._queue.get()]
        if group[0] is not None:
            time.sleep(_LINGER)  # let a group gather
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
    """Where an archive file is; in a working copy of an object store it is brought first."""
    path = home.archive / province / warc_file
    if home.bring is not None and not path.exists():
        home.bring(path)
    return path
