"""The short version of ``bench/differential.py``: pages of every kind, held against what Chromium shows of them."""

import shutil
from collections.abc import Iterator
from typing import Any

import pytest

from bench.differential import faults_of, pages
from tests.differential.browser import CHROMIUM, chromium

PAGES = 36

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(CHROMIUM is None, reason="chromium is not installed (apt-get install chromium fonts-noto-cjk)"),
    pytest.mark.skipif(
        shutil.which("fc-list") is None, reason="no fonts are installed (apt-get install fonts-noto-cjk)"
    ),
]


@pytest.fixture(scope="module")
def page() -> Iterator[Any]:
    with chromium() as opened:
        yield opened


def test_what_is_reported_is_shown_in_its_cell(page: Any) -> None:
    found = [f"{name}: {fault}" for name, markup in pages(3, PAGES) for fault in faults_of(page, markup)]
    assert not found


@pytest.mark.parametrize(
    ("markup", "needle"),
    [
        ("<span style='display:none'>1</span>{}", "shown"), ("<i>1</i>{}", "shown"), ("<s>9</s>{}", ""), ("", "called blank"),
    ],
)  # fmt: skip
def test_the_oracle_sees_a_difference(page: Any, markup: str, needle: str) -> None:
    """It is no proof if it agrees with anything: a reader that took these cells to print 7 is found out, or rightly not."""
    from tests.differential.browser import shown_cells
    from tests.differential.compare import differences

    shown = shown_cells(page, f"<table><tr><td>{markup.format(7) or '8'}</td></tr></table>")
    raw = "17" if "1" in markup else "7"
    row = {"line": "granted", "applicant": "total", "evidence": "html:table[1]/tr[1]/td[1]", "raw_text": raw, "value": int(raw),
           "value_status": "reported"} | ({} if markup else {"value": None, "value_status": "blank"})  # fmt: skip
    contract = {
        "findings": [],
        "proactive_disclosure": [],
        "applications": [row],
        "disputes": [],
        "legacy_statistics": [],
    }
    found = list(differences(contract, shown, ""))
    expected = "display" in markup or not markup
    assert bool(found) == expected
    assert all(needle in fault for fault in found)


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        ("<span>１４</span><span>４</span>", "１４４"), ("１４４", "１４４"), ("<span>14</span><br>4", "14\n4"),
        ("<div>14</div><div>4</div>", "14\n4"), ("<span>14</span> <span>4</span>", "14\n4"),
    ],
)  # fmt: skip
def test_a_line_that_is_broken_within_one_text_is_no_two_figures(page: Any, markup: str, text: str) -> None:
    from tests.differential.browser import shown_cells

    cell = f"<td style='padding:0;width:20px;max-width:20px;font:14px sans-serif'>{markup}</td>"
    assert shown_cells(page, f"<table><tr>{cell}</tr></table>")["html:table[1]/tr[1]/td[1]"]["text"] == text


def test_every_property_that_the_browser_knows_is_modelled_plain_or_doubtful(page: Any) -> None:
    """A new one would be taken for a misspelt name, which a browser drops."""
    from pipelines.extract.html.css.properties import NAMES, OF_TWO_SIDES, PLAIN, RELEVANT

    shorthands = {"font", "margin", "padding", "inset", "background"}
    known = PLAIN | RELEVANT | NAMES.keys() | OF_TWO_SIDES.keys() | shorthands
    page.set_content("<p>")
    names = page.evaluate("""() => {
      const names = [];
      const dashed = key => key.replace(/^webkit/, 'Webkit').replace(/[A-Z]/g, c => '-' + c.toLowerCase());
      for (const key in document.body.style) names.push(dashed(key));
      return names.filter(name => CSS.supports(name, 'inherit'));
    }""")
    assert len(names) > 300
    assert [name for name in names if name not in known and name.removeprefix("-webkit-") not in known] == []
