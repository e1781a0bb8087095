"""Loads ``page_layout.yaml``: what the extractor knows about web pages, as compiled patterns and selectors."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import yaml

_FILE = Path(__file__).with_name("page_layout.yaml")
_GAP = r"[ \xa0\u3000]*"
_NUMERAL = rf"[（(]?[一二三四五六七八九十]{{1,2}}[）)]?{_GAP}[、.．,，:：]{_GAP}"


@dataclass(frozen=True)
class PageLayout:
    """Selectors are CSS lists; patterns search text in which every block stands on its own line."""

    containers: str
    chrome: str
    unprinted: tuple[str, ...]  # tags
    heading: re.Pattern[str]  # a line end, then a numbered section heading: search in "\n" + text
    heading_words: tuple[str, ...]
    statutory: tuple[str, ...]
    metadata: re.Pattern[str]
    chrome_image: re.Pattern[str]
    envelope_meta: dict[str, str]

    def has_heading(self, text: str) -> bool:
        """Does a line of ``text`` begin with a numbered section heading?"""
        return _holds_one(text, self.heading_words) and self.heading.search(f"\n{text}") is not None

    def is_heading(self, line: str) -> bool:
        """Does ``line`` itself?"""
        return self.heading.match(f"\n{line}") is not None

    def is_statutory(self, text: str) -> bool:
        """Does ``text`` hold a word that only the statutory tables print?"""
        return _holds_one(text, self.statutory)


@cache
def page_layout() -> PageLayout:
    """The layout knowledge, read once a process."""
    raw = yaml.safe_load(_FILE.read_text(encoding="utf-8"))
    return PageLayout(
        containers=",".join(raw["containers"]),
        chrome=",".join(raw["chrome"]),
        unprinted=tuple(raw["unprinted"]),
        heading=re.compile(rf"\n{_GAP}{_NUMERAL}(?:{_any_of(_GAP.join(word) for word in raw['headings'])})"),
        heading_words=tuple(raw["headings"]),
        statutory=tuple(raw["statutory"]),
        metadata=re.compile(_any_of(_GAP.join(label) for label in raw["metadata"])),
        chrome_image=re.compile(_any_of(re.escape(word) for word in raw["chrome_images"]), re.IGNORECASE),
        envelope_meta=raw["envelope_meta"],
    )


def _holds_one(text: str, words: Iterable[str]) -> bool:
    """Does ``text`` hold one of the words, be it spaced out or printed one character a line?"""
    if any(word in text for word in words):
        return True
    compact = "".join(text.split())
    return len(compact) < len(text) and any(word in compact for word in words)


def _any_of(words: Iterable[str]) -> str:
    return "|".join(words)
