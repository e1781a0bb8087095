"""For each property, whether a value may change what is seen. What cannot be worked out may."""

import re
from collections.abc import Callable
from functools import lru_cache, partial

from pipelines.extract.html.css.properties import COLOURS, GLYPH_FORMS, PLAIN_GLYPHS, RAISED_FORMS
from pipelines.extract.html.css.values import length, lengths

NEARLY_NOTHING = 5.0
"""Pixels of a letter that is a dot to most people: whether it is seen is not certain."""
NEAR = 16.0
"""Pixels that a part of a cell may be moved without changing what it seems to say: Word indents by some of them."""
LEAST_LINE_HEIGHT = 0.5
"""Share of the size of letters: lines of text that are lower lie over each other."""
NEARLY_OPAQUE = 0.75
_WIDE = 6.0  # pixels
_COMMON = frozenset(["inherit", "initial", "unset", "revert"])
_HARMLESS = {
    "writing-mode": {"horizontal-tb", "lr-tb"},
    "display": {"block", "inline", "inline-block", "run-in"},
    "visibility": {"visible"},
    "position": {"static", "relative", "sticky", "-webkit-sticky"},
    "float": {"none"},
    "unicode-bidi": {"normal", "embed", "isolate", "plaintext"},
    "flex-direction": {"row", "column", "row nowrap", "row wrap", "column nowrap", "column wrap"},
    "vertical-align": {"baseline", "middle", "top", "bottom", "text-top", "text-bottom", "center"},
    "mix-blend-mode": {"normal"},
}  # fmt: skip
_NEVER_ALONE = frozenset(["overflow", "text-transform", "padding-bottom", "table-layout", "min-width"])
_WITH_UNIT = re.compile(r"-?(?:\d+\.?\d*|\.\d+)(?:px|pt|em|rem|vw|vh|vmax|vmin|cm|mm|in|q)", re.IGNORECASE)
_PLAIN_MARKERS = re.compile(
    r"(?:none|disc|circle|square|inside|outside|inherit|initial|unset|revert|url\([^()]*\)|\s)*"
)
_AMOUNT = r"\(\s*(?:0?\.[5-9]\d*|1(?:\.[0-4]\d*)?|[5-9]\d(?:\.\d+)?%|1[0-4]\d(?:\.\d+)?%)\s*\)"
_HARMLESS_FILTER = re.compile(
    rf"(?:none|(?:grayscale|sepia|saturate|hue-rotate)\([^()]*\)|(?:brightness|contrast){_AMOUNT}|opacity\((?:1|100%|0?\.[3-9]\d*|[3-9]\d%)\)|\s)*"
)


def is_of_interest(name: str, value: str) -> bool:
    """May the value of a property change which text is seen, or where? Colours are judged together, elsewhere."""
    if name.startswith("--"):
        return False
    if value == "revert-layer":
        return True
    if name in COLOURS:
        return name == "background-image" and value != "none"
    if "var(" in value or "attr(" in value:
        return name != "font-family"
    if name in _HARMLESS:
        is_line = name == "display" and value in ("block", "inline")
        return is_line or not (value in _HARMLESS[name] or value in _COMMON)
    if name in _MEASURED:
        return _MEASURED[name](value)
    return value not in PLAIN_GLYPHS and name not in _NEVER_ALONE


def share_of(value: str) -> float | None:
    """A share from 0 to 1 (``.5``, ``50%``); None for what must be calculated."""
    plain = length(value.rstrip("%"))
    return None if plain is None else plain / 100 if value.endswith("%") else plain


def largest(value: str) -> float:
    """The largest length in the value of a font size, in pixels; of a keyword, that of usual letters."""
    found = lengths(value) if "(" in value and length(value) is None else [length(value)]
    return max((size for size in found if size is not None), default=16.0)


def line_height(value: str) -> float | None:
    """A line height as a share of usual letters; None for ``normal``."""
    size = length(value)
    if size is None:
        return None
    is_plain = value.replace(".", "", 1).isdigit()
    return size if is_plain else share_of(value) if value.endswith("%") else size / 16


def widest(value: str) -> float:
    """The largest length with a unit, in either direction."""
    return max((abs(size) for part in _WITH_UNIT.findall(value) for size in lengths(part)), default=0.0)


