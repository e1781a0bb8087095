"""Declarations of a rule or a ``style`` attribute: the properties that decide what is seen, and which values are of interest.

A page in whose styles no value is of interest shows all of its text where it stands in the source: the common case, which
is found out without looking at any element.
"""

import re
from collections.abc import Callable, Iterable
from functools import lru_cache, partial
from typing import NamedTuple

import tinycss2

from pipelines.extract.html.css.values import colour, length, lengths


class Declaration(NamedTuple):
    """One longhand property with its value, in lower case."""

    name: str
    value: str
    important: bool


_SIDES = ("top", "right", "bottom", "left")
PLAIN_GLYPHS = ("none", "normal", "auto", "initial", "unset", "inherit", "")
OF_THE_TEXT = "currentcolor"
"""The colour of a ground that is that of its text."""
COLOURS = frozenset(["color", "background-color", "background-image"])
# Properties that are understood only together: where a value of one matters, the others are kept, too.
_TOGETHER = (
    COLOURS,
    frozenset(
        ["height", "width", "max-height", "max-width", "overflow", "position", "display", "float", "text-indent"]
    ),
    frozenset(["position", "left", "right", "top", "bottom"]),
    frozenset(["clip", "clip-path", "position"]),
    frozenset(["margin-top", "margin-bottom", "padding-bottom", "position", "float", "display"]),
    frozenset(["z-index", "position"]),
    frozenset(["line-height", "overflow"]),
    frozenset(["unicode-bidi", "direction"]),
    frozenset(["background-image", "background-color"]),
)
GLYPH_FORMS = ("font-variant", "font-variant-position", "font-variant-numeric", "font-feature-settings")
RAISED_FORMS = re.compile("super|sub|sups|subs|sinf|frac|numr|dnom|ordn|ordinal")
"""Values of ``GLYPH_FORMS`` that show digits as notes or as parts of a fraction."""
RELEVANT = frozenset().union(*_TOGETHER) | {
    "visibility", "opacity", "font-size", "filter", "content-visibility", "text-decoration-line", "vertical-align", "content",
    "order", "flex-direction", "transform", "translate", "scale", "rotate", "letter-spacing", "-webkit-text-security",
    "mask-image", "mix-blend-mode", "margin-left", "margin-right", "margin-top", "margin-bottom", "padding-left",
    "padding-right", "font-family", "zoom", "z-index", "contain", "animation-name",
    "line-height", "grid-row", "grid-column", "text-transform", "writing-mode", "font-size-adjust", "offset-path",
    *GLYPH_FORMS,
}  # fmt: skip
_NAMES = {
    "-webkit-text-fill-color": "color", "-webkit-transform": "transform", "-webkit-filter": "filter",
    "-webkit-mask-image": "mask-image", "-webkit-mask": "mask-image", "mask": "mask-image", "overflow-x": "overflow",
    "overflow-y": "overflow", "flex-flow": "flex-direction", "text-decoration": "text-decoration-line",
    "-webkit-clip-path": "clip-path", "-webkit-text-decoration": "text-decoration-line",
    "margin-inline-start": "margin-left", "margin-inline-end": "margin-right", "padding-inline-start": "padding-left",
    "padding-inline-end": "padding-right", "inline-size": "width", "block-size": "height", "max-inline-size": "max-width",
    "max-block-size": "max-height", "inset-inline-start": "left", "inset-inline-end": "right", "inset-block-start": "top",
    "inset-block-end": "bottom", "margin-block-start": "margin-top", "margin-block-end": "margin-bottom",
    "grid-row-start": "grid-row", "grid-column-start": "grid-column", "grid-area": "grid-row", "animation": "animation-name",
    "-webkit-margin-start": "margin-left", "-webkit-margin-end": "margin-right", "-webkit-margin-before": "margin-top",
    "-webkit-margin-after": "margin-bottom", "-webkit-padding-start": "padding-left", "-webkit-padding-end": "padding-right",
    "offset": "offset-path",
}  # fmt: skip
_OF_TWO_SIDES = {
    "margin-inline": ("margin-left", "margin-right"), "padding-inline": ("padding-left", "padding-right"),
    "inset-inline": ("left", "right"), "inset-block": ("top", "bottom"), "margin-block": ("margin-top", "margin-bottom"),
}  # fmt: skip
_OF_ANY_PROPERTY = frozenset(["inherit", "initial", "unset", "revert", "revert-layer"])
_KEYWORDS = {
    "display": frozenset([
        "none", "block", "inline", "inline-block", "flex", "inline-flex", "grid", "inline-grid", "table", "inline-table",
        "table-row", "table-cell", "table-column", "table-row-group", "table-header-group", "table-footer-group",
        "table-column-group", "table-caption", "list-item", "contents", "flow-root", "ruby", "ruby-text", "ruby-base", "run-in",
        "math", "-webkit-box", "-webkit-inline-box", "-webkit-flex", "-webkit-inline-flex",
    ]),
    "visibility": frozenset(["visible", "hidden", "collapse"]),
    "position": frozenset(["static", "relative", "absolute", "fixed", "sticky", "-webkit-sticky"]),
    "content-visibility": frozenset(["visible", "hidden", "auto"]),
}  # fmt: skip
_URL = re.compile(r"url\(|gradient\(|image-set\(|cross-fade\(|element\(", re.IGNORECASE)
_VAR = re.compile(r"var\(\s*(--[\w-]+)\s*(?:,([^()]*))?\)")
NEARLY_NOTHING = 5.0
"""Pixels of a letter that is a dot to most people: whether it is seen is not certain."""
NEAR = 16.0
"""Pixels that a part of a cell may be moved without changing what it seems to say: Word indents by some of them."""


