# ruff: noqa: E501 - a table of words: CJK counts double in the line length
"""What happened to reports: changed cells, findings, quarantined rows."""

from typing import Any

import pandera.polars as pa
import polars as pl

from schemas.forms.catalogue import beside_columns
from schemas.tables.base import REPORT_ID, SNAKE_CASE, Amount, Sum, Table, Utc, column
from schemas.tables.keys import APPLICANTS, ARTICLES, ITEMS, LINES, METRICS, OUTCOMES, PROCEDURES
from schemas.vocabulary import Severity, TableName, ValueStatus

_STATUSES = [s.value for s in ValueStatus]


def _key(label_zh: str, allowed: tuple[str, ...], enum: str) -> Any:
    return column(
        label_zh, f"Key of the cell, where its table has {enum}.", "单元格的键（该表有此键时）。", nullable=True, allowed=allowed,
        enum=enum,
    )  # fmt: skip


def _side(label_zh: str, en: str, zh: str, **kind: Any) -> Any:
    return column(label_zh, en, zh, nullable=True, **kind)


class CellChanges(pa.DataFrameModel):
    """A cell that differs between two consecutive versions of a report."""

    report_id: pl.String = column(
        "报告编号", "Report that was edited.", "被修改的报告。", pattern=REPORT_ID, references="reports.report_id"
    )
    version: pl.Int64 = column("新版本号", "Version that brought the change.", "产生变化的版本。", minimum=2)
    previous_version: pl.Int64 = column("旧版本号", "Version before it.", "前一版本。", minimum=1)
    first_seen_at: Utc = column(
        "首次见到时间", "When the new version was first fetched, UTC: the edit happened between the two fetches.",
        "首次抓到新版本的时间（UTC）；修改发生在两次抓取之间。",
    )  # fmt: skip
    table_name: pl.String = column(
        "表名",
        "Fact table of the cell.",
        "单元格所在的事实表。",
        allowed=[t.value for t in TableName],
        enum="fact_table",
    )
    article: pl.String = _key("条例条款", ARTICLES, "article")
    item: pl.String = _key("信息内容", ITEMS, "item")
    metric: pl.String = _key("统计项", METRICS, "metric")
    line: pl.String = _key("申请处理情况", LINES, "line")
    applicant: pl.String = _key("申请人情况", APPLICANTS, "applicant")
    procedure: pl.String = _key("救济程序", PROCEDURES, "procedure")
    outcome: pl.String = _key("结果", OUTCOMES, "outcome")
    indicator: pl.String = column("统计指标", "Key of the cell in the legacy annex.", "旧附表的键。", nullable=True)
    annex_column: pl.String = _key("附表列", beside_columns("legacy_statistics"), "annex_column")
    change: pl.String = column(
        "变化类型", "changed: the cell stands in both versions; added or removed: in one only.",
        "changed 两版均有而不同；added 新增；removed 删除。", allowed=["changed", "added", "removed"], enum="cell_change",
    )  # fmt: skip
    old_value: Amount = _side("旧数值", "Value before.", "修改前数值。", unit="见表")
    new_value: Amount = _side("新数值", "Value after.", "修改后数值。", unit="见表")
    old_raw_text: pl.String = _side("旧原文", "Printed text before.", "修改前原文。")
    new_raw_text: pl.String = _side("新原文", "Printed text after.", "修改后原文。")
    old_status: pl.String = _side("旧状态", "Status before.", "修改前状态。", allowed=_STATUSES, enum="value_status")
    new_status: pl.String = _side("新状态", "Status after.", "修改后状态。", allowed=_STATUSES, enum="value_status")
    old_evidence: pl.String = _side("旧出处", "Where the cell stood before.", "修改前的位置。")
    new_evidence: pl.String = _side("新出处", "Where the cell stands after.", "修改后的位置。")

    class Config:
        strict = True


