"""Small rules of the crawl: names of pages, titles, pace, revisits, circuit, templates."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.content.decoding import decode
from pipelines.content.report_titles import is_cut_at_year, parse_link_title
from pipelines.content.sniffing import media_type
from pipelines.crawl.archive.fetch_log import FetchRecord, PageKind
from pipelines.crawl.archive.page_index import Held
from pipelines.crawl.canonical_urls import canonical_url, original_behind_gate, report_id
from pipelines.crawl.classification.page import Page
from pipelines.crawl.fetching.throttle import HostThrottle, retry_after, throttled_delay
from pipelines.crawl.outcomes import Outcome
from pipelines.crawl.policy import CrawlPolicy
from pipelines.crawl.scheduling.link_selection import is_list_shaped, is_sub_column, link_prefix
from pipelines.crawl.scheduling.revisit import due_at, interval, is_due
from pipelines.crawl.site_families.page_lists.printed import guessed_templates
from schemas.settings import Settings, load_settings
from tests.unit.content.containers import ole

NOW = datetime(2026, 3, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    "same",
    [
        ("http://www.a.gov.cn/nb/index.html", "https://a.gov.cn/nb/", "http://A.GOV.CN:80//nb/#top", "https://a.gov.cn:443/nb/"),
        ("http://jtj.cq.gov.cn/bw/202004/t20200430_7286234_wap.html", "https://jtj.cq.gov.cn/bw/202004/t20200430_7286234.html"),
        ("http://a.gov.cn/x.jsp?area=1&fbtime=2", "http://a.gov.cn/x.jsp?fbtime=2&area=1", "http://a.gov.cn/x.jsp?fbtime=2&area=1&jump=true"),
        ("http://drc.gd.gov.cn/post_1.html?jump=true", "http://drc.gd.gov.cn/post_1.html?ddtab=true", "http://drc.gd.gov.cn/post_1.html"),
        ("https://big5.mot.gov.cn/gate/big5/xxgk.mot.gov.cn/2020/t1.html", "http://xxgk.mot.gov.cn/2020/t1.html"),
        ("http://a.gov.cn/x;jsessionid=AB12?a=1", "http://a.gov.cn/x?a=1"),
        ("http://a.gov.cn/nb/content/mpost_412.html", "http://a.gov.cn/nb/content/post_412.html#top"),
        ("http://a.gov.cn/中文.html", "http://a.gov.cn/%E4%B8%AD%E6%96%87.html"),
    ],
)  # fmt: skip
def test_addresses_of_one_page_have_one_name(same: tuple[str, ...]) -> None:
    assert len({canonical_url(url) for url in same}) == 1
    assert len({report_id(url) for url in same}) == 1


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("http://a.gov.cn/1.html", "http://a.gov.cn/2.html"),
        ("http://a.gov.cn/x?fbtime=2019", "http://a.gov.cn/x?fbtime=2020"),
        ("http://127.0.0.1:81/", "http://127.0.0.1:82/"),
        ("http://a.gov.cn/x?id=1&id=2", "http://a.gov.cn/x?id=2"),
        ("http://zwgk.a.gov.cn/", "http://a.gov.cn/"),
        ("http://a.gov.cn/gkmlpt/index#2106", "http://a.gov.cn/gkmlpt/index#2107"),
    ],
)
def test_different_pages_keep_different_names(one: str, other: str) -> None:
    assert canonical_url(one) != canonical_url(other)


@pytest.mark.slow
@given(st.text(max_size=60))
def test_a_name_is_stable(path: str) -> None:
    once = canonical_url("http://a.gov.cn/" + path.replace("\\", ""))
    assert canonical_url(once) == once


def test_a_gate_leads_to_the_original() -> None:
    assert (
        original_behind_gate("http://big5.www.gov.cn/gate/big5/www.gov.cn/a.htm?x=1") == "http://www.gov.cn/a.htm?x=1"
    )


@pytest.mark.parametrize(
    ("title", "year"),
    [
        ("启东市人民政府2020年政府信息公开工作年度报告", 2020),
        ("2022年度嵊州市人民政府办公室政府信息公开工作年度报告", 2022),
        ("子长市人民政府2023年度政府信息公开工作报告", 2023),
        ("宿迁市2017年政府信息公开年度报告", 2017),
        ("2025年政府信息公开工作年度报告", 2025),
        ("2021年度长春市民政局信息公开年度报告", 2021),
        ("襄阳市农业农村局政府信息公开工作2022年度报告", 2022),
        ("海南省生态环境厅 2022政府信息公开工作年度报告", 2022),
        ("嵊泗县财政局2023年度政府信息公开工作年度报告（文字版）", 2023),
        ("西藏自治区审计厅2025年政务信息公开工作开展年度报告", 2025),
        ("襄城区欧庙镇2024年政府信息公开年度工作报告", 2024),
        ("道里区残联 2025年政府信息公开年报", 2025),
        ("上海市宝山区大场镇人民政府关于2025年政府信息公开工作年度报告", 2025),
        ("西藏自治区住房和城乡建设厅2025年度政务公开工作情况的报告", 2025),
        ("2014年北京市朝阳区东湖街道办事处筹备处政府信息公开工作年度报告", 2014),
        ("ＸＸ局２０２０ 年政府信息公开工作年度报告", 2020),
        ("启东市人民政府2020年政府信息公开工作年度报…", 2020),
        ("高岭镇_2017年_…", 2017),
        ("政府信息公开工作年度报告", None),
    ],
)
def test_titles_of_reports(title: str, year: int | None) -> None:
    found = parse_link_title(title, latest_year=2026)
    assert found is not None
    assert found.year == year


_WHOLE = "某县人民政府办公室2023年政府信息公开工作情况的年度报告"


@pytest.mark.parametrize("end", range(len("某县人民政府办公室2023年政府信"), len(_WHOLE)))
@pytest.mark.parametrize("dots", ["…", "...", "……"])
def test_a_title_may_be_cut_off_within_its_phrase(end: int, dots: str) -> None:
    found = parse_link_title(_WHOLE[:end] + dots)
    assert found is not None
    assert found.year == 2023


@pytest.mark.parametrize(
    ("title", "may_be"),
    [
        ("某县人民政府办公室2023年政…", True), ("某县2023年度政府...", True), ("某县教育局关于2023…", True),
        ("某县2023年政府工作报…", False), ("某县召开2023年政…", False), ("关于印发某县2023年…", False), ("某县2023年政", False),
    ],
)  # fmt: skip
def test_a_title_cut_off_at_its_year_may_be_a_report(title: str, may_be: bool) -> None:
    assert parse_link_title(title) is None
    assert is_cut_at_year(title) is may_be


@pytest.mark.parametrize(
    "title",
    [
        "文字解读:关于济南市历城区市场监督管理局2023年政府信息公开工作年度报告的解读",
        "石狮市2023年政府信息公开工作年度报告公布情况",
        "贵州省发布2016年政府信息公开工作年度报告",
        "拉萨市政府信息公开指南(2024年5月修订)",
        "2023年政务公开工作总结",
        "襄阳市住房公积金2024年年度报告",
        "关于做好2023年政府信息公开工作年度报告编制工作的通知",
        "区政府召开政府信息公开工作年度报告编制培训会",
        "2024年政务公开工作要点",
        "一图读懂2023年政府信息公开工作年度报告",
        "甲局2007年政府信息公开工作年度报告",
        "甲局2029年政府信息公开工作年度报告",
        "首页",
        "",
    ],
)
def test_look_alikes(title: str) -> None:
    assert parse_link_title(title, latest_year=2026) is None


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("2024年", True),
        ("2024年度报告", True),
        ("市直部门", True),
        ("乡镇街道", True),
        ("各县（市、区）", True),
        ("政府信息公开年报", True),
        ("首页", False),
        ("2024年财政预算", False),
        ("部门预算指南", False),
        ("", False),
    ],
)
def test_parts_of_a_column(text: str, part: bool) -> None:
    assert is_sub_column(text) is part


def test_the_throttle_follows_the_latency_and_no_error_lowers_it() -> None:
    assert throttled_delay(2.0, 6.0, succeeded=True, floor=2.0, ceiling=60.0) == 6.0
    assert throttled_delay(6.0, 0.5, succeeded=True, floor=2.0, ceiling=60.0) == 3.25
    assert throttled_delay(6.0, 0.1, succeeded=False, floor=2.0, ceiling=60.0) == 6.0
    assert throttled_delay(2.0, 600.0, succeeded=True, floor=2.0, ceiling=60.0) == 60.0


@given(st.floats(0, 100), st.floats(0, 100), st.booleans())
def test_the_throttle_stays_between_its_bounds(old: float, latency: float, succeeded: bool) -> None:
    delay = throttled_delay(old, latency, succeeded=succeeded, floor=2.0, ceiling=60.0)
    assert delay >= 2.0
    assert delay <= max(60.0, old)


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("120", 120.0),
        (" 5 ", 5.0),
        ("Sat, 28 Feb 2015 00:00:00 GMT", 0.0),
        ("soon", None),
        ("9" * 400, 21_600.0),
        ("9" * 9_000, None),
        ("Sat, 28 Feb 99999999 00:00:00 GMT", None),
        ("", None),
        (None, None),
    ],
)
def test_retry_after(value: str | None, seconds: float | None) -> None:
    assert retry_after(value) == seconds


@pytest.mark.parametrize(("hours", "seconds"), [(3, 10_800), (400, 21_600)])
def test_retry_after_a_date_is_six_hours_at_most(hours: int, seconds: int) -> None:
    value = format_datetime(datetime.now(UTC) + timedelta(hours=hours))
    assert retry_after(value) == pytest.approx(seconds, abs=1_800)


def test_the_circuit_opens_probes_and_parks() -> None:
    host = HostThrottle(CrawlPolicy(breaker_failures=2, breaker_cooldown=300, breaker_probes=2))
    host.failed(0.0, "timeout", wait=5)
    assert host.next_request_at(0.0, 2.0) == 5.0
    host.failed(10.0, "timeout", wait=5)
    assert host.next_request_at(10.0, 2.0) == 310.0
    host.failed(310.0, "timeout", wait=5)
    assert host.parked is None
    host.failed(620.0, "timeout", wait=5)
    assert host.parked is not None


def test_one_good_answer_closes_the_circuit() -> None:
    host = HostThrottle(CrawlPolicy(breaker_failures=2))
    host.failed(0.0, "timeout", wait=0)
    host.succeeded(0.1, error_page=False, source_delay=2.0)
    host.failed(1.0, "timeout", wait=0)
    assert host.next_request_at(1.0, 2.0) == 3.0


def held(
    kind: PageKind = PageKind.REPORT, outcome: Outcome = Outcome.FETCHED, *, age_days: float = 10, failures: int = 0
) -> Held:
    looked = NOW - timedelta(hours=1)
    return Held(
        "http://a.gov.cn/",
        None,
        kind,
        "old",
        outcome,
        None,
        None,
        None,
        "d",
        1000,
        (),
        NOW - timedelta(days=age_days),
        looked,
        failures,
    )


@pytest.mark.parametrize(
    ("state", "wait"),
    [
        (held(age_days=3), timedelta(days=7)),
        (held(age_days=100), timedelta(days=30)),
        (held(age_days=400), timedelta(days=90)),
        (held(age_days=4000), timedelta(days=365)),
        (held(outcome=Outcome.TIMEOUT, failures=1), timedelta(0)),
        (held(outcome=Outcome.BLOCKED_CAPTCHA, failures=1), timedelta(days=1)),
        (held(outcome=Outcome.BLOCKED_CAPTCHA, failures=4), timedelta(days=8)),
        (held(outcome=Outcome.NOT_FOUND, failures=3), timedelta(days=28)),
        (held(outcome=Outcome.NOT_FOUND, failures=30), timedelta(days=90)),
        (held(kind=PageKind.LIST), timedelta(hours=20)),
    ],
)
def test_when_a_page_is_due(state: Held, wait: timedelta) -> None:
    assert due_at(state, CrawlPolicy(lists="season"), now=NOW) == state.looked_at + wait


@pytest.mark.parametrize(
    ("month", "waited", "due"),
    [
        (1, timedelta(hours=24), True),  # the publishing season: every night
        (4, timedelta(hours=24), True),
        (1, timedelta(hours=19), False),
        (5, timedelta(hours=24), False),  # outside: every week
        (12, timedelta(days=6), False),
        (12, timedelta(days=7), True),
    ],
)
def test_lists_are_looked_at_nightly_in_season_and_weekly_outside(month: int, waited: timedelta, due: bool) -> None:
    """With the settings as they come: this is what the schedule does."""
    now = datetime(2026, month, 20, 18, tzinfo=UTC)
    state = replace(held(kind=PageKind.LIST), looked_at=now - waited)
    assert is_due(state, CrawlPolicy.from_settings(Settings()), run_id="new", now=now) is due


def test_a_run_by_hand_may_ask_for_every_list() -> None:
    state = replace(held(kind=PageKind.LIST), looked_at=NOW - timedelta(minutes=5))
    policy = CrawlPolicy.from_settings(Settings(), lists="run")
    assert is_due(state, policy, run_id="new", now=NOW)


def test_the_settings_make_the_cadence(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in {
        "SEASON_MONTHS": "2,3", "LIST_HOURS_IN_SEASON": "10", "REPORT_REVISITS": "10:1,400:5", "REPORT_DAYS_OLDEST": "50",
        "WALL_DAYS": "3", "DEEP_LIST_DAYS": "9",
    }.items():  # fmt: skip
        monkeypatch.setenv(f"GONGKAI_{name}", value)
    policy = CrawlPolicy.from_settings(load_settings())
    assert policy.season_months == (2, 3)
    assert policy.deep_list_interval == timedelta(days=9)
    assert interval(held(age_days=100), policy, now=NOW) == timedelta(days=5)
    assert interval(held(age_days=1000), policy, now=NOW) == timedelta(days=50)
    assert interval(held(outcome=Outcome.FORBIDDEN, failures=2), policy, now=NOW) == timedelta(days=6)


def test_the_settings_as_they_come_are_the_policy_as_it_comes() -> None:
    assert CrawlPolicy.from_settings(Settings()) == CrawlPolicy()


def test_a_page_looked_at_in_this_run_is_never_due() -> None:
    assert not is_due(held(), CrawlPolicy(revisit_reports=True), run_id="old", now=NOW + timedelta(days=999))


@pytest.mark.parametrize(
    ("url", "expected"),
    [("/nb/", True), ("/nb/index.html", True), ("/nb/2024n", True), ("/t1.html", False), ("/x?id=1", False)],
)
def test_list_shapes(url: str, expected: bool) -> None:
    assert is_list_shaped(f"http://a.gov.cn{url}") is expected


@pytest.mark.parametrize(
    ("url", "prefix"),
    [
        ("http://a.gov.cn/art/2021/1/14/art_16143_3631375.html", "a.gov.cn/art"),
        ("http://a.gov.cn/nb/202101/t20210129_352.html", "a.gov.cn/nb"),
        ("http://a.gov.cn/ntsrmzf/20xsq/content/f2f8.htm", "a.gov.cn/ntsrmzf/20xsq/content"),
    ],
)
def test_the_path_that_articles_of_a_column_share(url: str, prefix: str) -> None:
    assert link_prefix(url) == prefix


@pytest.mark.parametrize(
    ("url", "first"),
    [
        ("http://a.gov.cn/nb/", ("http://a.gov.cn/nb/index_{n}.html", 0)),
        ("http://a.gov.cn/nb/list.shtml", ("http://a.gov.cn/nb/list_{n}.shtml", 0)),
        ("http://a.gov.cn/nb/list.shtml?site=3", ("http://a.gov.cn/nb/list_{n}.shtml?site=3", 0)),
        ("http://a.gov.cn/nb/1.html", ("http://a.gov.cn/nb/{n}.html", 1)),
    ],
)
def test_the_names_that_are_guessed_first(url: str, first: tuple[str, int]) -> None:
    assert guessed_templates(Page(url, b"<ul></ul>", "text/html"))[0] == first


@pytest.mark.parametrize(
    ("body", "declared", "kind"),
    [
        (b"%PDF-1.7", "text/html", "application/pdf"),
        (ole("WordDocument"), "text/html", "application/msword"),
        (
            b"PK\x03\x04....word/document.xml",
            None,
            "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        ),
        (b"PK\x03\x04....xl/workbook.xml", None, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
        (b"\xef\xbb\xbf<!DOCTYPE html><html>", "application/octet-stream", "text/html"),
        (b"<html>", "text/html; charset=gbk", "text/html; charset=gbk"),
        (b"{}", "application/json", "application/json"),
    ],
)
def test_the_type_is_what_the_bytes_say(body: bytes, declared: str | None, kind: str) -> None:
    assert media_type(body, declared) == kind


@given(
    st.binary(max_size=300),
    st.sampled_from([None, "text/html", "text/html; charset=gb2312", "text/html; charset=utf-16", "x; charset=idna"]),
)
def test_decoding_never_fails(body: bytes, declared: str | None) -> None:
    assert isinstance(decode(body, declared).text, str)


@given(
    st.builds(
        FetchRecord, fetch_id=st.text(), run_id=st.text(), kind=st.sampled_from(PageKind), url=st.text(), canonical_url=st.text(),
        source_id=st.text(), province=st.text(), fetched_at=st.text(), outcome=st.sampled_from(Outcome),
        attachments=st.lists(st.text(min_size=1)).map(tuple), message=st.text(), n_bytes=st.integers(0, 10**9),
        warc_offset=st.none() | st.integers(0, 10**12), etag=st.none() | st.text(min_size=1),
    )
)  # fmt: skip
def test_a_log_line_reads_back_as_it_was_written(record: FetchRecord) -> None:
    line = record.to_line()
    assert line.count(b"\n") == 1
    assert FetchRecord.from_line(line) == record


def test_every_outcome_has_a_chinese_label() -> None:
    assert all(outcome.label_zh for outcome in Outcome)
    assert all(outcome.advice for outcome in Outcome if outcome.is_wall)
