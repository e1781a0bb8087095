"""The sentence shapes that figures in prose are read from: ``schemas/narrative.yaml``, compiled once."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from schemas.yaml_text import load_yaml

FILE = Path(__file__).with_name("narrative.yaml")

INTEGER = "[0-9]{1,3}(?:,[0-9]{3})+|[0-9]+|[零〇一二两三四五六七八九十百千]+"
DECIMAL = r"[0-9]{1,3}(?:,[0-9]{3})+(?:\.[0-9]+)?|[0-9]+(?:\.[0-9]+)?"


@dataclass(frozen=True)
class Shape:
    """One clause that holds a figure: groups ``n`` and ``unit``. ``says_none``: it says that there were none instead."""

    pattern: re.Pattern[str]
    says_none: bool = False
    context: re.Pattern[str] | None = None


@dataclass(frozen=True)
class Indicator:
    """A figure that reports print in their text.

    Attributes:
        role: ``total`` is never a part of another figure, ``part`` always is one, ``any`` may stand alone or as a part.
        of: For a part, the figures it may be a part of.
        without: Words that must not stand in the sentence before it.
    """

    key: str
    label_zh: str
    role: str
    shapes: tuple[Shape, ...]
    units: tuple[str, ...]
    of: tuple[str, ...] = ()
    without: re.Pattern[str] | None = None
    not_behind_channels: bool = False


@dataclass(frozen=True)
class Narrative:
    """All indicators, and the words that forbid a reading."""

    indicators: tuple[Indicator, ...]
    adverbs: re.Pattern[str]
    forbidden: re.Pattern[str]
    other_years: re.Pattern[str]
    organs: re.Pattern[str]
    harmless: re.Pattern[str]
    channels: re.Pattern[str]
    after: re.Pattern[str]
    sections_not_read: re.Pattern[str]


@cache
def narrative() -> Narrative:
    """The project's patterns, compiled on first use."""
    raw = _raw()
    forbid = raw["forbid"]
    return Narrative(
        indicators=tuple(_indicator(item, raw) for item in raw["indicators"]),
        adverbs=re.compile("|".join(raw["before"]["adverbs"])),
        forbidden=re.compile("|".join(words for name, words in forbid.items() if name != "other_years")),
        other_years=re.compile(forbid["other_years"]),
        **{
            name: re.compile(raw[name]) for name in ("organs", "harmless", "channels", "after", "sections_not_read")
        },
    )  # fmt: skip


@cache
def indicator_labels() -> dict[str, str]:
    """Key of an indicator → its Chinese name."""
    return {item["key"]: item["label_zh"] for item in _raw()["indicators"]}


@cache
def _raw() -> dict[str, Any]:
    loaded: dict[str, Any] = load_yaml(FILE.read_text(encoding="utf-8"))
    return loaded


def _indicator(item: Mapping[str, Any], raw: Mapping[str, Any]) -> Indicator:
    kind = next((name for name in raw["parts"] if name in item), None)
    shared = raw["parts"][kind] if kind else item
    words = dict(raw["words"]) | ({"part": item[kind]} if kind else {})
    return Indicator(
        key=item["key"],
        label_zh=item["label_zh"],
        role=item["role"],
        shapes=tuple(_shapes(item, shared, words)),
        units=tuple(shared["units"]),
        of=tuple(item.get("of", ())),
        without=re.compile(without) if (without := item.get("without") or shared.get("without")) else None,
        not_behind_channels=item.get("not_behind_channels", False),
    )


def _shapes(item: Mapping[str, Any], shared: Mapping[str, Any], words: Mapping[str, str]) -> Iterator[Shape]:
    number = DECIMAL if item.get("decimals") else INTEGER
    figure = f"(?P<n>{number})(?P<unit>{_either(shared['units'])})"
    context = re.compile(item["context"]) if "context" in item else None

    def compiled(text: str) -> re.Pattern[str]:
        for name, meaning in (*words.items(), ("n", figure)):
            text = text.replace("{" + name + "}", meaning)
        return re.compile(text)

    for text in shared["patterns"]:
        yield Shape(compiled(text), context=context)
    for more in item.get("in_context", ()):
        yield Shape(compiled(more["pattern"]), context=re.compile(more["context"]))
    for text in item.get("none", ()):
        yield Shape(compiled(text), says_none=True)


def _either(units: Sequence[str]) -> str:
    return "|".join(sorted(units, key=len, reverse=True))
