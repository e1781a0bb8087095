"""docx: what a cell shows by styles, colours, fields, lists and layout; whatever is not known to be text is no figure."""

import pytest

from pipelines.extract.document import OBJECT
from pipelines.extract.extract import extract
from tests.unit.extract.builders import W_NAMESPACE, docx, grids, lines, p, tc, tr

MC = 'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"'
W14 = 'xmlns:w14="http://schemas.microsoft.com/office/word/2010/wordml"'
A = "http://schemas.openxmlformats.org/drawingml/2006/main"
UNREADABLE = "unreadable"


def r(text: str, properties: str = "") -> str:
    return f'<w:r><w:rPr>{properties}</w:rPr><w:t xml:space="preserve">{text}</w:t></w:r>'


def par(inner: str, properties: str = "") -> str:
    return f"<w:p><w:pPr>{properties}</w:pPr>{inner}</w:p>"


def style(kind: str, name: str, run: str = "", paragraph: str = "", more: str = "") -> str:
    return f'<w:style w:type="{kind}" w:styleId="{name}">{more}<w:pPr>{paragraph}</w:pPr><w:rPr>{run}</w:rPr></w:style>'


def styles(*found: str, run: str = "") -> str:
    defaults = f"<w:docDefaults><w:rPrDefault><w:rPr>{run}</w:rPr></w:rPrDefault></w:docDefaults>"
    return f'<w:styles xmlns:w="{W_NAMESPACE}">{defaults}{"".join(found)}</w:styles>'


def read(content: str, cell: str = "", table: str = "", row: str = "", **parts: str) -> str:
    """The text of the second cell of a table's first row."""
    odd = f"<w:tc><w:tcPr>{cell}</w:tcPr>{content}</w:tc>"
    first = f"<w:tr><w:trPr>{row}</w:trPr>{tc('规章')}{odd}{tc('5')}</w:tr>"
    rows = first + tr(tc("规定"), tc("1"), tc("2")) + tr(tc("办法"), tc("3"), tc("4"))
    return grids(extract(docx(f"<w:tbl><w:tblPr>{table}</w:tblPr><w:tblGrid/>{rows}</w:tbl>", **parts)))[0][0][1]


def check(text: str, expected: str) -> None:
    assert (OBJECT in text) if expected == UNREADABLE else text == expected


HIDDEN, WHITE = "<w:vanish/>", '<w:color w:val="FFFFFF"/>'
H = '<w:rStyle w:val="H"/>'
P = '<w:pStyle w:val="P"/>'
LAST_COLUMN = (
    f'<w:tblStylePr w:type="lastCol"><w:rPr>{WHITE}</w:rPr></w:tblStylePr><w:tblStylePr w:type="firstRow"><w:rPr>{WHITE}</w:rPr>'
    '<w:tcPr><w:shd w:val="clear" w:fill="003366"/></w:tcPr></w:tblStylePr>'
)
TABLE_STYLE = '<w:tblStyle w:val="T"/>'


@pytest.mark.parametrize(
    ("content", "found", "expected"),
    [
        (par(r("70", H), P), styles(style("paragraph", "P", HIDDEN)), ""),
        (par(r("7", H) + r("0")), styles(style("character", "H", HIDDEN)), "0"),
        (par(r("70", H), P), styles(style("paragraph", "P", HIDDEN), style("character", "H", HIDDEN)), UNREADABLE),
        (par(r("70", HIDDEN)), styles(style("paragraph", "P", HIDDEN)), ""),
        (par(r("70", '<w:vanish w:val="0"/>') + r("9")), styles(run=HIDDEN), "70"),
        (par(r("70")), styles(run=WHITE), ""),
        (par(r("70", '<w:color w:val="auto"/>')), styles(run=WHITE), "70"),
        (par(r("70")), styles(style("table", "T", HIDDEN)), ""),
        (par(r("70")), styles(style("table", "T", "<w:strike/>")), UNREADABLE),
        (par(r("7", "<w:specVanish/>") + r("0")), styles(), UNREADABLE),
        (par(r("7", '<w:specVanish w:val="0"/><w:rtl w:val="0"/>') + r("0")), styles(), "70"),
        (par(r("70", "<w:novel/>")), styles(), UNREADABLE),
        (par(r("70", '<w:b/><w:u w:val="single"/><w:lang w:val="zh-CN"/>')), styles(), "70"),
    ],
)
def test_formatting_comes_from_outside_in(content: str, found: str, expected: str) -> None:
    check(read(content, table=TABLE_STYLE, styles=found), expected)


