"""`kill -9` in the middle of `gongkai run`, at ten different moments.

The published warehouse stays readable throughout, and the next run ends in the same tables as an undisturbed one.
"""

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from gongkai.demo.sites import DemoSites
from pipelines.home import Home
from pipelines.warehouse.query import query
from schemas.tables import FACTS
from tests.conftest import play

MOMENTS = 10
_RELATIONS = ("reports", "sections", *FACTS, "quality.findings", "history.report_versions", "history.cell_changes")
_MOMENTARY = {"first_fetched_at", "first_seen_at"}  # when a page was first met depends on the night, not on the page


def contents(home: Home) -> dict[str, list[tuple[object, ...]]]:
    """Every row of the warehouse but for the moments at which pages were met."""
    tables = {}
    for name in _RELATIONS:
        frame = query(home, f"SELECT * FROM {name}")
        kept = frame.select(sorted(set(frame.columns) - _MOMENTARY))
        tables[name] = sorted(kept.rows(), key=repr)
    return tables


def start(home: Path, sites: DemoSites) -> subprocess.Popen[str]:
    hosts = [word for host in sites.allow_hosts for word in ("--allow-host", host)]
    command = [sys.executable, "-m", "gongkai.cli", "run", "--home", str(home), "--sources", str(sites.sources_file)]
    return subprocess.Popen(
        [*command, *hosts, "--lists", "run", "--revisit"], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )


@pytest.fixture
def first_and_second(tmp_path: Path) -> Iterator[tuple[Path, DemoSites]]:
    """A played first night, with the sites of the second one served."""
    home = tmp_path / "home"
    play(home)
    with DemoSites(home, night=2) as sites:
        yield home, sites


@pytest.mark.slow
def test_killed_anywhere_the_next_run_ends_in_the_same_tables(first_and_second: tuple[Path, DemoSites]) -> None:
    folder, sites = first_and_second
    home = Home(folder)
    before = contents(home)
    # The first quarter of a run is Python importing; the moments are spread over the rest.
    duration = _undisturbed_seconds(folder, sites)
    killed = 0
    for moment in range(1, MOMENTS + 1):
        process = start(folder, sites)
        try:
            process.wait(timeout=duration * (0.25 + 0.7 * moment / MOMENTS))
        except subprocess.TimeoutExpired:
            os.kill(process.pid, signal.SIGKILL)
            process.wait()
            killed += 1
        assert len(query(home, "SELECT 1 FROM reports")) == len(before["reports"]), f"unreadable after kill {moment}"
    assert killed >= MOMENTS - 2, "the runs were over before they could be killed"
    last = start(folder, sites)
    _, errors = last.communicate(timeout=300)
    assert last.returncode == 0, errors
    after = contents(home)
    assert after == contents(Home(folder.parent / "undisturbed"))
    assert after["history.cell_changes"] != before["history.cell_changes"]
    assert not [path for path in folder.rglob("*.tmp") if "dagster" not in path.parts]


def _undisturbed_seconds(folder: Path, sites: DemoSites) -> float:
    """How long a run takes on this machine today, measured on a folder of its own."""
    other = folder.parent / "undisturbed"
    shutil.copytree(folder, other, ignore=shutil.ignore_patterns(".run.lock"))
    started = time.monotonic()
    process = start(other, sites)
    _, errors = process.communicate(timeout=300)
    assert process.returncode == 0, errors
    return time.monotonic() - started
