"""Thirty nights in fast-forward: edits, an outage, a wall, a killed crawl, a full disk. Each night the operator's views are
held against what really happened; at the end the warehouse is the one that is built at once from the final state.

Most nights call the stages directly, and those after the crawl only when it brought something, and every fourth night; nights
24 and 25 are runs of the nightly job. With THIRTY_NIGHTS=jobs all thirty are (some minutes more).
"""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import dagster as dg
import pytest

from assets.checks.warnings import sites_answer, sources_are_fresh
from assets.runtime.resources import DataFolder
from assets.sensors import newest_report
from gongkai.dagster_runs.launch import RunFailed
from gongkai.dagster_runs.run_status import run_statuses
from gongkai.demo.truth import edited_cells
from gongkai.services.nights.run import Choices, nightly
from gongkai.services.nights.status import collect
from gongkai.settings import load_settings
from pipelines.comparison.continuity import check_across_years
from pipelines.crawl.archive.captures import fetch_frame, source_frame
from pipelines.crawl.crawl import crawl
from pipelines.crawl.policy import CrawlPolicy
from pipelines.crawl.registry.source_files import load_sources
from pipelines.home import Home
from pipelines.staging.province_reader import read_province
from pipelines.tidy.validation import validate_province
from pipelines.warehouse.building.build import build_warehouse
from pipelines.warehouse.queries.query import query
from schemas.settings import PROJECT
from schemas.tables import FACTS
from tests.integration.pipeline.world import CRASH, FULL_DISK, NIGHTS, World, moment, truth_of

ALL_JOBS = os.environ.get("THIRTY_NIGHTS") == "jobs"
QUICK = CrawlPolicy(retry_backoff=0.001, breaker_cooldown=0.005, lists="season", threads=4)
_OF_THE_NIGHT = {"version", "first_fetched_at", "n_versions", "finding_id"}
"""What depends on when a page was met, and how often it changed until then."""


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    with World(tmp_path) as made:
        yield made


def after_the_crawl(home: Home, sources: Path) -> None:
    """Every stage after the crawl, as the assets call them."""
    read_province(home, "zhejiang")
    validate_province(home, "zhejiang")
    check_across_years(home)
    build_warehouse(home, source_frame(load_sources(sources)), keep_releases=0)


_KILLED = """
import os, sys
from datetime import datetime
from pathlib import Path
from pipelines.crawl.scheduling import progress
from pipelines.crawl.crawl import crawl
from pipelines.crawl.policy import CrawlPolicy
from pipelines.crawl.registry.source_files import load_sources
from pipelines.home import Home
progress.Tally.finished = lambda *_, **__: os._exit(9)  # the first page is held, nothing after it
home, sources, now = sys.argv[1:]
crawl(Home(Path(home)), load_sources(Path(sources)), CrawlPolicy(), run_id="killed", now=datetime.fromisoformat(now))
"""


def crawl_tonight(world: World, home: Home) -> bool:
    """Whether something new came in."""
    run = f"night-{world.night}"
    return crawl(home, load_sources(world.sources_file), QUICK, run_id=run, now=world.now).n_new_versions > 0


