"""`gongkai sources audit` and `gongkai sources accept`: what the sources are worth today, and which proposals count."""

import csv
import json
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TextIO

from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from gongkai.errors import WrongUsage, demand_folder_of, demand_province, demand_sources_folder
from gongkai.interrupts import going_on_later
from gongkai.printing import Format, clean, counted, err, grid, out, print_indented
from pipelines.crawl.policy import CrawlPolicy
from pipelines.crawl.registry.audit import Audited, audit, audited_sources
from pipelines.crawl.registry.source_edits import accept_proposals, correct_entries
from pipelines.crawl.registry.source_files import DISCOVERED, load_sources, read_sources
from schemas.settings import Settings
from schemas.sources import Source

_HEAD = (
    "source_id", "province", "url", "verdict", "family", "pages", "report_links", "first_year", "last_year", "years", "wrong",
    "to_do", "corrections",
)  # fmt: skip
_SHOWN = ("source", "family", "pages", "reports", "years", "what is wrong", "what to do")
_ROOM_FOR_A_TABLE = 110  # columns of a terminal: with fewer, words are folded into shreds


@dataclass(frozen=True)
class Audit:
    """What the caller of ``gongkai sources audit`` wants."""

    province: str | None = None
    form: Format = Format.TABLE
    to: Path | None = None
    write: bool = False


def run(settings: Settings, wanted: Audit) -> int:
    """Visit every list source that an interrupted audit has not visited, print all, and apply corrections with ``write``.

    Raises:
        WrongUsage: no such province, or no folder for the file.
        SourceError: a file is wrong, or would be by a correction.
    """
    demand_province(wanted.province)
    demand_folder_of(wanted.to)
    declared = [s for s in load_sources(settings.sources) if wanted.province in (None, s.province)]
    sources = audited_sources(declared)
    state = settings.home / "audit.jsonl"
    seen = _visited(state)
    before = {s.id: seen[s.id] for s in sources if s.id in seen and seen[s.id].url == s.url}
    if len(before) == len(sources) and not wanted.write:
        before = {}  # the last audit was complete: this is a new one
        state.unlink(missing_ok=True)
    rows = list(before.values())
    if rows:
        err.print(f"{counted(len(rows), 'source')} already visited by the audit before", markup=False)
    state.parent.mkdir(parents=True, exist_ok=True)
    with state.open("a", encoding="utf-8") as notes, _bar(len(sources) - len(rows)) as tell:

        def done(found: Audited) -> None:
            notes.write(json.dumps(found.to_row(), ensure_ascii=False) + "\n")
            notes.flush()
            rows.append(found)
            tell(found)

        waiting = [source for source in sources if source.id not in before]
        with going_on_later():
            audit(waiting, CrawlPolicy.from_settings(settings), now=datetime.now(UTC), on_done=done)
    rows.sort(key=lambda row: (row.province, row.source_id))
    _show(rows, wanted)
    _sum_up(rows, len(declared) - len(sources))
    if wanted.write:
        _apply(settings, rows)
    return 0


def families_seen(settings: Settings) -> dict[str, str]:
    """The family of each source that the last audit of this data folder has recognised."""
    return {name: row.family for name, row in _visited(settings.home / "audit.jsonl").items() if row.family}


def _visited(state: Path) -> dict[str, Audited]:
    found: dict[str, Audited] = {}
    for line in state.read_text(encoding="utf-8").splitlines() if state.exists() else ():
        try:
            row = Audited.from_row(json.loads(line))
        except (ValueError, KeyError, TypeError):  # cut off by a kill, or of another version
            continue
        found[row.source_id] = row
    return found


