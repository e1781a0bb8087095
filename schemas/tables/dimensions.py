# ruff: noqa: E501 - a table of words: CJK counts double in the line length
"""Dimensions: divisions, agencies, the printed forms, the rules. Dated where they change."""

from typing import Any

import pandera.polars as pa
import polars as pl

from schemas.tables.base import REGION_CODE, SNAKE_CASE, Table, column
from schemas.vocabulary import Level, Severity

_LEVELS = [v.value for v in Level]


class Regions(pa.DataFrameModel):
    """Administrative divisions at county level and above, one row per code, name and parent interval."""

    region_code: pl.String = column(
        "行政区划代码", "Division code (GB/T 2260), valid in the years given.", "行政区划代码（GB/T 2260），在所列年份有效。",
        pattern=REGION_CODE,
    )  # fmt: skip
    name: pl.String = column("名称", "Full official name.", "行政区划全称。")
    short_name: pl.String = column(
        "简称", "Name without its rank.", "去掉通名的简称。",
        warning="29 short county names are ambiguous (市中区 ×4, 鼓楼区 ×4): join on code.",
        warning_zh="有 29 个县级名称重名（市中区、鼓楼区等）：请按代码关联。",
    )  # fmt: skip
    level: pl.String = column("层级", "Rank of the division.", "区划层级。", allowed=_LEVELS, enum="level")
    parent_code: pl.String = column(
        "上级代码",
        "Code of the division above; null for provinces.",
        "上级区划代码；省级为空。",
        nullable=True,
        pattern=REGION_CODE,
    )
    province_code: pl.String = column("省级代码", "Code of the province.", "所属省级代码。", pattern=REGION_CODE)
    full_name: pl.String = column("全名", "Province, prefecture and county in one.", "省、市、县连写的全名。")
    valid_from: pl.Int64 = column(
        "起始年", "First year (end of year) in which code, name and parent hold; 2008 is where the record begins.",
        "该代码、名称、上级有效的首年（以年末为准）；记录自 2008 年起。", unit="年", minimum=2008, maximum=2100,
    )  # fmt: skip
    valid_to: pl.Int64 = column(
        "终止年", "Last year in which they hold; null while current.", "有效的末年；现行为空。", unit="年", nullable=True,
        minimum=2008, maximum=2100,
    )  # fmt: skip
    lineage_code: pl.String = column(
        "沿革代码", "Code under which the division entered the record (2008, or its founding): the same through renaming, "
        "re-coding and 撤县设区, so that years can be joined.",
        "该区划进入记录时（2008 年或设立时）的代码；更名、改码、撤县设区前后一致，可用于跨年关联。", pattern=REGION_CODE,
    )  # fmt: skip
    successor_code: pl.String = column(
        "继任代码", "Code that follows when the interval ends; null while current or dissolved.", "到期后的继任代码；现行或撤销为空。",
        nullable=True, pattern=REGION_CODE,
    )  # fmt: skip
    change: pl.String = column("变更类型", "Why the interval ends.", "到期原因。", nullable=True)
    document: pl.String = column("批复文号", "Approval of the change.", "变更批复文号。", nullable=True)

    class Config:
        strict = True
        unique = ("region_code", "valid_from")


class Agencies(pa.DataFrameModel):
    """Organs that report, with ids of our own."""

    agency_id: pl.String = column(
        "机关编号", "Stable id of our own: kind, lineage code, and a hash of the name for organs below a government.",
        "自编稳定编号：类别、沿革代码，部门等另加名称摘要。", pattern=r"^[a-z]+-[0-9a-z-]+$",
    )  # fmt: skip
    name: pl.String = column("机关名称", "Name in the latest report year.", "最近报告年度的名称。")
    other_names: pl.String = column(
        "其他名称", "Other names met, separated by 、.", "曾用或其他写法，以顿号分隔。", nullable=True
    )
    kind: pl.String = column(
        "类别", "What kind of organ it is.", "机关类别。", allowed=["government", "department", "township", "system", "public_institution"],
        enum="agency_kind",
    )  # fmt: skip
    level: pl.String = column("层级", "Rank.", "层级。", nullable=True, allowed=_LEVELS, enum="level")
    region_code: pl.String = column(
        "行政区划代码",
        "Division code in the latest report year.",
        "最近报告年度的区划代码。",
        nullable=True,
        pattern=REGION_CODE,
    )
    lineage_code: pl.String = column(
        "沿革代码", "See regions.lineage_code.", "见 regions.lineage_code。", nullable=True, pattern=REGION_CODE
    )
    province: pl.String = column("省份分区", "Partition the reports came in.", "数据所在省份分区。")
    first_year: pl.Int64 = column(
        "首个报告年度", "First report year held.", "收录的首个报告年度。", unit="年", nullable=True
    )
    last_year: pl.Int64 = column(
        "末个报告年度", "Last report year held.", "收录的末个报告年度。", unit="年", nullable=True
    )
    n_reports: pl.Int64 = column("主文档数", "Primary documents held.", "收录的主文档数。", unit="份", minimum=0)

    class Config:
        strict = True
        unique = ("agency_id",)


