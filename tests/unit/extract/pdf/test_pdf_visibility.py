"""Only what a person can see on the page is read; what is half seen, struck out or annotated is read right or refused."""

import io
from collections.abc import Callable

import pytest
from PIL import Image
from reportlab.lib.utils import ImageReader

from pipelines.extract.document import Document
from pipelines.extract.extract import extract
from pipelines.extract.pdf.page.content import UNREADABLE
from tests.torture.test_extract_fuzz import pdf_of
from tests.unit.extract.builders import FONT, HEIGHT, Pdf, grids, lines

LABEL = "规章"
X, Y = 152.0, 112.0  # where the figure of the table stands


def table(figure: str = "") -> Pdf:
    """One row, its label and a cell at 150-210, 100-120 from the top left, with the figure in it."""
    pdf = Pdf().table(50, 100, [100, 60], [[LABEL, ""]])
    return pdf.text(X, Y, figure, 9) if figure else pdf


def cell(document: Document) -> str:
    assert document.problem is None
    ((label, figure),) = grids(document)[0]
    assert label == LABEL
    return figure


def box(pdf: Pdf, x0: float, y0: float, x1: float, y1: float, *color: float) -> Pdf:
    pdf.canvas.setFillColorRGB(*color)
    pdf.canvas.rect(x0, HEIGHT - y1, x1 - x0, y1 - y0, stroke=0, fill=1)
    pdf.canvas.setFillColorRGB(0, 0, 0)
    return pdf


def colored(pdf: Pdf, text: str, *color: float, x: float = X) -> Pdf:
    pdf.canvas.setFillColorRGB(*color)
    pdf.text(x, Y, text, 9)
    pdf.canvas.setFillColorRGB(0, 0, 0)
    return pdf


def unpainted(pdf: Pdf, text: str, mode: int, x: float = X) -> Pdf:
    written = pdf.canvas.beginText(x, HEIGHT - Y)
    written.setFont(FONT, 9)
    written.setTextRenderMode(mode)
    written.textOut(text)
    written.setTextRenderMode(0)
    pdf.canvas.drawText(written)
    return pdf


def outline(pdf: Pdf, *, curved: bool) -> Pdf:
    """A figure as a font draws it, without saying which."""
    drawn = pdf.canvas.beginPath()
    y = HEIGHT - Y
    drawn.moveTo(X, y)
    if curved:
        drawn.curveTo(X + 5, y, X + 5, y + 7, X, y + 7)
        drawn.curveTo(X - 3, y + 7, X - 3, y, X, y)
    else:
        for x, up in ((X + 4, 0), (X + 4, 7), (X, 7), (X, 5), (X + 2, 5), (X + 2, 2), (X, 2)):
            drawn.lineTo(x, y + up)
    drawn.close()
    pdf.canvas.drawPath(drawn, stroke=0, fill=1)
    return pdf


def small_picture(pdf: Pdf) -> Pdf:
    pdf.canvas.drawImage(ImageReader(Image.new("RGB", (20, 12), "black")), X, HEIGHT - Y, 14, 8)
    return pdf


def slanted(pdf: Pdf, text: str) -> Pdf:
    pdf.canvas.saveState()
    pdf.canvas.translate(X, HEIGHT - Y)
    pdf.canvas.rotate(20)
    pdf.canvas.setFont(FONT, 9)
    pdf.canvas.drawString(0, 0, text)
    pdf.canvas.restoreState()
    return pdf


def clipped(pdf: Pdf, text: str, x0: float, x1: float) -> Pdf:
    canvas = pdf.canvas
    canvas.saveState()
    path = canvas.beginPath()
    path.rect(x0, HEIGHT - 119, x1 - x0, 18)
    canvas.clipPath(path, stroke=0, fill=0)
    pdf.text(X, Y, text, 9)
    canvas.restoreState()
    return pdf


