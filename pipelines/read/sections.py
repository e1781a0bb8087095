"""The sections of a report: where each heading stands and the text below it, without the cells of the tables."""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from pipelines.extract.document import Line
from schemas.form import SectionHeading
from schemas.labels import normalise_label, squeeze

_NUMERALS = "一二三四五六七八九十"
_NUMBERED = re.compile(rf"^(?:第)?([{_NUMERALS}])(?:部分)?[、.,:：，．\s]?(.+)$")
# What a heading must speak of when its wording is not among the known ones; the numeral must agree as well.
_SUBJECTS = {
    1: re.compile("总体|概述|概况|基本情况"),
    2: re.compile("主动公开"),
    3: re.compile("申请|收到和处理"),
    4: re.compile("复议|诉讼"),
    5: re.compile("问题|不足"),
    6: re.compile("其他|其它|需要(?:报告|说明)"),
}
MAX_HEADING = 45
_ORNAMENTS = " \t#*【】[]●■◆▲★"  # around a heading: bold in markdown, bullets, black brackets
_ROW = re.compile("数量|本年新收|上年结转|结转下年|办理结果")  # rows of table three carry numerals, too


@dataclass(frozen=True)
class Heading:
    """A heading found at ``line``; ``rest`` is text that the page glued to it."""

    line: int
    section_no: int
    text: str
    rest: str = ""


@dataclass(frozen=True)
class Section:
    """A section of a report. ``section_no`` 0 is what stands before the first heading."""

    section_no: int
    heading: str
    text: str


def find_headings(
    lines: Sequence[Line], known: Sequence[SectionHeading], excepted: Collection[int] = ()
) -> list[Heading]:
    """The six statutory headings, ascending; where one occurs twice (a table of contents), its last fitting place.

    When not all occur and the page numbers more parts than they are, the report follows an older outline (四、收费及减免情况):
    then every line numbered 一、 to 十、 in ascending order is a heading. ``excepted`` lines are none, whatever they say.
    """
    lines = [Line("", line.evidence) if index in excepted else line for index, line in enumerate(lines)]
    candidates = [found for index, line in enumerate(lines) if (found := _heading(index, line.text, known))]
    statutory = _ascending(candidates)
    if len(statutory) >= len(_SUBJECTS) - 1:
        return statutory
    bracketed = [found for index, line in enumerate(lines) if (found := _in_brackets(index, line.text, known))]
    if len(bracketed) >= len(_SUBJECTS) - 1 and len(_ascending(bracketed)) >= len(_SUBJECTS) - 1:
        return _ascending(bracketed)
    older = [found for index, line in enumerate(lines) if (found := _any_numbered(index, line.text))]
    climbing: list[Heading] = []
    for heading in older:
        if heading.section_no == (climbing[-1].section_no if climbing else 0) + 1:
            climbing.append(heading)
    return climbing if len(climbing) > len(statutory) else statutory


def _heading(index: int, text: str, known: Sequence[SectionHeading]) -> Heading | None:
    text = text.strip(_ORNAMENTS)
    squeezed = squeeze(text)
    numbered = _NUMBERED.match(squeezed)
    numeral = _NUMERALS.index(numbered.group(1)) + 1 if numbered else 0
    name = normalise_label(text)
    for section in known:
        if name in section.names and (numbered or not squeezed.startswith("(")):
            return Heading(index, section.section_no, text.strip())
        if numeral == section.section_no:
            glued = max(
                (label for label in section.names if len(label) >= 4 and name.startswith(label)), key=len, default=""
            )
            if glued:
                head, rest = _split_after(text.strip(), glued)
                return Heading(index, section.section_no, head, rest)
    if (
        numeral in _SUBJECTS
        and len(squeezed) <= MAX_HEADING
        and "。" not in squeezed
        and _SUBJECTS[numeral].search(name)
    ):
        return None if _ROW.search(name) else Heading(index, numeral, text.strip())
    return None


def _in_brackets(index: int, text: str, known: Sequence[SectionHeading]) -> Heading | None:
    """（一）总体情况: the numerals of sub-sections, in a report that numbers its sections so."""
    found = re.match(rf"^[(（]([{_NUMERALS}])[)）](.+)$", squeeze(text))
    return _heading(index, f"{found[1]}、{found[2]}", known) if found else None


def _split_after(text: str, name: str) -> tuple[str, str]:
    """Cut ``text`` behind the shortest prefix whose normalised form is ``name``; a leaked note stays with the rest."""
    for end in range(len(name), len(text) + 1):
        if normalise_label(text[:end]) == name:
            return text[:end], text[end:].strip(" 。:：\u3000")
    return text, ""


def _any_numbered(index: int, text: str) -> Heading | None:
    found = _NUMBERED.match(squeeze(text))
    if not found or len(text) > MAX_HEADING or _ROW.search(text) or not re.match(rf"^\s*[{_NUMERALS}][、.．]", text):
        return None
    return Heading(index, _NUMERALS.index(found.group(1)) + 1, text.strip())


def _ascending(candidates: Sequence[Heading]) -> list[Heading]:
    """For each number its last place that keeps the numbers ascending."""
    chosen: list[Heading] = []
    limit = float("inf")
    for number in sorted({heading.section_no for heading in candidates}, reverse=True):
        places = [heading for heading in candidates if heading.section_no == number and heading.line < limit]
        if places:
            chosen.append(places[-1])
            limit = places[-1].line
    return chosen[::-1]


def cut_sections(lines: Sequence[Line], headings: Sequence[Heading], used: frozenset[int]) -> list[Section]:
    """Text between headings; ``used`` lines are cells of a flattened table and do not count as text."""
    sections = []
    for position, heading in enumerate(headings):
        end = headings[position + 1].line if position + 1 < len(headings) else len(lines)
        body = [lines[i].text.strip() for i in range(heading.line + 1, end) if i not in used]
        sections.append(Section(heading.section_no, heading.text, "\n".join(filter(None, [heading.rest, *body]))))
    first = headings[0].line if headings else len(lines)
    lead = "\n".join(lines[i].text.strip() for i in range(first) if i not in used)
    return [Section(0, "", lead), *sections] if lead else sections
