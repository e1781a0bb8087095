"""Every kind of page of a large store in Chromium: a figure leads to its cell and back, without an error.

The store is not made here: ``python bench/explore.py --reports 100000 --archived --home DIR``, then EXPLORE_STORE=DIR.
"""

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from gongkai.explore.store import Store
from pipelines.home import Home
from tests.integration.explore.conftest import NO_REPORT, serving
from tests.integration.explore.test_accessibility import serious
from tests.integration.explore.test_in_chromium import FIGURE, there_and_back

STORE = os.environ.get("EXPLORE_STORE")
pytestmark = pytest.mark.skipif(STORE is None, reason="EXPLORE_STORE names no data folder (made by bench/explore.py)")


@pytest.fixture(scope="module")
def home() -> Home:
    return Home(Path(STORE or ""))


@pytest.fixture(scope="module")
def server(home: Home) -> Iterator[str]:
    with serving(home) as address:
        yield address


@pytest.fixture(scope="module")
def reports(home: Home) -> list[dict[str, Any]]:
    """Seven from the whole of it."""
    rows = Store(home).ask("export_reports").rows
    return [dict(row) for row in rows[:: len(rows) // 7 + 1]]


def test_a_figure_leads_to_its_cell_and_back(page: Any, server: str, reports: list[dict[str, Any]]) -> None:
    for report in reports:
        page.goto(f"{server}/report/{report['report_id']}")
        if page.locator(f"#{FIGURE} a").count():  # a figure that is not printed has no cell
            there_and_back(page, f"{server}/report/{report['report_id']}")
    assert page.locator(f"#{FIGURE}").count()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_kind_of_page_opens_and_is_accessible(
    open_page: Callable[..., Any], server: str, reports: list[dict[str, Any]], scheme: str
) -> None:
    page = open_page(color_scheme=scheme, bypass_csp=True)
    one, other = reports[0], reports[1]
    paths = ["/", "/?lang=en", "/search?q=县", "/findings", "/changes", "/dictionary", NO_REPORT,
             f"/region/{one['lineage_code'] or '320000'}", f"/organ/{one['agency_id'] or other['agency_id']}",
             f"/compare?report_id={one['report_id']}&other_id={other['report_id']}",
             f"/report/{one['report_id']}", f"/source/{one['report_id']}/1"]  # fmt: skip
    found = {}
    for path in paths:
        page.goto(server + path)
        if faults := serious(page):
            found[path] = faults
    assert found == {}
