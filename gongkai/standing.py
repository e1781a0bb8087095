"""`gongkai status`: sources, the last crawl, what is failing and since when, findings by rule, freshness."""

from dataclasses import dataclass
from datetime import UTC, datetime

import polars as pl

from gongkai.published import published
from gongkai.show import Format, out, print_json, table
from pipelines.crawl.holdings import fetch_frame
from pipelines.crawl.sources import read_sources
from pipelines.home import Home
from pipelines.standing import failing, last_crawl
from pipelines.warehouse.errors import WarehouseMissing
from pipelines.warehouse.query import query
from schemas.settings import Settings


@dataclass(frozen=True)
class Standing:
    """Everything ``gongkai status`` says, as frames of one question each."""

    crawl: pl.DataFrame
    failing: pl.DataFrame
    reports: pl.DataFrame
    findings: pl.DataFrame
    published_at: datetime | None


def show(settings: Settings, form: Format) -> None:
    """Print the standing of the data folder. A folder in which nothing has run yet is no error."""
    home = _standing_home(settings)
    standing = collect(home)
    if form is Format.JSON:
        frames = {name: getattr(standing, name).to_dicts() for name in ("crawl", "failing", "reports", "findings")}
        print_json({**frames, "published_at": standing.published_at})
        return
    sources, problems = read_sources(settings.sources)
    out.print(
        f"[bold]Sources[/]  {sum(s.enabled for s in sources)} enabled of {len(sources)}, {len(problems)} problems"
    )
    out.print(_when("Last crawl", None if standing.crawl.is_empty() else standing.crawl["ended"].max()))
    out.print(_when("Published", standing.published_at))
    out.print(f"[bold]Warehouse[/]  {home.warehouse}", soft_wrap=True)
    for title, frame in (
        ("Requests by outcome, last crawl", standing.crawl.drop("ended")),
        ("Failing now", standing.failing),
        ("Reports", standing.reports),
        ("Findings by rule", standing.findings),
    ):
        if not frame.is_empty():
            out.print(table(frame, title=f"\n{title}"))


def _standing_home(settings: Settings) -> Home:
    try:
        return published(settings, with_log=True)
    except WarehouseMissing:
        return Home(settings.home)


def collect(home: Home) -> Standing:
    """Ask the fetch log and, where there is one, the published warehouse."""
    fetches = fetch_frame(home)
    published = datetime.fromtimestamp(home.warehouse.stat().st_mtime, UTC) if home.warehouse.exists() else None
    return Standing(
        crawl=last_crawl(fetches),
        failing=failing(fetches),
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


def _ask(home: Home, statement: str) -> pl.DataFrame:
    return query(home, statement) if home.warehouse.exists() else pl.DataFrame()


def _sources(settings: Settings, home: Home) -> str:
    """What the last run crawled from; before the first run, what is configured."""
    if home.warehouse.exists():
        counts = query(
            home, "SELECT count(*) FILTER (enabled), count(*), count(DISTINCT province) FROM crawl.sources"
        ).row(0)
        return f"{counts[0]} enabled of {counts[1]}, in {counts[2]} provinces, when last published"
    sources, problems = read_sources(settings.sources)
    return (
        f"{sum(s.enabled for s in sources)} enabled of {len(sources)}, {len(problems)} problems (gongkai sources check)"
    )


def _when(what: str, moment: object) -> str:
    if not isinstance(moment, datetime):
        return f"[bold]{what}[/]  never"
    hours = (datetime.now(UTC) - moment).total_seconds() / 3600
    ago = f"{hours:.0f} hours" if hours < 72 else f"{hours / 24:.0f} days"
    return f"[bold]{what}[/]  {moment:%Y-%m-%d %H:%M} UTC, {ago} ago"