def transparent(pdf: Pdf, text: str, alpha: float) -> Pdf:
    pdf.canvas.setFillAlpha(alpha)
    pdf.text(X, Y, text, 9)
    pdf.canvas.setFillAlpha(1)
    return pdf


def picture(pdf: Pdf, *, seal: bool = False) -> Pdf:
    """A picture over the cell: white and red, or with a hole where the figure stands."""
    from PIL import Image

    image = Image.new("RGBA", (60, 20), (255, 255, 255, 0 if seal else 255))
    image.paste((255, 0, 0, 255), (40, 0, 60, 20))
    pdf.canvas.drawImage(ImageReader(image), 150, HEIGHT - 120, 60, 20, mask="auto" if seal else None)
    return pdf


def white_picture(pdf: Pdf) -> Pdf:
    pdf.canvas.drawImage(ImageReader(Image.new("RGB", (60, 20), "white")), 150, HEIGHT - 120, 60, 20)
    return pdf


SHOWN: dict[str, tuple[Callable[[], Pdf], str]] = {
    "plain": (lambda: table("70"), "70"),
    "never painted": (lambda: unpainted(table(), "70", 3), ""),
    "only a clip": (lambda: unpainted(table(), "70", 7), ""),
    "outlined": (lambda: unpainted(table(), "70", 1), "70"),
    "white": (lambda: colored(table(), "70", 1, 1, 1), ""),
    "nearly white": (lambda: colored(table(), "70", 0.97, 0.97, 0.97), ""),
    "grey": (lambda: colored(table(), "70", 0.6, 0.6, 0.6), "70"),
    "white on black": (lambda: colored(box(table(), 150, 100, 210, 120, 0, 0, 0), "70", 1, 1, 1), "70"),
    "on a tinted box": (lambda: box(table(), 150, 100, 210, 120, 0.9, 0.9, 1).text(X, Y, "70", 9), "70"),
    "under a white box": (lambda: box(table("99"), 151, 101, 209, 119, 1, 1, 1), ""),
    "an old figure under a new one": (
        lambda: box(table("99"), 151, 101, 209, 119, 1, 1, 1).text(X, Y, "70", 9), "70"),
    "an old figure under a wider one": (
        lambda: box(table("9"), 151, 101, 209, 119, 1, 1, 1).text(X, Y, "1234", 9), "1234"),
    "the same figure under a box and on it": (
        lambda: box(table("7"), 151, 101, 209, 119, 1, 1, 1).text(X, Y, "7", 9), "7"),
    "one that shares its first digit with the one below": (
        lambda: box(table("79"), 151, 101, 209, 119, 1, 1, 1).text(X, Y, "70", 9), "70"),
    "one that shares its last digits": (
        lambda: box(table("1492"), 151, 101, 209, 119, 1, 1, 1).text(X, Y, "2492", 9), "2492"),
    "one that is the beginning of the one below": (
        lambda: box(table("79"), 151, 101, 209, 119, 1, 1, 1).text(X, Y, "7", 9), "7"),
    "one whose twin is never painted": (lambda: unpainted(table(), "7", 3).text(X, Y, "7", 9), "7"),
    "the same figure printed again on one that is seen": (lambda: table("7").text(X, Y, "7", 9), "7"),
    "a box that touches the descenders": (lambda: box(table("70"), 151, 112.3, 209, 119, 1, 1, 1), "70"),
    "under a white picture": (lambda: white_picture(table("70")), ""),
    "beside the ink of a seal": (lambda: picture(table("70"), seal=True), "70"),
    "transparent": (lambda: transparent(table(), "70", 0.0), ""),
    "half transparent": (lambda: transparent(table(), "70", 0.5), "70"),
    "in its clip": (lambda: clipped(table(), "70", 151, 209), "70"),
    "outside its clip": (lambda: clipped(table(), "70", 170, 209), ""),
    "bold by printing twice": (lambda: table("70").text(X + 0.3, Y, "70", 9), "70"),
    "a note": (lambda: table("70").text(X + 10, Y - 4, "1", 5.5), "70"),
    "a note of two digits": (lambda: table("70").text(X + 10, Y - 4, "12", 5.5), "70"),
    "a note in brackets": (lambda: table("70").text(X + 10, Y - 4, "[1]", 5.5), "70"),
    "an underline": (lambda: table("70").line(X, Y + 1.5, X + 10, Y + 1.5), "70"),
}  # fmt: skip


