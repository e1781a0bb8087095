"""The reading stage: captures of a province → staged tables. Reads only what is new, or what would now read differently."""

import gc
import hashlib
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Executor, Future
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import polars as pl

from pipelines.crawl.holdings import Capture, LoadedCapture, captures, load_capture
from pipelines.executor import width
from pipelines.home import Home
from pipelines.read.batch import KEY, Frames, Identified, frames_of
from pipelines.read.reader import read_bytes
from pipelines.read.staged import is_torn, known_documents, stage_rows
from schemas.vocabulary import ExtractionStatus

BATCH = 64
"""Documents read together: enough for the expressions to pay off, few enough to spread over the workers."""
IN_FLIGHT = 8
"""Batches handed out at a time, at least: what is read next stays in this machine's memory until then."""
_CODE = ("pipelines/extract", "pipelines/read", "pipelines/check", "schemas/forms", "schemas/regions")
_FILES = ("schemas/form.py", "schemas/form_tree.py", "schemas/labels.py", "schemas/rules.yaml", "schemas/rules.py")


class BatchLost(Exception):
    """Less came back from the executor than was handed out. Nothing was written."""


@dataclass(frozen=True)
class ReadSummary:
    """What a reading run did in one province."""

    n_captures: int
    n_read: int
    n_kept: int
    n_unreadable: int


@cache
def reading_version() -> str:
    """Hash of everything that decides how bytes are read: code, forms, labels, divisions, rules."""
    root = Path(__file__).parents[2]
    names = [
        path
        for folder in _CODE
        for path in (root / folder).rglob("*")
        if path.suffix in (".py", ".yaml", ".csv", ".txt")
    ]
    digest = hashlib.sha256()
    for path in sorted([*names, *(root / name for name in _FILES)]):
        digest.update(path.relative_to(root).as_posix().encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()[:16]


def read_province(
    home: Home, province: str, executor: Executor | None = None, on_progress: Callable[[int, int], None] | None = None
) -> ReadSummary:
    """Bring the staged tables of a province in line with the archive.

    Args:
        home: data folder.
        province: partition key.
        executor: where batches are read; None reads in this process.
        on_progress: called with (documents read, documents to read).

    Returns:
        Counts. Equal archives give byte-identical files, whatever was read when.

    Raises:
        ArchiveError: archived bytes are not what was logged.
        ExecutorError: the executor failed.
        BatchLost: less came back from it than was handed out; the staged tables stay as they were.
    """
    held = captures(home, province)
    staged = known_documents(home, province, reading_version())
    known = set(staged.iter_rows()) if staged is not None else set()
    fresh = [capture for capture in held if _key(capture) not in known]
    gone = known - {_key(capture) for capture in held}
    if staged is not None and not fresh and not gone and not is_torn(home, province):
        return ReadSummary(len(held), 0, len(held), 0)
    results: list[Frames] = []
    n_read = 0
    for frames in _read(home, fresh, executor):
        results.append(frames)
        n_read += frames["documents"].height
        if on_progress:
            on_progress(n_read, len(fresh))
    if n_read != len(fresh):
        raise BatchLost(f"{province}: {len(fresh)} documents were handed out to be read and {n_read} came back")
    kept = pl.DataFrame([_key(c) for c in held if _key(c) in known], schema=dict.fromkeys(KEY, pl.String), orient="row")
    stage_rows(home, province, reading_version(), results, kept, {report for report, _ in gone})
    unread = sum(
        frames["documents"].filter(pl.col("extraction_status") == ExtractionStatus.UNREADABLE).height
        for frames in results
    )
    return ReadSummary(len(held), n_read, len(held) - n_read, unread)


def _key(capture: Capture) -> tuple[str, str]:
    return capture.report_id, capture.payload_digest


def _read(home: Home, fresh: Sequence[Capture], executor: Executor | None) -> Iterator[Frames]:
    """Frames of all fresh captures, batch by batch, in order; few of them in memory at a time."""
    batches = (fresh[start : start + BATCH] for start in range(0, len(fresh), BATCH))
    waiting: deque[Future[Frames]] = deque()
    most = max(IN_FLIGHT, 2 * width(executor)) if executor is not None else 0
    for batch in batches:
        loaded = [load_capture(home, capture) for capture in batch]
        if executor is None:
            yield read_batch(loaded)
            continue
        waiting.append(executor.submit(read_batch, loaded))
        if len(waiting) >= most:
            yield waiting.popleft().result()
    while waiting:
        yield waiting.popleft().result()


def read_batch(batch: Sequence[LoadedCapture]) -> Frames:
    """Read a batch of loaded captures. A pure function of bytes, addresses, forms and code."""
    identified = []
    for loaded in batch:
        capture = loaded.capture
        reading = read_bytes(
            loaded.data,
            url=capture.url,
            content_type=capture.content_type,
            link_title=capture.link_title,
            province=capture.province,
            attachments=loaded.attachments,
        )
        identified.append(
            Identified(
                reading, capture.report_id, capture.payload_digest, capture.url, capture.source_id or None, capture.province,
                capture.first_fetched_at,
            )
        )  # fmt: skip
    frames = frames_of(identified)
    _settle()
    return frames


@cache
def _settle() -> None:
    """After its first batch a process holds its modules, forms and caches for good: the garbage collector need not go
    through them again and again for the short-lived cells of each page. A tenth of the time of reading HTML."""
    gc.collect()
    gc.freeze()