@pytest.mark.parametrize(("look", "expected"), [("0100", ["1", ""]), ("0000", ["1", "2"])])
def test_parts_of_a_table_style_apply_where_the_table_uses_them(look: str, expected: list[str]) -> None:
    found = styles(style("table", "T", more=LAST_COLUMN))
    look = f'{TABLE_STYLE}<w:tblLook w:val="{look}"/>'
    rows = tr(tc("指标"), tc("0"), tc("9")) + tr(tc("规定"), tc("1"), tc("2"))
    table = f"<w:tbl><w:tblPr>{look}</w:tblPr><w:tblGrid/>{rows}</w:tbl>"
    assert grids(extract(docx(table, styles=found)))[0][1][1:] == expected


def test_white_on_the_dark_first_row_of_a_table_style_is_seen() -> None:
    found = styles(style("table", "T", more=LAST_COLUMN))
    assert read(par(r("70")), table=f'{TABLE_STYLE}<w:tblLook w:firstRow="1"/>', styles=found) == "70"


def shade(fill: str, pattern: str = "clear", colour: str = "auto") -> str:
    return f'<w:shd w:val="{pattern}" w:color="{colour}" w:fill="{fill}"/>'


def ink(value: str) -> str:
    return f'<w:color w:val="{value}"/>'


@pytest.mark.parametrize(
    ("run", "paragraph", "cell", "table", "expected"),
    [
        (ink("0000FF"), shade("0000FF"), "", "", ""),
        (WHITE, shade("333333"), "", "", "70"),
        (ink("FF0000"), "", shade("FFFFFF", "solid", "FF0000"), "", ""),
        (WHITE, "", shade("FFFFFF", "solid", "000000"), "", "70"),
        (WHITE, "", shade("FFFFFF", "pct90", "000000"), "", "70"),
        (WHITE, "", shade("FFFFFF", "horzStripe", "000000"), "", UNREADABLE),
        (ink("112233"), "", "", shade("112233"), ""),
        (WHITE, "", shade("auto"), "", ""),
        ("", "", shade("000000"), "", "70"),
        (f'{ink("000000")}<w:highlight w:val="black"/>', "", "", "", ""),
        ('<w:highlight w:val="black"/>', "", "", "", ""),
        ('<w:color w:val="123456" w:themeColor="accent2"/>', "", "", "", UNREADABLE),
        ('<w:color w:themeColor="accent2"/>', "", "", "", ""),
        ('<w:color w:themeColor="text1" w:themeTint="05"/>', "", "", "", ""),
        (ink("4F81BD"), "", '<w:shd w:val="clear" w:themeFill="accent1"/>', "", ""),
        (f'<w14:textFill {W14}><w14:solidFill><w14:srgbClr w14:val="FFFFFF"/></w14:solidFill></w14:textFill>', "", "", "",
         UNREADABLE),
        (f'<w14:textFill {W14}><w14:solidFill><w14:srgbClr w14:val="000000"/></w14:solidFill></w14:textFill>', "", "", "", "70"),
        (f"<w14:textFill {W14}><w14:noFill/></w14:textFill>", "", "", "", UNREADABLE),
    ],
)  # fmt: skip
def test_letters_and_their_ground(run: str, paragraph: str, cell: str, table: str, expected: str) -> None:
    theme = f'<a:theme xmlns:a="{A}"><a:clrScheme><a:accent1><a:srgbClr val="4F81BD"/></a:accent1>'
    theme += '<a:accent2><a:srgbClr val="FFFFFF"/></a:accent2></a:clrScheme></a:theme>'
    check(read(par(r("70", run), paragraph), cell, table, **{"theme/theme1": theme}), expected)


