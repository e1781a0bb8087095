"""Attributes of OFD objects: numbers, flags, colours, and the place of an object on its page."""

import re
from collections.abc import Mapping
from xml.etree.ElementTree import Element

from pipelines.extract.ofd.package import child
from pipelines.extract.pdf.page.geometry import Matrix


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


def is_clear(item: Element) -> bool:
    """Whether an object is wholly transparent."""
    return number(item.get("Alpha"), 255.0) == 0


def color_of(item: Element, kind: str, params: Mapping[str, str]) -> str:
    """The object's own colour of this kind, else the inherited one, as ``named_color`` names it."""
    color = child(item, kind)
    return named_color(color) if color is not None else params.get(kind, "ink")


def named_color(color: Element) -> str:
    """``none`` for a transparent colour, ``white``, else ``ink``."""
    if number(color.get("Alpha"), 255.0) == 0:
        return "none"
    value = color.get("Value") or ""
    parts = [int(part[1:], 16) if part.startswith("#") else part for part in value.split() if _is_component(part)]
    return "white" if len(parts) in (1, 3) and all(float(part) >= 250 for part in parts) else "ink"


def _is_component(part: str) -> bool:
    return bool(re.fullmatch(r"#[0-9A-Fa-f]{1,4}|\d{1,5}(?:\.\d+)?", part))


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
