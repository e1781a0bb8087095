"""How a report, or one of its figures, is cited in Chinese: the one sentence of `gongkai cite` and of the report page."""

from collections.abc import Mapping
from typing import Any

from schemas.rules import number_text
from schemas.tables import TABLES
from schemas.vocabulary import HowRead, ValueStatus

_NOT_A_NUMBER = {
    ValueStatus.BLANK: "空白", ValueStatus.NONE_MARK: "印为“{raw}”（无数字）", ValueStatus.UNREADABLE: "未能读出",
}  # fmt: skip


def citation_text(cited: Mapping[str, Any]) -> str:
    """The order of GB/T 7714: organ, title, dates, address; then what proves it.

    Args:
        cited: ``agency_name``, ``title``, ``report_year``, ``published_date``, ``seen_date``, ``document_url``,
            ``archive_sha256``, and ``cell`` (None: the report as a whole).
    """
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
