"""Heads and outlines of real pages: where title, agency, date and sections stand."""

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
    "style", ["{n}、{name}", "（{n}）{name}", "第{n}部分 {name}", "{name}", "{n}．{name}", "　{n} 、 {name}"]
)
def test_sections_however_they_are_numbered(style: str) -> None:
    lines = [
        part for n, name in zip(NUMERALS, SECTIONS, strict=True) for part in (style.format(n=n, name=name), "正文。")
    ]
    assert [section["section_no"] for section in parse(page(*lines))["sections"]] == [1, 2, 3, 4, 5, 6]
