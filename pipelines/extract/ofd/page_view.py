"""Painted objects of an OFD page → what a reader of the page sees, in the shape that the PDF reader lays out."""

import itertools
from collections.abc import Iterable, Sequence

from pipelines.extract.ofd.page_layers import Glyph, Image, Painted, Stroke
from pipelines.extract.pdf.page.content import UNREADABLE, Box, Char, PageContent, Rule

_THICKEST_RULE = 3.0  # points
_FAR = 20_000.0
_SAME_PLACE = 0.4  # share of the smaller box that two characters have in common when one stands on the other
_STRIKE = (0.3, 0.75)  # of a character's height: where a line through it strikes it out


def view(painted: Iterable[Painted], width: float, height: float, undrawn: int = 0) -> PageContent:
    """What can be seen of a page of ``width`` × ``height`` points.

    A character under a later filled area or image is not seen. Two different characters at one place, and characters with a line
    through them, cannot be read as written: ``UNREADABLE`` stands for them.
    """
    content = PageContent(width, height, invisible=undrawn)
    glyphs: list[Glyph] = []
    for thing in painted:
        if isinstance(thing, Glyph):
            glyphs.append(thing)
        elif isinstance(thing, Image):
            glyphs = _not_under(glyphs, thing.x0, thing.top, thing.x1, thing.bottom)
            content.images.append(Box(thing.x0, thing.top, thing.x1, thing.bottom))
        else:
            glyphs = _paint(content, thing, glyphs)
    glyphs = [g for g in glyphs if -1 <= (g.x0 + g.x1) / 2 <= width + 1 and -1 <= (g.top + g.bottom) / 2 <= height + 1]
    content.chars = [_char(glyph, content.horizontal) for glyph in _told_apart(glyphs)]
    return _upright(content, glyphs)


def _paint(content: PageContent, path: Stroke, glyphs: list[Glyph]) -> list[Glyph]:
    for points in path.subpaths:
        if len(points) < 2 or not all(-_FAR < value < _FAR for point in points for value in point):
            continue
        xs, ys = [x for x, _ in points], [y for _, y in points]
        left, right, top, bottom = min(xs), max(xs), min(ys), max(ys)
        is_thin = bottom - top <= _THICKEST_RULE or right - left <= _THICKEST_RULE
        if path.filled and not is_thin:
            glyphs = _not_under(glyphs, left, top, right, bottom)
        if path.white or not (path.stroked or path.filled):
            continue
        if is_thin:
            _add_rule(content, left, top, right, bottom)
        elif path.stroked:
            for (xa, ya), (xb, yb) in itertools.pairwise(points):
                if abs(xa - xb) < 0.5 or abs(ya - yb) < 0.5:
                    _add_rule(content, min(xa, xb), min(ya, yb), max(xa, xb), max(ya, yb))
    return glyphs


def _add_rule(content: PageContent, left: float, top: float, right: float, bottom: float) -> None:
    if right - left > bottom - top:
        content.horizontal.append(Rule((top + bottom) / 2, left, right))
    elif bottom - top > 0:
        content.vertical.append(Rule((left + right) / 2, top, bottom))


def _not_under(glyphs: list[Glyph], x0: float, top: float, x1: float, bottom: float) -> list[Glyph]:
    return [g for g in glyphs if not (x0 <= (g.x0 + g.x1) / 2 <= x1 and top <= (g.top + g.bottom) / 2 <= bottom)]


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
            kept[same] = Glyph(UNREADABLE, old.x0, old.top, old.x1, old.bottom, old.run, old.direction)
    return kept


def _overlap(a: Glyph, b: Glyph) -> float:
    wide = min(a.x1, b.x1) - max(a.x0, b.x0)
    high = min(a.bottom, b.bottom) - max(a.top, b.top)
    least = min((a.x1 - a.x0) * (a.bottom - a.top), (b.x1 - b.x0) * (b.bottom - b.top))
    return wide * high / least if wide > 0 and high > 0 and least > 0 else 0.0


def _char(glyph: Glyph, rules: Sequence[Rule]) -> Char:
    height = glyph.bottom - glyph.top
    low, high = glyph.top + _STRIKE[0] * height, glyph.top + _STRIKE[1] * height
    middle = (glyph.x0 + glyph.x1) / 2
    is_struck = any(low < rule.at < high and rule.start <= middle <= rule.end for rule in rules)
    text = UNREADABLE if is_struck else glyph.text
    return Char(text, glyph.x0, glyph.top, glyph.x1, glyph.bottom, glyph.run)


def _upright(content: PageContent, glyphs: Sequence[Glyph]) -> PageContent:
    """Turn a page that is printed sideways, so that its lines run from left to right."""
    down = sum(1 for g in glyphs if abs(g.direction[1]) > abs(g.direction[0]) and g.direction[1] > 0)
    up = sum(1 for g in glyphs if abs(g.direction[1]) > abs(g.direction[0]) and g.direction[1] < 0)
    if 2 * max(up, down) <= len(glyphs):
        return content
    width, height = content.width, content.height

    def turned(box: tuple[float, float, float, float]) -> tuple[float, float, float, float]:
        x0, top, x1, bottom = box
        return (height - bottom, x0, height - top, x1) if up > down else (top, width - x1, bottom, width - x0)

    view = PageContent(height, width, unmapped=content.unmapped, invisible=content.invisible)
    view.chars = [Char(c.text, *turned((c.x0, c.top, c.x1, c.bottom)), c.run) for c in content.chars]
    view.images = [Box(*turned((b.x0, b.top, b.x1, b.bottom))) for b in content.images]
    for rule in content.horizontal:
        _add_rule(view, *turned((rule.start, rule.at, rule.end, rule.at)))
    for rule in content.vertical:
        _add_rule(view, *turned((rule.at, rule.start, rule.at, rule.end)))
    return view
