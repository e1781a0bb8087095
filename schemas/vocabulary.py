"""The vocabulary of all packages. Values are contract: they appear in the warehouse, in the parse output and in SQL.

Names follow the US FOIA annual report vocabulary where the act is the same; each value's 官方标签 lives in the form
definitions (``schemas/forms/*.yaml``) and in the table registry (``schemas/tables``).
"""

from enum import StrEnum


class ValueStatus(StrEnum):
    """What stands in a printed cell. Only ``REPORTED`` carries a number."""

    REPORTED = "reported"
    BLANK = "blank"
    NONE_MARK = "none_mark"  # "/", "-", "无": an explicit "none", which is not a printed 0
    UNREADABLE = "unreadable"


class HowRead(StrEnum):
    """How a cell came to be known: printed as text in the source, or recognised in a picture of it."""

    PRINTED = "printed"
    RECOGNISED = "recognised"


class HowSure(StrEnum):
    """How a figure in prose is tied to what it counts."""

    EXPLICIT = "explicit"  # one clause prints the subject, the number and the unit
    IN_CONTEXT = "in_context"  # words before the clause complete its subject: 其中当面申请3件
    STATED_NONE = "stated_none"  # 未收到: no number is printed, the value is 0


class Carrier(StrEnum):
    """How the tables are carried by the document: those that code refers to. ``schemas.carriers`` registers all."""

    HTML_TABLE = "html_table"
    FLAT_TEXT = "flat_text"
    PDF = "pdf"
    DOCX = "docx"
    IMAGE = "image"


class ExtractionStatus(StrEnum):
    """How much of the statutory tables was read."""

    COMPLETE = "complete"
    PARTIAL = "partial"
    NARRATIVE_ONLY = "narrative_only"
    TABLES_ARE_IMAGES = "tables_are_images"
    UNREADABLE = "unreadable"


class Level(StrEnum):
    """Rank of the organ that reports."""

    CENTRAL = "central"
    PROVINCE = "province"
    PREFECTURE = "prefecture"
    COUNTY = "county"
    TOWNSHIP = "township"
    DEPARTMENT = "department"


class Scope(StrEnum):
    """Which organs the figures cover."""

    REGION_AGGREGATE = "region_aggregate"
    GOVERNMENT_ONLY = "government_only"
    DEPARTMENT = "department"
    TOWNSHIP = "township"
    SYSTEM = "system"
    PUBLIC_INSTITUTION = "public_institution"  # school, hospital, enterprise: no administrative organ


class Severity(StrEnum):
    """``ERROR``: the report contradicts itself. ``WARNING``: suspicious or not read. ``INFO``: worth knowing."""

    ERROR = "error"
    WARNING = "warning"
    INFO = "info"


class TableName(StrEnum):
    """The fact tables a report fills."""

    PROACTIVE_DISCLOSURE = "proactive_disclosure"
    APPLICATIONS = "applications"
    DISPUTES = "disputes"
    LEGACY_STATISTICS = "legacy_statistics"
    LEGACY_BREAKDOWN = "legacy_breakdown"


PROVINCES: dict[str, tuple[str, str]] = {
    "beijing": ("110000", "北京市"), "tianjin": ("120000", "天津市"), "hebei": ("130000", "河北省"),
    "shanxi": ("140000", "山西省"), "neimenggu": ("150000", "内蒙古自治区"), "liaoning": ("210000", "辽宁省"),
    "jilin": ("220000", "吉林省"), "heilongjiang": ("230000", "黑龙江省"), "shanghai": ("310000", "上海市"),
    "jiangsu": ("320000", "江苏省"), "zhejiang": ("330000", "浙江省"), "anhui": ("340000", "安徽省"),
    "fujian": ("350000", "福建省"), "jiangxi": ("360000", "江西省"), "shandong": ("370000", "山东省"),
    "henan": ("410000", "河南省"), "hubei": ("420000", "湖北省"), "hunan": ("430000", "湖南省"),
    "guangdong": ("440000", "广东省"), "guangxi": ("450000", "广西壮族自治区"), "hainan": ("460000", "海南省"),
    "chongqing": ("500000", "重庆市"), "sichuan": ("510000", "四川省"), "guizhou": ("520000", "贵州省"),
    "yunnan": ("530000", "云南省"), "xizang": ("540000", "西藏自治区"), "shaanxi": ("610000", "陕西省"),
    "gansu": ("620000", "甘肃省"), "qinghai": ("630000", "青海省"), "ningxia": ("640000", "宁夏回族自治区"),
    "xinjiang": ("650000", "新疆维吾尔自治区"), "central": ("000000", "中央"),
}  # fmt: skip
"""Partition key → (division code, 名称): the 31 provinces in pinyin, and ``central``."""
