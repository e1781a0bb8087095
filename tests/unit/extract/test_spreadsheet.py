"""Excel workbooks: what a sheet shows is what is read, not what it stores."""

import io
import re
import zipfile
from collections.abc import Callable
from random import Random

import pytest
from openpyxl import Workbook
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont
from openpyxl.drawing.image import Image as SheetImage
from openpyxl.formatting.rule import CellIsRule, DataBarRule, FormulaRule, Rule
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.styles.colors import Color
from openpyxl.worksheet.worksheet import Worksheet
from PIL import Image

from pipelines.extract.document import Document, Grid, Line
from pipelines.extract.office import converter
from pipelines.extract.source_file import SourceFile
from pipelines.extract.spreadsheet.displayed import UNDETERMINED, displayed
from pipelines.extract.spreadsheet.extractor import xls, xlsx, xml_2003
from pipelines.read.reader import read_report
from tests.factory import compare, random_case
from tests.factory.carriers.files import saved
from tests.factory.carriers.xml_2003 import xml_2003 as xml_2003_file


@pytest.mark.parametrize(
    ("value", "number_format", "shown"),
    [
        (70, "General", "70"),
        (70.0, "General", "70"),
        (11398889.0, "General", "11398889"),
        (12.5, "General", "12.5"),
        (0.1 + 0.2, "General", "0.3"),
        (12.57, "0", "13"),
        (12.5, "0.00", "12.50"),
        (1234.0, "#,##0", "1,234"),
        (1234.5, "#,##0.00_);(#,##0.00)", "1,234.50"),
        (12.5, "0.##", "12.5"),
        (12.0, "0.##", "12"),
        (0, "#", ""),
        (0, "0;-0;", ""),
        (0, "0;-0;;@", ""),
        (5, ";;;", ""),
        (7, "000", "007"),
        (0.5, "0%", "50%"),
        (70, '0"件"', "70件"),
        (70, "0_ ", "70"),
        (70, "@", "70"),
        ("70", "@", "70"),
        ("隐藏", ";;;", ""),
        (12000, "0,", UNDETERMINED),  # shown as 12
        (12.5, "# ?/?", UNDETERMINED),
        (44927, "yyyy-mm-dd", UNDETERMINED),
        (70, "[>50]0.0;0", "70.0"),
        (0, '[=0]"-";0', "-"),
        (7, '[=0]"-";0', "7"),
        (0, '_ * #,##0_ ;_ * \\-#,##0_ ;_ * "-"_ ;_ @_ ', "-"),
        ("规章", '_ * #,##0_ ;_ * \\-#,##0_ ;_ * "-"_ ;_ @_ ', "规章"),
        (70, "[DBNum2]", UNDETERMINED),
        (1.5e300, "0.00E+00", UNDETERMINED),
        (123456789012, "General", UNDETERMINED),  # shown as 1.23457E+11
        (1 / 3, "General", UNDETERMINED),  # as many places as fit
        (70, "0*-", UNDETERMINED),  # filled up with dashes
        (None, "General", ""),
        (True, "General", "TRUE"),
    ],
)
def test_a_cell_shows_its_value_under_its_format(value: object, number_format: str, shown: str) -> None:
    assert displayed(value, number_format) == shown


def _workbook(fill: Callable[[Worksheet], None]) -> Document:
    book = Workbook()
    fill(book.active)
    buffer = io.BytesIO()
    book.save(buffer)
    return xlsx(SourceFile(buffer.getvalue()))


def _texts(document: Document) -> list[list[str]]:
    (grid,) = [block for block in document.blocks if isinstance(block, Grid)]
    return [[cell.text for cell in row] for row in grid.rows]


def _table(sheet: Worksheet) -> None:
    for row in (["示例县2023年政府信息公开工作年度报告"], ["一、总体情况"], ["信息内容", "本年制发件数"], ["规章", 70]):
        sheet.append(row)


