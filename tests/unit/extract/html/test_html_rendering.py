"""What a person can see of a page, and what a cell therefore prints: ``_`` stands for something that is no plain text."""

import pytest

from pipelines.extract.document import OBJECT, Grid
from tests.unit.extract.builders import grids, lines, page


def cell(markup: str, head: str = "") -> str:
    """The text of a cell with this markup, ``_`` for an object."""
    text = grids(page(f"{head}<table><tr><td>{markup}</td><td>规章</td></tr></table>"))[0][0][0]
    return text.replace(OBJECT, "_").replace("\n", "")


HIDING = (
    "display:none", "DISPLAY : NONE !important", "visibility:hidden", "visibility: collapse", "opacity:0", "opacity:.0",
    "font-size:0",
    "font-size:0px", "color:transparent", "color:#fff", "color:white", "color:rgba(0,0,0,0)", "color:rgb(255, 255, 255)",
    "position:absolute;left:-9999px", "position:absolute;top:-1000px", "display:inline-block;width:0;overflow:hidden",
    "display:block;height:0;overflow:hidden", "position:absolute;clip:rect(0,0,0,0)", "display:block;text-indent:-9999px",
    "position:absolute;width:1px;height:1px;overflow:hidden", "clip-path:inset(50%)", "display&#58;none",
    "display:block;max-height:0;overflow:hidden", "filter:opacity(0)",
    "color:red;background:red", "color:#333;background-color:#333", "font:0/0 a", "-webkit-text-fill-color:transparent",
)  # fmt: skip


@pytest.mark.parametrize("style", HIDING)
def test_text_that_no_browser_shows_is_no_part_of_a_figure(style: str) -> None:
    assert cell(f'<span style="{style}">1</span>70') == "70"
    assert cell(f"70<b STYLE='{style}'>1</b>") == "70"
    assert cell("<em class=x>1</em>70", f"<style>.x{{{style.replace('&#58;', ':')}}}</style>") == "70"


@pytest.mark.parametrize(
    "sheet",
    [
        "td > .x{display:none}", "#a .x, td .x{display:none}", "span{display:none}", "@media screen{.x{display:none}}",
        "@media (min-width:600px){.x{display:none}}", ".x{display:none!important} td span{display:inline}",
        ".x{display:inline} table td .x{display:none}", "/* } */ .x{display:none}", ".x:not(.y){display:none}",
        "@supports (display:grid){.x{display:none}}", "td{& .x{display:none}}", ":root{--d:none} .x{display:var(--d)}",
        "[class=x]{display:none}", "td span:first-child{display:none}", "@layer a{.x{display:none}}",
        "@media (width>=600px){.x{display:none}}", "@media (600px<=width<2000px){.x{display:none}}",
        ".x{color:red;background:currentColor}",
    ],
)  # fmt: skip
def test_the_style_sheet_of_the_page_counts(sheet: str) -> None:
    assert cell("<span class=x>1</span>70", f"<style>{sheet}</style>") == "70"


@pytest.mark.parametrize(
    "sheet",
    [
        "@media print{.x{display:none}}", "@media (max-width:700px){.x{display:none}}", ".y{display:none}",
        ".x:hover{display:none}", ".x{display:none} td .x{display:inline}", ".x{display:none}.x{display:inline!important}",
        "<!-- -->/* .x{display:none} */", "@font-face{font-family:x;src:local(y)}", ".x{color:#fff;background:#000}",
        "td{background:#036} .x{color:#fff}",
    ],
)  # fmt: skip
def test_what_a_sheet_does_not_hide_is_read(sheet: str) -> None:
    assert (
        cell(
            "<span class=x>1</span><span class=z style='color:#eee;background:navy'>7</span>", f"<style>{sheet}</style>"
        )
        == "17"
    )


