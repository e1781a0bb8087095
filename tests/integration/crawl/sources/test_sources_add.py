"""``gongkai sources add URL`` looks at the page, says what it is, and writes the entry; or says in one line why not."""

from collections.abc import Callable
from pathlib import Path

import pytest
import yaml

from pipelines.crawl.registry.source_files import load_sources
from tests.conftest import Answer as Said
from tests.conftest import Gongkai
from tests.web import families
from tests.web.pages import from_pages, page, report
from tests.web.server import Answer, Site

Add = Callable[..., Said]


@pytest.fixture
def add(gongkai: Gongkai, tmp_path: Path) -> Add:
    """``sources add`` of a path of a site, into an empty folder."""

    def call(site: Site, path: str, *options: str) -> Said:
        allowed = ("--allow-host", site.authority)
        return gongkai("sources", "add", site.url(path), "-p", "jiangsu", "--sources", tmp_path, *allowed, *options)

    return call


def test_a_column_is_proposed_and_added(serve: Callable[..., Site], add: Add, tmp_path: Path) -> None:
    built = families.trs()
    site = serve(built.handle)
    said = add(site, built.column)
    assert said.code == 0, said.err
    assert "is a column (trs), 4 reports on its first page" in said.err
    assert "年政府信息公开工作年度报告" in said.err
    (source,) = load_sources(tmp_path)
    assert (source.url, source.kind, source.listing, source.known) == (site.url(built.column), "column", "auto", "seen")
    assert source.allow_hosts == (site.authority,)
    assert yaml.safe_load(said.out)[0]["id"] == source.id


def test_a_report_is_told_from_a_column(serve: Callable[..., Site], add: Add, tmp_path: Path) -> None:
    head = "<head><meta name='SiteName' content='甲市\u202e人民政府'>"
    said = add(serve(from_pages({"/r.html": report("甲局", 2023).replace("<head>", head)})), "/r.html")
    assert said.code == 0, said.err
    (source,) = load_sources(tmp_path)
    assert (source.kind, source.site) == ("report", "甲市 人民政府")  # a page's text cannot steer the terminal
    assert "\u202e" not in said.out


def test_an_endpoint_keeps_its_year(serve: Callable[..., Site], add: Add, tmp_path: Path) -> None:
    site = serve(lambda asked: Answer(report("甲局", 2023)) if asked.query else Answer("", 404))
    said = add(site, "/nb.jsp?fbtime={year}&area=1")
    assert said.code == 0, said.err
    (source,) = load_sources(tmp_path)
    assert (source.url, source.kind) == (site.url("/nb.jsp?fbtime={year}&area=1"), "enumerable")


def test_what_the_caller_says_wins(serve: Callable[..., Site], add: Add, tmp_path: Path) -> None:
    built = families.static()
    said = add(serve(built.handle), built.column, "--id", "mine", "--site", "乙市人民政府", "--region", "320600")
    assert said.code == 0, said.err
    (source,) = load_sources(tmp_path)
    assert (source.id, source.site, source.region) == ("mine", "乙市人民政府", "320600")


def test_a_dry_run_only_prints(serve: Callable[..., Site], add: Add, tmp_path: Path) -> None:
    built = families.vsb()
    said = add(serve(built.handle), built.column, "--dry-run")
    assert said.code == 0, said.err
    assert yaml.safe_load(said.out)[0]["url"].endswith(built.column)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("answer", "line"),
    [
        (Answer("", 521), "blocked_js_challenge (HTTP 521); open it in a browser, save it, and use gongkai import"),
        (Answer("", 404), "not_found (HTTP 404); look for the page's new address"),
        (Answer(page("<a href='/1.html'>通知公告</a>" * 30)), "no link on the page names an annual disclosure report"),
        (Answer("", 302, {"Location": "http://127.9.9.9/"}), "refused_by_guard (host 127.9.9.9:80 is not registered"),
    ],
)  # fmt: skip
def test_what_is_no_source_is_said_in_one_line(
    answer: Answer, line: str, serve: Callable[..., Site], add: Add, tmp_path: Path
) -> None:
    site = serve(from_pages({"/nb/": answer}, reports_at="/none/"))
    said = add(site, "/nb/")
    assert (said.code, said.out) == (1, "")
    assert line in said.err
    assert said.err.endswith("--unseen adds it without a look\n")
    assert said.err.count("\n") == 1
    assert list(tmp_path.iterdir()) == []
    assert add(site, "/nb/", "--unseen").code == 0
    assert [source.known for source in load_sources(tmp_path)] == ["derived"]


def test_robots_is_obeyed(serve: Callable[..., Site], add: Add) -> None:
    site = serve(from_pages({"/robots.txt": "User-agent: *\nDisallow: /", "/nb/": page("")}))
    said = add(site, "/nb/")
    assert said.code == 1
    assert "disallowed_by_robots" in said.err
    assert site.paths() == []


def test_an_unregistered_host_is_not_asked(gongkai: Gongkai, tmp_path: Path, contacted: list[str]) -> None:
    said = gongkai("sources", "add", "http://127.9.9.9/nb/", "-p", "jiangsu", "--sources", tmp_path)
    assert said.code == 1
    assert "give --allow-host" in said.err
    assert contacted == []
