"""Nights of a few reports, read by ``read_province`` without bytes, with as many documents a chunk as a test wants."""

from collections.abc import Callable, Sequence
from contextlib import nullcontext, suppress
from datetime import timedelta
from pathlib import Path
from typing import Any, cast

import polars as pl

from pipelines.crawl.archive.captures import Capture
from pipelines.home import Home
from pipelines.read.fact_frames import Frames
from pipelines.staging.batches import BatchLimits
from pipelines.staging.province_reader import ReadingSteps, read_province
from pipelines.staging.staged_tables import staged_files
from pipelines.tidy.validation import validate_province
from tests.unit.warehouse.reports import Report, frames, totals


class Killed(BaseException):
    """What no handler catches."""


def captures(night: dict[int, int]) -> list[Report]:
    held = []
    for number, how in night.items():
        first = Report(
            url=f"https://a.gov.cn/{number}", applications=totals(received=how % 2), sections={1: str(number)}
        )
        held.append(first.but(level="moon") if how == 3 else first)
        if how == 2:
            held.append(
                first.but(fetched=first.fetched + timedelta(days=1), applications=totals(received=9), disputes={})
            )
    return held


def read(
    home: Home, night: dict[int, int], version: str = "v1", chunk: int = 4, dies_after: int | None = None,
    look: Callable[[Sequence[str]], object] = len,
) -> list[str]:  # fmt: skip
    """``read_province`` of reports instead of bytes; the ids of those it read. Dies before it reads one more than told.

    ``look`` is called before each batch, with what was read by then.
    """
    held = {(r.report_id, r.payload_digest): r for r in captures(night)}
    done: list[str] = []

    def read_batch(batch: list[Capture]) -> Frames:
        if dies_after is not None and len(done) + len(batch) > dies_after:
            raise Killed
        look(done)
        done.extend(capture.report_id for capture in batch)
        return frames([held[capture.report_id, capture.payload_digest] for capture in batch])

    steps = ReadingSteps(
        captures=lambda *_: [capture(r) for r in held.values()],
        load=lambda _, capture: cast("Any", capture),  # this reader takes captures without bytes
        read=cast("Any", read_batch),
        version=lambda: version,
        limits=BatchLimits(documents=2, chunk=chunk),
    )
    with suppress(Killed) if dies_after is not None else nullcontext():
        read_province(home, "jiangsu", steps=steps)
    return done


def capture(r: Report) -> Capture:
    return Capture(r.report_id, r.url, "s", "jiangsu", r.payload_digest, "text/html", r.fetched, None, "", 0)


def files(folder: Path) -> dict[str, bytes]:
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


def first_night(home: Home, night: dict[int, int], version: str = "v1") -> Home:
    read(home, night, version)
    validate_province(home, "jiangsu")
    return home


def keys(home: Home) -> dict[str, list[tuple[str, ...]]]:
    """Keys of what a reader of the staged tables meets, by table: never something between two nights."""
    tables = {
        name: pl.concat(pl.read_parquet(p) for p in staged_files(home, name)) for name in ("documents", "applications")
    }
    return {name: sorted(set(rows.select("report_id", "payload_digest").iter_rows())) for name, rows in tables.items()}


def ids(paths: list[Path]) -> set[str]:
    return {report for path in paths for report in pl.read_parquet(path)["report_id"]}