def test_title_and_headings_are_lines_and_tables_are_grids() -> None:
    document = _workbook(_table)
    assert [block.text for block in document.blocks if isinstance(block, Line)] == [
        "示例县2023年政府信息公开工作年度报告", "一、总体情况",
    ]  # fmt: skip
    assert _texts(document) == [["信息内容", "本年制发件数"], ["规章", "70"]]
    table = document.blocks[2]
    assert isinstance(table, Grid)
    assert table.rows[1][1].evidence == "xlsx:sheet[1]!B4"


def test_the_title_of_a_group_alone_in_its_row_does_not_end_the_table() -> None:
    def fill(sheet: Worksheet) -> None:
        rows = (
            ["二、附表"], ["统计指标", "统计数"], ["一、主动公开情况"], ["（一）主动公开政府信息数", 7],
            ["（二）通过不同渠道公开的情况"], ["1.政府公报公开政府信息数", 3],
            ["三、其他事项"], ["指标", "数量"], ["行政复议数", 1],
        )  # fmt: skip
        for row in rows:
            sheet.append(row)

    document = _workbook(fill)
    assert [block.text for block in document.blocks if isinstance(block, Line)] == ["二、附表", "三、其他事项"]
    assert [len(block.rows) for block in document.blocks if isinstance(block, Grid)] == [5, 2]


@pytest.mark.parametrize("what", ["row", "column", "sheet"])
def test_what_is_hidden_is_not_read(what: str) -> None:
    book = Workbook()
    sheet = book.active
    _table(sheet)
    if what == "row":
        sheet.append(["规范性文件", 8])
        sheet.row_dimensions[5].hidden = True
    elif what == "column":
        sheet["C3"], sheet["C4"] = "去年", 60
        sheet.column_dimensions["C"].hidden = True
    else:
        other = book.create_sheet("去年")
        other.append(["规章", 60])
        other.sheet_state = "hidden"
    buffer = io.BytesIO()
    book.save(buffer)
    assert _texts(xlsx(SourceFile(buffer.getvalue()))) == [["信息内容", "本年制发件数"], ["规章", "70"]]


@pytest.mark.parametrize(
    ("font", "shown"),
    [
        (Font(strike=True), UNDETERMINED),
        (Font(vertAlign="superscript"), UNDETERMINED),
        (Font(color="FFFFFFFF"), ""),
        (Font(color="FFFEFEFE"), ""),
        (Font(color=Color(theme=0)), ""),
        (Font(color=Color(theme=0, tint=-0.5)), "70"),  # grey
        (Font(color=Color(indexed=9)), ""),
        (Font(color="FFFF0000"), "70"),
        (Font(bold=True), "70"),
    ],
)  # fmt: skip
def test_struck_raised_and_white_figures_are_not_figures(font: Font, shown: str) -> None:
    def fill(sheet: Worksheet) -> None:
        _table(sheet)
        sheet["B4"].font = font

    assert _texts(_workbook(fill))[1] == ["规章", shown]


@pytest.mark.parametrize(
    ("value", "width", "more", "shown"),
    [
        (12345678, 3.0, {}, UNDETERMINED),  # ###
        (12.3456, 4.0, {}, UNDETERMINED),  # 12.3
        ("12345678", 3.0, {}, "12345678"),
        (12345678, 8.0, {}, "12345678"),
        (12345678, 7.0, {"font": Font(size=9)}, "12345678"),
        (12345678, 8.0, {"font": Font(size=22)}, UNDETERMINED),
        (12345678, 3.0, {"alignment": Alignment(shrink_to_fit=True)}, "12345678"),
        (7, 9.0, {"alignment": Alignment(horizontal="fill")}, UNDETERMINED),  # 7777777
        (70, 9.0, {"font": Font(size=1)}, UNDETERMINED),
    ],
)
def test_a_number_that_does_not_fit_its_column_is_not_shown(
    value: object, width: float, more: dict[str, object], shown: str
) -> None:
    def fill(sheet: Worksheet) -> None:
        _table(sheet)
        sheet["B4"] = value
        sheet.column_dimensions["B"].width = width
        for name, style in more.items():
            setattr(sheet["B4"], name, style)

    assert _texts(_workbook(fill))[1] == ["规章", shown]


