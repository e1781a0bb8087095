"""Annexes with what provinces print around and inside them: captions, feet, serial numbers, numbering, other group titles."""

from collections.abc import Callable
from typing import Any

import pytest

from pipelines.read.reader import read_report
from tests.unit.read.builders import page, parse, table

TITLE = "示例区2016年政府信息公开工作年度报告"
LEAD = ("一、概述", "略。")
CAPTION = ("政府信息公开情况统计表", "（2016年度）", "填报单位（盖章）：示例区人民政府办公室")
FOOT = ("单位负责人：张一  审核人：李二  填报人：王三", "联系电话：0599-8830330   填报日期：2017年1月10日")

Rows = tuple[tuple[str, ...], ...]
HEAD = ("统  计  指  标", "单位", "统计数")
ROWS: Rows = (
    ("一、主动公开情况", "——"),
    ("（一）主动公开政府信息数（不同渠道和方式公开相同信息计1条）", "条", "2315"),
    ("制发规范性文件总数", "件", "19"),
    ("三、依申请公开情况", "——"),
    ("（一）收到申请数", "件", "60"),
    ("1.当面申请数", "件", "10"),
    ("七、依申请公开信息收取的费用", "万元", "0.35"),
    ("1.专职人员数（不包括政府公报及政府网站工作人员数）", "人", "33"),
    ("（三）接受培训人员数", "人次", "1208"),
)
FIGURES = {
    "proactive.total": 2315, "normative_documents_issued": 19, "requests.received": 60, "requests.by_channel.in_person": 10,
    "fees.requests": 0.35, "resources.staff.full_time": 33, "training.participants": 1208,
}  # fmt: skip


def _in_html(rows: Rows) -> dict[str, Any]:
    return parse(page(*LEAD, *CAPTION, table(*("|".join(row) for row in rows)), *FOOT, title=TITLE))


def _in_text(join: Callable[[Rows], list[str]]) -> Callable[[Rows], dict[str, Any]]:
    def read(rows: Rows) -> dict[str, Any]:
        lines = [TITLE, *LEAD, *CAPTION, *join(rows), *FOOT]
        return read_report("\n".join(lines).encode(), name="a.txt").to_contract()

    return read


LAYOUTS = {
    "html": _in_html,
    "cell_a_line": _in_text(lambda rows: [cell for row in rows for cell in row]),
    "row_a_line": _in_text(lambda rows: ["  ".join(row) for row in rows]),
    "pipes": _in_text(lambda rows: [" | ".join(row) + " |" for row in rows]),
    "tabs": _in_text(lambda rows: ["\t".join(row) for row in rows]),
    "one_line": _in_text(lambda rows: [" ".join(cell for row in rows for cell in row)]),
}


def own(parsed: dict[str, Any]) -> dict[str, Any]:
    return {row["indicator"]: row["value"] for row in parsed["legacy_statistics"]}


def beside(parsed: dict[str, Any], column: str) -> dict[str, Any]:
    return {row["indicator"]: row["value"] for row in parsed["legacy_breakdown"].get(column, ())}


@pytest.mark.parametrize("layout", LAYOUTS)
def test_a_caption_and_a_foot_are_no_part_of_the_annex(layout: str) -> None:
    assert own(LAYOUTS[layout]((HEAD, *ROWS))) == FIGURES


@pytest.mark.parametrize("layout", ["html", "cell_a_line", "pipes", "one_line"])
def test_serial_numbers_between_a_caption_and_a_foot(layout: str) -> None:
    numbered = tuple((str(number), *row) for number, row in enumerate(ROWS, 1))
    assert own(LAYOUTS[layout]((("序号", *HEAD), *numbered))) == FIGURES


@pytest.mark.parametrize("layout", ["html", "cell_a_line", "row_a_line", "pipes"])
def test_the_year_before_stands_beside_the_year(layout: str) -> None:
    rows = tuple((*row[:2], str(float(row[2]) + 5000), *row[2:]) if len(row) > 2 else row for row in ROWS)
    parsed = LAYOUTS[layout]((("统计指标", "单位", "2015年", "2016年"), *rows))
    assert own(parsed) == FIGURES
    assert beside(parsed, "previous_year")["requests.received"] == 5060


