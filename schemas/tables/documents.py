# ruff: noqa: E501 - a table of words: CJK counts double in the line length
"""Reports: the document of every version, the current one per address, and its sections."""

from typing import Any

import pandera.polars as pa
import polars as pl

from schemas.carriers import carrier_values
from schemas.tables.base import REGION_CODE, REPORT_ID, Table, Utc, column
from schemas.vocabulary import PROVINCES, ExtractionStatus, Level, Scope


def _report_id(**extra: Any) -> Any:
    return column(
        "报告编号", "Stable id: the first 16 hex digits of the SHA-256 of the document's canonical URL; further reports in the same document "
        "have -2, -3 … behind them, in printed order.",
        "稳定编号：文档规范化网址 SHA-256 的前 16 位十六进制数；同一文档所载的其他报告依印出次序加 -2、-3 等后缀。", pattern=REPORT_ID, **extra,
    )  # fmt: skip


def _version(zh: str, en: str) -> Any:
    return column("版本号", en, zh, minimum=1)


def _cells(label_zh: str, en: str, zh: str) -> Any:
    return column(label_zh, en, zh, unit="格", minimum=0)


class _ReportCore(pa.DataFrameModel):
    """What a version of a report says about itself; shared by reports and history.report_versions."""

    report_id: pl.String = _report_id()
    version: pl.Int64 = _version("版本号，1 为首次见到的版本。", "Version number; 1 is the version first seen.")
    url: pl.String = column("网址", "Address the document was fetched from.", "文档的抓取网址。")
    document_url: pl.String = column(
        "表格文档网址", "Address of the document that holds the figures: the page itself, or the file attached to it (a file in a "
        "zip package is named behind #).", "数字所在文档的网址：页面本身，或其附件（压缩包内的文件名写在 # 之后）。",
    )  # fmt: skip
    converted_by: pl.String = column(
        "转换程序", "Program that converted the document before it was read (.doc, .wps, .rtf); null: read as published. Its figures "
        "were held against the text of the original file.", "读取前所用的转换程序（.doc、.wps、.rtf）；为空则直接读取。转换结果已与原文件文字核对。",
        nullable=True,
    )  # fmt: skip
    source_id: pl.String = column(
        "来源编号", "Source that led to the document; null for a file imported by hand.", "发现该文档的来源；手工导入时为空。",
        nullable=True,
    )  # fmt: skip
    province: pl.String = column(
        "省份分区", "Partition: province in pinyin, or central.", "数据分区：省份拼音，或 central（中央）。",
        allowed=list(PROVINCES), enum="province",
    )  # fmt: skip
    content_hash: pl.String = column(
        "内容摘要", "Hash of what was read (title, dates, text, cells); page chrome does not change it.",
        "所读内容（标题、日期、正文、单元格）的摘要；页面装饰变化不影响。",
    )  # fmt: skip
    first_fetched_at: Utc = column(
        "首次抓取时间", "When this version was first fetched, UTC.", "首次抓到该版本的时间（UTC）。"
    )
    title: pl.String = column("标题", "Title as printed.", "报告标题原文。", nullable=True)
    agency_name: pl.String = column(
        "机关名称", "Agency the report is about, as printed in it.", "报告主体机关（原文）。", nullable=True
    )
    region_code: pl.String = column(
        "行政区划代码", "Division code (GB/T 2260) of the agency in the report year.",
        "机关所属行政区划代码（GB/T 2260），按报告年度。", nullable=True, pattern=REGION_CODE,
        warning="codes change: 海门市 320684 became 海门区 320614 in 2020. Follow a region through lineage_code.",
        warning_zh="代码会变：海门市 320684 于 2020 年改为海门区 320614。跨年请用 lineage_code。",
    )  # fmt: skip
    level: pl.String = column(
        "层级", "Rank of the organ that reports.", "报告机关的层级。", nullable=True,
        allowed=[v.value for v in Level], enum="level",
    )  # fmt: skip
    scope: pl.String = column(
        "口径", "Which organs the figures cover: whole region, the government office alone, one department, a local organ of the "
        "centre (system); public_institution: a school, hospital or enterprise, which is no administrative organ.",
        "数字涵盖的机关：全地区汇总、本级、单个部门、垂直管理机关等；public_institution 为学校、医院、企业，不是行政机关。", nullable=True,
        allowed=[v.value for v in Scope], enum="scope",
        warning="never add region_aggregate to departments: the aggregate contains them.",
        warning_zh="不要把全地区汇总与部门相加：汇总已包含部门。",
    )  # fmt: skip
    report_year: pl.Int64 = column(
        "报告年度", "Year the figures are about (published in the year after).", "数字所属年度（次年公布）。", unit="年",
        nullable=True, minimum=2000, maximum=2100,
    )  # fmt: skip
    published_date: pl.Date = column(
        "公布日期",
        "Date of publication printed on the page, Beijing time.",
        "页面所载公布日期（北京时间）。",
        nullable=True,
    )
    carrier: pl.String = column(
        "载体", "How the tables are carried.", "统计表的载体形式。", allowed=carrier_values(), enum="carrier"
    )
    form_table2: pl.String = column(
        "表二格式", "Form that table two follows: 2019 or 2021; null when the table is absent.",
        "表二所用格式：2019 或 2021；无该表时为空。", nullable=True,
        warning="the form is a property of each table, not of the year: some reports mix both.",
        warning_zh="格式按表判定，而非按年度：有的报告两版混用。",
    )  # fmt: skip
    form_table3: pl.String = column(
        "表三格式", "Form that table three follows: 2019 (23 rows) or 2021 (25 rows); null when the table is absent.",
        "表三所用格式：2019（23 行）或 2021（25 行）；无该表时为空。", nullable=True,
    )  # fmt: skip
    extraction_status: pl.String = column(
        "读取状态", "How much of the statutory tables was read.", "法定表格的读取程度。",
        allowed=[v.value for v in ExtractionStatus], enum="extraction_status",
    )  # fmt: skip
    problem: pl.String = column("问题", "Why it could not be read, when so.", "未能读取的原因。", nullable=True)
    n_cells: pl.Int64 = _cells("单元格数", "Cells found, of any status.", "读到的单元格总数。")
    n_reported: pl.Int64 = _cells("有数字的单元格数", "Cells that print a number.", "印有数字的单元格数。")
    n_blank: pl.Int64 = _cells("空白单元格数", "Cells that print nothing.", "空白单元格数。")
    n_none_mark: pl.Int64 = _cells("“无”标记单元格数", "Cells that print '/', '-' or 无.", "印有“/”“-”“无”的单元格数。")
    n_unreadable: pl.Int64 = _cells("未读出单元格数", "Cells that could not be read.", "未能读出的单元格数。")
    n_recognised: pl.Int64 = _cells(
        "图片识别单元格数", "Cells that stand in a picture, whatever became of them: n_recognised / n_cells is their share.",
        "位于图片中的单元格数（不论是否读出）；n_recognised / n_cells 即其占比。",
    )  # fmt: skip


