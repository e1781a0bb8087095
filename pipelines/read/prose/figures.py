"""Sentences → figures. A clause is read only whole; what stands before it in its paragraph may forbid the reading."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from decimal import Decimal

from pipelines.read.prose.numerals import number, year
from pipelines.read.prose.reporting_organ import ReportingOrgan
from pipelines.read.prose.sentences import Clause, Paragraph, Sentence
from schemas.narrative import Indicator, narrative
from schemas.vocabulary import HowSure

_YEAR = "[0-9]{4}|[〇零○一二三四五六七八九]{4}"
_TIME = re.compile(
    rf"(?:自|从)?(?P<from>{_YEAR})年(?:度)?(?:1月1日(?:起)?(?:至|到|-|—|—)(?:(?P<to>{_YEAR})年)?12月31日(?:止)?)?(?:内|中|期间|全年)?"
    "|本年度(?:内)?|本年|全年度?|一年来|(?:本)?(?:报告|统计)(?:期|年度)内?|年度内"
)
_YEARS = re.compile(rf"({_YEAR})年")
_SPAN_OF_YEARS = re.compile(f"(?:{_YEAR})年?[-—–~至到、和及](?:{_YEAR})年")
_TITLES = re.compile("《[^》]*》?|[〔﹝\\[][0-9]{4}[〕﹞\\]]")
_COMPARISON = re.compile(
    "(?:同比|环比|(?:比|较)(?:上年|去年|上一年|上年度|[0-9]{4}年)(?:度)?(?:同期)?)(?:略有)?"
    "(?:(?:增加|增长|减少|下降|上升|增|减)(?:了)?[0-9.]+(?:%|件|条|个百分点|倍)?|持平)"
)
_FIGURE = re.compile(
    "[0-9零〇一二两三四五六七八九十百千](?:条|件|份|宗|起|次|例|个|人|名|位|元|万元)|[未没].{0,3}[收接]到"
)
_ADDED = re.compile("新增")
SENTENCES_BACK = 2
_SPEAKS_OF_THE_LAST = re.compile("其中|含|包括|这|该|以上|上述")


@dataclass(frozen=True)
class Figure:
    """One figure of one indicator, as one clause prints it. ``weak``: only enough to contradict another."""

    indicator: Indicator
    value: Decimal
    unit: str
    raw_text: str
    how_sure: HowSure
    sentence: Sentence
    section_no: int
    weak: bool = False


@dataclass
class Said:
    """What was said so far in a sentence, with what its paragraph said before."""

    before: set[str]  # what the sentences before forbid: words, years, organs
    met: set[str]  # indicators read so far in the paragraph
    said: str = ""
    own: set[str] = field(default_factory=set)  # what the sentence itself forbids
    is_part: bool = False
    last_role: str = ""
    behind_channels: bool = False  # of the sentence: the figure may be that of a channel or a subject
    is_below_channels: bool = False  # of what stands before the sentence
    compared: bool = False
    is_dated: bool = False
    is_named: bool = False

    def forbids(self) -> bool:
        inherited = set(self.before)
        if self.is_dated:
            inherited -= {"years", "words"}
        if self.is_named:
            inherited.discard("organs")
        return bool(self.own | inherited)


def may_hold_a_figure(text: str) -> bool:
    """Whether a normalised text prints a number with a unit of ours, or says that nothing was received."""
    return bool(_FIGURE.search(text))


def figures_of(
    paragraph: Paragraph, report_year: int, organ: ReportingOrgan, past: list[Said], behind: Paragraph | None = None
) -> Iterator[Figure]:
    """Candidates of a paragraph, in order; contradictions are settled over the whole report.

    Args:
        past: Sentences before it below the same headings; those of the paragraph are added.
        behind: The next paragraph below the same headings: it may speak of the last figure.
    """
    if _is_about_something_else(paragraph, report_year, organ):
        return
    met: set[str] = set()
    below = any(narrative().channels.search(heading) for heading in paragraph.headings[1:])
    sentences = list(paragraph.sentences())
    following = next(behind.sentences(), None) if behind else None
    for sentence, after in zip(sentences, [*sentences[1:], following], strict=True):
        before = set().union(*(other.own for other in past[-SENTENCES_BACK:]))
        state = Said(before, met, is_below_channels=past[-1].behind_channels if past else below)
        if sentence.is_damaged:
            state.own.add("words")
        found = list(_read(sentence, state, report_year, organ, paragraph.section_no))
        if after and _SPEAKS_OF_THE_LAST.match(after.text) and _changed(after.text):
            found = []
        met = {figure.indicator.key for figure in found if not figure.weak} or (met if not state.own else set())
        past.append(state)
        yield from found


def _is_about_something_else(paragraph: Paragraph, report_year: int, organ: ReportingOrgan) -> bool:
    words = narrative()
    if any(words.sections_not_read.search(heading) for heading in paragraph.headings):
        return True
    return any(_forbidden(heading, report_year, organ) for heading in paragraph.headings[1:])


def _read(
    sentence: Sentence, state: Said, report_year: int, organ: ReportingOrgan, section_no: int
) -> Iterator[Figure]:
    may_hold = may_hold_a_figure(sentence.text)
    for position, clause in enumerate(sentence.clauses):
        rest = _open(clause, state, report_year, organ)
        matched = list(_matches(rest, state)) if may_hold and rest else []
        follows = "，".join(other.text for other in sentence.clauses[position + 1 :])
        for indicator, found, how_sure in matched:
            value = Decimal(0) if how_sure is HowSure.STATED_NONE else number(found["n"])
            if value is None or state.forbids() or _changed(follows):
                continue
            fits = _fits(indicator, state)
            if not fits and not _is_doubtful(indicator, state):
                continue
            unit = found["unit"] if how_sure is not HowSure.STATED_NONE else indicator.units[0]
            raw = found["n"] + unit if how_sure is not HowSure.STATED_NONE else found.group()
            yield Figure(indicator, value, unit, raw, how_sure, sentence, section_no, weak=not fits)
            if not fits:
                continue
            state.met = state.met | {indicator.key}
            state.last_role = indicator.role
        if rest and not matched:
            if may_hold and not state.forbids():
                yield from _weak(rest, clause, sentence, section_no, report_year, organ)
            _note(clause, rest, state, report_year, organ)
        state.said += f"{clause.text}，"


def _open(clause: Clause, state: Said, report_year: int, organ: ReportingOrgan) -> str:
    """Take time, organ and adverbs off the start of a clause, and note what they say."""
    if ";" in clause.mark:
        state.is_part = False
    if state.last_role == "part" and ("(" in clause.mark or ":" in clause.mark):
        state.own.add("words")  # 网络申请10件（同意公开3件）: a part of a part
    rest, adverbs = clause.text, narrative().adverbs
    while rest:
        time, name = _TIME.match(rest), organ.names.match(rest)
        found = time or name or adverbs.match(rest)
        if not found:
            break
        if time:
            _note_time(time, state, report_year)
        elif name:
            state.is_named = True
        _note_adverb(found.group(), state)
        rest = rest[found.end() :]
    return rest


def _note_time(time: re.Match[str], state: Said, report_year: int) -> None:
    if not time["from"]:
        return  # 本年: the year of the report
    if {year(text) for text in (time["from"], time["to"]) if text} == {report_year}:
        state.is_dated = True
        state.own = state.own - {"years"}
    else:
        state.own = state.own | {"years"}


def _note_adverb(text: str, state: Said) -> None:
    if text == "其中":
        state.is_part = True
        if state.last_role == "part":
            state.own.add("words")
    if state.compared and _ADDED.fullmatch(text):
        state.own.add("words")


def _matches(rest: str, state: Said) -> Iterator[tuple[Indicator, re.Match[str], HowSure]]:
    for indicator in narrative().indicators:
        for shape in indicator.shapes:
            found = shape.pattern.fullmatch(rest)
            if found and (shape.context is None or shape.context.search(state.said + rest)):
                sure = HowSure.IN_CONTEXT if indicator.role == "part" or shape.context else HowSure.EXPLICIT
                yield indicator, found, HowSure.STATED_NONE if shape.says_none else sure
                break


def _fits(indicator: Indicator, state: Said) -> bool:
    if indicator.role == "total" and state.is_part:
        return False
    if indicator.role == "part" and not state.met.intersection(indicator.of):
        return False
    below = state.is_below_channels and not (state.is_dated or state.is_named)
    if indicator.not_behind_channels and (state.behind_channels or below):
        return False
    return not (indicator.without and indicator.without.search(state.said))


def _is_doubtful(indicator: Indicator, state: Said) -> bool:
    """Whether only the sentence before speaks against a figure: it is not taken, but one that differs is no surer."""
    return _fits(indicator, replace(state, is_below_channels=False))


def _weak(
    rest: str, clause: Clause, sentence: Sentence, section_no: int, report_year: int, organ: ReportingOrgan
) -> Iterator[Figure]:
    """Figures that a clause seems to print: never taken, but one that differs makes the sure one doubtful."""
    words = narrative()
    if words.channels.search(rest) or "其中" in rest or _forbidden(clause.text, report_year, organ):
        return
    for indicator in words.indicators:
        for shape in indicator.shapes:
            found = None if shape.says_none or indicator.role == "part" else shape.pattern.search(rest)
            value = number(found["n"]) if found else None
            if found and value is not None:
                yield Figure(
                    indicator, value, found["unit"], found["n"], HowSure.IN_CONTEXT, sentence, section_no, weak=True
                )


def _note(clause: Clause, rest: str, state: Said, report_year: int, organ: ReportingOrgan) -> None:
    """What a clause without a figure of ours means for those behind it."""
    if _COMPARISON.fullmatch(rest):
        state.compared = True
        return
    state.own |= _forbidden(rest, report_year, organ)
    state.compared = state.compared or bool(narrative().other_years.search(rest))
    state.is_part = state.is_part or "其中" in rest
    state.behind_channels = state.behind_channels or bool(
        narrative().channels.search(narrative().harmless.sub("", rest))
    )


def _forbidden(text: str, report_year: int, organ: ReportingOrgan) -> set[str]:
    """What a text gives the figures behind it: words of another meaning, another year, another organ."""
    words = narrative()
    plain = _TITLES.sub("", text)
    kinds = set()
    if words.forbidden.search(plain) or _SPAN_OF_YEARS.search(plain):
        kinds.add("words")
    if words.other_years.search(plain) or any(year(found) != report_year for found in _YEARS.findall(plain)):
        kinds.add("years")
    if words.organs.search(words.harmless.sub("", organ.names.sub("", plain))):
        kinds.add("organs")
    return kinds


def _changed(follows: str) -> bool:
    return bool(narrative().after.search(follows))
