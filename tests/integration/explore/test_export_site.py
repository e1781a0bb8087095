"""The pages as files: every link leads to a file, a second export writes nothing, a province exports its own."""

import json
from functools import cache
from pathlib import Path
from xml.etree import ElementTree

import duckdb
import pytest
from selectolax.lexbor import LexborHTMLParser
from starlette.applications import Starlette

from gongkai.explore.export_site import MANIFEST, export_site, file_of, relinked
from gongkai.explore.in_process import Reply, get
from pipelines.home import Home
from tests.conftest import Gongkai


@pytest.fixture(scope="module")
def site(first_night: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    to = tmp_path_factory.mktemp("site")
    assert export_site(Home(first_night), to).written > 30
    return to


@cache
def text_of(file: Path) -> str:
    return file.read_text("utf-8")


def test_every_link_leads_to_a_file_and_a_place_in_it(site: Path) -> None:
    checked = 0
    for page in site.rglob("*.html"):
        tree = LexborHTMLParser(page.read_bytes())
        for node in tree.css("[href],[src]"):
            address = node.attributes.get("href") or node.attributes.get("src") or ""
            target, _, fragment = address.partition("#")
            file = (page.parent / target).resolve() if target else page
            assert file.is_file(), (page, address)
            assert file.is_relative_to(site.resolve())
            if fragment and checked < 4000:
                assert f'id="{fragment}"' in text_of(file), (page, address)
            checked += 1
        assert not tree.css("form,script"), page
    assert checked > 6000
    assert {page.relative_to(site / "en") for page in (site / "en").rglob("*.html")} == {
        page.relative_to(site) for page in site.rglob("*.html") if page.relative_to(site).parts[0] != "en"
    }


def test_the_feed_links_to_the_files(site: Path) -> None:
    for feed in (site / "changes.atom", site / "en" / "changes.atom"):
        links = [node.attrib["href"] for node in ElementTree.parse(feed).iter("{http://www.w3.org/2005/Atom}link")]
        assert len(links) >= 10
        assert all((feed.parent / link).is_file() for link in links)


def test_only_what_shows_something_else_is_made_again(own_first_night: Path, tmp_path: Path, asked: list[str]) -> None:
    home = Home(own_first_night)
    export_site(home, tmp_path)
    always = {path for path in asked if not path.startswith(("/report/", "/source/", "/organ/"))}
    asked.clear()
    assert export_site(home, tmp_path).written == 0
    assert set(asked) == always
    with duckdb.connect(str(home.warehouse)) as connection:
        report, organ = connection.execute(
            "SELECT report_id, agency_id FROM reports WHERE report_year = 2020"
        ).fetchall()[0]
        connection.execute("UPDATE applications SET raw_text = '7' WHERE report_id = ? AND line = 'granted'", [report])
    asked.clear()
    assert export_site(home, tmp_path).written > 0
    assert set(asked) - always == {f"{path}?lang={lang}" for lang in ("zh", "en") for path in
                                   (f"/report/{report}", f"/source/{report}/1", f"/organ/{organ}")}  # fmt: skip


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Addresses that an export asks the application for."""
    found: list[str] = []

    def told(app: Starlette, address: str, **how: bool) -> Reply:
        found.append(address)
        return get(app, address, static=how.get("static", False))

    monkeypatch.setattr("gongkai.explore.export_site.get", told)
    return found


def test_a_second_export_writes_nothing_and_mends_what_is_missing(site: Path, first_night: Path) -> None:
    assert export_site(Home(first_night), site).written == 0
    (site / "index.html").unlink()
    (site / "stale.html").write_text("x")
    manifest = json.loads((site / MANIFEST).read_text())
    manifest["files"] |= {"stale.html": "0", "../outside": "0"}
    (site / MANIFEST).write_text(json.dumps(manifest))
    done = export_site(Home(first_night), site)
    assert (done.written, done.removed) == (1, 1)
    assert not (site / "stale.html").exists()


def test_a_province_exports_its_own(first_night: Path, tmp_path: Path, gongkai: Gongkai) -> None:
    answer = gongkai("explore", "--home", first_night, "--export", tmp_path / "site", "--province", "jiangsu")
    assert answer.code == 0, answer.err
    assert len(list((tmp_path / "site" / "report").glob("*.html"))) == 3
    assert gongkai("explore", "--home", first_night, "--export", tmp_path, "--province", "atlantis").code == 2
    assert gongkai("explore", "--home", first_night, "--province", "jiangsu").code == 2


@pytest.mark.parametrize(
    ("link", "expected"),
    [
        ('<a href="/report/1#f-x">', '<a href="1.html#f-x">'),
        ('<a class="a" href="/">', '<a class="a" href="../index.html">'),
        ('<a href="/report/2">', "<a>"),
        ('<a href="/report/1?lang=en">', "<a>"),
        ('<a href="https://evil.example/">', "<a>"),
        ('<a href="#here">', '<a href="#here">'),
        ('text href="/report/1"', 'text href="/report/1"'),
    ],
)
def test_addresses_become_relative(link: str, expected: str) -> None:
    assert relinked(link, "report/3.html", {"report/1.html", "index.html"}) == expected
    assert file_of("/source/1/2/0/page/3.png") == "source/1/2/0/page/3.png"
