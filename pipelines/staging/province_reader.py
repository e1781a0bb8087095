"""The reading stage: captures of a province → staged tables. Reads only what is new, or what would now read differently."""

import gc
import hashlib
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Executor, Future
from dataclasses import dataclass
from functools import cache
from itertools import chain, groupby, islice
from operator import itemgetter
from pathlib import Path

import polars as pl

from pipelines import parts
from pipelines.crawl.archive.captures import Capture, LoadedCapture, captures, load_capture
from pipelines.execution.executor import width
from pipelines.home import Home
from pipelines.read.fact_frames import Frames, Identified, frames_of
from pipelines.read.reader import read_bytes
from pipelines.staging.part_writer import Staging
from schemas.errors import GongkaiError
from schemas.tables import STAGED, staged_schema
from schemas.vocabulary import ExtractionStatus

BATCH = 256
"""Documents read together at most: what the expressions cost however few the rows are is then next to nothing a document."""
BATCH_BYTES = 32 << 20
"""What the documents of a batch have together at most, unless one alone has more."""
IN_FLIGHT = 8
"""Batches handed out at a time, at least: what is read next stays in this machine's memory until then."""
STRETCH = 4096
"""Documents that are staged together at most, unless one part alone has more: their frames are in memory, twice."""
_FEWEST = 16
"""Documents of a batch when there are few: fewer cost more than they spread."""
_CODE = ("pipelines/extract", "pipelines/read", "pipelines/check", "schemas/forms", "schemas/regions")
_FILES = (
    "schemas/form.py", "schemas/form_tree.py", "schemas/labels.py", "schemas/organs.py", "schemas/organs.yaml",
    "schemas/rules.yaml", "schemas/rules.py", "schemas/traditional.txt", "schemas/vocabulary.py",
)  # fmt: skip


class BatchLost(GongkaiError):
    """Less came back from the executor than was handed out. Nothing of them was written."""


@dataclass(frozen=True)
class ReadSummary:
    """What a reading run did in one province."""

    n_captures: int
    n_read: int
    n_kept: int
    n_unreadable: int


@cache
def reading_version() -> str:
    """Hash of everything that decides how bytes are read and what is staged: code, forms, labels, divisions, rules, columns."""
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
    digest.update(repr([(name, list(staged_schema(name).items())) for name in STAGED]).encode())
    return digest.hexdigest()[:16]


def read_province(
    home: Home, province: str, executor: Executor | None = None, on_progress: Callable[[int, int], None] | None = None
) -> ReadSummary:
    """Bring the staged tables of a province in line with the archive, stretch by stretch.

    A run that dies has lost the stretch that it was in: the next one goes on there. Until the last is staged, readers meet
    the tables as they were before.

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
        BatchLost: less came back from it than was handed out; nothing of this stretch is staged.
    """
    held = sorted(captures(home, province), key=_key)
    staging = Staging(home, province, reading_version(), map(_key, held))
    stretches = _stretches(held, staging)
    n_fresh = sum(len(stretch.fresh) for stretch in stretches)
    size = batch_size(n_fresh, width(executor) if executor is not None else 1)
    batches = [list(_batches(stretch.fresh, size)) for stretch in stretches]
    results = _read(home, chain.from_iterable(batches), executor)
    n_read = n_unreadable = 0
    for stretch, mine in zip(stretches, batches, strict=True):
        frames: list[Frames] = []
        for one in islice(results, len(mine)):
            frames.append(one)
            n_read += one["documents"].height
            n_unreadable += _unreadable(one)
            if on_progress:
                on_progress(n_read, n_fresh)
        _demand_all(province, stretch, frames)
        staging.stage(stretch.numbers, frames)
    staging.finish()
    return ReadSummary(len(held), n_read, len(held) - n_read, n_unreadable)


def batch_size(n_documents: int, workers: int) -> int:
    """Documents to read together: every worker gets four batches if there is enough work, so that none waits long for the
    last one; not so few that the fixed cost of a batch is felt, and at most ``BATCH``."""
    return max(min(_FEWEST, BATCH), min(BATCH, -(-n_documents // (4 * workers))))


@dataclass(frozen=True)
class _Stretch:
    """Parts next to each other that are staged together, and what must be read for them, by report."""

    numbers: list[int]
    fresh: list[Capture]


def _key(capture: Capture) -> tuple[str, str]:
    return capture.report_id, capture.payload_digest


def _stretches(held: Sequence[Capture], staging: Staging) -> list[_Stretch]:
    """The due parts in order, as many together as have ``STRETCH`` documents. ``held`` is sorted by report."""
    places = parts.places(pl.Series([capture.report_id for capture in held], dtype=pl.String), staging.count)
    by_part = {
        number: [capture for _, capture in some]
        for number, some in groupby(zip(places, held, strict=True), itemgetter(0))
    }
    stretches: list[_Stretch] = []
    left = 0
    for number in staging.due:
        mine = by_part.get(number, [])
        if not stretches or len(mine) > left:
            stretches.append(_Stretch([], []))
            left = STRETCH
        left -= len(mine)
        stretches[-1].numbers.append(number)
        stretches[-1].fresh.extend(capture for capture in mine if _key(capture) not in staging.known)
    return stretches


def _unreadable(frames: Frames) -> int:
    return frames["documents"].filter(pl.col("extraction_status") == ExtractionStatus.UNREADABLE).height


def _demand_all(province: str, stretch: _Stretch, frames: Sequence[Frames]) -> None:
    n_read = sum(each["documents"].height for each in frames)
    if n_read != len(stretch.fresh):
        raise BatchLost(f"{province}: {len(stretch.fresh)} documents were handed out to be read and {n_read} came back")


def _batches(fresh: Sequence[Capture], size: int) -> Iterator[list[Capture]]:
    """Captures in order, so many together, and not more bytes than a batch may have."""
    batch: list[Capture] = []
    n_bytes = 0
    for capture in fresh:
        if batch and (len(batch) == size or n_bytes + capture.n_bytes > BATCH_BYTES):
            yield batch
            batch, n_bytes = [], 0
        batch.append(capture)
        n_bytes += capture.n_bytes
    if batch:
        yield batch


def _read(home: Home, batches: Iterable[Sequence[Capture]], executor: Executor | None) -> Iterator[Frames]:
    """Frames of all batches in order; few of them in memory at a time, and not many bytes that wait to be read."""
    waiting: deque[tuple[Future[Frames], int]] = deque()
    most = max(IN_FLIGHT, 2 * width(executor)) if executor is not None else 0
    for batch in batches:
        n_bytes = sum(capture.n_bytes for capture in batch)
        while waiting and sum(size for _, size in waiting) + n_bytes > most * BATCH_BYTES:
            yield waiting.popleft()[0].result()
        loaded = [load_capture(home, capture) for capture in batch]
        if executor is None:
            yield read_batch(loaded)
            continue
        waiting.append((executor.submit(read_batch, loaded), n_bytes))
        if len(waiting) >= most:
            yield waiting.popleft()[0].result()
    while waiting:
        yield waiting.popleft()[0].result()


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
