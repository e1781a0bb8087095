"""Declarations of a rule or a ``style`` attribute, as longhands, of the properties that decide what is seen."""

import re
from collections.abc import Callable, Iterable
from functools import lru_cache
from typing import NamedTuple

import tinycss2

from pipelines.extract.html.css.properties import KEYWORDS, NAMES, OF_ANY_PROPERTY, OF_THE_TEXT, OF_TWO_SIDES, RELEVANT
from pipelines.extract.html.css.values import colour, is_without_sign, length

_SIDES = ("top", "right", "bottom", "left")
_URL = re.compile(r"url\(|gradient\(|image-set\(|cross-fade\(|element\(", re.IGNORECASE)


_OF_OLD_BROWSERS = re.compile(r"alpha\(|progid:|^(?:gray|xray|invert)$")
_NEVER_NEGATIVE = frozenset(
    ["width", "height", "max-width", "max-height", "padding-left", "padding-right", "padding-bottom", "line-height"]
)
_PART = re.compile(r"(?:[^\s()]|\((?:[^()]|\([^()]*\))*\))+")
_FONT = re.compile(
    r"(?:^|\s)(?P<size>[\d.]+(?:px|pt|em|rem|ex|ch|vw|vh|%)?|(?:calc|min|max|clamp)\((?:[^()]|\([^()]*\))*\)|(?:x?x-)?(?:small|large))"
    r"(?:\s*/\s*(?P<height>[\d.]+\w*%?|normal))?\s+(?P<family>[^\d\s].*)$",
    re.IGNORECASE | re.DOTALL,
)
_GRADIENT = re.compile(r"[\w-]*gradient\((?:[^()]|\([^()]*\))*\)")
_CLIPS_TO_TEXT = re.compile(r"(?:^|\s)text(?:\s|$)")


class Declaration(NamedTuple):
    """One longhand property with its value, in lower case."""

    name: str
    value: str
    important: bool


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
            if (longhand in RELEVANT and is_valid(longhand, part)) or longhand.startswith("--")
        ]
    return tuple(found)


def is_valid(name: str, value: str) -> bool:
    """A browser drops a value that it does not know, and what was declared before it counts."""
    if name == "filter" and _OF_OLD_BROWSERS.search(value):
        return False
    if "(" in value or value in OF_ANY_PROPERTY or value.startswith("--"):
        return True
    if name in KEYWORDS:
        return bool(KEYWORDS[name] & set(value.split()))
    if name in ("color", "background-color"):
        return value == OF_THE_TEXT or is_without_sign(value) or colour(value) is not None
    size = length(value)
    if name == "font-size":
        return size >= 0 if size is not None else value.isascii()
    if name in _NEVER_NEGATIVE:
        return size is None or size >= 0
    return name != "opacity" or size is not None


def _longhands(name: str, value: str) -> Iterable[tuple[str, str]]:
    lowered = value.lower()
    if name.startswith("--"):
        return [(name, value)]
    if name == "content" or name == "font-family":
        return [(name, value)]
    if name in _SHORTHANDS:
        return _SHORTHANDS[name](value)
    if name in OF_TWO_SIDES:
        parts = parts_of(lowered)
        return list(zip(OF_TWO_SIDES[name], (parts[0], parts[-1]), strict=True))
    if name in ("margin", "padding", "inset"):
        parts = parts_of(lowered)
        order = {1: (0, 0, 0, 0), 2: (0, 1, 0, 1), 3: (0, 1, 2, 1)}.get(len(parts), (0, 1, 2, 3))
        prefix = "" if name == "inset" else f"{name}-"
        return [(f"{prefix}{side}", parts[at]) for side, at in zip(_SIDES, order, strict=True)]
    known = name if name in NAMES or name in RELEVANT else name.removeprefix("-webkit-")
    return [(NAMES.get(known, known), lowered)]


def parts_of(value: str) -> list[str]:
    """The parts of a value between blanks; a function is one part."""
    return _PART.findall(value) or [""]


def _of_font(value: str) -> list[tuple[str, str]]:
    found = _FONT.search(value)
    if found is None:
        return [("font-family", value)]
    height = [("line-height", found["height"].lower())] if found["height"] else []
    return [("font-size", found["size"].lower()), *height, ("font-family", found["family"])]


def _of_background(value: str) -> list[tuple[str, str]]:
    lowered = value.lower()
    image = _GRADIENT.search(lowered)
    shown = image[0] if image else "url()" if _URL.search(lowered) else "none"
    clip = [("background-clip", "text")] if _CLIPS_TO_TEXT.search(lowered) else []
    return [("background-image", shown), ("background-color", first_colour(_GRADIENT.sub(" ", lowered))), *clip]


_SHORTHANDS: dict[str, Callable[[str], list[tuple[str, str]]]] = {"font": _of_font, "background": _of_background}


def first_colour(value: str) -> str:
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
