"""Which characters of a page are seen, and which of them are seen as they were written.

A character is hidden when nothing paints it, when it lies outside the page or its clip, under an opaque area painted later, or
has the colour of its ground. One that is half hidden, or struck out by a line, or whose layer may be switched off, is marked
UNREADABLE: it is neither read nor called blank.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from functools import partial
from typing import NamedTuple

from pipelines.extract.pdf.objects.clips import holds
from pipelines.extract.pdf.objects.painted import Color, Outline, Run, Shape
from pipelines.extract.pdf.objects.strokes import Stroke
from pipelines.extract.pdf.page.content import UNREADABLE, Box, Char, Rule
from pipelines.extract.pdf.page.ink import ImageOpacity
from pipelines.extract.pdf.page.strikes import STRIP, Strikes, core_of, strips

UNPAINTED = {3, 7}
"""Text rendering modes that paint nothing."""
OUTLINED = {1, 2, 5, 6}
"""Text rendering modes that draw the outlines of characters: they are seen whatever they are filled with."""
_WHITE: Color = (255, 255, 255)
_ALIKE = 20  # of 255: the largest difference of colours that look alike
_DARK = 150  # of 255: the brightness of a colour that stands out from paper
_FAINT = 26  # of 255: less opaque text is not seen
_new_box = partial(tuple.__new__, Box)
_COVERED, _TOUCHED = 0.9, 0.15  # share of a character's core that hides it, or leaves it in doubt


class Written(NamedTuple):
    """A run of text with its characters, in coordinates from the top left of the upright page."""

    run: Run
    chars: list[Char]
    clip: Box | None


class Sight(NamedTuple):
    """What else is on the page. ``shapes`` in the order in which they are painted."""

    page: Box
    shapes: list[Shape]
    rules: list[Rule]
    slanted: list[Stroke]
    opacity: ImageOpacity


class Judgement(NamedTuple):
    """``seen``: characters, those in doubt with their text replaced. ``vanished``: orders of the runs that are hidden whole.

    ``covered``: the hidden ones that something paints, but for what covers them or the colour of their ground.
    """

    seen: list[Char]
    hidden: list[Char]
    vanished: set[int]
    unpainted: int
    covered: list[Char]


def judge(runs: Sequence[Written], sight: Sight) -> Judgement:
    """Tell which characters are seen."""
    seen: list[Char] = []
    hidden: list[Char] = []
    covered: list[Char] = []
    vanished: set[int] = set()
    unpainted = 0
    boxes = [_around(written.chars) for written in runs]
    covers = _Covers(runs, boxes, sight.shapes)
    strikes = Strikes(sight.rules, sight.slanted)
    for number, (written, box) in enumerate(zip(runs, boxes, strict=True)):
        run, chars, clip = written
        order, _, _, color, alpha, mode, _, is_layered, _, _, _ = run
        if mode in UNPAINTED or alpha < _FAINT:
            unpainted += len(chars)
            hidden += chars
            vanished.add(order)
            continue
        over = covers.over.get(number, ())
        may_vanish = mode not in OUTLINED and covers.may_hide(color)
        is_open = not over and _lies_within(box, sight.page) and (clip is None or _lies_within(box, clip))
        is_sound = is_open and not is_layered and not run.odd_clips and not strikes.near(chars[0])
        if is_sound and not may_vanish:
            seen += chars
            continue
        under = covers.under(written, box) if may_vanish else None
        states = [_state(char, written, sight, over, under) for char in chars]
        seen += _seen_of(chars, states, strikes)
        gone = [char for char, state in zip(chars, states, strict=True) if state is None]
        covered += gone
        if len(gone) == sum(not char.text.isspace() for char in chars):
            vanished.add(order)
    return Judgement(seen, hidden + covered, vanished, unpainted, covered)


def _seen_of(chars: Sequence[Char], states: Sequence[bool | None], strikes: Strikes) -> Iterator[Char]:
    """The characters that are not hidden; UNREADABLE where that is uncertain, and for figures that a line strikes out."""
    for char, state in zip(chars, states, strict=True):
        if state is not None:
            is_struck = state and strikes.cross(char) and char.text.isdigit()
            yield char if state and not is_struck else char._replace(text=UNREADABLE)


def _state(
    char: Char, written: Written, sight: Sight, over: Sequence[Shape], under: Sequence[Shape] | None
) -> bool | None:
    """Is the character seen (True), hidden (None), or is that unknown (False)?"""
    if char.text.isspace():
        return True
    core = core_of(char)
    share = _share(core, sight.page)
    if written.clip is not None:
        share = min(share, _share(core, written.clip))
    if written.run.odd_clips and not _is_held(core, written.run.odd_clips):
        share = min(share, 0.5)
    for shape in over:
        covered = _share(core, shape.box)
        if covered > _TOUCHED:
            if shape.image:
                covered *= sight.opacity.share(shape.image, shape.box, core)
            # The box of a shape that is no rectangle does not show what it covers.
            share = min(
                share, 1 - covered if shape.is_rectangle and not _is_dark(shape.color) else max(0.5, 1 - covered)
            )
    if under is not None and _like_its_ground(core, written.run.color, under):
        return False if _is_dark(written.run.color) else None
    if share <= 1 - _COVERED:
        return None
    return share >= 1 - _TOUCHED and not written.run.is_layered


def _is_held(core: Box, clips: Sequence[Outline]) -> bool:
    """Do all clips leave the character whole, as far as its corners and the middles of its sides tell?"""
    xs, ys = (core.x0, (core.x0 + core.x1) / 2, core.x1), (core.top, (core.top + core.bottom) / 2, core.bottom)
    return all(holds(clip, x, y) for clip in clips for x in xs for y in ys)


def _is_dark(color: Color | None) -> bool:
    """A bar of this colour over a figure is seen itself: the cell is not blank."""
    return color is not None and 0.3 * color[0] + 0.59 * color[1] + 0.11 * color[2] < _DARK


def _share(inner: Box, outer: Box) -> float:
    """Share of ``inner`` that lies within ``outer``."""
    wide = min(inner.x1, outer.x1) - max(inner.x0, outer.x0)
    high = min(inner.bottom, outer.bottom) - max(inner.top, outer.top)
    area = (inner.x1 - inner.x0) * (inner.bottom - inner.top)
    return wide * high / area if wide > 0 and high > 0 and area > 0 else 0.0


def _lies_within(box: Box, outer: Box) -> bool:
    return box[0] >= outer[0] and box[1] >= outer[1] and box[2] <= outer[2] and box[3] <= outer[3]


def _alike(a: Color, b: Color) -> bool:
    return abs(a[0] - b[0]) < _ALIKE and abs(a[1] - b[1]) < _ALIKE and abs(a[2] - b[2]) < _ALIKE


def _like_its_ground(core: Box, color: Color, under: Sequence[Shape]) -> bool:
    """Whether a character has the colour of what was painted below it. On a picture that is unknown: it counts as seen."""
    ground = next((shape.color for shape in reversed(under) if _share(core, shape.box) > 0.5), _WHITE)
    return ground is not None and _alike(color, ground)


def _by_strip(
    runs: Sequence[Written], boxes: Sequence[Box], last: int
) -> tuple[dict[int, list[tuple[int, int, Box]]], float]:
    """Runs painted before ``last`` by the strip of the page in which they begin, each in the order of painting; and the height
    of the tallest, in points."""
    by_strip: dict[int, list[tuple[int, int, Box]]] = defaultdict(list)
    tallest = 0.0
    for number, box in enumerate(boxes):
        order = runs[number].run.order
        if order < last:
            by_strip[int(box[1] // STRIP)].append((order, number, box))
            tallest = max(tallest, box[3] - box[1])
    for strip_of in by_strip.values():
        strip_of.sort()
    return by_strip, tallest


class _Covers:
    """The shapes that lie over and under the runs."""

    def __init__(self, runs: Sequence[Written], boxes: Sequence[Box], shapes: Sequence[Shape]) -> None:
        self.over: dict[int, list[Shape]] = defaultdict(list)
        """For a run, by its number, the shapes that touch it and are painted later."""
        self._shapes = shapes
        self._may_vanish: dict[Color, bool] = {}
        if not shapes or not runs:
            return
        by_strip, tallest = _by_strip(runs, boxes, shapes[-1].order)
        for shape in shapes:
            painted, (x0, top, x1, bottom) = shape.order, shape.box
            for strip in strips(top - tallest, bottom):
                for order, number, box in by_strip.get(strip, ()):
                    if order >= painted:
                        break
                    if box[0] < x1 and box[2] > x0 and box[1] < bottom and box[3] > top:
                        self.over[number].append(shape)

    def under(self, written: Written, box: Box) -> list[Shape]:
        """The shapes that touch a run and are painted before it."""
        order = written.run.order
        return [shape for shape in self._shapes if shape.order < order and _share(box, shape.box) > 0]

    def may_hide(self, color: Color) -> bool:
        """Is there a ground on this page on which text of this colour would not be seen?"""
        may = self._may_vanish.get(color)
        if may is None:
            grounds = {shape.color for shape in self._shapes if shape.color is not None} | {_WHITE}
            may = self._may_vanish[color] = any(_alike(color, ground) for ground in grounds)
        return may


def _around(chars: Sequence[Char]) -> Box:
    first, last = chars[0], chars[-1]
    if first is last:
        return _new_box(first[1:5])
    return _new_box((
        min(first[1], last[1]), min(first[2], last[2]), max(first[3], last[3]), max(first[4], last[4]),
    ))  # fmt: skip
