"""OFD documents (GB/T 33190): what the page shows is what is read."""

import io
import zipfile
from random import Random

import pytest

from pipelines.extract.document import Document, Grid, Line, Picture
from pipelines.extract.ofd.extractor import ofd
from pipelines.extract.picture.sources import sources_of
from pipelines.extract.source_file import SourceFile
from pipelines.read.reader import read_report
from tests.factory import compare, random_case
from tests.factory.carriers.ofd import OfdCanvas

_TEXT = '<ofd:TextObject ID="1" Boundary="{x} {y} 40 8" Font="3" Size="4"{more}>{inside}<ofd:TextCode X="0" Y="4" DeltaX="2">{text}</ofd:TextCode></ofd:TextObject>'  # noqa: E501
_FILLED = ' Fill="true" Stroke="false"'
_STRUCK = '<ofd:PathObject ID="8" Boundary="54 14 10 1"><ofd:AbbreviatedData>M 0 0 L 8 0</ofd:AbbreviatedData></ofd:PathObject>'
_DIAGONAL = '<ofd:PathObject ID="8" Boundary="54 11 10 8"><ofd:AbbreviatedData>M 0 6 L 6 0</ofd:AbbreviatedData></ofd:PathObject>'
_OUTLINED = (
    '<ofd:PathObject ID="8" Boundary="55 11 3 5" Fill="true" Stroke="false">'
    "<ofd:AbbreviatedData>M 0 0 L 2 0 L 1 4 L 0.5 4 L 1.2 1 L 0 1 C</ofd:AbbreviatedData></ofd:PathObject>"
)
_IMAGE = '<ofd:ImageObject ID="9" Boundary="50 8 20 20" ResourceID="77" CTM="20 0 0 20 0 0"/>'
_WHITE, _BLACK, _YELLOW = (f'<ofd:FillColor Value="{value}"/>' for value in ("255 255 255", "0 0 0", "255 255 0"))
_NS = 'xmlns:ofd="http://www.ofdspec.org/2016"'


def text(what: str, x: float = 55, y: float = 11, more: str = "", inside: str = "") -> str:
    return _TEXT.format(x=x, y=y, text=what, more=more, inside=inside)


def _text_of(codes: str) -> str:
    return f'<ofd:TextObject ID="1" Boundary="55 11 40 8" Font="3" Size="4">{codes}</ofd:TextObject>'


def composite(objects: str, attributes: str) -> str:
    return f'<ofd:CompositeObject ID="5" {attributes}><ofd:Content>{objects}</ofd:Content></ofd:CompositeObject>'


def path(x: float, y: float, width: float, height: float, more: str = "", inside: str = "") -> str:
    data = f"M 0 0 L {width} 0 L {width} {height} L 0 {height} C"
    return (
        f'<ofd:PathObject ID="2" Boundary="{x} {y} {width} {height}"{more}>{inside}'
        f"<ofd:AbbreviatedData>{data}</ofd:AbbreviatedData></ofd:PathObject>"
    )


TABLE = path(10, 10, 40, 10) + path(50, 10, 40, 10) + path(10, 20, 40, 10) + path(50, 20, 40, 10) + text("规章", 15)


def package(
    objects: str, *, template: str = "", use: str = "", page_more: str = "", annotation: str = "", version: str = ""
) -> bytes:
    """A document of one page, 210 × 297 mm. ``version``: objects of another one, which is the current."""
    body = f"<ofd:Page {_NS}><ofd:Content><ofd:Layer ID='3'>{{}}</ofd:Layer></ofd:Content></ofd:Page>"
    parts = {
        "OFD.xml": f"<ofd:OFD {_NS}><ofd:DocBody><ofd:DocRoot>Doc_0/Document.xml</ofd:DocRoot>VERSIONS</ofd:DocBody></ofd:OFD>",
        "Doc_0/Document.xml": f"<ofd:Document {_NS}><ofd:CommonData><ofd:PageArea><ofd:PhysicalBox>0 0 210 297</ofd:PhysicalBox>"
        f'</ofd:PageArea><ofd:TemplatePage ID="9" BaseLoc="Tpl.xml"/></ofd:CommonData><ofd:Pages><ofd:Page ID="1" '
        f'BaseLoc="Page.xml"/></ofd:Pages><ofd:Annotations>Annots/All.xml</ofd:Annotations></ofd:Document>',
        "Doc_0/Page.xml": f"<ofd:Page {_NS}>{page_more}{use}<ofd:Content><ofd:Layer ID='3'>{objects}</ofd:Layer></ofd:Content>"
        "</ofd:Page>",
        "Doc_0/Annots/All.xml": f"<ofd:Annotations {_NS}><ofd:Page PageID='1'><ofd:FileLoc>One.xml</ofd:FileLoc></ofd:Page>"
        "</ofd:Annotations>",
        "Doc_0/Annots/One.xml": f"<ofd:PageAnnot {_NS}>{annotation}</ofd:PageAnnot>",
        "Doc_0/Tpl.xml": f"<ofd:Page {_NS}><ofd:Content><ofd:Layer ID='4'>{template}</ofd:Layer></ofd:Content></ofd:Page>",
    }
    if version:
        parts["Doc_0/Document_1.xml"] = parts["Doc_0/Document.xml"].replace("Page.xml", "Page_1.xml")
        parts["Doc_0/Page_1.xml"] = body.format(version)
        parts["Doc_0/Versions/1.xml"] = (
            f"<ofd:DocVersion {_NS}><ofd:DocRoot>../Document_1.xml</ofd:DocRoot></ofd:DocVersion>"
        )
        named = '<ofd:Versions><ofd:Version ID="1" Current="true" BaseLoc="Doc_0/Versions/1.xml"/></ofd:Versions>'
        parts["OFD.xml"] = parts["OFD.xml"].replace("VERSIONS", named)
    parts["OFD.xml"] = parts["OFD.xml"].replace("VERSIONS", "")
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as made:
        for name, content in parts.items():
            made.writestr(name, content)
    return buffer.getvalue()


