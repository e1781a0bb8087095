"""Whose report, of which year, published when: what the page says of its document, and what it says of others."""

import csv
import re
from pathlib import Path

import pytest

from pipelines.content.agency_names import clean_agency
from pipelines.content.report_titles import parse_title
from pipelines.extract.document import Line
from pipelines.read.metadata.list_entries import without_other_reports
from pipelines.read.metadata.place import place_of
from pipelines.read.reader import read_report
from schemas.organs import is_public_institution, level_of, scope_of
from schemas.vocabulary import Level, Scope
from tests.unit.read.builders import applications, form_table, page, parse

OUTLINE = (
    "一、总体情况",
    "正文。",
    "二、主动公开政府信息情况",
    "正文。",
    "三、收到和处理政府信息公开申请情况",
    "正文。",
)
OWN = "示例县教育局2023年政府信息公开工作年度报告"
BARE = "2023年政府信息公开工作年度报告"
OTHERS = ("样本县财政局2021年政府信息公开工作年度报告", "样本县2022年政府信息公开工作年度报告")
NEXT = "2024年政府信息公开工作年度报告"
LINKS = "".join(f'<li><a href="./t{n}.html">{title}</a></li>' for n, title in enumerate(OTHERS))
LEAD = "根据条例要求，现公布示例县教育局2023年政府信息公开工作年度报告。"


def report(*blocks: str, **context: object) -> tuple[str | None, int | None]:
    found = parse(page(*blocks, **context))["report"]  # type: ignore[arg-type]
    return found["agency_name"], found["report_year"]


@pytest.mark.parametrize(
    "below",
    [
        pytest.param(f"<ul>{LINKS}</ul><p>{LEAD}</p>", id="links, the lead names the organ"),
        pytest.param(f"<p>{LEAD}</p><p>上一篇：{OTHERS[0]}</p><p>下一篇：{OTHERS[1]}</p>", id="previous and next as text"),
        pytest.param(f"<p>相关链接</p><p>{OTHERS[0]}</p><p>{OTHERS[1]}</p><p>{LEAD}</p>", id="under a heading"),
        pytest.param(f"<p>· {OTHERS[0]} 2022-01-30</p><p>· {OTHERS[1]} 2023-01-30</p><p>{LEAD}</p>", id="bullets and dates"),
        pytest.param(f"<p>当前位置：首页 &gt; 政府信息公开 &gt; 示例县教育局</p><ul>{LINKS}</ul>", id="breadcrumb"),
        pytest.param("<p>来源：示例县教育局 发布时间：2024-01-20</p>", id="source"),
    ],
)  # fmt: skip
def test_a_title_without_organ_takes_none_from_a_neighbour(below: str) -> None:
    assert report(*OUTLINE, title=BARE, below=below) == ("示例县教育局", 2023)


def test_a_report_of_another_year_that_is_quoted_names_no_organ() -> None:
    lead = (
        "<p>按照《样本市人民政府2022年政府信息公开工作年度报告》要求，统计期限自2023年1月1日起至2023年12月31日止。</p>"
    )
    assert report(*OUTLINE, title=BARE, below=f"{lead}<p>发布机构：示例县教育局</p>") == ("示例县教育局", 2023)


def test_words_of_issuing_are_no_part_of_an_organ() -> None:
    assert clean_agency("示例县教育局关于印发") == "示例县教育局"


def test_a_menu_above_the_title_is_no_part_of_it() -> None:
    assert report("样本市人民政府", "首页 新闻 公开", "政府信息公开工作年度报告", *OUTLINE, title="")[0] is None


def test_a_meta_date_before_the_year_is_over_gives_way_to_the_printed_one() -> None:
    head = '<meta name="PubDate" content="2023-01-20">'
    found = parse(page(*OUTLINE, title=OWN, head=head, below="<p>发布时间：2024-01-20</p>"))["report"]
    assert found["published_date"] == "2024-01-20"