def _part(label_zh: str) -> Any:
    return column(
        label_zh, "Part of the key, for joining the fact table.", "键的一部分，用于关联事实表。", nullable=True
    )


class FormLines(pa.DataFrameModel):
    """Every cell of every form with its printed label."""

    table_name: pl.String = column("表名", "Fact table the key is used in.", "该键所在的事实表。")
    form: pl.String = column("格式", "Form that prints it.", "印有该行的格式版本。")
    key: pl.String = column(
        "键", "Keys of the cell joined by '/': article/item/metric, line/applicant, procedure/outcome, or the indicator.",
        "单元格的键，以“/”连接：article/item/metric、line/applicant、procedure/outcome，或 indicator。",
    )  # fmt: skip
    position: pl.Int64 = column(
        "次序", "Place in the printed form, from 1.", "在印发格式中的次序，从 1 起。", minimum=0
    )
    article: pl.String = _part("条例条款")
    item: pl.String = _part("信息内容")
    metric: pl.String = _part("统计项")
    line: pl.String = _part("申请处理情况")
    applicant: pl.String = _part("申请人情况")
    procedure: pl.String = _part("救济程序")
    outcome: pl.String = _part("结果")
    indicator: pl.String = _part("统计指标")
    label_zh: pl.String = column("官方标签", "Label as the form prints it.", "格式印出的标签。")
    label_en: pl.String = column("英文标签", "Label in English.", "英文标签。")
    unit: pl.String = column("计量单位", "Unit the form prints.", "格式印出的计量单位。", nullable=True)

    class Config:
        strict = True
        unique = ("table_name", "form", "key")


class Rules(pa.DataFrameModel):
    """Every rule that can produce a finding."""

    rule: pl.String = column("规则", "Name of the rule.", "规则名称。", pattern=SNAKE_CASE)
    severity: pl.String = column(
        "严重程度",
        "Usual severity of its findings.",
        "通常的严重程度。",
        allowed=[s.value for s in Severity],
        enum="severity",
    )
    kind: pl.String = column(
        "类别", "What it compares.", "比较的对象。",
        allowed=["arithmetic", "across_years", "across_copies", "narrative", "reading", "timeliness", "draft"], enum="rule_kind",
    )  # fmt: skip
    table_name: pl.String = column("表名", "Table it looks at, if one.", "所查的表（如只涉及一个表）。", nullable=True)
    label_zh: pl.String = column("中文名称", "Chinese name.", "中文名称。")
    description: pl.String = column("英文说明", "What it says when it fires.", "规则说明（英文）。")
    description_zh: pl.String = column("中文说明", "The same in Chinese.", "规则说明。")
    formula: pl.String = column("公式", "The identity, where it is one.", "勾稽公式。", nullable=True)
    reference: pl.String = column(
        "依据", "Form, article or document it rests on.", "所依据的格式、条款或文件。", nullable=True
    )

    class Config:
        strict = True
        unique = ("rule",)


class Labels(pa.DataFrameModel):
    """What keys and values are called."""

    column_name: pl.String = column("列名", "Column that the key stands in.", "键所在的列。", pattern=SNAKE_CASE)
    key: pl.String = column("键", "The key or value.", "键或取值。")
    label_zh: pl.String = column(
        "中文标签", "As the form prints it, or our Chinese name.", "格式印出的标签，或自拟名称。"
    )
    short_zh: pl.String = column("中文简称", "Short Chinese label, for headings and charts.", "简称，用于表头与图。")
    label_en: pl.String = column("英文标签", "Label in English.", "英文标签。")

    class Config:
        strict = True
        unique = ("column_name", "key")


REGIONS = Table(
    "regions", Regions, "行政区划", "One row per division, name and parent interval.", "每行为区划的一个有效期间。",
    "Divisions at county level and above from 2008, with successors. Pick the row with valid_from <= year and "
    "(valid_to IS NULL OR year <= valid_to).",
    "2008 年以来县级以上行政区划及其沿革；按年度取有效期间内的行。", key=("region_code", "valid_from"),
)  # fmt: skip

AGENCIES = Table(
    "agencies", Agencies, "机关", "One row per organ.", "每行为一个机关。",
    "Organs that report, one id through renamings of their region.", "发布报告的机关；地区更名改设前后编号不变。",
    key=("agency_id",),
)  # fmt: skip

FORM_LINES = Table(
    "form_lines", FormLines, "格式行列", "One row per cell of a form.", "每行为某格式的一个单元格。",
    "Official label, English label, place and unit of every key of every form.", "各格式每个键的官方标签、英文标签、次序与单位。",
    key=("table_name", "form", "key"),
)  # fmt: skip

RULES = Table(
    "rules", Rules, "校验规则", "One row per rule.", "每行为一条规则。",
    "The rules behind quality.findings.", "quality.findings 所用的规则。", key=("rule",),
)  # fmt: skip

LABELS = Table(
    "labels", Labels, "标签", "One row per column and key.", "每行为某列的一个键。",
    "Chinese and English names of the keys of the forms, of rules, provinces, tables and closed values.",
    "格式的键、规则、省份、表名与固定取值的中英文名称。", key=("column_name", "key"),
)  # fmt: skip
