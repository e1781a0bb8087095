"""What a PDF can do to a figure so that its text layer says more, or something else, than the page shows."""

from collections.abc import Callable
from random import Random

from reportlab.pdfbase import pdfmetrics
from reportlab.pdfgen.canvas import Canvas

from gongkai.demo.figures import Key
from tests.demo_pdf.render import HEIGHT, WIDTH, CellText
from tests.factory.case import Draft, variation

_PDF = ("pdf",)
Painter = Callable[[CellText, Random], None]


def _width(text: CellText) -> float:
    return float(pdfmetrics.stringWidth(text.lines[0], text.font, text.size))


def _figure(text: CellText, figure: str, x: float) -> None:
    text.canvas.setFont(text.font, text.size)
    text.canvas.drawString(x, text.y, figure)


def _covered(text: CellText, rng: Random) -> None:
    """An old figure, a white box over it, and the new one."""
    left, bottom, right, top = text.box
    old = str(rng.randint(0, 999))
    _figure(text, old, text.x - pdfmetrics.stringWidth(old, text.font, text.size) / 2 + rng.choice((-2, 0, 2)))
    text.canvas.setFillGray(1)
    text.canvas.rect(left + 1, bottom + 1, right - left - 2, top - bottom - 2, stroke=0, fill=1)
    text.canvas.setFillGray(0)
    text.paint()


def _unpainted(text: CellText, rng: Random) -> None:
    """Another figure in the same place, which nothing paints."""
    written = text.canvas.beginText(text.x - 2, text.y)
    written.setFont(text.font, text.size)
    written.setTextRenderMode(3)
    written.textOut(str(rng.randint(0, 99)))
    written.setTextRenderMode(0)
    text.canvas.drawText(written)
    text.paint()


def _white(text: CellText, rng: Random) -> None:
    """A white figure beside the black one."""
    text.paint()
    text.canvas.setFillGray(1)
    _figure(text, str(rng.randint(0, 9)), text.x + _width(text) / 2 + rng.choice((0, 0.5, 4)))
    text.canvas.setFillGray(0)


def _noted(text: CellText, rng: Random) -> None:
    """A note, smaller and higher."""
    text.paint()
    small = text.size * rng.choice((0.55, 0.65, 0.75))
    text.canvas.setFont(text.font, small)
    text.canvas.drawString(
        text.x + _width(text) / 2 + 0.3, text.y + text.size * rng.choice((0.25, 0.35, 0.45, -0.2)), rng.choice("123*")
    )


def _struck(text: CellText, rng: Random) -> None:
    """A line through it: it no longer counts."""
    text.paint()
    y, half = text.y + text.size * rng.choice((0.25, 0.35)), _width(text) / 2 + rng.choice((0.0, 2.0))
    if rng.random() < 0.5:
        text.canvas.line(text.x - half, y, text.x + half, y)
    else:
        text.canvas.rect(text.x - half, y, 2 * half, 0.7, stroke=0, fill=1)


def _bold(text: CellText, rng: Random) -> None:
    """Bold by printing twice."""
    text.paint()
    text._replace(x=text.x + rng.choice((0.2, 0.3, 0.4))).paint()


def _on_a_box(text: CellText, rng: Random) -> None:
    """White or tinted boxes behind the text."""
    left, bottom, right, top = text.box
    text.canvas.setFillGray(rng.choice((1.0, 0.9, 0.8)))
    text.canvas.rect(left + 0.5, bottom + 0.5, right - left - 1, top - bottom - 1, stroke=0, fill=1)
    text.canvas.setFillGray(0)
    text.paint()


def _clipped_to_its_cell(text: CellText, _rng: Random) -> None:
    left, bottom, right, top = text.box
    text.canvas.saveState()
    path = text.canvas.beginPath()
    path.rect(left, bottom, right - left, top - bottom)
    text.canvas.clipPath(path, stroke=0, fill=0)
    text.paint()
    text.canvas.restoreState()


def _in_a_form(text: CellText, _rng: Random) -> None:
    """Painted by a form that is called, as some programs do for every field."""
    name = f"form{len(text.canvas._doc.idToObject)}"
    text.canvas.beginForm(name, 0, 0, WIDTH, HEIGHT)
    text.paint()
    text.canvas.endForm()
    text.canvas.doForm(name)


def _turned(text: CellText, rng: Random) -> None:
    """Upside down, or as in a mirror: the text layer says other digits than the page shows."""
    text.canvas.saveState()
    text.canvas.translate(text.x, text.y + text.size / 3)
    text.canvas.scale(*rng.choice(((-1, 1), (-1, -1), (1, -1))))
    text.canvas.setFont(text.font, text.size)
    text.canvas.drawCentredString(0, -text.size / 3, text.lines[0])
    text.canvas.restoreState()


