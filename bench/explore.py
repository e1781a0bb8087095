"""Server time of the pages of ``gongkai explore`` on generated reports, beside a bare SELECT 1 on the same file.

python bench/explore.py --reports 100000                         # the median of a page type, cold home page first
python bench/explore.py --reports 100000 --archived --home DIR   # with archived pages that are read, kept in DIR

EXPLORE_STORE=DIR pytest tests/integration/explore/test_large_store.py opens the second in Chromium.
"""

import argparse
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from bench.scale import STAGES, corpus_at
from bench.warehouse import FETCHES, SOURCES, stage_reports
from gongkai.explore.app import application
from gongkai.explore.in_process import get
from gongkai.explore.store import Store
from pipelines.comparison.continuity import check_across_years
from pipelines.crawl.archive.captures import fetch_frame
from pipelines.home import Home
from pipelines.tidy.validation import tidy_provinces, validate_provinces
from pipelines.warehouse.building.build import build_warehouse
from pipelines.warehouse.database import published

LIMIT_MS, COLD_MS = 300, 1000
REGIONS = {"320000", "330000", "340000", "430000"}
"""Asked for where no organ of the reports is of a known region."""


def build(home: Home, n_reports: int) -> None:
    """A published file with that many reports."""
    stage_reports(home, n_reports, changed=100)
    validate_provinces(home, tidy_provinces(home))
    check_across_years(home)
    build_warehouse(home, SOURCES, fetches_frame=FETCHES, keep_releases=0)


def build_archived(home: Home, n_reports: int) -> None:
    """The same from archived pages, so that every report has its source beside it."""
    made = corpus_at(home.root.parent, n_reports)
    for name in ("archive", "fetches"):
        (home.root / name).symlink_to(made.root / name)
    for stage in ("read", "tidy", "check"):
        STAGES[stage](home)
    build_warehouse(home, SOURCES, fetches_frame=fetch_frame(home), keep_releases=0)


def timed(work: Callable[[], object]) -> tuple[float, float]:
    """Milliseconds of one call, and those of the processor: the first grows with what else the machine does."""
    started, used = time.perf_counter(), time.process_time()
    work()
    return 1000 * (time.perf_counter() - started), 1000 * (time.process_time() - used)


def addresses(home: Home, rounds: int) -> dict[str, list[str]]:
    """Addresses by page type: other reports, organs and regions in every round."""
    rows = Store(home).ask("export_reports").rows
    step = max(1, len(rows) // (rounds + 1))
    picked = [rows[step * number] for number in range(1, rounds + 1)]
    pairs = zip(picked, [*picked[1:], picked[0]], strict=True)
    return {
        "home": ["/", "/?lang=en", *(f"/?year={2021 + number % 4}" for number in range(rounds - 2))],
        "search": [
            f"/search?q={word}" for word in ("人民政府", "启东", "申请", "没有这个词", "行政", "公开", "南通市")
        ][:rounds],
        "report": [f"/report/{row['report_id']}" for row in picked],
        "source": [f"/source/{row['report_id']}/1" for row in picked],
        "organ": [f"/organ/{row['agency_id']}" for row in picked if row["agency_id"]],
        "region": [f"/region/{code}" for code in ({row["lineage_code"] for row in picked} - {None} or REGIONS)],
        "compare": [f"/compare?report_id={a['report_id']}&other_id={b['report_id']}" for a, b in pairs],
        "findings": ["/findings", "/findings?year=2023", "/findings?province=jiangsu", "/findings?severity=error"],
        "changes": ["/changes", "/changes?since=2026-01-01", "/changes.atom"],
        "dictionary": ["/dictionary"] * 2,
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--reports", type=int, default=100_000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--home", type=Path, help="a data folder: used when it is there, else made and kept")
    parser.add_argument("--archived", action="store_true", help="make pages and read them: twenty minutes for 100,000")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="gongkai-bench-") as folder:
        home = Home((asked.home or Path(folder) / "home").resolve())
        if not home.warehouse.exists():
            home.root.mkdir(parents=True, exist_ok=True)
            (build_archived if asked.archived else build)(home, asked.reports)
        measure(home, asked.rounds)


def measure(home: Home, rounds: int) -> None:
    """Print one line a page type."""
    cold, cold_used = timed(lambda: get(application(home), "/"))
    print(
        f"home page, cold: {cold:.0f} ms, {cold_used:.0f} ms processor{'' if cold < COLD_MS else f'  over {COLD_MS}'}"
    )
    with published(home.warehouse) as connection:
        bare = statistics.median(timed(lambda: connection.execute("SELECT 1").fetchall())[0] for _ in range(50))
    app = application(home)
    print(f"SELECT 1: {bare:.2f} ms")
    for kind, asked in addresses(home, rounds).items():
        taken = [timed(partial(get, app, address)) for address in asked]
        median, used = (statistics.median(column) for column in zip(*taken, strict=True))
        mark = "" if median < LIMIT_MS else f"  over {LIMIT_MS}"
        print(
            f"{kind:>10}: median {median:6.0f} ms, {used:6.0f} ms processor, worst {max(taken)[0]:6.0f} ms,"
            f" ×{median / bare:.0f} of SELECT 1{mark}",
            flush=True,
        )


if __name__ == "__main__":
    main()
