"""Agency, year, date and kind of a page: what its places say together, one thing varied at a time around a good page."""

from typing import Any

import pytest

from pipelines.read.metadata.place import place_of
from pipelines.read.reader import read_report
from schemas.organs import level_of, scope_of
from schemas.vocabulary import Level, Scope

ORGAN = "句容市民政局"
TITLE = f"{ORGAN}2023年政府信息公开工作年度报告"
BARE = "2023年政府信息公开工作年度报告"
PERIOD = "统计期限自2023年1月1日起至2023年12月31日止。"
TABLE = (
    "<table><tr><td colspan=5>行政复议</td><td colspan=10>行政诉讼</td></tr>"
    "<tr><td colspan=5></td><td colspan=5>未经复议直接起诉</td><td colspan=5>复议后起诉</td></tr><tr>"
    + "".join(f"<td>{head}</td>" for head in ("结果维持", "结果纠正", "其他结果", "尚未审结", "总计") * 3)
    + f"</tr><tr>{'<td>1</td>' * 15}</tr></table>"
)


def read(
    heading: str = TITLE, info: str = f"发布时间：2024-01-18 来源：{ORGAN}", lead: str = PERIOD, *, page_title: str | None = None,
    head: str = "", opening: str = "工作扎实推进。", end: str = "无。",
) -> dict[str, Any]:  # fmt: skip
    page = (
        f"<html><head><meta charset=utf-8><title>{heading if page_title is None else page_title}</title>{head}</head><body>"
        f"<h1>{heading}</h1><p>{info}</p><p>{lead}</p><p>一、总体情况</p><p>{opening}</p>"
        f"<p>四、政府信息公开行政复议、行政诉讼情况</p>{TABLE}<p>六、其他需要报告的事项</p><p>{end}</p></body></html>"
    )
    return read_report(page.encode()).to_contract()


@pytest.mark.parametrize(
    ("lead", "info", "agency"),
    [
        (f"2023年，{ORGAN}认真贯彻落实条例。", "发布时间：2024-01-18", ORGAN),
        (f"2023年，{ORGAN}认真贯彻落实条例。", "来源：句容市人民政府办公室", ORGAN),
        (f"2023年，{ORGAN}认真贯彻落实条例。", "来源：句容市财政局", None),  # who of the two cannot be told
        ("2023年，句容市坚持服务群众。", f"来源：{ORGAN}", ORGAN),  # a place stands for all its organs
        ("2023年，江苏省民政厅全面推进政务公开，我局按照要求落实。", "发布时间：2024-01-18", None),
        ("2023年，江苏省民政厅全面推进政务公开。", f"来源：{ORGAN}", None),
    ],
)
def test_the_first_sentence_names_the_organ_where_no_title_does(lead: str, info: str, agency: str | None) -> None:
    parsed = read(BARE, info, lead)
    assert parsed["report"]["agency_name"] == agency
    assert agency or {found["rule"] for found in parsed["findings"]} & {"agency_conflict", "agency_missing"}


@pytest.mark.parametrize(
    ("heading", "page_title", "agency"),
    [
        (f"{BARE}（{ORGAN}）", None, ORGAN),
        (f"{BARE}（全文）", "", None),
        ("", f"句容市人民政府 年度报告 {TITLE}", ORGAN),
    ],
)
def test_the_organ_in_a_title(heading: str, page_title: str | None, agency: str | None) -> None:
    parsed = read(heading, "发布时间：2024-01-18", page_title=page_title)
    assert parsed["report"]["agency_name"] == agency


@pytest.mark.parametrize(
    "period",
    [
        "2023.1.1-12.31",
        "2023-01-01至2023-12-31",
        "二〇二三年一月一日至二〇二三年十二月三十一日",
        "2023年1月1日至12月31日",
    ],
)
def test_the_period_tells_the_year_in_any_spelling(period: str) -> None:
    assert read(f"{ORGAN}政府信息公开工作年度报告", "", f"统计期限为{period}。")["report"]["report_year"] == 2023


@pytest.mark.parametrize(
    ("title_year", "period", "opening", "year"),
    [
        (2022, 2023, "2023年，我局认真贯彻。", 2023),  # a title copied from last year's
        (2023, 2022, "2023年，我局认真贯彻。", 2023),  # a period copied from last year's
        (2023, 2022, "我局认真贯彻。", 2023),
    ],
)
def test_a_third_witness_decides_between_title_and_period(
    title_year: int, period: int, opening: str, year: int
) -> None:
    lead = f"统计期限自{period}年1月1日起至{period}年12月31日止。"
    parsed = read(f"{ORGAN}{title_year}年政府信息公开工作年度报告", lead=lead, opening=opening)
    assert parsed["report"]["report_year"] == year
    quoting = f"现公布{ORGAN}{period}年政府信息公开工作年度报告。{lead}"  # a lead is copied as a whole
    parsed = read(f"{ORGAN}{title_year}年政府信息公开工作年度报告", lead=quoting, opening=opening)
    assert parsed["report"]["report_year"] == year
    assert "year_conflict" in {found["rule"] for found in parsed["findings"]}


