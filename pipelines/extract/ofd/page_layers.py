"""What an OFD page shows, as objects in the order in which they are painted (GB/T 33190-2016, clauses 8-13).

An object's coordinates are its own: ``CTM`` maps them, then ``Boundary`` places them on the page. Units are millimetres;
what comes out is in points from the top left corner, as the PDF reader has it.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from xml.etree.ElementTree import Element

from pipelines.extract.html.css.values import BLACK
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
from pipelines.extract.ofd.package import child, children, local, text_of
from pipelines.extract.ofd.paths import clip_box, subpaths_of
from pipelines.extract.ofd.text_codes import placed_chars
from pipelines.extract.pdf.page.content import UNREADABLE
from pipelines.extract.pdf.page.geometry import Matrix
from schemas.errors import GongkaiError

POINT = 72 / 25.4  # points in a millimetre
MAX_OBJECTS = 200_000
MAX_DEPTH = 32
_LEAST_SIZE = 2.0
"""Points: what is smaller is seen by nobody."""
_ASCENT = 0.86  # of the size of the type: how far a character reaches above its base line


class TooMuchDrawn(GongkaiError, ValueError):
    """The document draws more than any report does."""


@dataclass(frozen=True)
class Glyph:
    """A painted character: text, box, and the base line it stands on."""

    text: str
    x0: float
    top: float
    x1: float
    bottom: float
    run: int
    direction: tuple[float, float] = (1.0, 0.0)
    ink: Paint = BLACK


@dataclass(frozen=True)
class Stroke:
    """A painted path: subpaths of corner points, the colours of its line and of its area.

    ``stroked``, ``filled``: whether it has them at all.
    """

    subpaths: tuple[tuple[tuple[float, float], ...], ...]
    stroked: bool
    filled: bool
    ink: Paint = BLACK
    ground: Paint = BLACK


@dataclass(frozen=True)
class Image:
    """A painted image's box."""

    x0: float
    top: float
    x1: float
    bottom: float


Painted = Glyph | Stroke | Image


@dataclass
class Resources:
    """What pages refer to by id."""

    draw_params: dict[str, Element] = field(default_factory=dict)
    composites: dict[str, Element] = field(default_factory=dict)

    def add(self, part: Element | None) -> None:
        for group in part if part is not None else ():
            for entry in group:
                if local(entry) == "DrawParam":
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
            params = self._params(layer, {})
            yield from self._group(layer, outer, params, depth)

    def _group(self, group: Element, outer: Matrix, params: Mapping[str, Paint], depth: int) -> Iterator[Painted]:
        if depth > MAX_DEPTH:
            raise TooMuchDrawn("objects are nested without end")
        for item in group:
            self.objects += 1
            if self.objects > MAX_OBJECTS:
                raise TooMuchDrawn(f"the OFD file draws more than {MAX_OBJECTS} objects")
            if (item.get("Visible") or "true").lower() in ("false", "0"):
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
                yield Image(*matrix.box(0, 0, 1, 1) if item.get("CTM") else boundary_box(item, outer))
        else:
            unit = self.resources.composites.get(item.get("ResourceID", ""))
            inner = child(unit, "Content") if unit is not None else child(item, "Content")
            if inner is not None:
                yield from self.painted_group(inner, matrix, params, depth + 1)

    def painted_group(
        self, content: Element, matrix: Matrix, params: Mapping[str, Paint], depth: int
    ) -> Iterator[Painted]:
        """A composite's content: layers or bare objects, as both are written."""
        has_layers = any(local(entry) == "Layer" for entry in content)
        for group in content if has_layers else [content]:
            yield from self._group(group, matrix, params, depth)

    def _text(self, item: Element, matrix: Matrix, outer: Matrix, params: Mapping[str, Paint]) -> Iterator[Glyph]:
        self.runs += 1
        frame = boundary_box(item, outer) if all(boundary(item)[2:]) else None
        size, scale = number(item.get("Size"), 0.0), number(item.get("HScale"), 1.0) or 1.0
        fills, strokes = flag(item, "Fill", True), flag(item, "Stroke", False)
        ink = color_of(item, "FillColor" if fills else "StrokeColor", params)
        is_painted = (fills or strokes) and (ink is None or ink.alpha > 0)
        turned = (int(number(item.get("CharDirection"), 0)) % 360, int(number(item.get("ReadDirection"), 0)) % 360)
        has_glyphs = any(text_of(transform, "Glyphs") for transform in children(item, "CGTransform"))
        for code in children(item, "TextCode"):
            chars = placed_chars(code, size, scale, vertical=turned[1] in (90, 270))
            if has_glyphs and not (code.text or "").strip():
                # Shapes of a font stand there that no character is named for: ink, not a blank.
                start = number(code.get("X"), 0.0), number(code.get("Y"), 0.0)
                chars = iter([(UNREADABLE, *start, size * scale / 2)])
            for char, x, y, width in chars:
                self.objects += 1
                if self.objects > MAX_OBJECTS:
                    raise TooMuchDrawn(f"the OFD file draws more than {MAX_OBJECTS} objects")
                if char.isspace():
                    continue
                box = matrix.box(x, y - _ASCENT * size, x + width, y + (1 - _ASCENT) * size)
                if not is_painted or box[3] - box[1] < _LEAST_SIZE:
                    self.undrawn += 1
                    continue
                text = UNREADABLE if frame is not None and _is_beyond(box, frame) else char
                yield Glyph(text, *box, run=self.runs, direction=(matrix.a, matrix.b), ink=ink)

    def _path(self, item: Element, matrix: Matrix, params: Mapping[str, Paint]) -> Iterator[Stroke]:
        strokes, fills = flag(item, "Stroke", True), flag(item, "Fill", False)
        ink, ground = color_of(item, "StrokeColor", params), color_of(item, "FillColor", params)
        strokes = strokes and (ink is None or ink.alpha > 0)
        fills = fills and (ground is None or ground.alpha > 0)
        if not strokes and not fills:
            return
        data = child(item, "AbbreviatedData")
        subpaths = tuple(
            tuple(matrix.point(x, y) for x, y in points)
            for points in subpaths_of(data.text or "" if data is not None else "")
        )
        self.objects += sum(len(points) for points in subpaths)
        yield Stroke(subpaths, strokes, fills, ink, ground)

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


def _is_beyond(box: tuple[float, float, float, float], frame: tuple[float, float, float, float]) -> bool:
    """Does a character stand more than its own height outside the boundary of its object, where programs cut it off or not?"""
    x, y, reach = (box[0] + box[2]) / 2, (box[1] + box[3]) / 2, box[3] - box[1]
    return not (frame[0] - reach <= x <= frame[2] + reach and frame[1] - reach <= y <= frame[3] + reach)
