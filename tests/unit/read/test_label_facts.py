"""Each row of the table in docs/domain/labels.md#labels: a label that is printed so is still recognised."""

from pathlib import Path

import pytest
import yaml

import schemas
from schemas.labels import normalise_label
from tests.unit.read.builders import (
    TITLE,
    applications,
    disputes,
    form_table,
    leaf,
    page,
    parse,
    rules,
    table,
    table_two,
    td,
    values,
)  # fmt: skip

LINE_LABELS = [
    pytest.param("2021", "denied_enforcement_case_file", "7.属于行政执法案类", id="typo in row label"),
    pytest.param("2021", "denied_prohibited_by_law", "2.其他法律行政止公开", id="truncated label"),
    pytest.param("2021", "granted_in_part", "（二）部分公开", id="shortened: note missing"),
    pytest.param("2021", "other_correction_overdue", "1.逾期不补正", id="shortened: correction overdue"),
    pytest.param("2021", "other_fee_overdue", "2.逾期不缴费", id="shortened: fee overdue"),
    pytest.param("2021", "other_fee_overdue", "2.逾期未缴费", id="alias seed: fee not paid"),
    pytest.param("2021", "denied_state_secret", "1、属于国家秘密", id="enumerator with 、"),
    pytest.param("2021", "denied_state_secret", "1.<br>属于国家秘密", id="line break after the enumerator"),
    pytest.param("2021", "denied_state_secret", "１．属于国家秘密", id="full-width enumerator"),
    pytest.param("2021", "other_correction_overdue",
                 "1.申请人无正当理由逾期不补正，行政机关不再处理其政府信息公开申请", id="comma inside a label"),
    pytest.param("2021", "granted", "(一)予以公开", id="half-width brackets"),
    pytest.param("2021", "denied_security_stability", '3.危及"三安全一稳定"', id="ASCII quotes"),
    pytest.param("2021", "not_processed_excessive_repetitive", "4.无正当理由大量反复 申请", id="space inside a word"),
    pytest.param("2021", "not_processed_confirm_or_reissue", "5.要求行政机关确认或重 新出具已获取信息", id="space, long label"),
    pytest.param("2021", "processed_total", "（七）合计", id="alias seed: 合计"),
    pytest.param("2021", "carried_out", "四、结转下年度继续处理", id="alias seed: carried out"),
    pytest.param("2019", "other", "（六）&nbsp;其他处理", id="nbsp inside a label"),
    pytest.param("2021", "unavailable_not_held", "1.本机关不掌握相关政府信息&#8203;", id="zero-width space"),
    pytest.param("2021", "not_processed_petition_complaint", "1.信访举报投诉类申请⼈", id="one character too many"),
    pytest.param("2021", "denied_third_party_rights", "4.保護第三方合法權益", id="traditional characters"),
    pytest.param("2021", "granted_in_part", "（二）部分公开（区分处理的,只计这一情形,不计其他情形）", id="half-width commas"),
]  # fmt: skip


@pytest.mark.parametrize(("form", "line", "printed"), LINE_LABELS)
def test_row_label(form: str, line: str, printed: str) -> None:
    wanted = values(parse(page(applications(form))), "applications")
    parsed = parse(page(applications(form, labels={leaf(form, line).label: printed})))
    assert values(parsed, "applications") == wanted
    assert "label_unmapped" not in rules(parsed)


GROUP_LABELS = [
    pytest.param("三、本年度办理结果", "本年度办理结果", id="missing prefix"),
    pytest.param("三、本年度办理结果", "".join(f"<p>{char}</p>" for char in "三、本年度办理结果"), id="vertical text"),
    pytest.param("（三）不予公开", "<p>（三）</p><p>不予公开</p>", id="split group label"),
    pytest.param("（三）不予公开", "(三)<br>不予公开", id="split group label, half-width"),
    pytest.param("（六）其他处理", "（六）其它处理", id="other character for 他"),
]  # fmt: skip


@pytest.mark.parametrize(("label", "printed"), GROUP_LABELS)
def test_group_label(label: str, printed: str) -> None:
    wanted = values(parse(page(applications())), "applications")
    assert values(parse(page(applications(labels={label: printed}))), "applications") == wanted


COLUMN_LABELS = [
    pytest.param({"商业企业": "商业<br>企业", "社会公益组织": "社会<br>公益<br>组织"}, id="line break inside a header"),
    pytest.param({"总计": "总 计"}, id="space in 总计"),
    pytest.param({"总计": "合计"}, id="合计 for 总计"),
    pytest.param({"社会公益组织": "社会组织"}, id="alias seed: 社会组织"),
    pytest.param({"法人或其他组织": "法人和其他组织"}, id="group of applicants"),
    pytest.param({"其他": "其它"}, id="其它 for 其他"),
    pytest.param({"自然人": "⾃然⼈"}, id="CJK radicals, first block"),
]


