# ruff: noqa: E501 - a table of words: CJK counts double in the line length
"""Figures that a report prints in sentences. Never a cell, never beside cells in one table."""

import pandera.polars as pa
import polars as pl

from schemas.narrative import indicator_labels
from schemas.tables.base import REPORT_ID, Amount, Table, column
from schemas.vocabulary import HowSure


class NarrativeStatistics(pa.DataFrameModel):
    """Figures of the prose of reports without statutory tables."""

    report_id: pl.String = column(
        "报告编号", "Report the figure is printed in.", "数字所在报告的编号。", pattern=REPORT_ID, references="reports.report_id"
    )  # fmt: skip
    version: pl.Int64 = column(
        "版本号", "Version of the report; here the current one.", "报告版本；主表只收录当前版本。", minimum=1
    )
    indicator: pl.String = column(
        "文字指标", "What the sentence counts. The keys resemble those of legacy_statistics; the definitions are the report's own.",
        "语句所述的指标。键名与 legacy_statistics 相近，口径由各报告自定。", allowed=list(indicator_labels()), enum="narrative_indicator",
        warning="requests.accepted (受理) is not requests.received (收到); completed (办结) is not replied to (答复).",
        warning_zh="受理数不是收到数，办结数不是答复数，不可互相代替。",
    )  # fmt: skip
    value: Amount = column(
        "数值", "The number as the sentence prints it, Chinese numerals read; 0 also where it says 未收到 (stated_none).",
        "语句所印数字（中文数字已换算）；明言“未收到”者为 0，confidence 记为 stated_none。", unit="见 unit 列", minimum=0,
    )  # fmt: skip
    unit: pl.String = column(
        "计量单位", "Unit as the sentence prints it; money is not converted: 元 and 万元 both occur.",
        "语句所印计量单位；金额不换算，元与万元并存。",
        warning="never sum money over reports without regard to unit.", warning_zh="金额求和前须先按 unit 区分。",
    )  # fmt: skip
    sentence: pl.String = column("语句", "The whole sentence as printed.", "语句原文。")
    section_no: pl.Int64 = column(
        "部分序号", "Section that the sentence stands in, as in sections.", "语句所在部分，同 sections。", minimum=0, maximum=20,
    )  # fmt: skip
    evidence: pl.String = column(
        "出处", "Where in the source the sentence begins: paragraph or line.", "语句在原文中的起始位置：段落或文本行。"
    )
    confidence: pl.String = column(
        "把握程度", "explicit: one clause prints subject, number and unit; in_context: words before it complete the subject (其中当面申请3件); "
        "stated_none: it says 未收到 and prints no number.",
        "explicit 同一分句印出主体、数字和单位；in_context 主体由前文补足（如“其中当面申请3件”）；stated_none 明言“未收到”，未印数字。",
        allowed=[how.value for how in HowSure], enum="narrative_confidence",
    )  # fmt: skip
    raw_text: pl.String = column(
        "数字原文", "Number and unit, or the words that say there was none.", "数字与单位原文，或表示没有的语句。"
    )

    class Config:
        strict = True
        unique = ("report_id", "version", "indicator")


NARRATIVE_STATISTICS = Table(
    "narrative_statistics", NarrativeStatistics, "报告文字中的统计数字",
    "One row per indicator that the sentences of a report state once and without contradiction.",
    "每行为报告文字明确、无矛盾地陈述的一个指标。",
    "Figures from the prose of reports that have no statutory tables (report years up to 2018, or narrative only).",
    "无法定统计表的报告（2018 年及以前，或仅有文字）正文中的数字。",
    key=("report_id", "version", "indicator"), staged=True,
    warnings=(
        "these are no cells: never union, join or compare them with applications, disputes, proactive_disclosure, legacy_statistics or "
        "their marts; every report counts by definitions of its own.",
        "an indicator that is absent was not read; it is not 0.",
    ),
    warnings_zh=(
        "非表格单元格：不可与 applications、disputes、proactive_disclosure、legacy_statistics 及各数据集市合并、连接或比较；各报告口径自定。",
        "没有的指标表示未读取，不是 0。",
    ),
)  # fmt: skip
