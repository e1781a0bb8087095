"""`gongkai parse` and `gongkai import`: reports from disk."""

import sys
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from rich.text import Text

from assets.runtime.workspace import workspace
from gongkai.printing import Format, clean, counted, err, grid, out, print_indented, print_json
from gongkai.services.reports.document_bytes import document_bytes
from gongkai.values import write_csv
from pipelines.crawl.crawl import import_file
from pipelines.crawl.registry.source_files import load_sources
from pipelines.read.reader import read_report
from schemas.errors import GongkaiError
from schemas.forms.catalogue import BESIDE, KEY_COLUMNS
from schemas.settings import Settings
from schemas.tables import FACTS

_COLUMNS = (
    "file",
    "table",
    "cell",
    "value",
    "status",
    "printed",
    "evidence",
    "rule",
    "expected",
    "suggested_value",
    "message",
)
"""Of the CSV: cells and findings in one."""


class Unreadable(GongkaiError):
    """A file that cannot be taken as a report."""


class ProvinceUnknown(GongkaiError):
    """An address that no source covers, without a province given."""


def parse(files: Sequence[Path], *, url: str | None, form: Format) -> int:
    """Print what is read from each file. Returns 1 when one of them is no readable report, else 0.

    Every readable file is printed even when another is not.
    """
    contracts: list[tuple[Path, Mapping[str, Any]]] = []
    failed = False
    for file in files:
        try:
            contracts.append((file, _contract(file, url)))
        except Unreadable as problem:
            sys.stderr.write(f"error: {clean(problem)}\n")
            failed = True
    if form is Format.JSON and contracts:
        whole = [contract for _, contract in contracts]
        print_json(whole[0] if len(files) == 1 else whole)
    elif form is Format.CSV and contracts:
        rows = (row for file, contract in contracts for row in (*_cells(contract, file), *_findings(contract, file)))
        write_csv(sys.stdout, _COLUMNS, ([row.get(name) for name in _COLUMNS] for row in rows))
    else:
        for file, contract in contracts:
            _print_report(file, contract)
    return 1 if failed else 0


def _contract(file: Path, url: str | None) -> Mapping[str, Any]:
    try:
        data = document_bytes(file)
    except OSError as error:
        raise Unreadable(f"{file}: {error.strerror}") from error
    if not data.strip():
        raise Unreadable(f"{file}: the file is empty")
    reading = read_report(data, url=url, name=file.name)
    contract: Mapping[str, Any] = reading.to_contract()
    if reading.problem and not any(contract[name] for name in FACTS):
        raise Unreadable(f"{file}: {reading.problem}")
    return contract


def _cells(contract: Mapping[str, Any], file: Path) -> list[dict[str, Any]]:
    """All cells of a report: where a cell stands is one column, ``cell``."""
    return [
        {
            "file": str(file), "table": name, "cell": " / ".join(str(row[key]) for key in KEY_COLUMNS[name]),
            "value": row["value"], "status": row["value_status"], "printed": row["raw_text"], "evidence": row["evidence"],
        }
        for name in FACTS
        for row in _rows(contract, name)
    ]  # fmt: skip


def _findings(contract: Mapping[str, Any], file: Path) -> list[dict[str, Any]]:
    """All findings in the columns of the cells: the table is ``findings``, the status is the severity."""
    return [
        {
            "file": str(file), "table": "findings", "cell": _place(finding), "status": finding["severity"],
            **{name: finding.get(name) for name in ("printed", "evidence", "rule", "expected", "suggested_value", "message")},
        }
        for finding in contract["findings"]
    ]  # fmt: skip


def _place(finding: Mapping[str, Any]) -> str:
    """Which cell a finding is about, as far as it is about one."""
    keys = ("table_name", "item", "metric", "line", "applicant", "procedure", "outcome")
    return " / ".join(str(finding[key]) for key in keys if finding.get(key))


def _rows(contract: Mapping[str, Any], name: str) -> Iterator[Mapping[str, Any]]:
    """The rows of a fact table: the contract keeps those beside an annex's own columns by column."""
    if name not in BESIDE.values():
        yield from contract[name]
        return
    for column, rows in contract[name].items():
        yield from ({**row, KEY_COLUMNS[name][-1]: column} for row in rows)


def _print_report(file: Path, contract: Mapping[str, Any]) -> None:
    """The head, then what contradicts what, then the cells: two hundred rows would hide what stands below them."""
    report = contract["report"]
    out.print(Text(clean(report.get("title") or file.name), style="bold"))
    facts = [f"{key}: {clean(value)}" for key, value in report.items() if value is not None and key != "title"]
    out.print(Text("  ".join(facts), style="dim"))
    cells, findings = _cells(contract, file), _findings(contract, file)
    for finding in findings:
        out.print(
            Text.assemble(
                (f"{finding['status']} ", "bold red"), (f"{finding['rule']}  ", "bold"), clean(finding["cell"])
            )
        )
        print_indented(2, finding["message"])
        if finding["evidence"]:
            out.print(Text(f"  {clean(finding['evidence'])}", style="dim"), soft_wrap=True)
    if cells:
        names = ("table", "cell", "value", "status", "printed", "evidence")
        out.print(grid(names, [[row.get(name) for name in names] for row in cells], numbers=[names.index("value")]))
    out.print(f"{counted(len(cells), 'cell')}, {counted(len(findings), 'finding')}")


def import_files(settings: Settings, files: Sequence[Path], *, url: str, province: str | None) -> None:
    """Archive hand-delivered reports under ``url``.

    Raises:
        Unreadable: a file is missing, empty, or more than one is given for one address.
        ProvinceUnknown: no source covers the host of ``url`` and no province was given.
    """
    if len(files) > 1:
        raise Unreadable("one address holds one report: import one file at a time")
    file = files[0]
    _contract(file, url)  # a page that is no report is refused before it is archived
    with workspace(settings, "gongkai import") as work:
        where = province or _province_of(settings, url)
        record = import_file(work.home, file, url, province=where, now=datetime.now(UTC))
        work.save()
    err.print(
        f"archived {file} as report {record.report_id}; gongkai rebuild brings it into the warehouse", markup=False
    )


def _province_of(settings: Settings, url: str) -> str:
    host = urlsplit(url).hostname
    found = {source.province for source in load_sources(settings.sources) if urlsplit(source.url).hostname == host}
    if len(found) != 1:
        raise ProvinceUnknown(f"no source tells the province of {host}; give --province")
    return found.pop()