@pytest.mark.parametrize("columns", COLUMN_LABELS)
def test_column_label(columns: dict[str, str]) -> None:
    wanted = values(parse(page(applications())), "applications")
    assert values(parse(page(applications(columns=columns))), "applications") == wanted


def test_radicals_of_the_second_block() -> None:
    """⺠ is not folded by NFKC: 第三方 with ⻓, 门 with ⻔ and so on need the map."""
    html = (
        page("三、收到和处理政府信息公开申请情况", applications()).decode().replace("示例县人民政府", "示例县人⺠政府")
    )
    assert parse(html.encode())["report"]["agency_name"] == "示例县人民政府"


OUTLINE = (
    "一、总体情况", "二、主动公开政府信息情况", "三、收到和处理政府信息公开申请情况", "四、政府信息公开行政复议、行政诉讼情况",
    "五、存在的主要问题及改进情况", "六、其他需要报告的事项",
)  # fmt: skip
HEADINGS = [
    pytest.param(5, "五、存在的主要问题及改进措施", id="seed"),
    pytest.param(5, "五、存在的主要问题及改进情况", id="template"),
    pytest.param(5, "五、政府信息公开工作存在的主要问题及改进情况", id="Shanghai"),
    pytest.param(5, "五、存在问题及改进情况", id="Hangzhou"),
    pytest.param(4, "四、政府信息公开行政复议、行政诉讼情况", id="template of four"),
    pytest.param(4, "四、因政府信息公开工作被申请行政复议和提起行政诉讼情况", id="Shanghai, four"),
    pytest.param(1, "一、总体情况（宋体加粗小四号字）", id="leaked template text"),
    pytest.param(6, "六、 其他需要报告的事项", id="space behind the numeral"),
]


@pytest.mark.parametrize(("number", "heading"), HEADINGS)
def test_heading_variant(number: int, heading: str) -> None:
    outline = dict(enumerate(OUTLINE, start=1)) | {number: heading}
    blocks = [text for n, line in outline.items() for text in (line, f"第{n}部分的正文。")]
    sections = {s["section_no"]: s["text"] for s in parse(page(*blocks))["sections"]}
    assert set(sections) == set(outline)
    assert sections[number].endswith(f"第{number}部分的正文。")


TITLES = [
    pytest.param("2023年示例县人民政府政府信息公开工作年度报告", "示例县人民政府", 2023, id="year first"),
    pytest.param("示例县人民政府2023年政府信息公开工作年度报告", "示例县人民政府", 2023, id="year behind the agency"),
    pytest.param("示例县人民政府2017年政府信息公开年度报告", "示例县人民政府", 2017, id="without 工作"),
    pytest.param("示例县2023年政府信息公开工作年度报告（图片版）", "示例县", 2023, id="picture version"),
    pytest.param("示例县2023年政府信息公开工作年度报告（超链版）", "示例县", 2023, id="link version"),
    pytest.param("示例县财政局2022年度政府信息公开工作报告", "示例县财政局", 2022, id="工作报告"),
    pytest.param("示例县财政局政府信息公开工作2022年度报告", "示例县财政局", 2022, id="year at the end"),
    pytest.param("示例县财政局2022政府信息公开工作年度报告", "示例县财政局", 2022, id="bare year"),
    pytest.param("示例县财政局2022年政府信息公开年报", "示例县财政局", 2022, id="年报"),
    pytest.param("示例县财政局关于2022年政府信息公开工作年度报告", "示例县财政局", 2022, id="with 关于"),
    pytest.param("示例县财政局2022年度政务公开工作情况的报告", "示例县财政局", 2022, id="odd title"),
    pytest.param("名 称： 示例县财政局2022年政府信息公开工作年度报告", "示例县财政局", 2022, id="label 名称"),
    pytest.param("标 题 | 示例县财政局2022年政府信息公开工作年度报告 | ||", "示例县财政局", 2022, id="row of 标题"),
    pytest.param("称: 示例县财政局2022年政府信息公开工作年度报告", "示例县财政局", 2022, id="label cut by the layout"),
    pytest.param("标题: 2022年示例县财政局政府信息公开工作年度报告", "示例县财政局", 2022, id="label, year first"),
    pytest.param("Page 8 - 示例县财政局2022年政府信息公开工作年度报告", "示例县财政局", 2022, id="page of a book"),
    pytest.param("3/9/23, 11:15 PM 示例县财政局2022年政府信息公开工作年度报告", "示例县财政局", 2022, id="printed"),
    pytest.param("我镇2022年度政府信息公开工作报告", None, 2022, id="first person"),
]


