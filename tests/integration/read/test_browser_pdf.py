"""Reports that a browser printed to PDF: another renderer than the factory's own, with page breaks in the midst of cells.

Skips without Chromium or a font for Chinese (``apt-get install chromium fonts-noto-cjk``); ``.ci/run`` installs it.
"""

import shutil
from collections.abc import Iterator
from random import Random
from typing import Any

import pytest

from pipelines.content.decoding import decode
from pipelines.extract.document import Line
from pipelines.extract.extract import extract
from pipelines.read.reader import read_report
from tests.factory import Case, Score, compare, random_case

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
REPORTS = 24
NEEDED = 0.9  # of the figures, of reports whose pages break anywhere; what is missing must be reported
BORDERS = (
    "table,td,th{border:1px solid #000;border-collapse:collapse}",
    "td,th{border:.5pt solid #000;padding:2pt} table{border-collapse:collapse}",
    "table,td,th{border:1px solid #000}",  # two lines between two cells
)


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    if CHROMIUM is None:
        pytest.skip("chromium is not installed (apt-get install chromium fonts-noto-cjk)")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        sample = extract(printed(opened, "<p>信息公开</p>".encode(), Random(1), furniture=False))
        if not any(isinstance(block, Line) and block.text == "信息公开" for block in sample.blocks):
            pytest.skip("chromium has no font for Chinese (apt-get install fonts-noto-cjk)")
        yield opened
        opened.close()


def printed(browser: Any, markup: bytes, rng: Random, *, furniture: bool) -> bytes:
    """The page as PDF, on paper and in type of some size."""
    page = browser.new_page()
    page.set_default_timeout(30_000)
    page.route("**/*", lambda route: route.abort())
    page.set_content(decode(markup).text, wait_until="domcontentloaded")
    size = rng.choice((9, 10.5, 12, 14))
    page.add_style_tag(content=f"body,td,p,span{{font-size:{size}pt !important}} {rng.choice(BORDERS)}")
    margin = dict.fromkeys(("top", "bottom", "left", "right"), f"{rng.choice((12, 20))}mm")
    made: bytes = page.pdf(
        format=rng.choice(("A4", "A5", "Letter")),
        landscape=rng.random() < 0.2,
        margin=margin,
        display_header_footer=furniture,
    )
    page.close()
    return made


def plain_case(rng: Random) -> Case:
    """A report without text that its style hides: the type that is printed in here overrules such styles, and shows it."""
    while True:
        case = random_case(rng, carrier="html", mutate=False)
        if not {"annotated_cells", "hidden_copy_before", "hidden_copy_behind"} & set(case.variations):
            return case


def test_what_a_browser_prints_is_read_or_reported(browser: Any) -> None:
    whole, troubled = Score(), []
    for number in range(REPORTS):
        rng = Random(f"browser/{number}")
        case = plain_case(rng)
        data = printed(browser, case.data, rng, furniture=number % 2 == 0)
        assert extract(data).problem is None
        score = compare(case.truth, read_report(data, name="report.pdf", url=case.url).to_contract())
        whole.add(score)
        troubled += [(number, case.name, score.wrong, score.invented, score.unexplained)] if not score.is_safe else []
    assert not troubled
    assert not whole.unexplained
    assert whole.right >= NEEDED * whole.printed