def test_a_number_may_fill_a_merged_cell() -> None:
    def fill(sheet: Worksheet) -> None:
        _table(sheet)
        sheet["B4"] = 12345678
        sheet.column_dimensions["B"].width = sheet.column_dimensions["C"].width = 5
        sheet.merge_cells("B4:C4")

    assert _texts(_workbook(fill))[1] == ["规章", "12345678"]


def test_a_figure_in_the_colour_of_its_ground_is_not_seen_and_a_white_one_on_blue_is() -> None:
    def fill(sheet: Worksheet) -> None:
        _table(sheet)
        sheet.append(["规范性文件", 8])
        for place, ink in (("B4", 4), ("B5", 0)):
            sheet[place].font = Font(color=Color(theme=ink))
            sheet[place].fill = PatternFill("solid", fgColor=Color(theme=4))

    assert _texts(_workbook(fill))[1:] == [["规章", ""], ["规范性文件", "8"]]


def test_a_sheet_that_shows_no_zeros_prints_none() -> None:
    def fill(sheet: Worksheet) -> None:
        _table(sheet)
        sheet.append(["规范性文件", 0])
        sheet.sheet_view.showZeros = False

    assert _texts(_workbook(fill))[1:] == [["规章", "70"], ["规范性文件", ""]]


@pytest.mark.parametrize(
    ("rule", "shown"),
    [
        (CellIsRule("equal", ["0"], font=Font(color="FFFFFFFF")), ["70", ""]),
        (CellIsRule("greaterThan", ["0"], font=Font(color="FFFFFFFF")), ["", "0"]),
        (CellIsRule("greaterThan", ["0"], font=Font(color="FFFF0000")), ["70", "0"]),
        (CellIsRule("equal", ["$A$1"], font=Font(color="FFFFFFFF")), [UNDETERMINED, UNDETERMINED]),
        (FormulaRule(["B4=0"], font=Font(color=Color(theme=0))), [UNDETERMINED, UNDETERMINED]),
        (FormulaRule(["MOD(ROW(),2)=0"], fill=PatternFill("solid", bgColor="FFEEEEEE")), ["70", "0"]),
        (DataBarRule("min", None, "max", None, "FF638EC6", showValue=False), [UNDETERMINED, UNDETERMINED]),
        (CellIsRule("between", ["60", "80"], font=Font(color="FFFFFFFF")), ["", "0"]),
        (CellIsRule("greaterThan", ["0"], fill=PatternFill("solid", bgColor="FF000000")), ["", "0"]),
        (CellIsRule("greaterThan", ["0"], font=Font(color="FF4472C4"), fill=PatternFill(bgColor="FF4472C4")), ["", "0"]),
    ],
)  # fmt: skip
def test_a_conditional_format_may_hide_a_figure(rule: Rule, shown: list[str]) -> None:
    def fill(sheet: Worksheet) -> None:
        _table(sheet)
        sheet.append(["规范性文件", 0])
        sheet.conditional_formatting.add("B4:Z99", rule)

    assert [row[1] for row in _texts(_workbook(fill))[1:]] == shown


def test_the_more_important_of_two_conditional_formats_applies() -> None:
    def fill(sheet: Worksheet) -> None:
        _table(sheet)
        for priority, colour in ((2, "FFFF0000"), (1, "FFFFFFFF")):
            rule = CellIsRule("greaterThan", ["0"], font=Font(color=colour))
            rule.priority = priority
            sheet.conditional_formatting.add(f"B{3 + priority}:B4" if priority == 1 else "A4:C9", rule)

    assert _texts(_workbook(fill))[1] == ["规章", ""]


