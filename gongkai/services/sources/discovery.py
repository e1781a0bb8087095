"""`gongkai sources discover`: from portals to proposed sources, with a bar while it runs and a table at the end."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from gongkai.errors import WrongUsage, demand_address, demand_province, demand_sources_folder
from gongkai.interrupts import going_on_later
from gongkai.printing import clean, counted, err, grid, out
from pipelines.crawl.discovery.candidates import Outcome
from pipelines.crawl.discovery.discover import discover
from pipelines.crawl.discovery.portal_list import Portal, province_of, read_portals
from pipelines.crawl.discovery.proposals import ProposalWriter, SearchedPortals, chosen, row_of
from pipelines.crawl.policy import CrawlPolicy
from pipelines.crawl.registry.source_files import DISCOVERED
from schemas.settings import Settings

Row = Mapping[str, object]


@dataclass(frozen=True)
class Search:
    """What the caller of ``gongkai sources discover`` wants searched, and where proposals go."""

    province: str | None = None
    portal: str | None = None
    portals: Path | None = None
    to: Path | None = None
    again: bool = False


def run(settings: Settings, search: Search) -> int:
    """Search the portals that have not been searched. Returns 0, also when some portals gave nothing: the table says why.

    Raises:
        WrongUsage: the province is none, no portal is named, or the sources are one file and no other is named.
        Interrupted: a signal ended the search; the portals that were finished are noted.
        PortalListError, SourceError: a file is wrong.
    """
    portals = _portals(settings, search)
    now = datetime.now(UTC)
    if search.to is None:
        demand_sources_folder(settings.sources, "name a file for the proposals with --to")
    state = search.to.with_suffix(".state.jsonl") if search.to else settings.sources / DISCOVERED / "searched.jsonl"
    searched = SearchedPortals(state)
    before = {} if search.again else searched.read(now)
    waiting = [portal for portal in portals if portal.url not in before]
    writer = ProposalWriter(settings.sources, search.to, now, settings.allow_hosts)
    rows = [before[portal.url] for portal in portals if portal.url in before]
    if rows:
        err.print(f"{counted(len(rows), 'portal')} searched within 30 days; --again searches them anew", markup=False)

    def done(outcome: Outcome) -> None:
        new, known = writer.write(outcome)
        row = row_of(outcome, new, known, datetime.now(UTC))
        if outcome.is_final:
            searched.add(row)
        rows.append(row)
        tell(outcome)

    with going_on_later(), _bar(len(waiting)) as tell:
        discover(waiting, CrawlPolicy.from_settings(settings), now=now, on_done=done)
    files = dict.fromkeys(writer.file_of(portal) for portal in portals)
    _print(rows, [file for file in files if file.exists()])
    return 0


def _portals(settings: Settings, search: Search) -> list[Portal]:
    demand_province(search.province)
    if search.portal is not None:
        demand_address("--portal", search.portal)
    listed = settings.sources / "portals.csv"
    path = search.portals or (listed if listed.is_file() else None)
    known = read_portals(path) if path is not None else []
    if search.portal is None:
        if path is None:
            raise WrongUsage(f"no list of portals at {listed}; give --portals FILE.csv or --portal URL")
        return chosen(known, search.province)
    same = [portal for portal in known if portal.url.rstrip("/") == search.portal.rstrip("/")]
    portal = same[0] if same else Portal(search.portal, province=search.province or province_of(""))
    return [replace(portal, province=search.province) if search.province else portal]


@contextmanager
def _bar(total: int) -> Iterator[Callable[[Outcome], None]]:
    columns = (
        TextColumn("Searching portals"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn(),
        TextColumn("{task.fields[detail]}", style="dim"),
    )  # fmt: skip
    with Progress(*columns, console=err, transient=True, disable=not err.is_terminal) as bars:
        task = bars.add_task("", total=total, detail="")
        yield lambda outcome: bars.update(task, advance=1, detail=clean(outcome.portal.url)[:60])


def _print(rows: Sequence[Row], files: Sequence[Path]) -> None:
    cells = [
        (str(row["region"]), str(row["portal"]), len(_columns(row)), row["new"], row["requests"], _said(row))
        for row in sorted(rows, key=lambda row: (str(row["region"]), str(row["portal"])))
    ]
    if cells:
        out.print(
            grid(("region", "portal", "columns", "new", "requests", "what"), cells, numbers=(2, 3, 4)), soft_wrap=True
        )
    with_column = sum(1 for row in rows if _columns(row))
    columns = sum(len(_columns(row)) for row in rows)
    where = (
        f"; proposals in {', '.join(map(str, files))}: look at them, then gongkai sources accept ID" if files else ""
    )
    err.print(
        f"{counted(len(rows), 'portal')}: {with_column} with a column, {len(rows) - with_column} without; "
        f"{counted(columns, 'column')}{where}",
        markup=False, soft_wrap=True,
    )  # fmt: skip


def _columns(row: Row) -> list[str]:
    found = row.get("columns")
    return [str(url) for url in found] if isinstance(found, list) else []


def _said(row: Row) -> str:
    return str(row["why"]) or "\n".join(_columns(row))
