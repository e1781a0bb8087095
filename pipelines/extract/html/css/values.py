"""Values of style properties: lengths in pixels, colours, and how well a text stands out from its ground."""

import re
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
    return [float(number) * _PIXELS[unit.lower()] for number, unit in _LENGTH.findall(value)]


def length(value: str | None) -> float | None:
    """The length that a value is; None for ``auto``, ``calc(…)`` and the like."""
    match = _LENGTH.fullmatch(value.strip()) if value else None
    return float(match[1]) * _PIXELS[(match[2] or "").lower()] if match else None


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


_OF_THE_SYSTEM = {
    "window": WHITE, "canvas": WHITE, "field": WHITE, "windowtext": BLACK, "canvastext": BLACK, "fieldtext": BLACK,
}  # fmt: skip

_FIRST_OF_TWO = re.compile(r"light-dark\(\s*([^(),]+|[\w-]+\([^()]*\))\s*,.*")


@lru_cache(maxsize=4096)
def colour(value: str) -> Colour | None:
    """A colour value; None for ``inherit``, ``currentcolor``, system colours and values of unknown syntax."""
    if value.startswith("light-dark("):
        value = _FIRST_OF_TWO.sub(r"\1", value)
    if value.strip() in _OF_THE_SYSTEM:
        return _OF_THE_SYSTEM[value.strip()]
    try:
        parsed = tinycss2.color4.parse_color(value.strip())
        if parsed is None or isinstance(parsed, str):
            return _legacy(value)
        red, green, blue = (min(1.0, max(0.0, float(c or 0))) for c in parsed.to("srgb").coordinates)
    except (ValueError, TypeError, AttributeError, NotImplementedError):
        return None
    return Colour(red, green, blue, float(parsed.alpha))


_HEX = re.compile(r"[0-9a-fA-F]{6}")


def _legacy(value: str) -> Colour | None:
    """``bgcolor=ffffff``: attributes do without the sign."""
    return colour(f"#{value.strip()}") if _HEX.fullmatch(value.strip()) else None


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
