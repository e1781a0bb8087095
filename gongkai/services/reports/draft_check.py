"""`gongkai check`: drafts of reports, held against the form, their own arithmetic and last year's report. Nothing is stored."""

import errno
import sys
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

import polars as pl
from rich.text import Text

from gongkai.check_sheet.sheet import COLUMNS, TITLE, Entry, heading
from gongkai.check_sheet.writers import WRITERS
from gongkai.errors import WrongUsage, demand_folder_of
from gongkai.printing import Format, clean, err, out, print_json, table
from gongkai.services.reports.document_bytes import MAX_BYTES, document_bytes
from gongkai.values import write_csv
from pipelines.atomic import replace_atomically
from pipelines.read.reader import ReportReading, read_report
from pipelines.self_check.draft_checks import check_draft
from pipelines.self_check.problems import problem_in_chinese
from schemas.carriers import CARRIERS
from schemas.tables import FACTS

_STYLES = {"error": "bold red", "warning": "bold yellow", "passed": "bold green"}
_SHORT = (0, 1, 3, 4, 5, 6, 7)  # columns that a terminal has room for


def check(drafts: Sequence[Path], *, previous: Path | None, to: Path | None, form: Format, today: date) -> int:
    """Print what is wrong with each draft, or write it to a file. Returns 1 when one has errors or cannot be read.

    Args:
        drafts: Files, or folders whose reports are all taken.
        previous: Last year's report, or a folder of last year's reports, matched by organ and year.
        to: A ``.html``, ``.docx`` or ``.xlsx`` file to write the sheet to.
        form: How to print on the screen.
        today: The day of the check, for the statutory deadline.

    Raises:
        WrongUsage: an unknown ending of ``to``, or no file in what was given.
    """
    if to is not None and to.suffix.lower() not in WRITERS:
        raise WrongUsage(f"{to}: a sheet is written as {', '.join(WRITERS)}")
    demand_folder_of(to)
    for draft in drafts:
        if not draft.exists():
            raise WrongUsage(f"{draft}: there is no such file")
    files = [file for draft in drafts for file in _reports_in(draft)]
    if not files:
        raise WrongUsage(f"no report in {', '.join(map(str, drafts))}")
    before = [(file, reading) for file in _reports_in(previous) if (reading := _read(file))] if previous else []
    entries = [_entry(file, before, today) for file in files]
    if to is not None:
        data = WRITERS[to.suffix.lower()](entries, today)
        replace_atomically(to, lambda path: path.write_bytes(data))
        err.print(f"written to {to}", markup=False)
    _print(entries, form, today)
    return 1 if any(entry.verdict == "error" for entry in entries) else 0


def _reports_in(place: Path) -> Iterator[Path]:
    if place.is_dir():
        endings = {f".{ending}" for carrier in CARRIERS for ending in carrier.extensions if carrier.extractor}
        yield from sorted(
            file
            for file in place.rglob("*")
            if file.suffix.lower() in endings and not file.name.startswith(("~$", ".")) and file.is_file()
        )
    else:
        yield place


def _entry(file: Path, before: Sequence[tuple[Path, ReportReading]], today: date) -> Entry:
    try:
        draft = read_report(document_bytes(file), name=file.name)
    except OSError as error:
        too_large = f"文件大于 {MAX_BYTES >> 20} MB"
        return Entry(str(file), problem=too_large if error.errno == errno.EFBIG else f"无法打开（{error.strerror}）")
    reading = draft.reading
    entry = Entry(str(file), reading.agency_name, reading.report_year, reading.title)
    problem = problem_in_chinese(draft.problem) if draft.problem else None
    if problem and not any(draft.frames[name].height for name in FACTS):
        return replace(entry, problem=problem)
    match = _year_before(draft, before)
    findings = check_draft(draft, match[1] if match else None, today=today)
    return replace(entry, findings=findings, unread=problem, previous=str(match[0]) if match else None)


def _year_before(
    draft: ReportReading, before: Sequence[tuple[Path, ReportReading]]
) -> tuple[Path, ReportReading] | None:
    """The report of the same organ and the year before; the only one given is taken at its word."""
    year, agency = draft.reading.report_year, draft.reading.agency_name
    same = [
        entry
        for entry in before
        if year is not None and entry[1].reading.report_year == year - 1 and entry[1].reading.agency_name == agency
    ]
    return same[0] if same else before[0] if len(before) == 1 else None


def _read(file: Path) -> ReportReading | None:
    try:
        reading = read_report(document_bytes(file), name=file.name)
    except OSError as error:
        raise WrongUsage(f"{file}: {error.strerror}") from error
    return reading if any(reading.frames[name].height for name in FACTS) else None


def _print(entries: Sequence[Entry], form: Format, today: date) -> None:
    if form is Format.JSON:
        print_json([
            {"file": e.file, "agency_name": e.agency, "report_year": e.year, "verdict": e.verdict, "problem": e.problem,
             "previous": e.previous, "findings": list(e.findings)} for e in entries
        ])  # fmt: skip
        return
    if form is Format.CSV:
        cells = [(e.file, e.agency, e.year, *row) for e in entries for row in e.rows()]
        write_csv(sys.stdout, ("文件", "机关", "年度", *COLUMNS), cells)
        return
    out.print(Text(TITLE, style="bold"))
    out.print(heading(entries, today), markup=False)
    for entry in entries:
        sys.stdout.flush()
        out.print()
        out.print(Text(clean(entry.title or entry.file), style="bold"))
        out.print(Text(clean(entry.file), style="dim"))
        out.print(Text(f"结论：{clean(entry.verdict_zh)}（{entry.counts_zh}）", style=_STYLES[entry.verdict]))
        if entry.rows():
            names = [COLUMNS[column] for column in _SHORT]
            rows = [[row[column] for column in _SHORT] for row in entry.rows()]
            out.print(table(pl.DataFrame(rows, schema=dict.fromkeys(names, pl.String), orient="row")))
