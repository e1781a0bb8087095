"""The reading stage: captures of a province → staged tables. Reads documents that are new or were read by another version."""

import gc
import logging
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Executor
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache, partial
from itertools import chain, groupby, islice
from operator import itemgetter

import polars as pl

from pipelines import parts
from pipelines.crawl.archive.captures import Capture, LoadedCapture, captures, load_capture
from pipelines.execution.executor import width
from pipelines.extract.picture.recogniser import recognise_later
from pipelines.home import Home
from pipelines.read.fact_frames import Frames, Identified, each_report, frames_of
from pipelines.run_log import log_step
from pipelines.staging.batches import LIMITS, BatchLimits, batch_size, batches, read_all
from pipelines.staging.part_writer import Staging
from pipelines.staging.picture_recognition import Recognition, pictures_left
from pipelines.staging.read_capture import read_capture
from pipelines.staging.reading_version import reading_version
from schemas.errors import GongkaiError
from schemas.report_ids import document_ids
from schemas.vocabulary import ExtractionStatus

_LOG = logging.getLogger(__name__)


class BatchLost(GongkaiError):
    """The executor returned fewer documents than were submitted. None of them was written."""


@dataclass(frozen=True)
class ReadSummary:
    """Counts of a reading run in one province."""

    n_captures: int
    n_read: int
    n_kept: int
    n_unreadable: int


def read_batch(batch: Sequence[LoadedCapture]) -> Frames:
    """Read a batch of loaded captures. A pure function of bytes, addresses, forms and code."""
    with _garbage_left():
        frames = _frames(batch)
    _settle()
    return frames


def _frames(batch: Sequence[LoadedCapture]) -> Frames:
    identified: list[Identified] = []
    for loaded in batch:
        identified += each_report(read_capture(loaded, recognise_later))
    return frames_of(identified)


@contextmanager
def _garbage_left() -> Iterator[None]:
    """No search for reference cycles while a batch is read: it makes millions of objects and hardly any cycle, and the
    search takes a twentieth of the time."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


@cache
def _settle() -> None:
    """Freeze the objects that exist after the first batch (modules, forms, caches), so that the garbage collector skips
    them. Saves a tenth of the time of reading HTML."""
    gc.collect()
    gc.freeze()


@dataclass(frozen=True)
class ReadingSteps:
    """The steps of reading a province. The defaults are those of the nightly run; tests replace them.

    Attributes:
        captures: lists what the archive holds of a province.
        load: loads the bytes of one capture.
        read: turns a batch into staged frames; it may run in another process.
        version: version of the reading; documents staged by another version are read again.
        limits: bounds of batches and chunks.
    """

    captures: Callable[[Home, str], Sequence[Capture]] = captures
    load: Callable[[Home, Capture], LoadedCapture] = load_capture
    read: Callable[[Sequence[LoadedCapture]], Frames] = read_batch
    version: Callable[[], str] = reading_version
    limits: BatchLimits = LIMITS


NIGHTLY = ReadingSteps()


def read_province(
    home: Home,
    province: str,
    executor: Executor | None = None,
    on_progress: Callable[[int, int], None] | None = None,
    *,
    recognition: Recognition | None = None,
    steps: ReadingSteps = NIGHTLY,
) -> ReadSummary:
    """Update the staged tables of a province from the archive, in chunks of parts.

    A run that dies loses only its current chunk; the next run continues there. Readers see the former tables until the last
    chunk is staged.

    Args:
        home: data folder.
        province: partition key.
        executor: where batches are read; None reads in this process.
        on_progress: called with (documents read, documents to read).
        recognition: bounds what is recognised in pictures; None leaves all pictures for another run.
        steps: the steps of reading.

    Returns:
        Counts. Equal archives give byte-identical files, whatever was read when.

    Raises:
        ArchiveError: archived bytes are not what was logged.
        ExecutorError: the executor failed.
        BatchLost: fewer documents were returned than submitted; nothing of this chunk is staged.
    """
    limits = steps.limits
    held = sorted(steps.captures(home, province), key=_key)
    again = pictures_left(home, province) if recognition is not None else frozenset()
    staging = Staging(home, province, steps.version(), map(_key, held), again=again)
    chunks = _chunks(held, staging, limits.chunk)
    n_fresh = sum(len(chunk.fresh) for chunk in chunks)
    size = batch_size(n_fresh, width(executor) if executor is not None else 1, limits.documents)
    given = [list(batches(chunk.fresh, size, limits.n_bytes)) for chunk in chunks]
    load = partial(steps.load, home)
    results = read_all(chain.from_iterable(given), executor, load=load, read=steps.read, limits=limits)
    n_read = n_unreadable = 0
    for chunk, mine in zip(chunks, given, strict=True):
        frames: list[Frames] = []
        for one in islice(results, len(mine)):
            frames.append(one)
            n_read += _documents(one)
            n_unreadable += _unreadable(one)
            if on_progress:
                on_progress(n_read, n_fresh)
        if recognition is not None:
            frames = recognition.complete(home, chunk.fresh, frames, executor)
        _demand_all(province, chunk, frames)
        staging.stage(chunk.numbers, frames)
    staging.finish()
    summary = ReadSummary(len(held), n_read, len(held) - n_read, n_unreadable)
    log_step(_LOG, "read", province=province, **vars(summary))
    return summary


@dataclass(frozen=True)
class _Chunk:
    """Adjacent parts that are staged together, and the captures that must be read for them."""

    numbers: list[int]
    fresh: list[Capture]


def _key(capture: Capture) -> tuple[str, str]:
    return capture.report_id, capture.payload_digest


def _chunks(held: Sequence[Capture], staging: Staging, most: int) -> list[_Chunk]:
    """Group the due parts, in order, into chunks of at most ``most`` documents. ``held`` is sorted by report."""
    places = parts.places(pl.Series([capture.report_id for capture in held], dtype=pl.String), staging.count)
    by_part = {
        number: [capture for _, capture in some]
        for number, some in groupby(zip(places, held, strict=True), itemgetter(0))
    }
    chunks: list[_Chunk] = []
    left = 0
    for number in staging.due:
        mine = by_part.get(number, [])
        if not chunks or len(mine) > left:
            chunks.append(_Chunk([], []))
            left = most
        left -= len(mine)
        chunks[-1].numbers.append(number)
        chunks[-1].fresh.extend(capture for capture in mine if _key(capture) not in staging.known)
    return chunks


def _unreadable(frames: Frames) -> int:
    return frames["documents"].filter(pl.col("extraction_status") == ExtractionStatus.UNREADABLE).height


def _documents(frames: Frames) -> int:
    """Number of documents read; one may hold several reports."""
    return frames["documents"].select(document_ids(), "payload_digest").n_unique()


def _demand_all(province: str, chunk: _Chunk, frames: Sequence[Frames]) -> None:
    n_read = sum(map(_documents, frames))
    if n_read != len(chunk.fresh):
        raise BatchLost(f"{province}: {len(chunk.fresh)} documents were handed out to be read and {n_read} came back")