@pytest.mark.parametrize("kind", SHOWN)
def test_the_cell_prints_what_is_seen(kind: str) -> None:
    make, expected = SHOWN[kind]
    assert cell(make().read()) == expected


REFUSED: dict[str, Callable[[], Pdf]] = {
    "under a picture that shows something": lambda: picture(table("70")),
    "black on black": lambda: box(table(), 150, 100, 210, 120, 0, 0, 0).text(X, Y, "70", 9),
    "under a black bar": lambda: box(table("70"), 151, 101, 209, 119, 0, 0, 0),
    "half under a box": lambda: box(table("70"), 150, 106, 210, 109, 1, 1, 1),
    "its last digit under a box": lambda: box(table("705"), X + 9, 101, 209, 119, 1, 1, 1),
    "its last digit outside the clip": lambda: clipped(table(), "705", 151, X + 9),
    "half a digit outside the clip": lambda: clipped(table(), "70", 151, X + 7),
    "its first digit white": lambda: colored(colored(table(), "1", 1, 1, 1), "70", 0, 0, 0, x=X + 4.2),
    "its first digit never painted": lambda: unpainted(table(), "1", 3).text(X + 4.2, Y, "70", 9),
    "two figures on one place": lambda: table("99").text(X, Y, "70", 9),
    "two figures nearly on one place": lambda: table("345").text(X + 2.1, Y, "12", 9),
    "struck out": lambda: table("70").line(X - 1, Y - 3, X + 10, Y - 3),
    "struck out by a filled line": lambda: box(table("70"), X - 1, Y - 3.4, X + 10, Y - 2.8, 0, 0, 0),
    "crossed out": lambda: table("70").line(X - 1, Y + 1, X + 10, Y - 7),
    "drawn as an outline": lambda: outline(table(), curved=True),
    "drawn with straight sides": lambda: outline(table(), curved=False),
    "a small picture": lambda: small_picture(table()),
    "at an angle": lambda: slanted(table(), "70"),
}


@pytest.mark.parametrize("kind", REFUSED)
def test_what_is_half_seen_is_neither_read_nor_blank(kind: str) -> None:
    assert UNREADABLE in cell(REFUSED[kind]().read())


def test_text_outside_the_page_is_not_there() -> None:
    pdf = table("70").text(700, 200, "另一").text(50, -20, "上面").text(50, 900, "下面")
    document = pdf.read()
    assert (cell(document), lines(document)) == ("70", [])


def test_a_cropped_page_shows_what_is_within_its_crop() -> None:
    pdf = table("70").text(50, 300, "裁掉")
    pdf.canvas.setCropBox((40, HEIGHT - 200, 300, HEIGHT - 50))
    document = pdf.read()
    assert (cell(document), lines(document)) == ("70", [])


def test_a_watermark_at_an_angle_mixes_with_no_cell() -> None:
    pdf = table("70")
    pdf.canvas.saveState()
    pdf.canvas.translate(150, HEIGHT - 118)
    pdf.canvas.rotate(30)
    pdf.canvas.setFont(FONT, 14)
    pdf.canvas.drawString(0, 0, "内部资料2023")
    pdf.canvas.restoreState()
    document = pdf.read()
    assert (cell(document), lines(document)) == ("70", [])


