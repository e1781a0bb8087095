"""Painted objects of an OFD page → what a reader of the page sees, in the shape that the PDF reader lays out."""

import itertools
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import NamedTuple

from pipelines.extract.html.css.values import WHITE, is_seen
from pipelines.extract.ofd.attributes import Paint
from pipelines.extract.ofd.painted import Glyph, Image, Painted, Slanted, Stroke, TooMuchDrawn
from pipelines.extract.pdf.objects.strokes import Stroke as Segment
from pipelines.extract.pdf.page.content import UNREADABLE, Box, Char, PageContent, Rule
from pipelines.extract.pdf.page.drawings import may_be_figure
from pipelines.extract.pdf.page.geometry import Matrix
from pipelines.extract.pdf.page.strikes import Strikes

_THICKEST_RULE = 3.0  # points
_OPAQUE, _VEIL = 0.95, 0.5
"""Opacity from which an area hides what is below it, and up to which that can be read through it."""
_MOST_COMPARISONS = 20_000_000
_FAR = 20_000.0
_SAME_PLACE = 0.4  # share of the smaller box that two characters have in common when one stands on the other


def view(painted: Iterable[Painted], width: float, height: float, undrawn: int = 0) -> PageContent:
    """What can be seen of a page of ``width`` × ``height`` points.

    A character in the colour of its ground, or under a later filled area, is not seen. ``UNREADABLE`` stands for what cannot be
    read as written: two different characters at one place, one with a line through it, one under an image or half covered.
    """
    content = PageContent(width, height, invisible=undrawn)
    canvas = _Canvas(content)
    for thing in painted:
        if isinstance(thing, Glyph):
            canvas.write(thing)
        elif isinstance(thing, Image):
            canvas.cover(_Area(thing.x0, thing.top, thing.x1, thing.bottom, None))
            content.images.append(Box(thing.x0, thing.top, thing.x1, thing.bottom))
        elif isinstance(thing, Slanted):
            content.outlines.append(Box(thing.x0, thing.top, thing.x1, thing.bottom))
        else:
            canvas.paint(thing)
    glyphs = [
        g for g in canvas.glyphs if -1 <= (g.x0 + g.x1) / 2 <= width + 1 and -1 <= (g.top + g.bottom) / 2 <= height + 1
    ]
    kept = _told_apart(glyphs)
    quarter = _quarter(kept)
    for glyph in kept:
        is_upside_down = glyph.quarter == (quarter + 2) % 4
        content.chars.append(Char(UNREADABLE if is_upside_down else glyph.text, *glyph.box, glyph.run))
    slanted = canvas.slanted
    if quarter:
        content, slanted = _upright(content, slanted, quarter)
    strikes = Strikes(content.horizontal, slanted)
    content.chars = [
        char._replace(text=UNREADABLE) if char.text.isdigit() and strikes.cross(char) else char
        for char in content.chars
    ]
    return content


class _Area(NamedTuple):
    """A painted box; ``paint`` is None for an image or a pattern."""

    x0: float
    top: float
    x1: float
    bottom: float
    paint: Paint

    @property
    def is_thin(self) -> bool:
        return self.bottom - self.top <= _THICKEST_RULE or self.x1 - self.x0 <= _THICKEST_RULE

    def holds(self, glyph: Glyph) -> bool:
        x, y = (glyph.x0 + glyph.x1) / 2, (glyph.top + glyph.bottom) / 2
        return self.x0 <= x <= self.x1 and self.top <= y <= self.bottom


class _Canvas:
    """What has been painted so far."""

    def __init__(self, content: PageContent) -> None:
        self.content = content
        self.glyphs: list[Glyph] = []
        self.slanted: list[Segment] = []
        self._areas: list[_Area] = []
        self._left = _MOST_COMPARISONS

    def write(self, glyph: Glyph) -> None:
        self._count(len(self._areas))
        ground = next((area.paint for area in reversed(self._areas) if area.holds(glyph)), WHITE)
        if glyph.ink is not None and ground is not None and not is_seen(glyph.ink, ground):
            self.content.invisible += 1
        else:
            self.glyphs.append(glyph if glyph.ink is not None else replace(glyph, text=UNREADABLE))

    def cover(self, area: _Area) -> None:
        """Characters below an opaque area are gone; below an image or half a veil they cannot be read for certain."""
        self._count(len(self.glyphs))
        alpha = None if area.paint is None else area.paint.alpha
        if alpha is None or alpha > _VEIL:
            is_opaque = alpha is not None and alpha > _OPAQUE
            self.glyphs = [
                replace(glyph, text=UNREADABLE) if area.holds(glyph) else glyph
                for glyph in self.glyphs
                if not (is_opaque and area.holds(glyph))
            ]
        self._areas.append(area if area.paint is None else area._replace(paint=area.paint.over(WHITE)))

    def paint(self, path: Stroke) -> None:
        """A thin shape is a rule; a filled one covers what is below it; of an outline the upright and level edges are rules."""
        is_line = path.stroked and _is_seen(path.ink)
        is_shade = path.filled and _is_seen(path.ground)
        for points in path.subpaths:
            if len(points) < 2 or not all(-_FAR < value < _FAR for point in points for value in point):
                continue
            area = _extent(points, path.ground)
            if (is_line or is_shade) and may_be_figure(Box(*area[:4]), points, is_curved=path.is_curved):
                self.content.outlines.append(Box(*area[:4]))
            if path.filled and not area.is_thin:
                self.cover(area)
            if area.is_thin and (is_line or is_shade):
                _add_rule(self.content, area.x0, area.top, area.x1, area.bottom)
            elif is_line:
                self._add_edges(points)
            if path.stroked and path.width > _THICKEST_RULE:
                self._cover_along(points, path)

    def _add_edges(self, points: Sequence[tuple[float, float]]) -> None:
        for (xa, ya), (xb, yb) in itertools.pairwise(points):
            if abs(xa - xb) < 0.5 or abs(ya - yb) < 0.5:
                _add_rule(self.content, min(xa, xb), min(ya, yb), max(xa, xb), max(ya, yb))
            else:
                self.slanted.append(Segment(xa, ya, xb, yb))

    def _cover_along(self, points: Sequence[tuple[float, float]], path: Stroke) -> None:
        """What a thick line hides."""
        for (xa, ya), (xb, yb) in itertools.pairwise(points):
            if abs(xa - xb) < 0.5 or abs(ya - yb) < 0.5:
                across, down = (0.0, path.width / 2) if abs(ya - yb) < 0.5 else (path.width / 2, 0.0)
                left, right, top, bottom = min(xa, xb), max(xa, xb), min(ya, yb), max(ya, yb)
                self.cover(_Area(left - across, top - down, right + across, bottom + down, path.ink))

    def _count(self, comparisons: int) -> None:
        self._left -= comparisons
        if self._left < 0:
            raise TooMuchDrawn("the page paints more areas over its text than any report does")


