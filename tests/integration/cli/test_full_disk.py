"""A disk that fills up under a run: one clear line, an exit status, a free lock; and nobody waits for ever.

The real thing is a file system of three megabytes, where this user may mount one; the rest is said by the libraries.
"""

import os
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from assets.runtime.run_lock import hold
from pipelines.crawl.archive import archive_writer
from pipelines.crawl.archive.archive_writer import CrawlError
from pipelines.crawl.archive.page_index import PageIndex
from pipelines.crawl.archive.warc import Segment
from pipelines.crawl.crawl import crawl
from pipelines.crawl.policy import CrawlPolicy
from pipelines.home import Home
from schemas.sources import Source
from tests.integration.cli.slow_site import SlowSite

_SECONDS = 120
"""Until a run that cannot write must have ended, on a machine with other work."""


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """Three megabytes."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mounted = os.geteuid() == 0 and subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=3m", "tmpfs", str(folder)], capture_output=True, check=False
    ).returncode == 0  # fmt: skip
    if not mounted:
        pytest.skip("a file system of three megabytes can only be mounted by root")
    try:
        yield folder
    finally:
        subprocess.run(["umount", "-l", str(folder)], check=True)


def gongkai(*arguments: object) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "gongkai.cli", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, timeout=_SECONDS)


def demand_one_line(answer: subprocess.CompletedProcess[str]) -> None:
    assert answer.returncode == 1, answer.stderr
    assert answer.stderr.count("\n") == 1, answer.stderr
    assert "no space left on the disk of" in answer.stderr
    assert "make room" in answer.stderr
    assert "sqlalche" not in answer.stderr + answer.stdout


@pytest.mark.slow
def test_a_run_on_a_full_disk_ends_with_one_line_and_lets_go_of_the_lock(small_disk: Path, tmp_path: Path) -> None:
    home = small_disk / "home"
    with SlowSite(300, characters=15_000) as site:
        answer = gongkai("run", "--home", home, "--sources", site.write_sources(tmp_path), "--lists", "run")
        asked = len(site.asked)
    demand_one_line(answer)
    assert asked < 200  # no page is asked for that cannot be kept
    with hold(home, "test"):
        pass
    status = gongkai("status", "--home", home)
    assert status.returncode == 0, status.stderr
    assert "Last crawl" in status.stdout
    assert status.stderr.count("\n") <= 1
    assert "sqlalche" not in status.stderr
    sql = gongkai("sql", "SELECT 1", "--home", home)
    assert (sql.returncode, sql.stderr.count("\n")) == (1, 1)
    demand_one_line(gongkai("ui", "--home", home, "--part", "daemon"))


def _no_space(*_: object, **__: object) -> Any:
    raise OSError(28, "No space left on device")


def _no_space_in_sqlite(*_: object, **__: object) -> Any:
    raise sqlite3.OperationalError("database or disk is full")


def _defect(*_: object, **__: object) -> Any:
    raise ZeroDivisionError("a defect")


@pytest.mark.parametrize(
    ("owner", "method", "fails", "said"),
    [
        (Segment, "append", _no_space, "No space left on device"),
        (Segment, "begin", _no_space, "No space left on device"),
        (PageIndex, "apply", _no_space_in_sqlite, "database or disk is full"),
        (archive_writer.Recorder, "_append_log", _no_space, "No space left on device"),
        (archive_writer.Recorder, "_commit", _defect, "ZeroDivisionError"),
    ],
)
def test_whatever_ends_the_writer_ends_the_crawl(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, owner: type, method: str, fails: Callable[..., Any], said: str
) -> None:
    """Archive, log and index each; and a defect, which no OSError is."""
    monkeypatch.setattr(owner, method, fails)
    with SlowSite(400) as site:
        source = Source(
            id="slow", url=site.url("/list/"), province="zhejiang", delay_seconds=0, allow_hosts=(site.authority,)
        )
        started = time.monotonic()
        with pytest.raises(CrawlError, match=said):
            crawl(Home(tmp_path), [source], CrawlPolicy(lists="run"), run_id="r", now=datetime.now(UTC))
        assert time.monotonic() - started < _SECONDS
        assert len(site.asked) < 300


def test_a_disk_that_does_not_answer_is_given_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archive_writer, "PATIENCE_SECONDS", 0.5)
    monkeypatch.setattr(archive_writer.Recorder, "_commit", lambda *_: time.sleep(30))
    with SlowSite(400) as site:
        source = Source(
            id="slow", url=site.url("/list/"), province="zhejiang", delay_seconds=0, allow_hosts=(site.authority,)
        )
        with pytest.raises(CrawlError, match="has not answered"):
            crawl(Home(tmp_path), [source], CrawlPolicy(lists="run"), run_id="r", now=datetime.now(UTC))


_SQLITE = "sqlalchemy.exc.OperationalError('INSERT', None, sqlite3.OperationalError('database or disk is full'))"
_FULL = {
    "Parquet": ("polars.DataFrame.write_parquet", "OSError(28, 'No space left on device')"),
    "DuckDB": (
        "pipelines.warehouse.building.build.build_warehouse",
        "duckdb.IOException('IO Error: Could not write file: No space left on device')",
    ),
    "the run history": ("dagster.DagsterInstance.handle_new_event", _SQLITE),
}


@pytest.mark.slow
@pytest.mark.parametrize("where", _FULL)
def test_a_full_disk_under_a_later_stage_is_one_line(first_night: Path, own_first_night: Path, where: str) -> None:
    name, error = _FULL[where]
    owner, _, method = name.rpartition(".")
    code = f"""
import duckdb, importlib, sqlalchemy.exc, sqlite3, sys
path = {owner!r}.split('.')
try:
    owner = importlib.import_module('.'.join(path))
except ModuleNotFoundError:
    owner = getattr(importlib.import_module('.'.join(path[:-1])), path[-1])
def full(*_, **__):
    raise {error}
import assets.definitions
setattr(owner, {method!r}, full)
for module in list(sys.modules.values()):
    if getattr(module, {method!r}, None) is not None and module.__name__.startswith('assets'):
        setattr(module, {method!r}, full)
sys.argv = ['gongkai', 'rebuild', '--from-scratch', '--home', {str(own_first_night)!r}]
from gongkai.cli import main
main()
"""
    answer = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=_SECONDS)
    demand_one_line(answer)
    kept, before = own_first_night / "warehouse" / "gongkai.duckdb", first_night / "warehouse" / "gongkai.duckdb"
    assert kept.read_bytes() == before.read_bytes()
