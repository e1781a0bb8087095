"""What grows with the corpus: reading, checking, publishing from 10,000 reports on; Dask beside the process pool; a cluster run.

    python -m bench.scale --reports 10000 30000 100000     # seconds and peak memory of each stage, a process each
    python -m bench.scale --rows 100000 300000             # the stages after reading, from rows written at once
    python -m bench.scale --rows 100000 --findings 36      # the same, of reports that contradict themselves
    python -m bench.scale --overhead 1920                  # the same batches through the pool and through Dask, alternating
    python -m bench.scale --cluster 20000                  # crawl, read, publish on 2 workers and an S3 server, then in chaos

Reports are factory pages on 60 layouts, each with its own agency, year and figures; they stand in a WARC archive as a crawl
leaves them. A corpus is made once and kept under --at, so that a long bench can be done in slices.
"""

import argparse
import json
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import Executor
from pathlib import Path
from typing import Any

import polars as pl

from bench.scale_cluster import MODES, cluster_run
from bench.warehouse import create_tables_as, stage_reports
from pipelines.comparison.continuity import check_across_years
from pipelines.execution.executor import open_executor
from pipelines.export.partitioned import write_partitions
from pipelines.home import Home
from pipelines.staging.batches import LIMITS
from pipelines.staging.province_reader import read_province
from pipelines.tidy.validation import tidy_provinces, validate_provinces
from pipelines.warehouse.building.build import build_warehouse
from pipelines.warehouse.queries.query import query
from schemas.tables import FACTS, polars_schema
from tests.integration.scale import corpus, machines

CHUNK = 5_000
SOURCES = pl.DataFrame(schema=polars_schema("crawl.sources"))
FETCHES = pl.DataFrame(schema=polars_schema("crawl.fetches"))


def corpus_at(folder: Path, count: int) -> Home:
    """A data folder with so many archived reports; made when it is not there yet."""
    home = Home(folder / f"corpus-{count}")
    if not (home.root / "made").exists():
        shutil.rmtree(home.root, ignore_errors=True)
        made: list[tuple[str, str, bytes]] = []
        for number, page in enumerate(corpus.pages(count), start=1):
            made.append(page)
            if len(made) == CHUNK or number == count:
                corpus.archive(home, made, run_id=f"made-{number:07d}", first=number - len(made))
                made = []
        (home.root / "made").touch()
    return home


def _read(home: Home) -> None:
    with open_executor("processes") as pool:
        for province in corpus.PROVINCES:
            read_province(home, province, pool)


STAGES: dict[str, Callable[[Home], object]] = {
    "read": _read,
    "tidy": lambda home: validate_provinces(home, tidy_provinces(home)),
    "check": check_across_years,
    "publish": lambda home: build_warehouse(home, SOURCES, fetches_frame=FETCHES, keep_releases=0),
    "bare": create_tables_as,
    "partition": lambda home: write_partitions(home, home.partitioned),
}
"""``bare`` is the baseline: the same rows from Parquet into a DuckDB file, and nothing else."""


def run_stage(name: str, home: Home) -> dict[str, float]:
    """Wall and processor seconds of a stage and its children, and the peak memory of this process, which does nothing else."""
    started, used = time.monotonic(), os.times()
    STAGES[name](home)
    now = os.times()
    cpu = sum(now[:4]) - sum(used[:4])
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return {"wall": round(time.monotonic() - started, 1), "cpu": round(cpu, 1), "peak_mb": round(peak)}


def measure(count: int, at: Path, *, rows_only: bool, findings: int) -> dict[str, Any]:
    """One size, each stage in a process of its own. ``rows_only``: staged rows are written at once, as if they had been read."""
    told: dict[str, Any] = {"stages": {}}
    home = Home(Path(tempfile.mkdtemp(prefix="gongkai-scale-", dir=at)))
    try:
        if rows_only:
            stage_reports(home, count, findings=findings)
        else:
            source = corpus_at(at, count)
            told["archive_mb"] = _mb(source.archive)
            for name in ("archive", "fetches"):
                (home.root / name).symlink_to(source.root / name)
        for stage in STAGES:
            if stage != "read" or not rows_only:
                command = [sys.executable, "-m", "bench.scale", "--stage", stage, "--at", str(home.root)]
                done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
                told["stages"][stage] = json.loads(done.stdout.splitlines()[-1])
        cells = sum(query(home, f"SELECT count(*) FROM {table}").item() for table in FACTS)
        held = query(home, "SELECT count(*) FROM reports").item()
        if held != count:
            raise SystemExit(f"{count} reports went in and {held} came out")
        told |= {"cells": cells, "warehouse_mb": _mb(home.warehouse), "partitioned_mb": _mb(home.partitioned),
                 "staged_mb": _mb(home.staged), "tidy_mb": _mb(home.tidy)}  # fmt: skip
    finally:
        shutil.rmtree(home.root)
    return told