def play(world: World, as_job: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    """One night. On the night of the crash and on that of the full disk it ends before its end."""
    if world.night == FULL_DISK:
        with monkeypatch.context() as patch:
            patch.setattr("assets.stages.documents.read_province", _full)
            with pytest.raises(RunFailed, match="No space left"):
                nightly(load_settings(), Choices(at=world.now))
    elif world.night == CRASH:
        where = (str(world.home.root), str(world.sources_file), world.now.isoformat())
        assert subprocess.run([sys.executable, "-c", _KILLED, *where], cwd=PROJECT, timeout=60).returncode == 9
    elif as_job:
        nightly(load_settings(), Choices(at=world.now))
    elif crawl_tonight(world, world.home) or world.night % 4 == 1:
        after_the_crawl(world.home, world.sources_file)


def _full(*_: object, **__: object) -> None:
    raise OSError(28, "No space left on device")


def views_tell_the_truth(world: World) -> None:
    """The check in the UI, `gongkai status` and the alert of silence, on this night."""
    truth = truth_of(world.night)
    since = {world.url(name): moment(night).date() for name, night in truth.failing.items()}
    folder = DataFolder(root=str(world.home.root), sources=str(world.sources_file), at=world.now.isoformat())
    answered, fresh = sites_answer(data_folder=folder), sources_are_fresh(data_folder=folder)
    assert isinstance(answered, dg.AssetCheckResult)
    assert isinstance(fresh, dg.AssetCheckResult)
    began_tonight = moment(world.night).date() in since.values()
    assert (answered.passed, fresh.passed) == (not began_tonight, not truth.stale)
    assert (answered.metadata["new_failing_pages"].value != 0) == began_tonight
    assert answered.metadata["failing_pages"].value == len(since)
    assert {row["source"] for row in rows_of(fresh)} == truth.stale
    status = collect(load_settings(), world.home)
    assert {row["url"]: row["since"].date() for row in status.failing.to_dicts()} == since
    assert {row["page"] for row in rows_of(answered)} == set(since)
    newest = newest_report(fetch_frame(world.home))
    assert newest is not None
    assert (world.now + timedelta(hours=1) - newest).days == truth.quiet_days


def rows_of(result: dg.AssetCheckResult) -> list[dict[str, Any]]:
    worst = result.metadata["worst"]
    assert isinstance(worst, dg.TableMetadataValue)
    return [dict(record.data) for record in worst.records]


def warehouse_tells_the_truth(world: World) -> None:
    truth = truth_of(world.night)
    assert query(world.home, "SELECT count(*) FROM reports").item() == truth.reports
    changes = query(world.home, "SELECT count(*) FROM history.cell_changes").item()
    assert changes == (len(edited_cells("shili-2023")) if truth.edits else 0)


def a_broken_night_is_told(world: World) -> None:
    """What was published before stays; a failed run says so, with its reason and since when."""
    assert query(world.home, "SELECT count(*) FROM reports").item() == truth_of(world.night - 1).reports
    if world.night == FULL_DISK:
        (failed,) = collect(load_settings(), world.home).runs
        assert (failed.succeeded, failed.failures) == (False, 1)
        assert "No space left" in failed.reason


def contents(home: Home, *without: str) -> dict[str, list[tuple[object, ...]]]:
    """Every row that an analyst reads, except the fetch log."""
    relations = ("reports", "sections", *FACTS, "quality.findings", "agencies")
    frames = {name: query(home, f"SELECT * FROM {name}") for name in relations}
    return {name: sorted(frame.drop(without, strict=False).rows(), key=repr) for name, frame in frames.items()}


@pytest.mark.slow
def test_thirty_nights(world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GONGKAI_HOME", str(world.home.root))
    monkeypatch.setenv("GONGKAI_SOURCES", str(world.sources_file))
    monkeypatch.setenv("GONGKAI_EXPORT_FORMATS", "parquet")
    monkeypatch.setenv("GONGKAI_STALE_DAYS", "3")
    for world.night in range(NIGHTS):
        play(world, ALL_JOBS or world.night == FULL_DISK + 1, monkeypatch)
        if world.night in (CRASH, FULL_DISK):
            a_broken_night_is_told(world)
            continue
        views_tell_the_truth(world)
        warehouse_tells_the_truth(world)
    (latest,) = run_statuses(load_settings())
    assert latest.succeeded  # the night after the full disk
    at_once_from_the_archive(world, tmp_path / "archived")
    at_once_from_the_sites(world, tmp_path / "fetched")


def at_once_from_the_archive(world: World, root: Path) -> None:
    """Archive and fetch log alone give every row again, history and versions included."""
    home = Home(root)
    shutil.copytree(world.home.archive, home.archive)
    shutil.copytree(world.home.fetches, home.fetches)
    after_the_crawl(home, world.sources_file)
    assert contents(home) == contents(world.home)
    history = "SELECT * FROM history.{} ORDER BY ALL"
    for name in ("report_versions", "cell_changes"):
        assert query(home, history.format(name)).rows() == query(world.home, history.format(name)).rows()


def at_once_from_the_sites(world: World, root: Path) -> None:
    """Somebody who crawls for the first time on the last night reads the same figures."""
    home = Home(root)
    crawl_tonight(world, home)
    after_the_crawl(home, world.sources_file)
    assert contents(home, *_OF_THE_NIGHT) == contents(world.home, *_OF_THE_NIGHT)
