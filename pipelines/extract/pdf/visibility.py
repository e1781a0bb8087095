"""Which characters of a page are seen, and which of them are seen as they were written.

A character is hidden when nothing paints it, when it lies outside the page or its clip, under an opaque area painted later, or
has the colour of its ground. One that is half hidden, or struck out by a line, or whose layer may be switched off, is marked
UNREADABLE: it is neither read nor called blank.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from pipelines.extract.pdf.page_content import DESCENT, UNREADABLE, Box, Char, Rule
from pipelines.extract.pdf.page_objects import Color, Run, Shape, Stroke

_UNPAINTED = {3, 7}  # text rendering modes
_WHITE: Color = (255, 255, 255)
_ALIKE = 20  # of 255: how far colours may differ that cannot be told apart
_FAINT = 26  # of 255: less opaque text is not seen
_COVERED, _TOUCHED = 0.9, 0.15  # share of a character's core that hides it, or leaves it in doubt
_ROW = 24.0  # points: runs are kept by the strip of the page that they lie in
_JOINED = 0.2  # of the size: characters that are no further apart belong to one number
_SAME_LINE = 0.35  # of the size
_STRIKE = (0.12, 0.56)  # of the size above the base line: a rule there runs through a digit
_STRUCK = 0.5  # of a character's width


class Written(NamedTuple):
    """A run of text with its characters, in coordinates from the top left of the upright page."""

    run: Run
    chars: list[Char]
    clip: Box | None
    size: float


class Sight(NamedTuple):
    """What else is on the page. ``shapes`` in the order in which they are painted."""

    page: Box
    shapes: list[Shape]
    rules: list[Rule]
    slanted: list[Stroke]


class Seen(NamedTuple):
    chars: list[Char]
    invisible: int  # characters that nothing paints


def judge(runs: Sequence[Written], sight: Sight) -> Seen:
    """The characters that are seen; those in doubt with their text replaced."""
    seen: list[Char] = []
    hidden: list[Char] = []
    unpainted = 0
    cover = _Covers(runs, sight.shapes)
    strikes = _Strikes(sight.rules, sight.slanted)
    for number, written in enumerate(runs):
        run, chars = written.run, written.chars
        if run.mode in _UNPAINTED or run.alpha < _FAINT:
            unpainted += len(chars)
            hidden += chars
            continue
        over, under = cover.over.get(number, ()), cover.under.get(number, ())
        is_plain = not over and _is_within(chars, written.clip, sight.page)
        may_vanish = run.color is not None and _may_vanish(run.color, under)
        for char in chars:
            if char.text.isspace():
                seen.append(char)
                continue
            share = 1.0 if is_plain else _visible_share(char, written, sight.page, over)
            if share <= 1 - _COVERED or (may_vanish and _like_its_ground(char, run.color, under)):
                hidden.append(char)
            elif share < 1 - _TOUCHED or run.is_layered or strikes.cross(char):
                seen.append(char._replace(text=UNREADABLE))
            else:
                seen.append(char)
    return Seen(_doubted(seen, hidden) if hidden else seen, unpainted)


def _core(char: Char) -> Box:
    """The part of a character's box that a digit fills."""
    wide, high = char.x1 - char.x0, char.bottom - char.top
    return Box(char.x0 + 0.15 * wide, char.top + 0.2 * high, char.x1 - 0.15 * wide, char.bottom - DESCENT * high)


def _share(inner: Box, outer: Box) -> float:
    """Share of ``inner`` that lies within ``outer``."""
    wide = min(inner.x1, outer.x1) - max(inner.x0, outer.x0)
    high = min(inner.bottom, outer.bottom) - max(inner.top, outer.top)
    area = (inner.x1 - inner.x0) * (inner.bottom - inner.top)
    return wide * high / area if wide > 0 and high > 0 and area > 0 else 0.0


def _visible_share(char: Char, written: Written, page: Box, over: Sequence[Shape]) -> float:
    core = _core(char)
    share = _share(core, page)
    if written.clip is not None:
        share = min(share, _share(core, written.clip))
    for shape in over:
        covered = _share(core, Box(*shape.box))
        if covered > _TOUCHED:
            # What an image, or a shape that is no rectangle, covers cannot be told from its box.
            is_plain = shape.is_rectangle and shape.color is not None
            share = min(share, 1 - covered if is_plain else 0.5)
    return share


def _is_within(chars: Sequence[Char], clip: Box | None, page: Box) -> bool:
    """Lies the run wholly on the page and within its clip?"""
    box = _around(chars)
    return all(
        box.x0 >= outer.x0 and box.x1 <= outer.x1 and box.top >= outer.top and box.bottom <= outer.bottom
        for outer in (page, clip)
        if outer is not None
    )


def _alike(a: Color, b: Color) -> bool:
    return all(abs(x - y) < _ALIKE for x, y in zip(a, b, strict=True))


def _may_vanish(color: Color, under: Sequence[Shape]) -> bool:
    return _alike(color, _WHITE) or any(shape.color is not None and _alike(color, shape.color) for shape in under)


