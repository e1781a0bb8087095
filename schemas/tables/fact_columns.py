"""The columns that every fact table has behind its keys: the number, how it is printed and where, and how it was read."""

from typing import Any

from schemas.tables.base import column
from schemas.vocabulary import HowRead, ValueStatus

COUNT = {"unit": "件", "nullable": True, "minimum": 0}
"""What value columns of counts have in common."""


def value_column(**kind: Any) -> Any:
    return column(
        "数值", "The number as printed, after normalising digits and thousands separators.",
        "印出的数字（仅统一数字写法与千分位）。",
        warning="blank, '/' and 0 are three different things: value is null for the first two, see value_status.",
        warning_zh="空白、“/”与 0 含义不同：前两者 value 为空，见 value_status。", **kind,
    )  # fmt: skip


def corrected_value_column(**kind: Any) -> Any:
    return column(
        "更正值", "Reviewed figure where the report misprints: set only where corrections/*.yaml declares it with reason "
        "and evidence, null everywhere else. COALESCE(corrected_value, value) gives the reviewed figure.",
        "经人工复核的更正值，仅当 corrections/*.yaml 有登记时才有值；COALESCE(corrected_value, value) 即复核后的数字。",
        **kind,
    )  # fmt: skip


def raw_text_column() -> Any:
    return column(
        "原文", "The cell exactly as printed, before any normalisation; an empty cell is an empty string.",
        "单元格原文，未作任何规范化；空白单元格为空字符串。", nullable=True,
    )  # fmt: skip


def value_status_column() -> Any:
    return column(
        "数值状态", "reported: a number is printed; blank: nothing is; none_mark: '/', '-' or 无; unreadable: not read.",
        "reported 有数字；blank 空白；none_mark 为“/”“-”“无”；unreadable 未能读出。",
        allowed=[s.value for s in ValueStatus], enum="value_status",
    )  # fmt: skip


def evidence_column() -> Any:
    return column(
        "出处", "Where in the source the cell is printed: table, row and cell, or line of text, or page.",
        "单元格在原文中的位置：表、行、格，或文本行、页。",
    )  # fmt: skip


def is_total_column() -> Any:
    return column(
        "是否合计", "True where the cell is itself a printed total of other cells of its table (applicant, line or outcome "
        "总计), so that SUM … WHERE NOT is_total cannot double count.",
        "该单元格本身是同表其他单元格的合计（合计行或合计列）；求和时用 WHERE NOT is_total 以免重复计算。",
    )  # fmt: skip


def reading_column() -> Any:
    return column(
        "读取方式", "printed: the cell is text in the source; recognised: it stands in a picture and was recognised. A "
        "recognised figure has a value only where independent readings of it agree and the sums of its table close.",
        "printed 原文为文字；recognised 原文为图片，经文字识别。识别所得数字仅在多次独立识别一致且勾稽关系成立时才有数值。",
        allowed=[how.value for how in HowRead], enum="reading",
    )  # fmt: skip


def confidence_column() -> Any:
    return column(
        "识别置信度", "Of the least certain character of a recognised figure, as the recognition engine states it, 0 to 1; null "
        "for printed cells and where nothing was recognised.",
        "识别引擎对该数字中最不确定的一个字符给出的置信度（0 至 1）；印刷文字与未识别出内容的单元格为空。",
        unit="1", nullable=True, minimum=0, maximum=1,
        warning="it is not a probability that the figure is right: agreement of readings and closed sums decide that.",
        warning_zh="并非数字正确的概率：是否采信取决于多次识别一致与勾稽关系。",
    )  # fmt: skip