def test_the_link_that_led_here_names_the_organ() -> None:
    data = page(*OUTLINE, title=BARE, below=f"<ul>{LINKS}</ul>")
    found = read_report(data, link_title=OWN).to_contract()["report"]
    assert (found["agency_name"], found["report_year"]) == ("示例县教育局", 2023)


def test_a_title_without_year_takes_none_from_a_neighbour() -> None:
    own = "样本市人民政府政府信息公开工作年度报告"
    assert report(*OUTLINE, title=own, below=f"<ul>{LINKS}</ul>") == ("样本市人民政府", None)
    period = "<p>统计期限自2023年1月1日起至2023年12月31日止。</p>"
    assert report(*OUTLINE, title=own, below=f"<ul>{LINKS}</ul>{period}") == ("样本市人民政府", 2023)


@pytest.mark.parametrize("site", ["示例省政府信息公开平台", "示例县人民政府门户网站", "示例县政务公开网"])
def test_a_site_is_no_agency(site: str) -> None:
    below = f"<p>来源：{site} 发布时间：2024-01-20</p>"
    assert report(*OUTLINE, title=BARE, below=below, head=f'<meta name="SiteName" content="{site}">') == (None, 2023)


@pytest.mark.parametrize(
    ("text", "agency", "year"),
    [
        ("昌图县七家子镇2023年政府信息公开 工作告年度报", "昌图县七家子镇", 2023),
        ("某某縣甲乙鎮2023年政府信息公開工作年度報告", "某某縣甲乙鎮", 2023),
        ("某县2020年政府信息公开工作年度报告一、总体情况", "某县", 2020),
        ("某县2020年政府信息公开工作年度报告来源：某县 2021-01-20", "某县", 2020),
        ("XX县2020年政府信息公开工作年度报告", None, 2020),
        ("现公布某县2020年政府信息公开工作年度报告", None, None),
        ("某大学2022-2023学年信息公开工作年度报告", None, None),
        ("政府信息公开工作年度报告格式模板", None, None),
        ("一图读懂某县2023年政府信息公开工作年度报告", None, None),
    ],
)
def test_titles(text: str, agency: str | None, year: int | None) -> None:
    title = parse_title(text)
    assert (title and title.agency, title and title.year) == (agency, year)


@pytest.mark.parametrize(
    ("agency", "level", "scope", "code"),
    [
        ("农业农村部", Level.CENTRAL, Scope.DEPARTMENT, None),
        ("中华人民共和国水利部", Level.CENTRAL, Scope.DEPARTMENT, None),
        ("湛江海关关区", Level.DEPARTMENT, Scope.SYSTEM, None),
        ("国家税务总局珠海市香洲区税务局", Level.DEPARTMENT, Scope.SYSTEM, "440402"),
        ("国家统计局南通调查队", Level.DEPARTMENT, Scope.SYSTEM, "320600"),
        ("重庆市公安局渝中区分局", Level.DEPARTMENT, Scope.DEPARTMENT, "500103"),
        ("重庆市公安局高新区分局", Level.DEPARTMENT, Scope.DEPARTMENT, "500000"),
        ("六安市舒城县生态环境分局", Level.DEPARTMENT, Scope.DEPARTMENT, "341523"),
        ("启东市", Level.COUNTY, Scope.REGION_AGGREGATE, "320681"),
        ("南通市人民政府", Level.PREFECTURE, Scope.REGION_AGGREGATE, "320600"),
        ("启东市北新镇人民政府", Level.TOWNSHIP, Scope.TOWNSHIP, "320681"),
        ("启东市人民政府办公室", Level.DEPARTMENT, Scope.GOVERNMENT_ONLY, "320681"),
        ("启东市第一中学", Level.DEPARTMENT, Scope.PUBLIC_INSTITUTION, "320681"),
        ("南通大学附属医院", Level.DEPARTMENT, Scope.PUBLIC_INSTITUTION, None),
        ("启东市自来水有限公司", Level.DEPARTMENT, Scope.PUBLIC_INSTITUTION, "320681"),
    ],
)  # fmt: skip
def test_level_scope_and_place_of_an_organ(agency: str, level: Level, scope: Scope, code: str | None) -> None:
    place = place_of(agency, 2023, None)
    own = place.level if place and place.rest in ("", "人民政府") else None
    assert (level_of(agency, own), scope_of(level, agency, "")) == (level, scope)
    assert (place and place.code) == code