def test_a_format_in_the_last_row_makes_no_sheet_too_large() -> None:
    def fill(sheet: Worksheet) -> None:
        _table(sheet)
        sheet["J1048576"].number_format = "0.00"
        sheet.conditional_formatting.add("A1:J1048576", CellIsRule("equal", ["0"], font=Font(color="FFFFFFFF")))

    assert _texts(_workbook(fill)) == [["信息内容", "本年制发件数"], ["规章", "70"]]


_DRAWING = "http://schemas.openxmlformats.org/drawingml/2006/spreadsheetDrawing"
_TEXT_BOX = (
    '<xdr:sp xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"><xdr:spPr>FILL</xdr:spPr>'
    "<xdr:txBody><a:p><a:r><a:t>TEXT</a:t></a:r></a:p></xdr:txBody></xdr:sp>"
)
_WHITE_FILL, _FAINT_FILL = (
    f'<a:solidFill><a:srgbClr val="FFFFFF">{alpha}</a:srgbClr></a:solidFill>'
    for alpha in ("", '<a:alpha val="20000"/>')
)


@pytest.mark.parametrize(
    ("shape", "shown"),
    [
        (_TEXT_BOX.replace("FILL", _WHITE_FILL).replace("TEXT", "65"), ["规章", UNDETERMINED, UNDETERMINED, "3"]),
        (_TEXT_BOX.replace("FILL", "<a:noFill/>").replace("TEXT", "65"), ["规章", "70", UNDETERMINED, "3"]),
        (_TEXT_BOX.replace("FILL", _FAINT_FILL).replace("TEXT", ""), ["规章", "70", "", "3"]),
        ("<xdr:cxnSp/>", ["规章", "70", "", "3"]),
    ],
)  # fmt: skip
def test_what_lies_over_cells_hides_them_or_may_print_in_them(shape: str, shown: list[str]) -> None:
    drawn = _with_drawing(Image.new("RGB", (200, 20)), shape)
    assert _texts(xlsx(SourceFile(drawn)))[1] == shown


@pytest.mark.parametrize(("mode", "shown"), [("RGB", UNDETERMINED), ("RGBA", "70")])
def test_a_seal_leaves_a_figure_legible_and_a_photograph_does_not(mode: str, shown: str) -> None:
    assert _texts(xlsx(SourceFile(_with_drawing(Image.new(mode, (64, 20))))))[1][1] == shown


def _with_drawing(picture: Image.Image, shape: str | None = None) -> bytes:
    """A table with a picture over row 4 from column B on; ``shape``: instead of it."""
    book = Workbook()
    _table(book.active)
    book.active["D3"], book.active["D4"] = "现行有效件数", 3
    place, buffer, changed = io.BytesIO(), io.BytesIO(), io.BytesIO()
    picture.save(place, "PNG")
    image = SheetImage(place)
    image.anchor, image.width = "B4", 128 if shape is not None else 64
    book.active.add_image(image)
    book.save(buffer)
    with zipfile.ZipFile(buffer) as old, zipfile.ZipFile(changed, "w") as new:
        for name in old.namelist():
            part = old.read(name).decode("utf-8", "surrogateescape")
            if name == "xl/drawings/drawing1.xml" and shape is not None:
                part = re.sub(r"<(?:\w+:)?pic>.*</(?:\w+:)?pic>", shape, part, flags=re.DOTALL)
                part = part.replace("<wsDr", f'<wsDr xmlns:xdr="{_DRAWING}"').replace("xdr:", "")
                part = part.replace("xmlns:a=", f'xmlns="{_DRAWING}" xmlns:a=') if "xmlns:a=" in shape else part
            new.writestr(name, part.encode("utf-8", "surrogateescape"))
    return changed.getvalue()