def read(objects: str, **more: str) -> Document:
    return ofd(SourceFile(package(objects, **more)))


def value(objects: str, **more: str) -> str:
    """What the cell beside 规章 prints."""
    (grid,) = [block for block in read(TABLE + objects, **more).blocks if isinstance(block, Grid)]
    return grid.rows[0][1].text


@pytest.mark.parametrize(
    ("objects", "printed"),
    [
        (text("70"), "70"),
        (text("7") + text("0", 57), "70"),
        ("", ""),
        (text("60", more=' Visible="false"') + text("70"), "70"),
        (text("60", more=' Alpha="0"') + text("70"), "70"),
        (text("60", inside='<ofd:FillColor Value="255 255 255"/>') + text("70"), "70"),
        (text("60", inside='<ofd:FillColor Value="#ff #ff #ff"/>') + text("70"), "70"),
        (text("60") + path(52, 11, 30, 8, _FILLED, '<ofd:FillColor Value="255 255 255"/>') + text("70"), "70"),
        (text("60", 55, 400) + text("70"), "70"),  # outside the page
        (text("70") + text("70"), "70"),  # bold type imitated by printing twice
        (path(52, 11, 30, 8, _FILLED, '<ofd:FillColor Value="200 200 0"/>') + text("70"), "70"),
        (f"<ofd:PageBlock ID='7'>{text('70')}</ofd:PageBlock>", "70"),
        (text("70") + path(52, 11, 30, 8, _FILLED + ' Alpha="60"', _YELLOW), "70"),  # a marker pen
        (path(52, 11, 30, 8, _FILLED, _BLACK) + text("70", inside=_WHITE), "70"),
        (path(52, 11, 30, 8, _FILLED, _BLACK) + text("60"), ""),
        (text("60", more=' Alpha="9"') + text("70"), "70"),
        (text("60", inside='<ofd:FillColor Value="245 245 245"/>') + text("70"), "70"),
        (text("60", inside='<ofd:FillColor Value="0 0 0 0"/>') + text("70"), "70"),  # CMYK
        (text("60").replace('Size="4"', 'Size="0.2"') + text("70"), "70"),
        (_IMAGE + text("70"), "70"),
        (_text_of('<ofd:TextCode X="0" Y="4">7</ofd:TextCode><ofd:TextCode X="2">0</ofd:TextCode>'), "70"),
        ('</ofd:Layer><ofd:Layer ID="12" Visible="false">' + text("70"), ""),
        (composite(text("70"), 'Boundary="0 0 210 297" Alpha="0"'), ""),
        (text("70") + path(52, 14, 30, 0, ' LineWidth="6"', '<ofd:StrokeColor Value="255 255 255"/>'), ""),
        (text("70") + text("示例", 50, 5, ' CTM="0.7 0.7 -0.7 0.7 3 0"'), "70"),  # a watermark
    ],
)  # fmt: skip
def test_what_is_shown_is_read(objects: str, printed: str) -> None:
    assert value(objects) == printed


