"""Document → Reading: who, when, the sections, and every printed cell of the statutory tables of one report."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from pipelines.extract.document import Document, Grid, Line, Picture
from pipelines.read.metadata.dates import Published, date_in_url, published, year_of_period
from pipelines.read.metadata.identity import Title, find_title, level_of, named_sources, scope_of, title_in_lead
from pipelines.read.sections import Heading, Section, cut_sections, find_headings
from pipelines.read.tables.cells import TableReading, apart, read_cells
from pipelines.read.tables.label_matching import vocabulary
from pipelines.read.tables.missing_cells import STATUTORY, gaps
from pipelines.read.tables.page_break_rows import rejoined
from pipelines.read.tables.report_plan import plan
from pipelines.read.tables.side_by_side import halves
from pipelines.read.tables.span_layout import bones
from pipelines.read.tables.targets import TablePlan
from pipelines.read.text_tables.line_splitting import annex_groups
from pipelines.read.text_tables.text_tables import FlatTables, read_flat
from schemas import regions
from schemas.form import Form, forms
from schemas.labels import squeeze
from schemas.rules import finding
from schemas.vocabulary import Carrier, ExtractionStatus, TableName

HEAD_LINES = 40
SIGNATURE_LINES = 6


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
    sections: list[Section] = field(default_factory=list)
    tables: list[TableReading] = field(default_factory=list)
    findings: list[dict[str, Any]] = field(default_factory=list)

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
    """Read one document. Never raises on what a page prints; ``problem`` says why nothing was read."""
    reading = Reading(carrier=document.carrier, problem=document.problem)
    lines = [block for block in document.blocks if isinstance(block, Line)]
    known = catalogue or forms()
    sections = next((form.sections for form in known if form.sections), ())
    headings = find_headings(lines, sections, annex_groups(lines, vocabulary(known)))
    reading.tables, used = _tables(document, lines, headings, known)
    reading.sections = cut_sections(lines, headings, used)
    _who_and_when(reading, document, lines, headings, url, link_title, province)
    pictures = any(isinstance(block, Picture) for block in document.blocks)
    _status(reading, headings, pictures)
    if reading.extraction_status is ExtractionStatus.TABLES_ARE_IMAGES:
        reading.carrier = Carrier.IMAGE
    if reading.extraction_status is not ExtractionStatus.UNREADABLE:
        reading.findings += gaps(reading.tables, reading.report_year)
    return reading


def _tables(
    document: Document, lines: Sequence[Line], headings: Sequence[Heading], known: tuple[Form, ...]
) -> tuple[list[TableReading], frozenset[int]]:
    """Grids first; flattened text only for the statutory tables that no grid holds."""
    whole = [block for block in document.blocks if isinstance(block, Grid)]
    pieces = rejoined([half for grid in whole for half in halves(grid, vocabulary(known))], vocabulary(known))
    grids = [piece.grid for piece in pieces]
    found = plan([bones(piece.grid, unsure=piece.unsure) for piece in pieces], known).tables if grids else ()
    by_form = {form.form: form for form in known}
    readings = {item.table: read_cells(item, grids, by_form[item.form].tables[item.table]) for item in found}
    used: frozenset[int] = frozenset()
    if not readings.keys() >= set(STATUTORY):
        flat = read_flat(lines, frozenset(heading.line for heading in headings), known)
        for item, printed in _planned(flat, known):
            if item.table not in readings:
                readings[item.table] = read_cells(item, printed, by_form[item.form].tables[item.table])
                used = flat.used
    order = [*STATUTORY, TableName.LEGACY_STATISTICS, TableName.LEGACY_BREAKDOWN]
    parts = [part for reading in readings.values() for part in apart(reading)]
    return sorted(parts, key=lambda reading: order.index(TableName(reading.table))), used


def _planned(flat: FlatTables, known: tuple[Form, ...]) -> list[tuple[TablePlan, tuple[Grid, ...]]]:
    """The tables of flattened text, each with the grids it was planned on: as rows, or by position where they line up."""
    layouts = [(flat.grids, [bones(grid, ruled=False) for grid in flat.grids])] if flat.grids else []
    if any(flat.rectangular):
        lined_up = tuple(grid or rows for grid, rows in zip(flat.rectangular, flat.grids, strict=True))
        ruled = (grid is not None for grid in flat.rectangular)
        layouts.append(
            (lined_up, [bones(grid, ruled=is_ruled) for grid, is_ruled in zip(lined_up, ruled, strict=True)])
        )
    best: dict[str, tuple[TablePlan, tuple[Grid, ...]]] = {}
    for grids, skeletons in layouts:
        for item in plan(skeletons, known).tables:
            if item.table not in best or item.score > best[item.table][0].score:
                best[item.table] = (item, grids)
    return list(best.values())


def _who_and_when(
    reading: Reading, document: Document, lines: Sequence[Line], headings: Sequence[Heading],
    url: str | None, link: str | None, province: str | None,
) -> None:  # fmt: skip
    first = headings[0].line if headings else len(lines)
    head = [line.text for line in lines[: min(max(first, 5), HEAD_LINES)]]
    title, at = find_title(head, document.meta, document.title, link)
    quoted = title_in_lead(head)
    if quoted and (title is None or (title.agency is None and title.year in (None, quoted.year))):
        title = Title(title.text if title else quoted.text, quoted.agency, quoted.year)
    reading.title = title.text if title else None
    below = head[max(at, 0) :]
    reading.report_year = _year(reading, title, below, lines)
    reading.agency_name = _agency(reading, title, document, [*below, *head[: max(at, 0)]], quoted)
    end = [line.text for line in lines[-SIGNATURE_LINES:]]
    found = published(document.meta, below, url, reading.report_year, head[: max(at, 0)], end)
    reading.published_date = found.day if found else None
    _check_date(reading, found, url)
    if reading.agency_name:
        place = _place(reading, document, province)
        is_government = place is not None and place.rest in ("", "人民政府", "政府")
        level = level_of(reading.agency_name, place.level if place and is_government else None)
        reading.region_code = place.code if place else None
        reading.level = level.value
        reading.scope = scope_of(level, reading.agency_name, "\n".join(below)).value


def _place(reading: Reading, document: Document, province: str | None) -> regions.RegionMatch | None:
    """The division that the agency's name begins with, as of the report year; ambiguous names need the site's code."""
    if reading.agency_name is None or reading.report_year is None:
        return None
    hint = document.meta.get("siteidcode") or province
    return regions.resolve(squeeze(reading.agency_name), reading.report_year, host_hint=hint)


def _year(reading: Reading, title: Title | None, head: Sequence[str], lines: Sequence[Line]) -> int | None:
    period = year_of_period([*head, *(line.text for line in lines[:HEAD_LINES])])
    printed = title.year if title else None
    if printed and period and printed != period:
        reading.findings.append(finding("year_conflict", printed=float(printed), expected=float(period)))
    if not (printed or period):
        reading.findings.append(finding("year_missing"))
    return printed or period


def _agency(
    reading: Reading, title: Title | None, document: Document, head: Sequence[str], quoted: Title | None
) -> str | None:
    sources = named_sources(document.meta, head)
    agency = title.agency if title else None
    if agency is None:
        if not sources:
            reading.findings.append(finding("agency_missing"))
        return sources[0] if sources else None
    prepared = [name for name in sources if name not in document.meta.values()]
    core = squeeze(agency).removesuffix("人民政府")
    if prepared and not any(core[-4:] in squeeze(name) or squeeze(name)[:4] in core for name in prepared):
        reading.findings.append(finding("agency_conflict", words={"text": agency, "other": prepared[0]}))
    return _in_full(agency, [*sources, (quoted and quoted.agency) or ""], reading.report_year)


def _in_full(agency: str, printed: Sequence[str], year: int | None) -> str:
    """农业农村局 in the title and 资溪县农业农村局 beside it are one organ: its name in full, if the page prints but one."""
    if year is None or regions.resolve(squeeze(agency), year):
        return agency
    names = {squeeze(name) for name in printed} - {squeeze(agency)}
    fuller = [name for name in names if name.endswith(squeeze(agency)) and regions.resolve(name, year)]
    return fuller[0] if len(fuller) == 1 else agency


def _check_date(reading: Reading, found: Published | None, url: str | None) -> None:
    if found is None or found.source == "url" or url is None:
        return
    in_url = date_in_url(url)
    if in_url and abs((in_url - found.day).days) > 366:
        words = {"text": found.day.isoformat(), "other": in_url.isoformat()}
        reading.findings.append(finding("date_conflict", words=words))


def _status(reading: Reading, headings: Sequence[Heading], pictures: bool) -> None:
    """How much was read; ``problem`` when this is no report at all."""
    tables = {table.table: table for table in reading.tables}
    statutory = [tables[name] for name in STATUTORY if name in tables]
    unread = [cell for table in reading.tables for cell in table.cells if cell.unreadable]
    if reading.problem and not reading.tables:
        reading.extraction_status = ExtractionStatus.UNREADABLE
    elif len(statutory) == len(STATUTORY):
        gaps = bool(unread) or any(table.missing or table.unread for table in statutory)
        reading.extraction_status = ExtractionStatus.PARTIAL if gaps else ExtractionStatus.COMPLETE
    elif statutory:
        reading.extraction_status = ExtractionStatus.PARTIAL
    elif TableName.LEGACY_STATISTICS in tables:
        legacy = tables[TableName.LEGACY_STATISTICS]
        gaps = bool(unread or legacy.missing or legacy.unread)
        reading.extraction_status = ExtractionStatus.PARTIAL if gaps else ExtractionStatus.COMPLETE
    elif pictures and (len(headings) >= 3 or reading.title):
        reading.extraction_status = ExtractionStatus.TABLES_ARE_IMAGES
    elif len(headings) >= 3 or (reading.title and (headings or _length(reading) > 300)):
        reading.extraction_status = ExtractionStatus.NARRATIVE_ONLY
    elif reading.carrier == Carrier.PDF and pictures:
        reading.extraction_status = ExtractionStatus.TABLES_ARE_IMAGES
    else:
        reading.extraction_status = ExtractionStatus.UNREADABLE
        reading.problem = (
            reading.problem or "no annual report found: neither its title and sections nor a statutory table"
        )


def _length(reading: Reading) -> int:
    return sum(len(section.text) for section in reading.sections)
