"""The three statutory tables as the ministry's templates print them, with their spans.

2019 form: 国办公开办函〔2019〕60号; 2021 form: 国办公开办函〔2021〕30号. Labels and spans follow the official
templates; every printed cell knows its role, so that a page can be varied without losing what it means.
"""

from collections.abc import Iterator
from typing import NamedTuple

from gongkai.demo.figures import APPLICATIONS, DISPUTES, PROACTIVE, Figure, Key, ReportFigures

APPLICANTS = {
    "natural_person": "自然人", "commercial_enterprise": "商业企业", "research_institution": "科研机构",
    "public_welfare_organization": "社会公益组织", "legal_service_organization": "法律服务机构",
    "other_organization": "其他", "total": "总计",
}  # fmt: skip
PROCEDURES = {"review": "行政复议", "litigation_direct": "未经复议直接起诉", "litigation_after_review": "复议后起诉"}
OUTCOMES = {
    "upheld": "结果维持", "corrected": "结果纠正", "other": "其他结果", "pending": "尚未审结", "total": "总计",
}  # fmt: skip

_DENIED = {
    "denied_state_secret": "1.属于国家秘密", "denied_prohibited_by_law": "2.其他法律行政法规禁止公开",
    "denied_security_stability": "3.危及“三安全一稳定”", "denied_third_party_rights": "4.保护第三方合法权益",
    "denied_internal_affairs": "5.属于三类内部事务信息", "denied_deliberative_process": "6.属于四类过程性信息",
    "denied_enforcement_case_file": "7.属于行政执法案卷", "denied_administrative_inquiry": "8.属于行政查询事项",
}  # fmt: skip
_UNAVAILABLE = {
    "unavailable_not_held": "1.本机关不掌握相关政府信息", "unavailable_requires_creation": "2.没有现成信息需要另行制作",
    "unavailable_unclear_after_correction": "3.补正后申请内容仍不明确",
}  # fmt: skip
_NOT_PROCESSED = {
    "not_processed_petition_complaint": "1.信访举报投诉类申请", "not_processed_duplicate": "2.重复申请",
    "not_processed_official_publication": "3.要求提供公开出版物",
    "not_processed_excessive_repetitive": "4.无正当理由大量反复申请",
    "not_processed_confirm_or_reissue": "5.要求行政机关确认或重新出具已获取信息",
}  # fmt: skip
_OTHER_2021 = {
    "other_correction_overdue": "1.申请人无正当理由逾期不补正、行政机关不再处理其政府信息公开申请",
    "other_fee_overdue": "2.申请人逾期未按收费通知要求缴纳费用、行政机关不再处理其政府信息公开申请",
    "other_misc": "3.其他",
}  # fmt: skip

_Group = tuple[str, str, dict[str, str]]  # role, label, children (empty: the group is a line itself)


def result_groups(form3: str) -> list[_Group]:
    """The rows under 三、本年度办理结果, in the order of the form."""
    split = form3 == "2021"
    other: _Group = ("group:other" if split else "other", "（六）其他处理", _OTHER_2021 if split else {})
    return [
        ("granted", "（一）予以公开", {}),
        ("granted_in_part", "（二）部分公开（区分处理的，只计这一情形，不计其他情形）", {}),
        ("group:denied", "（三）不予公开", _DENIED),
        ("group:unavailable", "（四）无法提供", _UNAVAILABLE),
        ("group:not_processed", "（五）不予处理", _NOT_PROCESSED),
        other,
        ("processed_total", "（七）总计", {}),
    ]


def lines(form3: str) -> list[str]:
    """Keys of the data rows of table three: 23 in the 2019 form, 25 in the 2021 form."""
    results = [line for role, _, children in result_groups(form3) for line in (children or [role])]
    return ["received", "carried_in", *results, "carried_out"]


