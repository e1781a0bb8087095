"""The lines of a report → paragraphs, sentences and clauses, each with its place in the source.

A line break inside a sentence is no end: what makes a figure a cumulative one may stand on the line before.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from pipelines.extract.document import Line
from pipelines.read.sections import Heading
from schemas.labels import simplified

_FULL_WIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}
# Not NFKC: it would make the note mark of 339² and the bullet of ③件 digits.
_BLANK = re.compile(r"[\s\u200b-\u200f\u2060\ufeff\u00ad\u3000]+")
_INSIDE_NUMBER = re.compile(r"[0-9.,]\s+[0-9.,]")
_ENDS = re.compile("[。！？!?]")
_CLAUSE = re.compile(r"[;；:：()（）]|(?<![0-9]),|,(?![0-9]{3}(?![0-9]))|(?<=[年件条份宗起次例人名位元期度])、")
_ENUMERATOR = re.compile(
    r"(?:[(（][一二三四五六七八九十0-9]{1,3}[)）]、?|[一二三四五六七八九十]{1,3}、|[0-9]{1,2}[、.](?![0-9])|[①-⑳]|第?[一二三四五六七八九十]是)"
)
_NAMES_A_PART = re.compile("(?:情况|信息|概况|工作|措施|问题|事项|数据|数|打算|建议)[:：]?$")
_LONGEST_HEADING = 40


@dataclass(frozen=True)
class Clause:
    """Words between commas, normalised. ``mark``: what stands before it."""

    text: str
    mark: str = ""


@dataclass(frozen=True)
class Sentence:
    """One sentence: as printed, as clauses, and where it begins."""

    printed: str
    text: str
    clauses: tuple[Clause, ...]
    evidence: str
    is_damaged: bool = False  # blanks inside a number: digits may be missing


@dataclass
class Paragraph:
    """What stands between two ends of paragraph, below its headings."""

    section_no: int
    headings: tuple[str, ...]
    lines: list[Line] = field(default_factory=list)

    def sentences(self) -> Iterator[Sentence]:
        printed = ""
        starts = []
        for before, line in zip([None, *self.lines], self.lines, strict=False):
            starts.append((len(printed), line.evidence))
            printed += (" " if before and _parts_a_number(before.text, line.text) else "") + line.text.strip()
        begin = 0
        for end in [*(found.end() for found in _ENDS.finditer(printed)), len(printed)]:
            part = printed[begin:end]
            if part.strip():
                place = next(evidence for start, evidence in reversed(starts) if start <= begin)
                yield _sentence(part.strip(), place)
            begin = end


def _parts_a_number(upper: str, lower: str) -> bool:
    """Whether a blank at a line break stands between digits: then digits may be missing there, as anywhere in a line."""
    is_blank = upper != upper.rstrip() or lower != lower.lstrip()
    return is_blank and bool(_INSIDE_NUMBER.search(f"{upper.strip()[-1:]} {lower.strip()[:1]}".translate(_FULL_WIDTH)))


def paragraphs(lines: Sequence[Line], headings: Sequence[Heading], used: frozenset[int]) -> Iterator[Paragraph]:
    """Paragraphs of the text; lines that are cells of a flattened table end one."""
    by_line = {heading.line: heading for heading in headings}
    current = Paragraph(0, ())
    for index, line in enumerate(lines):
        heading = by_line.get(index)
        below = _is_heading(line.text) if heading is None else True
        joined = bool(current.lines) and not re.search("[。！？!?；;：:]$", current.lines[-1].text.strip())
        if index in used or line.linked or below or not joined or _ENUMERATOR.match(normal(line.text)):
            yield current
            current = Paragraph(current.section_no, current.headings)
        if heading is not None:
            current = Paragraph(heading.section_no, (heading.text,))
            if heading.rest:
                current.lines.append(line._replace(text=heading.rest))
        elif below:
            current = Paragraph(current.section_no, (*current.headings[:1], line.text))
        elif index not in used and not line.linked:
            current.lines.append(line)
    yield current


def _is_heading(text: str) -> bool:
    plain = normal(text)
    return (
        len(plain) <= _LONGEST_HEADING
        and bool(_ENUMERATOR.match(plain))
        and not re.search("[。；;，,]|[0-9]+(?:条|件|人|名|元)", plain)
        and bool(_NAMES_A_PART.search(plain))
    )


def normal(text: str) -> str:
    """Simplified, half-width, without blanks."""
    return _BLANK.sub("", simplified(text.translate(_FULL_WIDTH)))


def _sentence(printed: str, evidence: str) -> Sentence:
    wide = printed.translate(_FULL_WIDTH)
    text = _ENDS.sub("", normal(printed))
    clauses, begin, mark = [], 0, ""
    for found in [*_CLAUSE.finditer(text), None]:
        words = text[begin : found.start() if found else len(text)]
        words = _ENUMERATOR.sub("", words, count=1) if _ENUMERATOR.match(words) else words
        if words:
            clauses.append(Clause(words, mark))
            mark = ""
        if found:
            mark += found.group()
            begin = found.end()
    return Sentence(printed, text, tuple(clauses), evidence, bool(_INSIDE_NUMBER.search(wide)))