@pytest.mark.parametrize(
    ("properties", "expected"),
    [
        ('<w:sz w:val="2"/>', ""), ('<w:sz w:val="6"/>', UNREADABLE), ('<w:sz w:val="10"/>', "70"),
        ('<w:spacing w:val="-20"/>', "70"), ('<w:spacing w:val="-200"/>', UNREADABLE),
        ('<w:position w:val="-2"/>', "70"), ('<w:position w:val="300"/>', UNREADABLE),
        ('<w:eastAsianLayout w:combine="1"/>', UNREADABLE), ("<w:rtl/>", UNREADABLE),
        ('<w:rFonts w:ascii="Wingdings 2"/>', UNREADABLE), ('<w:rFonts w:ascii="Code 128"/>', UNREADABLE),
        ('<w:rFonts w:ascii="Wingdings" w:asciiTheme="minorHAnsi"/>', "70"), ('<w:rFonts w:hAnsi="Signs"/>', UNREADABLE),
        ('<w:rFonts w:eastAsia="Wingdings"/>', "70"), ("<w:del/>", UNREADABLE), ('<w:fitText w:val="20"/>', UNREADABLE),
        (f"<w:emboss/>{WHITE}", UNREADABLE), ("<w:emboss/>", "70"),
    ],
)  # fmt: skip
def test_shape_and_place_of_letters(properties: str, expected: str) -> None:
    theme = f'<a:theme xmlns:a="{A}"><a:minorFont><a:latin typeface="Calibri"/></a:minorFont></a:theme>'
    fonts = f'<w:fonts xmlns:w="{W_NAMESPACE}"><w:font w:name="Signs"><w:charset w:val="02"/></w:font></w:fonts>'
    check(read(par(r("70", properties)), fontTable=fonts, **{"theme/theme1": theme}), expected)


def field(code: str, result: str | None, begin: str = "") -> str:
    between = "" if result is None else f'<w:r><w:fldChar w:fldCharType="separate"/></w:r>{result}'
    return (
        f'<w:r><w:fldChar w:fldCharType="begin" {begin}/></w:r><w:r><w:instrText>{code}</w:instrText></w:r>{between}'
        '<w:r><w:fldChar w:fldCharType="end"/></w:r>'
    )


BOUND, PROMPT = "<w:dataBinding/>", "<w:showingPlcHdr/>"


def control(properties: str, content: str) -> str:
    return f"<w:sdt><w:sdtPr>{properties}</w:sdtPr><w:sdtContent>{content}</w:sdtContent></w:sdt>"


def choice(requires: str, first: str, second: str) -> str:
    branches = f'<mc:Choice Requires="{requires}">{first}</mc:Choice><mc:Fallback>{second}</mc:Fallback>'
    return f"<mc:AlternateContent {MC}>{branches}</mc:AlternateContent>"


@pytest.mark.parametrize(
    ("inner", "expected"),
    [
        (r("70") + field("XE 9", None), "70"), (r("70") + field(" SET x 9 ", r("9")), "70"),
        (field("REF a", r("70"), 'w:dirty="true"'), UNREADABLE), (field("INCLUDEPICTURE a", ""), UNREADABLE),
        (field(f"IF {field('REF b', r('9'))} = 1", r("70")), "70"),
        ('<w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText>REF a</w:instrText></w:r>' + r("70"), UNREADABLE),
        (r("70") + '<w:r><w:fldChar w:fldCharType="end"/></w:r>', UNREADABLE),
        (control(BOUND, r("70")), UNREADABLE), (control(PROMPT, r("70")), UNREADABLE), (control("<w:picture/>", ""), UNREADABLE),
        (control("<w:text/>", r("70")), "70"), (control(PROMPT, ""), ""),
        (choice("w14", r("70"), r("70")), "70"), (choice("w14", r("70"), r("9")), UNREADABLE),
        (choice("zz9", r("9"), r("70")), UNREADABLE), (choice("zz9", "", r("70")), "70"),
        ("<w:novel/>", UNREADABLE), (r("70") + "<w:novel>9</w:novel>", UNREADABLE), ("<w:r><w:contentPart/></w:r>", UNREADABLE),
        ("<w:subDoc/>", UNREADABLE), ('<w:dir w:val="rtl">' + r("70") + "</w:dir>", UNREADABLE),
        ("<w:proofErr/><w:bookmarkStart/>" + r("70") + "<w:permEnd/><w:bookmarkEnd/>", "70"),
        (r("7") + r("1", "<w:strike/>") + r("0"), UNREADABLE),
        (r("7") + r("1", '<w:vertAlign w:val="superscript"/>') + r("0"), UNREADABLE),
    ],
)  # fmt: skip
def test_what_is_not_known_to_be_text_is_no_figure(inner: str, expected: str) -> None:
    check(read(par(inner)), expected)


def test_a_reference_to_a_note_is_not_blank() -> None:
    assert read(par("<w:r><w:footnoteReference/></w:r>"))