def test_what_is_shown_again_inside_of_something_invisible_is_read() -> None:
    assert cell("<div style='visibility:hidden'>1<span style='visibility:visible'>7</span>2</div>") == "7"
    assert cell("<div style='font-size:0'>1<span style='font-size:14px'>7</span>2</div>") == "7"
    assert cell("<div style='color:white'>1<span style='color:black'>7</span>2</div>") == "7"
    assert cell("<span hidden style='display:inline'>7</span>") == "7"


@pytest.mark.parametrize(
    ("markup", "printed"),
    [
        ("<s>1</s>70", "70"), ("<del>1</del><ins>70</ins>", "70"), ("<strike>1</strike>70", "70"), ("<s>70</s>", "_"),
        ("<span style='text-decoration:line-through'>1</span>70", "70"), ("<s><span>7</span></s><s>1</s>", "_"),
        ("70<sup>1</sup>", "70"), ("70<sub>1</sub>", "70"), ("6<sup><a href='#n1'>2</a></sup>", "6"), ("<sup>70</sup>", "_"),
        ("10<sup>3</sup>", "_10"), ("1.2×10<sup>3</sup>", "_1.2×10"), ("规章<sup>1</sup>", "规章"), ("<sup>规章</sup>", "规章"),
        ("70<span style='vertical-align:super'>1</span>", "70"), ("<ruby>70<rt>1</rt></ruby>", "70"), ("<s>规章</s>规定", "规定"),
        ("70<small>1</small>", "70_1"), ("<small>70</small>", "70"),
    ],
)  # fmt: skip
def test_what_is_struck_or_raised_is_no_part_of_a_figure(markup: str, printed: str) -> None:
    assert cell(markup) == printed


@pytest.mark.parametrize(
    "markup",
    [
        "<img src=/70.png>", "<img alt=70 src='data:image/png;base64,AAAA'>", "<svg><text>70</text></svg>", "<canvas></canvas>",
        "<object data=70.pdf></object>", "<iframe src=x></iframe>", "<math><mn>70</mn></math>", 
        "<script>document.write(70)</script>",
        "<script src=x.js></script>", "<input type=checkbox>", "<input placeholder=70>", "<progress value=7></progress>",
        "<select multiple><option>7<option>8</select>", "<div style='background:url(70.png);height:9px'></div>",
    ],
)  # fmt: skip
def test_a_cell_that_shows_something_is_not_blank(markup: str) -> None:
    assert cell(markup) == "_"
    assert (
        "background" in markup
        or OBJECT in grids(page(f"<table><tr><td>1{markup}2</td><td>规章</td></tr></table>"))[0][0][0]
    )


@pytest.mark.parametrize(
    "markup",
    [
        "1<span style='position:relative;left:-20px'>7</span>", "<span style='float:right'>1</span>7", "<bdo dir=rtl>17</bdo>",
        "<div style='display:flex;flex-direction:row-reverse'><i>7</i><i>1</i></div>", "1<span style='order:-1'>7</span>",
        "<span style='position:absolute;top:0;left:0; background:#fff'>17</span>90",
        "<span style='transform:scaleX(-1)'>17</span>",
        "<span style='-webkit-text-security:disc'>17</span>", "<p style='margin-top:-40px'>17</p>",
        "1<span style='margin-left:30px'>7</span>", "<span style='letter-spacing:-9px'>17</span>",
        "7<span style='font-variant-position:super'>1</span>", "7<span style='font-feature-settings:\"sups\"'>1</span>",
        "7<span style='font-variant:sub'>1</span>", "1<span style='font-variant-numeric:diagonal-fractions'>7</span>",
        "1<span style='font-size-adjust:0'>7</span>", "1<span style='offset-path:path(\"M0 0L99 99\")'>7</span>",
        "1<span style='-webkit-margin-start:-99px'>7</span>",
    ],
)  # fmt: skip
def test_moved_and_reordered_text_is_no_figure(markup: str) -> None:
    assert "_" in cell(markup)


