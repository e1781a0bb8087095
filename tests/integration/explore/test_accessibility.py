"""axe-core on every kind of page: nothing serious, in light and in dark."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from gongkai.explore.store import Store
from pipelines.home import Home
from tests.integration.explore.conftest import NO_REPORT, serving

axe = pytest.importorskip("axe_playwright_python.sync_playwright")


@pytest.fixture(scope="module")
def server(first_night: Path) -> Iterator[str]:
    with serving(Home(first_night)) as address:
        yield address


def serious(page: Any) -> list[tuple[str, str]]:
    found = axe.Axe().run(page, options={"resultTypes": ["violations"], "iframes": False}).response["violations"]
    return [(rule["id"], rule["nodes"][0]["html"][:200]) for rule in found if rule["impact"] in ("serious", "critical")]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_nothing_serious(open_page: Callable[..., Any], server: str, first_night: Path, scheme: str) -> None:
    page = open_page(color_scheme=scheme, bypass_csp=True)  # the sources are sandboxed: axe is a script
    found = {}
    for path in _paths(Home(first_night)):
        page.goto(server + path)
        if faults := serious(page):
            found[path] = faults
    assert found == {}


def test_a_fault_would_be_found(open_page: Callable[..., Any], server: str) -> None:
    page = open_page(bypass_csp=True)
    page.goto(f"{server}/findings")
    page.evaluate("document.querySelector('main').innerHTML += '<img src=\"/static/icon.svg\"><select></select>'")
    assert {rule for rule, _ in serious(page)} == {"image-alt", "select-name"}


def _paths(home: Home) -> list[str]:
    store = Store(home)
    by_carrier = {row["carrier"]: row["report_id"] for row in store.ask("search_titles", q="20").rows}
    report = store.ask("findings").rows[0]["report_id"]
    organ = store.ask("report", report_id=report).rows[0]["agency_id"]
    shown = [report, *by_carrier.values()]
    return ["/", "/?lang=en", "/search?q=示例县", "/search", "/region/320000", "/region/320681", "/findings", "/changes",
            "/dictionary", f"/organ/{organ}", f"/compare?report_id={shown[0]}&other_id={shown[1]}", NO_REPORT,
            *(f"/report/{item}" for item in shown), *(f"/source/{item}/1" for item in shown)]  # fmt: skip
