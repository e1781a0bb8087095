"""Every page on the demo's data, asked in this process."""

import csv
import io
import shutil
from pathlib import Path
from xml.etree import ElementTree

import duckdb
import openpyxl
import pytest
from selectolax.lexbor import LexborHTMLParser, LexborNode
from starlette.applications import Starlette

from gongkai.explore.app import ROUTES, application
from gongkai.explore.in_process import Reply, get
from gongkai.explore.store import Store, statements
from gongkai.services.answers.citation import citation
from pipelines.home import Home


@pytest.fixture(scope="module")
def home(first_night: Path) -> Home:
    return Home(first_night)


@pytest.fixture(scope="module")
def qidong(home: Home) -> str:
    """启东市 2020: two contradictions."""
    return str(next(row["report_id"] for row in Store(home).ask("findings", year=2020).rows))


@pytest.fixture(scope="module")
def app(home: Home) -> Starlette:
    return application(home)


def _report(home: Home, carrier: str) -> str:
    rows = Store(home).ask("search_titles", q="20").rows
    return next(str(row["report_id"]) for row in rows if row["carrier"] == carrier)


def _addresses(home: Home) -> list[str]:
    """One address of every kind of page, in both languages."""
    store = Store(home)
    one, two = (row["report_id"] for row in store.ask("export_reports").rows[:2])
    pdf = _report(home, "pdf")
    organ = store.ask("report", report_id=pdf).rows[0]["agency_id"]
    plain = [
        "/", "/?year=2020", "/search?q=示例", "/search?q=x", f"/report/{one}", f"/report/{pdf}", f"/source/{pdf}/1",
        f"/source/{pdf}/1/1/page/1.png", f"/organ/{organ}", "/region/320000", "/region/320681", "/findings", "/changes",
        f"/compare?report_id={one}&other_id={two}", f"/compare?report_id={one}&other_id={two}&all=1",
        "/findings?severity=error&year=2020", "/changes?since=2020-01-01", "/changes.atom", "/dictionary", "/data/findings.csv",
        "/static/explore.css",
    ]  # fmt: skip
    return [*plain, *(f"{path}{'&' if '?' in path else '?'}lang=en" for path in plain)]


def test_every_page_answers_and_is_held_to_its_policy(app: Starlette, home: Home) -> None:
    for address in _addresses(home):
        reply = get(app, address)
        assert reply.status == 200, (address, reply.text[:300])
        policy = reply.headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "script-src" not in policy  # no script runs, not even one of our own
        assert reply.headers["x-content-type-options"] == "nosniff"
        if reply.headers["content-type"].startswith("text/html"):
            _no_script_and_no_foreign_address(address, reply)


def _no_script_and_no_foreign_address(address: str, reply: Reply) -> None:
    tree = LexborHTMLParser(reply.body)
    assert not tree.css("script,object,embed,base"), address
    for node in tree.css("*"):
        for name, value in node.attributes.items():
            assert not name.startswith("on"), (address, name)
            assert name != "style", address
            if name in ("href", "src", "action"):
                assert (value or "").startswith(("/", "#")), (address, value)


def test_every_link_of_every_page_answers(app: Starlette, home: Home) -> None:
    seen: set[str] = set()
    for address in _addresses(home)[:20]:
        for node in LexborHTMLParser(get(app, address).body).css("[href],[src]"):
            target = (node.attributes.get("href") or node.attributes.get("src") or "").partition("#")[0]
            if target and target not in seen and len(seen) < 150:
                seen.add(target)
                assert get(app, target).status == 200, (address, target)
    assert len(seen) > 60


def _link(node: LexborNode, selector: str) -> LexborNode:
    found = node.css_first(selector)
    assert found is not None, (selector, node.html)
    return found


def test_every_figure_leads_to_a_cell_that_prints_it_and_back(app: Starlette, home: Home) -> None:
    checked = 0
    for row in Store(home).ask("export_reports").rows:
        report = LexborHTMLParser(get(app, f"/report/{row['report_id']}").body)
        source = LexborHTMLParser(get(app, f"/source/{row['report_id']}/1").body)
        for figure in report.css("td.figure"):
            target = (_link(figure, "a").attributes["href"] or "").partition("#")[2]
            cell = source.css_first(f"#{target}")
            assert cell is not None, (row, target)
            if cell.tag == "rect":  # a box on a drawn page: ``test_sheets`` holds it against the words under it
                link = cell.parent
            else:
                printed = "".join(_link(figure, "a").text().split())
                assert printed in "".join(cell.text().split()), (row, target)
                link = _link(cell, "a.back")
            assert link is not None
            back = (link.attributes["href"] or "").partition("#")[2]
            assert report.css_first(f"#{back}") is not None
            checked += 1
    cells = [
        Store(home).ask("report_cells", report_id=row["report_id"]) for row in Store(home).ask("export_reports").rows
    ]
    assert checked == sum(len(answer.tuples) for answer in cells) > 1300


