"""Styles whose outcome is not worked out, and declared sizes that leave no room: refused. Their opposites: read."""

import pytest

from pipelines.extract.document import Grid
from pipelines.extract.html.css.properties import DOUBTFUL, PLAIN, RELEVANT
from pipelines.extract.html.extractor import extract_html
from tests.unit.extract.builders import grids, page

_ROW = "<tr><td>规章</td><td class=x>17</td><td>8</td></tr>"


def figures(table: str, sheet: str = "", around: str = "{}") -> list[str]:
    """The figures that a table of one row prints, without those that are not read."""
    found = grids(page(f"<style>{sheet}</style>{around.replace('{}', table)}"))
    return [text for row in found[0] for text in row if text.isdigit()] if found else []


@pytest.mark.parametrize(
    ("style", "is_read"),
    [
        ("-webkit-box-reflect:left 0", False), ("-webkit-box-reflect:none", True), ("text-emphasis:'1'", False),
        ("-webkit-text-stroke:20px #fff", False), ("-webkit-text-stroke:1px #333", True), ("filter:invert(1)", False),
        ("filter:grayscale(100%)", True), ("filter:contrast(0)", False), ("filter:alpha(opacity=0)", True),
        ("box-shadow:inset 0 0 0 50px #000", False), ("box-shadow:0 0 5px #ccc", True), ("outline:50px solid #000", False),
        ("outline:1px dotted #000", True), ("text-shadow:40px 0 0 #000", False), ("text-shadow:1px 1px 0 #fff", True),
        ("text-decoration:underline 30px #000", False), ("text-decoration:underline", True), ("all:unset", False),
        ("color:contrast-color(black)", False), ("color:rgb(calc(200 + 55) 255 255)", False), ("color:bogus", True),
        ("color:revert-layer", False), ("color:revert", True), ("line-height:2px", False), ("line-height:1.5", True),
        ("text-indent:-30px", False), ("text-indent:-30px;padding-left:30px", True), ("text-indent:2em", True),
        ("line-height:0", False), ("mix-blend-mode:screen", False), ("font-family:Wingdings", False), ("opacity:.9", True),
        ("animation:none", True), ("cursor:pointer", True), ("-ms-zoom:0", True), ("nonsense:1", True),
        ("font:14px/1.5 宋体", True),
    ],
)  # fmt: skip
def test_what_is_not_worked_out_is_no_figure(style: str, is_read: bool) -> None:
    assert ("17" in figures(f"<table>{_ROW}</table>", f".x{{{style}}}")) == is_read
    styled = _ROW.replace("class=x", f'style="{style}"')
    assert ("17" in figures(f"<table>{styled}</table>")) == is_read


@pytest.mark.parametrize(
    ("style", "is_read"),
    [
        ("width:20px;overflow:hidden", False), ("width:900px;overflow:hidden", True), ("height:5px;overflow:hidden", False),
        ("perspective:10px", False), ("-webkit-line-clamp:1", False), ("columns:2", False), ("columns:auto", True),
        ("opacity:calc(1 - .5)", True), ("transform:rotate(180deg)", False), ("transform:translateX(9px)", True),
        ("box-shadow:0 10px 30px #ccc", True), ("background:linear-gradient(#000,#111)", False),
        ("background:linear-gradient(#fff,#eee)", True),
    ],
)  # fmt: skip
def test_a_wrapper_may_spoil_its_table(style: str, is_read: bool) -> None:
    assert bool(figures(f"<table>{_ROW}</table>", f".w{{{style}}}", "<div class=w>{}</div>")) == is_read


@pytest.mark.parametrize(
    ("cover", "is_read"),
    [
        ("<div style='position:fixed;inset:0;background:#fff'></div>", False),
        ("<div style='position:fixed;inset:0;background:rgba(0,0,0,.4)'></div>", True),
        ("<div style='position:fixed;inset:0;background:#fff;display:none'></div>", True),
        ("<div style='position:fixed;inset:0;background:#fff;z-index:-1'></div>", True),
        ("<div style='position:fixed;right:0;bottom:0;width:80px;height:80px;background:#fff'>顶部</div>", True),
        ("<div style='position:absolute;top:0;left:0;width:100%;height:120px;background:#036'>站名</div>", True),
        ("<canvas style='position:absolute;left:0;top:0;width:1200px;height:5000px;background:#fff'></canvas>", False),
        ("<dialog open style='width:1200px;height:5000px;top:0'>同意</dialog>", False),
        ("<div popover style='display:block;width:99vw;height:99vh'>好</div>", False), ("<div popover>好</div>", True),
        ("<dialog style='width:1200px;height:5000px;top:0'>同意</dialog>", True),
    ],
)  # fmt: skip
def test_behind_a_cover_no_figure_is_read(cover: str, is_read: bool) -> None:
    assert bool(figures(f"<table>{_ROW}</table>", around="{}" + cover)) == is_read


