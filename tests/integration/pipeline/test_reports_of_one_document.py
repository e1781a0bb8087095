"""Two reports on one page, from the crawl to the warehouse: each is a report of its own, and stays the same one."""

import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import polars as pl
import pytest
import yaml

from gongkai.explore.app import application
from gongkai.explore.in_process import get
from pipelines.crawl.canonical_urls import report_id
from pipelines.home import Home
from pipelines.staging.province_reader import read_province
from pipelines.tidy.validation import validate_province
from pipelines.warehouse.queries.query import query
from schemas.sources import SourceKind
from schemas.tables import FACTS
from tests.conftest import Gongkai
from tests.integration.crawl.conftest import Night, source
from tests.unit.read.builders import TITLE, parse, values
from tests.unit.read.builders import page as report_page
from tests.unit.read.test_several_reports import OTHER, report_body
from tests.web.pages import from_pages, page
from tests.web.server import Answer, Site

BOTH = report_page(*report_body(), OTHER, *report_body(1000))


class Portal:
    """A site whose list names one page, which holds two reports."""

    def __init__(self) -> None:
        self.held = BOTH
        listed = page(f"<li><a href='/nb/1.html'>{TITLE}</a></li>")
        pages: dict[str, Any] = {
            "/nb/": listed,
            "/nb/1.html": lambda _: Answer(self.held, headers={"Content-Type": "text/html"}),
        }
        self.site = Site(from_pages(pages, reports_at="/none/"))

    @property
    def report(self) -> str:
        return report_id(self.site.url("/nb/1.html"))


@pytest.fixture
def portal() -> Iterator[Portal]:
    made = Portal()
    yield made
    made.site.close()


def rows(home: Home, sql: str) -> list[tuple[Any, ...]]:
    return query(home, sql).rows()


@pytest.mark.slow
def test_each_report_of_a_page_is_a_report_of_its_own(
    gongkai: Gongkai, portal: Portal, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GONGKAI_EXPORT_FORMATS", "parquet")
    sources, home = tmp_path / "zhejiang.yaml", Home(tmp_path / "home")
    of_the_site = {
        "id": "s",
        "url": portal.site.url("/nb/"),
        "delay_seconds": 0,
        "allow_hosts": [portal.site.authority],
    }
    sources.write_text(yaml.safe_dump({"province": "zhejiang", "sources": [of_the_site]}), "utf-8")
    answer = gongkai("run", "--sources", sources, "--home", home.root)
    assert answer.code == 0, answer.err

    first, second, url = portal.report, f"{portal.report}-2", portal.site.url("/nb/1.html")
    held = rows(home, "SELECT report_id, agency_name, report_year, url, is_primary FROM reports ORDER BY report_id")
    assert held == [(first, "示例县人民政府", 2023, url, True), (second, "样本市教育局", 2022, url, True)]
    parsed = parse(BOTH)
    for report, expected in ((first, parsed), (second, parsed["additional_reports"][0])):
        stored = rows(home, f"SELECT procedure, outcome, value FROM disputes WHERE report_id = '{report}'")
        assert {row[:2]: row[2] for row in stored} == values(expected, "disputes")
        told = {rule for (rule,) in rows(home, f"SELECT rule FROM quality.findings WHERE report_id = '{report}'")}
        assert told >= {"several_reports", *(finding["rule"] for finding in expected["findings"])}
        assert rows(home, f"SELECT count(*) > 5 FROM sections WHERE report_id = '{report}'") == [(True,)]

    cited = gongkai("cite", second, "review", "upheld", "--format", "json", "--home", home.root)
    assert cited.code == 0, cited.err
    told = json.loads(cited.out)
    assert (told["agency_name"], told["cell"]["value"]) == ("样本市教育局", 1000)
    assert told["archive_sha256"]
    copy = tmp_path / "copy.html"
    assert gongkai("show", second, "--save", copy, "--home", home.root).code == 0
    assert copy.read_bytes() == BOTH
    app = application(home)
    for address in (f"/report/{second}", f"/source/{second}/1", f"/compare?report_id={first}&other_id={second}"):
        reply = get(app, address)
        assert (reply.status, "样本市教育局" in reply.text) == (200, True), address


def tidy(home: Home) -> dict[str, pl.DataFrame]:
    read_province(home, "jiangsu")
    validate_province(home, "jiangsu")
    return {name: pl.read_parquet(home.tidy_table(name, "jiangsu")) for name in (*FACTS, "report_versions", "sections")}


def test_reading_again_changes_nothing_and_an_edit_concerns_one_report(portal: Portal, tmp_path: Path) -> None:
    night = Night(Home(tmp_path))
    asked = source(portal.site, "/nb/1.html", kind=SourceKind.REPORT)
    night.crawl(asked)
    before = tidy(night.home)
    assert set(before["report_versions"]["report_id"]) == {portal.report, f"{portal.report}-2"}
    again = read_province(night.home, "jiangsu")
    assert (again.n_captures, again.n_read, again.n_kept) == (1, 0, 1)
    assert all(rows.equals(before[name]) for name, rows in tidy(night.home).items())

    portal.held = BOTH.replace(b">1007<", b">1017<", 1)
    night.now += timedelta(days=30)
    night.crawl(asked)
    versions = tidy(night.home)["report_versions"].sort("report_id", "version")
    assert versions.select("report_id", "version").rows() == [
        (portal.report, 1), (f"{portal.report}-2", 1), (f"{portal.report}-2", 2),
    ]  # fmt: skip
