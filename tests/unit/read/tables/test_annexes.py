"""Annexes of 2004-2018: layouts that pages print, by name, and the factory's reports of every annex in every carrier."""

from random import Random
from typing import Any

import pytest

from pipelines.read.reader import read_report
from tests.factory.annex import ANNEX_CARRIERS, AnnexScore, compare_annex, random_annex
from tests.unit.read.builders import page, parse, rules, table, td

TITLE = "示例区2017年政府信息公开工作年度报告"
LEAD = ("一、概述", "略", "附表")


def own(parsed: dict[str, Any]) -> dict[str, Any]:
    """Figures of the year of the whole unit."""
    return {row["indicator"]: row["value"] for row in parsed["legacy_statistics"]}


def beside(parsed: dict[str, Any], column: str) -> dict[str, Any]:
    """Figures of one of the other columns."""
    return {row["indicator"]: row["value"] for row in parsed["legacy_breakdown"].get(column, ())}


def read(*rows: str) -> dict[str, Any]:
    """An HTML page with one annex."""
    return parse(page(*LEAD, table(*rows), title=TITLE))


def text(*lines: str) -> dict[str, Any]:
    """A text file with one annex."""
    return read_report("\n".join([TITLE, *LEAD, *lines]).encode(), name="a.txt").to_contract()


def test_a_cumulative_column_is_kept_apart() -> None:
    parsed = read("指标名称|计量单位|2017年度|历年累计", "主动公开文件数|条|2122|10037", "行政复议数|件|0|3")
    assert own(parsed) == {"proactive.total": 2122, "review.total": 0}
    assert beside(parsed, "cumulative") == {"proactive.total": 10037, "review.total": 3}


@pytest.mark.parametrize("columns", ["统计数|历年累计", "历年累计|统计数"])
def test_the_order_of_columns_is_the_printed_one(columns: str) -> None:
    year, total = ("7", "90") if columns.startswith("统计数") else ("90", "7")
    names = ("主动公开文件数|条", "行政复议数|件", "行政诉讼数|件")
    parsed = text(f"指标名称|计量单位|{columns}|", *(f"{name}|{year}|{total}|" for name in names))
    assert own(parsed) == {"proactive.total": 7, "review.total": 7, "litigation.total": 7}
    assert set(beside(parsed, "cumulative").values()) == {90}


def test_parts_by_kind_of_organ_beside_their_sum() -> None:
    parsed = read(
        "序号|统 计 指 标|单位|区政府统计数|区直单位统计数|乡镇街道统计数|合计|备注",
        "1|一、主动公开情况|----|||||",
        "2|（一）主动公开政府信息数（不同渠道和方式公开相同信息计1条）|条|10|20|30|60|去重",
        "3|主动公开机构领导、机构设置及人事信息|条|1|2|3|6|",
        "4|四、行政复议数量|件|1|2|0|3|", "5|（二）被依法纠错数|件|1|0|0|1|",
        "6|五、行政诉讼数量|件|0|2|0|2|", "7|（二）被依法纠错数|件|0|2|0|2|",
    )  # fmt: skip
    assert own(parsed) == {
        "proactive.total": 60, "review.total": 3, "review.corrected": 1, "litigation.total": 2, "litigation.corrected": 2,
    }  # fmt: skip
    assert beside(parsed, "departments")["litigation.corrected"] == 2
    assert any("人事信息" in f["message"] and "6" in f["message"] for f in parsed["findings"])


def test_parts_without_their_sum_are_no_total() -> None:
    parsed = read("统计指标|单位|区政府统计数|乡镇街道统计数", "制发规范性文件总数|件|1|2", "六、举报投诉数量|件|3|4")
    assert own(parsed) == {}
    assert beside(parsed, "townships") == {"normative_documents_issued": 2, "complaints.total": 4}


def test_codes_and_the_count_of_columns_are_no_figures() -> None:
    rows = ["指标名称|计量单位|代码|本期实际|本年累计", "甲|乙|丙|1|2", "主动公开信息数|条|01|30|120"]
    rows += ["网上咨询数|人次|07|4|9", "咨询电话接听数|人次|08|2|6"]
    for parsed in (read(*rows), text(*(f"{row}|" for row in rows))):
        assert own(parsed) == {"proactive.total": 120, "service.online_enquiries": 9, "service.phone_enquiries": 6}
        assert set(beside(parsed, "current_period").values()) == {30, 4, 2}
        assert not rules(parsed)