@pytest.mark.parametrize(
    ("tag", "day"),
    [
        ("2024-01-17T16:30:00Z", "2024-01-18"),
        ("2024-01-18T09:30:00+08:00", "2024-01-18"),
        ("1705541400000", "2024-01-18"),
        ("2024/1/18 9:30", "2024-01-18"),
        ("2023-01-05", None),  # copied from another page: the year was not over
        ("2099-01-01", None),
        ("${pubdate}", None),
    ],
)
def test_dates_of_meta_tags(tag: str, day: str | None) -> None:
    assert read(info="", head=f'<meta name=PubDate content="{tag}">')["report"]["published_date"] == day


def test_a_date_in_the_text_is_not_that_of_publication() -> None:
    assert read(info="", lead="", opening="2024年1月5日，我局召开会议。")["report"]["published_date"] is None


@pytest.mark.parametrize("day", ["2099-01-01", "2024-13-01", "1970-01-01"])
def test_impossible_dates(day: str) -> None:
    assert read(info=f"发布时间：{day}")["report"]["published_date"] is None


@pytest.mark.parametrize(
    "heading",
    [
        f"《{TITLE}》解读", f"一图读懂：{TITLE}", f"图解|{TITLE}", f"关于{TITLE}的编制说明",
        "关于做好2023年政府信息公开年度报告工作的通知",
        f"{ORGAN}2023年第三季度政府信息公开工作报告", f"{ORGAN}2023年上半年政府信息公开工作情况统计",
        f"{ORGAN}2022年与2023年政府信息公开工作年度报告对比分析", "句容市2023年政府信息公开工作年度报告公布情况",
        "江苏大学2022-2023学年信息公开工作年度报告",
    ],
)  # fmt: skip
def test_what_is_titled_as_something_else_is_no_report(heading: str) -> None:
    """Though it prints figures, and its lead quotes the title of the report that it is about."""
    parsed = read(heading, lead=f"根据条例，现公布{TITLE}。{PERIOD}")
    assert not parsed["disputes"]
    assert "no statutory annual report" in parsed["report"]["problem"]


@pytest.mark.parametrize("menu", ["2022年信息公开年度报告解读", "关于做好年度报告的通知", "一图读懂年报"])
def test_a_line_of_the_menu_does_not_say_what_the_page_is(menu: str) -> None:
    lead = f"现公布{TITLE}。{PERIOD}"
    for page_title in (TITLE, "句容市人民政府"):
        assert len(read(menu, lead=lead, page_title=page_title)["disputes"]) == 15


@pytest.mark.parametrize(
    ("organ", "level", "scope", "region"),
    [
        ("锡林郭勒盟行政公署", Level.PREFECTURE, Scope.REGION_AGGREGATE, "152500"),
        ("阿里地区行政公署", Level.PREFECTURE, Scope.REGION_AGGREGATE, "542500"),
        ("财政部江苏监管局", Level.DEPARTMENT, Scope.SYSTEM, "320000"),
        ("审计署驻南京特派员办事处", Level.DEPARTMENT, Scope.SYSTEM, None),
        ("江苏海事局", Level.DEPARTMENT, Scope.SYSTEM, "320000"),
        ("镇江海事局", Level.DEPARTMENT, Scope.SYSTEM, "321100"),
        ("江苏证监局", Level.DEPARTMENT, Scope.SYSTEM, "320000"),
        ("国家金融监督管理总局镇江监管分局", Level.DEPARTMENT, Scope.SYSTEM, "321100"),
        ("民航江苏安全监督管理局", Level.DEPARTMENT, Scope.SYSTEM, "320000"),
        ("中共句容市委机构编制委员会办公室", Level.DEPARTMENT, Scope.DEPARTMENT, "321183"),
        ("句容市市场监管局", Level.DEPARTMENT, Scope.DEPARTMENT, "321183"),
    ],
)
def test_organs_of_the_centre_at_a_place(organ: str, level: Level, scope: Scope, region: str | None) -> None:
    place = place_of(organ, 2023, None)
    assert (place.code if place else None) == region
    assert level_of(organ, None) is level
    assert scope_of(level, organ, "") is scope