class Findings(pa.DataFrameModel):
    """A contradiction or a defect, with both sides."""

    finding_id: pl.String = column(
        "发现编号", "Hash of report, version, rule and place: the same finding keeps its id.", "由报告、版本、规则与位置生成的稳定编号。",
        pattern=REPORT_ID, unique=True,
    )  # fmt: skip
    report_id: pl.String = column(
        "报告编号", "Report it is about.", "所涉报告。", pattern=REPORT_ID, references="reports.report_id"
    )
    version: pl.Int64 = column(
        "版本号", "Version it is about; here the current one.", "所涉版本；此处为当前版本。", minimum=1
    )
    rule: pl.String = column("规则", "Rule that fired; see rules.", "触发的规则，见 rules。", pattern=SNAKE_CASE)
    severity: pl.String = column(
        "严重程度", "error: a contradiction; warning: suspicious or not read; info: worth knowing.",
        "error 矛盾；warning 可疑或未读出；info 供参考。", allowed=[s.value for s in Severity], enum="severity",
    )  # fmt: skip
    table_name: pl.String = column("表名", "Table it is about.", "所涉的表。", nullable=True)
    line: pl.String = _side("申请处理情况", "Line of table three.", "表三的行。")
    applicant: pl.String = _side("申请人情况", "Applicant column of table three.", "表三的列。")
    procedure: pl.String = _side("救济程序", "Procedure of table four.", "表四的程序。")
    outcome: pl.String = _side("结果", "Outcome of table four.", "表四的结果。")
    item: pl.String = _side("信息内容", "Item of table two.", "表二的行。")
    metric: pl.String = _side("统计项", "Metric of table two.", "表二的列。")
    expected: Sum = _side("应为", "What the other side of the identity gives.", "按勾稽关系应得的数。", unit="见表")
    printed: Sum = _side("印为", "What the report prints.", "报告印出的数。", unit="见表")
    suggested_value: Sum = _side(
        "建议值", "The single-cell explanation, where there is exactly one. A suggestion: never written into value.",
        "唯一可解释的单格更正建议；仅为建议，不写入 value。", unit="见表",
    )  # fmt: skip
    message: pl.String = column("说明（英文）", "One sentence in English.", "一句英文说明。")
    message_zh: pl.String = column("说明", "One sentence in Chinese.", "一句中文说明。", nullable=True)
    evidence: pl.String = column("出处", "Where the printed side stands.", "印出一侧的位置。", nullable=True)
    other_report_id: pl.String = _side(
        "对照报告编号", "The other report, where two are compared.", "两份报告比较时的另一份。", pattern=REPORT_ID,
        references="reports.report_id",
    )  # fmt: skip
    other_evidence: pl.String = _side("对照出处", "Where the other side stands.", "另一侧的位置。")

    class Config:
        strict = True


class Quarantine(pa.DataFrameModel):
    """A row that failed its schema."""

    table_name: pl.String = column("表名", "Table the row was meant for.", "该行原应写入的表。")
    province: pl.String = column("省份分区", "Partition it came in.", "所在省份分区。")
    report_id: pl.String = column("报告编号", "Report it came from, as written.", "来源报告（原样）。", nullable=True)
    version: pl.Int64 = column("版本号", "Version it came from.", "来源版本。", nullable=True)
    reason: pl.String = column("原因", "Column and check that failed.", "未通过的列与检查。")
    row_json: pl.String = column("原行", "The row as JSON.", "该行的 JSON。")

    class Config:
        strict = True


CELL_CHANGES = Table(
    "history.cell_changes", CellChanges, "单元格变更", "One row per cell that differs between two versions.",
    "每行为两个版本间不同的一个单元格。", "What a government changed after publication.", "政府在公布之后修改了什么。",
    key=("report_id", "version", "table_name", "article", "item", "metric", "line", "applicant", "procedure", "outcome",
         "indicator", "annex_column"),
)  # fmt: skip

FINDINGS = Table(
    "quality.findings", Findings, "校验发现", "One row per contradiction or defect.", "每行为一处矛盾或缺陷。",
    "What a report prints against what its own figures, its neighbours or the form require.",
    "报告印出的数字与其自身、相邻年度或格式要求之间的不一致。", key=("finding_id",), staged=True,
    warnings=("a finding is about the report as printed: value in the fact tables is never changed by it.",),
    warnings_zh=("发现针对原样印出的报告，事实表的 value 不因此改动。",),
)  # fmt: skip

QUARANTINE = Table(
    "quality.quarantine", Quarantine, "隔离区", "One row per rejected row.", "每行为一条未通过校验的数据。",
    "Rows that failed their schema, with the reason; they are not in the fact tables.", "未通过表结构校验的行及原因；不进入事实表。",
    key=(),
)  # fmt: skip
