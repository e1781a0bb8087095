"""Tables of pages as they are (docs/domain/labels.md#tables-on-the-page): cells, spans, evidence."""

import pytest

from pipelines.extract.document import OBJECT, Grid
from tests.unit.extract.builders import REPORT, STATUTORY_TABLE, grids, lines, page, pictures, spans


def one_cell(markup: str) -> str:
    """The text of a cell with the given markup, beside a neighbour that makes it a table."""
    return grids(page(f"<table><tr><td>{markup}</td><td>规章</td></tr></table>"))[0][0][0]


@pytest.mark.parametrize(
    ("markup", "printed"),
    [
        ("", ""),
        ("<p></p>", ""),
        ("<p><span></span><o:p></o:p></p>", ""),
        ("&nbsp;", "\xa0"),
        ("\u3000", "\u3000"),
        (" /\n", "/"),
        ("<span>1</span><span>2</span><span lang=EN-US>3</span>", "123"),  # digits cut over several spans
        ("<p><font>1<b>2</b></font>3<o:p></o:p></p>", "123"),
        ("<span>1</span>\n  <span>2</span>", "1 2"),  # as a browser prints it
        ('<input type="text" value="12" readonly>', "12"),  # a form that was saved
        ("<input value=0>", "0"),
        ('<input type="hidden" value="7">3', "3"),
        ('<input type="checkbox" value="1">', OBJECT),
        ("本年新<br>制作数量", "本年新\n制作数量"),
        ("本年新<br />制作数量", "本年新\n制作数量"),
        ("本年新<BR>制作数量", "本年新\n制作数量"),
        ("<p>三</p><p>、</p><p>本</p>", "三\n、\n本"),  # vertical heading
        ("<P>三</P>\r\n<P>、</P>", "三\n、"),
        ("12<p>34</p>", "12\n34"),
        ("<p>12</p>34", "12\n34"),
        ("<div>12</div><div>34</div>", "12\n34"),
        ("<center>12</center>34", "12\n34"),
        ("<blockquote>12</blockquote>34", "12\n34"),
        ("<ul><li>12<li>34</ul>", "12\n34"),
        ("第二十条&nbsp;第（一）项", "第二十条\xa0第（一）项"),
        ("总\n    计", "总 计"),
        ("总 \t 计", "总 计"),
        ("&lt;p&gt; &amp; &#20844;&#x5f00;", "<p> & 公开"),
        ("1<!-- 2 -->3", "13"),
        ("1<script>2</script><style>3</style>4", "14"),
        ("1<sup>2</sup>", "1"),
        ("<pre>1\n2</pre>", "1\n2"),
        ("<a href=x>7</a>", "7"),
        ("<table><tr><td><p>0</p></td></tr></table>", "0"),  # a frame around the value
        ("5<img src=/icon.gif>", f"5{OBJECT}"),
    ],
)
def test_cell_text_is_as_printed(markup: str, printed: str) -> None:
    assert one_cell(markup) == printed


@pytest.mark.parametrize(
    ("attributes", "span"),
    [
        ("", (1, 1)),
        ("colspan=3", (3, 1)),
        ('rowspan="22" colspan="2"', (2, 22)),
        ("COLSPAN='3'", (3, 1)),
        ("colspan=100000", (100, 1)),
        ("rowspan=100000", (1, 200)),
        ("rowspan=0", (1, 200)),
        ("colspan=0", (1, 1)),
        ("colspan=-2", (1, 1)),
        ("colspan", (1, 1)),
        ("colspan=''", (1, 1)),
        ("colspan=' 3px'", (3, 1)),
        ("colspan=三", (1, 1)),
    ],
)
def test_spans_are_declared_and_capped(attributes: str, span: tuple[int, int]) -> None:
    assert spans(page(f"<table><tr><td {attributes}>1</td><td>2</td></tr></table>"))[0] == [span, (1, 1)]


def test_header_and_data_spans_that_disagree_stay_as_declared() -> None:
    """上海 2019: the header spans 1+1+2+1, the data 1+2+1+1. Repairing that here would shift two columns."""
    document = page(
        "<table><tr><td>信息内容</td><td>上一年</td><td colspan=2>本年增/减</td><td>处理决定</td></tr>"
        "<tr><td>行政许可</td><td colspan=2>240</td><td>+36</td><td>9</td></tr></table>"
    )
    assert grids(document) == [[["信息内容", "上一年", "本年增/减", "处理决定"], ["行政许可", "240", "+36", "9"]]]
    assert spans(document)[1] == [(1, 1), (2, 1), (1, 1), (1, 1)]


