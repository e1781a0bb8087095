"""Conditions of style sheets: does a media query hold for a desktop window, is a property supported?

Answers are True, False, or None where it cannot be told: what stands under such a condition may count or not.
"""

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import Any

import tinycss2

from pipelines.extract.html.css.declarations import is_valid
from pipelines.extract.html.css.properties import NAMES, OF_TWO_SIDES, PLAIN, RELEVANT
from pipelines.extract.html.css.values import length

WINDOW = (1280, 720)
"""Pixels of the window that the page is shown in: a desktop's, as in the browser that the reader is compared with."""
Answer = bool | None
_WORDS = {
    "orientation": "landscape", "prefers-color-scheme": "light", "hover": "hover", "any-hover": "hover", "pointer": "fine",
    "any-pointer": "fine", "prefers-reduced-motion": "no-preference", "prefers-contrast": "no-preference",
    "prefers-reduced-transparency": "no-preference", "prefers-reduced-data": "no-preference", "update": "fast",
    "scripting": "enabled", "forced-colors": "none", "inverted-colors": "none", "display-mode": "browser",
    "color-gamut": "srgb", "dynamic-range": "standard", "overflow-block": "scroll", "overflow-inline": "scroll",
}  # fmt: skip
_NUMBERS = {
    "width": WINDOW[0], "device-width": WINDOW[0], "height": WINDOW[1], "device-height": WINDOW[1], "color": 8, "color-index": 0,
    "monochrome": 0, "grid": 0, "aspect-ratio": WINDOW[0] / WINDOW[1], "device-aspect-ratio": WINDOW[0] / WINDOW[1],
    "resolution": 1, "-webkit-device-pixel-ratio": 1, "device-pixel-ratio": 1,
}  # fmt: skip
_NOTHING = ("none", "no-preference", "0")  # values for which a feature alone, (monochrome), does not hold
_RANGE = re.compile(
    r"(?:(?P<low>[^<>=]+?)\s*(?P<below>[<>]=?))?\s*(?P<name>[a-z-]+)\s*(?:(?P<above>[<>]=?|=)\s*(?P<high>[^<>=]+))?"
)
_FOREIGN = re.compile("-(?:ms|moz|o|khtml)-")
_SUPPORTED = (
    RELEVANT | PLAIN | NAMES.keys() | OF_TWO_SIDES.keys() | {"margin", "padding", "inset", "font", "background"}
)


def _not(answer: Answer) -> Answer:
    return None if answer is None else not answer


def _all(answers: Sequence[Answer]) -> Answer:
    return False if False in answers else None if None in answers else True


def _any(answers: Sequence[Answer]) -> Answer:
    return True if True in answers else None if None in answers else False


@lru_cache(maxsize=4096)
def media_holds(query: str) -> Answer:
    """Does a media query list hold?"""
    tokens = tinycss2.parse_component_value_list(query.lower(), skip_comments=True)
    parts: list[list[Any]] = [[]]
    for token in tokens:
        if token.type == "literal" and token.value == ",":
            parts.append([])
        elif token.type != "whitespace":
            parts[-1].append(token)
    return _any([_query(part) for part in parts]) if any(parts) else True


@lru_cache(maxsize=4096)
def is_supported(condition: str) -> Answer:
    """Does an ``@supports`` condition hold?"""
    tokens = tinycss2.parse_component_value_list(condition.lower(), skip_comments=True)
    return _condition([token for token in tokens if token.type != "whitespace"], _declaration)


def _query(tokens: list[Any]) -> Answer:
    words = [token.value if token.type == "ident" else "" for token in tokens]
    is_negated = words[:1] == ["not"] and words[1:2] not in ([], [""])
    at = 1 if is_negated or words[:1] == ["only"] else 0
    if words[at : at + 1] in ([], [""], ["not"]):
        return _condition(tokens, _feature)
    answers: list[Answer] = [words[at] in ("screen", "all")]
    if words[at + 1 : at + 2] == ["and"]:
        answers.append(_condition(tokens[at + 2 :], _feature))
    return _not(_all(answers)) if is_negated else _all(answers)


def _condition(tokens: Sequence[Any], judge: Any) -> Answer:
    answers: list[Answer] = []
    is_or = is_negated = False
    for token in tokens:
        if token.type == "ident":
            is_or |= token.value == "or"
            is_negated = token.value == "not"
        elif token.type == "() block":
            inner = [item for item in token.content if item.type != "whitespace"]
            is_nested = any(item.type == "() block" for item in inner) or (
                inner and getattr(inner[0], "value", "") == "not"
            )
            answer = _condition(inner, judge) if is_nested else judge(tinycss2.serialize(token.content).strip())
            answers.append(_not(answer) if is_negated else answer)
            is_negated = False
        else:
            answers.append(None)
    if not answers:
        return None
    return _any(answers) if is_or else _all(answers)


def _declaration(text: str) -> Answer:
    name, _, value = (part.strip() for part in text.partition(":"))
    if _FOREIGN.match(name):
        return False
    if name.startswith("--"):
        return True
    if name not in _SUPPORTED and name.removeprefix("-webkit-") not in _SUPPORTED:
        return None
    return False if _FOREIGN.search(value) else is_valid(NAMES.get(name, name), value)


def _feature(text: str) -> Answer:
    name, colon, value = (part.strip() for part in text.partition(":"))
    if colon:
        bound = re.match(r"(-webkit-)?(min|max)-", name)
        plain = (bound[1] or "") + name[bound.end() :] if bound else name
        if plain in _NUMBERS:
            return _compares(_NUMBERS[plain], {"min": ">=", "max": "<=", "": "="}[bound[2] if bound else ""], value)
        return value == _WORDS[plain] if plain in _WORDS else (False if _FOREIGN.match(plain) else None)
    found = _RANGE.fullmatch(text)
    if found is None or found["name"] not in _NUMBERS | _WORDS:
        return None
    own = _NUMBERS.get(found["name"], _WORDS.get(found["name"], ""))
    if not found["low"] and not found["high"]:
        return str(own) not in _NOTHING
    if isinstance(own, str):
        return None
    turned = {"<": ">", "<=": ">=", ">": "<", ">=": "<="}
    answers: list[Answer] = []
    if found["low"]:
        answers.append(_compares(own, turned[found["below"]], found["low"]))
    if found["high"]:
        answers.append(_compares(own, found["above"], found["high"]))
    return _all(answers)


def _compares(own: float, sign: str, value: str | None) -> Answer:
    ratio = re.fullmatch(r"([\d.]+)\s*/\s*([\d.]+)", (value or "").strip())
    dots = re.fullmatch(r"([\d.]+)\s*(dppx|x|dpi|dpcm)", (value or "").strip())
    if ratio and float(ratio[2]):
        other: float | None = float(ratio[1]) / float(ratio[2])
    elif dots:
        other = float(dots[1]) / {"dppx": 1, "x": 1, "dpi": 96, "dpcm": 37.8}[dots[2]]
    else:
        other = length((value or "").strip())
    if other is None:
        return None
    return {">=": own >= other, "<=": own <= other, "<": own < other, ">": own > other, "=": own == other}[sign]
