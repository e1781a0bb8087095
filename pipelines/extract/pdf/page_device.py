"""What one PDF page draws: characters with their boxes, ruling lines, images. Built on pdfminer's interpreter.

A rule is a thin thing: a stroked line, a side of a stroked box, or a filled box too narrow to hold text. WPS paints filled
boxes behind paragraphs and cells (seen in 洪泽区 2024); those are no rules. Coordinates run from the top left, in points.
"""

import itertools
from collections.abc import Sequence
from typing import Any, NamedTuple

from pdfminer.pdfdevice import PDFTextDevice
from pdfminer.pdffont import PDFUnicodeNotDefined
from pdfminer.utils import MATRIX_IDENTITY, apply_matrix_pt, apply_matrix_rect

from schemas.errors import GongkaiError

MAX_OBJECTS = 60_000
_THICKEST_RULE = 3.0  # points
_FAR = 20_000.0  # points: beyond any page; broken matrices give more
_WHITE = {(1.0,), (1.0, 1.0, 1.0), (0.0, 0.0, 0.0, 0.0)}
_INVISIBLE = {3, 7}  # text rendering modes of recognised text laid over a scan
_UNMAPPED = "\N{REPLACEMENT CHARACTER}"


class Char(NamedTuple):
    """One glyph: its text (rarely more than one character) and box."""

    text: str
    x0: float
    top: float
    x1: float
    bottom: float


class Rule(NamedTuple):
    """A horizontal rule lies at y = ``at`` from x = ``start`` to ``end``; a vertical one at x = ``at``."""

    at: float
    start: float
    end: float


class Box(NamedTuple):
    """An image's place on the page."""

    x0: float
    top: float
    x1: float
    bottom: float


class TooManyObjectsError(GongkaiError):
    """A page, or a document, draws more than any report does."""