@pytest.mark.parametrize(
    ("sheet", "printed"),
    [
        ("@media (max-width:300px) or (min-width:400px){.x{display:none}}", "7"),
        ("@media not all and (max-width:900px){.x{display:none}}", "7"), ("@media (400px<=width<=2000px){.x{display:none}}", "7"),
        ("@media (prefers-contrast:more){.x{display:none}}", "17"), ("@media (monochrome){.x{display:none}}", "17"),
        ("@media (min-resolution:2dppx){.x{display:none}}", "17"),
        ("@media screen and (not (max-width:100px)){.x{display:none}}", "7"),
        ("@supports (-ms-ime-align:auto){.x{display:none}}", "17"), ("@supports not (display:grid){.x{display:none}}", "17"),
        ("@layer a,b;@layer b{.x{display:inline}}@layer a{.x{display:none}}", "17"),
        ("@layer a{.x{display:none!important}}.x{display:inline!important}", "7"),
        (".x{display:none;display:nonsense}", "7"), (".x{opacity:1%}", "7"), (".x{filter:opacity(1%)}", "7"),
        (".x{-webkit-opacity:0}", "7"),
        (":root{--a:var(--b);--b:none}.x{display:var(--a)}", "7"), (".x{display:var(--d,none)}", "7"),
        (".x{transform:scale(0)}", "_17"), (".x{content-visibility:hidden}", "17"), (".x{font:italic 0px/1 a}", "7"),
        (".x{display:inline-block;inline-size:0;overflow:hidden}", "7"), (".x:enabled{display:none}", "_17"),
        (".x,.y::nonsense{display:none}", "_17"), ("@supports (nonsense:1){.x{display:none}}", "_17"),
        (":root{--d:none}td{--d:inline}.x{display:var(--d)}", "_17"), (".x{color:color-mix(in srgb,white,white)}", "_17"),
        (".x{opacity:calc(0)}", "7"), (".x{font-size:max(0px,0px)}", "7"), (".x{margin-left:-9999px}", "_17"),
        ("@keyframes k{to{opacity:0}}.x{animation:k 1ms forwards}", "_17"), ("td:not(:focus-within) .x{display:none}", "_17"),
        (".x{grid-row:2}td{display:grid}", "_17"), (".x{zoom:.01}", "_17"),
    ],
)  # fmt: skip
def test_what_is_worked_out_is_as_in_a_browser_and_the_rest_is_no_figure(sheet: str, printed: str) -> None:
    assert cell("<span class=x>1</span>7", f"<style>{sheet}</style>") == printed


@pytest.mark.parametrize(
    "first",
    [
        "<legend>1</legend>",
        "<menu>1</menu>",
        "<listing>1</listing>",
        "<search>1</search>",
        "<input value=1>",
        "<button>1</button>",
    ],
)
def test_rare_blocks_and_fields_stand_on_lines_of_their_own(first: str) -> None:
    document = page(f"<table><tr><td>{first}7</td><td>规章</td></tr></table>")
    assert grids(document)[0][0][0].split() == ["1", "7"]


@pytest.mark.parametrize(
    "sheet",
    [
        ".x::before{content:'1'}", "td:after{content:counter(n)}", "tr{display:flex;flex-direction:row-reverse}",
        "td:nth-child(1){order:2}", "tr{position:relative;top:40px}",
        "@font-face{font-family:q;src:url(q.woff)}.x{font-family:q}",
        "tr:before{content:'1'}", ".x{text-decoration:line-through}", "td:first-letter{font-size:0}",
    ],
)  # fmt: skip
def test_what_a_sheet_draws_or_moves_is_no_figure(sheet: str) -> None:
    assert "_" in cell("<span class=x>17</span>", f"<style>{sheet}</style>")


