"""What the orchestration costs: a night under Dagster against its stages called bare, and the start of the code location.

    python -m bench.orchestrate [--nights 3]

Both nights run in a warm process on the demo's sites with nothing new, so that the stages themselves are short and the
difference is Dagster's: events, metadata, checks, plots, column lineage. The code location is timed as the webserver starts it:
a fresh interpreter that imports ``assets.definitions`` and resolves its jobs.
"""

import argparse
import contextlib
import io
import os
import statistics
import subprocess
import sys
import tempfile
import time
import warnings
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from gongkai.demo.sites import DemoSites
from gongkai.services.nights.run import Choices, nightly
from gongkai.settings import Settings, load_settings
from pipelines.comparison.continuity import check_across_years
from pipelines.crawl.archive.captures import source_frame
from pipelines.crawl.crawl import crawl
from pipelines.crawl.policy import CrawlPolicy
from pipelines.crawl.registry.source_files import load_sources
from pipelines.export.exporter import export
from pipelines.home import Home
from pipelines.staging.province_reader import read_province
from pipelines.tidy.validation import tidy_provinces, validate_provinces
from pipelines.warehouse.building.build import build_warehouse
from schemas.settings import PROJECT
from schemas.vocabulary import PROVINCES

_LOAD = "from assets.definitions import defs; defs.get_repository_def().get_all_jobs()"


def bare(settings: Settings) -> None:
    """The stages of a night, in the order of the assets, without Dagster."""
    home, sources = Home(settings.home), load_sources(settings.sources)
    policy = CrawlPolicy.from_settings(settings, lists="run", revisit_reports=True)
    crawl(home, sources, policy, run_id=f"bare-{time.time_ns()}", now=datetime.now(UTC))
    for province in PROVINCES:
        read_province(home, province)
    validate_provinces(home, tidy_provinces(home))
    check_across_years(home)
    build_warehouse(home, source_frame(sources), keep_releases=settings.keep_releases)
    export(home, home.exports, settings.export_formats)


def under_dagster(settings: Settings) -> None:
    """The same night as the schedule runs it."""
    nightly(settings, Choices(lists="run", revisit_reports=True))


def seconds(work: Callable[[], object]) -> tuple[float, float]:
    """Wall and processor seconds of this process."""
    wall, cpu = time.perf_counter(), time.process_time()
    with contextlib.redirect_stderr(io.StringIO()):
        work()
    return time.perf_counter() - wall, time.process_time() - cpu


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--nights", type=int, default=3, help="paired nights; the median counts")
    nights = parser.parse_args().nights
    warnings.simplefilter("ignore")
    with tempfile.TemporaryDirectory() as folder, DemoSites(Path(folder)) as sites:
        settings = load_settings(home=Path(folder), sources=sites.sources_file, allow_hosts=sites.allow_hosts)
        under_dagster(settings)  # the first night reads everything, and warms both
        pairs = [(seconds(lambda: bare(settings)), seconds(lambda: under_dagster(settings))) for _ in range(nights)]
    for kind, place in (("wall", 0), ("processor", 1)):
        stages, dagster = (statistics.median(pair[side][place] for pair in pairs) for side in (0, 1))
        print(
            f"{kind:9} stages {stages:5.2f} s, night {dagster:5.2f} s, overhead {dagster - stages:5.2f} s (target <= 8)"
        )
    command = [sys.executable, "-c", _LOAD]
    environment = os.environ | {"PYTHONPATH": str(PROJECT)}
    starts = [
        seconds(lambda: subprocess.run(command, check=True, env=environment, cwd=PROJECT))[0] for _ in range(nights)
    ]
    print(f"code location: {statistics.median(starts):.2f} s (median of {nights} fresh interpreters)")
    print(f"load average {os.getloadavg()[0]:.1f}")


if __name__ == "__main__":
    main()
