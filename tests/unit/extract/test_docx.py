"""docx: true spans of merged cells, what prints and what does not, automatic numbers, hostile packages."""

import io
import zipfile

import pytest

from pipelines.extract.document import OBJECT
from pipelines.extract.extract import extract
from tests.unit.extract.builders import W_NAMESPACE, docx, grids, lines, p, spans, tc, tr


def table(*rows: str) -> str:
    return f"<w:tbl><w:tblPr/><w:tblGrid/>{''.join(rows)}</w:tbl>"


DATA = table(tr(tc("规章"), tc("0")), tr(tc("规范性文件"), tc("12")))


def test_paragraphs_and_tables_in_order_with_evidence() -> None:
    document = extract(docx(p("一、总体情况") + DATA + p("  结尾\u3000")))
    assert lines(document) == ["一、总体情况", "结尾"]
    assert [block.evidence for block in document.blocks] == ["docx:p[1]", "docx:table[1]", "docx:p[2]"]
    assert document.blocks[1].rows[1][1] == ("12", 1, 1, "docx:table[1]/row[2]/cell[2]")  # type: ignore[union-attr]
    assert (document.carrier, document.problem) == ("docx", None)


def test_merged_cells_are_declared_once_with_their_spans() -> None:
    document = extract(
        docx(
            table(
                tr(tc("勾稽", 2, "restart"), tc("申请人情况", 2)),
                tr(tc("", 2, "continue"), tc("自然人"), tc("总计")),
                tr(tc("三", 1, "restart"), tc("公开"), tc("1"), tc("2")),
                tr(tc("", 1, "continue"), tc("不予"), tc("3"), tc("4")),
            )
        )
    )
    assert spans(document) == [[(2, 2), (2, 1)], [(1, 1), (1, 1)], [(1, 2), (1, 1), (1, 1), (1, 1)], [(1, 1)] * 3]
    assert grids(document)[0][3] == ["不予", "3", "4"]


def test_a_continuation_without_a_beginning_is_a_cell() -> None:
    assert grids(extract(docx(table(tr(tc("规章", 1, "continue"), tc("0"))))))[0] == [["规章", "0"]]


def test_two_merges_one_under_another_do_not_run_together() -> None:
    rows = [
        tr(tc(text, 1, merge), tc(str(n)))
        for n, (text, merge) in enumerate([("甲", "restart"), ("", "continue"), ("乙", "restart"), ("", "continue")])
    ]
    assert [row[0] for row in spans(extract(docx(table(*rows))))] == [(1, 2), (1, 1), (1, 2), (1, 1)]


def _on_grid(widths: tuple[int, ...]) -> str:
    grid = "".join(f'<w:gridCol w:w="{width}"/>' for width in widths)
    rows = (
        tr(tc("指标", 2), tc("代码"), tc("数量")),
        tr(tc("收到申请数"), tc("01", 2), tc("6")),
        tr(tc("计", 2, "restart"), tc("", 2)),
    )
    return table(*rows, tr(tc("", 2, "continue"), tc("02"), tc("7"))).replace(
        "<w:tblGrid/>", f"<w:tblGrid>{grid}</w:tblGrid>"
    )


@pytest.mark.parametrize(
    ("widths", "expected"),
    [
        ((899, 1, 899, 900), [[(1, 1)] * 3, [(1, 1)] * 3, [(1, 2), (2, 1)], [(1, 1)] * 2]),
        ((600, 300, 899, 900), [[(2, 1), (1, 1), (1, 1)], [(1, 1), (2, 1), (1, 1)], [(2, 2), (2, 1)], [(1, 1)] * 2]),
        ((1, 1, 899, 900), [[(2, 1), (1, 1), (1, 1)], [(1, 1), (2, 1), (1, 1)], [(2, 2), (2, 1)], [(1, 1)] * 2]),
    ],
)  # fmt: skip
def test_a_column_too_narrow_to_be_seen_is_none(widths: tuple[int, ...], expected: list[list[tuple[int, int]]]) -> None:
    """LibreOffice rounds the edges of cells apart; where cells stand in such columns alone, the grid is believed as it is."""
    assert spans(extract(docx(_on_grid(widths)))) == expected


