"""Recognises the pictures of reports within a budget of processor time per run. The next run continues.

A picture takes ten seconds of processor time, a page a thousandth of that. So pages are first read without their pictures.
Those whose tables are in pictures are then read again with them, one task per document. Results are cached by the digest of the
picture and the version of engine and code.
"""

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Executor, Future, wait
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

import polars as pl

from pipelines.atomic import replace_together
from pipelines.crawl.archive.captures import Capture, LoadedCapture, load_capture
from pipelines.execution.executor import width
from pipelines.extract.picture.engine import is_installed
from pipelines.extract.picture.recogniser import recognise_later, recognise_now, recogniser_version
from pipelines.extract.picture.result import PictureReading
from pipelines.extract.picture.sources import PictureSource
from pipelines.home import Home
from pipelines.read.fact_frames import KEY, Frames, each_report, frames_of
from pipelines.read.reader import PICTURES_LEFT
from pipelines.staging.read_capture import read_capture
from pipelines.staging.staged_tables import staged_files
from schemas.report_ids import document_ids


@dataclass
class Recognition:
    """The recognition budget of a run, and its results.

    Attributes:
        seconds: Processor time over all workers; 0 recognises nothing.
        on_progress: Called with (documents done, documents with pictures so far known).
        n_recognised: Documents whose pictures were all read.
        n_left: Documents with pictures for the next night.
    """

    seconds: float = 0.0
    on_progress: Callable[[int, int], None] | None = None
    n_recognised: int = field(default=0, init=False)
    n_left: int = field(default=0, init=False)

    def complete(
        self, home: Home, captured: Sequence[Capture], frames: Sequence[Frames], executor: Executor | None
    ) -> list[Frames]:
        """Read documents with pending pictures again, with cached results and as many new ones as the budget allows.

        Args:
            home: data folder with the cache of readings.
            captured: the documents of ``frames``.
            frames: as read without pictures.
            executor: where pictures are recognised; None recognises in this process.
        """
        left = documents_left(frames)
        if not left:
            return list(frames)
        waiting = [capture for capture in captured if (capture.report_id, capture.payload_digest) in left]
        again = [result.frames for result in self._work(home, waiting, executor)]
        keys = pl.DataFrame(sorted(left), schema=dict.fromkeys(KEY, pl.String), orient="row")
        own = (document_ids(), "payload_digest")
        without = [
            {name: frame.join(keys, left_on=own, right_on=KEY, how="anti") for name, frame in one.items()}
            for one in frames
        ]
        return [*without, *again]

    def _work(self, home: Home, waiting: Sequence[Capture], executor: Executor | None) -> Iterator["PictureTaskResult"]:
        """Results in the order of ``waiting``, so that the staged rows do not depend on timing."""
        store = PictureStore(home)
        most = width(executor) if executor is not None else 1
        running: dict[Future[PictureTaskResult], int] = {}
        results: dict[int, PictureTaskResult] = {}
        for number, capture in enumerate(waiting):
            loaded = load_capture(home, capture)
            kept = store.load(asked_pictures(loaded))
            allowance = max(0.0, self.seconds) / most
            if executor is None:
                self._take(read_with_pictures(loaded, kept, allowance), store, number, results, len(waiting))
                continue
            running[executor.submit(read_with_pictures, loaded, kept, allowance)] = number
            while len(running) >= most:
                self._collect(running, store, results, len(waiting))
        while running:
            self._collect(running, store, results, len(waiting))
        yield from (results[number] for number in sorted(results))

    def _collect(
        self, running: "dict[Future[PictureTaskResult], int]", store: "PictureStore",
        results: "dict[int, PictureTaskResult]", total: int,
    ) -> None:  # fmt: skip
        done, _ = wait(running, return_when=FIRST_COMPLETED)
        for future in done:
            self._take(future.result(), store, running.pop(future), results, total)

    def _take(
        self, result: "PictureTaskResult", store: "PictureStore", number: int,
        results: "dict[int, PictureTaskResult]", total: int,
    ) -> None:  # fmt: skip
        store.keep(result.readings)
        self.seconds -= result.seconds
        self.n_left += result.n_left > 0
        self.n_recognised += result.n_left == 0
        results[number] = result
        if self.on_progress:
            self.on_progress(len(results), total)


@dataclass(frozen=True)
class PictureTaskResult:
    """One document read with its pictures. ``readings``: new ones, as JSON by key; ``seconds``: processor time."""

    frames: Frames
    readings: Mapping[str, str]
    seconds: float
    n_left: int


def documents_left(frames: Sequence[Frames]) -> set[tuple[str, str]]:
    """Keys of the documents that have pictures left to recognise."""
    return {key for one in frames for key in _with_pictures_left(one["findings"].lazy()).iter_rows()}


def _with_pictures_left(findings: pl.LazyFrame) -> pl.DataFrame:
    left = findings.filter(pl.col("rule") == PICTURES_LEFT)
    return left.select(document_ids(), "payload_digest").unique().collect()


def pictures_left(home: Home, province: str) -> frozenset[tuple[str, str]]:
    """Keys of the staged documents whose pictures an earlier run left."""
    files = staged_files(home, "findings", province)
    if not files:
        return frozenset()
    return frozenset(_with_pictures_left(pl.scan_parquet(files)).iter_rows())


def asked_pictures(loaded: LoadedCapture) -> list[str]:
    """Keys of the pictures that reading this document asks for."""
    asked: list[str] = []

    def record(source: PictureSource) -> PictureReading:
        asked.append(source.key)
        return recognise_later(source)

    read_capture(loaded, record)
    return asked


def read_with_pictures(loaded: LoadedCapture, kept: Mapping[str, str], seconds: float) -> PictureTaskResult:
    """Read a document with its pictures. No new picture is started after ``seconds``."""
    started = time.process_time()
    made: dict[str, str] = {}
    n_left = 0

    def recognise(source: PictureSource) -> PictureReading:
        nonlocal n_left
        known = kept.get(source.key) or made.get(source.key)
        if known is not None:
            return PictureReading.from_json(known)
        if is_installed() and time.process_time() - started >= seconds:
            n_left += 1
            return recognise_later(source)
        reading = recognise_now(source)
        if is_installed():
            made[source.key] = reading.to_json()
        return reading

    frames = frames_of([*each_report(read_capture(loaded, recognise))])
    return PictureTaskResult(frames, made, time.process_time() - started, n_left)


class PictureStore:
    """Readings of pictures on disk, by picture and by the version of engine and code that made them."""

    def __init__(self, home: Home) -> None:
        self._folder = home.recognised / recogniser_version()

    def load(self, keys: Sequence[str]) -> dict[str, str]:
        """Cached readings of these pictures, as JSON by key. A damaged file counts as missing."""
        found = {}
        for key in keys:
            try:
                text = self._path(key).read_text(encoding="utf-8")
                PictureReading.from_json(text)
            except (FileNotFoundError, ValueError):
                continue
            found[key] = text
        return found

    def keep(self, readings: Mapping[str, str]) -> None:
        """Write readings, each file atomically."""
        if readings:
            replace_together(
                {
                    self._path(key): partial(Path.write_text, data=text, encoding="utf-8")
                    for key, text in readings.items()
                }
            )

    def _path(self, key: str) -> Path:
        return self._folder / key[:2] / f"{key}.json"
