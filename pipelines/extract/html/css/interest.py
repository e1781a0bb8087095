"""Which values may change what is seen.

A page in whose styles no value is of interest shows all of its text where it stands in the source: the common case, which
is found out without looking at any element.
"""

import re
from collections.abc import Callable, Iterable
from functools import lru_cache, partial
from typing import NamedTuple

from pipelines.extract.html.css.declarations import Declaration, first_colour, inline_declarations
from pipelines.extract.html.css.properties import COLOURS, GLYPH_FORMS, PLAIN_GLYPHS, RAISED_FORMS, TOGETHER
from pipelines.extract.html.css.values import length, lengths

NEARLY_NOTHING = 5.0
"""Pixels of a letter that is a dot to most people: whether it is seen is not certain."""
NEAR = 16.0
"""Pixels that a part of a cell may be moved without changing what it seems to say: Word indents by some of them."""
# A style attribute without any of this cannot be of interest, and need not be parsed: an editor writes dozens of new ones.
_MAY_INTEREST = re.compile(
    r"display|visib|opac|direction\s*:\s*rtl|indent\s*:\s*(?:\d{3}|[\d.]+v[wh])|(?<![\w-])(?:float|order|clip|mask|zoom|scale|rotate|translate|content|inset)|position|(?:-|\b)height\s*:\s*0"
    r"|width\s*:\s*(?:[0-9]|1\d|2[0-4])(?:\D|$)|height\s*:\s*[0-8](?:\D|$)|:[^;]*-\d\d|filter|line-through|vertical-align|flex-|transform|bidi"
    r"|spacing|writing-mode|security|blend|font-size\s*:\s*(?:0|\.|[1-5](?:px|pt|\s*;|$)|[\d.]+(?:em|%))|font\s*:[^;]*(?<![\d.#])0|var\(|calc\(|max\(|min\(|clamp\(|inline-|block-|z-index|contain|animation|line-height\s*:\s*0(?![\d.])|font-(?:variant|feature|size-adjust)|offset|grid-|--|url\(|text-fill|\\",
    re.IGNORECASE,
)
_CUTS = re.compile(r"overflow(?:-[xy])?\s*:\s*(?:hidden|clip)", re.IGNORECASE)
_BOX = frozenset(["overflow", "height", "max-height", "width", "max-width"])
"""What tells whether a box cuts off its content. Style sheets are not asked: they declare it for much that holds no table."""
_MAY_SPACE = re.compile(r"margin|padding|inline-block", re.IGNORECASE)
_COLOUR_OF_TEXT = re.compile(r"(?:^|[;\s]|text-fill-)color\s*:\s*([^;!]+)", re.IGNORECASE)
_COLOUR_OF_GROUND = re.compile(r"background(?:-color)?\s*:\s*([^;!]+)", re.IGNORECASE)


class InlineInterest(NamedTuple):
    """What a ``style`` attribute may have to do with: properties of interest, colours of text and of grounds, and whether
    it may set an element apart from its line."""

    names: frozenset[str]
    texts: frozenset[str]
    grounds: frozenset[str]
    spaces: bool = False

    def joined(self, other: "InlineInterest") -> "InlineInterest":
        """What two attributes have to do with together. Equal ones are one object."""
        if self == other or other == NO_INTEREST:
            return self
        if self == NO_INTEREST:
            return other
        return InlineInterest(
            self.names | other.names,
            self.texts | other.texts,
            self.grounds | other.grounds,
            self.spaces or other.spaces,
        )


NO_INTEREST = InlineInterest(frozenset(), frozenset(), frozenset())


@lru_cache(maxsize=65536)
def inline_interest(style: str) -> InlineInterest:
    """Judge a ``style`` attribute without parsing it where that can be helped."""
    texts = frozenset(value.strip().lower() for value in _COLOUR_OF_TEXT.findall(style))
    grounds = frozenset(first_colour(value.lower()) for value in _COLOUR_OF_GROUND.findall(style))
    names = interest(inline_declarations(style)) if _MAY_INTEREST.search(style) else frozenset()
    names |= _BOX if _CUTS.search(style) else frozenset()
    return InlineInterest(names, texts, grounds, _MAY_SPACE.search(style) is not None)


