"""PDFs with a text layer: paragraphs, ruled tables with their true spans, and the traps of WPS exports."""

import io
import itertools
from typing import Any

import pytest
from reportlab.lib import pdfencrypt
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

from pipelines.extract.document import FAULT, Grid, Line
from pipelines.extract.extract import extract
from pipelines.extract.pdf.engine import pdfium
from pipelines.extract.pdf.engine.document_reader import property_text, read_document
from pipelines.extract.pdf.layout import assembly
from pipelines.extract.pdf.page.radicals import unify_radicals
from schemas.vocabulary import Carrier
from tests.unit.extract.builders import HEIGHT, WIDTH, Pdf, grids, lines, pictures, spans

PROSE = "根据《中华人民共和国政府信息公开条例》的规定和要求编制本年度报告所列数据的统计期限为全年" * 2


def test_a_ruled_table_with_its_evidence() -> None:
    document = Pdf().table(50, 100, [100, 60], [["规章", "0"], ["规范性文件", "12"]]).read()
    assert grids(document) == [[["规章", "0"], ["规范性文件", "12"]]]
    grid = document.blocks[0]
    assert isinstance(grid, Grid)
    assert grid.rows[1][1].evidence == "pdf:page[1]/table[1]/row[2]/cell[2]"
    assert document.carrier is Carrier.PDF
    assert document.problem is None


def test_spans_are_rebuilt_from_the_rules() -> None:
    document = (
        Pdf()
        .table(
            50,
            100,
            [60] * 4,
            [
                ["关系", "<", "申请人情况", "<"],
                ["^", "x", "自然人", "总计"],
                ["三", "公开", "1", "2"],
                ["^", "不予", "3", "4"],
            ],
        )
        .read()
    )
    assert spans(document) == [[(2, 2), (2, 1)], [(1, 1), (1, 1)], [(1, 2), (1, 1), (1, 1), (1, 1)], [(1, 1)] * 3]
    assert grids(document)[0][2:] == [["三", "公开", "1", "2"], ["不予", "3", "4"]]


def test_filled_boxes_behind_text_are_no_rules() -> None:
    """洪泽区 2024: WPS paints a white or tinted box behind every line and cell."""
    pdf = Pdf()
    for color, y in ((1, 60), (0.8, 90)):
        pdf.canvas.setFillGray(color)
        pdf.canvas.rect(50, HEIGHT - y - 28, 440, 28, stroke=0, fill=1)
    pdf.canvas.setFillGray(0)
    pdf.text(50, 80, "第一行文字").text(50, 110, "第二行文字")
    assert lines(pdf.read()) == ["第一行文字", "第二行文字"]


@pytest.mark.parametrize("how", ["lines", "thin boxes", "stroked cells"])
def test_rules_drawn_in_any_way(how: str) -> None:
    pdf = Pdf()
    xs, ys = [50.0, 150.0, 210.0], [100.0, 120.0, 140.0]
    if how == "stroked cells":
        for x0, x1 in itertools.pairwise(xs):
            for y0, y1 in itertools.pairwise(ys):
                pdf.canvas.rect(x0, HEIGHT - y1, x1 - x0, y1 - y0, stroke=1, fill=0)
    for x in xs if how != "stroked cells" else []:
        pdf.line(x, 100, x, 140) if how == "lines" else pdf.canvas.rect(x, HEIGHT - 140, 0.5, 40, stroke=0, fill=1)
    for y in ys if how != "stroked cells" else []:
        pdf.line(50, y, 210, y) if how == "lines" else pdf.canvas.rect(50, HEIGHT - y, 160, 0.5, stroke=0, fill=1)
    for x, y, text in ((55, 115, "规章"), (155, 115, "0"), (55, 135, "规范性文件"), (155, 135, "12")):
        pdf.text(x, y, text, 9)
    assert grids(pdf.read()) == [[["规章", "0"], ["规范性文件", "12"]]]


def test_an_open_frame_at_a_page_break_loses_no_row() -> None:
    """The last row before a break often has no bottom rule, and many tables have no outer sides."""
    pdf = Pdf()
    for x in (50, 150, 210):
        pdf.line(x, 100, x, 140)
    pdf.line(50, 100, 210, 100).line(50, 120, 210, 120)
    for x, y, text in ((55, 115, "规章"), (155, 115, "0"), (55, 135, "规范性文件"), (155, 135, "12")):
        pdf.text(x, y, text, 9)
    assert grids(pdf.read()) == [[["规章", "0"], ["规范性文件", "12"]]]


