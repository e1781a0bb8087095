"""Heads and outlines of real pages: where title, agency, date and sections stand."""

from collections.abc import Sequence

import pytest

from tests.unit.read.builders import TITLE, page, parse

SECTIONS = ("总体情况", "主动公开政府信息情况", "收到和处理政府信息公开申请情况", "政府信息公开行政复议、行政诉讼情况",
            "存在的主要问题及改进情况", "其他需要报告的事项")  # fmt: skip
NUMERALS = "一二三四五六"
OUTLINE = tuple(line for n, name in zip(NUMERALS, SECTIONS, strict=True) for line in (f"{n}、{name}", "正文。"))
AGENCY = "示例县人民政府"


def head(html: str) -> bytes:
    """A page whose head is ``html``, instead of one heading."""
    return page(*OUTLINE).decode().replace(f"<h1>{TITLE}</h1>", html).encode()


@pytest.mark.parametrize(
    "html",
    [
        pytest.param(f"<p>{AGENCY}</p><p>2023年政府信息公开工作年度报告</p>", id="two lines"),
        pytest.param(f"<p>{AGENCY}</p><p>2023年政府信息公开</p><p>工作年度报告</p>", id="three lines"),
        pytest.param(f"<h1>{AGENCY}<br>2023年政府信息公开工作年度报告</h1>", id="a break"),
        pytest.param(f"<p>当前位置：首页 &gt; 政府信息公开年报</p><h1>{TITLE}</h1>", id="breadcrumb"),
        pytest.param(
            f"<ul><li>样本县2022年政府信息公开工作年度报告</li><li>示例县2021年政府信息公开工作年度报告</li></ul><h1>{TITLE}</h1>",
            id="a list of other reports before it",
        ),
        pytest.param(f"<h1>{TITLE}</h1><p>字体：大 中 小{TITLE}</p>", id="repeated behind the font widget"),
        pytest.param(
            "<table><tr><td>索 引 号</td><td>x/1</td></tr><tr><td>发布机构</td><td>示例县人民政府</td></tr>"
            "<tr><td>名称</td><td>2023年政府信息公开工作年度报告</td></tr></table><h1>2023年政府信息公开工作年度报告</h1>",
            id="the agency in the metadata table only",
        ),
    ],
)
def test_title_agency_and_year(html: str) -> None:
    report = parse(head(html))["report"]
    assert (report["agency_name"], report["report_year"]) == (AGENCY, 2023)


def test_the_date_of_the_signature_counts_last() -> None:
    signed = page(*OUTLINE, AGENCY, "2024年1月25日")
    assert parse(signed)["report"]["published_date"] == "2024-01-25"
    dated = page(*OUTLINE, AGENCY, "2024年1月25日", below="<p>发布时间：2024-01-30</p>")
    assert parse(dated)["report"]["published_date"] == "2024-01-30"
    old = page(*OUTLINE, "2019年1月25日")
    assert parse(old)["report"]["published_date"] is None


@pytest.mark.parametrize(
    "style",
    [
        "{n}、{name}",
        "（{n}）{name}",
        "第{n}部分 {name}",
        "{name}",
        "{n}．{name}",
        "　{n} 、 {name}",
        "【{n}、{name}】",
        "## {n}、{name}",
        "**{n}、{name}**",
        "{n}、{name}：",
        "{n}、{name}（2023年）",
    ],
)
def test_sections_however_they_are_numbered(style: str) -> None:
    lines = [
        part for n, name in zip(NUMERALS, SECTIONS, strict=True) for part in (style.format(n=n, name=name), "正文。")
    ]
    assert [section["section_no"] for section in parse(page(*lines))["sections"]] == [1, 2, 3, 4, 5, 6]