def parse_declarations(nodes: Iterable[object]) -> tuple[Declaration, ...]:
    """Longhand declarations of relevant properties, in order, from what tinycss2 found in a block."""
    found: list[Declaration] = []
    for node in nodes:
        if getattr(node, "type", "") != "declaration":
            continue
        value = tinycss2.serialize(node.value).strip()  # type: ignore[attr-defined]
        name = node.lower_name  # type: ignore[attr-defined]
        found += [
            Declaration(longhand, part, node.important)  # type: ignore[attr-defined]
            for longhand, part in _longhands(name, value)
            if (longhand in RELEVANT and _is_valid(longhand, part)) or longhand.startswith("--")
        ]
    return tuple(found)


def _is_valid(name: str, value: str) -> bool:
    """A browser drops a value that it does not know, and what was declared before it counts."""
    if "(" in value or value in _OF_ANY_PROPERTY:
        return True
    if name in _KEYWORDS:
        return bool(_KEYWORDS[name] & set(value.split()))
    return (
        name not in ("opacity", "font-size") or length(value) is not None or (name == "font-size" and value.isascii())
    )


def _longhands(name: str, value: str) -> Iterable[tuple[str, str]]:
    lowered = value.lower()
    if name.startswith("--"):
        return [(name, value)]
    if name == "content" or name == "font-family":
        return [(name, value)]
    if name == "font":
        size = re.search(r"(?<![\w.-])([\d.]+(?:px|pt|em|rem|%)?)(?:\s*/\s*\S+)?\s+\S", lowered)
        family = value.rsplit(" ", 1)[-1]
        return [*([("font-size", size[1])] if size else []), ("font-family", family)]
    if name == "background":
        return [
            ("background-image", "url()" if _URL.search(lowered) else "none"),
            ("background-color", _first_colour(lowered)),
        ]
    if name in _OF_TWO_SIDES:
        parts = lowered.split() or [""]
        return list(zip(_OF_TWO_SIDES[name], (parts[0], parts[-1]), strict=True))
    if name in ("margin", "padding", "inset"):
        parts = (lowered.split() or [""]) * 4
        given = len(lowered.split())
        order = {1: (0, 0, 0, 0), 2: (0, 1, 0, 1), 3: (0, 1, 2, 1)}.get(given, (0, 1, 2, 3))
        prefix = "" if name == "inset" else f"{name}-"
        return [(f"{prefix}{side}", parts[at]) for side, at in zip(_SIDES, order, strict=True)]
    known = name if name in _NAMES or name in RELEVANT else name.removeprefix("-webkit-")
    return [(_NAMES.get(known, known), lowered)]


def _first_colour(value: str) -> str:
    """The colour in a ``background``; it may stand anywhere in it."""
    rest = re.sub(r"url\([^)]*\)", " ", value)
    for piece in re.findall(r"[\w-]+\([^()]*\)|[^\s,/]+", rest):
        if piece == OF_THE_TEXT or colour(piece) is not None:
            return str(piece)
    return "transparent"


@lru_cache(maxsize=65536)
def inline_declarations(style: str) -> tuple[Declaration, ...]:
    """Declarations of a ``style`` attribute."""
    return parse_declarations(tinycss2.parse_blocks_contents(style, skip_comments=True, skip_whitespace=True))


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
    grounds = frozenset(_first_colour(value.lower()) for value in _COLOUR_OF_GROUND.findall(style))
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
    return frozenset(names.union(*(group for group in _TOGETHER if group & (names - {"position", "display", "float"}))))


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