def run(inner: str, properties: str = "") -> str:
    return f"<w:p><w:r><w:rPr>{properties}</w:rPr>{inner}</w:r></w:p>"


@pytest.mark.parametrize(
    ("body", "printed"),
    [
        (run("<w:t>12</w:t>") + run("<w:t>3</w:t>"), ["12", "3"]),
        ("<w:p><w:r><w:t>1</w:t></w:r><w:r><w:t>2</w:t></w:r></w:p>", ["12"]),
        (run("<w:t>本年新</w:t><w:br/><w:t>制作</w:t>"), ["本年新", "制作"]),
        (run("<w:t>a</w:t><w:tab/><w:t>b</w:t>"), ["a b"]),
        (run("<w:t>秘密</w:t>", "<w:vanish/>"), []),
        (run("<w:t>可见</w:t>", '<w:vanish w:val="0"/>'), ["可见"]),
        ("<w:p><w:del><w:r><w:delText>9</w:delText></w:r></w:del><w:ins><w:r><w:t>8</w:t></w:r></w:ins></w:p>", ["8"]),
        ("<w:p><w:moveFrom><w:r><w:t>旧</w:t></w:r></w:moveFrom><w:r><w:t>新</w:t></w:r></w:p>", ["新"]),
        (run("<w:instrText>PAGE</w:instrText>"), []),
        (f"<w:sdt><w:sdtContent>{p('控件')}</w:sdtContent></w:sdt>", ["控件"]),
        ("<w:p><w:hyperlink><w:r><w:t>链接</w:t></w:r></w:hyperlink></w:p>", ["链接"]),
        (run(f"<w:drawing><w:txbxContent>{p('文本框')}</w:txbxContent></w:drawing>"), ["文本框"]),
        (
            run(
                '<mc:AlternateContent xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006">'
                f"<mc:Choice><w:txbxContent>{p('框')}</w:txbxContent></mc:Choice>"
                f"<mc:Fallback><w:txbxContent>{p('框')}</w:txbxContent></mc:Fallback></mc:AlternateContent>"
            ),
            ["框"],
        ),
    ],
)
def test_what_prints(body: str, printed: list[str]) -> None:
    assert lines(extract(docx(body + p("尾")))) == [*printed, "尾"]


FIELD = (
    '<w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText>{code}</w:instrText></w:r>'
    '<w:r><w:fldChar w:fldCharType="separate"/></w:r><w:r><w:t>{result}</w:t></w:r><w:r><w:fldChar w:fldCharType="end"/></w:r>'
)


@pytest.mark.parametrize(
    ("inner", "printed"),
    [
        (FIELD.format(code="REF total", result="12"), "12"),
        (FIELD.format(code="PAGE", result="12"), OBJECT),
        (FIELD.format(code=r"EQ \f(1,2)", result=""), OBJECT),
        ('<w:fldSimple w:instr="DATE"><w:r><w:t>12</w:t></w:r></w:fldSimple>', OBJECT),
        ('<w:fldSimple w:instr="REF a"><w:r><w:t>12</w:t></w:r></w:fldSimple>', "12"),
        ('<w:bdo w:val="rtl"><w:r><w:t>12</w:t></w:r></w:bdo>', OBJECT),
        (
            '<w:r><w:t>12</w:t></w:r><w:r><w:footnoteReference w:id="2" w:customMarkFollows="1"/><w:t>3</w:t></w:r>',
            OBJECT,
        ),
        ("<w:r><w:pgNum/></w:r>", OBJECT),
        ("<w:r><w:t>1</w:t><w:ptab/><w:t>2</w:t></w:r>", OBJECT),
    ],
)
def test_what_a_cell_shows_beside_its_text(inner: str, printed: str) -> None:
    cell = f"<w:tc><w:p>{inner}</w:p></w:tc>"
    text = grids(extract(docx(table(tr(tc("规章"), cell), tr(tc("规范性文件"), tc("3"))))))[0][0][1]
    assert (OBJECT in text) if printed == OBJECT else text == printed


