"""A page of a PDFium document → PageContent: what is written on it, where, and how much of that is seen."""

import math
from collections import Counter

from pipelines.extract.pdf import pdfium
from pipelines.extract.pdf.geometry import Matrix, upright
from pipelines.extract.pdf.page_content import DESCENT, UNREADABLE, Box, Char, PageContent, Rule
from pipelines.extract.pdf.page_objects import Budget, PageObjects, Run, Stroke
from pipelines.extract.pdf.visibility import Seen, Sight, Written, judge

_SLANT = 0.05  # sine of the angle that a line of text may deviate from upright or sideways: about three degrees
_STRAIGHT = 0.5  # points by which a straight rule may deviate
_FAR = 20_000.0  # points: beyond any page; broken matrices give more
_NO_BREAK_SPACE = 0xA0


class UnreadablePageError(Exception):
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
    page = _with_annotations(document, index, page)
    try:
        objects = PageObjects(page, budget)
        text = pdfium.load_text(page)
        if not text:
            raise UnreadablePageError(f"the text of page {index + 1} cannot be loaded")
        try:
            unmapped = _fill_runs(text, objects, budget)
        finally:
            pdfium.close_text(text)
        return _content(page, objects, unmapped)
    finally:
        pdfium.close_page(page)


def _with_annotations(document: int, index: int, page: int) -> int:
    """The page with its annotations as part of it: form fields, notes, stamps and lines through the text are seen, too."""
    count = pdfium.annotations(page)
    if count <= 0 or not any(pdfium.annotation_subtype(page, n) not in (pdfium.LINK, pdfium.POPUP) for n in range(count)):
        return page
    pdfium.flatten_page(page, 0)
    pdfium.close_page(page)
    again = pdfium.load_page(document, index)
    if not again:
        raise UnreadablePageError(f"page {index + 1} cannot be loaded with its annotations")
    return int(again)


def _fill_runs(text: int, objects: PageObjects, budget: Budget) -> int:
    """Give every run its characters; how many of them have no Unicode mapping."""
    runs = objects.runs
    count = max(0, pdfium.count_chars(text))
    budget.spend(count)
    box = pdfium.Floats(4)
    values, address = box.values, box.address
    char_object, char_unicode, char_box = pdfium.char_object, pdfium.char_unicode, pdfium.char_box
    char_unmapped = pdfium.char_unmapped
    unmapped = 0
    for index in range(count):
        run = runs.get(char_object(text, index))
        if run is None:  # a blank or a line break that PDFium has put in
            continue
        code = char_unicode(text, index)
        if code == 0 or char_unmapped(text, index):
            unmapped += 1
            said = UNREADABLE
        else:
            said = " " if code == _NO_BREAK_SPACE else chr(code) if code < 0x110000 else UNREADABLE
        char_box(text, index, address)
        left, top, right, bottom = values
        if -_FAR < left and right < _FAR and -_FAR < bottom and top < _FAR:  # false for NaN
            run.chars.append((said, (left, bottom, right, top)))
    return unmapped


def _content(page: int, objects: PageObjects, unmapped: int) -> PageContent:
    bounds = pdfium.Floats(4)
    pdfium.page_bounds(page, bounds.address)
    left, top, right, bottom = bounds.values
    turn, width, height = upright(_quarter(page, objects), (left, bottom, right, top))
    content = PageContent(width, height, unmapped=unmapped)
    content.images = [Box(*turn.box(*image)) for image in objects.images]
    slanted: list[Stroke] = []
    for stroke in objects.strokes:
        x0, y0, x1, y1 = (*turn.point(stroke.x0, stroke.y0), *turn.point(stroke.x1, stroke.y1))
        if abs(y0 - y1) < _STRAIGHT and abs(x0 - x1) > abs(y0 - y1):
            content.horizontal.append(Rule((y0 + y1) / 2, min(x0, x1), max(x0, x1)))
        elif abs(x0 - x1) < _STRAIGHT and abs(y0 - y1) > 0:
            content.vertical.append(Rule((x0 + x1) / 2, min(y0, y1), max(y0, y1)))
        elif x0 != x1 or y0 != y1:
            slanted.append(Stroke(x0, y0, x1, y1, stroke.order))
    written = [_written(number, run, turn) for number, run in enumerate(objects.runs.values())]
    shapes = [shape._replace(box=turn.box(*shape.box)) for shape in objects.shapes]
    sight = Sight(Box(0.0, 0.0, width, height), shapes, content.horizontal, slanted)
    seen: Seen = judge([run for run in written if run is not None], sight)
    content.chars, content.invisible = seen.chars, seen.invisible
    return content


def _quarter(page: int, objects: PageObjects) -> int:
    """How many quarter turns, clockwise, bring the page upright: as most of its text runs, else as the page says."""
    votes: Counter[int] = Counter()
    for run in objects.runs.values():
        a, b = run.matrix.a, run.matrix.b
        votes[(0 if a > 0 else 2) if abs(a) >= abs(b) else (1 if b > 0 else 3)] += len(run.chars)
    if votes.total() == 0:
        return int(pdfium.page_rotation(page)) % 4
    return max(votes, key=lambda quarter: (votes[quarter], -quarter))


def _written(number: int, run: Run, turn: Matrix) -> Written | None:
    """The run in coordinates from the top left. None for what is not part of the page's text: lines across it, specks."""
    a, b, c, d, e, f = run.matrix.then(turn)
    along, size = math.hypot(a, b), run.size * math.hypot(c, d)
    if along == 0 or size < 1 or not run.chars:
        return None
    if min(abs(a), abs(b)) > _SLANT * along:
        return None
    is_level = a > 0 and abs(a) > abs(b)
    low, high = f + DESCENT * size, f - (1 - DESCENT) * size
    chars = []
    for text, box in run.chars:
        x0, top, x1, bottom = turn.box(*box)
        if is_level and top - 1 <= f <= bottom + 1:  # else the line runs downwards
            top, bottom = high, low
        chars.append(Char(text, x0, top, x1, bottom, number))
    clip = Box(*turn.box(*run.clip)) if run.clip is not None else None
    return Written(run, chars, clip, size)
