"""Facts about real pages that the reader must survive; ``fact_N`` numbers them.

See docs/domain/labels.md and docs/domain/who-and-when.md.

Crawl-side halves: list-shaped report addresses, look-alike links, hosts and mirrors are in tests/unit/crawl/test_crawl_rules.py
(titles, addresses), tests/unit/crawl/test_crawl_guard.py and tests/integration/crawl.
"""

import pytest

from tests.unit.read.builders import applications, disputes, page, parse, rules, table, table_two, td, values

PERIOD = "本报告的统计期限为{0}年1月1日至{0}年12月31日。"
OUTLINE = (
    "一、总体情况", "正文。", "二、主动公开政府信息情况", "三、收到和处理政府信息公开申请情况",
    "四、政府信息公开行政复议、行政诉讼情况", "五、存在的主要问题及改进情况", "六、其他需要报告的事项", "无。",
)  # fmt: skip
HOST = "http://127.9.9.9"


@pytest.mark.parametrize(
    ("url", "year", "printed"),
    [
        pytest.param("/xxgk/zfxxgknb/t19700101_3441457.shtml", 2023, "2024-01-30", id="epoch zero"),
        pytest.param("/art/2020/6/22/art_1229246029_51410.html", 2008, "2009-02-20", id="migrated eleven years later"),
        pytest.param("/202204/t20220422_5845924.shtml", 2012, "2013-03-01", id="migrated nine years later"),
    ],
)
def test_fact_01_the_url_date_is_not_the_publication_date(url: str, year: int, printed: str) -> None:
    data = page(*OUTLINE, title=f"示例县人民政府{year}年政府信息公开工作年度报告", below=f"<p>发布时间：{printed}</p>")
    parsed = parse(data, url=HOST + url)
    assert parsed["report"]["published_date"] == printed
    assert "date_conflict" in rules(parsed)


def test_fact_01_a_lying_url_alone_dates_nothing() -> None:
    parsed = parse(page(*OUTLINE), url=HOST + "/zfxxgknb/t19700101_3441457.shtml")
    assert parsed["report"]["published_date"] is None


@pytest.mark.parametrize(
    ("year", "day"), [(2022, "2022-12-27"), (2024, "2025-11-03")], ids=["same year", "ten months late"]
)
def test_fact_02_the_report_year_is_printed_not_computed(year: int, day: str) -> None:
    data = page(*OUTLINE, title=f"示例市农业农村局{year}年政府信息公开工作年度报告", below=f"<p>发布时间：{day}</p>")
    report = parse(data)["report"]
    assert (report["report_year"], report["published_date"]) == (year, day)


def test_fact_03_a_frozen_date_in_the_chrome_dates_nothing() -> None:
    html = page(*OUTLINE, below="<p>2024-01-19</p>").decode().replace("<h1>", "<p>2019年12月3日星期二</p><h1>")
    assert parse(html.encode())["report"]["published_date"] == "2024-01-19"
    html = page(*OUTLINE).decode().replace("<h1>", "<p>2019年12月3日星期二</p><h1>")
    assert parse(html.encode())["report"]["published_date"] is None


@pytest.mark.parametrize(
    "above",
    [
        pytest.param("<p>发布机构：示例县财政局 发文日期：2024年01月19日</p>", id="on one line"),
        pytest.param(
            "<ul><li>索引号<br>sl/2024-00001</li><li>发布日期<br>2024-01-19</li><li>有效</li></ul>", id="below"
        ),
        pytest.param("<p>更新时间: 2024-1-19</p>", id="no zero padding"),
    ],
)
def test_fact_03_a_metadata_table_above_the_title_dates_the_report(above: str) -> None:
    html = page(*OUTLINE).decode().replace("<h1>", f"<p>2019年12月3日星期二</p>{above}<h1>")
    assert parse(html.encode())["report"]["published_date"] == "2024-01-19"


def test_fact_03_an_implausible_date_above_the_title_dates_nothing() -> None:
    html = page(*OUTLINE).decode().replace("<h1>", "<p>更新时间：2019-12-03</p><h1>")
    assert parse(html.encode())["report"]["published_date"] is None


def test_fact_09_hundreds_of_empty_cells_follow_the_title() -> None:
    text = f"示例镇2023年政府信息公开工作年度报告 | {'|' * 300}\n2024年01月19日 (点击: ) | {'|' * 300}\n一、总体情况\n正文。\n"
    report = parse(text.encode())["report"]
    assert (report["published_date"], report["agency_name"]) == ("2024-01-19", "示例镇")