def test_printed_lines_of_a_cell_stay_apart() -> None:
    document = Pdf().table(50, 100, [60, 60], [["三\n、\n本", "本年新\n制作数量"]], height=40).read()
    assert grids(document) == [[["三\n、\n本", "本年新\n制作数量"]]]


def test_blank_cells_are_empty_and_in_place() -> None:
    assert grids(Pdf().table(50, 100, [60] * 4, [["规章", "", "0", ""]]).read()) == [[["规章", "", "0", ""]]]


def test_a_table_on_two_pages_is_two_grids_in_order() -> None:
    pdf = Pdf().table(50, 700, [100, 60], [["规章", "0"]]).text(290, 810, "- 1 -", 9).next_page()
    document = pdf.table(50, 60, [100, 60], [["规范性文件", "12"]]).text(290, 810, "— 2 —", 9).read()
    assert grids(document) == [[["规章", "0"]], [["规范性文件", "12"]]]
    assert lines(document) == []


@pytest.mark.parametrize("number", ["- 3 -", "3", "— 3 —", "第 3 页 共 5 页", "第3页", "3/5", "3 / 5"])
def test_page_numbers_are_dropped_in_the_margin_only(number: str) -> None:
    document = Pdf().text(290, 400, number).text(290, 815, number).read()
    assert lines(document) == [number]


def test_wrapped_lines_become_paragraphs_and_headings_stay_apart() -> None:
    pdf = Pdf()
    pdf.text(82, 80, "一、总体情况", 16)
    y = pdf.paragraph(104, PROSE)
    y = pdf.paragraph(y, "（二）依申请公开。" + PROSE)
    pdf.paragraph(y, "全年收取信息处理费0元。")
    assert lines(pdf.read()) == ["一、总体情况", PROSE, "（二）依申请公开。" + PROSE, "全年收取信息处理费0元。"]


def test_a_paragraph_continues_on_the_next_page() -> None:
    pdf = Pdf()
    pdf.paragraph(700, PROSE[:58])
    pdf.text(290, 810, "- 1 -", 9).next_page()
    pdf.text(50, 80, PROSE[58:], 16)
    pdf.text(50 + 32, 104, "二、主动公开政府信息情况", 16)
    assert lines(pdf.read()) == [PROSE, "二、主动公开政府信息情况"]


def test_short_lines_are_not_joined() -> None:
    assert lines(
        Pdf().text(200, 80, "洪泽区人民政府", 22).text(100, 115, "2024年政府信息公开工作年度报告", 22).read()
    ) == [
        "洪泽区人民政府",
        "2024年政府信息公开工作年度报告",
    ]


def test_bold_printed_twice_is_one_number() -> None:
    """Bold type imitated by printing a glyph again beside itself: 309 must not become 330099; 11 stays 11."""
    pdf = Pdf().table(50, 100, [100, 60, 60], [["新收", "", ""]])
    for x in (155.0, 155.3):
        pdf.text(x, 112, "309", 9)
    document = pdf.text(215, 112, "1100", 9).read()
    assert grids(document) == [[["新收", "309", "1100"]]]


def test_gaps_between_han_and_digits_are_no_spaces_but_columns_are() -> None:
    document = Pdf().text(50, 100, "规章", 12).text(78, 100, "3", 12).text(200, 100, "5", 12).read()
    assert lines(document) == ["规章3  5"]


def test_text_outside_the_table_is_not_repeated_and_order_is_kept() -> None:
    document = (
        Pdf()
        .text(50, 80, "二、主动公开政府信息情况")
        .table(50, 100, [60, 60], [["规章", "0"]])
        .text(50, 180, "三、其他")
        .read()
    )
    assert [type(block) for block in document.blocks] == [Line, Grid, Line]
    assert [block.evidence for block in document.blocks][2] == "pdf:page[1]/line[2]"


@pytest.mark.parametrize(
    ("printed", "meant"),
    [
        ("⼀、总体情况", "一、总体情况"),
        ("⾏政许可", "行政许可"),
        ("⼈⺠政府", "人民政府"),
        ("⻅⻥⻔⻓⻬⻛⻋⻄", "见鱼门长齐风车西"),
        ("１，２３４ ㎡", "１，２３４ ㎡"),
    ],
)
def test_radicals_of_both_blocks_become_ideographs_and_nothing_else_changes(printed: str, meant: str) -> None:
    assert unify_radicals(printed) == meant


