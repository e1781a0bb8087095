"""What a run brought, in a few lines: pages, reports, cells, contradictions, and where the warehouse is."""

import polars as pl

from gongkai.dagster_runs.launch import FinishedRun
from gongkai.printing import counted, out, table
from gongkai.services.nights.status_page import print_lists
from pipelines.crawl.archive.captures import fetch_frame, list_visit_frame
from pipelines.crawl.crawl_status import list_verdicts, unsound_lists
from pipelines.crawl.outcomes import Outcome
from pipelines.crawl.registry.source_files import read_sources
from pipelines.home import Home
from pipelines.warehouse.queries.query import query
from schemas.settings import Settings
from schemas.tables import FACTS

_WORST = 5
_CELLS = " UNION ALL ".join(f"SELECT '{name}' AS fact_table, value_status FROM {name}" for name in FACTS)


def print_run(settings: Settings, finished: FinishedRun) -> None:
    """Print the summary of a finished run to stdout."""
    home = Home(settings.home)
    out.print(_fetches(home, finished.run_id))
    _print_lists(settings, home, finished.run_id)
    reports = query(home, "SELECT extraction_status, count(*) AS n FROM reports GROUP BY ALL ORDER BY n DESC")
    counted = ", ".join(f"{n} {status}" for status, n in reports.iter_rows())
    out.print(f"[bold]Reports read[/]  {reports['n'].sum()} ({counted or 'none'})")
    out.print(f"[bold]Cells by status[/]  {_statuses(home)}")
    out.print(f"[bold]Contradictions[/]  {_contradictions(home)}")
    out.print(f"[bold]Warehouse[/]  {home.warehouse}", soft_wrap=True)
    out.print(f"[dim]Run {finished.run_id[:8]} took {finished.seconds:.0f} s[/]")


def _fetches(home: Home, run_id: str) -> str:
    """Requests of one run: what came, what was unchanged, what was refused and why."""
    fetches = fetch_frame(home).filter(pl.col("run_id") == run_id)
    if fetches.is_empty():
        return "[bold]Pages fetched[/]  none: this run did not use the network"
    counts = dict(fetches.filter(pl.col("kind") != "robots").group_by("outcome").len().iter_rows())
    unchanged = counts.pop(Outcome.NOT_MODIFIED, 0) + counts.pop(Outcome.UNCHANGED, 0)
    fetched = counts.pop(Outcome.FETCHED, 0)
    others = ", ".join(f"{n} {outcome}" for outcome, n in sorted(counts.items(), key=lambda pair: -pair[1]))
    return f"[bold]Pages fetched[/]  {fetched} new or changed, {unchanged} unchanged" + (
        f", {others}" if others else ""
    )


def _print_lists(settings: Settings, home: Home, run_id: str) -> None:
    """What the lists came to, and what to do about the worst."""
    visits = list_visit_frame(home).filter(pl.col("run_id") == run_id)
    if visits.is_empty():
        return
    counted = ", ".join(f"{n} {verdict}" for verdict, n, _ in list_verdicts(visits).iter_rows())
    out.print(f"[bold]Lists read[/]  {len(visits)} ({counted})")
    print_lists(unsound_lists(visits, read_sources(settings.sources)[0]), _WORST)


def _statuses(home: Home) -> str:
    counts = query(home, f"SELECT value_status, count(*) AS n FROM ({_CELLS}) GROUP BY ALL ORDER BY n DESC")
    return ", ".join(f"{n:,} {status}" for status, n in counts.iter_rows()) or "none"


def _contradictions(home: Home) -> str:
    counts = query(
        home,
        "SELECT rule, count(*) AS n, count(DISTINCT report_id) AS reports FROM quality.findings"
        " WHERE severity = 'error' GROUP BY ALL ORDER BY n DESC, rule",
    )
    if counts.is_empty():
        return "none"
    reports = query(home, "SELECT count(DISTINCT report_id) FROM quality.findings WHERE severity = 'error'").item()
    total = f"{counts['n'].sum():,} in {counted(reports, 'report')}"
    return f"{total}: " + ", ".join(f"{n:,} {rule}" for rule, n, _ in counts.iter_rows())


def print_query(home: Home, question: str, statement: str) -> None:
    """Print a question, its SQL, and the answer."""
    out.print(f"\n[bold]{question}[/]")
    out.print(statement.strip(), style="cyan", markup=False)
    out.print(table(query(home, statement)))
