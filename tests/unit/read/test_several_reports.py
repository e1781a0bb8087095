"""Several reports, or several sets of tables, in one document: never mixed, each under its own organ."""

import re

import pytest

from tests.unit.read.builders import TITLE, applications, disputes, page, parse, rules, table_two, values

FACTS = ("proactive_disclosure", "applications", "disputes")
OTHER = "样本市教育局2022年政府信息公开工作年度报告"


def moved(html: str, by: int) -> str:
    """The table with other figures."""
    return re.sub(r"(?<=>)\d+(?=</td>)", lambda match: str(int(match[0]) + by), html)


def report_body(by: int = 0, form: str = "2021") -> list[str]:
    tables = [moved(html, by) for html in (table_two(form), applications(form), disputes())]
    return [
        "一、总体情况", "正文。", "二、主动公开政府信息情况", tables[0], "三、收到和处理政府信息公开申请情况", tables[1],
        "四、政府信息公开行政复议、行政诉讼情况", tables[2], "五、存在的主要问题及改进情况", "六、其他需要报告的事项",
    ]  # fmt: skip


def without(row: str, html: str) -> str:
    """The table without one of its rows."""
    found = re.search(rf"<tr>(?:(?!<tr>).)*<td>{row}</td>.*?</tr>", html)
    assert found
    return html.replace(found[0], "")


FIRST = page(*report_body())


@pytest.mark.parametrize("form", ["2019", "2021"])
def test_each_report_is_read_by_itself(form: str) -> None:
    own = [without("行政许可", block) if "行政许可" in block else block for block in report_body()]
    parsed = parse(page(*own, OTHER, *report_body(1000, form)))
    alone = parse(page(*own))
    assert all(values(parsed, table) == values(alone, table) for table in FACTS)
    assert ("administrative_licenses", "decisions") not in values(parsed, "proactive_disclosure")
    assert parsed["report"] == alone["report"]
    assert "several_reports" in rules(parsed)
    (other,) = parsed["additional_reports"]
    assert (other["report"]["agency_name"], other["report"]["report_year"]) == ("样本市教育局", 2022)
    expected = parse(page(*report_body(1000, form), title=OTHER))
    assert all(values(other, table) == values(expected, table) for table in FACTS)


def test_the_link_says_which_report_is_meant() -> None:
    parsed = parse(page(*report_body(), OTHER, *report_body(1000)), link_title=OTHER)
    assert parsed["report"]["agency_name"] == "样本市教育局"
    assert values(parsed, "disputes")["review", "upheld"] == 1000
    assert [other["report"]["agency_name"] for other in parsed["additional_reports"]] == ["示例县人民政府"]


def test_the_organ_may_stand_on_a_line_of_its_own() -> None:
    second = ["样本市教育局", "2022年政府信息公开工作年度报告", *report_body(1000)]
    (other,) = parse(page(*report_body(), *second))["additional_reports"]
    assert other["report"]["agency_name"] == "样本市教育局"


@pytest.mark.parametrize(
    "below",
    [[OTHER], [OTHER, OTHER.replace("教育", "财政")], [TITLE, *report_body()]],
    ids=["title alone", "list of titles", "the same report again"],
)  # fmt: skip
def test_titles_without_tables_of_their_own_part_nothing(below: list[str]) -> None:
    parsed = parse(page(*report_body(), *below))
    assert parsed["additional_reports"] == []
    assert "several_reports" not in rules(parsed)
    alone = parse(FIRST)
    assert all(values(parsed, table) == values(alone, table) for table in FACTS)


def test_tables_of_districts_fill_no_gap_of_the_report() -> None:
    own = [without("行政许可", block) if "行政许可" in block else block for block in report_body()]
    districts = [part for by in (1000, 2000) for part in (f"附件：第{by}街道统计表", *report_body(by, "2019")[3:8:2])]
    parsed, alone = parse(page(*own, *districts)), parse(page(*own))
    assert all(values(parsed, table) == values(alone, table) for table in FACTS)
    found = [finding for finding in parsed["findings"] if finding["rule"] in ("further_tables", "table_repeated")]
    assert sorted(finding["table_name"] for finding in found) == sorted(FACTS)
    assert [section["section_no"] for section in parsed["sections"]] == [1, 2, 3, 4, 5, 6]


