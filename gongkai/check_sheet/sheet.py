"""What a sheet says, whatever it is written as: one entry a draft, one row a finding, all in Chinese."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from pipelines.self_check.draft_checks import ORDER, verdict
from schemas.rules import number_text, rules

TITLE = "政府信息公开工作年度报告 发布前自查表"
SEVERITIES = {"error": "须改正", "warning": "请核对", "info": "提示"}
VERDICTS = {"error": "不宜发布：有须改正的问题", "warning": "请核对后发布", "passed": "未发现问题"}
TABLES = {
    "proactive_disclosure": "表二 主动公开",
    "applications": "表三 依申请公开",
    "disputes": "表四 复议诉讼",
    "legacy_statistics": "2014-2018 年附表",
}
_UNREAD, _PARTLY = "文件无法读取", "文件未能读全"
COLUMNS = ("序号", "程度", "项目", "位置", "问题", "印为", "应为", "建议", "依据", "出处")


@dataclass(frozen=True)
class Entry:
    """One draft: what it is, and what was found in it.

    Attributes:
        problem: why it could not be read; then nothing else is known of it.
        unread: why a part of it could not be read, although figures were.
    """

    file: str
    agency: str | None = None
    year: int | None = None
    title: str | None = None
    previous: str | None = None
    findings: Sequence[Mapping[str, Any]] = ()
    problem: str | None = None
    unread: str | None = None

    @property
    def verdict(self) -> str:
        return "error" if self.problem or self.unread else verdict(list(map(dict, self.findings)))

    @property
    def verdict_zh(self) -> str:
        return "无法读取，未能自查" if self.problem else VERDICTS[self.verdict]

    @property
    def counts_zh(self) -> str:
        grades = self.grades()
        counts = {grade: grades.count(grade) for grade in ORDER}
        return "，".join(f"{SEVERITIES[grade]} {count} 处" for grade, count in counts.items() if count) or "无"

    def grades(self) -> list[str]:
        """Severity of each row, as keys of ``SEVERITIES``."""
        told = ["error" for text in (self.problem, self.unread) if text]
        return told + [str(finding["severity"]) for finding in self.findings]

    def rows(self) -> list[tuple[str, ...]]:
        """What could not be read, then the findings, as rows of ``COLUMNS``."""
        told = [_told(name, text) for name, text in ((_UNREAD, self.problem), (_PARTLY, self.unread)) if text]
        return [(str(number), *row) for number, row in enumerate([*told, *map(_row, self.findings)], start=1)]


def heading(entries: Sequence[Entry], today: date) -> str:
    """The line under the title: how many drafts, how many with faults, when."""
    wrong = sum(entry.verdict == "error" for entry in entries)
    doubtful = sum(entry.verdict == "warning" for entry in entries)
    return f"共 {len(entries)} 份，须改正 {wrong} 份，请核对 {doubtful} 份；自查日期 {today.isoformat()}"


def _told(name: str, text: str) -> tuple[str, ...]:
    return (SEVERITIES["error"], name, "", text, "", "", "", "", "")


def _row(finding: Mapping[str, Any]) -> tuple[str, ...]:
    place, _, problem = str(finding["message_zh"]).partition("：")
    if not problem:
        place, problem = "", str(finding["message_zh"])
    return (
        SEVERITIES[finding["severity"]],
        finding.get("label_zh") or rules()[finding["rule"]].label_zh,
        "".join((TABLES.get(finding["table_name"] or "", ""), " ", place)).strip(),
        problem,
        number_text(finding["printed"]),
        number_text(finding["expected"]),
        number_text(finding["suggested_value"]),
        rules()[finding["rule"]].reference or "",
        finding["evidence"] or "",
    )