def test_empty_padding_cells_are_kept() -> None:
    """杭州型: the third header row pads with empty cells; dropping one shifts the row."""
    assert grids(page("<table><tr><td></td><td>商业企业</td><td></td></tr></table>")) == [[["", "商业企业", ""]]]


def test_evidence_counts_as_a_browser_does() -> None:
    nested = "<table><tr><td>规章</td><td><table><tr><td>1</td><td>2</td></tr></table></td><td>0</td></tr>" + (
        "<tr><td>规范性文件</td><td>1</td><td>2</td></tr>" * 3 + "</table>"
    )
    document = page(f"<table><tr><td>a</td><td>b</td></tr></table>{nested}")
    blocks = [block for block in document.blocks if isinstance(block, Grid)]
    assert [block.evidence for block in blocks] == ["html:table[1]", "html:table[2]", "html:table[3]"]
    assert blocks[1].rows[1][2].evidence == "html:table[2]/tr[2]/td[3]"


def test_thead_th_and_caption_are_read() -> None:
    document = page(
        "<table><caption>表一</caption><thead><tr><th>规章</th></tr></thead><tbody><tr><td>0</td></tr></tbody></table>"
    )
    assert lines(document) == ["表一"]
    assert grids(document) == [[["规章"], ["0"]]]


@pytest.mark.parametrize(
    "table",
    [
        "<table><tr><td>规章<td>0<tr><td>规范性文件<td>3</table>",
        "<table><td>规章</td><td>0</td></tr><tr><td>规范性文件</td><td>3</table>",
        "<table><tr><td><p>规章</td><td><span>0</td></tr><tr><td>规范性文件</td><td>3</span></td></tr>",
        "<table><tbody><tr><td>规章</td><td>0</td><tr></tr></tr><td>规范性文件</td><td>3</td></tbody></table>",
    ],
)
def test_broken_markup_keeps_cells_apart(table: str) -> None:
    assert [row for row in grids(page(table))[0] if row] == [["规章", "0"], ["规范性文件", "3"]]


def test_cells_without_a_table_never_run_together() -> None:
    """A lost <table> tag: the cells become lines; "1" and "2" must not become 12."""
    assert lines(page("<tr><td>规章</td><td>1</td><td>2</td></tr>3")) == ["规章", "1", "2", "3"]


def test_a_layout_table_does_not_swallow_the_report() -> None:
    document = page(
        f"<table><tr><td><table><tr><td>首页</td><td>公开</td></tr></table></td><td>{REPORT}</td></tr></table>"
    )
    assert grids(document) == [[["信息内容", "本年制发件数"], ["规章", "0"]]]
    assert lines(document)[-2:] == ["六、其他需要报告的事项", "无。"]
    assert document.carrier == "html_table"


@pytest.mark.parametrize("gap", ["&nbsp;", "&emsp;", "\u3000", " ", "<br>"])
def test_a_report_is_known_by_spaced_words_too(gap: str) -> None:
    """Labels set wide, or one character a line, as in a header cell; so are headings."""
    wide = REPORT
    for word in ("总体情况", "主动公开政府信息情况", "信息内容", "本年制发件数", "规章"):
        wide = wide.replace(word, gap.join(word) if gap != "<br>" or f"<td>{word}" in wide else word)
    document = page(f"<div>{'站点说明。' * 200}</div><div>{wide}</div>")
    assert document.carrier == "html_table"
    assert len(grids(document)) == 1


def test_layout_tables_may_nest() -> None:
    body = REPORT
    for _ in range(5):
        body = f"<table><tr><td><table><tr><td>菜单</td><td>{body}</td></tr></table></td></tr></table>"
    assert len(grids(page(body))) == 1


def test_a_whole_report_in_one_table_is_cut_at_its_headings() -> None:
    document = page(
        "<table><tr><td colspan=3>二、主动公开政府信息情况</td></tr><tr><td>规章</td><td>0</td><td>1</td></tr>"
        "<tr><td colspan=3>三、收到和处理政府信息公开申请情况</td></tr><tr><td>自然人</td><td>5</td><td>6</td></tr></table>"
    )
    assert lines(document) == ["二、主动公开政府信息情况", "三、收到和处理政府信息公开申请情况"]
    assert grids(document) == [[["规章", "0", "1"]], [["自然人", "5", "6"]]]
    assert document.blocks[3].rows[0][0].evidence == "html:table[1]/tr[4]/td[1]"  # type: ignore[union-attr]


