"""How documents are put together for the executor: many enough to pay, few enough to spread, never too many bytes at once."""

from collections import deque
from concurrent.futures import Executor, Future
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from pipelines import parts
from pipelines.crawl.archive.captures import AttachmentCapture, Capture
from pipelines.home import Home
from pipelines.read.fact_frames import frames_of
from pipelines.staging import province_reader
from pipelines.staging.province_reader import BATCH, BATCH_BYTES, batch_size, read_province

FETCHED = datetime(2026, 1, 1, tzinfo=UTC)


def captured(number: int, n_bytes: int = 1) -> Capture:
    files = (AttachmentCapture("https://a/b.pdf", None, "", "", 0, n_bytes - 1),)
    name = f"{number * 997 % 0x10000:04x}{number:012x}"
    return Capture(name, "https://a", "s", "hunan", "d", None, FETCHED, None, "", 0, files, n_page_bytes=1)


@pytest.mark.parametrize(
    ("documents", "workers", "size"),
    [(0, 2, 16), (5, 2, 16), (200, 2, 25), (2048, 2, 256), (75_000, 2, 256), (4096, 64, 16), (100_000, 64, 256)],
)
def test_a_batch_has_more_documents_where_there_is_more_work(documents: int, workers: int, size: int) -> None:
    assert batch_size(documents, workers) == size
    assert size <= BATCH


def test_a_batch_has_few_large_documents() -> None:
    sizes = [BATCH_BYTES // 2, BATCH_BYTES // 2, 1, 2 * BATCH_BYTES, 1, 1, 1]
    batches = province_reader._batches([captured(at, max(size, 1)) for at, size in enumerate(sizes)], 3)
    assert [len(batch) for batch in batches] == [2, 1, 1, 3]


class Slow(Executor):
    """Does a task when its result is asked for; says how many documents and bytes were waiting at most."""

    width = 2

    def __init__(self) -> None:
        self.waiting: deque[int] = deque()
        self.most, self.submitted = 0, 0

    def submit(self, task: Any, /, *given: Any, **_: Any) -> Future[Any]:
        batch, pool = given[0], self
        self.waiting.append(sum(capture.n_bytes for capture in batch))
        self.most = max(self.most, sum(self.waiting))
        self.submitted += len(batch)

        class Later(Future[Any]):
            def result(self, timeout: float | None = None) -> Any:
                pool.waiting.popleft()
                return task(*given)

        return Later()


@pytest.fixture
def pool(monkeypatch: pytest.MonkeyPatch) -> Slow:
    """An executor for captures without bytes, of which nothing is read."""
    monkeypatch.setattr(province_reader, "load_capture", lambda _, capture: capture)
    monkeypatch.setattr(province_reader, "read_batch", lambda batch: frames_of([]) | {"documents": _documents(batch)})
    return Slow()


def _documents(batch: list[Capture]) -> Any:
    empty = frames_of([])["documents"]
    rows = [{"report_id": capture.report_id, "payload_digest": capture.payload_digest} for capture in batch]
    return type(empty)(rows, schema=empty.schema)


def test_what_waits_to_be_read_has_not_too_many_bytes(
    tmp_path: Path, pool: Slow, monkeypatch: pytest.MonkeyPatch
) -> None:
    held = [captured(number, 3 * BATCH_BYTES) for number in range(30)]
    monkeypatch.setattr(province_reader, "captures", lambda *_: held)
    assert read_province(Home(tmp_path), "hunan", pool).n_read == 30
    assert 3 * BATCH_BYTES < pool.most <= province_reader.IN_FLIGHT * BATCH_BYTES


def test_the_executor_has_work_while_a_stretch_is_staged(
    tmp_path: Path, pool: Slow, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(province_reader, "captures", lambda *_: [captured(number) for number in range(400)])
    monkeypatch.setattr(province_reader, "STRETCH", 100)
    monkeypatch.setattr(parts, "REPORTS", 16)
    stretches, stage_them = [], province_reader.Staging.stage

    def staging(self: Any, numbers: Any, fresh: Any) -> None:
        stretches.append((sum(frames["documents"].height for frames in fresh), len(pool.waiting)))
        stage_them(self, numbers, fresh)

    monkeypatch.setattr(province_reader.Staging, "stage", staging)
    assert read_province(Home(tmp_path), "hunan", pool).n_read == 400
    assert len(stretches) >= 4
    assert max(n_documents for n_documents, _ in stretches) <= 100
    assert all(n_waiting for _, n_waiting in stretches[:-2])


def test_rows_with_other_columns_count_as_read_otherwise(monkeypatch: pytest.MonkeyPatch) -> None:
    """What was staged before a column came or went must not stand beside what is staged now."""
    before = province_reader.reading_version.__wrapped__()
    assert province_reader.reading_version.__wrapped__() == before
    monkeypatch.setattr(province_reader, "staged_schema", lambda name: pl.Schema({"report_id": pl.String}))
    assert province_reader.reading_version.__wrapped__() != before