def test_text_in_forms_stands_where_the_form_puts_it() -> None:
    pdf = table()
    canvas = pdf.canvas
    canvas.beginForm("inner", 0, 0, 300, 300)
    canvas.setFont(FONT, 4.5)
    canvas.drawString(10, 10, "70")
    canvas.endForm()
    canvas.saveState()
    canvas.translate(X - 20, HEIGHT - Y - 20)
    canvas.scale(2, 2)
    canvas.doForm("inner")
    canvas.restoreState()
    assert cell(pdf.read()) == "70"


def field(value: str, *, shown: str | None = None, appearance: bool = True) -> bytes:
    """A table whose figure is the value of a form field; ``shown``: what its appearance says instead."""
    pdf = table()
    pdf.canvas.acroForm.textfield(
        value=shown or value,
        x=152,
        y=HEIGHT - 118,
        width=50,
        height=14,
        fontSize=9,
        borderWidth=0,
        name="a",
        forceBorder=False,
    )
    data = pdf.save()
    if shown:
        data = data.replace(f"/V ({shown})".encode(), f"/V ({value})".encode())
    return data if appearance else data.replace(b"/AP <<", b"/XP <<")


def read(data: bytes) -> str:
    return cell(extract(data))


def test_form_fields_are_read() -> None:
    assert read(field("70")) == "70"


def test_a_field_without_an_appearance_is_neither_read_nor_blank() -> None:
    assert UNREADABLE in read(field("70", appearance=False))


def test_a_field_that_shows_something_else_is_not_read() -> None:
    assert UNREADABLE in read(field("70", shown="71"))


def test_a_replacement_text_is_not_what_is_painted() -> None:
    """``ActualText`` is for those who copy or hear the page: the eye does not meet it."""
    pdf = table()
    pdf.canvas._code.append("/Span <</ActualText (170)>> BDC")
    pdf.text(X, Y, "70", 9)
    pdf.canvas._code.append("EMC")
    assert cell(pdf.read()) == "70"


def mapped(cmap: bytes | None) -> Document:
    """A line of three characters, 1 to 3, in a font of which only ``cmap`` says what its codes mean."""
    to_unicode = b"/ToUnicode 7 0 R" if cmap else b""
    font = b"<</Type/Font/Subtype/Type0/BaseFont/ABCDEF+F/Encoding/Identity-H/DescendantFonts[6 0 R]%s>>" % to_unicode
    info = b"<</Registry(Adobe)/Ordering(Identity)/Supplement 0>>"
    inner = b"<</Type/Font/Subtype/CIDFontType2/BaseFont/ABCDEF+F/CIDSystemInfo%s/DW 500>>" % info
    stream = b"<</Length %d>>stream\n%s\nendstream" % (len(cmap or b""), cmap or b"")
    content = b"BT /F 9 Tf 50 700 Td <003100320033> Tj ET"
    return extract(pdf_of(content, b"", b"/Font<</F 5 0 R>>", font, inner, stream))


def test_a_font_without_unicode_mapping_is_refused() -> None:
    """Its codes are numbers of glyphs: taken for characters they would be wrong figures."""
    document = mapped(None)
    assert "no Unicode mapping" in (document.problem or "")
    assert lines(document) == [UNREADABLE * 3]


def test_a_mapping_to_half_a_character_is_none() -> None:
    cmap = (
        b"begincmap 1 begincodespacerange <0000> <FFFF> endcodespacerange\n"
        b"3 beginbfchar\n<0031> <0037>\n<0032> <D800>\n<0033> <0030>\nendbfchar endcmap"
    )
    assert lines(mapped(cmap)) == [f"7{UNREADABLE}0"]


def test_recognised_text_is_flagged() -> None:
    pdf = Pdf()
    pdf.canvas.drawImage(ImageReader(io.BytesIO(b"P6 1 1 255 \x00\x00\x00")), 40, 40, 500, 700)
    document = unpainted(pdf, "309 8 151", 3).read()
    assert document.text_is_recognised
    assert lines(document) == []