class ReportVersions(_ReportCore):
    """Every version of every report document."""

    class Config:
        strict = True
        unique = ("report_id", "version")


class Reports(_ReportCore):
    """The current version of every report document, resolved to an agency."""

    agency_id: pl.String = column(
        "机关编号", "Agency of record; null while it could not be resolved.", "报告主体机关编号；尚未判定时为空。",
        nullable=True, references="agencies.agency_id",
    )  # fmt: skip
    lineage_code: pl.String = column(
        "沿革代码", "See regions.lineage_code: the same before and after a renaming or re-coding of the region.",
        "见 regions.lineage_code：地区更名、改码前后一致。", nullable=True, pattern=REGION_CODE,
    )  # fmt: skip
    province_name: pl.String = column(
        "省份", "Chinese name of the province: 江苏省; 中央 for central organs.", "省级行政区名称；中央机关为“中央”。"
    )
    is_primary: pl.Boolean = column(
        "是否主文档", "The one document that counts for its agency, year and scope.", "同一机关、年度、口径下计入统计的唯一文档。",
        warning="filter on is_primary before counting: copies of a report are kept as rows of their own.",
        warning_zh="统计前请筛选 is_primary：同一报告的其他副本也各占一行。",
    )  # fmt: skip
    primary_reason: pl.String = column(
        "主文档理由", "What decided: only_document, or the criterion by which the document that counts beat the next one "
        "(for a copy: by which it lost).",
        "判定依据：only_document（唯一文档），或主文档胜出（副本落选）的标准：官方域名、读取更完整、载体更好、单元格更多、公布更早、"
        "抓取更早、编号更小；机关或年度不明时为 agency_or_year_unknown。",
        allowed=["only_document", "official_host", "more_complete", "better_carrier", "more_cells", "published_earlier",
                 "fetched_earlier", "lower_id", "agency_or_year_unknown"], enum="primary_reason",
    )  # fmt: skip
    primary_report_id: pl.String = column(
        "主文档编号", "The document that counts for this agency, year and scope; null when agency or year is unknown.",
        "该机关、年度、口径的主文档编号；机关或年度不明时为空。", nullable=True, pattern=REPORT_ID,
        references="reports.report_id",
    )  # fmt: skip
    n_versions: pl.Int64 = column("版本数", "Versions seen so far.", "至今见到的版本数。", unit="个", minimum=1)
    n_findings: pl.Int64 = column(
        "发现数", "Rows of quality.findings about the current version.", "quality.findings 中关于当前版本的条数。",
        unit="条", minimum=0,
    )  # fmt: skip
    n_errors: pl.Int64 = column(
        "矛盾数", "Findings of severity error: the report contradicts itself or another.", "其中严重程度为 error 的条数。",
        unit="条", minimum=0,
    )  # fmt: skip

    class Config:
        strict = True
        unique = ("report_id",)