@pytest.mark.parametrize(
    "name",
    ["某市教育局", "某省教育考试院", "某市住房公积金管理中心", "某市行政学院", "某县人民法院", "中国人民银行某市分行"],
)
def test_organs_that_are_no_public_institutions(name: str) -> None:
    assert not is_public_institution(name)


@pytest.mark.parametrize(
    ("below", "after", "day"),
    [
        ("<p>发布日期：2024-01-16</p>", "<p>2024年1月10日</p>", "2024-01-16"),
        ("<p>发布日期：二〇二四年一月十六日</p>", "", "2024-01-16"),
        ("<table><tr><td>成文日期</td><td>2024-01-10</td><td>发布日期</td><td>2024-01-16</td></tr></table>", "", "2024-01-16"),
        ("<p>成文日期：2024-01-10</p><p>时间：2024-01-16 来源：x</p>", "", "2024-01-16"),
        ("<p>- 发布日期</p><p>- 2024-01-16</p>", "", "2024-01-16"),
        (f"<ul><li><a href='x.html'>{OTHERS[0]}</a> 2024-01-30</li></ul>", "", None),
        ("<p>今天是2024年5月6日 星期一</p>", "", None),
    ],
)  # fmt: skip
def test_the_date_is_that_of_this_document(below: str, after: str, day: str | None) -> None:
    assert parse(page(*OUTLINE, after, title=OWN, below=below))["report"]["published_date"] == day


def test_a_date_at_the_foot_of_the_page_counts() -> None:
    body = "".join(f"<p>{text}</p>" for text in OUTLINE)
    html = f"<body><h1>{OWN}</h1><div id=zoom>{body}<p>{'正文很长。' * 50}</p></div><div><p>发布时间：2024-01-16</p></div></body>"
    assert parse(html.encode())["report"]["published_date"] == "2024-01-16"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            "某大学2022-2023学年信息公开工作年度报告\n一、概述\n略\n二、主动公开信息情况\n略\n三、申请\n略",
            "school year",
        ),
        (
            "一图读懂某县2023年政府信息公开工作年度报告\n一、总体情况\n略\n二、主动公开政府信息情况\n略\n三、申请公开情况\n略",
            "reading guide",
        ),
        (
            "某县2023年政府信息公开工作年度报告编制说明\n一、总体情况\n略\n二、主动公开政府信息情况\n略\n三、申请公开情况\n略",
            "编制说明",
        ),
        (
            "某县2022年与2023年政府信息公开年报对比\n一、总体情况\n略\n二、主动公开政府信息情况\n略\n三、申请公开情况\n略",
            "comparison",
        ),
    ],
)
def test_what_is_no_report_is_refused_by_name(text: str, said: str) -> None:
    reading = read_report(text.encode(), name="a.txt")
    assert said in (reading.problem or "")


def test_an_empty_form_of_nobody_is_no_report_and_of_an_agency_is_one() -> None:
    cells = form_table("2021", "applications").cells()
    blank = applications(cells={(cell["line"], cell["applicant"]): "" for cell in cells})
    assert "empty form" in (read_report(page(blank, title="政府信息公开工作年度报告格式模板")).problem or "")
    filled = read_report(page(blank, title=OWN))
    assert filled.problem is None
    assert {cell["value_status"] for cell in filled.to_contract()["applications"]} == {"blank"}


REGISTRY = Path(__file__).parents[5] / "shared" / "registry" / "known_urls.csv"