@pytest.mark.parametrize(
    ("markup", "printed"),
    [
        ("<select><option>1<option selected>7</select>", "7"), ("<select><option>7<option>1</select>", "7"),
        ("<textarea>7</textarea>", "7"), ("<button>7</button>", "7"), ("<input type=number value=7>", "7"),
        ("<img src=1.gif width=1 height=1>", ""), ("<input type=text>", ""), ("<noscript>7</noscript>", ""),
        ("<details><summary>7</summary>1</details>", "7"), ("<details open><summary>7</summary></details>", "7"),
        ("<span style='display:block'>1</span><span style='display:block'>7</span>", "17"), ("<style>td{}</style>7", "7"),
    ],
)  # fmt: skip
def test_fields_print_what_they_show(markup: str, printed: str) -> None:
    assert cell(markup) == printed


def test_blocks_by_style_stand_on_lines_of_their_own() -> None:
    document = page(
        "<table><tr><td><i style='display:block'>1</i><i style='display:block'>7</i></td><td>规章</td></tr></table>"
    )
    assert grids(document)[0][0][0].split() == ["1", "7"]


def test_hidden_rows_and_cells_hold_no_place_and_are_counted() -> None:
    hidden = "<tr style='display:none'><td>规章</td><td>1</td></tr>"
    row = "<tr><td>规章</td><td style='display:none'>9</td><td>2</td></tr>"
    grid = grids(page(f"<table>{hidden}{row}</table>"))
    assert grid == [[["规章", "2"]]]
    document = page(f"<table>{hidden}{row}</table>")
    assert document.blocks[0].rows[0][1].evidence == "html:table[1]/tr[2]/td[3]"  # type: ignore[union-attr]


def test_tables_keep_their_number_where_hidden_ones_are_taken_out() -> None:
    table = "<table><tr><td>信息内容</td><td>{}</td></tr></table>"
    document = page(f"<div class=m>{table.format(1)}</div>{table.format(2)}<style>.m{{display:none}}</style>")
    assert [block.evidence for block in document.blocks] == ["html:table[2]"]
    assert [block.evidence for block in document.hidden] == ["html:table[1]"]


def test_struck_and_hidden_prose_is_not_read() -> None:
    assert lines(
        page("<p>共<s>12</s>13件<span hidden>，另2件</span></p><p class=a>旧</p><style>.a{visibility:hidden}</style>")
    ) == ["共13件"]


def test_an_empty_cell_that_a_script_fills_is_not_blank() -> None:
    script = "<script>document.getElementById('n5').innerHTML = 70</script>"
    assert cell("<span id=n5></span>", script) == "_"
    assert cell("<span id=n6></span>", script) == ""


@pytest.mark.parametrize("tag", ["object", "video", "canvas", "select", "noscript"])
def test_evidence_counts_tables_that_stand_where_nothing_is_shown(tag: str) -> None:
    table = "<table><tr><td>{}</td><td>规章</td></tr></table>"
    document = page(f"<{tag}>{table.format(1)}</{tag}>{table.format(2)}")
    found = [block.rows[0][0] for block in document.blocks if isinstance(block, Grid)]
    assert [(cell.text, cell.evidence) for cell in found] == [("2", "html:table[2]/tr[1]/td[1]")]


SHEET = '<link rel="stylesheet" href="/css/site.css">'


@pytest.mark.parametrize(
    ("markup", "printed"),
    [
        ("<span class=old>1</span>70", "_170"),
        ("70<b id=note>2</b>", "70_2"),
        ("<span class=s1>7</span><span class=s2>0</span>", "_70"),
        ("<span class=s1>7</span><span class=s1>0</span>", "70"),
        ("<span class=s1><b class=s2>70</b></span>", "70"),
        ("70<span class=unit>件</span>", "70件"),
        ("<span>7</span>0", "70"),
    ],
)
def test_a_sheet_that_was_not_fetched_may_hide_a_part_of_a_figure(markup: str, printed: str) -> None:
    assert cell(markup, SHEET) == printed
    assert "_" not in cell(markup)