@pytest.mark.parametrize(
    ("sheet", "is_read"),
    [
        ("@keyframes k{to{opacity:0}}.x{animation:k 1s forwards}", False),
        ("@keyframes k{from{opacity:0}to{opacity:1}}.x{animation:k 1s forwards}", True),
        ("@keyframes k{from{opacity:0}}.x{animation:k 1s infinite}", False),
        ("@font-face{font-family:Z;src:url(z.woff)}.x{font-family:NoSuch,Z}", False),
        ("@font-face{font-family:Z;src:url(z.woff)}.y{font-family:Z}", True),
        ("table{opacity:.3}tr{opacity:.4}td{opacity:.5}", False), ("table{opacity:.9}tr{opacity:.9}", True),
        ("tr{display:contents}", False), ("tr{display:inline}", False), ("tbody{display:block}", True),
        ("table{table-layout:fixed;width:20px}", False), ("table{table-layout:fixed;width:600px}", True),
        (".x{max-width:8px;overflow:hidden}", False), (".x{max-width:80px;overflow:hidden}", True),
        ('@import "data:text/css,td{display:none}";', False), (":root{--t:#000}.d{--t:#333}td{color:var(--t)}", True),
        (".x::marker{content:'1'}.x{display:list-item}", False),
    ],
)  # fmt: skip
def test_sheets(sheet: str, is_read: bool) -> None:
    assert ("17" in figures(f"<table>{_ROW}</table>", sheet)) == is_read


def test_the_sheet_whose_title_comes_first_counts_and_its_alternatives_do_not() -> None:
    sheets = "<style title=a>.n{color:red}</style><style title=b>.x{display:none}</style>"
    assert grids(page(f"{sheets}<table>{_ROW}</table>")) == [[["规章", "17", "8"]]]


@pytest.mark.parametrize(
    ("colour", "text"),
    [
        ("#fff", "7"),
        ("ffffff", "7"),
        ("fffff", "7"),
        ("0", "17"),
        ("transparent", "17"),
        ("red", "17"),
        ("whatever", "17"),
    ],
)
def test_colours_of_attributes_are_those_that_html_makes_of_them(colour: str, text: str) -> None:
    assert grids(page(f"<table><tr><td>规章</td><td><font color={colour}>1</font>7</td></tr></table>"))[0][0][1] == text


def test_a_foot_that_stands_first_is_printed_and_counted_last() -> None:
    table = (
        "<table><tfoot><tr><td>总计</td><td>9</td></tr></tfoot><tbody><tr><td>规章</td><td>9</td></tr></tbody></table>"
    )
    assert grids(page(table)) == [[["规章", "9"], ["总计", "9"]]]


@pytest.mark.parametrize(
    ("tree", "is_read"),
    [("<slot></slot>", True), ("<slot name=a></slot>", False), ("<style>slot{opacity:0}</style><slot></slot>", False)],
)
def test_a_shadow_tree_may_hide_what_stands_beside_it(tree: str, is_read: bool) -> None:
    shadow = f"<div><template shadowrootmode=open>{tree}</template>{{}}</div>"
    assert bool(figures(f"<table>{_ROW}</table>", around=shadow)) == is_read


def test_every_property_stands_in_one_list() -> None:
    assert not PLAIN & (DOUBTFUL | RELEVANT)


@pytest.mark.parametrize(
    ("script", "is_read"),
    [
        ("a.textContent = 9", False), ("document.getElementById('a').innerHTML = '9'", False), ("$('#a').text('9')", False),
        ("a.style.display = 'none'", False), ("document.querySelectorAll('table')[0].rows[0].cells[1].append('9')", False),
        ("document.querySelectorAll('td').forEach(t => t.textContent = '')", False), ("t.deleteRow(0)", False),
        ("document.getElementById('zoom').style.fontSize = '16px'", True), ("console.log('a')", True), ("var a = 1", True),
        ("$('table td').addClass('grid')", True), ("t.style.width = '100%'", True), ("if ($('td').text() == '') { }", True),
    ],
)  # fmt: skip
def test_what_a_script_changes_is_not_read(script: str, is_read: bool) -> None:
    table = f"<table id=t>{_ROW.replace('class=x', 'id=a')}</table>"
    assert ("17" in figures(table, around=f"{{}}<script>{script}</script>")) == is_read
    assert ("17" in figures(table, around=f'<body onload="{script}">{{}}')) == is_read


@pytest.mark.parametrize(("doctype", "is_read"), [("", False), ("<!DOCTYPE html>", True)])
def test_case_is_no_matter_for_classes_in_pages_without_a_doctype(doctype: str, is_read: bool) -> None:
    source = f"{doctype}<html><head><style>.X{{display:none}}</style></head><body><table>{_ROW}</table></body></html>"
    found = [grid for grid in extract_html(source.encode()).blocks if isinstance(grid, Grid)]
    assert ("17" in [cell.text for grid in found for row in grid.rows for cell in row]) == is_read