def test_cells_with_several_paragraphs_keep_line_ends() -> None:
    cell = f"<w:tc>{p('三')}{p('、')}{p('本')}</w:tc>"
    assert grids(extract(docx(table(tr(cell, tc("1")))))) == [[["三\n、\n本", "1"]]]


def test_a_frame_table_is_opened_and_a_nested_table_follows() -> None:
    frame = table(tr(f"<w:tc>{p('一、总体情况')}{DATA}</w:tc>"))
    assert grids(extract(docx(frame))) == [[["规章", "0"], ["规范性文件", "12"]]]
    outer = table(tr(tc("a"), tc("b")), tr(f"<w:tc>{p('c')}{DATA}</w:tc>", tc("d")), tr(tc("e"), tc("f")))
    assert [len(grid) for grid in grids(extract(docx(outer)))] == [3, 2]


NUMBERING = f"""<w:numbering xmlns:w="{W_NAMESPACE}"><w:abstractNum w:abstractNumId="7">
<w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="chineseCounting"/><w:lvlText w:val="%1、"/></w:lvl>
<w:lvl w:ilvl="1"><w:start w:val="1"/><w:numFmt w:val="chineseCounting"/><w:lvlText w:val="（%2）"/></w:lvl>
<w:lvl w:ilvl="2"><w:start w:val="3"/><w:numFmt w:val="decimal"/><w:lvlText w:val="%1.%3."/></w:lvl>
</w:abstractNum><w:num w:numId="1"><w:abstractNumId w:val="7"/></w:num></w:numbering>"""
STYLES = f"""<w:styles xmlns:w="{W_NAMESPACE}"><w:style w:styleId="H">
<w:pPr><w:numPr><w:numId w:val="1"/></w:numPr></w:pPr></w:style></w:styles>"""


def item(text: str, level: int) -> str:
    return p(text, f'<w:numPr><w:ilvl w:val="{level}"/><w:numId w:val="1"/></w:numPr>')


def test_automatic_numbers_are_printed() -> None:
    """A heading typed as a list item prints 一、 though no run holds it; without it the reader sees no section."""
    body = (
        item("总体情况", 0)
        + item("主动公开", 1)
        + item("依申请", 1)
        + item("主动公开政府信息情况", 0)
        + item("情况", 1)
        + item("细", 2)
    )
    body += p("正文") + p("收到和处理", '<w:pStyle w:val="H"/>')
    assert lines(extract(docx(body, numbering=NUMBERING, styles=STYLES))) == [
        "一、总体情况", "（一）主动公开", "（二）依申请", "二、主动公开政府信息情况", "（一）情况",
        "二.3.细", "正文", "三、收到和处理",
    ]  # fmt: skip


@pytest.mark.parametrize(
    "data",
    [
        docx("<w:p>")[:200],
        b"PK\x03\x04 word/document.xml nothing else",
        docx("<w:p>unclosed"),
        docx("<w:p/>").replace(b"word/document.xml", b"word/document.xmx"),
    ],
)
def test_broken_packages_say_so(data: bytes) -> None:
    document = extract(data, name="a.docx")
    assert not document.blocks
    assert document.problem


def bomb(content: bytes) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr("word/document.xml", content)
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b" " * (17 << 20), "unpacks to more"),
        (b"<a>" + b"<b/>" * 1_700_000 + b"</a>", "elements"),
        (b'<!DOCTYPE a [<!ENTITY x "y">]><a>&x;</a>', "entities"),
    ],
)
def test_bombs_are_refused_before_they_are_parsed(content: bytes, words: str) -> None:
    assert words in (extract(bomb(content)).problem or "")


def r(text: str, properties: str = "") -> str:
    return f'<w:r><w:rPr>{properties}</w:rPr><w:t xml:space="preserve">{text}</w:t></w:r>'