class Block(NamedTuple):
    """One stacked block of table two: article, its columns (metric, header, unit) and its rows (item, label)."""

    article: str
    title: str
    columns: tuple[tuple[str, str, str], ...]
    rows: tuple[tuple[str, str], ...]


_ITEMS = (("items_previous_year", "上一年项目数量", "项"), ("items_change", "本年增/减", "项"))
_DECIDED = (("decisions", "本年处理决定数量", "件"),)
_MADE = (
    ("made", "本年新制作数量", "件"),
    ("newly_published", "本年新公开数量", "件"),
    ("published_total", "对外公开总数量", "件"),
)
_ISSUED = (("issued", "本年制发件数", "件"), ("repealed", "本年废止件数", "件"), ("in_force", "现行有效件数", "件"))
_BOUGHT = (("procurement_items", "采购项目数量", "个"), ("procurement_amount", "采购总金额", "万元"))
_REGULATIONS = ("regulations", "规章")
_LICENSES = ("administrative_licenses", "行政许可")
_PENALTIES = (("administrative_penalties", "行政处罚"), ("administrative_compulsion", "行政强制"))
_FEES = (("administrative_fees", "行政事业性收费"),)
_BLOCKS = {
    "2019": (
        Block("20(1)", "第二十条第（一）项", _MADE, (_REGULATIONS, ("normative_documents", "规范性文件"))),
        Block("20(5)", "第二十条第（五）项", (*_ITEMS, ("decisions", "处理决定数量", "件")),
              (_LICENSES, ("other_public_services", "其他对外管理服务事项"))),
        Block("20(6)", "第二十条第（六）项", (*_ITEMS, ("decisions", "处理决定数量", "件")), _PENALTIES),
        Block("20(8)", "第二十条第（八）项", _ITEMS, _FEES),
        Block("20(9)", "第二十条第（九）项", _BOUGHT, (("centralized_procurement", "政府集中采购"),)),
    ),
    "2021": (
        Block("20(1)", "第二十条第（一）项", _ISSUED, (_REGULATIONS, ("normative_documents", "行政规范性文件"))),
        Block("20(5)", "第二十条第（五）项", _DECIDED, (_LICENSES,)),
        Block("20(6)", "第二十条第（六）项", _DECIDED, _PENALTIES),
        Block("20(8)", "第二十条第（八）项", (("fee_amount", "本年收费金额（单位：万元）", "万元"),), _FEES),
    ),
}  # fmt: skip


def blocks(form2: str) -> tuple[Block, ...]:
    """The blocks of table two in one form."""
    return _BLOCKS[form2]


def keys(form2: str, form3: str) -> Iterator[Key]:
    """Every cell of the form, in reading order: table two, three, four."""
    for block in blocks(form2):
        for item, _ in block.rows:
            yield from ((PROACTIVE, block.article, item, metric) for metric, _, _ in block.columns)
    for line in lines(form3):
        yield from ((APPLICATIONS, line, applicant) for applicant in APPLICANTS)
    for procedure in PROCEDURES:
        yield from ((DISPUTES, procedure, outcome) for outcome in OUTCOMES)


def unit_of(form2: str, key: Key) -> str:
    """The unit of a cell: 件 except in table two, where the column says."""
    if key[0] != PROACTIVE:
        return "件"
    return next(unit for block in blocks(form2) if block.article == key[1]
                for metric, _, unit in block.columns if metric == key[3])  # fmt: skip


class PrintedCell(NamedTuple):
    """One cell of a printed table. A value cell has a ``key`` and its ``figure``, a label cell has a ``role``.

    In ``text``, ``"\\n"`` is a line break inside a paragraph and ``"\\n\\n"`` a paragraph end.
    """

    text: str
    role: str = ""
    colspan: int = 1
    rowspan: int = 1
    key: Key | None = None
    figure: Figure | None = None


Row = list[PrintedCell]
Table = list[Row]


def _value(figures: ReportFigures, key: Key, colspan: int = 1) -> PrintedCell:
    figure = figures.cells[key]
    return PrintedCell(figure.raw, colspan=colspan, key=key, figure=figure)


