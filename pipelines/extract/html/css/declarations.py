"""Declarations of a rule or a ``style`` attribute, as longhands, of the properties that decide what is seen."""

import re
from collections.abc import Iterable
from functools import lru_cache
from typing import NamedTuple

import tinycss2

from pipelines.extract.html.css.properties import KEYWORDS, NAMES, OF_ANY_PROPERTY, OF_THE_TEXT, OF_TWO_SIDES, RELEVANT
from pipelines.extract.html.css.values import colour, length

_SIDES = ("top", "right", "bottom", "left")
_URL = re.compile(r"url\(|gradient\(|image-set\(|cross-fade\(|element\(", re.IGNORECASE)


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
            if (longhand in RELEVANT and _is_valid(longhand, part)) or longhand.startswith("--")
        ]
    return tuple(found)


def _is_valid(name: str, value: str) -> bool:
    """A browser drops a value that it does not know, and what was declared before it counts."""
    if "(" in value or value in OF_ANY_PROPERTY:
        return True
    if name in KEYWORDS:
        return bool(KEYWORDS[name] & set(value.split()))
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
            ("background-color", first_colour(lowered)),
        ]
    if name in OF_TWO_SIDES:
        parts = lowered.split() or [""]
        return list(zip(OF_TWO_SIDES[name], (parts[0], parts[-1]), strict=True))
    if name in ("margin", "padding", "inset"):
        parts = (lowered.split() or [""]) * 4
        given = len(lowered.split())
        order = {1: (0, 0, 0, 0), 2: (0, 1, 0, 1), 3: (0, 1, 2, 1)}.get(given, (0, 1, 2, 3))
        prefix = "" if name == "inset" else f"{name}-"
        return [(f"{prefix}{side}", parts[at]) for side, at in zip(_SIDES, order, strict=True)]
    known = name if name in NAMES or name in RELEVANT else name.removeprefix("-webkit-")
    return [(NAMES.get(known, known), lowered)]


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
