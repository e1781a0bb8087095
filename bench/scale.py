"""What grows with the corpus: reading, checking, publishing from 10,000 reports on; Dask beside the process pool; a cluster run.

    python -m bench.scale --reports 10000 30000 100000     # seconds and peak memory of each stage, one process a size
    python -m bench.scale --rows 100000 300000             # the stages after reading, from rows written at once
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
from collections.abc import Iterator
from concurrent.futures import Executor
from contextlib import contextmanager
from pathlib import Path

import polars as pl

from bench.scale_cluster import MODES, cluster_run
from bench.warehouse import stage_reports
from pipelines.comparison.continuity import check_across_years
from pipelines.execution.executor import open_executor
from pipelines.export.partitioned import write_partitions
from pipelines.home import Home
from pipelines.staging.batches import LIMITS
from pipelines.staging.province_reader import read_province
from pipelines.tidy.validation import tidy_provinces, validate_province
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


@contextmanager
def timed(told: dict[str, float], what: str) -> Iterator[None]:
    """Wall and processor seconds of this process and its children, and the peak memory of this process so far."""
    started, used = time.monotonic(), os.times()
    yield
    now = os.times()
    told[what] = round(time.monotonic() - started, 1)
    own, children = now.user + now.system - used.user - used.system, now.children_user + now.children_system
    told[f"{what}:cpu"] = round(own + children - used.children_user - used.children_system, 1)
    told[f"{what}:peak_mb"] = round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)


def measure(count: int, at: Path, *, rows_only: bool) -> dict[str, float]:
    """One size, in this process. ``rows_only``: staged rows are written at once, as if they had been read."""
    told: dict[str, float] = {"reports": count}
    home = Home(Path(tempfile.mkdtemp(prefix="gongkai-scale-", dir=at)))
    try:
        if rows_only:
            stage_reports(home, count)
        else:
            source = corpus_at(at, count)
            told["archive_mb"] = _mb(source.archive)
            for name in ("archive", "fetches"):
                (home.root / name).symlink_to(source.root / name)
            with timed(told, "read"), open_executor("processes") as pool:
                for province in corpus.PROVINCES:
                    read_province(home, province, pool)
        with timed(told, "tidy"):
            for province in tidy_provinces(home):
                validate_province(home, province)
        with timed(told, "check"):
            check_across_years(home)
        with timed(told, "publish"):
            build_warehouse(home, SOURCES, fetches_frame=FETCHES, keep_releases=0)
        with timed(told, "partition"):
            write_partitions(home, home.partitioned)
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


def show_sizes(sizes: list[int], at: Path, *, rows_only: bool) -> None:
    """One line a stage; milliseconds per report tell whether the line is straight."""
    for count in sizes:
        if not rows_only:
            corpus_at(at, count)
        kind = "--one-of-rows" if rows_only else "--one"
        command = [sys.executable, "-m", "bench.scale", kind, str(count), "--at", str(at)]
        done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
        told = json.loads(done.stdout.splitlines()[-1])
        print(f"{count} reports, {told['cells'] / 1e6:.2f} M cells; MB: archive {told.get('archive_mb', '-')}, staged"
              f" {told['staged_mb']}, tidy {told['tidy_mb']}, warehouse {told['warehouse_mb']}, partitioned"
              f" {told['partitioned_mb']}")  # fmt: skip
        for what in [name for name in ("read", "tidy", "check", "publish", "partition") if name in told]:
            each = 1000 * told[f"{what}:cpu"] / count
            print(f"  {what:>9}: {told[what]:8.1f} s wall, {told[f'{what}:cpu']:8.1f} s processor ({each:.3f} ms a report),"
                  f" peak so far {told[f'{what}:peak_mb']:.0f} MB", flush=True)  # fmt: skip


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
    parser.add_argument("--one", type=int, help=argparse.SUPPRESS)
    parser.add_argument("--one-of-rows", type=int, help=argparse.SUPPRESS)
    asked = parser.parse_args()
    asked.at.mkdir(parents=True, exist_ok=True)
    if asked.one or asked.one_of_rows:
        print(json.dumps(measure(asked.one or asked.one_of_rows, asked.at, rows_only=not asked.one)))
        return
    show_sizes(asked.reports, asked.at, rows_only=False)
    show_sizes(asked.rows, asked.at, rows_only=True)
    if asked.overhead:
        overhead(asked.overhead, asked.at)
    if asked.cluster:
        cluster_run(asked.cluster, asked.at, asked.modes)


if __name__ == "__main__":
    main()
