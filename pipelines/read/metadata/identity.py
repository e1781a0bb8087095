"""Whose report it is, and of which year: the own title first, then what else the page says of its document.

Conflicts are returned as findings, never settled by a guess.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from pipelines.content.agency_names import same_agency
from pipelines.content.report_titles import ReportTitle
from pipelines.extract.document import Line
from pipelines.read.metadata import statements
from pipelines.read.metadata.dates import year_of_period
from pipelines.read.metadata.list_entries import list_entries
from pipelines.read.metadata.own_title import choose, own_titles
from pipelines.read.metadata.statements import Place, Statement
from schemas import regions
from schemas.labels import squeeze
from schemas.organs import bare_name
from schemas.rules import finding

LINES_ABOVE = 60  # lines before the first heading among which the title is looked for
LINES_WITHOUT_HEADING = 40
SIGNATURE_LINES = 8
_TITLES = (Place.HEADING, Place.ARTICLE_TITLE, Place.LINK, Place.PAGE_TITLE)
"""What a page calls its document. A guide to a report quotes the title of that report in its lead."""


@dataclass(frozen=True)
class Page:
    """The parts of a page that describe its document.

    Attributes:
        head: Lines from the top to the first heading, those that lead to other documents left empty.
        lines: All lines.
        opening: What section one begins with.
        end: The last lines of the text.
        text_from: Index in the head of the first heading.
    """

    head: tuple[Line, ...]
    entries: frozenset[int]
    lines: tuple[Line, ...]
    opening: str
    end: tuple[str, ...]
    meta: Mapping[str, str]
    page_title: str | None
    link_title: str | None
    text_from: int


@dataclass
class Identity:
    """What was found out. ``line``: index in the head of the line that prints the title, -1 when none does. ``text_from``:
    that of the first heading: what the head prints from there on is text of the report, whose dates are not its own."""

    title: str | None = None
    agency: str | None = None
    year: int | None = None
    line: int = -1
    head: tuple[str, ...] = ()
    text_from: int = 0
    has_title: bool = False
    findings: list[dict[str, Any]] = field(default_factory=list)


def page_of(
    lines: Sequence[Line], first_heading: int | None, opening: str, meta: Mapping[str, str], page_title: str | None,
    link_title: str | None,
) -> Page:  # fmt: skip
    """Cut a document into the places that say who and when. ``first_heading``: index of the line, None when there is none."""
    if first_heading is None:
        head = lines[:LINES_WITHOUT_HEADING]
    else:
        head = lines[max(0, first_heading - LINES_ABOVE) : max(first_heading, 5)]
    text_from = len(head) if first_heading is None else min(first_heading, LINES_ABOVE)
    last = [line for line in lines if not line.linked][-SIGNATURE_LINES:]
    return Page(
        tuple(head), list_entries(head), tuple(lines), opening, tuple(line.text for line in last), meta, page_title,
        link_title, text_from,
    )  # fmt: skip


def identify(page: Page) -> Identity:
    """Agency and year of a report, from the statements of its page in the order of their worth."""
    texts = ["" if index in page.entries else line.text for index, line in enumerate(page.head)]
    period = year_of_period([*texts, *(line.text for line in page.lines[:LINES_WITHOUT_HEADING])])
    beside = list(statements.from_titles(page.meta, page.page_title, page.link_title))
    lead = list(statements.from_lead(texts))
    others = [ReportTitle(other.text, other.agency, other.year) for other in (*beside, *lead)]
    chosen = choose(own_titles(page.head, page.entries), page.head, others, period)
    at = chosen[1] if chosen else -1
    said = [*_own(chosen), *sorted(_all(page, texts, (*beside, *lead), at), key=lambda statement: statement.place)]
    found = Identity(head=tuple(texts), line=at, text_from=page.text_from if at < page.text_from else len(texts))
    found.title = chosen[0].text if chosen else next((s.text for s in said if s.place <= Place.PAGE_TITLE), None)
    found.has_title = any(statement.place in _TITLES for statement in said if statement.text)
    _settle_year(found, said, period)
    _settle_agency(found, said)
    if chosen and chosen[0].agency and squeeze(chosen[0].agency) not in squeeze(page.head[at].text):
        _doubt_name_of_the_site(found, said)
    return found


def _doubt_name_of_the_site(found: Identity, said: Sequence[Statement]) -> None:
    """A government on a line of its own above the title may be the head of its site: not decided where the page says that the
    report comes from another government's organ, and nothing else on it names the one above."""
    own = found.agency
    if own is None or not bare_name(own).endswith("政府"):
        return
    named = [s for s in said if s.agency and s.place is not Place.HEADING and s.year in (None, found.year)]
    if any(s.place < Place.SIGNATURE and s.agency and same_agency(own, s.agency) for s in named):
        return
    others = (s.agency for s in named if s.agency and Place.SIGNATURE <= s.place <= Place.SOURCE)
    core = bare_name(own).removesuffix("政府").removesuffix("人民")
    other = next((name for name in others if core not in bare_name(name)), None)
    if other:
        found.agency = None
        found.findings.append(finding("agency_conflict", words={"text": own, "other": other}))


