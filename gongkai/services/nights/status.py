"""`gongkai status`: sources, runs, the last crawl, what is failing and since when, findings by rule, freshness."""

from collections.abc import Sequence
from dataclasses import asdict, replace
from datetime import UTC, datetime
from pathlib import Path

import polars as pl

from assets.runtime.workspace import standing_home
from gongkai.dagster_runs.finished_run import HistoryUnreachable, RunStatus
from gongkai.dagster_runs.run_status import run_statuses, sources_of_last_run
from gongkai.printing import Format, clean, err, print_json
from gongkai.services.nights.status_page import KnownSource, KnownSources, StatusReport, print_status
from gongkai.services.sources.portal_coverage import covered, latest_due_year, summary
from pipelines.crawl.archive.log_frames import fetch_frame, list_visit_frame
from pipelines.crawl.crawl_status import failing, failing_sources, last_crawl, unsound_lists
from pipelines.crawl.registry.source_files import read_sources
from pipelines.home import Home
from pipelines.warehouse.queries.query import query
from schemas.settings import Settings

_FRAMES = ("crawl", "failing", "failing_sources", "lists", "reports", "findings")


def show(settings: Settings, form: Format, sources: Path | None = None) -> None:
    """Print the status of the data folder. A folder in which nothing has run yet is no error.

    Args:
        sources: The sources to look at; those of the last published run when not given, or of a first run that was interrupted.
    """
    home = standing_home(settings)
    known = _known_sources(settings, home, sources)
    report = collect(settings, home, known)
    if form is Format.JSON:
        frames = {name: getattr(report, name).to_dicts() for name in _FRAMES}
        runs = [asdict(run) for run in report.runs]
        print_json(
            {"runs": runs, **frames, "published_at": report.published_at, "governments": report.governments or None}
        )
    else:
        print_status(report, known, home.warehouse)


def _known_sources(settings: Settings, home: Home, sources: Path | None) -> KnownSources:
    if sources is None and home.warehouse.exists():
        return in_last_run(home)
    last = sources_of_last_run(settings) if sources is None else None
    if last is None:
        return declared(settings)
    return replace(declared(settings.model_copy(update={"sources": last})), where="in the last run")


def declared(settings: Settings) -> KnownSources:
    """What the sources files say."""
    sources, problems = read_sources(settings.sources)
    return KnownSources(sources, "declared", len(problems))


def in_last_run(home: Home) -> KnownSources:
    """The sources of the run that published the warehouse: it may have been given others than those configured."""
    rows = query(home, "SELECT source_id AS id, url, province, coalesce(enabled, true) AS enabled FROM crawl.sources")
    return KnownSources([KnownSource(**row) for row in rows.to_dicts()], "in the last run")


def collect(settings: Settings, home: Home, known: KnownSources | None = None) -> StatusReport:
    """Ask the fetch log and, where there is one, the published warehouse."""
    fetches = fetch_frame(home)
    published = datetime.fromtimestamp(home.warehouse.stat().st_mtime, UTC) if home.warehouse.exists() else None
    return StatusReport(
        runs=_runs(settings),
        crawl=last_crawl(fetches),
        failing=failing(fetches),
        failing_sources=failing_sources(fetches, (known or declared(settings)).sources),
        lists=unsound_lists(list_visit_frame(home), (known or declared(settings)).sources),
        reports=_ask(
            home, "SELECT extraction_status, count(*) AS reports FROM reports GROUP BY ALL ORDER BY reports DESC"
        ),
        findings=_ask(
            home,
            "SELECT rule, severity, count(*) AS findings, count(DISTINCT report_id) AS reports"
            " FROM quality.findings GROUP BY ALL ORDER BY severity, findings DESC, rule",
        ),
        published_at=published,
        governments=_governments(settings),
    )


def _governments(settings: Settings) -> str:
    year = latest_due_year(datetime.now(UTC))
    rows = covered(settings, year)
    return summary(rows, year) if rows else ""


def _runs(settings: Settings) -> Sequence[RunStatus]:
    try:
        return run_statuses(settings)
    except HistoryUnreachable as error:  # the data can still be shown
        err.print(f"note: the run history cannot be read: {clean(error)}", markup=False, soft_wrap=True)
        return []


def _ask(home: Home, statement: str) -> pl.DataFrame:
    return query(home, statement) if home.warehouse.exists() else pl.DataFrame()