def interest(declarations: Iterable[Declaration]) -> frozenset[str]:
    """Properties with a value that may change what is seen, with those that are understood only together with them."""
    names = {item.name for item in declarations if item.name not in COLOURS and _is_of_interest(item.name, item.value)}
    names |= {item.name for item in declarations if item.name == "background-image" and item.value != "none"}
    return together(names)


def together(names: Iterable[str]) -> frozenset[str]:
    """``names`` with the properties that are understood only together with one of them."""
    names = set(names)
    return frozenset(names.union(*(group for group in TOGETHER if group & (names - {"position", "display", "float"}))))


_HARMLESS = {
    "writing-mode": {"horizontal-tb", "lr-tb", "initial", "inherit", "unset"},
    "display": {"block", "inline", "inline-block", "initial", "inherit", "unset", "revert", "run-in"},
    "visibility": {"visible", "inherit", "initial", "unset"},
    "position": {"static", "relative", "sticky", "initial", "inherit", "unset", "-webkit-sticky"},
    "float": {"none", "initial", "inherit", "unset"},
    "unicode-bidi": {"normal", "embed", "isolate", "plaintext", "initial", "inherit", "unset"},
    "flex-direction": {
        "row",
        "column",
        "initial",
        "inherit",
        "unset",
        "row nowrap",
        "row wrap",
        "column nowrap",
        "column wrap",
    },
    "vertical-align": {
        "baseline",
        "middle",
        "top",
        "bottom",
        "text-top",
        "text-bottom",
        "initial",
        "inherit",
        "unset",
        "center",
    },
    "mix-blend-mode": {"normal", "initial", "inherit", "unset"},
}
_NEVER_ALONE = ("overflow", "font-family", "text-transform", "padding-bottom")


def _is_of_interest(name: str, value: str) -> bool:
    if name.startswith("--"):
        return False
    if "var(" in value:
        return True
    if name in _HARMLESS:
        return value not in _HARMLESS[name] or (name == "display" and value in ("block", "inline"))
    if name in _MEASURED:
        return _MEASURED[name](value)
    return value not in PLAIN_GLYPHS and name not in _NEVER_ALONE


def _is_at_most(limit: int, value: str) -> bool:
    size = length(value)
    return size is not None and size <= limit and not value.endswith("%")


def _is_offset(value: str) -> bool:
    return length(value) != 0 and value not in PLAIN_GLYPHS


def _is_opposite(value: str) -> bool:
    return any(size <= -NEAR for size in lengths(value))


def share_of(value: str) -> float | None:
    """A share from 0 to 1 (``.5``, ``50%``); None for what must be calculated."""
    plain = length(value.rstrip("%"))
    return None if plain is None else plain / 100 if value.endswith("%") else plain


def largest(value: str) -> float:
    """The largest length in the value of a font size, in pixels; of a keyword, that of usual letters."""
    found = lengths(value) if "(" in value else [length(value)]
    return max((size for size in found if size is not None), default=16.0)


_MEASURED: dict[str, Callable[[str], bool]] = {
    "direction": lambda value: value == "rtl",
    "opacity": lambda value: (share_of(value) or 0.0) < 0.3,
    "font-size": lambda value: largest(value) < NEARLY_NOTHING,
    "z-index": lambda value: value.startswith("-"),
    "contain": lambda value: "size" in value or "strict" in value,
    "line-height": lambda value: length(value) == 0,
    "animation-name": lambda value: "none" not in value.split(),
    **dict.fromkeys(("height", "max-height"), partial(_is_at_most, 8)),
    **dict.fromkeys(("width", "max-width"), partial(_is_at_most, 24)),
    **dict.fromkeys(("left", "right", "top", "bottom"), _is_offset),
    **dict.fromkeys(
        ("margin-left", "margin-right", "margin-top", "margin-bottom", "padding-left", "padding-right"), _is_opposite
    ),
    "text-indent": lambda value: any(size <= -40 or size >= 400 for size in lengths(value)),
    "letter-spacing": lambda value: any(abs(size) >= 2 for size in lengths(value)),
    "content": lambda value: value.strip("\"'").strip() not in PLAIN_GLYPHS,
    "order": lambda value: length(value) != 0,
    "zoom": lambda value: length(value) not in (1, 100),
    "text-decoration-line": lambda value: "line-through" in value,
    "font-size-adjust": lambda value: length(value) is not None,
    **dict.fromkeys(GLYPH_FORMS, lambda value: RAISED_FORMS.search(value) is not None),
}
