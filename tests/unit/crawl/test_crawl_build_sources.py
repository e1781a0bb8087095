"""The sources of the repository, and the script that builds them from a registry."""

from pathlib import Path

import pytest

from pipelines.crawl.policy import CrawlPolicy
from pipelines.crawl.registry.build_sources import build_sources
from pipelines.crawl.registry.source_files import load_sources
from pipelines.crawl.registry.source_inspection import check_sources
from schemas.sources import Known, Source, SourceKind
from schemas.vocabulary import PROVINCES

OURS = Path(__file__).resolve().parents[3] / "sources"
KNOWN = "url,kind,host,title,agency,region,level,report_year,cms_guess,notes\n"
DERIVED = "column_url,host,region,cms_guess,reports_seen,status\n"


def registry(folder: Path, known: str, derived: str = "") -> tuple[Path, Path]:
    (folder / "known.csv").write_text(KNOWN + known, encoding="utf-8")
    (folder / "derived.csv").write_text(DERIVED + derived, encoding="utf-8")
    return folder / "known.csv", folder / "derived.csv"


def test_our_sources_cover_every_province() -> None:
    sources = load_sources(OURS)
    assert {source.province for source in sources} == set(PROVINCES)
    assert len(sources) >= 300
    assert {source.known for source in sources} == {Known.SEEN, Known.DERIVED}


def test_our_sources_have_no_problem_the_schema_cannot_see() -> None:
    assert check_sources(load_sources(OURS), CrawlPolicy()) == []


def test_entries_say_whether_they_were_seen(tmp_path: Path) -> None:
    files = registry(
        tmp_path,
        "http://a.nantong.gov.cn/nb/1.html,report,h,,启东市人民政府,江苏/南通/启东,county,2020,x,\n"
        "http://a.nantong.gov.cn/nb/,index,h,,,江苏/南通,county,,x,\n",
        "http://b.nantong.gov.cn/nb/,h,江苏/南通,x,1,derived\nhttps://a.nantong.gov.cn/nb/index.html,h,江苏/南通,x,1,derived\n",
    )
    assert build_sources(*files, tmp_path / "out") == {"jiangsu": 3}
    report, seen, derived = load_sources(tmp_path / "out")
    assert (report.kind, report.region, report.site) == (SourceKind.REPORT, "320681", "启东市人民政府")
    assert (seen.kind, seen.known, derived.known) == (SourceKind.COLUMN, Known.SEEN, Known.DERIVED)


@pytest.mark.parametrize(
    ("url", "endpoint"),
    [
        (
            "http://a.gov.cn/x/xxgkAnnualReport.jsp?fbtime=2017&area=11",
            "http://a.gov.cn/x/xxgkAnnualReport.jsp?fbtime={year}&area=11",
        ),
        (
            "http://a.gov.cn/year_details.aspx?dept=24&year=2023",
            "http://a.gov.cn/year_details.aspx?dept=24&year={year}",
        ),
    ],
)
def test_an_endpoint_seen_for_one_year_is_asked_for_all(url: str, endpoint: str, tmp_path: Path) -> None:
    build_sources(*registry(tmp_path, f"{url},report,h,,,江苏,county,2017,x,\n"), tmp_path / "out")
    (source,) = load_sources(tmp_path / "out")
    assert (source.kind, source.url) == (SourceKind.ENUMERABLE, endpoint)


def test_building_again_adds_only_what_is_new_and_keeps_hand_made_lines(tmp_path: Path) -> None:
    line = "http://a.gov.cn/nb/,index,h,,,江苏/南通,county,,x,\n"
    build_sources(*registry(tmp_path, line), tmp_path / "out")
    path = tmp_path / "out" / "jiangsu.yaml"
    path.write_text(path.read_text(encoding="utf-8") + "    enabled: false  # moved\n", encoding="utf-8")
    before = path.read_text(encoding="utf-8")
    assert build_sources(*registry(tmp_path, line), tmp_path / "out") == {"jiangsu": 0}
    assert path.read_text(encoding="utf-8") == before
    assert build_sources(*registry(tmp_path, line + line.replace("a.gov", "b.gov")), tmp_path / "out") == {"jiangsu": 1}
    assert path.read_text(encoding="utf-8").startswith(before)
    assert [source.enabled for source in load_sources(path)] == [False, True]


@pytest.mark.parametrize(
    ("overrides", "words"),
    [
        ({"url": "http://127.9.9.9/nb/"}, "not registered"),
        ({"url": "https://www.a.gov.cn/nb/index.html"}, "the same page as first"),
        ({"url": "http://b.gov.cn/", "delay_seconds": 0.1}, "is raised to 1"),
    ],
)
def test_what_the_schema_cannot_see(overrides: dict[str, object], words: str) -> None:
    first = Source(id="first", url="http://a.gov.cn/nb/", province="jiangsu")
    other = Source.model_validate({"id": "other", "province": "jiangsu"} | overrides)
    (problem,) = check_sources([first, other], CrawlPolicy())
    assert words in problem
