"""Attributes of OFD objects: numbers, flags, colours, and the place of an object on its page."""

import re
from collections.abc import Mapping
from xml.etree.ElementTree import Element

from pipelines.extract.html.css.values import BLACK, Colour
from pipelines.extract.ofd.package import child
from pipelines.extract.pdf.page.geometry import Matrix

Paint = Colour | None
"""None: something that is seen, in colours that cannot be told."""


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


def flag(item: Element, name: str, default: bool) -> bool:
    """A true-or-false attribute; the default where it is absent."""
    text = (item.get(name) or "").lower()
    return text in ("true", "1") if text else default


def opacity(item: Element) -> float:
    """From 0, wholly transparent, to 1."""
    return min(1.0, max(0.0, number(item.get("Alpha"), 255.0) / 255))


def color_of(item: Element, kind: str, params: Mapping[str, Paint]) -> Paint:
    """The object's own colour of this kind, else the inherited one, else black; with the opacity of both."""
    color = child(item, kind)
    paint = paint_of(color) if color is not None else params.get(kind, BLACK)
    return paint if paint is None else paint._replace(alpha=paint.alpha * opacity(item))


def paint_of(color: Element) -> Paint:
    """Grey, RGB or CMYK by the number of its components; None for a palette, a pattern or a gradient."""
    written = (color.get("Value") or "").split()
    parts = [part for text in written if (part := _component(text)) is not None]
    if len(parts) == 1:
        parts *= 3
    elif len(parts) == 4:
        parts = [(1 - part) * (1 - parts[3]) for part in parts[:3]]
    if len(parts) != 3:
        return None if color.get("Index") or len(color) else BLACK._replace(alpha=opacity(color))
    return Colour(parts[0], parts[1], parts[2], opacity(color))


def _component(part: str) -> float | None:
    if not re.fullmatch(r"#[0-9A-Fa-f]{1,4}|\d{1,5}(?:\.\d+)?", part):
        return None
    return min(1.0, (int(part[1:], 16) if part.startswith("#") else float(part)) / 255)


def boundary(item: Element) -> tuple[float, float, float, float]:
    """Left, top, width and height of an object, in the coordinates around it."""
    values = numbers(item.get("Boundary"))
    return (values[0], values[1], values[2], values[3]) if len(values) >= 4 else (0.0, 0.0, 0.0, 0.0)


def boundary_box(item: Element, outer: Matrix) -> tuple[float, float, float, float]:
    """The box of an object on the page."""
    x, y, width, height = boundary(item)
    return outer.box(x, y, x + width, y + height)


def placement(item: Element, outer: Matrix) -> Matrix:
    """From an object's own coordinates to the page's."""
    x, y, _, _ = boundary(item)
    values = numbers(item.get("CTM"))
    own = Matrix(*values[:6]) if len(values) >= 6 else Matrix(1, 0, 0, 1, 0, 0)
    return own.then(Matrix(1, 0, 0, 1, x, y)).then(outer)
