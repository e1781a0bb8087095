"""What the objects of a page leave in doubt is held against the drawn page: read where both agree, refused where they differ."""

from collections.abc import Callable

import pytest
from PIL import Image
from reportlab.lib.colors import Color
from reportlab.lib.utils import ImageReader

from pipelines.extract.pdf.layout.cell_text import CUT
from pipelines.extract.pdf.page.content import UNREADABLE
from tests.unit.extract.builders import FONT, HEIGHT, Pdf, grids
from tests.unit.extract.pdf.test_pdf_visibility import X, Y, cell, table

BASE = HEIGHT - Y  # of the figure
LEFT, LOW, WIDE, HIGH = 151.0, HEIGHT - 119, 58.0, 18.0  # the cell within its rules


def drawn(operators: str, figure: str = "70") -> Pdf:
    """The table with its figure, and then these operators of a content stream."""
    pdf = table(figure)
    pdf.canvas._code.append(f"q {operators} Q")
    return pdf


def around(before: str, figure: str = "70") -> Pdf:
    """The table with its figure drawn after these operators."""
    pdf = table()
    pdf.canvas._code.append(f"q {before}")
    pdf.text(X, Y, figure, 9)
    pdf.canvas._code.append("Q")
    return pdf


def stripes(step: float) -> str:
    return "1 g " + " ".join(f"{LEFT} {LOW + n * step} {WIDE} {step / 2} re" for n in range(int(HIGH / step))) + " f"


def shaded(*shade: float) -> Pdf:
    pdf = table("70")
    canvas = pdf.canvas
    canvas.saveState()
    path = canvas.beginPath()
    path.rect(LEFT, LOW, WIDE, HIGH)
    canvas.clipPath(path, stroke=0, fill=0)
    canvas.linearGradient(LEFT, LOW, LEFT + WIDE, LOW, (Color(*shade), Color(*shade)))
    canvas.restoreState()
    return pdf


def veiled(alpha: float) -> Pdf:
    pdf = table("70")
    pdf.canvas.setFillAlpha(alpha)
    pdf.canvas.setFillGray(1)
    pdf.canvas.rect(LEFT, LOW, WIDE, HIGH, stroke=0, fill=1)
    return pdf


def pictured(x: float, wide: float, high: float, y: float = BASE, shade: str = "black") -> Pdf:
    pdf = table("70")
    pdf.canvas.drawImage(ImageReader(Image.new("RGB", (8, 8), shade)), x, y, wide, high)
    return pdf


def in_mode(mode: int, color: str) -> Pdf:
    pdf = table()
    pdf.canvas._code.append(f"q {color}")
    written = pdf.canvas.beginText(X, BASE)
    written.setFont(FONT, 9)
    written.setTextRenderMode(mode)
    written.textOut("70")
    pdf.canvas.drawText(written)
    pdf.canvas._code.append("Q")
    return pdf


READ: dict[str, Callable[[], Pdf]] = {
    "an area with a hole around it": lambda: drawn(f"1 g {LEFT} {LOW} {WIDE} {HIGH} re {X - 2} {BASE - 3} 16 13 re f*"),
    "a veil that hides nothing": lambda: veiled(0.0),
    "beside a curve": lambda: drawn(f"{LEFT + 40} {BASE} m {LEFT + 45} {BASE + 9} {LEFT + 50} {BASE} 205 {BASE} c S"),
    "on a tinted ground": lambda: around(f"0.9 g {LEFT} {LOW} {WIDE} {HIGH} re f* 0 g"),
    "with outlines of its own colour": lambda: in_mode(2, "0 g 0 G"),
    "within a clip of five corners": lambda: around(
        f"{LEFT} {LOW} m {LEFT + 50} {LOW} l {LEFT + 58} {LOW + 9} l {LEFT + 50} {LOW + 18} l {LEFT} {LOW + 18} l h W n"
    ),
}

