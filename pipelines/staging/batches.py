"""Batches of documents for the reader: large enough to amortise fixed costs, small enough for all workers, bounded in bytes."""

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Executor, Future
from dataclasses import dataclass

from pipelines.crawl.archive.captures import Capture, LoadedCapture
from pipelines.execution.executor import width
from pipelines.read.fact_frames import Frames

_FEWEST = 16
"""Minimum size of a batch: smaller ones cost more than parallel reading saves."""


@dataclass(frozen=True)
class BatchLimits:
    """Bounds on what is read together.

    Attributes:
        documents: maximum per batch. At this size the fixed cost of polars expressions is negligible.
        n_bytes: maximum bytes of a batch, unless a single document has more.
        in_flight: minimum number of submitted batches. Loaded documents stay in memory until they are submitted.
        chunk: maximum number of documents staged together, unless a single part has more. Their frames are in memory, twice.
    """

    documents: int = 256
    n_bytes: int = 32 << 20
    in_flight: int = 8
    chunk: int = 4096


LIMITS = BatchLimits()


def batch_size(n_documents: int, workers: int, most: int = LIMITS.documents) -> int:
    """Documents per batch: four batches per worker if there is enough work, so that workers finish at about the same time;
    between the minimum size and ``most``."""
    return max(min(_FEWEST, most), min(most, -(-n_documents // (4 * workers))))


def batches(fresh: Sequence[Capture], size: int, n_bytes: int = LIMITS.n_bytes) -> Iterator[list[Capture]]:
    """Split captures, in order, by number and bytes."""
    batch: list[Capture] = []
    held = 0
    for capture in fresh:
        if batch and (len(batch) == size or held + capture.n_bytes > n_bytes):
            yield batch
            batch, held = [], 0
        batch.append(capture)
        held += capture.n_bytes
    if batch:
        yield batch


def read_all(
    given: Iterable[Sequence[Capture]],
    executor: Executor | None,
    *,
    load: Callable[[Capture], LoadedCapture],
    read: Callable[[Sequence[LoadedCapture]], Frames],
    limits: BatchLimits = LIMITS,
) -> Iterator[Frames]:
    """Frames of all batches, in order. Bounds the batches in memory and the bytes that wait to be read."""
    waiting: deque[tuple[Future[Frames], int]] = deque()
    most = max(limits.in_flight, 2 * width(executor)) if executor is not None else 0
    for batch in given:
        n_bytes = sum(capture.n_bytes for capture in batch)
        while waiting and sum(size for _, size in waiting) + n_bytes > most * limits.n_bytes:
            yield waiting.popleft()[0].result()
        loaded = [load(capture) for capture in batch]
        if executor is None:
            yield read(loaded)
            continue
        waiting.append((executor.submit(read, loaded), n_bytes))
        if len(waiting) >= most:
            yield waiting.popleft()[0].result()
    while waiting:
        yield waiting.popleft()[0].result()