@pytest.mark.skipif(not REGISTRY.exists(), reason="the registry of known pages is not here")
def test_titles_of_the_registry_name_agency_and_year() -> None:
    """Every title of a known report: the year is the registry's, and the agency is the registry's or a shorter name of it."""
    with REGISTRY.open(encoding="utf-8", newline="") as handle:
        rows = [
            row
            for row in csv.DictReader(handle)
            if row["kind"] == "report" and re.search("信息公开.*报告", row["title"])
        ]
    wrong = []
    for row in rows:
        title = parse_title(row["title"])
        if (
            title is None
            or (title.year is not None and str(title.year) != row["report_year"])
            or (title.agency and level_of(title.agency, None) is Level.CENTRAL and row["level"] != "central")
        ):
            wrong.append((row["title"], title))
    assert len(rows) > 150
    assert not wrong


REPORT = "政府信息公开工作年度报告"


@pytest.mark.parametrize(
    "lines",
    [
        ("示例县教育局", "2023年", REPORT),
        ("示例县", "教育局", "2023年政府信息公开", "工作年度报告"),
        ("示例县教育局2023年", "政府信息公开工作", "年度报告"),
        ("邻居市人民政府", "示例县教育局", BARE),
    ],
)
def test_a_title_may_go_on_in_further_lines(lines: tuple[str, ...]) -> None:
    assert report(*lines, *OUTLINE, title="") == ("示例县教育局", 2023)


def test_a_list_of_organs_above_a_title_is_no_part_of_it() -> None:
    assert report("邻居县水利局", "邻居县财政局", "邻居县农业局", BARE, *OUTLINE, title="") == (None, 2023)


@pytest.mark.parametrize(
    ("text", "agency", "year"),
    [
        (f"示例县教育局二O二三年度{REPORT}", "示例县教育局", 2023),
        (f"示例县教育局二0二三年{REPORT}", "示例县教育局", 2023),
        (f"示例县教育局2022-23年{REPORT}", "示例县教育局", 2023),
        (f"示例县教育局23年{REPORT}", "示例县教育局", None),
        (f"示例县教育局{REPORT}（2024年1月发布）", "示例县教育局", None),
        (f"示例县教育局{REPORT}（2023年）", "示例县教育局", 2023),
        (f"示例县教育局2023年1月至12月{REPORT}", "示例县教育局", 2023),
        (f"2024年1月26日 示例县教育局2023年{REPORT}", "示例县教育局", 2023),
        (f"【图文版】示例县教育局2023年{REPORT}", "示例县教育局", 2023),
        (f"公开年报 | 示例县教育局2023年{REPORT}", "示例县教育局", 2023),
        (f"置顶 示例县教育局2023年{REPORT}", "示例县教育局", 2023),
        (f"1. 示例县教育局2023年{REPORT}", "示例县教育局", 2023),
        (f"邻居县人民政府 示例县教育局2023年{REPORT}", "示例县教育局", 2023),
        (f"邻居县政府网·示例县教育局2023年{REPORT}", "示例县教育局", 2023),
        (f"示例县烟草专卖局（公司）2023年{REPORT}", "示例县烟草专卖局（公司）", 2023),
    ],
)
def test_what_surrounds_the_name_and_the_year_in_a_title(text: str, agency: str, year: int | None) -> None:
    title = parse_title(text)
    assert title is not None
    assert (title.agency, title.year) == (agency, year)


CARDS = "".join(
    f"<h3>{title}</h3><p>发布时间：{day}</p>"
    for title, day in zip(
        (*OTHERS, "样本县财政局2023年政府信息公开工作年度报告"), ("2022-01-30", "2023-01-30", "2024-01-30"), strict=True
    )
)


@pytest.mark.parametrize("own_date", ["<p>发布时间：2024-01-16</p>", ""])
def test_cards_of_other_reports_with_dates_of_their_own_give_nothing(own_date: str) -> None:
    before = parse(page(CARDS, f"<h1>{OWN}</h1>", own_date, *OUTLINE, title=""))["report"]
    behind = parse(page(own_date, *OUTLINE, CARDS, title=OWN))["report"]
    for found in (before, behind):
        assert (found["agency_name"], found["report_year"]) == ("示例县教育局", 2023)
        assert found["published_date"] == ("2024-01-16" if own_date else None)


