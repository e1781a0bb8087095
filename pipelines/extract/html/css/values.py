"""Values of style properties: lengths in pixels, colours, and how well a text stands out from its ground."""

import ast
import operator
import re
from collections.abc import Callable, Set
from functools import lru_cache
from typing import NamedTuple

import tinycss2.color4

_LENGTH = re.compile(
    r"([+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?)(px|pt|pc|em|rem|ex|ch|cm|mm|in|q|vw|vh|%)?", re.IGNORECASE
)
_PIXELS = {
    "": 1.0, "px": 1.0, "pt": 4 / 3, "pc": 16.0, "em": 16.0, "rem": 16.0, "ex": 8.0, "ch": 8.0, "cm": 37.8, "mm": 3.78,
    "in": 96.0, "q": 0.945, "vw": 12.8, "vh": 7.2, "%": 8.0,
}  # fmt: skip
LEAST_CONTRAST = 1.25
"""Ratio of luminances below which text is invisible: #e5e5e5 on white has 1.26."""


def lengths(value: str) -> list[float]:
    """All lengths in a value, in pixels of a desktop window; relative units at their usual size."""
    if "(" in value:
        value = _INNER_SUM.sub(_as_pixels, value)
    return [float(number) * _PIXELS[unit.lower()] for number, unit in _LENGTH.findall(value)]


def _as_pixels(found: re.Match[str]) -> str:
    size = sum_of(found[0])
    return found[0] if size is None else f"{size:f}px"


def length(value: str | None) -> float | None:
    """The length that a value is, or comes to as a sum; None for ``auto`` and for what cannot be worked out."""
    match = _LENGTH.fullmatch(value.strip()) if value else None
    if match is None:
        return sum_of(value) if value and "(" in value else None
    return float(match[1]) * _PIXELS[(match[2] or "").lower()]


_SUM = re.compile(r"(?:calc|min|max|clamp)\(.*\)", re.DOTALL)
_INNER_SUM = re.compile(r"(?:calc|min|max|clamp)\((?:[^()]|\([^()]*\))*\)")
_LONGEST_SUM = 200
_OPERATORS = {ast.Add: operator.add, ast.Sub: operator.sub, ast.Mult: operator.mul, ast.Div: operator.truediv}
_FUNCTIONS: dict[str, Callable[..., float]] = {
    "calc": float, "min": min, "max": max, "clamp": lambda low, value, high: max(low, min(value, high)),
}  # fmt: skip


@lru_cache(maxsize=4096)
def sum_of(value: str) -> float | None:
    """What ``calc()``, ``min()``, ``max()`` or ``clamp()`` comes to, in pixels; None where that cannot be told."""
    value = value.strip().lower()
    if len(value) > _LONGEST_SUM or not _SUM.fullmatch(value):
        return None
    pixels = _LENGTH.sub(lambda found: repr(float(found[1]) * _PIXELS[(found[2] or "").lower()]), value)
    try:
        return _evaluated(ast.parse(pixels.replace("-webkit-", ""), mode="eval").body)
    except (SyntaxError, TypeError, ValueError, KeyError, ArithmeticError, RecursionError):
        return None


def _evaluated(node: ast.expr) -> float:
    if isinstance(node, ast.Constant):
        return float(node.value)  # type: ignore[arg-type]
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub | ast.UAdd):
        return _evaluated(node.operand) * (-1 if isinstance(node.op, ast.USub) else 1)
    if isinstance(node, ast.BinOp):
        return float(_OPERATORS[type(node.op)](_evaluated(node.left), _evaluated(node.right)))
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
        return float(_FUNCTIONS[node.func.id](*map(_evaluated, node.args)))
    raise ValueError(ast.dump(node))


class Colour(NamedTuple):
    """sRGB from 0 to 1, and opacity."""

    red: float
    green: float
    blue: float
    alpha: float

    @property
    def luminance(self) -> float:
        """Relative luminance as WCAG defines it."""
        linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in self[:3]]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    def over(self, ground: "Colour") -> "Colour":
        """This colour painted over an opaque ground."""
        red, green, blue = (
            self.alpha * mine + (1 - self.alpha) * below for mine, below in zip(self[:3], ground[:3], strict=True)
        )
        return Colour(red, green, blue, 1.0)


WHITE = Colour(1.0, 1.0, 1.0, 1.0)
BLACK = Colour(0.0, 0.0, 0.0, 1.0)


