"""`kill -9` in the middle of `gongkai run`, at ten different moments.

The published warehouse stays readable throughout, and the next run ends in the same tables as an undisturbed one.
A moment is told by the run's own event log (this step has begun), not by the clock: a clock means another step on every machine.
"""

import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from gongkai.demo.sites import DemoSites
from pipelines.home import Home
from pipelines.warehouse.queries.query import query
from schemas.tables import FACTS

MOMENTS = (
    ("source_registry", 0.0), ("pages", 0.0), ("pages", 0.3), ("documents", 0.0), ("documents", 0.5), ("facts", 0.5),
    ("findings", 0.1), ("warehouse", 0.0), ("warehouse", 0.6), ("exports", 0.5),
)  # fmt: skip
"""A step, and the seconds after it began: in the midst of it, or by then in the next one."""
_PATIENCE = 240  # seconds until a step must have begun, on a machine with other work
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
def first_and_second(first_night_to_go_on_with: Path) -> Iterator[tuple[Path, DemoSites]]:
    """A played first night, with the sites of the second one served."""
    with DemoSites(first_night_to_go_on_with, night=2) as sites:
        yield first_night_to_go_on_with, sites


@pytest.mark.slow
def test_killed_anywhere_the_next_run_ends_in_the_same_tables(first_and_second: tuple[Path, DemoSites]) -> None:
    folder, sites = first_and_second
    home = Home(folder)
    before = contents(home)
    _run_undisturbed(folder, sites)
    for step, seconds in MOMENTS:
        process = start(folder, sites)
        _await_step(home, step, process)
        time.sleep(seconds)
        assert process.poll() is None, f"the run was over {seconds} s into {step}"
        os.kill(process.pid, signal.SIGKILL)
        process.communicate()
        readable = len(query(home, "SELECT 1 FROM reports"))
        assert readable == len(before["reports"]), f"unreadable after a kill {seconds} s into {step}"
    last = start(folder, sites)
    _, errors = last.communicate(timeout=300)
    assert last.returncode == 0, errors
    after = contents(home)
    assert after == contents(Home(folder.parent / "undisturbed"))
    assert after["history.cell_changes"] != before["history.cell_changes"]
    assert not [path for path in folder.rglob("*.tmp") if "dagster" not in path.parts]


def _run_undisturbed(folder: Path, sites: DemoSites) -> None:
    """The same night on a folder of its own, from beginning to end."""
    other = folder.parent / "undisturbed"
    shutil.copytree(folder, other, ignore=shutil.ignore_patterns(".run.lock"))
    process = start(other, sites)
    _, errors = process.communicate(timeout=300)
    assert process.returncode == 0, errors


def _await_step(home: Home, step: str, process: subprocess.Popen[str]) -> None:
    """Wait until the run of ``process`` says in Dagster's event log that ``step`` has begun."""
    runs = home.dagster / "history" / "runs"
    until = time.monotonic() + _PATIENCE
    while time.monotonic() < until and process.poll() is None:
        if any(_has_begun(log, step, process.pid) for log in runs.glob("*-*.db")):
            return
        time.sleep(0.02)
    raise AssertionError(
        f"{step} did not begin: {process.communicate() if process.poll() is not None else 'still waiting'}"
    )


def _has_begun(log: Path, step: str, pid: int) -> bool:
    begun = "SELECT count(*) FROM event_logs WHERE dagster_event_type = 'STEP_START' AND step_key = ? AND event LIKE ?"
    try:
        with closing(sqlite3.connect(f"file:{log}?mode=ro", uri=True, timeout=10)) as connection:
            return bool(connection.execute(begun, (step, f'%"pid": {pid},%')).fetchone()[0])
    except sqlite3.OperationalError:  # the file is there before its tables
        return False
