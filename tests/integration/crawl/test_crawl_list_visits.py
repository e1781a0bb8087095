"""No list fails silently: each way to yield less than it should has a verdict of its own, kept from run to run."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from pipelines.crawl.archive.captures import list_visit_frame
from pipelines.crawl.crawl_status import unsound_lists
from pipelines.crawl.list_visits import ListVerdict
from pipelines.crawl.outcomes import Outcome
from tests.integration.crawl.conftest import Night, source
from tests.web import clicked_lists, data_lists, families, printed_lists
from tests.web.families import FamilySite
from tests.web.pages import from_pages, items, page, report
from tests.web.server import NOT_FOUND, Answer, Asked, Site

NEWS = "".join(f"<li><a href='/nb/2024/{n}.html'>测试县召开第{n}次工作会议</a></li>" for n in range(4))


def one_page(body: str | Answer, path: str = "/nb/") -> FamilySite:
    return FamilySite(
        from_pages({path: body if isinstance(body, Answer) else page(body)}, reports_at="/nb/2024/"), path, ()
    )


def silent(built: FamilySite, endpoint: str) -> FamilySite:
    """The data address answers, and holds nothing."""

    def answer(asked: Asked) -> Answer:
        if asked.path.startswith(endpoint):
            return Answer('{"success":true,"data":{"html":""}}', headers={"Content-Type": "application/json"})
        return built.handle(asked)

    return FamilySite(answer, built.column, ())


def failing(built: FamilySite, part: str) -> FamilySite:
    """Addresses with ``part`` in them answer with an error."""
    return replace(built, handle=lambda asked: Answer("busy", 500) if part in asked.target else built.handle(asked))


def older_behind_script() -> FamilySite:
    script = "<script>require(['list2.trsapi']);listModel({maxStaticIndex:1,pagebar:{prepage:10,recordCount:'213'}})</script>"
    hrefs = [f"/nb/2024/t20240120_{n}.html" for n in range(10)]
    return one_page(items(hrefs) + script)


CASES: dict[str, tuple[Callable[[], FamilySite], ListVerdict]] = {
    "read to its last page": (printed_lists.create_page_html, ListVerdict.COMPLETE),
    "data read to its end": (data_lists.jpaas, ListVerdict.COMPLETE),
    "names of pages guessed": (families.static, ListVerdict.GUESSED),
    "no report link": (lambda: one_page(NEWS), ListVerdict.NO_REPORT_LINKS),
    "column being built": (lambda: one_page("<div class='con'>栏目建设中，敬请期待！</div>"), ListVerdict.NOTHING_YET),
    "nothing in it": (lambda: one_page("<div><p> 暂无内容 </p></div>"), ListVerdict.NOTHING_YET),
    "empty first answer": (lambda: silent(data_lists.jpaas(), "/api-gateway/"), ListVerdict.EMPTY_FIRST_ANSWER),
    "data address switched off": (lambda: families.truecms(widest=0), ListVerdict.EMPTY_FIRST_ANSWER),
    "late pages are gone": (printed_lists.capped, ListVerdict.PAGES_MISSING),
    "a page in the middle is gone": (printed_lists.one_gap, ListVerdict.PAGES_MISSING),
    "older pages need a browser": (older_behind_script, ListVerdict.PAGES_MISSING),
    "a count and no address": (
        lambda: one_page(items(["/nb/2024/1.html"]) + "<span>共<b>7</b>页</span>"), ListVerdict.PAGES_MISSING,
    ),
    "the next page is a script's": (clicked_lists.post_back, ListVerdict.PAGES_MISSING),
    "the linked page is gone": (lambda: clicked_lists.second_page(NOT_FOUND), ListVerdict.PAGES_MISSING),
    "the linked page fails": (lambda: clicked_lists.second_page(Answer("busy", 500)), ListVerdict.PAGES_MISSING),
    "a second answer fails": (lambda: failing(data_lists.gkmlpt(total=""), "page=2"), ListVerdict.PAGES_MISSING),
    "first rows again": (lambda: data_lists.truecms(widest=10, n=75, initial=60), ListVerdict.COMPLETE),
    "it is sorry": (lambda: one_page("<p>对不起，该栏目下暂无数据！</p>"), ListVerdict.NOTHING_YET),
    "shandong": (lambda: one_page("<div id='app'></div>" * 9, "/gongkai/channel_657c07df0ee15e41/"), ListVerdict.NEEDS_RENDER),
    "xizang": (lambda: one_page("<div id='list'></div>", "/xxgk/list.thtml?id=3"), ListVerdict.NEEDS_RENDER),
    "the page is gone": (lambda: one_page(Answer("", 404)), ListVerdict.NOT_REACHED),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_each_way_to_end_has_a_verdict(name: str, serve: Callable[..., Site], night: Night) -> None:
    build, verdict = CASES[name]
    built = build()
    site = serve(built.handle)
    entry = source(site, built.column)
    night.crawl(entry)
    (row,) = list_visit_frame(night.home).to_dicts()
    assert row["verdict"] == verdict, row
    assert (row["what_to_do"] == "") is (verdict is ListVerdict.COMPLETE)
    assert len(unsound_lists(list_visit_frame(night.home), [entry])) == (not verdict.is_sound)


def test_what_needs_a_browser_is_recorded_so(serve: Callable[..., Site], night: Night) -> None:
    built = CASES["shandong"][0]()
    site = serve(built.handle)
    night.crawl(source(site, built.column))
    assert night.outcome(site.url(built.column)) == Outcome.NEEDS_RENDER


def test_a_list_of_such_a_system_that_holds_links_is_read(serve: Callable[..., Site], night: Night) -> None:
    built = one_page(items(["/nb/2024/1.html"]), "/gongkai/channel_657c07df0ee15e41/")
    site = serve(built.handle)
    night.crawl(source(site, built.column))
    assert len(night.captures()) == 1


def test_fewer_links_than_before_stand_out_until_they_are_back_or_accepted(
    serve: Callable[..., Site], night: Night
) -> None:
    def listed(n: int) -> str:
        return page(items([f"/nb/2024/{number}.html" for number in range(n)]))

    site = serve(from_pages({"/nb/": listed(10)}, reports_at="/nb/2024/"))
    entry = source(site, "/nb/")
    verdicts = []
    for n, days in ((10, 0), (4, 1), (4, 1), (10, 1), (4, 1), (4, 40), (4, 1)):
        site.handle = from_pages({"/nb/": listed(n)}, reports_at="/nb/2024/")
        night.now += timedelta(days=days)
        night.crawl(entry)
        row = list_visit_frame(night.home).row(0, named=True)
        verdicts.append((row["verdict"], row["links_before"]))
    fewer, complete = ListVerdict.FEWER_LINKS, ListVerdict.COMPLETE
    assert verdicts == [
        (complete, 10),
        (fewer, 10),
        (fewer, 10),
        (complete, 10),
        (fewer, 10),
        (complete, 4),
        (complete, 4),
    ]


def test_a_verdict_says_since_when(serve: Callable[..., Site], night: Night) -> None:
    site = serve(one_page(NEWS).handle)
    for _ in range(3):
        night.crawl(source(site, "/nb/"))
    row = list_visit_frame(night.home).row(0, named=True)
    assert (row["fetched_at"] - row["since"]) >= timedelta(hours=1, minutes=59)
    assert len(night.records()) == len([record for record in night.records() if record.kind in ("list", "robots")])


def test_the_index_finds_the_last_verdict_again_in_the_log(serve: Callable[..., Site], night: Night) -> None:
    site = serve(one_page(NEWS).handle)
    night.crawl(source(site, "/nb/"))
    first = list_visit_frame(night.home).row(0, named=True)["since"]
    for path in (night.home.fetches / "jiangsu").glob("index.sqlite*"):
        path.unlink()
    night.crawl(source(site, "/nb/"))
    assert list_visit_frame(night.home).row(0, named=True)["since"] == first


@pytest.mark.parametrize(
    "says", ["栏目正在建设中……", "该栏目暂无内容", "暂无相关信息！", "内容更新中，请稍候", "目前没有相关数据。"]
)
def test_a_page_that_only_says_that_there_is_nothing_is_no_report(
    says: str, serve: Callable[..., Site], night: Night
) -> None:
    chrome = "<ul>" + "<li>政府信息公开指南</li>" * 60 + "</ul>"
    pages = {
        "/nb/": page(items(["/nb/2024/1.html"])),
        "/nb/2024/1.html": f"<html><body>{chrome}<div>{says}</div></body></html>",
    }
    site = serve(from_pages(pages, reports_at="/none/"))
    night.crawl(source(site, "/nb/"))
    assert night.outcome(site.url("/nb/2024/1.html")) == Outcome.SOFT_404
    assert night.captures() == []


def test_a_report_that_has_the_words_in_a_sentence_is_one(serve: Callable[..., Site], night: Night) -> None:
    body = report("甲局", 2023, extra="<p>本年度暂无行政复议。</p><p>暂无</p>")
    site = serve(from_pages({"/nb/": page(items(["/nb/2024/1.html"])), "/nb/2024/1.html": body}))
    night.crawl(source(site, "/nb/"))
    assert len(night.captures()) == 1