def _own(chosen: tuple[ReportTitle, int] | None) -> Iterator[Statement]:
    if chosen:
        yield Statement(Place.HEADING, chosen[0].agency, chosen[0].year, chosen[0].text)


def _all(page: Page, texts: Sequence[str], found: Sequence[Statement], at: int) -> Iterator[Statement]:
    yield from found
    yield from statements.from_first_sentence(texts[max(at, 0) : page.text_from])
    yield from statements.from_breadcrumb(texts)
    yield from statements.from_signature(page.end)
    yield from statements.below_title(texts[at:] if at >= 0 else ())
    yield from statements.from_fields(page.meta, texts)
    yield from statements.from_narrative(page.opening)


def _settle_year(found: Identity, said: Sequence[Statement], period: int | None) -> None:
    own = next((s.year for s in said if s.place is Place.HEADING and s.year), None)
    lead = next((s.year for s in said if s.place is Place.LEAD and s.year), None)
    agency = next((s.agency for s in said if s.place is Place.HEADING and s.agency), None)
    others = (s.year for s in said if s.year and _may_be_of(s, agency))
    found.year = own or period or lead or next(others, None)
    if own and period and own != period:
        # A title copied from last year's, or a lead: section one is written anew each year. The lead holds the period itself.
        narrated = {s.year for s in said if s.place is Place.NARRATIVE}
        found.year = period if period in narrated and own not in narrated else own
        found.findings.append(finding("year_conflict", printed=own, expected=period))
    if not found.year:
        found.findings.append(finding("year_missing"))


def _may_be_of(statement: Statement, agency: str | None) -> bool:
    return agency is None or statement.agency is None or same_agency(statement.agency, agency)


def _settle_agency(found: Identity, said: Sequence[Statement]) -> None:
    fitting = [
        s for s in said if s.agency and (s.place is Place.HEADING or s.year is None or found.year in (None, s.year))
    ]
    in_prose = (Place.FIRST_SENTENCE, Place.NARRATIVE)
    fitting = [s for s in fitting if s.place not in in_prose or _is_known_place(s.agency, found.year)]
    if not fitting:
        found.findings.append(finding("agency_missing"))
        return
    best = fitting[0]
    assert best.agency is not None
    if best.place is Place.FIRST_SENTENCE and (other := _another_organ(best.agency, fitting[1:], found.year)):
        found.findings.append(finding("agency_conflict", words={"text": best.agency, "other": other}))
        return
    found.agency = _in_full(best.agency, [s.agency for s in fitting[1:] if s.agency], found.year)
    if best.place is Place.HEADING and (other := _contradiction(best.agency, said, found.year)):
        found.findings.append(finding("agency_conflict", words={"text": best.agency, "other": other}))


def _another_organ(agency: str, others: Sequence[Statement], year: int | None) -> str | None:
    """An organ besides that of the first sentence, which may be the one above it. Governments and their offices publish for
    their bureaus."""
    for other in (s.agency for s in others if s.agency and s.place < Place.PREPARED_BY):
        is_office = re.search("政府(?:办公[室厅])?$", bare_name(other))
        if not same_agency(agency, other) and not is_office and not _of_one_government(agency, other, year):
            return other
    return None


def _is_known_place(agency: str | None, year: int | None) -> bool:
    return agency is not None and year is not None and regions.resolve(bare_name(agency), year) is not None


def _contradiction(agency: str, said: Sequence[Statement], year: int | None) -> str | None:
    """Another organ that the lead quotes, or that is named as preparing the report; the office of a government prepares its
    report, and that of its towns."""
    named = (s for s in said if s.place in (Place.LEAD, Place.PREPARED_BY) and year in (None, s.year or year))
    for other in (s.agency for s in named if s.agency):
        if not same_agency(agency, other) and not _of_one_government(agency, other, year):
            return other
    return None


def _of_one_government(agency: str, other: str, year: int | None) -> bool:
    one, two = bare_name(agency), bare_name(other)
    shared = one.removesuffix("人民政府")[-4:] in two or two[:4] in one
    first, second = (regions.resolve(name, year) if year else None for name in (one, two))
    return shared or (first is not None and second is not None and first.code == second.code and "办公" in two)


def _in_full(agency: str, printed: Sequence[str], year: int | None) -> str:
    """农业农村局 in the title and 资溪县农业农村局 beside it are one organ: its name in full, if the page prints but one."""
    if year is None or regions.resolve(bare_name(agency), year):
        return agency
    names = {squeeze(name) for name in printed} - {squeeze(agency)}
    fuller = [name for name in names if name.endswith(squeeze(agency)) and regions.resolve(bare_name(name), year)]
    return fuller[0] if len(fuller) == 1 else agency
