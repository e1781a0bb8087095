"""A statutory table that a text prints more than once: the report's own copy is read, or none."""

from typing import Any

import pytest

from pipelines.read.reader import read_report

HEAD = ("自然人", "商业企业", "科研机构", "社会公益组织", "法律服务机构", "其他", "总计")
LABELS = (
    "一、本年新收政府信息公开申请数量", "二、上年结转政府信息公开申请数量", "（一）予以公开", "（二）部分公开", "1.属于国家秘密",
    "7.属于行政执法案卷", "8.属于行政查询事项", "2.重复申请", "（七）总计", "四、结转下年度继续办理",
)  # fmt: skip
OWN = [[n, n + 1, 0, 0, 0, 1, 2 * n + 2] for n in range(1, 11)]
OTHER = [[n, n, 0, 0, 0, 3, 2 * n + 3] for n in range(31, 41)]


def table(rows, sep=" ", labels=LABELS, head=HEAD):
    return [sep.join(head), *(sep.join([label, *map(str, row)]) for label, row in zip(labels, rows, strict=False))]


def read(*lines, title="句容市民政局2023年政府信息公开工作年度报告"):
    text = [title, "统计期限为2023年1月1日至2023年12月31日。", "一、总体情况", "三、收到和处理政府信息公开申请情况", *lines,
            "五、存在的主要问题及改进情况", "无。"]  # fmt: skip
    return read_report("\n".join(text).encode(), name="a.txt").to_contract()


def figures(report):
    rows: dict[str, list[Any]] = {}
    for cell in report["applications"]:
        rows.setdefault(cell["line"], []).append(cell["value"])
    return list(rows.values())


def rules(report):
    return {found["rule"] for found in report["findings"]}


@pytest.mark.parametrize("sep", [" ", "\t", "|", ",", "；"])
@pytest.mark.parametrize(
    "caption",
    [
        "2022年度收到和处理政府信息公开申请情况",
        "2022年",
        "上年同期数",
        "附表2",
        "其中：市直部门",
        "全市汇总",
        "附：2022年情况",
    ],
)
def test_a_copy_under_a_caption_of_its_own_is_left_out(sep, caption):
    report = read(*table(OWN, sep), caption, *table(OTHER, sep))
    assert sorted(figures(report)) == sorted(OWN)
    assert "table_repeated" in rules(report)


def test_last_years_copy_may_stand_first():
    report = read("2022年收到和处理申请情况", *table(OTHER), "2023年收到和处理申请情况", *table(OWN))
    assert sorted(figures(report)) == sorted(OWN)


def test_the_own_year_in_a_caption_sets_nothing_apart():
    """The copy without a caption may be anybody's then."""
    report = read("2023年收到和处理申请情况", *table(OWN), "（续）", *table(OTHER))
    assert not any(value is not None for row in figures(report) for value in row)
    assert "copies_differ" in rules(report)


def test_a_damaged_row_of_the_own_copy_is_not_filled_from_the_other():
    damaged = table(OWN)
    damaged[3] = "（一）予以公开 3 4 8"
    report = read(*damaged, "2022年", *table(OTHER))
    granted = [cell for cell in report["applications"] if cell["line"] == "granted"]
    assert all(cell["value"] is None for cell in granted)


def test_copies_that_nothing_tells_apart_are_not_read():
    report = read(*table(OWN), *table(OTHER))
    assert {cell["value_status"] for cell in report["applications"]} == {"unreadable"}
    assert "copies_differ" in rules(report)


def test_the_same_table_twice_is_read_once():
    assert sorted(figures(read(*table(OWN), *table(OWN)))) == sorted(OWN)


def test_rows_printed_again_on_the_next_page_are_no_copy():
    again = table(OWN[7:], labels=LABELS[7:])[1:]
    assert sorted(figures(read(*table(OWN)[:-3], *again, *again))) == sorted(OWN)


def test_a_summary_in_words_is_no_copy():
    summary = ["予以公开 3件", "部分公开 4件", "重复申请 8件"]
    assert sorted(figures(read(*summary, *table(OWN)))) == sorted(OWN)


@pytest.mark.parametrize("sep", ["\t", ",", ";"])
def test_blanks_moved_to_the_end_of_rows_of_a_spreadsheet(sep):
    """7, 1 and the total 8, with the zeros dropped and the row filled up: 8 is no third kind of applicant."""
    rows = [["7", "1", "8", "", "", "", ""], ["5", "5", "", "", "", "", ""], ["2", "3", "4", "9", "", "", ""]] * 3
    assert not any(value for row in figures(read(*table(rows, sep))) for value in row)


def test_a_row_of_a_spreadsheet_may_end_in_a_blank_remark():
    rows = [[*row, remark] for row, remark in zip(OWN, ["", "无"] * 5, strict=True)]
    assert sorted(figures(read(*table(rows, "\t", head=("项目", *HEAD, "备注"))))) == sorted(OWN)


def test_a_number_on_a_line_of_its_own_fills_no_blank():
    """A page number below a row that lost a blank: seven figures, though not seven cells."""
    lines = table(OWN)
    lines[3:4] = ["（一）予以公开 3 4 1 5 13 26", "5"]
    granted = [cell["value"] for cell in read(*lines)["applications"] if cell["line"] == "granted"]
    assert not any(granted)


def test_a_subtotal_is_not_the_row_above_it():
    lines = table(OWN)
    lines[4:5] = ["（二）部分公开（区分处理的，", "（三）不予公开 小计 89 148 0 0 94 38 369"]
    part = [cell["value"] for cell in read(*lines)["applications"] if cell["line"] == "granted_in_part"]
    assert not any(part)
