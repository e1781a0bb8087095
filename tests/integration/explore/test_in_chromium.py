"""In Chromium: a figure leads to its cell in the source and back, nothing runs, nothing leaves loopback."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from gongkai.explore.export_site import export_site
from gongkai.explore.store import Store
from pipelines.home import Home
from pipelines.warehouse.queries.query import query
from tests.integration.explore.conftest import NO_REPORT, serving
from tests.integration.explore.stores import CARRIERS, in_every_carrier

FIGURE = "f-applications-received-natural-person"


@pytest.fixture(scope="module")
def server(first_night: Path) -> Iterator[str]:
    with serving(Home(first_night)) as address:
        yield address


@pytest.fixture(scope="module")
def carriers(tmp_path_factory: pytest.TempPathFactory) -> Home:
    return in_every_carrier(tmp_path_factory.mktemp("carriers"))


@pytest.fixture(scope="module")
def carrier_server(carriers: Home) -> Iterator[str]:
    with serving(carriers) as address:
        yield address


def there_and_back(page: Any, address: str, figure: str = FIGURE) -> None:
    page.goto(address)
    page.click(f"#{figure} a")
    frame = page.frame("source")
    frame.wait_for_selector(":target")
    printed = page.inner_text(f"#{figure} a").strip()
    if frame.eval_on_selector(":target", "node => node.localName") == "rect":  # a box on a picture of the page
        assert frame.get_attribute("a:has(> :target)", "aria-label")
        frame.click(":target")
    else:
        assert printed in frame.inner_text(":target")
        frame.click(":target a.back")
    page.wait_for_function(f"document.querySelector(':target')?.id === '{figure}'")


def _report(home: Home, carrier: str) -> str:
    return next(
        str(row["report_id"]) for row in Store(home).ask("search_titles", q="年").rows if row["carrier"] == carrier
    )


@pytest.mark.parametrize("carrier", ["html_table", "pdf", "flat_text"])
def test_a_figure_leads_to_its_cell_and_back(page: Any, server: str, first_night: Path, carrier: str) -> None:
    report = _report(Home(first_night), carrier)
    there_and_back(page, f"{server}/report/{report}")
    there_and_back(page, f"{server}/report/{report}?lang=en")


@pytest.mark.parametrize("carrier", CARRIERS)
def test_so_it_does_in_every_carrier(page: Any, carrier_server: str, carriers: Home, carrier: str) -> None:
    rows = Store(carriers).ask("export_reports").rows
    urls = {Store(carriers).ask("report", report_id=row["report_id"]).rows[0]["url"]: row["report_id"] for row in rows}
    report = next(report_id for url, report_id in urls.items() if f"/{carrier}/" in url)
    there_and_back(page, f"{carrier_server}/report/{report}")
    is_drawn = page.frame("source").query_selector(".paper img") is not None
    assert is_drawn == (carrier == "pdf")


def test_a_recognised_figure_leads_to_its_box_and_back(page: Any, server: str, whole_first_night: Path) -> None:
    asked = "SELECT report_id FROM reports WHERE n_recognised > 0"
    report = query(Home(whole_first_night), asked).item()
    there_and_back(page, f"{server}/report/{report}")
    assert page.frame("source").query_selector(".paper img") is not None


def test_a_box_lies_on_its_number_in_the_drawn_page(page: Any, carrier_server: str, carriers: Home) -> None:
    """The picture under the box has ink: the drawing and the boxes have one size and one orientation."""
    report = _report(carriers, "pdf")
    page.goto(f"{carrier_server}/source/{report}/1")
    rect = page.locator("rect[id^='s-pdf-page']").first
    rect.scroll_into_view_if_needed()
    box, sheet = rect.bounding_box(), page.locator(".paper img").first.bounding_box()
    assert sheet["x"] <= box["x"]
    assert box["x"] + box["width"] <= sheet["x"] + sheet["width"] + 1
    assert box["width"] > 10
    assert box["height"] > 5


def test_every_kind_of_page_opens_without_an_error(page: Any, server: str, first_night: Path) -> None:
    for path in _paths(Home(first_night)):
        page.goto(server + path)
        assert page.inner_text("h1")
    for row in Store(Home(first_night)).ask("export_reports").rows:
        page.goto(f"{server}/source/{row['report_id']}/1")
        assert page.inner_text("body")


def _paths(home: Home) -> list[str]:
    rows = Store(home).ask("export_reports").rows
    reports, organs = [row["report_id"] for row in rows], {row["agency_id"] for row in rows}
    return ["/", "/search?q=示例县", "/region/320000", "/findings", "/changes", "/dictionary", NO_REPORT,
            f"/compare?report_id={reports[0]}&other_id={reports[1]}", *(f"/organ/{organ}" for organ in sorted(organs)),
            *(f"/report/{report}" for report in reports)]  # fmt: skip


@pytest.mark.parametrize("width", [390, 1280])
def test_no_page_is_wider_than_its_window(
    open_page: Callable[..., Any], server: str, first_night: Path, width: int
) -> None:
    """Sources are not measured: they keep their columns, and scroll sideways in a narrow window."""
    page = open_page(viewport={"width": width, "height": 800})
    wide = {}
    for path in _paths(Home(first_night)):
        page.goto(server + path)
        shown = page.locator("html").evaluate("node => node.scrollWidth")
        if shown > width:
            wide[path] = shown
    assert wide == {}


def test_the_keyboard_reaches_figures_and_source(page: Any, server: str, first_night: Path) -> None:
    page.goto(f"{server}/report/{_report(Home(first_night), 'html_table')}")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.keyboard.press("Enter")
    page.focus(f"#{FIGURE} a")
    page.keyboard.press("Enter")
    page.frame("source").wait_for_selector(":target")


def test_without_javascript_all_is_the_same(open_page: Callable[..., Any], server: str, first_night: Path) -> None:
    page = open_page(java_script_enabled=False)
    page.goto(f"{server}/report/{_report(Home(first_night), 'html_table')}")
    page.click(f"#{FIGURE} a")
    page.frame("source").wait_for_url("**#s-html-table-*")
    page.goto(f"{server}/search")
    page.fill("#q", "示例县")
    page.press("#q", "Enter")
    page.wait_for_url("**/search?q=**")
    assert page.locator("main a").count() > 2


def test_the_print_view_has_the_tables_and_no_controls(page: Any, server: str, first_night: Path) -> None:
    page.goto(f"{server}/report/{_report(Home(first_night), 'html_table')}")
    page.emulate_media(media="print")
    assert page.is_visible("table.form.applications")
    assert page.is_visible("#cite")
    for hidden in (".top", "iframe", ".search"):
        assert not page.is_visible(hidden)


def test_the_exported_pages_work_from_disk(page: Any, first_night: Path, tmp_path: Path) -> None:
    with ThreadPoolExecutor(1) as pool:  # Playwright has an event loop of its own in this thread
        pool.submit(export_site, Home(first_night), tmp_path, "jiangsu").result(240)
    store = Store(Home(first_night))
    report = store.ask("findings", year=2020).rows[0]["report_id"]
    page.goto((tmp_path / "index.html").as_uri())
    there_and_back(page, (tmp_path / f"report/{report}.html").as_uri(), "f-applications-received-total")