@pytest.mark.parametrize(
    "url",
    [
        pytest.param("/zwgk_229/zfxxgknan_ew/2020_504392/qzfbgs/202401/t20240129_1.html", id="another year"),
        pytest.param("/kz/fzhggwyh_80867/zfxxgknb_72026/202401/t20240118_1.html", id="another agency"),
        pytest.param("/tieling/zfxxgknb/2021n13/gqxzfxxgkgzndbg/index.html", id="another year in a folder"),
    ],
)
def test_fact_04_year_and_agency_in_the_path_lie(url: str) -> None:
    report = parse(
        page(PERIOD.format(2023), *OUTLINE, title="示例县公安局2023年政府信息公开工作年度报告"), url=HOST + url
    )["report"]
    assert (report["report_year"], report["agency_name"]) == (2023, "示例县公安局")


@pytest.mark.parametrize("path", ["/zfxxgknb/2024n/", "/public/column/6598891?type=3&action=detail&nav=3&title="])
def test_fact_05_a_report_at_a_list_shaped_address_is_read(path: str) -> None:
    parsed = parse(page(*OUTLINE, applications()), url=HOST + path)
    assert len(values(parsed, "applications")) == 25 * 7


def test_fact_06_the_body_names_another_agency_than_the_title() -> None:
    body = "本报告由示例县民族宗教事务局根据《条例》编制。" + PERIOD.format(2023)
    parsed = parse(page(body, *OUTLINE, title="样本镇人民政府2023年政府信息公开工作年度报告"))
    assert parsed["report"]["agency_name"] == "样本镇人民政府"
    assert "agency_conflict" in rules(parsed)


def test_fact_07_the_title_has_no_agency() -> None:
    parsed = parse(page(PERIOD.format(2023), *OUTLINE, title="2023年政府信息公开工作年度报告"))
    assert parsed["report"]["agency_name"] is None
    assert {"agency_missing"} <= rules(parsed)
    source = page(*OUTLINE, title="2023年政府信息公开工作年度报告", below="<p>来源：示例区财政局</p>")
    assert parse(source)["report"]["agency_name"] == "示例区财政局"


@pytest.mark.parametrize(("first", "second"), [("", "2025年度"), ("2025年度", "")], ids=["before", "after"])
def test_fact_07_the_title_breaks_at_its_year(first: str, second: str) -> None:
    first, second = f"示例市城市管理委员会{first}", f"{second}政府信息公开工作报告"
    report = parse(page(second, *OUTLINE, title=first))["report"]
    assert (report["agency_name"], report["report_year"]) == ("示例市城市管理委员会", 2025)


def test_fact_07_the_title_has_no_year() -> None:
    parsed = parse(page(PERIOD.format(2023), *OUTLINE, title="示例县人民政府政府信息公开工作年度报告"))
    assert parsed["report"]["report_year"] == 2023
    assert "year_missing" in rules(parse(page(*OUTLINE, title="示例县人民政府政府信息公开工作年度报告")))


def test_fact_08_the_host_does_not_name_the_agency() -> None:
    head = '<meta name="SiteName" content="样本市交通局">'
    report = parse(page(*OUTLINE, title="国家示例部2023年政府信息公开工作年度报告", head=head), url=f"{HOST}/jtj/")[
        "report"
    ]
    assert report["agency_name"] == "国家示例部"


def test_fact_09_repeated_lines_removed() -> None:
    """A store that dropped every repeated line: figures are missing, so rows are refused, never filled from the next."""
    lines = ["三、收到和处理政府信息公开申请情况", "自然人", "商业企业", "科研机构", "社会公益组织", "法律服务机构", "其他",
             "总计", "一、本年新收政府信息公开申请数量", "12", "0", "二、上年结转政府信息公开申请数量", "1"]  # fmt: skip
    parsed = parse(page(*lines))
    assert not [value for value in values(parsed, "applications").values() if value is not None]
    assert rules(parsed) & {"row_misaligned", "table_missing", "header_unreadable"}


def test_fact_09_a_table_stands_before_its_heading() -> None:
    after = parse(page("二、主动公开政府信息情况", table_two(), "三、收到和处理政府信息公开申请情况", applications()))
    before = parse(page(table_two(), "二、主动公开政府信息情况", applications(), "三、收到和处理政府信息公开申请情况"))
    for name in ("proactive_disclosure", "applications"):
        assert values(after, name) == values(before, name) != {}


def test_fact_09_zero_cells_empty_total_filled() -> None:
    empty = {
        (line, who): "" for line in ("granted", "carried_in") for who in ("natural_person", "research_institution")
    }
    parsed = parse(page(applications(cells=empty)))
    cells = {(c["line"], c["applicant"]): c for c in parsed["applications"]}
    assert all(cells[key]["value_status"] == "blank" and cells[key]["value"] is None for key in empty)
    assert cells["granted", "total"]["value"] is not None


def test_fact_09_a_truncated_header_gives_two_equal_columns() -> None:
    html = table(
        [td("第二十条第（一）项", 4)], "信息内容|本年新|本年新|对外公开总数量", "规章|1|2|3", "规范性文件|4|5|6"
    )
    found = values(parse(page("二、主动公开政府信息情况", html)), "proactive_disclosure")
    assert not any(value is not None for (_, metric), value in found.items() if metric in ("made", "newly_published"))