@pytest.mark.parametrize(
    ("content", "cell", "row", "expected"),
    [
        (par(r("70"), '<w:ind w:left="-2000"/>'), "", "", UNREADABLE), (par(r("70"), '<w:ind w:left="-105"/>'), "", "", "70"),
        (par(r("70"), '<w:spacing w:line="20" w:lineRule="exact"/>'), "", "", UNREADABLE),
        (par(r("70"), '<w:spacing w:line="240" w:lineRule="exact"/>'), "", "", "70"),
        (par("<w:r><w:tab/></w:r>", '<w:tabs><w:tab w:leader="hyphen"/></w:tabs>'), "", "", UNREADABLE),
        (par("<w:r><w:tab/></w:r>" + r("70"), '<w:tabs><w:tab w:leader="none"/></w:tabs>'), "", "", "70"),
        (par("") + par("") + par(r("70")), "", '<w:trHeight w:val="250" w:hRule="exact"/>', UNREADABLE),
        (par(r("70")), "", '<w:trHeight w:val="250" w:hRule="exact"/>', "70"),
        (par(r("7000000")), '<w:tcW w:w="500" w:type="dxa"/>', '<w:trHeight w:val="250" w:hRule="exact"/>', UNREADABLE),
        (par(r("70")), "", '<w:trHeight w:val="10"/>', "70"), (par(r("70")), "<w:cellMerge/>", "", UNREADABLE),
        ("<w:novel/>" + par(r("70")), "", "", UNREADABLE), (par(r("70")), "", "<w:gridBefore w:val='1'/>", UNREADABLE),
        (par(r("70")), "<w:gridSpan w:val='2'/>", "", UNREADABLE),
    ],
)  # fmt: skip
def test_what_is_moved_out_of_its_cell_or_cut_off(content: str, cell: str, row: str, expected: str) -> None:
    check(read(content, cell, row=row), expected)


WP = (
    'xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing" '
    f'xmlns:a="{A}" xmlns:v="urn:schemas-microsoft-com:vml"'
)


def anchor(top: int, height: int, *, inside: str, wrap: str = "wrapNone", behind: int = 0, run: str = "") -> str:
    """A paragraph with a drawing, from ``top`` on so many points tall."""
    place = f"<wp:positionV><wp:posOffset>{top * 12700}</wp:posOffset></wp:positionV>"
    size = f'<wp:extent cy="{height * 12700}"/><wp:{wrap}/><wp:docPr/>'
    return (
        f"<w:p><w:r><w:rPr>{run}</w:rPr><w:drawing><wp:anchor {WP} behindDoc='{behind}'>{place}{size}{inside}</wp:anchor>"
        "</w:drawing></w:r></w:p>"
    )


def vml(style: str, more: str = "") -> str:
    return f'<w:p><w:r><w:pict><v:rect {WP} style="{style}" {more}/></w:pict></w:r></w:p>'


FILLED, FRAME = '<a:prstGeom prst="rect"/><a:solidFill/>', '<a:prstGeom prst="rect"/><a:noFill/>'
LINE, SEAL = '<a:prstGeom prst="line"/>', "<a:blip/>"


@pytest.mark.parametrize(
    ("before", "after", "is_read"),
    [
        (anchor(0, 200, inside=FILLED), "", False), (anchor(0, 200, inside=SEAL), "", False),
        (anchor(0, 10, inside=FILLED), "", True), (anchor(0, 200, inside=FRAME), "", True),
        (anchor(0, 200, inside=LINE), "", True), (anchor(0, 200, inside=FILLED, behind=1), "", True),
        (anchor(0, 200, inside=FILLED, wrap="wrapTopAndBottom"), "", True),
        (anchor(0, 200, inside=FILLED, run="<w:vanish/>"), "", True), (anchor(0, 200, inside=FILLED) + p("文") * 30, "", True),
        ("", p("文") + anchor(-100, 90, inside=SEAL), False), ("", p("文") * 12 + anchor(-100, 90, inside=SEAL), True),
        (vml("position:absolute;height:100pt"), "", False), (vml("position:absolute;height:100pt", 'filled="f"'), "", True),
        (vml("position:absolute;height:100pt;z-index:-1"), "", True), (vml("height:100pt"), "", True),
    ],
)  # fmt: skip
def test_a_table_below_a_drawing_is_not_read(before: str, after: str, *, is_read: bool) -> None:
    table = f"<w:tbl><w:tblGrid/>{tr(tc('规章'), tc('0'))}{tr(tc('规定'), tc('12'))}</w:tbl>"
    assert (grids(extract(docx(before + table + after)))[0][1][1] == "12") is is_read