def is_unresolved(value: str) -> bool:
    """Is the value a sum whose outcome is not known here?"""
    return "(" in value and length(value) is None


def _is_at_most(limit: int, value: str) -> bool:
    size = length(value)
    return is_unresolved(value) if size is None else size <= limit and not value.endswith("%")


def _is_offset(value: str) -> bool:
    return length(value) != 0 and value not in PLAIN_GLYPHS


def _is_opposite(value: str) -> bool:
    return is_unresolved(value) or any(size <= -NEAR for size in lengths(value))


def _is_low(value: str) -> bool:
    height = line_height(value)
    return is_unresolved(value) if height is None else height < LEAST_LINE_HEIGHT


def _is_over_others(value: str) -> bool:
    """``box-shadow``: is it more than the rim of a card?"""
    return widest(value) >= 2 * _WIDE


@lru_cache(maxsize=4096)
def is_plain_filter(value: str) -> bool:
    """Does a ``filter`` leave letters apart from their ground?"""
    return _HARMLESS_FILTER.fullmatch(value) is not None or value in PLAIN_GLYPHS


_MEASURED: dict[str, Callable[[str], bool]] = {
    "direction": lambda value: value == "rtl",
    "opacity": lambda value: (share_of(value) or 0.0) < NEARLY_OPAQUE and value not in PLAIN_GLYPHS,
    "font-size": lambda value: is_unresolved(value) or largest(value) < NEARLY_NOTHING,
    "filter": lambda value: not is_plain_filter(value),
    "z-index": lambda value: value.startswith("-"),
    "contain": lambda value: "size" in value or "strict" in value,
    "line-height": _is_low,
    "animation-name": lambda value: "none" not in value.split(),
    **dict.fromkeys(("height", "max-height"), partial(_is_at_most, 8)),
    **dict.fromkeys(("width", "max-width"), partial(_is_at_most, 24)),
    **dict.fromkeys(("left", "right", "top", "bottom"), _is_offset),
    **dict.fromkeys(
        ("margin-left", "margin-right", "margin-top", "margin-bottom", "padding-left", "padding-right"), _is_opposite
    ),
    "text-indent": lambda value: is_unresolved(value) or any(size <= -8 or size >= 400 for size in lengths(value)),
    "letter-spacing": lambda value: is_unresolved(value) or any(abs(size) >= 2 for size in lengths(value)),
    "word-spacing": _is_opposite,
    "content": lambda value: value.strip("\"'").strip() not in PLAIN_GLYPHS,
    "order": lambda value: length(value) != 0,
    "zoom": lambda value: length(value) not in (1, 100),
    "text-decoration-line": lambda value: "line-through" in value or widest(value) >= _WIDE,
    "font-size-adjust": lambda value: length(value) is not None,
    **dict.fromkeys(GLYPH_FORMS, lambda value: RAISED_FORMS.search(value) is not None),
    "all": lambda _: True,
    **dict.fromkeys(("outline", "outline-width", "outline-offset"), lambda value: widest(value) >= _WIDE),
    **dict.fromkeys(("text-shadow", "text-decoration-thickness"), lambda value: widest(value) >= _WIDE),
    **dict.fromkeys(("text-stroke", "text-stroke-width"), lambda value: widest(value) >= 2),
    "box-shadow": _is_over_others,
    **dict.fromkeys(("list-style", "list-style-type"), lambda value: _PLAIN_MARKERS.fullmatch(value) is None),
    **dict.fromkeys(("container", "container-type"), lambda value: re.search(r"(?<![\w-])size", value) is not None),
    **dict.fromkeys(("columns", "column-count"), lambda value: value not in (*PLAIN_GLYPHS, "1", "auto auto")),
    "font-family": lambda value: "dings" in value.lower(),
    "quotes": lambda value: re.search(r"\d", value) is not None,
    "background-clip": lambda value: "text" in value,
    **dict.fromkeys(("border-image", "border-image-slice"), lambda value: "fill" in value),
    "color-scheme": lambda value: "dark" in value and "light" not in value,
    **dict.fromkeys(("flex-wrap", "box-direction"), lambda value: "reverse" in value),
    "box-ordinal-group": lambda value: value != "1",
    "rtl-ordering": lambda value: value == "visual",
    "grid-auto-flow": lambda value: "dense" in value or "column" in value,
}
