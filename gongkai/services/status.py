"""`gongkai status`: sources, runs, the last crawl, what is failing and since when, findings by rule, freshness."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime

import polars as pl

from assets.runtime.workspace import standing_home
from gongkai.dagster_runs.instance import HistoryUnreachable
from gongkai.dagster_runs.run_history import RunStanding, run_standing
from gongkai.printing import Format, clean, err, out, print_json, table
from pipelines.crawl.archive.captures import fetch_frame, list_visit_frame
from pipelines.crawl.crawl_status import failing, failing_sources, last_crawl, unsound_lists
from pipelines.crawl.registry.source_files import read_sources
from pipelines.home import Home
from pipelines.warehouse.query import query
from schemas.settings import Settings

_FRAMES = ("crawl", "failing", "failing_sources", "lists", "reports", "findings")
_MOST_ROWS = 40


@dataclass(frozen=True)
class Standing:
    """Everything ``gongkai status`` says, as frames of one question each."""

    runs: Sequence[RunStanding]
    crawl: pl.DataFrame
    failing: pl.DataFrame
    failing_sources: pl.DataFrame
    lists: pl.DataFrame
    reports: pl.DataFrame
    findings: pl.DataFrame
    published_at: datetime | None


def show(settings: Settings, form: Format) -> None:
    """Print the standing of the data folder. A folder in which nothing has run yet is no error."""
    home = standing_home(settings)
    standing = collect(settings, home)
    if form is Format.JSON:
        frames = {name: getattr(standing, name).to_dicts() for name in _FRAMES}
        runs = [asdict(run) for run in standing.runs]
        print_json({"runs": runs, **frames, "published_at": standing.published_at})
        return
    sources, problems = read_sources(settings.sources)
    out.print(
        f"[bold]Sources[/]  {sum(s.enabled for s in sources)} enabled of {len(sources)}, {len(problems)} problems"
    )
    for run in standing.runs:
        _print_run(run)
    out.print(_when("Last crawl", None if standing.crawl.is_empty() else standing.crawl["ended"].max()))
    out.print(_when("Published", standing.published_at))
    out.print(f"[bold]Warehouse[/]  {home.warehouse}", soft_wrap=True)
    for title, frame in (
        ("Requests by outcome, last crawl", standing.crawl.drop("ended")),
        (_failing_title(standing.failing_sources), _dated(standing.failing_sources)),
        (f"Lists not read whole: {len(standing.lists)} sources (all: --format json)", _since(standing.lists)),
        ("Reports", standing.reports),
        ("Findings by rule", standing.findings),
    ):
        if not frame.is_empty():
            out.print(table(frame, title=f"\n{title}"))


def _failing_title(frame: pl.DataFrame) -> str:
    return f"Failing now: {frame['source_id'].n_unique()} sources, {frame['pages'].sum()} pages (all: --format json)"


def _dated(frame: pl.DataFrame) -> pl.DataFrame:
    """With days instead of moments: an operator asks how long, not at which second."""
    return _since(frame).with_columns(last_asked=pl.col("last_asked").dt.strftime("%Y-%m-%d"))


def _since(frame: pl.DataFrame) -> pl.DataFrame:
    """The worst, and for how long."""
    days = (pl.lit(datetime.now(UTC)) - pl.col("since")).dt.total_days()
    return frame.head(_MOST_ROWS).with_columns(
        since=pl.format("{}, {} days", pl.col("since").dt.strftime("%Y-%m-%d"), days)
    )


def collect(settings: Settings, home: Home) -> Standing:
    """Ask the fetch log and, where there is one, the published warehouse."""
    fetches = fetch_frame(home)
    published = datetime.fromtimestamp(home.warehouse.stat().st_mtime, UTC) if home.warehouse.exists() else None
    sources = read_sources(settings.sources)[0]
    return Standing(
        runs=_runs(settings),
        crawl=last_crawl(fetches),
        failing=failing(fetches),
        failing_sources=failing_sources(fetches, sources),
        lists=unsound_lists(list_visit_frame(home), sources),
        reports=_ask(
            home, "SELECT extraction_status, count(*) AS reports FROM reports GROUP BY ALL ORDER BY reports DESC"
        ),
        findings=_ask(
            home,
            "SELECT rule, severity, count(*) AS findings, count(DISTINCT report_id) AS reports"
            " FROM quality.findings GROUP BY ALL ORDER BY severity, findings DESC, rule",
        ),
        published_at=published,
    )


def _runs(settings: Settings) -> Sequence[RunStanding]:
    try:
        return run_standing(settings)
    except HistoryUnreachable as error:  # the data can still be looked at
        err.print(f"note: {clean(error)}", markup=False, soft_wrap=True)
        return []


def _print_run(run: RunStanding) -> None:
    if run.succeeded:
        out.print(_when(f"Last {run.job} run", run.ended) + ", succeeded")
        return
    out.print(_when(f"Last {run.job} run", run.ended) + ", [bold red]FAILED[/]")
    since = f"still failing: {run.failures} in a row since {run.failing_since:%Y-%m-%d %H:%M} UTC, run {run.run_id[:8]}"
    out.print(f"  {since}: {clean(run.reason)}", markup=False, soft_wrap=True)


def _ask(home: Home, statement: str) -> pl.DataFrame:
    return query(home, statement) if home.warehouse.exists() else pl.DataFrame()


def _when(what: str, moment: object) -> str:
    if not isinstance(moment, datetime):
        return f"[bold]{what}[/]  never"
    hours = (datetime.now(UTC) - moment).total_seconds() / 3600
    ago = f"{hours:.0f} hours" if hours < 72 else f"{hours / 24:.0f} days"
    return f"[bold]{what}[/]  {moment:%Y-%m-%d %H:%M} UTC, {ago} ago"
