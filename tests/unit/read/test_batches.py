"""How documents are put together for the executor: many enough to pay, few enough to spread, never too many bytes at once."""

import subprocess
import sys
from collections import deque
from collections.abc import Sequence
from concurrent.futures import Executor, Future
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from pipelines import parts
from pipelines.crawl.archive.captures import AttachmentCapture, Capture
from pipelines.extract.office import converter
from pipelines.home import Home
from pipelines.read.fact_frames import frames_of
from pipelines.staging import part_writer, reading_version
from pipelines.staging.batches import LIMITS, BatchLimits, batch_size, batches
from pipelines.staging.province_reader import ReadingSteps, read_province

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
    assert size <= LIMITS.documents


def test_a_batch_has_few_large_documents() -> None:
    sizes = [LIMITS.n_bytes // 2, LIMITS.n_bytes // 2, 1, 2 * LIMITS.n_bytes, 1, 1, 1]
    given = batches([captured(at, max(size, 1)) for at, size in enumerate(sizes)], 3)
    assert [len(batch) for batch in given] == [2, 1, 1, 3]


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


def steps_of(held: list[Capture], limits: BatchLimits = LIMITS) -> Any:
    """Captures without bytes, of which nothing is read."""
    return ReadingSteps(
        captures=lambda *_: held,
        load=lambda _, capture: capture,  # type: ignore[arg-type,return-value]
        read=lambda batch: frames_of([]) | {"documents": _documents(batch)},
        limits=limits,
    )


def _documents(batch: Sequence[Any]) -> Any:
    empty = frames_of([])["documents"]
    rows = [{"report_id": capture.report_id, "payload_digest": capture.payload_digest} for capture in batch]
    return type(empty)(rows, schema=empty.schema)


def test_what_waits_to_be_read_has_not_too_many_bytes(
    tmp_path: Path,
) -> None:
    pool, held = Slow(), [captured(number, 3 * LIMITS.n_bytes) for number in range(30)]
    assert read_province(Home(tmp_path), "hunan", pool, steps=steps_of(held)).n_read == 30
    assert 3 * LIMITS.n_bytes < pool.most <= LIMITS.in_flight * LIMITS.n_bytes


def test_the_executor_has_work_while_a_chunk_is_staged(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pool, steps = Slow(), steps_of([captured(number) for number in range(400)], BatchLimits(chunk=100))
    monkeypatch.setattr(parts, "REPORTS", 16)
    chunks, stage_them = [], part_writer.Staging.stage

    def staging(self: Any, numbers: Any, fresh: Any) -> None:
        chunks.append((sum(frames["documents"].height for frames in fresh), len(pool.waiting)))
        stage_them(self, numbers, fresh)

    monkeypatch.setattr(part_writer.Staging, "stage", staging)
    assert read_province(Home(tmp_path), "hunan", pool, steps=steps).n_read == 400
    assert len(chunks) >= 4
    assert max(n_documents for n_documents, _ in chunks) <= 100
    assert all(n_waiting for _, n_waiting in chunks[:-2])


def test_rows_with_other_columns_count_as_read_otherwise(monkeypatch: pytest.MonkeyPatch) -> None:
    """What was staged before a column came or went must not stand beside what is staged now."""
    before = reading_version.reading_version.__wrapped__()
    assert reading_version.reading_version.__wrapped__() == before
    with monkeypatch.context() as other:
        other.setattr(converter, "build", lambda: "another LibreOffice")
        assert reading_version.reading_version.__wrapped__() != before
    monkeypatch.setattr(reading_version, "staged_schema", lambda name: pl.Schema({"report_id": pl.String}))
    assert reading_version.reading_version.__wrapped__() != before


_IMPORTED = """
import sys
import pipelines.staging.province_reader, pipelines.extract.extract
from schemas.carriers import CARRIERS
for entry in CARRIERS:
    if entry.extractor is not None:
        pipelines.extract.extract.resolve_name(entry.extractor)
print("\\n".join(module.__file__ for module in list(sys.modules.values()) if getattr(module, "__file__", None)))
"""
_DECIDES_NOTHING = {
    "pipelines/__init__.py", "pipelines/atomic.py", "pipelines/code_version.py", "pipelines/home.py", "pipelines/parts.py",
    "pipelines/run_log.py",
    "schemas/__init__.py", "schemas/errors.py", "schemas/settings.py", "schemas/site_families.py", "schemas/export_formats.py",
}  # fmt: skip
"""Modules that reading imports and that say neither how bytes are read nor what is staged."""


@pytest.mark.slow
def test_the_version_covers_what_reading_imports() -> None:
    """A module that reading uses and the version does not know would leave old readings standing after a change."""
    root = Path(parts.__file__).parents[1]
    done = subprocess.run([sys.executable, "-c", _IMPORTED], capture_output=True, text=True, cwd=root, check=True)
    ours = {Path(line).relative_to(root).as_posix() for line in done.stdout.splitlines() if _is_ours(Path(line), root)}
    elsewhere = ("pipelines/crawl/", "pipelines/execution/", "pipelines/staging/", "schemas/tables/")
    covered = {path.relative_to(root).as_posix() for path in reading_version.version_files()}
    assert {name for name in ours - covered - _DECIDES_NOTHING if not name.startswith(elsewhere)} == set()


def _is_ours(path: Path, root: Path) -> bool:
    return path.is_relative_to(root / "pipelines") or path.is_relative_to(root / "schemas")