def test_what_stands_outside_the_print_area_is_not_printed() -> None:
    def fill(sheet: Worksheet) -> None:
        _table(sheet)
        sheet["C3"], sheet["C4"], sheet["B6"] = "去年", 60, 99
        sheet.print_area = "A1:B4"

    assert _texts(_workbook(fill)) == [["信息内容", "本年制发件数"], ["规章", "70"]]


def test_a_result_that_will_be_worked_out_anew_is_not_taken() -> None:
    """XlsxWriter and others store 0 for every formula, and tell the program to work them out when the file is opened."""
    book = Workbook()
    _table(book.active)
    book.active["B4"] = "=35+35"
    buffer = io.BytesIO()
    book.save(buffer)
    changed = io.BytesIO()
    with zipfile.ZipFile(buffer) as old, zipfile.ZipFile(changed, "w") as new:
        for name in old.namelist():
            part = old.read(name)
            if name == "xl/worksheets/sheet1.xml":
                part = part.replace(b"<v />", b"<v>0</v>").replace(b"<v></v>", b"<v>0</v>")
                assert b"<v>0</v>" in part
            new.writestr(name, part)
    assert _texts(xlsx(SourceFile(changed.getvalue())))[1] == ["规章", UNDETERMINED]


def test_a_formula_without_its_result_is_not_blank() -> None:
    def fill(sheet: Worksheet) -> None:
        _table(sheet)
        sheet["B4"] = "=35+35"

    assert _texts(_workbook(fill))[1] == ["规章", UNDETERMINED]


def test_a_raised_note_is_not_joined_to_its_figure() -> None:
    def fill(sheet: Worksheet) -> None:
        _table(sheet)
        sheet["B4"] = CellRichText("70", TextBlock(InlineFont(vertAlign="superscript"), "1"))

    assert _texts(_workbook(fill))[1] == ["规章", "70"]


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(8))
def test_factory_workbooks_are_read(seed: int) -> None:
    case = random_case(Random(f"workbook{seed}"), carrier="xlsx", mutate=seed % 4 == 3)
    parsed = read_report(case.data, name=case.filename, url=case.url).to_contract()
    score = compare(case.truth, parsed)
    assert (score.wrong, score.invented, score.unexplained) == ([], [], []), case.name
    assert score.right >= 0.98 * (score.printed - score.refused)


_RULES = [
    (70, CellIsRule("equal", ["0"], font=Font(color="FFFFFFFF")), "70"),
    (0, CellIsRule("equal", ["0"], font=Font(color="FFFFFFFF")), ""),
    (70, CellIsRule("between", ["60", "80"], font=Font(color="FFFFFFFF")), ""),
    (70, CellIsRule("greaterThan", ["0.5"], font=Font(strike=True)), UNDETERMINED),
    (70, CellIsRule("greaterThan", ["0"], fill=PatternFill("solid", bgColor="FF000000")), ""),
    (70, CellIsRule("greaterThan", ["0"], font=Font(color="FFFF0000")), "70"),
    (70, FormulaRule(["MOD(ROW(),2)=0"], font=Font(color="FFFFFFFF")), UNDETERMINED),
    (70, FormulaRule(["MOD(ROW(),2)=0"], fill=PatternFill("solid", bgColor="FFEEEEEE")), "70"),
]  # fmt: skip


