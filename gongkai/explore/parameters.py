"""What a request may ask for: every parameter has a shape, and what does not fit is refused before it reaches a statement."""

import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from schemas.errors import GongkaiError
from schemas.report_ids import PATTERN
from schemas.vocabulary import PROVINCES

_REPORT = re.compile(PATTERN)
_WORD = re.compile(r"[a-z0-9_().]{1,60}")
_CODE = re.compile(r"[0-9]{6}")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_LONGEST = 60


class WrongParameter(GongkaiError, ValueError):
    """A parameter of a request that does not have its shape."""


def _matching(pattern: re.Pattern[str]) -> Callable[[str], str]:
    def check(text: str) -> str:
        if not pattern.fullmatch(text):
            raise ValueError(text)
        return text

    return check


def _year(text: str) -> int:
    year = int(_matching(re.compile(r"[0-9]{4}"))(text))
    if not 1990 <= year <= 2100:
        raise ValueError(text)
    return year


def _number(text: str) -> int:
    return int(_matching(re.compile(r"[0-9]{1,6}"))(text))


def _province(text: str) -> str:
    if text not in PROVINCES:
        raise ValueError(text)
    return text


def _words(text: str) -> str:
    cleaned = " ".join("".join(char if char.isprintable() else " " for char in text).split())
    return cleaned[:_LONGEST]


def _agency(text: str) -> str:
    if len(text) > _LONGEST or not text.isprintable():
        raise ValueError(text)
    return text


SHAPES: Mapping[str, Callable[[str], Any]] = {
    "report_id": _matching(_REPORT), "other_id": _matching(_REPORT), "agency_id": _agency, "lineage_code": _matching(_CODE),
    "province": _province, "year": _year, "version": _number, "page": _number, "q": _words, "rule": _matching(_WORD),
    "severity": _matching(re.compile(r"error|warning|info")), "level": _matching(_WORD), "since": _matching(_DAY),
    "lang": _matching(re.compile(r"zh|en")), "section": _number, "offset": _number, "table": _matching(_WORD),
}  # fmt: skip


def shaped(given: Mapping[str, str], names: Iterable[str]) -> dict[str, Any]:
    """The named parameters of a request, each in its shape; an empty one is as one that is not given.

    Raises:
        WrongParameter: one does not have its shape.
    """
    found: dict[str, Any] = {}
    for name in names:
        text = given.get(name, "").strip()
        if text:
            try:
                found[name] = SHAPES[name](text)
            except ValueError:
                raise WrongParameter(f"{name}: {text[:40]!r} cannot be asked for") from None
    return found