@pytest.mark.parametrize(("title", "agency", "year"), TITLES)
def test_title_variant(title: str, agency: str | None, year: int) -> None:
    report = parse(page("一、总体情况", "正文。", applications(), title=title))["report"]
    assert (report["agency_name"], report["report_year"]) == (agency, year)


def test_one_row_of_other_results_in_a_form_of_2021() -> None:
    """洪泽 2023 and 2024: table two of 2021, table three of 2019. The form is decided table by table."""
    report = parse(page(table_two("2021"), applications("2019"), disputes()))["report"]
    assert (report["form_table2"], report["form_table3"]) == ("2021", "2019")


def test_irregular_header_grid() -> None:
    """杭州型: 总计 without rowspan, the third header row padded by empty cells on both sides."""
    html = applications().replace(td("自然人", 1, 2), td("自然人")).replace(td("总计", 1, 2), td("总计"))
    names = "".join(td(n) for n in ("商业企业", "科研机构", "社会公益组织", "法律服务机构", "其他"))
    html = html.replace(f"<tr>{names}</tr>", f"<tr><td></td>{names}<td></td></tr>")
    assert values(parse(page(html)), "applications") == values(parse(page(applications())), "applications")


def test_spans_of_header_and_data_disagree() -> None:
    """上海 2019: header spans 1+1+2+1, data 1+2+1+1: cells map by order, not by grid column."""
    header = [td("信息内容"), td("上一年项目数量"), td("本年增/减", 2), td("处理决定数量")]
    data = [td("行政处罚"), td("7", 2), td("-2"), td("90")]
    html = table([td("第二十条第（六）项", 5)], header, data, [td("行政强制"), td("3", 2), td("+1"), td("4")])
    found = values(parse(page("二、主动公开政府信息情况", html)), "proactive_disclosure")
    assert found["administrative_penalties", "items_previous_year"] == 7
    assert found["administrative_penalties", "items_change"] == -2
    assert found["administrative_penalties", "decisions"] == 90


def test_extra_empty_header_cells() -> None:
    """洪泽 table four: the group label is followed by empty cells instead of spanning them."""
    html = disputes().replace("<td colspan=5>行政复议</td>", "<td colspan=3>行政复议</td><td></td><td></td>", 1)
    assert values(parse(page(html)), "disputes") == values(parse(page(disputes())), "disputes")


def test_missing_total_column() -> None:
    """A town's table without 总计: six columns are read, the total is reported missing, nothing moves."""
    block = form_table("2021", "applications").blocks[0]
    names = [leaf.label for leaf in block.column_leaves()][:-1]
    rows = [[leaf.label, *range(6)] for leaf in block.row_leaves()]
    parsed = parse(page(table(["申请人情况", *names], *rows)))
    found = values(parsed, "applications")
    assert all(found[line, "natural_person"] == 0 and found[line, "other_organization"] == 5 for line, _ in found)
    assert not any(applicant == "total" and value is not None for (_, applicant), value in found.items())
    assert "column_missing" in rules(parsed)


def test_page_furniture() -> None:
    """长者专版, 字体:[ ] and a page number are no report text and no cells."""
    below = "<p>来源:示例县人民政府 发布时间:2024-01-20 字体:[ 大 中 小 ]</p>"
    parsed = parse(page("一、总体情况", "正文。", applications(), "- 4 -", below=below))
    assert parsed["report"]["published_date"] == "2024-01-20"
    assert values(parsed, "applications") == values(parse(page(applications())), "applications")


def _cut(html: str, again: bool) -> str:
    """Table three in two pieces after the row of 5.属于三类内部事务信息, its header printed again or not."""
    rows = html.removeprefix("<table><tr>").removesuffix("</tr></table>").split("</tr><tr>")
    header, data = rows[:3], rows[3:]
    at = next(i for i, row in enumerate(data) if "四、结转下年度" in row)
    tail = [*header, *data[at:]] if again else data[at:]
    return "".join(
        "<table>" + "".join(f"<tr>{row}</tr>" for row in part) + "</table>" for part in ([*header, *data[:at]], tail)
    )


@pytest.mark.parametrize("again", [True, False], ids=["header printed again", "header not repeated"])
def test_repeated_header_after_page_break(again: bool) -> None:
    wanted = values(parse(page(applications())), "applications")
    assert values(parse(page(_cut(applications(), again))), "applications") == wanted