# The system's colours, as Chromium shows them.
_OF_THE_SYSTEM = {
    **dict.fromkeys((
        "window", "canvas", "field", "highlighttext", "accentcolortext", "selecteditemtext", "activecaption", "appworkspace",
        "background", "inactivecaption", "infobackground", "menu", "scrollbar",
    ), "#ffffff"),
    **dict.fromkeys((
        "windowtext", "canvastext", "fieldtext", "buttontext", "buttonborder", "marktext", "captiontext", "activeborder",
        "inactiveborder", "infotext", "menutext", "threeddarkshadow", "threedhighlight", "threedlightshadow", "threedshadow",
        "windowframe", "-webkit-focus-ring-color",
    ), "#000000"),
    **dict.fromkeys(("buttonface", "buttonhighlight", "buttonshadow", "threedface"), "#efefef"),
    **dict.fromkeys(("graytext", "inactivecaptiontext"), "#808080"), "mark": "#ffff00", "accentcolor": "#0075ff",
    "highlight": "#0041c6cc", "selecteditem": "#1967d2", "linktext": "#0000ee", "-webkit-link": "#0000ee",
    "activetext": "#ff0000", "-webkit-activelink": "#ff0000", "visitedtext": "#551a8b",
}  # fmt: skip

_FIRST_OF_TWO = re.compile(r"light-dark\(\s*([^(),]+|[\w-]+\([^()]*\))\s*,.*")


@lru_cache(maxsize=4096)
def colour(value: str) -> Colour | None:
    """A colour value; None for ``inherit``, ``currentcolor``, system colours and values of unknown syntax."""
    if value.startswith("light-dark("):
        value = _FIRST_OF_TWO.sub(r"\1", value)
    value = _OF_THE_SYSTEM.get(value.strip(), value.strip())
    try:
        parsed = tinycss2.color4.parse_color(value)
        if parsed is None or isinstance(parsed, str):
            return None
        red, green, blue = (min(1.0, max(0.0, float(c or 0))) for c in parsed.to("srgb").coordinates)
    except (ValueError, TypeError, AttributeError, NotImplementedError):
        return None
    return Colour(red, green, blue, float(parsed.alpha))


_GRADIENT = re.compile(r"gradient\(((?:[^()]|\([^()]*\))*)\)")
_COLOUR = re.compile(r"#[0-9a-f]+|[a-z][\w-]*(?:\([^()]*\))?")


@lru_cache(maxsize=1024)
def gradient_colours(image: str) -> tuple[str, ...]:
    """The colours of the gradients in a ``background-image``."""
    found = (piece for inner in _GRADIENT.findall(image) for piece in _COLOUR.findall(inner))
    return tuple(piece for piece in found if colour(piece) is not None)


_NO_SIGN = re.compile(r"[0-9a-f]{3}(?:[0-9a-f]{3})?")


def of_attribute(value: str) -> str:
    """The colour that ``bgcolor`` or ``color`` means, by the rules of HTML: nearly any word is one."""
    value = value.strip().lower()
    if not value or value == "transparent":
        return ""
    if (value.isalpha() and colour(value) is not None) or re.fullmatch("#[0-9a-f]{3}", value):
        return value
    digits = re.sub("[^0-9a-f]", "0", value.removeprefix("#")[:128])
    size = max(1, -(-len(digits) // 3))
    parts = [digits.ljust(3 * size, "0")[at * size : (at + 1) * size][-8:] for at in range(3)]
    while len(parts[0]) > 2 and all(part[0] == "0" for part in parts):
        parts = [part[1:] for part in parts]
    return "#" + "".join(part[:2].rjust(2, "0") for part in parts)


def is_without_sign(value: str) -> bool:
    """``color:fff``: a colour in pages without a doctype, and nothing in others."""
    return _NO_SIGN.fullmatch(value) is not None


def is_dark(value: str) -> bool:
    """Is the value a colour that is read on white?"""
    found = colour(value.strip().lower())
    return found is not None and is_seen(found, WHITE)


@lru_cache(maxsize=65536)
def is_seen(text: Colour, ground: Colour) -> bool:
    """Does a text of one colour stand out from a ground of the other?"""
    one, other = text.over(ground).luminance, ground.luminance
    return (max(one, other) + 0.05) / (min(one, other) + 0.05) >= LEAST_CONTRAST or _hue_differs(
        text.over(ground), ground
    )


def _hue_differs(one: Colour, other: Colour) -> bool:
    """Green on grey of the same luminance is seen."""
    return max(abs(a - b) for a, b in zip(one[:3], other[:3], strict=True)) > 0.35


def may_vanish(texts: Set[str], grounds: Set[str]) -> bool:
    """May a text in one of these colours, or in black, have the colour of one of these grounds, or of paper?"""
    if "currentcolor" in grounds or any("(" in value and colour(value) is None for value in (*texts, *grounds)):
        return True
    inks = {BLACK, *filter(None, map(colour, filter(None, texts)))}
    papers = {WHITE, *(found for found in map(colour, filter(None, grounds)) if found and found.alpha > 0)}
    return any(not is_seen(ink, paper.over(WHITE)) for ink in inks for paper in papers)