@pytest.mark.parametrize("style", ["margin-left:-9999px", "margin-right:-9999px", "margin-inline-start:-9999px"])
def test_a_part_far_out_of_its_line_spoils_its_own_cell_alone(style: str) -> None:
    """What it takes along is shown nowhere, and lies over no other cell; a part moved by a few pixels may lie over any."""
    rows = f"<table><tr><td>规章</td><td><i style='{style}'>1</i>7</td><td>8</td></tr></table>"
    assert grids(page(rows))[0][0][1:] == [f"{OBJECT}17", "8"]
    near = rows.replace("-9999px", "-40px")
    assert OBJECT in grids(page(near))[0][0][2]


def test_a_block_pulled_above_the_page_is_not_shown() -> None:
    assert grids(page("<div style='margin-top:-9999px'><table><tr><td>规章</td><td>7</td></tr></table></div>")) == []


@pytest.mark.parametrize(
    "style",
    [
        "transform:scaleX(-1)", "transform:rotate(180deg)", "transform:translate(5px) rotateY(90deg)", "rotate:180deg",
        "scale:-1 1",
        "clip-path:polygon(0 0,0 0,0 0)", "-webkit-text-security:disc", "letter-spacing:-1em", "zoom:.01", "line-height:0",
        "text-indent:-100px", "writing-mode:vertical-rl", "font-size-adjust:0",
        "mask-image:linear-gradient(transparent,transparent)",
        "font-feature-settings:'sups'", "overflow:hidden;width:9px;display:inline-block",
        "contain:strict", "background:linear-gradient(#fff,#fff);color:#fff",
    ],
)  # fmt: skip
@pytest.mark.parametrize("place", ["table", "div"])
def test_no_figure_of_a_table_is_read_that_is_turned_cut_off_or_piled_up(style: str, place: str) -> None:
    row = "<tr><td>规章</td><td>17</td><td></td></tr>"
    table = (
        f'<table style="{style}">{row}</table>'
        if place == "table"
        else f'<div style="{style}"><table>{row}</table></div>'
    )
    assert grids(page(table)) == [[["规章", f"{OBJECT}17", ""]]]


@pytest.mark.parametrize(
    "style",
    ["transform:translate(9px,0) scale(.8)", "scale:1.2", "letter-spacing:1px", "text-indent:2em", "rotate:0deg",
     "clip-path:none", "font-feature-settings:'tnum'", "overflow:hidden;width:900px;display:block", "position:relative;left:9px"],
)  # fmt: skip
def test_a_table_that_is_moved_or_scaled_as_a_whole_is_read(style: str) -> None:
    table = f'<table style="{style}"><tr><td>规章</td><td>17</td></tr></table>'
    assert grids(page(table)) == [[["规章", "17"]]]


def test_a_cell_that_sets_the_line_right_is_read() -> None:
    table = "<div style='line-height:0'><table><tr><td>规章</td><td style='line-height:2'>17</td><td>18</td></tr></table></div>"
    assert grids(page(table)) == [[["规章", "17", f"{OBJECT}18"]]]


def test_a_table_cut_off_from_both_sides_is_hidden_and_one_cut_from_one_side_is_not_read() -> None:
    table = "<table><tr><td>规章</td><td>17</td></tr></table>"
    assert grids(page(f"<div style='clip-path:inset(50%)'>{table}</div>")) == []
    assert grids(page(f"<div style='clip-path:inset(0 50% 0 0)'>{table}</div>")) == [[["规章", f"{OBJECT}17"]]]


@pytest.mark.parametrize(("tree", "printed"), [("9", f"{OBJECT}17"), ("<slot></slot>", "17")])
def test_what_stands_beside_a_shadow_tree_is_shown_in_its_slot_alone(tree: str, printed: str) -> None:
    table = "<table><tr><td>规章</td><td>17</td></tr></table>"
    assert grids(page(f"<div><template shadowrootmode=open>{tree}</template>{table}</div>")) == [[["规章", printed]]]


