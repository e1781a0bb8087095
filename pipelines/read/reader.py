"""Entry point of the reader: the bytes of one report → everything read from it, as the parse contract."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import partial
from typing import Any

from pipelines.content.sniffing import sniff
from pipelines.extract.document import Document
from pipelines.extract.extract import extract
from pipelines.extract.picture.recogniser import LATER, recognise_now
from pipelines.extract.picture.sources import Recogniser, Sources, sources_of, with_pictures_read
from pipelines.read.attached_documents import (
    Attached,
    AttachedFile,
    attached_documents,
    holds_tables,
    is_of,
    name_one_report,
    one_of,
)
from pipelines.read.document_reading import Reading, read_document, with_others
from pipelines.read.fact_frames import Frames, Identified, frames_of
from pipelines.read.repeated_tables import without_recognised_copies
from pipelines.read.tables.label_matching import vocabulary
from pipelines.read.tables.values.missing_cells import STATUTORY
from schemas.forms.catalogue import BESIDE, KEY_COLUMNS, Form, forms
from schemas.rules import FINDING_COLUMNS, finding
from schemas.vocabulary import Carrier, ExtractionStatus, TableName

PICTURES_LEFT = "pictures_left"
"""The rule of a report whose pictures a later run recognises."""


@dataclass(frozen=True)
class ReportReading:
    """One report as read: the reading itself and its staged frames."""

    reading: Reading
    frames: Frames

    @property
    def problem(self) -> str | None:
        """Why nothing could be read, in plain English; None when something was."""
        return self.reading.problem if self.reading.extraction_status is ExtractionStatus.UNREADABLE else None

    def to_contract(self) -> dict[str, Any]:
        """The parse contract: report, sections, fact tables, figures of the prose, findings. Numbers are int, or float."""
        document = self.frames["documents"].row(0, named=True)
        report = {
            name: document[name]
            for name in (
                "title", "agency_name", "region_code", "level", "scope", "report_year", "published_date", "carrier",
                "form_table2", "form_table3", "extraction_status", "problem",
            )
        }  # fmt: skip
        report["published_date"] = report["published_date"] and report["published_date"].isoformat()
        sections = self.frames["sections"].select("section_no", "heading", "text").to_dicts()
        return {
            "report": report,
            "sections": [section for section in sections if section["section_no"]],
            **{table: self._cells(table) for table in KEY_COLUMNS if table not in BESIDE.values()},
            **{table: self._by_column(table) for table in BESIDE.values()},
            "narrative_statistics": [
                row | {"value": _plain(row["value"])}
                for row in self.frames["narrative_statistics"].drop("report_id", "payload_digest").to_dicts()
            ],
            "findings": [
                row | {name: _plain(row[name]) for name in ("expected", "printed", "suggested_value")}
                for row in self.frames["findings"].select(FINDING_COLUMNS).to_dicts()
            ],
            "additional_reports": [_identified(other).to_contract() for other in self.reading.others],
        }

    def _cells(self, table: str) -> list[dict[str, Any]]:
        printed = {cell.keys: n for t in self.reading.tables if t.table == table for n, cell in enumerate(t.cells)}
        rows = self.frames[table].drop("report_id", "payload_digest").to_dicts()
        rows.sort(key=lambda row: printed[tuple(row[name] for name in KEY_COLUMNS[table])])
        return [row | {"value": _plain(row["value"])} for row in rows]

    def _by_column(self, table: str) -> dict[str, list[dict[str, Any]]]:
        """Other columns of an annex, in a list of their own: they must never be mixed with the report's own columns."""
        column = KEY_COLUMNS[table][-1]
        found: dict[str, list[dict[str, Any]]] = {}
        for row in self._cells(table):
            found.setdefault(row.pop(column), []).append(row)
        return found


def _plain(value: Any) -> int | float | None:
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    return None if value is None else int(value)


def read_bytes(
    data: bytes,
    *,
    url: str | None = None,
    content_type: str | None = None,
    name: str | None = None,
    link_title: str | None = None,
    province: str | None = None,
    attachments: Sequence[AttachedFile] = (),
    catalogue: tuple[Form, ...] | None = None,
    recogniser: Recogniser = recognise_now,
) -> Reading:
    """Extract and read one report: a page, the pictures in it, and the files attached to it, until the tables are found.

    ``recogniser``: recognises pictures; called only if tables are missing and pictures may contain them.
    """
    read = partial(read_document, url=url, province=province, catalogue=catalogue)
    pictures = {file.url: file.data for file in attachments if sniff(file.data).carrier == Carrier.IMAGE}
    document = extract(data, url=url, content_type=content_type, name=name)
    reading = _with_pictures(
        read(document, link_title=link_title), document, sources_of(document, data, pictures, url), recogniser,
        partial(read, link_title=link_title), catalogue,
    )  # fmt: skip
    if holds_tables(reading):
        return reading
    files = [file for file in attachments if file.url not in pictures]

    def read_file(inner: Document, data: bytes, named: str | None) -> Reading:
        titled = partial(read, link_title=named)
        return _with_pictures(titled(inner), inner, sources_of(inner, data, {}, None), recogniser, titled, catalogue)

    return _attached_report(reading, document, files, link_title, url or name or "", read, read_file)