REFUSED: dict[str, Callable[[], Pdf]] = {
    "under two areas in one path": lambda: drawn(f"1 g {LEFT} {LOW} {WIDE} {HIGH} re {X - 2} {BASE - 3} 16 13 re f"),
    "behind stripes": lambda: drawn(stripes(2)),
    "behind stripes with a figure left of them": lambda: drawn(stripes(1)),
    "under half a triangle": lambda: drawn(f"1 g {X} {LOW} m {X + 12} {LOW} l {X + 12} {LOW + 18} l f"),
    "under a thick dashed line": lambda: drawn(f"1 G 16 w [3 1.5] 0 d {LEFT} {BASE + 3} m {LEFT + 50} {BASE + 3} l S"),
    "under a thick white line": lambda: drawn(f"1 G 16 w {LEFT} {BASE + 3} m {LEFT + 50} {BASE + 3} l S"),
    "under a shading": lambda: shaded(1, 0, 0),
    "behind a veil": lambda: veiled(0.95),
    "struck out by a picture": lambda: pictured(X - 1, 12, 0.7, BASE + 3),
    "a digit as a picture": lambda: pictured(X + 11, 3, 6),
    "a digit drawn by a line": lambda: drawn(f"{X + 11} {BASE} m {X + 11} {BASE + 6} l S"),
    "a digit drawn as a ring": lambda: drawn(
        f"{X + 11} {BASE} m {X + 16} {BASE} {X + 16} {BASE + 6} {X + 11} {BASE + 6} c S"
    ),
    "a minus drawn by a line": lambda: drawn(f"{X - 5} {BASE + 3} m {X - 1} {BASE + 3} l S", "70"),
    "a decimal point that is drawn": lambda: drawn(f"{X + 10} {BASE} 1 1 re f"),
    "yellow on white": lambda: around("1 1 0 rg"),
    "outlines in white": lambda: in_mode(1, "1 G"),
    "in a clip of three corners": lambda: around(f"{X} {LOW} m {X + 12} {LOW} l {X} {LOW + 18} l h W n"),
    "in the hole of a clip": lambda: around(f"0 0 700 900 re {LEFT} {LOW} {WIDE} {HIGH} re W* n"),
    "a smaller digit on the line": lambda: table("70").text(X + 9.2, Y, "2", 5.5),
}


@pytest.mark.parametrize("kind", READ)
def test_where_the_drawing_agrees_the_figure_is_read(kind: str) -> None:
    assert cell(READ[kind]().read()) == "70"


@pytest.mark.parametrize("kind", REFUSED)
def test_where_the_drawing_differs_the_cell_is_neither_read_nor_blank(kind: str) -> None:
    assert UNREADABLE in cell(REFUSED[kind]().read())


@pytest.mark.parametrize("operators", [
    pytest.param(f"{X} {BASE} m {X + 4} {BASE + 6} l {X + 8} {BASE} l {X + 12} {BASE + 6} l S", id="a zigzag"),
    pytest.param(f"1 0 0 rg {X} {BASE} 1.2 1.2 re {X} {BASE + 2} 1.2 1.2 re {X} {BASE + 4} 1.2 1.2 re f", id="dots"),
])  # fmt: skip
def test_a_cell_with_ink_and_no_text_is_not_blank(operators: str) -> None:
    assert cell(drawn(operators, "").read()) == UNREADABLE


def test_an_empty_cell_beside_odd_things_is_blank() -> None:
    assert cell(drawn("1 g 60 300 m 90 330 120 300 150 330 c f", "").read()) == ""


@pytest.mark.parametrize("x", [144.5, 143.0])
def test_a_number_in_the_middle_of_a_rule_belongs_to_no_cell(x: float) -> None:
    ((label, figure),) = grids(Pdf().table(50, 100, [100, 60], [["规章", ""]]).text(x, Y, "636", 9).read())[0]
    assert CUT in figure or CUT in label