@pytest.mark.parametrize(
    ("table", "row", "cell", "expected"),
    [
        ('<w:tblInd w:w="-9000"/>', "", "", UNREADABLE), ('<w:tblInd w:w="-600"/>', "", "", "70"),
        ('<w:tblpPr w:tblpX="20000"/>', "", "", UNREADABLE), ('<w:tblpPr w:tblpX="1200" w:tblpY="9000"/>', "", "", "70"),
        ("", "<w:hidden/>", "", UNREADABLE), ("", "", '<w:tcMar><w:left w:w="5000"/></w:tcMar>', UNREADABLE),
    ],
)  # fmt: skip
def test_cells_and_tables_where_nobody_sees_them(table: str, row: str, cell: str, expected: str) -> None:
    check(read(par(r("70")), cell, table, row), expected)


SHADED = '<w:shd w:val="clear" w:fill="FF0000"/>'
RED, BLUE = (f"<w:p><w:r><w:rPr>{ink(colour)}</w:rPr><w:t>70</w:t></w:r></w:p>" for colour in ("FF0000", "0000FF"))


def test_what_is_around_a_table_is_its_ground() -> None:
    for text, expected in ((RED, ""), (BLUE, "70")):
        table = f"<w:tbl><w:tblGrid/>{tr(tc('规章'), f'<w:tc>{text}</w:tc>')}{tr(tc('规定'), tc('1'))}</w:tbl>"
        frame = f"<w:tbl><w:tblGrid/><w:tr><w:tc><w:tcPr>{SHADED}</w:tcPr>{table}{RED}<w:p/></w:tc></w:tr></w:tbl>"
        document = extract(docx(p("一") + frame))
        assert (grids(document)[0][0][1], lines(document)) == (expected, ["一"])
        assert read(f"<w:tbl><w:tr><w:tc>{text}</w:tc></w:tr></w:tbl><w:p/>", SHADED) == expected
        row = f"<w:tr><w:tblPrEx>{SHADED}</w:tblPrEx>{tc('规章')}<w:tc>{text}</w:tc></w:tr>"
        assert grids(extract(docx(f"<w:tbl><w:tblGrid/>{row}{tr(tc('规定'), tc('1'))}</w:tbl>")))[0][0][1] == expected
        shaded = styles(style("table", "T", more=f"<w:tblPr>{SHADED}</w:tblPr>"))
        assert read(text, table=TABLE_STYLE, styles=shaded) == expected