def _mb(path: Path) -> float:
    files = [path] if path.is_file() else [p for p in path.rglob("*") if p.is_file()]
    return round(sum(p.stat().st_size for p in files) / 1e6, 1)


def show_sizes(sizes: list[int], at: Path, *, rows_only: bool, findings: int = 0) -> None:
    """One line a stage; milliseconds per report tell whether the line is straight."""
    for count in sizes:
        told = measure(count, at, rows_only=rows_only, findings=findings)
        print(f"{count} reports, {told['cells'] / 1e6:.2f} M cells; MB: archive {told.get('archive_mb', '-')}, staged"
              f" {told['staged_mb']}, tidy {told['tidy_mb']}, warehouse {told['warehouse_mb']}, partitioned"
              f" {told['partitioned_mb']}")  # fmt: skip
        for stage, figures in told["stages"].items():
            each = 1000 * figures["cpu"] / count
            print(f"  {stage:>9}: {figures['wall']:8.1f} s wall, {figures['cpu']:8.1f} s processor ({each:.3f} ms a report),"
                  f" peak {figures['peak_mb']:.0f} MB", flush=True)  # fmt: skip
        made = sum(told["stages"][stage]["cpu"] for stage in ("tidy", "check", "publish"))
        print(f"  tidy, check and publish are {made / told['stages']['bare']['cpu']:.1f} times bare", flush=True)


def overhead(count: int, at: Path, rounds: int = 5) -> None:
    """Seconds of the same reading through two spawned processes and through two Dask workers, in turn."""
    home = corpus_at(at, count)
    with (
        machines.cluster() as made,
        open_executor("processes", workers=2) as local,
        open_executor(made.address) as dask,
    ):
        pools: dict[str, Executor] = {"processes": local, "dask": dask}
        times: dict[str, list[float]] = {name: [] for name in pools}
        for number in range(rounds + 1):  # the first round starts processes and fills caches
            for name, pool in pools.items():
                shutil.rmtree(home.staged, ignore_errors=True)
                started = time.monotonic()
                for province in corpus.PROVINCES:
                    read_province(home, province, pool)
                if number:
                    times[name].append(time.monotonic() - started)
    ratios = sorted(round(d / p, 2) for d, p in zip(times["dask"], times["processes"], strict=True))
    middle = {name: sorted(seconds)[len(seconds) // 2] for name, seconds in times.items()}
    print(f"{count} reports in batches of {LIMITS.documents} at most, median of {rounds} paired rounds: process pool")
    print(
        f"  {middle['processes']:.1f} s, Dask {middle['dask']:.1f} s, ratio {ratios[len(ratios) // 2]:.2f}, all {ratios}"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--reports", type=int, nargs="+", default=[])
    parser.add_argument("--overhead", type=int, metavar="REPORTS")
    parser.add_argument("--cluster", type=int, metavar="REPORTS")
    parser.add_argument(
        "--modes", nargs="+", choices=MODES, default=MODES, help="of --cluster; alone is kept under --at"
    )
    parser.add_argument("--at", type=Path, default=Path(tempfile.gettempdir()) / "gongkai-bench-scale")
    parser.add_argument("--rows", type=int, nargs="+", default=[])
    parser.add_argument("--findings", type=int, default=0, help="of --rows: findings of each report")
    parser.add_argument("--stage", choices=STAGES, help=argparse.SUPPRESS)
    asked = parser.parse_args()
    asked.at.mkdir(parents=True, exist_ok=True)
    if asked.stage:
        print(json.dumps(run_stage(asked.stage, Home(asked.at))))
        return
    show_sizes(asked.reports, asked.at, rows_only=False)
    show_sizes(asked.rows, asked.at, rows_only=True, findings=asked.findings)
    if asked.overhead:
        overhead(asked.overhead, asked.at)
    if asked.cluster:
        cluster_run(asked.cluster, asked.at, asked.modes)


if __name__ == "__main__":
    main()
