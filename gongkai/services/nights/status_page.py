"""How `gongkai status` looks: blocks of short lines that read the same at eighty columns as at two hundred."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

import polars as pl
from rich.text import Text

from gongkai.dagster_runs.finished_run import RunStatus
from gongkai.printing import clean, counted, out, print_indented
from pipelines.local_time import local_time
from schemas.sources import Source

_MOST_SOURCES = 20
_HEAD = 22


class KnownSource(NamedTuple):
    """What the page shows of a source."""

    id: str
    url: str
    province: str
    enabled: bool


@dataclass(frozen=True)
class KnownSources:
    """Sources, and who says that they are."""

    sources: Sequence[Source | KnownSource]
    where: str
    problems: int = 0


@dataclass(frozen=True)
class StatusReport:
    """Everything ``gongkai status`` says, as frames of one question each."""

    runs: Sequence[RunStatus]
    crawl: pl.DataFrame
    failing: pl.DataFrame
    failing_sources: pl.DataFrame
    lists: pl.DataFrame
    reports: pl.DataFrame
    findings: pl.DataFrame
    published_at: datetime | None
    governments: str = ""
    """How many governments have a column and a report; empty without a list of portals."""


def print_status(report: StatusReport, known: KnownSources, warehouse: Path) -> None:
    """Print everything, the short answers first."""
    enabled = sum(source.enabled for source in known.sources)
    problems = f", {counted(known.problems, 'problem')}" if known.problems else ""
    _line("Sources", f"{enabled:,} enabled of {len(known.sources):,} {known.where}{problems}")
    if report.governments:
        _line("Governments", report.governments)
    for run in report.runs:
        _print_run(run)
    _line("Last crawl", since(None if report.crawl.is_empty() else report.crawl["ended"].max()))
    _line("Published", since(report.published_at))
    _line("Warehouse", str(warehouse))
    _counts("Requests of the last crawl", report.crawl.select("requests", "outcome"))
    _print_failing(report.failing_sources)
    print_lists(report.lists, _MOST_SOURCES)
    if report.reports.height:
        _counts("Reports", report.reports.select("reports", "extraction_status"))
    if report.findings.height:
        _counts("Findings by rule", report.findings.select("findings", "severity", "rule", "reports"))


def _line(head: str, words: str, style: str = "") -> None:
    """A head and what is to say; what does not fit goes on below. A path stays whole, to be copied."""
    wrapped = [words] if words.startswith("/") else Text(clean(words)).wrap(out, max(out.width - _HEAD, 20))
    for number, line in enumerate(wrapped):
        said = clean(line).rstrip()
        out.print(Text.assemble((f"{'' if number else head:<{_HEAD}}", "bold"), (said, style)), soft_wrap=True)


def _print_run(run: RunStatus) -> None:
    head = f"Last {run.job} run"
    if run.succeeded:
        _line(head, f"{since(run.ended)}, succeeded")
        return
    _line(head, f"{since(run.ended)}, FAILED", "bold red")
    first = local_time(run.failing_since) if run.failing_since else "an unknown time"
    print_indented(2, f"still failing: {run.failures} in a row since {first}, run {run.run_id[:8]}")
    print_indented(2, run.reason)


def _counts(title: str, rows: pl.DataFrame) -> None:
    """A number, then what it counts; a number of reports stands behind."""
    if rows.is_empty():
        return
    out.print(Text(f"\n{title}", style="bold"))
    widest = max(len(f"{row[0]:,}") for row in rows.iter_rows())
    for number, *words in rows.iter_rows():
        said = [clean(word) if isinstance(word, str) else f"in {counted(word, 'report')}" for word in words]
        out.print(Text(f"  {number:>{widest},}  {'  '.join(said)}"))


def _print_failing(frame: pl.DataFrame) -> None:
    """The worst sources with what can be done, each address whole on a line of its own."""
    if frame.is_empty():
        return
    total, sources = counted(int(frame["pages"].sum()), "page"), counted(frame["source_id"].n_unique(), "source")
    out.print(Text(f"\nFailing now: {sources}, {total} (all: --format json)", style="bold"))
    for row in frame.head(_MOST_SOURCES).to_dicts():
        pages = counted(row["pages"], "page")
        head = f"{row['source_id']} ({row['province']}): {row['outcome']}, {pages}, {since(row['since'], 'since ')}"
        print_indented(2, head)
        for word, key in (("why", "why"), ("do ", "what_to_do")):
            if row[key]:
                print_indented(4, f"{word}  {row[key]}", style="dim")
        out.print(Text(f"    {clean(row['url'])}", style="dim"), soft_wrap=True)
    if frame.height > _MOST_SOURCES:
        out.print(Text(f"  … and {frame.height - _MOST_SOURCES:,} more"))


def print_lists(frame: pl.DataFrame, most: int) -> None:
    """Sources whose lists were not read whole, what was wrong and what can be done; the worst first."""
    if frame.is_empty():
        return
    title = f"\nLists not read whole: {counted(frame.height, 'source')} (all: gongkai status --format json)"
    out.print(Text(title, style="bold"))
    for row in frame.head(most).to_dicts():
        found = counted(row["report_links"], "report link")
        head = f"{row['source_id']} ({row['province']}): {row['verdict']}, {found}, {since(row['since'], 'since ')}"
        print_indented(2, head)
        for word, key in (("why", "message"), ("do ", "what_to_do")):
            if row[key]:
                print_indented(4, f"{word}  {row[key]}", style="dim")
    if frame.height > most:
        out.print(Text(f"  … and {frame.height - most:,} more"))


def since(moment: object, before: str = "") -> str:
    """``2026-11-28 03:50 +08:00, 3 hours ago``."""
    if not isinstance(moment, datetime):
        return "never"
    minutes = max((datetime.now(UTC) - moment.astimezone(UTC)).total_seconds() / 60, 0)
    ago = (
        counted(round(minutes), "minute") if minutes < 90
        else counted(round(minutes / 60), "hour") if minutes < 72 * 60
        else counted(round(minutes / 1440), "day")
    )  # fmt: skip
    return f"{before}{local_time(moment)}, {ago} ago"