def _squeezed(text: CellText, rng: Random) -> None:
    """Another figure in the same place, drawn as narrow as a line."""
    written = text.canvas.beginText(text.x - _width(text) / 2 - 2, text.y)
    written.setFont(text.font, text.size)
    written.setHorizScale(0.5)
    written.textOut(str(rng.randint(0, 99)))
    written.setHorizScale(100)
    text.canvas.drawText(written)
    text.paint()


def _outlined(text: CellText, _rng: Random) -> None:
    """White letters with black outlines."""
    text.canvas.saveState()
    text.canvas.setFillGray(1)
    written = text.canvas.beginText(text.x - _width(text) / 2, text.y)
    written.setFont(text.font, text.size)
    written.setTextRenderMode(2)
    written.textOut(text.lines[0])
    written.setTextRenderMode(0)
    text.canvas.drawText(written)
    text.canvas.restoreState()


def _watermark(rng: Random) -> Callable[[Canvas], None]:
    words = rng.choice(("内部资料", "政务公开2023", "某某县人民政府"))
    angle, size = rng.choice((30, 45, 60, -30)), rng.choice((14, 40, 60))

    def paint(canvas: Canvas) -> None:
        canvas.saveState()
        canvas.setFillGray(0.8)
        canvas.translate(WIDTH / 2, HEIGHT / 2)
        canvas.rotate(angle)
        canvas.setFont("STSong-Light", size)
        for step in range(-3, 4):
            canvas.drawCentredString(0, step * 90, words)
        canvas.restoreState()

    return paint


def _some_figures(draft: Draft, painter: Painter, share: float, *, refusable: bool = False) -> bool:
    """Paint a share of the printed figures so."""
    keys = [
        cell.key for number in draft.tables for cell in draft.cells(number) if cell.key and cell.text.strip().isdigit()
    ]
    chosen = {key for key in keys if draft.rng.random() < share}
    if not chosen or "paint_cell" in draft.options:
        return False
    seed = draft.rng.random()
    rng = Random(seed)

    def paint(text: CellText) -> None:
        if text.cell.key in chosen and len(text.lines) == 1 and text.lines[0].strip().isdigit():
            painter(text, rng)
        else:
            text.paint()

    draft.options["paint_cell"] = paint
    if refusable:
        keys_chosen: set[Key] = {key for key in chosen if key is not None}
        draft.optional |= keys_chosen
    return True


@variation("writer", "field: an old figure painted over at the same place", _PDF)
def covered_figures(draft: Draft) -> bool:
    return _some_figures(draft, _covered, 0.2)


@variation("writer", "text rendering mode 3: written and never painted", _PDF)
def unpainted_figures(draft: Draft) -> bool:
    return _some_figures(draft, _unpainted, 0.2)


@variation("writer", "text in the colour of its ground", _PDF)
def white_figures(draft: Draft) -> bool:
    return _some_figures(draft, _white, 0.2, refusable=True)


@variation("writer", "field: notes set smaller and higher beside a figure", _PDF)
def noted_figures(draft: Draft) -> bool:
    return _some_figures(draft, _noted, 0.1)


@variation("writer", "field: figures struck out by a drawn line", _PDF)
def struck_figures(draft: Draft) -> bool:
    return _some_figures(draft, _struck, 0.1, refusable=True)


@variation("writer", "bold type by printing twice", _PDF)
def bold_figures(draft: Draft) -> bool:
    return _some_figures(draft, _bold, 0.5)


@variation("writer", "WPS paints a box behind every cell", _PDF)
def boxed_figures(draft: Draft) -> bool:
    return _some_figures(draft, _on_a_box, 1.0)


@variation("writer", "LibreOffice clips every cell", _PDF)
def clipped_figures(draft: Draft) -> bool:
    return _some_figures(draft, _clipped_to_its_cell, 1.0)


@variation("writer", "figures painted by forms", _PDF)
def figures_in_forms(draft: Draft) -> bool:
    return _some_figures(draft, _in_a_form, 0.3)


@variation("writer", "field: a watermark across the page", _PDF)
def watermark(draft: Draft) -> bool:
    draft.options["paint_page"] = _watermark(draft.rng)
    return True


@variation("writer", "figures upside down or mirrored", _PDF)
def turned_figures(draft: Draft) -> bool:
    return _some_figures(draft, _turned, 0.1, refusable=True)


@variation("writer", "text scaled to the width of a line", _PDF)
def squeezed_figures(draft: Draft) -> bool:
    return _some_figures(draft, _squeezed, 0.2)


@variation("writer", "white letters with black outlines", _PDF)
def outlined_figures(draft: Draft) -> bool:
    return _some_figures(draft, _outlined, 0.2)