@pytest.mark.parametrize("layout", LAYOUTS)
def test_a_group_in_other_words_heads_no_section(layout: str) -> None:
    words = {"一、主动公开情况": "一、主动公开政府信息情况", "三、依申请公开情况": "三、依申请公开政府信息情况"}
    rows = tuple((words.get(row[0], row[0]), *row[1:]) for row in ROWS)
    assert own(LAYOUTS[layout]((HEAD, *rows))) == FIGURES


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("numbers", [("1 ", "1-1 ", "2 "), ("1.", "1.1 ", "2."), ("1、", "1-1、", "2、")])
def test_rows_numbered_by_figures(layout: str, numbers: tuple[str, ...]) -> None:
    labels = ("主动公开信息数", "政府网站公开数", "行政复议数")
    rows = tuple(
        (number + label, "条", str(at + 7)) for at, (number, label) in enumerate(zip(numbers, labels, strict=True))
    )
    parsed = LAYOUTS[layout]((("指标名称", "单位", "数量"), *rows))
    expected = {"proactive.total": 7, "proactive.by_channel.website": 8, "review.total": 9}
    got = own(parsed)
    assert {key: got.get(key) for key in got if got[key] is not None}.items() <= expected.items()
    if layout != "one_line":
        assert got == expected


@pytest.mark.parametrize("unit", [" 人", "人", "（人）"])
def test_a_unit_behind_a_note(unit: str) -> None:
    label = f"1.专职人员数（不包括政府公报及政府网站工作人员数）{unit}"
    assert (
        own(_in_html((("统计指标", "统计数"), ("六、举报投诉数量", "2"), (label, "33"))))["resources.staff.full_time"]
        == 33
    )


def test_heads_printed_with_gaps() -> None:
    lines = (
        "指   标  名  称 计量 单位 2009  年度 历年 累计",
        "主动公开信息数 条 526 1203",
        "行政复议数 件 1 2",
        "行政诉讼数 件 0 3",
    )
    parsed = read_report("\n".join((TITLE.replace("2016", "2009"), *LEAD, *lines)).encode(), name="a.txt").to_contract()
    assert own(parsed) == {"proactive.total": 526, "review.total": 1, "litigation.total": 0}
    assert beside(parsed, "cumulative") == {"proactive.total": 1203, "review.total": 2, "litigation.total": 3}


def test_blank_cells_on_lines_of_their_own_behind_the_unit() -> None:
    lines = ["指标名称 |", "计量单位 |", "2016年 |", "历年累计 |"]
    for label, year, total in (("主动公开信息数", "5", "9"), ("网上咨询数", "", "7"), ("行政复议数", "0", "3")):
        lines += [
            f"{label} |",
            "条 |" if label == "主动公开信息数" else "件 |",
            f"{year} |" if year else "|",
            f"{total} |",
        ]
    parsed = read_report("\n".join((TITLE, *LEAD, *lines)).encode(), name="a.txt").to_contract()
    assert beside(parsed, "cumulative") == {"proactive.total": 9, "service.online_enquiries": 7, "review.total": 3}
    assert own(parsed) == {"proactive.total": 5, "service.online_enquiries": None, "review.total": 0}


def test_a_page_number_beside_a_row_of_one_figure_ends_nothing() -> None:
    lines = [cell for row in (HEAD, *ROWS[:4]) for cell in row] + ["- 1 -"] + [cell for row in ROWS[4:] for cell in row]
    parsed = read_report("\n".join((TITLE, *LEAD, *lines, "- 2 -")).encode(), name="a.txt").to_contract()
    assert own(parsed)["requests.received"] == 60


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("head", ["同比增长（%）", "占比", "比上年增减"])
def test_a_change_beside_the_figure_is_not_read(layout: str, head: str) -> None:
    rows = tuple((*row, "12.7") if len(row) > 2 else row for row in ROWS)
    parsed = LAYOUTS[layout](((*HEAD, head), *rows))
    assert own(parsed) == FIGURES
    assert not parsed["legacy_breakdown"]


def test_parts_of_a_total_with_and_without_their_last_word() -> None:
    rows = (
        ("四、行政复议数量", "件", "7"), ("（一）维持具体行政行为", "件", "4"), ("（二）被依法纠错", "件", "2"),
        ("（三）其他情形数", "件", "1"),
        ("五、行政诉讼数量", "件", "8"), ("（二）被依法纠错", "件", "3"),
    )  # fmt: skip
    assert own(_in_html((HEAD, *rows))) == {
        "review.total": 7, "review.upheld": 4, "review.corrected": 2, "review.other": 1, "litigation.total": 8,
        "litigation.corrected": 3,
    }  # fmt: skip