@pytest.mark.parametrize("form", ["2019", "2021"])
def test_names_of_columns_cut_by_a_page_break(form: str) -> None:
    """社会公益 over 组织: the row that begins on the first page is header whatever rows are called 其他, too."""
    html = applications(form)
    halves = [("商业", "企业"), ("科研", "机构"), ("社会公益", "组织"), ("法律服务", "机构"), ("其他", "")]
    whole = "".join(td(upper + lower) for upper, lower in halves)
    assert whole in html
    tops, rest = html.split(f"<tr>{whole}</tr>")
    lower = td("", 3) + td("") + "".join(td(low) for _, low in halves) + td("")
    cut = f"{tops}<tr>{''.join(td(up) for up, _ in halves)}</tr></table><table><tr>{lower}</tr>{rest}"
    assert values(parse(page(cut)), "applications") == values(parse(page(html)), "applications")


def test_the_rest_of_a_row_below_a_repeated_header_is_no_header() -> None:
    """A row begun on the page before ends below the header that is printed again: text without numbers beside the columns."""
    wanted = values(parse(page(applications())), "applications")
    pieces = _cut(applications(), again=True)
    at = pieces.index("四、结转下年度")
    begin = pieces.rindex("<tr>", 0, at)
    rest = "<tr>" + td("理", 1) + td("诉类申请", 2) + td("") * 7 + "</tr>"
    assert values(parse(page(pieces[:begin] + rest + pieces[begin:])), "applications") == wanted


def test_header_cut_by_a_page_break_within_its_corner() -> None:
    """The sentence of the corner goes on over the page, beside the lower rows of the header: what is left of it names nothing."""
    html, corner = applications(), "（本列数据的勾稽关系为：第一项加第二项之和，等于第三项加第四项之和）"
    wanted = values(parse(page(html)), "applications")
    second = "</tr><tr>" + td("自然人", 1, 2)
    for at in range(1, len(corner)):
        whole = html.replace(td(corner, 3, 3), td(corner[:at], 3))
        cut = whole.replace(second, "</tr></table><table><tr>" + td(corner[at:], 3, 2) + td("自然人", 1, 2))
        found = values(parse(page(cut)), "applications")
        assert {key: value for key, value in found.items() if value is not None} in ({}, wanted)
        assert found == wanted or not 8 <= at <= len(corner) - 6


def test_traditional_page_of_an_official_gateway() -> None:
    """The Big5 gateway changes characters and words: 資訊 for 信息."""
    change = {"政府信息公开": "政府資訊公開", "数量": "數量", "总计": "總計", "办理": "辦理", "申请": "申請"}
    html = page("三、收到和处理政府信息公开申请情况", applications(), title=TITLE).decode()
    for common, traditional in change.items():
        html = html.replace(common, traditional)
    assert values(parse(html.encode()), "applications") == values(parse(page(applications())), "applications")


@pytest.mark.parametrize(
    ("printed", "label"),
    [("上一年專案數量", "上一年项目数量"), ("行政規範性檔", "行政规范性文件"), ("5.屬於三類內部事務資訊", "属于三类内部事务信息"),
     ("國家檔案局", "国家档案局"), ("6.屬於四類過程性信息", "属于四类过程性信息")],
)  # fmt: skip
def test_words_of_the_gateways(printed: str, label: str) -> None:
    assert normalise_label(printed) == label


def test_words_in_titles_keep_their_length() -> None:
    words = yaml.safe_load((Path(schemas.__file__).parent / "gateway_words.yaml").read_text(encoding="utf-8"))
    assert all(len(word) == len(common) for word, common in words["same_length"].items())
    parsed = parse(page(applications(), title="某某縣教育局2023年政府資訊公開工作年度報告"))
    assert (parsed["report"]["agency_name"], parsed["report"]["report_year"]) == ("某某縣教育局", 2023)


NEVER = [
    pytest.param("9.属于工作秘密", id="属于工作秘密"),
    pytest.param("9.属于内部管理信息", id="属于内部管理信息"),
    pytest.param("9.无法联系到申请人", id="无法联系到申请人"),
]


@pytest.mark.parametrize("printed", NEVER)
def test_labels_of_no_form_are_refused_with_their_numbers(printed: str) -> None:
    parsed = parse(page(applications(labels={"8.属于行政查询事项": printed})))
    found = values(parsed, "applications")
    assert not any(line == "denied_administrative_inquiry" and value is not None for (line, _), value in found.items())
    assert "label_unmapped" in rules(parsed)
    wanted = {
        k: v
        for k, v in values(parse(page(applications())), "applications").items()
        if k[0] != "denied_administrative_inquiry"
    }
    assert {k: v for k, v in found.items() if k[0] != "denied_administrative_inquiry"} == wanted


def test_traps_that_change_meaning() -> None:
    """对外公开总数量 is not 现行有效件数; a number of fee items is not an amount of fees."""
    found = values(parse(page(table_two("2019"))), "proactive_disclosure")
    assert not any(metric in ("in_force", "repealed", "fee_amount") for _, metric in found)
    assert ("administrative_fees", "items_previous_year") in found
