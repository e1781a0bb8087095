"""What an OFD page shows, as objects in the order in which they are painted (GB/T 33190-2016, clauses 8-13).

An object's coordinates are its own: ``CTM`` maps them, then ``Boundary`` places them on the page. Units are millimetres;
what comes out is in points from the top left corner, as the PDF reader has it.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from xml.etree.ElementTree import Element

from pipelines.extract.ofd.attributes import boundary_box, color_of, flag, is_clear, named_color, number, placement
from pipelines.extract.ofd.package import child, children, local
from pipelines.extract.ofd.paths import clip_box, subpaths_of
from pipelines.extract.ofd.text_codes import placed_chars
from pipelines.extract.pdf.page.geometry import Matrix
from schemas.errors import GongkaiError

POINT = 72 / 25.4  # points in a millimetre
MAX_OBJECTS = 200_000
MAX_DEPTH = 32
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


@dataclass(frozen=True)
class Stroke:
    """A painted path: subpaths of corner points; ``filled`` opaque areas hide what was painted before."""

    subpaths: tuple[tuple[tuple[float, float], ...], ...]
    stroked: bool
    filled: bool
    white: bool


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

    def _group(self, group: Element, outer: Matrix, params: Mapping[str, str], depth: int) -> Iterator[Painted]:
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
        self, kind: str, item: Element, outer: Matrix, params: Mapping[str, str], depth: int
    ) -> Iterator[Painted]:
        matrix = placement(item, outer)
        if kind == "TextObject":
            yield from self._text(item, matrix, params)
        elif kind == "PathObject":
            yield from self._path(item, matrix, params)
        elif kind == "ImageObject":
            if not is_clear(item):
                yield Image(*matrix.box(0, 0, 1, 1) if item.get("CTM") else boundary_box(item, outer))
        else:
            unit = self.resources.composites.get(item.get("ResourceID", ""))
            inner = child(unit, "Content") if unit is not None else child(item, "Content")
            if inner is not None:
                yield from self.painted_group(inner, matrix, params, depth + 1)

    def painted_group(
        self, content: Element, matrix: Matrix, params: Mapping[str, str], depth: int
    ) -> Iterator[Painted]:
        """A composite's content: layers or bare objects, as both are written."""
        has_layers = any(local(entry) == "Layer" for entry in content)
        for group in content if has_layers else [content]:
            yield from self._group(group, matrix, params, depth)

    def _text(self, item: Element, matrix: Matrix, params: Mapping[str, str]) -> Iterator[Glyph]:
        self.runs += 1
        size, scale = number(item.get("Size"), 0.0), number(item.get("HScale"), 1.0) or 1.0
        fills, strokes = flag(item, "Fill", True), flag(item, "Stroke", False)
        color = color_of(item, "FillColor", params) if fills else color_of(item, "StrokeColor", params)
        shown = (fills or strokes) and not is_clear(item) and color != "none"
        turned = (int(number(item.get("CharDirection"), 0)) % 360, int(number(item.get("ReadDirection"), 0)) % 360)
        for code in children(item, "TextCode"):
            for char, x, y, width in placed_chars(code, size, scale, vertical=turned[1] in (90, 270)):
                self.objects += 1
                if self.objects > MAX_OBJECTS:
                    raise TooMuchDrawn(f"the OFD file draws more than {MAX_OBJECTS} objects")
                if char.isspace():
                    continue
                if not shown or color == "white" or size <= 0:
                    self.undrawn += 1
                    continue
                box = matrix.box(x, y - _ASCENT * size, x + width, y + (1 - _ASCENT) * size)
                yield Glyph(char, *box, run=self.runs, direction=(matrix.a, matrix.b))

    def _path(self, item: Element, matrix: Matrix, params: Mapping[str, str]) -> Iterator[Stroke]:
        if is_clear(item):
            return
        stroke, fill = flag(item, "Stroke", True), flag(item, "Fill", False)
        ink = color_of(item, "StrokeColor", params) if stroke else "none"
        ground = color_of(item, "FillColor", params) if fill else "none"
        if ink == "none" and ground == "none":
            return
        data = child(item, "AbbreviatedData")
        subpaths = tuple(
            tuple(matrix.point(x, y) for x, y in points)
            for points in subpaths_of(data.text or "" if data is not None else "")
        )
        self.objects += sum(len(points) for points in subpaths)
        stroked = ink not in ("none", "white")
        yield Stroke(subpaths, stroked, ground != "none", ground == "white" and not stroked)

    def _params(self, item: Element, inherited: Mapping[str, str]) -> dict[str, str]:
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
                    found[kind] = named_color(color)
        return found


def _inside(thing: Painted, clip: tuple[float, float, float, float] | None) -> bool:
    """Is the middle of a character within what is not clipped away? Lines and images only lose their ends."""
    if clip is None or not isinstance(thing, Glyph):
        return True
    x, y = (thing.x0 + thing.x1) / 2, (thing.top + thing.bottom) / 2
    return clip[0] <= x <= clip[2] and clip[1] <= y <= clip[3]