def _is_seen(paint: Paint) -> bool:
    """On white; what is no plain colour is taken to be seen."""
    return paint is None or is_seen(paint, WHITE)


def _extent(points: Sequence[tuple[float, float]], paint: Paint) -> _Area:
    xs, ys = [x for x, _ in points], [y for _, y in points]
    return _Area(min(xs), min(ys), max(xs), max(ys), paint)


def _add_rule(content: PageContent, left: float, top: float, right: float, bottom: float) -> None:
    if right - left > bottom - top:
        content.horizontal.append(Rule((top + bottom) / 2, left, right))
    elif bottom - top > 0:
        content.vertical.append(Rule((left + right) / 2, top, bottom))


def _told_apart(glyphs: Sequence[Glyph]) -> list[Glyph]:
    """Characters printed twice at one place (bold type imitated) count once; different ones there cannot be read."""
    kept: list[Glyph] = []
    by_place: dict[tuple[int, int], list[int]] = {}
    for glyph in glyphs:
        cell = (int((glyph.x0 + glyph.x1) / 8), int((glyph.top + glyph.bottom) / 8))
        near = [n for dx in (-1, 0, 1) for dy in (-1, 0, 1) for n in by_place.get((cell[0] + dx, cell[1] + dy), ())]
        same = next((n for n in near if kept[n].run != glyph.run and _overlap(kept[n], glyph) > _SAME_PLACE), None)
        if same is None:
            by_place.setdefault(cell, []).append(len(kept))
            kept.append(glyph)
        elif kept[same].text != glyph.text:
            old = kept[same]
            kept[same] = replace(old, text=UNREADABLE)
    return kept


def _overlap(a: Glyph, b: Glyph) -> float:
    wide = min(a.x1, b.x1) - max(a.x0, b.x0)
    high = min(a.bottom, b.bottom) - max(a.top, b.top)
    least = min((a.x1 - a.x0) * (a.bottom - a.top), (b.x1 - b.x0) * (b.bottom - b.top))
    return wide * high / least if wide > 0 and high > 0 and least > 0 else 0.0


def _quarter(glyphs: Sequence[Glyph]) -> int:
    """How many quarter turns, clockwise, most of the text is turned by."""
    votes = Counter(glyph.quarter for glyph in glyphs)
    return max(votes, key=lambda quarter: (votes[quarter], -quarter), default=0)


def _upright(content: PageContent, slanted: Sequence[Segment], quarter: int) -> tuple[PageContent, list[Segment]]:
    """The page, and its slanted lines, turned so that most of the text runs from left to right."""
    width, height = content.width, content.height
    turn = {
        1: Matrix(0, -1, 1, 0, 0, width),
        2: Matrix(-1, 0, 0, -1, width, height),
        3: Matrix(0, 1, -1, 0, height, 0),
    }[quarter]
    size = (width, height) if quarter == 2 else (height, width)
    view = PageContent(*size, unmapped=content.unmapped, invisible=content.invisible, scan=content.scan)
    view.chars = [Char(c.text, *turn.box(*c[1:5]), c.run) for c in content.chars]
    view.images = [Box(*turn.box(*box)) for box in content.images]
    view.outlines = [Box(*turn.box(*box)) for box in content.outlines]
    for rule in content.horizontal:
        _add_rule(view, *turn.box(rule.start, rule.at, rule.end, rule.at))
    for rule in content.vertical:
        _add_rule(view, *turn.box(rule.at, rule.start, rule.at, rule.end))
    return view, [Segment(*turn.point(s.x0, s.y0), *turn.point(s.x1, s.y1)) for s in slanted]
