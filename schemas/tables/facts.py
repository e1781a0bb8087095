"""The cells of the three statutory tables and of the annexes of 2004-2018. One row is one printed cell."""

import pandera.polars as pa
import polars as pl

from schemas.forms.catalogue import beside_columns
from schemas.tables.base import REPORT_ID, SNAKE_CASE, Amount, Table, column
from schemas.tables.fact_columns import (
    COUNT,
    confidence_column,
    corrected_value_column,
    evidence_column,
    is_total_column,
    raw_text_column,
    reading_column,
    value_column,
    value_status_column,
)
from schemas.tables.keys import APPLICANTS, ARTICLES, ITEMS, LINES, METRICS, OUTCOMES, PROCEDURES


class _Cell(pa.DataFrameModel):
    """The keys every fact begins with."""

    report_id: pl.String = column(
        "报告编号", "Report document the cell is printed in.", "该单元格所在的报告文档。",
        pattern=REPORT_ID, references="reports.report_id",
    )  # fmt: skip
    version: pl.Int64 = column(
        "版本号", "Version of the report, 1 = first seen; the main tables hold the current version.",
        "报告版本，1 为首次见到的版本；主表只收录当前版本。", minimum=1,
    )  # fmt: skip


class ProactiveDisclosure(_Cell):
    """Table two: 主动公开政府信息情况 (《条例》第二十条)."""

    article: pl.String = column(
        "条例条款", "Item of article 20 of the Regulation that the row is printed under.", "《条例》第二十条第几项。",
        allowed=ARTICLES, enum="article",
    )  # fmt: skip
    item: pl.String = column(
        "信息内容", "Row of table two: what is disclosed.", "表二的行：公开的内容。", allowed=ITEMS, enum="item"
    )
    metric: pl.String = column(
        "统计项", "Column of table two: what is counted. The 2019 and the 2021 form count different things.",
        "表二的列：统计什么。2019 与 2021 两版格式的统计项不同。", allowed=METRICS, enum="metric",
        warning="published_total (2019 form) is not in_force (2021 form); items_change is not fee_amount. Never join them.",
        warning_zh="对外公开总数量（2019 版）不是现行有效件数（2021 版）；项目增减不是收费金额，不可混用。",
    )  # fmt: skip
    value: Amount = value_column(unit="见 unit 列", nullable=True)
    unit: pl.String = column(
        "计量单位", "Unit of value: 件, 项, 个 or 万元 (money is stored in 万元 whatever the cell prints).",
        "数值的单位：件、项、个或万元（金额一律存为万元，原文见 raw_text）。", nullable=True,
    )  # fmt: skip
    raw_text: pl.String = raw_text_column()
    value_status: pl.String = value_status_column()
    evidence: pl.String = evidence_column()
    is_total: pl.Boolean = is_total_column()
    corrected_value: Amount = corrected_value_column(unit="见 unit 列", nullable=True)
    reading: pl.String = reading_column()
    confidence: pl.Float64 = confidence_column()

    class Config:
        strict = True
        unique = ("report_id", "version", "article", "item", "metric")


class Applications(_Cell):
    """Table three: 收到和处理政府信息公开申请情况."""

    line: pl.String = column(
        "申请处理情况", "Row of table three: received, carried in, each result, processed total, carried out.",
        "表三的行：新收、结转、各类办理结果、总计、结转下年。", allowed=LINES, enum="line",
        warning="other (2019 form) equals other_correction_overdue + other_fee_overdue + other_misc (2021 form).",
        warning_zh="other（2019 版一行）对应 2021 版 other_correction_overdue、other_fee_overdue、other_misc 三行之和。",
    )  # fmt: skip
    applicant: pl.String = column(
        "申请人情况", "Column of table three: kind of applicant, or total.", "表三的列：申请人类型，或总计。",
        allowed=APPLICANTS, enum="applicant",
        warning="do not sum over applicant: total is a row. Use applicant = 'total', or WHERE NOT is_total.",
        warning_zh="不要直接对 applicant 求和：total 是其中一行。请用 applicant = 'total' 或 WHERE NOT is_total。",
    )  # fmt: skip
    value: pl.Int64 = value_column(**COUNT)
    raw_text: pl.String = raw_text_column()
    value_status: pl.String = value_status_column()
    evidence: pl.String = evidence_column()
    is_total: pl.Boolean = is_total_column()
    corrected_value: pl.Int64 = corrected_value_column(**COUNT)
    reading: pl.String = reading_column()
    confidence: pl.Float64 = confidence_column()

    class Config:
        strict = True
        unique = ("report_id", "version", "line", "applicant")


