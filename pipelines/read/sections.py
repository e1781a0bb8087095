"""The sections of a report: where each heading stands and the text below it, without the cells of the tables."""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

from pipelines.extract.document import Line
from schemas.forms.catalogue import SectionHeading
from schemas.labels import normalise_label, simplified, squeeze

_NUMERALS = "一二三四五六七八九十"
_NUMBERED = re.compile(rf"^(?:第)?([{_NUMERALS}])(?:部分)?[、.,:：，．\s]?(.+)$")
# What a heading must mention when its wording is not among the known ones; the numeral must agree as well.
_SUBJECTS = {
    1: re.compile("总体|概述|概况|基本情况|工作开展|总的情况|工作情况"),
    2: re.compile("主动公开"),
    3: re.compile("申请|收到和处理"),
    4: re.compile("复议|诉讼"),
    5: re.compile("问题|不足|困难|改进"),
    6: re.compile("其他|其它|需要(?:报告|说明)"),
}
MAX_HEADING = 45
_MORE_WORDS = re.compile(
    "(?:的|工作|有关|相关)*(?:情况|事项|方面|如下)?"
)  # that a heading may have behind its usual ones
_ENOUGH = 3  # numbered headings that were recognised, before another number between them is taken for one
_ROMAN = ("I", "II", "III", "IV", "V", "VI")  # squeezing folds Ⅱ to II
_OTHER_NUMERAL = re.compile(
    rf"^(?:[(（](?P<bracketed>[{_NUMERALS}1-6])[)）]|(?P<plain>[1-6]|I{{1,3}}|IV|VI?)[、.,:：．])(?P<rest>\D.*)$"
)
_CIRCLED = str.maketrans({numeral: f"{number}." for number, numeral in enumerate("①②③④⑤⑥", start=1)})
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
        return _with_own_words(statutory, lines)
    otherwise = [found for index, line in enumerate(lines) if (found := _numbered_otherwise(index, line.text, known))]
    if len(otherwise) >= len(_SUBJECTS) - 1 and len(_ascending(otherwise)) >= len(_SUBJECTS) - 1:
        return _ascending(otherwise)
    older = [found for index, line in enumerate(lines) if (found := _any_numbered(index, line.text))]
    climbing: list[Heading] = []
    for heading in older:
        if heading.section_no == (climbing[-1].section_no if climbing else 0) + 1:
            climbing.append(heading)
    return climbing if len(climbing) > len(statutory) else _with_own_words(statutory, lines)


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
                if _MORE_WORDS.fullmatch(simplified(squeeze(rest))):
                    head, rest = text.strip(), ""
                return Heading(index, section.section_no, head, rest)
    if (
        numeral in _SUBJECTS
        and len(squeezed) <= MAX_HEADING
        and "。" not in squeezed
        and _SUBJECTS[numeral].search(name)
    ):
        return None if _ROW.search(name) else Heading(index, numeral, text.strip())
    return None


def _with_own_words(found: Sequence[Heading], lines: Sequence[Line]) -> list[Heading]:
    """Fill the gaps between numbered headings: 五、下一步打算 between 四 and 六 is the fifth, whatever its words."""
    numbers = {heading.section_no: heading.line for heading in found}
    numbered = [heading for heading in found if _NUMBERED.match(squeeze(heading.text))]
    if len(numbered) < _ENOUGH:
        return list(found)
    more: list[Heading] = []
    for number in _SUBJECTS.keys() - numbers.keys():
        after = max((line for other, line in numbers.items() if other < number), default=-1)
        before = min((line for other, line in numbers.items() if other > number), default=len(lines))
        places = (_any_numbered(index, lines[index].text) for index in range(after + 1, before))
        fitting = [heading for heading in places if heading and heading.section_no == number]
        if len(fitting) == 1 and not re.search("[。；;]", fitting[0].text.rstrip("。")):
            more += fitting
    return sorted([*found, *more], key=lambda heading: heading.line)


def _numbered_otherwise(index: int, text: str, known: Sequence[SectionHeading]) -> Heading | None:
    """（一）总体情况, 1、总体情况, Ⅰ. 总体情况: the numerals of sub-sections, in a report that numbers its sections so."""
    found = _OTHER_NUMERAL.match(squeeze(text.translate(_CIRCLED)))
    number = _number_of(found["bracketed"] or found["plain"]) if found else 0
    if not found or not number:
        return None
    heading = _heading(index, f"{_NUMERALS[number - 1]}、{found['rest']}", known)
    return replace(heading, text=text.strip()) if heading and not heading.rest else heading


def _number_of(numeral: str) -> int:
    if numeral in _NUMERALS:
        return _NUMERALS.index(numeral) + 1
    return int(numeral) if numeral.isdigit() else _ROMAN.index(numeral.upper()) + 1


def _split_after(text: str, name: str) -> tuple[str, str]:
    """Cut ``text`` behind the shortest prefix whose normalised form is ``name``; a leaked note stays with the rest."""
    for end in range(len(name), min(len(text), 2 * len(name) + MAX_HEADING) + 1):
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
