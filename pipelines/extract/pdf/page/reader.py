"""A page of a PDFium document → PageContent: what is written on it, where, and how much of that is seen."""

import math
from collections import Counter
from collections.abc import Iterable
from collections.abc import Set as AbstractSet
from functools import partial

from pipelines.extract.pdf.engine import pdfium
from pipelines.extract.pdf.page.content import DESCENT, FAR, UNREADABLE, Box, Char, PageContent, Rule
from pipelines.extract.pdf.page.form_fields import Field, checked, fields_of
from pipelines.extract.pdf.page.geometry import Matrix, upright
from pipelines.extract.pdf.page.ink import ImageOpacity, shows_ink
from pipelines.extract.pdf.page.notes import without_notes
from pipelines.extract.pdf.page.objects import PageObjects
from pipelines.extract.pdf.page.painted import Budget, Run
from pipelines.extract.pdf.page.partly_hidden import with_broken_numbers_marked
from pipelines.extract.pdf.page.strokes import Stroke
from pipelines.extract.pdf.page.visibility import UNPAINTED, Sight, Written, judge
from schemas.errors import GongkaiError

_NARROWEST = 0.05  # of its height: narrower text is a line to the eye
_SLANT = 0.05  # sine of the angle that a line of text may deviate from upright or sideways: about three degrees
_STRAIGHT = 0.5  # points by which a straight rule may deviate
_NO_BREAK_SPACE = 0xA0
_HAN = 0x2E80  # from here on few codes are those of other characters
_new_char = partial(tuple.__new__, Char)  # a third of the time of Char(…), for every character


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
    fields = fields_of(page) if pdfium.annotations(page) > 0 else []
    page = _with_annotations(document, index, page)
    try:
        return _Page(document, page, budget, fields).read()
    finally:
        pdfium.close_page(page)


def _with_annotations(document: int, index: int, page: int) -> int:
    """The page with its annotations as part of it: form fields, notes, stamps and lines through the text are seen, too."""
    count = pdfium.annotations(page)
    if count <= 0 or not any(
        pdfium.annotation_subtype(page, n) not in (pdfium.LINK, pdfium.POPUP) for n in range(count)
    ):
        return page
    pdfium.flatten_page(page, 0)
    pdfium.close_page(page)
    again = pdfium.load_page(document, index)
    if not again:
        raise UnreadablePageError(f"page {index + 1} cannot be loaded with its annotations")
    return int(again)


class _Page:
    """One loaded page on its way to PageContent."""

    def __init__(self, document: int, page: int, budget: Budget, fields: list[Field]) -> None:
        self._document, self._page, self._budget, self._fields = document, page, budget, fields
        self._objects = PageObjects(page, budget)

    def read(self) -> PageContent:
        """Two looks where something is hidden: PDFium takes the same text on the same place for one that is printed twice.

        So that a figure is whole although one below it shares a digit with it, what is hidden is taken away for the second.
        """
        unmapped, dropped = self._fill()
        content, sight, turn = self._survey(unmapped)
        first = judge(self._written(turn), sight)
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
            seen = _without_twins(seen, dropped)
        content.invisible = first.unpainted
        content.chars = without_notes(
            checked(with_broken_numbers_marked(seen, hidden) if hidden else seen, self._fields, turn)
        )
        return content

    def _fill(self, switched_off: AbstractSet[int] = frozenset()) -> tuple[int, frozenset[int]]:
        """Give every run its characters: how many have no Unicode mapping, and the runs that PDFium leaves out."""
        text = pdfium.load_text(self._page)
        if not text:
            raise UnreadablePageError("the text of a page cannot be loaded")
        try:
            unmapped = _fill_runs(text, self._objects, self._budget)
        finally:
            pdfium.close_text(text)
        return unmapped, _fill_dropped_runs(self._document, self._page, self._objects, switched_off)

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
        slanted = _add_rules(content, objects.strokes, turn)
        shapes = [shape._replace(box=Box(*turn.box(*shape.box))) for shape in objects.shapes]
        opacity = ImageOpacity(self._document, self._page)
        return content, Sight(Box(0.0, 0.0, width, height), shapes, content.horizontal, slanted, opacity), turn

    def _written(self, turn: Matrix) -> list[Written]:
        runs = enumerate(self._objects.runs.values())
        return [placed for number, run in runs if run.chars and (placed := _placed(number, run, turn))]