class Disputes(_Cell):
    """Table four: 政府信息公开行政复议、行政诉讼情况."""

    procedure: pl.String = column(
        "救济程序", "review: 行政复议; litigation_direct: 未经复议直接起诉; litigation_after_review: 复议后起诉.",
        "行政复议、未经复议直接起诉、复议后起诉。", allowed=PROCEDURES, enum="procedure",
        warning="a case of litigation_after_review was a review case before: for remedies sought, use review + "
        "litigation_direct.",
        warning_zh="复议后起诉的案件此前已计入行政复议；计算救济总量请用 review + litigation_direct。",
    )  # fmt: skip
    outcome: pl.String = column(
        "结果", "Column of table four under the procedure: upheld, corrected, other, pending, total.",
        "表四该程序下的列：结果维持、结果纠正、其他结果、尚未审结、总计。", allowed=OUTCOMES, enum="outcome",
        warning="do not sum over outcome: total is a row.", warning_zh="不要直接对 outcome 求和：total 是其中一行。",
    )  # fmt: skip
    value: pl.Int64 = value_column(**COUNT)
    raw_text: pl.String = raw_text_column()
    value_status: pl.String = value_status_column()
    evidence: pl.String = evidence_column()
    is_total: pl.Boolean = is_total_column()
    corrected_value: pl.Int64 = corrected_value_column(**COUNT)
    reading: pl.String = reading_column()
    confidence: pl.Float64 = confidence_column()

    class Config:
        strict = True
        unique = ("report_id", "version", "procedure", "outcome")


class LegacyStatistics(_Cell):
    """The annex of report years 2004-2018: 政府信息公开情况统计表 (国办发〔2014〕32号) and the local forms beside it."""

    indicator: pl.String = column(
        "统计指标", "Indicator of the annex, as a dotted path.", "附表的统计指标（点分路径）。", pattern=SNAKE_CASE,
        warning="the annexes count other things than the 2019 and 2021 tables; there is no row for carried-over requests. "
        "replies.refused_total (否决, 2008) holds every reply that grants nothing, replies.denied does not.",
        warning_zh="旧附表口径与 2019、2021 版不同，且没有结转申请一行。"
        "replies.refused_total（2008 年“否决公开”）含一切未予公开的答复，"
        "与 replies.denied（不予公开、不同意公开）不同。",
    )  # fmt: skip
    value: Amount = value_column(unit="见 unit 列", nullable=True)
    unit: pl.String = column("计量单位", "Unit of value as the annex prints it.", "附表印出的计量单位。", nullable=True)
    raw_text: pl.String = raw_text_column()
    value_status: pl.String = value_status_column()
    evidence: pl.String = evidence_column()
    is_total: pl.Boolean = is_total_column()
    corrected_value: Amount = corrected_value_column(unit="见 unit 列", nullable=True)
    reading: pl.String = reading_column()
    confidence: pl.Float64 = confidence_column()

    class Config:
        strict = True
        unique = ("report_id", "version", "indicator")


