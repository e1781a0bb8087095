"""Asset checks that warn. They never stop a run.

Each shows its figures and the worst ten rows.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

import dagster as dg
import polars as pl

from assets.checks.blocking import WORST, tables
from assets.checks.sections import sections_are_as_usual
from assets.display.tables import frame_table, table_of
from assets.runtime.resources import DataFolder
from assets.stages.documents import documents
from assets.stages.findings import findings
from assets.stages.pages import outcomes_by_host, pages
from assets.stages.warehouse import warehouse
from pipelines.crawl.archive.captures import fetch_frame, list_visit_frame
from pipelines.crawl.crawl_status import failing, latest_run, list_verdicts, unsound_lists
from pipelines.crawl.outcomes import Outcome
from pipelines.local_time import local_time
from pipelines.staging.staged_tables import staged_files
from pipelines.tidy.stored_rows import rows_in
from pipelines.tidy.tidy_store import tidy_files
from pipelines.warehouse.queries.query import query
from schemas.settings import load_settings
from schemas.tables import FACTS

_WHOLE = 600
"""Longest cell where the address, the reason and what to do must stand in full."""


def _result(
    passed: bool, severity: dg.AssetCheckSeverity, **metadata: dg.MetadataValue | int | float | str
) -> dg.AssetCheckResult:
    return dg.AssetCheckResult(passed=passed, severity=severity, metadata=metadata)


@dg.asset_check(
    asset=pages,
    description="Pages that began to fail in the last crawl; all that fail, since when, and what can be done."
    " | 本次抓取新出现的失败页面，及全部失败页面、起始时间与处理办法。",
)
def sites_answer(data_folder: DataFolder) -> dg.AssetCheckResult:
    """Warn about pages that started to fail in the last crawl. Earlier failures are listed without a warning."""
    fetches = fetch_frame(data_folder.home)
    last_run = latest_run(fetches)
    began = last_run["fetched_at"].min()
    bad = failing(fetches).with_columns(new=pl.col("since") >= began).sort("new", "since", descending=[True, False])
    outcomes = bad.group_by("outcome").agg(pages=pl.len(), oldest=pl.col("since").min()).sort("pages", descending=True)
    return _result(
        not bad["new"].any(),
        dg.AssetCheckSeverity.WARN,
        new_failing_pages=int(bad["new"].sum()),
        failing_pages=len(bad),
        by_outcome=frame_table(outcomes, limit=30),
        last_crawl_by_host=outcomes_by_host(last_run),
        worst=table_of([_failure(row) for row in bad.head(WORST).to_dicts()], longest=_WHOLE),
    )


def _failure(row: Mapping[str, Any]) -> dict[str, object]:
    """A failing page as a row of two columns: an address leaves no room for more."""
    times = "once" if row["times"] == 1 else f"{row['times']} times"
    words = f"{row['outcome']}, {times} since {local_time(row['since'])} ({row['source_id']})"
    return {"page": row["url"], "failure": f"{'new: ' if row['new'] else ''}{words}; {row['what_to_do']}"}


def _unsound(row: Mapping[str, Any]) -> dict[str, object]:
    """A list that was not read whole, likewise in two columns."""
    words = f"{row['verdict']} since {local_time(row['since'])} ({row['source_id']})"
    return {"list": row["url"], "problem": f"{words}: {row['message']}; {row['what_to_do']}"}


@dg.asset_check(
    asset=pages,
    description="Lists that were not read whole in the latest run of their source: what was wrong, and what can be done."
    " | 最近一次运行未完整读取的列表：原因与处理办法。",
)
def lists_are_read_whole(data_folder: DataFolder) -> dg.AssetCheckResult:
    """Warn about lists without report links, shorter than their pagers say, or shorter than they were."""
    visits = list_visit_frame(data_folder.home)
    bad = unsound_lists(visits, data_folder.load_sources())
    return _result(
        bad.is_empty(),
        dg.AssetCheckSeverity.WARN,
        lists=len(visits),
        not_read_whole=len(bad),
        by_verdict=frame_table(list_verdicts(visits), limit=30),
        worst=table_of([_unsound(row) for row in bad.head(WORST).to_dicts()], longest=_WHOLE),
    )


@dg.asset_check(
    asset=pages,
    description="Sources that were asked and gave no good page for GONGKAI_STALE_DAYS days."
    " | 超过期限未取得有效页面的来源。",
)
def sources_are_fresh(data_folder: DataFolder) -> dg.AssetCheckResult:
    """Warn about enabled sources whose last good response is old, unless they were not due since."""
    wanted = [source for source in data_folder.load_sources() if source.enabled]
    good = pl.col("outcome").is_in([outcome.value for outcome in Outcome if outcome.is_good])
    asked = fetch_frame(data_folder.home).filter(pl.col("kind") != "robots").group_by("source_id")
    last = asked.agg(good=pl.col("fetched_at").filter(good).max(), asked=pl.col("fetched_at").max())
    known = {row["source_id"]: row for row in last.to_dicts()}
    limit = data_folder.now() - timedelta(days=load_settings().stale_days)
    stale = []
    for source in wanted:
        moments = known.get(source.id, {"good": None, "asked": None})
        if moments["good"] is None or limit > moments["good"] < moments["asked"]:
            stale.append({"source": source.id, "province": source.province, "last_good": moments["good"]})
    return _result(
        not stale, dg.AssetCheckSeverity.WARN, sources=len(wanted), stale=len(stale), worst=table_of(stale[:WORST])
    )


@dg.asset_check(
    asset=documents, description="Documents that were not read whole, and why. | 未能完整读取的文档及原因。"
)
def documents_are_read(data_folder: DataFolder) -> dg.AssetCheckResult:
    """Warn about documents whose tables could not be read."""
    frame = tables(staged_files(data_folder.home, "documents"))
    status = (
        frame.group_by("extraction_status").len("documents").sort("documents", descending=True) if len(frame) else frame
    )
    unread = frame.filter(pl.col("extraction_status").is_in(["unreadable", "partial"])) if len(frame) else frame
    worst = unread.select("url", "title", "extraction_status", "problem") if len(unread) else unread
    return _result(
        unread.is_empty(),
        dg.AssetCheckSeverity.WARN,
        documents=len(frame),
        not_read_whole=len(unread),
        by_status=frame_table(status),
        worst=frame_table(worst, limit=WORST),
    )


@dg.asset_check(
    asset=findings,
    description="Share of reports that contradict themselves, rule by rule. | 自相矛盾的报告所占比例，按规则。",
)
def contradictions_are_usual(data_folder: DataFolder) -> dg.AssetCheckResult:
    """Warn above GONGKAI_MAX_CONTRADICTION_RATE, the first sign of a reader that misreads."""
    home = data_folder.home
    found = rows_in(tidy_files(home, "findings"), "findings").filter(pl.col("severity") == "error")
    errors = found.select("rule", "report_id").collect()
    versions = rows_in(tidy_files(home, "report_versions"), "report_versions")
    reports = versions.select("report_id", "agency_name", "report_year").collect()
    if reports.is_empty():
        return _result(True, dg.AssetCheckSeverity.WARN, reports=len(reports), contradictory=0)
    share = errors["report_id"].n_unique() / reports["report_id"].n_unique()
    by_rule = errors.group_by("rule").agg(findings=pl.len(), reports=pl.col("report_id").n_unique())
    worst = (
        errors.group_by("report_id").len("contradictions").sort("contradictions", "report_id", descending=[True, False])
    )
    titles = reports.unique("report_id", keep="last", maintain_order=True)
    return _result(
        share <= load_settings().max_contradiction_rate,
        dg.AssetCheckSeverity.WARN,
        reports=reports["report_id"].n_unique(),
        contradictory=errors["report_id"].n_unique(),
        share=round(share, 4),
        by_rule=frame_table(by_rule.sort("findings", "rule", descending=[True, False]), limit=30),
        worst=frame_table(worst.head(WORST).join(titles, on="report_id", how="left"), limit=WORST),
    )


@dg.asset_check(
    asset=warehouse,
    description="Every fact of the published warehouse says where it is printed. | 仓库中每个数字都注明出处。",
)
def every_fact_has_evidence(data_folder: DataFolder) -> dg.AssetCheckResult:
    """Check the published file, not its inputs."""
    union = " UNION ALL ".join(f"SELECT '{name}' AS fact_table, evidence FROM {name}" for name in FACTS)
    counts = query(
        data_folder.home,
        f"SELECT fact_table, count(*) AS facts, count(*) FILTER (evidence IS NULL OR evidence = '') AS without"
        f" FROM ({union}) GROUP BY ALL ORDER BY fact_table",
    )
    without = int(counts["without"].sum() or 0)
    return _result(without == 0, dg.AssetCheckSeverity.ERROR, without_evidence=without, by_table=frame_table(counts))


@dg.asset_check(
    asset=dg.AssetKey(["marts", "coverage"]),
    description="Organs that reported for the year before and are not held for the latest year whose deadlines have passed;"
    " warns of those newly missed."
    " | 上年有报告、最近应报年度缺报的机关；新缺报时警告。",
)
def expected_agencies_are_held(data_folder: DataFolder) -> dg.AssetCheckResult:
    """Warn about reports that are overdue and were not yet overdue at the previous crawl.

    The last deadline of a year is 31 March of the next (《条例》第四十九条). An organ is newly missed when the deadline has
    passed since, or when its report of the year before came only with the last crawl.
    """
    year = _latest_due(data_folder.now())
    fetches = fetch_frame(data_folder.home)
    earlier = fetches.filter(pl.col("run_id") != latest_run(fetches)["run_id"].first())["fetched_at"].max()
    asked = query(data_folder.home, _ASKED.format(year=year, before=year - 1))
    was_due = isinstance(earlier, datetime) and _latest_due(earlier) == year
    new = pl.lit(not was_due) | (pl.col("first_fetched_at") > earlier if was_due else pl.lit(True))
    missing = asked.filter(~pl.col("held")).with_columns(new=new).sort("new", "agency_id", descending=[True, False])
    coverage = query(
        data_folder.home,
        "SELECT province_name, government_level, n_expected, n_held, coverage FROM marts.coverage"
        f" WHERE report_year = {year} AND n_held > 0 ORDER BY coverage, n_expected DESC, province_name",
    )
    return _result(
        not missing["new"].any(),
        dg.AssetCheckSeverity.WARN,
        report_year=year,
        expected=len(asked),
        held=int(asked["held"].sum()),
        missing=len(missing),
        newly_missing=int(missing["new"].sum()),
        coverage=frame_table(coverage, limit=100),
        worst=frame_table(missing.drop("held"), limit=WORST),
    )


def _latest_due(now: datetime) -> int:
    """The latest year whose reports must have been published."""
    return now.year - (1 if now.month > 3 else 2)


_ASKED = """
SELECT any_value(agency_name) AS agency, agency_id, any_value(province) AS province, {year} AS year,
       max(report_year) AS last_held, any_value(source_id) AS source_id,
       min(first_fetched_at) FILTER (report_year = {before}) AS first_fetched_at,
       count(*) FILTER (report_year >= {year}) > 0 AS held
FROM reports WHERE agency_id IS NOT NULL AND is_primary
GROUP BY agency_id HAVING count(*) FILTER (report_year = {before}) > 0"""
"""Organs that reported for the year before: each is expected again."""

warning_checks = [
    sites_answer,
    lists_are_read_whole,
    sources_are_fresh,
    documents_are_read,
    contradictions_are_usual,
    every_fact_has_evidence,
    expected_agencies_are_held,
    sections_are_as_usual,
]