@contextmanager
def _bar(total: int) -> Iterator[Callable[[Audited], None]]:
    columns = (
        TextColumn("Visiting lists"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn(),
        TextColumn("{task.fields[detail]}", style="dim"),
    )  # fmt: skip
    with Progress(*columns, console=err, transient=True, disable=not err.is_terminal) as bars:
        task = bars.add_task("", total=total, detail="")
        yield lambda row: bars.update(task, advance=1, detail=clean(row.source_id))


def _show(rows: Sequence[Audited], wanted: Audit) -> None:
    if wanted.to is not None:
        with wanted.to.open("w", encoding="utf-8", newline="") as handle:
            _write_csv(rows, handle)
    if wanted.form is Format.CSV:
        _write_csv(rows, sys.stdout)
    elif rows:
        cells = [
            (row.source_id, row.family, row.pages, row.report_links, _years(row), row.wrong, _to_do(row))
            for row in rows
        ]
        if out.width >= _ROOM_FOR_A_TABLE:
            out.print(grid(_SHOWN, cells, numbers=(2, 3)))
        else:
            _show_below_each_other(rows)


def _show_below_each_other(rows: Sequence[Audited]) -> None:
    """For a narrow terminal: what each list is worth in one line, below it what is wrong and what to do."""
    for row in rows:
        worth = (row.family, counted(row.pages, "page"), counted(row.report_links, "report"), _years(row))
        print_indented(0, f"{row.source_id}: {', '.join(filter(None, worth))}")
        for word, text in (("why", row.wrong), ("do ", _to_do(row).replace("\n", "; "))):
            if text:
                print_indented(4, f"{word}  {text}", style="dim")


def _write_csv(rows: Sequence[Audited], handle: TextIO) -> None:
    table = csv.DictWriter(handle, _HEAD, lineterminator="\n")
    table.writeheader()
    for row in rows:
        said = "; ".join(f"{key}: {value}" for key, value in row.corrections.items())
        table.writerow(
            {key: clean(value) for key, value in {**row.to_row(), "corrections": said}.items() if value is not None}
        )


def _years(row: Audited) -> str:
    return f"{row.first_year}-{row.last_year}" if row.years > 1 else str(row.first_year or "")


def _to_do(row: Audited) -> str:
    said = [f"{key}: {value}" for key, value in row.corrections.items()]
    return "\n".join([row.to_do, *said]) if said else row.to_do


def _sum_up(rows: Sequence[Audited], others: int) -> None:
    sound = sum(1 for row in rows if row.verdict.is_sound)
    err.print(
        f"{counted(len(rows), 'list')} visited: {sound} read to the end, {len(rows) - sound} with something wrong, "
        f"{sum(1 for row in rows if row.corrections)} with a correction; {counted(others, 'source')} without a list not visited",
        markup=False, soft_wrap=True,
    )  # fmt: skip


def _apply(settings: Settings, rows: Sequence[Audited]) -> None:
    wanted = {row.source_id: row.corrections for row in rows if row.corrections}
    folder = settings.sources
    files = (
        [folder]
        if folder.is_file()
        else [*sorted(folder.glob("*.yaml")), *sorted((folder / DISCOVERED).glob("*.yaml"))]
    )
    for file in files:
        for name in correct_entries(file, wanted):
            err.print(f"{file}: {name} corrected", markup=False, soft_wrap=True)


def accept(settings: Settings, ids: Sequence[str], province: str | None, confidence: float) -> int:
    """Accept proposals by id, or those of a province that are sure enough.

    Raises:
        WrongUsage: an id is no proposal, nothing is named, there is no such province, or the sources are one file.
    """
    demand_province(province)
    demand_sources_folder(settings.sources, "accepted proposals are kept in a folder of sources")
    folder = settings.sources / DISCOVERED
    proposals: dict[str, Source] = {}
    for file in sorted(folder.glob("*.yaml")):
        proposals.update({source.id: source for source in read_sources(file)[0]})
    if not ids and province is None:
        raise WrongUsage("name the proposals to accept, or a --province")
    unknown = [name for name in ids if name not in proposals]
    if unknown:
        raise WrongUsage(f"{unknown[0]!r} is no proposal of {folder}")
    sure = [
        name for name, source in proposals.items()
        if source.province == province and (source.discovery is None or source.discovery.confidence >= confidence)
    ]  # fmt: skip
    new = accept_proposals(folder, [*ids, *sure])
    for name in new:
        out.print(f"{name}  {clean(proposals[name].url)}", markup=False, soft_wrap=True)
    err.print(f"{counted(len(new), 'proposal')} accepted; the next run crawls them", markup=False)
    return 0
