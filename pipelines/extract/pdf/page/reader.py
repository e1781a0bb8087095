"""A page of a PDFium document → PageContent: what is written on it, where, and how much of that is seen."""

import math
from collections import Counter
from collections.abc import Iterable, Iterator
from collections.abc import Set as AbstractSet
from functools import partial

from pipelines.extract.pdf.engine import pdfium
from pipelines.extract.pdf.objects.clips import placed_outline
from pipelines.extract.pdf.objects.page_objects import PageObjects
from pipelines.extract.pdf.objects.painted import Budget, Glyph, Run
from pipelines.extract.pdf.objects.strokes import Stroke
from pipelines.extract.pdf.page.annotations import Annotations
from pipelines.extract.pdf.page.content import DESCENT, FAR, UNREADABLE, Box, Char, PageContent, Rule
from pipelines.extract.pdf.page.form_fields import Field, checked, fields_of
from pipelines.extract.pdf.page.geometry import Matrix, upright
from pipelines.extract.pdf.page.ink import ImageOpacity
from pipelines.extract.pdf.page.notes import without_notes
from pipelines.extract.pdf.page.partly_hidden import with_broken_numbers_marked
from pipelines.extract.pdf.page.run_text import fill_dropped_runs, fill_runs, without_twins
from pipelines.extract.pdf.page.visibility import Sight, Written, judge
from pipelines.extract.pdf.rendering.drawn_page import DrawnPage
from schemas.errors import GongkaiError

_NARROWEST = 0.05  # of its height: narrower text is a line to the eye
_SLANT = 0.05  # sine of the angle that a line of text may deviate from upright or sideways: about three degrees
_UNPAINTED = (3, 7)  # text rendering modes
_STRAIGHT = 0.5  # points by which a straight rule may deviate
_new_char = partial(tuple.__new__, Char)  # a third of the time of Char(…), for every character
_new_rule = partial(tuple.__new__, Rule)
_new_written = partial(tuple.__new__, Written)


class UnreadablePageError(GongkaiError):
    """PDFium cannot load the page."""


def read_page(document: int, index: int, budget: Budget) -> PageContent:
    """Read one page.

    Raises:
        UnreadablePageError: the page cannot be loaded.
        TooManyObjectsError: the document draws too much.
    """
    page = pdfium.load_page(document, index)
    if not page:
        raise UnreadablePageError(f"page {index + 1} cannot be loaded")
    fields, annotations = (fields_of(page), Annotations.of(page)) if pdfium.annotations(page) > 0 else ([], None)
    if annotations is not None:
        page = _flattened(document, index, page)
    try:
        return _Page(document, page, budget, fields, annotations).read()
    finally:
        pdfium.close_page(page)


def _flattened(document: int, index: int, page: int) -> int:
    """The page with its annotations as part of it: form fields, notes, stamps and lines through the text are seen, too."""
    pdfium.flatten_page(page, 0)
    pdfium.close_page(page)
    again = pdfium.load_page(document, index)
    if not again:
        raise UnreadablePageError(f"page {index + 1} cannot be loaded with its annotations")
    return int(again)


class _Page:
    """One loaded page on its way to PageContent."""

    def __init__(
        self, document: int, page: int, budget: Budget, fields: list[Field], annotations: Annotations | None
    ) -> None:
        self._document, self._page, self._budget, self._fields = document, page, budget, fields
        self._annotations = annotations
        self._objects = PageObjects(page, budget)

    def read(self) -> PageContent:
        """Two looks where something is hidden: PDFium takes the same text on the same place for one that is printed twice.

        So that a figure is whole although one below it shares a digit with it, what is hidden is taken away for the second.
        """
        unmapped, dropped = self._fill()
        content, sight, turn = self._survey(unmapped)
        first = judge(self._written(turn), sight)
        drawn = DrawnPage(self._page, self._objects, content, turn, self._annotations, first.covered)
        seen, hidden = first.seen, first.hidden
        if first.vanished:
            for handle, run in self._objects.runs.items():
                run.chars.clear()
                if run.order in first.vanished:
                    pdfium.set_active(handle, 0)
                    pdfium.transform(
                        handle, 1, 0, 0, 1, FAR, FAR
                    )  # also what is switched off counts as a first printing
            _, dropped = self._fill(first.vanished)
            second = judge(self._written(turn), sight)
            seen, hidden = second.seen, hidden + second.hidden
        if dropped:
            seen = without_twins(seen, dropped)
        content.invisible = first.unpainted
        seen, missed = drawn.check(seen)
        hidden = hidden + missed
        content.chars = without_notes(
            checked(with_broken_numbers_marked(seen, hidden) if hidden else seen, self._fields, self._annotations, turn)
        )
        return content

    def _fill(self, switched_off: AbstractSet[int] = frozenset()) -> tuple[int, frozenset[int]]:
        """Give every run its characters: how many have no Unicode mapping, and the runs that PDFium leaves out."""
        text = pdfium.load_text(self._page)
        if not text:
            raise UnreadablePageError("the text of a page cannot be loaded")
        try:
            unmapped = fill_runs(text, self._objects, self._budget)
        finally:
            pdfium.close_text(text)
        return unmapped, fill_dropped_runs(self._document, self._page, self._objects, switched_off)

    def _survey(self, unmapped: int) -> tuple[PageContent, Sight, Matrix]:
        """Everything on the page but its characters, and the map to coordinates from its top left."""
        bounds = pdfium.Floats(4)
        pdfium.page_bounds(self._page, bounds.address)
        left, top, right, bottom = bounds.values()
        objects = self._objects
        quarter = _quarter(self._page, objects.runs.values())
        turn, width, height = upright(quarter, (left, bottom, right, top))
        content = PageContent(width, height, unmapped=unmapped)
        content.turned = (quarter - int(pdfium.page_rotation(self._page))) % 4
        content.images = [Box(*turn.box(*image)) for image in objects.images]
        content.outlines = [
            Box(*turn.box(*outline)) for outline in (*objects.outlines, *_slanted_digits(objects.runs.values()))
        ]
        slanted = _add_rules(content, objects.strokes, turn)
        shapes = [shape._replace(box=Box(*turn.box(*shape.box))) for shape in objects.shapes]
        opacity = ImageOpacity(self._document, self._page)
        return content, Sight(Box(0.0, 0.0, width, height), shapes, content.horizontal, slanted, opacity), turn

    def _written(self, turn: Matrix) -> list[Written]:
        runs = enumerate(self._objects.runs.values())
        return [placed for number, run in runs if run.chars and (placed := _placed(number, run, turn))]


