"""Checks warn of what is new since the last run, runs say what they did, tables count what is published."""

from pathlib import Path

import dagster as dg
import pytest

from assets.checks import warnings
from assets.checks.warnings import expected_agencies_are_held, sites_answer
from assets.definitions import defs
from assets.runtime.resources import DataFolder
from gongkai.dagster_runs.instance import open_instance
from gongkai.settings import load_settings
from pipelines.home import Home
from pipelines.warehouse.queries.query import query
from schemas.tables import FACTS
from tests.conftest import Gongkai


def folder(home: Path, at: str = "") -> DataFolder:
    return DataFolder(root=str(home), sources=str(home / "demo-sources"), at=at)


def figures(result: object) -> dict[str, object]:
    assert isinstance(result, dg.AssetCheckResult)
    shown: dict[str, object] = {name: value.value for name, value in result.metadata.items()}
    return shown | {"passed": result.passed}


def test_a_page_that_began_to_fail_in_the_last_crawl_warns(first_night: Path) -> None:
    told = figures(sites_answer(data_folder=folder(first_night)))
    assert told["passed"] is False
    assert told["new_failing_pages"] == told["failing_pages"]


def test_one_that_has_failed_before_does_not_warn_again(first_night: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The next crawl asked for other pages only: what failed then still fails, and is no news."""
    from pipelines.crawl.archive.captures import fetch_frame

    failing = figures(sites_answer(data_folder=folder(first_night)))["failing_pages"]
    before = fetch_frame(Home(first_night))
    good = before.filter(before["outcome"] == "fetched").head(1)
    later = good.with_columns(
        good["fetched_at"].dt.offset_by("1d"), good["run_id"].str.replace(".*", "next").alias("run_id")
    )
    monkeypatch.setattr(warnings, "fetch_frame", lambda _: before.extend(later.select(before.columns)))
    told = figures(sites_answer(data_folder=folder(first_night)))
    assert (told["passed"], told["new_failing_pages"]) == (True, 0)
    assert told["failing_pages"] == failing


def test_expected_held_and_missing_add_up(first_night: Path) -> None:
    told = figures(expected_agencies_are_held(data_folder=folder(first_night, "2026-04-02T00:00:00+00:00")))
    assert told["expected"] == told["held"] + told["missing"]  # type: ignore[operator]
    assert told["report_year"] == 2025
    assert told["passed"] is (told["newly_missing"] == 0)


def test_a_run_says_what_it_did(first_night: Path) -> None:
    with open_instance(load_settings(home=first_night)) as instance:
        (run,) = instance.get_runs(dg.RunsFilter(job_name="nightly"), limit=1)
    shown = {name: value for name, value in run.tags.items() if not name.startswith((".dagster/", "dagster/"))}
    assert shown["gongkai/reports"] == "12"
    assert int(shown["gongkai/pages"]) >= int(shown["gongkai/changed"]) > 0
    assert shown["gongkai/province"] == "2 provinces"
    assert "gongkai/process" not in shown


def test_the_page_of_a_table_counts_the_rows_that_are_published(first_night: Path) -> None:
    with open_instance(load_settings(home=first_night)) as instance:
        for table in FACTS:
            event = instance.get_latest_materialization_event(dg.AssetKey(table))
            assert event is not None
            assert event.asset_materialization is not None
            shown = event.asset_materialization.metadata["dagster/row_count"].value
            assert shown == query(Home(first_night), f"SELECT count(*) FROM {table}").item(), table


def test_every_asset_check_and_job_is_described_in_both_languages() -> None:
    graph = defs.get_repository_def().asset_graph
    told = {key.to_user_string(): graph.get(key).description for key in graph.get_all_asset_keys()}
    told |= {
        f"{key.asset_key.to_user_string()}: {key.name}": graph.get_check_spec(key).description
        for key in graph.asset_check_keys
    }
    told |= {
        job.name: job.description for job in defs.get_repository_def().get_all_jobs() if not job.name.startswith("__")
    }
    chinese = {name for name, text in told.items() if any("\u4e00" <= letter <= "\u9fff" for letter in text or "")}
    assert set(told) - chinese == set()


def test_the_summary_counts_contradictions_and_reports(first_night: Path, capsys: pytest.CaptureFixture[str]) -> None:
    from gongkai.dagster_runs.launch import FinishedRun
    from gongkai.services.nights.run_summary import print_run

    print_run(load_settings(home=first_night), FinishedRun("none", 1.0))
    assert "Contradictions  6 in 3 reports: " in capsys.readouterr().out


def test_status_counts_the_sources_of_the_run(gongkai: Gongkai, first_night: Path) -> None:
    """Not the six hundred of the checkout, after a run of one file."""
    assert "5 enabled of 5 in the last run" in gongkai("status", "--home", first_night).out


def test_a_province_without_sources_leaves_no_event(first_night: Path) -> None:
    """Thirty empty materializations a night would hide the two that say something."""
    with open_instance(load_settings(home=first_night)) as instance:
        for asset in ("pages", "documents"):
            shown = instance.get_materialized_partitions(dg.AssetKey(asset))
            assert shown == {"jiangsu", "zhejiang"}, asset