def table_two(figures: ReportFigures) -> Table:
    """主动公开政府信息情况: stacked blocks on a grid of four columns, each with its own header."""
    table: Table = []
    for block in blocks(figures.form2):
        spans = {1: (3,), 2: (1, 2), 3: (1, 1, 1)}[len(block.columns)]
        table.append([PrintedCell(block.title, f"article:{block.article}", colspan=4)])
        header = [PrintedCell("信息内容", f"content:{block.article}")]
        for (metric, label, _), span in zip(block.columns, spans, strict=True):
            header.append(PrintedCell(label, f"metric:{block.article}.{metric}", colspan=span))
        table.append(header)
        for item, label in block.rows:
            row = [PrintedCell(label, f"item:{item}")]
            for (metric, _, _), span in zip(block.columns, spans, strict=True):
                row.append(_value(figures, (PROACTIVE, block.article, item, metric), span))
            table.append(row)
    return table


def _table_three_header() -> Table:
    corner = PrintedCell("（本列数据的勾稽关系为：第一项加第二项之和，等于第三项加第四项之和）", "corner", 3, 3)
    legal = [key for key in APPLICANTS if key not in ("natural_person", "total")]
    return [
        [corner, PrintedCell("申请人情况", "applicants", 7)],
        [PrintedCell("自然人", "applicant:natural_person", 1, 2), PrintedCell("法人或其他组织", "legal_person", 5),
         PrintedCell("总计", "applicant:total", 1, 2)],
        [PrintedCell(APPLICANTS[key], f"applicant:{key}") for key in legal],
    ]  # fmt: skip


def table_three(figures: ReportFigures) -> Table:
    """收到和处理政府信息公开申请情况: three label columns, seven applicant columns."""

    def values(line: str) -> Row:
        return [_value(figures, (APPLICATIONS, line, applicant)) for applicant in APPLICANTS]

    table = _table_three_header()
    table.append([PrintedCell("一、本年新收政府信息公开申请数量", "line:received", 3), *values("received")])
    table.append([PrintedCell("二、上年结转政府信息公开申请数量", "line:carried_in", 3), *values("carried_in")])
    groups = result_groups(figures.form3)
    lead: Row = [PrintedCell("三、本年度办理结果", "results", rowspan=sum(len(c) or 1 for _, _, c in groups))]
    for role, label, children in groups:
        if not children:
            table.append([*lead, PrintedCell(label, f"line:{role}", 2), *values(role)])
            lead = []
            continue
        lead = [*lead, PrintedCell(label, role, rowspan=len(children))]
        for line, child in children.items():
            table.append([*lead, PrintedCell(child, f"line:{line}"), *values(line)])
            lead = []
    table.append([PrintedCell("四、结转下年度继续办理", "line:carried_out", 3), *values("carried_out")])
    return table


def table_four(figures: ReportFigures) -> Table:
    """行政复议、行政诉讼情况: fifteen columns, one row of figures."""

    def outcomes(procedure: str, rowspan: int = 1) -> Row:
        return [PrintedCell(label, f"outcome:{procedure}.{key}", 1, rowspan) for key, label in OUTCOMES.items()]

    litigation = ("litigation_direct", "litigation_after_review")
    return [
        [PrintedCell("行政复议", "procedure:review", 5), PrintedCell("行政诉讼", "litigation", 10)],
        [*outcomes("review", 2), *(PrintedCell(PROCEDURES[key], f"procedure:{key}", 5) for key in litigation)],
        [cell for key in litigation for cell in outcomes(key)],
        [_value(figures, (DISPUTES, procedure, outcome)) for procedure in PROCEDURES for outcome in OUTCOMES],
    ]


def tables(figures: ReportFigures) -> dict[int, Table]:
    """Tables two, three and four by their section number."""
    return {2: table_two(figures), 3: table_three(figures), 4: table_four(figures)}