def _slanted_digits(runs: Iterable[Run]) -> Iterator[Box]:
    """Digits on slanted lines, as those of a watermark: they are not read, but a cell that holds them is not blank."""
    for run in runs:
        a, b = run.matrix[:2]
        if b and min(abs(a), abs(b)) > _SLANT * math.hypot(a, b) and run.alpha and run.mode not in _UNPAINTED:
            yield from (Box(*box) for text, *box in run.chars if text.isdigit())


def _add_rules(content: PageContent, strokes: Iterable[Stroke], turn: Matrix) -> list[Stroke]:
    """Add the straight strokes as rules; the slanted ones, in coordinates from the top left."""
    a, b, c, d, e, f = turn
    is_upright = (a, b, c, d) == (1, 0, 0, -1)
    add_horizontal, add_vertical = content.horizontal.append, content.vertical.append
    slanted = []
    for xa, ya, xb, yb in dict.fromkeys(strokes):  # the side that two cells share is drawn twice
        if is_upright:
            x0, y0, x1, y1 = xa + e, f - ya, xb + e, f - yb
        else:
            x0, y0, x1, y1 = a * xa + c * ya + e, b * xa + d * ya + f, a * xb + c * yb + e, b * xb + d * yb + f
        wide, high = abs(x0 - x1), abs(y0 - y1)
        if high < _STRAIGHT and wide > high:
            add_horizontal(_new_rule(((y0 + y1) / 2, x0, x1) if x0 <= x1 else ((y0 + y1) / 2, x1, x0)))
        elif wide < _STRAIGHT and high > 0:
            add_vertical(_new_rule(((x0 + x1) / 2, y0, y1) if y0 <= y1 else ((x0 + x1) / 2, y1, y0)))
        elif wide >= _STRAIGHT and high >= _STRAIGHT:
            slanted.append(Stroke(x0, y0, x1, y1))
    return slanted


def _quarter(page: int, runs: Iterable[Run]) -> int:
    """How many quarter turns, clockwise, bring the page upright: as most of its text runs, else as the page says."""
    votes: Counter[int] = Counter()
    for run in runs:
        a, b = run.matrix[:2]
        votes[(0 if a > 0 else 2) if abs(a) >= abs(b) else (1 if b > 0 else 3)] += len(run.chars)
    if votes.total() == 0:
        return int(pdfium.page_rotation(page)) % 4
    return max(votes, key=lambda quarter: (votes[quarter], -quarter))


def _placed(number: int, run: Run, turn: Matrix) -> Written | None:
    """The run in coordinates from the top left. None for what is not part of the page's text: lines across it, specks."""
    _, (a, b, c, d, _, f), size, _, _, _, clip, _, written, _, _ = run
    if b == 0 == c and a > 0 < d and turn[3] == -1:  # upright on an upright page
        size *= d
        if size < 1 or a < _NARROWEST * d:
            return None
        chars = _upright(number, written, f, size, turn)
    else:
        turned = _turned(number, run, turn)
        if turned is None:
            return None
        chars = turned
    if run.odd_clips:
        run = run._replace(odd_clips=tuple(placed_outline(clip, turn) for clip in run.odd_clips))
    return _new_written((run, chars, Box(*turn.box(*clip)) if clip is not None else None))


def _upright(number: int, written: list[Glyph], f: float, size: float, turn: Matrix) -> list[Char]:
    """Characters of ``size`` on an upright base line at ``f``."""
    first = written[0]
    if not first[2] - 1 <= f <= first[4] + 1:  # the line runs downwards
        return [Char(text, *turn.box(*box), number) for text, *box in written]
    base, shift = turn[5] - f, turn[4]
    low, high = base + DESCENT * size, base - (1 - DESCENT) * size
    return [_new_char((text, x0 + shift, high, x1 + shift, low, number)) for text, x0, _, x1, _ in written]


def _turned(number: int, run: Run, turn: Matrix) -> list[Char] | None:
    a, b, c, d, _, f = run.matrix.then(turn)
    along, size = math.hypot(a, b), run.size * math.hypot(c, d)
    if along < _NARROWEST * math.hypot(c, d) or along == 0 or size < 1 or min(abs(a), abs(b)) > _SLANT * along:
        return None
    is_turned = a < -abs(b) or (a > abs(b) and d > 0)  # upside down or mirrored, in the midst of upright text
    chars = []
    for text, *box in run.chars:
        x0, top, x1, bottom = turn.box(*box)
        text = UNREADABLE if is_turned and not text.isspace() else text
        if a > abs(b) and top - 1 <= f <= bottom + 1:
            top, bottom = f - (1 - DESCENT) * size, f + DESCENT * size
        chars.append(Char(text, x0, top, x1, bottom, number))
    return chars