class LegacyBreakdown(_Cell):
    """What an annex prints beside the figures of its year: other spans of time, parts of the whole."""

    indicator: pl.String = column(
        "统计指标", "Indicator of the annex, as in legacy_statistics.", "附表的统计指标，同 legacy_statistics。",
        pattern=SNAKE_CASE,
    )  # fmt: skip
    annex_column: pl.String = column(
        "附表列", "Column that the figure is printed in: cumulative (历年累计), current_period (本期), previous_year (上年), "
        "government (本级政府), departments (直属部门), townships (乡镇街道), lower_governments (下级政府).",
        "数字所在的列：cumulative 历年累计；current_period 本期；previous_year 上年；government 本级政府；departments 直属部门；"
        "townships 乡镇街道；lower_governments 下级政府。",
        allowed=beside_columns("legacy_statistics"), enum="annex_column",
        warning="never add these to legacy_statistics, nor to each other: a cumulative total holds the year, "
        "a part is in the whole.",
        warning_zh="不可与 legacy_statistics 相加，各列之间也不可相加：历年累计已含本年，分项已含于合计。",
    )  # fmt: skip
    value: Amount = value_column(unit="见 unit 列", nullable=True)
    unit: pl.String = column("计量单位", "Unit of value as the annex prints it.", "附表印出的计量单位。", nullable=True)
    raw_text: pl.String = raw_text_column()
    value_status: pl.String = value_status_column()
    evidence: pl.String = evidence_column()
    is_total: pl.Boolean = is_total_column()
    corrected_value: Amount = corrected_value_column(unit="见 unit 列", nullable=True)
    reading: pl.String = reading_column()
    confidence: pl.Float64 = confidence_column()

    class Config:
        strict = True
        unique = ("report_id", "version", "indicator", "annex_column")


_TOTALS = ("totals are rows beside their parts: filter on is_total before SUM.",)
_TOTALS_ZH = ("合计与分项同为行：求和前请先按 is_total 过滤。",)

PROACTIVE_DISCLOSURE = Table(
    "proactive_disclosure", ProactiveDisclosure, "主动公开政府信息情况",
    "One row per cell of table two.", "每行为表二的一个单元格。",
    "What the agency disclosed on its own initiative under article 20.", "行政机关依《条例》第二十条主动公开的情况。",
    key=("report_id", "version", "article", "item", "metric"), staged=True,
)  # fmt: skip

APPLICATIONS = Table(
    "applications", Applications, "收到和处理政府信息公开申请情况",
    "One row per cell of table three.", "每行为表三的一个单元格。",
    "Requests received and how each was answered, by kind of applicant.", "收到的申请及办理结果，按申请人类型。",
    key=("report_id", "version", "line", "applicant"), staged=True, warnings=_TOTALS, warnings_zh=_TOTALS_ZH,
)  # fmt: skip

DISPUTES = Table(
    "disputes", Disputes, "政府信息公开行政复议、行政诉讼情况",
    "One row per cell of table four.", "每行为表四的一个单元格。",
    "How often the agency was taken to review or to court over disclosure, and with what outcome.",
    "因政府信息公开被申请行政复议、提起行政诉讼的情况及结果。",
    key=("report_id", "version", "procedure", "outcome"), staged=True, warnings=_TOTALS, warnings_zh=_TOTALS_ZH,
)  # fmt: skip

LEGACY_STATISTICS = Table(
    "legacy_statistics", LegacyStatistics, "政府信息公开情况统计表（2004—2018）",
    "One row per indicator of the annex.", "每行为附表的一个统计指标。",
    "The statistical annex of report years 2004 to 2018, national or local, where a report carries one: the figures of the "
    "year, of the whole unit that reports.",
    "2004—2018 年度报告所附统计表（全国或地方格式）：仅收录报告年度、填报单位合计的数字。",
    key=("report_id", "version", "indicator"), staged=True,
)  # fmt: skip

LEGACY_BREAKDOWN = Table(
    "legacy_breakdown", LegacyBreakdown, "统计表的其他列（历年累计、分级分类）",
    "One row per indicator and column beside the year's.", "每行为附表一个统计指标在本年合计列以外的一列。",
    "Columns of the annex that are not the year of the whole unit: cumulative totals, other periods, parts by kind of organ.",
    "附表中本年合计以外的列：历年累计、其他期间、按机关类别的分项。",
    key=("report_id", "version", "indicator", "annex_column"), staged=True,
    warnings=("no mart uses this table; its columns overlap and must not be summed.",),
    warnings_zh=("各数据集市均不使用本表；各列口径重叠，不可求和。",),
)  # fmt: skip