def test_a_title_on_every_page_below_a_list_of_titles_is_one_report() -> None:
    own = [part for block in report_body() for part in (block, TITLE)]
    parsed = parse(page(f"上一篇：{OTHER}", TITLE, *own))
    assert parsed["additional_reports"] == []
    assert all(values(parsed, table) == values(parse(FIRST), table) for table in FACTS)


def test_the_running_head_of_the_first_report_begins_none_of_the_others() -> None:
    pages = [part for block in report_body(1000) for part in (block, TITLE)]
    parsed = parse(page(*report_body(), OTHER, *pages))
    (other,) = parsed["additional_reports"]
    assert (other["report"]["agency_name"], other["report"]["report_year"]) == ("样本市教育局", 2022)
    assert all(values(other, table) == values(parse(page(*report_body(1000), title=OTHER)), table) for table in FACTS)


def test_a_report_whose_figures_cannot_be_read_is_named() -> None:
    garbled = [re.sub(r"(?<=>)\d+(?=</td>)", "<img src=x.png width=30>", block) for block in report_body()]
    (other,) = parse(page(*report_body(), OTHER, *garbled))["additional_reports"]
    assert other["report"]["agency_name"] == "样本市教育局"
    assert set(values(other, "disputes").values()) == {None}


def test_the_date_at_the_foot_of_a_collection_is_that_of_its_page() -> None:
    parsed = parse(page(*report_body(), OTHER, *report_body(1000), "发布时间：2024-01-20"))
    assert parsed["report"]["published_date"] == "2024-01-20"


BROKEN = {
    "行政复议": "行政\n复议",
    "结果维持": "结果\n维持",
    "结果纠正": "结果\n纠正",
    "其他结果": "其他\n结果",
    "尚未审结": "尚未\n审结",
}
"""Heads that a narrow column cuts into two lines."""


def as_lines(*blocks: str) -> list[str]:
    """A cell a line, with the heads of table four cut."""
    text = "\n".join(re.sub(r"<[^>]+>+", "\n", block) for block in blocks)
    for head, cut in BROKEN.items():
        text = re.sub(rf"^{head}$", cut, text, flags=re.MULTILINE)
    return [line for line in text.split("\n") if line]


def test_heads_cut_into_lines_are_labels_of_no_further_table() -> None:
    """其他 over 结果 is a head of table four, not a row of table three: nothing begins again there."""
    parsed = parse(
        "\n".join(
            [TITLE, *as_lines(*report_body()), "附件1：某街道统计表", *as_lines(moved(table_two(), 1000))]
        ).encode(),
        name="a.txt",
    )
    alone = parse(FIRST)
    assert all(values(parsed, table) == values(alone, table) for table in FACTS)
    assert "further_tables" in rules(parsed)


def test_a_report_without_table_three_and_with_cut_heads_is_apart_from_the_next() -> None:
    own = as_lines(*(block for block in report_body() if "勾稽关系" not in block))
    parsed = parse("\n".join([TITLE, *own, OTHER, *as_lines(*report_body(1000))]).encode(), name="a.txt")
    assert (parsed["report"]["agency_name"], parsed["report"]["report_year"]) == ("示例县人民政府", 2023)
    assert values(parsed, "applications") == {}
    assert values(parsed, "disputes")["review", "upheld"] == 0
    (other,) = parsed["additional_reports"]
    assert other["report"]["agency_name"] == "样本市教育局"
    assert values(other, "applications")["received", "natural_person"] == 1101


def test_words_of_a_label_with_a_gap_begin_no_table() -> None:
    """本年处理决定 数量 is one head of table two; 数量 alone would be a head of table four."""
    spaced = [re.sub(r"(制发|决定)(件数|数量)$", r"\1 \2", line) for line in as_lines(*report_body())]
    assert sum(" " in line for line in spaced) > 1
    parsed = parse("\n".join([TITLE, *spaced]).encode(), name="a.txt")
    alone = parse(FIRST)
    assert all(values(parsed, table) == values(alone, table) for table in FACTS)
    assert "further_tables" not in rules(parsed)
