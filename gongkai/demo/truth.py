"""What a reader must find on the embedded sites, cell by cell, so that a test can hold the warehouse against it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from gongkai.demo.figures import APPLICATIONS, DISPUTES, PROACTIVE, Key, ReportFigures
from gongkai.demo.layout import unit_of
from gongkai.demo.needs import is_met
from gongkai.demo.page import ReportPage, load_report
from gongkai.demo.resources import load_sites
from gongkai.demo.sites import DemoSites
from schemas.vocabulary import Carrier, ExtractionStatus

KEY_COLUMNS = {
    PROACTIVE: ("article", "item", "metric"), APPLICATIONS: ("line", "applicant"), DISPUTES: ("procedure", "outcome"),
}  # fmt: skip
_CARRIERS: dict[str, str] = {
    "flat": Carrier.FLAT_TEXT, "word": Carrier.HTML_TABLE, "tables": Carrier.HTML_TABLE, "images": Carrier.IMAGE,
    "script": Carrier.HTML_TABLE,
}  # fmt: skip


@dataclass(frozen=True)
class ExpectedReport:
    """One published report: where it is served, and everything its page says in numbers."""

    name: str
    site: str
    page: str
    url: str
    title: str
    agency: str
    report_year: int
    published: date | None
    carrier: str
    extraction_status: ExtractionStatus
    figures: ReportFigures | None
    region_code: str | None
    contradictions: tuple[Mapping[str, Any], ...]
    carry_over_breaks: tuple[Mapping[str, Any], ...]
    is_invented: bool
    is_readable: bool
    """Is what reading it needs installed here? If not, it has no figures."""

    def rows(self) -> list[dict[str, Any]]:
        """Every printed cell in the shape of the parse contract, with its ``table`` (no evidence)."""
        return [] if self.figures is None else figure_rows(self.figures)


def figure_rows(figures: ReportFigures) -> list[dict[str, Any]]:
    """Rows of the parse contract for a set of figures, with the table's name in ``table``."""
    return [figure_row(figures, key) for key in figures.cells]


def figure_row(figures: ReportFigures, key: Key) -> dict[str, Any]:
    """One row of the parse contract. ``value`` is a Decimal or None; money is in 万元."""
    figure = figures.cells[key]
    row: dict[str, Any] = {"table": key[0], **dict(zip(KEY_COLUMNS[key[0]], key[1:], strict=True))}
    row |= {"value": figure.value, "raw_text": figure.raw, "value_status": figure.status.value}
    if key[0] == PROACTIVE:
        row["unit"] = unit_of(figures.form2, key)
    return row


def expected_reports(sites: DemoSites) -> list[ExpectedReport]:
    """The reports that the running sites serve tonight and that can be fetched."""
    return [_expected(sites, site.name, page, spec) for site in load_sites() for page, spec in site.report_pages()]


def _expected(sites: DemoSites, site: str, page: str, spec: Mapping[str, Any]) -> ExpectedReport:
    report: ReportPage = load_report(spec["report"], sites.night)
    facts = report.facts
    status = ExtractionStatus(facts.get("extraction_status", "complete"))
    is_readable = is_met(facts.get("read_with"))
    return ExpectedReport(
        name=spec["report"],
        site=site,
        page=page,
        url=sites.url(site, page),
        title=report.title,
        agency=report.agency,
        report_year=report.report_year,
        published=report.published,
        # Prose without a table is carried by text, whatever page it would have stood on.
        carrier=Carrier.FLAT_TEXT if status is ExtractionStatus.NARRATIVE_ONLY else _carrier(spec),
        extraction_status=status,
        figures=report.figures if is_readable else None,
        region_code=facts.get("region_code"),
        contradictions=tuple(facts.get("contradictions", ())),
        carry_over_breaks=tuple(facts.get("carry_over_breaks", ())),
        is_invented=bool(facts.get("invented", False)),
        is_readable=is_readable,
    )


def _carrier(spec: Mapping[str, Any]) -> str:
    return spec["attachment"].rpartition(".")[2] if spec["as"] == "linked_file" else _CARRIERS[spec["as"]]


def edited_cells(name: str) -> dict[Key, tuple[Decimal | None, Decimal | None]]:
    """Cells of a report that differ between the first and the second night: key → (before, after)."""
    before, after = load_report(name, 1).figures, load_report(name, 2).figures
    if before is None or after is None:
        return {}
    return {
        key: (before.cells[key].value, after.cells[key].value)
        for key in before.cells
        if before.cells[key] != after.cells[key]
    }