def _fill_runs(text: int, objects: PageObjects, budget: Budget) -> int:
    """Give every run its characters; how many of them have no Unicode mapping."""
    runs = objects.runs
    count = max(0, pdfium.count_chars(text))
    budget.spend(count)
    box = pdfium.Floats(4)
    values, address = box.values, box.address
    char_object, char_unicode, char_box = pdfium.char_object, pdfium.char_unicode, pdfium.char_box
    mapped: set[int] = set()  # Han codes that a font of this page maps
    unmapped = 0
    for index in range(count):
        run = runs.get(char_object(text, index))
        if run is None:  # a blank or a line break that PDFium has put in
            continue
        code = char_unicode(text, index)
        if code not in mapped:
            if code == 0 or 0xD800 <= code < 0xE000 or code > 0x10FFFF or pdfium.char_unmapped(text, index):
                unmapped += 1
                code = ord(UNREADABLE)
            elif code >= _HAN:
                mapped.add(code)
        char_box(text, index, address)
        left, top, right, bottom = values()
        if left > -FAR and right < FAR and bottom > -FAR and top < FAR:  # false for NaN
            run.chars.append((" " if code == _NO_BREAK_SPACE else chr(code), left, bottom, right, top))
    return unmapped


def _fill_dropped_runs(
    document: int, page: int, objects: PageObjects, switched_off: AbstractSet[int]
) -> frozenset[int]:
    """Numbers of the runs that PDFium leaves out although they leave ink; each gets a character that cannot be read.

    They are texts whose glyphs have no extent, and texts that PDFium takes for the one before, printed twice.
    """
    dropped = set()
    for number, (handle, run) in enumerate(objects.runs.items()):
        if run.chars or run.mode in UNPAINTED or run.order in switched_off:
            continue
        if shows_ink(document, page, handle):
            _, _, _, _, x, y = run.matrix
            width = max(1.0, abs(run.size) * math.hypot(*run.matrix[:2]) / 2)
            run.chars.append((UNREADABLE, x, y, x + width, y + width))
            dropped.add(number)
    return frozenset(dropped)


def _without_twins(chars: list[Char], dropped: frozenset[int]) -> list[Char]:
    """The characters without those of dropped runs where the one that they repeat is seen."""
    seen = [char for char in chars if char.run not in dropped]

    def is_twin(char: Char) -> bool:
        near = 0.3 * (char.bottom - char.top)
        return any(
            abs(c.x0 - char.x0) < near and abs(c.bottom - char.bottom) < near for c in seen if c.text != UNREADABLE
        )

    return [char for char in chars if char.run not in dropped or not is_twin(char)]


def _add_rules(content: PageContent, strokes: Iterable[Stroke], turn: Matrix) -> list[Stroke]:
    """Add the straight strokes as rules; the slanted ones, in coordinates from the top left."""
    a, b, c, d, e, f = turn
    slanted = []
    for xa, ya, xb, yb in strokes:
        x0, y0, x1, y1 = a * xa + c * ya + e, b * xa + d * ya + f, a * xb + c * yb + e, b * xb + d * yb + f
        wide, high = abs(x0 - x1), abs(y0 - y1)
        if high < _STRAIGHT and wide > high:
            content.horizontal.append(Rule((y0 + y1) / 2, min(x0, x1), max(x0, x1)))
        elif wide < _STRAIGHT and high > 0:
            content.vertical.append(Rule((x0 + x1) / 2, min(y0, y1), max(y0, y1)))
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
    a, b, c, d, _, _ = run.matrix
    is_upright = b == 0 == c and a > 0 < d and turn.d == -1  # upright on an upright page
    chars = _upright(number, run, turn) if is_upright else _turned(number, run, turn)
    clip = Box(*turn.box(*run.clip)) if run.clip is not None else None
    return Written(run, chars, clip) if chars is not None else None


def _upright(number: int, run: Run, turn: Matrix) -> list[Char] | None:
    a, _, _, d, _, f = run.matrix
    size = run.size * d
    if size < 1 or a < _NARROWEST * d:
        return None
    first = run.chars[0]
    if not first[2] - 1 <= f <= first[4] + 1:  # the line runs downwards
        return [Char(text, *turn.box(*box), number) for text, *box in run.chars]
    base, shift = turn.f - f, turn.e
    low, high = base + DESCENT * size, base - (1 - DESCENT) * size
    return [_new_char((text, x0 + shift, high, x1 + shift, low, number)) for text, x0, _, x1, _ in run.chars]


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
