"""What an OFD page shows, as objects in the order in which they are painted (GB/T 33190-2016, clauses 8-13).

An object's coordinates are its own: ``CTM`` maps them, then ``Boundary`` places them on the page. Units are millimetres;
what comes out is in points from the top left corner, as the PDF reader has it.
"""

import math
import posixpath
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import TypeVar
from xml.etree.ElementTree import Element

from pipelines.extract.ofd.attributes import (
    Paint,
    boundary,
    boundary_box,
    color_of,
    flag,
    number,
    opacity,
    paint_of,
    placement,
)
from pipelines.extract.ofd.package import child, children, local, place_of, text_of
from pipelines.extract.ofd.painted import Glyph, Image, Painted, Slanted, Stroke, TooMuchDrawn
from pipelines.extract.ofd.paths import bends, clip_box, subpaths_of
from pipelines.extract.ofd.text_codes import placed_chars, starts_of
from pipelines.extract.pdf.page.content import UNREADABLE
from pipelines.extract.pdf.page.geometry import Matrix

POINT = 72 / 25.4  # points in a millimetre
MAX_OBJECTS = 200_000
MAX_DEPTH = 32
_LEAST_SIZE = 2.0
"""Points: what is smaller is seen by nobody."""
_ASCENT = 0.86  # of the size of the type: how far a character reaches above its base line
_SLANT = 0.05  # sine of the angle that a line of text may deviate from upright or sideways: about three degrees
_UNSEEN = 0.05  # opacity
_LINE_WIDTH = 0.353  # millimetres, where an object gives none


@dataclass
class Resources:
    """What pages refer to by id."""

    draw_params: dict[str, Element] = field(default_factory=dict)
    composites: dict[str, Element] = field(default_factory=dict)
    media: dict[str, str] = field(default_factory=dict)
    """Where the files of images stand."""

    def add(self, part: Element | None, place: str) -> None:
        """Add the resources that a part at ``place`` lists."""
        base = posixpath.join(part.get("BaseLoc", ""), "") if part is not None else ""
        for group in part if part is not None else ():
            for entry in group:
                if local(entry) == "MultiMedia":
                    self.media[entry.get("ID", "")] = place_of(place, base + text_of(entry, "MediaFile"))
                elif local(entry) == "DrawParam":
                    self.draw_params[entry.get("ID", "")] = entry
                elif local(entry) == "CompositeGraphicUnit":
                    self.composites[entry.get("ID", "")] = entry


class LayerReader:
    """Walks content, counting objects over all pages of the document so that work is bounded."""

    def __init__(self, resources: Resources) -> None:
        self.resources = resources
        self.objects = 0
        self.runs = 0
        self.undrawn = 0  # characters that are written and not painted

    def painted(self, content: Element | None, outer: Matrix, depth: int = 0) -> Iterator[Painted]:
        """Objects of a page's or a composite's ``Content``, layer by layer."""
        for layer in content if content is not None else ():
            yield from self._group(layer, outer, self._params(layer, {}), depth)

    def _group(self, group: Element, outer: Matrix, params: Mapping[str, Paint], depth: int) -> Iterator[Painted]:
        if depth > MAX_DEPTH:
            raise TooMuchDrawn("objects are nested without end")
        if _is_off(group):
            return
        for item in group:
            self.objects += 1
            if self.objects > MAX_OBJECTS:
                raise TooMuchDrawn(f"the OFD file draws more than {MAX_OBJECTS} objects")
            if _is_off(item):
                continue
            kind = local(item)
            if kind == "PageBlock":
                yield from self._group(item, outer, params, depth + 1)
            elif kind in ("TextObject", "PathObject", "ImageObject", "CompositeObject"):
                own = self._params(item, params)
                clip = clip_box(item, outer)
                yield from (thing for thing in self._object(kind, item, outer, own, depth) if _inside(thing, clip))

    def _object(
        self, kind: str, item: Element, outer: Matrix, params: Mapping[str, Paint], depth: int
    ) -> Iterator[Painted]:
        matrix = placement(item, outer)
        if kind == "TextObject":
            yield from self._text(item, matrix, outer, params)
        elif kind == "PathObject":
            yield from self._path(item, matrix, params)
        elif kind == "ImageObject":
            if opacity(item):
                yield _image(item, matrix, outer)
        elif opacity(item) > _UNSEEN:
            unit = self.resources.composites.get(item.get("ResourceID", ""))
            inner = child(unit, "Content") if unit is not None else child(item, "Content")
            frame = boundary_box(item, outer) if all(boundary(item)[2:]) else None
            if inner is not None:
                yield from (_cut(thing, frame) for thing in self.painted_group(inner, matrix, params, depth + 1))

    def painted_group(
        self, content: Element, matrix: Matrix, params: Mapping[str, Paint], depth: int
    ) -> Iterator[Painted]:
        """A composite's content: layers or bare objects, as both are written."""
        has_layers = any(local(entry) == "Layer" for entry in content)
        for group in content if has_layers else [content]:
            yield from self._group(group, matrix, params, depth)

    def _text(
        self, item: Element, matrix: Matrix, outer: Matrix, params: Mapping[str, Paint]
    ) -> Iterator[Glyph | Slanted]:
        self.runs += 1
        frame = boundary_box(item, outer) if all(boundary(item)[2:]) else None
        fills, strokes = flag(item, "Fill", True), flag(item, "Stroke", False)
        ink = color_of(item, "FillColor" if fills else "StrokeColor", params)
        is_painted = (fills or strokes) and (ink is None or ink.alpha > 0)
        quarter, is_plain = _quarter(matrix), _reads_plainly(item, matrix)
        for char, box in self._chars(item, matrix):
            self.objects += 1
            if self.objects > MAX_OBJECTS:
                raise TooMuchDrawn(f"the OFD file draws more than {MAX_OBJECTS} objects")
            if not is_painted or box[3] - box[1] < _LEAST_SIZE:
                self.undrawn += 1
            elif quarter is not None:
                text = char if is_plain else UNREADABLE
                yield _cut(Glyph(text, *box, run=self.runs, quarter=quarter, ink=ink), frame)
            elif char.isdigit():
                yield Slanted(*box)

    def _chars(self, item: Element, matrix: Matrix) -> Iterator[tuple[str, tuple[float, float, float, float]]]:
        """The characters of an object but for spaces, each with its box on the page."""
        size, scale = number(item.get("Size"), 0.0), number(item.get("HScale"), 1.0) or 1.0
        is_vertical = _degrees(item, "ReadDirection") in (90, 270)
        has_glyphs = any(text_of(transform, "Glyphs") for transform in children(item, "CGTransform"))
        codes = list(children(item, "TextCode"))
        for code, start in zip(codes, starts_of(codes), strict=True):
            chars = placed_chars(code, start, size, scale, vertical=is_vertical)
            if has_glyphs and not (code.text or "").strip():
                # Shapes of a font stand there that no character is named for: ink, not a blank.
                chars = iter([(UNREADABLE, *start, size * scale / 2)])
            for char, x, y, width in chars:
                if not char.isspace():
                    yield char, matrix.box(x, y - _ASCENT * size, x + width, y + (1 - _ASCENT) * size)

    def _path(self, item: Element, matrix: Matrix, params: Mapping[str, Paint]) -> Iterator[Stroke]:
        strokes, fills = flag(item, "Stroke", True), flag(item, "Fill", False)
        ink, ground = color_of(item, "StrokeColor", params), color_of(item, "FillColor", params)
        strokes = strokes and (ink is None or ink.alpha > 0)
        fills = fills and (ground is None or ground.alpha > 0)
        if not strokes and not fills:
            return
        data = text_of(item, "AbbreviatedData")
        subpaths = tuple(tuple(matrix.point(x, y) for x, y in points) for points in subpaths_of(data))
        self.objects += sum(len(points) for points in subpaths)
        width = number(item.get("LineWidth"), _LINE_WIDTH) * math.hypot(matrix.a, matrix.b)
        yield Stroke(subpaths, strokes, fills, ink, ground, width, bends(data))

    def _params(self, item: Element, inherited: Mapping[str, Paint]) -> dict[str, Paint]:
        """Fill and stroke colours that an object has by its ``DrawParam``, and that one by its ``Relative``."""
        found = dict(inherited)
        chain: list[Element] = []
        name = item.get("DrawParam")
        while name and name in self.resources.draw_params and len(chain) < MAX_DEPTH:
            chain.append(self.resources.draw_params[name])
            name = chain[-1].get("Relative")
        for params in reversed(chain):
            for kind in ("FillColor", "StrokeColor"):
                if (color := child(params, kind)) is not None:
                    found[kind] = paint_of(color)
        return found