def test_fact_10_tables_are_images() -> None:
    picture = '<p><img src="t.png" width="600" height="800"></p>'
    parsed = parse(page(*OUTLINE[:4], picture, *OUTLINE[4:]))
    assert parsed["report"]["extraction_status"] == "tables_are_images"
    assert not parsed["applications"]
    assert "table_missing" in rules(parsed)


def test_fact_10_headings_only() -> None:
    parsed = parse(page(*OUTLINE))
    assert parsed["report"]["extraction_status"] == "narrative_only"
    assert not parsed["applications"]


def test_fact_11_legacy_prose_keeps_its_sections() -> None:
    outline = ("一、概述", "文。", "二、主动公开政府信息情况", "公开339条，占33.04%。", "三、依申请公开政府信息情况",
               "收到申请3件。",
               "四、政府信息公开收费情况", "未收费。", "五、行政复议情况", "无。", "六、主要问题和改进措施", "有。")  # fmt: skip
    parsed = parse(page(*outline, title="示例县2010年政府信息公开工作年度报告"))
    assert parsed["report"]["extraction_status"] == "narrative_only"
    assert [s["section_no"] for s in parsed["sections"]] == [1, 2, 3, 4, 5, 6]
    assert not parsed["applications"]


def test_fact_11_a_period_that_is_not_one_year_is_no_report_year() -> None:
    body = "统计期限为2003年1月1日至2008年12月31日。"
    parsed = parse(page(body, *OUTLINE, title="示例县政府信息公开工作年度报告"))
    assert parsed["report"]["report_year"] in (None, 2003)
    years = page("统计自2003年1月1日至2008年1月1日、12月31日止。", *OUTLINE, title="示例县政府信息公开工作年度报告")
    assert parse(years)["report"]["report_year"] is None


def test_fact_12_contradictions_are_kept_as_printed_and_flagged() -> None:
    parsed = parse(page(*OUTLINE[:5], disputes([1, 0, 0, 0, 2, *[0] * 10])))
    assert values(parsed, "disputes")["review", "total"] == 2
    (finding,) = [f for f in parsed["findings"] if f["rule"] == "outcomes_sum_to_total"]
    assert (finding["procedure"], finding["expected"], finding["printed"]) == ("review", 1, 2)


def test_fact_12_a_township_with_regulations_is_kept() -> None:
    html = table(
        [td("第二十条第（一）项", 4)],
        "信息内容|本年制发件数|本年废止件数|现行有效件数",
        "规章|2|0|2",
        "行政规范性文件|0|0|0",
    )
    parsed = parse(page("二、主动公开政府信息情况", html, title="样本镇人民政府2023年政府信息公开工作年度报告"))
    assert values(parsed, "proactive_disclosure")["regulations", "issued"] == 2


@pytest.mark.parametrize(
    "prose", ["数据截至2017年45日，20078月起执行。", "发布信息条，{ pvCount }次。", "受理咨询百余条，起草3宗。"],
    ids=["separators lost", "number missing", "odd units"],
)  # fmt: skip
def test_fact_13_damaged_text_is_kept_and_dates_nothing(prose: str) -> None:
    parsed = parse(page("一、总体情况", prose, *OUTLINE[2:], applications()))
    assert parsed["sections"][0]["text"] == prose
    assert (parsed["report"]["report_year"], parsed["report"]["published_date"]) == (2023, None)


def test_fact_13_leaked_template_text_in_a_heading() -> None:
    parsed = parse(page("一、总体情况(宋体加粗小四号字)", "正文。", *OUTLINE[2:]))
    assert (parsed["sections"][0]["section_no"], parsed["sections"][0]["text"].endswith("正文。")) == (1, True)


@pytest.mark.parametrize(
    "title",
    [
        "《示例县2023年政府信息公开工作年度报告》解读",
        "2023年政府信息公开工作年度报告公布情况",
        "2023年政务公开工作总结",
        "示例县政府信息公开指南",
    ],
)
def test_fact_14_look_alikes_are_no_reports(title: str) -> None:
    parsed = parse(page("现将有关情况说明如下。", "各单位均已公布。", title=title))
    assert parsed["report"]["extraction_status"] == "unreadable"
    assert parsed["report"]["problem"]


def test_fact_14_a_real_report_with_an_odd_title() -> None:
    report = parse(page(*OUTLINE, title="示例自治区2025年政务公开工作情况的报告"))["report"]
    assert (report["report_year"], report["extraction_status"]) == (2025, "narrative_only")


@pytest.mark.parametrize("url", ["/a.html", "/a.html?jump=true", "//a.html", "/a_wap.html", "/gate/big5/host/a.html"])
def test_fact_15_the_address_changes_nothing_that_is_read(url: str) -> None:
    data = page(*OUTLINE, table_two(), applications(), disputes())
    assert parse(data, url=HOST + url) == parse(data)