@pytest.mark.slow
@pytest.mark.skipif(converter.program() is None, reason="LibreOffice is not installed")
def test_an_old_workbook_shows_what_a_new_one_shows() -> None:
    book = Workbook()
    sheet = book.active
    _table(sheet)
    for label, value, ink in (("规范性文件", 0, None), ("行政许可", 8, Color(theme=0)), ("行政处罚", 9, "FFFF0000")):
        sheet.append([label, value])
        sheet.cell(sheet.max_row, 2).font = Font(color=ink)
    sheet["D4"] = 60
    sheet.print_area = "A1:B7"
    sheet.sheet_view.showZeros = False
    ruled = Workbook()
    for row, (value, rule, _) in enumerate(_RULES, 1):
        ruled.active.append(["规章", value, 9])
        ruled.active.conditional_formatting.add(f"B{row}:B{row}", rule)
    ruled.active.append(["规章", '=IF(A1="","",2)&""', 9])
    ruled.active["A1"] = None
    narrow = Workbook()
    for row, alignment in enumerate((Alignment(), Alignment(shrink_to_fit=True), Alignment(horizontal="fill")), 1):
        narrow.active.append(["规章", 12345678 if row < 3 else 7, 9])
        narrow.active.cell(row, 2).alignment = alignment
    narrow.active.column_dimensions["B"].width = 4
    new = [_saved(book), _with_drawing(Image.new("RGB", (64, 20))), _saved(ruled), _saved(narrow)]
    old = [_texts(xls(SourceFile(data))) for data in saved(new, "xls")]
    shown = [["规章", "70"], ["规范性文件", ""], ["行政许可", ""], ["行政处罚", "9"]]
    assert _texts(xlsx(SourceFile(new[0])))[1:] == old[0][1:] == shown
    assert old[1][1] == ["规章", UNDETERMINED, "", "3"]
    assert [row[1] for row in old[2]] == [*(text for _, _, text in _RULES), UNDETERMINED]
    assert [row[1] for row in old[3]] == [UNDETERMINED, "12345678", UNDETERMINED]


def _saved(book: Workbook) -> bytes:
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def test_a_workbook_with_a_damaged_part_says_so() -> None:
    book = Workbook()
    _table(book.active)
    buffer = io.BytesIO()
    book.save(buffer)
    for name in ("[Content_Types].xml", "xl/workbook.xml", "xl/styles.xml", "xl/worksheets/sheet1.xml"):
        changed = io.BytesIO()
        with zipfile.ZipFile(buffer) as old, zipfile.ZipFile(changed, "w") as new:
            for part in old.namelist():
                new.writestr(part, old.read(part) + b"<a" if part == name else old.read(part))
        assert "not read" in (xlsx(SourceFile(changed.getvalue())).problem or ""), name


def test_a_workbook_that_unpacks_without_end_is_refused() -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr("xl/workbook.xml", b" " * (40 << 20))
    assert "unpacks to more" in (xlsx(SourceFile(buffer.getvalue())).problem or "")


@pytest.mark.parametrize(
    "data", [b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, b"PK\x03\x04" + b"\0" * 300]
)
def test_a_broken_workbook_says_so(data: bytes) -> None:
    assert "Excel" in ((xlsx if data.startswith(b"PK") else xls)(SourceFile(data)).problem or "")


@pytest.mark.parametrize("charset", ["utf-8", "gb18030"])
def test_a_workbook_in_the_xml_of_excel_2003_is_read_cell_by_cell(charset: str) -> None:
    case = random_case(Random(f"xml{charset}"), carrier="xlsx", n_variations=2)
    parsed = read_report(xml_2003_file(case.data, charset), name="a.xls", url=case.url).to_contract()
    score = compare(case.truth, parsed)
    assert parsed["report"]["carrier"] == "xls"
    assert (score.wrong, score.invented, score.false_blanks, score.missing) == ([], [], [], []), case.name


