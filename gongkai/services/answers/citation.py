"""`gongkai cite`: how a report, or one of its figures, is cited in Chinese, with everything needed to check it."""

import sys
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from assets.runtime.workspace import published
from gongkai.errors import WrongUsage
from gongkai.printing import clean, print_json
from pipelines.crawl.archive.captures import Capture, captures_of
from pipelines.home import Home
from pipelines.warehouse.queries.cell_lookup import find_cell, find_report
from schemas.report_ids import is_report_id
from schemas.rules import number_text
from schemas.settings import Settings
from schemas.tables import TABLES
from schemas.vocabulary import HowRead, ValueStatus

_BEIJING = ZoneInfo("Asia/Shanghai")
_NOT_A_NUMBER = {
    ValueStatus.BLANK: "空白", ValueStatus.NONE_MARK: "印为“{raw}”（无数字）", ValueStatus.UNREADABLE: "未能读出",
}  # fmt: skip


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
    return {"text": _text(cited), **cited}


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


def _text(cited: Mapping[str, Any]) -> str:
    """The order of GB/T 7714: organ, title, dates, address; then what proves it."""
    title = cited["title"] or "政府信息公开工作年度报告（原文无标题）"
    year = f"报告年度 {cited['report_year']}" if cited["report_year"] else "报告年度不详"
    published_on = f"({cited['published_date']})" if cited["published_date"] else ""
    digest = f"存档 SHA-256 {cited['archive_sha256']}" if cited["archive_sha256"] else "无存档摘要"
    head = f"{cited['agency_name'] or '机关不详'}. {title}[EB/OL]. {year}. {published_on}[{cited['seen_date']}]."
    parts = [f"{head} {cited['document_url']} ", digest]
    if cited["cell"] is not None:
        parts.append(_cell_text(cited["cell"]))
    return "；".join(parts) + "。"


def _cell_text(cell: Mapping[str, Any]) -> str:
    label = cell["label_zh"] or " / ".join(cell["keys"].values())
    status = ValueStatus(cell["value_status"])
    if status is ValueStatus.REPORTED:
        printed = f"{number_text(cell['value'])} {cell['unit'] or ''}".rstrip() + f"（原文“{cell['raw_text']}”）"
    else:
        printed = _NOT_A_NUMBER[status].format(raw=cell["raw_text"])
    recognised = "，由图片识别" if cell["reading"] == HowRead.RECOGNISED else ""
    table = TABLES[cell["table_name"]].label_zh
    return f"“{table}”表“{label}”：{printed}{recognised}，位置 {cell['evidence']}"


def _beijing_date(moment: datetime) -> str:
    return moment.astimezone(_BEIJING).date().isoformat()
