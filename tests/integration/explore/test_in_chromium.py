"""In Chromium: a figure leads to its cell in the source and back, nothing runs, nothing leaves loopback."""

import shutil
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
import uvicorn

from gongkai.explore.app import application
from gongkai.explore.export_site import export_site
from gongkai.explore.store import Store
from pipelines.home import Home

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--no-proxy-server",
]
pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine")


@pytest.fixture(scope="module")
def server(first_night: Path) -> Iterator[str]:
    config = uvicorn.Config(application(Home(first_night)), host="127.0.0.1", port=0, log_level="error")
    running = uvicorn.Server(config)
    thread = threading.Thread(target=running.run, daemon=True)
    thread.start()
    for _ in range(200):
        if running.started:
            break
        thread.join(0.05)
    port = running.servers[0].sockets[0].getsockname()[1]
    yield f"http://127.0.0.1:{port}"
    running.should_exit = True
    thread.join(10)
    assert not thread.is_alive()


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    sync_api = pytest.importorskip("playwright.sync_api")
    with sync_api.sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield opened
        opened.close()


@pytest.fixture
def page(browser: Any) -> Iterator[Any]:
    """A page that must meet no error, no dialog and no address outside loopback."""
    context = browser.new_context(viewport={"width": 1400, "height": 900})
    opened = context.new_page()
    wrong: list[str] = []
    opened.on("console", lambda message: wrong.append(message.text) if _is_wrong(message) else None)
    opened.on("pageerror", lambda error: wrong.append(str(error)))

    def refuse(dialog: Any) -> None:
        wrong.append("a dialog")
        dialog.dismiss()

    opened.on("dialog", refuse)
    opened.on("request", lambda request: wrong.extend([] if _is_near(request.url) else [request.url]))
    yield opened
    context.close()
    assert wrong == []


def _is_wrong(message: Any) -> bool:
    """Looking into a sandboxed frame is a script, which the frame refuses with a message: that one is the driver's own."""
    return message.type in ("error", "warning") and not message.text.startswith("Blocked script execution")


def _is_near(address: str) -> bool:
    return address.startswith(("http://127.0.0.1:", "file:///", "data:", "about:"))


def _there_and_back(page: Any, address: str, figure: str) -> None:
    page.goto(address)
    page.click(f"#{figure} a")
    frame = page.frame("source")
    frame.wait_for_selector(":target")
    printed = page.inner_text(f"#{figure} a").strip()
    assert printed in frame.inner_text(":target")
    frame.click(":target a.back")
    page.wait_for_function(f"document.querySelector(':target')?.id === '{figure}'")


@pytest.mark.parametrize("carrier", ["html_table", "pdf", "flat_text"])
def test_a_figure_leads_to_its_cell_and_back(page: Any, server: str, first_night: Path, carrier: str) -> None:
    store = Store(Home(first_night))
    report = next(row["report_id"] for row in store.ask("search_titles", q="年").rows if row["carrier"] == carrier)
    figure = "f-applications-received-natural-person"
    _there_and_back(page, f"{server}/report/{report}", figure)
    _there_and_back(page, f"{server}/report/{report}?lang=en", figure)


def test_every_kind_of_page_opens_without_an_error(page: Any, server: str, first_night: Path) -> None:
    store = Store(Home(first_night))
    reports = [row["report_id"] for row in store.ask("export_reports").rows]
    organs = {row["agency_id"] for row in store.ask("export_reports").rows}
    paths = ["/", "/search?q=示例县", "/region/320000", "/findings", "/changes", "/dictionary",
             f"/compare?report_id={reports[0]}&other_id={reports[1]}", *(f"/organ/{organ}" for organ in organs),
             *(f"/report/{report}" for report in reports)]  # fmt: skip
    for path in paths:
        page.goto(server + path)
        assert page.inner_text("h1")


def test_the_exported_pages_work_from_disk(page: Any, first_night: Path, tmp_path: Path) -> None:
    with ThreadPoolExecutor(1) as pool:  # Playwright has an event loop of its own in this thread
        pool.submit(export_site, Home(first_night), tmp_path, "jiangsu").result(120)
    store = Store(Home(first_night))
    report = store.ask("findings", year=2020).rows[0]["report_id"]
    page.goto((tmp_path / "index.html").as_uri())
    _there_and_back(page, (tmp_path / f"report/{report}.html").as_uri(), "f-applications-received-total")