def test_every_assigned_supplement_radical_with_an_equivalent_is_mapped() -> None:
    unmapped = [chr(code) for code in range(0x2E80, 0x2EF4) if unify_radicals(chr(code)) == chr(code)]
    assert unmapped == ["⺀", "⺚"]  # U+2E80 has no equivalent, U+2E9A is unassigned


def image_page(pdf: Pdf, width: float = 500, height: float = 700) -> Pdf:
    pixel = io.BytesIO(b"P6 1 1 255 \x00\x00\x00")
    pdf.canvas.drawImage(ImageReader(pixel), 40, 40, width, height)
    return pdf


def test_a_scan_is_pictures_and_no_problem() -> None:
    document = image_page(image_page(Pdf()).next_page()).read()
    assert len(pictures(document)) == 2
    assert (lines(document), grids(document), document.problem) == ([], [], None)
    assert document.blocks[1].evidence == "pdf:page[2]/image[1]"


def test_a_seal_is_no_picture() -> None:
    assert pictures(image_page(Pdf().text(50, 80, "正文"), 40, 40).read()) == []


def test_recognised_text_under_a_scan_is_not_trusted() -> None:
    pdf = image_page(Pdf())
    text = pdf.canvas.beginText(50, 700)
    text.setTextRenderMode(3)
    text.setFont("Helvetica", 12)
    text.textOut("309 8 151")
    pdf.canvas.drawText(text)
    assert "recognised" in (pdf.read().problem or "")


@pytest.mark.parametrize("angle", [90, -90])
@pytest.mark.parametrize("rotate_page", [False, True])
def test_sideways_pages_read_upright(angle: int, rotate_page: bool) -> None:
    """Landscape tables: turned by the page's /Rotate, or printed sideways. A 12 must not become 1 above 2."""
    pdf = Pdf()
    height = WIDTH if rotate_page else HEIGHT  # reportlab swaps the sides of a page with /Rotate
    pdf.canvas.translate(*((WIDTH, 0) if angle == 90 else (0, height)))
    pdf.canvas.rotate(angle)
    if rotate_page:
        pdf.canvas.setPageRotation(angle % 360)
    document = pdf.table(50, 400, [100, 60], [["规章", "0"], ["规范性文件", "12"]]).text(50, 500, "结 尾").read()
    assert grids(document) == [[["规章", "0"], ["规范性文件", "12"]]]
    assert lines(document) == ["结 尾"]


def test_encrypted_with_a_password_is_a_problem_and_without_is_read() -> None:
    def make(user: str) -> bytes:
        buffer = io.BytesIO()
        canvas = Canvas(
            buffer, pagesize=(WIDTH, HEIGHT), encrypt=pdfencrypt.StandardEncryption(user, "owner", canPrint=0)
        )
        canvas.drawString(50, 700, "report")
        canvas.save()
        return buffer.getvalue()

    assert "password" in (extract(make("secret")).problem or "")
    assert lines(extract(make(""))) == ["report"]


@pytest.mark.parametrize("data", [b"%PDF-1.4", b"%PDF-1.4\nxref\n0 1\n", b"%PDF-1.7\n%%EOF\n"])
def test_malformed_files_say_so(data: bytes) -> None:
    document = extract(data)
    assert document.carrier is Carrier.PDF
    assert document.problem


def test_an_empty_page_is_a_problem() -> None:
    assert "neither text nor images" in (Pdf().next_page().read().problem or "")


@pytest.mark.parametrize("written", ["政府信息公开".encode("utf-16"), b"\xfe\xff" + "政府信息公开".encode("utf-16-be"),
    "政府信息公开".encode(), "政府信息公开".encode("gbk")])  # fmt: skip
def test_properties_are_decoded_whatever_mark_they_carry(written: bytes) -> None:
    plain = Pdf().text(50, 80, "正文")
    plain.canvas.setTitle("TITLE")
    data = plain.save().replace(b"(TITLE)", b"<" + written.hex().encode() + b">")
    assert extract(data).title == "政府信息公开"


