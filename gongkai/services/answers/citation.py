"""`gongkai cite`: how a report, or one of its figures, is cited in Chinese, with everything needed to check it."""

import sys
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from assets.runtime.workspace import published
from gongkai.citation_text import citation_text
from gongkai.errors import WrongUsage
from gongkai.printing import clean, print_json
from pipelines.crawl.archive.captures import Capture, captures_of
from pipelines.home import Home
from pipelines.warehouse.queries.cell_lookup import find_cell, find_report
from schemas.report_ids import is_report_id
from schemas.settings import Settings

_BEIJING = ZoneInfo("Asia/Shanghai")


def cite(settings: Settings, report_id: str, words: Sequence[str], *, as_json: bool) -> None:
    """Print the citation of a report, or of one cell, in one line.

    Raises:
        WarehouseMissing: nothing has been published yet.
        CellNotFound: no such report or cell.
    """
    cited = citation(published(settings, with_log=True), demand_report_id(report_id), words)
    if as_json:
        print_json(cited)
    else:
        sys.stdout.write(clean(cited["text"]) + "\n")


def demand_report_id(text: str) -> str:
    """``text`` as an id of a report. Raises WrongUsage where it cannot be one."""
    if not is_report_id(text):
        shape = "sixteen hex digits, as in reports.report_id (-2 behind them: the second report of one document)"
        raise WrongUsage(f"'{text}' is no report id: {shape}")
    return text


def citation(home: Home, report_id: str, words: Sequence[str] = ()) -> dict[str, Any]:
    """Everything a citation says, by name, and the line itself under ``text``.

    ``archive_sha256`` is the digest of the archived document that holds the figures; None where the fetch log is not here.
    """
    report = find_report(home, report_id)
    cell = find_cell(home, report, words) if words else None
    capture = current_capture(home, report)
    held = document_of(capture, report["document_url"]) if capture else None
    cited: dict[str, Any] = {
        "report_id": report_id, "version": report["version"], "agency_name": report["agency_name"],
        "report_year": report["report_year"], "title": report["title"], "published_date": report["published_date"],
        "url": report["url"], "document_url": report["document_url"],
        "seen_at": report["first_fetched_at"], "seen_date": _beijing_date(report["first_fetched_at"]),
        "archive_sha256": held[1] if held else None, "cell": cell,
    }  # fmt: skip
    return {"text": citation_text(cited), **cited}


def current_capture(home: Home, report: Mapping[str, Any]) -> Capture | None:
    """The archived copy that the current version was read from; None where the fetch log does not have it."""
    return capture_seen_at(captures_of(home, report["province"], report["report_id"]), report["first_fetched_at"])


def capture_seen_at(held: Sequence[Capture], moment: datetime) -> Capture | None:
    """The capture that brought a version: both carry the moment it was first fetched."""
    return next((capture for capture in held if capture.first_fetched_at == moment), None)


def document_of(capture: Capture, document_url: str) -> tuple[str, str]:
    """Address and digest of the archived document behind ``document_url``: the page, or a file attached to it.

    A file in a package is named behind ``#``: what is archived is the package.
    """
    for file in capture.attachments:
        if document_url == file.url or document_url.startswith(f"{file.url}#"):
            return file.url, file.payload_digest
    return capture.url, capture.page_digest or capture.payload_digest


def _beijing_date(moment: datetime) -> str:
    return moment.astimezone(_BEIJING).date().isoformat()