def test_a_table_nested_in_a_data_cell_follows_its_table() -> None:
    rows = "<tr><td>规范性文件</td><td>3</td><td>8</td></tr>" * 3
    nested = "<table><tr><td>1</td><td>2</td></tr></table>"
    document = page(f"<table>{rows}<tr><td>规章</td><td>0{nested}</td><td>1</td></tr></table>")
    assert grids(document) == [[["规范性文件", "3", "8"]] * 3 + [["规章", f"0\n{OBJECT}", "1"]], [["1", "2"]]]


def test_table_before_its_heading_keeps_its_place() -> None:
    """xncz.gov.cn: table two stands before the headings 二 and 三."""
    document = page(
        f"<div><p>一、总体情况</p>{STATUTORY_TABLE}<p>二、主动公开政府信息情况</p><p>三、收到和处理政府信息情况</p></div>"
    )
    kinds = [type(block).__name__ for block in document.blocks]
    assert kinds == ["Line", "Grid", "Line", "Line"]


def test_zero_cells_left_empty_stay_empty_and_in_place() -> None:
    """xuwen.gov.cn: zero cells empty, total filled."""
    document = page("<table><tr><td>予以公开</td>" + "<td></td>" * 6 + "<td>0</td></tr></table>")
    assert grids(document) == [[["予以公开", "", "", "", "", "", "", "0"]]]


def test_equal_truncated_headers_are_both_kept() -> None:
    """wsjk.ln.gov.cn: two columns are both called 本年新."""
    assert grids(page("<table><tr><td>信息内容</td><td>本年新</td><td>本年新</td></tr></table>"))[0][0][1:] == [
        "本年新",
        "本年新",
    ]


def test_a_report_of_pictures_has_no_grid_and_no_zero() -> None:
    """eea.gd.gov.cn: headings follow one another, the tables are images."""
    document = page(
        "<div id=zoom><p>二、主动公开政府信息情况</p><p><img src='/2.png' width=640></p>"
        "<p>三、收到和处理政府信息公开申请情况</p><img src='/3.png'><p>四、政府信息公开行政复议、行政诉讼情况</p></div>"
    )
    assert grids(document) == []
    assert pictures(document) == ["/2.png", "/3.png"]
    assert document.carrier == "flat_text"


@pytest.mark.parametrize(
    "image",
    [
        "<img src='/images/icon_pdf.gif'>",
        "<img src='/logo.png'>",
        "<img src='/a.png' width=20 height=20>",
        "<img src='/a.png' style='width:16px;height:16px'>",
        "<img src='data:image/gif;base64,R0lGODlhAQABAAAAACw='>",
        "<img>",
    ],
)
def test_icons_are_no_pictures(image: str) -> None:
    assert pictures(page(f"<div id=zoom>{REPORT}{image}</div>")) == []


def test_a_picture_in_a_cell_follows_the_grid() -> None:
    document = page("<table><tr><td>规章</td><td><img src='/t.png'></td></tr></table>")
    assert grids(document) == [[["规章", OBJECT]]]
    assert pictures(document) == ["/t.png"]


def test_lazy_images_give_their_real_address() -> None:
    assert pictures(page("<p>x</p><img src='/loading.gif' data-original='/t3.jpg'>")) == ["/t3.jpg"]


def test_hundreds_of_empty_cells_stay_one_row() -> None:
    """www.schy.gov.cn: a title row followed by hundreds of empty cells."""
    document = page(f"<table><tr><td>洪雅县止戈镇2022年</td>{'<td></td>' * 300}</tr></table>")
    assert len(grids(document)[0][0]) == 301


def test_no_character_of_a_page_can_pose_as_a_marker() -> None:
    document = page(
        "<p>\ufdd0G0\ufdd0 &#xfdd0;S7&#xfdd0; \ufdd1\ufdd2</p><table><tr><td>规章</td><td>0</td></tr></table>"
    )
    assert grids(document) == [[["规章", "0"]]]