@pytest.mark.parametrize(
    "objects",
    [
        text("70") + text("96"),  # an old figure under a new one
        text("70") + text("96", 56),  # half a character aside
        text("70") + _STRUCK,
        text("70") + _IMAGE,  # a seal, perhaps with the figure in it
        text("70") + path(52, 11, 30, 8, _FILLED + ' Alpha="200"', _YELLOW),
        text("70", inside='<ofd:FillColor Index="1" ColorSpace="5"/>'),  # of a palette: it may be white
        text("70").replace('Boundary="55 11 40 8"', 'Boundary="120 11 40 8" CTM="1 0 0 1 -65 0"'),  # outside its boundary
        text("70") + _DIAGONAL,
        text("12", more=' CTM="-1 0 0 -1 10 8"'),  # upside down
        text("12", more=' CTM="-1 0 0 1 10 0"'),  # mirrored
        text("69", more=' CharDirection="180"'),
        text("12", more=' ReadDirection="180"'),
        text("12", more=' CTM="0.9 0.3 -0.3 0.9 3 0"'),
        composite(text("70"), 'Boundary="0 0 50 20"'),
        _OUTLINED,
        '<ofd:ImageObject ID="9" Boundary="55 12 6 5" ResourceID="77" CTM="6 0 0 5 0 0"/>',
    ],
)  # fmt: skip
def test_what_cannot_be_told_apart_is_not_read(objects: str) -> None:
    assert not value(objects).isdigit()
    assert value(objects)


@pytest.mark.parametrize("code", ["", " "])
def test_shapes_that_no_character_is_named_for_are_no_blank(code: str) -> None:
    glyphs = '<ofd:CGTransform CodePosition="0" CodeCount="1"><ofd:Glyphs>20 31</ofd:Glyphs></ofd:CGTransform>'
    assert value(text(code, inside=glyphs)) not in ("", "70")
    assert value(text("70", inside=glyphs)) == "70"


_COVER = path(2, 1, 30, 8, _FILLED, _WHITE)


@pytest.mark.parametrize(
    ("kind", "objects", "shown"),
    [
        ('Type="Path"', _COVER, ""),
        ('Type="Path"', _COVER + text("65", 5, 1), "65"),
        ('Type="Path" Visible="false"', _COVER, "70"),
        ('Type="Highlight"', path(2, 1, 30, 8, _FILLED + ' Alpha="60"', _YELLOW), "70"),
        ('Type="Watermark"', text("65", 5, 1), "70"),
        ('Type="Stamp"', _IMAGE, "70"),
    ],
)
def test_what_is_drawn_on_a_page_covers_what_it_prints(kind: str, objects: str, shown: str) -> None:
    drawn = f'<ofd:Annot ID="7" {kind}><ofd:Appearance Boundary="50 10 40 10">{objects}</ofd:Appearance></ofd:Annot>'
    assert value(text("70"), annotation=drawn) == shown


def test_the_current_version_is_read() -> None:
    assert value(text("60"), version=TABLE + text("70")) == "70"


def test_clipped_text_is_not_shown() -> None:
    clip = (
        "<ofd:Clips><ofd:Clip><ofd:Area><ofd:Path Boundary='0 0 1 1'><ofd:AbbreviatedData>M 0 0 L 1 0 L 1 1 L 0 1 C"
        "</ofd:AbbreviatedData></ofd:Path></ofd:Area></ofd:Clip></ofd:Clips>"
    )
    assert value(text("60", inside=clip) + text("70")) == "70"


@pytest.mark.parametrize("order", ["Background", "Foreground"])
def test_templates_are_part_of_the_page(order: str) -> None:
    assert value("", template=text("70"), use=f'<ofd:Template TemplateID="9" ZOrder="{order}"/>') == "70"


def test_a_template_that_no_page_uses_is_not_shown() -> None:
    assert value(text("70"), template=text("60")) == "70"


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(10))
def test_factory_documents_are_read(seed: int) -> None:
    case = random_case(Random(f"ofd{seed}"), carrier="ofd", mutate=seed % 4 == 3)
    parsed = read_report(case.data, name=case.filename, url=case.url).to_contract()
    score = compare(case.truth, parsed)
    assert (score.wrong, score.invented, score.unexplained) == ([], [], []), case.name
    assert case.mutations or score.right + score.refused >= 0.99 * score.printed


_SCAN = '<ofd:ImageObject ID="9" Boundary="0 0 210 297" ResourceID="77" CTM="210 0 0 297 0 0"{more}/>'