def _attached_report(
    page: Reading, document: Document, files: Sequence[AttachedFile], link_title: str | None, url: str,
    read: Callable[[Document], Reading], read_file: Callable[[Document, bytes, str | None], Reading],
) -> Reading:  # fmt: skip
    """The report that hangs on a page without tables, or stands in a package; the page itself where there is none.

    ``read`` reads a document by itself; ``read_file`` one with its pictures, under the title that the page gives it.
    """
    titles = (page.title, link_title)
    named = page.title or link_title
    found: list[Attached] = []
    for item in attached_documents(document, files, named, url, read):
        inner = item.document
        alone = replace(inner, files=())
        # Publisher and date come from the page, the rest from the file.
        joined = replace(alone, title=document.title or inner.title, meta={**inner.meta, **document.meta})
        candidate = read_file(joined, item.data, named) if item.is_named else read_file(alone, item.data, None)
        candidate.document_url = item.url
        if holds_tables(candidate):
            is_own = item.is_named and is_of(candidate, titles)
            own = read(alone)
            is_sure = own.agency_name is not None or own.report_year is not None
            found.append(Attached(with_others(candidate, item.others), is_own, is_sure))
            if is_own and is_sure and name_one_report(titles):
                break
        elif page.extraction_status is ExtractionStatus.UNREADABLE:
            candidate.published_date = page.published_date or candidate.published_date
            page = candidate
    return one_of(found, titles, page) if found else page


def _with_pictures(
    reading: Reading, document: Document, sources: Sources, recogniser: Recogniser, read: Callable[[Document], Reading],
    catalogue: tuple[Form, ...] | None,
) -> Reading:  # fmt: skip
    """The reading, or the one with the document's pictures recognised where statutory tables are missing from it."""
    if not sources or _holds_all_tables(reading):
        return reading
    joined, pictures = with_pictures_read(document, sources, recogniser)
    failed = Counter(picture.problem for picture in pictures if picture.problem is not None)
    if len(pictures) > sum(failed.values()):
        printed = {table.table for table in reading.tables}
        reading = read(without_recognised_copies(joined, printed, vocabulary(catalogue or forms())))
    for why, count in sorted(failed.items()):
        rule = PICTURES_LEFT if why == LATER else "pictures_not_read"
        reading.findings.append(finding(rule, words={"text": f"{count}/{len(pictures)}", "why": why}))
    if failed and not holds_tables(reading):
        reading.problem = reading.problem or next(iter(failed))
    return reading


def _holds_all_tables(reading: Reading) -> bool:
    found = {table.table for table in reading.tables}
    return found >= set(STATUTORY) or TableName.LEGACY_STATISTICS in found


def read_report(
    data: bytes,
    *,
    url: str | None = None,
    content_type: str | None = None,
    name: str | None = None,
    link_title: str | None = None,
    attachments: Sequence[AttachedFile] = (),
    catalogue: tuple[Form, ...] | None = None,
) -> ReportReading:
    """Read one report from its bytes: html, flattened text, pdf, docx or pictures. Never raises on bad bytes.

    Args:
        data: the file as fetched.
        url: its address, if known: used for the date, never for the agency.
        content_type: HTTP header, for the charset.
        name: file name, where the bytes leave the type open.
        link_title: text of the link that led here, used when the page prints no title.
        attachments: files that the page links and that may contain the tables.
        catalogue: forms to read with; default the project's.

    Returns:
        What was read; ``problem`` says why when nothing was.
    """
    reading = read_bytes(
        data, url=url, content_type=content_type, name=name, link_title=link_title, attachments=attachments, catalogue=catalogue
    )  # fmt: skip
    return _identified(reading, url or "", catalogue)


def _identified(reading: Reading, url: str = "", catalogue: tuple[Form, ...] | None = None) -> ReportReading:
    """A reading with the frames of what it read, under an identity that stands for none."""
    return ReportReading(reading, frames_of([Identified(reading, "0" * 16, "", url)], catalogue))
