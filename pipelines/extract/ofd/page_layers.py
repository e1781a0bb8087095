"""What an OFD page shows, as objects in the order in which they are painted (GB/T 33190-2016, clauses 8-13).

An object's coordinates are its own: ``CTM`` maps them, then ``Boundary`` places them on the page. Units are millimetres;
what comes out is in points from the top left corner, as the PDF reader has it.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from xml.etree.ElementTree import Element

from pipelines.extract.ofd.package import child, children, local
from pipelines.extract.pdf.page.geometry import Matrix
from schemas.errors import GongkaiError

POINT = 72 / 25.4  # points in a millimetre
MAX_OBJECTS = 200_000
MAX_DEPTH = 32
_REPEAT = re.compile(r"^g$", re.I)
_ASCENT = 0.86  # of the size of the type: how far a character reaches above its base line
_NARROW = ".,:;'!|"
_WIDE = re.compile(r"[⺀-鿿豈-﫿＀-￯　-〿]")


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
                clip = _clip(item, outer)
                yield from (thing for thing in self._object(kind, item, outer, own, depth) if _inside(thing, clip))

    def _object(
        self, kind: str, item: Element, outer: Matrix, params: Mapping[str, str], depth: int
    ) -> Iterator[Painted]:
        matrix = _placed(item, outer)
        if kind == "TextObject":
            yield from self._text(item, matrix, params)
        elif kind == "PathObject":
            yield from self._path(item, matrix, params)
        elif kind == "ImageObject":
            if not _is_clear(item):
                yield Image(*matrix.box(0, 0, 1, 1) if item.get("CTM") else _boundary_box(item, outer))
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
        fills, strokes = _flag(item, "Fill", True), _flag(item, "Stroke", False)
        color = _color(item, "FillColor", params) if fills else _color(item, "StrokeColor", params)
        shown = (fills or strokes) and not _is_clear(item) and color != "none"
        turned = (int(number(item.get("CharDirection"), 0)) % 360, int(number(item.get("ReadDirection"), 0)) % 360)
        for code in children(item, "TextCode"):
            for char, x, y, width in _placed_chars(code, size, scale, vertical=turned[1] in (90, 270)):
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
        if _is_clear(item):
            return
        stroke, fill = _flag(item, "Stroke", True), _flag(item, "Fill", False)
        ink = _color(item, "StrokeColor", params) if stroke else "none"
        ground = _color(item, "FillColor", params) if fill else "none"
        if ink == "none" and ground == "none":
            return
        data = child(item, "AbbreviatedData")
        subpaths = tuple(
            tuple(matrix.point(x, y) for x, y in points)
            for points in _subpaths(data.text or "" if data is not None else "")
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
                    found[kind] = _named(color)
        return found


def number(text: str | None, default: float) -> float:
    """A number of an attribute; the default where there is none or it is none."""
    try:
        value = float(text) if text else default
    except ValueError:
        return default
    return value if -1e6 < value < 1e6 else default


def numbers(text: str | None) -> list[float]:
    """Numbers of a list attribute; what is none is left out."""
    found = []
    for piece in (text or "").replace(",", " ").split():
        try:
            found.append(float(piece))
        except ValueError:
            continue
    return found


def _flag(item: Element, name: str, default: bool) -> bool:
    text = (item.get(name) or "").lower()
    return text in ("true", "1") if text else default


def _is_clear(item: Element) -> bool:
    return number(item.get("Alpha"), 255.0) == 0


def _color(item: Element, kind: str, params: Mapping[str, str]) -> str:
    color = child(item, kind)
    return _named(color) if color is not None else params.get(kind, "ink")


def _named(color: Element) -> str:
    """``none`` for a transparent colour, ``white``, else ``ink``."""
    if number(color.get("Alpha"), 255.0) == 0:
        return "none"
    value = color.get("Value") or ""
    parts = [int(part[1:], 16) if part.startswith("#") else part for part in value.split() if _is_component(part)]
    return "white" if len(parts) in (1, 3) and all(float(part) >= 250 for part in parts) else "ink"


def _is_component(part: str) -> bool:
    return bool(re.fullmatch(r"#[0-9A-Fa-f]{1,4}|\d{1,5}(?:\.\d+)?", part))


def _boundary(item: Element) -> tuple[float, float, float, float]:
    values = numbers(item.get("Boundary"))
    return (values[0], values[1], values[2], values[3]) if len(values) >= 4 else (0.0, 0.0, 0.0, 0.0)


def _boundary_box(item: Element, outer: Matrix) -> tuple[float, float, float, float]:
    x, y, width, height = _boundary(item)
    return outer.box(x, y, x + width, y + height)


def _placed(item: Element, outer: Matrix) -> Matrix:
    """From an object's own coordinates to the page's."""
    x, y, _, _ = _boundary(item)
    values = numbers(item.get("CTM"))
    own = Matrix(*values[:6]) if len(values) >= 6 else Matrix(1, 0, 0, 1, 0, 0)
    return own.then(Matrix(1, 0, 0, 1, x, y)).then(outer)


def _placed_chars(
    code: Element, size: float, scale: float, *, vertical: bool
) -> Iterator[tuple[str, float, float, float]]:
    """(character, x, y of its base line, width) in the object's coordinates.

    Where no distance to the next character is given, one is assumed from the kind of character.
    """
    text = code.text or ""
    x, y = number(code.get("X"), 0.0), number(code.get("Y"), 0.0)
    right, down = _deltas(code.get("DeltaX")), _deltas(code.get("DeltaY"))
    chars = list(text if "\n" not in text else text.strip("\r\n\t "))
    for at, char in enumerate(chars):
        natural = size * scale * (1.0 if _WIDE.match(char) else 0.25 if char in _NARROW else 0.5)
        step = right[at] if at < len(right) else (0.0 if vertical or down else natural)
        yield char, x, y, min(natural, step) if 0 < step < natural else natural
        x += step
        y += down[at] if at < len(down) else (size if vertical and not right else 0.0)


def _deltas(text: str | None) -> list[float]:
    """``g 3 2.5 4`` is three times 2.5 and 4."""
    found: list[float] = []
    pieces = iter((text or "").replace(",", " ").split())
    for piece in pieces:
        if _REPEAT.match(piece):
            count, step = int(number(next(pieces, None), 0.0)), number(next(pieces, None), 0.0)
            found += [step] * min(max(count, 0), 10_000)
        else:
            found.append(number(piece, 0.0))
    return found


def _subpaths(data: str) -> Iterator[list[tuple[float, float]]]:
    """Corner points of ``AbbreviatedData``: S and M begin, L draws, Q, B and A bend (their end counts), C closes."""
    points: list[tuple[float, float]] = []
    pieces = data.replace(",", " ").split()
    at = 0
    sizes = {"S": 2, "M": 2, "L": 2, "Q": 4, "B": 6, "A": 7, "C": 0}
    while at < len(pieces):
        step = pieces[at]
        size = sizes.get(step)
        if size is None:
            at += 1
            continue
        values = numbers(" ".join(pieces[at + 1 : at + 1 + size]))
        at += 1 + size
        if len(values) < size:
            break
        if step in "SM":
            if points:
                yield points
            points = [(values[0], values[1])]
        elif step == "C":
            if points:
                points.append(points[0])
        else:
            points.append((values[-2], values[-1]))
    if points:
        yield points


def _clip(item: Element, outer: Matrix) -> tuple[float, float, float, float] | None:
    """The box of what ``Clips`` lets through; None where nothing is clipped."""
    clips = child(item, "Clips")
    if clips is None:
        return None
    matrix = _placed(item, outer)
    box: tuple[float, float, float, float] | None = None
    for clip in children(clips, "Clip"):
        found = [b for area in children(clip, "Area") if (b := _area_box(area, matrix)) is not None]
        if not found:
            continue
        x0, y0 = min(b[0] for b in found), min(b[1] for b in found)
        x1, y1 = max(b[2] for b in found), max(b[3] for b in found)
        box = (x0, y0, x1, y1) if box is None else (max(box[0], x0), max(box[1], y0), min(box[2], x1), min(box[3], y1))
    return box


def _area_box(area: Element, matrix: Matrix) -> tuple[float, float, float, float] | None:
    path = child(area, "Path")
    if path is None:
        return None
    x, y, _, _ = _boundary(path)
    data = child(path, "AbbreviatedData")
    points = [point for sub in _subpaths(data.text or "" if data is not None else "") for point in sub]
    if not points:
        return None
    values = numbers(area.get("CTM"))
    own = Matrix(*values[:6]) if len(values) >= 6 else Matrix(1, 0, 0, 1, 0, 0)
    placed = Matrix(1, 0, 0, 1, x, y).then(own).then(matrix)
    xs, ys = [p[0] for p in points], [p[1] for p in points]
    return placed.box(min(xs), min(ys), max(xs), max(ys))


def _inside(thing: Painted, clip: tuple[float, float, float, float] | None) -> bool:
    """Is the middle of a character within what is not clipped away? Lines and images only lose their ends."""
    if clip is None or not isinstance(thing, Glyph):
        return True
    x, y = (thing.x0 + thing.x1) / 2, (thing.top + thing.bottom) / 2
    return clip[0] <= x <= clip[2] and clip[1] <= y <= clip[3]
