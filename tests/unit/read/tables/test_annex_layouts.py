# ruff: noqa: E501 - one layout a line: CJK counts double in the line length
"""The national annex of 2014-2018 as provinces may print it: every layout says the same, or is refused with a reason."""

from collections.abc import Callable, Sequence
from itertools import groupby
from typing import Any

import pytest

from pipelines.read.reader import read_report
from tests.unit.read.builders import page, parse, table, td

TITLE = "示例区2017年政府信息公开工作年度报告"
LEAD = ("一、概述", "略", "附表")
# Label, unit, figure (None: the title of a group), indicator.
ROWS: tuple[tuple[str, str, str | None, str], ...] = (
    ("一、主动公开情况", "——", None, ""),
    ("（一）主动公开政府信息数（不同渠道和方式公开相同信息计1条）", "条", "4521", "proactive.total"),
    ("其中：主动公开规范性文件数", "条", "31", "proactive.normative_documents_published"),
    ("制发规范性文件总数", "件", "33", "normative_documents_issued"),
    ("（二）通过不同渠道和方式公开政府信息的情况", "——", None, ""),
    ("1.政府公报公开政府信息数", "条", "102", "proactive.by_channel.gazette"),
    ("2.政府网站公开政府信息数", "条", "3987", "proactive.by_channel.website"),
    ("3.政务微博公开政府信息数", "条", "612", "proactive.by_channel.microblog"),
    ("4.政务微信公开政府信息数", "条", "845", "proactive.by_channel.wechat"),
    ("二、回应解读情况", "——", None, ""),
    ("1.参加或举办新闻发布会总次数", "次", "9", "response.press_conferences"),
    ("其中：主要负责同志参加新闻发布会次数", "次", "4", "response.press_conferences_by_head"),
    ("三、依申请公开情况", "——", None, ""),
    ("（一）收到申请数", "件", "56", "requests.received"),
    ("1.当面申请数", "件", "6", "requests.by_channel.in_person"),
    ("2.传真申请数", "件", "0", "requests.by_channel.fax"),
    ("3.网络申请数", "件", "40", "requests.by_channel.online"),
    ("4.信函申请数", "件", "10", "requests.by_channel.letter"),
    ("四、行政复议数量", "件", "5", "review.total"),
    ("（一）维持具体行政行为数", "件", "3", "review.upheld"),
    ("（二）被依法纠错数", "件", "2", "review.corrected"),
    ("五、行政诉讼数量", "件", "8", "litigation.total"),
    ("（一）维持具体行政行为或者驳回原告诉讼请求数", "件", "7", "litigation.upheld"),
    ("（二）被依法纠错数", "件", "1", "litigation.corrected"),
    ("七、依申请公开信息收取的费用", "万元", "1.25", "fees.requests"),
    ("（三）从事政府信息公开工作人员数", "人", "21", "resources.staff.total"),
    ("（四）政府信息公开专项经费（不包括用于政府公报编辑管理及政府网站建设维护等方面的经费）", "万元", "30.5", "resources.budget"),
)  # fmt: skip
EXPECTED = {key: float(figure) for _, _, figure, key in ROWS if figure is not None}
Cells = Sequence[object]


def each(*order: str, group: str = "", **more: str) -> list[list[object]]:
    """The rows with these cells: label, unit, figure, number, or a name of ``more`` for a cell beside figures."""
    rows: list[list[object]] = []
    for number, (label, unit, figure, _) in enumerate(ROWS, 1):
        cells = {"label": label, "unit": unit, "figure": figure or "", "number": str(number), "blank": ""}
        cells |= {name: text if figure is not None else group for name, text in more.items()}
        rows.append([cells[name] for name in order])
    return rows


def html(head: Cells | str | None, rows: Sequence[Cells], *above: Cells) -> dict[str, Any]:
    return parse(page(*LEAD, table(*above, *([head] if head else []), *rows), title=TITLE))


def text(head: str, rows: Sequence[Cells], sign: str, edge: str = "") -> dict[str, Any]:
    lines = [f"{edge}{sign.join(str(cell) for cell in row if sign != ' ' or cell)}{edge}" for row in rows]
    content = "\n".join([TITLE, *LEAD, *([head] if head else []), *lines])
    return read_report(content.encode(), name="a.txt").to_contract()