@pytest.mark.parametrize(("layout", "expected"), [("fixed", True), ("autofit", False)])
def test_a_row_with_other_widths_than_the_rest(layout: str, *, expected: bool) -> None:
    def row(*widths: int) -> str:
        cells = (f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/></w:tcPr>{p("7")}</w:tc>' for width in widths)
        return f"<w:tr>{''.join(cells)}</w:tr>"

    rows = row(900, 900, 900) + row(1800, 900, 900) + row(900, 950, 900)
    table = f'<w:tbl><w:tblPr><w:tblLayout w:type="{layout}"/></w:tblPr><w:tblGrid/>{rows}</w:tbl>'
    found = grids(extract(docx(table)))[0]
    assert [OBJECT in row[1] for row in found] == [False, expected, False]


def test_a_column_without_width_shows_nothing() -> None:
    grid = '<w:tblGrid><w:gridCol w:w="900"/><w:gridCol w:w="0"/></w:tblGrid>'
    rows = tr(tc("规章"), tc("70")) + tr(tc("规定"), tc("1"))
    fixed = '<w:tblPr><w:tblLayout w:type="fixed"/></w:tblPr>'
    assert OBJECT in grids(extract(docx(f"<w:tbl>{fixed}{grid}{rows}</w:tbl>")))[0][0][1]
    assert grids(extract(docx(f"<w:tbl>{grid}{rows}</w:tbl>")))[0][0][1] == "70"


def test_a_row_all_of_whose_text_is_hidden_is_none() -> None:
    hidden = f"<w:tr><w:trPr><w:hidden/></w:trPr>{'<w:tc>' + par(r('70', HIDDEN)) + '</w:tc>'}</w:tr>"
    table = f"<w:tbl><w:tblGrid/>{tr(tc('规章'), tc('0'))}{hidden}{tr(tc('规定'), tc('1'))}</w:tbl>"
    assert [row[0] for row in grids(extract(docx(table)))[0]] == ["规章", "规定"]


LEVEL = '<w:lvl w:ilvl="0"><w:start w:val="{start}"/><w:numFmt w:val="{form}"/><w:lvlText w:val="{text}"/></w:lvl>'
LISTED = '<w:numPr><w:ilvl w:val="0"/><w:numId w:val="1"/></w:numPr>'


def numbering(form: str, text: str, override: str = "") -> str:
    level = LEVEL.format(start=9, form=form, text=text)
    instance = (
        f'<w:num w:numId="1"><w:abstractNumId w:val="0"/><w:lvlOverride w:ilvl="0">{override}</w:lvlOverride></w:num>'
    )
    abstract = f'<w:abstractNum w:abstractNumId="0">{level}</w:abstractNum>'
    return f'<w:numbering xmlns:w="{W_NAMESPACE}">{abstract}{instance}</w:numbering>'


BASED = styles(style("paragraph", "Q", "", LISTED), style("paragraph", "P", more='<w:basedOn w:val="Q"/>'))


@pytest.mark.parametrize(
    ("text", "properties", "found", "expected"),
    [
        ("12", LISTED, numbering("decimal", "%1"), UNREADABLE), ("12", P, numbering("decimal", "%1"), UNREADABLE),
        ("12", LISTED, numbering("bullet", "1"), UNREADABLE), ("", LISTED, numbering("bullet", "●"), UNREADABLE),
        ("12", LISTED, numbering("none", ""), "12"),
        ("12", LISTED, numbering("none", "", LEVEL.format(start=1, form="decimal", text="%1")), UNREADABLE),
        ("收到的申请", LISTED, numbering("decimal", "%1."), "9.收到的申请"),
        ("12", LISTED.replace("1", "7"), numbering("decimal", "%1"), "12"),
        ("收到的申请", LISTED, numbering("decimal", "%1.", '<w:startOverride w:val="3"/>'), "3.收到的申请"),
    ],
)  # fmt: skip
def test_automatic_numbers_in_cells(text: str, properties: str, found: str, expected: str) -> None:
    check(read(par(r(text) if text else "", properties), numbering=found, styles=BASED), expected)


def test_a_row_with_other_spans_than_the_rest_is_not_read() -> None:
    """Where the widths are declared and agree, Word goes by them."""
    wide = f'<w:tc><w:tcPr><w:gridSpan w:val="2"/><w:tcW w:w="900" w:type="dxa"/></w:tcPr>{p("7")}</w:tc>'
    plain = wide.replace('<w:gridSpan w:val="2"/>', "")
    usual = tr(plain, plain, plain)
    text = grids(extract(docx(f"<w:tbl><w:tblGrid/>{usual}{tr(plain, wide, plain)}{usual}</w:tbl>")))[0][1]
    assert text == ["7", "7", "7"]
    share = usual + tr(plain, wide, plain) + usual
    by_share = grids(extract(docx(f"<w:tbl><w:tblGrid/>{share.replace('dxa', 'pct')}</w:tbl>")))[0][1]
    assert by_share == ["7", "7", "7"]
    other = usual + tr(*(cell.replace("tcW", "other") for cell in (plain, wide, plain))) + usual
    assert all(OBJECT in text for text in grids(extract(docx(f"<w:tbl><w:tblGrid/>{other}</w:tbl>")))[0][1])


RELATIONS = '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">{}</Relationships>'
RELATION = '<Relationship Id="{0}" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/{0}" Target="{1}"/>'


def test_parts_are_found_by_their_relationships() -> None:
    links = {"_rels/document.xml.rels": RELATIONS.format(RELATION.format("styles", "/word/other.xml"))}
    found = {"other": styles(style("character", "H", HIDDEN)), "styles": styles()}
    body = p("一") + par(r("1", H) + r("70"))
    assert lines(extract(docx(body, **found, **links))) == ["一", "70"]
    assert lines(extract(docx(body, **found))) == ["一", "170"]


def test_two_parts_of_one_name_are_refused() -> None:
    with pytest.warns(UserWarning, match="Duplicate name"):
        data = docx(p("一"), document="<w:document/>")
    assert "two parts" in (extract(data).problem or "")
