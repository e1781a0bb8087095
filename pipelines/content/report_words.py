"""Loads ``report_words.yaml``: the words by which the text of an annual report is known, for the crawl and the extractor."""

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from schemas.yaml_text import load_yaml

_FILE = Path(__file__).with_name("report_words.yaml")
GAP = r"[ \xa0\u3000]*"
_NUMERAL = rf"[（(]?[一二三四五六七八九十]{{1,2}}[）)]?{GAP}[、.．,，:：]{GAP}"
_SECTIONS_OF_A_REPORT = 3  # of six
_WORDS_OF_A_TABLE = 2


@dataclass(frozen=True)
class _Section:
    marks: tuple[str, ...]
    headings: tuple[str, ...]
    heading: re.Pattern[str]

    def is_in(self, text: str) -> bool:
        if any(mark in text for mark in self.marks):
            return True
        # The pattern walks through every character; whether the words are there at all is found much faster.
        return any(words in text for words in self.headings) and self.heading.search(text) is not None


@dataclass(frozen=True)
class ReportWords:
    """What marks the text of a report.

    Attributes:
        heading: a line end, then a numbered section heading: search in ``"\\n" + text``.
        heading_words: the headings without their number.
        statutory: words that only the statutory tables print in a cell.
        table_heads: words in the heads of tables two and three.
        each_table: words of each statutory table, and how often it prints them at least.
        look_alikes: in a title, what says that it is of something else.
        link_look_alikes: as ``look_alikes``, in the title of a link; holds those, too.
    """

    sections: tuple[_Section, ...]
    heading: re.Pattern[str]
    heading_words: tuple[str, ...]
    statutory: tuple[str, ...]
    table_heads: tuple[str, ...]
    each_table: tuple[tuple[tuple[str, ...], int], ...]
    look_alikes: re.Pattern[str]
    link_look_alikes: re.Pattern[str]

    def has_heading(self, text: str) -> bool:
        """Does a line of ``text`` begin with a numbered section heading?"""
        return holds_one(text, self.heading_words) and self.heading.search(f"\n{text}") is not None

    def is_heading(self, line: str) -> bool:
        """Does ``line`` itself?"""
        return self.heading.match(f"\n{line}") is not None

    def is_statutory(self, text: str) -> bool:
        """Does ``text`` hold a word that only the statutory tables print?"""
        return holds_one(text, self.statutory)

    def read_like_report(self, text: str) -> bool:
        """Do at least three of the six sections stand in a text? Best without white space: headings are spaced out."""
        found = 0
        for waiting, section in zip(range(len(self.sections) - 1, -1, -1), self.sections, strict=True):
            found += section.is_in(text)
            if found >= _SECTIONS_OF_A_REPORT or found + waiting < _SECTIONS_OF_A_REPORT:
                break
        return found >= _SECTIONS_OF_A_REPORT

    def hold_tables(self, text: str) -> bool:
        """Do the statutory tables stand in a text?

        One word of them may be the label of a search form; two are a table.
        """
        heads = {word for word in self.table_heads if word in text}
        if not heads or len(heads) >= _WORDS_OF_A_TABLE:
            return bool(heads)
        return any(word in text for word in self.statutory if word not in heads)

    def hold_every_table(self, text: str) -> bool:
        """Do all three statutory tables stand in a text? A page may print one and show the others as pictures."""
        return all(sum(text.count(word) for word in words) >= times for words, times in self.each_table)


@cache
def report_words() -> ReportWords:
    """The words, read once a process."""
    raw = load_yaml(_FILE.read_text(encoding="utf-8"))
    words = tuple(word for section in raw["sections"] for word in section["headings"])
    return ReportWords(
        sections=tuple(
            _Section(
                tuple(section["marks"]),
                tuple(section["headings"]),
                re.compile(f"{_NUMERAL}(?:{any_of(section['headings'])})"),
            )
            for section in raw["sections"]
        ),
        heading=re.compile(rf"\n{GAP}{_NUMERAL}(?:{any_of(GAP.join(word) for word in words)})"),
        heading_words=words,
        statutory=tuple(raw["statutory"]),
        table_heads=tuple(raw["table_heads"]),
        each_table=tuple((tuple(table["words"]), table["times"]) for table in raw["each_table"]),
        look_alikes=re.compile(any_of(raw["look_alikes"])),
        link_look_alikes=re.compile(any_of([*raw["look_alikes"], *raw["link_look_alikes"]])),
    )


def holds_one(text: str, words: Collection[str]) -> bool:
    """Does ``text`` hold one of the words, be it spaced out or printed one character a line?"""
    if any(map(text.__contains__, words)):
        return True
    compact = "".join(text.split())
    return len(compact) < len(text) and any(map(compact.__contains__, words))


def any_of(words: Iterable[str]) -> str:
    """A pattern of alternatives."""
    return "|".join(words)
