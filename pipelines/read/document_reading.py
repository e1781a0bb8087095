"""Document → Reading: who, when, the sections, and every printed cell of the statutory tables of one report."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from pipelines.extract.document import Document, Line, Picture
from pipelines.read.annex_rows.unread_rows import annex_rows_unread
from pipelines.read.document_tables import in_form_order, read_tables
from pipelines.read.extraction_status import NO_REPORT, status_of
from pipelines.read.metadata.dates import Published, date_in_url, published
from pipelines.read.metadata.identity import SIGNATURE_LINES, Identity, identify, page_of
from pipelines.read.metadata.list_entries import without_other_reports
from pipelines.read.metadata.look_alikes import look_alike
from pipelines.read.metadata.place import is_government, place_of
from pipelines.read.printed_labels import labels_by_block
from pipelines.read.prose.figures import Figure
from pipelines.read.prose.narrative_statistics import narrative_statistics
from pipelines.read.recognised_cells import settle
from pipelines.read.repeated_tables import may_repeat, with_own_tables
from pipelines.read.sections import Heading, Section, cut_sections, find_headings
from pipelines.read.several_reports import has_other_titles, parted, without_further_sets
from pipelines.read.tables.label_matching import vocabulary
from pipelines.read.tables.values.cells import TableReading, Unread
from pipelines.read.tables.values.missing_cells import STATUTORY, gaps
from pipelines.read.text_tables.line_splitting import annex_groups
from schemas.forms.catalogue import Form, forms
from schemas.organs import level_of, scope_of
from schemas.rules import finding
from schemas.vocabulary import Carrier, ExtractionStatus, HowRead, TableName

LAST_YEAR_OF_PROSE = 2018
"""From report year 2019 the figures stand in statutory tables; prose repeats them on many bases."""


@dataclass
class Reading:
    """What one report prints. Numbers are still text; ``pipelines.read.fact_frames`` turns batches of them into values."""

    title: str | None = None
    agency_name: str | None = None
    region_code: str | None = None
    level: str | None = None
    scope: str | None = None
    report_year: int | None = None
    published_date: date | None = None
    carrier: str = Carrier.FLAT_TEXT
    extraction_status: ExtractionStatus = ExtractionStatus.UNREADABLE
    problem: str | None = None
    document_url: str | None = None  # of the attached file that the tables stand in
    converted_by: str | None = None  # the program that made the file readable
    sections: list[Section] = field(default_factory=list)
    tables: list[TableReading] = field(default_factory=list)
    findings: list[dict[str, Any]] = field(default_factory=list)
    narrative: list[Figure] = field(default_factory=list)  # figures of the prose, where there are no statutory tables
    others: list["Reading"] = field(default_factory=list)  # further reports in the same document

    def form_of(self, table: str) -> str | None:
        """The form that a table follows, None when the report lacks the table."""
        return next((reading.form for reading in self.tables if reading.table == table), None)


def read_document(
    document: Document,
    *,
    url: str | None = None,
    link_title: str | None = None,
    province: str | None = None,
    catalogue: tuple[Form, ...] | None = None,
) -> Reading:
    """Read one document. Never raises on what a page prints; ``problem`` says why nothing was read.

    Of several reports in one document the one that it is about is read; the others stand in ``Reading.others``.
    """
    own, others = parted(document, vocabulary(catalogue or forms()), link_title)
    reading = _read(own, url, link_title, province, catalogue)
    return with_others(reading, [_read(other, None, None, province, catalogue) for other in others])


def with_others(reading: Reading, others: Sequence[Reading]) -> Reading:
    """A report with the others that were published with it. Each of them names the rest; their date is the same."""
    if not others:
        return reading
    reading.others = [*reading.others, *others]
    everyone = [reading, *reading.others]
    for one in everyone:
        names = (other.title or other.agency_name or "" for other in everyone if other is not one)
        one.findings = [found for found in one.findings if found["rule"] != "several_reports"]
        one.findings.append(finding("several_reports", words={"text": "; ".join(names)}))
        if one.report_year == reading.report_year:
            one.published_date = one.published_date or reading.published_date
    return reading


def _read(
    document: Document, url: str | None, link_title: str | None, province: str | None, catalogue: tuple[Form, ...] | None
) -> Reading:  # fmt: skip
    """Read a document that holds one report."""
    known = catalogue or forms()
    words = vocabulary(known)
    doubts: list[dict[str, Any]] = []
    labels = labels_by_block(document.blocks, words)
    if may_repeat(document, labels):
        document, doubts = with_own_tables(document, _headings(document, known)[1], words)
        labels = labels_by_block(document.blocks, words)
    document, further = without_further_sets(document, words, labels)
    reading = Reading(
        carrier=document.carrier, problem=document.problem, converted_by=document.meta.get("converted_by")
    )
    reading.findings += doubts
    if further:
        reading.findings.append(finding("further_tables", evidence=further))
    lines, headings = _headings(document, known)
    if document.hidden and not headings:  # a page that shows its report only when it is asked to
        lines, headings = _headings(replace(document, blocks=(*document.blocks, *document.hidden)), known)
    reading.tables, used = read_tables(document, lines, headings, known)
    reading.tables = _with_hidden(reading, document, known)
    reading.findings += _settle_pictures(reading.tables, document, known)
    reading.sections = cut_sections(lines, headings, used)
    who = _who_and_when(reading, document, lines, headings, url, link_title, province)
    other = _look_alike(reading, who, document, link_title)
    if other:
        return Reading(
            carrier=reading.carrier, title=reading.title, agency_name=reading.agency_name, report_year=reading.report_year,
            published_date=reading.published_date, problem=f"no statutory annual report: {other}",
        )  # fmt: skip
    _refuse_other_years(reading)
    pictures = any(isinstance(block, Picture) for block in document.blocks)
    reading.extraction_status = status_of(
        reading.tables, reading.sections, len(headings),
        title=reading.title, carrier=reading.carrier, problem=reading.problem, has_pictures=pictures,
    )  # fmt: skip
    if reading.extraction_status is ExtractionStatus.UNREADABLE:
        reading.problem = reading.problem or NO_REPORT
    if reading.extraction_status is ExtractionStatus.TABLES_ARE_IMAGES or _are_mostly_recognised(reading.tables):
        reading.carrier = Carrier.IMAGE
    if _counts_in_prose(reading, document):
        reading.narrative = narrative_statistics(
            lines, headings, used, report_year=reading.report_year or 0, agency=reading.agency_name, scope=reading.scope
        )
    if reading.extraction_status is not ExtractionStatus.UNREADABLE:
        reading.findings += gaps(reading.tables, reading.report_year)
        reading.findings += annex_rows_unread(document.blocks, labels, reading.tables, words, known)
    return reading


def _counts_in_prose(reading: Reading, document: Document) -> bool:
    """Is the prose where the figures are? Not beside statutory tables, nor where a machine guessed the text."""
    if reading.report_year is None or document.text_is_recognised or any(t.table in STATUTORY for t in reading.tables):
        return False
    if has_other_titles(document):
        return False
    early = reading.report_year <= LAST_YEAR_OF_PROSE and reading.extraction_status is not ExtractionStatus.UNREADABLE
    return early or reading.extraction_status is ExtractionStatus.NARRATIVE_ONLY


def _headings(document: Document, known: tuple[Form, ...]) -> tuple[list[Line], list[Heading]]:
    """The lines of a document, and the headings among them."""
    lines = [block for block in document.blocks if isinstance(block, Line)]
    sections = next((form.sections for form in known if form.sections), ())
    return lines, find_headings(lines, sections, annex_groups(lines, vocabulary(known)))


def _settle_pictures(
    tables: Sequence[TableReading], document: Document, known: tuple[Form, ...]
) -> list[dict[str, Any]]:
    """Decide which cells that stand in pictures are believed; findings about the others."""
    identities = {(form.form, name): table.identities for form in known for name, table in form.tables.items()}
    return [
        found
        for table in tables
        for found in settle(table, identities.get((table.form, table.table), ()), document.recognised)
    ]


def _are_mostly_recognised(tables: Sequence[TableReading]) -> bool:
    how = [cell.reading for table in tables for cell in table.cells]
    return 2 * how.count(HowRead.RECOGNISED.value) > len(how)


def _with_hidden(reading: Reading, document: Document, known: tuple[Form, ...]) -> list[TableReading]:
    """The tables that the page shows, and of the kinds that it does not show those that it holds hidden, with a finding."""
    shown = {table.table for table in reading.tables}
    if not document.hidden or TableName.LEGACY_STATISTICS in shown or shown >= set(STATUTORY):
        return reading.tables
    held, _ = read_tables(replace(document, blocks=document.hidden), [], [], known)
    more = [table for table in held if table.table not in shown]
    for table in more:
        evidence = next((cell.evidence for cell in table.cells), None)
        reading.findings.append(finding("table_hidden", table_name=table.table, evidence=evidence))
    return in_form_order([*reading.tables, *more])


def _refuse_other_years(reading: Reading) -> None:
    """A table that prints its year is read only where that, or the latest of several, is the year of the report."""
    for table in reading.tables:
        if table.year and table.year != reading.report_year:
            numbers = tuple(cell.raw_text for cell in table.cells)
            evidence = table.cells[0].evidence if table.cells else ""
            table.cells = [cell._replace(unreadable=True) for cell in table.cells]
            table.unread.append(Unread("table_of_other_years", table.table, "", numbers, evidence, {}))


def _who_and_when(
    reading: Reading, document: Document, lines: Sequence[Line], headings: Sequence[Heading],
    url: str | None, link: str | None, province: str | None,
) -> Identity:  # fmt: skip
    """Fill in title, agency, year, date and what follows from them."""
    opening = next((section.text for section in reading.sections if section.section_no == 1), "")
    page = page_of(lines, headings[0].line if headings else None, opening, document.meta, document.title, link)
    who = identify(page)
    reading.title, reading.agency_name, reading.report_year = who.title, who.agency, who.year
    reading.findings += who.findings
    at = max(who.line, 0)
    below = who.head[at : who.text_from]
    last = lines[headings[0].line if headings else 0 :][-3 * SIGNATURE_LINES :]
    foot = without_other_reports(last)[-SIGNATURE_LINES:]
    behind = without_other_reports([Line(text, "") for text in document.below])
    found = published(document.meta, below, url, who.year, who.head[:at], foot, behind, who.agency)
    reading.published_date = found.day if found else None
    _check_date(reading, found, url)
    if who.agency:
        _organ(reading, who.agency, document.meta.get("siteidcode") or province, "\n".join(below))
    return who


def _look_alike(reading: Reading, who: Identity, document: Document, link: str | None) -> str | None:
    beside = (document.meta.get("articletitle"), document.title, link)
    return look_alike(
        who.head[: who.text_from], [text for text in beside if text], reading.tables,
        has_title=who.has_title, agency=reading.agency_name, year=reading.report_year,
    )  # fmt: skip


def _organ(reading: Reading, agency: str, hint: str | None, lead: str) -> None:
    """Place, level and scope of the agency, as of the report year; ambiguous names need the site's code."""
    place = place_of(agency, reading.report_year, hint) if reading.report_year is not None else None
    level = level_of(agency, place.level if place and is_government(place) else None)
    reading.region_code = place.code if place else None
    reading.level = level.value
    reading.scope = scope_of(level, agency, lead).value


def _check_date(reading: Reading, found: Published | None, url: str | None) -> None:
    if found is None or found.source == "url" or url is None:
        return
    in_url = date_in_url(url)
    if in_url and abs((in_url - found.day).days) > 366:
        words = {"text": found.day.isoformat(), "other": in_url.isoformat()}
        reading.findings.append(finding("date_conflict", words=words))