class Sections(pa.DataFrameModel):
    """The prose of a report."""

    report_id: pl.String = _report_id(references="reports.report_id")
    version: pl.Int64 = _version("报告版本；主表只收录当前版本。", "Version of the report; here the current one.")
    section_no: pl.Int64 = column(
        "部分序号", "1-6 as the form numbers its sections; 0 is what stands before the first heading.",
        "格式规定的第一至第六部分；0 为首个标题之前的文字。", minimum=0, maximum=20,
    )  # fmt: skip
    heading: pl.String = column("标题", "Heading as printed.", "该部分标题原文。", nullable=True)
    text: pl.String = column("正文", "Text of the section, paragraphs separated by newlines.", "正文，段落以换行分隔。")

    class Config:
        strict = True
        unique = ("report_id", "version", "section_no")


REPORTS = Table(
    "reports", Reports, "报告", "One row per report document, current version.", "每行为一份报告文档的当前版本。",
    "Agency, region, year, scope, form, carrier, dates, address, and how well it could be read.",
    "机关、地区、年度、口径、格式、载体、日期、网址与读取情况。", key=("report_id",),
    warnings=("the same agency and year can have several documents: filter on is_primary.",),
    warnings_zh=("同一机关同一年度可能有多份文档：请筛选 is_primary。",),
)  # fmt: skip

SECTIONS = Table(
    "sections", Sections, "报告各部分正文", "One row per section of a report.", "每行为报告的一个部分。",
    "The prose of the report, section by section.", "报告正文，按部分。",
    key=("report_id", "version", "section_no"), staged=True,
)  # fmt: skip

REPORT_VERSIONS = Table(
    "history.report_versions", ReportVersions, "报告版本", "One row per version of a report.", "每行为报告的一个版本。",
    "A government that edits a published report makes a new version; the old one stays here.",
    "已公布的报告被修改即产生新版本；旧版本保留于此。", key=("report_id", "version"), staged=True,
)  # fmt: skip