def _inside(thing: Painted, clip: tuple[float, float, float, float] | None) -> bool:
    """Is the middle of a character within what is not clipped away? Lines and images only lose their ends."""
    if clip is None or not isinstance(thing, Glyph):
        return True
    x, y = (thing.x0 + thing.x1) / 2, (thing.top + thing.bottom) / 2
    return clip[0] <= x <= clip[2] and clip[1] <= y <= clip[3]


def _image(item: Element, matrix: Matrix, outer: Matrix) -> Image:
    box = matrix.box(0, 0, 1, 1) if item.get("CTM") else boundary_box(item, outer)
    is_upright = matrix.b == 0 == matrix.c and matrix.a > 0 < matrix.d
    is_whole = child(item, "Clips") is None and not item.get("ImageMask") and opacity(item) > 1 - _UNSEEN
    return Image(*box, resource=item.get("ResourceID", "") if is_upright and is_whole else "")


def _is_off(item: Element) -> bool:
    return (item.get("Visible") or "true").lower() in ("false", "0")


def _degrees(item: Element, name: str) -> int:
    return int(number(item.get(name), 0)) % 360


def _quarter(matrix: Matrix) -> int | None:
    """How many quarter turns, clockwise, a line of text is turned by; None where it is slanted."""
    a, b = matrix.a, matrix.b
    if min(abs(a), abs(b)) > _SLANT * math.hypot(a, b):
        return None
    return (0 if a > 0 else 2) if abs(a) >= abs(b) else (1 if b > 0 else 3)


def _reads_plainly(item: Element, matrix: Matrix) -> bool:
    """Not mirrored, and neither its characters turned within their line nor the line read backwards."""
    is_mirrored = matrix.a * matrix.d - matrix.b * matrix.c < 0
    return not is_mirrored and _degrees(item, "CharDirection") == 0 and _degrees(item, "ReadDirection") in (0, 90)


_Thing = TypeVar("_Thing", bound=Painted)


def _cut(thing: _Thing, frame: tuple[float, float, float, float] | None) -> _Thing:
    """A character that stands more than its own height outside the boundary of its object, where programs cut it off or not,
    cannot be read."""
    if frame is None or not isinstance(thing, Glyph):
        return thing
    x, y, reach = (thing.x0 + thing.x1) / 2, (thing.top + thing.bottom) / 2, thing.bottom - thing.top
    is_inside = frame[0] - reach <= x <= frame[2] + reach and frame[1] - reach <= y <= frame[3] + reach
    return thing if is_inside else replace(thing, text=UNREADABLE)
