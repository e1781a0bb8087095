"""The embedded sites over real sockets: what is served, and how conditional requests are answered."""

import re
import threading
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import urljoin

import pytest
import requests
import yaml

from gongkai.demo.sites import DemoPortError, DemoSites
from gongkai.demo.truth import expected_reports

IN_FILES = {"hongze", "civil", "education", "finance", "transport"}
"""Pages whose figures stand in a file, in pictures, or in what a script asks for."""


def get(url: str, **headers: str) -> requests.Response:
    return requests.get(url, headers=headers, timeout=5)


class _Texts(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.texts: list[str] = []

    def handle_starttag(self, tag: str, attrs: object) -> None:
        self.tags.append(tag)

    def handle_data(self, data: str) -> None:
        self.texts.append(data.strip())


def parse(response: requests.Response) -> _Texts:
    page = _Texts()
    encoding = "gb18030" if b'charset="gb2312"' in response.content else "utf-8"
    page.feed(response.content.decode(encoding))
    return page


def test_every_report_is_served_with_its_figures(tmp_path: Path) -> None:
    with DemoSites(tmp_path) as sites:
        reports = expected_reports(sites)
        assert {(r.site, r.page) for r in reports} >= {("nantong", "qidong-flat"), ("qidong", "qidong-word")}
        for report in reports:
            answer = get(report.url)
            assert answer.status_code == 200
            if report.figures is None or report.page in IN_FILES:
                continue
            texts = parse(answer).texts
            printed = [figure.raw for figure in report.figures.cells.values()]
            assert [t for t in texts if t in set(printed)] == printed


def test_a_second_visit_is_answered_304_and_the_second_night_edits_one_page(tmp_path: Path) -> None:
    with DemoSites(tmp_path) as sites:
        first = {r.url: get(r.url) for r in expected_reports(sites)}
        for url, answer in first.items():
            again = get(url, **_conditions(answer))
            assert (again.status_code, again.content) == (304, b"")
    with DemoSites(tmp_path, night=2) as sites:
        changed = [url for url, answer in first.items() if get(url, **_conditions(answer)).status_code == 200]
        assert changed == [sites.url("shili", "shili-2023")]


def _conditions(answer: requests.Response) -> dict[str, str]:
    pairs = (("If-None-Match", "ETag"), ("If-Modified-Since", "Last-Modified"))
    return {ours: answer.headers[theirs] for ours, theirs in pairs if theirs in answer.headers}


def test_gaps_are_served_as_gaps(tmp_path: Path) -> None:
    with DemoSites(tmp_path) as sites:
        assert get(sites.url("shili", "police")).status_code == 521
        gone = get(sites.url("shili", "audit"))
        assert (gone.status_code, "页面不存在" in gone.text) == (200, True)
        assert get(sites.base("nantong") + "/robots.txt").status_code == 404
        assert "Crawl-delay" in get(sites.base("qidong") + "/robots.txt").text
        assert sites.answers == {521: 1, 200: 2, 404: 1}


def test_files_pictures_and_data_are_served_as_what_they_are(tmp_path: Path) -> None:
    with DemoSites(tmp_path) as sites:
        civil = sites.url("shili", "civil")
        page = get(civil).text
        for source in re.findall(r'<img src="([^"]+)"', page):
            assert get(urljoin(civil, source)).content.startswith(b"\x89PNG")
        assert page.count("<img") == 3
        for name, start in (("education", b"\xd0\xcf\x11\xe0"), ("finance", b"PK")):
            address = sites.url("shili", name)
            (link,) = re.findall(r'href="([^"]+\.(?:doc|ofd))"', get(address).text)
            assert get(urljoin(address, link)).content.startswith(start)
        shell = get(sites.url("shili", "transport")).text
        assert "总体情况" not in shell
        (data,) = re.findall(r'fetch\("([^"]+)"\)', shell)
        assert "总体情况" in get(sites.base("shili") + data).json()["html"]


def test_a_hostile_title_is_text_everywhere(tmp_path: Path) -> None:
    with DemoSites(tmp_path) as sites:
        for url in (sites.url("shili", "water"), sites.base("shili") + "/zwgk/zfxxgknb/"):
            answer = get(url)
            assert "<script>alert" not in answer.text
            assert "<img" not in answer.text
            assert any("<script>alert('title')</script>" in t for t in parse(answer).texts)


def test_lists_lead_to_every_report(tmp_path: Path) -> None:
    """Page two of the TRS list is ``index_1.html``; the second jpage group answers to page numbers and to records."""
    with DemoSites(tmp_path) as sites:
        column = sites.base("shili") + "/zwgk/zfxxgknb/"
        assert 'createPageHTML(2, 0, "index", "html")' in get(column).text
        assert "t20230314_20955.html" in get(column + "index_1.html").text
        proxy = sites.base("hongze") + "/module/web/jpage/dataproxy.jsp"
        by_page = get(f"{proxy}?page=2&appid=1&columnid=4821").text
        posted = requests.post(f"{proxy}?startrecord=3&endrecord=4&perpage=2", data={"columnid": 4821}, timeout=5).text
        assert by_page == posted
        assert "art_4821_90001.html" in by_page
        pdf = get(sites.base("hongze") + "/module/download/downfile.jsp?classid=0&filename=2502251011150488021.pdf")
        assert pdf.content.startswith(b"%PDF")


def test_sources_name_loopback_only_and_survive_a_second_start(tmp_path: Path) -> None:
    def sources(sites: DemoSites) -> list[dict[str, object]]:
        files = sorted(sites.sources_file.glob("*.yaml"))
        return [s for f in files for s in yaml.safe_load(f.read_text(encoding="utf-8"))["sources"]]

    with DemoSites(tmp_path) as sites:
        first = sources(sites)
        assert all(host.startswith("127.") for host in sites.allow_hosts)
    with DemoSites(tmp_path, night=2) as sites:
        assert sources(sites) == first
        with pytest.raises(DemoPortError, match="is taken"), DemoSites(tmp_path):
            pass
        with DemoSites(tmp_path / "other", port=int(sites.base("nantong").rsplit(":", 1)[1])) as other:
            assert other.base("nantong") != sites.base("nantong")
    assert not [t for t in threading.enumerate() if "serve_forever" in t.name]