def test_the_page_cites_a_report_as_the_command_does(app: Starlette, home: Home) -> None:
    for row in Store(home).ask("export_reports").rows:
        page = LexborHTMLParser(get(app, f"/report/{row['report_id']}").body)
        assert "".join(node.text() for node in page.css(".cite")) == citation(home, row["report_id"])["text"]


def test_a_file_of_another_version_is_a_clear_page(own_first_night: Path) -> None:
    home = Home(own_first_night)
    with duckdb.connect(str(home.warehouse)) as connection:
        connection.execute("ALTER TABLE sections RENAME COLUMN heading TO caption")
    report = Store(home).ask("export_reports").rows[0]["report_id"]
    reply = get(application(home), f"/report/{report}")
    assert reply.status == 503
    assert "gongkai rebuild" in reply.text


def test_a_hostile_title_is_shown_as_text(app: Starlette) -> None:
    reply = get(app, "/search?q=示例县水利局")
    assert "<script>alert" not in reply.text
    assert "&lt;script&gt;alert" in reply.text


@pytest.mark.parametrize(
    ("address", "status"),
    [
        ("/nope", 404), ("/report/zz", 400), ("/report/0000000000000000", 404), ("/source/0000000000000000/1", 404),
        ("/source/QIDONG/9", 404), ("/source/QIDONG/1/7/picture", 404), ("/data/nope.csv", 404),
        ("/data/export_reports.csv", 404), ("/data/report.exe", 404),
        ("/data/report.csv?report_id=1;2", 400), ("/region/999999", 404), ("/organ/nobody", 404), ("/compare", 400),
        ("/static/../app.py", 404), ("/static/%2e%2e/app.py", 404), ("/findings?year=abc", 400),
    ],
)  # fmt: skip
def test_an_error_is_a_clear_page(app: Starlette, qidong: str, address: str, status: int) -> None:
    reply = get(app, address.replace("QIDONG", qidong))
    assert reply.status == status
    assert "Traceback" not in reply.text


def test_another_host_name_is_refused(app: Starlette) -> None:
    assert get(app, "/", host="evil.example").status == 421
    assert get(app, "/", host="127.0.0.1:3010").status == 200
    assert get(app, "/", method="POST").status == 405


def test_the_data_of_a_page_as_files(app: Starlette, qidong: str) -> None:
    rows = list(
        csv.reader(io.StringIO(get(app, f"/data/report_cells.csv?report_id={qidong}").body.decode("utf-8-sig")))
    )
    assert len(rows) == 199
    book = openpyxl.load_workbook(io.BytesIO(get(app, "/data/findings.xlsx").body))
    assert book.active.max_row > 2
    hostile = list(csv.reader(io.StringIO(get(app, "/data/search_titles.csv?q=水利局").body.decode("utf-8-sig"))))
    assert hostile[1][1].startswith("'=")
    assert "$report_id" in get(app, f"/data/report.sql?report_id={qidong}").text


def test_the_feed_is_well_formed(app: Starlette) -> None:
    root = ElementTree.fromstring(get(app, "/changes.atom").body)
    assert len(root.findall("{http://www.w3.org/2005/Atom}entry")) == 12


def test_every_statement_is_bounded_or_about_one_thing() -> None:
    for name, item in statements().items():
        one = {"report_id", "agency_id", "lineage_code"} & set(item.parameters)
        assert one or "LIMIT" in item.sql or "GROUP BY" in item.sql or name == "totals" or name.startswith("export_"), (
            name
        )
        assert item.zh, name
        assert item.en, name


def test_a_new_file_is_seen_while_the_old_one_is_read(own_first_night: Path, app: Starlette) -> None:
    store = Store(Home(own_first_night))
    before, held = store.ask("totals").first, len(store.ask("export_reports").tuples)
    copy = own_first_night / "warehouse" / "next.duckdb"
    shutil.copy(store.home.warehouse, copy)
    with store._cursor() as cursor:
        copy.replace(store.home.warehouse)
        assert store.ask("totals").first == before
        assert cursor.execute("SELECT count(*) FROM reports").fetchone() == (held,)  # the old file, still open
    assert store.ask("totals").first == before
    store.close()


def test_without_a_warehouse_it_says_so(tmp_path: Path) -> None:
    reply = get(application(Home(tmp_path)), "/")
    assert reply.status == 503
    assert "gongkai demo" in reply.text


def test_every_route_is_asked(home: Home) -> None:
    asked = _addresses(home)
    for path, _ in ROUTES:
        start = path.partition("{")[0]
        assert any(address.startswith(start) for address in asked), path