@pytest.mark.parametrize("style", ["scale:-1 1", "background:linear-gradient(#fff,#fff);color:#fff"])
def test_a_cell_that_is_mirrored_or_stands_over_a_gradient_is_not_read(style: str) -> None:
    assert grids(page(f"<table><tr><td>规章</td><td style='{style}'>17</td></tr></table>")) == [
        [["规章", f"{OBJECT}17"]]
    ]


FAR_MARGINS = (
    "margin-top:-9999px",
    "margin-bottom:-9999px",
    "margin:-2000px 0 0;position:relative",
    "margin-block-end:-900px",
)
PAIR = "<table {}><tr><td>规章</td><td>12</td></tr></table><table><tr><td>行政许可</td><td>34</td></tr></table>"


@pytest.mark.parametrize(
    ("style", "printed"),
    [
        *((style, {"12", "34"}) for style in ("margin-top:-30px", "margin-bottom:-9999px;padding-bottom:9999px;display:block",
                                              "float:left;margin-bottom:-900px", "position:relative;top:-40px")),
        *((style, set[str]()) for style in (*FAR_MARGINS, "position:relative;top:-300px")),
        *((style, {"34"}) for style in ("display:none;margin-top:-900px",
                                        "offset-path:path('M0 0 H9000')", "opacity:calc(0*1)", "font-size:max(0px,0em)",
                                        "text-indent:200vw", "position:fixed;bottom:100%", "color:light-dark(white,black)")),
    ],
)  # fmt: skip
def test_a_table_far_from_its_place_takes_along_what_it_moves(style: str, printed: set[str]) -> None:
    """A browser shows the figures of what follows elsewhere, or under the table that was pulled over them."""
    texts = [text for grid in grids(page(PAIR.format(f'style="{style}"'))) for row in grid for text in row]
    assert {text for text in texts if text.isdigit()} == printed


@pytest.mark.parametrize(
    ("rule", "is_read"),
    [
        ("content:'';position:absolute;inset:0;background:#fff", False),
        ("content:'';position:absolute;left:0;top:0;width:90px;height:20px;background:#fff", False),
        ("content:'';position:absolute;left:0;top:0;width:4px;height:20px;background:#c00", True),
        ("content:'';position:absolute;inset:0;background:#fff;z-index:-1", True),
        ("content:'';position:absolute;inset:0;background:rgba(0,0,0,.05)", True),
        ("position:absolute;inset:0;background:#fff", True),
    ],
)
@pytest.mark.parametrize("place", ["td", "tr", "table"])
def test_a_cell_under_an_area_of_one_colour_is_not_read(rule: str, is_read: bool, place: str) -> None:
    sheet = f"<style>{place}{{position:relative}}{place}::before{{{rule}}}</style>"
    assert (cell("70", sheet) == "70") is is_read


@pytest.mark.parametrize(
    ("markup", "printed"),
    [
        ("1<i hidden=until-found>5</i>", "15"),  # it hides boxes alone
        ("1<div hidden=until-found>5</div>", "1"),
        ("<div style='width:2em;overflow:hidden;white-space:nowrap'>123456789</div>", "_123456789"),
        ("<div style='width:4em;overflow:hidden'>123</div>", "123"),
        ("<div style='direction:rtl'><b>1</b><b>2</b></div>", "_12"),
        ("<div style='direction:rtl'>12</div>", "12"),
    ],
)
def test_parts_of_a_cell_as_a_browser_shows_them(markup: str, printed: str) -> None:
    assert cell(markup) == printed


@pytest.mark.parametrize(
    ("style", "is_read"), [("height:50px", False), ("max-height:40px", False), ("height:900px", True)]
)
def test_a_table_in_a_low_box_that_cuts_it_off_is_not_read(style: str, is_read: bool) -> None:
    rows = "".join(f"<tr><td>规章</td><td>{number}</td></tr>" for number in range(10, 20))
    box = f"<div style='{style};overflow:hidden'><table>{rows}</table></div>"
    assert (grids(page(box))[0][9][1] == "19") is is_read