def test_two_halves_beside_each_other() -> None:
    head = "统计指标|单位|统计数"
    parsed = read(
        f"{head}|{head}", "一、主动公开情况|——||四、行政复议数量|件|4",
        "（一）主动公开政府信息数|条|100|（一）维持具体行政行为数|件|3",
        "制发规范性文件总数|件|13|（二）被依法纠错数|件|1",
    )  # fmt: skip
    assert own(parsed) == {
        "proactive.total": 100, "normative_documents_issued": 13, "review.total": 4, "review.upheld": 3, "review.corrected": 1,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("label", "unit", "value"),
    [("七、依申请公开信息收取的费用", "元", 0.012), ("七、依申请公开信息收取的费用", "万元", 120),
     ("七、依申请公开信息收取的费用（元）", "", 0.012),
     ("七、依申请公开信息收取的费用 万 元", "", 120)],
)  # fmt: skip
def test_the_printed_unit_of_money_counts(label: str, unit: str, value: float) -> None:
    assert own(read("统计指标|单位|统计数", "六、举报投诉数量|件|1", f"{label}|{unit}|120"))["fees.requests"] == value


def test_a_count_in_money_is_not_believed() -> None:
    parsed = read("统计指标|单位|统计数", "六、举报投诉数量|万元|7", "制发规范性文件总数|件|3")
    assert own(parsed) == {"complaints.total": None, "normative_documents_issued": 3}


def test_replies_refused_for_whatever_reason_are_not_the_denied_ones() -> None:
    head, received = "指标名称|单位|数量", "对申请的答复总数|条|5"
    assert own(read(head, received, "3.否决公开答复总数|条|2"))["replies.refused_total"] == 2
    assert own(read(head, received, "3.不予公开答复数|条|2"))["replies.denied"] == 2


@pytest.mark.parametrize("head", ["比上年增减", "去年统计数", "2016年", "增长率"])
def test_another_column_is_never_the_year(head: str) -> None:
    parsed = read(f"统计指标|单位|{head}", "六、举报投诉数量|件|7", "制发规范性文件总数|件|3")
    assert not [value for value in own(parsed).values() if value is not None] or head == "2016年"


def test_of_two_years_beside_each_other_the_later_is_the_report_s() -> None:
    parsed = read("统计指标|单位|2016年|2017年", "六、举报投诉数量|件|7|8", "制发规范性文件总数|件|3|4")
    assert own(parsed) == {"complaints.total": 8, "normative_documents_issued": 4}


def test_rows_of_different_annexes_in_one_table() -> None:
    parsed = read("指标名称|单位|数量", "主动公开文件数|条|9", "网站专栏页面访问量|人次|800", "举办各类培训班数|次|2")
    assert own(parsed) == {"proactive.total": 9, "service.column_page_views": 800, "training.courses": 2}


def test_a_fee_without_the_title_of_its_group_is_refused() -> None:
    rows = [
        "指标名称|单位|数量",
        "收取费用总额|元|30",
        "主动公开信息收费总数|元|10",
        "1.邮寄费|元|10",
        "某种费用|元|20",
        "2.邮寄费|元|20",
    ]
    parsed = read(*rows)
    assert own(parsed)["fees.proactive.postage"] in (0.001, None)
    assert "fees.requests.postage" not in own(parsed)


def test_group_titles_of_an_annex_are_no_section_headings() -> None:
    parsed = text(
        "统计指标", "单位", "统计数", "一、主动公开情况", "——", "（一）主动公开政府信息数", "条", "12",
        "制发规范性文件总数", "件", "3",
        "三、依申请公开情况", "——", "（一）收到申请数", "件", "9",
    )  # fmt: skip
    assert own(parsed) == {"proactive.total": 12, "normative_documents_issued": 3, "requests.received": 9}


def test_a_spanning_head_over_the_parts() -> None:
    head = [td("统计指标", 1, 2), td("单位", 1, 2), td("统计数", 2)]
    rows = [
        head,
        [td("本级"), td("乡镇")],
        ["六、举报投诉数量", "件", "1", "2"],
        ["制发规范性文件总数", "件", "3", "4"],
    ]
    parsed = parse(page(*LEAD, table(*rows), title=TITLE))
    assert own(parsed) == {}
    assert beside(parsed, "government") == {"complaints.total": 1, "normative_documents_issued": 3}


@pytest.mark.slow
@pytest.mark.parametrize("carrier", ANNEX_CARRIERS)
def test_factory_annexes_are_read_or_refused(carrier: str) -> None:
    total = AnnexScore()
    for seed in range(12):
        case = random_annex(Random(f"annex/{seed}"), carrier=carrier, damage=seed % 2 == 1)
        score = compare_annex(case, read_report(case.data, name=case.filename).to_contract())
        assert not score.wrong, case.name
        assert not score.invented, case.name
        total.add(score)
    assert total.right > 0.8 * (total.printed - total.refused)
