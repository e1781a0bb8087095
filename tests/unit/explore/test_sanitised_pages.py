"""An archived page: its cells have the names that evidence gives them, and nothing of it runs or loads."""

import pytest

from gongkai.explore.sources.html_page import cell_page, is_safe, with_links
from pipelines.extract.document import Grid
from pipelines.extract.extract import extract

HOSTILE = """<html><head><style>td{background:url(//evil.example/x)}</style><script>alert(1)</script></head>
<body onload="alert(2)"><img src=x onerror=alert(3)><a href="javascript:alert(4)" id="s-html-table-1-tr-1-td-1">x</a>
<svg><script>alert(5)</script></svg><iframe src="//evil.example"></iframe><form action="//evil.example"><input></form>
<table id="s-html-table-1-tr-1-td-2" style="x">
<tr><td onclick="alert(6)" id="other">甲</td><td>1<script>alert(7)</script></td></tr>
<tr><td colspan='2"><script>alert(8)</script>'>乙<table><tr><td>9</td></tr></table></td></tr></table>
<math><mtext><table><mglyph><style><img src=x onerror=alert(9)></style></mglyph></table></mtext></math></body></html>"""


def test_nothing_of_a_hostile_page_runs_or_loads() -> None:
    page, named = cell_page(HOSTILE.encode(), "text/html; charset=utf-8", {"html:table[1]/tr[1]/td[1]": "甲"}) or (
        "",
        0,
    )
    assert named == 1
    assert is_safe(page)
    for word in (
        "script",
        "onerror",
        "onclick",
        "javascript",
        "evil.example",
        "style",
        "iframe",
        "<img",
        "<a ",
        "other",
    ):
        assert word not in page, word
    assert page.count('id="') == 1  # the page's own ids are gone


def test_a_cell_that_prints_something_else_is_not_pointed_at() -> None:
    assert cell_page(HOSTILE.encode(), None, {"html:table[1]/tr[1]/td[1]": "乙"}) is None


def test_cells_are_numbered_as_the_reader_numbers_them() -> None:
    source = (
        b"<div><table><tr><td>a</td></tr></table><table><tbody><tr><th>b</th><td>c<table><tr><td>d</td><td>e</td></tr></table></td>"
        b"</tr><tr><td>f</td><td>12</td></tr></tbody></table><table><caption>x</caption><tr><td>7</td><td>8</td></tr></table></div>"
    )
    document = extract(source, content_type="text/html; charset=utf-8")
    printed = {
        cell.evidence: cell.text
        for block in document.blocks
        if isinstance(block, Grid)
        for row in block.rows
        for cell in row
        if "\ufffc" not in cell.text
    }
    assert len(printed) >= 4
    found = cell_page(source, "text/html; charset=utf-8", printed)
    assert found is not None
    assert found[1] == len(printed)


@pytest.mark.parametrize("label", ['" onclick="x', "<b>", "a&b"])
def test_the_link_over_a_cell_is_escaped(label: str) -> None:
    page = '<table><tr><td id="s-x" colspan="2">1</td></tr></table>'
    linked = with_links(page, {"s-x": ("/report/1#f-x", label)})
    assert is_safe(linked)
    assert 'onclick="x"' not in linked
    assert '<a class="back" href="/report/1#f-x"' in linked