_XML = (
    '<?xml version="1.0"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet" '
    'xmlns:ss="urn:schemas-microsoft-com:office:spreadsheet" xmlns:x="urn:schemas-microsoft-com:office:excel" '
    'xmlns:html="http://www.w3.org/TR/REC-html40"><Styles><Style ss:ID="w"><Font ss:Color="#FFFFFF"/></Style><Style ss:ID="s">'
    '<Font ss:StrikeThrough="1"/></Style><Style ss:ID="n"><NumberFormat ss:Format="Standard"/></Style></Styles>'
    '<Worksheet ss:Name="a"><Table>COLUMNS<Row><Cell><Data ss:Type="String">规章</Data></Cell>CELLS</Row></Table>OPTIONS'
    "</Worksheet></Workbook>"
)
_HIDDEN_ZEROS = (
    '<ConditionalFormatting xmlns="urn:schemas-microsoft-com:office:excel"><Range>R1C2:R9C3</Range><Condition>'
    "<Qualifier>Equal</Qualifier><Value1>0</Value1><Format Style='color:white'/></Condition></ConditionalFormatting>"
)
_OFF = "<x:WorksheetOptions><x:DoNotDisplayZeros/></x:WorksheetOptions>"


@pytest.mark.parametrize(
    ("cells", "columns", "options", "shown"),
    [
        ('<Cell><Data ss:Type="Number">70</Data></Cell>', "", "", ["规章", "70"]),
        ('<Cell ss:Index="3"><Data ss:Type="Number">70</Data></Cell>', "", "", ["规章", "", "70"]),
        ('<Cell ss:StyleID="n"><Data ss:Type="Number">1270</Data></Cell>', "", "", ["规章", "1,270.00"]),
        ('<Cell ss:StyleID="s"><Data ss:Type="Number">70</Data></Cell>', "", "", ["规章", UNDETERMINED]),
        ('<Cell><Data ss:Type="DateTime">2024-01-02T00:00:00.000</Data></Cell>', "", "", ["规章", UNDETERMINED]),
        ('<Cell><Data ss:Type="Error">#REF!</Data></Cell>', "", "", ["规章", UNDETERMINED]),
        ('<Cell><ss:Data ss:Type="String">70<html:Sup>1</html:Sup></ss:Data></Cell>', "", "", ["规章", "70"]),
        ('<Cell><Data ss:Type="Number">8</Data></Cell><Cell><Data ss:Type="Number">70</Data></Cell>',
         '<Column ss:Index="2" ss:Hidden="1"/>', "", ["规章", "70"]),
        ('<Cell><Data ss:Type="Number">8</Data></Cell><Cell ss:StyleID="w"><Data ss:Type="Number">7</Data></Cell>', "", "",
         ["规章", "8"]),
        ('<Cell><Data ss:Type="Number">8</Data></Cell><Cell><Data ss:Type="Number">0</Data></Cell>', "", _OFF, ["规章", "8"]),
        ('<Cell><Data ss:Type="Number">8</Data></Cell><Cell><Data ss:Type="Number">0</Data></Cell>', "", _HIDDEN_ZEROS,
         ["规章", "8"]),
        ('<Cell><Data ss:Type="Number">8</Data></Cell><Cell><Data ss:Type="Number">0</Data></Cell>', "",
         _HIDDEN_ZEROS.replace("<Value1>0<", "<Value1>R1C1<"), ["规章", UNDETERMINED, UNDETERMINED]),
    ],
)  # fmt: skip
def test_what_the_xml_of_excel_2003_shows(cells: str, columns: str, options: str, shown: list[str]) -> None:
    source = _XML.replace("COLUMNS", columns).replace("CELLS", cells).replace("OPTIONS", options)
    assert _texts(xml_2003(SourceFile(source.encode())))[0] == shown


@pytest.mark.parametrize(
    "data",
    [
        b"<?xml version='1.0'?><Workbook",
        b"<?xml version='1.0'?><!DOCTYPE a [<!ENTITY b 'c'>]><Workbook/>",
        _XML.replace("CELLS", '<Cell ss:Index="9999999999"/>').encode(),
        _XML.replace("CELLS", "<Cell>" + "<b>" * 5_000 + "</b>" * 5_000 + "</Cell>").encode(),
    ],
)
def test_a_hostile_xml_workbook_says_so(data: bytes) -> None:
    document = xml_2003(SourceFile(data))
    assert document.problem is not None or document.blocks