def beside(parts: int, between: tuple[str, ...] = ()) -> tuple[list[str], list[list[object]]]:
    """The rows in several columns of the page."""
    length = -(-len(ROWS) // parts)
    rows = [*each("label", "unit", "figure"), *[["", "", ""]] * (parts * length - len(ROWS))]
    columns = [rows[at * length : (at + 1) * length] for at in range(parts)]
    head = ["统计指标", "单位", "统计数"]
    joined = [[cell for number, part in enumerate(line) for cell in (*(between if number else ()), *part)]
              for line in zip(*columns, strict=True)]  # fmt: skip
    return [name for at in range(parts) for name in (*(between if at else ()), *head)], joined


def in_a_column_of_groups() -> dict[str, Any]:
    """The titles of groups in a column of their own, each over its rows."""
    groups: list[tuple[str, tuple[str, str, str | None, str]]] = []
    title = ""
    for row in ROWS:
        title = row[0] if row[2] is None else title
        groups += [] if row[2] is None else [(title, row)]
    rows: list[list[object]] = []
    for title, members in groupby(groups, key=lambda pair: pair[0]):
        some = [row for _, row in members]
        rows += [
            [*([td(title, 1, len(some))] if not at else []), *row[:2], row[2] or ""] for at, row in enumerate(some)
        ]
    return html("类别|统计指标|单位|统计数", rows)


SIMPLE = each("label", "unit", "figure")
HEAD = "统计指标|单位|统计数"
LAYOUTS: dict[str, Callable[[], dict[str, Any]]] = {
    "plain": lambda: html(HEAD, SIMPLE),
    "no header": lambda: html(None, SIMPLE),
    "a head without a name": lambda: html("统计指标|单位|", SIMPLE),
    "another word for the figures": lambda: html("统计指标|单位|填报数据", SIMPLE),
    "figures of the district": lambda: html("统计指标|单位|统计数（全区）", SIMPLE),
    "the year as head": lambda: html("指标|单位|2017年", SIMPLE),
    "the unit last": lambda: html("统计指标|统计数|单位", each("label", "figure", "unit")),
    "numbers last": lambda: html(f"{HEAD}|序号", each("label", "unit", "figure", "number")),
    "numbers in the middle": lambda: html("统计指标|序号|单位|统计数", each("label", "number", "unit", "figure")),
    "codes": lambda: html("指标名称|计量单位|代码|数量", each("label", "unit", "number", "figure")),
    "captions above": lambda: html(HEAD, SIMPLE, [td("政府信息公开情况统计表（2017年度）", 3)], [td("填报单位：示例区政府办", 3)]),
    "signatures below": lambda: html(HEAD, [*SIMPLE, [td("单位负责人：张某　填报人：王某", 3)], [td("联系电话：0512-12345678", 3)]]),
    "spaces in labels": lambda: html("统 计 指 标|单 位|统 计 数", [[" ".join(str(row[0])), *row[1:]] for row in SIMPLE]),
    "groups in a column": in_a_column_of_groups,
    "units in brackets": lambda: html("统计指标|统计数", [[f"{a}（单位：{b}）", c] for a, b, c in SIMPLE]),
    "units behind figures": lambda: html("统计指标|统计数", [[a, f"{c}{b}" if c else ""] for a, b, c in SIMPLE]),
    "in halves": lambda: html(*beside(2)),
    "in thirds": lambda: html(*beside(3)),
    "in halves with a blank column between": lambda: html(*beside(2, ("",))),
    "parts and their sum": lambda: html(
        "统计指标|单位|区政府统计数|区直单位统计数|乡镇街道统计数|合计", each("label", "unit", "part", "part", "part", "figure", part="3")
    ),
    "the sum before its parts": lambda: html(
        "统计指标|单位|全区合计|区政府|区直部门|镇街", each("label", "unit", "figure", "part", "part", "part", part="3")
    ),
    "parts below their sum's head": lambda: html(
        "区政府|区直单位|乡镇街道|合计", each("label", "unit", "part", "part", "part", "figure", part="3"),
        [td("统计指标", 1, 2), td("单位", 1, 2), td("统计数", 4)],
    ),
    "the year before beside it": lambda: html(
        "统计指标|单位|2017年|2016年|同比增长", each("label", "unit", "figure", "old", "more", old="9", more="5%")
    ),
    "a strange column beside it": lambda: html("统计指标|单位|本年|上年|增减", each("label", "unit", "figure", "old", "more", old="9", more="+3")),
    "remarks": lambda: html(f"{HEAD}|备注", each("label", "unit", "figure", "words", words="含下属单位")),
    "text: words apart": lambda: text("统计指标 单位 统计数", SIMPLE, " "),
    "text: figure and unit glued": lambda: text("统计指标 数量", [[a, f"{c}{b}" if c else ""] for a, b, c in SIMPLE], " "),
    "text: unit last": lambda: text("|统计指标|统计数|单位|", each("label", "figure", "unit"), "|", "|"),
    "text: numbers last": lambda: text("|统计指标|单位|统计数|序号|", each("label", "unit", "figure", "number"), "|", "|"),
    "text: commas": lambda: text("统计指标,单位,统计数", SIMPLE, ","),
    "text: tabs": lambda: text("统计指标\t单位\t统计数", SIMPLE, "\t"),
}  # fmt: skip


def own(parsed: dict[str, Any]) -> dict[str, float]:
    return {row["indicator"]: float(row["value"]) for row in parsed["legacy_statistics"] if row["value"] is not None}


@pytest.mark.parametrize("layout", LAYOUTS.values(), ids=LAYOUTS.keys())
def test_the_layout_is_read(layout: Callable[[], dict[str, Any]]) -> None:
    parsed = layout()
    assert own(parsed) == EXPECTED
    others = [row["value"] for rows in parsed["legacy_breakdown"].values() for row in rows]
    assert set(others) <= {3, 9, None}


def test_units_of_money_behind_the_figures_count() -> None:
    rows = [[a, c, "元" if b == "万元" else b] for a, b, c in SIMPLE]
    assert own(html("统计指标|统计数|单位", rows))["fees.requests"] == 0.000125


NOT_THE_YEARS = {
    "cumulative": lambda: html("统计指标|单位|历年累计", SIMPLE),
    "the year before": lambda: html("统计指标|单位|上年度", SIMPLE),
    "another year": lambda: html("统计指标|单位|2016年", SIMPLE),
    "a stranger": lambda: html("统计指标|单位|审核数", SIMPLE),
    "halves of the year": lambda: html("统计指标|单位|上半年|下半年", each("label", "unit", "figure", "more", more="3")),
    "two columns without heads": lambda: html(None, each("label", "unit", "figure", "more", more="3")),
    "two columns below blank heads": lambda: html("统计指标|单位||", each("label", "unit", "figure", "more", more="3")),
}  # fmt: skip


@pytest.mark.parametrize("layout", NOT_THE_YEARS.values(), ids=NOT_THE_YEARS.keys())
def test_figures_of_something_else_are_not_the_years(layout: Callable[[], dict[str, Any]]) -> None:
    parsed = layout()
    assert own(parsed) == {}
    told = {finding["rule"] for finding in parsed["findings"]}
    assert parsed["legacy_breakdown"] or told & {"label_unmapped", "header_unreadable", "table_of_other_years"}


def test_an_exemption_by_another_number_is_not_taken_for_its_neighbour() -> None:
    rows = ["（5）“免予公开范围1”数|条|1", "（6）“免予公开范围2”数|条|2", "（11）“免予公开范围9”数|条|7"]
    parsed = parse(
        page(*LEAD, table("指标名称|计量单位|数量", "申请总数|条|9", "对申请的答复总数|条|9", *rows), title=TITLE)
    )
    assert 7 not in own(parsed).values()
    assert own(parsed)["replies.denied.exemption_2"] == 2
    assert any("范围9" in finding["message"] for finding in parsed["findings"])


@pytest.mark.parametrize(
    "cells",
    [
        "<td colspan=2>收到申请数</td><td colspan=3>58</td>", "<td>收到申请数</td><td colspan=2>03</td><td colspan=2>58</td>",
        "<td>收到申请数</td><td colspan=4>58</td>", "<td colspan=2>收到申请数</td><td colspan=2>58</td><td>9</td>",
    ],
)  # fmt: skip
def test_a_number_that_reaches_over_the_column_of_codes_may_be_a_code(cells: str) -> None:
    """LibreOffice stretches the last cell of a row that lost one: it stands over the columns of codes and figures then."""
    head = "<tr><td colspan=2>指标</td><td>代码</td><td>本年数</td><td>历年累计</td></tr>"
    rows = (
        ("主动公开政府信息数", "01", "95", "99"),
        ("行政复议数量", "02", "7", "9"),
        ("举报投诉数量", "04", "3", "4"),
    )
    whole = "".join("<tr><td colspan=2>" + "</td><td>".join(row) + "</td></tr>" for row in rows)
    parsed = parse(page("一、概述", "略。", f"<table>{head}{whole}<tr>{cells}</tr></table>", title=TITLE))
    values = {row["indicator"]: row["value"] for row in parsed["legacy_statistics"]}
    assert values == {"proactive.total": 95, "review.total": 7, "complaints.total": 3, "requests.received": None}
    assert [row["value"] for row in parsed["legacy_breakdown"]["cumulative"] if row["value"]] == [99, 9, 4]
    assert {found["rule"] for found in parsed["findings"]} == {"row_misaligned"}