def test_a_government_above_the_title_is_not_believed_against_the_source() -> None:
    site = "邻居市人民政府"
    found = parse(page(site, BARE, "来源：示例县人民政府办公室 发布时间：2024-01-16", *OUTLINE, title=""))
    assert found["report"]["agency_name"] is None
    assert "agency_conflict" in {one["rule"] for one in found["findings"]}
    assert report(site, BARE, "来源：邻居市人民政府办公室", *OUTLINE, title="") == (site, 2023)


@pytest.mark.parametrize(
    ("below", "day"),
    [
        ("<p>发布日期：２０２４年１月１６日</p>", "2024-01-16"),
        ("<p>打印时间：2024-05-06</p>", None),
        ("<p>截止日期：2024-03-31</p>", None),
        ("<p>发布日期：1970-01-01</p>", None),
        ("<table><tr><td>成文日期<td>发布日期<tr><td>2024-01-10<td>2024-01-16</table>", "2024-01-16"),
        ("<p>成文日期：</p><p>发布日期：</p><p>2024-01-10</p><p>2024-01-16</p>", "2024-01-16"),
    ],
)  # fmt: skip
def test_labels_and_spellings_of_the_date(below: str, day: str | None) -> None:
    assert parse(page(*OUTLINE, title=OWN, below=below))["report"]["published_date"] == day


def test_a_date_that_another_organ_signed_is_not_the_report_s() -> None:
    assert parse(page(*OUTLINE, "邻居市人民政府办公室", "2024年2月3日", title=OWN))["report"]["published_date"] is None
    assert parse(page(*OUTLINE, "示例县教育局", "2024年2月3日", title=OWN))["report"]["published_date"] == "2024-02-03"


def test_the_links_of_a_breadcrumb_are_no_list() -> None:
    trail = '<div>当前位置：<a href="/">首页</a> &gt; <a href="/n">政府信息公开年报</a> &gt; <a href="/j">示例县教育局</a></div>'
    assert report(trail, f"<h1>{BARE}</h1>", *OUTLINE, title="") == ("示例县教育局", 2023)


def test_a_form_with_placeholders_is_no_report() -> None:
    html = re.sub(r"(?<=>)\d+(?=</td>)", "XX", applications())
    found = read_report(page(*OUTLINE[:5], html, title=f"××县××局20××年{REPORT}"))
    assert found.problem is not None
    assert "empty form" in found.problem


@pytest.mark.parametrize(
    ("entry", "kept"),
    [("· 2019年政府信息公开年度报告 2023-01-03", True), ("· 2019年某县财政局政府信息公开年度报告", False)],
)
def test_a_date_below_a_list_is_an_entry_s_only_where_that_prints_none(entry: str, kept: bool) -> None:
    lines = [Line("相关信息", "1"), Line(entry, "2"), Line("发布时间：2023-01-05", "3")]
    assert ("发布时间：2023-01-05" in without_other_reports(lines)) is kept


@pytest.mark.parametrize(
    ("after", "day"),
    [
        ((f"上一篇：{OTHERS[0]}", f"下一篇：{OTHERS[1]}", "发布时间：2024-02-20"), "2024-02-20"),
        ((f"上一篇：{OTHERS[0]}", "发布时间：2022-01-10", f"下一篇：{NEXT}", "发布时间：2025-02-01"), None),
        ((f"下一篇：{NEXT}", "发布时间：2025-02-01"), None),
    ],
)  # fmt: skip
def test_a_date_below_the_previous_and_the_next_page_is_that_of_this_one(
    after: tuple[str, ...], day: str | None
) -> None:
    """Where they stand together: with a date below each, or below the only one, it may be theirs."""
    assert parse(page(*OUTLINE, *after, title=OWN))["report"]["published_date"] == day