def _like_its_ground(char: Char, color: Color | None, under: Sequence[Shape]) -> bool:
    """Has the character the colour of what was painted below it?"""
    core = _core(char)
    ground = next((shape.color for shape in reversed(under) if _share(core, Box(*shape.box)) > 0.5), _WHITE)
    return color is not None and ground is not None and _alike(color, ground)


class _Covers:
    """For every run the shapes that touch it: those painted later, and, where it matters, those painted before."""

    def __init__(self, runs: Sequence[Written], shapes: Sequence[Shape]) -> None:
        self.over: dict[int, list[Shape]] = defaultdict(list)
        self.under: dict[int, list[Shape]] = defaultdict(list)
        boxes = [_around(written.chars) for written in runs]
        strips: dict[int, list[int]] = defaultdict(list)
        for number, box in enumerate(boxes):
            for strip in _strips(box.top, box.bottom):
                strips[strip].append(number)
        for shape in shapes:
            x0, top, x1, bottom = shape.box
            for number in {number for strip in _strips(top, bottom) for number in strips.get(strip, ())}:
                box = boxes[number]
                if box.x0 < x1 and box.x1 > x0 and box.top < bottom and box.bottom > top:
                    (self.over if shape.order > runs[number].run.order else self.under)[number].append(shape)


def _around(chars: Sequence[Char]) -> Box:
    return Box(
        min(c.x0 for c in chars), min(c.top for c in chars), max(c.x1 for c in chars), max(c.bottom for c in chars)
    )


def _strips(top: float, bottom: float) -> range:
    return range(max(0, int(top // _ROW)), min(2_000, int(bottom // _ROW)) + 1)


class _Strikes:
    """Lines that may run through a figure."""

    def __init__(self, rules: Sequence[Rule], slanted: Sequence[Stroke]) -> None:
        self._by_strip: dict[int, list[Rule]] = defaultdict(list)
        for rule in rules:
            self._by_strip[int(rule.at // _ROW)].append(rule)
        self._slanted = slanted

    def cross(self, char: Char) -> bool:
        """Only figures are struck out: a rule through a label is a rule."""
        if not char.text.isdigit():
            return False
        size = char.bottom - char.top
        base = char.bottom - DESCENT * size
        low, high = base - _STRIKE[1] * size, base - _STRIKE[0] * size
        wide = char.x1 - char.x0
        for strip in _strips(low, high):
            for rule in self._by_strip.get(strip, ()):
                if low <= rule.at <= high and min(rule.end, char.x1) - max(rule.start, char.x0) >= _STRUCK * wide:
                    return True
        return any(_meets(stroke, _core(char)) for stroke in self._slanted)


def _meets(stroke: Stroke, box: Box) -> bool:
    """Does the line pass through the box? (Liang-Barsky)"""
    dx, dy = stroke.x1 - stroke.x0, stroke.y1 - stroke.y0
    start, end = 0.0, 1.0
    for step, lower, upper in ((dx, box.x0 - stroke.x0, box.x1 - stroke.x0), (dy, box.top - stroke.y0, box.bottom - stroke.y0)):
        if step == 0:
            if lower > 0 or upper < 0:
                return False
            continue
        first, second = sorted((lower / step, upper / step))
        start, end = max(start, first), min(end, second)
    return start <= end


def _doubted(seen: list[Char], hidden: Sequence[Char]) -> list[Char]:
    """A number of which a part is hidden is not the number that is left: the digit beside the gap is marked.

    A hidden number under a seen one is another matter: it was replaced.
    """
    lines: dict[int, list[int]] = defaultdict(list)
    for index, char in enumerate(seen):
        lines[int(char.bottom // _ROW)].append(index)
    doubted: set[int] = set()
    for word in _words(hidden):
        first, size = word[0], word[0].bottom - word[0].top
        strip = int(first.bottom // _ROW)
        near = [index for s in (strip - 1, strip, strip + 1) for index in lines.get(s, ())]
        level = [index for index in near if abs(seen[index].bottom - first.bottom) <= _SAME_LINE * size]
        x0, x1 = first.x0, word[-1].x1
        if any(_overlap(seen[index], x0, x1) > 0.5 for index in level):
            continue
        reach = _JOINED * size
        doubted |= {i for i in level if abs(seen[i].x0 - x1) < reach or abs(x0 - seen[i].x1) < reach}
    for index in doubted:
        if seen[index].text.isdigit():
            seen[index] = seen[index]._replace(text=UNREADABLE)
    return seen


def _overlap(char: Char, x0: float, x1: float) -> float:
    wide = max(0.1, char.x1 - char.x0)
    return (min(char.x1, x1) - max(char.x0, x0)) / wide


def _words(chars: Sequence[Char]) -> Iterator[list[Char]]:
    """Hidden characters that stand together and may be part of a number."""
    word: list[Char] = []
    for char in sorted((c for c in chars if not c.text.isspace()), key=lambda c: (round(c.bottom), c.x0)):
        size = char.bottom - char.top
        if word and (abs(char.bottom - word[-1].bottom) > 1 or char.x0 - word[-1].x1 > _JOINED * size):
            yield word
            word = []
        word.append(char)
    if word:
        yield word