class PageDevice(PDFTextDevice):
    """Collects one page; ``drawn`` counts over all pages of the document so that work is bounded."""

    def __init__(self, rsrcmgr: Any) -> None:
        super().__init__(rsrcmgr)
        self.drawn = 0
        self._clear(0.0, 0.0)

    def _clear(self, width: float, height: float) -> None:
        self.width, self.height = width, height
        self.chars: list[Char] = []
        self.horizontal: list[Rule] = []
        self.vertical: list[Rule] = []
        self.images: list[Box] = []
        self.unmapped = 0
        self.invisible = 0
        self._mode = 0
        self._upward = self._downward = 0  # characters whose line runs up or down the page

    def _count(self) -> None:
        self.drawn += 1
        if self.drawn > MAX_OBJECTS:
            raise TooManyObjectsError(f"the PDF draws more than {MAX_OBJECTS} objects")

    def begin_page(self, page: Any, ctm: Any) -> None:
        x0, y0, x1, y1 = apply_matrix_rect(ctm, page.mediabox)
        self._clear(abs(x1 - x0), abs(y1 - y0))

    def end_page(self, page: Any) -> None:
        """Turn a page that is printed sideways, so that its lines run from left to right."""
        if 2 * max(self._upward, self._downward) <= len(self.chars):
            return
        up, width, height = self._upward > self._downward, self.width, self.height

        def turned(x0: float, top: float, x1: float, bottom: float) -> tuple[float, float, float, float]:
            return (height - bottom, x0, height - top, x1) if up else (top, width - x1, bottom, width - x0)

        self.chars = [Char(c.text, *turned(*c[1:])) for c in self.chars]
        self.images = [Box(*turned(*box)) for box in self.images]
        was_horizontal, was_vertical = self.horizontal, self.vertical
        self.horizontal, self.vertical = [], []
        for rule in was_horizontal:
            self._add_rule(*turned(rule.start, rule.at, rule.end, rule.at))
        for rule in was_vertical:
            self._add_rule(*turned(rule.at, rule.start, rule.at, rule.end))
        self.width, self.height = height, width

    def begin_figure(self, name: str, bbox: Any, matrix: Any) -> None:
        self._count()

    def render_image(self, name: str, stream: Any) -> None:
        x0, y0, x1, y1 = apply_matrix_rect(self.ctm or MATRIX_IDENTITY, (0, 0, 1, 1))
        self.images.append(Box(x0, self.height - y1, x1, self.height - y0))

    def render_string(self, textstate: Any, seq: Any, ncs: Any, graphicstate: Any) -> None:
        self._mode = textstate.render
        super().render_string(textstate, seq, ncs, graphicstate)

    def render_char(
        self,
        matrix: Any,
        font: Any,
        fontsize: float,
        scaling: float,
        rise: float,
        cid: int,
        ncs: Any,
        graphicstate: Any,
    ) -> float:
        self._count()
        advance = float(font.char_width(cid) * fontsize * scaling)
        text = _text_of(font, cid)
        self.unmapped += text == _UNMAPPED
        self.invisible += self._mode in _INVISIBLE
        low = font.get_descent() * fontsize + rise
        corners = (0.0, low, advance, low + fontsize)
        if font.is_vertical():
            corners = (-fontsize / 2, rise + advance, fontsize / 2, rise)
        if abs(matrix[1]) > abs(matrix[0]):
            self._upward += matrix[1] > 0
            self._downward += matrix[1] < 0
        x0, y0, x1, y1 = apply_matrix_rect(matrix, corners)
        if all(-_FAR < value < _FAR for value in (x0, y0, x1, y1)):  # false for NaN
            self.chars.append(Char(text, x0, self.height - y1, x1, self.height - y0))
        return advance

    def paint_path(self, gstate: Any, stroke: bool, fill: bool, evenodd: bool, path: Sequence[Any]) -> None:
        visible_stroke = stroke and not _is_white(gstate.scolor)
        if not (visible_stroke or (fill and not _is_white(gstate.ncolor))):
            return
        subpath: list[tuple[float, float]] = []
        for step in path:
            self._count()
            if step[0] == "m":
                self._paint(subpath, visible_stroke)
                subpath = []
            if step[0] == "h":
                if subpath:
                    subpath.append(subpath[0])
            else:
                x, y = apply_matrix_pt(self.ctm or MATRIX_IDENTITY, step[-2:])
                subpath.append((x, self.height - y))
        self._paint(subpath, visible_stroke)

    def _paint(self, points: list[tuple[float, float]], stroke: bool) -> None:
        if len(points) < 2:
            return
        xs, ys = [x for x, _ in points], [y for _, y in points]
        left, right, top, bottom = min(xs), max(xs), min(ys), max(ys)
        if bottom - top <= _THICKEST_RULE or right - left <= _THICKEST_RULE:
            self._add_rule(left, top, right, bottom)
        elif stroke:
            for (xa, ya), (xb, yb) in itertools.pairwise(points):
                if abs(xa - xb) < 0.5 or abs(ya - yb) < 0.5:
                    self._add_rule(min(xa, xb), min(ya, yb), max(xa, xb), max(ya, yb))

    def _add_rule(self, left: float, top: float, right: float, bottom: float) -> None:
        if not all(-_FAR < value < _FAR for value in (left, top, right, bottom)):
            return
        if right - left > bottom - top:
            self.horizontal.append(Rule((top + bottom) / 2, left, right))
        elif bottom - top > 0:
            self.vertical.append(Rule((left + right) / 2, top, bottom))


def _text_of(font: Any, cid: int) -> str:
    """The glyph's text; a glyph without a Unicode mapping is U+FFFD (pdfminer's own "(cid:12)" would print a number)."""
    try:
        text = font.to_unichr(cid)
    except PDFUnicodeNotDefined:
        return _UNMAPPED
    return text if isinstance(text, str) and text else _UNMAPPED


def _is_white(color: Any) -> bool:
    if isinstance(color, int | float):
        return color == 1
    if isinstance(color, list | tuple) and all(isinstance(part, int | float) for part in color):
        return tuple(float(part) for part in color) in _WHITE
    return False