@pytest.mark.parametrize("numerals", ["①②③④⑤⑥", ("（1）", "（2）", "（3）", "（4）", "（5）", "（6）")])
def test_sections_under_other_numerals(numerals: Sequence[str]) -> None:
    lines = [part for n, name in zip(numerals, SECTIONS, strict=True) for part in (f"{n}{name}", "正文。")]
    assert [section["section_no"] for section in parse(page(*lines))["sections"]] == [1, 2, 3, 4, 5, 6]


def test_a_heading_that_is_worded_like_a_group_of_an_annex_stays_a_heading() -> None:
    names = (
        "一、概述",
        "二、主动公开情况",
        "三、依申请公开情况",
        "四、复议、诉讼情况",
        "五、问题与改进",
        "六、其他事项",
    )
    assert [section["section_no"] for section in parse(page(*names))["sections"]] == [1, 2, 3, 4, 5, 6]


LEAD = "根据《中华人民共和国政府信息公开条例》{}。本报告所列数据的统计期限自2023年1月1日起至2023年12月31日止。"


@pytest.mark.parametrize(
    ("lead", "agency"),
    [
        ("相关要求，现公布示例县人民政府2023年政府信息公开工作年度报告", AGENCY),
        ("，水利局编制了示例县水利局2023年度政府信息公开工作年度报告（以下简称《年报》）", "示例县水利局"),
        ("要求，现编制形成了《示例县样本镇2023年政府信息公开工作年度报告》", "示例县样本镇"),
        ("，现公布我局2023年政府信息公开工作年度报告", None),
        ("及关于做好2023年政府信息公开工作年度报告编制发布工作的要求编制", None),
    ],
)  # fmt: skip
def test_a_page_without_title_is_named_by_its_lead(lead: str, agency: str | None) -> None:
    """https://www.lnjp.gov.cn/html/JPXZF/202602/0177068507628231.html begins with its lead; 根据中华人民共和国 is no agency."""
    text = "\n".join([LEAD.format(lead), *OUTLINE])
    report = parse(text.encode(), name="a.txt")["report"]
    assert (report["agency_name"], report["report_year"]) == (agency, 2023)


def test_a_metadata_table_on_one_line_is_no_title() -> None:
    lines = ["索 引 号 | 01441/2024-04736 | 分 类 | 政府信息公开年报 综合政务 其他 |",
             "发布机构 | 市政府办 | 发文日期 | 2024-02-28 |",
             LEAD.format("规定，现公布示例市人民政府2023年政府信息公开工作年度报告"), *OUTLINE]  # fmt: skip
    report = parse("\n".join(lines).encode(), name="a.txt")["report"]
    assert (report["agency_name"], report["report_year"]) == ("示例市人民政府", 2023)
    assert report["published_date"] == "2024-02-28"


def test_a_bureau_without_its_place_is_named_in_full_where_the_page_does_so_once() -> None:
    """资溪县农业农村局 heads its report 农业农村局2020年…: http://www.zixi.gov.cn/art/2021/1/14/art_16143_3631375.html"""
    title = "农业农村局2023年政府信息公开工作年度报告"
    one = parse(page(*OUTLINE, title=title, below="<p>来源：启东市农业农村局 发布时间：2024-01-12</p>"))["report"]
    assert one["agency_name"] == "启东市农业农村局"
    two = parse(page(*OUTLINE, title=title, below="<p>来源：启东市农业农村局</p><p>发布机构：海安市农业农村局</p>"))[
        "report"
    ]
    assert two["agency_name"] == "农业农村局"
    other = parse(page(*OUTLINE, title=title, below="<p>来源：启东市人民政府</p>"))["report"]
    assert other["agency_name"] == "农业农村局"


@pytest.mark.parametrize(
    "printed", ["发布时间：20240116", "[ 2024-01-16 ] 点击：300", "发表日期：2024年01月16日 编辑：办公室"]
)
def test_dates_as_they_are_printed(printed: str) -> None:
    assert parse(page(*OUTLINE, below=f"<p>{printed}</p>"))["report"]["published_date"] == "2024-01-16"