def _scanned(objects: str) -> Document:
    """A page with a picture that the package holds."""
    whole = io.BytesIO(package(objects))
    listed = (
        f'<ofd:Res {_NS} BaseLoc="Res"><ofd:MultiMedias><ofd:MultiMedia ID="77"><ofd:MediaFile>s.png</ofd:MediaFile>'
    )
    with zipfile.ZipFile(whole) as old:
        parts = {name: old.read(name) for name in old.namelist()}
    parts["Doc_0/Document.xml"] = parts["Doc_0/Document.xml"].replace(
        b"<ofd:TemplatePage", b"<ofd:DocumentRes>DocumentRes.xml</ofd:DocumentRes><ofd:TemplatePage"
    )
    parts["Doc_0/DocumentRes.xml"] = f"{listed}</ofd:MultiMedia></ofd:MultiMedias></ofd:Res>".encode()
    parts["Doc_0/Res/s.png"] = b"a picture"
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as new:
        for name, content in parts.items():
            new.writestr(name, content)
    return ofd(SourceFile(made.getvalue()))


@pytest.mark.parametrize(
    ("objects", "content"),
    [
        (_SCAN.format(more=""), b"a picture"),
        (_SCAN.format(more="") + text("70", more=' Alpha="0"') * 9, b"a picture"),  # under recognised text
        (_SCAN.format(more="") + path(52, 11, 30, 8, _FILLED, _WHITE), None),  # something of it is covered
        (_SCAN.format(more=' Alpha="100"'), None),
        (_SCAN.format(more="").replace("210 0 0 297 0 0", "-210 0 0 297 210 0"), None),  # mirrored
        (_SCAN.format(more="").replace('"77"', '"78"'), None),
    ],
)
def test_the_picture_of_a_scanned_page_is_at_hand_where_the_page_shows_it_as_it_is(
    objects: str, content: bytes | None
) -> None:
    document = _scanned(objects)
    (picture,) = [block for block in document.blocks if isinstance(block, Picture)]
    assert picture.content == content
    assert [len(sources) for sources in sources_of(document, b"", {}, None).values()] == ([1] if content else [])


def test_a_page_printed_upside_down_is_turned() -> None:
    shown = TABLE + text("1234") + text("办法", 15, 21) + text("56", 55, 21)
    turned = composite(shown, 'Boundary="0 0 210 297" CTM="-1 0 0 -1 210 297"')
    (grid,) = [block for block in read(turned).blocks if isinstance(block, Grid)]
    assert [[cell.text for cell in row] for row in grid.rows] == [["规章", "1234"], ["办法", "56"]]


def test_a_page_printed_sideways_is_turned() -> None:
    def turned(x: float, y: float, what: str) -> str:
        return (
            f'<ofd:TextObject ID="1" Boundary="{x} {y} 10 40" Font="3" Size="4" CTM="0 1 -1 0 8 0">'
            f'<ofd:TextCode X="0" Y="4" DeltaX="4 4">{what}</ofd:TextCode></ofd:TextObject>'
        )

    lines = [
        block.text
        for block in read(turned(100, 20, "第一行") + turned(80, 20, "第二行")).blocks
        if isinstance(block, Line)
    ]
    assert lines == ["第一行", "第二行"] or lines == ["第一行第二行"]


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (b"PK\x03\x04", "not read"),
        (package("")[:-40], "not read"),
        (package("<ofd:Layer"), "not well-formed"),
        (package("".join(text("7") for _ in range(5))).replace(b"Doc_0/Page.xml", b"Doc_0/Pagx.xml"), "Page.xml"),
    ],
)
def test_broken_documents_say_so(data: bytes, told: str) -> None:
    assert told in (ofd(SourceFile(data)).problem or "")


def test_entities_are_refused() -> None:
    bomb = package("")
    with zipfile.ZipFile(io.BytesIO(bomb)) as package_file:
        parts = {name: package_file.read(name) for name in package_file.namelist()}
    parts["OFD.xml"] = b'<!DOCTYPE x [<!ENTITY a "aaaa">]>' + parts["OFD.xml"]
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as made:
        for name, content in parts.items():
            made.writestr(name, content)
    assert "entities" in (ofd(SourceFile(buffer.getvalue())).problem or "")


@pytest.mark.slow
def test_objects_are_counted() -> None:
    deltas = "g 10000 1 " * 60
    many = f'<ofd:TextObject ID="1" Boundary="0 0 9 9" Font="3" Size="4"><ofd:TextCode X="0" Y="4" DeltaX="{deltas}">{"7" * 250_000}</ofd:TextCode></ofd:TextObject>'  # noqa: E501
    assert "draws more than" in (read(many).problem or "")


def test_the_canvas_writes_repeated_distances() -> None:
    canvas = OfdCanvas(io.BytesIO(), pagesize=(595, 842), options={"compressed_deltas": True})
    canvas.setFont("Helvetica", 10)
    canvas.drawString(10, 10, "77777")
    canvas.showPage()
    assert 'DeltaX="g 4 ' in canvas.pages[0]