@pytest.mark.parametrize("text", ["WPS", "政府", "Müller – 2024", ""])
def test_properties_that_are_well_decoded_stay(text: str) -> None:
    assert property_text(text) == text


def test_lines_that_nothing_crosses_are_no_table_and_end_nothing() -> None:
    """A browser that cuts a table at a page break may leave two sides of a cell, without a rule between them."""
    pdf = Pdf().line(50, 20, 50, 60).line(150, 20, 150, 60).line(50.5, 20, 50.5, 60)
    document = pdf.next_page().table(50, 100, [100, 60], [["规章", "0"]]).read()
    assert document.problem is None
    assert grids(document) == [[["规章", "0"]]]


@pytest.mark.parametrize("aside", [0.5, 1.0, 1.5, 2.0, 2.5, 3.0, 4.0])
def test_borders_of_two_tables_on_a_page_are_not_mixed(aside: float) -> None:
    """Cells with a frame each (``border-collapse: separate``): two lines between two cells, and a table below a bit aside."""
    pdf = Pdf()
    for top, left in ((100.0, 50.0), (300.0, 50.0 + aside)):
        for row, column in itertools.product(range(2), range(3)):
            x, y = left + 82.25 * column, top + 22.25 * row
            pdf.canvas.rect(x, HEIGHT - y - 20, 80, 20, stroke=1, fill=0)
            pdf.text(x + 5, y + 14, f"{row}{column}", 9)
    expected = [["00", "01", "02"], ["10", "11", "12"]]
    assert grids(pdf.read()) == [expected, expected]


def test_a_tall_cell_that_ends_off_its_row_cuts_no_row_in_two() -> None:
    """The frame of 三、本年度办理结果, going on from the page before, ends in the middle of the row of （七）总计."""
    pdf = Pdf()
    for y, left in ((100, 50), (120, 110), (131, 50), (140, 50), (160, 50)):
        pdf.line(left, y, 110 if y == 131 else 300, y)
    for x in (50, 110, 240, 300):
        pdf.line(x, 100, x, 160)
    for y, x, label, value in ((114, 115, "3.其他", "2"), (134, 115, "（七）总计", "23"), (154, 55, "四", "7")):
        pdf.text(x, y, label, 9).text(250, y, value, 9)
    assert grids(pdf.read()) == [[["", "3.其他", "2"], ["（七）总计", "23"], ["四", "", "7"]]]


@pytest.mark.parametrize(
    ("furniture", "title"),
    [("https://www.example.gov.cn/art/2025/1/3/art_1.html 1/3", None), ("11/25/26, 10:25 PM  2024年度报告", "2024年度报告"),
     ("2025/1/3 10:25  年度报告", "年度报告"), ("2025-1-3 上午10:25", None)],
)  # fmt: skip
def test_what_a_browser_prints_around_a_page_parts_no_table(furniture: str, title: str | None) -> None:
    """Of the head of the first page its title stays, without the time of printing, which is no date of publication."""
    pdf = (
        Pdf()
        .text(60, 30, furniture, 9)
        .table(50, 700, [100, 60], [["规章", "0"]])
        .text(60, 815, furniture, 9)
        .next_page()
    )
    pdf.text(60, 30, furniture, 9).table(50, 60, [100, 60], [["规范性文件", "12"]]).text(60, 400, furniture, 9)
    document = pdf.read()
    assert lines(document)[:-1] == ([title] if title else [])
    assert lines(document)[-1].replace("  ", " ") == furniture.replace("  ", " ")
    assert [grid.continues for grid in document.blocks if isinstance(grid, Grid)] == [False, True]


def test_what_this_program_fails_on_is_not_called_malformed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Half a report was once missing behind such a message: the pages before the fault stay, and the fault has its name."""
    find: Any = getattr(assembly, "find_tables")  # noqa: B009 - where it is looked up, not where it is made
    pages: list[Any] = []

    def fails_on_the_second(*args: Any) -> Any:
        pages.append(args)
        return find(*args) if len(pages) < 2 else min([])

    pdfium.start()
    monkeypatch.setattr(assembly, "find_tables", fails_on_the_second)
    data = Pdf().table(50, 100, [100, 60], [["规章", "0"]]).next_page().text(60, 200, PROSE).save()
    document = read_document(data)
    assert grids(document) == [[["规章", "0"]]]
    assert document.problem is not None
    assert document.problem.startswith(f"{FAULT} laying out page 2")