STRUCK, RAISED, WHITE = "<w:strike/>", '<w:vertAlign w:val="superscript"/>', '<w:color w:val="FFFFFF"/>'
PICTURE = "<w:r><w:drawing/></w:r>"
BEGIN, BETWEEN, END = (f'<w:r><w:fldChar w:fldCharType="{kind}"/></w:r>' for kind in ("begin", "separate", "end"))


@pytest.mark.parametrize(
    ("inner", "printed"),
    [
        (r("1", STRUCK) + r("70"), "70"), (r("1", "<w:dstrike/>") + r("70"), "70"), (r("70", STRUCK), OBJECT),
        (r("70") + r("1", RAISED), "70"),
        (r("70", RAISED), OBJECT), (r("10") + r("3", RAISED), f"{OBJECT}10"),
        (r("70") + r("1", '<w:vertAlign w:val="subscript"/>'), "70"),
        (r("1", "<w:vanish/>") + r("70"), "70"), (r("1", WHITE) + r("70"), "70"), (r("1", '<w:sz w:val="2"/>') + r("70"), "70"),
        (r("70", f'{WHITE}<w:shd w:val="clear" w:fill="003366"/>'), "70"), (r("1", '<w:strike w:val="0"/>') + r("70"), "170"),
        (f"<w:del><w:r><w:delText>1</w:delText></w:r></w:del><w:ins>{r('70')}</w:ins>", "70"), (PICTURE, OBJECT),
        (r("7") + PICTURE, f"7{OBJECT}"), ("<w:r><w:object/></w:r>", OBJECT),
        ('<w:r><w:sym w:font="Wingdings" w:char="F0FE"/></w:r>', OBJECT),
        (r("7", '<w:rFonts w:ascii="Wingdings"/>'), OBJECT), ("<w:r><w:footnoteReference/></w:r>" + r("70"), "70"),
        ("<w:r><w:fldChar><w:ffData><w:checkBox/></w:ffData></w:fldChar></w:r>", OBJECT), (r("规章", RAISED), "规章"), ("", ""),
        (r("1", '<w:color w:val="auto" w:themeColor="background1"/>') + r("70"), "70"),
        (r("1", '<w:color w:val="FEFEFE"/>') + r("70"), "70"),
        (r("1", '<w:color w:val="FFFF00"/><w:highlight w:val="yellow"/>') + r("70"), "70"),
        (r("1", '<w:w w:val="1"/>') + r("70"), "70"),
        (BEGIN + r("1") + BETWEEN + r("70") + END, "70"),
        (BEGIN + "<w:r><w:instrText>eq (7)</w:instrText></w:r>" + END, OBJECT),
        (r("7") + "<w:r><w:tab/></w:r>" + r("123"), "7\t123"),

               (f"<w:r><w:pict><w:txbxContent><w:p>{r('9')}</w:p></w:txbxContent></w:pict></w:r>{r('70')}", f"{OBJECT}70"),
    ],
)  # fmt: skip
def test_a_cell_prints_what_word_shows(inner: str, printed: str) -> None:
    cell = f"<w:tc><w:tcPr/><w:p>{inner}</w:p></w:tc>"
    assert grids(extract(docx(table(tr(tc("规章"), cell), tr(tc("规定"), tc("1"))))))[0][0][1] == printed


def test_nested_tables_in_a_cell() -> None:
    single, double = (f"<w:tc><w:tcPr/>{table(tr(*cells))}<w:p/></w:tc>" for cells in ((tc("7"),), (tc("7"), tc("0"))))
    rows = [tr(tc("甲"), single), tr(tc("乙"), double), tr(tc("丙"), tc("1"))]
    assert [row[1] for row in grids(extract(docx(table(*rows))))[0]] == ["7", OBJECT, "1"]


def test_deleted_rows_are_not_read() -> None:
    gone = f"<w:tr><w:trPr><w:del/></w:trPr>{tc('规章')}{tc('9')}</w:tr>"
    assert grids(extract(docx(table(gone, tr(tc("规章"), tc("0"))))))[0] == [["规章", "0"]]
