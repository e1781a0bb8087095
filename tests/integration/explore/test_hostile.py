"""A report whose page and title try everything: nothing of it runs, loads, navigates or covers the pages."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from selectolax.lexbor import LexborHTMLParser

from gongkai.explore.app import application
from gongkai.explore.in_process import Reply, get
from gongkai.explore.store import Store
from pipelines.home import Home
from tests.integration.explore.conftest import serving
from tests.integration.explore.stores import hostile

_ACTIVE = "script,style,link,iframe,object,embed,form,input,base,svg,math,video,img,meta,[onclick]"


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Home:
    return hostile(tmp_path_factory.mktemp("hostile"))


def _get(home: Home, address: str) -> Reply:
    """In a thread of its own: Playwright's event loop runs in this one."""
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(get, application(home), address).result(120)


@pytest.fixture(scope="module")
def server(home: Home) -> Iterator[str]:
    with serving(home) as address:
        yield address


@pytest.fixture(scope="module")
def paths(home: Home) -> list[str]:
    row = Store(home).ask("export_reports").rows[0]
    report = row["report_id"]
    return [f"/report/{report}", f"/source/{report}/1", f"/organ/{row['agency_id']}", "/search?q=人民政府", "/changes",
            "/findings", f"/compare?report_id={report}&other_id={report}&all=1", "/search?q=<script>alert(1)", "/"]  # fmt: skip


def test_the_source_is_shown_without_what_is_active(home: Home, paths: list[str]) -> None:
    body = LexborHTMLParser(_get(home, paths[1]).body).css_first("main")
    assert body is not None
    assert [node.tag for node in body.css(_ACTIVE)] == []
    assert "covers all" in body.text()  # what it prints stays
    assert not any(
        (node.attributes["href"] or "").startswith(("javascript:", "data:", "http")) for node in body.css("a[href]")
    )
    assert [node.id for node in body.css("[id]") if not (node.id or "").startswith(("s-", "file-"))] == []


@pytest.mark.parametrize("bypass_csp", [False, True])
def test_nothing_of_it_runs_even_without_the_policy(
    open_page: Callable[..., Any], server: str, paths: list[str], bypass_csp: bool
) -> None:
    """``open_page`` fails the test on a dialog, an error on the console, or a request that leaves loopback."""
    page = open_page(bypass_csp=bypass_csp)
    for path in paths:
        page.goto(server + path)
        page.wait_for_load_state("networkidle")
        assert page.url.startswith(server + path.partition("?")[0])
        assert page.evaluate("window.hacked") is None
    page.goto(server + paths[0])
    assert "<script>alert(20)</script>" in page.inner_text("h1")
    page.click("#f-applications-received-total a")
    frame = page.frame("source")
    frame.wait_for_selector(":target")
    frame.click(":target a.back")  # nothing of the page covers it
    page.wait_for_function("document.querySelector(':target')?.id === 'f-applications-received-total'")


@pytest.mark.parametrize(
    "address",
    [
        "/data/..%2f..%2fetc%2fpasswd.csv", "/data/report_cells.csv?report_id=' OR 1=1--", "/static/..%2f..%2fapp.py",
        "/source/../../etc/passwd/1", "/organ/%00", "/report/%2e%2e%2f", "/findings?rule=');DROP TABLE reports;--",
        "/changes?since=2026-01-01';ATTACH 'x", "/source/0000000000000000/1/0/page/..%2f1.png", "/region/32000a",
        "/findings?province=' UNION SELECT 1", "/search?q=" + "%25" * 400, "/compare?report_id=1&other_id=2",
    ],
)  # fmt: skip
def test_no_path_and_no_sql_from_a_request(home: Home, address: str) -> None:
    reply = _get(home, address)
    assert reply.status in (200, 400, 404)
    assert (reply.status == 200) == address.startswith("/search")
    assert "root:" not in reply.text
    assert "Traceback" not in reply.text
